"""Whether a statement is told: every row of the table on what alerts, and the edges of the window."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import AlertReason, Corroboration, Kind, Reporting
from monitor.newness import Decision, Seen, decide, window_start

DAY = date(2024, 3, 5)
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)


def seen(
    reporting: Reporting = "new", published: datetime | None = NOON, silent: AlertReason | None = None
) -> Seen:
    return Seen(reporting, published, silent)


def told(
    *appearances: Seen,
    kind: Kind = "state",
    said_on: date | None = DAY,
    first_met: datetime = NOON + timedelta(hours=1),
    corroboration: Corroboration = "single",
    window_hours: float = 96,
    rejected: bool = False,
) -> Decision:
    return decide(
        kind=kind,
        said_on=said_on,
        first_met=first_met,
        seen=appearances or (seen(),),
        corroboration=corroboration,
        window_hours=window_hours,
        rejected=rejected,
    )


@pytest.mark.parametrize("kind", ["state", "intergovernmental", "de_facto"])
@pytest.mark.parametrize("corroboration", ["single", "independent", "official_source"])
def test_official_new_in_the_window_is_told_at_once(kind: Kind, corroboration: Corroboration) -> None:
    assert told(kind=kind, corroboration=corroboration) == Decision("instant")


def test_unverified_waits_for_the_digest_and_a_better_outlet_makes_it_instant() -> None:
    assert told(corroboration="unverified") == Decision("digest", "unverified")
    assert told(seen(), seen(), corroboration="single") == Decision("instant")


def test_neither_day_nor_publication_known() -> None:
    assert told(seen(published=None), said_on=None) == Decision("digest", "undated")
    assert told(seen(published=None)) == Decision("instant")
    assert told(seen(), said_on=None) == Decision("instant")
    # Another report gives the day of publication.
    assert told(seen(published=None), seen(), said_on=None) == Decision("instant")


def test_outside_the_window() -> None:
    assert told(first_met=NOON + timedelta(days=30)) == Decision("digest", "found_late")
    assert told(said_on=None, first_met=NOON + timedelta(days=30)) == Decision("digest", "found_late")
    # Today's article of last month's words: the day said decides.
    late = NOON + timedelta(days=30)
    assert told(seen(published=late), first_met=late) == Decision("digest", "found_late")


def test_the_window_runs_from_the_end_of_the_day_said() -> None:
    end = datetime(2024, 3, 6, tzinfo=UTC) + timedelta(hours=96)
    assert window_start(DAY, NOON) == datetime(2024, 3, 6, tzinfo=UTC)
    assert told(first_met=end) == Decision("instant")
    assert told(first_met=end + timedelta(seconds=1)) == Decision("digest", "found_late")


def test_the_window_runs_from_publication_where_the_day_is_unknown() -> None:
    end = NOON + timedelta(hours=96)
    assert window_start(None, NOON) == NOON
    assert told(said_on=None, first_met=end) == Decision("instant")
    assert told(said_on=None, first_met=end + timedelta(seconds=1)) == Decision("digest", "found_late")
    # The earliest publication counts, whichever came first to us.
    copies = seen(published=NOON + timedelta(days=9)), seen(published=NOON)
    assert told(*copies, said_on=None, first_met=NOON + timedelta(days=9)) == Decision("digest", "found_late")


def test_the_window_is_a_setting() -> None:
    met = NOON + timedelta(days=30)
    assert told(first_met=met, window_hours=1000) == Decision("instant")


@pytest.mark.parametrize("reason", ["baseline", "backfill"])
def test_a_feeds_first_poll_and_an_archive_are_silent(reason: AlertReason) -> None:
    assert told(seen(silent=reason)) == Decision("digest", reason)
    assert told(seen(silent=reason), seen(silent=reason)) == Decision("digest", reason)


def test_silent_first_then_carried_by_a_feed_past_its_baseline() -> None:
    assert told(seen(silent="baseline"), seen()) == Decision("instant")
    # But not when the words are old by then.
    assert told(seen(silent="baseline"), seen(), first_met=NOON + timedelta(days=8)) == Decision(
        "digest", "found_late"
    )


def test_only_recalled() -> None:
    assert told(seen("recalled")) == Decision("digest", "recalled")
    assert told(seen("recalled"), seen("recalled", None)) == Decision("digest", "recalled")
    assert told(seen("recalled"), seen("new")) == Decision("instant")
    # A recalled report's publication opens no window for the new one.
    early = seen("recalled", NOON - timedelta(days=300))
    assert told(early, seen(), said_on=None) == Decision("instant")


@pytest.mark.parametrize("kind", ["anonymous", "former", "other"])
def test_other_kinds_only_by_name(kind: Kind) -> None:
    assert told(kind=kind) == Decision("kind", "kind")
    assert told(seen(silent="baseline"), kind=kind) == Decision("not_told", "kind")
    assert told(seen("recalled"), kind=kind) == Decision("not_told", "kind")
    assert told(kind=kind, first_met=NOON + timedelta(days=30)) == Decision("not_told", "kind")


def test_a_person_said_no() -> None:
    assert told(rejected=True, corroboration="official_source") == Decision("not_told", "reviewed")


def test_words_ahead_of_the_clock_are_in_the_window() -> None:
    # Outlets east of us date by their own day.
    assert told(said_on=DAY + timedelta(days=1)) == Decision("instant")


_seen = st.builds(
    Seen,
    st.sampled_from(("new", "recalled")),
    st.none() | st.datetimes(datetime(2023, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from((None, "baseline", "backfill")),
)


@given(
    st.lists(_seen, max_size=5),
    st.sampled_from(("state", "former", "de_facto")),
    st.none() | st.dates(date(2023, 1, 1), date(2025, 1, 1)),
    st.sampled_from(("single", "unverified", "independent")),
)
def test_any_order_of_appearances_gives_one_decision(
    appearances: list[Seen], kind: Kind, said_on: date | None, level: Corroboration
) -> None:
    def how(rows: list[Seen]) -> str:
        return told(*rows, kind=kind, said_on=said_on, corroboration=level).how

    mixed = sorted(appearances, key=lambda s: (s.silent or "", s.reporting, str(s.published)))
    assert how(appearances) == how(mixed)
