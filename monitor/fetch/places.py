"""How many requests are open at once: slow hosts give their place to others and go on beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

#: A request that has taken so many seconds is waited for beside the others.
PATIENCE: Final = 3.0
#: So many times the places may be waited for so: most of what is slow sends a byte now and then, or nothing.
BESIDE: Final = 4


class Places:
    """``count`` places, and ``BESIDE`` times as many for requests that are slow. For one event loop."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._beside, self._most = 0, count * BESIDE

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[_Place]:
        """A place, as soon as one is free; given back at the end."""
        await self._free.acquire()
        place = _Place(self)
        try:
            yield place
        finally:
            place.leave()

    def give_up(self) -> bool:
        """Frees a place though its request goes on; False where too many do so."""
        if self._beside >= self._most:
            return False
        self._beside += 1
        self._free.release()
        return True

    def back(self, *, beside: bool) -> None:
        """A request is over."""
        if beside:
            self._beside -= 1
        else:
            self._free.release()


class _Place:
    """One request's place."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._timer: asyncio.TimerHandle | None = None
        self._beside = False

    def begin(self) -> None:
        """The request begins: from now on its time is counted."""
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._too_long)

    def _too_long(self) -> None:
        self._beside = self._places.give_up()
        if not self._beside:
            self.begin()

    def leave(self) -> None:
        """The request is over, or was never begun."""
        if self._timer is not None:
            self._timer.cancel()
        self._places.back(beside=self._beside)
