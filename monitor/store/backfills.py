"""Backfills in the ledger: what was asked, whose turn a window is, which pages wait, how far each came."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from monitor.model import Document, Target, When, Window
from monitor.store.alerts import real_now
from monitor.store.schema import ArticleVersion, Backfill, BackfillPage, BackfillWindow

#: How long a window is one process's without a word from it; on one machine its end frees it at once.
LEASE: Final = timedelta(minutes=30)
#: What is still to be done with a page.
OPEN: Final = ("pending", "fetched")
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an archive; the same question is the same backfill. ``policy``: all or likely."""

    source: str
    start: datetime
    end: datetime
    targets: tuple[Target, ...]
    policy: str

    @property
    def digest(self) -> str:
        """A name for the targets, whatever their order."""
        addresses = "\n".join(sorted(t.address for t in self.targets))
        return hashlib.sha256(addresses.encode("utf-8", "surrogatepass")).hexdigest()


def find_backfill(session: Session, question: Question) -> Backfill | None:
    """The backfill of a question that was asked before."""
    return session.scalar(
        select(Backfill).where(
            Backfill.source == question.source,
            Backfill.start == question.start,
            Backfill.end == question.end,
            Backfill.digest == question.digest,
            Backfill.policy == question.policy,
        )
    )


def backfill_of(session: Session, question: Question, now: datetime) -> Backfill:
    """The backfill of a question, made where it is asked for the first time."""
    row = find_backfill(session, question)
    if row is None:
        targets = [
            {"address": t.address, "outlet": t.outlet, "language": t.language, "feed_id": t.feed_id}
            for t in question.targets
        ]
        row = Backfill(
            source=question.source,
            start=question.start,
            end=question.end,
            digest=question.digest,
            policy=question.policy,
            targets=targets,
            asked_at=now,
        )
        session.add(row)
        session.flush()
    return row


def targets_of(row: Backfill) -> tuple[Target, ...]:
    """The targets as they were asked about."""
    return tuple(Target(**tree) for tree in row.targets)


def lay_out(session: Session, backfill_id: int, target: str, windows: Sequence[Window]) -> None:
    """Writes the windows of a target, unless it has them."""
    if laid_out(session, backfill_id, target):
        return
    for window in windows:
        session.add(
            BackfillWindow(
                backfill_id=backfill_id, target=target, start=window.start, end=window.end, counts={}
            )
        )
    session.flush()


def laid_out(session: Session, backfill_id: int, target: str) -> bool:
    """Whether the windows of a target are written."""
    w = BackfillWindow
    query = select(w.id).where(w.backfill_id == backfill_id, w.target == target).limit(1)
    return session.scalar(query) is not None


def windows_of(session: Session, backfill_id: int) -> Sequence[BackfillWindow]:
    """A backfill's windows by target, the earliest first."""
    w = BackfillWindow
    return session.scalars(
        select(w).where(w.backfill_id == backfill_id).order_by(w.target, w.start, w.id)
    ).all()


def reopen(session: Session, backfill_id: int) -> int:
    """Failed windows wait again, with their pages that could not be had; how many windows.

    What they give then is told like the rest, where it is to be told: no alert is written of it yet.
    """
    count = 0
    for row in windows_of(session, backfill_id):
        if row.status == "failed":
            row.status, row.reason = "pending", None
            p = BackfillPage
            session.execute(
                update(p).where(p.window_id == row.id, p.status == "failed").values(status="pending", tries=0)
            )
            count += 1
    if count:
        session.get_one(Backfill, backfill_id).told_at = None
    return count


def take_window(
    session: Session,
    asked: Backfill,
    owner: str,
    alive: Callable[[str], bool],
    now: datetime,
    *,
    turns: str = "archive",
) -> BackfillWindow | None:
    """The next window that waits, or whose process is gone, taken for ``owner``; None where there is none.

    ``turns`` says what is asked by one process at a time: the whole ``archive``, its ``targets`` each (their
    own servers), or nothing (``open``).
    """
    w, real = BackfillWindow, real_now()
    held = session.execute(
        select(w.id, w.target, w.lease_owner, w.lease_until)
        .join(Backfill, Backfill.id == w.backfill_id)
        .where(w.status == "running", Backfill.source == asked.source)
    )
    busy: set[str] = set()
    free: list[int] = []
    for number, target, holder, until in held:
        if _is_held(holder, until, owner, alive):
            busy.add(target)
        else:
            free.append(number)
    if busy and turns == "archive":
        return None
    query = select(w).where(w.backfill_id == asked.id, or_(w.status == "pending", w.id.in_(free)))
    if turns == "targets":
        query = query.where(w.target.not_in(busy))
    row = session.scalar(query.order_by(w.start, w.target, w.id).limit(1))
    if row is None:
        return None
    row.status, row.reason, row.tries = "running", None, row.tries + 1
    row.lease_owner, row.lease_until = owner, real + LEASE
    row.begun_at = row.begun_at or now
    session.flush()
    return row


