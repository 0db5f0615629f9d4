"""An Airflow that `clusterwatch airflow up` started, for the tests that ask it for something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press import free_port

from monitor.cli import standalone

PROGRAM = Path(sys.executable).with_name("clusterwatch")


def clusterwatch(desk: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], cwd=desk, capture_output=True, text=True, check=False, timeout=1200
    )


@dataclass
class Airflow:
    """An Airflow that `clusterwatch airflow up` started."""

    desk: Path
    port: int
    up: subprocess.Popen[str]
    line: str
    leader: int
    password: str
    token: str = ""
    rows: str = ""  # where Airflow keeps its own, if not in its home

    @property
    def home(self) -> Path:
        return self.desk / ".airflow"

    def call(self, path: str, body: object = None, method: str | None = None) -> dict[str, Any]:
        """An answer of its API; empty where there is no such thing yet."""
        status, text = self.ask(f"/api/v2{path}", body, method)
        assert status < 300 or status == 404, text
        return dict(json.loads(text)) if status < 300 else {}

    def ask(
        self, path: str, body: object = None, method: str | None = None, token: str | None = None
    ) -> tuple[int, str]:
        token = self.token if token is None else token
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode() if body else None,
            method=method,
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def runs(self, dag: str, kind: str | None = None) -> list[dict[str, Any]]:
        found = self.call(f"/dags/{dag}/dagRuns?limit=100").get("dag_runs", [])
        return [run for run in found if kind in (None, run["run_type"])]

    def until(self, done: Callable[[], Any], what: str, seconds: float = 240) -> Any:
        """What `done` gives as soon as it gives anything."""
        deadline = time.monotonic() + seconds
        while not (found := done()):
            assert time.monotonic() < deadline, (
                f"{what}: not after {seconds} s; see {self.home}/standalone.log"
            )
            assert self.up.poll() is None, "Airflow has ended"
            time.sleep(0.3)
        return found


@contextmanager
def standing(desk: Path, environ: Mapping[str, str] | None = None) -> Iterator[Airflow]:
    """Up by the settings in that folder, from when it is healthy; at the end it is told to stop."""
    port = free_port()
    up = subprocess.Popen(
        [PROGRAM, "airflow", "up", "--port", str(port)],
        cwd=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(environ or {})},
    )  # fmt: skip
    home, leader = desk / ".airflow", 0
    try:
        assert up.stdout is not None
        line = up.stdout.readline()  # comes when all parts are healthy, or not at all
        assert f"http://localhost:{port}" in line, f"not healthy: {up.communicate(timeout=90)[1]}"
        leader = int((home / "airflow.pid").read_text())
        password = json.loads((home / "admin-password.json").read_text())["admin"]
        running = Airflow(desk, port, up, line, leader, password)
        said = running.ask("/auth/token", {"username": "admin", "password": password})
        running.token = json.loads(said[1])["access_token"]
        yield running
    finally:
        if up.poll() is None:
            up.terminate()
            up.communicate(timeout=90)
        if leader:
            standalone.stop(leader, grace=1)
