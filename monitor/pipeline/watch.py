"""How the watch itself stands, gathered from the ledger for digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from monitor.listening import (
    HEARD,
    failing_since,
    may_be_silent,
    region_of,
    regions,
    silent_since,
    unheard,
)
from monitor.model import LANGUAGES, ToldFeed, ToldHeld, Watch
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.feeds import all_feeds
from monitor.store.schema import Feed, ReportRow
from monitor.store.watch import (
    arrivals,
    articles_read,
    held_by_reason,
    latest_arrivals,
    newest_held,
    statements_found,
)

#: A digest names at most so many held reports and unheard feeds; the ledger has all.
NEWEST: Final = 5
UNHEARD: Final = 40


def watch_of(session: Session, services: Services, since: datetime) -> Watch:
    """What was done since then, what waits for a person now, and which feeds, languages and regions are
    not heard now."""
    now = services.now()
    feeds = [feed for feed in all_feeds(session) if feed.status == "active"]
    latest = latest_arrivals(session)
    heard = [feed for feed in feeds if feed.id in latest and now - latest[feed.id] <= HEARD]
    base = services.settings.alerts.ledger_url.rstrip("/")
    return Watch(
        since=since,
        feeds=len(feeds),
        asked=sum(f.last_polled_at is not None and f.last_polled_at >= since for f in feeds),
        answered=sum(f.last_ok_at is not None and f.last_ok_at >= since for f in feeds),
        articles=articles_read(session, since),
        statements=statements_found(session, since),
        held=held_by_reason(session),
        newest_held=tuple(_held(row) for row in newest_held(session, NEWEST)),
        unheard=tuple(_unheard(session, feeds, latest, now)[:UNHEARD]),
        blind_languages=unheard((*LANGUAGES, *_languages(feeds)), _languages(heard)),
        blind_regions=unheard(regions(), (region_of(feed.outlet.country) for feed in heard)),
        held_url=f"{base}/held" if base else None,
    )


def _languages(feeds: Sequence[Feed]) -> list[str]:
    """The languages of feeds, each by its base: en for en-GB."""
    codes = [(feed.language or feed.outlet.language or "").lower().split("-")[0] for feed in feeds]
    return [code for code in codes if code]


def unheard_feeds(session: Session, now: datetime) -> list[ToldFeed]:
    """All active feeds that fail or are silent, those that went last first."""
    feeds = [feed for feed in all_feeds(session) if feed.status == "active"]
    return _unheard(session, feeds, latest_arrivals(session), now)


def _unheard(
    session: Session, feeds: Sequence[Feed], latest: Mapping[int, datetime], now: datetime
) -> list[ToldFeed]:
    """The feeds that fail or are silent, those that went last first: they can still be helped.

    ``latest``: when each had something new last. The rhythm is asked only of those that may be silent.
    """
    found = []
    for feed in feeds:
        name = feed.outlet.name
        if since := failing_since(feed.last_ok_at, feed.added_at, feed.failures, now):
            found.append(ToldFeed(feed.id, name, feed.url, "failing", since, feed.last_state))
        elif not may_be_silent(latest.get(feed.id), feed.last_ok_at):
            continue
        elif since := silent_since(arrivals(session, feed.id), feed.last_ok_at):
            found.append(ToldFeed(feed.id, name, feed.url, "silent", since))
    return sorted(found, key=lambda f: f.since, reverse=True)


def _held(row: ReportRow) -> ToldHeld:
    article = row.article
    outlet = article.outlet.name if article.outlet else (article.address or article.url)
    reason = row.held_reason or "pattern_unsure"
    return ToldHeld(row.id, reason, row.speaker_en or row.speaker, outlet, article.address, row.found_at)
