"""What a mail of Google Alerts lists: address, title, outlet and snippet of each result.

The shape of such mails was learnt from those that people keep in public (docs/archives.md names them). A
result is a link by Google's redirector, marked ``ct=ga``; around it stand, in every language alike:

HTML    News as articles with schema.org's microdata, Web in the same boxes without it: the title is the link,
        the outlet an anchor that leads nowhere, what remains beside links to Google is the snippet
plain   title, outlet (of News only), snippet, each broken into lines, then the link in angle brackets

The JSON for Gmail's cards in the HTML part names the first few results only and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from extractors.urls import canonical

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SENDER: Final = "googlealerts-noreply@google.com"
_GOOGLE: Final = re.compile(r"(?:^|\.)google\.[a-z]{2,3}(?:\.[a-z]{2})?$")
_SPACE: Final = re.compile(r"\s+")
_LINK: Final = re.compile(r"<?(https?://[^\s<>]{1,4000})>?")
_BLOCKS: Final = frozenset(
    {"div", "p", "td", "tr", "table", "tbody", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"}
)
_LONGEST: Final = 1_000
#: Lines of the plain part are broken before this column.
WIDTH: Final = 74


@dataclass(frozen=True, slots=True)
class Result:
    """One result of an alert."""

    url: str
    title: str
    outlet: str | None
    snippet: str | None


def results_of(message: Message) -> list[Result]:
    """The results of a mail, each address once; none where it is no alert."""
    parts: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/html", "text/plain") and kind not in parts and not part.get_filename():
            parts[kind] = _text(part)
    sure = SENDER in str(message.get("From", "")).lower()
    found = _of_html(parts.get("text/html", ""), sure) or _of_plain(parts.get("text/plain", ""), sure)
    unique: dict[str, Result] = {}
    for result in found:
        with suppress(ValueError):  # an address that is none is no result
            unique.setdefault(canonical(result.url), result)
    return list(unique.values())


def _text(part: Message) -> str:
    from extractors.source import decode

    body = part.get_payload(decode=True)
    text = decode(body, str(part.get("Content-Type", ""))) if isinstance(body, bytes) else ""
    if part.get_param("format") == "flowed":  # RFC 3676: a line that ends with a space goes on
        text = re.sub(r" \r?\n", "" if part.get_param("delsp") == "yes" else " ", text)
    return text


def goal_of(link: str, sure: bool = False) -> str | None:
    """Where a link of an alert leads; None for any other link.

    ``sure``: the mail is an alert, so that the link need not say so. Links that a mail filter has put into
    its own are taken out of it.
    """
    try:
        parts = urlsplit(link.strip())
        host = parts.hostname or ""
        # A "+" is one: addresses stand here as they are, but for what would end them (seen: %3F, %3D, %26).
        pairs = (pair.partition("=") for pair in parts.query.split("&"))
        given = {name: unquote(value) for name, _, value in pairs}
        if not _GOOGLE.search(host):
            inner = given.get("url", "")
            return goal_of(inner, sure) if _GOOGLE.search(urlsplit(inner).hostname or "") else None
        if parts.path != "/url" or not (sure or given.get("ct") == "ga"):
            return None
        goal = (given.get("url") or given.get("q") or "").replace(" ", "%20")
        outside = not _GOOGLE.search(urlsplit(goal).hostname or "google.com")
    except ValueError:
        return None
    return goal if outside and goal.startswith(("http://", "https://")) else None


# --- the HTML part ------------------------------------------------------------------------------------


def _of_html(text: str, sure: bool) -> list[Result]:
    from lxml import html

    if not text.strip():
        return []
    try:
        tree = html.document_fromstring(
            text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (ValueError, html.etree.ParserError):
        return []
    found: dict[HtmlElement, Result] = {}
    for link in tree.iter("a"):
        goal = goal_of(link.get("href") or "", sure)
        if goal is None:
            continue
        box = _article(link)
        result = _of_article(box, goal) if box is not None else None
        if box is None or result is None:
            box = _box(link, goal, sure)
            result = _of_box(box, goal, sure)
        if result is not None:
            found.setdefault(box, result)
    return list(found.values())


def _article(link: HtmlElement) -> HtmlElement | None:
    """The article by microdata in which a link stands."""
    marked = (up for up in link.iterancestors() if "schema.org/Article" in (up.get("itemtype") or ""))
    return next(marked, None)


def _of_article(article: HtmlElement, goal: str) -> Result | None:
    def said(path: str) -> str | None:
        nodes = article.xpath(path)
        return _clean(nodes[0].text_content()) if nodes else None

    publisher = "*[@itemprop='publisher']"
    title = said(f".//*[@itemprop='name' and not(ancestor::{publisher})]")
    outlet = said(f".//{publisher}//*[@itemprop='name']") or said(f".//{publisher}")
    return Result(goal, title, outlet, said(".//*[@itemprop='description']")) if title else None


def _box(link: HtmlElement, goal: str, sure: bool) -> HtmlElement:
    """What belongs to one result: the cell around its link, or as much of it as has no other result."""
    box = link
    for around in link.iterancestors():
        goals = {goal_of(one.get("href") or "", sure) for one in around.iter("a")} - {None}
        if around.tag == "body" or goals != {goal}:
            break
        box = around
        if around.tag in ("td", "li"):
            break
    return box


def _of_box(box: HtmlElement, goal: str, sure: bool) -> Result | None:
    links = [link for link in box.iter("a") if goal_of(link.get("href") or "", sure) == goal]
    title = max((_clean(link.text_content()) or "" for link in links), key=len, default="")
    nowhere = (_clean(anchor.text_content()) for anchor in box.iter("a") if not anchor.get("href"))
    outlet = next(filter(None, nowhere), None)
    lines = [line for line in map(_clean, "".join(_beside(box)).split("\n")) if line]
    return Result(goal, title, outlet, "\n".join(lines)[:_LONGEST] or None) if title else None


def _beside(element: HtmlElement) -> Iterator[str]:
    """The text of an element without that of its anchors, a line for each of its blocks."""
    if not isinstance(element.tag, str) or element.tag in ("a", "script", "style"):
        return  # a comment's text is none
    edge = "\n" if element.tag in _BLOCKS else ""
    yield edge + _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _beside(child)
        yield _SPACE.sub(" ", child.tail or "")
    yield edge


# --- the plain part -----------------------------------------------------------------------------------


def _of_plain(text: str, sure: bool) -> list[Result]:
    found: list[Result] = []
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        link = _LINK.fullmatch(line)
        goal = goal_of(link[1], sure) if link else None
        if goal is not None and lines:
            found.append(_of_lines(goal, lines))
        if link or not line or (line.startswith("===") and line.endswith("===")):
            lines = []
        else:
            lines.append(line)
    return found


def _of_lines(goal: str, lines: list[str]) -> Result:
    """Title, outlet and snippet where the lines tell them apart; else the first line, and what follows.

    A line ends where it is meant to if the next word would have fitted: a title that fills its line may go on
    in the next one, which may as well be the outlet.
    """
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if len(before) + 1 + len(line.split()[0]) <= WIDTH:
            groups.append([])
        groups[-1].append(line)
    title, outlet, rest = [lines[0]], None, lines[1:]
    if len(groups) > 2 and len(groups[1]) == 1:
        title, outlet = groups[0], groups[1][0]
        rest = [line for group in groups[2:] for line in group]
    return Result(goal, _clean(" ".join(title)) or "", _clean(outlet or ""), _clean(" ".join(rest)))


def _clean(text: str) -> str | None:
    return _SPACE.sub(" ", text).strip()[:_LONGEST] or None
