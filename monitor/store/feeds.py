"""Feeds and outlets in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVarTuple

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from extractors.urls import registrable_domain
from monitor.corroboration import OFFICIAL_OUTLETS as OFFICIAL
from monitor.schedule import AHEAD
from monitor.store.schema import Entry, Feed, Outlet

_Columns = TypeVarTuple("_Columns")
_CHUNK: Final = 500  # bound parameters that SQLite takes comfortably


@dataclass(frozen=True, slots=True)
class OutletFacts:
    """What is known of an outlet from outside; None leaves what the ledger has."""

    name: str
    host: str | None = None
    kind: str | None = None
    tier: int | None = None
    language: str | None = None
    country: str | None = None
    owner: str | None = None
    pages: str | None = None
    state: str | None = None


def outlet_of(session: Session, facts: OutletFacts, *, tier: int = 3) -> Outlet:
    """The outlet of that name, made where there is none (with ``tier``) and brought up to the facts."""
    key = " ".join(facts.name.split()).casefold()
    outlet = session.scalar(select(Outlet).where(Outlet.key == key))
    if outlet is None:
        outlet = Outlet(
            key=key, name=facts.name, host=facts.host, kind=facts.kind or "other", tier=facts.tier or tier
        )
        session.add(outlet)
    for name in ("host", "kind", "tier", "language", "country", "owner", "pages", "state"):
        value = getattr(facts, name)
        if value is not None:
            setattr(outlet, name, value)
    session.flush()
    return outlet


def find_outlet(session: Session, name: str | None, host: str | None) -> Outlet | None:
    """The outlet of that name, else the one of that host; never made here."""
    if name and (
        found := session.scalar(select(Outlet).where(Outlet.key == " ".join(name.split()).casefold()))
    ):
        return found
    if not host:
        return None
    return session.scalar(select(Outlet).where(Outlet.host == host).order_by(Outlet.tier, Outlet.id).limit(1))


def outlet_met(session: Session, name: str | None, host: str | None, *, tier: int) -> Outlet:
    """The outlet that published something, found or made; one of ``name`` and ``host`` is given.

    A name is believed as far as it goes: one that calls itself as an official source does, on another host,
    is an outlet by its host.
    """
    found = find_outlet(session, name, host)
    if found is not None and found.kind in OFFICIAL and not _same_site(found.host, host, tier):
        found = find_outlet(session, None, host)
        name = None if host else f"{name} (by name only)"
    if found is not None:
        return found
    return outlet_of(session, OutletFacts(name or host or "?", host), tier=tier if name else 3)


def _same_site(its: str | None, host: str | None, tier: int) -> bool:
    """Whether an official source may be meant: on its own site; without an address, if a person says so."""
    if host is None or its is None:
        return tier < 3
    return registrable_domain(its) == registrable_domain(host)


def find_feed(session: Session, url: str) -> Feed | None:
    """The feed at that address, removed ones too."""
    return session.scalar(select(Feed).where(Feed.url == url))


def add_feed(
    session: Session,
    url: str,
    outlet: Outlet,
    *,
    now: datetime,
    baseline: bool,
    language: str | None = None,
    title: str | None = None,
    seen: str | None = None,
) -> tuple[Feed, bool]:
    """(the feed, whether it is new). One that was removed is taken up again."""
    feed = find_feed(session, url)
    if feed is not None:
        if feed.status == "removed":
            feed.status, feed.next_due_at = "active", None
        feed.outlet_id = outlet.id
        feed.language = language or feed.language
        feed.baseline = feed.baseline and baseline
        return feed, False
    feed = Feed(
        url=url,
        outlet_id=outlet.id,
        added_at=now,
        baseline=baseline,
        language=language,
        title=title,
        seen=seen,
    )
    session.add(feed)
    session.flush()
    return feed, True


def all_feeds(session: Session, *, removed: bool = False) -> Sequence[Feed]:
    """Every feed by id; removed ones only when asked for."""
    query = select(Feed).order_by(Feed.id)
    return session.scalars(query if removed else query.where(Feed.status != "removed")).all()


def due_ids(session: Session, now: datetime) -> list[int]:
    """Ids of the active feeds whose time has come, the longest waiting first."""
    return list(session.scalars(_due(select(Feed.id), now)))


def _due(query: Select[*_Columns], now: datetime) -> Select[*_Columns]:
    return query.where(
        Feed.status == "active",
        or_(
            Feed.next_due_at.is_(None),
            Feed.next_due_at <= now,
            Feed.last_polled_at > now + AHEAD,  # the clock was ahead then, and so is its next time
        ),
    ).order_by(Feed.next_due_at, Feed.id)


def due_urls(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Ids and addresses of the feeds that are due, the longest waiting first."""
    rows = session.execute(_due(select(Feed.id, Feed.url), now))
    return [(row.id, row.url) for row in rows]


