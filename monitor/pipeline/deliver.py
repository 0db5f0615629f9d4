"""deliveries due -> deliver -> sent, delayed or refused: render, send, mark.

A delivery is leased in one transaction, sent, and marked in the next. A process killed between the other
side's acceptance and our mark sends the same message again, with the same Message-ID: SMTP and Slack
allow at-least-once, no more. Channels work side by side, so that one which stalls holds up no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from monitor.liveness import is_alive
from monitor.model import Counts
from monitor.pipeline.messages import SIGNED
from monitor.pipeline.operators import send_notices, watch_channels
from monitor.pipeline.quiet import watch_quiet
from monitor.pipeline.rounds import Round
from monitor.pipeline.services import Services, Tally
from monitor.store.alerts import Due, due_deliveries, release_dead
from monitor.waypoints import passing

__all__ = ["SIGNED", "deliver"]


def deliver(services: Services) -> Counts:
    """Sends what is due, then tells operators of channels that are down or back.

    Delayed deliveries are states; refused ones are this run's refusals.
    """
    tally = Tally("deliver")
    with services.database.writing() as session:
        freed = release_dead(session, lambda owner: is_alive(owner, services.owner), services.now())
        tally.count("released", freed)
    passing("deliver.released")
    seen: set[int] = set()
    while True:
        with services.database.reading() as session:
            due = [d for d in due_deliveries(session, services.now()) if d.id not in seen]
        if not due:
            break
        seen.update(d.id for d in due)
        _side_by_side(services, tally, _by_channel(due))
    watch_channels(services)
    watch_quiet(services)
    send_notices(services, tally)
    return tally.counts()


def _by_channel(due: Sequence[Due]) -> dict[str, list[Due]]:
    found: dict[str, list[Due]] = {}
    for one in due:
        found.setdefault(one.channel, []).append(one)
    return found


def _side_by_side(services: Services, tally: Tally, channels: Mapping[str, Sequence[Due]]) -> None:
    """A round of each channel at once; an interrupt, or an error of one, ends all after their message."""
    stop = Event()
    rounds = [Round(services, channel, due, tally, stop) for channel, due in channels.items()]
    if len(rounds) == 1:
        rounds[0].run()
        return
    with ThreadPoolExecutor(len(rounds), thread_name_prefix="deliver") as pool:
        futures = [pool.submit(one.run) for one in rounds]
        try:
            for future in futures:
                future.result()
        except BaseException:
            stop.set()
            raise
