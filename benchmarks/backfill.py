"""Ten thousand old items beside a live watch: no alert for them, and no live poll that waits for longer.

    python benchmarks/backfill.py [--items N] [--database URL] [--cycles N]

A server on loopback has ``--items`` pages of the past in sitemaps of ten sites, one in a hundred with a
statement, and live feeds that bring a fresh statement with each cycle. First the live cycles are timed alone,
then while a second process reads the past. Prints both, what the past cost, and each live statement's alert.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from journey import Item, article, rss
from mailserver import DESK, Inbox, serving
from servers import Reply, WebServer

from extractors.opml import OpmlFeed
from monitor import app
from monitor.cli.importing import add_one
from monitor.cli.running import cycle
from monitor.pipeline.ledger import Wish, statements
from monitor.store.alerts import real_now
from monitor.store.feeds import active_ids

SITES = 10
#: So many, since an outlet that brings a dozen statements in an hour is a flood.
LIVE_SITES = 20
FIRST = datetime(2018, 1, 1, tzinfo=UTC)
PLAIN = "The harbour council of Lowmere met for the third time this month to hear about ferries and fish."
PEOPLES = (
    "Danish",
    "Norwegian",
    "Finnish",
    "Polish",
    "Greek",
    "Irish",
    "Austrian",
    "Belgian",
    "Chilean",
    "Dutch",
)
OFFICES = ("Defence Minister", "Foreign Minister", "Interior Minister", "Prime Minister", "Justice Minister")
FIRST_NAMES = (
    "Anders",
    "Birgit",
    "Claus",
    "Dorte",
    "Erik",
    "Frida",
    "Gustav",
    "Hanne",
    "Ivar",
    "Jytte",
    "Karl",
)
LAST_NAMES = (
    "Holm",
    "Berg",
    "Dahlgren",
    "Lundqvist",
    "Strand",
    "Haugland",
    "Moen",
    "Bakkerud",
    "Solvang",
    "Ekeberg",
)
NAMES = (
    "Norway",
    "Finland",
    "Estonia",
    "Latvia",
    "Poland",
    "Greece",
    "Ireland",
    "Austria",
    "Belgium",
    "Chile",
)


def main() -> None:
    """Measures and prints."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--items", type=int, default=10_000)
    given.add_argument(
        "--cycles", type=int, default=8, help="live cycles before, and at least so many beside"
    )
    given.add_argument("--database", help="the URL of an empty database; else a SQLite file")
    options = given.parse_args()
    inbox = Inbox()
    with tempfile.TemporaryDirectory() as place, WebServer() as web, serving(inbox) as port:
        web.sites["*"] = {}
        old = Past(options.items)
        for site in range(SITES):
            web.sites[f"old{site}.example"] = old.pages(site)
        database = options.database or f"sqlite:///{place}/ledger.db"
        environment = _settings(database, web, port)
        os.environ |= environment
        _measure(options, web, inbox, Path(place))


def _settings(database: str, web: WebServer, port: int) -> dict[str, str]:
    return {
        "CLUSTERWATCH__DATABASE__URL": database,
        "CLUSTERWATCH__FETCH__CONNECT_TO": json.dumps({"*.example": web.place}),
        "CLUSTERWATCH__FETCH__PER_HOST_DELAY": "0",
        "CLUSTERWATCH__READ__WORKERS": "1",
        "CLUSTERWATCH__ALERTS__EMAIL__HOST": "127.0.0.1",
        "CLUSTERWATCH__ALERTS__EMAIL__PORT": str(port),
        "CLUSTERWATCH__ALERTS__EMAIL__TLS": "off",
        "CLUSTERWATCH__SUBSCRIPTIONS": json.dumps([{"name": "desk", "by": "email", "to": [DESK]}]),
    }


class Past:
    """The pages of the past: in sitemaps by year, each page made when it is asked for."""

    def __init__(self, items: int) -> None:
        self._items = items

    def pages(self, site: int) -> dict[str, Any]:
        """A site's sitemap and pages."""
        host, found = f"old{site}.example", dict[str, Any]()
        rows = []
        for number in range(site, self._items, SITES):
            day = FIRST + timedelta(hours=6 * (number % 8_000))
            path = f"/{day:%Y/%m/%d}/item-{number}"
            rows.append(f"<url><loc>http://{host}{path}</loc><lastmod>{day.isoformat()}</lastmod></url>")
            found[path] = lambda _request, number=number, day=day: Reply(_old(number, day))
        found["/sitemap.xml"] = Reply(
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(rows) + "</urlset>",
            "application/xml",
        )
        return found


def _name(number: int) -> str:
    """One of 110 names."""
    return f"{FIRST_NAMES[number % 11]} {LAST_NAMES[number % 10]}"


