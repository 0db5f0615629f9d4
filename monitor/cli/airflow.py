"""``clusterwatch airflow up | down | status``: the program under Apache Airflow, on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

import monitor
from monitor.cli import standalone
from monitor.cli.common import loaded, say, services
from monitor.cli.running import import_starting_feeds
from monitor.errors import UsageError
from monitor.settings import Loaded

#: Seconds from the start until all parts of Airflow must be healthy; thirty is usual.
HEALTHY_WITHIN: Final = 240.0

_home = click.option("--home", type=click.Path(path_type=Path), help="Airflow's folder ([airflow] home).")
_port = click.option("--port", type=click.IntRange(1, 65535), help="Where it listens ([airflow] port).")


@click.group("airflow")
def airflow_group() -> None:
    """Run the program under Apache Airflow, on this machine."""


@airflow_group.command()
@_port
@_home
@click.option(
    "--starting-feeds",
    is_flag=True,
    help="Into an empty ledger, import the feeds that come with the program.",
)
@click.pass_context
def up(context: click.Context, port: int | None, home: Path | None, starting_feeds: bool) -> None:
    """Start Airflow and stay until interrupted; then stop it, with all its processes."""
    in_force = loaded(context)
    place = _place(in_force, port, home)
    standalone.executable()
    ours, airflows = standalone.markers(place.home)
    own_lock, airflow_lock = ours.take(), airflows.take()
    if own_lock is None or airflow_lock is None:
        raise UsageError(f"Airflow runs already from {place.home}: `clusterwatch airflow down` stops it")
    if standalone.port_in_use(place.port):
        raise UsageError(f"port {place.port} is in use: name another with --port")
    ours.name(own_lock, os.getpid())
    with services(context) as opened:  # brings the ledger's schema up to date, before several processes ask
        if starting_feeds:
            import_starting_feeds(opened)
    standalone.write_password(place)
    with _interruption() as interrupted:
        child = standalone.start(
            place, standalone.environment(place, in_force.path, os.environ), airflow_lock
        )
        try:
            airflows.name(airflow_lock, child.pid)
            airflow_lock.close()  # the child holds it now
            say(f"starting Airflow; its log is {place.log}")
            status = _watch(place, child, interrupted)
        finally:
            say("stopping Airflow")
            standalone.stop(child.pid, child)
            own_lock.close()
    say("Airflow has stopped")
    context.exit(status)


@airflow_group.command()
@_home
@click.pass_context
def down(context: click.Context, home: Path | None) -> None:
    """Stop the Airflow that `up` started from this folder, with all its processes."""
    place = _place(loaded(context), None, home)
    ours, airflows = standalone.markers(place.home)
    starter, leader = ours.holder(), airflows.holder()
    if starter is None and leader is None:
        click.echo(f"no Airflow runs from {place.home}")
        return
    if starter is not None:
        os.kill(starter, signal.SIGTERM)
        end = time.monotonic() + standalone.GRACE + 3 * standalone.LAST_GRACE
        while ours.holder() is not None and time.monotonic() < end:
            time.sleep(0.2)
    if leader is not None:
        standalone.stop(leader, grace=standalone.LAST_GRACE)
    click.echo("Airflow has stopped")


@airflow_group.command()
@_port
@_home
@click.pass_context
def status(context: click.Context, port: int | None, home: Path | None) -> None:
    """Print the health of each part; exit status 0 where all are healthy, else 1."""
    place = _place(loaded(context), port, home)
    parts = standalone.health(place.port)
    for part, state in parts.items():
        click.echo(f"{part}: {state}")
    if not parts:
        click.echo(f"no Airflow answers at {place.address}")
    context.exit(0 if _all_healthy(parts) else 1)


def _place(in_force: Loaded, port: int | None, home: Path | None) -> standalone.Place:
    """The place by the options, else by the settings; raises UsageError where there are no DAGs."""
    chosen = in_force.settings.airflow
    dags = Path(chosen.dags_folder or Path(monitor.__file__).parent.parent / "dags").resolve()
    if not (dags / "poll_feeds.py").is_file():
        raise UsageError(
            f"the DAGs are not in {dags}: name their folder in the settings, [airflow] dags_folder"
        )
    return standalone.Place((home or Path(chosen.home)).resolve(), port or chosen.port, dags)


def _watch(place: standalone.Place, child: subprocess.Popen[bytes], interrupted: threading.Event) -> int:
    """Waits until Airflow is healthy and says so, then until it is interrupted (0) or dies by itself (1)."""
    told = False
    deadline = time.monotonic() + HEALTHY_WITHIN
    while not interrupted.wait(1.0):
        if child.poll() is not None:
            say(f"Airflow ended by itself:\n{standalone.last_lines(place.log)}")
            return 1
        if told:
            continue
        if _all_healthy(standalone.health(place.port)):
            told = True
            click.echo(f"Airflow is healthy: {place.address}, user admin, password in {place.password}")
        elif time.monotonic() > deadline:
            say(f"Airflow is not healthy after {HEALTHY_WITHIN:.0f} s: see {place.log}")
            return 1
    return 0


def _all_healthy(parts: dict[str, str]) -> bool:
    return bool(parts) and all(state == "healthy" for state in parts.values())


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, in place of ending the process at once."""
    event = threading.Event()

    def note(*_: object) -> None:
        event.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
