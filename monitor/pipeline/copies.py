"""Which articles are copies of one text: linked once, before their reports are matched.

The earliest published article of a group is its root, whichever of them was met first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from monitor.identity.copies import CANDIDATE, copied, same_figures, sketch
from monitor.pipeline.services import Services, Tally
from monitor.store.articles import latest_version
from monitor.store.copies import copies_of, copy_candidates, keep_sketch, sketch_of, unlinked_ids
from monitor.store.database import Session
from monitor.store.reports import reports_of
from monitor.store.schema import Article, ReportRow

#: Copies are looked for among the articles published, else met, this long before and after: what an archive
#: gives of many years is met on one day.
COPY_DAYS: Final = 45


def link_copies(services: Services, tally: Tally) -> None:
    """Looks at every article on the topic that was not yet looked at, each in its own transaction."""
    with services.database.reading() as session:
        ids = unlinked_ids(session)
    for number in ids:
        with services.database.writing("statements") as session:
            article = session.get_one(Article, number)
            link_copy(session, article)
            if article.copy_of is not None:
                tally.count("copies")


def link_copy(session: Session, article: Article) -> None:
    """Notes, once, of which article this one is a copy, by which evidence, and the agency that it credits.

    A live page is no copy of an article, though one of its posts may be.
    """
    if article.copy_by is not None:
        return
    article.copy_by = "none"
    version = latest_version(session, article.id)
    if version is None or article.form == "liveblog":
        return
    credits = version.page.get("credits") or []
    article.agency = credits[0] if credits else None
    if not sketch_of(session, article.id):
        keep_sketch(session, article.id, sketch(version.text))
    span = timedelta(days=COPY_DAYS)
    best: tuple[float, str, Article] | None = None
    day = article.published or article.first_seen
    for other in copy_candidates(session, article, day - span, day + span, CANDIDATE):
        text = latest_version(session, other.id)
        found = copied(version.text, text.text) if text is not None else None
        if found is not None and (best is None or found[0] > best[0]):
            best = (*found, other)
    if best is not None:
        _join(session, article, best[2], best[1])
    session.flush()


def _join(session: Session, article: Article, other: Article, evidence: str) -> None:
    root = session.get_one(Article, other.copy_of or other.id)
    if root.id == article.id:
        return
    if _earliness(root) <= _earliness(article):
        article.copy_of, article.copy_by = root.id, evidence
    else:
        version = latest_version(session, article.id)
        judged = version.judged_at if version is not None else None
        for number in [root.id, *copies_of(session, root.id)]:
            copy = session.get_one(Article, number)
            copy.copy_of = article.id
            for report in reports_of(session, number):
                if report.status == "matched":
                    # Its words may be older than its own page says.
                    report.status, report.waits_since = "changed", judged
        root.copy_by = evidence
    session.flush()
    _share_date(session, article)


def _share_date(session: Session, article: Article) -> None:
    """The undated ones of a group of copies take its earliest date, whichever of them was met first."""
    group = [article, *(session.get_one(Article, number) for number in sorted(group_of(session, article)))]
    dated = min((a for a in group if a.published), key=_earliness, default=None)
    for one in group:
        if one.published is None and dated is not None:
            one.published, one.published_precision = dated.published, dated.published_precision


def _earliness(article: Article) -> tuple[bool, datetime, int]:
    return article.published is None, article.published or article.first_seen, article.id


def group_of(session: Session, article: Article) -> frozenset[int]:
    """The other articles of the group of copies to which this one belongs."""
    root = article.copy_of or article.id
    return frozenset({root, *copies_of(session, root)}) - {article.id}


def inherit_day(session: Session, report: ReportRow) -> None:
    """A copy that is published again later tells of the first one's day, whatever "on Tuesday" means by then.

    Only of a text with the same figures: one that names another day is another text.
    """
    article = report.article
    group = [session.get_one(Article, i) for i in sorted(group_of(session, article))]
    dated = [a for a in group if a.published and _long_before(a, article)]
    own = latest_version(session, article.id)
    if not dated or own is None:
        return
    texts = {p.text for p in report.passages}
    for other in sorted(dated, key=lambda a: (a.published or a.first_seen, a.id)):
        version = latest_version(session, other.id)
        if version is None or not same_figures(own.text, version.text):
            continue
        for first in reports_of(session, other.id):
            if first.speaker_key == report.speaker_key and texts & {p.text for p in first.passages}:
                report.said_on, report.said_from, report.said_to = (
                    first.said_on,
                    first.said_from,
                    first.said_to,
                )
                report.reporting = first.reporting
                if first.said_on is None:
                    report.published = first.published or other.published
                return


def _long_before(other: Article, article: Article) -> bool:
    at = article.published or article.first_seen
    return other.published is not None and at - other.published > timedelta(days=1)


def inherit_date(session: Session, report: ReportRow) -> None:
    """A report of an undated copy takes the date of what it copies."""
    if report.published is not None:
        return
    _share_date(session, report.article)
    report.published = report.article.published
