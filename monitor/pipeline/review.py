"""A person's answers: they are kept beside the machine's, and the machine respects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.errors import UsageError
from monitor.pipeline.again import take_back
from monitor.pipeline.announce import settle
from monitor.pipeline.services import Services
from monitor.store.alerts import deliveries_of
from monitor.store.database import Session
from monitor.store.schema import ReportRow, Review, StatementRow
from monitor.store.statements import appearance_of_report, living

Target = tuple[str, int]  # ("s", 12) a statement, ("h", 9) a held report


def confirm(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are right; held reports wait to be matched. A line for each. Raises UsageError."""
    lines = []
    with services.database.writing() as session:
        for kind, number in targets:
            if kind == "s":
                statement = statement_of(session, number)
                note(session, services, "confirm", [f"s{number}"], by, why, {"review": statement.review})
                statement.review = "confirmed"
                settle(services, session, statement)
                lines.append(f"s{statement.id} confirmed")
                continue
            report = _held(session, number)
            before = {"reason": report.held_reason, "detail": report.held_detail}
            note(session, services, "confirm", [f"h{number}"], by, why, before)
            lines.append(_take_up(services, session, report))
    return lines


def reject(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are not told, queued ones not sent; held reports are set aside. Raises UsageError."""
    lines = []
    with services.database.writing() as session:
        for kind, number in targets:
            if kind == "s":
                statement = statement_of(session, number)
                note(session, services, "reject", [f"s{number}"], by, why, {"review": statement.review})
                statement.review = "rejected"
                told = any(d.status == "sent" for d in deliveries_of(session, statement.id))
                settle(services, session, statement)
                if told:
                    take_back(services, session, statement, why or "a reader found that it is wrong")
                lines.append(f"s{statement.id} rejected" + (", though it was told already" if told else ""))
                continue
            report = _held(session, number)
            before = {"reason": report.held_reason, "detail": report.held_detail}
            note(session, services, "reject", [f"h{number}"], by, why, before)
            report.status = "rejected"
            lines.append(f"h{number} rejected")
    return lines


def _take_up(services: Services, session: Session, report: ReportRow) -> str:
    """A held report goes on: a possible duplicate becomes what it may be, any other waits to be matched."""
    appearance = appearance_of_report(session, report.id)
    report.held_reason = report.held_detail = None
    if appearance is None:
        report.status = "waiting"
        return f"h{report.id} goes on to be matched at the next announce"
    appearance.possible, appearance.same_by = False, f"{appearance.same_by}, confirmed by a person"
    report.status = "matched"
    statement = living(session, appearance.statement_id)
    if statement is not None:
        session.flush()
        settle(services, session, statement)
    return f"h{report.id} is of s{appearance.statement_id}"


def statement_of(session: Session, number: int) -> StatementRow:
    """The living statement of that id. Raises UsageError."""
    statement = living(session, number)
    if statement is None:
        raise UsageError(f"there is no statement s{number}")
    return statement


def _held(session: Session, number: int) -> ReportRow:
    report = session.get(ReportRow, number)
    if report is None or report.status != "held":
        raise UsageError(f"there is no held report h{number}")
    return report


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
