"""A page without its host's furniture, as the pages read before it show it."""

from __future__ import annotations

from extractors.hostlines import edge_lines, without_repeated
from extractors.urls import host_of
from monitor.model import Page
from monitor.store.database import Session
from monitor.store.hostlines import count_lines, lines_seen


def without_furniture(session: Session, page: Page, address: str | None, *, new: bool) -> Page:
    """The page without the lines that stand in a large part of the host's articles; a ``new`` article's lines
    are counted."""
    hashes = set(edge_lines(page).values())
    host = host_of(address) if address else None
    if not hashes or not host:
        return page
    seen, articles = lines_seen(session, host, hashes)
    if new:
        count_lines(session, host, hashes)
    return without_repeated(page, seen, articles)
