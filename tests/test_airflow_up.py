"""`clusterwatch airflow up`: healthy, one run done, and after SIGTERM no process is left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from press import NEWSROOM, Press, free_port, press

from monitor.cli import standalone

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
PROGRAM = Path(sys.executable).with_name("clusterwatch")


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Press]:
    with press("2024-03-05T12:00:00Z") as it:
        yield it


@pytest.fixture
def desk(tmp_path: Path, newsroom: Press) -> Path:
    """A working folder whose settings read the newsroom."""
    (tmp_path / "clusterwatch.toml").write_text(
        f'[clock]\nstart = "2024-03-05T12:00:00Z"\n[fetch]\nper_host_delay = 0.0\n{newsroom.connect_to}',
        "utf-8",
    )
    return tmp_path


def clusterwatch(desk: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], cwd=desk, capture_output=True, text=True, check=False, timeout=120
    )


def test_up_works_until_it_is_told_to_stop_and_leaves_nothing_behind(desk: Path) -> None:
    imported = clusterwatch(desk, "feeds", "import", NEWSROOM / "feeds.opml", "--from-start")
    assert imported.returncode == 0, imported.stderr
    port = free_port()
    up = subprocess.Popen(
        [PROGRAM, "airflow", "up", "--port", str(port)],
        cwd=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    home = desk / ".airflow"
    leader, left = 0, [0]
    try:
        assert up.stdout is not None
        line = up.stdout.readline()  # comes when all parts are healthy, or not at all
        assert f"http://localhost:{port}" in line, f"not healthy; see {home}/standalone.log"
        leader = int((home / "airflow.pid").read_text())
        assert leader in standalone.session(leader)
        password = json.loads((home / "admin-password.json").read_text())["admin"]
        assert (home / "admin-password.json").stat().st_mode & 0o077 == 0
        assert clusterwatch(desk, "airflow", "status", "--port", port).returncode == 0

        again = clusterwatch(desk, "airflow", "up", "--port", free_port())
        assert (again.returncode, "runs already" in again.stderr) == (2, True)

        assert first_run(port, password) == "success"
        found = clusterwatch(desk, "statements", "--format", "json")
        assert json.loads(found.stdout), "the run found no statement"
    finally:
        up.send_signal(signal.SIGTERM)
        out, err = up.communicate(timeout=60)
        if leader:
            left = standalone.session(leader)
            standalone.stop(leader, grace=1)
    assert up.returncode == 0, err
    assert left == []
    assert password not in line + out + err + (home / "standalone.log").read_text()
    assert clusterwatch(desk, "airflow", "status", "--port", port).returncode == 1
    assert "no Airflow runs" in clusterwatch(desk, "airflow", "down").stdout


def first_run(port: int, password: str) -> str:
    """The end state of the first run of poll_feeds, asked for over Airflow's API."""
    token = call(port, "/auth/token", {"username": "admin", "password": password})["access_token"]
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        runs = call(port, "/api/v2/dags/poll_feeds/dagRuns", token=token).get("dag_runs", [])
        if runs and runs[0]["state"] in {"success", "failed"}:
            return str(runs[0]["state"])
        time.sleep(1)
    return "no run came to an end"


def call(port: int, path: str, body: object = None, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode() if body else None,
        headers={
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {token}"} if token else {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        if error.code == 404:  # the DAG is not known yet
            return {}
        raise


def test_a_port_in_use_is_said_in_one_sentence(desk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = clusterwatch(desk, "airflow", "up", "--port", port)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"port {port} is in use" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_without_our_dags_is_said_in_one_sentence(desk: Path) -> None:
    with (desk / "clusterwatch.toml").open("a") as settings:
        settings.write(f'[airflow]\ndags_folder = "{desk}"\n')
    ran = clusterwatch(desk, "airflow", "up")
    assert ran.returncode == 2
    assert "dags_folder" in ran.stderr


def test_the_user_s_airflow_settings_stay_but_for_those_that_must_agree(tmp_path: Path) -> None:
    place = standalone.Place(home=tmp_path, port=9123, dags=tmp_path)
    given = {
        "AIRFLOW__CORE__PARALLELISM": "9",
        "AIRFLOW__API__PORT": "1",
        "CLUSTERWATCH__READ__TRIES": "2",
    }
    environ = standalone.environment(place, tmp_path / "x.toml", {**given, "PATH": os.defpath})
    assert environ["AIRFLOW__CORE__PARALLELISM"] == "9"
    assert environ["AIRFLOW__API__PORT"] == "9123"
    assert environ["AIRFLOW__API__BASE_URL"] == "http://localhost:9123"
    assert environ["CLUSTERWATCH__READ__TRIES"] == "2"
    assert environ["CLUSTERWATCH_CONFIG"] == str(tmp_path / "x.toml")


def test_a_stop_reaches_processes_that_left_the_group_and_those_that_do_not_listen() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    script = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {stubborn!r}], process_group=0)\n"
        "print('up', flush=True); time.sleep(600)"
    )
    leader = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert leader.stdout is not None
    assert leader.stdout.readline() == "up\n"
    time.sleep(0.5)  # until the other one no longer listens
    assert len(standalone.session(leader.pid)) == 2
    standalone.stop(leader.pid, leader, grace=1)
    leader.stdout.close()
    assert standalone.session(leader.pid) == []
