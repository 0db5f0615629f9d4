"""Reports put into statements so that the order in which they came does not matter.

``arrange(reports)`` is a function of the set of reports: it takes them in an order that their contents give
(the surest first), each to the statement that it fits best, and then joins statements while their reports
say that they are one. What is weak (a bare state, words recalled without a day) goes to a statement but
never joins two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from monitor.identity.decide import Heard, Known, is_reckoned, opposed, score
from monitor.identity.speakers import is_bare_state, is_person
from monitor.model import OPPOSITES, Said

#: A report that nothing in the ledger contradicts is the same at this score; below, possibly.
SURE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report belongs: the number of its statement, by which evidence, and whether only possibly."""

    group: int
    by: str
    possible: bool = False


def is_weak(report: Heard) -> bool:
    """Whether a report names only a state, or recalls words without their day."""
    return is_bare_state(report.speaker) or (report.reporting == "recalled" and report.said.on is None)


def linked(a: Heard, b: Heard) -> bool:
    """Whether two reports have any evidence of being of one statement, in either direction."""
    return score(a, known_of(0, (b,)))[0] > 0 or score(b, known_of(0, (a,)))[0] > 0


def at_odds(reports: Sequence[Heard]) -> bool:
    """Whether one of the firm reports is of a position opposite to what all the others say together.

    Each may agree with a next one and still the first and the last exclude each other.
    """
    firm = [r for r in reports if not is_weak(r)]
    told = Counter(p for r in firm for p in set(r.positions))
    if not any(pair <= told.keys() for pair in OPPOSITES):
        return False
    for report in firm:
        others = [p for p, times in told.items() if times > (p in report.positions)]
        if opposed(report.positions, others):
            return True
    return False


def _splits(one: Sequence[Heard], other: Sequence[Heard]) -> bool:
    """Whether two sets of reports, each of one mind, would be at odds together."""
    return at_odds([*one, *other]) and not at_odds(one) and not at_odds(other)


def known_of(number: int, reports: Sequence[Heard]) -> Known:
    """The statement that these reports make: its day as most of them have it, what the speaker does."""
    own = [r for r in reports if not is_bare_state(r.speaker)] or list(reports)
    positions = tuple(sorted({p for r in own for p in r.positions}))
    return Known(number, tuple(reports), day_of([r.said for r in reports]), positions)


def day_of(days: Sequence[Said]) -> Said:
    """The day on which most reports agree, told ones before reckoned ones; Said() where none has a day."""
    told = Counter(said.on for said in days if said.on is not None and not is_reckoned(said))
    if told:
        on = min(told, key=lambda d: (-told[d], d))
        return Said(on, on, on)
    near = Counter(said for said in days if said.on is not None)
    return min(near, key=lambda s: (-near[s], str(s))) if near else Said()


def arrange(
    reports: Mapping[int, Heard],
    *,
    pinned: Mapping[int, int] | None = None,
    fixed: Sequence[Known] = (),
) -> dict[int, Placed]:
    """Puts reports (by id) into groups, numbered by the id of their first report.

    ``pinned`` gives for some reports the statement in which a person put them: those of one statement stay
    together and are never joined with those of another. ``fixed`` are statements that stay as they are and
    may take weak reports; their groups are numbered by minus their id.
    """
    pinned = pinned or {}
    order = sorted(reports, key=lambda i: _rank(i, reports[i]))
    groups: dict[int, list[int]] = {}
    homes: dict[int, int] = {}
    for statement in sorted({s for i, s in pinned.items() if i in reports}):
        members = [i for i in order if pinned.get(i) == statement]
        groups[members[0]] = members
        homes[members[0]] = statement
    placed = {i: Placed(g, "placed by a person") for g, members in groups.items() for i in members}
    firm = [i for i in order if not is_weak(reports[i])]
    _greedy([i for i in firm if i not in placed], reports, groups, placed, ())
    _join(reports, groups, placed, homes)
    _possibly(reports, groups, placed, homes)
    weak = [i for i in order if is_weak(reports[i]) and i not in placed]
    _greedy(weak, reports, groups, placed, fixed)
    return placed


