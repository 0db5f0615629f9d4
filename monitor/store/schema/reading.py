"""Feeds, entries, articles with their versions and posts: what was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.model import (
    AlertReason,
    Form,
    OutletKind,
    Precision,
)
from monitor.store.schema.base import Base, link


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
    outlet_id: Mapped[int] = link("outlets.id")
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
    feed_id: Mapped[int] = link("feeds.id", index=False)
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
    waits_since: Mapped[datetime | None]  # edited: since when it is to be read once more
    edits: Mapped[int] = mapped_column(default=0)
    article_id: Mapped[int | None] = link("articles.id")
    feed: Mapped[Feed] = relationship(lazy="joined")
    __table_args__ = (
        Index("ix_entries_feed_seen", "feed_id", "first_seen"),
        Index("ix_entries_feed_guid", "feed_id", "guid"),
        Index("ix_entries_feed_url", "feed_id", "canonical_url"),
        Index("ix_entries_feed_hash", "feed_id", "content_hash"),
        Index("ix_entries_canonical_url", "canonical_url"),
    )


class Article(Base):
    """One page at one canonical URL. ``origin``: feed, ingest, backfill; ``silent``: why no instant alert."""

    __tablename__ = "articles"
    url: Mapped[str] = mapped_column(unique=True)  # canonical; "id:…" for a document without a URL
    address: Mapped[str | None]  # as a reader opens it
    document: Mapped[str | None] = mapped_column(index=True)  # the id given to ingest
    outlet_id: Mapped[int | None] = link("outlets.id")
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
    copy_of: Mapped[int | None] = link("articles.id")
    copy_by: Mapped[str | None]
    agency: Mapped[str | None]  # whose copy this is, as the page credits it
    revisit_at: Mapped[datetime | None] = mapped_column(index=True)
    revisits: Mapped[int] = mapped_column(default=0)
    gone_since: Mapped[datetime | None]  # since when its page answers that it is not there
    outlet: Mapped[Outlet | None] = relationship(lazy="joined")


class ArticleSketch(Base):
    """One hash of the sketch of an article on the topic, by which copies of its text are looked for."""

    __tablename__ = "article_sketches"
    article_id: Mapped[int] = link("articles.id")
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
    article_id: Mapped[int] = link("articles.id")
    number: Mapped[int]
    text_hash: Mapped[str]
    fetched_at: Mapped[datetime]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(String(20), default="page")  # page content summary given
    page: Mapped[dict[str, Any]]  # titles, form, dates, cut, credits, problems: the Page without its text
    summary: Mapped[str | None]
    judged_at: Mapped[datetime | None] = mapped_column(index=True)
    waits_since: Mapped[datetime | None]  # since when it is to be judged once more
    evidence: Mapped[list[Any] | None]
    advised_at: Mapped[datetime | None]  # when an optional language model's answer was looked at
    __table_args__ = (UniqueConstraint("article_id", "number"), UniqueConstraint("article_id", "text_hash"))


class ModelAnswer(Base):
    """What a language model answered about a text; ``content`` is empty where ``problem`` says why."""

    __tablename__ = "model_answers"
    text_hash: Mapped[str]
    model: Mapped[str]
    question: Mapped[int]  # the version of its wording
    asked_at: Mapped[datetime] = mapped_column(index=True)
    tokens: Mapped[int]
    content: Mapped[str | None]
    problem: Mapped[str | None]
    __table_args__ = (UniqueConstraint("text_hash", "model", "question"),)


class LivePost(Base):
    """One dated entry of a live blog, in the version where it last stood; vanished ones are kept."""

    __tablename__ = "posts"
    article_id: Mapped[int] = link("articles.id")
    version_id: Mapped[int] = link("article_versions.id")
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
