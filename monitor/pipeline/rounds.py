"""One channel's deliveries in one run: in which order they go, and when to stop.

Each recipient is a lane of its own. A lane that fails is left alone for the rest of the run, those that
failed before come last, and where a channel has a pace its lanes take turns: one dead recipient delays no
other. A channel is down when two tries in a row meet the channel's own trouble, or nothing got through at
all; then nothing of it is tried until it is looked at again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from monitor.model import Accepted, Delayed, Outcome, Refused
from monitor.pipeline.messages import Composed, Composer
from monitor.pipeline.outcomes import channel_fails, channel_works, is_channels, mark, withdrawn
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import Amends, Channel, LooksBack, Paced
from monitor.schedule import LONGEST_RETRY
from monitor.store.alerts import Due, lease
from monitor.store.outbox import find_channel, put_aside, recipients_of
from monitor.store.schema import DeliveryRow
from monitor.waypoints import passing

#: The longest wait for a lane within a run; what waits longer is for the next run.
PATIENCE: Final = timedelta(seconds=10)
#: After this long a run waits for no lane any more, so that feeds are asked in between.
LONGEST_RUN: Final = timedelta(seconds=60)
#: Tries in a row that meet the channel's own trouble, after which it counts as down.
STRIKES: Final = 2


@dataclass(frozen=True, slots=True)
class _Item:
    """One message: the deliveries that it is for, its reader, how often it was tried."""

    ids: tuple[int, ...]
    recipient: str
    tries: int


@dataclass
class _Lane:
    """What waits for one recipient (or for several who share a pace), and from when on it may be sent."""

    items: deque[_Item] = field(default_factory=deque)
    free: datetime | None = None
    failed: bool = False
    closed: bool = False


class Round:
    """One channel's part of a run."""

    def __init__(
        self, services: Services, channel: str, due: Iterable[Due], tally: Tally, stop: Event
    ) -> None:
        self._services, self._channel, self._tally, self._stop = services, channel, tally, stop
        self._port = services.channels.get(channel)
        self._due = list(due)
        self._lanes: dict[str, _Lane] = {}
        self._accepted = 0
        self._strikes: list[Delayed | Refused] = []
        self._struck: set[str] = set()
        self._known_well = False
        self._composer = Composer(services)

    def run(self) -> None:
        """Sends what can be sent; what cannot waits, each with its reason in its row."""
        services = self._services
        began = services.now()
        with services.database.reading() as session:
            state = find_channel(session, self._channel)
        if state is not None and state.down_since is not None:
            if state.next_try_at is not None and began < state.next_try_at <= began + LONGEST_RETRY:
                self._tally.count("waiting", len(self._due))
                return
        elif state is not None and state.last_ok_at is not None:
            self._known_well = began - state.last_ok_at < timedelta(minutes=1)
        self._fill()
        while (lane := self._next(began)) is not None:
            item = lane.items.popleft()
            outcome = self._one(item)
            if outcome is not None and not self._goes_on(lane, item, outcome):
                break
        left = sum(len(item.ids) for lane in self._lanes.values() for item in lane.items)
        if left:
            self._tally.count("waiting", left)
        self._judge()

    # --- order --------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Sorts what is due into lanes; what is for a suspended recipient is put aside."""
        with self._services.database.reading() as session:
            states = recipients_of(session, self._channel)
        pace = timedelta(seconds=self._port.pace) if isinstance(self._port, Paced) else timedelta(0)
        now = self._services.now()
        aside: dict[str, str] = {}
        for item in self._items():
            state = states.get(item.recipient)
            if state is not None and state.suspended_at is not None:
                aside[item.recipient] = state.suspended_why or "suspended"
                continue
            lane = self._lanes.setdefault(self._lane_of(item.recipient), _Lane())
            lane.items.append(item)
            if state is not None:
                # A clock that was put back makes nobody wait longer than the pace.
                after = min(state.last_at, now) + pace if state.last_at and pace else None
                free = state.free_at if state.free_at and state.free_at <= now + LONGEST_RETRY else None
                lane.free = max((m for m in (lane.free, free, after) if m), default=None)
                lane.failed = lane.failed or state.delays > 0
        for lane in self._lanes.values():
            lane.items = deque(sorted(lane.items, key=lambda item: (item.tries, item.ids)))
        if aside:
            with self._services.database.writing() as session:
                for recipient, why in aside.items():
                    number = put_aside(session, self._channel, recipient, why, self._services.now())
                    self._tally.count("suspended", number)

    def _items(self) -> list[_Item]:
        """Instant deliveries one by one; a digest's deliveries to one reader are one message."""
        items = [_Item((d.id,), d.recipient, d.tries) for d in self._due if d.mode == "instant"]
        digests: dict[tuple[str, str], list[Due]] = {}
        for one in self._due:
            if one.mode != "instant":
                digests.setdefault((one.subscription, one.recipient), []).append(one)
        for (_, recipient), rows in digests.items():
            items.append(_Item(tuple(d.id for d in rows), recipient, max(d.tries for d in rows)))
        return items

    def _lane_of(self, recipient: str) -> str:
        return self._port.lane(recipient) if isinstance(self._port, Paced) else recipient

    def _next(self, began: datetime) -> _Lane | None:
        """The lane whose turn it is, after a wait where all have one; None where the run is over."""
        while not self._stop.is_set():
            open_lanes = [lane for lane in self._lanes.values() if lane.items and not lane.closed]
            if not open_lanes:
                return None
            now = self._services.now()
            free = [lane for lane in open_lanes if lane.free is None or lane.free <= now]
            if free:
                return min(free, key=lambda lane: (lane.failed, lane.items[0].tries, lane.items[0].ids))
            wait = min(lane.free for lane in open_lanes if lane.free) - now
            if wait > PATIENCE or now - began > LONGEST_RUN:
                return None
            self._stop.wait(max(wait / timedelta(seconds=1), 0.001))
        return None

    # --- one message --------------------------------------------------------------------------------

    def _one(self, item: _Item) -> Outcome | None:
        """Takes, sends and marks one message; None where there was nothing to send after all."""
        services = self._services
        with services.database.writing() as session:
            ids = lease(session, item.ids, services.owner)
            if not ids:
                return None
            rows = [session.get_one(DeliveryRow, i) for i in ids]
            for row in rows:
                row.first_try_at = min(row.first_try_at or services.now(), services.now())
            ambiguous = any(row.ambiguous for row in rows)
            since = min(row.first_try_at or services.now() for row in rows)
            composed = self._composer.compose(session, rows)
            passing("deliver.composed")
        passing("deliver.leased")
        if composed is None:
            withdrawn(services, self._tally, ids)
            return None
        passing("deliver.rendered")
        outcome = self._send(composed, item.recipient, since if ambiguous else None)
        passing("deliver.accepted")
        mark(services, self._tally, ids, outcome)
        passing("deliver.marked")
        self._amend(composed, item.recipient, outcome)
        return outcome

    def _send(self, composed: Composed, recipient: str, doubtful_since: datetime | None) -> Outcome:
        """Where an earlier try may have arrived, a channel that can look back is asked first."""
        port, message = self._port, composed.message
        if port is None:
            return Refused(f"no subscription has a channel {self._channel} any more", scope="channel")
        if doubtful_since is not None and isinstance(port, LooksBack):
            marker = message.headers["Message-ID"]
            found = port.already_sent(marker, recipient, thread=message.thread, since=doubtful_since)
            if found is not None:
                return found
        return port.send(message, recipient)

    def _amend(self, composed: Composed, recipient: str, outcome: Outcome) -> None:
        """The first message says what is known now, where a channel can; the update itself has gone out."""
        port: Channel | None = self._port
        first, thread = composed.first, composed.message.thread
        if first is None or thread is None or not isinstance(outcome, Accepted):
            return
        if isinstance(port, Amends) and (trouble := port.amend(first, recipient, thread)):
            log.info("%s: the first message stays as it was: %s", self._channel, trouble)

    # --- the channel --------------------------------------------------------------------------------

    def _goes_on(self, lane: _Lane, item: _Item, outcome: Outcome) -> bool:
        """Whether the round goes on after this outcome."""
        now = self._services.now()
        if isinstance(self._port, Paced):
            lane.free = now + timedelta(seconds=self._port.pace)
        if isinstance(outcome, Accepted):
            self._accepted += 1
            self._strikes.clear()
            self._struck.clear()
            lane.failed = False
            if not self._known_well:
                channel_works(self._services, self._channel)
                self._known_well = True
        elif is_channels(outcome):
            self._strikes.append(outcome)
            self._struck.add(item.recipient)
            lane.failed = True
        elif isinstance(outcome, Delayed):
            lane.failed = True
            wait = timedelta(seconds=outcome.retry_after) if outcome.retry_after is not None else None
            if wait is not None and wait <= PATIENCE:
                lane.free = now + wait
            else:
                lane.closed = True
        return len(self._strikes) < STRIKES

    def _judge(self) -> None:
        """Whether the channel is down; one recipient's lines that break while others' do not are its own."""
        if self._strikes and not (self._accepted and len(self._struck) == 1):
            channel_fails(self._services, self._channel, self._strikes[-1])
