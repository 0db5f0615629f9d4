"""versions unjudged -> find -> reports: what each text reports, or why it is held.

A later version of an article changes the reports that it has; it never makes a second one of the same
speaker in the same post on the same occasion. Reports that a new version lacks are withdrawn, not lost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from monitor.corroboration import OFFICIAL_OUTLETS
from monitor.identity import speaker_key
from monitor.identity.copies import sketch
from monitor.model import Analysis, Counts, Held, Page, Report, When
from monitor.pipeline import withdrawn
from monitor.pipeline.jobs import find_job
from monitor.pipeline.services import Services, Tally
from monitor.store.articles import page_from_json, unjudged
from monitor.store.copies import keep_sketch
from monitor.store.database import Session
from monitor.store.issues import raise_issue
from monitor.store.reports import passages_of, posts_of, reports_of, said_of, speaker_of, write_report
from monitor.store.schema import Article, ArticleVersion, ReportRow
from monitor.waypoints import passing

BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Job:
    """A version to be judged, with what its outlet's entry says."""

    version_id: int
    page: Page
    summary: str | None
    home: str | None  # the state or organisation whose own site this is
    country: str | None  # the country of a newspaper or broadcaster


def find(services: Services, articles: Collection[int] | None = None) -> Counts:
    """Judges every version that waits (or those of ``articles``) in the workers, storing each as it comes."""
    tally = Tally("find")
    after = 0
    while True:
        with services.database.reading() as session:
            jobs = [job_of(session, version) for version in unjudged(session, BATCH, after, articles)]
        if not jobs:
            return tally.counts()
        after = jobs[-1].version_id
        lists = services.settings.register_.files
        arguments = [(job.page, job.summary, services.now(), lists, job.home, job.country) for job in jobs]
        for job, result in zip(jobs, services.workers.map(find_job, arguments), strict=True):
            passing("find.analysed")
            if isinstance(result, Analysis):
                _store(services, tally, job, result)
            else:
                _unjudged(services, tally, job, result)
            passing("find.stored")


def job_of(session: Session, version: ArticleVersion) -> Job:
    """The page as it was read; a page without a date takes the article's, which its feed gave."""
    page = page_from_json(version.text, version.page)
    article = session.get_one(Article, version.article_id)
    if page.published is None and article.published is not None:
        when = When(article.published, article.published_precision or "minute", "feed")
        page = replace(page, published=when)
    return Job(version.id, page, version.summary, *_setting(article))


def _setting(article: Article) -> tuple[str | None, str | None]:
    """Whose own site the article stands on, and the country of its newspaper or broadcaster.

    An agency writes for the world, so its country says nothing of "the minister".
    """
    outlet = article.outlet
    if outlet is None:
        return None, None
    if outlet.kind in OFFICIAL_OUTLETS:
        return outlet.state or outlet.country, None
    return None, outlet.country if outlet.kind in ("newspaper", "broadcaster") else None


def _unjudged(services: Services, tally: Tally, job: Job, error: Exception) -> None:
    """A text that could not be judged is shown to a person and not tried again by itself."""
    now = services.now()
    with services.database.writing() as session:
        version = session.get_one(ArticleVersion, job.version_id)
        version.judged_at = now
        raise_issue(session, "analysis_failed", f"a{version.article_id}", str(error), now)
        item = f"a{version.article_id}"
    tally.refuse(item, str(error))


def _store(services: Services, tally: Tally, job: Job, analysis: Analysis) -> None:
    now = services.now()
    with services.database.writing("reports") as session:  # two that judge one text write one report
        version = session.get_one(ArticleVersion, job.version_id)
        if version.judged_at is not None:
            return  # another run was quicker
        article = session.get_one(Article, version.article_id)
        version.judged_at = now
        version.evidence = [asdict(e) for e in analysis.verdict.evidence]
        article.concerns = analysis.verdict.concerns or bool(article.concerns)
        if analysis.verdict.concerns or article.centrality is None:
            article.centrality = analysis.verdict.centrality
        if article.concerns and article.form != "liveblog":
            keep_sketch(session, article.id, sketch(version.text))
        posts = posts_of(session, article.id)
        for judged in analysis.posts:
            if judged.post.key in posts:
                posts[judged.post.key].concerns = judged.verdict.concerns
        new, held = _keep(session, article, version, analysis, now)
        for problem in analysis.page.problems:
            if problem.code == "posts_missing":
                raise_issue(session, problem.code, f"a{article.id}", problem.detail, now)
        session.flush()
        passing("find.written")
    tally.count("judged")
    tally.count("on_topic", int(analysis.verdict.concerns))
    tally.count("reports", new)
    tally.count("held", held)


def _keep(
    session: Session, article: Article, version: ArticleVersion, analysis: Analysis, now: datetime
) -> tuple[int, int]:
    """Writes the reports: (new ones, new ones that are held)."""
    known = list(reports_of(session, article.id))
    reports = analysis.reports
    if (words := withdrawn.notice(article, analysis)) is not None:
        if known:
            withdrawn.take_back(known, f"the outlet says: {words}", now)
            return 0, 0
        reports = tuple(replace(r, held=Held("pattern_unsure", f"the page says: {words}")) for r in reports)
    held = new = 0
    kept: set[int] = set()
    for report in reports:
        post = analysis.page.posts[report.post] if report.post is not None else None
        post_key = post.key if post else ""
        row = earlier(report, post_key, [r for r in known if r.id not in kept])
        fresh = row is None
        if row is None:
            row = ReportRow(article_id=article.id, post_key=post_key, found_at=now, status="new")
            session.add(row)
        published = post.time if post and post.time else analysis.page.published
        key = speaker_key(report.speaker)
        before = _told(row) if row.status == "matched" and post_key else None
        write_report(
            row,
            report,
            version=version,
            key=key,
            language=analysis.page.language,
            published=published.value if published else None,
        )
        if before is None or before != _told(row):  # a post that stands as it stood is left alone
            row.status, row.waits_since = _next_status(row, report), now
        row.withdrawn_at = row.withdrawn_why = None
        session.flush()
        kept.add(row.id)
        new += int(fresh)
        held += int(fresh and report.held is not None)
    withdrawn.left_behind(session, article, version, known, kept, now)
    return new, held


def _told(row: ReportRow) -> tuple[object, ...]:
    """What a report tells, without its place in the text."""
    words = [(p.kind, p.text, p.where, p.fidelity, p.rule) for p in passages_of(row)]
    facts = row.reporting, row.venue, list(row.positions), row.published, row.held_reason
    return speaker_of(row), said_of(row), words, facts


def _next_status(row: ReportRow, report: Report) -> str:
    """A report that has its statement keeps it, and is brought up to its new words; a person's no stays."""
    if row.status == "rejected":
        return row.status
    if row.status in ("matched", "changed", withdrawn.GONE) or (
        row.status == "withdrawn" and row.first_statement is not None
    ):
        return "changed"
    return "held" if report.held else "waiting"


def earlier(report: Report, post_key: str, known: Sequence[ReportRow]) -> ReportRow | None:
    """The report of an earlier version that this one is: same post, same speaker, no other day."""
    key = speaker_key(report.speaker)
    for row in known:
        days = {row.said_on, report.said.on} - {None}
        if row.post_key == post_key and row.speaker_key == key and len(days) < 2:
            return row
    texts = {p.text for p in report.passages}
    for row in known:
        if row.post_key == post_key and texts & {p.text for p in row.passages}:
            return row
    return None
