"""Whether a statement is told, when, and if not why: the table of the guidelines on what alerts.

| the statement is | told |
|---|---|
| official, resolved, reported as new, in the window, past the baseline, single or better | at once |
| the same, but unverified | digest; at once when a better outlet carries it |
| neither its day nor its publication known | digest, found late |
| outside the window, on a feed's first poll, from an archive, only recalled | digest, found late |
| anonymous, former, other | only to subscriptions that name the kind |
| withdrawn by every outlet that had it | not, if it was not yet told |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.model import OFFICIAL_KINDS, AlertReason, Corroboration, Kind, Reporting


@dataclass(frozen=True, slots=True)
class Seen:
    """One appearance: how it reports the words, when it was published, and why it must be silent, if so."""

    reporting: Reporting
    published: datetime | None
    silent: AlertReason | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """``instant`` to all; ``digest`` to digests and to rules that ask for it at once; or not at all."""

    how: str  # instant digest kind not_told
    reason: AlertReason | None = None


def window_start(said_on: date | None, published: datetime | None) -> datetime | None:
    """From when the window runs: the end (UTC) of the day it was said, else publication."""
    if said_on is not None:
        return datetime.combine(said_on, time(), UTC) + timedelta(days=1)
    return published


def decide(
    *,
    kind: Kind,
    said_on: date | None,
    first_met: datetime,
    seen: Sequence[Seen],
    corroboration: Corroboration,
    window_hours: float,
    rejected: bool = False,
    withdrawn: bool = False,
) -> Decision:
    """The decision for one statement with all its appearances; asked again whenever one is added."""
    if rejected:
        return Decision("not_told", "reviewed")
    if withdrawn:
        return Decision("not_told", "withdrawn")
    fresh = [s for s in seen if s.reporting == "new"]
    if not fresh:
        late: Decision | None = Decision("digest", "recalled")
    else:
        published = min((s.published for s in fresh if s.published), default=None)
        late = _late(said_on, published, first_met, fresh, window_hours)
    if kind not in OFFICIAL_KINDS:
        return Decision("kind" if late is None else "not_told", "kind")
    if late is not None:
        return late
    if corroboration == "unverified":
        return Decision("digest", "unverified")
    return Decision("instant")


def _late(
    said_on: date | None,
    published: datetime | None,
    first_met: datetime,
    fresh: Sequence[Seen],
    window_hours: float,
) -> Decision | None:
    """Why the fresh reports come too late to be told at once; None where they do not."""
    start = window_start(said_on, published)
    if start is None:
        return Decision("digest", "undated")
    if first_met - start > timedelta(hours=window_hours):
        return Decision("digest", "found_late")
    silent = [s.silent for s in fresh]
    if all(silent):
        return Decision("digest", silent[0])
    return None
