"""The made-up press as a file of Common Crawl's gives the ledger that polling it live gives, also when it is
killed in the middle of the file: it goes on at a record's offset, and no record is judged twice.

A crawl has the pages whatever their titles say, so here the live watch reads all pages, too; it has no
summaries, so the feeds tell none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ccserver import Bucket, bucket
from journey import Program
from newsroom_kept import (
    AFTER,
    STRETCH,
    Read,
    crawled,
    differences,
    judged_once,
    ledger_of,
    part,
    polled,
    program_at,
    run_here,
)
from past_ccnews import HOST, archive_of
from press import Press, press

pytestmark = pytest.mark.slow

OUTLETS = ("ukrvisti", "northwire", "bogaz", "obrii")
#: Where it is killed, one after the other: as batches are named, read, judged, and their mark is stored.
KILLS = ("written:2", "found:2", "advanced:2")
SETTINGS = {"CLUSTERWATCH__ARCHIVES__CCNEWS": {"pause": 0.0, "first_wait": 0.01, "block": 9_000}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the newsroom: one war of words in three languages."""
    return part(tmp_path_factory.mktemp("press") / "part", OUTLETS, words=False)


@pytest.fixture(scope="module")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The ledger of polling the feeds and reading every page."""
    return polled(tmp_path_factory.mktemp("live"), folder, {"CLUSTERWATCH__READ__PAGES": "all"})


@contextmanager
def kept(place: Path, folder: Path) -> Iterator[tuple[Program, Bucket, str, Press]]:
    """A program that knows the outlets, a crawl of their pages among others, all in one file, and that file's
    path; their sites are served too, so that it would be seen if they were asked."""
    files = crawled(folder, a_file=10_000)
    with bucket(archive_of(files)) as held, press(AFTER, folder) as sites:
        program = program_at(place, sites, SETTINGS, {HOST: held.place})
        run_here(program, "feeds", "import", str(folder / "feeds.opml"))
        yield program, held, f"/{next(iter(files))}", sites


def _the_same(program: Program, live: Read) -> None:
    """The ledger is that of the live watch, and no page of the file was named, stored or judged twice."""
    told = Read(program, ledger_of(program))
    assert len(told.statements) > 5
    assert not differences(told, live)
    assert judged_once(program)


def test_a_crawl_gives_the_ledger_of_the_live_feeds(folder: Path, live: Read, tmp_path: Path) -> None:
    with kept(tmp_path, folder) as (program, _, _, sites):
        run_here(program, "backfill", "ccnews", *STRETCH)
        _the_same(program, live)
        assert not sites.seen()


def test_killed_in_the_middle_of_a_file_it_goes_on_at_a_record(
    folder: Path, live: Read, tmp_path: Path
) -> None:
    with kept(tmp_path, folder) as (program, held, file, _):
        begun = []
        for point in KILLS:
            held.asked.clear()
            more = {"CLUSTERWATCH_KILL_AT": f"backfill.{point}"}
            done = program.run("backfill", "ccnews", *STRETCH, more=more)
            assert done.returncode == -signal.SIGKILL, (point, done.stderr, done.stdout)
            begun.append(min(_offset(asked) for path, asked in held.asked if path == file and asked))
        assert begun == sorted(begun)
        assert begun[-1] > begun[0] == 0, "it goes on where it stopped"
        run_here(program, "backfill", "ccnews", *STRETCH)
        _the_same(program, live)


def _offset(asked: str) -> int:
    return int(asked.removeprefix("bytes=").partition("-")[0])
