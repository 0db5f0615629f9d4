"""WARC files, near or far, read block by block in the worker processes; a mark after each block.

A block is a fixed stretch of the file; the records that begin in it are its own, wherever they end. So the
blocks of a file can be read side by side, give the same at every reading, and a reading goes on at the offset
of a record. At most a few blocks are in memory.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from monitor.archives import Reach
from monitor.archives._asking import Manners, ask
from monitor.errors import ArchiveFailed, ItemError, UsageError
from monitor.model import Batch, Problem, Window
from monitor.ports import Fetched

if TYPE_CHECKING:
    from monitor.archives._records import Block, Sifted, Wish

#: Bytes of a block, and those after it that the last of its records may need, packed and not.
BLOCK: Final = 4 << 20
MARGIN: Final = 2 << 20
MARGIN_PLAIN: Final = 17 << 20
#: A block whose worker dies is tried in pieces down to this, so that one record costs little beside itself.
LEAST: Final = 64 << 10


class Source(Protocol):
    """A file of bytes that may be read anywhere."""

    name: str
    packed: bool

    def read(self, at: int, length: int) -> bytes:
        """So many bytes from there on, fewer only at the end. Raises ArchiveFailed."""

    @property
    def mark(self) -> str | None:
        """What tells this file from another of the same name, once it was read from."""


@dataclass
class LocalFile:
    """A file on this machine. Raises ArchiveFailed where it cannot be read."""

    path: Path

    def __post_init__(self) -> None:
        self.name = self.path.name
        self.packed = self.path.suffix == ".gz"

    def read(self, at: int, length: int) -> bytes:
        """See Source."""
        try:
            with self.path.open("rb") as file:
                file.seek(at)
                return file.read(length)
        except OSError as error:
            raise ArchiveFailed("unreadable", f"{self.path}: {error.strerror}") from None

    @property
    def mark(self) -> str | None:
        """Its length: a file that grew or shrank is another."""
        try:
            return str(self.path.stat().st_size)
        except OSError as error:
            raise ArchiveFailed("unreadable", f"{self.path}: {error.strerror}") from None


class RemoteFile:
    """A file behind HTTP, read in parts; each part is of the file that it was at the first."""

    def __init__(self, url: str, reach: Reach, manners: Manners, unchanged: str | None = None) -> None:
        self.name = url.rpartition("/")[2]
        self.packed = url.endswith(".gz")
        self._url, self._reach, self._manners = url, reach, manners
        self._etag, self._size = unchanged, None

    _size: int | None

    def read(self, at: int, length: int) -> bytes:
        """See Source; a part that comes shorter is asked on."""
        made = bytearray()
        while len(made) < length and (self._size is None or at + len(made) < self._size):
            part = (at + len(made), at + length - 1)
            got = ask(
                self._reach.fetcher, self._url, self._manners, lambda answer: answer,
                part=part, unchanged=self._etag,
            )  # fmt: skip
            self._keep(got)
            made += got.body
        return bytes(made)

    def _keep(self, got: Fetched) -> None:
        etag = got.headers.get("etag")
        if etag and not etag.startswith("W/"):  # If-Range wants a strong one (RFC 9110, section 13.1.5)
            self._etag = etag
        self._size = got.whole if got.whole is not None else self._size

    @property
    def mark(self) -> str | None:
        """Its ETag."""
        return self._etag


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a reading goes on: at the record at ``at`` of a file."""

    name: str
    at: int
    file: str | None = None

    def written(self) -> str:
        """As a cursor."""
        return json.dumps([self.name, self.at, self.file])

    @classmethod
    def read(cls, cursor: str) -> Mark:
        """A cursor as a mark. Raises ArchiveFailed for one that is none."""
        try:
            name, at, file = json.loads(cursor)
        except (ValueError, TypeError):
            name = at = file = None
        if isinstance(name, str) and isinstance(at, int) and at >= 0 and isinstance(file, str | None):
            return cls(name, at, file)
        raise ArchiveFailed("bad_cursor", "the mark to go on from is not one of this archive's")


def read_files(
    names: Sequence[str],
    opened: Callable[[str, str | None], Source],
    reach: Reach,
    stretch: Window,
    hosts: tuple[str, ...],
    cursor: str | None,
    block: int = BLOCK,
) -> Iterator[Batch]:
    """The batches of these files, one after the other, from the cursor on, each of ``block`` bytes or more.

    ``opened(name, mark)`` opens a file; ``mark`` is that of the file at an earlier reading. Raises
    ArchiveFailed.
    """
    from monitor.archives._records import Wish  # the libraries are there, or ``must_have`` said so

    left, mark = list(names), Mark.read(cursor) if cursor is not None else None
    if mark is not None:
        if mark.name not in left:
            raise ArchiveFailed("bad_cursor", "the mark to go on from names another file")
        left = left[left.index(mark.name) :]
    wish, waiting = Wish(stretch, hosts), None
    for name in left:
        if waiting is not None:
            waiting = replace(waiting, cursor=Mark(name, 0).written())
        source, at, problem = _entered(name, opened, mark if mark is not None and mark.name == name else None)
        for batch in _read_file(source, name, reach, wish, at, block):
            if waiting is not None:
                yield waiting
            waiting = batch
            if problem is not None:
                waiting, problem = replace(batch, problems=(problem, *batch.problems)), None
    yield replace(waiting, cursor=None) if waiting is not None else Batch((), None)


