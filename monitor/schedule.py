"""When a feed is asked again: each finds its own interval, failures wait longer, nothing is given up.

The shape (shorter where under a third of the items were known, longer where over two thirds were) is
Media Cloud's, measured there on 180,000 feeds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: Refusals that say "not now" rather than "not here": they weigh half.
SOFT_STATES: Final = frozenset(
    {"http_429", "http_503", "http_502", "http_504", "http_404", "timeout", "robots"}
)
LONGEST_FAILURE: Final = timedelta(days=2)
#: From so many failures on (soft ones weigh half) a feed is failing, and shown as an issue.
FAILURES_TO_TELL: Final = 5.0
#: A moment in the ledger so far ahead of the clock was written before the clock was put back.
AHEAD: Final = timedelta(minutes=1)
#: No message waits longer after a failure (a Retry-After counts for a day at most): a next try further away
#: was set by a clock that ran ahead.
LONGEST_RETRY: Final = timedelta(days=1) + AHEAD


@dataclass(frozen=True, slots=True)
class Pace:
    """A feed's interval in minutes, its count of failures, and when it is due."""

    interval_minutes: float
    failures: float
    due_at: datetime


def _spread(feed_id: int, interval: float) -> float:
    """Up to a tenth of the interval, the same for a feed each time, so that feeds do not march in step."""
    digest = hashlib.sha256(str(feed_id).encode()).digest()
    return interval * 0.1 * digest[0] / 255


def after_answer(
    feed_id: int, interval: float, *, entries: int, new: int, now: datetime, shortest: float, longest: float
) -> Pace:
    """The pace after an answer with ``entries`` items of which ``new`` were not known (0, 0: unchanged)."""
    known_share = 1.0 if entries == 0 else 1 - new / entries
    if entries and known_share < 1 / 3:
        interval /= 2
    elif known_share > 2 / 3 and new == 0:
        interval *= 1.25
    interval = min(max(interval, shortest), longest)
    due = now + timedelta(minutes=interval + _spread(feed_id, interval) if interval > shortest else interval)
    return Pace(interval, 0.0, due)


def after_failure(
    interval: float, failures: float, *, state: str, retry_after: float | None, now: datetime
) -> Pace:
    """The pace after a refusal: doubles with each failure up to two days; Retry-After is kept."""
    failures += 0.5 if state in SOFT_STATES else 1.0
    wait = min(timedelta(minutes=interval * 2 ** min(failures, 12)), LONGEST_FAILURE)
    if retry_after is not None:
        wait = max(timedelta(seconds=min(retry_after, 86_400.0)), timedelta(minutes=1))
    return Pace(interval, failures, now + wait)


def retry_wait(tries: int, *, first_seconds: float = 60.0, longest_seconds: float = 6 * 3600.0) -> timedelta:
    """How long a page or a message waits after its ``tries``-th failure."""
    return timedelta(seconds=min(first_seconds * 4.0 ** min(max(tries - 1, 0), 60), longest_seconds))


def recheck_wait(checks: int) -> timedelta | None:
    """How long until a page that gave a statement is looked at again, for corrections; None after the last.

    Three hours after it was matched, then at about 12 hours, a day, three days and a week.
    """
    hours = (3, 9, 12, 48, 96)
    return timedelta(hours=hours[checks]) if checks < len(hours) else None


def revisit_wait(revisits: int) -> timedelta | None:
    """How long until a live page is read again; None once it has stood still for about three days."""
    if revisits >= 12:
        return None
    return timedelta(minutes=min(15 * 2**revisits, 12 * 60))
