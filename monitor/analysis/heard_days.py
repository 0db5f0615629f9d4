"""On which day a document was written, and what the sentence before tells of the day of some words.

A copy of Tuesday that an outlet publishes on Wednesday says "today" of Tuesday: its dateline tells so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from extractors.dateforms import nights_in
from extractors.dateline import read_dateline
from extractors.days import DayWords, find_days, resolve_day, told_days
from extractors.sentences import paragraphs_of, sentences_of
from monitor.model import Said, Span, When

#: A line of a place and a day (`Roma, 4 giugno 2024`), or such a beginning of a text.
_PLACED: Final = re.compile(r"[^\W\d_][^\d,.:;!?\n]{1,30},\s+")
_LONGEST: Final = 60
#: Days between what a dateline tells and publication.
_APART: Final = timedelta(days=3)
_OPENING: Final = 40
_ONE_DAY: Final = frozenset(("weekday", "weekday_of_week", "relative", "eve", "anchored", "date"))


def told_but_nights(text: str, span: Span, language: str) -> list[DayWords]:
    """``told_days`` without those that only say in which night something happened: who tells of it does so
    afterwards."""
    found = told_days(text, span, language)
    nights = nights_in(text, span, language) if found else []
    return [words for words in found if not any(night.overlaps(words.span) for night in nights)]


def written_on(text: str, language: str, published: When | None) -> When | None:
    """The moment from which the words of days in a text are reckoned: that of its dateline, else of
    publication."""
    if published is None or published.precision == "month":
        return published
    day = _dated(text, language, published)
    apart = published.value.date() - day if day else timedelta(0)
    if day is None or not timedelta(0) < apart <= _APART:
        return published
    return replace(published, value=published.value - apart)


def _dated(text: str, language: str, published: When) -> date | None:
    paragraphs = paragraphs_of(text)
    if not paragraphs:
        return None
    first = paragraphs[0].of(text)
    line = read_dateline(first, language, published)
    if line is not None and line.day is not None:
        return line.day
    for paragraph in (paragraphs[0], *paragraphs[1:2], *paragraphs[-2:]):
        short = paragraph.end - paragraph.start <= _LONGEST
        if not (short or paragraph is paragraphs[0]):
            continue
        match = _PLACED.match(text, paragraph.start, paragraph.end)
        if match is None:
            continue
        head = Span(match.end(), min(paragraph.end, match.end() + _OPENING))
        days = [one for one in find_days(text, head, language) if one.meaning == "date" and one.year]
        if days and days[0].span.start == match.end():
            behind = text[days[0].span.end : paragraph.end].strip()
            if (short and len(behind) <= 1) or (behind and behind[0] in ".:–—-("):
                return resolve_day(days[0], published).on
    return None


def said_before(text: str, sentence: Span, name: str, language: str, published: When | None) -> Said:
    """The one day that the sentence right before tells, in the same paragraph and of the same person."""
    start = text.rfind("\n", 0, sentence.start) + 1
    before = text[start : sentence.start]
    spans = sentences_of(before, language)
    last = name.split()[-1] if name.split() else ""
    if not spans or not last:
        return Said()
    span = Span(start + spans[-1].start, start + spans[-1].end)
    if re.search(rf"(?<!\w){re.escape(last)}(?!\w)", span.of(text)) is None:
        return Said()
    days = [one for one in told_days(text, span, language) if one.meaning in _ONE_DAY]
    said = resolve_day(days[0], published) if len(days) == 1 else Said()
    return said if said.on is not None else Said()
