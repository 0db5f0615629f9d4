"""The windows of a backfill: stopped, failed, taken by several at once, each read once and to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pastsites import (
    END,
    FIRST,
    LATER,
    OLD,
    START,
    Old,
    Shelf,
    asked,
    given,
    keep,
    read,
    with_shelf,
)
from servers import Reply, Request
from test_fetch_turns import Booked
from world import FINLAND, ISO, LEAD, World

from monitor.errors import ArchiveFailed, StoreUnreachable
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import Batch, Target, Window
from monitor.pipeline.backfill import Standing, backfill
from monitor.store.backfills import Question, backfill_of, lay_out, take_window
from monitor.store.schema import (
    BackfillPage,
    BackfillWindow,
    DeliveryRow,
)


def test_what_a_failed_window_gives_later_is_told_too(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]
    good = world.web.sites["courier.example"][OLD.path]
    world.web.sites["courier.example"][OLD.path] = Reply("busy", status=500)
    assert read(world, feeds=feeds, announce=True)["announced"] == 1
    world.web.sites["courier.example"][OLD.path] = good
    assert read(world, feeds=feeds, announce=True, retry_failed=True)["announced"] == 1
    assert {s["alert"]["state"] for s in world.ledger(LATER)} == {"digest"}
    assert len(world.rows(DeliveryRow, LATER)) == 2, "each once"
    assert "announced" not in read(world, feeds=feeds, announce=True, retry_failed=True)


def test_a_failed_window_is_tried_again_alone(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    keep(world, "herald.example", [Old("/2024/03/05/n", "Norway rejects cluster munitions", LEAD, ISO)])
    good = world.web.sites["courier.example"][OLD.path]
    world.web.sites["courier.example"][OLD.path] = Reply("busy", status=500)
    sites = ["http://courier.example/", "http://herald.example/"]
    done = read(world, feeds=sites)
    assert (done["windows_failed"], done["windows_done"], done["read"]) == (1, 3, 2)
    (failed,) = [w for w in world.rows(BackfillWindow, LATER) if w.status == "failed"]
    assert (failed.target, failed.start.year) == ("http://courier.example/", 2023)
    assert failed.reason == "1 pages could not be had (http_500 1)"
    before = len(world.web.requests)
    assert read(world, feeds=sites) == {}
    world.web.sites["courier.example"][OLD.path] = good
    done = read(world, feeds=sites, retry_failed=True)
    assert (done["windows_reopened"], done["windows_done"], done["read"]) == (1, 1, 1)
    assert [r.path for r in world.web.requests[before:] if r.path != "/robots.txt"] == [OLD.path]


def test_interrupted_it_leaves_its_window_to_the_next(world: World) -> None:
    """By a person, then by a ledger that is away when a page's host is to be booked: no page pays for it."""
    world.settings["FETCH__PER_HOST_DELAY"] = "0.01"
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]

    def interrupt(_at: Standing) -> None:
        raise KeyboardInterrupt

    with world.at(LATER) as services:
        with pytest.raises(KeyboardInterrupt):
            backfill(services, "sitemap", START, END, feeds=feeds, progress=interrupt)
        windows = world.rows(BackfillWindow, LATER)
        assert [(w.status, w.lease_owner) for w in windows] == [("pending", None)] * 2
        policy = FetchPolicy(connect_to={"*.example": world.web.place}, max_ledger_wait=0)
        unbooked = replace(services, fetcher=HttpFetcher(policy, turns=Booked(away=["courier.example"])))
        with pytest.raises(StoreUnreachable):
            backfill(unbooked, "sitemap", START, END, feeds=feeds)
        waits = [page for page in world.rows(BackfillPage, LATER) if page.status == "pending"]
        assert [(page.tries, page.reason) for page in waits] == [(0, None)]
        windows = world.rows(BackfillWindow, LATER)
        assert sorted((w.status, w.reason) for w in windows) == [("done", None), ("pending", None)]
        other = replace(services, owner="another-machine/boot/1/1")
        assert backfill(other, "sitemap", START, END, feeds=feeds).done["windows_done"] == 1
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)
    assert len(world.ledger(LATER)) == 2


def test_what_another_question_left_waiting_is_read(world: World) -> None:
    """Nobody may ever ask the first question again: the second takes over what waits, as far as it came."""
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]

    class Interrupted:
        def map(self, _function: Any, _arguments: Any) -> Any:
            raise KeyboardInterrupt

    with world.at(LATER) as services:
        with pytest.raises(KeyboardInterrupt):
            backfill(replace(services, workers=Interrupted()), "sitemap", START, END, feeds=feeds)
        (page,) = world.rows(BackfillPage, LATER)
        assert page.status == "fetched"
        done = backfill(services, "sitemap", START.replace(year=2022), END, feeds=feeds).done
        assert (done["windows_done"], done["read"]) == (3, 2)
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)
    assert len(world.ledger(LATER)) == 2


