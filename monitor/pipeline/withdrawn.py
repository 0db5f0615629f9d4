"""What an outlet takes back: its reports are withdrawn, and the statement is told as such, once.

A withdrawn report stays with its statement: another outlet's report of the same words finds it there. It
counts no more for what the statement is said to be, nor as a witness, unless all of them are withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from monitor.model import Analysis
from monitor.pipeline.services import Services, Tally
from monitor.store.articles import latest_version
from monitor.store.database import Session
from monitor.store.issues import raise_issue
from monitor.store.questions import versions_of
from monitor.store.reports import posts_of, reports_of
from monitor.store.schema import Article, ArticleVersion, ReportRow
from monitor.withdrawals import GONE_FOR_GOOD, left_out, notice_of

#: A report that is withdrawn and whose statement must hear of it at the next announce.
GONE: Final = "gone"
#: After the first 404 a page is asked again in so long.
ASK_AGAIN: Final = timedelta(hours=3)
#: So long it must have been away.
AWAY: Final = timedelta(hours=1)


def notice(article: Article, analysis: Analysis) -> str | None:
    """The words by which the page takes its article back, None where there are none; live pages have none."""
    if article.form == "liveblog" or analysis.page.form == "liveblog":
        return None
    return notice_of(analysis.page.title, analysis.page.text, analysis.page.language)


def take_back(rows: Sequence[ReportRow], why: str, now: datetime) -> int:
    """Marks these reports of an article as withdrawn; how many had their statement."""
    told = 0
    for row in rows:
        if row.status in ("matched", "changed"):
            row.status, row.withdrawn_at, row.withdrawn_why = GONE, now, why
            told += 1
        elif row.status in ("waiting", "held"):
            row.status, row.withdrawn_at, row.withdrawn_why = "withdrawn", now, why
    return told


def left_behind(
    session: Session,
    article: Article,
    version: ArticleVersion,
    rows: Sequence[ReportRow],
    kept: Collection[int],
    now: datetime,
) -> None:
    """What becomes of the reports that a later version does not give any more."""
    posts = posts_of(session, article.id)
    for row in rows:
        if row.id in kept:
            continue
        if row.status in ("waiting", "held"):
            take_back([row], "a later version of the article lacks it", now)
            continue
        if row.status not in ("matched", "changed") or version.source not in ("page", "content", "given"):
            continue
        if row.post_key and (row.post_key not in posts or posts[row.post_key].vanished_at):
            continue  # live pages show their latest posts only: what is gone from view is not taken back
        before = next((v for v in versions_of(session, article.id) if v.id == row.version_id), None)
        if before is None or before.source == "summary":
            continue
        found = left_out([p.text for p in row.passages], before.text, version.text)
        if found == "left_out":
            take_back([row], "the outlet has edited the words out of its article", now)
        elif found == "other_page":
            detail = "its page shows another text now; what was read before goes on to stand"
            raise_issue(session, "page_replaced", f"a{article.id}", detail, now)


def page_gone(services: Services, tally: Tally, article_id: int, state: str) -> None:
    """A page that was read is not there any more: withdrawn where the server says so for good, or twice."""
    now = services.now()
    with services.database.writing("reports") as session:
        article = session.get_one(Article, article_id)
        since = article.gone_since or now
        if state not in GONE_FOR_GOOD and now - since < AWAY:
            # Two that look at the same moment are one look.
            article.gone_since, article.revisit_at = since, since + ASK_AGAIN
            return
        article.gone_since, article.revisit_at = article.gone_since or now, None
        why = f"the outlet has taken its page down ({state.replace('http_', 'HTTP ')})"
        tally.count("withdrawn", take_back(reports_of(session, article.id), why, now))


def page_there(session: Session, article: Article, now: datetime) -> None:
    """A page that was gone and answers again: what it says now is judged like an edit."""
    if article.gone_since is None:
        return
    article.gone_since = None
    version = latest_version(session, article.id)
    if version is not None and any(r.status in (GONE, "withdrawn") for r in reports_of(session, article.id)):
        version.judged_at, version.waits_since = None, now