def _rank(number: int, report: Heard) -> tuple[object, ...]:
    """The surest first, by what the report says alone; the id only tells equal ones apart."""
    published = report.published
    return (
        is_weak(report),
        report.said.on is None,
        is_reckoned(report.said),
        not is_person(report.speaker),
        report.reporting != "new",
        report.said.on or date.max,
        published is None,
        published.timestamp() if published else 0.0,
        report.language or "",
        tuple((p.text, p.kind) for p in report.passages),
        repr((report.speaker, report.said, report.positions, report.venue)),
        report.article,
        number,
    )


def _greedy(
    waiting: Iterable[int],
    reports: Mapping[int, Heard],
    groups: dict[int, list[int]],
    placed: dict[int, Placed],
    fixed: Sequence[Known],
) -> None:
    """Each report to the group that it fits best, or to one of its own."""
    known = {g: known_of(g, [reports[i] for i in members]) for g, members in groups.items()}
    known |= {-k.id: replace(k, id=-k.id) for k in fixed}
    for number in waiting:
        best: tuple[float, int, str] | None = None
        for group, statement in known.items():
            value, by = score(reports[number], statement)
            if value <= 0 or (best is not None and value <= best[0]):
                continue
            if not is_weak(reports[number]) and _splits(statement.reports, [reports[number]]):
                continue
            best = (value, group, by)
        if best is not None and best[0] >= SURE:
            placed[number] = Placed(best[1], best[2])
            if best[1] in groups:
                groups[best[1]].append(number)
                if not is_weak(reports[number]) or all(is_weak(r) for r in known[best[1]].reports):
                    # Beside firm reports a weak one is no evidence for the next weak one.
                    known[best[1]] = known_of(best[1], [reports[i] for i in groups[best[1]]])
            continue
        groups[number] = [number]
        known[number] = known_of(number, [reports[number]])
        placed[number] = Placed(number, "first report")
        if best is not None and is_weak(reports[number]):
            placed[number] = Placed(best[1], best[2], possible=True)
            del groups[number], known[number]


def _join(
    reports: Mapping[int, Heard],
    groups: dict[int, list[int]],
    placed: dict[int, Placed],
    homes: Mapping[int, int],
) -> None:
    """Joins groups while a dated report of one fits the other; a third report may have brought them near."""
    joined = True
    while joined:
        joined = False
        numbers = list(groups)
        for index, first in enumerate(numbers):
            for second in numbers[index + 1 :]:
                if first not in groups or second not in groups or (first in homes and second in homes):
                    continue
                by = _one(reports, groups[first], groups[second])
                if by is None:
                    continue
                keep, gone = (second, first) if second in homes else (first, second)
                for number in groups.pop(gone):
                    groups[keep].append(number)
                    old = placed[number].by
                    placed[number] = Placed(keep, by if old == "first report" else old)
                joined = True


def _one(reports: Mapping[int, Heard], first: Sequence[int], second: Sequence[int]) -> str | None:
    """By which evidence two groups are one statement, None where they are not."""
    a, b = known_of(0, [reports[i] for i in first]), known_of(0, [reports[i] for i in second])
    if opposed(a.positions, b.positions) or _splits(a.reports, b.reports):
        return None
    found: tuple[float, str] = (0.0, "")
    for members, other in ((b.reports, a), (a.reports, b)):
        for report in members:
            if report.said.on is None or (is_reckoned(report.said) and report.said.on != other.said.on):
                continue  # without a sure day it could be of either
            value, by = score(report, other)
            if by == "told apart by one article":
                return None
            found = max(found, (value, by))
    return found[1] if found[0] >= SURE else None


def _possibly(
    reports: Mapping[int, Heard],
    groups: dict[int, list[int]],
    placed: dict[int, Placed],
    homes: Mapping[int, int],
) -> None:
    """A group that may be of an earlier one is listed with it for a person."""
    for group in list(groups)[1:]:
        if group in homes:
            continue
        best: tuple[float, int, str] | None = None
        for other in groups:
            if other == group:
                break
            known = known_of(other, [reports[i] for i in groups[other]])
            values = [score(reports[i], known) for i in groups[group]]
            value, by = max(values)
            opposite = any(words == "opposite position" for _, words in values)
            if 0 < value < SURE and not opposite and (best is None or value > best[0]):
                best = (value, other, by)
        if best is not None:
            for number in groups.pop(group):
                placed[number] = Placed(best[1], best[2], possible=True)
