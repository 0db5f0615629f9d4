"""``clusterwatch alerts``: deliveries and their story, a second try, channels, recipients, a preview."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import click

from alerts.headers import headers_for
from alerts.render import render
from monitor.cli.common import number, result, say, services, table
from monitor.cli.specimen import SPECIMEN
from monitor.cli.trial import show_trial
from monitor.errors import UsageError
from monitor.model import Accepted, Message, SubscriptionRule, Told
from monitor.pipeline import Services
from monitor.pipeline.byhand import resumed_by_hand, suspended_by_hand, try_again
from monitor.pipeline.deliver import SIGNED
from monitor.pipeline.told import told_of
from monitor.store.alerts import alert_of
from monitor.store.notices import latest_notices
from monitor.store.outbox import STATES, UNSENT, channel_rows, counts, latest_events, suspended
from monitor.store.questions import deliveries
from monitor.store.schema import DeliveryEvent, DeliveryRow, NoticeRow, RecipientRow, StatementRow


@click.group("alerts")
def alerts_group() -> None:
    """What is told, to whom, and how that went."""


def shown_recipient(channel: str, recipient: str) -> str:
    """A recipient as it may be shown: of a webhook's address only the host, as its path may hold a key."""
    if channel != "webhook":
        return recipient
    mark = hashlib.sha256(recipient.encode("utf-8", "replace")).hexdigest()[:6]
    parts = urlsplit(recipient)
    return f"{parts.scheme}://{parts.hostname or '?'}/…{mark}"


def _value(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": f"d{row.id}",
        "statement": f"s{row.alert.statement_id}",
        "kind": row.alert.kind,
        "subscription": row.subscription,
        "channel": row.channel,
        "recipient": shown_recipient(row.channel, row.recipient),
        "mode": row.mode,
        "status": row.status,
        "due": row.due_at,
        "tries": row.tries,
        "sent": row.sent_at,
        "message_id": row.message_id,
        "reference": row.reference,
        "error": row.last_error,
        "created": row.created_at,
        "reason": row.alert.reason,
        "why_new": row.alert.why_new,
    }


def _table(rows: Sequence[dict[str, Any]], *columns: str) -> None:
    table(columns, [tuple(row[name] for name in columns) for row in rows])


