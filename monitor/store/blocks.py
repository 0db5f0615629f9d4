"""The block of a report: the statements it could be of, loaded in one query as identity sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from monitor.identity import Heard
from monitor.identity.decide import reach
from monitor.model import Passage, Said, Speaker
from monitor.store.schema import Appearance, Article, PassageRow, ReportRow, ReportTrigram, StatementRow

#: How long the days of a report are: up to NARROW_DAYS, up to WIDE_DAYS, longer or not known.
NARROW, WIDE, UNKNOWN = 0, 1, 2
NARROW_DAYS: Final = 10
WIDE_DAYS: Final = 430


def span_of(days: tuple[date, date] | None) -> int:
    """The class of a report's days, by which it is indexed."""
    if days is None or (days[1] - days[0]).days > WIDE_DAYS:
        return UNKNOWN
    return NARROW if (days[1] - days[0]).days <= NARROW_DAYS else WIDE


@dataclass(frozen=True, slots=True)
class Member:
    """A report that has its statement: possibly only, and pinned there by a person or not."""

    report: int
    statement: int
    possible: bool
    pinned: bool
    heard: Heard
    root: int  # the article of which its article is a copy, or its own
    key: str

    @property
    def place(self) -> tuple[str | None, str, tuple[date, date] | None]:
        """What its own block is asked by."""
        return self.heard.speaker.state, self.key, reach(self.heard)


_R, _P = ReportRow, PassageRow
_COLUMNS = (
    Appearance.statement_id, Appearance.possible, Appearance.pinned,
    _R.id, _R.article_id, _R.speaker_key, _R.speaker, _R.speaker_en, _R.official, _R.role, _R.office, _R.body,
    _R.state, _R.kind, _R.said_on, _R.said_from, _R.said_to, _R.reporting, _R.venue, _R.positions,
    _R.language, func.coalesce(_R.published, Article.published).label("at"), Article.copy_of,
    _P.kind.label("passage"), _P.text, _P.where, _P.start, _P.end, _P.fidelity, _P.rule,
)  # fmt: skip
#: Where a row's passage begins among its columns.
_PASSAGE: Final = len(_COLUMNS) - 7


def block(
    session: Session, state: str | None, key: str, days: tuple[date, date] | None
) -> dict[int, list[Member]]:
    """By statement, the reports of this state (or speaker) whose days may meet these."""
    values: dict[str, object] = {"key": key}
    if state is not None:
        values["state"] = state
    if days is not None:
        low, high = days[0] - timedelta(days=1), days[1] + timedelta(days=1)
        values |= {"low": low, "high": high, "far": high + timedelta(days=NARROW_DAYS)}
        values["farther"] = high + timedelta(days=WIDE_DAYS)
    return _members(session, _block_query(state is not None, days is not None), values)


@cache
def _block_query(with_state: bool, with_days: bool) -> Select[Any]:
    """The question is put together once: that costs more than to answer it."""
    r = ReportRow
    owners: list[ColumnElement[bool]] = [r.speaker_key == bindparam("key")]
    owners.append(r.state == bindparam("state") if with_state else r.state.is_(None))
    if not with_days:
        return _query(or_(*owners))
    low: BindParameter[date] = bindparam("low")
    high: BindParameter[date] = bindparam("high")
    # Written out: for a class that is a parameter PostgreSQL would plan as for the commonest one.
    narrow, wide, unknown = (literal_column(str(span), Integer) for span in (NARROW, WIDE, UNKNOWN))
    spans = (
        and_(r.span == narrow, r.days_to.between(low, bindparam("far")), r.days_from <= high),
        and_(r.span == wide, r.days_to.between(low, bindparam("farther")), r.days_from <= high),
        r.span == unknown,
    )
    # One piece for each index range: an OR of them would read all the reports of a state. Apart from the
    # rest, so that PostgreSQL's plan for any values, which it need not make anew each time, is the right one.
    pieces = union(*(select(r.id).where(owner, span) for owner in owners for span in spans))
    near = pieces.cte("near").prefix_with("MATERIALIZED", dialect="postgresql")
    return _query(None).join(near, near.c.id == r.id)


