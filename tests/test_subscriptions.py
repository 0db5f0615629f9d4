"""Who is told what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties import examples
from told import MINISTER, TOLD, tolds

from alerts.subscriptions import hours, in_quiet_hours, next_digest, wants
from monitor.errors import SettingsError
from monitor.model import OFFICIAL_KINDS, SubscriptionRule, Told

RULE = SubscriptionRule("desk")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "matches"),
        ({"kinds": ("state",)}, "matches"),
        ({"kinds": ("former",)}, "kind"),
        ({"states": ("ru", "UA")}, "matches"),
        ({"states": ("UA",)}, "state"),
        ({"positions": ("condemns", "threatens_use")}, "matches"),
        ({"positions": ("condemns",)}, "position"),
        ({"languages": ("ar",)}, "matches"),
        ({"languages": ("EN",)}, "matches"),
        ({"languages": ("fr",)}, "language"),
        ({"speakers": ("Gromov",)}, "matches"),
        ({"speakers": ("ivan  gromov",)}, "matches"),
        ({"speakers": ("Громов",)}, "matches"),
        ({"speakers": ("Grom",)}, "speaker"),
        ({"speakers": ("defence minister",)}, "matches"),
        ({"text": ("PATIENCE",)}, "matches"),
        ({"text": ("clearance", "press conference")}, "matches"),
        ({"text": ("patien",)}, "text"),
        ({"text": ("…",)}, "text"),
        ({"corroboration": "official_source"}, "matches"),
    ],
)
def test_each_condition(change: dict[str, object], reason: str) -> None:
    assert wants(replace(RULE, **change), TOLD) == (reason == "matches", reason)


def test_without_kinds_only_official_ones_are_told() -> None:
    for kind in ("state", "intergovernmental", "de_facto", "anonymous", "former", "other"):
        told = replace(TOLD, speaker=replace(MINISTER, kind=kind))
        assert wants(RULE, told)[0] == (kind in OFFICIAL_KINDS)
        assert wants(replace(RULE, kinds=(kind,)), told)[0]


def test_chinese_names_need_no_spaces() -> None:
    told = replace(TOLD, venue="在联合国安全理事会发言")
    assert wants(replace(RULE, text=("安全理事会",)), told) == (True, "matches")


def test_corroboration_is_a_least_level() -> None:
    levels = ("unverified", "single", "independent", "official_source")
    least = {"any": 0, "single": 1, "independent": 2, "official_source": 3}
    for asked, lowest in least.items():
        for rank, level in enumerate(levels):
            told = replace(TOLD, corroboration=level)
            assert wants(replace(RULE, corroboration=asked), told)[0] == (rank >= lowest), (asked, level)


def test_a_digest_takes_what_is_unverified_unless_it_asks_for_more() -> None:
    told = replace(TOLD, corroboration="unverified")
    assert wants(replace(RULE, mode="daily"), told)[0]
    assert wants(RULE, told) == (False, "corroboration")
    assert wants(replace(RULE, mode="weekly", corroboration="independent"), told) == (False, "corroboration")


@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(told=tolds)
def test_an_open_rule_takes_every_official_statement(told: Told) -> None:
    assert wants(replace(RULE, corroboration="any"), told)[0] == (told.speaker.kind in OFFICIAL_KINDS)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("span", "now", "end"),
    [
        ("22:00-06:00", "2024-03-05T21:59:59", None),
        ("22:00-06:00", "2024-03-05T22:00", "2024-03-06T06:00"),
        ("22:00-06:00", "2024-03-06T05:59:59", "2024-03-06T06:00"),
        ("22:00-06:00", "2024-03-06T06:00", None),
        ("12:30-13:30", "2024-03-06T13:00", "2024-03-06T13:30"),
        ("12:30-13:30", "2024-03-06T13:30", None),
        ("00:00-00:00", "2024-03-06T13:30", None),
        ("", "2024-03-06T23:30", None),
    ],
)
def test_quiet_hours_on_the_wall_clock(span: str, now: str, end: str | None) -> None:
    rule = replace(RULE, quiet_hours=span, timezone="Europe/Zurich")
    found = in_quiet_hours(rule, at(now, "Europe/Zurich"))
    assert found == (at(end, "Europe/Zurich") if end else None)
    assert found is None or found.tzinfo is UTC


def test_quiet_hours_over_the_change_of_clocks() -> None:
    rule = replace(RULE, quiet_hours="22:00-06:00", timezone="Europe/Paris")
    # The night in spring is an hour shorter, the one in autumn an hour longer.
    assert in_quiet_hours(rule, at("2024-03-30T21:30")) == at("2024-03-31T04:00")
    assert in_quiet_hours(rule, at("2024-10-26T20:30")) == at("2024-10-27T05:00")
    # In the repeated hour the end must lie ahead.
    short = replace(rule, quiet_hours="23:00-02:30")
    assert in_quiet_hours(short, at("2024-10-27T01:10")) == at("2024-10-27T01:30")


@given(
    now=st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe")),
    start=st.times(),
    end=st.times(),
)
def test_the_end_of_quiet_hours_lies_ahead(now: datetime, zone: str, start: object, end: object) -> None:
    rule = replace(RULE, quiet_hours=f"{start:%H:%M}-{end:%H:%M}", timezone=zone)
    found = in_quiet_hours(rule, now)
    assert found is None or 0 < (found - now).total_seconds() <= 25 * 3600


@pytest.mark.parametrize("text", ["22-06", "25:00-06:00", "22:00", "22:00-06:61", "ab:cd-ef:gh"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError, match="quiet_hours"):
        hours(text)


@pytest.mark.parametrize(
    ("mode", "after", "due"),
    [
        ("daily", "2024-03-05T06:59", "2024-03-05T07:00"),
        ("daily", "2024-03-05T07:00", "2024-03-06T07:00"),
        ("weekly", "2024-03-05T07:00", "2024-03-11T07:00"),
        ("weekly", "2024-03-11T06:00", "2024-03-11T07:00"),
        ("weekly", "2024-03-11T07:00", "2024-03-18T07:00"),
    ],
)
def test_digests_are_due(mode: str, after: str, due: str) -> None:
    rule = replace(RULE, mode=mode, timezone="Europe/Paris")
    assert next_digest(rule, at(after, "Europe/Paris")) == at(due, "Europe/Paris")


def test_a_daily_digest_comes_every_day_over_the_change_of_clocks() -> None:
    rule = replace(RULE, mode="daily", timezone="Europe/Paris")
    moment, days = at("2024-03-28T12:00"), []
    for _ in range(5):
        moment = next_digest(rule, moment)
        days.append(moment.astimezone(ZoneInfo("Europe/Paris")).isoformat()[:16])
    assert days == [f"2024-{day}T07:00" for day in ("03-29", "03-30", "03-31", "04-01", "04-02")]


def test_an_instant_rule_has_no_digest_and_a_wrong_zone_is_named() -> None:
    with pytest.raises(SettingsError, match="instant"):
        next_digest(RULE, at("2024-03-05T06:59"))
    with pytest.raises(SettingsError, match="Mars/Olympus"):
        next_digest(replace(RULE, mode="daily", timezone="Mars/Olympus"), at("2024-03-05T06:59"))
