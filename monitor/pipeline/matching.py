"""A report and the reports near it, arranged into statements again; what changes in the ledger by that.

Whatever came before, a block of reports ends in the statements that its contents give. A statement whose
reports turn out to be another's is merged into the older one: both ids stay valid, and it is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from monitor.identity import Known
from monitor.identity.arrange import Placed, arrange, is_weak, known_of, linked
from monitor.store.alerts import alert_of, alerts_of, deliveries_of_alert
from monitor.store.blocks import Member, block, members_of
from monitor.store.database import Session
from monitor.store.outbox import WAITING, note
from monitor.store.schema import AlertRow, Appearance, DeliveryRow, ReportRow, StatementRow
from monitor.store.statements import appearance_of_report, appearances_of, heard, living

#: A block is closed over the reports that may be of one statement, up to this many.
MOST: Final = 150
NEW: Final = 0
#: Makes a statement of reports and gives its id.
Make = Callable[[Sequence[ReportRow]], int]


@dataclass
class Block:
    """The reports that are arranged together, and the statements that only take weak ones."""

    report: Member
    members: dict[int, Member] = field(default_factory=dict)
    fixed: dict[int, Known] = field(default_factory=dict)
    nearest: list[Known] = field(default_factory=list)  # the statements of the report's own block

    def arranged(self) -> dict[int, Placed]:
        """Where each report belongs, by its contents."""
        pinned = {i: m.statement for i, m in self.members.items() if m.pinned and m.statement != NEW}
        fixed = [k for number, k in sorted(self.fixed.items()) if number not in pinned.values()]
        return arrange({i: m.heard for i, m in self.members.items()}, pinned=pinned, fixed=fixed)


@dataclass
class Outcome:
    """What arranging changed: the report's statement, whether it is new, and whatever else moved."""

    statement: int
    placed: Placed
    made: dict[int, list[int]] = field(default_factory=dict)  # statement made -> ids it was split from
    merged: dict[int, int] = field(default_factory=dict)  # statement gone -> statement it is now
    touched: set[int] = field(default_factory=set)


# --- which reports are arranged together ----------------------------------------------------------------


def block_of(session: Session, row: ReportRow) -> Block:
    """The reports that may be of one statement with this one, directly or through others."""
    own = heard(row)
    appearance = appearance_of_report(session, row.id) if row.first_statement is not None else None
    at = appearance.statement_id if appearance else NEW
    root = row.article.copy_of or row.article_id
    if own.published is None and row.article.published is not None:
        own = replace(own, published=row.article.published)
    first = Member(
        row.id, at, bool(appearance and appearance.possible), bool(appearance and appearance.pinned),
        own, root, row.speaker_key,
    )  # fmt: skip
    found = Block(first, {row.id: first})
    asked: dict[object, dict[int, list[Member]]] = {}

    def near(member: Member) -> dict[int, list[Member]]:
        place = member.place
        if place not in asked:
            asked[place] = block(session, *place)
        return asked[place]

    queue = [first]
    while queue:
        member = queue.pop(0)
        for others in near(member).values():
            for other in others:
                if other.report in found.members or not _together(member, other, others):
                    continue
                found.members[other.report] = other
                if (not is_weak(other.heard) or is_weak(member.heard)) and len(found.members) < MOST:
                    queue.append(other)
    found.nearest = [
        known_of(number, [o.heard for o in others if not o.possible])
        for number, others in near(first).items()
        if not all(o.possible for o in others)
    ]
    weak = {m.statement for m in found.members.values() if is_weak(m.heard)} - {NEW}
    if is_weak(first.heard):
        weak |= set(near(first))
    for number, others in members_of(session, sorted(weak)).items():
        _hold(found, number, others)
    _with_pinned(session, found)
    _know_copies(found)
    return found


def _together(member: Member, other: Member, others: Sequence[Member]) -> bool:
    """Whether a report is arranged with one that is: the weak follow, but bring no firm one."""
    if is_weak(member.heard) and not is_weak(other.heard):
        return False
    if is_weak(member.heard) and any(not is_weak(o.heard) for o in others):
        return False
    if member.root == other.root and member.heard.article != other.heard.article:
        return True
    return linked(member.heard, other.heard)


