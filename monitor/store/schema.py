"""The tables. Times are UTC and aware; a row is never deleted, it gets a state.

What each table is for stands in its docstring; the words are those of GLOSSARY.md.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from monitor.model import (
    AlertReason,
    Corroboration,
    Fidelity,
    Form,
    HeldReason,
    Kind,
    OutletKind,
    PassageKind,
    Precision,
    Reporting,
    Where,
)

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
Json = JSON().with_variant(JSONB(), "postgresql")
Id = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        value = value.astimezone(UTC)
        return value if dialect.name != "sqlite" else value.replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(), date: Date(), dict[str, Any]: Json, list[Any]: Json, str: Text(), bool: Boolean(),
        float: Float(), int: Integer(),
    }  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True, sort_order=-1)


def _link(target: str, *, index: bool = True) -> Any:
    return mapped_column(Id, ForeignKey(target), index=index)


class Installation(Base):
    """One row: this ledger's own name, part of every Message-ID."""

    __tablename__ = "installation"
    uid: Mapped[str]
    created_at: Mapped[datetime]


class Outlet(Base):
    """A publisher; ``tier`` says how far it is trusted; ``key`` is its name in lower case."""

    __tablename__ = "outlets"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    host: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[OutletKind] = mapped_column(Text, default="other")
    tier: Mapped[int] = mapped_column(default=3)
    language: Mapped[str | None]
    country: Mapped[str | None]
    owner: Mapped[str | None]
    pages: Mapped[str | None]  # "all" where every entry deserves its page
    state: Mapped[str | None]  # the state or organisation whose official source this is


class Feed(Base):
    """A feed with its schedule, its validators and how it has been doing."""

    __tablename__ = "feeds"
    url: Mapped[str] = mapped_column(unique=True)
    outlet_id: Mapped[int] = _link("outlets.id")
    title: Mapped[str | None]
    language: Mapped[str | None]
    status: Mapped[str] = mapped_column(String(20), default="active", index=True)  # active paused removed
    baseline: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    first_polled_at: Mapped[datetime | None]
    last_polled_at: Mapped[datetime | None]
    last_full_at: Mapped[datetime | None]  # last unconditional answer: some ETags lie
    last_ok_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    interval_minutes: Mapped[float] = mapped_column(default=10.0)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None]
    last_state: Mapped[str | None]  # ok unchanged, or the name of the refusal
    last_detail: Mapped[str | None]
    failures: Mapped[float] = mapped_column(default=0.0)
    moved_to: Mapped[str | None]
    moved_times: Mapped[int] = mapped_column(default=0)
    seen: Mapped[str | None]  # where this feed was seen, for the starting set
    outlet: Mapped[Outlet] = relationship(lazy="joined")


class Entry(Base):
    """One item of a feed. ``status``: unread read skipped refused; the reason is a stable name."""

    __tablename__ = "entries"
    feed_id: Mapped[int] = _link("feeds.id")
    guid: Mapped[str | None]
    url: Mapped[str | None]
    canonical_url: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    content_html: Mapped[str | None]
    language: Mapped[str | None]
    outlet_name: Mapped[str | None]
    published: Mapped[datetime | None]
    published_precision: Mapped[Precision | None] = mapped_column(Text)
    raw_published: Mapped[str | None]
    content_hash: Mapped[str]
    first_seen: Mapped[datetime]
    baseline: Mapped[bool] = mapped_column(default=False)
    storm: Mapped[bool] = mapped_column(default=False, server_default=false())  # came in a feed's flood
    status: Mapped[str] = mapped_column(String(20), default="unread", index=True)
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(default=0)
    article_id: Mapped[int | None] = _link("articles.id")
    feed: Mapped[Feed] = relationship(lazy="joined")
    __table_args__ = (
        Index("ix_entries_feed_guid", "feed_id", "guid"),
        Index("ix_entries_feed_url", "feed_id", "canonical_url"),
        Index("ix_entries_feed_hash", "feed_id", "content_hash"),
    )


