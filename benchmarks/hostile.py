"""Pages made to eat time: how the cost grows when such a page is doubled.

    python benchmarks/hostile.py

Prints for each kind the CPU seconds of a page and of one twice as large, and their ratio; 2 is linear.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from extractors.page import read_page
from monitor.errors import Unreadable
from monitor.model import Document

NOW: Final = datetime(2024, 5, 1, tzinfo=UTC)
_LINE: Final = "The harbour master of Lowmere said the third ferry would sail, and nobody asked for money."
_ARTICLE: Final = "".join(f"<p>{_LINE} {n}</p>" for n in range(10))
_LD: Final = '<script type="application/ld+json">'


def _html(body: str, head: str = "", title: str = "Ferry") -> str:
    return f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><h1>Ferry</h1>{body}"


#: The kinds of page, each by a number that doubles.
KINDS: Final[dict[str, Callable[[int], str]]] = {
    "paragraphs": lambda n: _html("".join(f"<p>{_LINE} {i}</p>" for i in range(n))),
    "one paragraph again and again": lambda n: _html(f"<p>{_LINE}</p>" * n),
    "paragraphs never closed": lambda n: _html("<p>x " * n),
    "line breaks": lambda n: _html(f"{_LINE}<br>" * n),
    "table rows": lambda n: _html(
        "<table>" + "".join(f"<tr><td>{i}</td><td>{_LINE}</td></tr>" for i in range(n)) + "</table>"
    ),
    "links": lambda n: _html(_ARTICLE + "".join(f'<a href="/{i}">link {i}</a> ' for i in range(n))),
    "elements in a line": lambda n: _html("<p>" + "<b>x</b> y " * n),
    "deep boxes": lambda n: _html(("<div>" * 200 + f"<p>{_LINE}</p>" + "</div>" * 200) * (n // 200)),
    "JSON-LD, many scripts": lambda n: _html(_ARTICLE, f'{_LD}{{"@type":"NewsArticle"}}</script>' * n),
    "JSON-LD, objects in a row": lambda n: _html(_ARTICLE, _LD + '{"@type":"NewsArticle"}' * n + "</script>"),
    "JSON-LD, broken": lambda n: _html(_ARTICLE, _LD + '{"a":1' + ", /*" * 10 * n + "</script>"),
    "scripts never closed": lambda n: _html("<style>" * 10 * n + "x" * 1_000_100),
    "comments": lambda n: _html(_ARTICLE + "<!-- x -->" * n * 5),
    "less-than signs": lambda n: _html(_ARTICLE + "<" * 20 * n),
    "quotation marks": lambda n: _html(_ARTICLE + "<p>" + "“a ” " * 5 * n),
    "figures": lambda n: _html(_ARTICLE + "<p>" + "1/" * 10 * n),
    "spaces": lambda n: _html(_ARTICLE + "<p>a" + " " * 20 * n + "b"),
    "times": lambda n: _html(_ARTICLE + "<time datetime='2024-01-01T00:00Z'>12:00</time>" * n),
    "posts": lambda n: _html(
        "".join(f"<p>{i % 24:02}:{i % 60:02}, 5 March 2024</p><p>{_LINE}</p>" for i in range(n // 2)),
        title="Live: ferry",
    ),
    "a sentence without an end": lambda n: _html("<p>" + f"{_LINE[:-1]}, " * n),
    "lines of plain text": lambda n: "a line of text\n" * 5 * n,
}


def seconds(text: str) -> tuple[float, str]:
    """CPU seconds of one reading, the lesser of two, and what came out."""
    document = Document(id="x", html=text.encode())
    least, what = float("inf"), ""
    for _ in range(2):
        begin = time.process_time()
        try:
            page = read_page(document, NOW)
            what = f"{page.form}, {len(page.text)} characters"
        except Unreadable as error:
            what = error.state
        least = min(least, time.process_time() - begin)
    return least, what


def main(arguments: list[str]) -> None:
    """Measures every kind at a size and at twice that size."""
    size = int(arguments[0]) if arguments else 7000
    read_page(Document(id="warm", html=_html(_ARTICLE)), NOW)
    for name, make in KINDS.items():
        (one, _), (two, what) = seconds(make(size)), seconds(make(2 * size))
        print(f"{name:32} {one:6.2f} s {two:6.2f} s   x {two / one:.1f}   {what}")


if __name__ == "__main__":
    main(sys.argv[1:])
