"""Alerts and deliveries: rows before they are messages, taken with a lease, marked once.

A lease names its process. One whose process on this machine is gone is free at once; another machine's
lease is free when its time is over. Leases run on real time, not on the clock of a replay.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from monitor.schedule import AHEAD, LONGEST_RETRY
from monitor.store.outbox import UNSENT, WAITING, channel_rows, note
from monitor.store.schema import AlertRow, DeliveryRow, RecipientRow

LEASE = timedelta(minutes=10)


def alert_of(session: Session, statement_id: int) -> AlertRow | None:
    """The alert that told of a statement first, if any."""
    return session.scalar(
        select(AlertRow).where(AlertRow.statement_id == statement_id, AlertRow.kind == "new")
    )


def first_alerts(
    session: Session, *, after: int | None = None, since: datetime | None = None
) -> list[tuple[int, int]]:
    """(alert, statement) of the alerts that told of a statement first, by id: after one, since a moment.

    Alerts are written by one writer at a time, so none appears later below an id that was seen.
    """
    query = select(AlertRow.id, AlertRow.statement_id).where(AlertRow.kind == "new")
    if after is not None:
        query = query.where(AlertRow.id > after)
    if since is not None:
        query = query.where(AlertRow.created_at >= since)
    return [(alert, statement) for alert, statement in session.execute(query.order_by(AlertRow.id))]


def deliveries_of(session: Session, statement_id: int) -> Sequence[DeliveryRow]:
    """All deliveries of a statement's alerts, by id."""
    query = select(DeliveryRow).join(AlertRow).where(AlertRow.statement_id == statement_id)
    return session.scalars(query.order_by(DeliveryRow.id)).all()


def alerts_of(session: Session, statement_id: int) -> Sequence[AlertRow]:
    """All alerts of a statement: the one that told of it first, then its updates in order."""
    query = select(AlertRow).where(AlertRow.statement_id == statement_id)
    return session.scalars(query.order_by(AlertRow.number, AlertRow.id)).all()


def deliveries_of_alert(session: Session, alert_id: int) -> Sequence[DeliveryRow]:
    """The deliveries of one alert, by id."""
    query = select(DeliveryRow).where(DeliveryRow.alert_id == alert_id)
    return session.scalars(query.order_by(DeliveryRow.id)).all()


def delivery_to(session: Session, alert_id: int, channel: str, recipient: str) -> DeliveryRow | None:
    """The delivery of that alert to that recipient, in whatever state; None where there is none."""
    query = select(DeliveryRow).where(
        DeliveryRow.alert_id == alert_id, DeliveryRow.channel == channel, DeliveryRow.recipient == recipient
    )
    return session.scalar(query)


def release_dead(session: Session, alive: Callable[[str], bool], at: datetime) -> int:
    """Frees deliveries whose process is gone or whose lease is over; how many. ``at`` goes to their story."""
    now, freed = real_now(), 0
    for row in session.scalars(select(DeliveryRow).where(DeliveryRow.status == "leased")):
        over = row.lease_until is None or row.lease_until <= now
        if over or not alive(row.lease_owner or ""):
            row.status, row.lease_owner, row.lease_until = "queued", None, None
            row.ambiguous = True  # its process may have sent it before it ended
            note(session, row.id, "queued", "the process that sent it ended before it could say so", at)
            freed += 1
    return freed


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be sent now."""

    id: int
    subscription: str
    channel: str
    recipient: str
    mode: str
    tries: int


def due_deliveries(session: Session, now: datetime) -> list[Due]:
    """The deliveries that may be sent now, the oldest first.

    One whose reader waits for an earlier message on the statement is not among them: an update never
    comes before what it is an update of.
    """
    d = DeliveryRow
    query = (
        select(d.id, d.subscription, d.channel, d.recipient, d.mode, d.tries)
        .join(AlertRow, AlertRow.id == d.alert_id)
        .where(d.status.in_(WAITING), _is_due(now), in_its_turn())
    )
    return [Due(*row) for row in session.execute(query.order_by(d.id))]


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or was set by a clock that ran ahead and has been put back since."""
    d = DeliveryRow
    tried = and_(d.status == "delayed", d.due_at > now + LONGEST_RETRY)
    return or_(d.due_at.is_(None), d.due_at <= now, d.created_at > now + AHEAD, tried)


def in_its_turn() -> ColumnElement[bool]:
    """Nothing earlier on the statement waits for the same reader (in a digest, one message has them all)."""
    earlier, its = aliased(DeliveryRow), aliased(AlertRow)
    first = (
        select(earlier.id)
        .join(its, its.id == earlier.alert_id)
        .where(
            its.statement_id == AlertRow.statement_id,
            its.number < AlertRow.number,
            earlier.channel == DeliveryRow.channel,
            earlier.recipient == DeliveryRow.recipient,
            earlier.status.in_(UNSENT),
        )
    )
    return or_(AlertRow.number == 0, DeliveryRow.mode != "instant", ~exists(first))


def lease(session: Session, ids: Sequence[int], owner: str) -> list[int]:
    """Takes deliveries for this process; the ids that it got, as another may have been quicker."""
    until = real_now() + LEASE
    got = []
    for delivery_id in ids:
        taken = session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery_id, DeliveryRow.status.in_(WAITING))
            .values(status="leased", lease_owner=owner, lease_until=until)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            got.append(delivery_id)
    return got


def next_delivery(session: Session, now: datetime) -> datetime | None:
    """When the next waiting delivery can be sent, by its own time, its recipient's and its channel's.

    None where none waits; a moment that has passed means at once.
    """
    d, r = DeliveryRow, RecipientRow
    query = (
        select(d.channel, d.due_at, r.free_at)
        .join(AlertRow, AlertRow.id == d.alert_id)
        .outerjoin(r, (r.channel == d.channel) & (r.recipient == d.recipient))
        .where(d.status.in_(WAITING), r.suspended_at.is_(None), in_its_turn())
        .distinct()
    )
    until = {row.name: row.next_try_at for row in channel_rows(session) if row.down_since is not None}
    moments = [
        max(due or now, free or now, until.get(channel) or now)
        for channel, due, free in session.execute(query)
    ]
    return min(moments, default=None)


def real_now() -> datetime:
    """The machine's own time, by which leases run."""
    return datetime.fromtimestamp(time.time(), UTC)
