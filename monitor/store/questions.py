"""Questions that readers ask of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from monitor.store.schema import (
    AlertRow,
    Article,
    ArticleVersion,
    DeliveryRow,
    Entry,
    IssueRow,
    Relation,
    ReportRow,
    Review,
    StatementRow,
)
from monitor.store.statements import living, merged_ids


def statements_between(
    session: Session, since: datetime | None, until: datetime | None, seen_since: datetime | None
) -> Sequence[StatementRow]:
    """Living statements by the day said, else the day first seen, the newest first."""
    query = select(StatementRow).where(StatementRow.merged_into.is_(None))
    if seen_since is not None:
        query = query.where(StatementRow.first_seen >= seen_since)
    day = func.coalesce(StatementRow.said_on, StatementRow.said_to, func.date(StatementRow.first_seen))
    rows = session.scalars(query.order_by(day.desc(), StatementRow.id.desc())).all()

    def inside(row: StatementRow) -> bool:
        at = row.said_on or row.said_to or row.first_seen.astimezone(UTC).date()
        return (since is None or at >= since.date()) and (until is None or at <= until.date())

    return [row for row in rows if inside(row)]


def relations_of(session: Session, statement_id: int) -> list[dict[str, Any]]:
    """How a statement, with all that were merged into it, stands to others, each as it is called now."""
    own = [statement_id, *merged_ids(session, statement_id)]
    rows = session.scalars(select(Relation).where(Relation.statement_id.in_(own)).order_by(Relation.id))
    found: dict[tuple[str, int], None] = {}
    for row in rows:
        other = living(session, row.other_id)
        if other is not None and other.id != statement_id:
            found[row.kind, other.id] = None
    return [{"kind": kind, "statement": f"s{other}"} for kind, other in found]


def articles_since(
    session: Session, since: datetime | None, concerns: bool | None, limit: int
) -> Sequence[Article]:
    """Articles, the newest met first."""
    query = select(Article)
    if since is not None:
        query = query.where(Article.first_seen >= since)
    if concerns is not None:
        query = query.where(Article.concerns.is_(concerns))
    return session.scalars(query.order_by(Article.id.desc()).limit(limit)).all()


def held_reports(session: Session, limit: int) -> Sequence[ReportRow]:
    """Reports that are held for a person, the newest first."""
    query = select(ReportRow).where(ReportRow.status == "held").order_by(ReportRow.id.desc()).limit(limit)
    return session.scalars(query).all()


def open_issues(session: Session, *, closed: bool = False) -> Sequence[IssueRow]:
    """Open issues, the latest first; closed ones too when asked for."""
    query = select(IssueRow).order_by(IssueRow.last_at.desc(), IssueRow.id.desc())
    return session.scalars(query if closed else query.where(IssueRow.closed_at.is_(None))).all()


def deliveries(
    session: Session,
    status: str | None,
    limit: int,
    *,
    channel: str | None = None,
    statement: int | None = None,
) -> Sequence[DeliveryRow]:
    """Deliveries, the newest first."""
    query = select(DeliveryRow)
    if status is not None:
        query = query.where(DeliveryRow.status == status)
    if channel is not None:
        query = query.where(DeliveryRow.channel == channel)
    if statement is not None:
        query = query.join(AlertRow, AlertRow.id == DeliveryRow.alert_id)
        query = query.where(AlertRow.statement_id == statement)
    return session.scalars(query.order_by(DeliveryRow.id.desc()).limit(limit)).all()


def article_by_url(session: Session, *urls: str) -> Article | None:
    """The article at one of these addresses (canonical or as opened)."""
    return session.scalar(
        select(Article)
        .where(or_(Article.url.in_(urls), Article.address.in_(urls)))
        .order_by(Article.id)
        .limit(1)
    )


def entries_of(session: Session, *, article_id: int | None = None, url: str | None = None) -> Sequence[Entry]:
    """The entries that led to an article, or that have this canonical URL."""
    query = select(Entry).order_by(Entry.id)
    if article_id is not None:
        query = query.where(Entry.article_id == article_id)
    if url is not None:
        query = query.where(or_(Entry.canonical_url == url, Entry.url == url))
    return session.scalars(query).all()


def versions_of(session: Session, article_id: int) -> Sequence[ArticleVersion]:
    """The versions of an article, the oldest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
    return session.scalars(query.order_by(ArticleVersion.number)).all()


def reviews_of(session: Session, action: str) -> Sequence[Review]:
    """The answers of one kind, the oldest first."""
    return session.scalars(select(Review).where(Review.action == action).order_by(Review.id)).all()


def reviews_on(session: Session, *targets: str) -> list[Review]:
    """The answers that name one of these (s7, h9), in order, with those by which they were taken back."""
    rows = session.scalars(select(Review).order_by(Review.id)).all()
    named = {r.id for r in rows if set(r.targets) & set(targets)}
    return [r for r in rows if r.id in named or any(t == f"r{n}" for t in r.targets for n in named)]


def reviews(session: Session) -> Sequence[Review]:
    """The answers that people gave, the latest first."""
    return session.scalars(select(Review).order_by(Review.id.desc())).all()
