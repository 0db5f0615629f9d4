"""What runs in the worker processes: pure functions at module level, so that they can be sent there."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from extractors.feed import parse_feed
from extractors.page import read_page
from monitor.analysis import analyse_page
from monitor.model import Analysis, Document, Page, ParsedFeed
from monitor.officials import Register, load_register


def feed_job(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """A feed's body to its entries. Raises NotAFeed."""
    return parse_feed(body, url=url, content_type=content_type, now=now)


def read_job(document: Document, now: datetime) -> Page:
    """A page's bytes to its text. Raises Unreadable."""
    return read_page(document, now)


@cache
def _register(extra: str) -> Register:
    return load_register(Path(extra) if extra else None)


def find_job(page: Page, summary: str | None, extra_register: str) -> Analysis:
    """A page that was read to what it reports."""
    return analyse_page(page, register=_register(extra_register), summary=summary)
