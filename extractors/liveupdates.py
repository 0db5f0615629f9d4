"""The posts that a live page lists for machines: JSON-LD's ``liveBlogUpdate`` and microdata of that name."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import lxml.html
from lxml.etree import ParserError, XPath
from lxml.etree import _Element as Element

from extractors.blocks import blocks_of, clean, inline_text
from extractors.livemarks import RawPost
from extractors.moments import read_moment
from extractors.structured import Structured, text_of, types_of

_KEY = re.compile(r"[\W_]+")
#: Some lists leave a publishing system's shortcodes in the text.
_SHORTCODE = re.compile(r"\[\[[^\[\]]{1,200}\]\]|\[/?[a-z_]+(?:\s[^\[\]]{0,200})?\]")
_MARKUP = re.compile(r"<\s*(?:p|br|div|a|b|strong|em|i|ul|li|h\d|blockquote|span)\b|&#?\w+;", re.IGNORECASE)
_PROPERTIES = XPath("descendant::*[@itemprop]")
_MARKED = XPath("descendant-or-self::*/@itemprop[contains(., 'liveBlogUpdate')]/..")


def key_of(text: str | None) -> str:
    """The letters and digits of a text in lower case: equal for equal words."""
    return _KEY.sub("", text or "").casefold()


def from_jsonld(structured: Structured, now: datetime) -> list[RawPost]:
    """The posts that JSON-LD lists in ``liveBlogUpdate``."""
    posts: list[RawPost] = []
    seen: set[int] = set()
    for item in structured.items:
        if "LiveBlogPosting" not in types_of(item):
            continue
        updates = item.get("liveBlogUpdate") or item.get("liveBlogUpdates") or []
        for update in updates if isinstance(updates, list) else [updates]:
            if not isinstance(update, dict) or id(update) in seen:
                continue
            seen.add(id(update))
            post = _update(update, now)
            if post.headline or post.paragraphs:
                posts.append(post)
    return posts


def _update(update: dict[str, Any], now: datetime) -> RawPost:
    address = next(
        (a for k in ("url", "@id", "mainEntityOfPage") if (a := _address(update.get(k)))),
        None,
    )
    time = next(
        (
            w
            for k in ("datePublished", "dateCreated", "dateModified")
            if (w := read_moment(update.get(k), "jsonld", now=now))
        ),
        None,
    )
    ids = [i for k in ("@id", "url", "identifier") if (i := _address(update.get(k)))]
    return RawPost(
        paragraphs=_body(update.get("articleBody"))
        or _body(update.get("text"))
        or _body(update.get("description")),
        headline=text_of(update.get("headline")) or text_of(update.get("name")),
        byline=text_of(update.get("author")),
        time=time,
        url=address if address and address.startswith(("http", "/", "#")) else None,
        ids=ids,
    )


def _address(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url") or value.get("value")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


def _body(value: object) -> list[str]:
    """Paragraphs of a JSON-LD text, which may be an object, a list, plain or HTML."""
    if isinstance(value, list):
        return [paragraph for entry in value for paragraph in _body(entry)]
    if isinstance(value, dict):
        return next(
            (b for k in ("articleBody", "text", "@value", "description") if (b := _body(value.get(k)))), []
        )
    if not isinstance(value, str) or not value.strip():
        return []
    if "[" in value:
        value = _SHORTCODE.sub(" ", value)
    if ("<" in value or "&" in value) and _MARKUP.search(value):
        try:
            return [b.text for b in blocks_of(lxml.html.fragment_fromstring(value, create_parent="div"))]
        except (ParserError, ValueError):
            pass
    return [line for raw in value.replace("\r", "\n").split("\n") if (line := clean(raw))]


def _own_properties(scope: Element) -> dict[str, list[Element]]:
    """The elements of each microdata property that belongs to ``scope`` itself, not to one inside it."""
    found: dict[str, list[Element]] = {}
    marked: list[Element] = _PROPERTIES(scope)  # type: ignore[assignment]
    for element in marked:
        parent = element.getparent()
        while parent is not None and parent is not scope and parent.get("itemscope") is None:
            parent = parent.getparent()
        if parent is scope:
            for name in element.get("itemprop", "").split():
                found.setdefault(name, []).append(element)
    return found


def _value(elements: list[Element], *attributes: str) -> str | None:
    for element in elements:
        for attribute in attributes:
            if raw := element.get(attribute):
                return clean(raw)
        if text := inline_text(element):
            return text
    return None


def from_microdata(tree: Element, now: datetime) -> list[RawPost]:
    """The posts that microdata marks as ``liveBlogUpdate``."""
    posts = []
    marked: list[Element] = _MARKED(tree)  # type: ignore[assignment]
    for scope in marked:
        if "liveBlogUpdate" not in scope.get("itemprop", "").split():
            continue
        own = _own_properties(scope)
        stamp = _value(own.get("datePublished", []), "content", "datetime")
        body = own.get("articleBody", [])
        headlines = own.get("headline", [])
        paragraphs = [b.text for e in body for b in blocks_of(e)]
        if not paragraphs:
            paragraphs = _body(_value(body, "content"))
        if not paragraphs:
            paragraphs = [b.text for b in blocks_of(scope)]
        headline = _value(headlines, "content")
        if headline and paragraphs and key_of(paragraphs[0][: 2 * len(headline)]) == key_of(headline):
            paragraphs = paragraphs[1:]
        link = _value(own.get("url", []), "content", "href")
        post = RawPost(
            paragraphs=paragraphs,
            headline=headline,
            byline=_value(own.get("author", []), "content"),
            time=read_moment(stamp, "time", now=now),
            url=link if link and link.startswith(("http", "/", "#")) else None,
            ids=[i for i in (scope.get("itemid"), scope.get("id"), scope.get("data-id"), link) if i],
        )
        if post.headline or post.paragraphs:
            posts.append(post)
    return posts
