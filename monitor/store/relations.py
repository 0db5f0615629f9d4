"""Relations between statements, and the statements that may stand in one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from monitor.store.schema import Appearance, Relation, ReportTrigram, StatementRow

#: So many statements of one speaker are looked at, the latest first.
LATEST = 30


def hashes_of(session: Session, statement_id: int) -> list[int]:
    """The hashes of the words of a statement's reports."""
    query = (
        select(ReportTrigram.hash)
        .join(Appearance, Appearance.report_id == ReportTrigram.report_id)
        .where(Appearance.statement_id == statement_id)
        .distinct()
    )
    return list(session.scalars(query))


def told_together(session: Session, statement_id: int) -> set[int]:
    """The living statements that an article of this one reports too."""
    other = aliased(Appearance)
    query = (
        select(other.statement_id)
        .join(Appearance, Appearance.article_id == other.article_id)
        .join(StatementRow, StatementRow.id == other.statement_id)
        .where(Appearance.statement_id == statement_id, StatementRow.merged_into.is_(None))
    )
    return set(session.scalars(query)) - {statement_id}


def by_speaker(session: Session, statement: StatementRow) -> list[int]:
    """The latest living statements of the same speaker."""
    query = select(StatementRow.id).where(
        StatementRow.speaker_key == statement.speaker_key, StatementRow.merged_into.is_(None)
    )
    return list(session.scalars(query.order_by(StatementRow.id.desc()).limit(LATEST)))


def keep_relation(session: Session, statement_id: int, other_id: int, kind: str) -> None:
    """Writes a relation, once."""
    same = (
        Relation.statement_id == statement_id,
        Relation.other_id == other_id,
        Relation.kind == kind,
    )
    if session.scalar(select(Relation).where(*same)) is None:
        session.add(Relation(statement_id=statement_id, other_id=other_id, kind=kind))
        session.flush()
