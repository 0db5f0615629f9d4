"""Whose a bare title is where a text moves in one state's public life: its parliament, its capital.

`Asked in the Commons, the defence minister, X, said …`; `In Kyiv, presidential adviser X said …`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import Final

from extractors.languages import words
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, body_kind, facts
from monitor.officials.states import ORGANISATIONS
from monitor.officials.word_lists import word_lists

#: Offices whose holders speak at home: a minister or a president may be a guest.
_AT_HOME: Final = frozenset(
    (
        "adviser", "spokesperson", "deputy_spokesperson", "speaker_of_parliament", "member_of_parliament",
        "chief_of_staff", "police", "prosecutor", "senator",
    )
)  # fmt: skip
_LEAD: Final = 4
_PLACES: Final = frozenset({"capital", "region"})
_BEFORE_TOWN: Final = 3  # tokens behind a state's adjective, the word for a town among them
#: Offices of a president's own house.
_PRESIDENTS_OWN: Final = frozenset(
    ("security_adviser", "deputy_security_adviser", "chief_of_staff", "adviser")
)


def in_capital(reading: Reading, mention: Mention) -> str | None:
    """The state in whose capital a sentence begins ("In Kyiv, presidential adviser X said")."""
    if mention.role.office not in _AT_HOME or not mention.role.phrase:
        return None
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    for tag in reading.tags:
        if tokens.sentence[tag.first] != number or tag.first >= mention.first:
            continue
        entry = tag.get("state")
        if entry is None or entry.form != "capital" or mention.first - tag.last > _LEAD:
            continue
        opens = tag.first == 1 or tokens.sentence[tag.first - 2] != number
        before = next((one for one in reading.tags if one.last == tag.first), None)
        comma = tag.last < len(tokens) and (tokens.words[tag.last] == "," or reading.lex.nouns)
        if opens and comma and before is not None and before.value("link") == "in":
            return entry.value
    return _there(reading, mention, number)


def at_scene(reading: Reading, heading: Reading | None, mention: Mention, home: str | None) -> str | None:
    """The state in whose capital a paragraph is set up to a mention, where no other state is named in it.

    `Harsh words came from Minsk: the foreign minister X …` tells by the colon; `À Vilnius, le ministre X …`
    only of a state that the text names before, in no press of one state (its own minister may be a guest),
    and where no visit is spoken of.
    """
    tokens = reading.tokens
    text, start = tokens.text, tokens.starts[mention.first]
    first = bisect_left(tokens.starts, text.rfind("\n", 0, start) + 1)
    inside = [
        (tag, entry)
        for tag in reading.tags
        if first <= tag.first < mention.first and (entry := tag.get("state"))
    ]
    if not inside or len({entry.value for _, entry in inside}) != 1 or inside[0][1].form != "capital":
        return None
    tag, entry = inside[0]
    if tokens.sentence[tag.first] != tokens.sentence[first]:
        return None
    visits = word_lists(reading.lex.language, "lists").get("visits", ())
    if not visits or any(word.startswith(visits) for word in tokens.folded[first : mention.last]):
        return None
    before = next((one for one in reading.tags if one.last == tag.first), None)
    if before is None or not before.links("in", "to"):
        return None
    if tokens.words[tag.last] == ":":
        return entry.value
    if tag.first != first + 1 or home:
        return None
    told = [one for one in reading.tags if one.first < first]
    named = {
        known.value
        for one in (*(heading.tags if heading else ()), *told)
        if (known := one.get("state")) and known.form in {"name", "adj"}
    }
    return entry.value if entry.value in named else None


def of_town(reading: Reading, heading: Reading | None, mention: Mention) -> str | None:
    """The state of the towns of which title and text speak (`the southern Ukrainian city of X … Mayor Y`),
    where they tell one state's alone and a title names no place of its own."""
    tokens = reading.tokens
    title = tokens.folded[mention.first : mention.name_first]
    if mention.name is None or set(title) & set(word_lists(reading.lex.language, "links").get("of", ())):
        return None
    found = _towns(reading) | (_towns(heading) if heading else set())
    here = tokens.sentence[mention.first]
    places = (tag.get("state") for tag in reading.tags if tokens.sentence[tag.first] == here)
    found |= {entry.value for entry in places if entry and entry.form in _PLACES}
    return found.pop() if len(found) == 1 else None


def _towns(reading: Reading) -> set[str]:
    """The states whose adjective stands before a word for a town or a part of a state."""
    tokens = reading.tokens
    units = set(word_lists(reading.lex.language, "units").get("words", ()))
    found: set[str] = set()
    for tag in reading.tags:
        entry = tag.get("state")
        if entry is None or entry.form != "adj":
            continue
        ahead = tokens.folded[tag.last : tag.last + _BEFORE_TOWN]
        place = next((at for at, word in enumerate(ahead) if word in units), None)
        if place is not None and all(word.isalpha() for word in ahead[:place]):
            found.add(entry.value)
    return found


