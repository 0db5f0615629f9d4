"""What a backfill found is told, where that is asked for, in one digest a reader.

All rows are written in one transaction when the last window is done, so that no part goes out alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from alerts.headers import message_id
from alerts.subscriptions import wants
from monitor.model import SubscriptionRule, Told
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.pipeline.when import planned
from monitor.store.backfills import window_states
from monitor.store.database import Session
from monitor.store.late import untold_of
from monitor.store.schema import AlertRow, Backfill, DeliveryRow, StatementRow
from monitor.updates import snapshot
from monitor.waypoints import passing

WHY: Final = "found in an archive"


@dataclass(frozen=True)
class _Found:
    """A statement to be told, and to whom."""

    statement: int
    told: Told
    readers: tuple[tuple[SubscriptionRule, str], ...]


def tell_found(services: Services, backfill_id: int) -> int | None:
    """Writes the digest of a backfill that is to be announced and is read to its end; the number of its
    statements, None where it is not its time or was written before."""
    with services.database.reading() as session:
        row, left = session.get_one(Backfill, backfill_id), window_states(session, backfill_id)
        if not row.announce or row.told_at is not None or left["pending"] or left["running"]:
            return None
        found = list(_found(services, session, backfill_id))
    with services.database.writing("statements") as session:
        row = session.get_one(Backfill, backfill_id)
        if row.told_at is not None:
            return None
        row.told_at = services.now()
        told = sum(_write(services, session, one) for one in found)
        session.flush()
        passing("backfill.told")
    return told


def _found(services: Services, session: Session, backfill_id: int) -> Iterator[_Found]:
    for statement in untold_of(session, backfill_id):
        told = told_of(session, services, statement, why_new=WHY, others=False)
        readers = tuple(
            (rule, recipient)
            for rule in services.subscriptions
            if wants(replace(rule, mode="daily") if rule.mode == "instant" else rule, told)[0]
            for recipient in rule.readers
        )
        if readers:
            yield _Found(statement.id, told, readers)


def _write(services: Services, session: Session, found: _Found) -> bool:
    """The alert and a delivery a reader, each for a digest; whether somebody is told."""
    statement = session.get_one(StatementRow, found.statement)
    if statement.merged_into is not None:
        return False
    now = services.now()
    alert = AlertRow(
        statement_id=statement.id, late=True, reason="backfill", why_new=WHY, created_at=now,
        told=snapshot(found.told),
    )  # fmt: skip
    session.add(alert)
    session.flush()
    had: set[tuple[str, str]] = set()
    # Who has an instant and a digest subscription is told by the digest that comes at once.
    for rule, recipient in sorted(found.readers, key=lambda reader: reader[0].mode != "instant"):
        if (rule.by, recipient) in had:
            continue
        had.add((rule.by, recipient))
        plan = planned(services, rule, found.told, now, hold=False)
        marker = message_id(
            services.installation, alert.id, f"{rule.by} {recipient}", services.settings.alerts.email.sender
        )
        session.add(
            DeliveryRow(
                alert_id=alert.id, subscription=rule.name, channel=rule.by, recipient=recipient,
                mode="daily" if plan.mode == "instant" else plan.mode, status=plan.status,
                last_error=plan.why, due_at=plan.due, created_at=now, message_id=marker,
            )
        )  # fmt: skip
    statement.alert_state, statement.alert_reason = "digest", "backfill"
    return True
