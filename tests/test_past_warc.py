"""The made-up press as a file of Common Crawl's gives the ledger that polling it live gives, also when it is
killed in the middle of the file: it goes on at a record's offset, and no record is judged twice.

A crawl has the pages whatever their titles say, so here the live watch reads all pages, too; it has no
summaries, so the feeds tell none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
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
PAUSE = 0.2
MIDDLE = "2024-03-05"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the newsroom: one war of words in three languages."""
    return part(tmp_path_factory.mktemp("press") / "part", OUTLETS, words=False)


@pytest.fixture(scope="module")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The ledger of polling the feeds and reading every page."""
    return polled(tmp_path_factory.mktemp("live"), folder, {"CLUSTERWATCH__READ__PAGES": "all"})


@contextmanager
def kept(place: Path, folder: Path, pause: float = 0.0) -> Iterator[tuple[Program, Bucket, str, Press]]:
    """A program that knows the outlets, a crawl of their pages among others, all in one file, and that file's
    path; their sites are served too, so that it would be seen if they were asked."""
    files = crawled(folder, a_file=10_000)
    with bucket(archive_of(files)) as held, press(AFTER, folder) as sites:
        settings = {"pause": pause, "first_wait": 0.01, "block": 9_000}
        more = {"CLUSTERWATCH__ARCHIVES__CCNEWS": settings}
        program = program_at(place, sites, more, {HOST: held.place})
        run_here(program, "feeds", "import", str(folder / "feeds.opml"))
        yield program, held, f"/{next(iter(files))}", sites


def _the_same(program: Program, live: Read) -> None:
    """The ledger is that of the live watch, and no page of the file was named, stored or judged twice."""
    told = Read(program, ledger_of(program))
    assert len(told.statements) > 5
    assert not differences(told, live)
    assert judged_once(program)


def test_two_stretches_at_once_give_the_ledger_of_the_live_feeds_and_keep_one_pause(
    folder: Path, live: Read, tmp_path: Path
) -> None:
    """Two processes that know nothing of each other, as two tasks of Airflow: both read of one file."""
    ends = ("2024-02-01", MIDDLE, "2024-04-30")
    with kept(tmp_path, folder, pause=PAUSE) as (program, held, file, sites):
        with ThreadPoolExecutor(2) as pool:
            asked = [("backfill", "ccnews", "--from", a, "--to", b) for a, b in pairwise(ends)]
            ended = list(pool.map(lambda one: program.run(*one), asked))
        assert [one.returncode for one in ended] == [0, 0], [one.stderr for one in ended]
        _the_same(program, live)
        assert not sites.seen()
    assert len([path for path, _ in held.asked if path == file]) == 2, "each reads the file once"
    waits = sorted(after - before for before, after in pairwise(sorted(held.times)))
    # A turn whose process is kept busy is late, and the next is not: most are a pause apart all the same.
    assert waits[len(waits) // 4] > PAUSE * 0.8, waits
    assert held.times[-1] - held.times[0] > PAUSE * 0.95 * (len(held.times) - 1)


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
