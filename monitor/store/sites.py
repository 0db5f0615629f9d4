"""Whose pages a feed leads to: its own outlet's, or those of others."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from extractors.urls import host_of, registrable_domain
from monitor.store.schema import Entry, Feed

#: So many of a feed's latest entries are looked at.
_LOOKED_AT: Final = 50


def leads_elsewhere(session: Session, feed: Feed) -> bool:
    """Whether a collector's entries stand on others' sites, so that its own has nothing to read."""
    if feed.outlet.kind != "aggregator":
        return False
    own = registrable_domain(feed.outlet.host or urlsplit(feed.url).hostname or "")
    query = select(Entry.canonical_url).where(Entry.feed_id == feed.id, Entry.canonical_url.is_not(None))
    urls = session.scalars(query.order_by(Entry.id.desc()).limit(_LOOKED_AT)).all()
    others = sum(registrable_domain(host_of(url or "") or "") != own for url in urls)
    return others * 2 > len(urls)
