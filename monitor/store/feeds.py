"""Feeds and outlets in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from extractors.urls import registrable_domain
from monitor.corroboration import OFFICIAL_OUTLETS as OFFICIAL
from monitor.schedule import AHEAD
from monitor.store.schema import Entry, Feed, Outlet


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
    query = (
        select(Feed.id)
        .where(
            Feed.status == "active",
            or_(
                Feed.next_due_at.is_(None),
                Feed.next_due_at <= now,
                Feed.last_polled_at > now + AHEAD,  # the clock was ahead then, and so is its next time
            ),
        )
        .order_by(Feed.next_due_at, Feed.id)
    )
    return list(session.scalars(query))


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
