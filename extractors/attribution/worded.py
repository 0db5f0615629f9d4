"""Sentences read by patterns over folded words, for languages whose subject is told by its place.

Where names have no capitals (Arabic, Persian, Chinese), or the verb ends its clause (Turkish, Persian), a
word of saying is a pattern of the language's ``cues.toml`` and its subject is looked for where the language
puts it: after the verb (``verb_first``), at the beginning of the clause (``verb_final``), or in the piece
before it (``unspaced``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from extractors.languages import words
from extractors.languages.folding import Folded, fold
from extractors.quotes import Quotation
from monitor.model import Span

Order = Literal["verb_first", "verb_final", "unspaced"]
#: What a word of saying is: with a subject of its own (speech, act, weak, adopt), before its head noun
#: (relative), without a subject (shared), a preposition or postposition (according, citing).
Class = Literal["speech", "act", "weak", "adopt", "relative", "shared", "according", "citing"]
CLASSES: Final[tuple[Class, ...]] = (
    "speech", "act", "weak", "adopt", "relative", "shared", "according", "citing",
)  # fmt: skip
QUOTE: Final = "\ue000"
#: Lists of the language's words under ``[places]``: what each is for, see ``cues.toml`` of Arabic.
PLACES: Final = (
    "conjunctions", "adverbs", "adjuncts", "adjunct_ends", "content", "limits", "auxiliaries", "negations",
    "relatives", "topics", "after", "contrast", "parts", "oblique_objects", "passives", "origins", "oblique",
    "reciprocal", "questions", "asked", "venues",
)  # fmt: skip
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True)
class Worded:
    """The patterns of one language: ``cues`` by class, ``places`` by use; all see folded text."""

    order: Order
    bounded: bool
    capitals: bool
    cues: Mapping[Class, re.Pattern[str]]
    any_cue: re.Pattern[str]
    places: Mapping[str, re.Pattern[str]]

    def opens(self, name: str, low: str, at: int) -> int:
        """Where a word of the list that stands at ``at`` ends; ``at`` itself where none does."""
        match = self.places[name].match(low, at)
        return match.end() if match else at


@cache
def worded_of(language: str) -> Worded | None:
    """The patterns of a language; None where its words of saying are read another way."""
    table = words(language, "cues")
    patterns: Mapping[str, Any] = table.get("patterns", {})
    if not patterns:
        return None
    bounded = bool(patterns.get("bounded", True))
    macros: Mapping[str, str] = patterns.get("macros", {})
    before = str(patterns.get("proclitics", ""))
    listed = {cls: tuple(patterns.get(cls, ())) for cls in CLASSES}
    places: Mapping[str, Sequence[str]] = table.get("places", {})
    return Worded(
        order=patterns["order"],
        bounded=bounded,
        capitals=bool(patterns.get("capitals", False)),
        cues={cls: _pattern(rows, bounded, macros, before) for cls, rows in listed.items()},
        any_cue=_pattern([row for rows in listed.values() for row in rows], bounded, macros, before),
        places={name: _pattern(places.get(name, ()), bounded, macros) for name in PLACES},
    )


def _pattern(
    rows: Iterable[str], bounded: bool, macros: Mapping[str, str], before: str = ""
) -> re.Pattern[str]:
    written = sorted({_written(row, macros) for row in rows}, key=len, reverse=True)
    if not written:
        return _NEVER
    body = "|".join(written)
    return re.compile(rf"(?<!\w){before}(?:{body})(?!\w)" if bounded else f"(?:{body})")


def _written(row: str, macros: Mapping[str, str]) -> str:
    for name, meaning in macros.items():
        row = row.replace("{" + name + "}", meaning)
    return fold(row).low.replace(" ?", r"\s*").replace(" ", r"\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of saying at ``low[start:end]`` of its sentence."""

    start: int
    end: int
    cls: Class


