"""How many news texts a CPU-second the rules read, from text to statements.

``python benchmarks/analysis.py [TEXTS.jsonl[.gz] …]``: each line a document with ``text`` or ``html``;
without a file, the made-up press of the tests. Pages are read beforehand, in one process. Wanted: 150 texts a
CPU-second.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from extractors.page import read_page
from monitor.analysis import analyse_page
from monitor.analysis.documents import document_from_dict
from monitor.errors import Unreadable
from monitor.model import Page
from monitor.officials import load_register

PRESS = Path(__file__).parent.parent / "tests" / "newsroom" / "documents.jsonl"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 3
FIELDS = ("id", "url", "published", "language", "title", "summary", "html", "text")


def pages_of(path: Path) -> list[Page]:
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").split("\n")
    pages = []
    for line in lines:
        if not line.strip():
            continue
        row = json.loads(line)
        try:
            document = document_from_dict({name: row.get(name) for name in FIELDS})
            pages.append(read_page(document, NOW))
        except (ValueError, Unreadable):
            continue
    return pages


def main() -> None:
    register = load_register()
    for path in [Path(name) for name in sys.argv[1:]] or [PRESS]:
        pages = pages_of(path)
        for page in pages[:50]:
            analyse_page(page, register=register, now=NOW)
        times = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            found = [analyse_page(page, register=register, now=NOW) for page in pages]
            times.append(time.process_time() - begin)
        concerned = sum(one.verdict.concerns for one in found)
        reports = sum(len(one.reports) for one in found)
        print(
            f"{path.name}: {len(pages)} texts ({concerned} on the topic, {reports} reports): "
            f"{len(pages) / min(times):.0f} texts a CPU-second"
        )


if __name__ == "__main__":
    main()
