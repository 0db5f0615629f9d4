"""What all tests share: the place of the measuring material, if it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor import app
from monitor.officials import load_register
from monitor.store.database import Database
from tests.postgres import PostgresDatabases, postgres_server

if TYPE_CHECKING:
    from commands import Command
    from world import World

ROOT = Path(__file__).resolve().parent.parent


#: Fixtures that open a ledger or run the program: whoever asks for one is no test of a rule alone.
LEDGERS = frozenset(
    ("world", "ledger_url", "database_url", "postgres", "prepared", "command", "ready", "filled")
)


#: The files that take longest, by the seconds that they took on two quiet cores: with two processes at the
#: tests, one that begins with such a file late keeps the other waiting at the end.
LONGEST = (
    "test_crash", "test_airflow_up", "test_race", "test_dags", "test_order", "test_past_newsroom",
    "test_fifty_outlets", "test_soak", "test_backfill", "test_backfill_windows", "test_past_warc",
    "test_delivery_faults", "test_newsroom_journey", "test_celery", "test_newsroom_kept", "test_upkeep",
    "test_store",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The profile of `make check`: a fifth of the made-up cases with which properties are tried."""
    if config.getoption("--hypothesis-profile", None) == "quick":
        from hypothesis import settings

        settings.register_profile("quick", max_examples=20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that open a ledger, so that `make check` can leave them out; the longest come first."""
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    for item in items:
        if isinstance(item, pytest.Function) and LEDGERS & set(item.fixturenames):
            item.add_marker("ledger")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the measuring material; the test is skipped, with a word, where it is absent."""
    place = Path(os.environ.get("CLUSTERWATCH_SHARED", ROOT.parent / "shared"))
    if not (place / "gold" / "seeds.json").is_file():
        pytest.skip(f"the measuring material is not here ({place.name}/ beside the project)")
    return place


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """A real PostgreSQL server, one for each test process."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """URLs of ledgers with schema and register, by kind of database; PostgreSQL's when it is first wanted."""
    url = f"sqlite:///{tmp_path_factory.mktemp('prepared') / 'ledger.db'}"
    _set_up(url)
    return {"sqlite": url}


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, prepared: dict[str, str], tmp_path: Path) -> str:
    """The URL of a ledger ready for use, of each kind in turn: a copy of one that was set up once."""
    kind: str = request.param
    databases: PostgresDatabases | None = request.getfixturevalue("postgres") if kind != "sqlite" else None
    if databases is not None and kind not in prepared:
        prepared[kind] = databases.fresh()
        _set_up(prepared[kind])
    if databases is not None:
        return databases.fresh(like=prepared[kind])
    shutil.copyfile(prepared[kind].removeprefix("sqlite:///"), tmp_path / "ledger.db")
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def _set_up(url: str) -> None:
    database = Database(url)
    app.prepare(database, load_register(), datetime(2024, 1, 1, tzinfo=UTC))
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    databases: PostgresDatabases = request.getfixturevalue("postgres")
    return databases.fresh()


@pytest.fixture
def world(ledger_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """The program in this process with sites, a mailbox and a ledger of each kind in turn."""
    from world import opened

    monkeypatch.chdir(tmp_path)
    with opened(ledger_url, monkeypatch) as made:
        yield made


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the program's commands in an empty folder, at six in the evening of 5 March 2024."""
    from commands import caller

    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("CLUSTERWATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CLUSTERWATCH__READ__WORKERS", "0")
    monkeypatch.setenv("CLUSTERWATCH__CLOCK__START", "2024-03-05T18:00:00Z")
    return caller(capfd)


@pytest.fixture
def ready(command: Command, prepared: dict[str, str], tmp_path: Path) -> Command:
    """The same beside a ledger that was set up and is empty."""
    shutil.copyfile(prepared["sqlite"].removeprefix("sqlite:///"), tmp_path / "clusterwatch.db")
    return command


@pytest.fixture
def filled(ready: Command, tmp_path: Path) -> Command:
    """The same with two statements, told on the console, and a held report."""
    from commands import FINLAND, row

    third = row(3, "“We know about cluster munitions,” the ambassador said on Tuesday.")
    (tmp_path / "in.jsonl").write_text("\n".join((row(1), row(2, FINLAND), third)), "utf-8")
    done = ready("ingest", "in.jsonl", "--announce")
    assert done.status == 0, done.err
    return ready
