"""Eight processes match the same reports at once: no second statement, no second alert."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from monitor.store.database import Database

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.mark.parametrize("rounds", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_processes_at_once(database_url: str, rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
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

    assert benchmark.race(fresh, rounds) == 0
