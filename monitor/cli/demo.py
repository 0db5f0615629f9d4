"""``clusterwatch demo``: the made-up newsroom, from its feeds to alerts on this console."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import click

import monitor
from monitor import app
from monitor.cli.common import report, say
from monitor.cli.importing import import_opml
from monitor.cli.running import cycle
from monitor.errors import UsageError
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.ports import Wanted
from monitor.store.feeds import active_ids

_STEPS = 4


@click.command()
@click.option(
    "--steps", type=click.IntRange(1, 200), default=_STEPS, show_default=True, help="Looks at the feeds."
)
def demo(steps: int) -> None:
    """Show the made-up newsroom from its feeds to alerts on this console, within a minute."""
    folder = Path(monitor.__file__).resolve().parent.parent / "tests" / "newsroom"
    if not (folder / "serve.py").is_file():
        raise UsageError("the newsroom lies in the project's tests/newsroom, which is not here")
    times = sorted(_times(folder))
    with tempfile.TemporaryDirectory(prefix="clusterwatch-demo-") as place, _served(folder) as port:
        for number, until in enumerate(_moments(times, steps)):
            say(f"-- the newsroom on {until.astimezone(UTC):%d %B %Y, %H:%M} UTC")
            _move_clock(port, until)
            _look(Path(place) / "demo.db", port, until, first=folder / "feeds.opml" if number == 0 else None)
    say("-- that was the newsroom; the ledger of the demonstration is gone again")


def _times(folder: Path) -> Iterator[datetime]:
    with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield datetime.fromisoformat(json.loads(line)["published"])


def _moments(times: list[datetime], steps: int) -> list[datetime]:
    """Moments from the first documents on, two days apart, that ask the feeds as a desk would."""
    first = times[0] + timedelta(hours=18)
    return [first + timedelta(days=2 * step) for step in range(steps)]


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """The newsroom's sites on a free port of this machine, until the demonstration ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-u", str(folder / "serve.py"), str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            if not (server.stdout and server.stdout.readline().startswith("serving")):
                raise UsageError("the newsroom's server did not start")
            yield port
        finally:
            server.terminate()


def _move_clock(port: int, until: datetime) -> None:
    """Lets the newsroom's time pass, on its own control address."""
    control = HttpFetcher(FetchPolicy(allow_private=(f"127.0.0.1:{port}",), per_host_delay=0))
    address = f"http://127.0.0.1:{port}/_clock?until={quote(until.isoformat())}"
    for _, answer in control.fetch_all([Wanted(address, "feed")]):
        if isinstance(answer, Exception):
            raise UsageError(f"the newsroom's clock does not move: {answer}")


def _look(ledger: Path, port: int, now: datetime, *, first: Path | None) -> None:
    os.environ.update(
        {
            "CLUSTERWATCH__DATABASE__URL": f"sqlite:///{ledger}",
            "CLUSTERWATCH__CLOCK__START": now.isoformat(),
            "CLUSTERWATCH__FETCH__CONNECT_TO": json.dumps({"*.example": f"127.0.0.1:{port}"}),
            "CLUSTERWATCH__FETCH__PER_HOST_DELAY": "0",
            "CLUSTERWATCH__SUBSCRIPTIONS": "[]",
        }
    )
    with app.open_services() as services:
        if first is not None:
            import_opml(services, first.read_bytes(), from_start=True)
        with services.database.reading() as session:
            ids = active_ids(session)
        report(cycle(services, ids))
