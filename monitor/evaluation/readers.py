"""The readers of pages that are measured side by side: ours, and the libraries that others use.

"Precise" is trafilatura with ``favor_precision``, as our own reader uses it.

Each is given the same characters and gives back what it made of them. The libraries belong to the tools of
development, not to the product: one that is not installed is named, not guessed at. They are run in the
worker processes, because some of them open the network while they parse or take seconds for a page.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Final

import lxml.html

from extractors.blocks import blocks_of
from extractors.page import read_page
from extractors.source import decode
from monitor.errors import Unreadable
from monitor.model import Document

OURS: Final = "clusterwatch"
#: The readers in the order of the tables, with the module that each needs.
MODULES: Final = {
    OURS: "extractors.page",
    "trafilatura": "trafilatura",
    "trafilatura, precise": "trafilatura",
    "newspaper4k": "newspaper",
    "readability-lxml": "readability",
    "resiliparse": "resiliparse",
}
_WARM: Final = "<html><head><title>t</title></head><body><article><p>One. Two.</p></article></body></html>"


@dataclass(frozen=True, slots=True)
class ReadBy:
    """What one reader made of a page. ``posts``: (headline, time) of a live page; ``exact``: ``published``
    carries a time of day; ``seconds`` of CPU it took, metadata included."""

    text: str
    title: str | None = None
    published: datetime | None = None
    exact: bool = False
    author: str | None = None
    posts: tuple[tuple[str | None, datetime | None], ...] = ()
    announced_missing: str | None = None
    seconds: float = 0.0


def installed() -> tuple[list[str], list[str]]:
    """(readers that can be run here, readers whose library is not installed)."""
    there = [name for name, module in MODULES.items() if importlib.util.find_spec(module) is not None]
    return there, [name for name in MODULES if name not in there]


def read_by(name: str, body: bytes, url: str | None, now: datetime) -> ReadBy:
    """One page by one reader: a job for the workers. Raises Unreadable where the reader gives no text."""
    html = decode(body)
    reader = _READERS[name]
    _warm(name)
    begin = time.process_time()
    answer = reader(html, url, now)
    seconds = time.process_time() - begin
    if not answer.text.strip():
        raise Unreadable("no_text", f"{name} gave none")
    return ReadBy(
        answer.text, answer.title, answer.published, answer.exact, answer.author, answer.posts,
        answer.announced_missing, seconds,
    )  # fmt: skip


@cache
def _warm(name: str) -> None:
    """Imports and compiled patterns are no part of a page's time."""
    with contextlib.suppress(Exception):  # another project's reader may raise anything on a page so small
        _READERS[name](_WARM, None, datetime(2024, 1, 1, tzinfo=UTC))


def _ours(html: str, url: str | None, now: datetime) -> ReadBy:
    page = read_page(Document(id="page", url=url, html=html), now)
    missing = next((p.detail for p in page.problems if p.code == "posts_missing"), None)
    return ReadBy(
        page.text,
        page.title,
        page.published.value if page.published else None,
        page.published is not None and page.published.precision == "minute",
        page.byline,
        tuple((post.headline, post.time.value if post.time else None) for post in page.posts),
        missing,
    )


def _trafilatura(html: str, url: str | None, now: datetime, *, precise: bool = False) -> ReadBy:  # noqa: ARG001
    found = importlib.import_module("trafilatura").bare_extraction(
        html, url=url, with_metadata=True, include_comments=False, favor_precision=precise
    )
    if found is None:
        return ReadBy("")
    day = _day(found.date)
    return ReadBy(found.text or "", found.title, day, False, found.author)


def _newspaper(html: str, url: str | None, now: datetime) -> ReadBy:  # noqa: ARG001
    newspaper = importlib.import_module("newspaper")
    _no_network()
    config = newspaper.Config()
    config.fetch_images = False
    article = newspaper.Article(url or "http://page.example/", config=config)
    try:
        article.download(input_html=html)
        article.parse()
    except ImportError:  # some languages want extras of its own; its rules for English do without
        article = newspaper.Article(url or "http://page.example/", config=config, language="en")
        article.download(input_html=html)
        article.parse()
    moment: Any = article.publish_date
    when = moment if isinstance(moment, datetime) else _day(moment)
    timed = when is not None and (when.hour, when.minute, when.second) != (0, 0, 0)
    return ReadBy(article.text or "", article.title, when, timed, ", ".join(article.authors or []) or None)


@cache
def _no_network() -> None:
    """newspaper4k's helper for host names would fetch the list of public suffixes."""
    module: Any = importlib.import_module("tldextract.tldextract")
    module.TLD_EXTRACTOR = module.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _readability(html: str, url: str | None, now: datetime) -> ReadBy:  # noqa: ARG001
    document = importlib.import_module("readability").Document(html, url=url)
    tree = lxml.html.fragment_fromstring(document.summary(html_partial=True), create_parent="div")
    return ReadBy("\n".join(b.text for b in blocks_of(tree)), document.short_title())


def _resiliparse(html: str, url: str | None, now: datetime) -> ReadBy:  # noqa: ARG001
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree.parse(html)
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return ReadBy(extract(tree, main_content=True, alt_texts=False, comments=False), tree.title)


def _day(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


_READERS: Final[dict[str, Callable[[str, str | None, datetime], ReadBy]]] = {
    OURS: _ours,
    "trafilatura": _trafilatura,
    "trafilatura, precise": partial(_trafilatura, precise=True),
    "newspaper4k": _newspaper,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
}
