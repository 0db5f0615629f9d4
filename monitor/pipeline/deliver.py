"""deliveries due -> deliver -> sent, delayed or refused: render, send, mark.

A delivery is leased in one transaction, sent, and marked in the next. A process killed between the other
side's acceptance and our mark sends the same message again, with the same Message-ID: SMTP and Slack
allow at-least-once, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.digest import render_digest
from alerts.headers import headers_for
from alerts.render import render
from monitor.liveness import is_alive
from monitor.model import Accepted, Counts, Delayed, Message, Outcome, Refused, Told
from monitor.pipeline.again import WITHDRAWN
from monitor.pipeline.services import Services, Tally, log
from monitor.pipeline.told import told_of
from monitor.ports import LooksBack
from monitor.schedule import retry_wait
from monitor.store.alerts import alert_of, delivery_to, due_deliveries, lease, release_dead
from monitor.store.database import Session
from monitor.store.issues import close_issue, raise_issue
from monitor.store.schema import AlertRow, DeliveryRow, StatementRow
from monitor.store.statements import living
from monitor.waypoints import passing

SIGNED: Final = "Clusterwatch"


def deliver(services: Services) -> Counts:
    """Sends what is due. Delayed deliveries are states; refused ones are this run's refusals."""
    tally = Tally("deliver")
    with services.database.writing() as session:
        tally.count("released", release_dead(session, lambda owner: is_alive(owner, services.owner)))
        ids = due_deliveries(session, services.now())
    down: dict[str, Delayed | Refused] = {}
    for delivery_id in ids:
        _one(services, tally, delivery_id, down)
    _digests(services, tally, down)
    return tally.counts()


def _one(services: Services, tally: Tally, delivery_id: int, down: dict[str, Delayed | Refused]) -> None:
    with services.database.writing() as session:
        if not lease(session, [delivery_id], services.owner):
            return
        delivery = session.get_one(DeliveryRow, delivery_id)
        delivery.first_try_at = delivery.first_try_at or services.now()
        channel, recipient, ambiguous = delivery.channel, delivery.recipient, delivery.ambiguous
        message = _message(session, services, delivery)
    passing("deliver.leased")
    if message is None:
        _mark(services, tally, [delivery_id], Refused("the statement was withdrawn before it was told"))
        return
    passing("deliver.rendered")
    outcome = _send(services, channel, message, recipient, down, ambiguous=ambiguous)
    passing("deliver.accepted")
    _mark(services, tally, [delivery_id], outcome)
    passing("deliver.marked")


def _send(
    services: Services,
    channel: str,
    message: Message,
    recipient: str,
    down: dict[str, Delayed | Refused],
    *,
    ambiguous: bool,
) -> Outcome:
    """One message by one channel; a channel that is down is not tried again in this run.

    Where an earlier try may have arrived, a channel that can look back is asked first.
    """
    if channel in down:
        return down[channel]
    port = services.channels.get(channel)
    if port is None:
        return Refused(f"no subscription has a channel {channel} any more", scope="channel")
    outcome: Outcome | None = None
    if ambiguous and isinstance(port, LooksBack):
        outcome = port.already_sent(message.headers["Message-ID"], recipient, thread=message.thread)
    if outcome is None:
        outcome = port.send(message, recipient)
    if not isinstance(outcome, Accepted) and outcome.scope == "channel":
        down[channel] = outcome
    return outcome


def _message(session: Session, services: Services, delivery: DeliveryRow) -> Message | None:
    told = _told(session, services, delivery.alert)
    if told is None:
        return None
    message = render(told, installation=SIGNED, language=services.settings.alerts.language)
    message = replace(message, thread=_thread(session, delivery))
    return _addressed(services, message, delivery, told.statement_id)


def _thread(session: Session, delivery: DeliveryRow) -> str | None:
    """For an update: what this reader's first message on the statement is known by; else None."""
    if delivery.alert.kind == "new":
        return None
    first = alert_of(session, delivery.alert.statement_id)
    had = delivery_to(session, first.id, delivery.channel, delivery.recipient) if first else None
    return (had.reference or had.message_id) if had is not None else None


def _addressed(services: Services, message: Message, delivery: DeliveryRow, statement: int | None) -> Message:
    headers = headers_for(
        statement,
        installation=services.installation,
        alert=delivery.alert_id,
        recipient=f"{delivery.channel} {delivery.recipient}",
        host=services.settings.alerts.email.sender,
        now=services.now(),
    )
    # The row's Message-ID was written before the first try and never changes, whatever the settings do.
    return replace(message, headers={**headers, "Message-ID": delivery.message_id})


def _told(session: Session, services: Services, alert: AlertRow) -> Told | None:
    """The statement as it is now; None where a person rejected it, but for the news that it was."""
    statement = living(session, alert.statement_id)
    if statement is None or (statement.review == "rejected" and alert.kind != WITHDRAWN):
        return None
    return told_of(session, services, statement, why_new=alert.why_new, change=alert.change)


