"""The date words of one language, compiled: months, weekdays, relative days and the forms of dates.

The words are data (``languages/xx/dates.toml``); this module turns them into patterns over folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.model import Span

Pattern = re.Pattern[str]
_DAY: Final = r"(?P<d>[12]\d|3[01]|0?[1-9])"
_YEAR: Final = r"(?P<y>(?:19|20)\d{2}|1[34]\d{2})"
#: How many weeks, months, years ago a span is, by the first word of its name.
_BACK: Final = {"this": 0, "last": -1, "two": -2, "three": -3}
_NUMERIC: Final = re.compile(
    r"(?<![\d./-])(?:(?P<y>(?:19|20)\d{2})(?P<s>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])"
    r"|(?P<a>0?[1-9]|[12]\d|3[01])(?P<t>[./-])(?P<b>0?[1-9]|[12]\d|3[01])(?P=t)(?P<y2>(?:19|20)\d{2}))(?![\d/-])"
)


@dataclass(frozen=True, slots=True)
class Forms:
    """One language's compiled patterns.

    Groups: d, m, y (numbers), o (a day in words), M (a month's name), W (a weekday's).
    """

    dates: tuple[Pattern, ...]
    months: tuple[Pattern, ...]
    day_only: tuple[Pattern, ...]
    weekday: Pattern | None
    before: dict[str, Pattern]  # kind -> what stands before a weekday
    after: dict[str, Pattern]
    needs_lead: frozenset[str]  # weekdays that are other words too, unless a preposition stands before
    needs_tail: frozenset[str]
    fixed: Pattern | None
    month_number: dict[str, tuple[int, bool]]  # folded name -> (number, is it a Jalali month)
    weekday_number: dict[str, int]
    fixed_meaning: dict[str, tuple[str, int]]  # folded words -> (kind, offset)
    future: Pattern | None
    eve_of: Pattern | None  # behind words for an eve: of what it is the eve, a day that nothing tells
    night: Pattern | None  # a night that is told by its days: what happened in it is told after it
    ordinal: dict[str, int]  # folded words for the days of a month -> the day


def _alternatives(names: list[str]) -> str:
    ordered = sorted({fold(name).low for name in names}, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered)


def _key(found: str) -> str:
    return " ".join(found.split())


def _fixed(data: dict[str, Any]) -> dict[str, tuple[str, int]]:
    meaning: dict[str, tuple[str, int]] = {}
    for kind, section in (("relative", "days"), ("eve", "eve"), ("anchored", "anchored")):
        for offset, names in data.get(section, {}).items():
            for name in names:
                meaning[_key(fold(name).low)] = (kind, int(offset))
    for name, names in data.get("spans", {}).items():
        for words_ in names:
            back, unit = name.split("_")
            meaning[_key(fold(words_).low)] = (unit, _BACK[back])
    return meaning


def _around(data: dict[str, Any]) -> tuple[dict[str, Pattern], dict[str, Pattern]]:
    """What stands directly before and after a weekday and changes its meaning, by kind."""
    rules = data.get("weekday", {})
    gap = r"\s+" if data.get("boundary", True) else r"\s*"
    start, end = (r"(?<!\w)", r"(?!\w)") if data.get("boundary", True) else ("", "")
    before = {
        kind: re.compile(f"{start}(?:{_alternatives(rules[key])}){gap}$")
        for kind, key in (
            ("last", "last"),
            ("future", "future"),
            ("week", "week_before"),
            ("lead", "lead_words"),
        )
        if key in rules
    }
    after = {
        kind: re.compile(f"{gap}(?:{_alternatives(rules[key])}){end}")
        for kind, key in (("week", "week_after"), ("last", "last_after"), ("future", "future_after"))
        if key in rules
    }
    if "tail" in rules:
        after["tail"] = re.compile(rules["tail"])
    return before, after


def _fill(pattern: str, values: dict[str, str]) -> str:
    """The pattern with its placeholders filled; a group that comes twice is named once more with a number."""
    for mark, value in values.items():
        count = 0
        while mark in pattern:
            count += 1
            named = value if count == 1 else re.sub(r"\(\?P<(\w)>", rf"(?P<\g<1>{count}>", value)
            pattern = pattern.replace(mark, named, 1)
    return pattern


@cache
def forms_of(language: str) -> Forms | None:
    """The compiled date words of a language; None where it has none."""
    data = words(language, "dates")
    if not data:
        return None
    boundary = data.get("boundary", True)
    prefix = data.get("prefix", "")
    left, right = (rf"(?<!\w){prefix}", r"(?!\w)") if boundary else ("", "")
    months = {fold(n).low: (int(k), False) for k, names in data.get("months", {}).items() for n in names}
    jalali = {fold(n).low: (int(k), True) for k, names in data.get("jalali", {}).items() for n in names}
    every = {**months, **jalali}
    name = _alternatives(list(every))
    weekdays = {_key(fold(n).low): int(k) for k, names in data.get("weekdays", {}).items() for n in names}
    raw = data.get("forms", {})

    ordinal = {_key(fold(n).low): int(k) for k, names in data.get("ordinals", {}).items() for n in names}
    day = f"(?:{_DAY}|(?P<o>{_alternatives(list(ordinal))}))" if ordinal else _DAY
    marks = {"{S}": raw.get("suffix", ""), "{D}": day, "{Y}": _YEAR, "{M2}": name, "{M}": f"(?P<M>{name})"}

    def build(pattern: str) -> Pattern:
        filled = _fill(pattern, marks)
        guard = r"(?<![\w.,:/-])" if boundary else r"(?<!\d)"
        return re.compile(f"{guard}{prefix if boundary else ''}(?:{filled}){right}")

    fixed = _fixed(data)
    before, after = _around(data)
    clause = data.get("future", {}).get("clause", [])
    endings = "|".join(data.get("future", {}).get("endings", []))
    ahead = rf"|\w{{3,}}(?:{endings})" if endings else ""
    eve_of = data.get("events", {}).get("eve_of")
    night = data.get("events", {}).get("night")
    return Forms(
        dates=tuple(build(p) for p in raw.get("dates", [])),
        months=tuple(build(p) for p in raw.get("months", [])),
        day_only=tuple(re.compile(p) for p in raw.get("day_only", [])),
        weekday=re.compile(f"{left}(?P<W>{_alternatives(list(weekdays))}){right}") if weekdays else None,
        before=before,
        after=after,
        needs_lead=frozenset(_key(fold(w).low) for w in data.get("weekday", {}).get("lead_for", [])),
        needs_tail=frozenset(_key(fold(w).low) for w in data.get("weekday", {}).get("tail_for", [])),
        fixed=re.compile(f"{left}(?P<F>{_alternatives(list(fixed))}){right}") if fixed else None,
        month_number=every,
        weekday_number=weekdays,
        fixed_meaning=fixed,
        future=re.compile(f"{left if boundary else ''}(?:{_alternatives(clause)}{ahead}){right}")
        if clause
        else None,
        eve_of=re.compile(eve_of) if eve_of else None,
        night=re.compile(night) if night else None,
        ordinal=ordinal,
    )


def nights_in(text: str, span: Span, language: str) -> list[Span]:
    """Where a stretch of text tells in which night something happened, by the days around it or as the last
    one (`in the night from Monday to Tuesday`, `last night`)."""
    forms = forms_of(language)
    if forms is None or forms.night is None:
        return []
    folded = fold(text[span.start : span.end])
    found = [folded.span(match.start(), match.end()) for match in forms.night.finditer(folded.low)]
    return [Span(span.start + night.start, span.start + night.end) for night in found if night]


def numeric_dates(low: str, language: str) -> list[tuple[int, int, date]]:
    """Dates in figures with a year: (start, end, day). 5/6/2024 is June but for English, where it is unsure
    unless one of the numbers is above 12; unsure ones are left out."""
    found = []
    for match in _NUMERIC.finditer(low):
        if match["y"]:
            year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        else:
            first, second, year = int(match["a"]), int(match["b"]), int(match["y2"])
            if second > 12:
                day, month = second, first
            elif first > 12 or first == second or match["t"] == "." or language != "en":
                day, month = first, second
            else:
                continue
        if made := make_date(year, month, day):
            found.append((match.start(), match.end(), made))
    return found


def make_date(year: int, month: int, day: int, *, jalali: bool = False) -> date | None:
    """The day, or None where there is no such day; years below 1700 or ``jalali`` are Solar Hijri."""
    try:
        return jalali_date(year, month, day) if jalali else date(year, month, day)
    except ValueError:
        return None


def jalali_date(year: int, month: int, day: int) -> date:
    """A Solar Hijri day as a Gregorian one, by the 33-year cycle (years 1244 to 1472).

    Raises ValueError for a day that the calendar does not have.
    """
    length = 31 if month <= 6 else 30 if month <= 11 else 30 if _leap(year) else 29
    if not (1244 <= year <= 1472 and 1 <= month <= 12 and 1 <= day <= length):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    days_before = sum(366 if _leap(y) else 365 for y in range(1400, year))
    if year < 1400:
        days_before = -sum(366 if _leap(y) else 365 for y in range(year, 1400))
    in_year = (month - 1) * 31 - max(0, month - 7) + day - 1
    # 1 Farvardin 1400 was 21 March 2021.
    return date(2021, 3, 21) + timedelta(days=days_before + in_year)


def _leap(year: int) -> bool:
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)
