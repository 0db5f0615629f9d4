"""versions judged -> propose -> held reports: what an optional language model sees that the rules do not.

Off unless ``[proposals]`` names an endpoint. The model is asked once about a text; its answer is kept. What
it proposes is held for a person and never told by itself. A day's tokens are bounded; when they are spent,
or when the endpoint does not answer, what is left waits for a later run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from monitor.errors import AdviserFailed
from monitor.identity import speaker_key
from monitor.model import Counts, Page, Report
from monitor.pipeline.find import earlier, job_of
from monitor.pipeline.jobs import propose_job
from monitor.pipeline.services import Services, Tally
from monitor.ports import Proposer, Question
from monitor.proposals import BadAnswer, located, proposals_of, question
from monitor.store.articles import page_from_json
from monitor.store.database import Session
from monitor.store.issues import close_issue, raise_issue
from monitor.store.model_answers import answer_of, tokens_spent, unadvised
from monitor.store.reports import reports_of, write_report
from monitor.store.schema import Article, ArticleVersion, ModelAnswer, ReportRow

#: Versions looked at in one go.
BATCH: Final = 20
#: After so many failures in a row the endpoint is left alone until the next run.
PATIENCE: Final = 3
ISSUE: Final = "adviser_failing"


def propose(services: Services) -> Counts:
    """Asks about every text on the topic that the model has not seen, newest first."""
    tally = Tally("propose")
    proposer = services.proposer
    if proposer is None:
        return tally.counts()
    failures = 0
    for number, text_hash, page in _unseen(services):
        asked = question(page.text, page.title)
        if not _answered(services, text_hash, proposer.model, asked):
            if _spent(services, asked):
                tally.count("waits_for_budget")
                break
            if not _ask(services, tally, proposer, text_hash, asked):
                failures += 1
                if failures >= PATIENCE:
                    break
                continue
            failures = 0
        _apply(services, tally, number, proposer.model, asked)
    return tally.counts()


def _unseen(services: Services) -> Iterator[tuple[int, str, Page]]:
    """(version, hash of its text, page) of what no model has seen, the newest first."""
    since = services.now() - timedelta(days=services.settings.proposals.days)
    before: int | None = None
    while True:
        with services.database.reading() as session:
            versions = unadvised(session, since, BATCH, before)
            batch = [(v.id, v.text_hash, page_from_json(v.text, v.page)) for v in versions]
        if not batch:
            return
        before = batch[-1][0]
        yield from batch


def _answered(services: Services, text_hash: str, model: str, asked: Question) -> bool:
    with services.database.reading() as session:
        return answer_of(session, text_hash, model, asked.version) is not None


def _spent(services: Services, asked: Question) -> bool:
    """Whether the question might take more than what is left of the day's tokens (four bytes a token)."""
    with services.database.reading() as session:
        spent = tokens_spent(session, services.now())
    return spent + len(asked.user.encode()) // 4 > services.settings.proposals.daily_tokens


def _ask(services: Services, tally: Tally, proposer: Proposer, text_hash: str, asked: Question) -> bool:
    """Asks and keeps the answer, or the fact that it was none; False where asking later may help."""
    content: str | None = None
    problem: str | None = None
    tokens = len(asked.user.encode()) // 4
    try:
        advice = proposer.propose(asked)
        content, tokens = advice.content, advice.tokens
        proposals_of(content)
    except BadAnswer as error:
        content, problem = None, f"bad answer: {error}"
    except AdviserFailed as error:
        if error.state != "adviser_nonsense":
            tally.count("delayed")
            with services.database.writing() as session:
                raise_issue(session, ISSUE, proposer.model, str(error), services.now())
            return False
        problem = str(error)
    tally.count("asked")
    tally.count("bad_answers", int(problem is not None))
    with services.database.writing() as session:
        close_issue(session, ISSUE, proposer.model, services.now())
        if answer_of(session, text_hash, proposer.model, asked.version) is None:
            session.add(
                ModelAnswer(
                    text_hash=text_hash, model=proposer.model, question=asked.version,
                    asked_at=services.now(), tokens=tokens, content=content, problem=problem,
                )
            )  # fmt: skip
    return True


def _apply(services: Services, tally: Tally, version_id: int, model: str, asked: Question) -> None:
    """Writes what of the kept answer stands in the text, held, and marks the version as seen."""
    with services.database.reading() as session:
        version = session.get_one(ArticleVersion, version_id)
        answer = answer_of(session, version.text_hash, model, asked.version)
        content = answer.content if answer is not None else None
        job = job_of(session, version)
    found, dropped = located(proposals_of(content) if content else (), job.page.text)
    reports: tuple[Report, ...] = ()
    if found:
        lists = services.settings.register_.files
        arguments = (job.page, found, model, job.summary, services.now(), lists, job.home, job.country)
        result = next(iter(services.workers.map(propose_job, [arguments])))
        if isinstance(result, Exception):
            tally.refuse(f"v{version_id}", str(result))
        else:
            reports, problems = result
            with services.database.writing() as session:
                for problem in problems:
                    subject = f"a{session.get_one(ArticleVersion, version_id).article_id}"
                    raise_issue(session, problem.code, subject, problem.detail, services.now())
    with services.database.writing() as session:
        version = session.get_one(ArticleVersion, version_id)
        if version.advised_at is not None:
            return  # another run was quicker
        version.advised_at = services.now()
        held = _keep(session, version, reports, services)
    tally.count("proposed", len(found) + len(dropped))
    tally.count("not_in_text", len(dropped))
    tally.count("held", held)


def _keep(session: Session, version: ArticleVersion, reports: tuple[Report, ...], services: Services) -> int:
    """Held rows of what is new; what a rule has by now, or a person refused before, stays as it is."""
    article = session.get_one(Article, version.article_id)
    page = page_from_json(version.text, version.page)
    known = list(reports_of(session, article.id))
    made = 0
    for report in reports:
        post = page.posts[report.post] if report.post is not None else None
        post_key = post.key if post else ""
        row = earlier(report, post_key, known)
        if row is not None and row.status != "withdrawn":
            continue
        if row is None:
            row = ReportRow(article_id=article.id, post_key=post_key, found_at=services.now(), status="held")
            session.add(row)
        published = post.time if post and post.time else page.published
        write_report(
            row, report, version=version, key=speaker_key(report.speaker), language=page.language,
            published=published.value if published else article.published,
        )  # fmt: skip
        row.status = "held"
        session.flush()
        made += 1
    return made
