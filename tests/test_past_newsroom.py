"""The made-up press as sitemaps gives the ledger that polling it gives, also when it is killed on the way.

A sitemap has no summaries, so here the feeds have none either.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from journey import Program
from press import NEWSROOM, Press, press

from monitor import app
from monitor.cli.importing import import_opml
from monitor.cli.running import cycle
from monitor.pipeline.backfill import backfill
from monitor.pipeline.ledger import Wish, statements
from monitor.pipeline.services import Services
from monitor.store.feeds import active_ids
from monitor.waypoints import PAST

pytestmark = pytest.mark.slow

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
NOW = "2024-05-01T00:00:00Z"
#: Two wars of words over some weeks, in six languages, with live pages, recalled statements and answers.
SOME = {"a1": (*range(1, 8), 16, 19, 20, 21), "a2": range(27, 32)}
_STRETCH = ("--from", "2024-01-01", "--to", "2024-04-30")
#: Where it is killed, one after the other: at every point that is passed without a digest, at some again.
_KILLS = ("laid", "taken", "listed", "fetched", "written", "read:2", "found", "advanced", "done", "listed:3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the newsroom whose feeds tell no summaries."""
    place = tmp_path_factory.mktemp("press")
    wanted = {f"{part}-{number:03}" for part, numbers in SOME.items() for number in numbers}
    rows = [json.loads(line) for line in (NEWSROOM / "documents.jsonl").read_text("utf-8").splitlines()]
    kept = [row | {"summary": ""} for row in rows if row["id"] in wanted]
    (place / "documents.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in kept), "utf-8")
    (place / "outlets.json").write_text((NEWSROOM / "outlets.json").read_text("utf-8"), "utf-8")
    hosts = {urlsplit(row["url"]).hostname for row in kept}
    lines = (NEWSROOM / "feeds.opml").read_text("utf-8").splitlines()
    feeds = [ln for ln in lines if "xmlUrl" not in ln or any(f"//{host}/" in ln for host in hosts)]
    (place / "feeds.opml").write_text("\n".join(feeds), "utf-8")
    return place


@pytest.fixture(scope="module")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The ledger of polling the feeds."""
    with press(NOW, folder) as newsroom, pytest.MonkeyPatch.context() as patch:
        program = _program(tmp_path_factory.mktemp("live"), newsroom)
        with _opened(program, patch, folder) as services:
            with services.database.reading() as session:
                ids = active_ids(session)
            cycle(services, ids)
            return _ledger(services)


def _program(folder: Path, newsroom: Press, database: str | None = None) -> Program:
    program = Program(folder, newsroom, clock=NOW, database=database)  # type: ignore[arg-type]
    program.extra["CLUSTERWATCH__READ__WORKERS"] = "0"
    return program


@contextmanager
def _opened(
    program: Program, monkeypatch: pytest.MonkeyPatch, feeds: Path | None = None
) -> Iterator[Services]:
    """The program in this process; with the ``feeds`` of that folder, where they are given."""
    monkeypatch.chdir(program.folder)
    for name, value in program.environment.items():
        if name.startswith("CLUSTERWATCH__"):
            monkeypatch.setenv(name, value)
    with app.open_services(workers=0) as services:
        if feeds is not None:
            import_opml(services, (feeds / "feeds.opml").read_bytes(), from_start=False)
        yield services


def _ledger(services: Services) -> list[Any]:
    """Every statement in all that does not hang on when it was met, with its relations, in one order."""
    with services.database.reading() as session:
        rows = list(statements(session, services, Wish()))
    facts = (
        "speaker", "speaker_en", "official", "role", "office", "body", "state", "standing", "kind", "said_on",
        "said_from", "said_to", "venue", "positions", "first_published", "first_outlet", "corroboration",
    )  # fmt: skip
    shown: dict[str, str] = {}
    for row in rows:
        value = {name: row[name] for name in facts}
        value["passages"] = sorted(
            (p["text"], p["kind"], p["language"], p["fidelity"], p["in"], p["start"], p["end"])
            for p in row["passages"]
        )
        value["appearances"] = sorted(
            (a["url"], a["outlet"], a["language"], a["published"] or "", a["post"] or "", a["reporting"])
            for a in row["appearances"]
        )
        shown[row["id"]] = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return sorted(
        (shown[row["id"]], sorted((r["kind"], shown[r["statement"]]) for r in row["related"])) for row in rows
    )


def _pages(newsroom: Press) -> dict[str, int]:
    """How often each page was asked for."""
    own = ("/robots.txt", "/feed.xml", "sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")
    return {address: count for address, count in newsroom.seen().items() if not address.endswith(own)}


def test_sitemaps_give_the_ledger_of_the_live_feeds(
    ledger_url: str, folder: Path, live: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with press(NOW, folder) as newsroom:
        program = _program(tmp_path, newsroom, ledger_url)
        with _opened(program, monkeypatch, folder) as services:
            done = backfill(services, "sitemap", START, END)
            assert not done.refused
            assert _ledger(services) == live
            assert [r for _, related in live for r in related], "there are relations to compare"
            pages = _pages(newsroom)
            cycle(services, _ids(services))
            assert _ledger(services) == live, "a live poll afterwards adds nothing"
    assert set(pages.values()) == {1}
    assert len(pages) == done.done["fetched"]


def _ids(services: Services) -> list[int]:
    with services.database.reading() as session:
        return active_ids(session)


def test_killed_ten_times_it_is_the_same_and_no_page_is_fetched_twice(
    folder: Path, live: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {name.partition(":")[0] for name in _KILLS} == {
        name.removeprefix("backfill.") for name in PAST if name != "backfill.told"
    }
    with press(NOW, folder) as newsroom:
        program = _program(tmp_path, newsroom)
        with _opened(program, monkeypatch, folder):
            pass
        for point in _KILLS:
            more = {"CLUSTERWATCH_KILL_AT": f"backfill.{point}"}
            done = program.run("backfill", "sitemap", *_STRETCH, more=more)
            assert done.returncode == -signal.SIGKILL, (point, done.stderr, done.stdout)
        done = program.run("backfill", "sitemap", *_STRETCH)
        assert done.returncode == 0, done.stderr
        with _opened(program, monkeypatch) as services:
            assert _ledger(services) == live
        pages = _pages(newsroom)
    assert set(pages.values()) == {1}, [a for a, n in pages.items() if n > 1]


def test_processes_side_by_side_do_each_page_once(
    folder: Path, live: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with press(NOW, folder) as newsroom:
        program = _program(tmp_path, newsroom)
        with _opened(program, monkeypatch, folder):
            pass
        done = program.run("backfill", "sitemap", *_STRETCH, "--processes", "2", "--json")
        assert done.returncode == 0, done.stderr
        value = json.loads(done.stdout)
        assert set(value["windows"]) == {"done"}
        assert value["done"]["read"] == value["pages"]["read"]
        with _opened(program, monkeypatch) as services:
            assert _ledger(services) == live
        pages = _pages(newsroom)
    assert set(pages.values()) == {1}
