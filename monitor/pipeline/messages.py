"""The message of a delivery: a statement's, an update's, a digest's, with the headers of its reader."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from alerts.digest import render_digest
from alerts.headers import headers_for
from alerts.links import FEEDBACK, UNSUBSCRIBE
from alerts.render import render, with_link
from monitor.model import Message, Told, Watch
from monitor.pipeline.again import WITHDRAWN
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.pipeline.watch import watch_of
from monitor.store.alerts import alert_of, delivery_to
from monitor.store.database import Session
from monitor.store.schema import AlertRow, DeliveryRow, NoticeRow
from monitor.store.statements import living

SIGNED: Final = "Clusterwatch"
KEPT: Final = timedelta(seconds=2)
#: How long what was seen of the watch holds for the digests of one run.
LOOKED: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Composed:
    """A message, and with an update what the reader's first message on the statement would say now."""

    message: Message
    first: Message | None = None


class Composer:
    """Makes messages; an alert's readers, who come one after the other, share what is the same for all.

    What is kept is let go after ``KEPT``, so that a withdrawal or a better report is not overlooked.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[int, tuple[datetime, Told, Message]] = {}
        self._looked: tuple[datetime, Watch] | None = None
        # Where each reader's own feedback link goes, and as long; no article can name it.
        self._mark: str | None = None
        if services.links is not None:
            self._mark = f"https://{secrets.token_hex(16)}.invalid/".ljust(len(services.links.base) + 80, "x")

    def compose(self, session: Session, rows: Sequence[DeliveryRow]) -> Composed | None:
        """The message of these deliveries, which are one reader's; None where all of it was withdrawn."""
        services = self._services
        if rows[0].mode != "instant":
            digest = self._digest(session, rows)
            return Composed(digest) if digest else None
        row = rows[0]
        found = self._rendered(session, row.alert)
        if found is None:
            return None
        told, message = found
        message = replace(message, thread=_thread(session, row))
        first = None
        if message.thread is not None:
            first = message if row.alert.kind == WITHDRAWN else _render(services, replace(told, change=None))
        own = _feedback(services, row)
        if self._mark is not None and own is not None:
            message = with_link(message, self._mark, own)
            first = with_link(first, self._mark, own) if first is not None else None
        return Composed(_addressed(services, message, row, told.statement_id), first)

    def _rendered(self, session: Session, alert: AlertRow) -> tuple[Told, Message] | None:
        now = self._services.now()
        kept = self._kept.get(alert.id)
        if kept is not None and timedelta(0) <= now - kept[0] < KEPT:
            return kept[1], kept[2]
        told = _told(session, self._services, alert)
        if told is None:
            return None
        told = replace(told, feedback_url=self._mark)
        message = _render(self._services, told)
        if len(self._kept) > 100:
            self._kept.clear()
        self._kept[alert.id] = (now, told, message)
        return told, message

    def _digest(self, session: Session, rows: Sequence[DeliveryRow]) -> Message | None:
        services = self._services
        told = [
            (row.alert, replace(facts, feedback_url=_feedback(services, row)))
            for row in rows
            if (facts := _told(session, services, row.alert))
        ]
        if not told:
            return None
        since = min(row.created_at for row in rows)
        first = [(alert, facts) for alert, facts in told if alert.kind == "new"]
        message = render_digest(
            [facts for alert, facts in first if not alert.late or alert.reason == "unverified"],
            found_late=[facts for alert, facts in first if alert.late and alert.reason != "unverified"],
            updates=[facts for alert, facts in told if alert.kind != "new"],
            since=since,
            watch=self._watch(session, since),
            until=services.now(),
            installation=SIGNED,
            mode=_mode(rows, [alert for alert, _ in told]),
            language=services.settings.alerts.language,
        )
        # The first delivery's Message-ID stands for the digest: the same rows give the same one again.
        return _addressed(services, message, min(rows, key=lambda r: r.id), None) if message else None

    def _watch(self, session: Session, since: datetime) -> Watch:
        """How the watch stands, looked at once for the readers of one time."""
        now = self._services.now()
        if self._looked is None or self._looked[1].since != since or now - self._looked[0] > LOOKED:
            self._looked = now, watch_of(session, self._services, since)
        return self._looked[1]


def _render(services: Services, told: Told) -> Message:
    return render(told, installation=SIGNED, language=services.settings.alerts.language)


def _told(session: Session, services: Services, alert: AlertRow) -> Told | None:
    """The statement as it is now; None where a person rejected it, but for the news that it was."""
    statement = living(session, alert.statement_id)
    if statement is None or (statement.review == "rejected" and alert.kind != WITHDRAWN):
        return None
    return told_of(session, services, statement, why_new=alert.why_new, change=alert.change)


def _feedback(services: Services, row: DeliveryRow) -> str | None:
    """Where a delivery's reader says what is wrong with it; None where `serve` is not reached."""
    if services.links is None:
        return None
    return services.links.link(FEEDBACK, row.id, row.message_id, services.now())


def headers_to(
    services: Services,
    row: DeliveryRow | NoticeRow,
    alert: int | str,
    statement: int | None = None,
    *,
    leave: DeliveryRow | None = None,
) -> dict[str, str]:
    """The headers of one message to a row's reader; by the link of ``leave`` the reader can leave."""
    link = None
    if services.links is not None and leave is not None and row.channel == "email":
        link = services.links.link(UNSUBSCRIBE, leave.id, leave.message_id, services.now())
    return headers_for(
        statement,
        installation=services.installation,
        alert=alert,
        recipient=f"{row.channel} {row.recipient}",
        host=services.settings.alerts.email.sender,
        now=services.now(),
        unsubscribe=link,
    )


def _mode(rows: Sequence[DeliveryRow], alerts: Sequence[AlertRow]) -> Literal["daily", "weekly", "archive"]:
    """What kind of digest these deliveries are: one that holds only what archives gave is called so."""
    if all(alert.late and alert.reason == "backfill" for alert in alerts):
        return "archive"
    return "weekly" if rows[0].mode == "weekly" else "daily"


def _thread(session: Session, delivery: DeliveryRow) -> str | None:
    """For an update: what this reader's first message on the statement is known by; else None."""
    if delivery.alert.kind == "new":
        return None
    first = alert_of(session, delivery.alert.statement_id)
    had = delivery_to(session, first.id, delivery.channel, delivery.recipient) if first else None
    return (had.reference or had.message_id) if had is not None else None


def _addressed(services: Services, message: Message, delivery: DeliveryRow, statement: int | None) -> Message:
    headers = headers_to(services, delivery, delivery.alert_id, statement, leave=delivery)
    # The row's Message-ID was written before the first try and never changes, whatever the settings do.
    return replace(message, headers={**headers, "Message-ID": delivery.message_id})
