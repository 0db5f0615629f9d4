"""Alerts and deliveries: rows before they are messages, taken with a lease, marked once.

A lease names its process. One whose process on this machine is gone is free at once; another machine's
lease is free when its time is over. Leases run on real time, not on the clock of a replay.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from monitor.store.schema import AlertRow, DeliveryRow

LEASE = timedelta(minutes=10)


def alert_of(session: Session, statement_id: int) -> AlertRow | None:
    """The alert that told of a statement first, if any."""
    return session.scalar(
        select(AlertRow).where(AlertRow.statement_id == statement_id, AlertRow.kind == "new")
    )


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


def release_dead(session: Session, alive: Callable[[str], bool]) -> int:
    """Frees deliveries whose process is gone or whose lease is over; how many."""
    now, freed = _real_now(), 0
    for row in session.scalars(select(DeliveryRow).where(DeliveryRow.status == "leased")):
        over = row.lease_until is None or row.lease_until <= now
        if over or not alive(row.lease_owner or ""):
            row.status, row.lease_owner, row.lease_until = "queued", None, None
            row.ambiguous = True  # its process may have sent it before it ended
            freed += 1
    return freed


def due_deliveries(session: Session, now: datetime, *, mode: str = "instant") -> list[int]:
    """Ids of the deliveries that may be sent now, the oldest first; ``mode`` instant or digest."""
    query = select(DeliveryRow.id).where(
        DeliveryRow.status.in_(("queued", "delayed")),
        or_(DeliveryRow.due_at.is_(None), DeliveryRow.due_at <= now),
        DeliveryRow.mode == "instant" if mode == "instant" else DeliveryRow.mode != "instant",
    )
    return list(session.scalars(query.order_by(DeliveryRow.id)))


def lease(session: Session, ids: Sequence[int], owner: str) -> list[int]:
    """Takes deliveries for this process; the ids that it got, as another may have been quicker."""
    until = _real_now() + LEASE
    got = []
    for delivery_id in ids:
        taken = session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery_id, DeliveryRow.status.in_(("queued", "delayed")))
            .values(status="leased", lease_owner=owner, lease_until=until)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            got.append(delivery_id)
    return got


def next_delivery(session: Session) -> datetime | None:
    """When the next waiting delivery is due, None where none waits for a time."""
    query = select(func.min(DeliveryRow.due_at)).where(DeliveryRow.status.in_(("queued", "delayed")))
    return session.scalar(query)


def _real_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
