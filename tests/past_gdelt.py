"""GDELT for the contract over all archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import Example, at, built, reaching, window
from gdeltserver import HOST, GdeltServer, Seen


@contextmanager
def example() -> Iterator[Example]:
    seen = [
        Seen(f"https://daily.example/{n}", f"2023-07-{1 + n // 20:02}T{n % 20:02}:{15 * (n % 4):02}:00", text)
        for n in range(300)
        for text in ("cluster bombs", "a submunition")[n % 2 : n % 2 + 1]
    ]
    with (
        GdeltServer(seen) as server,
        reaching({HOST: server.place}, stretch=window("2023-07-01", "2023-07-20")) as reach,
    ):
        archive = built("gdelt", reach, pause=0.0, window_days=14, words=("cluster bombs", "submunition"))
        keys = frozenset(one.url for one in seen)
        yield Example(archive, at("2023-07-01"), at("2023-07-20"), keys)
