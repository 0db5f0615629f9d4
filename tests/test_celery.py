"""The CeleryExecutor, with a real Redis and a real PostgreSQL: the same work elsewhere, nothing twice.

The journey with a worker killed takes minutes, most of them Airflow's patience with a silent worker (90 s):
`make celery` runs it. What `make test` runs is one task of ours, through Redis, on one worker.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from cluster import ROOT, Cluster, cluster, redis_server
from commands import FINLAND, row
from journey import Program
from mailserver import Inbox, serving
from press import NEWSROOM, press
from servers import WebServer

from tests.postgres import PostgresDatabases

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
SCRIPT = ROOT / "tests" / "celery_script.py"
NOON = "2024-03-05T12:00:00Z"
#: Seconds from the kill within which all is done.
RECOVERY = 180


def ours(program: Program) -> dict[str, str]:
    """The program's settings in the environment."""
    return {k: v for k, v in program.environment.items() if k.startswith("CLUSTERWATCH")}


def told(inbox: Inbox) -> list[str]:
    """The statements that mails tell of, one for each mail."""
    return [str(message_from_bytes(body)["X-Clusterwatch-Statement"]) for _, body in inbox.taken]


def ids(inbox: Inbox) -> list[str]:
    return [str(message_from_bytes(body)["Message-ID"]) for _, body in inbox.taken]


def test_a_task_of_ours_goes_through_redis_to_a_worker(postgres: PostgresDatabases, tmp_path: Path) -> None:
    inbox = Inbox()
    (tmp_path / "in.jsonl").write_text("\n".join((row(1), row(2, FINLAND))), "utf-8")
    with WebServer() as web, serving(inbox) as port, redis_server(tmp_path) as broker:
        held = {"CLUSTERWATCH__ALERTS__HOLD_MINUTES": "5"}
        program = Program(tmp_path, web, port, database=postgres.fresh(), extra=held)
        later = replace(program, clock="2024-03-05T18:10:00Z")
        with cluster(tmp_path, postgres.fresh(), broker, ours(later)) as airflow:
            airflow.start("migrate", sys.executable, SCRIPT, "migrate")
            airflow.start_worker("worker-1", concurrency=1)
            done = program.run("ingest", "in.jsonl", "--announce")
            assert (done.returncode, inbox.taken) == (0, []), done.stderr  # held back for five minutes
            airflow.finish("migrate")
            airflow.start_api("--apps", "execution")
            airflow.start("run", sys.executable, SCRIPT, "run", "deliver_alerts")
            said = json.loads(airflow.finish("run").splitlines()[-1])
        waiting = program.json("alerts", "list", "--status", "queued", "--json")
    assert (said["executor"], said["state"]) == ("CeleryExecutor", "success"), said
    assert "deliver" in [task for task, _, _ in said["tasks"]]
    assert Counter(told(inbox)).most_common() == [("s1", 1), ("s2", 1)]
    assert waiting == []
    log = (tmp_path / "worker-1.log").read_text("utf-8")
    assert "execute_workload" in log, "no message came to the worker"


def test_a_redis_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    told = pytest.raises(RuntimeError, match=r"Redis ended with 1:[\s\S]*no-such-option")
    with told, redis_server(tmp_path, "--no-such-option", "1"):
        pass


