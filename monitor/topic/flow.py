"""How the topic runs from sentence to sentence: named, meant by a pronoun, carried on, or left.

The words that stand for the topic once it is named ("these weapons", "the decision to send them"), that
turn to something else ("asked about the power grid") or are of other subjects are the ``topic`` tables
of the languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

from extractors.languages import words
from monitor.topic.terms import alternation

Flow = Literal["named", "meant", "carried", "off"]


@dataclass(frozen=True, slots=True)
class Turns:
    """One language's words for going on with a subject and for leaving it, compiled, by their names there."""

    anaphora: re.Pattern[str]
    deed: re.Pattern[str]
    goes_on: re.Pattern[str]
    shift: re.Pattern[str]
    elsewhere: re.Pattern[str]
    roundup: re.Pattern[str]
    unsaid: re.Pattern[str]
    adverbial: re.Pattern[str]
    harm: re.Pattern[str]
    contents: re.Pattern[str]
    taken_up: re.Pattern[str]

    def meant(self, low: str) -> bool:
        """Whether words of a folded text stand for a weapon, a treaty or a deed named before."""
        return bool(self.anaphora.search(low) or self.deed.search(low))

    def leaves(self, low: str) -> bool:
        """Whether a folded text turns to another subject: it says so or is of one, and means none of ours."""
        return bool(self.shift.search(low) or self.elsewhere.search(low)) and not self.anaphora.search(low)


@cache
def turns(language: str) -> Turns:
    """The compiled turns of a language."""
    table = words(language, "topic")

    def listed(key: str) -> re.Pattern[str]:
        found: list[str] = []
        for rows in (table.get(key, ()), words("common", "topic").get(key, ())):
            found += [rows] if isinstance(rows, str) else rows
        return alternation(found)

    return Turns(*(listed(each.name) for each in fields(Turns)))
