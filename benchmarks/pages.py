"""Speed and memory of reading pages.

    python benchmarks/pages.py FOLDER   # a folder with html/*.html.gz, as the article-extraction benchmark
    python benchmarks/pages.py          # generated: an article of 40 paragraphs, live pages of 400 posts and
                                        # 1.2 to 1.4 MB, one for each way in which pages mark their posts

Prints pages a CPU-second, the median and the 95th percentile in CPU milliseconds (the clock measures whatever
else the machine does), and the peak memory; for a folder also pages a second by the clock in two worker
processes and the memory of the larger one.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from extractors.page import read_page
from extractors.workers import WorkerPool
from monitor.errors import Unreadable
from monitor.model import Document
from monitor.pipeline.jobs import read_job

NOW = datetime(2024, 5, 1, tzinfo=UTC)
_START = datetime(2024, 3, 1, 6, tzinfo=UTC)
_TEXT = "The council has met again and the pumps in the lower town are running, the mayor's office says. "


def article_page(paragraphs: int = 40) -> str:
    """An ordinary article with a menu, a list of links and a footer."""
    body = "".join(
        f"<p>Paragraph {n}: the harbour master of Lowmere said the third ferry would "
        f"sail on time, “if the wind "
        f"lets us”, and that nobody had asked for their money back since number {n * 7} was sold.</p>"
        for n in range(paragraphs)
    )
    links = "".join(f'<li><a href="/x{n}">Another story, number {n}</a></li>' for n in range(60))
    return (
        "<!doctype html><html lang=en><head><title>Ferry</title><meta property='article:published_time' "
        f"content='2024-03-01T10:00:00Z'></head><body><nav><ul>{links}</ul></nav>"
        f"<article><h1>Ferry</h1>{body}"
        f"</article><footer>© Lowmere Post</footer></body></html>"
    )


def _time(number: int) -> datetime:
    return _START + timedelta(minutes=2 * number)


def _page(body: str, head: str = "") -> str:
    menu = "".join(f'<li><a href="/s{n}">Section {n}</a></li>' for n in range(30))
    return (
        f"<!doctype html><html lang=en><head><title>Flood live: Lowmere</title>{head}</head><body>"
        f"<nav><ul>{menu}</ul></nav><main><h1>Flood live: Lowmere</h1><div class=stream>{body}</div></main>"
        f"<footer>© Lowmere Post</footer></body></html>"
    )


def live_page(posts: int = 400) -> str:
    """Posts in containers with a time each."""
    return _page(
        "".join(
            f'<section class="update" id="u{n}"><time datetime="{_time(n).isoformat()}">{n}</time>'
            f"<h2>Update number {n}</h2>" + f"<p>{_TEXT * 10}</p>" * 3 + "</section>"
            for n in range(posts)
        )
    )


def live_inline(posts: int = 400) -> str:
    """Containers in containers, with links and marks of emphasis in every paragraph."""
    line = (
        f'<p>{_TEXT * 5}<a href="/x">The council</a> and <strong>the mayor</strong> agree. '
        f"{_TEXT * 4}<em>On</em></p>\n"
    )
    return _page(
        "".join(
            f'<article class="post" id="p{n}"><div class=wrap><div class=inner>'
            f'<time datetime="{_time(n).isoformat()}">'
            f'{_time(n):%H:%M}</time><h2>Update number {n}</h2><span class="byline">By Ann Writer</span>'
            f"{line * 3}</div></div><div class=share><button>Share</button>"
            f'<a href="#p{n}">Link</a></div></article>\n'
            for n in range(posts)
        )
    )


def live_listed(posts: int = 400, shown: int = 30) -> str:
    """Posts in JSON-LD, of which the page shows the first."""
    updates = [
        {
            "@type": "BlogPosting",
            "url": f"https://lowmere.example/flood#p{n}",
            "headline": f"Update number {n}",
            "datePublished": _time(n).isoformat(),
            "author": {"@type": "Person", "name": "Ann Writer"},
            "articleBody": _TEXT * 30,
        }
        for n in range(posts)
    ]
    data = json.dumps({"@type": "LiveBlogPosting", "headline": "Flood live", "liveBlogUpdate": updates})
    body = "".join(
        f'<article id="p{n}"><time datetime="{_time(n).isoformat()}"></time><h2>Update number {n}</h2>'
        f"<p>{_TEXT * 30}</p></article>"
        for n in range(shown)
    )
    return _page(body, f'<script type="application/ld+json">{data}</script>')


def live_microdata(posts: int = 400) -> str:
    """Posts in microdata."""
    return _page(
        "".join(
            f'<div itemprop="liveBlogUpdate" itemscope itemtype="https://schema.org/BlogPosting" id="p{n}">'
            f'<meta itemprop="datePublished" content="{_time(n).isoformat()}">'
            f'<h2 itemprop="headline">Update number {n}</h2><div itemprop="articleBody">'
            + f"<p>{_TEXT * 10}</p>" * 3
            + "</div></div>"
            for n in range(posts)
        )
    )


def live_lines(posts: int = 400) -> str:
    """Posts between lines of time."""
    return _page(
        "".join(
            f"<h3>{_time(n):%I:%M %p} ET, {_time(n):%B %d, %Y}</h3><h2>Update number {n}</h2>"
            "<p>From Ann Writer</p>" + f"<p>{_TEXT * 10}</p>\n" * 3
            for n in range(posts)
        )
    )


def measure(name: str, documents: Sequence[Document], rounds: int = 1) -> None:
    """Reads each document after a warm-up, takes the least of the rounds, and prints the figures."""
    read_page(documents[0], NOW)
    times = []
    posts = 0
    for document in documents:
        least = float("inf")
        for _ in range(rounds):
            begin = time.process_time()
            try:
                posts = len(read_page(document, NOW).posts)
            except Unreadable as error:
                print(f"  {document.id}: {error}")
            least = min(least, time.process_time() - begin)
        times.append(least)
    times.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {len(times)} pages, {len(times) / sum(times):.1f} a CPU-second, median "
        f"{times[len(times) // 2] * 1000:.0f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms, "
        f"peak {memory:.0f} MB" + (f", {posts} posts" if posts else "")
    )


def measure_workers(documents: Sequence[Document], processes: int = 2) -> None:
    """Pages a second by the clock through worker processes, as the program reads them."""
    with WorkerPool(processes, preload=("extractors.page",)) as pool:
        jobs = [(document, NOW) for document in documents]
        list(pool.map(read_job, jobs[: 4 * processes]))
        begin = time.perf_counter()
        read = sum(not isinstance(page, Exception) for page in pool.map(read_job, jobs))
        taken = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{processes} workers: {read} of {len(documents)} pages read, {len(documents) / taken:.1f} a second "
        f"by the clock, {used.ru_utime + used.ru_stime:.1f} CPU-seconds with their start, largest worker "
        f"{used.ru_maxrss / 1024:.0f} MB"
    )


def main(arguments: list[str]) -> None:
    """Runs the measurement that the arguments ask for."""
    if arguments:
        files = sorted(Path(arguments[0]).glob("**/*.html.gz"))
        documents = [Document(id=f.name[:12], html=gzip.decompress(f.read_bytes())) for f in files]
        measure(arguments[0], documents)
        measure_workers(documents)
        return
    measure("article", [Document(id=f"article{n}", html=article_page()) for n in range(20)])
    for make in (live_page, live_inline, live_listed, live_microdata, live_lines):
        page = make().encode()
        name = f"{make.__name__}, {len(page) / 1e6:.2f} MB"
        measure(name, [Document(id=make.__name__, html=page)], rounds=10)


if __name__ == "__main__":
    main(sys.argv[1:])