@dataclass(slots=True)
class Place:
    """Where a word of saying has its subject: ``low[first:last]``, or nowhere.

    ``dropped``: the verb alone says who (it is the speaker before); ``shared``: that of the word of saying
    before it. ``said`` is where the day of saying can stand.
    """

    hit: Hit
    first: int = -1
    last: int = -1
    dropped: bool = False
    shared: bool = False
    said: tuple[int, int] | None = None
    relay: tuple[int, int] | None = None
    rule: str = ""
    quotes: list[int] = field(default_factory=list)

    @property
    def owned(self) -> bool:
        """Whether it has a subject of its own."""
        return self.last > self.first >= 0

    @property
    def head(self) -> int:
        """Where subject and word of saying begin."""
        return min(self.first, self.hit.start) if self.owned and not self.shared else self.hit.start


#: A preposition and a given name that are one word once folded: the name ends in a dotted ya.
_ALI: Final = re.compile(r"(?<!\w)[وف]?علي(?!\w)")


def _with_names(folded: Folded, text: str, span: Span) -> str:
    """The folded sentence in which the name Ali is not the preposition (`قال علي …`)."""
    low = folded.low
    for match in _ALI.finditer(low):
        at = match.end() - 1
        if text[span.start + folded.back(at)] == "ي":
            low = low[:at] + "ی" + low[at + 1 :]
    return low


class Masked:
    """A sentence folded, each outermost quotation in it a run of one sign that stands for no word."""

    def __init__(self, text: str, span: Span, quotations: Sequence[Quotation], words: Worded) -> None:
        self.text, self.span, self.words = text, span, words
        self.folded: Folded = fold(span.of(text))
        low = _with_names(self.folded, text, span)
        self.quotes: list[tuple[int, int, Quotation]] = []
        for quotation in quotations:
            start = self.folded.forth(quotation.span.start - span.start)
            end = self.folded.forth(quotation.span.end - span.start)
            if end <= start:
                continue
            low = low[:start] + QUOTE * (end - start) + low[end:]
            self.quotes.append((start, end, quotation))
        self.low = low

    def span_of(self, start: int, end: int) -> Span:
        """The place in the document of ``low[start:end]``, without the space around it."""
        piece = self.low[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        inner = self.folded.span(start, max(start, end))
        return Span(self.span.start + inner.start, self.span.start + inner.end)

    def written(self, at: int) -> str:
        """The character of the document that stands at ``low[at]``."""
        return self.text[self.span.start + self.folded.back(at)]

    def hits(self) -> list[Hit]:
        """The words of saying, in order; of two over one another the longer one."""
        found = [
            Hit(match.start(), match.end(), cls)
            for cls, pattern in self.words.cues.items()
            for match in pattern.finditer(self.low)
        ]
        found.sort(key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        for hit in found:
            if kept and hit.start < kept[-1].end:
                if hit.end - hit.start > kept[-1].end - kept[-1].start:
                    kept[-1] = hit
                continue
            kept.append(hit)
        return [hit for hit in kept if not self._negated(hit)]

    def _negated(self, hit: Hit) -> bool:
        before = self.low[max(0, hit.start - 24) : hit.start].rstrip()
        return any(match.end() == len(before) for match in self.words.places["negations"].finditer(before))

    def pieces(self, start: int, end: int, marks: str) -> Iterator[tuple[int, int]]:
        """The parts of ``low[start:end]`` between marks, without the space around them; none is empty."""
        begin = start
        for at in range(start, end + 1):
            if at == end or self.low[at] in marks:
                piece = self.low[begin:at]
                left = begin + len(piece) - len(piece.lstrip())
                right = at - (len(piece) - len(piece.rstrip()))
                if right > left:
                    yield left, right
                begin = at + 1

    def skip(self, at: int, end: int, *names: str) -> int:
        """Past space and words of the lists that stand at ``at``."""
        moved = True
        while moved and at < end:
            moved = False
            while at < end and (self.low[at].isspace() or self.low[at] == QUOTE):
                at += 1
                moved = True
            for name in names:
                after = self.words.opens(name, self.low, at)
                if at < after <= end:
                    at, moved = after, True
                    break
        return at

    def first_of(self, name: str, start: int, end: int) -> int:
        """Where a word of the list first stands in ``low[start:end]``; ``end`` where none does."""
        match = self.words.places[name].search(self.low, start, end)
        return match.start() if match else end

    def has_quote(self, start: int, end: int) -> bool:
        """Whether a quotation stands in ``low[start:end]``."""
        return QUOTE in self.low[start:end]