def _digests(services: Services, tally: Tally, down: dict[str, Delayed | Refused]) -> None:
    """One message for each reader whose digest is due."""
    with services.database.reading() as session:
        rows = [
            session.get_one(DeliveryRow, i) for i in due_deliveries(session, services.now(), mode="digest")
        ]
        groups: dict[tuple[str, str, str], list[int]] = {}
        for row in rows:
            groups.setdefault((row.subscription, row.channel, row.recipient), []).append(row.id)
    for (_, channel, recipient), ids in groups.items():
        with services.database.writing() as session:
            got = lease(session, ids, services.owner)
            if not got:
                continue
            taken = [session.get_one(DeliveryRow, i) for i in got]
            for delivery in taken:
                delivery.first_try_at = delivery.first_try_at or services.now()
            message = _digest(session, services, taken)
        passing("deliver.leased")
        outcome: Outcome = Refused("every statement of it was withdrawn before it was told")
        if message is not None:
            passing("deliver.rendered")
            ambiguous = any(delivery.ambiguous for delivery in taken)
            outcome = _send(services, channel, message, recipient, down, ambiguous=ambiguous)
            passing("deliver.accepted")
        _mark(services, tally, got, outcome)
        passing("deliver.marked")


def _digest(session: Session, services: Services, rows: Sequence[DeliveryRow]) -> Message | None:
    told = [(row.alert, facts) for row in rows if (facts := _told(session, services, row.alert))]
    if not told:
        return None
    first = [(alert, facts) for alert, facts in told if alert.kind == "new"]
    message = render_digest(
        [facts for alert, facts in first if not alert.late or alert.reason == "unverified"],
        found_late=[facts for alert, facts in first if alert.late and alert.reason != "unverified"],
        updates=[facts for alert, facts in told if alert.kind != "new"],
        since=min(row.created_at for row in rows),
        until=services.now(),
        installation=SIGNED,
        mode="weekly" if rows[0].mode == "weekly" else "daily",
        language=services.settings.alerts.language,
    )
    # The first delivery's Message-ID stands for the digest: the same rows give the same one again.
    return _addressed(services, message, min(rows, key=lambda r: r.id), None) if message else None


def _mark(services: Services, tally: Tally, ids: Sequence[int], outcome: Outcome) -> None:
    now = services.now()
    with services.database.writing() as session:
        for delivery_id in ids:
            row = session.get_one(DeliveryRow, delivery_id)
            row.lease_owner = row.lease_until = None
            row.tries += 1
            if isinstance(outcome, Accepted):
                _sent(session, row, outcome, now)
                tally.count("sent")
            elif _waits(services, row, outcome, now):
                _delayed(session, row, outcome, now)
                tally.count("delayed")
            else:
                reason = outcome.reason
                if isinstance(outcome, Delayed):
                    reason = f"given up after {row.tries} tries: {reason}"
                row.status, row.last_error = "refused", reason
                raise_issue(session, "delivery_refused", f"d{row.id}", f"{row.channel}: {reason}", now)
                tally.count("refused")
                tally.refuse(f"d{row.id} by {row.channel}", reason)


def _sent(session: Session, row: DeliveryRow, outcome: Accepted, now: datetime) -> None:
    row.status, row.sent_at, row.reference, row.last_error = "sent", now, outcome.reference, None
    row.ambiguous = False
    statement = session.get_one(StatementRow, row.alert.statement_id)
    statement.alert_state, statement.alert_reason = "told", None
    close_issue(session, "channel_down", row.channel, now)
    close_issue(session, "delivery_refused", f"d{row.id}", now)


def _waits(services: Services, row: DeliveryRow, outcome: Delayed | Refused, now: datetime) -> bool:
    """Whether a delivery is tried again: what is the channel's trouble costs no message."""
    if isinstance(outcome, Refused):
        return outcome.scope == "channel"
    return outcome.scope == "channel" or not _given_up(services, row, now)


def _delayed(session: Session, row: DeliveryRow, outcome: Delayed | Refused, now: datetime) -> None:
    wait = retry_wait(row.tries)
    if isinstance(outcome, Delayed):
        if outcome.retry_after is not None:
            wait = max(wait, timedelta(seconds=outcome.retry_after))
        row.ambiguous = row.ambiguous or outcome.ambiguous
    row.status, row.due_at, row.last_error = "delayed", now + wait, outcome.reason
    log.warning("d%s by %s delayed: %s", row.id, row.channel, outcome.reason)
    if outcome.scope == "channel":
        raise_issue(session, "channel_down", row.channel, outcome.reason, now)


def _given_up(services: Services, row: DeliveryRow, now: datetime) -> bool:
    hours = services.settings.alerts.give_up_hours
    return row.first_try_at is not None and now - row.first_try_at > timedelta(hours=hours)
