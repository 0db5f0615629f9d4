"""Who is told what, and when: rules of a subscription as functions of values. ``now`` is an argument."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.errors import SettingsError
from monitor.model import (
    OFFICIAL_KINDS,
    STANDING_GROUPS,
    SilenceRule,
    StatementFilter,
    SubscriptionRule,
    Told,
)

#: How far a statement is corroborated, rising; a rule names the least that it asks for.
_LEVELS: Final[tuple[str, ...]] = ("unverified", "single", "independent", "official_source")


def wants(rule: SubscriptionRule, told: Told) -> tuple[bool, str]:
    """Whether the rule takes the statement, and why: ``matches``, or the name of the first condition missed.

    The reasons are ``kind state speaker position language text corroboration``. No kinds in the rule
    means the official ones. ``corroboration`` says what is told at once: a digest takes the unverified
    too, unless it asks for ``independent`` or better, since that is where the unverified are told.
    """
    conditions = (
        ("kind", told.speaker.kind in (rule.kinds or OFFICIAL_KINDS)),
        *_conditions(rule, told),
        ("corroboration", _LEVELS.index(told.corroboration) >= _least(rule)),
    )
    missed = next((name for name, holds in conditions if not holds), None)
    return missed is None, missed or "matches"


def silenced(
    silences: Iterable[SilenceRule], rule: SubscriptionRule, told: Told, now: datetime
) -> SilenceRule | None:
    """What keeps a statement from being sent to a rule's readers now: of several, what lasts longest."""
    found = [
        one
        for one in silences
        if one.until > now
        and (not one.subscriptions or rule.name in one.subscriptions)
        and (not one.kinds or told.speaker.kind in one.kinds)
        and all(holds for _, holds in _conditions(one, told))
    ]
    return max(found, key=lambda one: (not one.embargo, one.until), default=None)


def _conditions(rule: StatementFilter, told: Told) -> tuple[tuple[str, bool], ...]:
    """What a rule and a silence ask alike, by name: whether it holds."""
    speaker = told.speaker
    names = (speaker.name, speaker.name_en, speaker.official or "", speaker.body or "", speaker.office or "")
    languages = {
        x.casefold() for x in (*(o.language for o in told.outlets), *(p.language for p in told.passages)) if x
    }
    texts = (*(p.text for p in told.passages), told.venue or "", speaker.role or "", *names)
    return (
        ("state", not rule.states or _of_states(rule.states, told)),
        ("speaker", not rule.speakers or _any_names(rule.speakers, names)),
        ("position", not rule.positions or bool(set(rule.positions) & set(told.positions))),
        ("language", not rule.languages or bool(_folded(rule.languages) & languages)),
        ("text", not rule.text or _any_names(rule.text, texts)),
    )


def _of_states(wanted: Iterable[str], told: Told) -> bool:
    """Whether the speaker's state is among the codes, or in a group by its standing on the day said."""
    folded = _folded(wanted)
    groups = {name for name, standing in STANDING_GROUPS.items() if standing == told.standing}
    return (told.speaker.state or "").casefold() in folded or bool(groups & folded)


def _least(rule: SubscriptionRule) -> int:
    if rule.corroboration == "any" or (rule.corroboration == "single" and rule.mode != "instant"):
        return 0
    return _LEVELS.index(rule.corroboration)


def _folded(values: Iterable[str]) -> set[str]:
    return {value.casefold() for value in values}


def _words(text: str) -> str:
    """The words of a text between single spaces, without case, accents and points."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " " + " ".join(re.findall(r"[^\W_]+", bare.casefold())) + " "


def _any_names(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the wanted words or names stands, as whole words, in one of the texts.

    Scripts that set no spaces (Chinese, Japanese) have no whole words: there the letters are enough.
    """
    found = [_words(text) for text in texts if text]
    for want in wanted:
        words = _words(want)
        if words.isspace():
            continue
        bare = words.strip()
        spaceless = any(unicodedata.east_asian_width(c) in "WF" for c in bare)
        if any((bare if spaceless else words) in text for text in found):
            return True
    return False


def hours(text: str) -> tuple[time, time] | None:
    """``"22:00-06:00"`` as two times of day, None for an empty text. Raises SettingsError for another."""
    if not text.strip():
        return None
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text)
    try:
        if match is None:
            raise ValueError
        first, second, third, fourth = (int(part) for part in match.groups())
        return time(first, second), time(third, fourth)
    except ValueError:
        raise SettingsError(f'quiet_hours is written "22:00-06:00", not {text!r}') from None


def in_quiet_hours(rule: SubscriptionRule, now: datetime) -> datetime | None:
    """The end of the quiet hours in which ``now`` (aware) falls, in UTC; None outside of them.

    The hours are those of the wall clock in the rule's zone, so they follow its summer time.
    """
    span = hours(rule.quiet_hours)
    if span is None or span[0] == span[1]:
        return None
    start, end = span
    zone = _zone(rule)
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if start < end:
        if not start <= clock < end:
            return None
        day = local.date()
    elif clock >= start:
        day = local.date() + timedelta(days=1)
    elif clock < end:
        day = local.date()
    else:
        return None
    return _moment(datetime.combine(day, end), zone, now)


def next_digest(rule: SubscriptionRule, after: datetime) -> datetime:
    """When the next daily or weekly digest is due, strictly after ``after`` (aware), in UTC.

    At ``digest_hour`` of the rule's zone, weekly on ``digest_weekday``. Raises SettingsError for an
    instant rule, which has no digest.
    """
    if rule.mode == "instant":
        raise SettingsError(f"subscription {rule.name} is instant and has no digest")
    zone = _zone(rule)
    at = time(rule.digest_hour)
    day = after.astimezone(zone).date()
    for _ in range(9):
        due = datetime.combine(day, at, zone).astimezone(UTC)
        if due > after and (rule.mode == "daily" or day.weekday() == rule.digest_weekday):
            return due
        day += timedelta(days=1)
    raise SettingsError(f"subscription {rule.name} names no day of the week")


def _moment(local: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """The wall-clock time as a moment after ``now``: the second of the two where clocks were put back."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment > now else local.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _zone(rule: SubscriptionRule) -> ZoneInfo:
    try:
        return ZoneInfo(rule.timezone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"no such time zone: {rule.timezone}") from None
