"""Issues: what a person must look at; one row a subject, counted, closed when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from monitor.errors import StoreError
from monitor.store.schema import IssueRow

#: Different details of one issue that are kept, a line each; ``times`` counts those beyond, too.
KEPT: Final = 10


def raise_issue(session: Session, code: str, subject: str, detail: str, now: datetime) -> IssueRow:
    """Opens the issue, or counts it once more; a closed one is opened again."""
    issue = _issue(session, code, subject)
    if issue is None:
        try:
            with session.begin_nested():
                issue = IssueRow(code=code, subject=subject, detail=detail, first_at=now, last_at=now)
                session.add(issue)
            return issue
        except IntegrityError:  # another process met the same just now
            issue = _issue(session, code, subject)
    if issue is None:  # pragma: no cover - the row that was in the way is gone again
        raise StoreError(f"the issue {code} of {subject} cannot be kept")
    issue.times = issue.times + 1 if issue.closed_at is None else 1
    issue.detail, issue.last_at, issue.closed_at = detail, now, None
    session.flush()
    return issue


def gather_issue(
    session: Session, code: str, subject: str, details: Sequence[str], now: datetime
) -> IssueRow:
    """Opens the issue, or adds to it what it does not say yet: for what happens to one subject in many ways.

    ``times`` grows by each of the details, of which there is at least one.
    """
    open_one = _issue(session, code, subject)
    before = open_one.detail.splitlines() if open_one is not None and open_one.closed_at is None else []
    lines = dict.fromkeys([*before, *(" ".join(detail.split()) for detail in details)])
    issue = raise_issue(session, code, subject, "\n".join(list(lines)[:KEPT]), now)
    issue.times += len(details) - 1
    session.flush()
    return issue


def close_issue(session: Session, code: str, subject: str, now: datetime) -> None:
    """Closes the issue if it is open: its cause is gone."""
    issue = _issue(session, code, subject)
    if issue is not None and issue.closed_at is None:
        issue.closed_at = now


def close_issues(session: Session, code: str, subjects: Sequence[str], now: datetime) -> None:
    """Closes those of these issues that are open."""
    query = select(IssueRow).where(IssueRow.code == code, IssueRow.subject.in_(subjects))
    for issue in session.scalars(query.where(IssueRow.closed_at.is_(None))):
        issue.closed_at = now


def _issue(session: Session, code: str, subject: str) -> IssueRow | None:
    return session.scalar(select(IssueRow).where(IssueRow.code == code, IssueRow.subject == subject))
