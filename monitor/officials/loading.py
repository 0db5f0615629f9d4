"""The lists of officials, read and laid over each other: the program's own, a refreshed one, the user's.

A list is a CSV file in UTF-8 whose lines that begin with ``#`` are remarks. Columns: ``id`` (of Wikidata, or
any name of one's own; may be empty in a list of one's own), ``name``, ``aliases`` (other spellings, ``|``
between them; may be left out), ``state`` (ISO 3166-1 alpha-2, or UN EU NATO OSCE ICRC AFU CCM), ``office``
(a code of ``offices.toml``), ``title`` (may be left out), ``from`` and ``until`` (a day, month or year;
``until`` is empty for who is in office on ``as_of``), ``source``. A refreshed list has the column ``kind``.

What holds where lists disagree: the user's list over everything; a refreshed list adds people and terms,
fills ends that were open and moves ``as_of`` on, and leaves the days alone that the program's list has.
"""

from __future__ import annotations

import csv
import re
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from monitor.errors import SettingsError
from monitor.officials.lexicon import DATA, data, territories
from monitor.officials.names import name_key
from monitor.officials.register import Official, Register, Term
from monitor.officials.states import ORGANISATIONS

_OWN: Final = ("officials.csv", "officials_recent.csv")
COLUMNS: Final = ("id", "name", "aliases", "state", "office", "title", "from", "until", "as_of", "source")
_NEEDED: Final = frozenset(COLUMNS) - {"aliases", "title"}
#: The same term in two lists may begin on days this far apart (sworn in, took over, was announced).
_NEAR: Final = 62
_SLUG: Final = re.compile(r"\w+")

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: an official with a term, and where it stands. ``kind`` is a refreshed list's."""

    official: Official
    term: Term
    line: int
    kind: str = ""


@dataclass(slots=True)
class Holdings:
    """Officials by id and their terms, while lists are laid over each other."""

    officials: dict[str, Official]
    terms: list[Term]


@cache
def load_register(*files: Path | str) -> Register:
    """The register, read once: what comes with the program, and these lists over it, each over the last.

    Raises SettingsError that names file and line where a list cannot be read.
    """
    own = _shipped()
    held = Holdings(dict(own.officials), list(own.terms))
    for file in files:
        path = Path(file)
        rows = tuple(read_list(path, own=True))
        if any(row.kind for row in rows):
            fill(held, rows)
        else:
            override(held, rows)
    return Register(held.officials.values(), succeeded(held.terms))


@cache
def _shipped() -> Holdings:
    held = Holdings({}, [])
    for name in _OWN:
        if (DATA / name).is_file():
            for row in read_list(DATA / name):
                _add(held, row.official)
                held.terms.append(row.term)
    for identifier, aliases in tomllib.loads((DATA / "aliases.toml").read_text("utf-8"))["aliases"].items():
        if identifier in held.officials:
            _add(held, replace(held.officials[identifier], aliases=tuple(aliases)))
    return held


def fill(held: Holdings, rows: Iterable[Listed]) -> None:
    """A refreshed list: new people and terms; of known terms only what was open."""
    known = Known(held)
    places: dict[Key, list[int]] = {}
    for index, term in enumerate(held.terms):
        places.setdefault(_key(term), []).append(index)
    for row in rows:
        identifier = known.id_of(row.official, row.term) or row.official.id
        _add(held, replace(row.official, id=identifier))
        term = replace(row.term, official=identifier)
        at = places.setdefault(_key(term), [])
        same = same_term(term, [held.terms[index] for index in at])
        if same is None:
            at.append(len(held.terms))
            held.terms.append(term)
        else:
            index = next(i for i in at if held.terms[i] is same)
            held.terms[index] = _filled(same, term)


