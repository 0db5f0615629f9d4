"""One request to an archive, with patience: what passes is waited out, what stays is ArchiveFailed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from monitor.errors import ArchiveFailed, FetchRefused
from monitor.ports import Fetched, Fetcher, Wanted

log = logging.getLogger(__name__)

#: States of a fetch that may be gone a moment later. A refused connection is how archives keep away who did
#: not heed their 429; it is waited out by whoever asks for the window again, not here.
PASSING: Final = frozenset(
    {"http_429", "http_500", "http_502", "http_503", "http_504", "timeout", "broken", "postponed"}
)
#: What the archive says of the request itself, not of how it is just now.
FINAL: Final = frozenset({"http_400", "http_401", "http_403", "http_404", "http_410", "http_451"})

#: Bytes of a news page on the wire, for plans (HTTP Archive's Web Almanac 2024, page weight: the median HTML
#: document is 33 kB).
PAGE_BYTES: Final = 33_000

Read = TypeVar("Read")


class Busy(ArchiveFailed):
    """An answer that says, in whatever form, that the same request may be answered later."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How an archive is asked: seconds between two requests, how often one request is tried, and the wait
    before it is tried again. The wait doubles; what the archive asks for wins; more than the longest ends it.
    """

    pause: float
    tries: int
    first_wait: float
    longest_wait: float


@dataclass(frozen=True, slots=True)
class Asking:
    """Settings of an archive that asks the outlets' own servers: how often one request is tried, and seconds
    that are waited. The pause between two is the one that pages of one host are fetched with."""

    tries: int = 3
    first_wait: float = 5.0
    longest_wait: float = 120.0

    @property
    def manners(self) -> Manners:
        """How a server is asked."""
        return Manners(0.0, self.tries, self.first_wait, self.longest_wait)


@dataclass(frozen=True, slots=True)
class AskingOne(Asking):
    """Settings of an archive that asks one service, with a ``pause`` of its own between two requests."""

    pause: float = 1.0

    @property
    def manners(self) -> Manners:
        """How the service is asked."""
        return Manners(self.pause, self.tries, self.first_wait, self.longest_wait)


def ask(
    fetcher: Fetcher,
    url: str,
    manners: Manners,
    read: Callable[[Fetched], Read],
    kind: str = "archive",
    *,
    part: tuple[int, int] | None = None,
    unchanged: str | None = None,
) -> Read:
    """What ``read`` makes of the answer; it may raise Busy to have the request tried again.

    ``part`` and ``unchanged`` as in ``monitor.ports.Wanted``. Raises ArchiveFailed with the state of the last
    try, and in ``retry_after`` how long the archive wants to be left alone where it said so.
    """
    wanted = Wanted(url, kind=kind, pause=manners.pause, part=part, unchanged=unchanged)
    wait = manners.first_wait
    for tried in range(1, manners.tries + 1):
        outcome = next(iter(fetcher.fetch_all([wanted])))[1]
        try:
            if isinstance(outcome, Fetched):
                return read(outcome)
            raise outcome
        except FetchRefused as error:
            failed = ArchiveFailed(error.state, error.detail, retry_after=error.retry_after)
            if error.state not in PASSING:
                raise failed from None
        except Busy as error:
            failed = error
        pause = failed.retry_after if failed.retry_after is not None else wait
        if tried == manners.tries or pause > manners.longest_wait:
            raise ArchiveFailed(failed.state, failed.detail, retry_after=failed.retry_after)
        log.info("asked again in %.0f s: %s", pause, failed)
        time.sleep(pause)
        wait *= 2
    raise AssertionError("an archive is asked at least once")