def _old(number: int, day: datetime) -> str:
    words = [
        PLAIN,
        f"Item {number} on its list was the paint of the lighthouse, of which there is not enough.",
    ]
    if number % 100 == 7:
        name = NAMES[number // 100 % len(NAMES)]
        lead = f"“We shall not keep a single cluster bomb, says item {number} of our list of promises,”"
        words.insert(0, f"{lead} {name}'s Foreign Minister {_name(number)} said on {day:%A}.")
    return article(f"Lowmere: cluster of boats, item {number}", *words, published=day.isoformat())


class Live:
    """Feeds to one of which each cycle adds a statement of today, of fifty offices in turn."""

    def __init__(self, web: WebServer) -> None:
        self._web = web
        self._items: dict[int, list[Item]] = {site: [] for site in range(LIVE_SITES)}

    def add(self, number: int, now: datetime) -> None:
        """One statement more."""
        state, office = PEOPLES[number % len(PEOPLES)], OFFICES[number // len(PEOPLES) % len(OFFICES)]
        words = (
            f"“Cluster munitions have no place in our land, and law number {number} says so,” {state} "
            f"{office} {_name(number)} said on {now:%A}."
        )
        page = article(
            f"{state} rejection of cluster munitions, {number}", words, PLAIN, published=now.isoformat()
        )
        stamp = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        items = self._items[number % LIVE_SITES]
        title = f"{state} rejection of cluster munitions, {number}"
        items.insert(0, Item(f"/live/{number}", title, "The minister spoke.", stamp, None, page))
        self.serve(number % LIVE_SITES)

    def serve(self, number: int) -> None:
        """Puts a site's feed and pages on the server."""
        items, host = self._items[number], f"live{number}.example"
        site: dict[str, Any] = {"/feed.xml": rss(host, items[:40])}
        site.update({item.path: Reply(item.page) for item in items if item.page})
        self._web.sites[host] = site


def _measure(options: argparse.Namespace, web: WebServer, inbox: Inbox, place: Path) -> None:
    live = Live(web)
    live.add(0, real_now())
    with app.open_services() as services:
        with services.database.writing() as session:
            for number in range(LIVE_SITES):
                live.serve(number)
                url = f"http://live{number}.example/feed.xml"
                entry = OpmlFeed(url, f"Live {number}", None, "en", "DK", None, 1, None)
                add_one(services, session, entry, from_start=False)
        with services.database.reading() as session:
            ids = active_ids(session)
        cycle(services, ids)
        alone = []
        for number in range(1, options.cycles + 1):
            live.add(number, real_now())
            alone.append(_timed(services, ids))
        print(f"live cycles alone: median {statistics.median(alone):.2f} s, longest {max(alone):.2f} s")
        began = time.perf_counter()
        with _reading_the_past(place) as process:
            beside, number = [], options.cycles
            while process.poll() is None or number < 2 * options.cycles:
                number += 1
                live.add(number, real_now())
                beside.append(_timed(services, ids))
                time.sleep(1.0)
        took = time.perf_counter() - began
        print(f"live cycles beside {options.items} old items: median {statistics.median(beside):.2f} s, "
              f"longest {max(beside):.2f} s, {len(beside)} of them")  # fmt: skip
        print(f"the past: {took:.0f} s, {options.items / took:.1f} pages/s, exit status {process.returncode}")
        cycle(services, ids)
        with services.database.reading() as session:
            rows = list(statements(session, services, Wish()))
        fresh = [r for r in rows if any("//live" in a["url"] for a in r["appearances"])]
        states = Counter((r["alert"]["state"], r["alert"]["reason"]) for r in fresh)
        old = Counter((r["alert"]["state"], r["alert"]["reason"]) for r in rows if r not in fresh)
        told = Counter(str(message_from_bytes(body)["X-Clusterwatch-Statement"]) for _, body in inbox.taken)
        print(f"live statements: {len(fresh)}, {dict(states)}; messages {sum(told.values())}, "
              f"of one statement at most {max(told.values(), default=0)}")  # fmt: skip
        print(f"statements of the past: {len(rows) - len(fresh)}, {dict(old)}")
    pages = sum(r.host.startswith("old") and "/item-" in r.path for r in web.requests)
    print(f"pages of the past that were asked for: {pages}")


def _timed(services: Any, ids: list[int]) -> float:
    began = time.perf_counter()
    cycle(services, ids)
    return time.perf_counter() - began


@contextmanager
def _reading_the_past(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    sites = [part for site in range(SITES) for part in ("--feed", f"http://old{site}.example/")]
    command = [sys.executable, "-m", "monitor.cli.main", "backfill", "sitemap", *sites,
               "--from", "2018-01-01", "--to", "2023-12-31", "--pages", "all"]  # fmt: skip
    process = subprocess.Popen(command, cwd=place)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
