"""The day on which words were said, out of a sentence's own words: "on Tuesday", "yesterday", "last month".

Two steps. ``find_days`` reads the words in a stretch of text and what they mean; ``resolve_day`` reckons with
the day of publication in the outlet's zone. A weekday is the last such day up to that of publication, so that
"Tuesday" in an article of a Tuesday is that very day; words about what is still to come are not taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from extractors.dateforms import Forms, forms_of, make_date, numeric_dates
from extractors.languages.folding import Folded, fold
from extractors.moments import zone_of
from extractors.quotes import find_quotations
from monitor.model import Said, Span, When

Unit = Literal["week", "weekend", "month", "year"]
Meaning = Literal[
    "date", "day_of_month", "month", "weekday", "weekday_of_week", "relative", "eve", "anchored", "spanned"
]
_UNITS: Final[dict[str, Unit]] = {"week": "week", "weekend": "weekend", "month": "month", "year": "year"}
_CLAUSE_END: Final = re.compile(r"[,;:.!?()—–\"“”«»„،؛。，；：]")
#: How far back, in characters, a day may stand to which "the next day" refers.
_ANCHOR_REACH: Final = 900
_UNSURE_AFTER: Final = timedelta(days=245)


@dataclass(frozen=True, slots=True)
class DayWords:
    """Words that give a day or a stretch of days, and what they mean.

    ``date``: year (None: the latest such day), month, day. ``day_of_month``: day. ``month``: month, maybe
    year. ``weekday``: 1 Monday to 7 Sunday, ``strict`` if not the day of publication itself;
    ``weekday_of_week`` adds ``offset`` weeks. ``relative``: ``offset`` days from publication. ``anchored``
    and ``eve``: from ``anchor``, the day named before; an eve without one is reckoned from publication.
    ``spanned``: ``unit`` and ``offset``.
    """

    span: Span
    meaning: Meaning
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    offset: int = 0
    unit: Unit | None = None
    strict: bool = False
    jalali: bool = False
    anchor: DayWords | None = None


def find_days(text: str, span: Span, language: str) -> list[DayWords]:
    """The words of days in ``text[span]``, in order, without those of the future; [] for an unknown language.

    Text before the span is looked at only for the day to which "the next day" refers.
    """
    forms = forms_of(language)
    if forms is None:
        return []
    found = _read(text, span, language, forms)
    if any(words.meaning in ("anchored", "eve") for words in found):
        found = _anchor(text, span, language, forms, found)
    return found


def told_days(text: str, span: Span, language: str, voice: Span | None = None) -> list[DayWords]:
    """As ``find_days``, without those inside quotation marks: of what somebody tells the days are his own,
    and say nothing of the day on which he told it ("“Yesterday they fired on us,” he said").

    A quotation in which ``voice`` stands, the word of saying, holds the reporter's words too.
    """
    if not (found := find_days(text, span, language)):
        return []
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    paragraph = text[start : end if end >= 0 else len(text)]
    spans = (Span(start + one.start, start + one.end) for one in _marked(paragraph, language))
    quoted = [one for one in spans if voice is None or not one.covers(voice)]
    return [words for words in found if not any(one.covers(words.span) for one in quoted)]


@lru_cache(maxsize=8)  # a paragraph is asked about once for each of its sentences
def _marked(paragraph: str, language: str) -> tuple[Span, ...]:
    return tuple(one.span for one in find_quotations(paragraph, language) if one.style == "marks")


def _read(text: str, span: Span, language: str, forms: Forms) -> list[DayWords]:
    folded = fold(text[span.start : span.end])
    found = [*_dates(folded, language, forms), *_weekdays(folded, forms), *_fixed(folded, forms)]
    found = [w for w in _widest(found) if not _is_future(folded, w, forms)]
    return [
        replace(w, span=Span(span.start + back.start, span.start + back.end))
        for w in found
        if (back := folded.span(w.span.start, w.span.end))
    ]


def _dates(folded: Folded, language: str, forms: Forms) -> list[DayWords]:
    low = folded.low
    found = [
        DayWords(Span(start, end), "date", day.year, day.month, day.day)
        for start, end, day in numeric_dates(low, language)
    ]
    for pattern in forms.dates:
        found.extend(words for match in pattern.finditer(low) if (words := _date(match, forms)))
    for pattern in forms.months:
        found.extend(words for match in pattern.finditer(low) if (words := _month(match, forms)))
    for pattern in forms.day_only:
        found.extend(
            DayWords(
                Span(match.start(), match.end()),
                "day_of_month",
                day=int(next(g for g in match.groups() if g)),
            )
            for match in pattern.finditer(low)
        )
    return found


def _number(match: re.Match[str], name: str) -> int | None:
    """The first of a group and its numbered twins that matched."""
    for key in (name, f"{name}2", f"{name}3", f"{name}4"):
        value = match.groupdict().get(key)
        if value:
            return int(value)
    return None


def _month_of(match: re.Match[str], forms: Forms) -> tuple[int, bool] | None:
    groups = match.groupdict()
    name = groups.get("M") or groups.get("M2")
    if name:
        return forms.month_number.get(" ".join(name.split()))
    number = _number(match, "m")
    return (number, False) if number else None


def _date(match: re.Match[str], forms: Forms) -> DayWords | None:
    month = _month_of(match, forms)
    named = match.groupdict().get("o") or match.groupdict().get("o2") or ""
    day = _number(match, "d") or forms.ordinal.get(" ".join(named.split())) or 1  # "1er mars" has no figure
    if month is None:
        return None
    year = _number(match, "y")
    jalali = month[1] or (year is not None and year < 1700)
    if jalali and not month[1]:
        return None
    return DayWords(Span(match.start(), match.end()), "date", year, month[0], day, jalali=jalali)


def _month(match: re.Match[str], forms: Forms) -> DayWords | None:
    month = _month_of(match, forms)
    if month is None:
        return None
    return DayWords(Span(match.start(), match.end()), "month", _number(match, "y"), month[0], jalali=month[1])


def _weekdays(folded: Folded, forms: Forms) -> list[DayWords]:
    if forms.weekday is None:
        return []
    low = folded.low
    found = []
    for match in forms.weekday.finditer(low):
        name = " ".join(match["W"].split())
        lead = low[max(0, match.start() - 40) : match.start()]
        before = {kind: m for kind, pattern in forms.before.items() if (m := pattern.search(lead))}
        after = {kind: m for kind, pattern in forms.after.items() if (m := pattern.match(low, match.end()))}
        if "future" in before or "future" in after:
            continue
        if name in forms.needs_lead and "lead" not in before and not _in_date(low, match):
            continue
        if (
            name in forms.needs_tail
            and "tail" not in after
            and "lead" not in before
            and not _in_date(low, match)
        ):
            continue
        offset = match.start() - len(lead)
        start = min(
            [match.start(), *(offset + m.start() for k, m in before.items() if k in ("week", "last"))]
        )
        end = max([match.end(), *(m.end() for kind, m in after.items() if kind in ("week", "last"))])
        meaning: Meaning = "weekday_of_week" if "week" in before or "week" in after else "weekday"
        found.append(
            DayWords(
                Span(start, end),
                meaning,
                weekday=forms.weekday_number[name],
                offset=-1 if meaning == "weekday_of_week" else 0,
                strict="last" in before or "last" in after,
            )
        )
    return found


def _in_date(low: str, match: re.Match[str]) -> bool:
    """Whether the weekday stands beside a day's number ("terça (13)", "среда, 13 февраля")."""
    return re.match(r"\s*[,(]?\s*\d{1,2}\b", low[match.end() : match.end() + 8]) is not None


