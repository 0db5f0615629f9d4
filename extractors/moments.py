"""Moments as machines and pages write them: ISO 8601, RFC 822, epochs, and clock times with a zone's
letters. Words of days in sentences are another matter (``days``).

Zone letters are read as the press of that place uses them: "ET" is -04:00 in July and -05:00 in January.
Source of the daylight rules: the IANA time-zone database, through ``zoneinfo``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import DateSource, When

#: Letters that name a region's clock, whatever the season.
_REGIONS: Final = {
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CDT": "America/Chicago",
    "MT": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "BST": "Europe/London", "CET": "Europe/Paris", "CEST": "Europe/Paris", "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin", "EET": "Europe/Kyiv", "EEST": "Europe/Kyiv", "MSK": "Europe/Moscow",
    "МСК": "Europe/Moscow", "TRT": "Europe/Istanbul", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
}  # fmt: skip
#: Letters that are a fixed offset, in minutes.
_FIXED: Final = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "SAST": 120, "IDT": 180, "IST": 330, "PKT": 300, "JST": 540,
    "KST": 540, "HKT": 480, "SGT": 480, "BRT": -180, "ART": -180, "IRST": 210,
}  # fmt: skip
ZONE_LETTERS: Final = "|".join(sorted((*_REGIONS, *_FIXED), key=len, reverse=True))
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_SLACK = timedelta(hours=48)
#: A longer text is no moment.
_LONGEST: Final = 80
_ISO = re.compile(
    r"^\s*(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$",
    re.IGNORECASE,
)
_RFC = re.compile(
    r"^\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})"
    r"(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?)?\s*$"
)
_RFC_MONTHS = {m: n for n, m in enumerate([
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
], 1)}  # fmt: skip
#: "1:30 p.m. ET", "13:05", "9 a.m. local"; hours alone only with a.m. or p.m.
CLOCK: Final = re.compile(
    r"(?<![\d:.])(?:(?P<h>[01]?\d|2[0-3])[:.h](?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?"
    r"|(?P<h2>1[0-2]|0?[1-9])\s*(?P<half2>[ap])\.?\s?m\b\.?)"
    rf"(?:\s*\(?(?P<zone>(?:{ZONE_LETTERS})(?![A-Za-z])|[+-]\d{{2}}:?\d{{2}})\)?)?",
    re.IGNORECASE,
)


def zone_of(letters: str | None) -> tzinfo | None:
    """The zone that letters or an offset ("ET", "+0300", "Europe/Paris") name; None if unknown."""
    if not letters:
        return None
    if match := re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", letters):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return (
            timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes)) if minutes < 1440 else None
        )
    upper = letters.upper()
    if upper in _FIXED:
        return timezone(timedelta(minutes=_FIXED[upper]))
    try:
        return ZoneInfo(_REGIONS.get(upper, letters))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def with_offset(moment: datetime) -> datetime:
    """The same moment with its zone reduced to a plain offset, so that it prints and travels alike."""
    if moment.tzinfo is UTC:
        return moment
    offset = moment.utcoffset()
    return moment.replace(tzinfo=timezone(offset)) if offset else moment.replace(tzinfo=UTC)


def read_clock(match: re.Match[str], day: date, zone: tzinfo | None) -> datetime | None:
    """The moment that a ``CLOCK`` match gives on that day; its own zone letters win over ``zone``."""
    hour = int(match["h"] or match["h2"])
    half = (match["half"] or match["half2"] or "").lower()
    if half and hour > 12:
        half = ""
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    tz = zone_of(match["zone"]) or zone or UTC
    return with_offset(datetime.combine(day, time(hour, int(match["m"] or 0)), tz))


def read_moment(
    raw: object, source: DateSource, *, zone: tzinfo | None = None, now: datetime | None = None
) -> When | None:
    """A machine's date or time as a moment; None where it cannot be read or cannot be true.

    Takes ISO 8601, RFC 822 and epochs in seconds or milliseconds. Without a zone the time is taken in
    ``zone``, else in UTC. True dates lie between 1990 and ``now`` plus 48 hours.
    """
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    found = _moment(str(raw).strip(), zone)
    if found is None:
        return None
    value, minute = found
    if value < _EARLIEST or (now is not None and value > now + _SLACK):
        return None
    return When(value, "minute" if minute else "day", source)


@lru_cache(maxsize=4096)  # a page gives its times several times over
def _moment(text: str, zone: tzinfo | None) -> tuple[datetime, bool] | None:
    if len(text) > _LONGEST:
        return None
    found = _epoch(text) or _iso(text, zone) or _rfc(text, zone)
    return (with_offset(found[0]), found[1]) if found else None


def _epoch(text: str) -> tuple[datetime, bool] | None:
    if not re.fullmatch(r"\d{9,10}|\d{12,13}|\d{9,10}\.\d+", text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC), True


def _iso(text: str, zone: tzinfo | None) -> tuple[datetime, bool] | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    return _build(int(year), int(month), int(day), hour, minute, second, zone_of(offset) or zone)


def _rfc(text: str, zone: tzinfo | None) -> tuple[datetime, bool] | None:
    match = _RFC.match(text)
    if not match or (month := _RFC_MONTHS.get(match[2][:3].lower())) is None:
        return None
    return _build(
        int(match[3]), month, int(match[1]), match[4], match[5], match[6], zone_of(match[7]) or zone
    )


def _build(
    year: int,
    month: int,
    day: int,
    hour: str | None,
    minute: str | None,
    second: str | None,
    tz: tzinfo | None,
) -> tuple[datetime, bool] | None:
    try:
        if hour is None:
            return datetime(year, month, day, tzinfo=UTC), False
        value = datetime(
            year, month, day, int(hour) % 24, int(minute or 0), int(second or 0), tzinfo=tz or UTC
        )
    except ValueError:
        return None
    return value, True
