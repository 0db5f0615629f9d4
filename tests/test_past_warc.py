"""The made-up press as a file of Common Crawl's gives the ledger that polling it live gives, also when it is
killed in the middle of the file: it goes on at a record's offset, and no record is judged twice.

A crawl has the pages whatever their titles say, so here the live watch reads all pages, too; it has no
summaries, so the feeds tell none.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ccserver import Bucket, bucket
from journey import Program
from newsroom_kept import AFTER, STRETCH, Read, differences, part, polled
from past_ccnews import archive_of, name_of
from press import Press, press
from sqlalchemy import create_engine, func, select
from warcs import Noise, newsroom, page

from monitor.store.schema import Article, ArticleVersion, BackfillPage, BackfillWindow

pytestmark = pytest.mark.slow

OUTLETS = ("ukrvisti", "northwire", "bogaz", "obrii")
BEGUN = datetime(2024, 4, 20, tzinfo=UTC)
PATH = f"/{name_of(BEGUN)}"
#: Where it is killed, one after the other: as batches are named, read, judged, and their mark is stored.
KILLS = ("written:2", "found:2", "advanced:2")
SETTINGS = {"pause": 0.0, "first_wait": 0.01, "block": 9_000}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the newsroom: one war of words in three languages."""
    return part(tmp_path_factory.mktemp("press") / "part", OUTLETS, words=False)


@pytest.fixture(scope="module")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The ledger of polling the feeds and reading every page."""
    return polled(tmp_path_factory.mktemp("live"), folder, {"CLUSTERWATCH__READ__PAGES": "all"})


@contextmanager
def crawled(
    place: Path, folder: Path, database: str | None = None
) -> Iterator[tuple[Program, Bucket, Press]]:
    """A program that knows the outlets, and a crawl of their pages among others; their sites are served too,
    so that it would be seen if they were asked."""
    with bucket(archive_of({name_of(BEGUN): _file(folder)})) as kept, press(AFTER, folder) as sites:
        extra = {
            "CLUSTERWATCH__FETCH__ALLOW_PRIVATE": [kept.place],
            "CLUSTERWATCH__ARCHIVES__CCNEWS": SETTINGS | {"bucket": f"http://{kept.place}/"},
            "CLUSTERWATCH__READ__WORKERS": "0",
        }
        program = Program(place, sites, clock=AFTER, extra=extra)  # type: ignore[arg-type]
        done = program.run("feeds", "import", str(folder / "feeds.opml"))
        assert done.returncode == 0, done.stderr
        yield program, kept, sites


def _file(folder: Path) -> bytes:
    """The pages of the press, each followed by one of something else."""
    noise, at = Noise(3), f"{BEGUN:%Y-%m-%dT%H:%M:%SZ}"
    parts = []
    for record in newsroom(folder, BEGUN):
        parts += [record, page(noise.page()[:9_000], "https://other.example/", at=at)]
    return b"".join(parts)


def _the_same(program: Program, live: Read) -> None:
    """The ledger is that of the live watch, and no page of the file was named, stored or judged twice."""
    told = Read(program, program.json("statements", "--format", "json"))
    assert len(told.statements) > 5
    assert not differences(told, live)
    engine = create_engine(program.environment["CLUSTERWATCH__DATABASE__URL"])
    with engine.connect() as connection:
        named, articles, versions = (
            connection.scalar(select(func.count()).select_from(table))
            for table in (BackfillPage, Article, ArticleVersion)
        )
        states = set(connection.scalars(select(BackfillWindow.status)))
    engine.dispose()
    assert named == articles == versions
    assert states == {"done"}


def test_a_crawl_gives_the_ledger_of_the_live_feeds(folder: Path, live: Read, tmp_path: Path) -> None:
    with crawled(tmp_path, folder) as (program, _, sites):
        done = program.run("backfill", "ccnews", *STRETCH)
        assert done.returncode == 0, done.stderr
        _the_same(program, live)
        assert not sites.seen()


def test_killed_in_the_middle_of_a_file_it_goes_on_at_a_record(
    folder: Path, live: Read, tmp_path: Path
) -> None:
    with crawled(tmp_path, folder) as (program, kept, _):
        begun = []
        for point in KILLS:
            kept.asked.clear()
            more = {"CLUSTERWATCH_KILL_AT": f"backfill.{point}"}
            done = program.run("backfill", "ccnews", *STRETCH, more=more)
            assert done.returncode == -signal.SIGKILL, (point, done.stderr, done.stdout)
            begun.append(min(_offset(asked) for path, asked in kept.asked if path == PATH and asked))
        assert begun == sorted(begun)
        assert begun[-1] > begun[0] == 0, "it goes on where it stopped"
        done = program.run("backfill", "ccnews", *STRETCH)
        assert done.returncode == 0, done.stderr
        _the_same(program, live)


def _offset(asked: str) -> int:
    return int(asked.removeprefix("bytes=").partition("-")[0])