def _fixed(folded: Folded, forms: Forms) -> list[DayWords]:
    if forms.fixed is None:
        return []
    found = []
    for match in forms.fixed.finditer(folded.low):
        kind, offset = forms.fixed_meaning[" ".join(match["F"].split())]
        place = Span(match.start("F"), match.end("F"))
        if kind == "eve" and forms.eve_of is not None and forms.eve_of.match(folded.low, match.end()):
            continue
        if kind in _UNITS:
            found.append(DayWords(place, "spanned", offset=offset, unit=_UNITS[kind]))
        else:
            meaning: Meaning = "relative" if kind == "relative" else "eve" if kind == "eve" else "anchored"
            found.append(DayWords(place, meaning, offset=offset))
    return found


def _widest(found: list[DayWords]) -> list[DayWords]:
    """Overlaps settled: the longer words win, of equal ones a day, and always a day over its month ("of May
    13"); a weekday beside its own date is one with it."""
    kept: list[DayWords] = []
    days = [w.span for w in found if w.meaning == "date"]
    found = [w for w in found if w.meaning != "month" or not any(map(w.span.overlaps, days))]
    order = sorted(found, key=lambda w: (w.span.start - w.span.end, w.meaning == "spanned", w.span.start))
    for words in order:
        if not any(words.span.overlaps(other.span) for other in kept):
            kept.append(words)
    kept.sort(key=lambda w: w.span.start)
    merged: list[DayWords] = []
    for words in kept:
        last = merged[-1] if merged else None
        if last and words.span.start - last.span.end <= 4:
            pair = {last.meaning, words.meaning}
            if pair == {"weekday", "date"} or pair == {"weekday", "day_of_month"}:
                exact = words if words.meaning != "weekday" else last
                merged[-1] = replace(exact, span=Span(last.span.start, words.span.end))
                continue
            if pair == {"weekday", "relative"}:  # "yesterday, Tuesday": the weekday is the surer one
                exact = words if words.meaning == "weekday" else last
                merged[-1] = replace(exact, span=Span(last.span.start, words.span.end))
                continue
        merged.append(words)
    return merged


def _is_future(folded: Folded, words: DayWords, forms: Forms) -> bool:
    """Whether the words stand in a clause about what is to come ("will meet on Monday")."""
    if (
        forms.future is None
        or words.meaning in ("anchored", "eve")
        or (words.meaning == "relative" and words.offset < 0)
    ):
        return False
    if words.meaning == "spanned" and words.offset < 0:
        return False
    if words.meaning == "date" and words.year is not None:
        return False
    low = folded.low
    start = 0
    for boundary in _CLAUSE_END.finditer(low, 0, words.span.start):
        start = boundary.end()
    return forms.future.search(low, start, words.span.start) is not None


