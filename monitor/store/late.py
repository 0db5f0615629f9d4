"""What archives found: the statements of a backfill that nobody was told of, those that feeds missed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from monitor.store.schema import (
    AlertRow,
    Appearance,
    Article,
    Backfill,
    BackfillPage,
    BackfillWindow,
    Entry,
    Feed,
    Outlet,
    ReportRow,
    StatementRow,
)


def untold_of(session: Session, backfill_id: int) -> Sequence[StatementRow]:
    """Living statements that a backfill's pages carry and of which no alert was ever written, by id."""
    carried = (
        select(Appearance.statement_id)
        .join(BackfillPage, BackfillPage.article_id == Appearance.article_id)
        .join(BackfillWindow, BackfillWindow.id == BackfillPage.window_id)
        .where(BackfillWindow.backfill_id == backfill_id, Appearance.possible.is_(False))
    )
    query = select(StatementRow).where(
        StatementRow.id.in_(carried),
        StatementRow.merged_into.is_(None),
        StatementRow.review.is_distinct_from("rejected"),
        ~exists(select(AlertRow.id).where(AlertRow.statement_id == StatementRow.id)),
    )
    return session.scalars(query.order_by(StatementRow.id)).all()


def of_archives(session: Session) -> Iterator[StatementRow]:
    """Living statements that an article from an archive, or one that an archive named too, carries, by id."""
    carried = (
        select(Appearance.statement_id)
        .join(BackfillPage, BackfillPage.article_id == Appearance.article_id)
        .where(BackfillPage.status.in_(("read", "known")), Appearance.possible.is_(False))
    )
    query = select(StatementRow).where(
        StatementRow.id.in_(carried),
        StatementRow.merged_into.is_(None),
        StatementRow.review.is_distinct_from("rejected"),
    )
    yield from session.scalars(query.order_by(StatementRow.id))


def carried_by(session: Session, statement_id: int) -> Sequence[Article]:
    """The articles of a statement that outlets stand by, the earliest published first; no mere possible
    duplicates."""
    query = (
        select(Article)
        .join(Appearance, Appearance.article_id == Article.id)
        .where(
            Appearance.statement_id == statement_id,
            Appearance.possible.is_(False),
            Appearance.report.has(ReportRow.status != "rejected"),
        )
        .order_by(Article.published.is_(None), Article.published, Article.id)
        .distinct()
    )
    return session.scalars(query).all()


def from_archives(session: Session, articles: Collection[int]) -> set[int]:
    """Those of these articles that an archive named."""
    p = BackfillPage
    query = select(p.article_id).where(p.article_id.in_(articles), p.status.in_(("read", "known")))
    return {number for number in session.scalars(query) if number is not None}


def from_feeds(session: Session, articles: Collection[int]) -> set[int]:
    """Those of these articles that an entry of a feed led to."""
    query = select(Entry.article_id).where(Entry.article_id.in_(articles))
    return {number for number in session.scalars(query) if number is not None}


def entry_at(session: Session, url: str) -> Entry | None:
    """An entry with that canonical URL, if a feed had one."""
    return session.scalar(select(Entry).where(Entry.canonical_url == url).order_by(Entry.id).limit(1))


def feeds_of_outlet(session: Session, outlet_id: int) -> Sequence[Feed]:
    """The feeds of an outlet that are or were watched, the first to be added first."""
    query = select(Feed).where(Feed.outlet_id == outlet_id, Feed.status != "removed")
    return session.scalars(query.order_by(Feed.added_at, Feed.id)).all()


# --- coverage -----------------------------------------------------------------------------------------


def backfills(session: Session, source: str | None) -> Sequence[Backfill]:
    """What was asked of archives, by id; of one of them where it is named."""
    query = select(Backfill).order_by(Backfill.id)
    return session.scalars(query if source is None else query.where(Backfill.source == source)).all()


def pages_seen(session: Session, backfill_id: int) -> Iterator[tuple[Any, ...]]:
    """(target, window's start, url, what is known of it, status, reason, day, article id, on the topic, its
    outlet's name) of each page of a backfill."""
    p, w, a, o = BackfillPage, BackfillWindow, Article, Outlet
    query = (
        select(
            w.target, w.start, p.url, p.document, p.status, p.reason, p.day, p.article_id, a.concerns, o.name
        )
        .join(w, w.id == p.window_id)
        .outerjoin(a, a.id == p.article_id)
        .outerjoin(o, o.id == a.outlet_id)
        .where(w.backfill_id == backfill_id)
        .order_by(p.id)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(query):
        yield tuple(row)


def statements_in(session: Session, articles: Collection[int]) -> dict[int, set[int]]:
    """The statements that each of these articles carries."""
    found: dict[int, set[int]] = {}
    ordered = sorted(articles)
    for start in range(0, len(ordered), 500):
        query = select(Appearance.article_id, Appearance.statement_id).where(
            Appearance.article_id.in_(ordered[start : start + 500]), Appearance.possible.is_(False)
        )
        for article, statement in session.execute(query):
            found.setdefault(article, set()).add(statement)
    return found
