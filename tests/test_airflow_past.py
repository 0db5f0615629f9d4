"""`airflow backfill create` over the newsroom's ten weeks: forwards, backwards, once more; nobody is told.

It takes some minutes: `make past` runs it. Airflow's own rows are in a real PostgreSQL, as for its long
transaction its SQLite file is too busy on a machine that does much else.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest
from mailserver import DESK, Inbox, serving
from press import NEWSROOM
from standing_airflow import Airflow, clusterwatch, standing

from monitor.cli import standalone
from tests.postgres import PostgresDatabases

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.skipif("CLUSTERWATCH_PAST" not in os.environ, reason="takes minutes: make past"),
]
ROOT = Path(__file__).parent.parent
#: CLUSTERWATCH_PAST=6 takes every sixth document, so that it is over sooner.
STEP = int(os.environ.get("CLUSTERWATCH_PAST", "1"))
DOCUMENTS = (NEWSROOM / "documents.jsonl").read_text("utf-8").splitlines()[::STEP]
WEEKS = ("--from-date", "2024-02-12", "--to-date", "2024-04-15")
SETTINGS = '[database]\nurl = "sqlite:///{}"\n[clock]\nstart = "2024-05-01T12:00:00Z"\n'


@dataclass(frozen=True)
class Straight:
    """The documents as a file, and the ledger of one `ingest` of them."""

    file: Path
    ledger: list[str]


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Straight:
    place = tmp_path_factory.mktemp("straight")
    (place / "documents.jsonl").write_text("\n".join(DOCUMENTS), "utf-8")
    (place / "clusterwatch.toml").write_text(SETTINGS.format(place / "ledger.db"), "utf-8")
    done = clusterwatch(place, "ingest", "documents.jsonl")
    assert done.returncode == 0, done.stderr
    return Straight(place / "documents.jsonl", held_in(place))


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresDatabases) -> Iterator[Airflow]:
    """Up with Airflow's own rows in PostgreSQL, over an empty ledger."""
    desk = tmp_path_factory.mktemp("desk")
    (desk / "clusterwatch.toml").write_text(SETTINGS.format(desk / "empty.db"), "utf-8")
    rows = postgres.fresh()
    with standing(desk, rows_in(rows)) as running:
        running.rows = rows
        yield running


def rows_in(url: str) -> dict[str, str]:
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url.replace("+psycopg:", "+psycopg_async:"),
    }


def test_the_past_by_airflow_is_the_ledger_of_one_ingest(
    straight: Straight, airflow: Airflow, tmp_path: Path
) -> None:
    def ledger(name: str) -> Path:
        """A folder whose settings name a ledger of its own; Airflow's tasks work on it from now on."""
        place = tmp_path / name
        place.mkdir()
        text = SETTINGS.format(place / "ledger.db")
        for folder in (place, airflow.desk):
            (folder / "clusterwatch.toml").write_text(text, "utf-8")
        return place

    place = straight.file.parent
    assert len(straight.ledger) > len(DOCUMENTS) / 2
    conf = json.dumps({"source": "files", "feeds": [str(straight.file)], "pages": "all"})
    for name, more in (("forwards", ()), ("backwards", ("--run-backwards",)), ("again", ())):
        if name != "again":
            place = ledger(name)
        backfill(airflow, "--dag-run-conf", conf, "--reprocess-behavior", "completed", *more)
        assert held_in(place) == straight.ledger, name
        assert json.loads(clusterwatch(place, "alerts", "list", "--json").stdout) == [], name


def test_operators_hear_once_of_a_dag_that_fails_again_and_again(airflow: Airflow) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        (airflow.desk / "clusterwatch.toml").write_text(
            f'[database]\nurl = "sqlite:////nowhere/ledger.db"\n[alerts]\noperators = [{{ by = "email", to = '
            f'["{DESK}"] }}]\n[alerts.email]\nhost = "127.0.0.1"\nport = {port}\ntls = "off"\n'
        )
        for day in ("2026-01-01", "2026-01-02"):
            when = {"logical_date": f"{day}T00:00:00Z", "dag_run_id": f"on-{day}"}
            assert airflow.call("/dags/deliver_alerts/dagRuns", when, "POST")

            def failed(name: str = when["dag_run_id"]) -> bool:
                runs = {run["dag_run_id"]: run["state"] for run in airflow.runs("deliver_alerts")}
                return runs.get(name) == "failed"

            airflow.until(failed, f"the run of {day}", 300)
            if day == "2026-01-01":
                airflow.until(lambda: ours(inbox), "a notice", 120)
        time.sleep(45)  # the DAG processor has called what it is to call by then
        (notice,) = ours(inbox)
    assert "on-2026-01-01 of deliver_alerts failed" in notice


def ours(inbox: Inbox) -> list[str]:
    """The subjects of notices on the runs that the test asked for; others may fail beside them."""
    subjects = [" ".join(message_from_bytes(body)["Subject"].split()) for _, body in inbox.taken]
    return [subject for subject in subjects if "on-2026-01-" in subject]


def backfill(airflow: Airflow, *more: str) -> None:
    """`airflow backfill create` over the ten weeks, until all of its runs are done."""
    place = standalone.Place(airflow.home, airflow.port, ROOT / "dags")
    given = os.environ | rows_in(airflow.rows)
    created = subprocess.run(
        [standalone.executable(), "backfill", "create", "--dag-id", "backfill_archive", *WEEKS, *more],
        env=standalone.environment(place, airflow.desk / "clusterwatch.toml", given),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert created.returncode == 0, created.stdout + created.stderr

    def over() -> list[str]:
        states = [run["state"] for run in airflow.runs("backfill_archive", "backfill")]
        return states if states and set(states) <= {"success", "failed"} else []

    assert airflow.until(over, "the weeks", 900) == ["success"] * 10
    where = "/backfills?dag_id=backfill_archive"
    airflow.until(lambda: all(one["completed_at"] for one in airflow.call(where)["backfills"]), "its end")


def held_in(place: Path) -> list[str]:
    """The ledger without its numbers: who said what when, in which words, carried by whom."""
    said = clusterwatch(place, "statements", "--format", "json", "--limit", 1000)
    assert said.returncode == 0, said.stderr
    facts = [
        [
            s["speaker_en"], s["state"], s["office"], s["kind"], s["said_on"], sorted(s["positions"]),
            sorted({p["text"] for p in s["passages"]}), sorted(a["url"] for a in s["appearances"]),
        ]
        for s in json.loads(said.stdout)
    ]  # fmt: skip
    return sorted(json.dumps(one, ensure_ascii=False) for one in facts)