def where_of(reading: Reading, mention: Mention) -> str | None:
    """The state right before a clause that a title opens (`au Cambodge, où le Premier ministre X …`), where
    the clause speaks of no visit."""
    tokens = reading.tokens
    where = word_lists(reading.lex.language, "lists").get("where", ())
    at = mention.first - 1
    while at > 0 and mention.first - at <= _LEAD and tokens.folded[at] not in where:
        at -= 1
    if not where or at < 1 or tokens.folded[at] not in where or tokens.words[at - 1] != ",":
        return None
    visits = word_lists(reading.lex.language, "lists").get("visits", ())
    last = bisect_left(tokens.sentence, tokens.sentence[at] + 1)
    if any(word.startswith(visits) for word in tokens.folded[at:last]):
        return None  # `au Cambodge, où la ministre X s'est rendue`: a guest
    tag = next((one for one in reading.tags if one.last == at - 1 and one.get("state")), None)
    entry = tag.get("state") if tag is not None else None
    return entry.value if entry is not None and entry.form in {"name", "capital"} else None


def _there(reading: Reading, mention: Mention, number: int) -> str | None:
    """The state of the capital with which the last sentence ends, where this one begins with "there"."""
    tokens = reading.tokens
    there = word_lists(reading.lex.language, "lists").get("there", ())
    first = bisect_left(tokens.sentence, number)
    if not first or tokens.folded[first] not in there or mention.first - first > _LEAD + 1:
        return None
    places = [
        entry.value
        for tag in reading.tags
        if tokens.sentence[tag.first] == number - 1
        if (entry := tag.get("state")) and entry.form == "capital"
    ]
    return places[0] if len(places) == 1 else None


def of_presidency(reading: Reading, mention: Mention, role: Role) -> str | None:
    """The state of the presidency named right before ("… by the White House. Security adviser X said")."""
    if role.office not in _PRESIDENTS_OWN:
        return None
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    for other in reversed(reading.mentions):
        if other.first >= mention.first or tokens.sentence[other.first] < number - 1:
            continue
        if other.name is None and other.role.state and body_kind(other.role) == "presidency":
            return other.role.state
    return None


def of_this_country(reading: Reading, mention: Mention, country: str | None) -> str | None:
    """The outlet's state, where a text says that somebody has an office of "this country"."""
    home = word_lists(reading.lex.language, "lists").get("this_country", ())
    if country is None or not home:
        return None
    text = reading.tokens.text
    end = text.find("\n", reading.span(mention).end)
    near = text[reading.span(mention).start : end if end > 0 else len(text)].casefold()
    office = mention.role.phrase.casefold().rsplit(" ", 1)[-1]
    found = any(re.search(rf"\b{re.escape(word)} (?:[\w-]+ )?{re.escape(office)}\b", near) for word in home)
    return country if office and found else None


def of_parliament(reading: Reading, mention: Mention, paragraph_end: int) -> str | None:
    """The state whose parliament alone a text speaks of up to the end of a mention's paragraph.

    Nobody of another state may hold an office in what comes before: then the title may be that one's.
    """
    seats: set[str] = set()
    for other in reading.mentions:
        if reading.tokens.starts[other.first] >= paragraph_end:
            break
        for role in (other.role, *other.roles):
            if role.state is None or role.state in ORGANISATIONS:
                continue
            if _parliament(role):
                seats.add(role.state)
            elif other.first < mention.first and role.head == "office" and not role.former:
                seats.add(f"another: {role.state}")
    states = {seat.removeprefix("another: ") for seat in seats}
    found = {seat for seat in seats if not seat.startswith("another")}
    return found.pop() if len(found) == 1 and len(states) == 1 else None


def lone_state(reading: Reading, heading: Reading | None) -> str | None:
    """The one state of which title and text speak, where its capital is named among its names.

    A paper's own "Ministry of Defence", speaking of another state's affairs, is not told of in that capital.
    """
    named: set[str] = set()
    capital = called = False
    for tag in (*(heading.tags if heading else ()), *reading.tags):
        if entry := tag.get("state"):
            named.add(entry.value)
            capital |= entry.form == "capital"
            called |= entry.form in {"name", "adj"}
        elif entry := tag.get("named"):
            fact = facts(entry.value)
            named.add(fact.get("state", "") if fact.get("kind", "state") == "state" else "")
    named -= {"", *ORGANISATIONS}
    return named.pop() if len(named) == 1 and capital and called else None


def _parliament(role: Role) -> bool:
    if role.office in {"member_of_parliament", "senator", "speaker_of_parliament"}:
        return True
    return body_kind(role) == "parliament" or facts(role.body_id or "").get("generic") == "parliament"


@cache
def _native(language: str) -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = words(language, "roles").get("native", {})
    return {
        state: re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in listed)})")
        for state, listed in table.items()
    }


def native_state(reading: Reading, heading: Reading | None) -> str | None:
    """The one of the states that share a language whose own institutions title and text name by the words
    that its press alone has for them (``roles.toml``, ``native``); None where they name several states'."""
    texts = [reading.tokens.text, *([heading.tokens.text] if heading else [])]
    found = {
        state
        for state, listed in _native(reading.lex.language).items()
        if any(listed.search(text) for text in texts)
    }
    return found.pop() if len(found) == 1 else None


def of_subject(reading: Reading, mention: Mention, first: int) -> Role | None:
    """The body or state with which a sentence begins and whose spokesperson ends it
    ("The ministry will not send them, a spokesperson said")."""
    for other in reading.mentions[: bisect_right(reading.mentions, mention.first, key=lambda m: m.first)]:
        if other.first < first or other.last > mention.first:
            continue
        if other.first > first + 2 or other.name or other.pronoun:
            return None
        role = other.role
        return role if role.head in {"body", "state"} and role.state else None
    return None