class Article(Base):
    """One page at one canonical URL. ``origin``: feed, ingest, backfill; ``silent``: why no instant alert."""

    __tablename__ = "articles"
    url: Mapped[str] = mapped_column(unique=True)  # canonical; "id:…" for a document without a URL
    address: Mapped[str | None]  # as a reader opens it
    document: Mapped[str | None] = mapped_column(index=True)  # the id given to ingest
    outlet_id: Mapped[int | None] = _link("outlets.id")
    origin: Mapped[str] = mapped_column(String(20), default="feed")
    silent: Mapped[AlertReason | None] = mapped_column(Text)  # baseline, backfill
    first_seen: Mapped[datetime] = mapped_column(index=True)
    published: Mapped[datetime | None]
    published_precision: Mapped[Precision | None] = mapped_column(Text)
    language: Mapped[str | None]
    title: Mapped[str | None]
    form: Mapped[Form] = mapped_column(String(20), default="article")
    concerns: Mapped[bool | None] = mapped_column(index=True)
    centrality: Mapped[str | None]
    copy_of: Mapped[int | None] = mapped_column(Id, ForeignKey("articles.id"))
    copy_by: Mapped[str | None]
    agency: Mapped[str | None]  # whose copy this is, as the page credits it
    revisit_at: Mapped[datetime | None] = mapped_column(index=True)
    revisits: Mapped[int] = mapped_column(default=0)
    outlet: Mapped[Outlet | None] = relationship(lazy="joined")


class ArticleSketch(Base):
    """One hash of the sketch of an article on the topic, by which copies of its text are looked for."""

    __tablename__ = "article_sketches"
    article_id: Mapped[int] = _link("articles.id")
    hash: Mapped[int] = mapped_column(BigInteger, index=True)


class HostLine(Base):
    """In how many articles of a host a line stood; the hash 0 counts the host's articles themselves."""

    __tablename__ = "host_lines"
    host: Mapped[str]
    hash: Mapped[int] = mapped_column(BigInteger)
    articles: Mapped[int]
    __table_args__ = (UniqueConstraint("host", "hash"),)


class ArticleVersion(Base):
    """The text of an article at one fetch; an edit is a version. ``judged_at`` is empty until found."""

    __tablename__ = "article_versions"
    article_id: Mapped[int] = _link("articles.id")
    number: Mapped[int]
    text_hash: Mapped[str]
    fetched_at: Mapped[datetime]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(String(20), default="page")  # page content summary given
    page: Mapped[dict[str, Any]]  # titles, form, dates, cut, credits, problems: the Page without its text
    summary: Mapped[str | None]
    judged_at: Mapped[datetime | None] = mapped_column(index=True)
    evidence: Mapped[list[Any] | None]
    __table_args__ = (UniqueConstraint("article_id", "number"), UniqueConstraint("article_id", "text_hash"))


class LivePost(Base):
    """One dated entry of a live blog, in the version where it last stood; vanished ones are kept."""

    __tablename__ = "posts"
    article_id: Mapped[int] = _link("articles.id")
    version_id: Mapped[int] = _link("article_versions.id")
    key: Mapped[str]
    number: Mapped[int]
    time: Mapped[datetime | None]
    headline: Mapped[str | None]
    byline: Mapped[str | None]
    url: Mapped[str | None]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]
    concerns: Mapped[bool | None]
    first_seen: Mapped[datetime]
    vanished_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("article_id", "key"),)


