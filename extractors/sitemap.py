"""Reads a sitemap: a list of pages, an index of other sitemaps, plain lines, or a feed in its place.

By the protocol (sitemaps.org/protocol.html: at most 50,000 entries and 50 MiB, UTF-8, whole addresses of the
sitemap's own site) and Google's news sitemaps (developers.google.com/search/docs, "News sitemaps"), and what
sites make of them: broken XML, other encodings, addresses of others. No network, no clock.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from lxml import etree
from lxml.etree import _Element as Element

from extractors.feed import parse_feed
from extractors.feed.dates import read_date
from extractors.feed.encoding import decoded
from extractors.feed.plain import language_code
from extractors.urls import parse, registrable_domain
from monitor.errors import NotAFeed, Unreadable
from monitor.model import Problem, When

#: The protocol's own limits; what goes beyond is cut off.
MAX_ENTRIES: Final = 50_000
MAX_BYTES: Final = 52_428_800
#: So many pages are not changed in one second.
MANY: Final = 20
#: Why a body is not taken as a sitemap.
STATES: Final = frozenset({"empty_body", "too_large", "entity_declared", "not_a_sitemap"})
_NEWS: Final = ("publication_date", "title", "name", "language")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page or a sitemap that is listed: when it was last changed, and what a news sitemap says of it.

    ``changed`` lies between ``changed`` and ``changed_to`` (a day or a month is all that many give).
    """

    url: str
    changed: datetime | None = None
    changed_to: datetime | None = None
    published: When | None = None
    title: str | None = None
    summary: str | None = None
    language: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists, in its order; ``passed`` counts what was left out, by name."""

    kind: Literal["pages", "index"]
    listed: tuple[Listed, ...]
    passed: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_sitemap(
    body: bytes, url: str, content_type: str | None, now: datetime, site: str | None = None
) -> Sitemap:
    """The sitemap at ``url``. Raises Unreadable with one of STATES.

    Addresses that are not whole, or are of a site that another holder registered, are counted and left out.
    ``site``: the registrable domain whose sitemap it is, where that is known: it may stand elsewhere (the
    protocol's section on several hosts, where robots.txt vouches for it).
    """
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes")
    text, problems = decoded(body, content_type)
    start = text.lstrip("\ufeff \t\r\n")[:2000]
    if not start:
        raise Unreadable("empty_body")
    if not start.startswith("<"):
        return _kept("pages", (Listed(line) for line in _lines(text)), url, problems, site)
    if _ENTITY.search(text):
        raise Unreadable("entity_declared", "sitemaps need none, attacks do")
    root = re.search(r"<(?:[\w.\-]+:)?(urlset|sitemapindex|rss|feed|rdf)\b", start, re.IGNORECASE)
    if root is None:
        raise Unreadable("not_a_sitemap", " ".join(start[:80].split()))
    kind = root[1].lower()
    if kind in ("rss", "feed", "rdf"):
        return _kept("pages", _of_feed(body, url, content_type, now), url, problems, site)
    return _kept(
        "index" if kind == "sitemapindex" else "pages", _elements(text, now, problems), url, problems, site
    )


def _lines(text: str) -> Iterator[str]:
    """The addresses of a plain list. Raises Unreadable where the lines are something else."""
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not any(_ADDRESS.fullmatch(line) for line in found[:20]):
        raise Unreadable("not_a_sitemap", found[0][:80])
    return iter(found)


def _of_feed(body: bytes, url: str, content_type: str | None, now: datetime) -> Iterator[Listed]:
    try:
        feed = parse_feed(body, url=url, content_type=content_type, now=now)
    except NotAFeed as error:
        raise Unreadable("not_a_sitemap", str(error)) from None
    for entry in feed.entries:
        if entry.url:
            yield Listed(
                entry.url, published=entry.published, title=entry.title or None,
                summary=entry.summary or None, language=entry.language or feed.language,
            )  # fmt: skip


def _elements(text: str, now: datetime, problems: list[Problem]) -> Iterator[Listed]:
    """The entries of the XML as far as it can be read, one at a time."""
    source = io.BytesIO(
        re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff \t\r\n")).encode("utf-8", "replace")
    )
    walk = etree.iterparse(
        source, events=("end",), tag=("{*}url", "{*}sitemap"), recover=True, resolve_entities=False,
        no_network=True, load_dtd=False, encoding="utf-8",
    )  # fmt: skip
    try:
        for _, element in walk:
            values = _values(element)
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
            if values.get("loc"):
                yield _listed(values, now)
    except etree.XMLSyntaxError as error:
        problems.append(Problem("broken_sitemap", str(error)[:200]))
        return
    if len(walk.error_log):
        problems.append(Problem("broken_sitemap", str(walk.error_log[0])[:200]))


def _values(element: Element) -> dict[str, str]:
    """An entry's own address and change, and what stands in its news element; images and videos have both."""
    values: dict[str, str] = {}
    for child in element.iter("{*}*"):
        named = etree.QName(child)
        own = named.localname in ("loc", "lastmod") and child.getparent() is element
        if child.text and (own or (named.localname in _NEWS and "news" in (named.namespace or ""))):
            values.setdefault(named.localname, " ".join(child.text.split()))
    return values


def _listed(values: Mapping[str, str], now: datetime) -> Listed:
    changed = read_date(values["lastmod"], now=now).when if values.get("lastmod") else None
    published = (
        read_date(values["publication_date"], now=now).when if values.get("publication_date") else None
    )
    return Listed(
        values["loc"],
        changed.value if changed else None,
        _end(changed) if changed else None,
        published,
        values.get("title"),
        None,
        language_code(values.get("language")),
        values.get("name"),
    )


def _end(when: When) -> datetime:
    """The last moment that a day or a month may mean, a day further for the zone that is not told."""
    if when.precision == "minute":
        return when.value
    if when.precision == "day":
        return when.value + timedelta(days=2)
    following = when.value.replace(day=28) + timedelta(days=5)
    return datetime(following.year, following.month, 1, tzinfo=UTC) + timedelta(days=1)


def _kept(
    kind: Literal["pages", "index"],
    found: Iterator[Listed],
    url: str,
    problems: list[Problem],
    site: str | None,
) -> Sitemap:
    """Each address of the sitemap's own site once; an index may name sitemaps that stand beside it, too."""
    here = registrable_domain(parse(url).host)
    own = {site or here} | ({here} if kind == "index" else set())
    passed: Counter[str] = Counter()
    kept: dict[str, Listed] = {}
    domains: dict[str, str] = {}
    for one in found:
        if len(kept) >= MAX_ENTRIES:
            problems.append(Problem("sitemap_too_long", f"more than {MAX_ENTRIES} entries"))
            break
        if not _ADDRESS.fullmatch(one.url):
            passed["relative_url" if "://" not in one.url else "bad_url"] += 1
            continue
        try:
            host = parse(one.url).host
        except ValueError:
            host = ""
        if not host or "\ufffd" in one.url:  # … or a letter of it was lost
            passed["bad_url"] += 1
            continue
        if domains.setdefault(host, registrable_domain(host)) not in own:
            passed["foreign_host"] += 1
            continue
        kept.setdefault(one.url, one)
    return Sitemap(kind, _believed(tuple(kept.values())), dict(passed), tuple(problems))


def _believed(listed: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """The entries without their last change where all have the same second: then the list was made."""
    moments = {(one.changed, one.changed_to) for one in listed}
    changed, changed_to = next(iter(moments), (None, None))
    if len(listed) < MANY or len(moments) > 1 or changed is None or changed != changed_to:
        return listed
    return tuple(replace(one, changed=None, changed_to=None) for one in listed)
