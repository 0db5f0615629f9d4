"""Several processes of the program at one backfill: each takes windows from the ledger, this one looks on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final

from monitor import archives
from monitor.model import Counts
from monitor.pipeline.backfill import Standing, standing
from monitor.pipeline.services import Services, refusal
from monitor.store.backfills import windows_of
from monitor.store.schema import Backfill

#: Seconds between two looks at how far they are.
LOOK: Final = 2.0
#: Seconds in which a process that is asked to stop may end what it has begun.
PATIENCE: Final = 30.0


def side_by_side(
    services: Services,
    backfill_id: int,
    processes: int,
    config: str | None,
    progress: Callable[[Standing], None],
) -> Counts:
    """Runs so many processes until no window is left to take; what the windows' figures grew by, and what
    was refused in any of them.

    An archive whose windows take turns is read by one: more of them would only wait.
    """
    with services.database.reading() as session:
        source = session.get_one(Backfill, backfill_id).source
    if archives.turns_of(source) == "archive":
        processes = 1
    before, left_alone = _figures(services, backfill_id), set(failed_windows(services, backfill_id))
    command = [sys.executable, "-m", "monitor.cli.main", *(["--config", config] if config else [])]
    command += ["backfill", "--work-on", str(backfill_id)]
    environment = _environment(services, processes)
    with ExitStack() as opened:
        told = [opened.enter_context(TemporaryFile()) for _ in range(processes)]
        children = [
            subprocess.Popen(command, stdout=each, env=environment)  # noqa: S603 - our own words
            for each in told
        ]
        try:
            looked = 0.0
            while any(child.poll() is None for child in children):
                if time.monotonic() - looked >= LOOK:
                    looked = time.monotonic()
                    progress(standing(services, backfill_id))
                time.sleep(0.1)
        finally:
            _stop(children)
        refused = [line for each in told for line in _refused(each)]
    after = _figures(services, backfill_id)
    refused += [f"a process ended with status {c.returncode}" for c in children if c.returncode]
    failed = failed_windows(services, backfill_id)
    refused += [why for number, why in failed.items() if number not in left_alone]
    # A window that failed is told by its process, where that lived to tell it.
    return Counts("backfill", dict(after - before), tuple(dict.fromkeys(refused)))


def tell_refused(counts: Counts) -> None:
    """In such a process: says what was refused in it to the one that looks on."""
    sys.stdout.write(json.dumps(counts.refused))
    sys.stdout.flush()


def _refused(told: IO[bytes]) -> list[str]:
    """What a process said; nothing where it did not come to its end."""
    told.seek(0)
    try:
        return [str(line) for line in json.loads(told.read())]
    except ValueError:
        return []


def _figures(services: Services, backfill_id: int) -> Counter[str]:
    found: Counter[str] = Counter()
    with services.database.reading() as session:
        for row in windows_of(session, backfill_id):
            found.update(row.counts)
            found[f"windows_{row.status}"] += 1
    return found


def failed_windows(services: Services, backfill_id: int) -> dict[int, str]:
    """The windows that failed, in the words in which their process refused them, by id."""
    with services.database.reading() as session:
        source = session.get_one(Backfill, backfill_id).source
        return {
            row.id: refusal(f"{row.target or source} {row.start:%Y-%m-%d}", row.reason or "failed")
            for row in windows_of(session, backfill_id)
            if row.status == "failed"
        }


def _environment(services: Services, processes: int) -> dict[str, str]:
    environment = dict(os.environ)
    workers = max(1, services.settings.read.workers // processes)
    environment["CLUSTERWATCH__READ__WORKERS"] = str(min(workers, services.settings.read.workers))
    return environment


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Asks those that still run to stop, as Ctrl-C does, and ends those that do not."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.send_signal(signal.SIGINT)
    until = time.monotonic() + PATIENCE
    for child in running:
        try:
            child.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
