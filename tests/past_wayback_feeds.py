"""The Wayback Machine's feeds for the contract over all archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import Example, at, built, reaching, window
from cdxserver import HOST, CdxServer, Kept
from journey import Item, rss

from monitor.model import Target


@contextmanager
def example() -> Iterator[Example]:
    months = {"05": "May", "06": "Jun", "07": "Jul"}
    items = [
        Item(f"/{month}", f"The {name} story", "", f"05 {name} 2023 09:00:00 +0000")
        for month, name in months.items()
    ]
    captures = [
        Kept(
            "https://daily.example/feed",
            f"2023{month}{day}100000",
            rss("daily.example", items[: number + 1]).body,
        )
        for number, month in enumerate(months)
        for day in ("06", "07")
    ]
    stretch = window("2023-05-03", "2023-08-09")
    with (
        CdxServer(captures) as server,
        reaching({HOST: server.place}, (Target("https://daily.example/feed"),), stretch) as reach,
    ):
        keys = frozenset(f"http://daily.example/{month}" for month in months)
        yield Example(built("wayback-feeds", reach, pause=0.0), at("2023-05-03"), at("2023-08-09"), keys)