def _anchor(text: str, span: Span, language: str, forms: Forms, found: list[DayWords]) -> list[DayWords]:
    """Gives words such as "the next day" the day named last before them."""
    start = max(0, span.start - _ANCHOR_REACH)
    before = [
        w
        for w in _read(text, Span(start, span.start), language, forms)
        if w.meaning in ("date", "day_of_month", "weekday", "weekday_of_week", "relative", "eve", "anchored")
    ]
    result: list[DayWords] = []
    for words in [*before, *found]:
        if words.meaning in ("anchored", "eve"):
            nearest = next((w for w in reversed(result) if w.meaning not in ("month", "spanned")), None)
            words = replace(words, anchor=nearest)  # noqa: PLW2901
        result.append(words)
    return result[len(before) :]


# --- reckoning --------------------------------------------------------------------------------------------


def day_of(published: When, zone: str | None = None) -> date:
    """The calendar day of publication in the outlet's zone (an IANA name or offset); a moment exact
    only to the day is that day in every zone. Without a zone the moment's own offset counts."""
    if published.precision == "minute" and (tz := zone_of(zone)) is not None:
        return published.value.astimezone(tz).date()
    return published.value.date()


def resolve_day(words: DayWords, published: When | None, zone: str | None = None) -> Said:
    """The day that the words give, or the interval that is sure; an empty Said where neither can be told.

    An explicit date with a year needs no publication date; every other meaning does.
    """
    today = day_of(published, zone) if published is not None and published.precision != "month" else None
    return _resolve(words, today, 0)


def _exact(day: date | None) -> Said:
    return Said(day, day, day) if day else Said()


def _resolve(words: DayWords, today: date | None, depth: int) -> Said:
    match words.meaning:
        case "date":
            return _exact(_resolve_date(words, today))
        case "month":
            return _resolve_month(words, today)
        case "anchored" | "eve":
            return _resolve_anchored(words, today, depth)
    if today is None:
        return Said()
    match words.meaning:
        case "relative":
            return _exact(today + timedelta(days=words.offset))
        case "day_of_month":
            return _exact(_last_day_of_month(words.day or 0, today))
        case "weekday":
            back = (today.isoweekday() - (words.weekday or 0)) % 7
            return _exact(today - timedelta(days=7 if words.strict and back == 0 else back))
        case "weekday_of_week":
            monday = today - timedelta(days=today.isoweekday() - 1) + timedelta(weeks=words.offset)
            return _exact(monday + timedelta(days=(words.weekday or 1) - 1))
        case _:
            return _resolve_spanned(words, today)


def _resolve_date(words: DayWords, today: date | None) -> date | None:
    month, day = words.month or 0, words.day or 0
    if words.year is not None:
        return make_date(words.year, month, day, jalali=words.jalali)
    if today is None:
        return None
    # The latest such day that is not in the future; a day of slack, because zones differ. One that lies more
    # than eight months back is as likely the next one to come: no answer.
    years = (
        range(today.year - 620, today.year - 624, -1)
        if words.jalali
        else range(today.year + 1, today.year - 5, -1)
    )
    days = (make_date(year, month, day, jalali=words.jalali) for year in years)
    past = next((d for d in days if d and d <= today + timedelta(days=1)), None)
    return past if past and today - past <= _UNSURE_AFTER else None


def _resolve_month(words: DayWords, today: date | None) -> Said:
    first = _resolve_date(replace(words, day=1), today)
    if first is None:
        return Said()
    if words.jalali:
        last = first + timedelta(days=28)
    else:
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Said(None, first, min(last, today) if today and first <= today else last)


def _resolve_anchored(words: DayWords, today: date | None, depth: int) -> Said:
    anchor = words.anchor
    if anchor is not None and depth < 8:
        base = _resolve(anchor, today, depth + 1).on
        return _exact(base + timedelta(days=words.offset)) if base else Said()
    if words.meaning == "eve" and today is not None:
        return _exact(today + timedelta(days=words.offset))
    return Said()


def _last_day_of_month(day: int, today: date) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        made = make_date(year, month, day)
        if made and made <= today:
            return made
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return None


def _resolve_spanned(words: DayWords, today: date) -> Said:
    if words.unit == "week":
        first = today - timedelta(days=today.isoweekday() - 1) + timedelta(weeks=words.offset)
        last = first + timedelta(days=6)
    elif words.unit == "weekend":
        first = today - timedelta(days=(today.isoweekday() + 1) % 7)  # the last Saturday, or today
        last = first + timedelta(days=1)
    elif words.unit == "month":
        first = today.replace(day=1)
        for _ in range(-words.offset):
            first = (first - timedelta(days=1)).replace(day=1)
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    else:
        first = date(today.year + words.offset, 1, 1)
        last = date(today.year + words.offset, 12, 31)
    return Said(None, first, min(last, today))
