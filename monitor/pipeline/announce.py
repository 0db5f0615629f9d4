"""reports waiting -> announce -> appearances, or a statement with its alert and a delivery a reader.

Each report is one transaction, and matching is serialised in the database, so that two runs at once make
no second statement. The alert is decided again whenever a statement gains or changes a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.errors import ClusterwatchError
from monitor.identity import New, decide
from monitor.identity.decide import is_background
from monitor.model import AlertReason, Counts
from monitor.newness import Decision, Seen
from monitor.newness import decide as decide_alert
from monitor.pipeline import quarantine, withdrawn
from monitor.pipeline.copies import inherit_date, inherit_day, link_copies, link_copy
from monitor.pipeline.gathered import carried, gather, is_withdrawn, published
from monitor.pipeline.matching import Block, Outcome, alive, block_of, reconcile
from monitor.pipeline.readers import give
from monitor.pipeline.related import relate, what_it_is
from monitor.pipeline.services import Services, Tally
from monitor.schedule import recheck_wait
from monitor.store.alerts import alert_of
from monitor.store.database import Session
from monitor.store.issues import raise_issue
from monitor.store.questions import versions_of
from monitor.store.relations import has_company
from monitor.store.reports import posts_of, waiting_ids
from monitor.store.schema import ArticleVersion, ReportRow, StatementRow
from monitor.store.statements import appearance_of_report, heard, living, remember, reports_by_statement
from monitor.store.storms import articles_told, met_ahead
from monitor.storms import ARTICLES, STATEMENTS_IN
from monitor.waypoints import passing


def announce(services: Services) -> Counts:
    """Matches every report that waits, dated ones first."""
    tally = Tally("announce")
    link_copies(services, tally)
    with services.database.reading() as session:
        ids, ahead = waiting_ids(session), [s.id for s in met_ahead(session, services.now())]
    _put_right(services, ahead)
    for report_id in ids:
        try:
            with services.database.writing("statements") as session:
                passing("announce.begun")
                _one(services, tally, session, report_id)
                session.flush()
                passing("announce.written")
        except ClusterwatchError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one report does, the others go on
            _set_aside(services, tally, report_id, error)
        passing("announce.stored")
    return tally.counts()


def _put_right(services: Services, numbers: Sequence[int]) -> None:
    """What was found late only by a clock that ran ahead is judged by the one that runs now."""
    for number in numbers:
        with services.database.writing("statements") as session:
            settle(services, session, session.get_one(StatementRow, number))


def _set_aside(services: Services, tally: Tally, report_id: int, error: Exception) -> None:
    """A report that cannot be matched waits for a person, who may send it on again."""
    with services.database.writing() as session:
        report = session.get_one(ReportRow, report_id)
        report.status, report.held_reason = "held", "pattern_unsure"
        report.held_detail = f"matching failed: {error!r}"
        raise_issue(session, "matching_failed", f"h{report_id}", repr(error), services.now())
    tally.refuse(f"h{report_id}", repr(error))


def _one(services: Services, tally: Tally, session: Session, report_id: int) -> None:
    report = session.get_one(ReportRow, report_id)
    if report.status == withdrawn.GONE:
        _taken_back(services, tally, session, report)
        return
    if report.status not in ("waiting", "changed"):
        return
    now, changed = services.now(), report.status == "changed"
    link_copy(session, report.article)
    inherit_date(session, report)
    inherit_day(session, report)
    remember(session, report)
    found, quiet = block_of(session, report), from_archive(report)

    def make(rows: Sequence[ReportRow]) -> int:
        return _new_statement(session, rows, min(*(met(session, r) for r in rows), now)).id

    outcome = reconcile(session, found, found.arranged(), make, now)
    if changed:
        report.status = "held" if outcome.placed.possible else "matched"
    tally.count("changed" if changed else _word(outcome))
    session.flush()
    passing("announce.matched")
    _watch(session, report, now)
    if outcome.merged:
        tally.count("merged", len(outcome.merged))
    for statement in alive(session, {outcome.statement, *outcome.touched}):
        split = outcome.made.get(statement.id)
        if split is None:
            before = what_it_is(statement)
            settle(services, session, statement, quiet=quiet)
            joined = statement.id in outcome.merged.values() or has_company(session, report.article_id)
            if joined or what_it_is(statement) != before:
                relate(session, statement)
            continue
        why = _why(found, statement.id)
        if related := relate(session, statement):
            why = f"{why}; it {related}"
        settle(services, session, statement, why_new=why, split_from=split, quiet=quiet)


def _taken_back(services: Services, tally: Tally, session: Session, report: ReportRow) -> None:
    """The statement of a report that its outlet took back hears of it."""
    report.status = "withdrawn"
    appearance = appearance_of_report(session, report.id)
    statement = living(session, appearance.statement_id) if appearance is not None else None
    session.flush()
    if statement is not None:
        settle(services, session, statement)
    tally.count("withdrawn")


def _watch(session: Session, report: ReportRow, now: datetime) -> None:
    """The page of a statement is looked at again a few times: outlets correct and take back."""
    article = report.article
    if article.origin != "feed" or article.form == "liveblog" or article.revisits or article.revisit_at:
        return
    wait = recheck_wait(0)
    if wait is not None and session.get_one(ArticleVersion, report.version_id).source == "page":
        article.revisit_at = now + wait


def _word(outcome: Outcome) -> str:
    if outcome.placed.possible:
        return "possible_duplicates"
    return "new_statements" if outcome.statement in outcome.made else "appearances"


def _why(found: Block, number: int) -> str:
    """Why a statement is thought new: the nearest one that the ledger has, and what tells them apart."""
    decision = decide(found.report.heard, [k for k in found.nearest if k.id != number])
    if not isinstance(decision, New):
        return f"near s{decision.id} ({decision.by}), but its reports say otherwise"
    return decision.why if decision.nearest is None else f"s{decision.nearest}: {decision.why}"


def made_by_hand(services: Services, session: Session, rows: Sequence[ReportRow]) -> StatementRow:
    """A statement of reports that a person has told apart from another's."""
    return _new_statement(session, rows, min(*(met(session, r) for r in rows), services.now()))


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


