"""Notices to operators: rows before they are messages, taken with a lease."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from monitor.store.alerts import LEASE, WAITING, real_now
from monitor.store.schema import NoticeRow


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


def due_notices(session: Session, now: datetime) -> list[int]:
    """Ids of the notices that may be sent now; one whose process ended before it said so is due again."""
    over = (NoticeRow.status == "leased") & (NoticeRow.lease_until <= real_now())
    due = NoticeRow.status.in_(WAITING) & or_(NoticeRow.due_at.is_(None), NoticeRow.due_at <= now)
    return list(session.scalars(select(NoticeRow.id).where(over | due).order_by(NoticeRow.id)))


def lease_notice(session: Session, number: int, owner: str) -> NoticeRow | None:
    """Takes a notice for this process; None where another was quicker."""
    free = NoticeRow.status.in_(WAITING) | (NoticeRow.lease_until <= real_now())
    taken = session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == number, NoticeRow.status != "sent", free)
        .values(status="leased", lease_owner=owner, lease_until=real_now() + LEASE)
    )
    return session.get_one(NoticeRow, number) if taken.rowcount == 1 else None  # type: ignore[attr-defined]


def waiting_notices(session: Session) -> int:
    """How many notices are still to be sent."""
    return len(session.scalars(select(NoticeRow.id).where(NoticeRow.status != "sent")).all())
