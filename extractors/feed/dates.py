"""The dates of feeds, read from the feed's own words by rules of our own.

feedparser takes most zone names for UTC, ``2016/6/29`` for the first of November, and epoch numbers for
the year 1715. Here a date that can be read in two ways is not read at all.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from monitor.model import Precision, Problem, When

_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("dates.toml").read_text("utf-8"))
_ZONES: Final[dict[str, int]] = _DATA["zones"]
_BY_COUNTRY: Final[dict[str, dict[str, int]]] = _DATA["zones_by_country"]
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(hours=48)


def _months() -> dict[str, int]:
    """Every month word to its number; a word that two languages use for different months is left out."""
    found: dict[str, set[int]] = {}
    for rows in _DATA["months"].values():
        for number, row in enumerate(rows, 1):
            for word in row.split():
                found.setdefault(word.replace("_", " "), set()).add(number)
    english = {word for row in _DATA["months"]["en"] for word in row.split()}
    numbers = {word: min(months) for word, months in found.items() if len(months) == 1}
    for number, row in enumerate(_DATA["months"]["en"], 1):
        numbers.update(dict.fromkeys((word for word in row.split() if word in english), number))
    return numbers


_MONTHS: Final = _months()
_MONTH_WORD = "|".join(sorted((re.escape(word) for word in _MONTHS), key=len, reverse=True))
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = (
    r"(?P<zone>[+\-−]\d{2}:?\d{2}|[+\-−]\d{1,2}(?!\d)|(?:GMT|UTC)[+\-−]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})?"
)
_TAIL = rf"(?:(?:\s*,?\s*|\s+at\s+|\s+um\s+|\s+à\s+|T)(?:{_TIME})\s*{_ZONE})?\s*(?:\([^)]{{0,40}}\))?\s*$"
_EPOCH = re.compile(r"^\s*(\d{9,10}|\d{12,13})(?:\.\d+)?\s*$")
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^\s*(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TAIL}",
        rf"^\s*(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TAIL}",
        r"^\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
        rf"{_ZONE}\s*$",
        r"^\s*(?P<year>\d{4})-(?P<month>\d{1,2})\s*$",
        rf"^\s*(?P<year>\d{{4}})\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*日{_TAIL}",
        rf"^\s*(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s\-/]+(?:de\s+)?"
        rf"(?P<word>{_MONTH_WORD})\.?,?[\s\-/]+(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})(?:\s*г\.?|\s*року|\s*р\.)?{_TAIL}",
        rf"^\s*(?:[^\W\d]+\.?,?\s+)?(?P<word>{_MONTH_WORD})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}}){_TAIL}",
        rf"^\s*(?:[^\W\d]+\.?,?\s+)?(?P<word>{_MONTH_WORD})\.?\s+(?P<day>\d{{1,2}})\s+"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<zone>[A-Za-z]{1,5})?\s+"
        r"(?P<year>\d{4})\s*$",
        rf"^\s*(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_TAIL}",
        rf"^\s*(?:[^\W\d]+\.?,?\s+)?(?P<first>\d{{1,2}})[/\-](?P<second_>\d{{1,2}})[/\-](?P<year>\d{{4}}){_TAIL}",
    )
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a feed as it was read: None with a problem where it cannot be believed."""

    when: When | None
    problem: Problem | None = None


def read_date(raw: str, *, now: datetime, host: str = "") -> Dated:
    """The moment that a feed's words give.

    Precision is ``minute`` only where a zone is given; without one the day is all that is known, and the
    value is the local time taken as UTC. Before 1990 or more than 48 hours after ``now`` is ``date_suspect``;
    what no rule reads, or two rules read differently, is ``date_unread``.
    """
    raw = _arabic_digits(raw.strip())[:100]
    if not raw:
        return Dated(None)
    if epoch := _EPOCH.match(raw):
        number = int(epoch[1])
        value = datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)
        return _judged(value, "minute", None, raw, now)
    for form in _FORMS:
        if found := form.match(raw):
            try:
                return _built(found.groupdict(), raw, now, host)
            except (ValueError, OverflowError):
                return Dated(None, Problem("date_suspect", raw))
    return Dated(None, Problem("date_unread", raw))


def _built(parts: dict[str, str | None], raw: str, now: datetime, host: str) -> Dated:
    day, month = _day_and_month(parts)
    if day is None or month is None:
        return Dated(None, Problem("date_unread", f"day or month first? {raw}"))
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 2000 if year < 70 else 1900
    if parts.get("hour") is None:
        precision: Precision = "day" if parts.get("day") or parts.get("first") else "month"
        return _judged(datetime(year, month, day, tzinfo=UTC), precision, None, raw, now)
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = min(int(parts.get("second") or 0), 59)
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    extra = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    value = datetime(year, month, day, 0 if extra else hour, minute, second, tzinfo=UTC) + extra
    offset, problem = _offset(parts.get("zone"), host)
    if offset is None:
        return _judged(value, "day", problem, raw, now)
    return _judged((value - offset).replace(tzinfo=UTC), "minute", problem, raw, now)


def _day_and_month(parts: dict[str, str | None]) -> tuple[int | None, int | None]:
    if word := parts.get("word"):
        return int(parts["day"] or 0), _MONTHS[word.casefold().replace("i̇", "i")]
    if first := parts.get("first"):
        one, two = int(first), int(parts["second_"] or 0)
        if one > 12 >= two:
            return one, two
        if two > 12 >= one:
            return two, one
        return (one, two) if one == two else (None, None)
    return int(parts.get("day") or 1), int(parts["month"] or 0)


def _offset(zone: str | None, host: str) -> tuple[timedelta | None, Problem | None]:
    """How far east the zone is; None where none is given or none of that name is known."""
    if not zone:
        return None, Problem("date_zone_missing")
    text = zone.replace("−", "-").upper()
    for prefix in ("GMT", "UTC"):
        if text.startswith(prefix) and len(text) > 3:
            text = text[3:]
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
        if hours > 14 or minutes > 59:
            return None, Problem("date_zone_unknown", zone)
        size = timedelta(hours=hours, minutes=minutes)
        return (-size if text[0] == "-" else size), None
    minutes_east = _BY_COUNTRY.get(text, {}).get(host.rpartition(".")[2], _ZONES.get(text))
    if minutes_east is None:
        return None, Problem("date_zone_unknown", zone)
    return timedelta(minutes=minutes_east), None


def _judged(value: datetime, precision: Precision, problem: Problem | None, raw: str, now: datetime) -> Dated:
    if not EARLIEST <= value <= now.astimezone(UTC) + AHEAD:
        return Dated(None, Problem("date_suspect", raw))
    return Dated(When(value, precision, "feed"), problem)


_DIGITS: Final = {ord("٠") + n: str(n) for n in range(10)} | {ord("۰") + n: str(n) for n in range(10)}


def _arabic_digits(text: str) -> str:
    return text.translate(_DIGITS)


def host_of(url: str) -> str:
    """The host of a feed's address, for the zone names that differ by country; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
