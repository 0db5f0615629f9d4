"""Eight processes at once on one ledger: no second statement, no second alert, nothing lost."""

from __future__ import annotations

import importlib
import os
import queue
from collections import Counter
from pathlib import Path
from typing import Any

import pollers
import pytest
from journey import rss
from servers import Reply
from world import World

from monitor.store.database import Database
from monitor.store.schema import AlertRow, Appearance, Entry, ReportRow, StatementRow

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
#: CLUSTERWATCH_RACES=100 runs the whole hundred, some minutes on each database.
ROUNDS = int(os.environ.get("CLUSTERWATCH_RACES", "5"))
HOSTS = ("ledger.example", "courier.example", "herald.example")


@pytest.mark.slow
def test_processes_match_at_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLUSTERWATCH__DATABASE__URL", "CLUSTERWATCH__CLOCK__START"):
        monkeypatch.setenv(name, "")  # what the benchmark sets is gone afterwards
    monkeypatch.syspath_prepend(str(FOLDER))
    benchmark: Any = importlib.import_module("identity")

    def fresh() -> str:
        database = Database(database_url)
        if database.revision() is not None:
            database.downgrade("base")
        database.dispose()
        return database_url

    assert benchmark.race(fresh, rounds=2) == 0


@pytest.mark.slow
def test_processes_poll_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round three outlets carry a new statement, and eight processes do the whole journey at once."""
    for host in HOSTS:
        world.serve(host, [])
        world.add(host)
    world.run()
    with world.at():
        settings = {k: v for k, v in os.environ.items() if k.startswith("CLUSTERWATCH__")}
    running, gate, faults = pollers.start(settings, ROUNDS)
    try:
        for number in range(ROUNDS):
            for host, item in zip(HOSTS, pollers.statement_of(number), strict=True):
                pages = {"/feed.xml": rss(host, [item]), item.path: Reply(item.page or "")}
                world.web.sites[host] = world.web.sites[host] | pages
            gate.wait()
            gate.wait()
    except BaseException:
        gate.abort()
        raise
    finally:
        for one in running:
            one.join(60)
    found: list[str] = []
    while True:
        try:
            found.append(faults.get(timeout=0.2))
        except queue.Empty:
            break
    assert found == []
    statements = [s for s in world.rows(StatementRow) if s.merged_into is None]
    assert len(statements) == len(world.rows(StatementRow)) == ROUNDS
    assert len(world.rows(Entry)) == len(world.rows(ReportRow)) == len(world.rows(Appearance)) == 3 * ROUNDS
    assert Counter(a.statement_id for a in world.rows(AlertRow) if a.kind == "new") == {
        s.id: 1 for s in statements
    }
    assert {(s.outlets, s.independent, s.corroboration) for s in statements} == {(3, 2, "independent")}
    assert len(world.inbox.taken) == len(set(world.subjects())) == ROUNDS
