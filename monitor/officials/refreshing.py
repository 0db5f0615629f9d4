"""What Wikidata told, made into a refreshed list: what it adds, where it disagrees, what it would lose."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from monitor.officials.lexicon import data
from monitor.officials.loading import COLUMNS, Holdings, Known, Listed, day_of, read_list, same_term
from monitor.officials.register import Official, Register, Term
from monitor.officials.wikidata import Found, Kind

#: Lists may differ by so many days about one thing (a vote, an oath, a handing over) without a conflict.
SLACK: Final = 31
#: An answer that lacks more than this share of what was known is not believed.
LOSS: Final = 0.1
_MARK: Final = re.compile(r"# (\w+) valid_as_of (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where Wikidata and the program's list disagree; the list's own days stay."""

    what: str  # from | until | holder
    name: str
    state: str
    office: str
    ours: str
    theirs: str
    source: str


@dataclass(frozen=True, slots=True)
class Previous:
    """A refreshed list as it stands: its rows by kind, and the day on which each kind was asked."""

    rows: Mapping[str, tuple[Listed, ...]]
    valid_as_of: Mapping[str, date]


def previous_of(path: Path) -> Previous:
    """The list that an earlier refresh wrote; empty where there is none. Raises SettingsError."""
    if not path.is_file():
        return Previous({}, {})
    rows: dict[str, list[Listed]] = {}
    for row in read_list(path, own=True):
        rows.setdefault(row.kind, []).append(row)
    marks = _MARK.findall(path.read_text("utf-8"))
    days = {name: date.fromisoformat(day) for name, day in marks}
    return Previous({kind: tuple(listed) for kind, listed in rows.items()}, days)


def listed(found: Iterable[Found], base: Register) -> list[Listed]:
    """Wikidata's terms as lines of a list, people known here under the id that they have here."""
    people = Known(Holdings({o.id: o for o in base.officials()}, list(base.terms())))
    rows = []
    for row in found:
        official = Official(row.item, row.name, row.aliases)
        term = Term(
            row.item, row.state, row.office, row.title, day_of(row.since), day_of(row.until or "", last=True),
            row.known_on,
            f"wikidata.org/wiki/{row.item}",
        )  # fmt: skip
        identifier = people.id_of(official, term) or row.item
        known = Official(identifier, row.name, row.aliases)
        rows.append(Listed(known, replace(term, official=identifier), 0, row.kind))
    return rows


def lost(kind: Kind, new: Sequence[Listed], before: Previous, base: Register, since: date) -> tuple[int, int]:
    """(how many known terms an answer lacks, of how many): those of the last refresh, else those of the
    program's list that came from Wikidata."""
    old = before.rows.get(kind.name) or [
        Listed(Official(term.official, ""), term, 0)
        for term in base.terms()
        if term.office in kind.offices
        and term.official.startswith("Q")
        and "eps:" in term.source
        and (term.until is None or term.until >= since)
    ]
    wanted = {_key(row) for row in old}
    return len(wanted - {_key(row) for row in new}), len(wanted)


def conflicts(new: Iterable[Listed], base: Register) -> list[Conflict]:
    """Where new rows disagree with the register on a day, or on who held an office."""
    found: list[Conflict] = []
    for row in new:
        term = same_term(row.term, base.terms_of(row.official.id))
        found += _holders_differ(row, base) if term is None else _days_differ(row, term)
    return found


def _days_differ(row: Listed, term: Term) -> list[Conflict]:
    pairs = (("from", term.since, row.term.since), ("until", term.until, row.term.until))
    return [
        _conflict(what, row, ours.isoformat(), theirs.isoformat())
        for what, ours, theirs in pairs
        if ours is not None and theirs is not None and abs(ours - theirs) > timedelta(days=SLACK)
    ]


def _holders_differ(row: Listed, base: Register) -> list[Conflict]:
    """Somebody else who is known to have held the office all through the middle of the new term."""
    if not data("offices.toml")["offices"][row.term.office].get("single") or row.term.since is None:
        return []
    end = row.term.until or row.term.as_of or row.term.since
    middle = row.term.since + (end - row.term.since) / 2
    return [
        _conflict("holder", row, holding.official.name, row.official.name)
        for holding in base.holders_of(row.term.state, row.term.office, middle)
        if holding.certain and holding.official.id != row.official.id
        and holding.term.until != row.term.since
    ]  # fmt: skip


def _conflict(what: str, row: Listed, ours: str, theirs: str) -> Conflict:
    term = row.term
    return Conflict(what, row.official.name, term.state, term.office, ours, theirs, term.source)


def written(rows: Mapping[str, Sequence[Listed]], days: Mapping[str, date]) -> str:
    """The text of a refreshed list; ``rows`` and the ``days`` on which they were asked, by kind."""
    out = io.StringIO()
    out.write(
        "# Officials from Wikidata (CC0), written by `clusterwatch officials refresh`, which writes it anew\n"
    )
    out.write("# each time: what is your own belongs into the list that register.extra names.\n")
    for kind in rows:
        if kind in days:
            out.write(f"# {kind} valid_as_of {days[kind].isoformat()}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow((*COLUMNS, "kind"))
    for kind, lines in rows.items():
        for row in sorted(lines, key=lambda one: (one.term.state, one.term.office, str(one.term.since))):
            term = row.term
            aliases = "|".join(alias.replace("|", " ") for alias in row.official.aliases)
            dates = (_text(term.since), _text(term.until), _text(term.as_of))
            who = (row.official.id, row.official.name, aliases)
            table.writerow((*who, term.state, term.office, term.title, *dates, term.source, kind))
    return out.getvalue()


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _key(row: Listed) -> tuple[str, str, str]:
    return row.term.official, row.term.state, row.term.office
