"""An archived feed for the contract over all archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import Example, at, built, reaching
from feedsite import atom, entries
from servers import web

from monitor.model import Target


@contextmanager
def example() -> Iterator[Example]:
    site = {
        "/feed": atom(entries("daily.example", "2023-07-09", 3), earlier="/2"),
        "/2": atom(entries("daily.example", "2023-07-06", 3), earlier="/1", archive=True),
        "/1": atom(entries("daily.example", "2023-07-03", 3), archive=True),
    }
    with web(
        {"daily.example": site, "other.example": {"/feed": atom(entries("other.example", "2023-07-05", 1))}}
    ) as server:
        targets = (Target("https://daily.example/feed"), Target("https://other.example/feed"))
        with reaching({"*.example": server.place}, targets) as reach:
            days = ("04", "05", "06", "07", "08")
            keys = {
                *(f"http://daily.example/2023-07-{day}" for day in days),
                "http://other.example/2023-07-05",
            }
            yield Example(built("feed-archive", reach), at("2023-07-04"), at("2023-07-09"), frozenset(keys))
