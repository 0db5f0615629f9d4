"""Hosts that several processes ask together: their turns are booked in the ledger, which may be away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from servers import WebServer, misbehaving
from test_fetch import ask, bad, fetcher, good

from monitor.errors import StoreUnreachable
from monitor.ports import Wanted


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer({"*": misbehaving()}) as server:
        yield server


@dataclass
class Booked:
    """Turns that are noted, an implementation of the port as the ledger's is. Each of ``away`` finds no
    ledger, once, after ``patience``; ``threads`` are those in which it was called."""

    turns: list[tuple[str, float]] = field(default_factory=list)
    wait: float = 0.0
    away: list[str] = field(default_factory=list)
    patience: float = 0.0
    threads: set[str] = field(default_factory=set)

    def book(self, host: str, pause: float, most: float) -> float:
        self._write(host, pause)
        return self.wait

    def put_off(self, host: str, seconds: float) -> None:
        self._write(f"not {host}", seconds)

    def _write(self, what: str, seconds: float) -> None:
        self.threads.add(threading.current_thread().name)
        if what in self.away:
            self.away.remove(what)
            time.sleep(self.patience)
            raise StoreUnreachable("the database is in use by others: database is locked")
        self.turns.append((what, seconds))


def page(host: str, path: str = "/good", pause: float = 0.01) -> Wanted:
    return Wanted(f"http://{host}.example{path}", "archive", pause=pause)


def test_the_pause_that_an_archive_asks_for_holds_for_its_host(server: WebServer) -> None:
    wanted = [page(host, f"/good?{n}", 0.2) for n in range(3) for host in "ab"]
    booked = Booked()
    fetching = fetcher(server, booked)
    ask(fetching, "http://a.example/good")
    assert booked.turns == [], "only archives' hosts are asked by processes together"
    server.requests.clear()
    ask(fetching, *wanted, Wanted("http://a.example/good?after", "feed"))
    assert sorted(booked.turns) == [("a.example", 0.2)] * 4 + [("b.example", 0.2)] * 3
    for host in ("a.example", "b.example"):
        times = [r.at for r in server.requests if r.host == host]
        assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))
    assert server.asked()["a.example/robots.txt"] == 0
    ask(fetching, "http://a.example/busy")
    assert booked.turns[-1] == ("not a.example", 120), "what it asks of one process it asks of all"
    assert "fetch" not in booked.threads, "the ledger is written beside the loop that serves all"
    booked.wait = 90.0
    late = bad(ask(fetching, "http://b.example/good")[0])
    assert (late.state, late.retry_after) == ("postponed", 90)


def test_a_ledger_that_is_away_for_a_moment_costs_no_page(server: WebServer) -> None:
    booked = Booked(away=["a.example", "b.example", "b.example", "not c.example"])
    found = ask(fetcher(server, booked), page("a"), page("b", "/gone"), page("c", "/busy"))
    assert good(found[0])
    assert [bad(one).state for one in found[1:]] == ["http_410", "http_429"], "as the sites said"
    assert booked.away == []
    hosts = ["a.example", "b.example", "c.example", "not c.example"]
    assert sorted(host for host, _ in booked.turns) == hosts


def test_a_ledger_that_stays_away_ends_the_call_and_is_no_fault_of_a_site(server: WebServer) -> None:
    """What was on the wire comes all the same; what was not asked has no answer that could be kept of it."""
    fetching = fetcher(server, Booked(away=["a.example"] * 9), max_ledger_wait=0.3)
    wanted = [page("a", f"/good?{n}") for n in range(5)] + [Wanted("http://b.example/good", "feed")]
    answers = fetching.fetch_all(wanted)
    index, outcome = next(answers)
    assert (index, good(outcome).status) == (5, 200)
    with pytest.raises(StoreUnreachable, match="in use by others"):
        next(answers)
    assert [r.host for r in server.requests] == ["b.example"]


def test_many_hosts_do_not_wait_for_a_ledger_that_is_away_one_after_the_other(server: WebServer) -> None:
    """As when a file stays locked: each try takes long, and there are fewer threads than hosts."""
    booked = Booked(away=[f"h{n}.example" for n in range(100)], patience=0.6)
    with pytest.raises(StoreUnreachable, match="in use by others"):
        ask(fetcher(server, booked, max_ledger_wait=0.3), *(page(f"h{n}") for n in range(100)))
    assert len(booked.away) >= 50, "what has waited all that time is not begun"
    assert server.requests == []
