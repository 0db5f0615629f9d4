"""Copies in the ledger: sketches of the articles on the topic, candidates by them, groups of copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from monitor.store.schema import Article, ArticleSketch


def keep_sketch(session: Session, article_id: int, hashes: frozenset[int]) -> None:
    """Puts a sketch in the place of the one that the article had."""
    session.execute(delete(ArticleSketch).where(ArticleSketch.article_id == article_id))
    rows = [{"article_id": article_id, "hash": value} for value in sorted(hashes)]
    if rows:
        session.execute(insert(ArticleSketch), rows)


def sketch_of(session: Session, article_id: int) -> frozenset[int]:
    """The sketch of an article; empty where it has none."""
    return frozenset(
        session.scalars(select(ArticleSketch.hash).where(ArticleSketch.article_id == article_id))
    )


def unlinked_ids(session: Session) -> list[int]:
    """Ids of the articles on the topic that were not yet looked at for copies, the earliest first."""
    query = (
        select(Article.id)
        .where(Article.concerns.is_(True), Article.copy_by.is_(None))
        .order_by(Article.published.is_(None), Article.published, Article.id)
    )
    return list(session.scalars(query))


def copy_candidates(
    session: Session, article: Article, since: datetime, until: datetime, share: float, limit: int = 20
) -> Sequence[Article]:
    """The articles in the same language, published (else met) in a span of time, that share at least
    ``share`` of the smaller sketch with this one, the likest first."""
    mine = sketch_of(session, article.id)
    if not mine:
        return []
    common = func.count()
    query = (
        select(ArticleSketch.article_id, common)
        .join(Article, Article.id == ArticleSketch.article_id)
        .where(
            ArticleSketch.hash.in_(mine),
            Article.id != article.id,
            func.coalesce(Article.published, Article.first_seen).between(since, until),
        )
        .group_by(ArticleSketch.article_id)
        .having(common >= 2)
    )
    if article.language is not None:
        query = query.where(Article.language == article.language)
    shared = dict(session.execute(query).all())
    sizes = dict(
        session.execute(
            select(ArticleSketch.article_id, func.count())
            .where(ArticleSketch.article_id.in_(shared))
            .group_by(ArticleSketch.article_id)
        ).all()
    )
    shares = {number: count / min(len(mine), sizes[number]) for number, count in shared.items()}
    likest = sorted((n for n, s in shares.items() if s >= share), key=lambda n: (-shares[n], n))[:limit]
    found = {a.id: a for a in session.scalars(select(Article).where(Article.id.in_(likest)))}
    return [found[number] for number in likest]


def copies_of(session: Session, root: int) -> list[int]:
    """Ids of the articles that are copies of ``root``."""
    return list(session.scalars(select(Article.id).where(Article.copy_of == root)))