def _hold(found: Block, number: int, others: Sequence[Member]) -> None:
    """Keeps a statement with firm reports as it is, as one that a weak report may be of."""
    firm = [o.heard for o in others if not o.possible and not is_weak(o.heard)]
    if firm:
        found.fixed[number] = known_of(number, firm)


def _with_pinned(session: Session, found: Block) -> None:
    """Where one pinned report of a statement is in the block, its other pinned ones are too."""
    pinned = sorted({m.statement for m in found.members.values() if m.pinned} - {NEW})
    for others in members_of(session, pinned).values():
        found.members |= {o.report: o for o in others if o.pinned and o.report not in found.members}


def _know_copies(found: Block) -> None:
    """Tells the reports which of the others stand in copies of one text; whole statements leave ``fixed``."""
    roots: dict[int, set[int]] = {}
    for member in found.members.values():
        roots.setdefault(member.root, set()).add(member.heard.article)
    for number, member in found.members.items():
        copies = frozenset(roots[member.root] - {member.heard.article})
        found.members[number] = replace(member, heard=replace(member.heard, copies=copies))
    found.report = found.members[found.report.report]
    inside = {m.statement for m in found.members.values() if not is_weak(m.heard) and not m.possible}
    found.fixed = {n: k for n, k in found.fixed.items() if n not in inside}


# --- what that changes in the ledger --------------------------------------------------------------------


def reconcile(
    session: Session,
    found: Block,
    placed: dict[int, Placed],
    make: Make,
    now: datetime,
) -> Outcome:
    """Brings the ledger's appearances up to an arrangement; ``make(rows)`` a statement."""
    groups: dict[int, list[int]] = {}
    for number, place in placed.items():
        groups.setdefault(place.group, []).append(number)
    claims = _claims(found, placed, groups)
    _first_come_stays(session, found, placed, groups, claims)
    outcome = Outcome(NEW, placed[found.report.report])
    homes: dict[int, int] = {}
    for group, members in groups.items():
        homes[group] = _home(session, found, claims.get(group, ()), members, outcome, make, now)
    for group, members in groups.items():
        for number in members:
            _attach(session, found.members[number], homes[group], placed[number], outcome, now)
    session.flush()
    outcome.statement = homes[outcome.placed.group]
    return outcome


def _claims(
    found: Block, placed: dict[int, Placed], groups: dict[int, list[int]]
) -> dict[int, tuple[int, ...]]:
    """Which statements each group goes on: each statement goes with most of its reports, firm ones first.

    One that stays as it is goes with nobody, though a weak report may leave it.
    """
    votes: dict[int, Counter[int]] = {}
    for number, place in placed.items():
        member = found.members[number]
        if member.statement == NEW or member.possible or place.possible or member.statement in found.fixed:
            continue
        weight = 1_000_000 if member.pinned else 1 if is_weak(member.heard) else 1000
        votes.setdefault(member.statement, Counter())[place.group] += weight
    claims: dict[int, list[int]] = {group: [-group] for group in groups if group < 0}
    for statement, counted in sorted(votes.items()):
        best = min(counted, key=lambda g: (-counted[g], g))
        claims.setdefault(best, [])
        if statement not in claims[best]:
            claims[best].append(statement)
    return {group: tuple(sorted(numbers)) for group, numbers in claims.items()}


def _first_come_stays(
    session: Session,
    found: Block,
    placed: dict[int, Placed],
    groups: dict[int, list[int]],
    claims: dict[int, tuple[int, ...]],
) -> None:
    """Of two reports that may be of one statement, the one that people were told of keeps it.

    Where nobody was told, as of the past, their contents decide, in whatever order they came.
    """
    for group, members in groups.items():
        if claims.get(group):
            continue
        leaving = [found.members[i] for i in members if placed[i].possible]
        have = sorted({m.statement for m in leaving if not m.possible} - {NEW})
        if not have:
            continue
        claims[group] = (have[0],)
        if alert_of(session, have[0]) is None:
            continue
        by = next((placed[i].by for i in members if placed[i].possible), "")
        for number in members:
            member = found.members[number]
            stays = member.statement == have[0] and not member.possible
            placed[number] = Placed(group, placed[number].by if stays else by, possible=not stays)


