"""The past from an archive, window by window, in silence; it goes on where it stopped.

    asked            | windows     the archive's, one row each            -> pending
    a window's turn  | lease       one process at a time                  -> running
    its pages        | archived    named, fetched, read, found, announced -> known, read, skipped, refused
    named to its end | done        or failed, with the reason             -> tried again alone

Processes side by side, on one machine or several, take windows from the same table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor import archives
from monitor.errors import ArchiveFailed, ClusterwatchError
from monitor.liveness import is_alive
from monitor.model import Batch, Counts, Problem, Window
from monitor.pipeline.archived import Taken, Work, deal_with, items_of, judge, keep_pages, match
from monitor.pipeline.asked import ask, plan, question
from monitor.pipeline.late import tell_found
from monitor.pipeline.services import Services, Tally
from monitor.ports import Archive
from monitor.store.backfills import (
    Question,
    advance,
    failed_pages,
    hold_on,
    let_go,
    open_pages,
    page_states,
    reopen,
    take_window,
    targets_of,
    try_failed_again,
    unjudged_articles,
    window_states,
)
from monitor.store.issues import gather_issue
from monitor.store.schema import Backfill, BackfillWindow
from monitor.waypoints import passing

__all__ = ["Standing", "backfill", "begin", "plan", "standing", "work_on"]

#: So often a page that could not be had is asked for before its window is failed.
TRIES: Final = 3
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a backfill has come: windows and pages by state, and whether its digest was written."""

    id: int
    windows: dict[str, int]
    pages: dict[str, int]

    @property
    def left(self) -> int:
        """Windows that are still to be read."""
        return self.windows.get("pending", 0) + self.windows.get("running", 0)


def backfill(
    services: Services,
    source: str,
    start: datetime,
    end: datetime,
    *,
    feeds: Sequence[str] = (),
    announce: bool = False,
    pages: str = "likely",
    retry_failed: bool = False,
    progress: Callable[[Standing], None] | None = None,
) -> Counts:
    """Reads the past from ``start`` up to ``end`` and gives what this call did; asked again, it goes on.

    ``targets_left`` in it are targets whose archive did not answer, ``windows_left`` those that another
    process holds: the next call asks again.

    ``announce``: what is found goes into one digest a reader, when all windows are done. ``pages``: those
    whose title leaves it possible (``likely``), or ``all``. Failed windows are tried again with
    ``retry_failed``. Raises UsageError.
    """
    tally = Tally("backfill")
    asked = question(services, source, start, end, feeds, pages)
    number = begin(services, tally, asked, announce=announce, retry_failed=retry_failed)
    if away := len(tally.refused):
        tally.count("targets_left", away)
    work_on(services, number, tally=tally, progress=progress)
    if left := standing(services, number).left:  # another process reads them, or did until it was killed
        tally.count("windows_left", left)
    return tally.counts()


def begin(
    services: Services,
    tally: Tally,
    asked: Question,
    *,
    announce: bool = False,
    retry_failed: bool = False,
) -> int:
    """Writes what is asked, as far as it is not written, and opens failed windows again where they are to be
    tried; the backfill's id."""
    row = ask(services, tally, asked, announce=announce)
    if retry_failed:
        with services.database.writing("backfills") as session:
            tally.count("windows_reopened", reopen(session, row.id))
    return row.id


def work_on(
    services: Services,
    backfill_id: int,
    *,
    tally: Tally | None = None,
    progress: Callable[[Standing], None] | None = None,
) -> Counts:
    """Reads the windows of a backfill that nobody else reads, one after the other.

    Where the one service that all of them ask keeps us out (``kept_out`` in the figures) the rest waits for
    the next call: each would fail, and a service that goes on being asked keeps us out for longer.
    """
    tally = tally or Tally("backfill")
    with services.database.reading() as session:
        row = session.get_one(Backfill, backfill_id)
    turns = archives.turns_of(row.source)
    while True:
        with services.database.writing("backfills") as session:
            window = take_window(
                session, row, services.owner, lambda owner: is_alive(owner, services.owner),
                services.now(), turns=turns,
            )  # fmt: skip
        if window is None:
            break
        passing("backfill.taken")
        failed = _window(services, row, window, tally, progress)
        if archives.keeps_out(row.source, failed):
            tally.count("kept_out")
            break
    told = tell_found(services, row.id)
    if told is not None:
        tally.count("announced", told)
    if progress is not None:
        progress(standing(services, row.id))
    return tally.counts()


def standing(services: Services, backfill_id: int) -> Standing:
    """How far a backfill has come."""
    with services.database.reading() as session:
        return Standing(
            backfill_id, dict(window_states(session, backfill_id)), dict(page_states(session, backfill_id))
        )