@alerts_group.command("list")
@click.option("--status", type=click.Choice(STATES), help="Only these.")
@click.option("--channel", help="Only by this channel.")
@click.option("--statement", metavar="ID", help="Only of this statement (s7).")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_command(
    context: click.Context,
    status: str | None,
    channel: str | None,
    statement: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Deliveries, the newest first; what is told of the program itself is under `notices`."""
    of = number(statement, "s") if statement else None
    with services(context) as opened, opened.database.reading() as session:
        found = deliveries(session, status, limit, channel=channel, statement=of)
        rows = [_value(row) for row in found]
    if as_json:
        result(rows)
        return
    _table(rows, "id", "statement", "status", "tries", "channel", "recipient", "due", "sent", "error")


@alerts_group.command("notices")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def notices_command(context: click.Context, limit: int, as_json: bool) -> None:
    """Messages that tell of no statement, the newest first: weeks with nothing, channels down, floods."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [_notice(row) for row in latest_notices(session, limit)]
    if as_json:
        result(rows)
        return
    _table(
        rows,
        "id",
        "what",
        "about",
        "since",
        "status",
        "tries",
        "channel",
        "recipient",
        "due",
        "sent",
        "error",
    )


def _notice(row: NoticeRow) -> dict[str, Any]:
    return {
        "id": f"n{row.id}",
        "what": row.code,
        "about": row.subject,
        "since": row.since,
        "channel": row.channel,
        "recipient": shown_recipient(row.channel, row.recipient),
        "status": row.status,
        "due": row.due_at,
        "tries": row.tries,
        "sent": row.sent_at,
        "error": row.last_error,
        "created": row.created_at,
    }


@alerts_group.command()
@click.argument("ids", nargs=-1, metavar="[DELIVERY]…")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def log(context: click.Context, ids: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Each state that a message came into: when, and what the other side said; the newest first.

    With ids (d7 …) the whole story of these deliveries, from the beginning.
    """
    wanted = [number(text, "d") for text in ids]
    with services(context) as opened, opened.database.reading() as session:
        events = latest_events(session, wanted, 10_000 if wanted else limit)
        rows = [_event(e, row) for e, row in (reversed(events) if wanted else events)]
        if wanted:
            found = [row for n in wanted if (row := session.get(DeliveryRow, n)) is not None]
            if missing := sorted({*wanted} - {row.id for row in found}):
                raise UsageError(f"there is no delivery d{missing[0]}")
            rows = [*map(_written, found), *rows]
            rows.sort(key=lambda r: wanted.index(number(r["id"], "d")))
    if as_json:
        result(rows)
        return
    _table(rows, "at", "id", "statement", "channel", "recipient", "status", "words")


def _event(event: DeliveryEvent, row: DeliveryRow) -> dict[str, Any]:
    return _value(row) | {"at": event.at, "status": event.status, "words": event.words}


def _written(row: DeliveryRow) -> dict[str, Any]:
    return _value(row) | {"at": row.created_at, "status": "queued", "words": None}


@alerts_group.command()
@click.argument("ids", nargs=-1, metavar="[DELIVERY]…")
@click.option("--refused", is_flag=True, help="All that were refused.")
@click.option("--channel", help="With --refused: only by this channel.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def retry(
    context: click.Context, ids: tuple[str, ...], refused: bool, channel: str | None, as_json: bool
) -> None:
    """Try delayed or refused deliveries (d7 …) again at the next `deliver`."""
    if not ids and not refused:
        raise UsageError("which deliveries? name them (d7 …), or say --refused")
    numbers = [number(text, "d") for text in ids]
    with services(context) as opened, opened.database.writing() as session:
        if refused:
            numbers += [d.id for d in deliveries(session, "refused", 1_000_000, channel=channel)]
        rows = [_value(try_again(opened, session, n)) for n in dict.fromkeys(numbers)]
    if as_json:
        result(rows)
        return
    for value in rows:
        click.echo(f"{value['id']} queued")


@alerts_group.command("channels")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def channels_command(context: click.Context, as_json: bool) -> None:
    """The channels: whether messages get through, since when not, what waits."""
    with services(context) as opened, opened.database.reading() as session:
        waiting: Counter[str] = Counter()
        for name, status, number_of in counts(session):
            waiting[name] += number_of if status in UNSENT else 0
        states = {row.name: row for row in channel_rows(session)}
        rows = [
            {
                "channel": name,
                "state": "down" if (row := states.get(name)) and row.down_since else "in order",
                "since": row.down_since if row else None,
                "next_try": row.next_try_at if row else None,
                "last_ok": row.last_ok_at if row else None,
                "waiting": waiting[name],
                "error": row.last_error if row else None,
            }
            for name in sorted({*opened.channels, *states, *waiting})
        ]
    if as_json:
        result(rows)
        return
    _table(rows, "channel", "state", "since", "next_try", "last_ok", "waiting", "error")


@alerts_group.command("suspended")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def suspended_command(context: click.Context, as_json: bool) -> None:
    """Recipients who get nothing until they are resumed, and why."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [_recipient(row) for row in suspended(session)]
    if as_json:
        result(rows)
        return
    _table(rows, "id", "channel", "recipient", "since", "why")


def _recipient(row: RecipientRow) -> dict[str, Any]:
    return {
        "id": f"r{row.id}",
        "channel": row.channel,
        "recipient": shown_recipient(row.channel, row.recipient),
        "since": row.suspended_at,
        "why": row.suspended_why,
    }


@alerts_group.command("suspend")
@click.argument("channel")
@click.argument("recipient")
@click.option("--why", default="by hand", show_default=True)
@click.pass_context
def suspend_command(context: click.Context, channel: str, recipient: str, why: str) -> None:
    """Send nothing to RECIPIENT by CHANNEL until it is resumed; what comes is kept for it."""
    with services(context) as opened, opened.database.writing() as session:
        row, kept = suspended_by_hand(opened, session, channel, recipient, why)
        click.echo(f"r{row.id} suspended, {kept} waiting")


@alerts_group.command("resume")
@click.argument("ids", nargs=-1, required=True, metavar="RECIPIENT…")
@click.option("--drop", is_flag=True, help="Do not send what was kept meanwhile.")
@click.pass_context
def resume_command(context: click.Context, ids: tuple[str, ...], drop: bool) -> None:
    """Send to suspended recipients (r3 …) again, what was kept for them too."""
    with services(context) as opened, opened.database.writing() as session:
        for text in ids:
            recipient = number(text, "r")
            moved = resumed_by_hand(opened, session, recipient, drop=drop)
            click.echo(f"r{recipient} resumed, {moved} {'dropped' if drop else 'queued'}")


@alerts_group.command("test")
@click.option("--subscription", "name", help="Only this one.")
@click.option("--statement", "statement", metavar="ID", help="Show this statement (s7), not a made-up one.")
@click.option("--html", "as_html", is_flag=True, help="Print the HTML part.")
@click.option("--send", is_flag=True, help="Really send it to the subscription's recipients.")
@click.option("--days", type=click.IntRange(1, 3660), help="What would have been sent in so many days.")
@click.option("--json", "as_json", is_flag=True, help="Print the message, or with --send the outcomes.")
@click.pass_context
def test_command(
    context: click.Context,
    name: str | None,
    statement: str | None,
    as_html: bool,
    send: bool,
    days: int | None,
    as_json: bool,
) -> None:
    """A preview of an alert; with --send, a trial of the channels; with --days, one of the subscriptions."""
    with services(context) as opened:
        if days is not None:
            show_trial(opened, days, name, as_json)
            return
        told = _told(opened, statement)
        message = render(told, installation=SIGNED, language=opened.settings.alerts.language)
        if not send and as_json:
            result({"subject": message.subject, "text": message.text, "html": message.html})
            return
        if not send:
            click.echo(message.html if as_html else f"Subject: {message.subject}\n\n{message.text}")
            return
        rules = [r for r in opened.subscriptions if name in (None, r.name)]
        if not rules:
            raise UsageError(f"there is no subscription {name}")
        outcomes = [_tried(opened, rule, to, message) for rule in rules for to in rule.readers]
    if as_json:
        result(outcomes)
    context.exit(0 if all(o["accepted"] for o in outcomes) else 1)


def _tried(opened: Services, rule: SubscriptionRule, recipient: str, message: Message) -> dict[str, Any]:
    """What came of a trial message to one recipient. Its Message-ID is of the subscription and this second:
    to who tries again after a change, or reads by two, it is another, which no server takes for the first."""
    now = opened.clock.now()
    headers = headers_for(
        None,
        installation=opened.installation,
        alert=f"t{now:%y%m%d%H%M%S}",
        recipient=f"{rule.name} {rule.by} {recipient}",
        host=opened.settings.alerts.email.sender,
        now=now,
    )
    outcome = opened.channels[rule.by].send(replace(message, headers=headers), recipient)
    reason = None if isinstance(outcome, Accepted) else outcome.reason
    to = shown_recipient(rule.by, recipient)
    say(f"{rule.name} by {rule.by} to {to}: {reason or 'accepted'}")
    found = {"subscription": rule.name, "channel": rule.by, "recipient": to}
    return found | {"accepted": reason is None, "reason": reason}


def _told(opened: Services, statement: str | None) -> Told:
    if statement is None:
        return SPECIMEN
    with opened.database.reading() as session:
        row = session.get(StatementRow, number(statement, "s"))
        if row is None:
            raise UsageError(f"there is no statement {statement}")
        alert = alert_of(session, row.id)
        return told_of(session, opened, row, why_new=alert.why_new if alert else "")
