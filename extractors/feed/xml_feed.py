"""RSS, RDF and Atom through feedparser, with what it must not see taken away first."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import feedparser  # type: ignore[import-untyped]

from extractors.feed.entries import Raw, absolute, entry
from extractors.feed.plain import language_code, plain
from monitor.errors import NotAFeed
from monitor.model import ParsedFeed, Problem

MAX_DEPTH: Final = 500
MAX_COMMENTS: Final = 5_000
MAX_TAG: Final = 200_000

_PI = re.compile(r"\s*<\?.*?\?>", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?(rss|rdf|feed|channel)\b", re.IGNORECASE)
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|div|meta)\b", re.I | re.DOTALL
)
_ITEM = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?(item|entry)[\s>/]", re.IGNORECASE)
_TAG = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.\-]*)[^<>]*?(?P<alone>/?)>",
    re.DOTALL,
)
_LEFT_OPEN: Final = frozenset(
    {"br", "hr", "img", "p", "li", "td", "tr", "th", "wbr", "input", "source", "col"}
)
_CHALLENGE = re.compile(
    r"cf-chl|cf_chl|challenge-platform|just a moment\.\.\.|"
    r"checking your browser|attention required! \| cloudflare|"
    r"ddos-guard|incapsula|_imperva|px-captcha|verify(?:ing)? (?:that )?you are (?:a )?human|recaptcha",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"domain(?: name)? (?:is|may be) for sale|buy this domain|parked (?:free|domain|page)|"
    r"parkingcrew|sedoparking|hugedomains|dan\.com|godaddy\.com/forsale|related searches|"
    r"this domain (?:has expired|is registered)|domain (?:has )?expired",
    re.IGNORECASE,
)


def read_xml(text: str, *, url: str, now: datetime, limit: int, problems: list[Problem]) -> ParsedFeed:
    """The feed; NotAFeed with a named state where the document is refused or is something else."""
    prepared = _prepared(text)
    if _HTML.match(prepared) and not _ROOT.search(prepared[:2_000]):
        raise _page(prepared)
    _refuse_floods(prepared)
    prepared = _first_entries(prepared, limit, problems)
    document = _feedparser(prepared)
    version = document.get("version") or ""
    if not version:
        raise _page(prepared) if "<html" in prepared[:5_000].lower() else NotAFeed("not_a_feed", _start(text))
    if document.get("bozo"):
        problems.append(Problem("not_well_formed", str(document.get("bozo_exception"))[:200]))
    channel = document.get("feed", {})
    language = _own(channel, "language") or _detail_language(channel, "title_detail")
    home = absolute(_own(channel, "link"), url)
    entries = tuple(entry(_raw(item, language), url=url, now=now) for item in document["entries"][:limit])
    return ParsedFeed(
        version=version,
        title=plain(_own(channel, "title"), one_line=True),
        entries=entries,
        language=language_code(language),
        home_url=home,
        problems=tuple(problems),
    )


def _start(text: str) -> str:
    return f"begins with {text.strip()[:60]!r}"


def _page(text: str) -> NotAFeed:
    """Which page stands in the feed's place: the state differs, because the remedy does."""
    title = re.search(r"<title[^>]*>(.{0,200}?)</title>", text, re.IGNORECASE | re.DOTALL)
    words = plain(title[1], one_line=True)[:100] if title else _start(text)
    head = text[:50_000]
    if _CHALLENGE.search(head):
        return NotAFeed("challenge_page", words)
    return NotAFeed("parked_page" if _PARKED.search(head) else "html_page", words)


def _prepared(text: str) -> str:
    """The document with a declaration of its true encoding and without its DOCTYPE.

    An internal subset, or an entity declared anywhere before the root, is refused: feedparser's own
    stripping can be passed by, and no feed needs one.
    """
    text = text.lstrip("\ufeff \t\r\n")
    place, doctype = 0, (0, 0)
    while True:
        if found := _PI.match(text, place) or _COMMENT.match(text, place):
            place = found.end()
            continue
        rest = re.compile(r"\s*<!(\w+)").match(text, place)
        if rest is None:
            break
        if rest[1].upper() != "DOCTYPE":
            raise NotAFeed("entity_declared", f"<!{rest[1][:20]} before the document")
        end = _doctype_end(text, rest.end())
        doctype, place = (rest.start(), end), end
    head = text[: place + 200]
    if re.search(r"<!ENTITY", head[:place], re.IGNORECASE):
        raise NotAFeed("entity_declared", "declared before the document")
    if re.match(r"<!doctype\s+html", text[doctype[0] : doctype[1]].lstrip(), re.IGNORECASE):
        return text
    text = text[: doctype[0]] + text[doctype[1] :]
    text = re.sub(r"^<\?xml[^>]*\?>", "", text)
    return f'<?xml version="1.0" encoding="utf-8"?>{text.lstrip()}'


