"""What the tests of archives share: a reach over loopback, what an archive gives, going on from a cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from extractors.workers import WorkerPool
from monitor.archives import Reach, find
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import ArchivedPage, Batch, Target, Window
from monitor.ports import Archive

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Fixed:
    """A clock that stands."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Example:
    """An archive with something in it, for the contract: ``tests/past_NAME.py`` gives one by ``example()``.

    ``keys`` are those of the pages that it gives between ``start`` and ``end``, whatever their order.
    """

    archive: Archive
    start: datetime
    end: datetime
    keys: frozenset[str]


def at(text: str) -> datetime:
    """A day or moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(start: str, end: str) -> Window:
    return Window(at(start), at(end))


@contextmanager
def reaching(
    connect_to: Mapping[str, str],
    targets: tuple[Target, ...] = (),
    stretch: Window | None = None,
    **policy: Any,
) -> Iterator[Reach]:
    """A reach whose hosts are on loopback, without a pause of our own between requests."""
    given = {"per_host_delay": 0.0, "total_timeout": 5.0, "archive_timeout": 5.0, "connect_to": connect_to}
    with WorkerPool(0) as workers:
        yield Reach(HttpFetcher(FetchPolicy(**given | policy)), workers, Fixed(), targets, stretch)


def built(name: str, reach: Reach, **settings: Any) -> Archive:
    """An archive by its name, with these settings over its defaults."""
    file = find(name)
    return file.build(file.Settings(**settings), reach)


def read(archive: Archive, asked: Window, cursor: str | None = None) -> list[Batch]:
    """All batches of a window; the last and no other has no cursor."""
    batches = list(archive.pages(asked, cursor))
    assert batches
    assert [batch.cursor is None for batch in batches] == [*[False] * (len(batches) - 1), True]
    return batches


def given(batches: list[Batch]) -> list[ArchivedPage]:
    return [page for batch in batches for page in batch.pages]


def counted(batches: list[Batch]) -> dict[str, int]:
    """What was passed, by why."""
    total: dict[str, int] = {}
    for batch in batches:
        for why, number in batch.passed.items():
            total[why] = total.get(why, 0) + number
    return total


def goes_on(archive: Archive, asked: Window) -> list[Batch]:
    """All batches, after making sure that from each cursor the same ones follow."""
    batches = read(archive, asked)
    for number, batch in enumerate(batches[:-1]):
        assert read(archive, asked, batch.cursor) == batches[number + 1 :], number
    return batches
