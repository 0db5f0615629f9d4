"""Folders of pages with what is known of them, read by several readers and measured.

A folder is one of three kinds. ``ground-truth.json`` (an object by page id with ``articleBody`` and ``url``;
``headline``, ``datePublished``, ``author`` and ``posts`` where they are known) with ``html/ID.html.gz``: the
article-extraction benchmark. ``documents.jsonl`` with ``gold.jsonl``: documents whose passages, posts and
dates are known. Else loose ``*.html`` and ``*.html.gz``: nothing is known but what the pages say themselves.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import lxml.html

from extractors.blocks import blocks_of
from extractors.structured import read_jsonld, types_of
from monitor.errors import UsageError
from monitor.evaluation.pages import body_score
from monitor.evaluation.readers import OURS, ReadBy

#: A reader has lost a page when it has less than this share of the text.
LOST: Final = 0.5
#: A line is furniture when it stands on so many pages of one host, outside every known passage.
REPEATED: Final = 3
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page with what is known of it; None where it is not. ``declared``: posts that its own data list."""

    id: str
    html: bytes
    url: str | None = None
    body: str | None = None
    title: str | None = None
    published: datetime | None = None
    author: str | None = None
    passages: tuple[str, ...] = ()
    posts: tuple[Mapping[str, Any], ...] | None = None
    declared: int = 0


def load_pages(folder: Path) -> list[KnownPage]:
    """The pages of a folder. Raises UsageError where there are none or they cannot be read."""
    try:
        if (folder / "ground-truth.json").is_file():
            pages = _with_truth(folder)
        elif (folder / "documents.jsonl").is_file():
            pages = _with_gold(folder)
        else:
            files = sorted([*folder.glob("**/*.html"), *folder.glob("**/*.html.gz")])
            pages = [
                KnownPage(f.name.split(".html")[0], html := _bytes(f), declared=_declared(html))
                for f in files
            ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"the pages in {folder} cannot be read: {error}") from error
    if not pages:
        raise UsageError(f"{folder} holds no pages (ground-truth.json, documents.jsonl or *.html.gz)")
    return pages


