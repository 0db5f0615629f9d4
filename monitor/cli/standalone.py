"""Airflow on one machine, run as a child: its environment, its start, its health, and its end.

Nothing here imports Airflow; the ``airflow`` command of the same environment is run. All its processes
share one session, whose id is the pid of ``airflow standalone``: by that they are found and ended, as
Airflow gives its task runners process groups of their own.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from monitor.errors import UsageError

#: What must be healthy before the address is told (the names of Airflow's own health report).
PARTS: Final = ("metadatabase", "scheduler", "dag_processor", "triggerer")
#: Seconds that Airflow gets to end by itself, and then to end once told so process by process.
GRACE: Final = 20.0
LAST_GRACE: Final = 5.0
_DATABASE: Final = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


@dataclass(frozen=True)
class Place:
    """Where one Airflow keeps its things, and where it listens."""

    home: Path
    port: int
    dags: Path

    @property
    def address(self) -> str:
        """The address of its pages and its API, on this machine only."""
        return f"http://localhost:{self.port}"

    @property
    def password(self) -> Path:
        """The file that holds the password of the user ``admin``, as JSON."""
        return self.home / "admin-password.json"

    @property
    def plugins(self) -> Path:
        """The folder of the plugin that shows the ledger in Airflow, beside that of the DAGs."""
        return self.dags.parent / "deploy" / "plugins"

    @property
    def log(self) -> Path:
        """What Airflow's processes print."""
        return self.home / "standalone.log"


def executable() -> Path:
    """The ``airflow`` command beside this Python. Raises UsageError where Airflow is not installed."""
    found = Path(sys.executable).with_name("airflow")
    if not found.is_file():
        raise UsageError(
            "Apache Airflow is not installed here: install clusterwatch[airflow], or use `make up`"
        )
    return found


def environment(place: Place, config: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for Airflow: ours where it must be so, the user's ``AIRFLOW__…`` for the rest.

    The port and the base URL go together: tasks report to the latter, and all fail where it is wrong.
    """
    database = environ.get(_DATABASE) or f"sqlite:///{place.home / 'airflow.db'}?timeout=60"
    habits = {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "90",
        # On a busy machine Airflow's parts wait for each other longer than SQLite's five seconds.
        _DATABASE: database,
        # `maintain` cleans Airflow's own database by this name: tasks are not let into it by the usual one.
        "CLUSTERWATCH_AIRFLOW_DATABASE": database,
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(_free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(_free_port()),
    }
    musts = {
        "AIRFLOW_HOME": str(place.home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(place.dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(place.password),
        "AIRFLOW__API__PORT": str(place.port),
        "AIRFLOW__API__BASE_URL": place.address,
        # `airflow standalone` calls `airflow` by name
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)]),
    }
    if place.plugins.is_dir():
        habits["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(place.plugins)
    if config is not None:
        musts["CLUSTERWATCH_CONFIG"] = str(config.resolve())
    return {**habits, **environ, **musts}


class Marker:
    """A file that names a running process, locked for as long as that process lives."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self) -> IO[str] | None:
        """Locks the file; None where another process holds it. Closing what comes back frees it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def name(self, file: IO[str], pid: int) -> None:
        """Writes whose lock it is."""
        file.truncate(0)
        file.write(f"{pid}\n")
        file.flush()

    def holder(self) -> int | None:
        """The pid of the process that holds the lock, None where nobody does."""
        if not self.path.is_file():
            return None
        with self.path.open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read().strip()
                return int(text) if text.isdigit() else None
        return None


def markers(home: Path) -> tuple[Marker, Marker]:
    """Of the command that started Airflow, and of Airflow itself, which may outlive it."""
    return Marker(home / "clusterwatch.pid"), Marker(home / "airflow.pid")


def port_in_use(port: int) -> bool:
    """Whether something listens on the port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def write_password(place: Place) -> None:
    """Makes the password file, for the owner's eyes, unless there is one: else Airflow prints the word."""
    place.home.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        descriptor = os.open(place.password, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump({"admin": secrets.token_urlsafe(18)}, file)


def start(place: Place, environ: Mapping[str, str], lock: IO[str]) -> subprocess.Popen[bytes]:
    """Starts ``airflow standalone`` in a session of its own; it holds ``lock`` for as long as it lives."""
    with place.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own executable, no shell
            [executable(), "standalone"],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )


def health(port: int) -> dict[str, str]:
    """The state of each of PARTS, as Airflow reports it; empty where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/v2/monitor/health")
        answer = connection.getresponse()
        report = json.loads(answer.read()) if answer.status == 200 else {}
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    if not isinstance(report, dict):
        return {}
    return {part: str((report.get(part) or {}).get("status") or "not there") for part in PARTS if report}


def session(leader: int) -> list[int]:
    """The pids of all processes of one session, zombies left out."""
    if Path("/proc/self").exists():
        everyone = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    else:
        listed = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=True)  # noqa: S607
        everyone = [int(word) for word in listed.stdout.split()]
    return [pid for pid in everyone if _session_of(pid) == leader and not _is_zombie(pid)]


def stop(leader: int, child: subprocess.Popen[bytes] | None = None, grace: float = GRACE) -> None:
    """Ends a session: asks the leader's group first, then whoever is left, then ends them without asking."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)
    if _gone(leader, child, grace):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in session(leader):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _gone(leader, child, LAST_GRACE):
            return


def last_lines(file: Path, count: int = 12) -> str:
    """The end of a log."""
    return "\n".join(file.read_text("utf-8", errors="replace").splitlines()[-count:])


def _gone(leader: int, child: subprocess.Popen[bytes] | None, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while session(leader):
        if child is not None:
            child.poll()  # reaps it
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    if child is not None:
        child.wait()
    return True


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _is_zombie(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()[0]
            == "Z"
        )
    except (OSError, IndexError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