@dataclass(frozen=True, slots=True)
class AskedFeed:
    """What asking a feed needs to know of it."""

    id: int
    url: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    last_full_at: datetime | None
    last_polled_at: datetime | None
    interval_minutes: float
    moving: bool


def to_ask(session: Session, ids: Sequence[int]) -> list[AskedFeed]:
    """What asking these feeds needs, in their order; one that is not there is left out."""
    columns = (
        Feed.id, Feed.url, Feed.etag, Feed.last_modified, Feed.body_hash, Feed.last_full_at,
        Feed.last_polled_at, Feed.interval_minutes, Feed.moved_to.is_not(None),
    )  # fmt: skip
    found: dict[int, AskedFeed] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(select(*columns).where(Feed.id.in_(ids[start : start + _CHUNK])))
        found.update((row[0], AskedFeed(*row)) for row in rows)
    return [found[number] for number in ids if number in found]


@dataclass(frozen=True, slots=True)
class UnchangedFeed:
    """The timetable of a feed that had nothing new; ``full_at``: when last asked without validators."""

    id: int
    interval_minutes: float
    due_at: datetime
    full_at: datetime | None


def mark_unchanged(session: Session, feeds: Sequence[UnchangedFeed], now: datetime) -> None:
    """Notes that these feeds answered now and had nothing new."""
    rows = [
        {
            "number": f.id, "interval": f.interval_minutes, "due": f.due_at, "full": f.full_at, "now": now,
        }
        for f in feeds
    ]  # fmt: skip
    if rows:
        session.connection().execute(_UNCHANGED, rows)


_FEEDS: Final = Feed.__table__
_NOW: Final = bindparam("now", type_=_FEEDS.c.last_polled_at.type)
_UNCHANGED: Final = (
    update(_FEEDS)  # type: ignore[arg-type]
    .where(_FEEDS.c.id == bindparam("number"))
    .values(
        interval_minutes=bindparam("interval"),
        next_due_at=bindparam("due"),
        last_full_at=bindparam("full"),
        failures=0.0,
        last_polled_at=_NOW,
        last_ok_at=_NOW,
        first_polled_at=func.coalesce(_FEEDS.c.first_polled_at, _NOW),
        last_state="unchanged",
        last_detail=None,
    )
)


def active_ids(session: Session) -> list[int]:
    """Ids of all active feeds."""
    return list(session.scalars(select(Feed.id).where(Feed.status == "active").order_by(Feed.id)))


def next_due(session: Session) -> datetime | None:
    """When the next active feed is due; None with none, or with one that is due at once."""
    return session.scalar(select(func.min(Feed.next_due_at)).where(Feed.status == "active"))


def entry_counts(session: Session) -> dict[int, int]:
    """Number of entries by feed id."""
    rows = session.execute(select(Entry.feed_id, func.count()).group_by(Entry.feed_id))
    return {feed: count for feed, count in rows}  # noqa: C416 - a Row is not a tuple to mypy
