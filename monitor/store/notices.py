"""Notices to operators: rows before they are messages, taken with a lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from monitor.schedule import LONGEST_RETRY
from monitor.store.alerts import LEASE, real_now
from monitor.store.outbox import WAITING
from monitor.store.schema import NoticeRow

#: The state of a notice that may have gone out before its process ended.
IN_DOUBT: Final = "in_doubt"


def keep_notice(
    session: Session,
    code: str,
    subject: str,
    since: datetime,
    channel: str,
    recipient: str,
    detail: str,
    now: datetime,
) -> None:
    """Writes a notice unless it is there."""
    same = select(NoticeRow.id).where(
        NoticeRow.code == code,
        NoticeRow.subject == subject,
        NoticeRow.since == since,
        NoticeRow.channel == channel,
        NoticeRow.recipient == recipient,
    )
    if session.scalar(same) is None:
        row = NoticeRow(code=code, subject=subject, since=since, channel=channel, recipient=recipient)
        row.detail, row.created_at, row.status, row.tries = detail, now, "queued", 0
        session.add(row)
        session.flush()


def noticed_since(session: Session, code: str, channel: str, recipient: str, since: datetime) -> bool:
    """Whether a reader has a notice of that code whose moment lies after ``since``, sent or not."""
    query = select(NoticeRow.id).where(
        NoticeRow.code == code,
        NoticeRow.channel == channel,
        NoticeRow.recipient == recipient,
        NoticeRow.since > since,
    )
    return session.scalar(query.limit(1)) is not None


def release_notices(session: Session, alive: Callable[[str], bool]) -> None:
    """Frees notices whose process is gone or whose lease is over: each is in doubt, it may have gone out."""
    for row in session.scalars(select(NoticeRow).where(NoticeRow.status == "leased")):
        over = row.lease_until is None or row.lease_until <= real_now()
        if over or not alive(row.lease_owner or ""):
            row.status, row.lease_owner, row.lease_until = IN_DOUBT, None, None


def due_notices(session: Session, now: datetime) -> list[int]:
    """Ids of the notices that may be sent now, those too whose next try was set by a clock that ran ahead."""
    at = NoticeRow.due_at
    due = or_(at.is_(None), at <= now, at > now + LONGEST_RETRY)
    query = select(NoticeRow.id).where(NoticeRow.status.in_((*WAITING, IN_DOUBT)), due)
    return list(session.scalars(query.order_by(NoticeRow.id)))


def lease_notice(session: Session, number: int, owner: str) -> tuple[NoticeRow, bool] | None:
    """Takes a notice for this process, and whether it is in doubt; None where another was quicker."""
    doubt = session.get_one(NoticeRow, number).status == IN_DOUBT
    taken = session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == number, NoticeRow.status.in_((*WAITING, IN_DOUBT)))
        .values(status="leased", lease_owner=owner, lease_until=real_now() + LEASE)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return session.get_one(NoticeRow, number), doubt


def latest_notices(session: Session, limit: int) -> list[NoticeRow]:
    """The latest notices, the newest first."""
    return list(session.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(limit)))


def waiting_notices(session: Session) -> int:
    """How many notices are still to be sent."""
    query = select(func.count()).select_from(NoticeRow).where(NoticeRow.status != "sent")
    return session.scalar(query) or 0
