"""A person's answers: they are kept beside the machine's, and the machine respects them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from monitor.errors import UsageError
from monitor.pipeline.again import take_back
from monitor.pipeline.announce import settle
from monitor.pipeline.services import Services
from monitor.store.alerts import deliveries_of
from monitor.store.database import Session
from monitor.store.schema import Appearance, ReportRow, Review, StatementRow
from monitor.store.statements import appearance_of_report, appearances_of, living

Target = tuple[str, int]  # ("s", 12) a statement, ("h", 9) a report


def confirm(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are right; held (or rejected) reports go on. A line for each. Raises UsageError."""
    lines = []
    with turn(services) as session:
        for kind, number in targets:
            if kind == "s":
                statement = statement_of(session, number)
                note(session, services, "confirm", [f"s{number}"], by, why, {"review": statement.review})
                statement.review = "confirmed"
                settle(services, session, statement)
                lines.append(f"s{statement.id} confirmed")
                continue
            report = report_of(session, number)
            if report.status not in ("held", "rejected"):
                raise UsageError(f"h{number} is neither held nor rejected")
            note(session, services, "confirm", [f"h{number}"], by, why, standing_of(session, report))
            lines.append(_take_up(services, session, report))
    return lines


def reject(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are not told, queued ones not sent; reports are set aside. Raises UsageError."""
    lines = []
    with turn(services) as session:
        for kind, number in targets:
            if kind == "s":
                statement = statement_of(session, number)
                note(session, services, "reject", [f"s{number}"], by, why, {"review": statement.review})
                lines.append(_reject_statement(services, session, statement, why))
                continue
            report = report_of(session, number)
            if report.status == "rejected":
                raise UsageError(f"h{number} was rejected already")
            note(session, services, "reject", [f"h{number}"], by, why, standing_of(session, report))
            _set_aside(services, session, report)
            lines.append(f"h{number} rejected")
    return lines


def restore(services: Services, session: Session, review: Review) -> str:
    """Things are as they were before somebody confirmed or rejected one statement or report."""
    target, before = str(review.targets[0]), dict(review.before or {})
    if target.startswith("s"):
        statement = statement_of(session, int(target[1:]))
        statement.review = before.get("review")
        settle(services, session, statement)
        return f"s{statement.id} is as it was"
    report = report_of(session, int(target[1:]))
    report.status = before.get("status") or "held"
    report.waits_since = services.now()  # where it waits again, it does from now on
    report.held_reason, report.held_detail = before.get("reason"), before.get("detail")
    appearance = appearance_of_report(session, report.id)
    if appearance is not None and "statement" not in before:
        if report.status == "held":  # it was matched since: it goes back to wait for a person
            appearance.possible = True
    elif appearance is not None:
        appearance.possible, appearance.pinned = bool(before.get("possible")), bool(before.get("pinned"))
    _settle_home(services, session, appearance)
    return f"h{report.id} is as it was"


# --- steps ----------------------------------------------------------------------------------------------


@contextmanager
def turn(services: Services) -> Iterator[Session]:
    """A writing session in turn with matching."""
    with services.database.writing("statements") as session:
        yield session


def _take_up(services: Services, session: Session, report: ReportRow) -> str:
    """A held report goes on: a possible duplicate becomes what it may be, any other waits to be matched."""
    appearance = appearance_of_report(session, report.id)
    report.held_reason = report.held_detail = None
    if appearance is None:
        report.status, report.waits_since = "waiting", services.now()
        return f"h{report.id} goes on to be matched at the next announce"
    if appearance.possible:
        appearance.same_by = f"{appearance.same_by}, confirmed by a person"
        appearance.possible = False
        hold_together(session, appearance.statement_id)
    report.status = "matched"
    statement = _settle_home(services, session, appearance)
    return f"h{report.id} is of s{statement.id if statement else appearance.statement_id}"


def _reject_statement(services: Services, session: Session, statement: StatementRow, why: str | None) -> str:
    statement.review = "rejected"
    told = any(d.status == "sent" for d in deliveries_of(session, statement.id))
    settle(services, session, statement)
    if told:
        take_back(services, session, statement, why)
    return f"s{statement.id} rejected" + (", though it was told already" if told else "")


def _set_aside(services: Services, session: Session, report: ReportRow) -> None:
    """A report counts no more. Raises UsageError for the only one of a statement."""
    appearance = appearance_of_report(session, report.id)
    if appearance is not None and not appearance.possible:
        others = [
            a
            for a in appearances_of(session, appearance.statement_id)
            if a.report_id != report.id and not a.possible and a.report.status != "rejected"
        ]
        if not others:
            raise UsageError(f"h{report.id} is the only report of s{appearance.statement_id}: reject that")
    report.status = "rejected"
    _settle_home(services, session, appearance)


def _settle_home(services: Services, session: Session, appearance: Appearance | None) -> StatementRow | None:
    session.flush()
    statement = living(session, appearance.statement_id) if appearance is not None else None
    if statement is not None:
        settle(services, session, statement)
    return statement


def hold_together(session: Session, statement: int) -> None:
    """Pins the reports of a statement: a person said that they are one, and nobody is asked a second time."""
    session.flush()
    for appearance in appearances_of(session, statement):
        appearance.pinned = appearance.pinned or not appearance.possible


def statement_of(session: Session, number: int) -> StatementRow:
    """The living statement of that id. Raises UsageError."""
    statement = living(session, number)
    if statement is None:
        raise UsageError(f"there is no statement s{number}")
    return statement


def report_of(session: Session, number: int) -> ReportRow:
    """The report of that id. Raises UsageError."""
    report = session.get(ReportRow, number)
    if report is None:
        raise UsageError(f"there is no report h{number}")
    return report


def standing_of(session: Session, report: ReportRow) -> dict[str, object]:
    """How a report stands, to be put back one day."""
    before: dict[str, object] = {
        "status": report.status,
        "reason": report.held_reason,
        "detail": report.held_detail,
    }
    appearance = appearance_of_report(session, report.id)
    if appearance is not None:
        before |= {
            "statement": appearance.statement_id,
            "possible": appearance.possible,
            "pinned": appearance.pinned,
        }
    return before


def note(
    session: Session,
    services: Services,
    action: str,
    targets: list[str],
    by: str,
    why: str | None,
    before: Mapping[str, object],
) -> Review:
    """Keeps an answer: who, when, why, and how things were before."""
    row = Review(at=services.now(), by=by, action=action, targets=targets, why=why, before=dict(before))
    session.add(row)
    session.flush()
    return row
