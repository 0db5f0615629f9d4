"""Entries in the ledger: the known ones of a feed, new ones, and those that wait to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session, defer

from monitor.store.schema import Article, Entry

#: No wait is longer: what lies further ahead was set by a clock that has been put back since.
LONGEST_TRY: Final = timedelta(hours=12)
LONGEST_VISIT: Final = timedelta(days=5)
_CHUNK = 500  # bound parameters that SQLite takes comfortably


def known_entries(
    session: Session, feed_id: int, guids: Collection[str], urls: Collection[str], hashes: Collection[str]
) -> Sequence[Entry]:
    """The feed's entries that share a GUID, a canonical URL or a content hash with what came."""
    found: dict[int, Entry] = {}
    for column, values in ((Entry.guid, guids), (Entry.canonical_url, urls), (Entry.content_hash, hashes)):
        for chunk in _chunks(values):
            query = select(Entry).where(Entry.feed_id == feed_id, column.in_(chunk))
            found.update((entry.id, entry) for entry in session.scalars(query))
    return [found[key] for key in sorted(found)]


def awaited(session: Session, url: str) -> bool:
    """Whether an entry with that canonical URL waits to be read."""
    query = select(Entry.id).where(Entry.canonical_url == url, Entry.status == "unread").limit(1)
    return session.scalar(query) is not None


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def unread(session: Session, now: datetime, limit: int, after: int = 0) -> Sequence[Entry]:
    """Entries that wait to be read, by id, beginning behind ``after``; without the texts that feeds gave."""
    query = (
        select(Entry)
        .options(defer(Entry.content_html))
        .where(Entry.status == "unread", Entry.id > after)
        .where(
            or_(Entry.next_try_at.is_(None), Entry.next_try_at <= now, Entry.next_try_at > now + LONGEST_TRY)
        )
        .order_by(Entry.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def mark_skipped(session: Session, entries: Sequence[tuple[int, str]]) -> None:
    """These entries' pages are not fetched, each with the reason."""
    rows = [{"number": number, "why": why} for number, why in entries]
    session.connection().execute(_SKIPPED, rows)


_ENTRIES: Final = Entry.__table__
_SKIPPED: Final = (
    update(_ENTRIES)  # type: ignore[arg-type]
    .where(_ENTRIES.c.id == bindparam("number"), _ENTRIES.c.status == "unread")
    .values(status="skipped", reason=bindparam("why"), next_try_at=None)
)


def to_revisit(session: Session, now: datetime, limit: int) -> Sequence[Article]:
    """Live pages whose next visit is due, the longest waiting first."""
    query = (
        select(Article)
        .where(
            Article.revisit_at.is_not(None),
            or_(Article.revisit_at <= now, Article.revisit_at > now + LONGEST_VISIT),
        )
        .order_by(Article.revisit_at, Article.id)
        .limit(limit)
    )
    return session.scalars(query).all()
