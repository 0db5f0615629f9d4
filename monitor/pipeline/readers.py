"""Who is told of a statement: one alert, and one delivery for each reader whose rule wants it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerts.headers import message_id
from alerts.subscriptions import wants
from monitor.model import SubscriptionRule, Told
from monitor.newness import Decision
from monitor.pipeline.again import take_for_told, tell_again
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.pipeline.when import SILENCED, planned
from monitor.store.alerts import alert_of, deliveries_of, delivery_to
from monitor.store.database import Session
from monitor.store.outbox import WAITING
from monitor.store.schema import AlertRow, DeliveryRow, StatementRow
from monitor.updates import snapshot

#: Why a delivery was dropped that comes back when the statement is to be told after all.
CALLED_OFF: Final = "not to be told any more"


def give(
    services: Services,
    session: Session,
    statement: StatementRow,
    decision: Decision,
    *,
    why_new: str | None,
    quiet: bool = False,
) -> None:
    """Writes the alert and its deliveries as far as the decision asks for them and they are not there.

    ``quiet``: what has changed is no news; later changes are told against it.
    """
    if decision.how == "not_told":
        _call_off(session, statement, decision)
        _state(session, statement, decision)
        if decision.reason == "withdrawn":
            tell_again(services, session, statement, told_of(session, services, statement, others=False))
        return
    alert = alert_of(session, statement.id)
    why_new = why_new or (alert.why_new if alert else "")
    told = told_of(session, services, statement, why_new=why_new, others=False)
    readers = [
        (rule, recipient)
        for rule in services.subscriptions
        if not quiet and takes(rule, told, decision.how, decision.reason)
        for recipient in rule.readers
    ]
    if alert is None and not readers and decision.how == "kind":
        _state(session, statement, decision)
        return
    alert = _decided(services, session, statement, alert, decision, told)
    _lay_out(services, session, alert, readers, told)
    if quiet:
        take_for_told(session, statement, told)
    else:
        tell_again(services, session, statement, told)
    _state(session, statement, decision)


def _decided(
    services: Services,
    session: Session,
    statement: StatementRow,
    alert: AlertRow | None,
    decision: Decision,
    told: Told,
) -> AlertRow:
    """The statement's alert as the decision has it, written where there was none."""
    if alert is None:
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
    return alert


def _lay_out(
    services: Services,
    session: Session,
    alert: AlertRow,
    readers: Sequence[tuple[SubscriptionRule, str]],
    told: Told,
) -> None:
    """One delivery a recipient and channel: who has an instant and a digest subscription is told at once."""
    later = {r.name for r in services.subscriptions if r.mode != "instant"}
    for rule, recipient in sorted(readers, key=lambda r: r[0].mode != "instant"):
        known = delivery_to(session, alert.id, rule.by, recipient)
        if known is None:
            session.add(_delivery(services, alert, rule, recipient, told))
            session.flush()
        elif _comes_back(known) or (
            rule.mode == "instant" and known.subscription in later and known.status in WAITING
        ):
            _plan_again(services, known, rule, told)


def _comes_back(row: DeliveryRow) -> bool:
    """Whether a delivery was dropped because the statement was not to be told, which now it is."""
    return row.status == "dropped" and row.last_error == CALLED_OFF


def _call_off(session: Session, statement: StatementRow, decision: Decision) -> None:
    """What waits to be sent of a statement that is not told any more is not sent."""
    if decision.reason not in ("reviewed", "withdrawn"):
        return
    for delivery in deliveries_of(session, statement.id):
        if delivery.alert.kind == "new" and delivery.status in WAITING:
            delivery.status, delivery.last_error = "dropped", CALLED_OFF


def takes(rule: SubscriptionRule, told: Told, how: str, reason: str | None) -> bool:
    """Whether a rule's readers are told of a statement that is told ``how`` (``instant digest kind``).

    Late and unverified ones go to digests; a rule that takes any corroboration gets the latter at once.
    """
    if not wants(rule, told)[0]:
        return False
    if how != "digest" or rule.mode != "instant":
        return True
    return reason == "unverified" and rule.corroboration == "any"


def _delivery(
    services: Services, alert: AlertRow, rule: SubscriptionRule, recipient: str, told: Told
) -> DeliveryRow:
    now = services.now()
    plan = planned(services, rule, told, now)
    sender = services.settings.alerts.email.sender
    return DeliveryRow(
        alert_id=alert.id,
        subscription=rule.name,
        channel=rule.by,
        recipient=recipient,
        mode=plan.mode,
        status=plan.status,
        last_error=plan.why,
        due_at=plan.due,
        created_at=now,
        message_id=message_id(services.installation, alert.id, f"{rule.by} {recipient}", sender),
    )


def _plan_again(services: Services, row: DeliveryRow, rule: SubscriptionRule, told: Told) -> None:
    """A delivery that has not gone out goes as this rule has it."""
    plan = planned(services, rule, told, services.now())
    row.subscription, row.mode, row.due_at = rule.name, plan.mode, plan.due
    row.status, row.last_error = plan.status, plan.why


def _state(session: Session, statement: StatementRow, decision: Decision) -> None:
    """The statement's state as readers see it: told, queued, digest or not_told, with the reason."""
    deliveries = deliveries_of(session, statement.id)
    if any(d.status == "sent" for d in deliveries):
        statement.alert_state, statement.alert_reason = "told", None
    elif deliveries and all(d.status == SILENCED for d in deliveries):
        statement.alert_state, statement.alert_reason = "not_told", "silenced"
    elif decision.how == "instant" and deliveries:
        statement.alert_state, statement.alert_reason = "queued", None
    elif decision.how == "digest":
        statement.alert_state, statement.alert_reason = "digest", decision.reason
    elif decision.how == "kind" and deliveries:
        statement.alert_state, statement.alert_reason = "queued", None
    else:
        statement.alert_state, statement.alert_reason = "not_told", decision.reason
