"""How many records of a WARC file a second are looked through, in how much memory, and whether all is found.

``python benchmarks/ccnews.py [--records 100000] [--processes 2] [--file PATH]``: a file of pages of 10 to
100 kB in four scripts is made (or PATH is used, and made there if it is not), in which three pages in ten
thousand are pages of the made-up press, in all languages and their old encodings. It is read as the archive
``ccnews`` reads it; each planted page must come, and its analysis must be that of the document itself.
Wanted: 2,000 records a second on two cores, and memory that does not grow. At the end the same records go
through warcio, FastWARC alone and our own taking of members, each in one process, as a ratio.

Two figures are printed: by the clock, and by CPU time, which other load on the machine does not touch.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as Warcio
from warcs import Planted, large, planted

from extractors.workers import WorkerPool
from monitor.analysis import analyse
from monitor.archives import Reach
from monitor.archives._records import Block, _members
from monitor.archives._warc import LocalFile, read_files
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import ArchivedPage, Document, Window
from monitor.officials import Register, load_register

START = datetime(2024, 3, 1, tzinfo=UTC)
ALL = Window(START - timedelta(days=1), START + timedelta(days=30))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Records that the three readers are compared on, and bytes that hold more of them.
COMPARED, HEAD = 4_000, 96 << 20


class Standing:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--file", type=Path)
    given = asked.parse_args()
    hidden = planted(max(1, round(given.records * 0.0003)))
    with tempfile.TemporaryDirectory() as folder:
        path = given.file or Path(folder) / "large.warc.gz"
        if not path.exists():
            begin = time.monotonic()
            with path.open("wb") as out:
                large(out, given.records, hidden, START)
            print(f"made {path.stat().st_size >> 20} MiB in {time.monotonic() - begin:.0f} s")
        pages = gone_through(path, given.records, given.processes)
        all_found(pages, hidden)
        compared(path)


def gone_through(path: Path, records: int, processes: int) -> list[ArchivedPage]:
    """Reads the file as the archive does; prints speed and memory."""
    pages: list[ArchivedPage] = []
    passed: Counter[str] = Counter()
    peaks: list[tuple[int, int]] = []
    before = cpu()
    begin = time.monotonic()
    with WorkerPool(processes) as pool:
        reach = Reach(HttpFetcher(FetchPolicy()), pool, Standing())
        for number, batch in enumerate(
            read_files([path.name], lambda *_: LocalFile(path), reach, ALL, (), None)
        ):
            pages += batch.pages
            passed.update(batch.passed)
            if number % 20 == 0:
                peaks.append((resident(os.getpid()), max(map(resident, children()), default=0)))
        seconds = time.monotonic() - begin
    spent = cpu() - before
    seen = sum(passed.values()) + len(pages)
    share = spent / processes if processes else spent
    print(f"{seen} records: {seen / seconds:.0f} a second by the clock, {seen / share:.0f} by CPU time "
          f"({spent / seen * 1e3:.2f} ms each, on {processes} cores)")  # fmt: skip
    first, middle, last = peaks[min(1, len(peaks) - 1)], peaks[len(peaks) // 2], peaks[-1]
    print("resident MiB (program, largest worker): "
          f"early {first}, half-way {middle}, at the end {last}")  # fmt: skip
    print(f"passed: {dict(passed)}; worth reading: {len(pages)}")
    if seen < records:
        sys.exit(f"only {seen} of {records} records were seen")
    return pages


def all_found(pages: list[ArchivedPage], hidden: list[Planted]) -> None:
    """Each planted page is among them, with the statements that its document has."""
    register = load_register()
    by_body = {page.document.html: page for page in pages}
    statements = languages = 0
    told: set[str] = set()
    for each in hidden:
        page = by_body.get(each.body)
        if page is None:
            sys.exit(f"lost: {each.document['id']} in {each.encoding}")
        row = each.document
        wanted = said(Document(row["id"], url=row["url"], html=row["html"]), register)
        if said(page.document, register) != wanted:
            sys.exit(f"read otherwise: {row['id']} in {each.encoding}")
        statements += len(wanted)
        told.add(f"{row['language']}/{each.encoding}")
        languages = len({one.partition("/")[0] for one in told})
    print(f"planted: {len(hidden)} pages, {statements} statements, all found, in {languages} languages and "
          f"{len(told)} encodings of them; {len(pages) - len(hidden)} others let through")  # fmt: skip


def said(document: Document, register: Register) -> list[tuple[str, ...]]:
    """Who says what in a document."""
    found = analyse(document, register=register, now=NOW)
    return sorted(
        (str(report.speaker), *(passage.text for passage in report.passages)) for report in found.reports
    )


def compared(path: Path) -> None:
    """The same records through three readers, bodies read, in one process each."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    ways: dict[str, Callable[[], Iterator[int]]] = {
        "warcio": lambda: (len(one.content_stream().read()) for one in Warcio(io.BytesIO(head))),
        "FastWARC": lambda: (len(one.reader.read()) for one in ArchiveIterator(io.BytesIO(head))),
        "members one by one": lambda: (len(raw) for _, _, raw, _ in _members(block(head))),
    }
    speeds = {}
    for name, way in ways.items():
        begin = time.process_time()
        count = sum(1 for _ in islice(way(), COMPARED))
        speeds[name] = count / (time.process_time() - begin)
    slowest = speeds["warcio"]
    print("; ".join(f"{name} {speed:.0f} a CPU-second ({speed / slowest:.1f} of warcio)"
                    for name, speed in speeds.items()))  # fmt: skip


def block(head: bytes) -> Block:
    return Block(head, 0, 0, len(head), ends=True, packed=True)


def cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def children() -> list[int]:
    """The processes that this one has started."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == os.getpid():
            found.append(int(place.parent.name))
    return found


def resident(number: int) -> int:
    """Memory of a process, in MiB; 0 where it cannot be told."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) >> 10


if __name__ == "__main__":
    main()
