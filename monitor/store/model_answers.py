"""Answers of an optional language model, kept by text, model and wording; the tokens of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.store.schema import Article, ArticleVersion, ModelAnswer

DAY = timedelta(days=1)


def unadvised(session: Session, since: datetime, limit: int, before: int | None) -> Sequence[ArticleVersion]:
    """Judged versions of articles on the topic that no model has seen, newest first, below id ``before``.

    Only an article's latest version, and only what was fetched ``since`` then.
    """
    newer = select(func.max(ArticleVersion.number)).where(ArticleVersion.article_id == Article.id)
    query = (
        select(ArticleVersion)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(
            Article.concerns.is_(True),
            ArticleVersion.judged_at.is_not(None),
            ArticleVersion.advised_at.is_(None),
            ArticleVersion.fetched_at >= since,
            ArticleVersion.number == newer.correlate(Article).scalar_subquery(),
        )
        .order_by(ArticleVersion.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(ArticleVersion.id < before)
    return session.scalars(query).all()


def answer_of(session: Session, text_hash: str, model: str, question: int) -> ModelAnswer | None:
    """The answer that the model gave about that text, to that wording of the question."""
    return session.scalar(
        select(ModelAnswer).where(
            ModelAnswer.text_hash == text_hash, ModelAnswer.model == model, ModelAnswer.question == question
        )
    )


def tokens_spent(session: Session, now: datetime) -> int:
    """Tokens of all answers of the last 24 hours."""
    query = select(func.coalesce(func.sum(ModelAnswer.tokens), 0)).where(ModelAnswer.asked_at > now - DAY)
    return int(session.scalar(query) or 0)
