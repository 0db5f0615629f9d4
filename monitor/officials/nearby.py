"""What the words right around a role tell of its state or body: who speaks through it, where, among whom."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, with_kind

_THROUGH = 3  # tokens between a body and the one through whom it speaks


def said_through(
    reading: Reading, earlier: Sequence[Mention], mention: Mention, said: AbstractSet[str]
) -> Role | None:
    """The body or state that says something right before ("the United Nations said through its X")."""
    tokens = reading.tokens
    for other in reversed(earlier[-2:]):
        far = mention.first - other.last > _THROUGH
        if other.name or other.role.head not in {"body", "state"} or far:
            continue
        between = tokens.folded[other.last : mention.first]
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
