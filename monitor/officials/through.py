"""Whose a bare spokesperson, envoy or minister is, right after a sentence that a body opens.

`The Kremlin promised an answer. “…”, the spokesman X warned`; `The Holy See asks … The observer X said`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, body_kind
from monitor.officials.tokens import Tokens, fold_word
from monitor.officials.word_lists import word_lists

#: Offices of a body, and of a ministry.
_OF_BODIES: Final = frozenset({"spokesperson", "deputy_spokesperson", "observer", "un_representative"})
_OF_MINISTRIES: Final = frozenset({"minister", "deputy_minister"})
#: Offices of those who are sent, and the bodies that they lead.
_SENT: Final = frozenset({"ambassador", "un_representative", "diplomat"})
_MISSIONS: Final = frozenset({"un_mission", "embassy", "delegation"})
_OPENS: Final = 3
_OPENS_HIS: Final = 6
_SAYS: Final = 4
_BRACKET: Final = 6  # tokens from a body's name on in which its short name stands
_SHORT: Final = 6  # letters of a short name
_SMALL: Final = 3  # letters of a word that gives a short name none of its own
_MARKS: Final = frozenset('"“”«»„')


def of_last_state(
    reading: Reading, earlier: Sequence[Mention], mention: Mention, said: AbstractSet[str]
) -> Role | None:
    """The state that opens and alone is named in the sentence before, and says something in it
    ("Moscow dismissed the report. “…,” Foreign Ministry spokeswoman X said").

    The bare ministry or its spokesperson goes on with it; where another state stands in either sentence, or
    this one contradicts, it may be that one's, and nothing is told.
    """
    tokens = reading.tokens
    here = tokens.sentence[mention.first]
    end = bisect_left(tokens.sentence, here)
    office = mention.role.office or ""
    # `Peru objected. “…,” the minister X said`: behind quoted words, a minister of that state goes on
    minister = office.endswith("minister") and end < mention.first and tokens.words[end] in _MARKS
    if mention.role.head != "body" and office not in _OF_BODIES and not minister:
        return None
    contradicts = word_lists(reading.lex.language, "lists").get("contradicts", ())
    if not contradicts or set(contradicts) & set(tokens.folded[end : bisect_left(tokens.sentence, here + 1)]):
        return None
    number = tokens.sentence[end - 1] if end else -1
    before = [m for m in earlier if tokens.sentence[m.first] == number]
    opens = next((m for m in before if m.role.head in {"state", "body"} and not m.name), None)
    if opens is None or opens.role.state is None or opens.role.kind != "state":
        return None
    begin = bisect_left(tokens.sentence, number)
    near = tokens.text[tokens.ends[end - 1] : tokens.starts[end]].count("\n") <= 1
    stands = _says(tokens, begin, opens.last, end, said) or _makes_clear(reading, opens.last, end)
    if opens.first - begin > _OPENS or not near or not stands:
        return None
    last = bisect_left(tokens.sentence, here + 1)
    named = {state for at, state in _states(reading, begin, last) if not _in_marks(tokens, end, at)}
    others = {m.role.state for m in before if m.role.head in {"body", "office"} and m.role.state}
    return opens.role if (named | others) <= {opens.role.state} else None


def another_speaks(reading: Reading, earlier: Sequence[Mention], mention: Mention, state: str) -> bool:
    """Whether another state, or somebody of it, opens the sentence right before, in one paragraph: a bare
    body behind it may be that one's."""
    tokens = reading.tokens
    number = tokens.sentence[mention.first] - 1
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    begin = bisect_left(tokens.sentence, number)
    opens = next((m for m in earlier if tokens.sentence[m.first] == number and m.role.head), None)
    if opens is None or opens.first - begin > _OPENS or tokens.starts[opens.first] < line:
        return False
    return opens.role.kind == "state" and opens.role.state not in {None, state}


def _states(reading: Reading, first: int, last: int) -> list[tuple[int, str]]:
    """The states named between two tokens, each with its token."""
    start = bisect_left(reading.tags, first, key=lambda tag: tag.first)
    found: list[tuple[int, str]] = []
    for tag in reading.tags[start:]:
        if tag.first >= last:
            break
        entry = tag.get("state")
        if entry is not None and entry.form in {"name", "capital", "adj"}:
            found.append((tag.first, entry.value))
    return found


def _in_marks(tokens: Tokens, first: int, at: int) -> bool:
    """Whether a token stands inside the quotation with which a sentence begins at ``first``."""
    return at > first and sum(word in _MARKS for word in tokens.words[first:at]) % 2 == 1


