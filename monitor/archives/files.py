"""Files on this machine, each kind told by its name and beginning, one target a path.

documents    lines of JSON (``.jsonl``, ``.ndjson``, also ``.gz``), as ``ingest`` takes them
papers       a folder or a ZIP file of HTML, PDF and text files
mails        a mailbox of Google Alerts: mbox, Maildir, a folder of ``.eml``, or one of these
feeds        an OPML list: what each of its feeds holds at present
records      WARC files, compressed record by record or not
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from monitor.archives import Reach, Targets
from monitor.archives._asking import Asking, ask
from monitor.archives._entries import pages_of
from monitor.archives._lines import documents_job, lines_of
from monitor.archives._mails import mail_files_job, mbox_job
from monitor.archives._papers import files_in, read_files_job, read_zip_job, zip_length_job
from monitor.archives._walk import Found, Mark, Step, walk
from monitor.archives._warc import BLOCK, LocalFile, must_have, read_files
from monitor.archives._windows import whole
from monitor.errors import ArchiveFailed, ItemError, UsageError
from monitor.model import Batch, Expected, Problem, Target, Window

if TYPE_CHECKING:
    from extractors.opml import OpmlResult

TARGETS: Final[Targets] = "paths"
#: Each path is read for itself; an OPML list asks the outlets' own servers.
ASKS: Final[Literal["targets", "archive"]] = "targets"

Kind = Literal["documents", "folder", "zip", "maildir", "mails", "mbox", "feeds", "records"]
_BY_SUFFIX: Final[dict[str, Kind]] = {
    ".jsonl": "documents", ".ndjson": "documents", ".zip": "zip", ".mbox": "mbox", ".mbx": "mbox",
    ".eml": "mails", ".opml": "feeds", ".warc": "records", ".html": "folder", ".htm": "folder",
    ".pdf": "folder", ".txt": "folder",
}  # fmt: skip
#: A ZIP file is read in no more lots than this.
ZIP_LOTS: Final = 400
_FORMS: Final = (
    "a .jsonl file, a folder or .zip of pages, an mbox, Maildir or .eml of Google Alerts, an .opml list, "
    "a .warc file"
)


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """``batch`` files are read at once, a WARC file in blocks of ``block`` bytes; the rest is how a feed of
    an OPML list is asked."""

    batch: int = 20
    block: int = BLOCK
    longest_wait: float = 60.0


def build(settings: Settings, reach: Reach) -> Files:
    """The archive. Raises ArchiveFailed for a path that is not there, or of no kind that is read; UsageError
    where a library is missing, or a setting cannot work."""
    for target in reach.targets:
        if kind_of(Path(target.address)) == "records":
            must_have("a WARC file")
    if settings.batch < 1 or settings.block < 1:
        raise UsageError("archives.files.batch and block are not below 1")
    return Files(settings, reach)


def kind_of(path: Path) -> Kind:
    """What lies there. Raises ArchiveFailed, ``no_file`` or ``unknown_kind``."""
    if path.is_dir():
        if (path / "cur").is_dir() and (path / "new").is_dir():
            return "maildir"
        return "mails" if _has_mails(path) else "folder"
    if not path.is_file():
        raise ArchiveFailed("no_file", f"there is no file or folder {path}")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] == ".gz" else suffixes[-1] if suffixes else ""
    kind = _BY_SUFFIX.get(last)
    if kind is None or (suffixes[-1:] == [".gz"] and kind not in ("documents", "records")):
        kind = _by_beginning(path)
    if kind is None:
        raise ArchiveFailed("unknown_kind", f"{path} is nothing that is read here (that is: {_FORMS})")
    return kind


def _has_mails(path: Path) -> bool:
    names = list(islice(files_in(path), 200))
    return bool(names) and all(name.lower().endswith(".eml") for name in names)


def _by_beginning(path: Path) -> Kind | None:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ArchiveFailed("unreadable", f"{path}: {error.strerror}") from None
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"From "):
        return "mbox"
    return "feeds" if b"<opml" in head.lower() else None


class Files:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "files"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """One window: a file is read through, whatever is wanted of it."""
        return whole(start, end)

    def expected(self, window: Window) -> Expected:
        """What lies there, whatever its dates: files, members, feeds; bytes."""
        del window
        pages = requests = size = 0
        known, notes = True, []
        for target in self._reach.targets:
            path = Path(target.address)
            kind = kind_of(path)
            if kind in ("folder", "maildir", "mails"):
                names = _names(path)
                pages += len(names)
                size += sum(_size(path / name if path.is_dir() else path) for name in names)
            elif kind == "zip":
                pages, size = pages + self._job(zip_length_job, str(path)), size + _size(path)
            elif kind == "feeds":
                requests += len(self._feeds(path).entries)
                known = False
            else:
                size, known = size + _size(path), False
            notes.append(f"{path.name}: {kind}")
        return Expected(pages if known else None, requests, size, "; ".join(notes))

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """A batch for some files, lines, mails, a feed or a block; the cursor is the next one's place."""

        def steps(target: Target, mark: Mark | None) -> Iterator[Step]:
            path = Path(target.address)
            reading = _Reading(self, path, target, self._reach.stretch or window)
            return reading.steps(kind_of(path), mark)

        return walk(self._reach.targets, cursor, steps)

    def _job(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """One pure function in a worker process; its error is raised here."""
        result = self._reach.worked(function, *arguments)
        if isinstance(result, Exception):
            raise result
        return result

    def _feeds(self, path: Path) -> OpmlResult:
        from extractors.opml import MAX_BYTES, read_opml

        try:
            with path.open("rb") as file:
                body = file.read(MAX_BYTES + 1)
            return self._job(read_opml, body)  # type: ignore[no-any-return]
        except OSError as error:
            raise ArchiveFailed("unreadable", f"{path}: {error.strerror}") from None
        except UsageError as error:  # of the list, not of the command
            raise ArchiveFailed("not_opml", f"{path}: {error}") from None


@dataclass
class _Reading:
    """The reading of one path."""

    files: Files
    path: Path
    target: Target
    stretch: Window

    @cached_property
    def _reach(self) -> Reach:
        return self.files._reach

    @cached_property
    def _settings(self) -> Settings:
        return self.files._settings

    def steps(self, kind: Kind, mark: Mark | None) -> Iterator[Step]:
        """The steps of the path from the mark on; the last has no mark. Raises ArchiveFailed."""
        ways: dict[Kind, Callable[[Mark], Iterable[Step]]] = {
            "documents": self._documents, "folder": self._papers, "zip": self._zip,
            "maildir": self._mail_files, "mails": self._mail_files, "mbox": self._mbox,
            "feeds": self._from_feeds, "records": self._records,
        }  # fmt: skip
        if mark is not None and set(mark) != {"number", "at"}:
            raise ArchiveFailed("bad_cursor", "the mark to go on from is not one of this archive's")
        held: Step | None = None
        for step in ways[kind](mark or {"number": 0, "at": 0}):
            if held is not None:
                yield held
            held = step
        yield Step(None, held.pages, held.passed, held.problems, held.size) if held else Step(None)

    def _documents(self, mark: Mark) -> Iterator[Step]:
        # lines are counted from 1
        for lines in lines_of(self.path, mark["number"] or 1, mark["at"]):
            made = self._tried(documents_job, self.path.name, lines.rows, self.stretch)
            found = [(f"{self.path.name}, line {mark['number'] or 1}", made)]
            if isinstance(made, Exception):  # one of the lines killed it: each for itself
                found = [
                    (f"{self.path.name}, line {row[0]}",
                     self._tried(documents_job, self.path.name, [row], self.stretch))
                    for row in lines.rows
                ]  # fmt: skip
            step = _step({"number": lines.number, "at": lines.at}, found)
            yield replace(step, size=lines.size)

    def _papers(self, mark: Mark) -> Iterator[Step]:
        now = self._reach.clock.now()
        return self._in_lots(
            _names(self.path), mark, read_files_job, lambda names: (self._folder, names, self.stretch, now)
        )

    def _mail_files(self, mark: Mark) -> Iterator[Step]:
        return self._in_lots(
            _names(self.path), mark, mail_files_job, lambda names: (self._folder, names, self.stretch)
        )

    def _zip(self, mark: Mark) -> Iterator[Step]:
        members, now = range(self.files._job(zip_length_job, str(self.path))), self._reach.clock.now()
        # Each lot reads the directory anew, so a long directory is read in fewer lots.
        size = max(self._settings.batch, len(members) // ZIP_LOTS)
        return self._in_lots(
            members, mark, read_zip_job, lambda some: (str(self.path), some, self.stretch, now), size
        )

    def _tried(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """One pure function in a worker process, or its error. Raises ArchiveFailed."""
        try:
            return self.files._job(function, *arguments)
        except ArchiveFailed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's file does in its worker
            return error

    @cached_property
    def _folder(self) -> str:
        return str(self.path if self.path.is_dir() else self.path.parent)

    def _in_lots(
        self,
        items: Sequence[Any],
        mark: Mark,
        job: Callable[..., Any],
        arguments: Callable[[Sequence[Any]], tuple[Any, ...]],
        size: int = 0,
    ) -> Iterator[Step]:
        """A step for each lot of files; the mark is the number of the first of the next."""
        size = size or self._settings.batch
        lots = [items[at : at + size] for at in range(mark["number"], len(items), size)]
        at, work = mark["number"], self._reach.workers.map
        for lot, made in zip(lots, work(job, map(arguments, lots)), strict=True):
            at += len(lot)
            found = [(lot, made)]
            if isinstance(made, Exception) and len(lot) > 1:  # one of them killed it: each for itself
                singles = [lot[n : n + 1] for n in range(len(lot))]
                found = list(zip(singles, work(job, map(arguments, singles)), strict=True))
            yield _step(
                {"number": at, "at": 0}, [(f"{self.path.name}: {names[0]}", one) for names, one in found]
            )

    def _mbox(self, mark: Mark) -> Iterator[Step]:
        at: int | None = mark["at"]
        while at is not None:
            path = str(self.path)
            made = self._tried(mbox_job, path, at, self.stretch)
            if isinstance(made, Exception):  # one of the mails killed it: one at a time, then past that one
                made = self._tried(mbox_job, path, at, self.stretch, 1)
            if isinstance(made, Exception):
                made = self.files._job(mbox_job, path, at, self.stretch, 1, False)
            at = made.following
            yield _step({"number": 0, "at": at or 0}, [(self.path.name, made)])

    def _from_feeds(self, mark: Mark) -> Iterator[Step]:
        from extractors.feed import parse_feed_job

        listed = self.files._feeds(self.path)
        feeds = listed.entries
        if not mark["number"] and not mark["at"]:
            doubled = sum(problem.code == "duplicate" for problem in listed.problems)
            told = tuple(
                Problem("bad_outline", f"{self.path.name}: {problem.code}, {problem.detail}"[:300])
                for problem in listed.problems
                if problem.code != "duplicate"
            )
            begun = {"number": 0, "at": 1}  # behind what the list itself says
            yield Step(begun, passed={"repeated": doubled} if doubled else {}, problems=told)
        for number in range(mark["number"], len(feeds)):
            feed, following = feeds[number], {"number": number + 1, "at": 0}
            try:
                got = ask(self._reach.fetcher, feed.url, self._settings.manners, lambda a: a, kind="feed")
                parsed = self.files._job(
                    parse_feed_job, got.body, got.url, got.content_type, self._reach.clock.now()
                )
            except ItemError as error:
                problem = Problem("feed_failed", f"{feed.url}: {error}")
                yield Step(following, passed={"feed_failed": 1}, problems=(problem,))
                continue
            target = Target(feed.url, feed.title, feed.language)
            pages, passed = pages_of(parsed.entries, target, self.stretch)
            yield Step(following, tuple(pages.values()), dict(passed), (), len(got.body))

    def _records(self, mark: Mark) -> Iterator[Step]:
        cursor = str(mark["at"]) if mark["at"] else None
        for batch in read_files(
            [self.path.name], lambda *_: LocalFile(self.path), self._reach, self.stretch, (), cursor,
            self._settings.block,
        ):  # fmt: skip
            following = {"number": 0, "at": batch.cursor or ""}
            yield Step(following, batch.pages, batch.passed, batch.problems, batch.size)


def _step(mark: Mark, found: Iterable[tuple[str, Any]]) -> Step:
    """What files gave, and which of them killed their worker. Raises ArchiveFailed."""
    together = Found()
    for name, made in found:
        if isinstance(made, ArchiveFailed):
            raise made
        if isinstance(made, Exception):
            together.refuse("unreadable_file", f"{name}: {made}"[:300])
            continue
        together.pages += made.pages
        together.passed += made.passed
        together.problems += made.problems
        together.size += made.size
    return Step(mark, tuple(together.pages), dict(together.passed), tuple(together.problems), together.size)


def _names(path: Path) -> list[str]:
    """The files that a path means, from its folder."""
    return list(files_in(path)) if path.is_dir() else [path.name]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
