"""A person puts reports where they belong: merge, split, assign, and an answer taken back.

What a person has placed is pinned: later matching neither moves it nor joins what was told apart. Each
answer keeps where everything was before, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from monitor.errors import UsageError
from monitor.pipeline.announce import made_by_hand, settle
from monitor.pipeline.copies import inherit_date, link_copy
from monitor.pipeline.matching import merge as join
from monitor.pipeline.review import Target, hold_together, note, report_of, restore, statement_of, turn
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.schema import Appearance, ReportRow, Review, StatementRow
from monitor.store.statements import appearance_of_report, appearances_of, living, remember

#: The answers that can be taken back.
UNDONE: Final = ("confirm", "reject", "merge", "split", "assign")
#: Why a statement goes on to another that a person gave its last report.
LAST_TAKEN: Final = "a person took its last report"


def merge(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """These statements are one; the oldest keeps its id, the others' ids go on to it. Raises UsageError."""
    numbers = _statements(targets)
    with turn(services) as session:
        rows = {row.id: row for n in numbers if (row := statement_of(session, n))}
        if len(rows) < 2:
            raise UsageError("merge takes two statements or more that are not one already")
        keep, *others = sorted(rows)
        before = _places(a for n in sorted(rows) for a in appearances_of(session, n))
        review = note(session, services, "merge", [f"s{n}" for n in sorted(rows)], by, why, before)
        for number in others:
            join(session, number, keep, f"by {by} (r{review.id})", services.now())
        for appearance in appearances_of(session, keep):
            if not appearance.possible and appearance.report.status != "rejected":
                _pin(appearance, keep, f"merged by {by}")
        session.flush()
        settle(services, session, rows[keep])
        return [f"s{n} is now s{keep}" for n in others]


def split(services: Services, targets: Sequence[Target], *, by: str, why: str | None) -> list[str]:
    """These reports (h…) of one statement are a statement of their own; an automatic merge (s…) is undone.

    Raises UsageError.
    """
    reports = [n for kind, n in targets if kind == "h"]
    merged = [n for kind, n in targets if kind == "s"]
    lines: list[str] = []
    with turn(services) as session:
        for number in merged:
            lines.append(_unmerge(services, session, number, by, why))
        if reports:
            lines.append(_split_off(services, session, reports, by, why))
    return lines


def assign(services: Services, targets: Sequence[Target], to: int, *, by: str, why: str | None) -> list[str]:
    """These reports (h…) are of statement ``to``. Raises UsageError."""
    lines: list[str] = []
    with turn(services) as session:
        home = statement_of(session, to)
        rows = [report_of(session, n) for kind, n in targets if kind == "h"]
        if not rows:
            raise UsageError("assign takes reports (h7) and the statement they are of (s3)")
        found = [a for row in rows if (a := appearance_of_report(session, row.id)) is not None]
        new = [row for row in rows if row.id not in {a.report_id for a in found}]
        before = _places(found, new)
        note(session, services, "assign", [*(f"h{row.id}" for row in rows), f"s{to}"], by, why, before)
        left = {a.statement_id for a in found} - {home.id}
        found += [_first_appearance(services, session, row, home.id, f"assigned by {by}") for row in new]
        for appearance in found:
            _pin(appearance, home.id, f"assigned by {by}")
            lines.append(f"h{appearance.report_id} is of s{home.id}")
        hold_together(session, home.id)
        _brought_up(services, session, home, left)
    return lines


def undo(services: Services, number: int, *, by: str, why: str | None) -> list[str]:
    """Takes an answer (r7) back: statements and reports are as they were. Raises UsageError."""
    with turn(services) as session:
        review = session.get(Review, number)
        if review is None or review.action not in UNDONE or review.before is None:
            raise UsageError(f"there is no answer r{number} that could be taken back")
        if review.undone_by is not None:
            raise UsageError(f"r{number} was taken back already (r{review.undone_by})")
        if review.action in ("confirm", "reject"):
            review.undone_by = note(session, services, "undo", [f"r{number}"], by, why, {}).id
            return [f"r{number} taken back: {restore(services, session, review)}"]
        return [_put_back(services, session, review, by, why)]


# --- steps ----------------------------------------------------------------------------------------------


def _statements(targets: Sequence[Target]) -> list[int]:
    if any(kind != "s" for kind, _ in targets):
        raise UsageError("merge takes statements (s7)")
    return [n for _, n in targets]


def _appearance(session: Session, report: int) -> Appearance:
    appearance = appearance_of_report(session, report)
    if appearance is None:
        raise UsageError(f"h{report} is of no statement yet: assign it, or confirm it")
    return appearance


def _first_appearance(services: Services, session: Session, row: ReportRow, home: int, by: str) -> Appearance:
    """A held report that never was of a statement is given one."""
    link_copy(session, row.article)
    inherit_date(session, row)
    remember(session, row)
    appearance = Appearance(
        report_id=row.id,
        article_id=row.article_id,
        statement_id=home,
        same_by=by,
        attached_at=services.now(),
        pinned=True,
    )
    session.add(appearance)
    session.flush()
    session.refresh(appearance)
    row.first_statement, row.matched_at = row.first_statement or home, services.now()
    return appearance


def _places(appearances: Iterable[Appearance], held: Iterable[ReportRow] = ()) -> dict[str, object]:
    """Where reports are, and how those that are of no statement are held."""
    return {
        "places": {str(a.report_id): [a.statement_id, int(a.pinned), int(a.possible)] for a in appearances},
        "held": {str(r.id): [r.status, r.held_reason, r.held_detail] for r in held},
    }


