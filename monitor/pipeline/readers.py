"""Who is told of a statement: one alert, and one delivery for each reader whose rule wants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from alerts.headers import message_id
from alerts.subscriptions import in_quiet_hours, next_digest, wants
from monitor.model import SubscriptionRule, Told
from monitor.newness import Decision
from monitor.pipeline.again import tell_again
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.store.alerts import alert_of, deliveries_of, delivery_to
from monitor.store.database import Session
from monitor.store.schema import AlertRow, DeliveryRow, StatementRow
from monitor.updates import snapshot

#: Why a delivery was dropped that comes back when the statement is to be told after all.
CALLED_OFF: Final = "not to be told any more"


def give(
    services: Services, session: Session, statement: StatementRow, decision: Decision, *, why_new: str | None
) -> None:
    """Writes the alert and its deliveries as far as the decision asks for them and they are not there."""
    if decision.how == "not_told":
        _call_off(session, statement, decision)
        _state(session, statement, decision)
        if decision.reason == "withdrawn":
            tell_again(services, session, statement, told_of(session, services, statement))
        return
    alert = alert_of(session, statement.id)
    told = told_of(session, services, statement, why_new=why_new or (alert.why_new if alert else ""))
    readers = [
        (rule, recipient)
        for rule in services.subscriptions
        if _takes(rule, told, decision)
        for recipient in (rule.to or ("console",))
    ]
    if alert is None:
        if not readers and decision.how == "kind":
            _state(session, statement, decision)
            return
        alert = AlertRow(
            statement_id=statement.id,
            late=decision.how == "digest",
            reason=decision.reason,
            why_new=told.why_new,
            created_at=services.now(),
            told=snapshot(told),
        )
        session.add(alert)
    elif alert.late and decision.how == "instant":
        alert.late, alert.reason = False, None  # a better report came: it is told at once now
    elif alert.late:
        alert.reason = decision.reason
    session.flush()
    # One delivery a recipient and channel: who has an instant and a digest subscription is told at once.
    for rule, recipient in sorted(readers, key=lambda r: r[0].mode != "instant"):
        known = delivery_to(session, alert.id, rule.by, recipient)
        if known is None:
            session.add(_delivery(services, alert, rule, recipient))
            session.flush()
        elif known.status == "dropped" and known.last_error == CALLED_OFF:
            known.status, known.last_error = "queued", None
            known.mode, known.subscription = rule.mode, rule.name
            known.due_at = due_at(services, rule, services.now())
        elif rule.mode == "instant" != known.mode and known.status in ("queued", "delayed"):
            known.mode, known.subscription = rule.mode, rule.name
            known.due_at = due_at(services, rule, services.now())
    tell_again(services, session, statement, told)
    _state(session, statement, decision)


def _call_off(session: Session, statement: StatementRow, decision: Decision) -> None:
    """What waits to be sent of a statement that is not told any more is not sent."""
    if decision.reason not in ("reviewed", "withdrawn"):
        return
    for delivery in deliveries_of(session, statement.id):
        if delivery.alert.kind == "new" and delivery.status in ("queued", "delayed"):
            delivery.status, delivery.last_error = "dropped", CALLED_OFF


def _takes(rule: SubscriptionRule, told: Told, decision: Decision) -> bool:
    """Late and unverified ones go to digests; a rule that takes any corroboration gets the latter at once."""
    if not wants(rule, told)[0]:
        return False
    if decision.how != "digest" or rule.mode != "instant":
        return True
    return decision.reason == "unverified" and rule.corroboration == "any"


def _delivery(services: Services, alert: AlertRow, rule: SubscriptionRule, recipient: str) -> DeliveryRow:
    now = services.now()
    sender = services.settings.alerts.email.sender
    return DeliveryRow(
        alert_id=alert.id,
        subscription=rule.name,
        channel=rule.by,
        recipient=recipient,
        mode=rule.mode,
        due_at=due_at(services, rule, now),
        created_at=now,
        message_id=message_id(services.installation, alert.id, f"{rule.by} {recipient}", sender),
    )


def due_at(services: Services, rule: SubscriptionRule, now: datetime) -> datetime | None:
    """When a reader is told: at the next digest, after the hold and the quiet hours, or at once (None)."""
    if rule.mode != "instant":
        return next_digest(rule, now)
    hold = services.settings.alerts.hold_minutes
    wait = now + timedelta(minutes=hold) if hold else now
    quiet = in_quiet_hours(rule, wait)
    return quiet or (wait if hold else None)


def _state(session: Session, statement: StatementRow, decision: Decision) -> None:
    """The statement's state as readers see it: told, queued, digest or not_told, with the reason."""
    deliveries = deliveries_of(session, statement.id)
    if any(d.status == "sent" for d in deliveries):
        statement.alert_state, statement.alert_reason = "told", None
    elif decision.how == "instant" and deliveries:
        statement.alert_state, statement.alert_reason = "queued", None
    elif decision.how == "digest":
        statement.alert_state, statement.alert_reason = "digest", decision.reason
    elif decision.how == "kind" and deliveries:
        statement.alert_state, statement.alert_reason = "queued", None
    else:
        statement.alert_state, statement.alert_reason = "not_told", decision.reason
