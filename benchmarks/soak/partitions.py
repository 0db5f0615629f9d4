"""Entries in one table or in one a month, on PostgreSQL: what the questions of a poll cost in both.

    python benchmarks/soak/partitions.py --entries 1000000

Fills a ledger with a year of entries, copies them into a table partitioned by the month in which they were
first seen, with the same indexes, and asks both the same questions. Prints for each the median of its time
(planning and execution, by EXPLAIN ANALYZE) and of the pages that it touched.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
from datetime import UTC, date, datetime
from typing import Any

from grow import grow
from runs import TESTS, say
from sqlalchemy import Connection, text

from monitor import app
from monitor.officials import load_register
from monitor.store.database import Database
from monitor.store.feeds import OutletFacts, add_feed, outlet_of

NOW = datetime(2024, 3, 5, 9, tzinfo=UTC)
FEEDS = 1000
#: What a poll asks of a changed feed (one of its three questions), read, and a digest; {t} is the table.
QUESTIONS = {
    "twenty items of a feed: known?": "SELECT * FROM {t} WHERE feed_id = {f} AND canonical_url IN ({urls})",
    "what waits to be read": "SELECT * FROM {t} WHERE status = 'unread' AND id > 0 ORDER BY id LIMIT 1000",
    "the last arrivals of a feed": (
        "SELECT first_seen FROM {t} WHERE feed_id = {f} ORDER BY first_seen DESC LIMIT 300"
    ),
    "what came in the last week": "SELECT count(*) FROM {t} WHERE first_seen >= '2024-02-26'",
}


def prepare(database: Database, entries: int) -> None:
    """A ledger with feeds and a year of entries, and the same entries by month."""
    app.prepare(database, load_register(), NOW)
    with database.writing() as session:
        for number in range(FEEDS):
            outlet = outlet_of(session, OutletFacts(f"Outlet {number}"), tier=2)
            add_feed(session, f"https://h{number}.grown.example/feed.xml", outlet, now=NOW, baseline=True)
    say("feeds are there")
    grow(database, entries)
    say("entries are there")
    with database.engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE parted (LIKE entries INCLUDING DEFAULTS) PARTITION BY RANGE (first_seen)")
        )
        months = [date(2023 + (m + 2) // 12, (m + 2) % 12 + 1, 1) for m in range(14)]
        for start, end in itertools.pairwise(months):
            part = f"CREATE TABLE parted_{start:%Y_%m} PARTITION OF parted"
            connection.execute(text(f"{part} FOR VALUES FROM ('{start}') TO ('{end}')"))
        connection.execute(text("INSERT INTO parted SELECT * FROM entries"))
        for columns in ("id", "feed_id, first_seen", "feed_id, guid", "feed_id, canonical_url",
                        "feed_id, content_hash", "status", "article_id"):  # fmt: skip
            connection.execute(text(f"CREATE INDEX ON parted ({columns})"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    say("partitions are there")


def costs(connection: Connection, question: str) -> tuple[float, float, int]:
    """Milliseconds of planning and of execution, and the pages touched."""
    plan: Any = connection.execute(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}")).scalar()
    one = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    pages = one["Plan"]["Shared Hit Blocks"] + one["Plan"]["Shared Read Blocks"]
    return one["Planning Time"], one["Execution Time"], pages


def main() -> None:
    """The command line."""
    sys.path.insert(0, TESTS)
    from postgres import postgres_server

    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--entries", type=int, default=1_000_000)
    given.add_argument("--times", type=int, default=50)
    options = given.parse_args()
    with postgres_server() as server:
        database = Database(server.fresh())
        prepare(database, options.entries)
        print("| question | one table: ms, of it planning; pages | by month: ms, of it planning; pages |")
        print("|---|---|---|")
        for name, question in QUESTIONS.items():
            cells = []
            for table in ("entries", "parted"):
                dice, found = random.Random(1), []
                with database.engine.connect() as connection:
                    for _ in range(options.times):
                        feed = dice.randrange(FEEDS)
                        numbers = [feed + FEEDS * dice.randrange(options.entries // FEEDS) for _ in range(20)]
                        urls = ", ".join(
                            f"'https://h{feed}.grown.example/news/story-number-{n}.html'" for n in numbers
                        )
                        found.append(costs(connection, question.format(t=table, f=feed + 1, urls=urls)))
                planning, running, pages = (statistics.median(column) for column in zip(*found, strict=True))
                cells.append(f"{planning + running:.2f} ({planning:.2f}); {pages:.0f}")
            print(f"| {name} | {cells[0]} | {cells[1]} |")
        database.dispose()


if __name__ == "__main__":
    main()