def _doctype_end(text: str, place: int) -> int:
    """Where a DOCTYPE that only names its kind ends; NotAFeed where it declares anything."""
    quote = ""
    for index in range(place, min(len(text), place + 2_000)):
        letter = text[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == ">":
            return index + 1
        elif letter in "[<":
            raise NotAFeed("entity_declared", "the DOCTYPE has an internal subset")
    raise NotAFeed("entity_declared", "a DOCTYPE without an end")


def _refuse_floods(text: str) -> None:
    """What would take feedparser minutes: the worker's limits would end it, this says why at once."""
    if text.count("<!--") > MAX_COMMENTS:
        raise NotAFeed("too_complex", f"more than {MAX_COMMENTS} comments")
    place = 0
    while (place := text.find("<", place)) >= 0:
        end = text.find(">", place)
        if (end < 0 or end - place > MAX_TAG) and text[place + 1 : place + 2].isalpha():
            raise NotAFeed("too_complex", f"a tag longer than {MAX_TAG} characters")
        if text.startswith("<![CDATA[", place):
            end = text.find("]]>", place)
        if end < 0:
            break
        place = end
    if text.count("<") > MAX_DEPTH * 2 and (depth := _depth(text)) > MAX_DEPTH:
        raise NotAFeed("too_deep", f"elements nested {depth} deep")


def _depth(text: str) -> int:
    """How deep elements are nested at most; HTML's tags that people leave open do not count."""
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        name = tag["name"]
        if name is None or tag["alone"] or name.lower() in _LEFT_OPEN:
            continue
        if name.lower() in ("item", "entry"):
            depth = 3  # whatever the entry before left open
        elif tag["close"]:
            depth -= 1
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _first_entries(text: str, limit: int, problems: list[Problem]) -> str:
    """The document without the entries after the first ``limit``, still well-formed."""
    starts = [found.start() for found in _ITEM.finditer(text)]
    if len(starts) <= limit:
        return text
    cut, last = starts[limit], text.rfind("</", starts[-1])
    ends = [
        found.end() for found in re.finditer(r"</(?:[\w.\-]+:)?(?:item|entry)\s*>", text[starts[-1] :], re.I)
    ]
    tail = text[starts[-1] + ends[-1] :] if ends else text[last:]
    problems.append(Problem("entries_cut", f"{len(starts)} entries, the first {limit} read"))
    return text[:cut] + tail


def _feedparser(text: str) -> Mapping[str, Any]:
    """What feedparser makes of it. It is not told the feed's address: ids must not change when that does."""
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except RecursionError:
        raise NotAFeed("too_deep", "nested too deep for the parser") from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser lets through whatever its parts raise
        raise NotAFeed("malformed", f"{type(error).__name__}: {error}"[:200]) from None
    return found  # type: ignore[no-any-return]


def _get(values: Mapping[str, Any] | None, name: str) -> Any:
    """What stands under that very name: feedparser's mapping would answer ``published`` for ``updated``."""
    return dict.get(values, name) if isinstance(values, dict) else None


def _own(values: Mapping[str, Any], name: str) -> str | None:
    """A string with something in it, under that very name."""
    value = _get(values, name)
    return value if isinstance(value, str) and value.strip() else None


def _detail_language(values: Mapping[str, Any], name: str) -> str | None:
    detail = _get(values, name)
    return _own(detail, "language") if isinstance(detail, dict) else None


def _raw(item: Mapping[str, Any], language: str | None) -> Raw:
    contents = [part for part in _get(item, "content") or [] if _own(part, "value")]
    content = max(contents, key=lambda part: len(part["value"]), default=None)
    words = content["value"] if content else None
    summary = _own(item, "summary")
    if summary is not None and summary == words:
        summary = None  # feedparser's copy of the content
    source = _get(item, "source")
    return Raw(
        guid=_own(item, "id"),
        link=_own(item, "feedburner_origlink") or _alternate(item) or _link_or_guid(item),
        title=_own(item, "title"),
        summary=summary,
        content=words,
        content_is_html=content is None or content.get("type") != "text/plain",
        published=_own(item, "published") or _own(item, "created"),
        updated=_own(item, "updated"),
        language=_own(item, "language")
        or (_own(content, "language") if content else None)
        or _detail_language(item, "title_detail")
        or language,
        outlet=_own(source, "title") if isinstance(source, dict) else None,
    )


def _alternate(item: Mapping[str, Any]) -> str | None:
    """The link to the page itself: an HTML alternate before any other."""
    links = [link for link in _get(item, "links") or [] if link.get("rel") == "alternate"]
    links.sort(key=lambda link: "html" not in (link.get("type") or "html"))
    return next((href for link in links if (href := _own(link, "href"))), None)


def _link_or_guid(item: Mapping[str, Any]) -> str | None:
    """The link; feedparser puts the guid in its place, which counts only where it is an address."""
    link = _own(item, "link")
    if link is not None and link == _own(item, "id") and not link.startswith(("http://", "https://")):
        return None
    return link
