"""The Wayback Machine asked for outlets: every page that it kept of a site, each from its first capture.

A page's own address stays its identity; what is fetched is the earliest capture of the window that was
answered with 200, so a page that later died or was made a redirect is read as it was; of a live page, by its
address, the last one of the three days after, when it has all its posts. The index knows when
a page was captured, not when it was published: pages whose address carries a day outside the stretch that
is read are left, the others tell their day when they are read. A page published near the end is often
captured later, so the last window looks ``late_days`` further for addresses that carry a day within.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from extractors.liveblog import is_flagged
from extractors.published import from_url
from extractors.urls import canonical
from monitor.archives import Reach, Targets
from monitor.archives._asking import PAGE_BYTES
from monitor.archives._cdx import BLOCK, Capture, Listing, Wayback, WaybackSettings, address
from monitor.archives._walk import Mark, Step, walk
from monitor.archives._windows import and_after, months
from monitor.errors import ArchiveFailed, SettingsError
from monitor.model import ArchivedPage, Batch, Document, Expected, Problem, Target, Window

TARGETS: Final[Targets] = "outlets"
#: The first year of the archive: its index is spread over the years since then for the plan.
BEGUN: Final = 1996


@dataclass(frozen=True, slots=True)
class Settings(WaybackSettings):
    """``urls``: a regular expression that whole addresses must match (the server's ``filter=original:``);
    ``mimetypes`` of captures; ``late_days`` that the last window looks further."""

    urls: str = ""
    mimetypes: tuple[str, ...] = ("text/html", "application/xhtml+xml")
    late_days: int = 14


def build(settings: Settings, reach: Reach) -> WaybackPages:
    """The archive. Raises SettingsError for a pattern that is none."""
    try:
        re.compile(settings.urls)
    except re.error as error:
        raise SettingsError(f"archives.wayback.urls is no regular expression: {error}") from None
    return WaybackPages(settings, reach)


class WaybackPages:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "wayback"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach
        self._index = Wayback(settings, reach.fetcher)
        self._blocks: dict[str, int | None] = {}

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """A window a calendar month."""
        return months(start, end)

    def expected(self, window: Window) -> Expected:
        """At most so many pages: the index's blocks spread evenly over its years.

        The page-count query is asked once for each target; it knows no window.
        """
        told = [self._lines(target) for target in self._reach.targets]
        if None in told:
            own = len(self._reach.targets)
            return Expected(None, None, None, "the index does not tell how much it has", own)
        lines = sum(filter(None, told))
        years = self._reach.clock.now().year - BEGUN + 1
        share = (window.end - window.start).total_seconds() / (years * 31_557_600)
        pages = round(lines * min(share, 1.0))
        own = len(self._reach.targets) + pages // self._settings.rows
        note = f"an estimate from above: {lines} lines of the index at most, of all years"
        return Expected(pages, pages + own, pages * PAGE_BYTES, note, own, self._settings.pause)

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """A batch for each part of the index (``rows`` lines), target after target."""
        stretch = self._reach.stretch or window
        asked = and_after(window, self._reach.stretch, self._settings.late_days)

        def steps(target: Target, mark: Mark | None) -> Iterator[Step]:
            return self._steps(target, mark, asked, window.end, stretch)

        return walk(self._reach.targets, cursor, steps)

    def _lines(self, target: Target) -> int | None:
        if target.address not in self._blocks:
            try:
                self._blocks[target.address] = self._index.blocks(self._query(target)[:2])
            except ArchiveFailed as error:
                if error.state != "bad_target":
                    raise
                self._blocks[target.address] = 0
        blocks = self._blocks[target.address]
        return None if blocks is None else blocks * BLOCK

    def _query(self, target: Target) -> list[tuple[str, str]]:
        place, match = address(target)
        kinds = "|".join(re.escape(kind) for kind in self._settings.mimetypes)
        query = [("url", place), ("matchType", match)]
        query += [("filter", "statuscode:200"), ("filter", f"mimetype:{kinds}"), ("collapse", "urlkey")]
        return query + ([("filter", f"original:{self._settings.urls}")] if self._settings.urls else [])

    def _steps(
        self, target: Target, mark: Mark | None, asked: Window, end: datetime, stretch: Window
    ) -> Iterator[Step]:
        try:
            query = self._query(target)
        except ArchiveFailed as error:
            yield Step(None, problems=(Problem("bad_target", f"{target.address}: {error.detail}"),))
            return
        mark = mark or {"resume": None, "last": None}
        for _, listing in self._parts(query, asked, mark["resume"]):
            passed = Counter({"bad_line": listing.broken} if listing.broken else {})
            pages: dict[str, ArchivedPage] = {}
            last = mark["last"]
            for capture in listing.captures:
                # Collapsing begins anew with each part: its first lines may be the last page's again.
                repeated = capture.urlkey == last
                last = capture.urlkey
                why = "repeated" if repeated else self._left(capture, end, stretch)
                key = canonical(capture.original)
                if why or key in pages:
                    passed[why or "repeated"] += 1
                else:
                    pages[key] = self._page(target, key, capture)
            mark = {"resume": listing.resume, "last": last}
            following = mark if listing.resume is not None else None
            yield Step(following, tuple(pages.values()), passed, (), listing.size)

    def _parts(
        self, query: list[tuple[str, str]], asked: Window, resume: str | None
    ) -> Iterator[tuple[str | None, Listing]]:
        """The index part by part; where it is cut off, with the way out."""
        try:
            yield from self._index.parts(query, asked, resume)
        except ArchiveFailed as error:
            if error.state not in ("timeout", "http_504"):
                raise
            detail = (
                f"{error.detail}: it looks through all that it has of a site; name a path (--feed SITE/PATH)"
            )
            raise ArchiveFailed(error.state, detail, retry_after=error.retry_after) from None

    def _page(self, target: Target, key: str, capture: Capture) -> ArchivedPage:
        if is_flagged(None, key, ()):
            capture = self._index.grown(capture)
        document = Document(key, key, language=target.language, outlet=target.outlet)
        return ArchivedPage(key, document, self._index.kept(capture), capture.moment)

    def _left(self, capture: Capture, end: datetime, stretch: Window) -> str | None:
        """Why a capture is left (no article's address, a day outside); None where it is taken."""
        parts = urlsplit(capture.original)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if _no_article().search(target.lower()):
            return "no_article"
        day = from_url(capture.original, self._reach.clock.now())
        if day is None or day.precision != "day":
            return None if capture.moment < end else "outside_window"
        # A calendar day somewhere on earth begins up to 14 hours before ours and ends up to 12 after.
        inside = stretch.start - timedelta(hours=38) <= day.value < stretch.end + timedelta(hours=14)
        return None if inside else "outside_window"


@cache
def _no_article() -> re.Pattern[str]:
    data = tomllib.loads(Path(__file__).with_name("wayback.toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in data["passed"]))
