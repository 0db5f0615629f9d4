"""The web sites of the soak's press on one port, in a process of its own, told apart by the Host header.

    python benchmarks/soak/server.py --feeds 1000 --cycles 4

Prints its port. ``GET /_cycle?n=2`` moves the press on, ``POST /_hook`` takes alerts, ``GET /_stats`` tells
what was asked, how politely, and which alerts came. It must not cost much beside a poll.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from functools import cache
from html import escape
from urllib.parse import urlsplit

from plan import FeedPlan, Item, Plan, clock_of

_Reply = tuple[int, dict[str, str], bytes]


@cache
def bomb() -> bytes:
    """200 MB of zeros in a gzip of 200 KB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush()


class Manners:
    """How politely a host was asked: pauses between its requests, how many at once."""

    def __init__(self) -> None:
        self.ended: dict[str, float] = {}
        self.open: Counter[str] = Counter()
        self.shortest = 1e9
        self.most = 0

    def begin(self, host: str, *, counts: bool) -> None:
        """A request begins; ``counts``: a pause is due before it, as it is not after a redirect."""
        if counts and host in self.ended:
            self.shortest = min(self.shortest, time.monotonic() - self.ended[host])
        self.open[host] += 1
        self.most = max(self.most, self.open[host])

    def end(self, host: str, *, heard: bool) -> None:
        """The answer is ready; ``heard``: whoever asked has not given it up meanwhile."""
        self.open[host] = max(self.open[host] - 1, 0)
        if heard:
            self.ended[host] = time.monotonic()
        else:
            self.ended.pop(host, None)

    def forget(self) -> None:
        """A new run begins, which knows nothing of the last one's requests; those are given up."""
        self.ended.clear()
        self.open.clear()


class Press:
    """What each address answers at the present cycle."""

    def __init__(self, plan: Plan, slow: float) -> None:
        self.plan, self.cycle, self.slow = plan, 0, slow
        self.asked: Counter[str] = Counter()
        self.hooks: list[str] = []
        self.manners = Manners()

    def own(self, method: str, target: str, body: bytes) -> _Reply | None:
        """The server's own pages; None for a page of the press."""
        path, _, query = target.partition("?")
        if path == "/_hook" and method == "POST":
            message = json.loads(body)
            self.hooks.append(f"{message['subject']}\n{message['text']}")
            return 200, {}, b"{}"
        if path == "/_cycle":
            self.cycle = int(query.partition("=")[2])
            self.manners.forget()
            return 200, {}, b"{}"
        if path == "/_stats":
            told = {
                "asked": dict(self.asked), "hooks": self.hooks, "shortest_pause": self.manners.shortest,
                "most_at_once": self.manners.most,
            }  # fmt: skip
            return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()
        return None

    def feed(self, feed: FeedPlan, path: str, headers: Mapping[str, str]) -> _Reply:
        """A feed's answer in its mood, in time; what never answers is the connection's business."""
        mood, cycle = feed.mood, self.cycle
        refusals: dict[str, _Reply] = {
            "gone": (404, {}, b"not here"),
            "failing": (500, {}, b"oh"),
            "busy": (503, {"Retry-After": "120"}, b"later"),
            "throttled": (429, {"Retry-After": "600"}, b"slower"),
            "parked": (
                200,
                {"Content-Type": "text/html"},
                b"<!doctype html><html><body>This domain</body></html>",
            ),
            "bomb": (200, {"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"}, bomb()),
            "empty": (200, {"Content-Type": "application/rss+xml"}, b""),
        }
        if mood in refusals:
            return refusals[mood]
        if mood == "moving" and path == feed.path:
            return 301, {"Location": f"/moved{feed.path}"}, b""
        version = self.plan.version(feed, cycle)
        tag = f'"{feed.number}-{0 if mood == "stale" else version}{f"-{cycle}" if mood == "fickle" else ""}"'
        modified = format_datetime(clock_of(0, 1), usegmt=True).replace(
            "09:00:00", f"09:{version % 60:02}:00"
        )
        given: dict[str, str] = {"Content-Type": "application/rss+xml; charset=utf-8"}
        if mood == "dated":
            given["Last-Modified"] = modified
            if headers.get("if-modified-since") == modified:
                return 304, given, b""
        elif mood not in ("bare", "republishing"):
            given["ETag"] = tag
            if headers.get("if-none-match") == tag:
                return 304, given, b""
        body = self.document(feed)
        if "gzip" in headers.get("accept-encoding", "") and feed.number % 3:
            given["Content-Encoding"], body = "gzip", gzip.compress(body, 1)
        return 200, given, body

    def document(self, feed: FeedPlan) -> bytes:
        """The feed's RSS at the present cycle."""
        rows = "".join(self._row(feed, item) for item in self.plan.shown(feed, self.cycle))
        head = '<?xml version="1.0" encoding="utf-8"?>'
        if feed.mood == "entities":
            head += '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        tail = "" if feed.mood == "broken_xml" else "</channel></rss>"
        return (
            f'{head}<rss version="2.0"><channel><title>Outlet {feed.number}</title>'
            f"<link>http://{feed.host}/</link><description>-</description><language>{feed.language}</language>"
            f"{rows}{tail}"
        ).encode()

    def _row(self, feed: FeedPlan, item: Item) -> str:
        again = self.cycle if feed.mood == "republishing" else 0
        folder = f"/{again}" if feed.number % 2 else ""  # every other one moves its pages too
        at = clock_of(self.cycle, self.plan.cycles) if again and feed.number % 2 else item.at
        return (
            f"<item><title>{escape(item.title)}</title>"
            f"<link>http://{feed.host}{folder}/a/{feed.number}/story-number-{item.key}.html</link>"
            f"<guid isPermaLink='false'>{feed.number}.{item.key}.{again}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(item.summary)}</description></item>"
        )

    def page(self, host: str, path: str) -> _Reply:
        """An item's page, 404 for what is none."""
        self.asked["page"] += 1
        parts = path.strip("/").split("/")
        if len(parts) < 3 or parts[-3] != "a" or not parts[-2].isdigit():
            return 404, {}, b"nothing here"
        feed = self.plan.feeds[int(parts[-2])]
        key = int(parts[-1].removeprefix("story-number-").removesuffix(".html"))
        item = next((i for i in self.plan.items(feed, self.cycle) if i.key == key), None)
        if item is None or feed.host != host:
            return 404, {}, b"nothing here"
        text = "".join(f"<p>{escape(line, quote=False)}</p>" for line in self.plan.paragraphs(feed, item))
        title = escape(item.title)
        body = (
            f'<!doctype html><html lang="{feed.language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="article:published_time" content="{item.at.isoformat()}"></head><body><nav>'
            f"<a href='/'>Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
        )
        return 200, {"Content-Type": "text/html; charset=utf-8"}, body.encode()


