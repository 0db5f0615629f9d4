"""Letters without which a pattern cannot match: looked for first, they spare most searches.

A pattern of the rules is a list of wordings; a clause that holds no telling part of any of them needs no
search. Python's search tries every wording at every place, a look for letters runs at memory's speed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Shorter letters tell nothing; more of them than this cost as much as the search that they spare.
_SHORTEST: Final = 3
_MOST: Final = 60
#: Letters of this length are rare enough; shorter ones count as so many.
_RARE, _COMMON = 5, 3


class Sieved:
    """A compiled pattern that looks for its telling letters before it searches."""

    __slots__ = ("_letters", "pattern")

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self._letters = telling_letters(pattern)

    def possible(self, text: str) -> bool:
        """Whether the text holds one of the telling letters; True where none are sure."""
        return self._letters is None or any(map(text.__contains__, self._letters))

    def search(self, text: str) -> re.Match[str] | None:
        """The first match, as ``re.Pattern.search`` gives it."""
        if self._letters is not None and not any(map(text.__contains__, self._letters)):
            return None
        return self.pattern.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, as ``re.Pattern.finditer`` gives them."""
        if self._letters is not None and not any(map(text.__contains__, self._letters)):
            return iter(())
        return self.pattern.finditer(text)


def telling_letters(pattern: re.Pattern[str]) -> tuple[str, ...] | None:
    """Letters of which any text that the pattern matches holds at least one; None where none are sure.

    An empty tuple: the pattern matches nothing. For patterns that mind capitals only.
    """
    if pattern.flags & re.IGNORECASE:
        return None
    found = _of(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    return tuple(sorted(found)) if found is not None and len(found) <= _MOST else None


def _of(sequence: Sequence[Any]) -> frozenset[str] | None:
    """The best letters of a sequence of parts that all must match: the fewest, then the longest."""
    best: frozenset[str] | None = None
    run: list[str] = []
    for code, value in [*sequence, (None, None)]:
        if code is codes.LITERAL:
            run.append(chr(value))
            continue
        options = [frozenset({"".join(run)})] if len(run) >= _SHORTEST else []
        run = []
        inner = _of_part(code, value)
        if inner is not None:
            options.append(inner)
        for option in options:
            if best is None or _rank(option) < _rank(best):
                best = option
    return best


def _of_part(code: Any, value: Any) -> frozenset[str] | None:
    if code is codes.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _of(value[3])
    if code is codes.BRANCH:
        ways = [_of(way) for way in value[1]]
        return None if any(way is None for way in ways) else frozenset().union(*(w for w in ways if w))
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] >= 1:
        return _of(value[2])
    if code is codes.ASSERT_NOT and not value[1]:
        return frozenset()  # `(?!)`: never
    return None


def _rank(letters: frozenset[str]) -> tuple[int, int]:
    least = min((len(one) for one in letters), default=_RARE)
    return len(letters) * (1 if least >= _RARE else _COMMON), -least


def needed_letters(pattern: str) -> tuple[frozenset[str], ...]:
    """Sets of letters: a text that the pattern matches holds at least one of each set, wherever in it.

    Only letters and digits count, so that the answer holds whatever stands between two words. The pattern
    minds capitals and is for folded text.
    """
    return tuple(_needed(parser.parse(pattern)))


def _needed(sequence: Sequence[Any]) -> list[frozenset[str]]:
    sets: list[frozenset[str]] = []
    run = ""
    for code, value in [*sequence, (None, None)]:
        if code is codes.LITERAL and chr(value).isalnum():
            run += chr(value)
            continue
        if _tells(run):
            sets.append(frozenset({run}))
        run = ""
        if code is codes.SUBPATTERN:
            sets += _needed(value[3])
        elif code is codes.IN and all(one is codes.LITERAL and _tells(chr(sign)) for one, sign in value):
            sets.append(frozenset(chr(sign) for _, sign in value))
        elif code is codes.BRANCH:
            ways = [_needed(way) for way in value[1]]
            if all(ways):
                sets.append(frozenset().union(*(min(way, key=_rank) for way in ways)))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] >= 1:
            sets += _needed(value[2])
    return sets


def _tells(run: str) -> bool:
    """Whether letters tell something: two of an alphabet, one of a script that writes words by signs."""
    return len(run) >= 2 or run >= "\u2e80"
