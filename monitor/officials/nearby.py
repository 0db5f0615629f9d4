"""What the words right around a role tell of its state or body: who speaks through it, where, among whom."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, with_kind

_MARKS = frozenset('"“”«»„‟’‘')
_THROUGH = 3  # tokens between a body and the one through whom it speaks
_INSERTED = 5  # the same, where the body opens the sentence (`Il governo X, ha fatto sapere la portavoce, …`)
_APPOSED = 6  # tokens of an apposition in which its state's adjective stands
_OPENS = 5  # tokens with which a sentence goes on before its verb
_NAMELY = 8  # tokens before the state in whose name a sentence is said (`Speaking on behalf of Peru, X …`)
_LEADS = 14  # tokens between somebody and the word that says whom he leads


def said_through(
    reading: Reading, earlier: Sequence[Mention], mention: Mention, said: AbstractSet[str]
) -> Role | None:
    """The body or state that says something right before ("the United Nations said through its X")."""
    tokens = reading.tokens
    for other in reversed(earlier[-2:]):
        opens = other.first - bisect_left(tokens.sentence, tokens.sentence[other.first]) <= 1
        far = mention.first - other.last > (_INSERTED if opens else _THROUGH)
        if other.name or other.role.head not in {"body", "state"} or far:
            continue
        between = tokens.folded[other.last : mention.first]
        if _MARKS & set(tokens.words[other.last : mention.first]):
            continue  # `… in Yerevan”, said the spokesman`
        if tokens.sentence[other.first] == tokens.sentence[mention.first] and set(between) & said:
            return other.role
    return None


def amid(word: str, states: AbstractSet[str]) -> Role | None:
    """The body that a word means where the text names all the states that it is known among."""
    for code, fact in data("bodies.toml")["body"].items():
        known = set(fact.get("amid", ()))
        if known and fact["generic"] == word and known <= states:
            body = Role(head="body", phrase=fact["title"], body=fact["title"], body_id=code)
            return with_kind(replace(body, state=fact.get("state")))
    return None


def at_home_of(reading: Reading, mention: Mention) -> str | None:
    """The state in whose capital a sentence says that it was said, and of which alone it goes on to speak.

    ("In Moscow on Wednesday, X, a deputy minister, said that Russia would …")
    """
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    before: set[str] = set()
    after: set[str] = set()
    for tag in reading.tags:
        entry = tag.get("state")
        if entry is None or tokens.sentence[tag.first] != number or entry.form not in {"name", "capital"}:
            continue
        if tag.last <= mention.first:
            before.add(entry.value if entry.form == "capital" else "")
        elif tag.first >= mention.last:
            after.add(entry.value)
    return before.pop() if len(before) == 1 and before == after else None


def apposed_state(reading: Reading, mention: Mention) -> str | None:
    """The one state's adjective in the apposition behind a body ("the Authority, the Laotian agency …")."""
    tokens = reading.tokens
    at = mention.last
    if at >= len(tokens) or tokens.words[at] != "," or mention.name:
        return None
    found = set()
    for tag in reading.tags:
        if tag.first <= at:
            continue
        if tag.first - at > _APPOSED or "," in tokens.words[at + 1 : tag.first]:
            break
        if (entry := tag.get("state")) and entry.form == "adj":
            found.add(entry.value)
    opens = next((tag for tag in reading.tags if tag.first == at + 1), None)
    return found.pop() if len(found) == 1 and opens is not None and opens.links("article") else None


def led_forces(reading: Reading, mention: Mention, leading: AbstractSet[str]) -> str | None:
    """The state of the forces that a sentence says somebody leads ("General X commands … of the Y army")."""
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    near = range(mention.last, min(mention.last + _LEADS, len(tokens)))
    verb = next((at for at in near if tokens.sentence[at] == number and tokens.folded[at] in leading), None)
    if verb is None:
        verb = _goes_on(reading, number + 1, leading)
    if verb is None:
        return None
    states = {
        role.state
        for other in reading.mentions
        if other.first > verb and tokens.sentence[other.first] == tokens.sentence[verb]
        for role in (other.role,)
        if role.head in {"body", "office"} and role.state and role.kind == "state"
    }
    return states.pop() if len(states) == 1 else None


def _goes_on(reading: Reading, number: int, leading: AbstractSet[str]) -> int | None:
    """Where a sentence without a subject goes on with whom somebody leads (`Dal 2022 comanda le forze …`)."""
    tokens = reading.tokens
    first = bisect_left(tokens.sentence, number)
    for at in range(first, min(first + _OPENS, len(tokens))):
        if tokens.sentence[at] != number:
            return None
        if tokens.folded[at] in leading:
            before = (m for m in reading.mentions if first <= m.first < at)
            return None if any(m.name or m.role.head for m in before) else at
    return None


def represented(reading: Reading, mention: Mention, phrases: Sequence[str]) -> str | None:
    """The state in whose name a sentence is said, by its head (`En representación del Perú, X …`)."""
    tokens = reading.tokens
    first = bisect_left(tokens.sentence, tokens.sentence[mention.first])
    for tag in reading.tags:
        entry = tag.get("state")
        if entry is None or not first < tag.first < mention.first:
            continue
        lead = " ".join(tokens.folded[first : tag.first])
        opened = tag.first - first <= _NAMELY and any(f" {lead}".endswith(f" {phrase}") for phrase in phrases)
        return entry.value if opened and tokens.words[tag.last] == "," else None
    return None
