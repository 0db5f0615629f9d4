"""Updates: a statement that was told and has changed is told again, once a change, to those who had it.

Slack and webhooks get a quiet change at once (Slack in the thread of the first message), digests get a line;
who has only instant mail gets nothing for it. A loud change goes to all of them at once.
"""

from __future__ import annotations

from typing import Any, Final

from alerts.changes import changes_in_words
from alerts.headers import message_id
from monitor.model import Changed, SubscriptionRule, Told
from monitor.pipeline.services import Services
from monitor.pipeline.told import quoted_by, told_of
from monitor.pipeline.when import planned
from monitor.store.alerts import alerts_of, deliveries_of_alert, delivery_to
from monitor.store.database import Session
from monitor.store.schema import AlertRow, DeliveryRow, StatementRow
from monitor.updates import Change, snapshot, what_changed

#: Channels to which a quiet change may go at once: it disturbs nobody there.
QUIET: Final = frozenset({"slack", "webhook"})
#: The kind of an alert that takes back what was told.
WITHDRAWN: Final = "withdrawn"
#: After so many loud updates of one statement all others are quiet.
LOUD: Final = 3


def tell_again(services: Services, session: Session, statement: StatementRow, told: Told) -> None:
    """Writes an update where the statement says other things than what was sent of it."""
    alerts = alerts_of(session, statement.id)
    if not alerts or all(a.kind != "new" for a in alerts):
        return
    now = snapshot(told)
    first, last = alerts[0], alerts[-1]
    gone = [a for a in alerts if _has_gone_out(session, a)]
    if not gone or last.told is None:
        last.told = now  # nobody has read it yet: what is sent says how things are then
        return
    change = what_changed(gone[-1].told or now, now, quoted_by(session, statement.id))
    if change is None:
        return
    loud = sum(1 for a in gone if a.kind == "update" and not a.late)
    if change.loud and loud >= LOUD:
        change = Change(change.what, loud=False)
    waiting = last if last not in gone else None
    write_update(services, session, statement, first, waiting, change, now, told)


def take_for_told(session: Session, statement: StatementRow, told: Told) -> None:
    """What an archive adds to a statement is no news: later changes are told against what it is now."""
    for alert in alerts_of(session, statement.id):
        if alert.told is not None:
            alert.told = snapshot(told)


def write_update(
    services: Services,
    session: Session,
    statement: StatementRow,
    first: AlertRow,
    waiting: AlertRow | None,
    change: Change,
    snap: dict[str, Any],
    told: Told,
    *,
    kind: str = "update",
) -> None:
    """One update row (one that still waits takes the new words) and its deliveries."""
    update = waiting
    if update is None:
        number = max(a.number for a in alerts_of(session, statement.id)) + 1
        update = AlertRow(
            statement_id=statement.id, kind=kind, number=number, why_new=first.why_new,
            created_at=services.now(), reason=first.reason,
        )  # fmt: skip
        session.add(update)
    update.change = changes_in_words(change.what, services.settings.alerts.language)
    update.told, update.late = snap, not change.loud
    session.flush()
    for had in deliveries_of_alert(session, first.id):
        if had.status != "sent" or delivery_to(session, update.id, had.channel, had.recipient) is not None:
            continue
        rule = _rule(services, had, change)
        if rule is not None:
            session.add(_delivery(services, update, had, rule, told))
    session.flush()


def take_back(services: Services, session: Session, statement: StatementRow, why: str | None) -> bool:
    """Tells those who had a statement that a person found it wrong, and why; whether anybody had it."""
    alerts = alerts_of(session, statement.id)
    gone = [a for a in alerts if _has_gone_out(session, a)]
    if not gone or any(a.kind == WITHDRAWN for a in alerts):
        return False
    change = Change((Changed("rejected_why", why) if why else Changed("rejected"),), loud=True)
    said, told = alerts[0].told or {}, told_of(session, services, statement, others=False)
    write_update(services, session, statement, alerts[0], None, change, said, told, kind=WITHDRAWN)
    return True


def _has_gone_out(session: Session, alert: AlertRow) -> bool:
    return any(d.status in ("sent", "leased") or d.ambiguous for d in deliveries_of_alert(session, alert.id))


def _rule(services: Services, had: DeliveryRow, change: Change) -> SubscriptionRule | None:
    """The rule by which this reader learns of the change; None: not at all."""
    rules = [r for r in services.subscriptions if r.by == had.channel and had.recipient in r.readers]
    instant = next((r for r in rules if r.mode == "instant"), None)
    if instant is not None and (change.loud or had.channel in QUIET):
        return instant
    return next((r for r in rules if r.mode != "instant"), None)


def _delivery(
    services: Services, update: AlertRow, had: DeliveryRow, rule: SubscriptionRule, told: Told
) -> DeliveryRow:
    marker = message_id(
        services.installation,
        update.id,
        f"{had.channel} {had.recipient}",
        services.settings.alerts.email.sender,
    )
    plan = planned(services, rule, told, services.now(), hold=False)
    return DeliveryRow(
        alert_id=update.id,
        subscription=rule.name,
        channel=had.channel,
        recipient=had.recipient,
        mode=plan.mode,
        status=plan.status,
        last_error=plan.why,
        due_at=plan.due,
        created_at=services.now(),
        message_id=marker,
    )
