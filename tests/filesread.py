"""What the tests of files as an archive share: all that a path gives, with every cursor tried."""

from __future__ import annotations

from pathlib import Path

from archiving import built, goes_on, reaching, window

from monitor.model import ArchivedPage, Batch, Target

JULY = window("2023-07-01", "2023-08-01")


def through(path: Path, connect_to: dict[str, str] | None = None, **settings: object) -> list[Batch]:
    """All batches of one path, each cursor tried."""
    with reaching(connect_to or {}, (Target(str(path)),), JULY) as reach:
        return goes_on(built("files", reach, **settings), JULY)


def problems(batches: list[Batch]) -> list[str]:
    return [f"{one.code}: {one.detail}" for batch in batches for one in batch.problems]


def names(pages: list[ArchivedPage]) -> list[str]:
    return [found.key.partition("#")[0] for found in pages]