def test_a_service_that_keeps_us_out_is_left_alone_till_the_next_call(world: World) -> None:
    @dataclass
    class Closing(Shelf):
        state: str | None = "connect"
        asked: int = 0

        def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
            return [Window(start + timedelta(days=n), start + timedelta(days=n + 1)) for n in range(4)]

        def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
            self.asked += 1
            if self.state:
                raise ArchiveFailed(self.state, "not now")
            yield Batch((), None)

    shelf = Closing([])
    with world.at() as opened:
        services = with_shelf(opened, shelf)
        done = backfill(services, "gdelt", START, END)
        assert (shelf.asked, done.done["windows_failed"], done.done["windows_left"]) == (1, 1, 3)
        assert (done.done["kept_out"], len(done.refused)) == (1, 1)
        shelf.state = "postponed"  # asked within the wait that it told: one window fails, not all
        again = backfill(services, "gdelt", START, END, retry_failed=True)
        assert (shelf.asked, again.done["windows_failed"], again.done["windows_left"]) == (2, 1, 3)
        shelf.state = "not_json"  # of the question, not of us: the others are asked
        assert backfill(services, "gdelt", START, END).done == {"windows_failed": 3}
        shelf.state = None
        assert backfill(services, "gdelt", START, END, retry_failed=True).done["windows_done"] == 4


def test_what_an_archive_gave_stands_and_it_goes_on_from_there(world: World) -> None:
    pages = [given(1, LEAD, published=ISO), given(2, FINLAND, published=ISO)]
    feeds = ["http://shelf.example/"]
    with world.at() as services:
        done = backfill(with_shelf(services, Shelf(pages, fails_at=1)), "sitemap", START, END, feeds=feeds)
        assert dict(done.done)["windows_failed"] == 1
        assert done.refused == ("http://shelf.example/ 2023-01-01: http_503: the shelf is closed",)
        assert len(world.ledger()) == 1
        whole = with_shelf(services, Shelf(pages))
        done = backfill(whole, "sitemap", START, END, feeds=feeds, retry_failed=True)
    assert (done.done["named"], done.done["windows_done"]) == (1, 1)
    assert len(world.ledger()) == 2


def test_two_at_once_do_each_window_once(world: World) -> None:
    """The second process meets the first in the middle of its window, and takes the others."""
    other_page = Old(
        "/2024/03/01/helsinki", "Helsinki condemns cluster bombs", FINLAND, "2024-03-01T09:00:00Z"
    )
    keep(world, "courier.example", [FIRST])
    keep(world, "herald.example", [other_page])
    seen: list[dict[str, int]] = []
    page = world.web.sites["courier.example"][FIRST.path]

    def meanwhile(_request: Request) -> Reply:
        if not seen:
            seen.append({})
            with world.at(LATER) as services:
                other = replace(services, owner="another-machine/boot/1/1")
                seen[0] = dict(backfill(other, "sitemap", START, END, feeds=sites).done)
        assert isinstance(page, Reply)
        return page

    sites = ["http://courier.example/", "http://herald.example/"]
    world.web.sites["courier.example"][FIRST.path] = meanwhile
    done = read(world, feeds=sites)
    assert seen[0]["windows_done"] + done["windows_done"] == 4
    assert seen[0]["read"] == done["read"] == 1
    assert (asked(world, FIRST.path), asked(world, other_page.path)) == (1, 1)
    windows = world.rows(BackfillWindow, LATER)
    assert {(w.status, w.tries) for w in windows} == {("done", 1)}


@pytest.mark.parametrize(
    ("turns", "taken"),
    [("archive", [1, None, None]), ("targets", [1, 2, None]), ("open", [1, 2, 3])],
)
def test_no_server_is_asked_by_two_at_once(world: World, turns: str, taken: list[int | None]) -> None:
    """Three processes on three windows: two of one target, one of another; a fourth finds none dead."""
    sites = (Target("http://courier.example/"), Target("http://herald.example/"))
    days = [Window(START, START + timedelta(days=9)), Window(START + timedelta(days=9), END)]
    with world.at() as services, services.database.writing() as session:
        asked = backfill_of(session, Question("sitemap", START, END, sites, "all"), services.now())
        lay_out(session, asked.id, sites[0].address, days[:1])
        lay_out(session, asked.id, sites[1].address, days[:1])
        lay_out(session, asked.id, sites[1].address, days)  # a target is laid out once
        session.add(
            BackfillWindow(
                backfill_id=asked.id, target=sites[0].address, start=days[1].start, end=END, counts={}
            )
        )
        session.flush()
        got = [
            take_window(session, asked, f"process {n}", lambda _owner: True, services.now(), turns=turns)
            for n in range(3)
        ]
        assert [one.id if one else None for one in got] == taken
        # The windows of processes that are gone are free.
        dead = take_window(session, asked, "last", lambda _owner: False, services.now(), turns=turns)
        assert dead is not None
        assert (dead.id, dead.lease_owner, dead.tries) == (1, "last", 2)