def override(held: Holdings, rows: Iterable[Listed]) -> None:
    """A list of the user's own: its people in its offices are as it says, and nobody else beside them."""
    known = Known(held)
    mine = []
    for row in rows:
        identifier = known.id_of(row.official, row.term) or row.official.id
        _add(held, replace(row.official, id=identifier))
        mine.append(replace(row.term, official=identifier))
    keys = {_key(term) for term in mine}
    others = [term for term in held.terms if _key(term) not in keys]
    for term in mine:
        others = [left for other in others for left in _beside(other, term)]
    held.terms[:] = [*others, *mine]


class Known:
    """Who the lists so far have, by id and by full name in a state."""

    def __init__(self, held: Holdings) -> None:
        self._ids = set(held.officials)
        self._names: dict[tuple[str, str], set[str]] = {}
        for term in held.terms:
            for key in _full_names(held.officials[term.official]):
                self._names.setdefault((term.state, key), set()).add(term.official)

    def id_of(self, official: Official, term: Term) -> str | None:
        """The id of this person: the same id, else the same full name in the same state; None for nobody
        and for several."""
        if official.id in self._ids:
            return official.id
        found: set[str] = set()
        for key in _full_names(official):
            found |= self._names.get((term.state, key), set())
        return found.pop() if len(found) == 1 else None


def _full_names(official: Official) -> set[str]:
    """The keys of names that may tell somebody alone: more than one word, or signs of another script."""
    keys = {name_key(name) for name in _names(official)}
    return {key for key in keys if len(key.split()) > 1 or not key.isascii()}


def same_term(term: Term, others: Iterable[Term]) -> Term | None:
    """The term of the same person in the same office that this line tells of too: the one that began
    nearest to it, if both began at about the same time or have days in common."""
    fitting = [other for other in others if _key(other) == _key(term) and _one_term(term, other)]
    return min(fitting, key=lambda other: _apart(term, other), default=None)


def _one_term(one: Term, other: Term) -> bool:
    if one.since is None or other.since is None or _apart(one, other) <= _NEAR:
        return True
    return max(one.since, other.since) < min(one.until or date.max, other.until or date.max)


def _apart(one: Term, other: Term) -> int:
    return abs((one.since - other.since).days) if one.since and other.since else 0


def succeeded(terms: Iterable[Term]) -> list[Term]:
    """The terms, each open one ``over`` from the day on which somebody else is known to be in its office.

    Only for offices that one person of a state holds at a time; between the day of its list and that day
    nothing is known, as before.
    """
    every = list(terms)
    posts: dict[tuple[str, str], list[Term]] = {}
    for term in every:
        if _alone(term.office):
            posts.setdefault((term.state, term.office), []).append(term)
    return [_over(term, posts.get((term.state, term.office), ())) for term in every]


def _over(term: Term, post: Iterable[Term]) -> Term:
    if term.until is not None:
        return term
    last = max(filter(None, (term.since, term.as_of)), default=None)
    later = [
        other.since
        for other in post
        if other.official != term.official
        and other.since is not None
        and last is not None
        and other.since > last
        and (not other.title or not term.title or other.title == term.title)
    ]
    return replace(term, over=min(later)) if later else term


def _beside(other: Term, mine: Term) -> Iterator[Term]:
    """What is left of somebody's term beside one of the user's list in the same post."""
    same_post = (other.state, other.office) == (mine.state, mine.office) and _alone(mine.office)
    if not same_post or mine.since is None or (other.title and mine.title and other.title != mine.title):
        yield other
        return
    end = mine.until or mine.as_of or date.max
    if other.since is not None and mine.since <= other.since < end:
        return
    if (other.since is None or other.since < mine.since) and (
        other.until is None or other.until > mine.since
    ):
        yield replace(other, until=mine.since, as_of=None)
        return
    yield other


def _filled(known: Term, term: Term) -> Term:
    until = known.until or term.until
    as_of = None if until else max(filter(None, (known.as_of, term.as_of)), default=None)
    source = known.source if term.source in known.source else f"{known.source}; {term.source}"
    return replace(known, since=known.since or term.since, until=until, as_of=as_of, source=source)


