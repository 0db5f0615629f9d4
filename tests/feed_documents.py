"""Feeds made for tests, and how they are read there."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.feed import parse_feed
from monitor.model import FeedEntry, ParsedFeed

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
URL = "https://daily.example/feeds/world.xml"


def read(body: str | bytes, content_type: str | None = None, url: str = URL) -> ParsedFeed:
    return parse_feed(
        body.encode() if isinstance(body, str) else body, url=url, content_type=content_type, now=NOW
    )


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', channel: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>The Daily</title>{channel}{items}</channel></rss>'


def only(items: str, **more: str) -> FeedEntry:
    (entry,) = read(rss(f"<item>{items}</item>", **more)).entries
    return entry


def codes(entry: FeedEntry | ParsedFeed) -> set[str]:
    return {problem.code for problem in entry.problems}
