"""Where paragraphs and sentences begin and end, with offsets, for all our languages.

Paragraphs end at a newline and are hard boundaries. A full stop after an abbreviation, an initial or
inside a number ends nothing. Two views: with ``keep`` (the spans of quotations) a quotation is never cut,
so that what comes back are *reporting* sentences; without it the sentences inside quotations are cut too.
What goes on without an end (a table as one line, a page without full stops) is cut at a comma or space:
nobody writes such sentences, and the rules that look at each pair of words in one would take minutes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from extractors.languages import words
from monitor.model import Span

_PARAGRAPH: Final = re.compile(r"[^\n\r\u2028\u2029]+")
#: Marks and brackets that may close after a terminator and belong to the sentence that it ends.
_CLOSERS: Final = "\"'”’“»›«」』）)\\]"
#: French sets its closing guillemet off with a space.
_SET_OFF: Final = r"[ \u00a0\u202f]»(?=\s|$)"
_END: Final = re.compile(rf"[.!?…。！？؟۔｡]+(?:\]\([^)\s]*\))?(?:[{_CLOSERS}*_]|{_SET_OFF})*")
_CJK: Final = frozenset("。！？｡")
_BEFORE: Final = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)$")
_NEXT: Final = re.compile(r"\s*")
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,2}$")
_WORD: Final = re.compile(r"\s+([^\W\d_]+)")
_LOOK_BACK: Final = 24
#: Characters outside quotations after which a sentence is cut: more than any of the 77,000 sentences of the
#: news texts that the rules were measured on has (1,314); half of it where a word is one or two characters.
LONGEST: Final = 1400
#: As many characters a quotation counts at most: to the rules it is one word.
_QUOTED: Final = 40
_PAUSE: Final = re.compile(r"[,;:،؛，、；：](?!\d)\s*")
_SPACE: Final = re.compile(r"\s+")
_UNSPACED: Final = frozenset(("zh",))


@cache
def _abbreviations(language: str) -> frozenset[str]:
    table = words("common", "abbreviations")
    listed = [*table.get("common", ()), *table.get(language, ())]
    return frozenset(word.lower() for word in listed)


@cache
def _after_number(language: str) -> frozenset[str]:
    return frozenset(words("common", "abbreviations").get("after_number", {}).get(language, ()))


def paragraphs_of(text: str) -> tuple[Span, ...]:
    """The paragraphs that hold anything but space, without the space around them."""
    spans = []
    for found in _PARAGRAPH.finditer(text):
        line = found.group()
        left = len(line) - len(line.lstrip())
        right = len(line.rstrip())
        if right > left:
            spans.append(Span(found.start() + left, found.start() + right))
    return tuple(spans)


def sentences_of(text: str, language: str, keep: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The sentences, in order, without the space around them; none is empty, none crosses a paragraph.

    ``keep`` are spans (outermost quotations with their marks) inside which no sentence ends; one that
    ends with a terminator just before its closing mark ends the sentence there. One of more than ``LONGEST``
    characters, those of kept spans left out, is cut at its last pause or space before.
    """
    kept = sorted((span for span in keep), key=lambda span: span.start)
    starts = [span.start for span in kept]
    short = _abbreviations(language)
    ordinals = _after_number(language)
    longest = LONGEST // 2 if language in _UNSPACED else LONGEST
    found: list[Span] = []
    for paragraph in paragraphs_of(text):
        begin = paragraph.start
        for match in _END.finditer(text, paragraph.start, paragraph.end):
            if match.start() < begin:
                continue
            end = _cut(match, paragraph.end, kept, starts)
            if end is None or not _ends(text, match, end, paragraph.end, short):
                continue
            if ordinals and _ordinal(text, match, paragraph.end, ordinals):
                continue
            for piece in _pieces(text, Span(begin, end), kept, starts, longest):
                _add(found, text, piece.start, piece.end)
            begin = end
        if begin < paragraph.end:
            for piece in _pieces(text, Span(begin, paragraph.end), kept, starts, longest):
                _add(found, text, piece.start, piece.end)
    return tuple(found)


