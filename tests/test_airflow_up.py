"""`clusterwatch airflow up`: healthy, its work done though a task is killed, and after SIGTERM no process."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from press import NEWSROOM, free_port, press
from standing_airflow import Airflow, clusterwatch, standing

from monitor.cli import standalone

pytestmark = [pytest.mark.airflow, pytest.mark.slow]


NOW = "2024-02-16T12:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A working folder with settings."""
    (tmp_path / "clusterwatch.toml").write_text(f'[clock]\nstart = "{NOW}"\n', "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """Up beside the newsroom, its feeds added from the start."""
    desk = tmp_path_factory.mktemp("desk")
    with press(NOW) as newsroom:
        (desk / "clusterwatch.toml").write_text(
            f'[clock]\nstart = "{NOW}"\n[fetch]\nper_host_delay = 0.0\n{newsroom.connect_to}', "utf-8"
        )
        imported = clusterwatch(desk, "feeds", "import", NEWSROOM / "feeds.opml", "--from-start")
        assert imported.returncode == 0, imported.stderr
        with standing(desk) as running:
            yield running


def test_up_says_when_all_parts_are_healthy_and_keeps_its_word_to_itself(airflow: Airflow) -> None:
    assert airflow.leader in standalone.session(airflow.leader)
    assert (airflow.home / "admin-password.json").stat().st_mode & 0o077 == 0
    assert clusterwatch(airflow.desk, "airflow", "status", "--port", airflow.port).returncode == 0
    again = clusterwatch(airflow.desk, "airflow", "up", "--port", free_port())
    assert (again.returncode, "runs already" in again.stderr) == (2, True)


def test_a_task_killed_at_its_work_is_tried_again_and_tells_everything_once(airflow: Airflow) -> None:
    where = "/dags/poll_feeds/dagRuns/~/taskInstances?task_ids=process&task_id=process"

    def process() -> dict[str, Any]:
        found = airflow.call(where).get("task_instances", [])
        return next((one for one in found if one["task_id"] == "process"), {})

    def at_work() -> int:
        """The process of the task, once it has stored the first article."""
        with closing(sqlite3.connect(f"file:{airflow.desk}/clusterwatch.db?mode=ro", uri=True)) as ledger:
            begun = ledger.execute("SELECT count(*) FROM articles").fetchone()[0]
        one = process() if begun else {}
        return int(one["pid"] or 0) if one.get("state") == "running" else 0

    pid = airflow.until(at_work, "reading")
    assert pid in standalone.session(airflow.leader)
    os.kill(pid, signal.SIGKILL)
    ended = airflow.until(
        lambda: [run for run in airflow.runs("poll_feeds") if run["state"] in ("success", "failed")], "a run"
    )
    assert ended[0]["state"] == "success"
    assert process()["try_number"] >= 2
    statements = json.loads(clusterwatch(airflow.desk, "statements", "--format", "json").stdout)
    said = [(s["speaker_en"], s["said_on"], s["passages"][0]["text"]) for s in statements]
    assert len(set(said)) == len(said) > 0
    told = {s["id"] for s in statements if s["alert"]["state"] != "not_told"}
    events = airflow.call("/assets/events")["asset_events"]
    numbers = [f"s{n}" for event in events for n in event["extra"]["statements"]]
    assert sorted(numbers) == sorted(told)


def test_the_ledger_is_in_the_navigation_for_who_is_logged_in(airflow: Airflow) -> None:
    (plugin,) = airflow.call("/plugins")["plugins"]
    assert plugin["external_views"][0]["href"] == "/clusterwatch/"
    for path in ("/clusterwatch/statements", "/clusterwatch/statements.json", "/clusterwatch/metrics"):
        assert airflow.ask(path, token="") == (401, "log in to Airflow first")
        assert airflow.ask(path, token="made.up.word")[0] in (401, 403)
    status, page = airflow.ask("/clusterwatch/")
    assert status == 200
    assert 'href="/clusterwatch/statements/s' in page


def test_down_leaves_no_process_and_no_secret(airflow: Airflow) -> None:
    airflow.up.send_signal(signal.SIGTERM)
    out, err = airflow.up.communicate(timeout=90)
    assert airflow.up.returncode == 0, err
    assert standalone.session(airflow.leader) == []
    log = (airflow.home / "standalone.log").read_text()
    assert airflow.password not in airflow.line + out + err + log
    assert clusterwatch(airflow.desk, "airflow", "status", "--port", airflow.port).returncode == 1
    assert "no Airflow runs" in clusterwatch(airflow.desk, "airflow", "down").stdout


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
    assert environ["CLUSTERWATCH_AIRFLOW_DATABASE"] == environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert "AIRFLOW__CORE__PLUGINS_FOLDER" not in environ, "there is no plugin beside these DAGs"
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
