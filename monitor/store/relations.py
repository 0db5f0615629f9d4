"""Relations between statements, and the statements that may stand in one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from monitor.store.schema import (
    Appearance,
    ArticleVersion,
    PassageRow,
    Relation,
    ReportRow,
    ReportTrigram,
    StatementRow,
)
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


def told_together(session: Session, statement_id: int) -> dict[int, frozenset[int]]:
    """The living statements that an article of this one reports too, with the articles that report both."""
    other = aliased(Appearance)
    query = (
        select(other.statement_id, other.article_id)
        .join(Appearance, Appearance.article_id == other.article_id)
        .join(StatementRow, StatementRow.id == other.statement_id)
        .where(
            Appearance.statement_id == statement_id,
            Appearance.possible.is_(False),
            other.possible.is_(False),
            other.statement_id != statement_id,
            StatementRow.merged_into.is_(None),
        )
    )
    found: dict[int, set[int]] = {}
    for number, article in session.execute(query):
        found.setdefault(number, set()).add(article)
    return {number: frozenset(articles) for number, articles in found.items()}


def has_company(session: Session, article_id: int) -> bool:
    """Whether an article reports more statements than one."""
    query = select(func.count(func.distinct(Appearance.statement_id)))
    return (session.scalar(query.where(Appearance.article_id == article_id)) or 0) > 1


def texts_of(
    session: Session, statement_id: int, articles: Collection[int]
) -> Sequence[tuple[str, str | None]]:
    """(the paragraph in which each passage of a statement stands in these articles, its language)."""
    query = (
        select(PassageRow.where, PassageRow.start, PassageRow.text, ArticleVersion.text, ReportRow.language)
        .join(ReportRow, ReportRow.id == PassageRow.report_id)
        .join(Appearance, Appearance.report_id == ReportRow.id)
        .join(ArticleVersion, ArticleVersion.id == ReportRow.version_id)
        .where(Appearance.statement_id == statement_id, Appearance.article_id.in_(articles))
        .order_by(PassageRow.id)
    )
    found = []
    for where, start, words, text, language in session.execute(query):
        if where != "text":
            found.append((words, language))
            continue
        low = text.rfind("\n", 0, start) + 1
        high = text.find("\n", start + len(words))
        found.append((text[low : high if high >= 0 else len(text)], language))
    return found


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


def set_relations(session: Session, one: int, other: int, kinds: Collection[tuple[int, int, str]]) -> None:
    """Puts the relations between two statements in the place of those that they had."""
    pair = (one, other)
    query = select(Relation).where(Relation.statement_id.in_(pair), Relation.other_id.in_(pair))
    wanted = set(kinds)
    for row in session.scalars(query):
        key = (row.statement_id, row.other_id, row.kind)
        if key in wanted:
            wanted.discard(key)
        else:
            session.delete(row)
    session.add_all(Relation(statement_id=a, other_id=b, kind=kind) for a, b, kind in sorted(wanted))
    session.flush()