def _pin(appearance: Appearance, statement: int, by: str) -> None:
    if appearance.statement_id != statement or appearance.possible:
        appearance.same_by = by
    appearance.statement_id, appearance.pinned, appearance.possible = statement, True, False
    report: ReportRow = appearance.report
    if report.status in ("held", "waiting", "changed", "rejected"):
        report.status, report.held_reason, report.held_detail = "matched", None, None


def _put_back(services: Services, session: Session, review: Review, by: str, why: str | None) -> str:
    """Reports are where they were before a merge, a split or an assignment, and pinned there."""
    before = review.before or {}
    places: dict[str, list[int]] = dict(before["places"])
    held: dict[str, list[str | None]] = dict(before.get("held") or {})
    found = [_appearance(session, int(report)) for report in places]
    new = [a for n in held if (a := appearance_of_report(session, int(n))) is not None]
    taken = note(session, services, "undo", [f"r{review.id}"], by, why, _places([*found, *new]))
    review.undone_by = taken.id
    touched: set[int] = {a.statement_id for a in [*found, *new]}
    if review.action == "merge":
        for target in review.targets:
            row = session.get_one(StatementRow, int(str(target)[1:]))
            row.merged_into = row.merged_at = row.merged_why = None
    for appearance in found:
        home, pinned, possible = [*places[str(appearance.report_id)], 0][:3]
        row = _home_again(session, home)
        appearance.statement_id, appearance.possible = row.id, bool(possible)
        appearance.pinned = not possible
        appearance.same_by = f"put back by {by}" if pinned else appearance.same_by
        if possible:
            appearance.report.status, appearance.report.held_reason = "held", "possible_duplicate"
        touched.add(row.id)
    for appearance in new:
        report: ReportRow = appearance.report
        session.delete(appearance)
        report.first_statement = None
        report.status, report.held_reason, report.held_detail = held[str(report.id)]  # type: ignore[assignment]
    session.flush()
    full = next((n for n in sorted(touched) if appearances_of(session, n)), min(touched, default=0))
    for statement in sorted(touched):
        _close_or_settle(services, session, statement, full, sorted(touched - {statement}))
    return f"r{review.id} taken back: {len(found) + len(new)} reports are where they were"


def _home_again(session: Session, number: int) -> StatementRow:
    """The statement that a report was of: itself where it only ran out of reports, else what it is by now."""
    row = session.get_one(StatementRow, number)
    if row.merged_why == LAST_TAKEN:
        row.merged_into = row.merged_at = row.merged_why = None
    return living(session, number) or row


def _split_off(services: Services, session: Session, reports: Sequence[int], by: str, why: str | None) -> str:
    found = [_appearance(session, n) for n in reports]
    homes = {a.statement_id for a in found}
    if len(homes) != 1:
        raise UsageError("split takes reports of one statement")
    home = session.get_one(StatementRow, next(iter(homes)))
    rest = [a for a in appearances_of(session, home.id) if a.report_id not in reports]
    if not [a for a in rest if not a.possible]:
        raise UsageError(f"s{home.id} has no other report: there is nothing to split")
    note(session, services, "split", [f"h{n}" for n in reports], by, why, _places([*found, *rest]))
    told = [home.id] if any(not a.possible for a in found) else []  # what was only possibly its was not told
    made = made_by_hand(services, session, [a.report for a in found])
    for appearance in found:
        _pin(appearance, made.id, f"split from s{home.id} by {by}")
    for appearance in rest:
        if not appearance.possible:
            appearance.pinned = True
    session.flush()
    settle(services, session, home)
    settle(services, session, made, why_new=f"{by} told it apart from s{home.id}", split_from=told)
    return f"s{made.id} made of {len(found)} reports of s{home.id}"


def _unmerge(services: Services, session: Session, number: int, by: str, why: str | None) -> str:
    """A statement that was merged gets back the reports that it had, as its own."""
    row = session.get(StatementRow, number)
    if row is None or row.merged_into is None:
        raise UsageError(f"s{number} was not merged: give the reports (h7) that are to be split off")
    kept = statement_of(session, number)
    mine = [a for a in appearances_of(session, kept.id) if a.report.first_statement == number]
    rest = [a for a in appearances_of(session, kept.id) if a.report.first_statement != number]
    if not mine or not rest:
        raise UsageError(f"s{number} has no report of its own in s{kept.id}")
    note(session, services, "split", [f"s{number}"], by, why, _places([*mine, *rest]))
    row.merged_into = row.merged_at = row.merged_why = None
    for appearance in mine:
        _pin(appearance, number, f"split from s{kept.id} by {by}")
    for appearance in rest:
        appearance.pinned = appearance.pinned or not appearance.possible
    session.flush()
    settle(services, session, kept)
    settle(services, session, row, why_new=f"{by} told it apart from s{kept.id}", split_from=[kept.id])
    return f"s{number} is a statement of its own again"


def _brought_up(services: Services, session: Session, home: StatementRow, left: set[int]) -> None:
    session.flush()
    settle(services, session, home)
    for number in sorted(left):
        _close_or_settle(services, session, number, home.id)


def _close_or_settle(
    services: Services, session: Session, number: int, home: int, split_from: Sequence[int] = ()
) -> None:
    """A statement without reports goes on to where they went."""
    row = session.get_one(StatementRow, number)
    if row.merged_into is not None:
        return
    if appearances_of(session, number) or number == home:
        settle(services, session, row, split_from=split_from)
        return
    keep = living(session, home)
    if keep is not None and keep.id != number:
        join(session, number, keep.id, LAST_TAKEN, services.now())
