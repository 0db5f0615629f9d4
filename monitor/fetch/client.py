"""Fetches many addresses at once: redirects by hand, manners, conditional requests, caps over all hops."""

from __future__ import annotations

import asyncio
import logging
import queue
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from extractors.urls import BadUrl, Url, host_of, join
from monitor.errors import FetchRefused, StoreError
from monitor.fetch.guard import checked
from monitor.fetch.pace import Pace, retry_after
from monitor.fetch.places import Places
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.robots import Robots
from monitor.fetch.states import refused
from monitor.fetch.transport import Answer, Transport
from monitor.ports import Clock, Fetched, Turns, Wanted

log = logging.getLogger(__name__)

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_ACCEPT: Final = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, application/pdf;q=0.9, text/plain;q=0.8, */*;q=0.5",
    "sitemap": "application/xml, text/xml;q=0.9, application/gzip;q=0.8, text/plain;q=0.7, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
    "archive": "application/json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.8",
    "query": "application/sparql-results+json, application/json;q=0.9",
}
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)", re.IGNORECASE)
#: After so many addresses in a row that had no answer, a host's others are not asked in the same call: each
#: might take the whole of its time, and all else that is wanted waits for the last.
AWAY: Final = 3
#: So many hosts are under way at once, most of them in the pause between two of their addresses: a task for
#: each of a hundred thousand hosts would take memory for nothing.
HOSTS: Final = 1000
_NO_ANSWER: Final = frozenset({"timeout", "connect", "dns"})
_Outcome = tuple[int, Fetched | Exception]
Failure = TypeVar("Failure", FetchRefused, StoreError)


class HttpFetcher:
    """Implements ``monitor.ports.Fetcher``.

    Remembers between calls which hosts asked to wait, and their robots.txt.

    ``clock`` is asked only for a Retry-After date from a server that tells no date of its own; ``turns`` for
    the hosts that other processes ask, too.
    """

    def __init__(self, policy: FetchPolicy, clock: Clock | None = None, turns: Turns | None = None) -> None:
        self.policy = policy
        self._clock = clock
        self._pace = Pace(policy, turns)
        self._robots = Robots(policy, self._pace)

    def fetch_all(self, wanted: Sequence[Wanted]) -> Iterator[_Outcome]:
        """Yields (index into ``wanted``, answer or FetchRefused) as they come, each index exactly once.

        Hosts are asked in parallel, one host's addresses in turn with the policy's pause between. A slow
        request goes on beside the others (places.py); of a host that is away, only the first addresses are
        tried. At twice ``concurrency`` answers that wait for the caller, who may stop at any time, nothing
        more is begun.

        Where a host's turn cannot be booked, nothing more is begun either: those that were not asked have no
        answer, and after the last of the others the ledger's StoreError is raised.
        """
        todo = list(wanted)
        if not todo:
            return
        run = _Run(self, todo)
        run.start()
        unasked: StoreError | None = None
        try:
            for _ in todo:
                index, outcome = run.next()
                if isinstance(outcome, StoreError):
                    unasked = outcome
                else:
                    yield index, outcome
        finally:
            run.stop()
        if unasked is not None:
            raise unasked

    async def fetch(self, wanted: Wanted, hop: _Hop) -> Fetched:
        """One address through all its redirects; FetchRefused by name, StoreError where no turn is booked."""
        started = time.monotonic()
        journey = _Journey(wanted, self.policy)
        self._pace.asked_for(journey.url.host, wanted.pause)
        while True:
            url = journey.url
            if wanted.kind == "page":
                await self._robots.check(url, lambda address, limit: self._robots_body(address, limit, hop))
            if journey.new_host:
                await self._pace.turn(url.host)
            try:
                answer = await hop(url, journey.headers(), journey.limit, journey.left)
            finally:
                self._pace.done(url.host)
            journey.spent += answer[1]
            if journey.follow(answer[0]):
                continue
            return await self._result(journey, answer[0], time.monotonic() - started)

    async def _result(self, journey: _Journey, answer: Answer, elapsed: float) -> Fetched:
        """The answer at the journey's end, or the refusal that its status means."""
        status, host = answer.status, journey.url.host
        if status == 200 and journey.part is not None:
            raise refused("no_part", f"{host}: the whole file")
        if status == 206 and journey.part is not None:
            _check_part(journey.part, answer, host)
        if status == 200 or (status == 304 and journey.conditional) or (status == 206 and journey.part):
            permanent = str(journey.url) if journey.hops and journey.permanent else None
            return Fetched(str(journey.url), status, answer.body, answer.headers, permanent, elapsed)
        wait = None
        if status in (429, 503):
            wait = retry_after(status, answer.headers, self._now())
            if wait is not None:
                await self._pace.block(host, wait)
        raise refused(f"http_{status}", host, retry_after=wait)

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock else None

    async def _robots_body(self, address: str, limit: int, hop: _Hop) -> bytes:
        """The robots.txt at that address: no pause before it, redirects followed, nothing conditional."""
        journey = _Journey(Wanted(address, kind="robots"), self.policy)
        while True:
            answer, spent = await hop(journey.url, journey.headers(), limit, journey.left)
            journey.spent += spent
            if journey.follow(answer):
                continue
            if answer.status == 200:
                return answer.body
            wait = retry_after(answer.status, answer.headers, self._now())
            raise refused(f"http_{answer.status}", journey.url.host, retry_after=wait)


_Hop = Callable[[Url, dict[str, str], int, float], Awaitable[tuple[Answer, float]]]


class _Journey:
    """Where one fetch is on its way through redirects."""

    def __init__(self, wanted: Wanted, policy: FetchPolicy) -> None:
        self._wanted = wanted
        self._policy = policy
        self.url = checked(wanted.url, policy)
        self._seen = {str(self.url)}
        self.hops = 0
        self.permanent = True
        self.new_host = True
        self.spent = 0.0
        self.conditional = bool(wanted.etag or wanted.last_modified)

    @property
    def part(self) -> tuple[int, int] | None:
        """The part that is wanted, where not all is."""
        return self._wanted.part

    @property
    def limit(self) -> int:
        """Most bytes that are taken of the answer."""
        part = self._wanted.part
        return part[1] - part[0] + 1 if part else self._policy.limit(self._wanted.kind)

    @property
    def left(self) -> float:
        """Seconds of the total time not yet used on the network."""
        left = self._policy.seconds(self._wanted.kind) - self.spent
        if left <= 0:
            raise refused("timeout", self.url.host)
        return left

    def headers(self) -> dict[str, str]:
        """What the request says besides the client's own headers."""
        headers = {"Accept": _ACCEPT.get(self._wanted.kind, _ACCEPT["page"])}
        if self._wanted.etag and _is_field(self._wanted.etag):
            headers["If-None-Match"] = self._wanted.etag
        if self._wanted.last_modified and _is_field(self._wanted.last_modified):
            headers["If-Modified-Since"] = self._wanted.last_modified
        if self._wanted.part is not None:
            headers["Range"] = "bytes={}-{}".format(*self._wanted.part)
            headers["Accept-Encoding"] = "identity"
            if self._wanted.unchanged and _is_field(self._wanted.unchanged):
                headers["If-Range"] = self._wanted.unchanged
        return headers

    def follow(self, answer: Answer) -> bool:
        """Whether the answer leads on; then ``url`` is the next, checked like the first."""
        if answer.status not in _REDIRECTS:
            return False
        location = answer.headers.get("location", "").strip()
        if not location:
            raise refused("bad_redirect", f"{self.url.host}: a {answer.status} that names no address")
        raw = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            address = join(str(self.url), raw).partition("#")[0]
        except BadUrl as error:
            raise refused("bad_redirect", f"{self.url.host}: {error}") from None
        following = checked(address, self._policy)
        if str(following) in self._seen:
            raise refused("redirect_loop", following.host)
        self._seen.add(str(following))
        self.hops += 1
        if self.hops > self._policy.max_redirects:
            raise refused("too_many_redirects", f"more than {self._policy.max_redirects}")
        self.permanent = self.permanent and answer.status in _PERMANENT
        self.new_host = following.host != self.url.host
        self.url = following
        return True


def _is_field(value: str) -> bool:
    """Whether a stored validator may stand in a header."""
    return value.isprintable() and value.isascii() and len(value) < 1_000


def _check_part(part: tuple[int, int], answer: Answer, host: str) -> None:
    """A server may give less than was asked for (RFC 9110, section 15.3.7), but from the first byte on."""
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if found is None or int(found[1]) != part[0] or int(found[2]) > part[1]:
        raise refused("no_part", f"{host}: another part than bytes {part[0]}-{part[1]}")
    if len(answer.body) != int(found[2]) - int(found[1]) + 1:
        raise refused("broken", host)


class _Run:
    """One call of fetch_all: an event loop in a thread of its own, answers handed over by a queue."""

    def __init__(self, fetcher: HttpFetcher, todo: list[Wanted]) -> None:
        self._fetcher = fetcher
        self._todo = todo
        self._answers: queue.SimpleQueue[_Outcome | BaseException] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._main, name="fetch", daemon=True)
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._places = Places(fetcher.policy.concurrency)
        self._taken = asyncio.Event()
        self._ledger_away: StoreError | None = None

    def start(self) -> None:
        """Begins to fetch."""
        self._task = self._loop.create_task(self._all())
        self._thread.start()

    def next(self) -> _Outcome:
        """The next answer; waits for it."""
        answer = self._answers.get()
        if isinstance(answer, BaseException):
            raise answer
        self._tell(self._taken.set)
        return answer

    def stop(self) -> None:
        """Ends what still runs and waits for the thread."""
        self._tell(lambda: self._task.cancel() if self._task else None)
        self._thread.join()

    def _tell(self, what: Callable[[], object]) -> None:
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:
            return  # the loop is closed: all answers are in the queue

    def _main(self) -> None:
        try:
            assert self._task is not None  # noqa: S101 - made by start
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - the caller's thread gets it
            self._answers.put(error)
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _all(self) -> None:
        hosts: dict[str, list[int]] = {}
        for index, wanted in enumerate(self._todo):
            hosts.setdefault(host_of(wanted.url) or "", []).append(index)
        # The hosts with most addresses first, as theirs take longest.
        waiting = iter(sorted(hosts.values(), key=len, reverse=True))

        async def run(transport: Transport) -> None:
            for indexes in waiting:
                await self._host(indexes, transport)

        async with Transport(self._fetcher.policy) as transport, asyncio.TaskGroup() as group:
            for _ in range(min(HOSTS, len(hosts))):
                group.create_task(run(transport))

    async def _host(self, indexes: list[int], transport: Transport) -> None:
        """One host's addresses, one after the other."""

        async def hop(url: Url, headers: dict[str, str], limit: int, seconds: float) -> tuple[Answer, float]:
            async with self._places.taken() as place:
                while self._answers.qsize() >= self._fetcher.policy.concurrency * 2:
                    self._taken.clear()
                    await self._taken.wait()
                place.begin()
                started = time.monotonic()
                answer = await transport.get(url, headers, limit, seconds)
                return answer, time.monotonic() - started

        away = 0
        last: FetchRefused | None = None
        for index in indexes:
            outcome: Fetched | Exception
            try:
                if self._ledger_away is not None:
                    raise self._ledger_away
                if last is not None and away >= AWAY:
                    raise refused(last.state, f"not asked: {away} others of its host had no answer in a row")
                outcome = await self._fetcher.fetch(self._todo[index], hop)
                away = 0
            except FetchRefused as error:
                if last is None or away < AWAY:
                    away, last = (away + 1 if error.state in _NO_ANSWER else 0), error
                outcome = _bare(error)
            except StoreError as error:
                outcome = self._ledger_away = self._ledger_away or _bare(error)
            except Exception as error:
                log.exception("fetching failed by a fault of our own")
                outcome = refused("failed", type(error).__name__)
            self._answers.put((index, outcome))


def _bare(error: Failure) -> Failure:
    """The failure without the frames that it came through, which hold what was read until then."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error
