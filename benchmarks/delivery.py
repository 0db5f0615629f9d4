"""From "statement stored" to "message accepted", and how fast an outbox empties.

    python benchmarks/delivery.py [--bursts 20] [--statements 5] [--readers 10] [--postgres]

A mail server on loopback takes the mail, in a process of its own. ``arrival`` announces a burst of statements
and delivers them, as one cycle of ``run`` does, over and over: the time from each alert row's writing to its
delivery's acceptance. ``backlog`` delivers as many again in one run: messages a second.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mailserver import Inbox, free_port, serving_at
from outbox import at_noon, fill, settings_for
from sqlalchemy import select
from world import opened

from alerts.channels.email import EmailSettings
from alerts.channels.email import build as build_email
from monitor import app
from monitor.officials import load_register
from monitor.pipeline import deliver
from monitor.pipeline.services import Services
from monitor.store.database import Database
from monitor.store.schema import DeliveryRow


def _serve(port: int) -> None:
    with serving_at(Inbox(), port):
        time.sleep(3600)


@contextmanager
def mail_server() -> Iterator[int]:
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    time.sleep(3)
    try:
        yield port
    finally:
        process.terminate()
        process.join()


@contextmanager
def ledger(on_postgres: bool) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        if on_postgres:
            from postgres import postgres_server

            with postgres_server() as server:
                yield server.fresh()
        else:
            yield f"sqlite:///{folder}/ledger.db"


def delays(services: Services) -> list[float]:
    """Seconds from the row's writing to the acceptance, sorted."""
    with services.database.reading() as session:
        rows = session.execute(select(DeliveryRow.created_at, DeliveryRow.sent_at))
        return sorted((sent - written).total_seconds() for written, sent in rows if sent is not None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bursts", type=int, default=20)
    parser.add_argument("--statements", type=int, default=5, help="new statements in one cycle")
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    patch = pytest.MonkeyPatch()
    with ledger(given.postgres) as url, mail_server() as port, opened(url, patch) as world:
        database = Database(url)
        app.prepare(database, load_register(), datetime(2024, 1, 1, tzinfo=UTC))
        database.dispose()
        readers = [f"reader{n}@example.org" for n in range(given.readers)]
        world.settings["SUBSCRIPTIONS"] = settings_for({"email": readers})
        email = build_email(EmailSettings("127.0.0.1", port, "off"))
        with at_noon(world, email=email) as (services, _):
            for burst in range(given.bursts):
                fill(services, given.statements, burst * given.statements)
                deliver(services)
            found = delays(services)
            number = given.bursts * given.statements
            print(
                f"arrival: {len(found)} messages, p50 {found[len(found) // 2]:.2f} s, "
                f"p95 {found[int(len(found) * 0.95)]:.2f} s, longest {found[-1]:.2f} s"
            )
            fill(services, number, number)
            began, cpu = time.perf_counter(), time.process_time()
            sent = deliver(services).done["sent"]
            took, used = time.perf_counter() - began, time.process_time() - cpu
            print(
                f"backlog: {sent} messages in {took:.1f} s, {sent / took:.0f} a second, "
                f"{1000 * used / sent:.1f} ms of CPU each (load {os.getloadavg()[0]:.1f})"
            )
            email.close()
    patch.undo()


if __name__ == "__main__":
    main()
