"""Statements in the ledger: the candidates of a report, their reports, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from monitor.identity import Heard, Known
from monitor.model import Said
from monitor.store.reports import passages_of, said_of, speaker_of
from monitor.store.schema import Appearance, Article, ReportRow, StatementRow


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


def candidates(session: Session, report: ReportRow, days: tuple[date, date] | None) -> list[Known]:
    """The statements that a report could be of: of its state (or its speaker), with days that may meet."""
    query = select(StatementRow).where(StatementRow.merged_into.is_(None))
    if report.state is not None:
        query = query.where(
            or_(StatementRow.state == report.state, StatementRow.speaker_key == report.speaker_key)
        )
    else:
        query = query.where(or_(StatementRow.state.is_(None), StatementRow.speaker_key == report.speaker_key))
    if days is not None:
        low, high = days[0] - timedelta(days=1), days[1] + timedelta(days=1)
        query = query.where(or_(StatementRow.said_to.is_(None), StatementRow.said_to >= low))
        query = query.where(or_(StatementRow.said_from.is_(None), StatementRow.said_from <= high))
    rows = session.scalars(query.order_by(StatementRow.id)).all()
    reports = reports_by_statement(session, [row.id for row in rows])
    return [
        Known(
            row.id,
            tuple(heard(r) for r in reports.get(row.id, ())),
            Said(row.said_on, row.said_from, row.said_to),
            tuple(row.positions),
        )
        for row in rows
        if row.id in reports
    ]


def reports_by_statement(session: Session, ids: Sequence[int]) -> dict[int, list[ReportRow]]:
    """The reports of statements, those listed as possible duplicates apart, in the order of arrival."""
    found: dict[int, list[ReportRow]] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(Appearance)
            .where(Appearance.statement_id.in_(ids[start : start + 500]), Appearance.possible.is_(False))
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


def appearance_of_report(session: Session, report_id: int) -> Appearance | None:
    """The appearance that a report became, if it did."""
    return session.scalar(select(Appearance).where(Appearance.report_id == report_id))


def living(session: Session, statement_id: int) -> StatementRow | None:
    """The statement of that id, or the one into which it was merged."""
    row = session.get(StatementRow, statement_id)
    while row is not None and row.merged_into is not None:
        row = session.get(StatementRow, row.merged_into)
    return row
