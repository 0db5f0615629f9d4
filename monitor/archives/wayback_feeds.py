"""The Wayback Machine asked for feeds: their old versions, whose entries are what polling would have given.

Each capture of a window is fetched as it was recorded and read as a feed. An entry with its full text needs
no page. For one that deserves its page the index is asked for the first capture of that page since the
entry's day that was answered with 200: what stood there before it died or became a redirect. Where there is
none the page is asked for where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from extractors.feed import parse_feed_job
from extractors.urls import BadUrl, parse
from monitor.archives import Reach, Targets
from monitor.archives._asking import FINAL
from monitor.archives._cdx import Capture, Wayback, WaybackSettings
from monitor.archives._entries import entry_key, needs_page, pages_of, with_source
from monitor.archives._walk import Mark, Step, short, walk
from monitor.archives._windows import and_after, months
from monitor.deserves import Policy, deserves_page
from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Batch, Expected, ParsedFeed, Problem, Target, Window

TARGETS: Final[Targets] = "feeds"
#: Bytes of a feed as the archive sends it, for the plan: thirty entries of a summary each, compressed.
FEED_BYTES: Final = 15_000
#: A capture that the index names and replay does not have; a broken record answers with 500.
ABSENT: Final = FINAL | {"http_500"}
#: A capture that is something else, or nothing that can be read.
UNUSABLE: Final = frozenset({"moved_capture", "too_large", "encoding", "redirect_loop", "too_many_redirects"})
#: So many captures of one feed are counted for the plan.
COUNTED: Final = 15_000
#: So many keys of the capture before go into a cursor: more entries no feed repeats.
KNOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Settings(WaybackSettings):
    """``late_days`` that the last window looks further for what was captured late, ``page_days`` after an
    entry's day within which its page's capture is looked for, ``look_up``: of which entries."""

    late_days: int = 14
    page_days: int = 366
    look_up: Policy = "hinted"


def build(settings: Settings, reach: Reach) -> WaybackFeeds:
    """The archive."""
    return WaybackFeeds(settings, reach)


class WaybackFeeds:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "wayback-feeds"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach
        self._index = Wayback(settings, reach.fetcher)
        self._moments: dict[str, tuple[list[datetime], bool]] = {}

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """A window a calendar month."""
        return months(start, end)

    def expected(self, window: Window) -> Expected:
        """The captures in the window, counted: the index is asked once for each feed, for all of the time."""
        asked = self._asked(window)
        captures, more = 0, 0
        for target in self._reach.targets:
            moments, cut = self._captures(target, window)
            captures += sum(asked.start <= moment < asked.end for moment in moments)
            more += cut
        note = "captures of feeds; the pages of their entries come on top"
        if more:
            note += f"; {more} of the feeds have more than the {COUNTED} that were counted"
        own = captures + len(self._reach.targets)
        return Expected(None, own, captures * FEED_BYTES, note, own, self._settings.pause)

    def _captures(self, target: Target, window: Window) -> tuple[list[datetime], bool]:
        """When a feed was captured in the whole stretch, and whether that is not all."""
        if target.address not in self._moments:
            whole = self._asked(self._reach.stretch or window)
            listing = self._index.listing(_query(target), whole, None, rows=COUNTED)
            found = [capture.moment for capture in listing.captures]
            self._moments[target.address] = found, listing.resume is not None
        return self._moments[target.address]

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """A batch for each capture, feed after feed."""
        stretch = self._reach.stretch or window
        asked = self._asked(window)
        looked_up: dict[str, str | None] = {}

        def steps(target: Target, mark: Mark | None) -> Iterator[Step]:
            return self._steps(target, mark, asked, stretch, looked_up)

        return walk(self._reach.targets, cursor, steps)

    def _asked(self, window: Window) -> Window:
        return and_after(window, self._reach.stretch, self._settings.late_days)

    def _steps(
        self,
        target: Target,
        mark: Mark | None,
        asked: Window,
        stretch: Window,
        looked_up: dict[str, str | None],
    ) -> Iterator[Step]:
        mark = mark or {"resume": None, "at": 0, "known": []}
        for resume, listing in self._index.parts(_query(target), asked, mark["resume"]):
            for number, capture in enumerate(listing.captures):
                if number >= mark["at"]:
                    step = self._version(target, capture, mark["known"], stretch, looked_up)
                    mark = {"resume": resume, "at": number + 1, **(step.mark or {})}
                    yield replace(step, mark=mark)
            broken = {"bad_line": listing.broken} if listing.broken else {}
            mark = {"resume": listing.resume, "at": 0, "known": mark["known"]}
            yield Step(mark if listing.resume is not None else None, passed=broken, size=listing.size)

    def _version(
        self,
        target: Target,
        capture: Capture,
        known: list[str],
        stretch: Window,
        looked_up: dict[str, str | None],
    ) -> Step:
        """One capture's entries that the capture before did not have; the keys of all are its mark."""
        parsed, size, left = self._feed(capture)
        if parsed is None or left is not None:
            code = left.code if left else "not_a_feed"
            problems = (left,) if left and code != "moved_capture" else ()
            return Step({"known": known}, passed={code: 1}, problems=problems, size=size)
        keys = [short(entry_key(entry, target) or "") for entry in parsed.entries]
        fresh = [e for e, key in zip(parsed.entries, keys, strict=True) if key not in known]
        pages, passed = pages_of(fresh, target, stretch, captured=capture.moment)
        passed["repeated"] += len(keys) - len(fresh)
        given = tuple(self._with_capture(page, looked_up) for page in pages.values())
        return Step({"known": keys[:KNOWN]}, given, +passed, size=size)

    def _feed(self, capture: Capture) -> tuple[ParsedFeed | None, int, Problem | None]:
        """A capture as a feed, its bytes, and why there is none. Raises ArchiveFailed for what may pass."""
        at = f"{capture.stamp} {capture.original}"
        try:
            answer = self._index.fetched(capture)
        except ArchiveFailed as error:
            if error.state in ABSENT:
                return None, 0, Problem("capture_missing", f"{at}: {error.state}")
            if error.state in UNUSABLE:
                return None, 0, Problem(error.state, f"{at}: {error.detail}")
            raise
        parsed = self._reach.worked(
            parse_feed_job, answer.body, capture.original, answer.content_type, capture.moment
        )
        if isinstance(parsed, ParsedFeed):
            return parsed, len(answer.body), None
        why = getattr(parsed, "state", type(parsed).__name__)
        return None, len(answer.body), Problem("not_a_feed", f"{at}: {why}")

    def _with_capture(self, page: ArchivedPage, looked_up: dict[str, str | None]) -> ArchivedPage:
        """The page with the capture that it is fetched from, where it deserves to be fetched."""
        document = page.document
        if not needs_page(page):
            return page
        words = (document.title or "", document.summary or "", document.language)
        if not deserves_page(*words, self._settings.look_up)[0]:
            return page
        if page.key not in looked_up:
            looked_up[page.key] = self._first_good(page)
        return with_source(page, looked_up[page.key])

    def _first_good(self, page: ArchivedPage) -> str | None:
        """The good capture of an entry's page since the day before the entry's; None where there is none."""
        url, when = page.document.url or "", page.document.published
        begun = when.value if when else page.captured
        assert begun is not None  # noqa: S101 - an entry of a capture has the capture's time
        since = begun - timedelta(days=1)
        try:
            parse(url)
            within = Window(since, since + timedelta(days=self._settings.page_days))
            found = self._index.good(url, within, (page.document.title,))
        except BadUrl:
            return None
        except ArchiveFailed as error:
            if error.state in FINAL:
                return None
            raise
        return self._index.kept(found) if found else None


def _query(target: Target) -> list[tuple[str, str]]:
    return [("url", target.address), ("filter", "statuscode:200"), ("collapse", "digest")]
