"""What all tests share: the place of the measuring material, if it is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    databases: PostgresDatabases = request.getfixturevalue("postgres")
    return databases.fresh()
