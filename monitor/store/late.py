"""What archives found: the statements of a backfill that nobody was told of, those that feeds missed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from monitor.store.schema import (
    AlertRow,
    Appearance,
    BackfillPage,
    BackfillWindow,
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
