"""A person's answers: they are kept beside the machine's, and the machine respects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.errors import UsageError
from monitor.pipeline.announce import settle
from monitor.pipeline.services import Services
from monitor.store.alerts import deliveries_of
from monitor.store.database import Session
from monitor.store.schema import ReportRow, Review, StatementRow
from monitor.store.statements import living

Target = tuple[str, int]  # ("s", 12) a statement, ("h", 9) a held report


def confirm(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are right; held reports wait to be matched. A line for each. Raises UsageError."""
    lines = []
    with services.database.writing() as session:
        for kind, number in targets:
            if kind == "s":
                statement = _statement(session, number)
                _note(session, services, "confirm", [f"s{number}"], by, why, {"review": statement.review})
                statement.review = "confirmed"
                settle(services, session, statement)
                lines.append(f"s{statement.id} confirmed")
                continue
            report = _held(session, number)
            before = {"reason": report.held_reason, "detail": report.held_detail}
            _note(session, services, "confirm", [f"h{number}"], by, why, before)
            report.status, report.held_reason, report.held_detail = "waiting", None, None
            lines.append(f"h{number} goes on to be matched at the next announce")
    return lines


def reject(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """Statements are not told, queued ones not sent; held reports are set aside. Raises UsageError."""
    lines = []
    with services.database.writing() as session:
        for kind, number in targets:
            if kind == "s":
                statement = _statement(session, number)
                _note(session, services, "reject", [f"s{number}"], by, why, {"review": statement.review})
                statement.review = "rejected"
                told = any(d.status == "sent" for d in deliveries_of(session, statement.id))
                settle(services, session, statement)
                lines.append(f"s{statement.id} rejected" + (", though it was told already" if told else ""))
                continue
            report = _held(session, number)
            before = {"reason": report.held_reason, "detail": report.held_detail}
            _note(session, services, "reject", [f"h{number}"], by, why, before)
            report.status = "rejected"
            lines.append(f"h{number} rejected")
    return lines


def _statement(session: Session, number: int) -> StatementRow:
    statement = living(session, number)
    if statement is None:
        raise UsageError(f"there is no statement s{number}")
    return statement


def _held(session: Session, number: int) -> ReportRow:
    report = session.get(ReportRow, number)
    if report is None or report.status != "held":
        raise UsageError(f"there is no held report h{number}")
    return report


def _note(
    session: Session,
    services: Services,
    action: str,
    targets: list[str],
    by: str,
    why: str | None,
    before: Mapping[str, object],
) -> None:
    session.add(
        Review(at=services.now(), by=by, action=action, targets=targets, why=why, before=dict(before))
    )
