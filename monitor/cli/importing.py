"""Feeds from an OPML file into the ledger."""

from __future__ import annotations

from extractors.opml import OpmlFeed, read_opml
from extractors.urls import host_of
from monitor.officials.states import organisation_of_host
from monitor.pipeline import Services
from monitor.store.database import Session
from monitor.store.feeds import OutletFacts, add_feed, find_feed, outlet_of
from monitor.store.schema import Feed


def import_opml(services: Services, body: bytes, *, from_start: bool) -> tuple[int, int, list[str]]:
    """(feeds added, feeds known already, problems in words). Raises UsageError for what is no OPML."""
    found = read_opml(body)
    added = known = 0
    with services.database.writing() as session:
        for entry in found.entries:
            _, new = add_one(services, session, entry, from_start=from_start)
            added, known = added + int(new), known + int(not new)
    return added, known, [f"{p.code}: {p.detail}" for p in found.problems]


def add_one(services: Services, session: Session, entry: OpmlFeed, *, from_start: bool) -> tuple[Feed, bool]:
    """One feed with its outlet: (feed, whether it is new).

    An unnamed outlet gets its host's name; a feed that is known keeps its outlet until another is named.
    """
    host = host_of(entry.home_url or entry.url)
    known = find_feed(session, entry.url)
    facts = OutletFacts(
        entry.title or (known.outlet.name if known else None) or host or entry.url,
        host,
        entry.kind,
        entry.tier,
        entry.language,
        entry.country,
        entry.owner,
        entry.pages,
        spoken_for(host, entry.kind, entry.country),
    )
    outlet = outlet_of(session, facts, tier=2)
    return add_feed(
        session,
        entry.url,
        outlet,
        now=services.now(),
        baseline=not from_start,
        language=entry.language,
        title=entry.title,
        seen=entry.seen,
    )


def spoken_for(host: str | None, kind: str | None, country: str | None) -> str | None:
    """Whose official source an outlet is: a ministry's state, the organisation of a host."""
    if kind in ("ministry", "parliament"):
        return country
    if kind == "igo" and host:
        return organisation_of_host(host)
    return None
