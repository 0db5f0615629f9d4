"""Articles, their versions and the posts of live blogs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from monitor.model import Cut, Dateline, Page, Post, Problem, Titles, When
from monitor.store.schema import Article, ArticleVersion, LivePost, ReportRow


def find_article(session: Session, url: str) -> Article | None:
    """The article at a canonical URL."""
    return session.scalar(select(Article).where(Article.url == url))


def has_page(session: Session, article: Article) -> bool:
    """Whether the ledger has more of an article than the few words of a feed or a list."""
    query = select(ArticleVersion.id).where(
        ArticleVersion.article_id == article.id, ArticleVersion.source != "summary"
    )
    return session.scalar(query.limit(1)) is not None


def version_of(session: Session, article_id: int, text_hash: str) -> ArticleVersion | None:
    """The version of an article with that text."""
    return session.scalar(
        select(ArticleVersion).where(
            ArticleVersion.article_id == article_id, ArticleVersion.text_hash == text_hash
        )
    )


def latest_version(session: Session, article_id: int) -> ArticleVersion | None:
    """The newest version of an article."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
    return session.scalar(query.order_by(ArticleVersion.number.desc()).limit(1))


def add_version(
    session: Session,
    article: Article,
    page: Page,
    *,
    text_hash: str,
    now: datetime,
    source: str,
    summary: str | None,
) -> ArticleVersion:
    """Stores a text as the article's next version, to be judged, with the posts of a live page."""
    number = session.scalar(
        select(func.coalesce(func.max(ArticleVersion.number), 0)).where(
            ArticleVersion.article_id == article.id
        )
    )
    version = ArticleVersion(
        article_id=article.id,
        number=(number or 0) + 1,
        text_hash=text_hash,
        fetched_at=now,
        text=page.text,
        source=source,
        page=page_to_json(page),
        summary=summary,
    )
    session.add(version)
    session.flush()
    _keep_posts(session, article, version, page, now)
    return version


def _keep_posts(
    session: Session, article: Article, version: ArticleVersion, page: Page, now: datetime
) -> None:
    if not page.posts:
        return
    known = {p.key: p for p in session.scalars(select(LivePost).where(LivePost.article_id == article.id))}
    keys = {post.key for post in page.posts}
    lost = {(p.time, p.headline): p for p in known.values() if p.key not in keys and p.time and p.headline}
    for post in page.posts:
        row = known.pop(post.key, None)
        if (
            row is None
            and post.time
            and post.headline
            and (row := lost.pop((post.time.value, post.headline), None))
        ):
            # A page may name its posts otherwise than on the last visit: time and headline are still its own.
            known.pop(row.key)
            _rename(session, row, post.key)
        if row is None:
            row = LivePost(article_id=article.id, key=post.key, first_seen=now)
            session.add(row)
        row.version_id, row.number, row.vanished_at = version.id, post.index, None
        row.time = post.time.value if post.time else None
        row.headline, row.byline, row.url = post.headline, post.byline, post.url
        row.start, row.end, row.text = post.start, post.end, page.text[post.start : post.end]
    for gone in known.values():
        gone.vanished_at = gone.vanished_at or now
    session.flush()


def _rename(session: Session, post: LivePost, key: str) -> None:
    session.execute(
        update(ReportRow)
        .where(ReportRow.article_id == post.article_id, ReportRow.post_key == post.key)
        .values(post_key=key)
    )
    post.key = key


def unjudged(
    session: Session, limit: int, after: int = 0, articles: Collection[int] | None = None
) -> Sequence[ArticleVersion]:
    """Versions that wait to be judged (of ``articles`` only), by id, beginning behind ``after``."""
    query = select(ArticleVersion).where(ArticleVersion.judged_at.is_(None), ArticleVersion.id > after)
    if articles is not None:
        query = query.where(ArticleVersion.article_id.in_(articles))
    return session.scalars(query.order_by(ArticleVersion.id).limit(limit)).all()


# --- a page as JSON -----------------------------------------------------------------------------------


def page_to_json(page: Page) -> dict[str, Any]:
    """The page without its text, as JSON values."""
    tree = asdict(page)
    del tree["text"]
    tree["published"] = _when_to_json(page.published)
    for post, row in zip(page.posts, tree["posts"], strict=True):
        row["time"] = _when_to_json(post.time)
    tree["posts"], tree["cut"], tree["problems"] = (
        list(tree["posts"]),
        list(tree["cut"]),
        list(tree["problems"]),
    )
    tree["credits"] = list(tree["credits"])
    if page.dateline is not None:
        tree["dateline"]["day"] = page.dateline.day.isoformat() if page.dateline.day else None
    return tree


def page_from_json(text: str, tree: dict[str, Any]) -> Page:
    """The page as it was before it was stored."""
    values = dict(tree)
    values["titles"] = Titles(**values["titles"])
    values["published"] = _when_from_json(values["published"])
    values["posts"] = tuple(
        Post(**{**post, "time": _when_from_json(post["time"])}) for post in values["posts"]
    )
    values["cut"] = tuple(Cut(**cut) for cut in values["cut"])
    values["problems"] = tuple(Problem(**problem) for problem in values["problems"])
    values["credits"] = tuple(values["credits"])
    if dateline := values.get("dateline"):
        day = date.fromisoformat(dateline["day"]) if dateline["day"] else None
        values["dateline"] = Dateline(**{**dateline, "day": day})
    return Page(text=text, **values)


def _when_to_json(when: When | None) -> dict[str, str] | None:
    if when is None:
        return None
    return {"value": when.value.isoformat(), "precision": when.precision, "source": when.source}


def _when_from_json(tree: dict[str, Any] | None) -> When | None:
    return When(datetime.fromisoformat(tree["value"]), tree["precision"], tree["source"]) if tree else None
