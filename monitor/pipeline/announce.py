"""reports waiting -> announce -> appearances, or a statement with its alert and a delivery a reader.

Each report is one transaction, and matching is serialised in the database, so that two runs at once make
no second statement. The alert is decided again whenever a statement gains or changes a report.
"""

from __future__ import annotations

from datetime import datetime

from monitor.identity import New, Possible, decide
from monitor.identity.decide import interval
from monitor.model import AlertReason, Counts
from monitor.newness import Decision, Seen
from monitor.newness import decide as decide_alert
from monitor.pipeline.copies import group_of, inherit_date, link_copies, link_copy
from monitor.pipeline.gathered import gather, published
from monitor.pipeline.readers import give
from monitor.pipeline.services import Services, Tally
from monitor.store.database import Session
from monitor.store.questions import versions_of
from monitor.store.reports import posts_of, waiting_ids
from monitor.store.schema import Appearance, ArticleVersion, ReportRow, StatementRow
from monitor.store.statements import (
    appearance_of_report,
    candidates,
    heard,
    living,
    reports_by_statement,
)
from monitor.waypoints import passing


def announce(services: Services) -> Counts:
    """Matches every report that waits, dated ones first."""
    tally = Tally("announce")
    link_copies(services, tally)
    with services.database.reading() as session:
        ids = waiting_ids(session)
    for report_id in ids:
        with services.database.writing() as session:
            services.database.serialise(session, "statements")
            _one(services, tally, session, report_id)
            passing("announce.matched")
        passing("announce.stored")
    return tally.counts()


def _one(services: Services, tally: Tally, session: Session, report_id: int) -> None:
    report = session.get_one(ReportRow, report_id)
    if report.status == "changed":
        _brought_up(services, tally, session, report)
        return
    if report.status != "waiting":
        return
    now = services.now()
    link_copy(session, report.article)
    inherit_date(session, report)
    seen = heard(report, group_of(session, report.article))
    decision = decide(seen, candidates(session, report, interval(seen)))
    if isinstance(decision, New):
        statement = _new_statement(session, report, min(met(session, report), now))
        why = decision.why if decision.nearest is None else f"s{decision.nearest}: {decision.why}"
        _attach(session, statement, report, "first report", now)
        tally.count("new_statements")
        settle(services, session, statement, why_new=why)
        return
    found = living(session, decision.id)
    if found is None:  # pragma: no cover - a candidate is a row of this transaction
        raise LookupError(f"s{decision.id}")
    if isinstance(decision, Possible):
        _attach(session, found, report, decision.by, now, possible=True)
        report.status, report.held_reason = "held", "possible_duplicate"
        report.held_detail = f"may be s{found.id}: {decision.by}"
        tally.count("possible_duplicates")
        return
    _attach(session, found, report, decision.by, now)
    tally.count("appearances")
    settle(services, session, found)


def _brought_up(services: Services, tally: Tally, session: Session, report: ReportRow) -> None:
    """An edited article: its statement takes the new words; what was told is not told again."""
    report.status = "matched"
    appearance = appearance_of_report(session, report.id)
    if appearance is not None and (statement := living(session, appearance.statement_id)):
        settle(services, session, statement)
        tally.count("changed")


def _attach(
    session: Session,
    statement: StatementRow,
    report: ReportRow,
    by: str,
    now: datetime,
    *,
    possible: bool = False,
) -> None:
    appearance = appearance_of_report(session, report.id)
    if appearance is None:
        appearance = Appearance(report_id=report.id, article_id=report.article_id)
        session.add(appearance)
    # One that was possible may have become sure, or be of another statement by an article's new words.
    appearance.statement_id, appearance.same_by, appearance.possible = statement.id, by, possible
    appearance.attached_at = now
    report.status, report.matched_at = "matched", now
    session.flush()


def met(session: Session, report: ReportRow) -> datetime:
    """When we first met what is reported: with its post, with the version that brought it, or its article."""
    post = posts_of(session, report.article_id).get(report.post_key) if report.post_key else None
    if post is not None:
        return post.first_seen
    version = session.get_one(ArticleVersion, report.version_id)
    return version.fetched_at if version.number > 1 else report.article.first_seen


def _silent(session: Session, report: ReportRow) -> AlertReason | None:
    """Why a report makes no instant alert; a post that came after its page was first met is not old."""
    silent = report.article.silent
    if silent != "baseline" or not report.post_key:
        return silent
    first = versions_of(session, report.article_id)[0]
    return None if met(session, report) > first.fetched_at else silent


def _new_statement(session: Session, report: ReportRow, first_met: datetime) -> StatementRow:
    statement = StatementRow(
        first_seen=first_met,
        speaker="",
        speaker_en="",
        speaker_key="",
        kind=report.kind,
        positions=[],
        reporting=report.reporting,
        corroboration="unverified",
    )
    gather(statement, [report])
    session.add(statement)
    session.flush()
    return statement


def settle(
    services: Services, session: Session, statement: StatementRow, *, why_new: str | None = None
) -> None:
    """Brings a statement up to its reports, then decides whether it is to be told, and writes the rows."""
    reports = reports_by_statement(session, [statement.id]).get(statement.id, [])
    if not reports:
        return
    gather(statement, reports)
    session.flush()
    rejected = statement.review == "rejected"
    decision = decide_alert(
        kind=statement.kind,
        said_on=statement.said_on,
        first_met=statement.first_seen,
        seen=[Seen(r.reporting, published(r), _silent(session, r)) for r in reports],
        corroboration=statement.corroboration,
        window_hours=services.settings.alerts.window_hours,
        rejected=rejected,
    )
    if decision.how != "not_told" and all(r.article.origin == "ingest" and r.article.silent for r in reports):
        # Documents that were put in without being announced write no alert rows, not for digests either.
        decision = Decision("not_told", "backfill")
    give(services, session, statement, decision, why_new=why_new)
