"""The feeds that a page names: its ``<link rel="alternate">`` elements, then links that look like feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

MAX_BYTES: Final = 2_000_000
MAX_ADDRESS: Final = 2_000
MAX_FOUND: Final = 100

_TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_PATH: Final = re.compile(
    r"/(?:feeds?|rss2?|atom)(?:\.(?:xml|json|php|aspx?))?/?$|\.(?:rss|atom|rdf)$|/rss/.+\.xml$|/feeds?/.+\.xml$",
    re.IGNORECASE,
)
_QUERY: Final = re.compile(r"(?:^|[&;])(?:feed|format|type)=(?:rss2?|atom|feed)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Discovered:
    """A feed that a page names: absolute address, the link's name, and its media type where it is given."""

    url: str
    title: str
    type: str | None


def discover_feeds(html: bytes, base_url: str) -> tuple[Discovered, ...]:
    """The feeds that the page at ``base_url`` names, each once, declared ones before mere links.

    At most MAX_FOUND; only http(s) addresses of up to MAX_ADDRESS characters; the page's first MAX_BYTES.
    A page that cannot be parsed names none. Nothing is fetched, so a link that only looks like a feed is
    given too: asking it is the caller's business. Like every reading of a page it belongs in a process
    with a time limit: the parser needs 5 s for an element with 80,000 attributes.
    """
    root = _parse(html[:MAX_BYTES])
    if root is None:
        return ()
    base = _base(root, base_url)
    found: dict[str, Discovered] = {}
    for element in root.iter("link", "a"):
        declared = element.tag == "link"
        feed = _declared(element, base) if declared else _linked(element, base)
        if feed is None:
            continue
        known = found.get(feed.url)
        # A declaration further down the page knows more than a link above it.
        if known is None or (known.type is None and feed.type is not None):
            found[feed.url] = feed
    ordered = sorted(found.values(), key=lambda feed: feed.type is None)
    return tuple(ordered[:MAX_FOUND])


def _parse(html: bytes) -> etree._Element | None:
    # Left alone, the parser takes a page that does not name its encoding for Latin-1.
    try:
        html.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    parser = lxml_html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root: etree._Element | None = etree.fromstring(html, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def _base(root: etree._Element, base_url: str) -> str:
    for element in root.iter("base"):
        if href := element.get("href"):
            return _resolve(str(href), base_url) or base_url
    return base_url


def _declared(element: etree._Element, base: str) -> Discovered | None:
    kind = str(element.get("type") or "").partition(";")[0].strip().lower()
    if kind not in _TYPES or "alternate" not in str(element.get("rel") or "").lower().split():
        return None
    url = _resolve(str(element.get("href") or ""), base)
    return Discovered(url, _words(element.get("title")), kind) if url else None


def _linked(element: etree._Element, base: str) -> Discovered | None:
    url = _resolve(str(element.get("href") or ""), base)
    if url is None:
        return None
    kind = str(element.get("type") or "").partition(";")[0].strip().lower()
    parts = urlsplit(url)
    if kind not in _TYPES and not _PATH.search(parts.path) and not _QUERY.search(parts.query):
        return None
    name = _words("".join(str(text) for text in element.itertext())) or _words(element.get("title"))
    return Discovered(url, name, kind if kind in _TYPES else None)


def _resolve(href: str, base: str) -> str | None:
    """The absolute http(s) address without its fragment, or None."""
    # feed: was once the scheme of "subscribe" links, alone or before the real address.
    href = re.sub(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", "", href.strip(), flags=re.IGNORECASE)
    if not href or href.startswith("#") or len(href) > MAX_ADDRESS:
        return None
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return None
    return url


def _words(text: object) -> str:
    return " ".join(str(text or "").split())[:200]
