"""One cycle of the program in a process of its own, as `clusterwatch run` does it, and what it cost.

    python benchmarks/soak/cycle.py [--feeds FILE] [--grown N] [--queries N]

Settings come from the environment. ``--feeds`` first adds those of a file, a JSON list of [url, language];
``--grown`` gives the ledger a past of so many entries.
Prints one JSON object: for each stage seconds of wall clock and of CPU (this process, its workers) and its
counts; the highest memory of the process and of its largest worker in MB; with ``--queries`` what the
database was asked, the dearest questions first.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from grow import grow
from sqlalchemy import event

from extractors.opml import OpmlFeed
from monitor import app
from monitor.cli.importing import add_one
from monitor.model import Counts
from monitor.pipeline import Services, announce, check_feeds, deliver, due_batches, find, poll, read
from monitor.pipeline.ledger import Wish, statements
from monitor.pipeline.metrics import metrics_text
from monitor.pipeline.watch import watch_of
from monitor.store.database import Database
from monitor.store.feeds import active_ids, all_feeds, entry_counts

TICKS = 100.0  # of a second in /proc (sysconf SC_CLK_TCK on Linux)


def children() -> list[Path]:
    """The worker processes of this process."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            stat = (place / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[1]) == int(Path("/proc/self").resolve().name):
            found.append(place)
    return found


def worker_seconds() -> float:
    """CPU seconds of the workers, those that have ended too."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for place in children():
        try:
            stat = (place / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(stat[11]) + int(stat[12])) / TICKS
    return total


def highest_mb(place: Path) -> float:
    """The most memory that a process has had at once."""
    try:
        lines = (place / "status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def measured(work: Callable[[], Counts]) -> dict[str, Any]:
    """A stage's costs and counts."""
    wall, cpu, workers = time.perf_counter(), time.process_time(), worker_seconds()
    counts = work()
    return {
        "wall": round(time.perf_counter() - wall, 3),
        "cpu": round(time.process_time() - cpu, 3),
        "workers": round(worker_seconds() - workers, 3),
        "done": dict(counts.done),
        "refused": list(counts.refused),
    }


@dataclass
class Asked:
    """One question to the database: how often, how long in all and at most, and its last values."""

    times: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    values: Any = None


def listen(database: Database) -> dict[str, Asked]:
    """From now on notes each question to the database, by its words."""
    found: dict[str, Asked] = {}

    @event.listens_for(database.engine, "before_cursor_execute")
    def before(connection: Any, *_: Any) -> None:
        connection.info["asked_at"] = time.perf_counter()

    @event.listens_for(database.engine, "after_cursor_execute")
    def after(connection: Any, _cursor: Any, words: str, values: Any, *_: Any) -> None:
        took = time.perf_counter() - connection.info["asked_at"]
        one = found.setdefault(words, Asked())
        one.times, one.seconds = one.times + 1, one.seconds + took
        if took >= one.longest:
            one.longest, one.values = took, values

    return found


def add_feeds(services: Services, file: Path) -> None:
    """Watches the feeds of a list."""
    with services.database.writing() as session:
        for number, (url, language) in enumerate(json.loads(file.read_text("utf-8"))):
            entry = OpmlFeed(
                url=url, title=f"Outlet {number}", home_url=None, language=language, country=None, kind=None,
                tier=2, pages=None,
            )  # fmt: skip
            add_one(services, session, entry, from_start=False)


def looks(services: Services) -> dict[str, float]:
    """What people, digests and upkeep ask of the ledger now and then, in seconds each."""

    def watch() -> object:
        with services.database.reading() as session:
            return watch_of(session, services, services.now() - timedelta(days=7))

    def listing() -> object:
        with services.database.reading() as session:
            return entry_counts(session), all_feeds(session)

    def ledger() -> object:
        with services.database.reading() as session:
            return list(statements(session, services, Wish(limit=50)))

    what: dict[str, Callable[[], object]] = {
        "due batches": lambda: due_batches(services), "feeds list": listing, "statements": ledger,
        "watch": watch, "upkeep": lambda: check_feeds(services), "metrics": lambda: metrics_text(services),
    }  # fmt: skip
    found = {}
    for name, work in what.items():
        began = time.perf_counter()
        work()
        found[name] = round(time.perf_counter() - began, 4)
    return found


def scans(database: Database, asked: dict[str, Asked]) -> list[str]:
    """Questions for which the database goes through a whole table of more than 10,000 rows, with its name."""
    tables = ("entries", "articles", "article_versions", "feeds", "reports", "report_trigrams", "host_lines")
    found = []
    with database.engine.connect() as connection:
        count = "SELECT count(*) FROM "
        large = [t for t in tables if (connection.exec_driver_sql(count + t).scalar() or 0) > 10_000]
        for words, one in list(asked.items()):
            if not words.lstrip().startswith(("SELECT", "WITH")):
                continue
            with connection.begin_nested():
                plan = connection.exec_driver_sql(
                    ("EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN ") + words, one.values
                )
                lines = [str(row[-1]).strip() for row in plan]
            for line in lines:
                for table in large:
                    if re.search(rf"\bSCAN {table}\b(?! USING)|Seq Scan on {table}\b", line):
                        found.append(
                            f"{table}, {one.longest:.4f} s, {one.times} times: {' '.join(words.split())}"
                        )
    return found


def main() -> None:
    """Runs the cycle."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--feeds", type=Path)
    given.add_argument("--queries", type=int, default=0)
    given.add_argument("--grown", type=int, default=0)
    options = given.parse_args()
    result: dict[str, Any] = {}
    with app.open_services() as services:
        if options.feeds:
            add_feeds(services, options.feeds)
        if options.grown:
            grow(services.database, options.grown)
        result["opened_cpu"] = round(time.process_time(), 3)
        asked = listen(services.database) if options.queries else {}
        with services.database.reading() as session:
            ids = active_ids(session)
        stages: dict[str, Callable[[], Counts]] = {
            "poll": lambda: poll(services, ids), "read": lambda: read(services),
            "find": lambda: find(services), "announce": lambda: announce(services),
            "deliver": lambda: deliver(services),
        }  # fmt: skip
        result["stages"] = {name: measured(work) for name, work in stages.items()}
        if options.queries:
            result["looks"] = looks(services)
        result["memory"] = round(highest_mb(Path("/proc/self")))
        result["worker_memory"] = round(max((highest_mb(place) for place in children()), default=0))
        dearest = sorted(asked.items(), key=lambda pair: -pair[1].seconds)[: options.queries]
        result["scans"] = scans(services.database, asked) if options.queries else []
        result["queries"] = [
            {
                "words": " ".join(w.split()),
                "times": a.times,
                "seconds": round(a.seconds, 4),
                "longest": round(a.longest, 4),
            }
            for w, a in dearest
        ]
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