def _says(tokens: Tokens, begin: int, last: int, end: int, said: AbstractSet[str]) -> bool:
    """Whether a word of saying stands right behind what opens a sentence, or behind its clause in commas."""
    commas = [at for at in range(last, end) if tokens.words[at] == ","]
    start = commas[1] + 1 if len(commas) > 1 and commas[0] == last else last
    spoken = any(tokens.folded[at] in said for at in range(start, min(start + _SAYS, end)))
    return spoken and not _MARKS & set(tokens.words[begin:start])


def _makes_clear(reading: Reading, first: int, end: int) -> bool:
    """Whether a sentence says of its subject that it makes something known (`made its objection clear`)."""
    lists = word_lists(reading.lex.language, "lists")
    verb = reading.tokens.folded[first : min(first + _SAYS, end)]
    verbs, known = set(lists.get("makes", ())), set(lists.get("made_known", ()))
    return bool(verbs & set(verb)) and bool(known & set(reading.tokens.folded[first:end]))


def of_last_sentence(reading: Reading, earlier: Sequence[Mention], mention: Mention) -> Role | None:
    """The body with which the sentence before begins, in one paragraph, where nobody else's comes between."""
    office = mention.role.office or ""
    if office not in _OF_BODIES and not office.endswith("minister"):
        return None
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    near = [m for m in earlier if tokens.starts[m.first] >= line and tokens.sentence[m.first] >= number - 1]
    told = [m for m in near if m.role.head == "body" or (m.name and m.role.head == "office")]
    if not told or tokens.sentence[told[0].first] != number - 1 or told[0].name:
        return None
    first = told[0].first
    while first and tokens.sentence[first - 1] == number - 1:
        first -= 1
    body = told[0].role
    if (
        told[0].first - first > _OPENS
        or body.state is None
        or body.kind not in {"state", "intergovernmental"}
    ):
        return None
    if any(other.role.state != body.state for other in told[1:]):
        return None
    kind = body_kind(body)
    # A delegation speaks by whoever leads it: `The Y delegation objected. “…,” the minister X said`.
    own = office in _OF_BODIES or (office in _OF_MINISTRIES and kind.endswith("ministry"))
    return body if own or kind == "delegation" else None


def of_his_chief(reading: Reading, earlier: Sequence[Mention], mention: Mention) -> Role | None:
    """Whose "his" or "her" is: of the one person with an office of a state in the sentence before, which
    that person opens ("Peru's premier, X, said … His defence minister, Y, agreed")."""
    tokens = reading.tokens
    owners = word_lists(reading.lex.language, "lists").get("owners", ())
    first = next(
        (at for at in (mention.first, mention.first - 1) if at >= 0 and tokens.folded[at] in owners), None
    )
    if first is None:
        return None
    opens = bisect_left(tokens.sentence, tokens.sentence[first])
    if opens < first and (tokens.words[opens] not in _MARKS or tokens.words[first - 1] not in _MARKS):
        return None  # behind quoted words alone does the sentence begin with it
    number = tokens.sentence[opens - 1] if opens else -1
    before = [m for m in earlier if tokens.sentence[m.first] == number and m.role.head == "office"]
    states = {m.role.state for m in before}
    begin = bisect_left(tokens.sentence, number)
    named = [m for m in before if m.name and m.role.kind == "state" and not m.role.former]
    if len(states) != 1 or not named or before[0].first - begin > _OPENS_HIS:
        return None
    return Role(head="body", state=states.pop())


def of_same_word(earlier: Sequence[Mention], role: Role) -> Role | None:
    """The body whose name begins with the word that a bare chair's title repeats ("the UN Commission of
    Inquiry … the president of the commission"): the last one so called, if it is told whose it is."""
    word = fold_word(role.phrase.rsplit(" ", 1)[-1]) if role.office == "chair" else ""
    for other in reversed(earlier) if word else ():
        for known in (other.role, *other.roles):
            if known.body and known.head == "body" and fold_word(known.body.split()[0]) == word:
                return known if known.state else None
    return None


