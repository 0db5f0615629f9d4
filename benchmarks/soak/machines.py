"""The same press under Airflow with the CeleryExecutor: 1, 2, 4 workers, a real Redis, a real PostgreSQL.

    python benchmarks/soak/machines.py --feeds 300 --workers 1 2 4

Each number of workers gets a ledger of its own that has met the press once; then poll_feeds runs on the other
cycles, and once more when nothing is due, which shows what Airflow itself takes. Prints a row a run: seconds
from asking for it to its end, the longest batch's, those of ``process``, CPU seconds by part. One machine
plays all of them: what is more than its cores can do is seen in the CPU columns. Exit status 1 as for the
soak.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from plan import Plan, clock_of
from runs import HERE, TESTS, ask, backend_seconds, press, say, settings
from verdict import faults, outcome_of

from monitor import app
from monitor.cli import standalone

sys.path.insert(0, TESTS)
SCRIPT = Path(TESTS) / "celery_script.py"
RUNS = "/api/v2/dags/poll_feeds/dagRuns"


def seconds_of(leader: int) -> float:
    """CPU seconds of a part: all processes of its session, with those that ended in it."""
    total = 0
    for pid in standalone.session(leader):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, stat[11:15]))
    return total / 100.0


def used(airflow: Any, ledger: str) -> dict[str, float]:
    """CPU seconds so far: of the workers together, of Airflow's other parts, of PostgreSQL."""
    parts = {name: seconds_of(leader.pid) for name, leader in airflow.leaders.items()}
    workers = sum(seconds for name, seconds in parts.items() if name.startswith("worker"))
    return {
        "workers": workers,
        "airflow": sum(parts.values()) - workers,
        "postgresql": backend_seconds(ledger),
    }


def set_clock(airflow: Any, clock: datetime) -> None:
    """From now on every task begins at that moment: the setting is a Variable of Airflow's."""
    key = "CLUSTERWATCH__CLOCK__START"
    body = {"key": key, "value": clock.isoformat()}
    if airflow.ask(f"/api/v2/variables/{key}"):
        airflow.ask(f"/api/v2/variables/{key}", body, method="PATCH")
    else:
        airflow.ask("/api/v2/variables", body)


def one_run(airflow: Any, ledger: str, clock: datetime) -> dict[str, Any]:
    """A run of poll_feeds at that moment of the program's clock, and what it took."""
    set_clock(airflow, clock)
    before, began = used(airflow, ledger), time.perf_counter()
    made = airflow.ask(RUNS, {"logical_date": None})
    run = f"{RUNS}/{urllib.parse.quote(made['dag_run_id'])}"
    airflow.wait_for("the end of a run", lambda: airflow.ask(run).get("state") in ("success", "failed"), 3600)
    wall, after = time.perf_counter() - began, used(airflow, ledger)
    tasks = airflow.ask(f"{run}/taskInstances?limit=100")["task_instances"]
    if bad := [t["task_id"] for t in tasks if t["state"] not in ("success", "skipped")]:
        raise SystemExit(f"{bad} did not succeed; {airflow.ends()}")
    took = [(t["task_id"], t["duration"] or 0.0) for t in tasks]
    return {
        "wall": wall,
        "batches": [seconds for name, seconds in took if name == "poll_batch"],
        "tasks": len(tasks),
        "by_task": {name: round(sum(s for n, s in took if n == name), 1) for name, _ in took},
        "cpu": {name: after[name] - before[name] for name in after},
    }


