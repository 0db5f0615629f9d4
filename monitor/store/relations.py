"""Relations between statements, and the statements that may stand in one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from monitor.store.schema import Appearance, Relation, ReportTrigram, StatementRow
from monitor.store.statements import living, merged_ids

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


def nearest_before(session: Session, statement: StatementRow, day: date) -> StatementRow | None:
    """The latest statement of the same speaker that was said before this one, whose ``day`` is given.

    Those of the same day go by their ids; those whose day nobody knows, and rejected ones, are not looked at.
    """
    its = func.coalesce(StatementRow.said_on, StatementRow.said_to)
    before = or_(its < day, and_(its == day, StatementRow.id < statement.id))
    query = select(StatementRow).where(
        StatementRow.speaker_key == statement.speaker_key,
        StatementRow.id != statement.id,
        StatementRow.merged_into.is_(None),
        or_(StatementRow.review.is_(None), StatementRow.review != "rejected"),
        its.is_not(None),
        before,
    )
    return session.scalar(query.order_by(its.desc(), StatementRow.id.desc()).limit(1))


def related_to(session: Session, statement_id: int) -> list[tuple[str, StatementRow, bool]]:
    """(how, the other statement, whether the other is the one that stands so to this one), in their order.

    Those of what was merged into either are among them; a rejected statement is not.
    """
    own = [statement_id, *merged_ids(session, statement_id)]
    query = select(Relation).where(or_(Relation.statement_id.in_(own), Relation.other_id.in_(own)))
    found: dict[tuple[str, int, bool], StatementRow] = {}
    for row in session.scalars(query.order_by(Relation.id)):
        later = row.other_id in own
        other = living(session, row.statement_id if later else row.other_id)
        if other is not None and other.id != statement_id and other.review != "rejected":
            found.setdefault((row.kind, other.id, later), other)
    return [(kind, other, later) for (kind, _, later), other in found.items()]


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
