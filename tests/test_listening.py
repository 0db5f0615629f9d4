"""Silent feeds by their own rhythm, failing ones by days, blind spots by language and region."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.listening import failing_since, may_be_silent, region_of, regions, silent_since, unheard

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
DATA = Path(__file__).parent.parent / "monitor" / "data"


def every(pause: timedelta, times: int, last: timedelta) -> list[datetime]:
    """So many arrivals, one a pause, the last so long ago."""
    return [NOW - last - pause * n for n in range(times)]


@pytest.mark.parametrize(
    ("pause", "last", "silent"),
    [
        (timedelta(hours=1), timedelta(hours=30), False),  # quick feeds have their weekends
        (timedelta(hours=1), timedelta(hours=49), True),
        (timedelta(days=1), timedelta(days=3), False),
        (timedelta(days=1), timedelta(days=5), True),
        (timedelta(days=7), timedelta(days=20), False),
        (timedelta(days=7), timedelta(days=29), True),
    ],
)
def test_a_feed_is_silent_by_its_own_rhythm(pause: timedelta, last: timedelta, silent: bool) -> None:
    found = silent_since(every(pause, 20, last), NOW)
    assert found == (NOW - last if silent else None)


def test_one_long_pause_among_many_is_not_the_rhythm() -> None:
    arrivals = [*every(timedelta(hours=2), 20, timedelta(days=3)), NOW - timedelta(days=40)]
    assert silent_since(arrivals, NOW) == NOW - timedelta(days=3)


def test_many_entries_of_one_answer_are_one_arrival() -> None:
    first = [NOW - timedelta(days=20)] * 50
    assert silent_since(first, NOW) is None, "no rhythm is known yet"
    assert silent_since([NOW - timedelta(days=31)] * 50, NOW) == NOW - timedelta(days=31)


def test_what_was_not_asked_is_not_silent() -> None:
    arrivals = every(timedelta(hours=1), 20, timedelta(days=9))
    assert silent_since(arrivals, NOW) is not None
    assert silent_since(arrivals, NOW - timedelta(days=8)) is None, "the program was off for a week"
    assert silent_since(arrivals, None) is None
    assert silent_since([], NOW) is None


def test_failing_is_a_matter_of_days() -> None:
    added, ok = NOW - timedelta(days=90), NOW - timedelta(days=4)
    assert failing_since(ok, added, 3.0, NOW) == ok
    assert failing_since(None, added, 9.0, NOW) == added, "it never answered"
    assert failing_since(NOW - timedelta(days=2), added, 3.0, NOW) is None
    assert failing_since(ok, added, 0.0, NOW) is None, "it was not asked, or answered"


def test_every_state_has_one_region() -> None:
    rows = (DATA / "territories.csv").read_text("utf-8").splitlines()[1:]
    states = {row["code"] for row in csv.DictReader(rows)}
    listed = [state for region in regions().values() for state in region]
    assert sorted(listed) == sorted(states)
    assert region_of("NO") == "northern_europe"
    assert region_of(None) is region_of("EU") is None


def test_who_was_not_heard_keeps_the_order() -> None:
    assert unheard(("en", "ar", "fa", "ar"), ("EN", None, "ru")) == ("ar", "fa")


@pytest.mark.parametrize("hours", [1, 30, 47, 48, 49, 200, 2000])
@pytest.mark.parametrize("pause", [1, 12, 100])
def test_what_may_not_be_silent_is_not(hours: int, pause: int) -> None:
    """Only feeds of which it may be so are asked for their rhythm: no silent one is passed over."""
    arrivals = every(timedelta(hours=pause), 20, timedelta(hours=hours))
    if silent_since(arrivals, NOW) is not None:
        assert may_be_silent(max(arrivals), NOW)
    assert not may_be_silent(None, NOW)
    assert not may_be_silent(max(arrivals), None)