def _bytes(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _with_truth(folder: Path) -> list[KnownPage]:
    pages = []
    for key, row in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
        packed, plain = folder / "html" / f"{key}.html.gz", folder / "html" / f"{key}.html"
        pages.append(
            KnownPage(
                key,
                _bytes(packed if packed.is_file() else plain),
                row.get("url"),
                row.get("articleBody"),
                row.get("headline"),
                _moment(row.get("datePublished")),
                row.get("author"),
                posts=tuple(row["posts"]) if "posts" in row else None,
            )
        )
    return pages


def _with_gold(folder: Path) -> list[KnownPage]:
    answers = {}
    if (folder / "gold.jsonl").is_file():
        answers = {row["id"]: row for row in _rows(folder / "gold.jsonl")}
    pages = []
    for row in _rows(folder / "documents.jsonl"):
        if "html" not in row:
            continue
        answer = answers.get(row["id"], {})
        pages.append(
            KnownPage(
                row["id"],
                row["html"].encode(),
                row.get("url"),
                title=row.get("title"),
                published=_moment(row.get("published")),
                passages=tuple(
                    p["text"]
                    for s in answer.get("statements", [])
                    for p in s["passages"]
                    if p.get("in", "text") == "text"
                ),
                posts=tuple(answer.get("posts", ())) if answer else None,
            )
        )
    return pages


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _declared(html: bytes) -> int:
    """How many posts the page's own JSON-LD or microdata lists."""
    tree = lxml.html.document_fromstring(html)
    listed = 0
    for item in read_jsonld(tree)[0]:
        if "LiveBlogPosting" in types_of(item):
            updates = item.get("liveBlogUpdate") or []
            listed = max(listed, len(updates) if isinstance(updates, list) else 1)
    marked = sum("liveBlogUpdate" in (e.get("itemprop") or "").split() for e in tree.iter("*"))
    return max(listed, marked)


# --- measuring ----------------------------------------------------------------------------------------


@dataclass
class _Sums:
    """What is added up over the pages of a folder for one reader."""

    read: int = 0
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    wrong_dates: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def measure_pages(
    pages: Sequence[KnownPage], answers: Mapping[str, Sequence[ReadBy | Exception]]
) -> dict[str, Any]:
    """The figures of every reader over the pages; ``answers[reader][i]`` is what it made of ``pages[i]``.

    ``lost`` lists pages of which another reader has at least half the text and this one has not.
    """
    furniture = _furniture(pages)
    sums = {name: _Sums() for name in answers}
    recalls: dict[str, dict[str, float]] = defaultdict(dict)
    for name, found in answers.items():
        for page, answer in zip(pages, found, strict=True):
            read = answer if isinstance(answer, ReadBy) else ReadBy("")
            recalls[page.id][name] = _one(sums[name], page, read, furniture)
    for key, by_reader in recalls.items():
        if max(by_reader.values()) >= LOST:
            for name, recall in by_reader.items():
                if recall < LOST:
                    sums[name].lost.append(key)
    return {"pages": len(pages), "readers": {name: _figures(one) for name, one in sums.items()}}


def _one(sums: _Sums, page: KnownPage, read: ReadBy, furniture: Mapping[str, frozenset[str]]) -> float:
    """Adds one page to the sums; the share of its known text that the reader has."""
    sums.read += bool(read.text)
    counts = sums.counts
    if read.text:
        sums.seconds.append(read.seconds)
    recall = float(bool(read.text))
    if page.body is not None:
        precision, recall = body_score(read.text, page.body)
        sums.precision.append(precision)
        sums.recall.append(recall)
    if page.passages:
        text = _plain(f"{read.title or ''} {read.text}")
        kept = sum(_plain(p) in text for p in page.passages)
        counts.update(passages_kept=kept, passages=len(page.passages))
    if page.title is not None:
        counts.update(titles=1, titles_right=_plain(read.title or "") == _plain(page.title))
    if page.author is not None:
        counts.update(authors=1, authors_right=_plain(read.author or "").endswith(_plain(page.author)))
    counts["authors_given"] += bool(read.author)
    _date(sums, page, read)
    _posts(counts, page, read)
    lines = furniture.get(_host(page), frozenset())
    if lines:
        counts.update(
            furniture_pages=1, furniture_left=any(_plain(x) in lines for x in read.text.split("\n"))
        )
    return recall


def _date(sums: _Sums, page: KnownPage, read: ReadBy) -> None:
    if page.published is None:
        return
    counts = sums.counts
    counts["dates"] += 1
    if read.published is None:
        return
    counts["dates_given"] += 1
    value, wanted = read.published, page.published
    if value.tzinfo is not None and wanted.tzinfo is not None:
        value = value.astimezone(wanted.tzinfo)
    day = value.date() == wanted.date()
    counts["days_right"] += day
    if not day:
        sums.wrong_dates.append(page.id)
    if read.exact:
        exact = (
            value.replace(tzinfo=None) == wanted.replace(tzinfo=None)
            if value.tzinfo is None
            else value == wanted
        )
        counts.update(exact=1, exact_right=exact)


def _posts(counts: Counter[str], page: KnownPage, read: ReadBy) -> None:
    counts.update(posts_found=len(read.posts), posts_declared=page.declared)
    counts["posts_timed"] += sum(time is not None for _, time in read.posts)
    counts["pages_with_posts_missing"] += read.announced_missing is not None
    if page.posts is None:
        return
    counts["posts_wanted"] += len(page.posts)
    counts["taken_for_live"] += bool(read.posts) and not page.posts
    place = 0
    for post in page.posts:
        wanted = _plain(str(post.get("headline") or ""))
        index = next(
            (i for i in range(place, len(read.posts)) if _plain(read.posts[i][0] or "") == wanted), None
        )
        if index is not None:
            place = index + 1
            time = _moment(post.get("time"))
            counts.update(posts_right=1, posts_right_time=time is not None and read.posts[index][1] == time)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _host(page: KnownPage) -> str:
    return (urlsplit(page.url).hostname or "") if page.url else ""


def _furniture(pages: Sequence[KnownPage]) -> dict[str, frozenset[str]]:
    """Host to the lines that stand on several of its pages and in no passage or known body."""
    places: dict[str, Counter[str]] = defaultdict(Counter)
    known: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        host = _host(page)
        if not host:
            continue
        lines = {_plain(b.text) for b in blocks_of(lxml.html.document_fromstring(page.html))}
        places[host].update(line for line in lines if len(line) >= 15)
        known[host].extend([*page.passages, page.body or "", page.title or ""])
    found = {}
    for host, counted in places.items():
        wanted = "\n".join(_plain(text) for text in known[host])
        found[host] = frozenset(x for x, n in counted.items() if n >= REPEATED and x not in wanted)
    return {host: lines for host, lines in found.items() if lines}


def _figures(sums: _Sums) -> dict[str, Any]:
    value: dict[str, Any] = {"read": sums.read, "lost": sums.lost}
    if sums.precision:
        precision = sum(sums.precision) / len(sums.precision)
        recall = sum(sums.recall) / len(sums.recall)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        value["body"] = {"precision": precision, "recall": recall, "f1": f1, "pages": len(sums.precision)}
    value |= dict(sorted(sums.counts.items()))
    value["wrong_days"] = sums.wrong_dates
    if sums.seconds:
        times = sorted(sums.seconds)
        value["ms"] = {
            "median": times[len(times) // 2] * 1000,
            "p95": times[min(len(times) - 1, int(len(times) * 0.95))] * 1000,
            "pages_a_second": len(times) / sum(times) if sum(times) else None,
        }
    return value


__all__ = ["OURS", "KnownPage", "load_pages", "measure_pages"]
