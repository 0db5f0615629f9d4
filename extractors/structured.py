"""What a page says of itself to machines: JSON-LD, microdata, meta and OpenGraph, read tolerantly.

Sites write JSON-LD with comments, raw line ends, trailing commas and HTML comments around it; what can be
mended is mended, what cannot is skipped and noted, and never costs the rest of the page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element as Element
from tld import get_fld

from extractors.blocks import clean, inline_text
from monitor.model import Titles

#: schema.org's kinds of article (subtypes of Article that the press uses), and of live page.
ARTICLE_TYPES: Final = frozenset(
    [
        "Article",
        "NewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "Report",
        "BlogPosting",
        "SocialMediaPosting",
        "LiveBlogPosting",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "ScholarlyArticle",
        "TechArticle",
    ]
)  # fmt: skip
_MAX_LD: Final = 3_000_000
_CONTROL = re.compile(r"[\x00-\x1f]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*$", re.MULTILINE)
#: Where the next of several values begins.
_VALUE = re.compile(r"[\s,;]*[{\[]")
#: What sites put around a script's text, looked for at its two ends.
_BEGINNING = re.compile(r"^(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)")
_END = re.compile(r"(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?$")
_EDGE: Final = 60


@dataclass
class Structured:
    """What was read. ``items``: JSON-LD objects in page order; ``meta``: first value by lower-case name."""

    items: list[dict[str, Any]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    titles: Titles = field(default_factory=Titles)
    head_title: str | None = None  # the title element without the site's name
    canonical_url: str | None = None
    byline: str | None = None
    site_name: str | None = None
    language: str | None = None
    section: str | None = None
    lead: str | None = None
    amp_url: str | None = None
    broken: int = 0  # JSON-LD blocks that could not be read

    @cached_property
    def articles(self) -> list[dict[str, Any]]:
        """The JSON-LD objects that are articles, live pages first."""
        found = [item for item in self.items if types_of(item) & ARTICLE_TYPES]
        return sorted(found, key=lambda item: "LiveBlogPosting" not in types_of(item))


def types_of(item: dict[str, Any]) -> set[str]:
    """The schema.org types of an object, without the vocabulary's address."""
    raw = item.get("@type", item.get("type"))
    values = raw if isinstance(raw, list) else [raw]
    return {str(v).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for v in values if isinstance(v, str)}


def text_of(value: object) -> str | None:
    """A property's text: a string, the first of a list, or an object's name or text; entities resolved."""
    if isinstance(value, list):
        return next((text for v in value if (text := text_of(v))), None)
    if isinstance(value, dict):
        return next(
            (
                text
                for k in ("name", "headline", "text", "@value", "articleBody")
                if (text := text_of(value.get(k)))
            ),
            None,
        )
    if isinstance(value, str):
        return clean(html.unescape(value) if "&" in value else value) or None
    return None


def load_tolerant(raw: str) -> Any:
    """The value of a JSON text that may be a little broken; raises ValueError where it cannot be mended."""
    text = raw.strip()
    text = _BEGINNING.sub("", text[:_EDGE]) + text[_EDGE:]
    text = (text[:-_EDGE] + _END.sub("", text[-_EDGE:])).strip().rstrip(";")
    if not text:
        raise ValueError("empty")
    last: ValueError | None = None
    for mend in (
        lambda t: t,
        lambda t: _CONTROL.sub(" ", t),
        lambda t: _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", _without_comments(t))),
        lambda t: html.unescape(_CONTROL.sub(" ", t)),
    ):
        try:
            return json.loads(mend(text), strict=False)
        except RecursionError:
            raise ValueError("nested too deep") from None
        except ValueError as error:
            last = error
    return _one_after_the_other(_CONTROL.sub(" ", text), last)


def _without_comments(text: str) -> str:
    # Behind the last end of a comment every beginning would be searched to the end of the text.
    closed = text.rfind("*/") + 2 if "*/" in text else 0
    return _LINE_COMMENT.sub("", _COMMENT.sub("", text[:closed]) + text[closed:])


def _one_after_the_other(text: str, error: ValueError | None) -> Any:
    """Several values one behind the other, or rubbish behind a good one: the one value, or a list of all."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    place = 0
    while (start := _VALUE.match(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, start.end() - 1)
        except (ValueError, RecursionError):
            break
        values.append(value)
    if not values:
        raise ValueError(str(error)) from None
    return values[0] if len(values) == 1 else values


def _flatten(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Objects at the top, in arrays, in @graph, and articles that hang on another object."""
    if depth > 6:
        return
    if isinstance(value, list):
        for entry in value:
            yield from _flatten(entry, depth + 1)
    elif isinstance(value, dict):
        if types_of(value):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item"):
            inner = value.get(key)
            if isinstance(inner, (dict, list)) and key != "itemListElement":
                yield from _flatten(inner, depth + 1)


def read_jsonld(tree: Element) -> tuple[list[dict[str, Any]], int]:
    """All JSON-LD objects of a page in order, and the number of blocks that could not be read."""
    items: list[dict[str, Any]] = []
    broken = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        raw = script.text_content() if hasattr(script, "text_content") else (script.text or "")
        if not raw.strip():
            continue
        if len(raw) > _MAX_LD:
            broken += 1
            continue
        try:
            items.extend(_flatten(load_tolerant(raw)))
        except ValueError:
            broken += 1
    return items, broken


