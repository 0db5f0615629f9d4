"""Entries of old feed documents as pages: which fall into a stretch, what names them, what is full text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from extractors.feed.plain import plain
from extractors.urls import canonical
from monitor.model import ArchivedPage, Document, FeedEntry, Target, Window

#: A feed's content of so many characters of plain text is the article; less may be its beginning, so the
#: page is fetched.
FULL_TEXT: Final = 1_500


def pages_of(
    entries: Iterable[FeedEntry],
    target: Target,
    stretch: Window,
    *,
    captured: datetime | None = None,
) -> tuple[dict[str, ArchivedPage], Counter[str]]:
    """The entries as pages by their key, in the feed's order, and how many were passed by why.

    Undated entries are taken: when they were published their pages tell.
    """
    passed: Counter[str] = Counter()
    pages: dict[str, ArchivedPage] = {}
    for entry in entries:
        key = entry_key(entry, target)
        if key is None:
            passed["no_identity"] += 1
        elif key in pages:
            passed["repeated"] += 1
        elif entry.published and not stretch.start <= entry.published.value < stretch.end:
            passed["outside_window"] += 1
        else:
            pages[key] = ArchivedPage(key, _document(entry, key, target), captured=captured)
    return pages, passed


def entry_key(entry: FeedEntry, target: Target) -> str | None:
    """What names an entry for good: its page's address, else the feed's address and its GUID."""
    if entry.url:
        return canonical(entry.url, keep_fragment=True)
    return f"{target.address}#{entry.guid}" if entry.guid else None


def with_source(page: ArchivedPage, source: str | None) -> ArchivedPage:
    """The page fetched from there."""
    return replace(page, source=source)


def needs_page(page: ArchivedPage) -> bool:
    """Whether there is an address and no full text yet."""
    return page.document.url is not None and page.document.html is None


def _document(entry: FeedEntry, key: str, target: Target) -> Document:
    full = entry.content_html if len(plain(entry.content_html)) >= FULL_TEXT else None
    if full is None and not entry.url:
        full = entry.content_html  # there is no page to fetch: what the feed has is all there is
    return Document(
        id=key,
        url=entry.url,
        published=entry.published,
        language=entry.language or target.language,
        title=entry.title or None,
        summary=entry.summary or None,
        outlet=entry.outlet or target.outlet,
        html=full,
        content_type="text/html" if full else None,
    )
