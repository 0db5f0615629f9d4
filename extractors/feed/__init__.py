"""Reads a feed's bytes: RSS, RDF, Atom, JSON Feed to ``ParsedFeed``. No network, no clock.

``parse_feed`` is the entry; ``parse_feed_job`` is the same for the worker processes. The order is: size
and emptiness, encoding, prolog (entities are refused before any parser sees them), kind of document,
feedparser or our own JSON reader, then each entry cleaned by our own rules.
"""

from __future__ import annotations

from datetime import datetime

from extractors.feed.encoding import decoded
from extractors.feed.json_feed import looks_like_json, read_json
from extractors.feed.xml_feed import read_xml
from monitor.errors import NotAFeed
from monitor.model import ParsedFeed

__all__ = ["MAX_BYTES", "MAX_ENTRIES", "STATES", "parse_feed", "parse_feed_job"]

MAX_BYTES = 10_000_000
MAX_ENTRIES = 2_000

#: Why a body is not taken as a feed, and what that means to a person.
STATES: dict[str, str] = {
    "empty_body": "the answer had no content",
    "too_large": "more than ten million bytes",
    "entity_declared": "the document declares entities of its own, which feeds do not need and attacks do",
    "too_deep": "elements nested deeper than any feed has them",
    "too_complex": "a single tag or the comments are larger than any feed has them",
    "parked_page": "a page of a domain seller stands in the feed's place",
    "challenge_page": "a page that checks for a browser stands in the feed's place",
    "html_page": "an ordinary HTML page stands in the feed's place",
    "not_a_feed": "some other kind of document",
    "malformed": "looks like a feed, but the parser could not finish",
}


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """The feed in ``body``, entries in its order, at most MAX_ENTRIES of them.

    ``url`` is the address that it came from (links are read against it), ``content_type`` the header as
    sent, ``now`` the moment against which dates are judged. Raises NotAFeed with one of STATES. What is
    odd but readable is a Problem on the feed or the entry, never a loss of the others.
    """
    if len(body) > MAX_BYTES:
        raise NotAFeed("too_large", f"{len(body)} bytes")
    text, problems = decoded(body, content_type)
    if not text.strip():
        raise NotAFeed("empty_body")
    if looks_like_json(text):
        return read_json(text, url=url, now=now, limit=MAX_ENTRIES, problems=problems)
    return read_xml(text, url=url, now=now, limit=MAX_ENTRIES, problems=problems)


def parse_feed_job(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """``parse_feed`` with arguments by place, as the worker processes call it."""
    return parse_feed(body, url=url, content_type=content_type, now=now)