def _window(
    services: Services,
    row: Backfill,
    window: BackfillWindow,
    tally: Tally,
    progress: Callable[[Standing], None] | None,
) -> str | None:
    """One window from where it stopped to its end; however it ends, its row says so.

    The state in which its archive failed comes back, None where it did not.
    """
    work = Work(window.id, row.source, row.policy)
    reading = _Reading(services, work, window, tally, progress, row.id)
    status, reason, state = "pending", None, None
    try:
        targets = [t for t in targets_of(row) if t.address == window.target]
        archive = services.archives(row.source, targets, Window(row.start, row.end))
        reading.through(archive)
        status, reason = reading.verdict()
    except ArchiveFailed as error:
        status, reason, state = "failed", str(error), error.state
    except Taken:
        tally.count("windows_taken")
        return None
    except ClusterwatchError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one window does, the others go on
        status, reason = "failed", f"internal: {error!r}"
    finally:
        _end(services, window, status, reason)  # interrupted, it waits: the next process goes on at once
    passing("backfill.done")
    tally.count(f"windows_{status}")
    if status == "failed":
        tally.refuse(f"{window.target or row.source} {window.start:%Y-%m-%d}", reason or "failed")
    return state


def _end(services: Services, window: BackfillWindow, status: str, reason: str | None) -> None:
    with services.database.writing() as session:
        if hold_on(session, window.id, services.owner):
            let_go(session, window.id, status, reason, services.now())


@dataclass
class _Reading:
    """The reading of one window: what waits from an earlier time, then what the archive names."""

    services: Services
    work: Work
    window: BackfillWindow
    tally: Tally
    progress: Callable[[Standing], None] | None
    backfill_id: int

    def through(self, archive: Archive) -> None:
        """Reads the window to its end. Raises ArchiveFailed, or Taken."""
        self._waiting()
        if not self.window.listed:
            for batch in archive.pages(Window(self.window.start, self.window.end), self.window.cursor):
                self._batch(batch)
            self._advance(None, True, Counts("backfill"))
        for tries in range(1, TRIES):
            with self.services.database.writing() as session:
                if not try_failed_again(session, self.work.id, tries + 1):
                    break
            self._waiting()
        self._left_behind()

    def _left_behind(self) -> None:
        """What a process that was killed had read, or found, and did not come to judge or to match."""
        tally = Tally("backfill")
        while True:
            with self.services.database.reading() as session:
                articles = unjudged_articles(session, self.work.id, _BATCH)
            if not articles:
                break
            judge(self.services, tally, articles)
        if self.window.tries > 1:
            match(self.services, tally)
        self._advance(None, True, tally.counts())

    def verdict(self) -> tuple[str, str | None]:
        """``done``, or ``failed`` with the reason: pages that might be had another time."""
        with self.services.database.reading() as session:
            failed = failed_pages(session, self.work.id)
        if not failed:
            return "done", None
        why = ", ".join(f"{name} {count}" for name, count in sorted(failed.items()))
        return "failed", f"{sum(failed.values())} pages could not be had ({why})"

    def _waiting(self) -> None:
        """Deals with the pages that wait in the ledger."""
        after = 0
        while True:
            with self.services.database.reading() as session:
                rows = open_pages(session, self.work.id, _BATCH, after)
                items = items_of(rows)
            if not rows:
                return
            after = rows[-1].id
            counts = deal_with(self.services, self.work, items)
            self._advance(self.window.cursor, self.window.listed, counts)

    def _batch(self, batch: Batch) -> None:
        """Deals with what the archive named, then moves its mark behind it."""
        items, named = keep_pages(self.services, self.work, batch.pages)
        counts = deal_with(self.services, self.work, items)
        more = Counter(counts.done) + named.done
        more.update({f"passed_{name}": count for name, count in batch.passed.items()})
        more["archive_bytes"] += batch.size
        counts = Counts(counts.stage, more, counts.refused)
        self._advance(batch.cursor, batch.cursor is None, counts, batch.problems)

    def _advance(
        self, cursor: str | None, listed: bool, counts: Counts, problems: Sequence[Problem] = ()
    ) -> None:
        """Stores how far the window has come, and what it adds to the figures."""
        services, now = self.services, self.services.now()
        with services.database.writing() as session:
            if not hold_on(session, self.work.id, services.owner):
                raise Taken
            advance(session, self.work.id, cursor, listed, counts.done)
            subject = f"{self.work.source} {self.window.target}".strip()
            for code in dict.fromkeys(problem.code for problem in problems):
                details = [problem.detail for problem in problems if problem.code == code]
                gather_issue(session, code, subject, details, now)
        passing("backfill.advanced")
        self.window.cursor, self.window.listed = cursor, listed
        for name, count in counts.done.items():
            self.tally.count(name, count)
        self.tally.refused.extend(counts.refused)
        if self.progress is not None:
            self.progress(standing(services, self.backfill_id))
