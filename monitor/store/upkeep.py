"""What upkeep asks of the ledger: rows whose promise is not kept, and work that nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from monitor.store.alerts import in_its_turn, real_now
from monitor.store.outbox import WAITING
from monitor.store.schema import (
    AlertRow,
    Appearance,
    ArticleVersion,
    ChannelRow,
    DeliveryRow,
    Entry,
    IssueRow,
    RecipientRow,
    ReportRow,
    StatementRow,
)

#: A lease that ended so long ago stands for a program that sends nothing: each `deliver` frees what is over.
STUCK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Items that wait for one stage, or channel: how many, and since when the oldest does."""

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
    e, v, r = Entry, ArticleVersion, ReportRow
    may = or_(e.next_try_at.is_(None), e.next_try_at <= before)
    met = case((r.status == "gone", r.withdrawn_at), else_=func.coalesce(r.waits_since, r.found_at))
    late = (
        ("read", func.coalesce(e.waits_since, e.first_seen), (e.status == "unread") & may),
        ("find", func.coalesce(v.waits_since, v.fetched_at), v.judged_at.is_(None)),
        ("announce", met, r.status.in_(("waiting", "changed", "gone"))),
    )
    found = []
    for stage, since, which in late:
        count, oldest = session.execute(
            select(func.count(), func.min(since)).where(since <= before, which)
        ).one()
        if oldest is not None:
            found.append(Waiting(stage, count, oldest))
    return found


def undelivered(session: Session, before: datetime, now: datetime) -> list[Waiting]:
    """By channel, deliveries that should have gone out before that moment and that nobody tries.

    What is known to wait is none of them: for an earlier message on its statement, for a recipient who is
    left in peace, for a channel that is down (operators hear of that by itself).
    """
    d, r, c = DeliveryRow, RecipientRow, ChannelRow
    since = func.coalesce(d.due_at, d.created_at)
    query = (
        select(d.channel, func.count(), func.min(since))
        .join(AlertRow, AlertRow.id == d.alert_id)
        .outerjoin(r, (r.channel == d.channel) & (r.recipient == d.recipient))
        .outerjoin(c, c.name == d.channel)
        .where(d.status.in_(WAITING), since <= before, in_its_turn())
        .where(or_(r.free_at.is_(None), r.free_at <= now), c.down_since.is_(None))
        .group_by(d.channel)
    )
    return [Waiting(*row) for row in session.execute(query.order_by(d.channel))]


def stuck_leases(session: Session) -> int:
    """Deliveries whose lease was over an hour ago, by the machine's own time."""
    query = select(func.count()).select_from(DeliveryRow)
    query = query.where(DeliveryRow.status == "leased", DeliveryRow.lease_until <= real_now() - STUCK)
    return session.scalar(query) or 0


def open_subjects(session: Session, code: str) -> Sequence[str]:
    """The subjects of the open issues of a code."""
    query = select(IssueRow.subject).where(IssueRow.code == code, IssueRow.closed_at.is_(None))
    return session.scalars(query.order_by(IssueRow.id)).all()
