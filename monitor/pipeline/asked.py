"""What is asked of the past: a source, a time, whose feeds or sites; cut into windows, or only counted up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from extractors.urls import BadUrl, parse
from monitor import archives
from monitor.errors import ArchiveFailed, UsageError
from monitor.model import Expected, Target, Window
from monitor.pipeline.services import Services, Tally
from monitor.store.backfills import Question, backfill_of, laid_out, lay_out
from monitor.store.database import Session
from monitor.store.feeds import all_feeds
from monitor.store.schema import Backfill, Feed
from monitor.store.sites import leads_elsewhere
from monitor.waypoints import passing

#: Which pages are read: all that an archive names, or those whose title leaves it possible.
POLICIES: Final = ("likely", "all")


@dataclass(frozen=True, slots=True)
class Planned:
    """A window with what it will cost; ``problem`` where the archive would not say."""

    target: str
    window: Window
    expected: Expected
    problem: str | None = None

    def seconds(self, pause: float) -> float | None:
        """How long its requests take one after the other, at least ``pause`` seconds between two."""
        if self.expected.requests is None:
            return None
        others = self.expected.requests - self.expected.own
        return self.expected.own * max(self.expected.pause, pause) + others * pause


def question(
    services: Services,
    source: str,
    start: datetime,
    end: datetime,
    feeds: Sequence[str] = (),
    pages: str = "likely",
) -> Question:
    """The question that is meant. ``feeds``: ids (``f3``), addresses or paths; none means all feeds.

    Raises UsageError for a source, a time or a target that there is not.
    """
    kind = archives.find(source).TARGETS
    if start >= end:
        raise UsageError("the past is read from an earlier day to a later one")
    if pages not in POLICIES:
        raise UsageError(f"pages are {' or '.join(POLICIES)}, not {pages!r}")
    with services.database.reading() as session:
        targets = _targets(session, source, kind, feeds)
    return Question(source, start.astimezone(UTC), end.astimezone(UTC), targets, pages)


def _targets(session: Session, source: str, kind: str, named: Sequence[str]) -> tuple[Target, ...]:
    """What the archive is asked about, each once."""
    if kind == "none":
        if named:
            raise UsageError(f"{source} is asked about all that it has: it takes no --feed")
        return ()
    if kind == "paths":
        if not named:
            raise UsageError(f"{source} needs to know which files: --path PATH")
        paths = dict.fromkeys(Path(path).expanduser().absolute() for path in named)
        if not any(path.exists() for path in paths):  # one of several is refused by name, the rest goes on
            raise UsageError(f"there is no file or folder {', '.join(map(str, paths))}")
        return tuple(Target(str(path)) for path in paths)
    rows = all_feeds(session)
    chosen: dict[str, Target] = {}
    for row in rows if not named else ():
        if kind == "feeds" or not leads_elsewhere(session, row):
            target = _of_feed(row, kind)
            chosen.setdefault(target.address, target)
    for name in named:
        target = _named(name, rows, kind)
        chosen.setdefault(target.address, target)
    if not chosen:
        raise UsageError("there is no feed to ask about: feeds add URL, or name one with --feed URL")
    return tuple(chosen.values())


def _of_feed(row: Feed, kind: str) -> Target:
    """A feed of the ledger as the archive is asked about it: by itself, or by its outlet's site."""
    outlet, at = row.outlet, urlsplit(row.url)
    site = f"{at.scheme}://{outlet.host or at.netloc}/"
    return Target(row.url if kind == "feeds" else site, outlet.name, row.language or outlet.language, row.id)


def _named(name: str, rows: Sequence[Feed], kind: str) -> Target:
    """A feed by its id or address, else an address of its own."""
    for row in rows:
        if name in (f"f{row.id}", row.url):
            return _of_feed(row, kind)
    if name[:1] == "f" and name[1:].isdigit():
        raise UsageError(f"there is no feed {name}")
    try:
        url = parse(name if "://" in name else f"https://{name}")
    except BadUrl as error:
        raise UsageError(f"{name!r} is no address: {error}") from None
    host = url.host.removeprefix("www.")
    known = next((r for r in rows if r.outlet.host and r.outlet.host.removeprefix("www.") == host), None)
    address = str(url)
    if known is None:
        return Target(address)
    return Target(address, known.outlet.name, known.outlet.language, known.id if kind == "feeds" else None)


def ask(services: Services, tally: Tally, asked: Question, *, announce: bool = False) -> Backfill:
    """Writes the backfill and its windows, as far as they are not there. A target whose windows the archive
    does not give is refused by name; the others go on, and the next call asks again."""
    with services.database.writing("backfills") as session:
        row = backfill_of(session, asked, services.now())
        row.announce = row.announce or announce
    stretch = Window(asked.start, asked.end)
    for target in asked.targets or (None,):
        address = target.address if target else ""
        with services.database.reading() as session:
            if laid_out(session, row.id, address):
                continue
        try:
            archive = services.archives(asked.source, (target,) if target else (), stretch)
            windows = archive.windows(asked.start, asked.end)
        except ArchiveFailed as error:
            tally.refuse(address or asked.source, str(error))
            continue
        with services.database.writing("backfills") as session:
            lay_out(session, row.id, address, windows)
        passing("backfill.laid")
    return row


def plan(
    services: Services,
    source: str,
    start: datetime,
    end: datetime,
    *,
    feeds: Sequence[str] = (),
    pages: str = "likely",
) -> list[Planned]:
    """The windows and what each will cost, asking the archive's index only; nothing is written.

    Raises UsageError for what cannot be asked.
    """
    asked = question(services, source, start, end, feeds, pages)
    stretch, found = Window(asked.start, asked.end), list[Planned]()
    for target in asked.targets or (None,):
        address = target.address if target else ""
        try:
            archive = services.archives(source, (target,) if target else (), stretch)
            windows = archive.windows(asked.start, asked.end)
        except ArchiveFailed as error:
            found.append(Planned(address, stretch, Expected(), str(error)))
            continue
        for window in windows:
            try:
                found.append(Planned(address, window, archive.expected(window)))
            except ArchiveFailed as error:
                found.append(Planned(address, window, Expected(), str(error)))
    return found
