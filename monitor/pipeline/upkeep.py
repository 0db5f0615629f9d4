"""Upkeep: is every feed heard, is the ledger sound, does its work go on? What is wrong becomes an issue.

An issue is opened once, counted while it lasts, and closed by the first look that finds it gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from monitor.errors import StoreError
from monitor.model import Counts
from monitor.pipeline.operators import send_notices
from monitor.pipeline.quarantine import tell
from monitor.pipeline.services import Services, Tally, log
from monitor.pipeline.watch import unheard_feeds
from monitor.store.alerts import real_now
from monitor.store.database import Session
from monitor.store.feeds import active_ids
from monitor.store.issues import close_issues, raise_issue
from monitor.store.upkeep import open_subjects, orphans, stuck_leases, undelivered, waiting

#: Codes of the issues that are opened here, and closed here when they are over.
SILENT: Final = "feed_silent"
NOT_HEARD: Final = "feed_failing"
FAULT: Final = "ledger_fault"
BACKLOG: Final = "backlog"
#: Work that has waited for so long is waited for in vain: stages run every few minutes.
PATIENCE: Final = timedelta(hours=6)


def check_feeds(services: Services) -> Counts:
    """Opens an issue for each feed that is silent by its own rhythm or has failed for days.

    Counts ``feeds`` (active), ``silent``, ``failing``, and ``heard_again``: issues that this look closed.
    """
    tally, now = Tally("check_feeds"), services.now()
    with services.database.writing() as session:
        tally.count("feeds", len(active_ids(session)))
        silent, failing = {}, {}
        for feed in unheard_feeds(session, now):
            last = f"{feed.since:%Y-%m-%d %H:%M}"
            if feed.trouble == "silent":
                silent[f"f{feed.feed_id}"] = f"{feed.url}: nothing new since {last}, longer than its habit"
            else:
                why = feed.detail or "unknown"
                failing[f"f{feed.feed_id}"] = f"{feed.url}: no answer since {last} ({why})"
        tally.count("silent", len(silent))
        tally.count("failing", len(failing))
        tally.count("heard_again", _over(session, SILENT, silent, now))
        for subject, detail in silent.items():
            raise_issue(session, SILENT, subject, detail, now)
        for subject, detail in failing.items():  # closed by the poll that it answers
            raise_issue(session, NOT_HEARD, subject, detail, now)
    return tally.counts()


def check_ledger(services: Services) -> Counts:
    """Asks the database for faults, and the ledger for promises that are not kept and for work left lying.

    Operators are told of work left lying when it is first seen, one notice a stage. Counts ``faults``,
    ``waiting`` (items that have waited for hours) and ``closed`` (issues that are over).
    Raises StoreError where the database itself is damaged: that is for the operator, now.
    """
    tally, now = Tally("check_ledger"), services.now()
    damage = services.database.integrity(quick=True)
    with services.database.writing() as session:
        faults = {"database": "; ".join(damage[:5])} if damage else {}
        faults |= {detail.split()[0]: detail for detail in orphans(session)}
        late = waiting(session, now - PATIENCE)
        work = {w.stage: f"{w.count} items wait since {w.since:%Y-%m-%d %H:%M}" for w in late}
        unsent, stuck = undelivered(session, now - PATIENCE, now), stuck_leases(session)
        lying = [f"{w.count} by {w.stage} were due at {w.since:%Y-%m-%d %H:%M} and later" for w in unsent]
        lying += [f"{stuck} were taken over an hour ago and not given back"] if stuck else []
        work |= {"deliver": "; ".join(lying)} if lying else {}
        tally.count("faults", len(faults))
        tally.count("waiting", sum(w.count for w in (*late, *unsent)) + stuck)
        closed = _over(session, FAULT, faults, now) + _over(session, BACKLOG, work, now)
        tally.count("closed", closed)
        for subject, detail in faults.items():
            raise_issue(session, FAULT, subject, detail, now)
        for subject, detail in work.items():
            tell(services, session, BACKLOG, subject, detail)
    for detail in [*faults.values(), *work.values()]:
        log.warning("check_ledger: %s", detail)
    if damage:
        raise StoreError(f"{services.database.shown} is damaged: {len(damage)} faults; {damage[0]}")
    if work:
        send_notices(services, tally)  # where nothing delivers, nobody else would
    return tally.counts()


def _over(session: Session, code: str, found: Mapping[str, str], now: datetime) -> int:
    """Closes the open issues of a code that were not found any more; how many."""
    over = [subject for subject in open_subjects(session, code) if subject not in found]
    close_issues(session, code, over, now)
    return len(over)


def remove_logs(services: Services, folder: str, days: int) -> Counts:  # noqa: ARG001 - a use case as the others
    """Takes away the log files below ``folder`` that were last written more than ``days`` days ago.

    Folders that are empty then go too; counts ``files`` and ``bytes``. By the machine's time, as the files
    are. A link is neither followed nor touched, and a file that cannot be removed is named and left.
    """
    tally = Tally("remove_logs")
    before = (real_now() - timedelta(days=days)).timestamp()
    for place in sorted(Path(folder).rglob("*"), reverse=True):  # what is in a folder comes before the folder
        try:
            if place.is_symlink():
                continue
            about = place.stat()
            if place.is_dir():
                if about.st_mtime < before and not any(place.iterdir()):
                    place.rmdir()
            elif about.st_mtime < before:
                place.unlink()
                tally.count("files")
                tally.count("bytes", about.st_size)
        except FileNotFoundError:  # another was quicker
            continue
        except OSError as error:
            tally.refuse(place.name, type(error).__name__)
    return tally.counts()
