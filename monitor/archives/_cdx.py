"""The Wayback Machine's CDX server, and the captures that its index names.

Written after the server's own description (github.com/internetarchive/wayback, wayback-cdx-server/README):
``output=json`` rows under a head of field names, ``collapse``, ``filter``, ``from``/``to`` (inclusive),
``limit`` with ``showResumeKey``, ``showNumPages`` with ``pageSize``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import unquote_plus, urlencode

from extractors.liveblog import is_flagged
from extractors.urls import BadUrl, parse, same_kept_page
from monitor.archives._asking import AskingOne, Busy, Read, ask
from monitor.errors import ArchiveFailed
from monitor.model import Target, Window
from monitor.ports import Fetched, Fetcher

#: Index lines of one block of the secondary index, by which the server counts pages (README, Pagination API).
BLOCK: Final = 3_000
#: A live page is taken as it stood so many days after its first capture: its last posts come within a day.
LIVE_DAYS: Final = 3
_FIELDS: Final = ("urlkey", "timestamp", "original")
_STAMP: Final = re.compile(r"\d{14}")


@dataclass(frozen=True, slots=True)
class WaybackSettings(AskingOne):
    """The Wayback Machine's addresses and manners; another archive with a CDX server works the same.

    ``pause``: the index takes 24 requests a minute since June 2026, one each 2.5 s; who goes on after 429 is
    kept out for an hour (github.com/edgi-govdata-archiving/wayback, release 0.5.1 and issue 137).
    """

    api: str = "https://web.archive.org/cdx/search/cdx"
    replay: str = "https://web.archive.org/web/"
    pause: float = 3.0
    rows: int = 1_000
    tries: int = 4
    first_wait: float = 5.0
    longest_wait: float = 120.0


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of the index that can be believed: which address was kept when."""

    urlkey: str
    stamp: str
    original: str

    @property
    def moment(self) -> datetime:
        """When it was captured, in UTC."""
        return datetime.strptime(self.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of the index: its captures, how many lines could not be believed, the key of the next part."""

    captures: tuple[Capture, ...]
    broken: int
    resume: str | None
    size: int


class Wayback:
    """Asks the index and gives the addresses of captures; keeps nothing."""

    def __init__(self, settings: WaybackSettings, fetcher: Fetcher) -> None:
        self._settings = settings
        self._fetcher = fetcher

    def listing(
        self, query: Sequence[tuple[str, str]], window: Window, resume: str | None, rows: int | None = None
    ) -> Listing:
        """The next lines of the index. Raises ArchiveFailed."""
        parts = [
            *query,
            ("output", "json"),
            ("fl", ",".join(_FIELDS)),
            ("from", stamp(window.start)),
            ("to", stamp(window.end - timedelta(seconds=1))),
            ("limit", str(rows or self._settings.rows)),
            ("showResumeKey", "true"),
        ]
        if resume is not None:
            parts.append(("resumeKey", resume))
        return self._ask(parts, lambda answer: _listing(answer, window), Listing((), 0, None, 0))

    def parts(
        self, query: Sequence[tuple[str, str]], window: Window, resume: str | None
    ) -> Iterator[tuple[str | None, Listing]]:
        """The lines of the index part by part, from a key on, each with the key at which it began.

        Raises ArchiveFailed, ``resume_loop`` where a key comes again: the index would be read for ever.
        """
        met: set[str | None] = set()
        while True:
            met.add(resume)
            listing = self.listing(query, window, resume)
            yield resume, listing
            resume = listing.resume
            if resume is None:
                return
            if resume in met:
                raise ArchiveFailed("resume_loop", f"the index leads back to {resume[:200]}")

    def blocks(self, query: Sequence[tuple[str, str]]) -> int | None:
        """How many blocks the index has for these addresses, of all years; None where it does not tell, as it
        does for some sites (github.com/internetarchive/wayback, issue 270). Raises ArchiveFailed."""
        parts = [*query, ("output", "json"), ("showNumPages", "true"), ("pageSize", "1")]
        try:
            return self._ask(parts, _number, 0)
        except ArchiveFailed as error:
            if error.state != "http_400":
                raise
            return None

    def good(self, url: str, window: Window, titles: Sequence[str | None] = ()) -> Capture | None:
        """The earliest capture of an address that was answered with 200; of a live page, which goes on
        growing, the last one of the days after. None where there is none. Raises ArchiveFailed."""
        query = (("url", url), ("filter", "statuscode:200"))
        found = self.listing(query, window, None, rows=1).captures
        if not found or not is_flagged(None, url, titles):
            return found[0] if found else None
        return self.grown(found[0])

    def grown(self, capture: Capture) -> Capture:
        """The last good capture of a page within LIVE_DAYS of this one. Raises ArchiveFailed."""
        query = (("url", capture.original), ("filter", "statuscode:200"))
        growing = Window(capture.moment, capture.moment + timedelta(days=LIVE_DAYS))
        last = self.listing(query, growing, None, rows=-1).captures
        return last[-1] if last else capture

    def kept(self, capture: Capture) -> str:
        """The address of a capture as it was recorded, without the service's own additions (``id_``)."""
        return f"{self._settings.replay}{capture.stamp}id_/{capture.original}"

    def fetched(self, capture: Capture) -> Fetched:
        """The capture. Raises ArchiveFailed, ``moved_capture`` where another page's stands in its place."""
        answer = ask(self._fetcher, self.kept(capture), self._settings.manners, lambda found: found)
        if not same_kept_page(self.kept(capture), answer.url):
            raise ArchiveFailed("moved_capture", f"leads to {answer.url[:200]}")
        return answer

    def _ask(self, parts: Sequence[tuple[str, str]], read: Callable[[Fetched], Read], none: Read) -> Read:
        """What the index says; ``none`` where it says nothing at all however often it is asked: a server that
        has no line answers ``[]``, some an empty body, which is also how one looks that has just failed."""
        url = f"{self._settings.api}?{urlencode(parts)}"
        try:
            return ask(self._fetcher, url, self._settings.manners, lambda answer: read(_said(answer)))
        except ArchiveFailed as error:
            if error.state != "empty_answer":
                raise
            return none


def stamp(moment: datetime) -> str:
    """A moment in the fourteen figures of the archive."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def address(target: Target) -> tuple[str, str]:
    """What the index is asked for, and how: a whole host, or what begins with a path.

    Raises ArchiveFailed ``bad_target`` for what is no address.
    """
    text = target.address if "://" in target.address else f"http://{target.address}"
    try:
        url = parse(text)
    except BadUrl as error:
        raise ArchiveFailed("bad_target", str(error)) from None
    return (url.netloc, "host") if url.path == "/" else (f"{url.netloc}{url.path}", "prefix")


def _listing(answer: Fetched, window: Window) -> Listing:
    rows = _rows(answer)
    resume = None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        resume, rows = unquote_plus(rows[-1][0]), rows[:-2]
    if rows and rows[0] != list(_FIELDS):
        raise Busy("not_cdx", f"fields {rows[0]!r}"[:200])
    found = [_capture(row, window) for row in rows[1:]]
    captures = tuple(capture for capture in found if capture is not None)
    return Listing(captures, len(found) - len(captures), resume, len(answer.body))


def _said(answer: Fetched) -> Fetched:
    if not answer.body.strip():
        raise Busy("empty_answer", "the index said nothing at all")
    return answer


def _rows(answer: Fetched) -> list[list[str]]:
    try:
        rows = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Busy("not_cdx", answer.body[:200].decode("utf-8", "replace")) from None
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows
    ):
        raise Busy("not_cdx", "JSON of another shape")
    return rows


def _capture(row: list[str], window: Window) -> Capture | None:
    """The capture of a line; None where its time or address cannot be true, or was not asked for."""
    if len(row) != len(_FIELDS):
        return None
    capture = Capture(*row)
    try:
        parse(capture.original)
        inside = bool(_STAMP.fullmatch(capture.stamp)) and window.start <= capture.moment < window.end
    except ValueError:  # BadUrl is one, and so is the 31st of February
        return None
    return capture if inside else None


def _number(answer: Fetched) -> int:
    """The page count: a bare number, or one under a head in JSON."""
    text = answer.body.decode("utf-8", "replace").strip()
    if found := re.fullmatch(r'(?:\[\s*\["numpages"\]\s*,\s*\["|"?)(\d{1,9})(?:"\]\s*\]|"?)', text):
        return int(found[1])
    raise Busy("not_cdx", text[:200])
