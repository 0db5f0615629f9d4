"""A real week of feeds replayed, ten minutes at a time: which alerts it gives, one line each.

    python benchmarks/replay.py STREAM.jsonl.gz LEDGER.db [--days N]

STREAM has one item a line (``source``, ``title``, ``description``, ``link``, ``date_published``). Each
``source`` is a feed that lists its latest 40 items; the pages behind the links answer 404, so that titles
and descriptions must do. The ledger is made anew. Prints the alerts with speaker, day, position, outlets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from extractors.opml import OpmlFeed
from monitor import app
from monitor.cli.importing import add_one
from monitor.errors import FetchRefused
from monitor.pipeline import announce, find, poll, read
from monitor.pipeline.ledger import Wish, statements
from monitor.ports import Fetched, Wanted
from monitor.store.database import Database

LISTED = 40
STEP = timedelta(minutes=10)


@dataclass
class Web:
    """The feeds as they stood at a moment; no page is there."""

    feeds: dict[str, list[dict[str, Any]]]
    at: datetime

    def now(self) -> datetime:
        return self.at

    def fetch_all(self, wanted: Sequence[Wanted]) -> Iterator[tuple[int, Fetched | Exception]]:
        for index, one in enumerate(wanted):
            items = [i for i in self.feeds.get(one.url, ()) if i["at"] <= self.at]
            yield index, _rss(one.url, items) if items else FetchRefused("http_404", "not there")


def _rss(url: str, items: list[dict[str, Any]]) -> Fetched:
    rows = "".join(
        f"<item><title>{escape(i['title'] or '')}</title><link>{escape(i['link'])}</link>"
        f"<pubDate>{format_datetime(i['at'])}</pubDate>"
        f"<description>{escape(i['description'] or '')}</description></item>"
        for i in reversed(items[-LISTED:])
    )
    body = f"<rss version='2.0'><channel><title>{escape(url)}</title>{rows}</channel></rss>"
    return Fetched(url, 200, body.encode(), {"content-type": "application/rss+xml; charset=utf-8"})


def stream(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The items by source, in the order of their dates."""
    feeds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            at = datetime.fromisoformat(item["date_published"])
            item["at"] = at if at.tzinfo else at.replace(tzinfo=UTC)
            feeds[item["source"]].append(item)
    for items in feeds.values():
        items.sort(key=lambda i: i["at"])
    return feeds


def main() -> None:
    """Replays the stream into a new ledger and prints its alerts."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("stream", type=Path)
    given.add_argument("ledger", type=Path)
    given.add_argument("--days", type=float, default=30.0)
    options = given.parse_args()
    url = f"sqlite:///{options.ledger}"
    os.environ["CLUSTERWATCH__DATABASE__URL"] = url
    feeds = stream(options.stream)
    web = Web(feeds, min(items[0]["at"] for items in feeds.values()))
    start, end = web.at, max(items[-1]["at"] for items in feeds.values())
    os.environ["CLUSTERWATCH__CLOCK__START"] = start.isoformat()
    database = Database(url)
    database.upgrade()
    database.dispose()
    began = time.perf_counter()
    with app.open_services(workers=0) as opened:
        services = replace(opened, fetcher=web, clock=web)
        ids: dict[str, int] = {}
        with services.database.writing() as session:
            for source, items in feeds.items():
                entry = OpmlFeed(
                    url=source, title=None, home_url=None, language=(items[0]["language"] or "")[:2] or None,
                    country=None, kind=None, tier=2, pages=None,
                )  # fmt: skip
                ids[source] = add_one(services, session, entry, from_start=False)[0].id
        polled = [i["at"] for items in feeds.values() for i in items]
        while web.at < min(end, start + timedelta(days=options.days)) + STEP:
            before, web.at = web.at, web.at + STEP
            if not any(before < at <= web.at for at in polled):
                continue
            changed = [ids[s] for s, items in feeds.items() if any(before < i["at"] <= web.at for i in items)]
            poll(services, changed)
            for stage in (read, find, announce):
                stage(services)
        _show(services, time.perf_counter() - began, sum(map(len, feeds.values())))


def _show(services: Any, seconds: float, items: int) -> None:
    with services.database.reading() as session:
        rows = list(statements(session, services, Wish()))[::-1]
    told = [r for r in rows if r["alert"]["state"] in ("told", "queued")]
    print(f"{items} items, {seconds:.0f} s, {len(rows)} statements, {len(told)} alerts at once")
    for row in rows:
        outlets = sorted({a["outlet"] or "?" for a in row["appearances"]})
        words = row["passages"][0]["text"][:160] if row["passages"] else ""
        print(
            f"{row['alert']['state']:8} {row['alert']['reason'] or '-':10} {row['id']:5} {row['kind']:17} "
            f"{row['state'] or '--':3} {row['speaker_en']} ({row['role']}); {row['said_on']}; "
            f"{', '.join(row['positions'])}; {len(outlets)} {', '.join(outlets)[:90]} | {words}"
        )


if __name__ == "__main__":
    main()
