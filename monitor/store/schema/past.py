"""Backfills, their windows and the pages that archives named; the turns of the hosts that are asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.schema.base import Base, link


class Backfill(Base):
    """One question to an archive, of ``targets``, from ``start`` up to ``end``; asked twice, it is one row.

    ``told_at`` is when its digest was written; empty where none is wanted, or not yet.
    """

    __tablename__ = "backfills"
    source: Mapped[str] = mapped_column(String(40))
    start: Mapped[datetime]
    end: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))  # of the targets' addresses
    policy: Mapped[str] = mapped_column(String(10))  # all, likely: which pages are read
    targets: Mapped[list[Any]]
    announce: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("source", "start", "end", "digest", "policy"),)


class BackfillWindow(Base):
    """One piece of a backfill's work: a target, a stretch of time. ``status``: pending running done failed.

    ``cursor`` is the archive's mark behind the pages that are dealt with; with ``listed`` the archive has
    named them all. ``counts`` are by name. A window is one process's while its lease runs.
    """

    __tablename__ = "backfill_windows"
    backfill_id: Mapped[int] = link("backfills.id")
    target: Mapped[str] = mapped_column(default="")
    start: Mapped[datetime]
    end: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="pending", index=True)
    reason: Mapped[str | None]
    cursor: Mapped[str | None]
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    tries: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("backfill_id", "target", "start", "end"),)


class BackfillPage(Base):
    """A page that an archive named, by its key there for good.

    ``status``: pending, fetched (``body`` waits to be read), then read known skipped refused, or failed where
    it may be had another time. ``reason`` is a stable name. ``document`` is what is known of it from outside.
    """

    __tablename__ = "backfill_pages"
    window_id: Mapped[int] = link("backfill_windows.id", index=False)
    source: Mapped[str] = mapped_column(String(40))
    key: Mapped[str]
    url: Mapped[str | None]
    address: Mapped[str | None]  # where it is fetched; empty where the archive gives its text
    document: Mapped[dict[str, Any]]
    captured: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(10), default="pending")
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # compressed, until it is read
    final_url: Mapped[str | None]
    content_type: Mapped[str | None]
    day: Mapped[datetime | None]  # when it was published, as far as is known
    article_id: Mapped[int | None] = link("articles.id")
    met_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_backfill_pages_window_status", "window_id", "status"),
    )


class HostTurn(Base):
    """From when on a host that processes ask together may be asked, and when that was written: seconds
    since 1970, by the machines."""

    __tablename__ = "host_turns"
    host: Mapped[str] = mapped_column(unique=True)
    free_at: Mapped[float]
    booked_at: Mapped[float | None]