@pytest.mark.skipif("CLUSTERWATCH_CELERY" not in os.environ, reason="takes minutes: make celery")
def test_a_worker_that_is_killed_costs_nothing_and_nothing_comes_twice(
    postgres: PostgresDatabases, tmp_path: Path
) -> None:
    inbox = Inbox()
    with press(NOON) as newsroom, serving(inbox) as port, redis_server(tmp_path) as broker:
        program = Program(tmp_path, newsroom, port, clock=NOON, database=postgres.fresh())  # type: ignore[arg-type]
        imported = program.run("feeds", "import", str(NEWSROOM / "feeds.opml"), "--from-start")
        assert imported.returncode == 0, imported.stderr
        with cluster(tmp_path, postgres.fresh(), broker, ours(program)) as airflow:
            bring_up(airflow, workers=("worker-1", "worker-2"))
            run = trigger(airflow)
            victim = airflow.wait_for("a task at work", lambda: at_work(airflow, run, "process"), 120)
            airflow.kill(victim)
            killed = time.monotonic()
            state = airflow.wait_for("the end of the run", lambda: ended(airflow, run), RECOVERY)
            took = time.monotonic() - killed
            tasks = instances(airflow, run)
        ledger = program.json("statements", "--format", "json")
    print(f"{victim} was killed; all was done {took:.0f} s later")  # noqa: T201 - a figure for the documents
    assert state == "success", tasks
    tries = {t["task_id"]: t["try_number"] for t in tasks}
    assert tries["process"] == 2, "the task was not interrupted"
    assert len(ids(inbox)) == len(set(ids(inbox))), "a message was sent twice"
    assert set(Counter(told(inbox)).values()) == {1}, "a statement was told twice"
    # The same as one undisturbed run on SQLite gives, in the ledger and in the mailbox.
    calm, quiet = undisturbed(tmp_path / "calm")
    assert essence(ledger) == essence(calm)
    assert len(told(inbox)) == len(told(quiet)) > 0


def bring_up(airflow: Cluster, workers: Sequence[str]) -> None:
    """All parts of a cluster, and poll_feeds known to it."""
    airflow.start("migrate", sys.executable, SCRIPT, "migrate")
    airflow.finish("migrate")
    airflow.start_api()
    airflow.start_airflow("scheduler", "scheduler", "--skip-serve-logs")
    airflow.start_airflow("dag-processor", "dag-processor")
    for name in workers:
        airflow.start_worker(name, concurrency=2)
    airflow.wait_for("the API server", airflow.log_in, 120)
    airflow.wait_for("the DAG", lambda: airflow.ask("/api/v2/dags/poll_feeds"), 120)
    for name in workers:
        airflow.wait_for(name, lambda name=name: "ready" in airflow.end_of(name), 120)  # type: ignore[misc]


def trigger(airflow: Cluster) -> str:
    """Starts a run of poll_feeds; the path of the run in Airflow's API."""
    airflow.ask("/api/v2/dags/poll_feeds", {"is_paused": False}, method="PATCH")
    path = "/api/v2/dags/poll_feeds/dagRuns"
    runs = airflow.wait_for("a run", lambda: airflow.ask(path).get("dag_runs"), 60)
    return f"{path}/{urllib.parse.quote(runs[0]['dag_run_id'])}"


def instances(airflow: Cluster, run: str) -> list[dict[str, Any]]:
    return list(airflow.ask(f"{run}/taskInstances").get("task_instances", []))


def at_work(airflow: Cluster, run: str, task: str) -> str | None:
    """The worker on which that task runs just now."""
    running = [t for t in instances(airflow, run) if (t["task_id"], t["state"]) == (task, "running")]
    return airflow.holder(running[0]["pid"]) if running and running[0]["pid"] else None


def ended(airflow: Cluster, run: str) -> str | None:
    state = airflow.ask(run).get("state")
    return str(state) if state in ("success", "failed") else None


def undisturbed(folder: Path) -> tuple[list[dict[str, Any]], Inbox]:
    """The ledger and the mailbox after one run without Airflow on the same press."""
    folder.mkdir()
    inbox = Inbox()
    with press(NOON) as newsroom, serving(inbox) as port:
        program = Program(folder, newsroom, port, clock=NOON)  # type: ignore[arg-type]
        program.run("feeds", "import", str(NEWSROOM / "feeds.opml"), "--from-start")
        done = program.run("run", "--once")
        assert done.returncode == 0, done.stderr
        return program.json("statements", "--format", "json"), inbox


def essence(ledger: list[dict[str, Any]]) -> list[str]:
    """What a ledger says, without the ids, which follow the order of arrival."""
    kept = ("speaker", "state", "said_on", "positions")
    return sorted(json.dumps({k: s.get(k) for k in kept}, sort_keys=True) for s in ledger)