def read_meta(tree: Element) -> dict[str, str]:
    """The first value of every meta element by its name, property or itemprop in lower case."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content")
        if not content or not content.strip():
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                found.setdefault(name.strip().lower(), clean(content))
    return found


def registrable(url: str | None) -> str | None:
    """The registrable domain of an address (public suffix and one label), or the end of its host."""
    if not url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if not host:
        return None
    known = get_fld(f"http://{host}/", fail_silently=True)
    return str(known) if known else ".".join(host.split(".")[-2:])


def canonical(tree: Element, meta: dict[str, str], base: str | None) -> str | None:
    """The canonical address that the page names, if it can be believed.

    It must be on the registrable domain of the page's own address and must not be the front page: sites
    that point every article at "/" are common.
    """
    candidates = [
        link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower()
    ]
    candidates.append(meta.get("og:url"))
    for candidate in candidates:
        if not candidate or not candidate.strip():
            continue
        try:
            url = urljoin(base or "", candidate.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not parts.hostname:
            continue
        if parts.path in ("", "/") and not parts.query:
            continue
        if base and registrable(base) != registrable(url):
            continue
        return url
    return None


def _byline(structured: Structured, tree: Element) -> str | None:
    for item in structured.articles:
        if name := _authors(item.get("author") or item.get("creator")):
            return name
    for key in ("author", "article:author", "dc.creator", "sailthru.author", "parsely-author", "byl"):
        value = structured.meta.get(key)
        if value and not value.startswith(("http:", "https:", "//")):
            return value
    for element in tree.iter("p", "span", "div", "address", "a"):
        if not element.keys():
            continue
        name = " ".join(
            (element.get("class") or "", element.get("rel") or "", element.get("itemprop") or "")
        ).lower()
        if re.search(r"\b(?:byline|author)\b", name):
            text = inline_text(element)
            if 2 < len(text) < 120:
                return text
    return None


def _authors(value: object) -> str | None:
    people = value if isinstance(value, list) else [value]
    names = [name for person in people if (name := text_of(person)) and not name.startswith("http")]
    return ", ".join(dict.fromkeys(names)) or None


def _section(found: Structured) -> str | None:
    """The part of the paper: as the article's data say, else the last but one crumb of the page's path."""
    if section := found.meta.get("article:section") or found.meta.get("section"):
        return section
    for item in found.articles:
        if section := text_of(item.get("articleSection")):
            return section
    for item in found.items:
        if "BreadcrumbList" in types_of(item):
            entries = item.get("itemListElement")
            crumbs = [text_of(c.get("item")) or text_of(c) for c in entries or [] if isinstance(c, dict)]
            return next((c for c in reversed(crumbs[1:-1]) if c), None)
    return None


def _amp(tree: Element, base: str | None) -> str | None:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "amphtml" and (href := (link.get("href") or "").strip()):
            address = urljoin(base or "", href)
            if address.startswith(("http://", "https://")) and registrable(address) == registrable(
                base or address
            ):
                return address
    return None


def _first_h1(tree: Element) -> str | None:
    for h1 in tree.iter("h1"):
        if text := inline_text(h1):
            return text
    return None


def _head_title(tree: Element, site: str | None) -> str | None:
    """The title element; the site's name at its end, behind a bar or dash, is taken off."""
    text = next((clean(t.text) for t in tree.iter("title") if t.text and t.text.strip()), None)
    if text is None:
        return None
    parts = re.split(r"\s+[|\-–—·»:]\s+", text)
    tail = parts[-1]
    if len(parts) > 1 and (
        tail == site or (len(tail) <= 40 and len(tail) * 2 < len(text) and len(tail.split()) <= 5)
    ):
        return text[: text.rindex(tail)].rstrip(" |-–—·»:") or text
    return text


def read_structured(tree: Element, url: str | None = None) -> Structured:
    """Everything a page says of itself. ``url`` is the address it was fetched from, for relative links."""
    items, broken = read_jsonld(tree)
    found = Structured(items=items, meta=read_meta(tree), broken=broken)
    meta = found.meta
    found.titles = Titles(
        h1=_first_h1(tree),
        og=meta.get("og:title") or meta.get("twitter:title"),
        jsonld=next(
            (t for item in found.articles if (t := text_of(item.get("headline") or item.get("name")))), None
        ),
    )
    found.canonical_url = canonical(tree, meta, url)
    found.byline = _byline(found, tree)
    found.section = _section(found)
    found.lead = next(
        (meta[name] for name in ("og:description", "description", "twitter:description") if name in meta),
        None,
    ) or next((t for item in found.articles if (t := text_of(item.get("description")))), None)
    found.amp_url = _amp(tree, url)
    found.site_name = meta.get("og:site_name") or next(
        (name for item in found.articles if (name := text_of(item.get("publisher")))), None
    )
    found.head_title = _head_title(tree, found.site_name)
    declared = next((lang for e in tree.iter("html") if (lang := e.get("lang") or e.get("xml:lang"))), None)
    found.language = declared or meta.get("content-language") or meta.get("og:locale")
    return found