def _pieces(
    text: str, whole: Span, kept: Sequence[Span], starts: Sequence[int], longest: int
) -> Iterator[Span]:
    """A sentence, in pieces where it is too long; their ends lie outside kept spans."""
    begin = whole.start
    while whole.end - begin > longest:
        free, limit = _reach(begin, whole.end, kept, starts, longest)
        if limit >= whole.end:
            break
        cut = _last(_PAUSE, text, free, limit) or _last(_SPACE, text, free, limit) or limit
        yield Span(begin, cut)
        begin = cut
    yield Span(begin, whole.end)


def _reach(
    begin: int, end: int, kept: Sequence[Span], starts: Sequence[int], longest: int
) -> tuple[int, int]:
    """Between which two places a too long sentence may be cut: no kept span lies there."""
    free, left = begin, longest
    for at in range(bisect_right(starts, begin - 1), len(kept)):
        span = kept[at]
        if span.start - free >= left or span.start >= end:
            break
        left -= max(0, span.start - free) + min(span.end - span.start, _QUOTED)
        free = max(free, span.end)
        if left <= 0:
            return free, free
    return max(free, free + left - longest // 2), free + left


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int | None:
    """Where the last match that begins between two places ends."""
    last = None
    for match in pattern.finditer(text, start, end):
        last = match.end()
    return last


def _cut(match: re.Match[str], limit: int, kept: Sequence[Span], starts: Sequence[int]) -> int | None:
    """Where the sentence would end, or None where a kept quotation goes on after the terminator."""
    at = bisect_right(starts, match.start()) - 1
    if at >= 0 and kept[at].end > match.start():
        inside = kept[at]
        if inside.end >= limit:
            return inside.end if match.end() >= limit else None
        # The terminator stands inside: only the end of the quotation may end the sentence.
        return inside.end if match.end() >= inside.end else None
    end = match.end()
    # A mark that opens the next quotation was taken for a closing one.
    following = bisect_right(starts, end - 1) - 1
    if following >= 0 and kept[following].start > match.start() and kept[following].start < end:
        end = kept[following].start
    return end


def _ends(text: str, match: re.Match[str], end: int, limit: int, short: frozenset[str]) -> bool:
    mark = text[match.start()]
    if end >= limit:
        return True
    if mark in _CJK:
        return text[end] not in "，、,"
    gap = _NEXT.match(text, end)
    following = gap.end() if gap else end
    if following >= limit:
        return True
    if following == end and mark == ".":
        return text[following] in "[“«„" and match.end() - match.start() > 1
    nxt = text[following]
    if nxt in ",;:)":
        return False
    if mark == "." and match.end() - match.start() == 1 and _is_short(text, match.start(), short, nxt):
        return False
    if nxt.isalpha() and nxt.islower():
        return False
    return not (nxt in "–—-" and following + 2 < limit and text[following + 2].islower())


def _ordinal(text: str, match: re.Match[str], limit: int, following: frozenset[str]) -> bool:
    """Whether the full stop makes an ordinal (`26. März`): a short number before, one of the words after."""
    if match.group() != "." or _NUMBER.search(text, max(0, match.start() - 4), match.start()) is None:
        return False
    nxt = _WORD.match(text, match.end(), limit)
    return nxt is not None and nxt.group(1).lower() in following


def _is_short(text: str, stop: int, short: frozenset[str], nxt: str) -> bool:
    before = _BEFORE.search(text, max(0, stop - _LOOK_BACK), stop)
    if before is None:
        # "5. 3" keeps together, "2023. He" does not.
        return stop > 0 and text[stop - 1].isdigit() and nxt.isdigit()
    word = before.group(1)
    if len(word) == 1 and word.isalpha() and word.isupper():
        return True
    return word.lower() in short


def _add(found: list[Span], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    left = begin + len(piece) - len(piece.lstrip())
    right = begin + len(piece.rstrip())
    if right > left:
        found.append(Span(left, right))
