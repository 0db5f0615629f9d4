"""When a feed, a page and a message are tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import LONGEST_FAILURE, Pace, after_answer, after_failure, retry_wait, revisit_wait

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


def answered(interval: float, entries: int, new: int, feed: int = 7) -> Pace:
    return after_answer(feed, interval, entries=entries, new=new, now=NOW, shortest=10, longest=1440)


@pytest.mark.parametrize(
    ("entries", "new", "becomes"),
    [(30, 30, 40), (30, 21, 40), (30, 12, 80), (30, 1, 80), (30, 0, 100), (0, 0, 100)],
)
def test_the_interval_follows_the_share_of_new_items(entries: int, new: int, becomes: float) -> None:
    assert answered(80, entries, new).interval_minutes == becomes


def test_the_interval_stays_between_its_bounds() -> None:
    pace = Pace(10, 0, NOW)
    for _ in range(40):
        pace = answered(pace.interval_minutes, 20, 0)
    assert pace.interval_minutes == 1440
    for _ in range(40):
        pace = answered(pace.interval_minutes, 20, 20)
    assert pace == Pace(10, 0, NOW + timedelta(minutes=10))


def test_an_answer_forgets_failures_and_feeds_do_not_march_in_step() -> None:
    paces = [answered(600, 20, 5, feed=n) for n in range(50)]
    assert {p.failures for p in paces} == {0}
    assert len({p.due_at for p in paces}) > 30
    assert all(timedelta(minutes=600) <= p.due_at - NOW <= timedelta(minutes=660) for p in paces)
    assert answered(600, 20, 5, feed=3) == answered(600, 20, 5, feed=3)


def test_failures_wait_longer_each_time_and_nothing_is_given_up() -> None:
    pace, waits = Pace(60, 0, NOW), []
    for _ in range(20):
        pace = after_failure(pace.interval_minutes, pace.failures, state="dns", retry_after=None, now=NOW)
        waits.append(pace.due_at - NOW)
    assert waits[:3] == [timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_FAILURE
    assert pace.interval_minutes == 60


def test_not_now_weighs_half_of_not_here() -> None:
    soft = after_failure(60, 0, state="http_503", retry_after=None, now=NOW)
    hard = after_failure(60, 0, state="http_410", retry_after=None, now=NOW)
    assert (soft.failures, hard.failures) == (0.5, 1.0)
    assert soft.due_at < hard.due_at


@pytest.mark.parametrize(("said", "kept"), [(120, 120), (1, 60), (-5, 60), (10**9, 86_400)])
def test_retry_after_is_kept_within_reason(said: float, kept: float) -> None:
    pace = after_failure(60, 3, state="http_429", retry_after=said, now=NOW)
    assert pace.due_at - NOW == timedelta(seconds=kept)


@given(st.integers(-3, 100_000))
def test_a_message_may_be_tried_for_ever(tries: int) -> None:
    assert timedelta(seconds=60) <= retry_wait(tries) <= timedelta(hours=6)


def test_waits_grow_from_a_minute_to_six_hours() -> None:
    assert [retry_wait(n).total_seconds() for n in (1, 2, 3, 4, 5, 6, 7)] == [
        60, 240, 960, 3840, 15360, 21600, 21600,
    ]  # fmt: skip


def test_a_live_page_that_stands_still_is_left_after_about_three_days() -> None:
    waits, revisits = [], 0
    while (wait := revisit_wait(revisits)) is not None:
        waits.append(wait)
        revisits += 1
    assert waits[0] == timedelta(minutes=15)
    assert max(waits) == timedelta(hours=12)
    assert timedelta(days=2.5) < sum(waits, timedelta()) < timedelta(days=4)
