"""Manners: one request at a time a host, with a pause between, and no request while a host asks to wait.

Hosts that processes ask together, archives', take their turns among all of these by ``monitor.ports.Turns``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from monitor.errors import StoreError, StoreUnreachable
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.states import refused
from monitor.ports import Turns

log = logging.getLogger(__name__)

#: A host is never left alone for longer than this on its own word.
MAX_RETRY_AFTER = 86_400.0
#: The pause after a 429 that names none.
DEFAULT_RETRY_AFTER = 60.0
#: A robots.txt may ask for longer pauses than ours, up to this.
MAX_CRAWL_DELAY = 10.0

#: Behind other processes a host's turn is waited for so long.
MAX_QUEUE = 60.0

#: A ledger that is away is asked again after so long, then after twice as long each time, up to the longest.
LEDGER_AGAIN, LEDGER_AGAIN_AT_MOST = 0.25, 8.0

#: From so many hosts on, those whose pause is over are forgotten.
FORGET_AT = 10_000

Written = TypeVar("Written")


class Pace:
    """When each host may be asked next. Lives as long as its fetcher; times are of the monotonic clock."""

    def __init__(self, policy: FetchPolicy, turns: Turns | None = None) -> None:
        self._policy = policy
        self._turns = turns
        self._next: dict[str, float] = {}
        self._forget_at = FORGET_AT
        self._blocked: dict[str, float] = {}
        self._crawl_delay: dict[str, float] = {}
        self._asked_for: dict[str, float] = {}

    async def turn(self, host: str) -> None:
        """Waits until the host may be asked; FetchRefused ``postponed`` where it asked for a long wait,
        StoreError where its turn cannot be booked.
        """
        while True:
            now = time.monotonic()
            blocked = self._blocked.get(host, 0.0)
            if blocked - now > self._policy.max_wait:
                left = round(blocked - now, 1)
                raise refused("postponed", f"{host} asked to wait", retry_after=left)
            start = max(self._next.get(host, 0.0), blocked)
            if start <= now:
                self._next[host] = now + self._delay(host)
                break
            await asyncio.sleep(start - now)
        if self._turns is not None and host in self._asked_for:
            turns, delay = self._turns, self._delay(host)
            wait = await self._kept(lambda: turns.book(host, delay, MAX_QUEUE))
            if wait > MAX_QUEUE:
                raise refused("postponed", f"{host} asked to wait", retry_after=round(wait, 1))
            await asyncio.sleep(wait)

    def done(self, host: str) -> None:
        """The request has ended: the pause begins."""
        now = time.monotonic()
        if len(self._next) >= self._forget_at:
            self._next = {name: at for name, at in self._next.items() if at > now}
            self._forget_at = max(FORGET_AT, 2 * len(self._next))
        self._next[host] = now + self._delay(host)

    async def block(self, host: str, seconds: float) -> None:
        """The host asked not to be asked for so long. StoreError where others cannot be told."""
        self._blocked[host] = max(self._blocked.get(host, 0.0), time.monotonic() + seconds)
        if self._turns is not None and host in self._asked_for:
            turns = self._turns
            await self._kept(lambda: turns.put_off(host, seconds))

    async def _kept(self, write: Callable[[], Written]) -> Written:
        """What the ledger gives for that, written beside the event loop: no other host waits for it.

        A ledger that is away for a moment is asked again, up to the policy's time. What has waited as long
        behind other hosts' writes is not begun: each might take all that time once more.
        """
        until, pause = time.monotonic() + self._policy.max_ledger_wait, LEDGER_AGAIN
        latest = max(until, time.monotonic() + LEDGER_AGAIN)

        def in_time() -> Written:
            if time.monotonic() > latest:
                raise StoreUnreachable("the database took no turn of a host in time")
            return write()

        while True:
            try:
                return await asyncio.to_thread(in_time)
            except StoreError as error:
                if time.monotonic() + pause > until:
                    raise
                log.info("asked again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LEDGER_AGAIN_AT_MOST)

    def crawl_delay(self, host: str, seconds: float | None) -> None:
        """What the host's robots.txt asks for."""
        if seconds is not None and seconds > 0:
            self._crawl_delay[host] = min(seconds, MAX_CRAWL_DELAY)

    def asked_for(self, host: str, seconds: float) -> None:
        """What the host's own documentation asks for; the longest that was ever named holds."""
        if seconds > self._asked_for.get(host, 0.0):
            self._asked_for[host] = seconds

    def _delay(self, host: str) -> float:
        own = max(self._crawl_delay.get(host, 0.0), self._asked_for.get(host, 0.0))
        return max(self._policy.per_host_delay, own)


def retry_after(status: int, headers: dict[str, str], now: datetime | None) -> float | None:
    """Seconds that the answer asks to wait: a number, or a date against the answer's own Date, else ``now``.

    None where nothing is asked; a 429 without the header counts as one minute.
    """
    raw = headers.get("retry-after", "").strip()
    seconds: float | None = None
    if raw.isascii() and raw.isdigit():
        seconds = float(raw[:9])
    elif raw:
        goal, start = _date(raw), _date(headers.get("date", "")) or now
        seconds = max((goal - start).total_seconds(), 0.0) if goal and start else None
    if seconds is None:
        return DEFAULT_RETRY_AFTER if status == 429 else None
    return min(seconds, MAX_RETRY_AFTER)


def _date(text: str) -> datetime | None:
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
