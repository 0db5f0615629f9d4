"""docker-compose.yml for real: the newsroom polled, mail caught, backed up, restored, killed, taken down.

compose_smoke.py [--stand-ins] [--cache FOLDER] [--keep] [--without backups | celery]

Runs a copy of the project under its own name, ports and secrets, beside whatever else runs. --stand-ins makes
the base images from Debian's packages and wheels, where no registry can be reached (root, Debian 12); if no
Docker daemon answers there, one is started, and stopped at the end. Exit status 0: all of it held.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import standins

ROOT = Path(__file__).parent.parent
FIRST, SECOND = "2024-03-05T12:00:00Z", "2024-03-20T12:00:00Z"
SERVICES = ("postgres", "api-server", "scheduler", "dag-processor", "web")


class Stack:
    """One project of docker compose in a folder of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, environ
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        self.command = ["docker", "compose"] if plugin.returncode == 0 else ["docker-compose"]

    def compose(self, *arguments: str, check: bool = True) -> str:
        """What ``docker compose`` prints; its failure ends the run with its words."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise SystemExit(f"compose {' '.join(arguments)}:\n{done.stdout[-3000:]}{done.stderr[-5000:]}")
        return done.stdout

    def docker(self, *arguments: str) -> str:
        return subprocess.run(
            ["docker", *arguments], env=self.environ, capture_output=True, text=True, check=True
        ).stdout.strip()

    def program(self, *arguments: str) -> str:
        """What the program prints, run beside the ledger's pages."""
        return self.compose("exec", "-T", "web", "clusterwatch", *arguments)

    def settings(self) -> dict[str, str]:
        lines = (self.folder / ".env").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def set(self, **values: str) -> None:
        """Writes values into .env over what it says."""
        kept = {**self.settings(), **values}
        (self.folder / ".env").write_text("".join(f"{k}={v}\n" for k, v in kept.items()), "utf-8")

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def healthy(self, services: tuple[str, ...], each: int = 1) -> bool:
        """Whether all their containers are healthy; with ``each``, so many workers."""
        for service in services:
            found = self.containers(service)
            if len(found) != (each if service == "worker" else 1):
                return False
            state = [self.docker("inspect", "--format", "{{.State.Health.Status}}", c) for c in found]
            if set(state) != {"healthy"}:
                return False
        return True


