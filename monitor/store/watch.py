"""What the ledger knows of the watch itself: arrivals of feeds, what was read, what is held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.store.outbox import UNSENT
from monitor.store.schema import Article, DeliveryRow, Entry, Feed, Installation, ReportRow, StatementRow


def arrivals(session: Session, feed_id: int, limit: int = 300) -> list[datetime]:
    """When the latest entries of a feed were first met, the newest first; entries of one answer share it."""
    query = select(Entry.first_seen).where(Entry.feed_id == feed_id)
    return list(session.scalars(query.order_by(Entry.first_seen.desc()).limit(limit)))


def latest_arrivals(session: Session) -> dict[int, datetime]:
    """When each feed had something new last, by its id; without those that never had."""
    latest = select(func.max(Entry.first_seen)).where(Entry.feed_id == Feed.id).scalar_subquery()
    return {number: at for number, at in session.execute(select(Feed.id, latest)) if at is not None}


def articles_read(session: Session, since: datetime) -> int:
    """How many articles were first met since then."""
    query = select(func.count()).select_from(Article).where(Article.first_seen >= since)
    return session.scalar(query) or 0


def statements_found(session: Session, since: datetime) -> int:
    """How many living statements were first seen since then."""
    query = select(func.count()).select_from(StatementRow)
    query = query.where(StatementRow.first_seen >= since, StatementRow.merged_into.is_(None))
    return session.scalar(query) or 0


def held_by_reason(session: Session) -> dict[str, int]:
    """How many reports are held, by reason, the most first."""
    query = (
        select(ReportRow.held_reason, func.count())
        .where(ReportRow.status == "held")
        .group_by(ReportRow.held_reason)
    )
    rows = [(reason or "unknown", count) for reason, count in session.execute(query)]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def newest_held(session: Session, limit: int) -> Sequence[ReportRow]:
    """The reports that were held last, the newest first."""
    query = select(ReportRow).where(ReportRow.status == "held").order_by(ReportRow.id.desc()).limit(limit)
    return session.scalars(query).all()


def founded(session: Session) -> datetime | None:
    """When the ledger was made."""
    return session.scalar(select(func.min(Installation.created_at)))


def had_something(session: Session, channel: str, recipient: str, since: datetime) -> bool:
    """Whether anything was written for a reader, or sent to it, since then, or still waits."""
    query = select(DeliveryRow.id).where(
        DeliveryRow.channel == channel,
        DeliveryRow.recipient == recipient,
        (DeliveryRow.created_at >= since) | (DeliveryRow.sent_at >= since) | DeliveryRow.status.in_(UNSENT),
    )
    return session.scalar(query.limit(1)) is not None


def latest_delivery(session: Session, channel: str, recipient: str) -> DeliveryRow | None:
    """The last delivery written for a reader, whose links stand for it."""
    query = select(DeliveryRow).where(DeliveryRow.channel == channel, DeliveryRow.recipient == recipient)
    return session.scalar(query.order_by(DeliveryRow.id.desc()).limit(1))
