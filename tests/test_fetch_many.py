"""Fetching from many hosts: slow ones hold nobody, dead ones are tried three times, memory stays small."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest
from servers import Reply, Request, WebServer, squeezed
from test_fetch import fetcher

from monitor.errors import FetchRefused
from monitor.fetch.decode import Decoder
from monitor.fetch.places import BESIDE, PATIENCE, Places
from monitor.fetch.robots import READY
from monitor.ports import Fetched, Wanted

SECONDS = PATIENCE + 3.0


def _silent(_: Request) -> Reply:
    time.sleep(SECONDS + 1)
    return Reply("too late")


@pytest.mark.slow
def test_slow_hosts_hold_no_others() -> None:
    """Two places, two hosts that never answer asked first: all others are answered before those end."""
    sites = {f"slow{n}.example": {"/": _silent} for n in range(2)} | {"*": {"/": Reply("good")}}
    with WebServer(sites) as server:
        hosts = [*(f"slow{n}" for n in range(2)), *(f"good{n}" for n in range(8))]
        wanted = [Wanted(f"http://{host}.example/", "feed") for host in hosts]
        fetching = fetcher(server, concurrency=2, total_timeout=SECONDS)
        order = [(index, outcome) for index, outcome in fetching.fetch_all(wanted)]
    assert sorted(index for index, _ in order[:8]) == list(range(2, 10))
    assert all(isinstance(outcome, Fetched) for _, outcome in order[:8])
    assert [outcome.state for _, outcome in order[8:] if isinstance(outcome, FetchRefused)] == ["timeout"] * 2


def test_only_so_many_are_waited_for_beside_the_others() -> None:
    async def crowd() -> int:
        places, inside = Places(1), 0

        async def stay() -> None:
            nonlocal inside
            async with places.taken() as place:
                place.begin()
                inside += 1
                await asyncio.sleep(3600)

        tasks = [asyncio.create_task(stay()) for _ in range(3 * BESIDE)]
        for _ in range(BESIDE + 1):
            given = places.give_up  # as the clock does, without waiting for it
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            given()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        found = inside
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return found

    assert asyncio.run(crowd()) == BESIDE + 1


def test_a_host_that_is_away_is_tried_three_times() -> None:
    with WebServer({"dead.example": {"*": Reply()}, "*": {"/": Reply("good")}}) as server:
        server.sites["dead.example"] = {f"/{n}": _silent for n in range(9)}
        wanted = [Wanted(f"http://dead.example/{n}", "feed") for n in range(9)] + [
            Wanted("http://a.example/", "feed")
        ]
        found = dict(fetcher(server, total_timeout=0.4).fetch_all(wanted))
        asked = [request.path for request in server.requests if request.host == "dead.example"]
    assert asked == ["/0", "/1", "/2"]
    states = [outcome.state for outcome in found.values() if isinstance(outcome, FetchRefused)]
    assert states == ["timeout"] * 9
    assert "not asked" in str(found[8])
    assert isinstance(found[9], Fetched)


def test_one_answer_among_failures_keeps_a_host_in() -> None:
    with WebServer(
        {"ill.example": {f"/{n}": Reply("good") if n == 2 else _silent for n in range(5)}}
    ) as server:
        found = dict(
            fetcher(server, total_timeout=0.4).fetch_all(
                [Wanted(f"http://ill.example/{n}", "feed") for n in range(5)]
            )
        )
        assert len(server.requests) == 5
    assert [isinstance(found[n], Fetched) for n in range(5)] == [False, False, True, False, False]


def test_refusals_of_a_server_that_is_there_are_no_absence() -> None:
    with WebServer({"*": {"/": Reply(status=500)}}) as server:
        found = dict(fetcher(server).fetch_all([Wanted(f"http://a.example/?{n}", "feed") for n in range(6)]))
        assert len(server.requests) == 6
    assert {str(outcome).split(":")[0] for outcome in found.values()} == {"http_500"}


def test_rules_of_more_sites_than_are_kept_ready_hold_all_the_same() -> None:
    rules = Reply("User-agent: *\nDisallow: /private\n", "text/plain")
    with WebServer(
        {"*": {"/robots.txt": rules, "/open": Reply("good"), "/private": Reply("secret")}}
    ) as server:
        fetching = fetcher(server)
        hosts = [f"h{n}.example" for n in range(READY + 20)]
        first = [outcome for _, outcome in fetching.fetch_all([Wanted(f"http://{h}/open") for h in hosts])]
        second = [
            outcome for _, outcome in fetching.fetch_all([Wanted(f"http://{h}/private") for h in hosts])
        ]
        asked = server.asked()
    assert all(isinstance(outcome, Fetched) for outcome in first)
    assert {outcome.state for outcome in second if isinstance(outcome, FetchRefused)} == {"robots"}
    assert {asked[f"{host}/robots.txt"] for host in hosts} == {1}
    assert len(second) == len(hosts)
    assert len(fetching._robots._ready) == READY


def test_a_refused_answer_holds_nothing_of_what_was_read() -> None:
    """An error holds its frames, and they what was read: sixty bombs took as many times ten megabytes."""
    body = squeezed(b"x" * 3_000_000)
    with WebServer({"*": {"/": body}}) as server:
        fetching = fetcher(server, max_feed_bytes=1_000_000)
        gc.collect()
        gc.disable()
        try:
            found = [
                o for _, o in fetching.fetch_all([Wanted(f"http://h{n}.example/", "feed") for n in range(8)])
            ]
            held = [one for one in gc.get_objects() if isinstance(one, Decoder)]
        finally:
            gc.enable()
    assert {outcome.state for outcome in found if isinstance(outcome, FetchRefused)} == {"too_large"}
    assert len(found) == 8
    assert not held