def ask(
    port: int, path: str, *, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Status and JSON (else text) of an answer on loopback; status 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        content = None if body is None else json.dumps(body)
        given = {"Content-Type": "application/json", **(headers or {})}
        connection.request("POST" if body is not None else "GET", path, content, given)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    except OSError:
        return 0, None
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text


class Airflow:
    """Airflow's API, as its user admin."""

    def __init__(self, stack: Stack) -> None:
        values = stack.settings()
        self.port = int(values["AIRFLOW_PORT"])
        self.login = {"username": "admin", "password": values["AIRFLOW_ADMIN_PASSWORD"]}
        self.headers: dict[str, str] = {}
        wait_for("Airflow's login", 120, self.logged_in)

    def logged_in(self) -> bool:
        status, answer = ask(self.port, "/auth/token", body=self.login)
        if status == 201:
            self.headers = {"Authorization": f"Bearer {answer['access_token']}"}
        return status == 201

    def get(self, path: str) -> dict[str, Any]:
        status, answer = ask(self.port, f"/api/v2/{path}", headers=self.headers)
        return dict(answer) if status == 200 else {}

    def trigger(self) -> str:
        body = {"logical_date": None}
        status, run = ask(self.port, "/api/v2/dags/poll_feeds/dagRuns", body=body, headers=self.headers)
        held(status == 200, f"a run of poll_feeds was asked for ({status})")
        return str(run["dag_run_id"])

    def first(self) -> str:
        """The id of the first run, once there is one."""
        wait_for("the first run", 120, lambda: self.get("dags/poll_feeds/dagRuns").get("dag_runs"))
        return str(self.get("dags/poll_feeds/dagRuns")["dag_runs"][0]["dag_run_id"])

    def finish(self, run: str, within: float) -> None:
        path = f"dags/poll_feeds/dagRuns/{urllib.parse.quote(run)}"
        done = ("success", "failed")
        wait_for(f"the end of {run}", within, lambda: self.get(path).get("state") in done)
        held(self.get(path)["state"] == "success", f"{run} succeeded")

    def tasks(self, run: str) -> list[dict[str, Any]]:
        path = f"dags/poll_feeds/dagRuns/{urllib.parse.quote(run)}/taskInstances"
        return list(self.get(path).get("task_instances", []))


_begun = time.monotonic()


def say(words: str) -> None:
    print(f"{time.monotonic() - _begun:7.1f} s  {words}", flush=True)


def held(true: bool, words: str) -> None:
    say(("ok      " if true else "FAILED  ") + words)
    if not true:
        raise SystemExit(1)


def wait_for(what: str, seconds: float, there: Callable[[], object]) -> float:
    """Waits for it, and how long that took; ends the run where it does not come."""
    begun = time.monotonic()
    while not there():
        if time.monotonic() - begun > seconds:
            held(False, f"{what} did not come within {seconds:.0f} s")
        time.sleep(1)
    return time.monotonic() - begun


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def prepare(folder: Path) -> None:
    """A copy of the project as it stands, with a .env of its own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run([folder / "scripts" / "make-env"], check=True, capture_output=True)


def bring_up(stack: Stack) -> None:
    """Builds, watches the newsroom's feeds, and waits until all services are healthy."""
    airflow_port, ledger_port, mail_port, newsroom_port = free_ports(4)
    stack.set(
        COMPOSE_PROJECT_NAME="clusterwatch-smoke",
        COMPOSE_FILE="docker-compose.yml:tests/compose/newsroom.yml",
        COMPOSE_PROFILES="mail",
        AIRFLOW_PORT=str(airflow_port), LEDGER_PORT=str(ledger_port), MAIL_PORT=str(mail_port),
        SMOKE_CLOCK=FIRST, SMOKE_NETWORK="10.213.77", SMOKE_NEWSROOM_PORT=str(newsroom_port),
    )  # fmt: skip
    stack.compose("build", "init")
    held(
        stack.docker("run", "--rm", "clusterwatch:local", "id", "-u") != "0", "the image does not run as root"
    )
    stack.compose(
        "run", "--rm", "init", "clusterwatch", "feeds", "import", "/newsroom/feeds.opml", "--from-start"
    )
    say("the image is built; starting the services")
    begun = time.monotonic()
    stack.compose("up", "-d")
    wait_for("health", 300, lambda: stack.healthy(SERVICES))
    say(f"all services are healthy {time.monotonic() - begun:.0f} s after `up`")


def mails(stack: Stack) -> list[str]:
    """The Message-IDs that the mail catcher took."""
    _, told = ask(int(stack.settings()["MAIL_PORT"]), "/api/v1/messages?limit=1000")
    return [str(m["MessageID"]) for m in (told or {}).get("messages", [])]


def ledger(stack: Stack) -> list[tuple[str, str]]:
    """The statements as the ledger's pages give them, by id and words."""
    values = stack.settings()
    word = base64.b64encode(f"desk:{values['LEDGER_PASSWORD']}".encode()).decode()
    port = int(values["LEDGER_PORT"])
    status, rows = ask(port, "/statements.json", headers={"Authorization": f"Basic {word}"})
    held(status == 200, f"the ledger's pages answer ({status})")
    return sorted((row["id"], json.dumps(row, sort_keys=True)) for row in rows)


def polls_and_tells(stack: Stack) -> None:
    """The first run finds and tells; the second does nothing."""
    airflow = Airflow(stack)
    airflow.finish(airflow.first(), 900)
    status, _ = ask(int(stack.settings()["LEDGER_PORT"]), "/statements")
    held(status == 401, f"the ledger's pages ask for the password ({status})")
    found, told = ledger(stack), mails(stack)
    held(len(found) > 0, f"{len(found)} statements in the ledger")
    held(0 < len(told) == len(set(told)), f"{len(told)} mails were caught, no two of one id")
    sent = json.loads(stack.program("alerts", "list", "--status", "sent", "--limit", "1000", "--json"))
    held(len(sent) == len(told), f"{len(sent)} deliveries are marked as sent")
    airflow.finish(airflow.trigger(), 600)
    held(ledger(stack) == found and mails(stack) == told, "a second run finds and tells nothing more")


def keeps_and_restores(stack: Stack) -> None:
    """Backup, new containers over the old data, damage, and the backup in its place."""
    found = ledger(stack)
    dumps = stack.compose("run", "--rm", "backup").split()
    held(len(dumps) == 2, f"backed up: {', '.join(Path(d).name for d in dumps)}")
    stack.compose("down")
    stack.compose("up", "-d")
    took = wait_for("health", 300, lambda: stack.healthy(SERVICES))
    say(f"down and up again over the same data: healthy after {took:.0f} s")
    airflow = Airflow(stack)
    airflow.finish(airflow.trigger(), 600)
    held(ledger(stack) == found, "the ledger is what it was")
    held(mails(stack) == [], "nothing was told a second time")
    ask_sql = ("exec", "-T", "postgres", "psql", "-U", "clusterwatch", "-d", "clusterwatch", "-qtA", "-c")
    stack.compose(*ask_sql, "TRUNCATE statements CASCADE")
    held(ledger(stack) == [], "all statements are lost (on purpose)")
    stack.compose("stop")
    stack.compose("run", "--rm", "backup", "/deploy/restore.sh", dumps[0])
    stack.compose("up", "-d")
    wait_for("health", 300, lambda: stack.healthy(SERVICES))
    held(ledger(stack) == found, "the backup is in its place, statement by statement")
    stack.program("db", "check")


def outgrows_one_worker(stack: Stack) -> None:
    """The CeleryExecutor by .env alone, two workers; one is killed while it has a task."""
    before = mails(stack)
    stack.set(
        AIRFLOW_EXECUTOR="CeleryExecutor", COMPOSE_PROFILES="mail,celery", WORKER_CONCURRENCY="2",
        SMOKE_CLOCK=SECOND,
    )  # fmt: skip
    stack.compose("up", "-d", "--scale", "worker=2")
    took = wait_for("health", 300, lambda: stack.healthy((*SERVICES, "redis", "worker"), each=2))
    say(f"CeleryExecutor and two workers: healthy after {took:.0f} s")
    airflow, found = Airflow(stack), len(ledger(stack))
    run = airflow.trigger()
    names = {c[:12]: c for c in stack.containers("worker")}

    victims: list[str] = []

    def at_work() -> list[str]:
        now = [t for t in airflow.tasks(run) if (t["task_id"], t["state"]) == ("process", "running")]
        victims[:] = [t["hostname"] for t in now if t["hostname"] in names]
        return victims

    wait_for("work on a worker", 600, at_work)
    stack.docker("kill", "--signal", "KILL", names[victims[0]])
    killed = time.monotonic()
    say(f"killed worker {victims[0]} while it read and judged")
    airflow.finish(run, 600)
    say(f"the run was done {time.monotonic() - killed:.0f} s after the kill")
    tries = {t["task_id"]: t["try_number"] for t in airflow.tasks(run)}
    held(tries["process"] == 2, "the task was begun again by the other worker")
    told = mails(stack)
    held(len(ledger(stack)) > found, f"{len(ledger(stack)) - found} statements more in the ledger")
    held(
        len(told) > len(before) and len(set(told)) == len(told), f"{len(told)} mails since, no two of one id"
    )


@contextmanager
def daemon(cache: Path, environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """A Docker daemon to talk to: the one that answers, else one that is started here and stopped after."""
    if subprocess.run(["docker", "info"], env=environ, capture_output=True, check=False).returncode == 0:
        yield environ
        return
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        raise SystemExit(
            "no Docker daemon answers, and none can be started here (root and dockerd are needed)"
        )
    place = tempfile.mkdtemp(prefix="cw-docker-", dir="/tmp")
    here = {**environ, "DOCKER_HOST": f"unix://{place}/docker.sock"}
    options = ["--data-root", str(cache / "docker"), "--exec-root", f"{place}/exec"]
    options += ["--pidfile", f"{place}/pid", "--host", here["DOCKER_HOST"]]
    with (cache / "dockerd.log").open("wb") as log:
        child = subprocess.Popen(["dockerd", *options], stdout=log, stderr=log, start_new_session=True)
    try:
        info = ["docker", "info"]
        wait_for(
            "the Docker daemon", 60,
            lambda: subprocess.run(info, env=here, capture_output=True, check=False).returncode == 0,
        )  # fmt: skip
        say("a Docker daemon was started")
        yield here
    finally:
        child.terminate()
        child.wait(60)
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """All of it, and everything of it gone at the end."""
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--stand-ins", action="store_true")
    wanted.add_argument("--cache", type=Path, default=Path("/var/tmp/clusterwatch-smoke"))
    wanted.add_argument("--keep", action="store_true", help="leave the stack running")
    wanted.add_argument("--without", action="append", choices=("backups", "celery"), default=[])
    chosen = wanted.parse_args()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever ends it early gets the stack taken down too
        signal.signal(number, lambda *_: sys.exit("interrupted"))
    environ = {**os.environ, **({"DOCKER_BUILDKIT": "0"} if chosen.stand_ins else {})}
    with daemon(chosen.cache, environ) as reached:
        if chosen.stand_ins:
            standins.make(chosen.cache, reached)
            say("the stand-ins are there")
        folder = Path(tempfile.mkdtemp(prefix="clusterwatch-smoke-"))
        prepare(folder)
        stack = Stack(folder, reached)
        try:
            bring_up(stack)
            polls_and_tells(stack)
            if "backups" not in chosen.without:
                keeps_and_restores(stack)
            if "celery" not in chosen.without:
                outgrows_one_worker(stack)
        except BaseException:
            print(stack.compose("logs", "--tail", "40", check=False)[-12000:], file=sys.stderr)
            raise
        finally:
            if not chosen.keep:
                stack.compose("down", "--volumes", "--remove-orphans", check=False)
                shutil.rmtree(folder, ignore_errors=True)
        say("all of it held" + (f"; left running in {folder}" if chosen.keep else ", and all of it is gone"))


if __name__ == "__main__":
    main()
