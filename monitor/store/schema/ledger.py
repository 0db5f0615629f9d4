"""Reports, passages, statements, appearances, relations: what was found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.model import (
    AlertReason,
    Corroboration,
    Fidelity,
    HeldReason,
    Kind,
    PassageKind,
    Reporting,
    Where,
)
from monitor.store.schema.base import Base, Id, link
from monitor.store.schema.reading import Article


class ReportRow(Base):
    """What one article or post says of a statement.

    ``status``: waiting changed held matched gone withdrawn rejected; ``gone`` is withdrawn and not yet told.
    """

    __tablename__ = "reports"
    article_id: Mapped[int] = link("articles.id")
    version_id: Mapped[int] = link("article_versions.id")
    post_key: Mapped[str] = mapped_column(default="")
    speaker_key: Mapped[str]
    speaker: Mapped[str]
    speaker_en: Mapped[str]
    official: Mapped[str | None]
    role: Mapped[str | None]
    office: Mapped[str | None]
    body: Mapped[str | None]
    state: Mapped[str | None]
    kind: Mapped[Kind] = mapped_column(Text)
    said_on: Mapped[date | None]
    said_from: Mapped[date | None]
    said_to: Mapped[date | None]
    reporting: Mapped[Reporting] = mapped_column(Text)
    venue: Mapped[str | None]
    positions: Mapped[list[Any]]
    confidence: Mapped[float]
    language: Mapped[str | None]
    published: Mapped[datetime | None]
    days_from: Mapped[date | None]  # the days on which it may have been said, for matching
    days_to: Mapped[date | None]
    span: Mapped[int] = mapped_column(default=2, server_default="2")  # how long those days are (blocks.py)
    status: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    held_reason: Mapped[HeldReason | None] = mapped_column(Text)
    held_detail: Mapped[str | None]
    found_at: Mapped[datetime]
    waits_since: Mapped[datetime | None]  # since when it is to be matched (once more)
    matched_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None]
    first_statement: Mapped[int | None] = mapped_column(Id)  # of which it was first, before any merge
    article: Mapped[Article] = relationship(lazy="joined")
    passages: Mapped[list[PassageRow]] = relationship(
        order_by="PassageRow.number", lazy="selectin", cascade="all, delete-orphan"
    )
    __table_args__ = (
        Index("ix_reports_article_speaker", "article_id", "post_key", "speaker_key"),
        Index("ix_reports_state_days", "state", "span", "days_to"),
        Index("ix_reports_speaker_days", "speaker_key", "span", "days_to"),
    )


class ReportTrigram(Base):
    """A hash of one word trigram of a report's passages, by which like words are looked for."""

    __tablename__ = "report_trigrams"
    report_id: Mapped[int] = link("reports.id")
    hash: Mapped[int] = mapped_column(BigInteger, index=True)


class PassageRow(Base):
    """A slice of a version's field, byte for byte, with its offsets in code points."""

    __tablename__ = "passages"
    report_id: Mapped[int] = link("reports.id")
    number: Mapped[int]
    kind: Mapped[PassageKind] = mapped_column(Text)
    text: Mapped[str]
    where: Mapped[Where] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    fidelity: Mapped[Fidelity] = mapped_column(Text)
    rule: Mapped[str]


class StatementRow(Base):
    """One speaker on one occasion, for ever. ``merged_into`` keeps an id valid after a merge."""

    __tablename__ = "statements"
    speaker_key: Mapped[str] = mapped_column(index=True)
    speaker: Mapped[str]
    speaker_en: Mapped[str]
    official: Mapped[str | None]
    role: Mapped[str | None]
    office: Mapped[str | None]
    body: Mapped[str | None]
    state: Mapped[str | None]
    kind: Mapped[Kind] = mapped_column(Text)
    said_on: Mapped[date | None]
    said_from: Mapped[date | None]
    said_to: Mapped[date | None]
    venue: Mapped[str | None]
    positions: Mapped[list[Any]]
    reporting: Mapped[Reporting] = mapped_column(Text)
    first_seen: Mapped[datetime] = mapped_column(index=True)
    first_published: Mapped[datetime | None]
    first_outlet: Mapped[str | None]
    corroboration: Mapped[Corroboration] = mapped_column(Text)
    outlets: Mapped[int] = mapped_column(default=1)
    independent: Mapped[int] = mapped_column(default=1)
    alert_state: Mapped[str] = mapped_column(String(20), default="not_told", index=True)
    alert_reason: Mapped[AlertReason | None] = mapped_column(Text)
    merged_into: Mapped[int | None] = link("statements.id")
    merged_at: Mapped[datetime | None]
    merged_why: Mapped[str | None]
    review: Mapped[str | None]  # confirmed, rejected
    __table_args__ = (Index("ix_statements_state_days", "state", "said_from", "said_to"),)


class Appearance(Base):
    """An article's link to the statement it carries, and by which evidence it is the same."""

    __tablename__ = "appearances"
    statement_id: Mapped[int] = link("statements.id")
    report_id: Mapped[int] = mapped_column(Id, ForeignKey("reports.id"), unique=True)
    article_id: Mapped[int] = link("articles.id")
    same_by: Mapped[str]
    possible: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())  # a person put it here
    attached_at: Mapped[datetime]
    report: Mapped[ReportRow] = relationship(lazy="joined")


class Relation(Base):
    """How one statement stands to an earlier one: repeats, reverses, corrects, answers."""

    __tablename__ = "relations"
    statement_id: Mapped[int] = link("statements.id")
    other_id: Mapped[int] = link("statements.id")
    kind: Mapped[str]
    __table_args__ = (UniqueConstraint("statement_id", "other_id", "kind"),)
