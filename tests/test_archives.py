"""What holds for every archive that has a file: its name, its settings, its windows, going on from a cursor.

An archive is tried on the example in ``tests/past_NAME.py`` (``example()``, a context manager).
"""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from archiving import Example, given, read

from monitor.archives import Targets, Turns, available, find, keeps_out, turns_of
from monitor.errors import ArchiveFailed, UsageError
from monitor.ports import Archive

DOCS = Path(__file__).parent.parent / "docs" / "archives.md"
every = pytest.mark.parametrize("name", available())


@contextmanager
def example(name: str) -> Iterator[Example]:
    module = importlib.import_module(f"past_{name.replace('-', '_')}")
    with module.example() as made:
        yield made


@every
def test_an_archives_file_has_what_it_must(name: str) -> None:
    file = find(name)
    assert file.TARGETS in get_args(Targets)
    assert turns_of(name) in get_args(Turns)
    assert dataclasses.is_dataclass(file.Settings)
    assert file.Settings.__dataclass_params__.frozen
    defaults = file.Settings()
    assert dataclasses.asdict(defaults) == dataclasses.asdict(file.Settings(**dataclasses.asdict(defaults)))


@every
def test_its_manners_faults_and_licence_are_written_down(name: str) -> None:
    sections = re.split(r"^## ", DOCS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    mine = [section for section in sections if f"`{name}`" in section.partition("\n")[0]]
    assert len(mine) == 1, f"docs/archives.md has {len(mine)} sections whose head names `{name}`"
    for word in ("Politeness", "Errors", "Licence"):
        assert f"**{word}.**" in mine[0], f"{name}: no word on {word}"


def test_an_archive_that_there_is_not_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UsageError, match="wayback"):
        find("atlantis")


@every
def test_its_windows_cover_a_stretch_without_gap_or_overlap(name: str) -> None:
    with example(name) as made:
        assert made.archive.name == name
        odd = datetime(2023, 1, 31, 23, 59, 59, tzinfo=UTC)
        stretches = [
            (made.start, made.end),
            (odd, odd + timedelta(seconds=1)),
            (odd, datetime(2024, 3, 1, 0, 0, 1, tzinfo=UTC)),
            (datetime(2007, 5, 30, tzinfo=UTC), datetime(2008, 1, 1, tzinfo=UTC)),
        ]
        for start, end in stretches:
            windows = made.archive.windows(start, end)
            assert windows[0].start == start
            assert windows[-1].end == end
            assert all(one.start < one.end for one in windows)
            assert all(a.end == b.start for a, b in pairwise(windows))


@every
def test_what_a_window_costs_is_told(name: str) -> None:
    with example(name) as made:
        for one in made.archive.windows(made.start, made.end):
            told = made.archive.expected(one)
            for figure in (told.pages, told.requests, told.size):
                assert figure is None or figure >= 0
            assert told.note or told.pages is not None


@every
def test_it_gives_its_pages_from_every_cursor_on_the_same(name: str) -> None:
    with example(name) as made:
        found = _through(made.archive, made)
        assert {page.key for page in found} == made.keys
        for page in found:
            document = page.document
            assert document.id
            assert document.html is not None or document.text is not None or page.source or document.url
            assert page.captured is None or page.captured.tzinfo is not None
            assert document.published is None or document.published.value.tzinfo is not None


def _through(archive: Archive, made: Example) -> list:  # type: ignore[type-arg]
    found = []
    for one in archive.windows(made.start, made.end):
        batches = read(archive, one)
        for number, batch in enumerate(batches):
            if batch.cursor is not None:
                assert given(read(archive, one, batch.cursor)) == given(batches[number + 1 :])
            keys = [page.key for page in batch.pages]
            assert len(keys) == len(set(keys))
            assert batch.size >= 0
            assert all(count > 0 for count in batch.passed.values())
        found += given(batches)
    return found


@every
def test_a_mark_that_is_not_its_own_loses_nothing(name: str) -> None:
    """It is refused by name, or the window is read from its beginning."""
    with example(name) as made:
        first = made.archive.windows(made.start, made.end)[0]
        try:
            again = list(made.archive.pages(first, "no mark of any archive"))
        except ArchiveFailed as error:
            assert error.state == "bad_cursor"  # noqa: PT017 - either of the two is right
        else:
            assert again == read(made.archive, first)


def test_a_service_that_keeps_us_out_is_told_from_one_that_refuses_a_question() -> None:
    told = {(name, state): keeps_out(name, state) for name, state in (
        ("wayback", "connect"), ("wayback", "http_403"), ("gdelt", "busy"), ("ccnews", "http_403"),
        ("ccnews", "http_503"), ("sitemap", "connect"), ("files", "unreadable"), ("wayback", None),
        ("gdelt", "postponed"), ("ccnews", "postponed"), ("sitemap", "postponed"),
    )}  # fmt: skip
    assert [pair for pair, out in told.items() if out] == [
        ("wayback", "connect"), ("gdelt", "busy"), ("ccnews", "http_403"),
        ("gdelt", "postponed"), ("ccnews", "postponed"),
    ]  # fmt: skip
