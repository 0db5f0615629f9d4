"""What upkeep asks of the ledger: rows whose promise is not kept, and work that nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from monitor.store.alerts import real_now
from monitor.store.schema import (
    Appearance,
    ArticleVersion,
    DeliveryRow,
    Entry,
    IssueRow,
    ReportRow,
    StatementRow,
)

#: A lease that ended so long ago stands for a program that sends nothing: each `deliver` frees what is over.
STUCK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Items that wait for one stage: how many, and since when the oldest does."""

    stage: str
    count: int
    since: datetime


def orphans(session: Session, limit: int = 20) -> list[str]:
    """Living statements without an appearance, and matched reports that are in none, in words.

    Keys between tables are the database's business; these are what the program itself promises.
    """
    alone = (
        select(StatementRow.id)
        .where(
            StatementRow.merged_into.is_(None), ~exists().where(Appearance.statement_id == StatementRow.id)
        )
        .order_by(StatementRow.id)
    )
    lost = (
        select(ReportRow.id)
        .where(ReportRow.status == "matched", ~exists().where(Appearance.report_id == ReportRow.id))
        .order_by(ReportRow.id)
    )
    found = [f"s{number} has no appearance" for number in session.scalars(alone.limit(limit))]
    found += [f"h{number} is matched and in no statement" for number in session.scalars(lost.limit(limit))]
    return found


def waiting(session: Session, before: datetime) -> list[Waiting]:
    """What has waited for a stage since before that moment of the ledger's clock, and could go on."""
    may = or_(Entry.next_try_at.is_(None), Entry.next_try_at <= before)
    late = (
        _oldest(session, "read", Entry.first_seen, before, (Entry.status == "unread") & may),
        _oldest(session, "find", ArticleVersion.fetched_at, before, ArticleVersion.judged_at.is_(None)),
        _oldest(
            session, "announce", ReportRow.found_at, before, ReportRow.status.in_(("waiting", "changed"))
        ),
    )
    return [one for one in late if one is not None]


def _oldest(
    session: Session,
    stage: str,
    since: InstrumentedAttribute[datetime],
    before: datetime,
    which: ColumnElement[bool],
) -> Waiting | None:
    count, oldest = session.execute(select(func.count(), func.min(since)).where(since <= before, which)).one()
    return Waiting(stage, count, oldest) if oldest is not None else None


def stuck_leases(session: Session) -> int:
    """Deliveries whose lease was over an hour ago, by the machine's own time."""
    query = select(func.count()).select_from(DeliveryRow)
    query = query.where(DeliveryRow.status == "leased", DeliveryRow.lease_until <= real_now() - STUCK)
    return session.scalar(query) or 0


def open_subjects(session: Session, code: str) -> Sequence[str]:
    """The subjects of the open issues of a code."""
    query = select(IssueRow.subject).where(IssueRow.code == code, IssueRow.closed_at.is_(None))
    return session.scalars(query.order_by(IssueRow.id)).all()
