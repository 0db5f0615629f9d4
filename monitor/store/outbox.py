"""How the sending goes: states of channels and recipients, the story of each delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from monitor.store.schema import ChannelRow, DeliveryEvent, DeliveryRow, RecipientRow

#: The states in which a delivery is still to be sent, those in which it has not been, and all there are.
WAITING: Final = ("queued", "delayed")
UNSENT: Final = (*WAITING, "leased")
STATES: Final = (*UNSENT, "sent", "refused", "suspended", "dropped", "silenced")


def note(session: Session, delivery_id: int, status: str, words: str | None, at: datetime) -> None:
    """Adds a state to a delivery's story, with what the other side said."""
    session.add(DeliveryEvent(delivery_id=delivery_id, at=at, status=status, words=words))


def latest_events(
    session: Session, delivery_ids: Sequence[int], limit: int
) -> list[tuple[DeliveryEvent, DeliveryRow]]:
    """The latest states with their deliveries, the newest first; where deliveries are named, theirs only."""
    query = select(DeliveryEvent, DeliveryRow).join(DeliveryRow, DeliveryRow.id == DeliveryEvent.delivery_id)
    if delivery_ids:
        query = query.where(DeliveryRow.id.in_(delivery_ids))
    return [(e, d) for e, d in session.execute(query.order_by(DeliveryEvent.id.desc()).limit(limit))]


def find_channel(session: Session, name: str) -> ChannelRow | None:
    """The state of a channel; None where there was never one to keep, so that it is in order."""
    return session.scalar(select(ChannelRow).where(ChannelRow.name == name))


def channel_row(session: Session, name: str) -> ChannelRow:
    """The state of a channel, made where there is none. For writers that take turns."""
    row = find_channel(session, name)
    if row is None:
        row = ChannelRow(name=name, tries=0)
        session.add(row)
        session.flush()
    return row


def channel_rows(session: Session) -> Sequence[ChannelRow]:
    """The states of all channels that were ever used, by name."""
    return session.scalars(select(ChannelRow).order_by(ChannelRow.name)).all()


def recipient_row(session: Session, channel: str, recipient: str) -> RecipientRow:
    """The state of a recipient, made where there is none. For writers that take turns."""
    row = session.scalar(
        select(RecipientRow).where(RecipientRow.channel == channel, RecipientRow.recipient == recipient)
    )
    if row is None:
        row = RecipientRow(channel=channel, recipient=recipient, delays=0, refusals=0)
        session.add(row)
        session.flush()
    return row


def recipients_of(session: Session, channel: str) -> dict[str, RecipientRow]:
    """The states of a channel's recipients that have one, by recipient."""
    rows = session.scalars(select(RecipientRow).where(RecipientRow.channel == channel))
    return {row.recipient: row for row in rows}


def suspended(session: Session) -> Sequence[RecipientRow]:
    """The recipients who get nothing until a person says so, by channel and name."""
    query = select(RecipientRow).where(RecipientRow.suspended_at.is_not(None))
    return session.scalars(query.order_by(RecipientRow.channel, RecipientRow.recipient)).all()


def suspend(session: Session, channel: str, recipient: str, why: str, now: datetime) -> int:
    """Sends nothing more to a recipient; what waits for it waits on. How many deliveries that are."""
    row = recipient_row(session, channel, recipient)
    row.suspended_at, row.suspended_why = row.suspended_at or now, why
    session.flush()
    return put_aside(session, channel, recipient, why, now)


def put_aside(session: Session, channel: str, recipient: str, why: str, now: datetime) -> int:
    """Marks what waits for a suspended recipient as suspended; how many deliveries."""
    return _move(session, channel, recipient, WAITING, "suspended", why, now)


def resume(session: Session, channel: str, recipient: str, now: datetime, *, drop: bool = False) -> int:
    """Sends to a recipient again; what waited is sent too, unless it is dropped. How many deliveries."""
    row = recipient_row(session, channel, recipient)
    row.suspended_at = row.suspended_why = row.free_at = None
    row.refusals = row.delays = 0
    to, why = ("dropped", "dropped when the recipient was resumed") if drop else ("queued", "resumed")
    return _move(session, channel, recipient, ("suspended",), to, why, now)


def _move(
    session: Session, channel: str, recipient: str, states: tuple[str, ...], to: str, why: str, now: datetime
) -> int:
    mine = (DeliveryRow.channel == channel, DeliveryRow.recipient == recipient)
    ids = list(session.scalars(select(DeliveryRow.id).where(*mine, DeliveryRow.status.in_(states))))
    if not ids:
        return 0
    values: dict[str, object] = {"status": to, "last_error": None if to == "queued" else why}
    if to == "queued":
        values |= {"first_try_at": None}
    session.execute(update(DeliveryRow).where(DeliveryRow.id.in_(ids)).values(**values))
    for number in ids:
        note(session, number, to, why, now)
    session.flush()
    return len(ids)


def counts(session: Session) -> list[tuple[str, str, int]]:
    """(channel, status, how many) of all deliveries."""
    query = select(DeliveryRow.channel, DeliveryRow.status, func.count()).group_by(
        DeliveryRow.channel, DeliveryRow.status
    )
    return [(channel, status, number) for channel, status, number in session.execute(query)]


def oldest_waiting(session: Session, now: datetime) -> dict[str, datetime]:
    """For each channel with something that is due and not sent: when the oldest of it was to be sent."""
    tried = func.coalesce(DeliveryRow.first_try_at, DeliveryRow.created_at)
    since = func.coalesce(DeliveryRow.due_at, DeliveryRow.created_at)
    query = (
        select(DeliveryRow.channel, func.min(case((DeliveryRow.tries > 0, tried), else_=since)))
        .where(DeliveryRow.status.in_(UNSENT))
        .where((DeliveryRow.due_at.is_(None)) | (DeliveryRow.due_at <= now) | (DeliveryRow.tries > 0))
        .group_by(DeliveryRow.channel)
    )
    return {channel: moment for channel, moment in session.execute(query) if moment is not None}


def sent_delays(session: Session, since: datetime) -> list[tuple[str, datetime, datetime]]:
    """(channel, when it was to be sent, sent) of the instant deliveries sent since a moment.

    One that was tried once was to be sent when its hold or its reader's quiet hours were over.
    """
    d = DeliveryRow
    query = select(d.channel, d.created_at, d.due_at, d.tries, d.sent_at)
    rows = session.execute(query.where(d.status == "sent", d.mode == "instant", d.sent_at >= since))
    return [
        (channel, due if due is not None and tries == 1 else written, sent)
        for channel, written, due, tries, sent in rows
        if sent is not None
    ]