def _new_statement(session: Session, reports: Sequence[ReportRow], first_met: datetime) -> StatementRow:
    statement = StatementRow(
        first_seen=first_met,
        speaker="",
        speaker_en="",
        speaker_key="",
        kind=reports[0].kind,
        positions=[],
        reporting=reports[0].reporting,
        corroboration="unverified",
    )
    gather(statement, reports)
    session.add(statement)
    session.flush()
    return statement


def settle(
    services: Services,
    session: Session,
    statement: StatementRow,
    *,
    why_new: str | None = None,
    split_from: Sequence[int] = (),
    quiet: bool = False,
) -> None:
    """Brings a statement up to its reports, then decides whether it is to be told, and writes the rows.

    ``split_from``: the statements of which its reports were before; what those told of goes to digests.
    ``quiet``: what an archive adds tells nobody anything, neither a first message nor an update.
    """
    reports = reports_by_statement(session, [statement.id]).get(statement.id, [])
    if not reports:
        return
    gather(statement, reports)
    session.flush()
    rejected = statement.review == "rejected"
    decision = decide_alert(
        kind=statement.kind,
        said_on=statement.said_on,
        first_met=min(statement.first_seen, services.now()),  # a clock that ran ahead does not count
        seen=[Seen(r.reporting, published(r), _silent(session, r)) for r in carried(reports)],
        corroboration=statement.corroboration,
        window_hours=services.settings.alerts.window_hours,
        rejected=rejected,
        withdrawn=all(is_withdrawn(r) for r in reports),
    )
    if decision.how != "not_told" and all(
        r.article.origin in ("ingest", "backfill") and r.article.silent for r in reports
    ):
        # What was put in, or found in an archive, without being announced writes no alert rows, not for
        # digests either.
        decision = Decision("not_told", "backfill")
    if quiet or decision.reason == "backfill":
        decision = _as_it_was(session, statement, decision)
    if decision.how == "instant" and all(is_background(heard(r)) for r in reports):
        decision = Decision("digest", "undated")
    if decision.how == "instant" and any(alert_of(session, number) for number in split_from):
        decision = Decision("digest", "reviewed")
    if decision.how == "instant" and why_new is not None and _flooded(services, session, reports):
        decision = Decision("digest", "storm")
    give(services, session, statement, decision, why_new=why_new, quiet=quiet)


def from_archive(report: ReportRow) -> bool:
    """Whether a report comes from an archive only, which tells nobody anything by itself."""
    return report.article.origin == "backfill" and report.article.silent == "backfill"


def _as_it_was(session: Session, statement: StatementRow, decision: Decision) -> Decision:
    """What an archive adds makes nothing be told that was not: the decision as far as it was made before."""
    alert = alert_of(session, statement.id)
    if alert is None:
        return Decision("not_told", decision.reason if decision.how == "not_told" else "backfill")
    if alert.late and (decision.how == "instant" or decision.reason == "backfill"):
        return Decision("digest", alert.reason)
    return decision


def _flooded(services: Services, session: Session, reports: Sequence[ReportRow]) -> bool:
    """Whether one outlet alone has brought a flood of new statements; then its articles are silent."""
    outlets = {r.article.outlet_id for r in reports if r.article.origin == "feed"}
    if len(outlets) != 1 or None in outlets:
        return False
    article, now = reports[0].article, services.now()
    if articles_told(session, article.outlet_id or 0, now - STATEMENTS_IN, now) < ARTICLES:
        return False
    for report in reports:
        report.article.silent = "storm"
    outlet = article.outlet
    if outlet is not None:
        detail = f"{outlet.name} brought statements in {ARTICLES} articles within an hour; more go to digests"
        quarantine.tell(services, session, quarantine.OUTLET, outlet.key, detail)
    return True
