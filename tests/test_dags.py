"""The DAGs load, say what they do, stay small, and do the work: each twice, in two Airflows at once."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpsite
import pytest
from mailserver import DESK, Inbox, serving
from press import NEWSROOM, press

ROOT = Path(__file__).parent.parent
DAGS = ROOT / "dags"
EXPECTED = {"poll_feeds", "deliver_alerts", "backfill_archive", "maintain", "example_on_statements"}
PROGRAM = Path(sys.executable).with_name("clusterwatch")
NOW = "2024-02-16T12:00:00Z"
#: A run of it fails, and calls what ours call when a run has failed.
FAILS = """
from airflow.sdk import DAG, task
from clusterwatch_tasks import COMMON

told = {"default_args": {"retries": 0, "on_failure_callback": COMMON["on_failure_callback"]}}
with DAG("fails", **COMMON | told | {"on_failure_callback": None}):
    @task
    def fail():
        import os
        from airflow.sdk.log import redact
        from clusterwatch_settings import environ
        from monitor.app import settings_of
        told = environ()
        filed = settings_of(environ=told).settings.alerts.webhook.secret.get_secret_value()
        secret = told["CLUSTERWATCH__ALERTS__LINKS__SECRET"]
        port = os.environ.pop("CLUSTERWATCH__ALERTS__EMAIL__PORT")
        desk, os.environ["CLUSTERWATCH_CONFIG"] = os.environ["CLUSTERWATCH_CONFIG"], os.environ["TEST_CONFIG"]
        late = settings_of(environ=environ()).settings.serve.password.get_secret_value()
        os.environ |= {"CLUSTERWATCH_CONFIG": desk, "CLUSTERWATCH__ALERTS__EMAIL__PORT": port}
        raise ValueError(redact(f"on purpose, with {secret}, {filed} and {late}"))
    fail()
"""
SECRET = "a word that no log may have"
FILED = "nor may one have what a file keeps secret"
LATE = "or what can be read only where a Connection counts"
SETTINGS = """
[read]
workers = 1
[alerts]
operators = [{ by = "email", to = ["operator@example.org"] }, { by = "slack" }]
[alerts.email]
host = "127.0.0.1"
tls = "off"
[alerts.slack]
webhook_url = "%s/hook"
[[subscriptions]]
name = "desk"
by = "email"
to = ["%s"]
[fetch]
per_host_delay = 0.0
"""
#: What two Airflows do at once: one runs each DAG twice, the other those that write at the same time.
PAST = "backfill_archive@2024-02-19"
ONE = sorted(EXPECTED - {"backfill_archive"}, reverse=True) * 2 + [PAST] * 2
TWO = ["poll_feeds", "deliver_alerts", "poll_feeds", "fails", "fails"]
#: What cannot be done, however often it is tried.
WRONG = ["backfill_archive@none", 'backfill_archive@2024-02-19={"source": "nowhere"}']
SENDER = "Told by a Variable <variable@example.org>"

pytestmark = pytest.mark.airflow


def child(home: Path, *arguments: str, **environ: str) -> dict[str, Any]:
    """What tests/dag_script.py says, run with an Airflow home of its own."""
    home.mkdir(exist_ok=True)
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
        timeout=1200,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-6000:]
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    said["log"] = ran.stdout + ran.stderr
    return said


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAGs as Airflow sees them, loaded where neither settings nor database are."""
    return child(tmp_path_factory.mktemp("airflow"), CLUSTERWATCH_CONFIG="/nowhere/clusterwatch.toml")