def measure(
    plan: Plan, workers: int, server: Any, broker: str, *, delay: float, timeout: float
) -> dict[str, Any]:
    """All runs with so many workers, on a fresh ledger and a fresh Airflow."""
    from cluster import cluster

    ledger = server.fresh()
    with press(plan) as port, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = settings(port, ledger, delay, timeout)
        ours = {k: v for k, v in environment.items() if k.startswith("CLUSTERWATCH")}
        feeds = Path(folder) / "feeds.json"
        feeds.write_text(json.dumps([[f.url, f.language] for f in plan.feeds]), "utf-8")
        ask(port, "/_cycle?n=0")
        first = environment | {"CLUSTERWATCH__CLOCK__START": clock_of(0, plan.cycles).isoformat()}
        command = [sys.executable, str(HERE / "cycle.py"), "--feeds", str(feeds)]
        subprocess.run(command, env=first, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        runs: dict[str, Any] = {}
        with cluster(Path(folder), server.fresh(), broker, ours) as airflow:
            airflow.start("migrate", sys.executable, SCRIPT, "migrate")
            airflow.finish("migrate")
            airflow.start_api()
            airflow.start_airflow("scheduler", "scheduler", "--skip-serve-logs")
            airflow.start_airflow("dag-processor", "dag-processor")
            for number in range(workers):
                airflow.start_worker(f"worker-{number + 1}", concurrency=2)
            airflow.wait_for("the API server", airflow.log_in, 300)
            airflow.wait_for("the DAG", lambda: airflow.ask("/api/v2/dags/poll_feeds"), 300)
            set_clock(airflow, clock_of(0, plan.cycles) + timedelta(minutes=1))
            airflow.ask("/api/v2/dags/poll_feeds", {"is_paused": False}, method="PATCH")
            airflow.wait_for("the scheduled run", lambda: _at_rest(airflow), 1800)
            for number in range(1, plan.cycles):
                ask(port, f"/_cycle?n={number}")
                runs[f"cycle {number}"] = one_run(airflow, ledger, clock_of(number, plan.cycles))
                say(f"{workers} workers, cycle {number}: {runs[f'cycle {number}']}")
            last = clock_of(plan.cycles - 1, plan.cycles)
            runs["nothing due"] = one_run(airflow, ledger, last + timedelta(seconds=30))
        stats = ask(port, "/_stats")
        os.environ.update(ours)
        with app.open_services(workers=0) as services:
            found = faults(plan, outcome_of(services, stats, ()), delay=delay)
    return {"workers": workers, "runs": runs, "faults": found, "alerts": len(stats["hooks"])}


def _at_rest(airflow: Any) -> bool:
    """Whether the run that unpausing has set off is over: it comes by the scheduler's own time."""
    runs = airflow.ask(RUNS).get("dag_runs") or []
    return bool(runs) and all(run["state"] in ("success", "failed") for run in runs)


def row(workers: int, name: str, run: Mapping[str, Any]) -> str:
    """One row of the table."""
    cpu, batches = run["cpu"], run["batches"]
    numbers = [max(batches, default=0), run["by_task"].get("process", 0)]
    numbers += [cpu["workers"], cpu["airflow"], cpu["postgresql"]]
    cells = [str(workers), name, f"{run['wall']:.0f}", str(run["tasks"]), str(len(batches))]
    cells += [f"{number:.0f}" for number in numbers]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """The command line."""
    from cluster import redis_server
    from postgres import postgres_server

    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--feeds", type=int, default=300)
    given.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    given.add_argument("--cycles", type=int, default=3)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--delay", type=float, default=2.0)
    given.add_argument("--timeout", type=float, default=30.0)
    options = given.parse_args()
    plan, wrong, rows = Plan(options.feeds, options.cycles, options.seed), 0, []
    for workers in options.workers:
        with (
            postgres_server() as server,
            tempfile.TemporaryDirectory(dir="/tmp") as folder,
            redis_server(Path(folder)) as broker,
        ):
            result = measure(plan, workers, server, broker, delay=options.delay, timeout=options.timeout)
        rows += [row(workers, name, run) for name, run in result["runs"].items()]
        wrong += len(result["faults"])
        for fault in result["faults"][:50]:
            say(f"WRONG: {fault}")
    print(
        "| workers | run | wall s | tasks | of them batches | longest batch s | process s | CPU s: workers "
        "| Airflow's other parts | PostgreSQL |\n|" + "---|" * 10
    )
    print("\n".join(rows))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
