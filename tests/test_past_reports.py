"""What backfills covered and where they were blind; what the live feeds missed, and why; the commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from servers import Reply, WebServer
from test_backfill import END, FERRIES, FIRST, OLD, START, Old, keep, read
from world import FINLAND, ISO, LEAD, World, story

from monitor.cli.backfill import Bar
from monitor.pipeline.backfill import Standing
from monitor.pipeline.coverage import coverage
from monitor.pipeline.missed import recall_since

LATER = "2024-03-05T20:00:00+00:00"
SITES = ["http://courier.example/", "http://herald.example/"]


def test_coverage_by_outlet_and_month_with_its_blind_spots(world: World) -> None:
    gone = Old("/2023/06/01/gone", FIRST.title, LEAD, "2023-06-01T09:00:00Z")
    ferries = Old("/2023/05/11/ferries", FERRIES, "Ferries.", "2023-05-11T09:00:00Z")
    keep(world, "courier.example", [FIRST, OLD, ferries, gone])
    del world.web.sites["courier.example"][gone.path]
    world.web.sites["herald.example"] = {"/robots.txt": Reply("busy", status=500)}
    world.settings["ARCHIVES__SITEMAP__FIRST_WAIT"] = "0.01"
    read(world, feeds=SITES)
    with world.at(LATER) as services, services.database.reading() as session:
        rows, blind = coverage(session)
    named = {(r.outlet, r.month): {n: c for n, c in r.counts.items() if c} for r in rows}
    assert named == {
        ("courier.example", "2023-05"): {"named": 2, "skipped": 1, "read": 1, "on_topic": 1, "statements": 1},
        ("courier.example", "2023-06"): {"named": 1, "not_had": 1, "on_topic": 1, "statements": 1},
        ("courier.example", "2024-03"): {"named": 1, "read": 1, "on_topic": 1, "statements": 1},
    }
    spots = [(b.outlet, b.first, b.last, b.why) for b in blind]
    assert ("courier.example", "2023-01", "2023-04", "no page was named") in spots
    assert ("courier.example", "2023-07", "2023-12", "no page was named") in spots
    failed = [s for s in spots if s[0] == "herald.example"]
    assert [s[3] for s in failed] == ["failed: http_500: http://herald.example/robots.txt"] * 2
    with world.at(LATER) as services, services.database.reading() as session:
        of_may, _ = coverage(session, "sitemap", START.replace(month=5), START.replace(month=5))
        assert [r.month for r in of_may] == ["2023-05"]
        assert coverage(session, "wayback") == ([], [])


def test_what_the_feeds_missed_and_why(world: World) -> None:
    """Heard live; before the feed; passed over by its title; not in the feed; of an outlet nobody watches."""
    before = Old("/2024/03/02/before", "Norway and the bomblets", LEAD.replace("Norwegian", "Danish"),
                 "2024-03-02T09:00:00+00:00")  # fmt: skip
    silent = Old(
        "/2024/03/05/silent", "Helsinki condemns cluster bombs", FINLAND, "2024-03-05T17:30:00+00:00"
    )
    world.serve("ledger.example", [story()])
    world.add("ledger.example", time="2024-03-04T10:00:00+00:00")
    world.run("2024-03-05T16:00:00+00:00")
    keep(world, "ledger.example", [before, silent, Old("/norway", story().title, LEAD, ISO)])
    keep(world, "courier.example", [OLD])
    read(world, LATER)
    read(world, LATER, feeds=["http://courier.example/"])
    with world.at(LATER) as services, services.database.reading() as session:
        found = recall_since(session, START)
        recent = recall_since(session, END.replace(day=4), END)
    reasons = {m.article.address: m.reason for m in found.missed}
    assert reasons == {
        "http://ledger.example/2024/03/02/before": "before_the_feed",
        "http://ledger.example/2024/03/05/silent": "not_in_feed",
        "http://courier.example/2023/05/10/vilnius": "not_watched",
    }
    assert (found.heard, found.recall, found.watched) == (1, 0.25, 0.5)
    assert (recent.heard, len(recent.missed)) == (1, 1)


def test_nothing_to_measure_by_is_no_recall(world: World) -> None:
    with world.at() as services, services.database.reading() as session:
        found = recall_since(session, START)
    assert (found.heard, found.missed, found.recall, found.watched) == (0, (), None, None)


def test_the_bar_tells_share_rate_and_time_left() -> None:
    bar = Bar(Standing(1, {"pending": 4}, {}))
    line = bar.line(Standing(1, {"pending": 2, "done": 2}, {"read": 50, "pending": 9}), 100.0)
    assert re.sub(" +", " ", line) == "[############ ] 50% windows 2/4, pages 50, 0.5/s, 2 min left"
    assert bar.line(Standing(1, {"done": 4}, {"read": 50}), 100.0).startswith(
        "[########################] 100%"
    )


# --- the commands -------------------------------------------------------------------------------------


@pytest.fixture
def press(ready: Command, monkeypatch: pytest.MonkeyPatch) -> Any:
    with WebServer() as web:
        monkeypatch.setenv("CLUSTERWATCH__FETCH__CONNECT_TO", json.dumps({"*.example": web.place}))
        monkeypatch.setenv("CLUSTERWATCH__FETCH__PER_HOST_DELAY", "0")
        keep(_Sites(web), "courier.example", [FIRST, OLD])  # type: ignore[arg-type]
        yield ready, web


class _Sites:
    """As much of a world as ``keep`` needs."""

    def __init__(self, web: WebServer) -> None:
        self.web = web


_STRETCH = ("--from", "2023-01-01", "--to", "2024-03-05", "--feed", "http://courier.example/")


def test_backfill_on_the_command_line(press: tuple[Command, WebServer]) -> None:
    command, web = press
    planned = command("backfill", "sitemap", *_STRETCH, "--plan", "--json")
    assert planned.status == 0, planned.err
    assert json.loads(planned.out)["total"]["pages"] == 2
    assert "2 windows, 2 pages" in command("backfill", "sitemap", *_STRETCH, "--plan").out
    done = command("backfill", "sitemap", *_STRETCH)
    assert (done.status, done.err) == (0, ""), "no terminal, no bar"
    assert "windows done 2; pages read 2" in done.out
    again = command("backfill", "sitemap", *_STRETCH, "--json")
    assert json.loads(again.out)["done"] == {}
    covered = json.loads(command("coverage", "--json").out)
    assert [(r["month"], r["read"]) for r in covered["rows"]] == [("2023-05", 1), ("2024-03", 1)]
    assert "blind spots" in command("coverage").out
    missed = json.loads(command("missed", "--since", "2023-01-01", "--json").out)
    assert (missed["found"], missed["heard"], missed["recall"]) == (2, 0, 0.0)
    assert "not_watched" in command("missed", "--since", "2023-01-01").out
    assert sum(r.path == OLD.path for r in web.requests) == 1


def test_a_failed_window_is_told_and_tried_again(press: tuple[Command, WebServer]) -> None:
    command, web = press
    good = web.sites["courier.example"][OLD.path]
    web.sites["courier.example"][OLD.path] = Reply("busy", status=503)
    done = command("backfill", "sitemap", *_STRETCH)
    assert done.status == 1
    assert "http://courier.example/ 2023-01-01: 1 pages could not be had (http_503 1)" in done.err
    web.sites["courier.example"][OLD.path] = good
    left = (
        "failed in an earlier run, left alone until --retry-failed:\n"
        "  http://courier.example/ 2023-01-01: 1 pages could not be had (http_503 1)\n"
    )
    for more in ((), ("--processes", "2")):
        again = command("backfill", "sitemap", *_STRETCH, *more)
        assert (again.status, again.err) == (0, left), "what failed is left alone, and told"
    assert "read 1" in command("backfill", "sitemap", *_STRETCH, "--retry-failed").out


def test_announced_on_the_command_line(press: tuple[Command, WebServer]) -> None:
    command, _ = press
    done = command("backfill", "sitemap", *_STRETCH, "--announce")
    assert done.status == 0, done.err
    assert "announced 2" in done.out
    assert "From archives: 2 found late" in done.out
    assert "announced" not in command("backfill", "sitemap", *_STRETCH, "--announce").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "which archive"),
        (("sitemap",), "--from DATE and --to DATE"),
        (("sitemap", "--from", "2024-01-01", "--to", "2023-01-01"), "is not before"),
        (("nothing", "--from", "2023-01-01", "--to", "2024-01-01"), "there is no archive 'nothing'"),
        (("sitemap", "--from", "2023-01-01", "--to", "2024-01-01"), "there is no feed to ask about"),
    ],
)
def test_wrong_use_is_one_sentence(ready: Command, arguments: tuple[str, ...], words: str) -> None:
    done = ready("backfill", *arguments)
    assert done.status == 2
    assert words in done.err


def test_an_archives_settings_are_checked_by_name(
    ready: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clusterwatch.toml"
    for text, words in (
        ("[archives.sitemap]\nedited_day = 3\n", "unknown setting archives.sitemap.edited_day"),
        ("[archives.attic]\nx = 1\n", "unknown setting archives.attic"),
        ("[archives.sitemap]\nbatch = 'many'\n", "archives.sitemap.batch"),
        ("[archives.sitemap]\nbatch = 0\n", "archives.sitemap"),
    ):
        file.write_text(text)
        done = ready("config")
        assert (done.status, words in done.err) == (2, True), done.err
    file.write_text("[archives.sitemap]\nedited_days = 3\n")
    assert "edited_days" in ready("config").out
    monkeypatch.setenv("CLUSTERWATCH__ARCHIVES__SITEMAP__EDITED_DAYS", "4")
    assert ready("config").status == 0