def test_every_dag_loads_and_none_is_unexpected(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == EXPECTED


def test_reading_the_files_needs_no_network_no_database_and_none_of_the_program(bag: dict[str, Any]) -> None:
    assert bag["touched"] == []
    assert bag["ours"] == [], "what a DAG file imports is paid for again and again"


def test_every_dag_says_what_it_does_and_whose_it_is(bag: dict[str, Any]) -> None:
    for name, dag in bag["dags"].items():
        assert len(dag["doc"].split()) > 20, name
        assert "clusterwatch" in dag["tags"], name
        assert dag["owner"] == "clusterwatch", name
        assert all(len(p["description"].split()) > 2 for p in dag["params"].values()), name
        assert dag["told_of_failure"], name
        assert min(task["retries"] for task in dag["tasks"].values()) >= 2, name
        assert (dag["catchup"], dag["paused"]) == (False, True if "example" in dag["tags"] else None), name


def test_when_each_runs(bag: dict[str, Any]) -> None:
    dags = bag["dags"]
    assert dags["poll_feeds"]["schedule"] == "*/10 * * * *"
    assert dags["deliver_alerts"]["schedule"] == "*/5 * * * *"
    assert dags["maintain"]["schedule"] == "17 4 * * *"
    assert dags["backfill_archive"]["timetable"] == "CronDataIntervalTimetable"
    assert {dag["max_active_runs"] for dag in dags.values()} == {1}


def test_weeks_of_the_past_are_read_side_by_side_and_wait_without_a_slot(bag: dict[str, Any]) -> None:
    """What another week holds is no failure: `make past` reads ten weeks of one file so."""
    task = bag["dags"]["backfill_archive"]["tasks"]["read_week"]
    assert (task["at_once"], task["waits"], task["days"]) == (4, "reschedule", 90)
    assert (task["retries"], task["backoff"]) == (8, 2), "a service may keep us out for hours"


def test_poll_feeds_maps_over_batches_and_delivers_whatever_failed(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["poll_feeds"]
    tasks = dag["tasks"]
    assert [name for name, task in tasks.items() if task["mapped"]] == ["poll_batch"]
    assert tasks["due"]["then"] == ["poll_batch"]
    assert "process" in tasks["poll_batch"]["then"]
    assert {"deliver", "update_asset"} <= set(tasks["process"]["then"])
    assert {tasks[name]["rule"] for name in ("process", "deliver", "update_asset")} == {"all_done"}


def test_the_document_says_what_the_dags_say(bag: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    page = importlib.import_module("dag_docs").page
    assert (ROOT / "docs" / "dags.md").read_text("utf-8") == page(bag["dags"]), "make dag-docs"


@pytest.mark.parametrize("file", sorted(DAGS.glob("*.py")), ids=lambda f: f.name)
def test_a_file_is_at_most_forty_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 40


@dataclass
class Lived:
    """What two Airflows that ran at once over one ledger left behind."""

    airflows: list[dict[str, Any]]
    statements: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    mails: list[Any]
    posts: list[Any]
    faults: str

    def runs(self, name: str) -> list[dict[str, Any]]:
        return [run for airflow in self.airflows for run in airflow["runs"] if run["dag"] == name]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """One Airflow knows the mail server by a Connection only, the other by the program's own settings, in
    spite of one; both know the sender by a Variable only."""
    folder = tmp_path_factory.mktemp("desk")
    config, inbox = folder / "clusterwatch.toml", Inbox()

    def answer(request: httpsite.Request, nth: int) -> httpsite.Reply:
        del request, nth
        return 200, {}, b"ok"

    with press(NOW) as newsroom, serving(inbox) as port, httpsite.serving(answer) as slack:
        ledger = f'[database]\nurl = "sqlite:///{folder}/ledger.db"\n[clock]\nstart = "{NOW}"\n'
        config.write_text(ledger + SETTINGS % (slack.url, DESK) + newsroom.connect_to, "utf-8")

        def clusterwatch(*arguments: object) -> str:
            command = [PROGRAM, "--config", config, *map(str, arguments)]
            return subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout

        clusterwatch("feeds", "import", NEWSROOM / "feeds.opml", "--from-start")
        mail = {"conn_type": "smtp", "host": "127.0.0.1", "port": port}
        mail["extra"] = {"disable_ssl": True, "disable_tls": True}
        environ = {
            "CLUSTERWATCH_CONFIG": str(config),
            "AIRFLOW_CONN_CLUSTERWATCH_SMTP": json.dumps(mail),
            "TEST_VARIABLES": json.dumps({"CLUSTERWATCH__ALERTS__EMAIL__FROM": SENDER}),
        }
        (folder / "webhook-secret").write_text(f"{FILED}\n")
        (folder / "other.toml").write_text(
            f'[alerts.email]\npassword_file = "not-there"\n[serve]\npassword = "{LATE}"\n'
        )
        (shutil.copytree(DAGS, folder / "dags") / "fails.py").write_text(FAILS)
        cleaned = {"CLUSTERWATCH_AIRFLOW_DATABASE": f"sqlite:///{folder}/one/airflow.db"}
        # There the environment says something of the server, and the file its host: no Connection counts.
        other = {
            "conn_type": "smtp",
            "host": "mail.invalid",
            "login": "desk",
            "password": "not for that port",
        }
        beside = {
            "AIRFLOW__CORE__DAGS_FOLDER": f"{folder}/dags",
            "AIRFLOW_CONN_CLUSTERWATCH_SMTP": json.dumps(other),
            "CLUSTERWATCH__ALERTS__EMAIL__PORT": str(port),
            "CLUSTERWATCH__ALERTS__LINKS__SECRET": SECRET,
            "CLUSTERWATCH__ALERTS__WEBHOOK__SECRET_FILE": "webhook-secret",
            "TEST_CONFIG": str(folder / "other.toml"),
        }
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(child, folder / "one", *ONE, **environ, **cleaned)
            two = pool.submit(child, folder / "two", *TWO, *WRONG, **environ | beside)
            airflows = [one.result(), two.result()]
        yield Lived(
            airflows,
            json.loads(clusterwatch("statements", "--format", "json")),
            json.loads(clusterwatch("alerts", "list", "--json")),
            [message_from_bytes(body) for _, body in inbox.taken],
            [request.json for request in slack.seen],
            clusterwatch("db", "check"),
        )


def test_each_dag_runs_twice_in_two_airflows_at_once(lived: Lived) -> None:
    ran = Counter((r["dag"], r["state"]) for a in lived.airflows for r in a["runs"])
    assert ran == Counter(
        (word.partition("@")[0], "failed" if word in ["fails", *WRONG] else "success")
        for word in ONE + TWO + WRONG
    )
    assert "no fault" in lived.faults


def test_every_statement_is_found_and_told_once(lived: Lived) -> None:
    assert lived.statements
    said = [(s["speaker_en"], s["state"], s["said_on"], s["passages"][0]["text"]) for s in lived.statements]
    assert len(set(said)) == len(said)
    told = [m for m in lived.mails if m["X-Clusterwatch-Statement"]]
    assert len({m["Message-ID"] for m in told}) == len(told) == len(lived.deliveries) > 0
    assert {d["status"] for d in lived.deliveries} == {"sent"}
    sent = [
        counts(run, "deliver").get("sent", 0)
        for n in ("poll_feeds", "deliver_alerts")
        for run in lived.runs(n)
    ]
    assert sum(sent) == len(told)


def test_settings_come_from_airflow_s_connections_and_variables(lived: Lived) -> None:
    assert {m["From"] for m in lived.mails if m["X-Clusterwatch-Statement"]} == {SENDER}


def test_operators_hear_of_a_failed_run_once_while_it_lasts(lived: Lived) -> None:
    (notice,) = [m for m in lived.mails if m["To"] == "operator@example.org"]
    assert re.fullmatch(
        r"Clusterwatch: the run manual__\S+ of fails failed", " ".join(notice["Subject"].split())
    )
    assert notice["From"] == SENDER
    assert [post["text"] for post in lived.posts] == [" ".join(notice["Subject"].split())]


def test_the_asset_tells_each_statement_once_and_only_what_is_told(lived: Lived) -> None:
    alerted = {s["id"] for s in lived.statements if s["alert"]["state"] != "not_told"}
    for airflow in lived.airflows:
        numbers = [f"s{n}" for event in airflow["events"] for n in event["statements"]]
        assert len(set(numbers)) == len(numbers)
        assert set(numbers) <= alerted
        skipped = [
            state for run in airflow["runs"] for task, _, state in run["tasks"] if task == "update_asset"
        ]
        assert skipped.count("success") == len(airflow["events"]) >= 1
    last = max(lived.airflows, key=lambda a: a["events"][-1]["last"])
    assert {f"s{n}" for event in last["events"] for n in event["statements"]} == alerted


def test_xcom_holds_ids_and_counts(lived: Lived) -> None:
    for run in (run for airflow in lived.airflows for run in airflow["runs"]):
        for task, key, value in run["xcoms"]:
            assert key == "return_value", f"{task} returns the same twice"
            assert only_numbers(value), f"{task} passes more than ids and counts: {value!r}"
    batches = [value for run in lived.runs("poll_feeds") for task, _, value in run["xcoms"] if task == "due"]
    assert 1 <= max(map(len, batches)) <= 8


def test_upkeep_finds_nothing_wrong_and_cleans_only_what_it_was_given(lived: Lived) -> None:
    for run in lived.runs("maintain"):
        assert counts(run, "check_ledger") == {"faults": 0, "waiting": 0, "closed": 0}
        assert counts(run, "check_feeds")["failing"] == 0
        assert counts(run, "refresh_register") == {"no_contact": 1}
    states = [state for run in lived.runs("maintain") for task, _, state in run["tasks"]]
    assert set(states) == {"success"}, "cleaning Airflow's database is skipped only where it is not named"


def test_the_past_of_a_week_is_read_once(lived: Lived) -> None:
    read = [run for run in lived.runs("backfill_archive") if run["state"] == "success"]
    done = [counts(run, "read_week") for run in read]
    assert sum(one.get("windows_done", 0) for one in done) > 0
    assert not any(one.get("windows_failed") for one in done)


def test_what_is_asked_wrongly_fails_at_once_and_says_why(lived: Lived) -> None:
    """Eight more tries with five minutes between them would outlast the test."""
    log = lived.airflows[1]["log"]
    assert "which week? Give the run a logical date" in log
    assert "there is no archive 'nowhere'" in log
    assert "UP_FOR_RETRY" not in log


def test_what_masks_airflow_s_logs_knows_secrets_of_the_environment_and_of_files(lived: Lived) -> None:
    log = lived.airflows[1]["log"]
    assert "on purpose, with ***, *** and ***" in log
    assert not [word for word in (SECRET, FILED, LATE) if word in log]


def test_task_logs_end_with_counts_as_fields(lived: Lived) -> None:
    log = "\n".join(airflow["log"] for airflow in lived.airflows)
    for stage in ("poll", "read", "announce", "deliver", "check_ledger", "backfill"):
        assert re.search(rf"\] done .*\bstage={stage}\b", log), stage
    assert "refused_now=0" in log


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
