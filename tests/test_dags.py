"""The DAGs load, say what they do, stay small, and really do the work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from press import NEWSROOM, press

ROOT = Path(__file__).parent.parent
DAGS = ROOT / "dags"
EXPECTED = {"poll_feeds"}

pytestmark = pytest.mark.airflow


def child(home: Path, *arguments: str, **environ: str) -> dict[str, Any]:
    """What tests/dag_script.py says, run with an Airflow home of its own."""
    ran = subprocess.run(
        [sys.executable, ROOT / "tests" / "dag_script.py", *arguments],
        env={
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
            **environ,
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-6000:]
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAGs as Airflow sees them, loaded where neither settings nor database are."""
    return child(tmp_path_factory.mktemp("airflow"), CLUSTERWATCH_CONFIG="/nowhere/clusterwatch.toml")


def test_every_dag_loads_and_none_is_unexpected(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == EXPECTED


def test_every_dag_says_what_it_does_and_whose_it_is(bag: dict[str, Any]) -> None:
    for name, dag in bag["dags"].items():
        assert dag["doc"].strip().endswith("."), name
        assert len(dag["doc"].split()) > 20, name
        assert "clusterwatch" in dag["tags"], name
        assert dag["owner"] == "clusterwatch", name


def test_poll_feeds_runs_one_at_a_time_and_never_makes_up_for_the_past(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["poll_feeds"]
    assert (dag["schedule"], dag["catchup"], dag["max_active_runs"]) == ("*/10 * * * *", False, 1)
    assert dag["mapped"] == ["poll_batch"]
    assert dag["tasks"]["due"] == ["poll_batch"]
    assert "process" in dag["tasks"]["poll_batch"]
    assert "deliver" in dag["tasks"]["process"]


@pytest.mark.parametrize("file", sorted(DAGS.glob("*.py")), ids=lambda f: f.name)
def test_a_dag_file_is_at_most_forty_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 40


def test_a_run_polls_reads_and_tells_and_the_next_does_nothing(tmp_path: Path) -> None:
    with press("2024-03-05T12:00:00Z") as newsroom:
        config = tmp_path / "clusterwatch.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{tmp_path}/ledger.db"\n[clock]\nstart = "2024-03-05T12:00:00Z"\n'
            f"[fetch]\nper_host_delay = 0.0\n{newsroom.connect_to}",
            "utf-8",
        )
        environ = {"CLUSTERWATCH_CONFIG": str(config)}
        program = Path(sys.executable).with_name("clusterwatch")
        feeds = [program, "--config", config, "feeds", "import", NEWSROOM / "feeds.opml", "--from-start"]
        subprocess.run(feeds, check=True, cwd=tmp_path)
        first, second = child(tmp_path, "poll_feeds", "poll_feeds", **environ)["runs"]
        assert newsroom.seen()
        said = subprocess.run(
            [program, "--config", config, "statements", "--format", "json"],
            check=True, cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
    assert (first["state"], second["state"]) == ("success", "success")
    assert json.loads(said.stdout), "no statement in the ledger"
    told = counts(first, "deliver")
    assert told["sent"] > 0
    assert counts(second, "deliver").get("sent", 0) == 0
    batches = [values for task, _, values in first["xcoms"] if task == "due"]
    assert 1 <= len(batches[0]) <= 8
    for task, key, value in first["xcoms"]:
        assert key != "return_value" or only_numbers(value), (
            f"{task} passes more than ids and counts: {value!r}"
        )


def counts(run: dict[str, Any], task: str) -> dict[str, int]:
    """What one task of a run returned."""
    return next(value for name, key, value in run["xcoms"] if name == task and key == "return_value")


def only_numbers(value: object) -> bool:
    """Whether a value holds whole numbers, in lists or under names, and no text."""
    if isinstance(value, dict):
        return all(only_numbers(v) for v in value.values())
    if isinstance(value, list):
        return all(only_numbers(v) for v in value)
    return isinstance(value, int)
