"""Speed and memory of reading pages.

    python benchmarks/pages.py FOLDER   # a folder with html/*.html.gz, as the article-extraction benchmark
    python benchmarks/pages.py          # generated: an article of 40 paragraphs, a live page of 400 posts

Prints pages a second on one core, the median and the 95th percentile in milliseconds, and the peak memory.
"""

from __future__ import annotations

import gzip
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from extractors.page import read_page
from monitor.errors import Unreadable
from monitor.model import Document

NOW = datetime(2024, 5, 1, tzinfo=UTC)


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


def live_page(posts: int = 400) -> str:
    """A live page of about 1.3 MB whose posts stand in containers with a time each."""
    start = datetime(2024, 3, 1, 6, tzinfo=UTC)
    text = "The council has met again and the pumps in the lower town are running, the mayor's office says. "
    blocks = "".join(
        f'<section class="update" id="u{n}"><time '
        f'datetime="{(start + timedelta(minutes=2 * n)).isoformat()}">'
        f"{n}</time><h2>Update number {n}</h2>" + f"<p>{text * 10}</p>" * 3 + "</section>"
        for n in range(posts)
    )
    return (
        f"<!doctype html><html lang=en><head><title>Flood live: Lowmere</title></head>"
        f"<body><h1>Flood live: Lowmere"
        f"</h1><div class=stream>{blocks}</div></body></html>"
    )


def measure(name: str, documents: list[Document]) -> None:
    """Reads each document once after a warm-up and prints the figures."""
    read_page(documents[0], NOW)
    times = []
    for document in documents:
        begin = time.perf_counter()
        try:
            read_page(document, NOW)
        except Unreadable as error:
            print(f"  {document.id}: {error}")
        times.append(time.perf_counter() - begin)
    times.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {len(times)} pages, {len(times) / sum(times):.1f} a second, median "
        f"{times[len(times) // 2] * 1000:.0f} ms, "
        f"p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms, peak {memory:.0f} MB"
    )


def main(arguments: list[str]) -> None:
    """Runs the measurement that the arguments ask for."""
    if arguments:
        files = sorted(Path(arguments[0]).glob("**/*.html.gz"))
        measure(arguments[0], [Document(id=f.name[:12], html=gzip.decompress(f.read_bytes())) for f in files])
        return
    generated: list[tuple[str, Callable[[], str], int]] = [
        ("article", article_page, 100),
        ("live page", live_page, 10),
    ]
    for name, make, count in generated:
        page = make()
        print(f"{name}: {len(page) / 1e6:.2f} MB")
        measure(name, [Document(id=f"{name}{n}", html=page) for n in range(count)])


if __name__ == "__main__":
    main(sys.argv[1:])
