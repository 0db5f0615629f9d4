"""Figures of the ledger: how many of each, for those who watch the program."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.schedule import FAILURES_TO_TELL
from monitor.store.schema import Entry, Feed, IssueRow, ReportRow, StatementRow


def feeds_by_health(session: Session) -> Counter[str]:
    """Feeds that are healthy, troubled (a few failures), failing, new (never asked) or paused."""
    found: Counter[str] = Counter()
    query = select(Feed.status, Feed.first_polled_at, Feed.failures, Feed.last_polled_at)
    for status, first, failures, last in session.execute(query.where(Feed.status != "removed")):
        if status != "active":
            found["paused"] += 1
        elif failures >= FAILURES_TO_TELL:
            found["failing"] += 1
        elif failures > 0:
            found["troubled"] += 1
        else:
            found["new" if first is None and last is None else "healthy"] += 1
    return found


def last_polled(session: Session) -> datetime | None:
    """When a feed was asked last."""
    return session.scalar(select(func.max(Feed.last_polled_at)))


def entries_by_status(session: Session) -> dict[str, int]:
    """Entries that are unread, read, skipped or refused."""
    return _by(session, Entry.status)


def reports_by_status(session: Session) -> dict[str, int]:
    """Reports that wait, are matched, held …"""
    return _by(session, ReportRow.status)


def statements_by_alert(session: Session) -> dict[str, int]:
    """Living statements by what became of their alert."""
    query = select(StatementRow.alert_state, func.count()).where(StatementRow.merged_into.is_(None))
    return {str(name): number for name, number in session.execute(query.group_by(StatementRow.alert_state))}


def issues_by_code(session: Session) -> dict[str, int]:
    """Open issues."""
    query = select(IssueRow.code, func.count()).where(IssueRow.closed_at.is_(None)).group_by(IssueRow.code)
    return {str(code): number for code, number in session.execute(query)}


def _by(session: Session, column: object) -> dict[str, int]:
    query = select(column, func.count()).group_by(column)  # type: ignore[call-overload]
    return {str(name): number for name, number in session.execute(query)}
