"""The made-up press as sitemaps gives the ledger that polling it gives, also when it is killed on the way.

A sitemap has no summaries, so here the feeds have none either.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from newsroom_kept import (
    STRETCH,
    Read,
    backfilled,
    differences,
    judged_once,
    ledger_of,
    part,
    past_of,
    polled,
    program_at,
    run_here,
)
from press import free_port

from monitor.cli.sidebyside import _refused, tell_refused
from monitor.model import Counts
from monitor.waypoints import PAST

pytestmark = pytest.mark.slow

#: Two wars of words over some weeks, in six languages, with live pages, recalled statements and answers.
SOME = {"a1": (*range(1, 8), 16, 19, 20, 21), "a2": range(27, 32)}
#: Where it is killed, one after the other: at every point that is passed without a digest, at some again.
_KILLS = ("laid", "taken", "listed", "fetched", "written", "read:2", "found", "advanced", "done", "listed:3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the newsroom whose feeds tell no summaries."""
    wanted = {f"{story}-{number:03}" for story, numbers in SOME.items() for number in numbers}
    return part(tmp_path_factory.mktemp("press") / "part", ids=wanted, words=False)


@pytest.fixture(scope="module")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The ledger of polling the feeds."""
    read = polled(tmp_path_factory.mktemp("live"), folder, {})
    assert any(value["related"] for value in read.statements), "there are relations to compare"
    return read


def test_sitemaps_give_the_ledger_of_the_live_feeds(
    ledger_url: str, folder: Path, live: Read, tmp_path: Path
) -> None:
    with past_of("sitemap", folder) as past:
        program = program_at(tmp_path, past.newsroom, {}, database=ledger_url)
        run_here(program, "feeds", "import", str(folder / "feeds.opml"))
        run_here(program, "backfill", "sitemap", *STRETCH)
        assert differences(live, Read(program, ledger_of(program))) == []
        assert judged_once(program)
        assert len(past.asked()) == sum(map(len, SOME.values()))
        assert past.twice() == []
        run_here(program, "run", "--once")
        assert differences(live, Read(program, ledger_of(program))) == [], "polled afterwards, it is the same"


def test_killed_ten_times_it_is_the_same_and_no_page_is_fetched_twice(
    folder: Path, live: Read, tmp_path: Path
) -> None:
    assert {name.partition(":")[0] for name in _KILLS} == {
        name.removeprefix("backfill.") for name in PAST if name != "backfill.told"
    }
    with past_of("sitemap", folder) as past:
        read = backfilled(tmp_path, folder, "sitemap", past, {}, _KILLS)
        assert differences(live, read) == []
        assert judged_once(read.program)
        assert past.twice() == []


def test_processes_side_by_side_do_each_page_once(folder: Path, live: Read, tmp_path: Path) -> None:
    """… and what fails in one of them is in the words and the exit status of the one that looks on."""
    with past_of("sitemap", folder) as past:
        program = program_at(tmp_path, past.newsroom, {}, {"down.example": f"127.0.0.1:{free_port()}"})
        run_here(program, "feeds", "import", str(folder / "feeds.opml"))
        run_here(program, "feeds", "add", "http://down.example/feed.xml")
        done = program.run("backfill", "sitemap", *STRETCH, "--processes", "2", "--json")
        assert done.returncode == 1, done.stderr
        value = json.loads(done.stdout)
        assert len(value["failed"]) == 1
        assert value["failed"][0].startswith("http://down.example/ 2024-02-01: connect")
        assert value["windows"]["failed"] == 1
        assert value["done"]["read"] == value["pages"]["read"]
        assert differences(live, Read(program, ledger_of(program))) == []
        assert judged_once(program, ("done", "failed"))
        assert past.twice() == []


def test_what_a_process_refused_is_told_by_the_one_that_looks_on(capfd: pytest.CaptureFixture[str]) -> None:
    tell_refused(Counts("backfill", {}, ("a3: the analysis broke", "Tag — день")))
    said = capfd.readouterr().out.encode()
    assert _refused(io.BytesIO(said)) == ["a3: the analysis broke", "Tag — день"]
    assert _refused(io.BytesIO(said[:9])) == _refused(io.BytesIO()) == [], "it was killed before it said it"
