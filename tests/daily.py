"""A made-up daily, its site and its feed, as the Wayback Machine keeps them on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import reaching, window
from cdxserver import HOST, CdxServer, Kept
from journey import Item, rss

from monitor.archives import Reach
from monitor.model import Target, Window

SITE = Target("https://daily.example/", outlet="The Daily", language="en")
FEED = Target("https://daily.example/feed.xml", outlet="The Daily", language="en", feed_id=3)
JULY = window("2023-07-01", "2023-08-01")
QUICK = {"pause": 0.0, "first_wait": 0.0}


@contextmanager
def kept(
    *captures: Kept,
    targets: tuple[Target, ...] = (SITE,),
    stretch: Window | None = None,
    block: int = 3_000,
    **policy: float,
) -> Iterator[tuple[CdxServer, Reach]]:
    with CdxServer(captures, block=block) as server:
        places = {HOST: server.place, "*.example": server.place}
        with reaching(places, targets, stretch, **policy) as reach:
            yield server, reach


def page(path: str, stamp: str, **more: str) -> Kept:
    return Kept(f"https://www.daily.example{path}", stamp, **more)  # type: ignore[arg-type]


def asked(server: CdxServer) -> list[str]:
    return [request.path for request in server.requests]


def version(stamp: str, *items: Item) -> Kept:
    body = rss("daily.example", list(items)).body
    return Kept("https://daily.example/feed.xml", stamp, body, "application/rss+xml")