def is_read(session: Session, window_id: int, owner: str, alive: Callable[[str], bool]) -> bool:
    """Whether another process reads a window now."""
    row = session.get_one(BackfillWindow, window_id)
    return row.status == "running" and _is_held(row.lease_owner, row.lease_until, owner, alive)


def _is_held(holder: str | None, until: datetime | None, owner: str, alive: Callable[[str], bool]) -> bool:
    """Whether a lease is that of another process, which lives."""
    return holder != owner and until is not None and until > real_now() and alive(holder or "")


def hold_on(session: Session, window_id: int, owner: str) -> bool:
    """Holds a window for longer; False where another process has taken it."""
    w = BackfillWindow
    done = session.execute(
        update(w)
        .where(w.id == window_id, w.status == "running", w.lease_owner == owner)
        .values(lease_until=real_now() + LEASE)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def let_go(session: Session, window_id: int, status: str, reason: str | None, now: datetime) -> None:
    """The window is ``done``, ``failed`` for a reason, or waits again (``pending``)."""
    row = session.get_one(BackfillWindow, window_id)
    row.status, row.reason, row.lease_owner, row.lease_until = status, reason, None, None
    row.ended_at = now if status != "pending" else None


def advance(
    session: Session, window_id: int, cursor: str | None, listed: bool, counts: Mapping[str, int]
) -> None:
    """The archive's mark behind what is dealt with, and what that added to the window's figures."""
    row = session.get_one(BackfillWindow, window_id)
    row.cursor, row.listed = cursor, listed
    row.counts = dict(Counter(row.counts) + Counter(counts))


# --- pages --------------------------------------------------------------------------------------------


def pages_by_key(session: Session, source: str, keys: Collection[str]) -> dict[str, BackfillPage]:
    """The pages that an archive named before, by key."""
    found: dict[str, BackfillPage] = {}
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), _CHUNK):
        query = select(BackfillPage).where(
            BackfillPage.source == source, BackfillPage.key.in_(ordered[start : start + _CHUNK])
        )
        found.update((row.key, row) for row in session.scalars(query))
    return found


def open_pages(session: Session, window_id: int, limit: int, after: int) -> Sequence[BackfillPage]:
    """Pages of a window that can be fetched or read without asking the archive again, by id."""
    p = BackfillPage
    query = select(p).where(
        p.window_id == window_id, p.status.in_(OPEN), p.address.is_not(None), p.id > after
    )
    return session.scalars(query.order_by(p.id).limit(limit)).all()


def unjudged_articles(session: Session, window_id: int, limit: int) -> set[int]:
    """Articles of a window's pages whose text waits to be judged: a process ended before it could be."""
    p, v = BackfillPage, ArticleVersion
    query = (
        select(v.article_id)
        .join(p, p.article_id == v.article_id)
        .where(p.window_id == window_id, p.status == "read", v.judged_at.is_(None))
    )
    return set(session.scalars(query.limit(limit)))


def failed_pages(session: Session, window_id: int) -> Counter[str]:
    """Why pages of a window could not be had, which might be had another time; how many for each reason."""
    p = BackfillPage
    query = select(p.reason, func.count()).where(p.window_id == window_id, p.status == "failed")
    return Counter({str(why): count for why, count in session.execute(query.group_by(p.reason))})


def try_failed_again(session: Session, window_id: int, tries: int) -> int:
    """Pages that could not be had wait again where they were tried less often than that; how many."""
    p = BackfillPage
    query = update(p).where(p.window_id == window_id, p.status == "failed", p.tries < tries)
    return int(session.execute(query.values(status="pending")).rowcount)  # type: ignore[attr-defined]


def window_states(session: Session, backfill_id: int) -> Counter[str]:
    """How many windows are pending, running, done, failed."""
    w = BackfillWindow
    query = select(w.status, func.count()).where(w.backfill_id == backfill_id).group_by(w.status)
    return Counter({str(status): count for status, count in session.execute(query)})


def page_states(session: Session, backfill_id: int) -> Counter[str]:
    """How many pages of a backfill are in each state."""
    p, w = BackfillPage, BackfillWindow
    query = select(p.status, func.count()).join(w, w.id == p.window_id).where(w.backfill_id == backfill_id)
    return Counter({str(status): count for status, count in session.execute(query.group_by(p.status))})


def document_tree(document: Document) -> dict[str, Any]:
    """What is known of a page from outside, as JSON values, without its text."""
    when = document.published
    return {
        "id": document.id,
        "published": [when.value.isoformat(), when.precision, when.source] if when else None,
        "language": document.language,
        "title": document.title,
        "summary": document.summary,
        "outlet": document.outlet,
    }


def document_of(row: BackfillPage) -> Document:
    """The same back as a document, with the page's address."""
    tree = {name: value for name, value in row.document.items() if name != "from_archive"}
    when = tree.pop("published")
    published = When(datetime.fromisoformat(when[0]), when[1], when[2]) if when else None
    return Document(url=row.final_url or row.url, published=published, **tree)
