"""What the soak's commands share: the press's server, the program's settings, PostgreSQL's CPU, sizes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from plan import CLOSED, DOMAIN, Plan
from sqlalchemy import text

from monitor.store.database import Database

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: The servers of the tests: PostgreSQL, Redis, a cluster.
TESTS = str(ROOT / "tests")


@contextmanager
def press(plan: Plan, slow: float = 3.0) -> Iterator[int]:
    """The press's server, in a process of its own; its port."""
    command: list[object] = [sys.executable, HERE / "server.py", "--feeds", plan.count]
    command += ["--cycles", plan.cycles, "--seed", plan.seed, "--slow", slow]
    command += ["--still"] if plan.still else []
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def ask(port: int, path: str) -> Any:
    """A page of the server's own."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return json.loads(answer.read())


def settings(port: int, url: str, delay: float, timeout: float) -> dict[str, str]:
    """The program's environment: its defaults, but for addresses and where alerts go."""
    values: dict[str, Any] = {
        "DATABASE__URL": url,
        "FETCH__CONNECT_TO": {f"*.{DOMAIN}": f"127.0.0.1:{port}", f"*.{CLOSED}": "127.0.0.1:9"},
        "FETCH__PER_HOST_DELAY": str(delay),
        "FETCH__TOTAL_TIMEOUT": str(timeout),
        "SUBSCRIPTIONS": [{"name": "desk", "by": "webhook", "to": [f"http://127.0.0.1:{port}/_hook"]}],
    }
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERWATCH")}
    given = {f"CLUSTERWATCH__{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    return {**plain, "PYTHONPATH": str(ROOT), **given}


def backend_seconds(url: str) -> float:
    """CPU seconds that PostgreSQL's processes have taken so far; 0 for SQLite, which has none."""
    if url.startswith("sqlite"):
        return 0.0
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            place = Path(str(connection.scalar(text("SHOW data_directory"))))
    finally:
        database.dispose()
    master = int((place / "postmaster.pid").read_text().split()[0])
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == master:
            total += sum(map(int, fields[11:15]))  # with the children that have ended
        elif int(fields[1]) == master:
            total += sum(map(int, fields[11:13]))
    return total / 100.0


def size(url: str) -> tuple[int, dict[str, int]]:
    """Bytes of the database, and rows of its larger tables."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            tables = ("feeds", "entries", "articles", "article_versions", "reports", "statements", "alerts")
            rows = {t: int(connection.scalar(text(f"SELECT count(*) FROM {t}")) or 0) for t in tables}
            if database.sqlite:
                pages = connection.scalar(text("PRAGMA page_count")) or 0
                return int(pages) * int(connection.scalar(text("PRAGMA page_size")) or 0), rows
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0), rows
    finally:
        database.dispose()


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
