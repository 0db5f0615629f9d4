"""Floods in the ledger: what came in one, and how much an outlet has brought of late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.store.schema import AlertRow, Appearance, Article, Entry, Feed, StatementRow


def storm_articles(session: Session, feed: Feed) -> Sequence[Article]:
    """The articles that are silent for a flood of this feed; its entries are marked no more."""
    for entry in session.scalars(select(Entry).where(Entry.feed_id == feed.id, Entry.storm.is_(True))):
        entry.storm = False
    query = select(Article).where(Article.silent == "storm", Article.outlet_id == feed.outlet_id)
    return session.scalars(query.order_by(Article.id)).all()


def statements_of_articles(session: Session, articles: Sequence[int]) -> Sequence[StatementRow]:
    """The living statements that these articles carry, by id."""
    query = (
        select(StatementRow)
        .join(Appearance, Appearance.statement_id == StatementRow.id)
        .where(Appearance.article_id.in_(articles), StatementRow.merged_into.is_(None))
        .distinct()
    )
    return sorted(session.scalars(query), key=lambda row: row.id)


def met_ahead(session: Session, now: datetime) -> Sequence[StatementRow]:
    """Living statements that were met by a clock ahead of this one and were for that not told at once."""
    query = select(StatementRow).where(
        StatementRow.first_seen > now,
        StatementRow.merged_into.is_(None),
        StatementRow.alert_state == "digest",
        StatementRow.alert_reason == "found_late",
    )
    return session.scalars(query.order_by(StatementRow.id)).all()


def articles_told(session: Session, outlet_id: int, since: datetime, until: datetime) -> int:
    """From how many articles of an outlet statements that it alone has were told at once in that time."""
    query = (
        select(func.count(func.distinct(Appearance.article_id)))
        .join(Article, Article.id == Appearance.article_id)
        .join(StatementRow, StatementRow.id == Appearance.statement_id)
        .join(AlertRow, AlertRow.statement_id == StatementRow.id)
        .where(
            Article.outlet_id == outlet_id,
            StatementRow.outlets == 1,
            AlertRow.kind == "new",
            AlertRow.late.is_(False),
            AlertRow.created_at.between(since, until),
        )
    )
    return session.scalar(query) or 0
