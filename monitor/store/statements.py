"""Statements in the ledger: their reports and appearances, and reports as identity sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from monitor.identity import Heard
from monitor.identity.decide import reach
from monitor.identity.texts import hashes
from monitor.store.blocks import keep_trigrams, span_of
from monitor.store.reports import passages_of, said_of, speaker_of
from monitor.store.schema import (
    AlertRow,
    Appearance,
    Article,
    ArticleVersion,
    DeliveryRow,
    ReportRow,
    StatementRow,
)


def heard(row: ReportRow, copies: frozenset[int] = frozenset()) -> Heard:
    """A report as identity sees it."""
    return Heard(
        speaker=speaker_of(row),
        said=said_of(row),
        reporting=row.reporting,
        positions=tuple(row.positions),
        passages=passages_of(row),
        published=row.published,
        language=row.language,
        venue=row.venue,
        article=row.article_id,
        copies=copies,
    )


def remember(session: Session, row: ReportRow) -> None:
    """Keeps with a report the days and the word trigrams by which it is looked for."""
    own = heard(row)
    days = reach(own if own.published else replace(own, published=row.article.published))
    row.days_from, row.days_to = days if days else (None, None)
    row.span = span_of(days)
    keep_trigrams(session, row.id, hashes(" ".join(p.text for p in own.passages)))


def reports_by_statement(session: Session, ids: Sequence[int]) -> dict[int, list[ReportRow]]:
    """The reports of statements in the order of arrival; no mere possible duplicates, no rejected ones."""
    found: dict[int, list[ReportRow]] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(Appearance)
            .where(Appearance.statement_id.in_(ids[start : start + 500]), Appearance.possible.is_(False))
            .where(Appearance.report.has(ReportRow.status != "rejected"))
            .options(
                joinedload(Appearance.report).options(
                    selectinload(ReportRow.passages), joinedload(ReportRow.article).joinedload(Article.outlet)
                )
            )
            .order_by(Appearance.id)
        )
        for appearance in session.scalars(query):
            found.setdefault(appearance.statement_id, []).append(appearance.report)
    return found


def appearances_of(session: Session, statement_id: int) -> Sequence[Appearance]:
    """All appearances of a statement, in the order of arrival."""
    query = select(Appearance).where(Appearance.statement_id == statement_id).order_by(Appearance.id)
    return session.scalars(query).all()


def read_moments(session: Session, statement_id: int) -> dict[int, datetime]:
    """When the text in which each report of a statement stands was read, by the report's id."""
    query = (
        select(ReportRow.id, ArticleVersion.fetched_at)
        .join(ArticleVersion, ArticleVersion.id == ReportRow.version_id)
        .join(Appearance, Appearance.report_id == ReportRow.id)
        .where(Appearance.statement_id == statement_id)
    )
    return {row.id: row.fetched_at for row in session.execute(query)}


def appearance_of_report(session: Session, report_id: int) -> Appearance | None:
    """The appearance that a report became, if it did."""
    return session.scalar(select(Appearance).where(Appearance.report_id == report_id))


def merged_ids(session: Session, statement_id: int) -> list[int]:
    """Ids of the statements that were merged into this one, at any remove."""
    found: list[int] = []
    nearest = [statement_id]
    while nearest:
        query = select(StatementRow.id).where(StatementRow.merged_into.in_(nearest)).order_by(StatementRow.id)
        nearest = [n for n in session.scalars(query) if n not in found and n != statement_id]
        found += nearest
    return found


def merged_and_told(session: Session, statement_id: int) -> list[int]:
    """Ids of the statements that were told on their own before they turned out to be this one."""
    found = merged_ids(session, statement_id)
    if not found:
        return []
    told = select(AlertRow.statement_id).join(DeliveryRow, DeliveryRow.alert_id == AlertRow.id)
    sent = set(session.scalars(told.where(AlertRow.statement_id.in_(found), DeliveryRow.status == "sent")))
    return sorted(sent)


def living(session: Session, statement_id: int) -> StatementRow | None:
    """The statement of that id, or the one into which it was merged."""
    row = session.get(StatementRow, statement_id)
    while row is not None and row.merged_into is not None:
        row = session.get(StatementRow, row.merged_into)
    return row
