"""Common Crawl's news archive: WARC files of the world's press since August 2016, one window a file.

Each month has a list of its files (``crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz``); a file is named by the
moment at which its writing began, holds what was captured until the next began, and is about 1 GB. It is read
in parts over HTTP, or from a folder that holds a copy of the same tree. Pages are looked through as raw bytes
for the topic's terms; what may be on the topic is given with its bytes and is not fetched again.

Sources: commoncrawl.org/news-crawl, commoncrawl.org/get-started, status.commoncrawl.org.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from monitor.archives import Reach, Targets, Turns
from monitor.archives._asking import AskingOne, ask
from monitor.archives._warc import BLOCK, LocalFile, RemoteFile, Source, must_have, read_files
from monitor.archives._windows import months
from monitor.errors import ArchiveFailed, FetchRefused, SettingsError
from monitor.fetch.decode import Decoder
from monitor.model import Batch, Expected, Problem, Window

TARGETS: Final[Targets] = "none"
#: Its files are made to be read side by side; the pause to the bucket is one for all processes.
ASKS: Final[Turns] = "open"
#: Its 4xx are how it limits who asks too much (status.commoncrawl.org).
KEPT_OUT: Final = frozenset({"connect", "http_403", "http_429", "postponed"})
#: The first file's month (commoncrawl.org/blog/news-dataset-available).
BEGUN: Final = datetime(2016, 8, 1, tzinfo=UTC)
NO_FILE: Final = "no file of CC-NEWS covers this time"
#: A newest file that was begun so long before the end of a stretch up to today may have a follower.
FRESH: Final = timedelta(days=2)
BEFORE: Final = "CC-NEWS begins in August 2016: there is nothing to read"
#: Bytes of a file, and records in it, where they are not known (the same place says "about 1 GB").
FILE_BYTES: Final = 1 << 30
#: Most bytes of a month's list once unpacked: a thousand files are 80 kB.
MOST_LIST: Final = 5_000_000
_NAME: Final = re.compile(r"crawl-data/CC-NEWS/(\d{4})/(\d\d)/CC-NEWS-(\d{14})-\d+\.warc(?:\.gz)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings(AskingOne):
    """``folder`` is a copy of the bucket on this machine, read in place of ``bucket``. ``hosts`` narrows
    the pages to these outlets' sites. ``block`` bytes are asked for and read at once. ``pause`` and the rest
    as for the other archives."""

    bucket: str = "https://data.commoncrawl.org/"
    folder: str = ""
    hosts: tuple[str, ...] = ()
    block: int = BLOCK
    pause: float = 1.0
    tries: int = 8
    first_wait: float = 2.0
    longest_wait: float = 300.0


def build(settings: Settings, reach: Reach) -> CcNews:
    """The archive. Raises UsageError where a library is missing, SettingsError for a folder that is none."""
    must_have("ccnews")
    if settings.block < 1:
        raise SettingsError("archives.ccnews.block is less than a byte")
    if settings.folder and not Path(settings.folder).expanduser().is_dir():
        raise SettingsError(f"archives.ccnews.folder: {settings.folder} is no folder")
    return CcNews(settings, reach)


class CcNews:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "ccnews"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach
        self._folder = Path(settings.folder).expanduser() if settings.folder else None
        self._listed: dict[tuple[int, int], list[tuple[datetime, str]] | None] = {}

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """One window for each file, from its beginning to that of the next, cut at the ends of the stretch;
        what lies before the archive is one of its own. Raises ArchiveFailed."""
        starts = {at for at, _ in self._files(start, end) if start < at < end}
        if start < BEGUN < end:
            starts.add(BEGUN)
        return [Window(first, after) for first, after in pairwise([start, *sorted(starts), end])]

    def expected(self, window: Window) -> Expected:
        """A file's size, on this machine as it is, else as they usually are."""
        names = self._names(window)
        if not names:
            return Expected(0, 0, 0, BEFORE if window.end <= BEGUN else NO_FILE)
        if self._folder is not None:
            return Expected(None, 0, sum((self._folder / name).stat().st_size for name in names),
                            f"{len(names)} WARC file on this machine")  # fmt: skip
        size = FILE_BYTES * len(names)
        own, note = size // self._settings.block, f"{len(names)} WARC file of about 1 GB"
        return Expected(None, own, size, note, own, self._settings.pause)

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """The pages of the window's file that may be on the topic; the cursor is a record's offset."""
        names = self._names(window)
        if not names and cursor is None:
            code, why = ("before_archive", BEFORE) if window.end <= BEGUN else ("no_file", NO_FILE)
            yield Batch((), None, problems=(Problem(code, why),))
            return
        stretch = self._reach.stretch or window
        batches = read_files(
            names, self._open, self._reach, stretch, self._settings.hosts, cursor, self._settings.block
        )
        for batch in batches:
            behind = self._behind(window) if batch.cursor is None else ()
            yield replace(batch, problems=(*batch.problems, *behind))

    def _behind(self, window: Window) -> tuple[Problem, ...]:
        """That files of the window's time may still come, where its file is the newest of all."""
        now = self._reach.clock.now()
        listed = self._files(window.start, now) if now - window.end < FRESH else []
        if not listed or listed[-1][0] > window.start or window.end - listed[-1][0] < FRESH / 2:
            return ()
        told = (
            f"the newest file was begun at {listed[-1][0]:%Y-%m-%d %H:%M}: what was captured later may come"
        )
        return (Problem("archive_behind", told),)

    def _open(self, name: str, mark: str | None) -> Source:
        if self._folder is not None:
            return LocalFile(self._folder / name)
        return RemoteFile(urljoin(self._settings.bucket, name), self._reach, self._settings.manners, mark)

    def _names(self, window: Window) -> list[str]:
        """The files that hold what was captured in a window: those begun in it, or the last begun before."""
        files = self._files(window.start, window.end)
        first = bisect_right(files, window.start, key=lambda file: file[0])
        begun = [file for file in files[:first] if file[0] == files[first - 1][0]] if first else []
        return [name for at, name in [*begun, *files[first:]] if at < window.end]

    def _files(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        """All files of the stretch's months, and of the month before where none of these began in time."""
        found: list[tuple[datetime, str]] = []
        for month in months(start, end):
            found += self._month(month.start) or []
        if (not found or found[0][0] > start) and start > BEGUN:
            before = start.year * 12 + start.month - 2
            found = (self._month(datetime(before // 12, before % 12 + 1, 1, tzinfo=UTC)) or [])[-1:] + found
        return sorted(found)

    def _month(self, day: datetime) -> list[tuple[datetime, str]] | None:
        """The files of a month, by when they were begun; None where there is no list. Asked for once."""
        month = (day.year, day.month)
        if month not in self._listed:
            self._listed[month] = self._list(*month)
        return self._listed[month]

    def _list(self, year: int, month: int) -> list[tuple[datetime, str]] | None:
        now = self._reach.clock.now()
        if not (BEGUN.year, BEGUN.month) <= (year, month) <= (now.year, now.month):
            return None
        folder = f"crawl-data/CC-NEWS/{year:04}/{month:02}"
        if self._folder is not None:
            names = [f"{folder}/{path.name}" for path in (self._folder / folder).glob("CC-NEWS-*.warc*")]
            return _timed(names) if names else None
        url = urljoin(self._settings.bucket, f"{folder}/warc.paths.gz")
        try:
            packed = ask(self._reach.fetcher, url, self._settings.manners, lambda answer: answer.body)
        except ArchiveFailed as error:
            # The month that is on has no list before its first files are published; a 403 is something else.
            if error.state == "http_404" and (year, month) == (now.year, now.month):
                return None
            raise
        return _timed(_unpacked(packed, url))


def _unpacked(packed: bytes, url: str) -> list[str]:
    """The lines of a list. Raises ArchiveFailed where it is none."""
    if packed.startswith(b"crawl-data/"):  # unpacked on the way
        return packed.decode("utf-8", "replace").split()
    if not packed.startswith(b"\x1f\x8b"):
        raise ArchiveFailed("not_a_list", f"{url} is not a gzip file")
    decoder = Decoder("gzip", MOST_LIST)
    try:
        decoder.feed(packed)
        decoder.finish()
    except FetchRefused as error:
        raise ArchiveFailed("not_a_list", f"{url}: {error.detail}") from None
    return decoder.body.decode("utf-8", "replace").split()


def _timed(names: Sequence[str]) -> list[tuple[datetime, str]]:
    """The names that are files of the archive, by the moment in them. Others are none of its files."""
    found = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        try:
            begun = datetime.strptime(match[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append((begun, name))
    return sorted(found)
