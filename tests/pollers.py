"""Processes that poll one ledger at the same moment, round after round, for the test of races."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import forking
from journey import Item, article

START = datetime(2024, 3, 5, 18, tzinfo=UTC)
_PEOPLE = (
    "Norwegian", "Swedish", "Danish", "Finnish", "Estonian", "Latvian", "Polish", "Czech", "Slovak",
    "Hungarian", "Austrian", "Swiss", "Spanish", "Portuguese", "Irish", "Dutch",
)  # fmt: skip
_NAMES = ("Solberg", "Lindqvist", "Marek", "Okonjo", "Tveit", "Barroso", "Hanley", "Vermeer", "Kranz")


def moment(number: int) -> datetime:
    """When a round is: each on a day of its own."""
    return START + timedelta(days=number)


def statement_of(number: int) -> list[Item]:
    """One statement in the words of three outlets, the third a copy of the first."""
    at = moment(number) - timedelta(hours=3)
    who = f"{_PEOPLE[number % len(_PEOPLE)]} Foreign Minister Ina {_NAMES[number % len(_NAMES)]}"
    words = f"We refuse all cluster munitions, and round {number} of these talks has changed nothing in that"
    lead = f"“{words},” {who} said on {at:%A}."
    own = f"{who} said on {at:%A}: “{words}.”"
    told = [  # other words in each round: what a host repeats is its furniture
        f"The talks in hall {number} of the harbour town go on, and nobody expects a treaty before June.",
        f"Cluster munitions scatter bomblets over a wide area; {number} of them lay in one field in spring.",
    ]
    title = f"Round {number}: minister refuses cluster munitions"
    other = [
        f"A debate of {number} hours about old stocks of bomblets ended late at night, as our reporter saw."
    ]
    pages = [
        article(title, lead, *told, published=at.isoformat()),
        article(title + " again", own, *other, published=at.isoformat()),
        article(title, lead, *told, published=at.isoformat()),
    ]
    return [
        Item(f"/{number}-{place}", title, "The minister spoke.", format_datetime(at), None, page)
        for place, page in enumerate(pages)
    ]


def poll_in_rounds(settings: Mapping[str, str], rounds: int, gate: Barrier, faults: Queue[str]) -> None:
    """One poller: all five stages at each opening of the gate."""
    from monitor import app
    from monitor.cli.running import cycle
    from monitor.store.feeds import active_ids

    os.environ.update(settings)
    for number in range(rounds):
        os.environ["CLUSTERWATCH__CLOCK__START"] = moment(number).isoformat()
        gate.wait()
        try:
            with app.open_services(workers=0) as services:
                with services.database.reading() as session:
                    ids = active_ids(session)
                faults_here = [line for counts in cycle(services, ids) for line in counts.refused]
            for line in faults_here:
                faults.put(f"round {number}: {line}")
        except Exception:  # noqa: BLE001 - whatever it is, the test is told
            faults.put(f"round {number}: {traceback.format_exc(limit=-6)}")
        gate.wait()


def start(
    settings: Mapping[str, str], rounds: int, processes: int = 8
) -> tuple[list[Any], Barrier, Queue[str]]:
    """The pollers, waiting at the gate; the caller is the last to come to it."""
    context = forking.context()
    gate, faults = context.Barrier(processes + 1, timeout=300), context.Queue()
    running = [
        context.Process(target=poll_in_rounds, args=(dict(settings), rounds, gate, faults))
        for _ in range(processes)
    ]
    for one in running:
        one.start()
    return running, gate, faults