def _alone(office: str) -> bool:
    """Whether one person of a state holds the office at a time; of ambassadors a state has many."""
    return office != "ambassador" and bool(data("offices.toml")["offices"][office].get("single"))


def _key(term: Term) -> Key:
    return term.official, term.state, term.office


def _names(official: Official) -> tuple[str, ...]:
    return official.name, *official.aliases


def _add(held: Holdings, official: Official) -> None:
    known = held.officials.get(official.id)
    if known is None:
        held.officials[official.id] = official
        return
    more = [name for name in _names(official) if name != known.name and name not in known.aliases]
    if more:
        held.officials[official.id] = replace(known, aliases=(*known.aliases, *dict.fromkeys(more)))


def read_list(path: Path, *, own: bool = False) -> Iterator[Listed]:
    """The lines of a list; those of an ``own`` one may leave the id out.

    Raises SettingsError with the file's name, the line's number, and what is wrong there.
    """
    shown = str(path) if own else path.name
    lines = _Counted(path, shown)
    rows = csv.DictReader(lines, strict=True)
    missing = _NEEDED - set(rows.fieldnames or ())
    if missing:
        raise SettingsError(
            f"{shown}: no column {', '.join(sorted(missing))} (a comma stands between columns)"
        )
    try:
        for row in rows:
            try:
                yield _listed(row, lines.number, own=own)
            except ValueError as error:
                raise SettingsError(f"{shown}, line {lines.number}: {error}") from None
    except csv.Error as error:
        raise SettingsError(f"{shown}, line {lines.number}: {error}") from None


class _Counted:
    """The lines of a file without its remarks, with the number of the last one in the file."""

    def __init__(self, path: Path, shown: str) -> None:
        try:
            self._lines = path.read_text("utf-8-sig").splitlines(keepends=True)
        except UnicodeDecodeError as error:
            raise SettingsError(f"{shown}: not in UTF-8 (byte {error.start})") from None
        except OSError as error:
            raise SettingsError(f"{shown}: {error.strerror or error}") from None
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._lines, start=1):
            if not line.startswith("#") and line.strip():
                self.number = number
                yield line


def _listed(row: dict[str, str], line: int, *, own: bool) -> Listed:
    if None in row or None in row.values():
        raise ValueError(f"{len(COLUMNS)} columns are wanted, as the first line names them")
    given = {name: value.strip() for name, value in row.items()}
    if not given["name"]:
        raise ValueError("no name")
    if given["state"] not in territories() and given["state"] not in ORGANISATIONS:
        raise ValueError(f"{given['state']!r} is no state's code (two letters) and no organisation's")
    offices = data("offices.toml")["offices"]
    if given["office"] not in offices:
        near = get_close_matches(given["office"], offices, 1)
        raise ValueError(f"no office {given['office']!r}" + (f"; is {near[0]} meant?" if near else ""))
    since, until, as_of = day_of(given["from"]), day_of(given["until"], last=True), day_of(given["as_of"])
    if since and until and until < since:
        raise ValueError(f"until {until} is before from {since}")
    identifier = given["id"] or (own_id(given["name"]) if own else "")
    if not identifier:
        raise ValueError("no id")
    aliases = tuple(alias.strip() for alias in (given.get("aliases") or "").split("|") if alias.strip())
    term = Term(
        identifier, given["state"], given["office"], given.get("title") or "", since, until, as_of,
        given["source"],
    )  # fmt: skip
    return Listed(Official(identifier, given["name"], aliases), term, line, given.get("kind") or "")


def own_id(name: str) -> str:
    """The id of somebody in a list of one's own who was given none."""
    return "own-" + "-".join(_SLUG.findall(name.casefold()))


def day_of(value: str, *, last: bool = False) -> date | None:
    """A day; of a bare month or year the first, or the last, one. Raises ValueError."""
    if not value:
        return None
    if len(value) in {4, 7}:
        year, month = int(value[:4]), int(value[5:] or (12 if last else 1))
        return date(year, month, monthrange(year, month)[1] if last else 1)
    return date.fromisoformat(value)
