"""``clusterwatch alerts``: deliveries, a second try, a preview, the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from alerts.render import render
from monitor.cli.common import number, result, say, services, table
from monitor.cli.specimen import SPECIMEN
from monitor.cli.trial import show_trial
from monitor.errors import UsageError
from monitor.model import Accepted, Told
from monitor.pipeline import Services
from monitor.pipeline.deliver import SIGNED
from monitor.pipeline.told import told_of
from monitor.store.alerts import alert_of
from monitor.store.questions import deliveries
from monitor.store.schema import DeliveryRow, StatementRow

_STATES = ("queued", "leased", "sent", "delayed", "refused", "silenced")


@click.group("alerts")
def alerts_group() -> None:
    """What is told, to whom, and how that went."""


def _value(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": f"d{row.id}",
        "statement": f"s{row.alert.statement_id}",
        "subscription": row.subscription,
        "channel": row.channel,
        "recipient": row.recipient,
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


def _show(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        result(list(rows))
        return
    table(
        ("id", "statement", "status", "tries", "channel", "recipient", "due", "sent", "error"),
        [
            (
                r["id"],
                r["statement"],
                r["status"],
                r["tries"],
                r["channel"],
                r["recipient"],
                r["due"],
                r["sent"],
                r["error"],
            )
            for r in rows
        ],
    )


@alerts_group.command("list")
@click.option("--status", type=click.Choice(_STATES), help="Only these.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_command(context: click.Context, status: str | None, limit: int, as_json: bool) -> None:
    """Deliveries, the newest first."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [_value(row) for row in deliveries(session, status, limit)]
    _show(rows, as_json)


@alerts_group.command()
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def log(context: click.Context, limit: int, as_json: bool) -> None:
    """What was sent, the newest first."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [_value(row) for row in deliveries(session, "sent", limit)]
    _show(rows, as_json)


@alerts_group.command()
@click.argument("ids", nargs=-1, required=True, metavar="DELIVERY…")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def retry(context: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Try delayed or refused deliveries (d7 …) again at the next `deliver`."""
    rows = []
    with services(context) as opened, opened.database.writing() as session:
        for text in ids:
            row = session.get(DeliveryRow, number(text, "d"))
            if row is None:
                raise UsageError(f"there is no delivery {text}")
            if row.status not in ("delayed", "refused", "silenced"):
                raise UsageError(
                    f"{text} is {row.status}: only delayed, refused and silenced deliveries are tried again"
                )
            row.status, row.due_at, row.first_try_at, row.last_error = "queued", None, None, None
            rows.append(_value(row))
    if as_json:
        result(rows)
        return
    for value in rows:
        click.echo(f"{value['id']} queued")


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
        outcomes = []
        for rule in rules:
            for recipient in rule.to or (rule.by,):
                outcome = opened.channels[rule.by].send(message, recipient)
                reason = None if isinstance(outcome, Accepted) else outcome.reason
                outcomes.append({"subscription": rule.name, "channel": rule.by, "recipient": recipient,
                                 "accepted": reason is None, "reason": reason})  # fmt: skip
                say(f"{rule.name} by {rule.by} to {recipient}: {reason or 'accepted'}")
    if as_json:
        result(outcomes)
    context.exit(0 if all(o["accepted"] for o in outcomes) else 1)


def _told(opened: Services, statement: str | None) -> Told:
    if statement is None:
        return SPECIMEN
    with opened.database.reading() as session:
        row = session.get(StatementRow, number(statement, "s"))
        if row is None:
            raise UsageError(f"there is no statement {statement}")
        alert = alert_of(session, row.id)
        return told_of(session, opened, row, why_new=alert.why_new if alert else "")
