"""What the order of work asks of the world outside; adapters stand above, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from monitor.model import Accepted, Batch, Delayed, Expected, Message, Outcome, Window


class Clock(Protocol):
    """Tells the time; a fixed one may start anywhere and runs on."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer over HTTP. ``status`` is 200, 304 (with an empty body), or 206 where a part was asked for;
    all else raises FetchRefused.

    ``url`` is the last address, ``permanent_url`` where only permanent redirects led from the first;
    ``headers`` have lower-case names.
    """

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent_url: str | None = None
    elapsed: float = 0.0

    @property
    def content_type(self) -> str | None:
        """The Content-Type as sent."""
        return self.headers.get("content-type")

    @property
    def whole(self) -> int | None:
        """Of what a part was given: its length in bytes, where the server tells it."""
        length = self.headers.get("content-range", "").rpartition("/")[2]
        return int(length) if length.isascii() and length.isdigit() else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to fetch: a feed (``kind="feed"``) or a page, with the validators of the last answer.

    ``kind="archive"`` is an archive's documented interface or what it keeps, asked for by its own address:
    robots.txt, which is for crawlers, is asked only for a ``page``. ``pause`` is what its host asks between
    two requests, in seconds, where that is more than the policy's; a host for which one is named is asked by
    all processes together no oftener.

    ``part`` are the first and the last byte of a part of the file, which may come shorter; ``unchanged`` is
    the ETag of an earlier part, so that two parts are of one file.
    """

    url: str
    kind: str = "page"
    etag: str | None = None
    last_modified: str | None = None
    pause: float = 0.0
    part: tuple[int, int] | None = None
    unchanged: str | None = None


class Turns(Protocol):
    """When hosts may be asked next, kept for several processes together; threads may share it.

    Each raises StoreError where it cannot be written just now.
    """

    def book(self, host: str, pause: float, most: float) -> float:
        """Books the host's next turn and gives the seconds until it; the one after comes ``pause`` later.

        A wait of more than ``most`` seconds is given and not booked.
        """

    def put_off(self, host: str, seconds: float) -> None:
        """Nobody asks the host for so long from now."""


class Fetcher(Protocol):
    """Fetches many at once; politeness, guards and caps are its business."""

    def fetch_all(self, wanted: Sequence[Wanted]) -> Iterator[tuple[int, Fetched | Exception]]:
        """Yields (index into ``wanted``, answer or FetchRefused) as they come, each index once.

        Where a host's turn cannot be kept in the ledger, nothing more is asked: after all that did come the
        ledger's StoreError is raised.
        """


class Workers(Protocol):
    """Runs pure functions in child processes with CPU, memory and time limits."""

    def map(
        self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]
    ) -> Iterator[Any | Exception]:
        """Yields results in order; an item that raised, died or ran over its limits gives the exception."""


class Channel(Protocol):
    """Sends one message to one recipient."""

    name: str

    def send(self, message: Message, recipient: str) -> Outcome:
        """Accepted, Delayed or Refused; never raises for what the other side does."""

    def close(self) -> None:
        """Lets go of what it holds open; it may be used again afterwards."""


@runtime_checkable
class LooksBack(Channel, Protocol):
    """A channel that can tell whether an earlier try arrived after all (asked after an ambiguous one)."""

    def already_sent(
        self, marker: str, recipient: str, *, thread: str | None = None, since: datetime | None = None
    ) -> Accepted | Delayed | None:
        """Accepted where the message with this Message-ID is there, None where not, Delayed: ask later.

        ``since`` is when it was first tried: nothing older has to be looked at.
        """


@runtime_checkable
class Paced(Channel, Protocol):
    """A channel whose other side takes only so many messages: ``pace`` seconds between two of one lane."""

    pace: float

    def lane(self, recipient: str) -> str:
        """Which recipients share a pace: the same word for those that do."""


@runtime_checkable
class Amends(Channel, Protocol):
    """A channel in which the first message can be brought up to what is known now."""

    def amend(self, message: Message, recipient: str, reference: str) -> str | None:
        """Puts ``message`` in the place of the one known as ``reference``; None, or why it could not."""


class Archive(Protocol):
    """A place that keeps the past, asked about what it was built for; it holds no state of its own."""

    name: str

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """The stretch cut as this archive is best asked (a day, a month, one file), earliest first.

        It asks for no more than the archive's index. Raises ArchiveFailed.
        """

    def expected(self, window: Window) -> Expected:
        """What reading a window will cost. Raises ArchiveFailed."""

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """The window's pages from ``cursor`` on (None: from its beginning), in the same order at every call.

        The last batch's cursor is None. A bad page is counted and passed. Raises ArchiveFailed: what was
        given stands, and the window may be asked again from its last cursor.
        """


@dataclass(frozen=True, slots=True)
class Advice:
    """What a language model answered, as text, and the tokens that question and answer took."""

    content: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked about one text: ``version`` of the wording, the two messages, the schema."""

    version: int
    system: str
    user: str
    schema: Mapping[str, Any]


class Proposer(Protocol):
    """A language model that proposes statements; what it says is checked against the text."""

    model: str

    def propose(self, question: Question) -> Advice:
        """One answer. Raises AdviserFailed."""


class Embedder(Protocol):
    """Turns sentences into vectors that lie close where they mean the same, whatever their language."""

    @property
    def name(self) -> str:
        """The model's name, by which its figures are kept."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it knows, as two letters."""

    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector for each text, all of one length."""