class Connection:
    """One connection and its requests, one after the other."""

    def __init__(self, press: Press) -> None:
        self._press = press

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the other side has gone."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = head[0].split(" ", 2)
                headers = {
                    n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                reply = self._press.own(method, target, body)
                if reply is None:
                    reply = await self._site(target, headers, writer, gone=reader.at_eof)
                self._write(writer, reply)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _site(
        self,
        target: str,
        headers: Mapping[str, str],
        writer: asyncio.StreamWriter,
        *,
        gone: Callable[[], bool],
    ) -> _Reply:
        press, host = self._press, headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        path = urlsplit(target).path
        if path == "/robots.txt":  # no pause is due before it nor after it
            press.asked["robots"] += 1
            return 404, {}, b"no rules"
        press.manners.begin(host, counts=not path.startswith("/moved/"))
        try:
            feed = press.plan.by_place.get((host, path.removeprefix("/moved")))
            if feed is None:
                return press.page(host, path)
            press.asked[feed.mood] += 1
            if feed.mood == "slow":
                await asyncio.sleep(press.slow)
            if feed.mood == "silent":
                await asyncio.sleep(600)
            if feed.mood == "drip":
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 100000\r\n\r\n"
                )
                for _ in range(600):
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.5)
            return press.feed(feed, path, headers)
        finally:
            press.manners.end(host, heard=not gone())

    @staticmethod
    def _write(writer: asyncio.StreamWriter, reply: _Reply) -> None:
        status, headers, body = reply
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = "" if status == 304 else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {status} Done\r\n{head}{length}\r\n".encode("latin-1") + body)


async def main() -> None:
    """Serves until it is ended."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--feeds", type=int, required=True)
    given.add_argument("--cycles", type=int, required=True)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--still", action="store_true")
    given.add_argument("--slow", type=float, default=3.0, help="how long slow feeds take, in seconds")
    options = given.parse_args()
    plan = Plan(options.feeds, options.cycles, options.seed, still=options.still)
    press = Press(plan, options.slow)
    server = await asyncio.start_server(
        lambda reader, writer: Connection(press).serve(reader, writer), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