def of_organisation(
    reading: Reading, earlier: Sequence[Mention], mention: Mention, role: Role
) -> Role | None:
    """The organisation named last, in this sentence or the one before, whose head has the title that a bare
    president has ("The Red Cross objects too. Its president, X, is worried")."""
    tokens = reading.tokens
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    number = tokens.sentence[mention.first]
    near = [m for m in earlier if tokens.starts[m.first] >= line and tokens.sentence[m.first] >= number - 1]
    told = [m for m in near if m.role.head in {"body", "office", "state"} or m.name]
    last = told[-1].role if told and not told[-1].name else None
    whose = role.own or (role.definite and mention.name)
    if last is None or last.head != "body" or not whose:
        return None
    heads = data("offices.toml")["of_organisation"].get(last.state or "", {})
    return last if role.office in heads else None


def of_mission(reading: Reading, earlier: Sequence[Mention], mention: Mention, role: Role) -> Role | None:
    """The state of the one mission, embassy or delegation that the sentence or the one before names, of which
    a bare ambassador speaks ("The Y mission disagrees: “…,” Ambassador X replied")."""
    if role.office not in _SENT:
        return None
    tokens = reading.tokens
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    within = [m for m in earlier if tokens.starts[m.first] >= line]
    for number in (tokens.sentence[mention.first], tokens.sentence[mention.first] - 1):
        near = [m.role for m in within if tokens.sentence[m.first] == number]
        told = [role for role in near if role.head == "body" and body_kind(role) in _MISSIONS]
        states = {body.state for body in told}
        officials = {role.state for role in near if role.head == "office"} - {None}
        if told or officials:
            return told[-1] if len(states) == 1 and None not in states and officials <= states else None
    return None


def of_telling_ministry(
    reading: Reading, earlier: Sequence[Mention], mention: Mention, role: Role, said: AbstractSet[str]
) -> Role | None:
    """The ministry of which the sentence says that it tells of its bare minister ("…, riferisce la Farnesina,
    il ministro X")."""
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    if role.office != "minister":
        return None
    near = [m for m in earlier if tokens.sentence[m.first] == number and m.role.head == "body"]
    told = [m for m in near if body_kind(m.role).endswith("_ministry") and m.role.state]
    if len(told) != 1 or not told[0].first or tokens.folded[told[0].first - 1] not in said:
        return None
    return told[0].role


def of_own_state(reading: Reading, earlier: Sequence[Mention], mention: Mention) -> Role | None:
    """The state that opens the sentence before, in one paragraph, and of which alone a minister goes on to
    speak ("Finland's parliament debates … The defence minister, X, has said Helsinki has no plans …")."""
    if not (mention.role.office or "").endswith("minister") or mention.role.former or mention.role.own:
        return None
    tokens = reading.tokens
    here = tokens.sentence[mention.first]
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    before = [m for m in earlier if tokens.sentence[m.first] == here - 1 and tokens.starts[m.first] >= line]
    begin = bisect_left(tokens.sentence, here - 1)
    opens = next((m for m in before if m.role.head in {"state", "body"} and not m.name), None)
    if opens is None or opens.role.kind != "state" or opens.first - begin > _OPENS:
        return None
    entries = _states(reading, begin, bisect_left(tokens.sentence, here + 1))
    told = {state for at, state in entries if at >= mention.last}
    return opens.role if told == {opens.role.state} == {state for _, state in entries} else None


def of_short_name(reading: Reading, earlier: Sequence[Mention], mention: Mention) -> Role | None:
    """The body for whose short name an office stands: told in brackets behind it, or by its first letters
    ("the National Regulatory Authority for X (NRA) … NRA director Y")."""
    short = short_owner(reading, mention)
    tokens = reading.tokens
    for other in reversed(earlier) if short else ():
        for known in (other.role, *other.roles):
            if known.head != "body" or not known.body:
                continue
            end = min(len(tokens), other.last + _BRACKET)
            told = [at for at in range(other.last, end - 1) if tokens.words[at] == "("]
            if any(tokens.words[at + 1] == short for at in told) or _initials(known.body) == short:
                return known
    return None


def short_owner(reading: Reading, mention: Mention) -> str:
    """The word in capitals that stands before an office and names a body (`NRA director X`); else empty."""
    tokens = reading.tokens
    first = mention.first - 1
    if mention.owner is None and (first < 0 or tokens.sentence[first] != tokens.sentence[mention.first]):
        return ""
    name = (mention.owner.name or "") if mention.owner is not None else tokens.words[first]
    return name if name.isalpha() and name.isupper() and 1 < len(name) <= _SHORT else ""


def _initials(body: str) -> str:
    return "".join(word[0] for word in body.split() if len(word) > _SMALL or word[0].isupper()).upper()
