"""Alerts, deliveries, issues, reviews: what was told and what people said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.model import (
    AlertReason,
)
from monitor.store.schema.base import Base, Id, link


class AlertRow(Base):
    """The news that a statement exists (``new``), once, or that it changed (``update``, numbered)."""

    __tablename__ = "alerts"
    statement_id: Mapped[int] = link("statements.id")
    kind: Mapped[str] = mapped_column(String(20), default="new")
    number: Mapped[int] = mapped_column(default=0)
    late: Mapped[bool] = mapped_column(default=False)  # for digests only, under "found late"
    reason: Mapped[AlertReason | None] = mapped_column(Text)
    change: Mapped[str | None]
    why_new: Mapped[str]
    told: Mapped[dict[str, Any] | None]  # what it said, against which updates are told
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("statement_id", "kind", "number"),)


class DeliveryRow(Base):
    """One alert to one recipient by one channel. ``status``: queued leased sent delayed refused."""

    __tablename__ = "deliveries"
    alert_id: Mapped[int] = link("alerts.id")
    subscription: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    mode: Mapped[str] = mapped_column(String(10), default="instant")
    status: Mapped[str] = mapped_column(String(20), default="queued", index=True)
    due_at: Mapped[datetime | None]  # empty: at once
    tries: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str]
    reference: Mapped[str | None]
    ambiguous: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    alert: Mapped[AlertRow] = relationship(lazy="joined")
    __table_args__ = (UniqueConstraint("alert_id", "channel", "recipient"),)


class IssueRow(Base):
    """Something a person must look at; one row a subject, counted."""

    __tablename__ = "issues"
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str]
    detail: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("code", "subject"),)


class Review(Base):
    """A person's answer, kept beside the machine's for good."""

    __tablename__ = "reviews"
    at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str] = mapped_column(String(20))
    targets: Mapped[list[Any]]
    why: Mapped[str | None]
    before: Mapped[dict[str, Any] | None]
    undone_by: Mapped[int | None] = mapped_column(Id)  # the answer that took this one back