class ReportRow(Base):
    """What one article or post says of a statement. ``status``: waiting changed held matched withdrawn."""

    __tablename__ = "reports"
    article_id: Mapped[int] = _link("articles.id")
    version_id: Mapped[int] = _link("article_versions.id")
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
    status: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    held_reason: Mapped[HeldReason | None] = mapped_column(Text)
    held_detail: Mapped[str | None]
    found_at: Mapped[datetime]
    matched_at: Mapped[datetime | None]
    first_statement: Mapped[int | None] = mapped_column(Id)  # of which it was first, before any merge
    article: Mapped[Article] = relationship(lazy="joined")
    passages: Mapped[list[PassageRow]] = relationship(
        order_by="PassageRow.number", lazy="selectin", cascade="all, delete-orphan"
    )
    __table_args__ = (
        Index("ix_reports_article_speaker", "article_id", "post_key", "speaker_key"),
        Index("ix_reports_state_days", "state", "days_to"),
        Index("ix_reports_speaker_days", "speaker_key", "days_to"),
    )


class ReportTrigram(Base):
    """A hash of one word trigram of a report's passages, by which like words are looked for."""

    __tablename__ = "report_trigrams"
    report_id: Mapped[int] = _link("reports.id")
    hash: Mapped[int] = mapped_column(BigInteger, index=True)


class PassageRow(Base):
    """A slice of a version's field, byte for byte, with its offsets in code points."""

    __tablename__ = "passages"
    report_id: Mapped[int] = _link("reports.id")
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
    merged_into: Mapped[int | None] = mapped_column(Id, ForeignKey("statements.id"))
    merged_at: Mapped[datetime | None]
    merged_why: Mapped[str | None]
    review: Mapped[str | None]  # confirmed, rejected
    __table_args__ = (Index("ix_statements_state_days", "state", "said_from", "said_to"),)


class Appearance(Base):
    """An article's link to the statement it carries, and by which evidence it is the same."""

    __tablename__ = "appearances"
    statement_id: Mapped[int] = _link("statements.id")
    report_id: Mapped[int] = mapped_column(Id, ForeignKey("reports.id"), unique=True)
    article_id: Mapped[int] = _link("articles.id")
    same_by: Mapped[str]
    possible: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())  # a person put it here
    attached_at: Mapped[datetime]
    report: Mapped[ReportRow] = relationship(lazy="joined")


class Relation(Base):
    """How one statement stands to an earlier one: repeats, reverses, corrects, answers."""

    __tablename__ = "relations"
    statement_id: Mapped[int] = _link("statements.id")
    other_id: Mapped[int] = _link("statements.id")
    kind: Mapped[str]
    __table_args__ = (UniqueConstraint("statement_id", "other_id", "kind"),)


class AlertRow(Base):
    """The news that a statement exists (``new``), once, or that it changed (``update``, numbered)."""

    __tablename__ = "alerts"
    statement_id: Mapped[int] = _link("statements.id")
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
    alert_id: Mapped[int] = _link("alerts.id")
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


class OfficialRow(Base):
    """A person who holds or held an office; ``key`` is the register's id."""

    __tablename__ = "officials"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    wikidata: Mapped[str | None]
    aliases: Mapped[list[Any]]
    source: Mapped[str]


class OfficeRow(Base):
    """A canonical office, the same in every language."""

    __tablename__ = "offices"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]


class TermRow(Base):
    """This person in this office from–to; an empty ``end`` means unknown after ``as_of``."""

    __tablename__ = "terms"
    official_id: Mapped[int] = _link("officials.id")
    office: Mapped[str]
    title: Mapped[str]
    state: Mapped[str | None]
    start: Mapped[date | None]
    end: Mapped[date | None]
    as_of: Mapped[date | None]
    source: Mapped[str]


class BodyRow(Base):
    """A ministry, embassy, parliament or force that speaks as itself."""

    __tablename__ = "bodies"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    state: Mapped[str | None]
    kind: Mapped[str]
    aliases: Mapped[list[Any]]
    source: Mapped[str]


class RegisterVersion(Base):
    """Which register is in the tables; changed data is loaded again."""

    __tablename__ = "register_versions"
    digest: Mapped[str] = mapped_column(unique=True)
    loaded_at: Mapped[datetime]
