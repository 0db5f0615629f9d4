"""How the sending goes: states of channels and recipients, what happened to each delivery, notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.schema.base import Base, link


class DeliveryEvent(Base):
    """One state that a delivery came into: when, and what the other side said."""

    __tablename__ = "delivery_events"
    delivery_id: Mapped[int] = link("deliveries.id")
    at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20))
    words: Mapped[str | None]


class ChannelRow(Base):
    """A channel's health: since when nothing gets through, when it is tried again, whether that was told."""

    __tablename__ = "channels"
    name: Mapped[str]
    down_since: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # since it is down
    next_try_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    told_at: Mapped[datetime | None]  # when operators were told that it is down
    last_ok_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("name"),)


class RecipientRow(Base):
    """A recipient on a channel: until when it is left in peace, and whether it is suspended and why."""

    __tablename__ = "recipients"
    channel: Mapped[str]
    recipient: Mapped[str]
    delays: Mapped[int] = mapped_column(default=0)  # in a row
    refusals: Mapped[int] = mapped_column(default=0)  # in a row
    free_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]  # the last message given to the other side
    suspended_at: Mapped[datetime | None]
    suspended_why: Mapped[str | None]
    __table_args__ = (UniqueConstraint("channel", "recipient"),)


class NoticeRow(Base):
    """A message to an operator on the program itself: one a code, subject, moment and reader."""

    __tablename__ = "notices"
    code: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str]
    since: Mapped[datetime]
    channel: Mapped[str]
    recipient: Mapped[str]
    detail: Mapped[str]
    status: Mapped[str] = mapped_column(String(20), default="queued", index=True)
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("code", "subject", "since", "channel", "recipient"),)
