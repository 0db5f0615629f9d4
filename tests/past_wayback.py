"""The Wayback Machine's pages for the contract over all archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import Example, at, built, reaching, window
from cdxserver import HOST, CdxServer, Kept

from monitor.model import Target


@contextmanager
def example() -> Iterator[Example]:
    names = ("a", "b", "c", "d")
    captures = [
        Kept(f"https://daily.example/{name}", f"20230{month}0{day}100000")
        for name, month in zip(names, (5, 6, 6, 8), strict=True)
        for day in (3, 4)
    ]
    targets = (Target("https://daily.example/"), Target("https://other.example/"))
    with (
        CdxServer([*captures, Kept("https://other.example/x", "20230715100000")]) as server,
        reaching({HOST: server.place}, targets, window("2023-05-03", "2023-08-09")) as reach,
    ):
        keys = frozenset({"https://other.example/x", *(f"https://daily.example/{name}" for name in names)})
        archive = built("wayback", reach, pause=0.0, rows=2)
        yield Example(archive, at("2023-05-03"), at("2023-08-09"), keys)