def members_of(session: Session, statements: Sequence[int]) -> dict[int, list[Member]]:
    """The reports of these statements."""
    if not statements:
        return {}
    return _members(session, _query(Appearance.statement_id.in_(statements)), {})


def _query(wanted: ColumnElement[bool] | None) -> Select[Any]:
    """One row a passage, so that one question answers all; the report's own columns come with each."""
    query = (
        select(*_COLUMNS)
        .select_from(Appearance)
        .join(ReportRow, ReportRow.id == Appearance.report_id)
        .join(Article, Article.id == ReportRow.article_id)
        .outerjoin(PassageRow, PassageRow.report_id == ReportRow.id)
        .where(
            ReportRow.status != "rejected",
            # What an outlet took back was said to have been said: the next report of it is the same.
            or_(ReportRow.status != "withdrawn", Appearance.possible.is_(False)),
        )
        .order_by(Appearance.statement_id, Appearance.id, PassageRow.number)
    )
    return query if wanted is None else query.where(wanted)


def _members(session: Session, query: Select[Any], values: dict[str, object]) -> dict[int, list[Member]]:
    session.flush()  # the question goes past the session, which would cost as much as its answer
    rows = session.connection().execute(query, values).all()
    passages: dict[int, list[Passage]] = {}
    first: dict[int, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.id, row)
        if row.passage is not None:
            passages.setdefault(row.id, []).append(Passage(*row[_PASSAGE:]))
    found: dict[int, list[Member]] = {}
    for number, row in first.items():
        found.setdefault(row.statement_id, []).append(_member(row, tuple(passages.get(number, ()))))
    return found


def _member(row: Row[Any], passages: tuple[Passage, ...]) -> Member:
    speaker = Speaker(
        row.speaker, row.speaker_en, row.kind, row.state, row.role, row.office, row.body, row.official
    )
    heard = Heard(
        speaker,
        Said(row.said_on, row.said_from, row.said_to),
        row.reporting,
        tuple(row.positions),
        passages,
        row.at,
        row.language,
        row.venue,
        row.article_id,
    )
    root = row.copy_of or row.article_id
    return Member(row.id, row.statement_id, row.possible, row.pinned, heard, root, row.speaker_key)


# --- like words ---------------------------------------------------------------------------------------


def keep_trigrams(session: Session, report_id: int, hashes: Sequence[int]) -> None:
    """Puts the hashes of a report's words in the place of those that it had."""
    session.execute(delete(ReportTrigram).where(ReportTrigram.report_id == report_id))
    if hashes:
        session.execute(insert(ReportTrigram), [{"report_id": report_id, "hash": h} for h in hashes])


def with_like_words(session: Session, hashes: Sequence[int], least: int, limit: int = 20) -> list[int]:
    """Ids of the living statements with a report that shares at least ``least`` of the hashes, most first."""
    if len(hashes) < least:
        return []
    shared = func.count()
    likest = (
        select(ReportTrigram.report_id, shared.label("shared"))
        .where(ReportTrigram.hash.in_(hashes))
        .group_by(ReportTrigram.report_id)
        .having(shared >= least)
        .order_by(shared.desc(), ReportTrigram.report_id)
        .limit(limit)
    ).subquery()
    query = (
        select(Appearance.statement_id)
        .join(likest, likest.c.report_id == Appearance.report_id)
        .join(StatementRow, StatementRow.id == Appearance.statement_id)
        .where(Appearance.possible.is_(False), StatementRow.merged_into.is_(None))
        .order_by(likest.c.shared.desc(), Appearance.statement_id)
    )
    return list(dict.fromkeys(session.scalars(query)))
