"""What all tests share: the place of the measuring material, if it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import app
from monitor.officials import load_register
from monitor.store.database import Database
from tests.postgres import PostgresDatabases, postgres_server

ROOT = Path(__file__).resolve().parent.parent


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