def _entered(
    name: str, opened: Callable[[str, str | None], Source], mark: Mark | None
) -> tuple[Source, int, Problem | None]:
    """A file, and where to begin: at the mark, or at its beginning where it is no longer the one that was."""
    source = opened(name, mark.file if mark is not None else None)
    if mark is None or mark.file is None:
        return source, mark.at if mark is not None else 0, None
    try:
        source.read(mark.at, 1)
        if source.mark == mark.file:
            return source, mark.at, None
    except ArchiveFailed as error:
        if error.state not in ("no_part", "http_416"):
            raise
    changed = Problem(
        "archive_changed", f"{source.name} is another file than before: read from its beginning"
    )
    return opened(name, None), 0, changed


def _read_file(source: Source, name: str, reach: Reach, wish: Wish, at: int, length: int) -> Iterator[Batch]:
    """A batch for each block in which a record begins."""
    from monitor.archives._records import sift_block

    asked: deque[Block] = deque()

    def jobs() -> Iterator[tuple[Block, Wish]]:
        for block in _blocks(source, at, length):
            asked.append(block)
            yield block, wish

    for result in reach.workers.map(sift_block, jobs()):
        block = asked.popleft()
        made, problems = _result(result, block, source.name, reach, wish)
        if made.one_stream:
            raise ArchiveFailed(
                "one_stream", f"{source.name} is compressed as one stream, not record by record (ISO 28500, "
                "annex D): compress it anew, for example with `warcio recompress`",
            )  # fmt: skip
        if made.first is None or made.following is None:
            continue
        cursor = Mark(name, made.following, source.mark).written()
        size = made.following - made.first
        yield Batch(tuple(made.pages), cursor, dict(made.passed), problems, size)


def _blocks(source: Source, at: int, length: int) -> Iterator[Block]:
    """The blocks from an offset on, each with the bytes behind it that its last record may need."""
    from monitor.archives._records import Block

    margin = MARGIN if source.packed else MARGIN_PLAIN
    base, held, ended = at, bytearray(), False
    while True:
        stop = (base // length + 1) * length
        while not ended and base + len(held) < stop + margin:
            wanted = stop + margin - base - len(held) if not held else length
            more = source.read(base + len(held), wanted)
            ended = len(more) < wanted
            held += more
        if not held:
            return
        yield Block(bytes(held), base, base, stop, ended, source.packed)
        if ended and stop >= base + len(held):
            return
        del held[: stop - base]
        base = stop


def _result(
    result: Sifted | Exception, block: Block, name: str, reach: Reach, wish: Wish
) -> tuple[Sifted, tuple[Problem, ...]]:
    """What a block gave; where its worker died, what its pieces gave, and which of them did not."""
    from monitor.archives._records import Sifted, sift_block

    if not isinstance(result, Exception):
        return result, ()
    length = block.stop - block.begin
    if length <= LEAST:
        why = result.state if isinstance(result, ItemError) else type(result).__name__
        detail = f"{name}, bytes {block.begin} to {block.stop}: {why}"
        lost = Sifted(first=block.begin, following=block.stop)
        lost.passed["unreadable_block"] += 1
        return lost, (Problem("unreadable_block", detail),)
    step = max(length // 8, LEAST)
    pieces = [
        replace(block, begin=begin, stop=min(begin + step, block.stop))
        for begin in range(block.begin, block.stop, step)
    ]
    whole, problems = Sifted(), list[Problem]()
    for piece, made in zip(pieces, reach.workers.map(sift_block, ((p, wish) for p in pieces)), strict=True):
        part, told = _result(made, piece, name, reach, wish)
        problems += told
        whole.pages += part.pages
        whole.passed += part.passed
        whole.first = part.first if whole.first is None else whole.first
        whole.following = part.following or whole.following
        whole.one_stream = whole.one_stream or part.one_stream
    return whole, tuple(problems)


def must_have(name: str) -> None:
    """Raises UsageError where a library for WARC files is not installed."""
    if any(find_spec(library) is None for library in ("fastwarc", "re2")):
        raise UsageError(f"{name} needs the extra `archives` (pip install 'clusterwatch[archives]')")