def _home(
    session: Session,
    found: Block,
    claimed: Sequence[int],
    members: Sequence[int],
    outcome: Outcome,
    make: Make,
    now: datetime,
) -> int:
    """The statement of a group: the one a person named, else the oldest that it goes on, else a new one."""
    pinned = sorted({found.members[i].statement for i in members if found.members[i].pinned} - {NEW})
    if claimed or pinned:
        keep = pinned[0] if pinned else claimed[0]
        for gone in claimed:
            if gone != keep:
                merge(session, gone, keep, f"h{found.report.report} showed that they are one", now)
                outcome.merged[gone] = keep
                outcome.touched.add(keep)
        return keep
    rows = [session.get_one(ReportRow, i) for i in sorted(members)]
    made = make(rows)
    # What was only possibly of a statement, or came to it as a bare state's words, was not told with it.
    moved = [found.members[i] for i in members]
    firm = [m for m in moved if not is_weak(m.heard)] or moved
    outcome.made[made] = sorted({m.statement for m in firm if not m.possible} - {NEW})
    outcome.touched.add(made)
    return made


def _attach(
    session: Session, member: Member, home: int, place: Placed, outcome: Outcome, now: datetime
) -> None:
    if place.possible and not member.possible and member.statement not in (NEW, home):
        return  # it has a statement of its own, which was told as such
    row = session.get_one(ReportRow, member.report)
    appearance = appearance_of_report(session, member.report)
    if appearance is None:
        appearance = Appearance(report_id=row.id, article_id=row.article_id, pinned=False)
        session.add(appearance)
        appearance.statement_id, appearance.same_by = home, place.by
    elif (
        appearance.statement_id == home and appearance.possible == place.possible and row.status != "waiting"
    ):
        return
    elif not appearance.pinned:
        outcome.touched.add(appearance.statement_id)
        appearance.same_by = place.by
    outcome.touched.add(home)
    appearance.statement_id, appearance.possible, appearance.attached_at = home, place.possible, now
    row.matched_at = now
    row.first_statement = row.first_statement or home
    if place.possible:
        row.status, row.held_reason = "held", "possible_duplicate"
        row.held_detail = f"may be s{home}: {place.by}"
    elif row.status != "changed":
        row.status, row.held_reason, row.held_detail = "matched", None, None


def merge(session: Session, gone: int, keep: int, why: str, now: datetime) -> None:
    """One statement becomes another's: reports, alert and deliveries go over, and its id stays valid."""
    old, new = session.get_one(StatementRow, gone), session.get_one(StatementRow, keep)
    if new.merged_into is not None or old.id == new.id:
        raise ValueError(f"s{gone} cannot be merged into s{keep}")
    for appearance in appearances_of(session, gone):
        appearance.statement_id = keep
    old.merged_into, old.merged_at, old.merged_why = keep, now, why
    new.first_seen = min(new.first_seen, old.first_seen)
    _one_alert(session, old, new, now)
    session.flush()


def _one_alert(session: Session, old: StatementRow, new: StatementRow, now: datetime) -> None:
    """Whoever was told of one of two statements that are one is not told of the other."""
    first, kept = alert_of(session, old.id), alert_of(session, new.id)
    if first is None:
        return
    if kept is None:
        for alert in alerts_of(session, old.id):
            alert.statement_id = new.id
        new.alert_state, new.alert_reason = old.alert_state, old.alert_reason
        return
    have = {(d.channel, d.recipient): d for d in deliveries_of_alert(session, kept.id)}
    for delivery in deliveries_of_alert(session, first.id):
        other = have.get((delivery.channel, delivery.recipient))
        if other is None:
            delivery.alert_id, delivery.alert = kept.id, kept
        elif delivery.status in WAITING:
            _drop(session, delivery, kept, now)
        elif other.status in WAITING and delivery.status == "sent":
            _drop(session, other, kept, now)


def _drop(session: Session, delivery: DeliveryRow, kept: AlertRow, now: datetime) -> None:
    delivery.status, delivery.last_error = "dropped", f"told with s{kept.statement_id}"
    note(session, delivery.id, "dropped", delivery.last_error, now)


def alive(session: Session, numbers: Iterable[int]) -> list[StatementRow]:
    """The statements of these ids, or those into which they were merged, each once, by id."""
    rows = {row.id: row for n in numbers if (row := living(session, n)) is not None}
    return [rows[n] for n in sorted(rows)]
