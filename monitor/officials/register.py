"""The register: officials in offices for a time, and the bodies that speak as themselves.

An official is known by name (in any spelling that leads to the same key), a term by office, state and
days. An end that is not known means "unknown after ``as_of``", never "still in office".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from monitor.model import Kind, Standing
from monitor.officials import states
from monitor.officials.lexicon import data
from monitor.officials.names import name_key, same_name


@dataclass(frozen=True, slots=True)
class Office:
    """A canonical office; ``scope`` is public, open or other, ``state`` what the title itself names."""

    code: str
    scope: str
    state: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Official:
    """A person who holds or held office: Latin name first, every other spelling in ``aliases``."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """An official in an office of a state: ``since`` and ``until`` may be unknown; ``as_of`` is the day of
    the list that gives an open end, ``over`` the first day on which somebody else is known to have the
    office that this list leaves open."""

    official: str
    state: str
    office: str
    title: str
    since: date | None
    until: date | None
    as_of: date | None
    source: str
    over: date | None = None

    def covers(self, on: date) -> bool | None:
        """Whether the official held the office on a day; None where that is not known."""
        if self.since is not None and on < self.since:
            return False
        if self.until is not None:
            return on < self.until or on == self.since
        if self.over is not None and on >= self.over:
            return False
        if self.as_of is not None and on <= self.as_of:
            return True
        return None


@dataclass(frozen=True, slots=True)
class Body:
    """A body that speaks as itself; ``title`` is its English name."""

    code: str
    title: str
    state: str | None
    kind: Kind
    generic: str
    names: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Holding:
    """An official with the term that fits the day best.

    ``certain`` is True when the term is known to cover the day, None when its end is unknown, False when
    the official is known to hold no office of the register on the day.
    """

    official: Official
    term: Term
    certain: bool | None


class Register:
    """All officials, terms, offices and bodies, with look-ups that never guess."""

    def __init__(self, officials: Iterable[Official], terms: Iterable[Term], language: str = "en") -> None:
        self._officials = {official.id: official for official in officials}
        self._terms: dict[str, list[Term]] = {}
        self._posts: dict[tuple[str, str], list[Term]] = {}
        for term in terms:
            self._terms.setdefault(term.official, []).append(term)
            self._posts.setdefault((term.state, term.office), []).append(term)
        self._by_last: dict[str, list[str]] = {}
        for official in self._officials.values():
            for name in (official.name, *official.aliases):
                for word in set(name_key(name, language).split()):
                    ids = self._by_last.setdefault(word, [])
                    if official.id not in ids:
                        ids.append(official.id)

    def official(self, identifier: str) -> Official | None:
        """The official with this id."""
        return self._officials.get(identifier)

    def terms_of(self, identifier: str) -> tuple[Term, ...]:
        """The terms of an official."""
        return tuple(self._terms.get(identifier, ()))

    def named(self, name: str, language: str = "en") -> tuple[Official, ...]:
        """The officials that a name may mean: all of whose words the official's name has, in order."""
        key = name_key(name, language)
        parts = key.split()
        if not parts:
            return ()
        pool = self._by_last.get(parts[-1], [])
        found = []
        for identifier in pool:
            official = self._officials[identifier]
            keys = (name_key(known, "en") for known in (official.name, *official.aliases))
            # A surname alone in the register ("Lord Price") names nobody who has a first name.
            if any(same_name(key, known) for known in keys if len(known.split()) > 1 or len(parts) == 1):
                found.append(official)
        return tuple(found)

    def holder(
        self,
        name: str,
        on: date,
        *,
        state: str | None = None,
        office: str | None = None,
        language: str = "en",
    ) -> Holding | None:
        """The one official of this name, with the office held on the day; None for none or for several.

        ``state`` and ``office`` narrow the choice: officials who never had to do with them are left out.
        """
        fitting: list[Holding] = []
        for official in self.named(name, language):
            holding = self._best(official, on, state, office)
            if holding is not None:
                fitting.append(holding)
        if len(fitting) > 1:
            for wanted in (True, None):
                some = [holding for holding in fitting if holding.certain is wanted]
                if some:
                    return some[0] if len(some) == 1 else None
        return fitting[0] if len(fitting) == 1 else None

    def _best(self, official: Official, on: date, state: str | None, office: str | None) -> Holding | None:
        terms = [
            term
            for term in self._terms.get(official.id, ())
            if (state is None or term.state == state) and (office is None or akin(term.office, office))
            and (term.since is None or term.since <= on)
        ]  # fmt: skip
        if not terms:
            return None
        ranked = sorted(terms, key=lambda term: (_order(term.covers(on)), _weight(term.office), _late(term)))
        best = ranked[-1]
        return Holding(official, best, best.covers(on))

    def holders_of(self, state: str, office: str, on: date) -> tuple[Holding, ...]:
        """Who holds an office of a state on a day: the certain ones, else those whose end is unknown."""
        terms = [
            (term.covers(on), term)
            for term in self._posts.get((state, office), ())
            if term.since is None or term.since <= on
        ]
        for wanted in (True, None):
            some = [term for covered, term in terms if covered is wanted]
            if some:
                return tuple(Holding(self._officials[term.official], term, wanted) for term in some)
        return ()

    def standing(self, state: str | None, on: date) -> Standing | None:
        """The state's standing under the Convention on the day; see ``states.standing``."""
        return states.standing(state, on)

    def officials(self) -> Iterator[Official]:
        """All officials."""
        yield from self._officials.values()

    def terms(self) -> Iterator[Term]:
        """All terms."""
        for terms in self._terms.values():
            yield from terms

    def offices(self) -> Iterator[Office]:
        """All canonical offices."""
        table = data("offices.toml")
        for code, fact in table["offices"].items():
            yield Office(code, fact["scope"], fact.get("state"), table["source"])

    def bodies(self) -> Iterator[Body]:
        """All named bodies."""
        table = data("bodies.toml")
        for code, fact in table["body"].items():
            names = tuple(name for key, value in fact.items() if isinstance(value, list) for name in value)
            title = fact["title"] or names[0]
            yield Body(
                code,
                title,
                fact.get("state"),
                fact.get("kind", "state"),
                fact["generic"],
                names,
                table["source"],
            )


_AKIN = (
    frozenset({"ambassador", "un_representative", "deputy_un_representative", "diplomat", "special_envoy"}),
    frozenset({"defence_minister", "deputy_defence_minister", "minister", "deputy_minister"}),
    frozenset({"foreign_minister", "deputy_foreign_minister", "minister", "deputy_minister", "diplomat"}),
    frozenset({"interior_minister", "deputy_interior_minister", "minister", "secretary"}),
    frozenset({"president", "head_of_state", "supreme_leader", "monarch", "head"}),
    frozenset({"prime_minister", "head_of_government", "head"}),
    frozenset({"deputy_prime_minister", "minister"}),
    frozenset({"spokesperson", "deputy_spokesperson", "security_adviser", "official"}),
    frozenset({"security_adviser", "adviser", "secretary", "deputy_security_adviser"}),
    frozenset({"chief_of_defence", "general", "commander", "officer", "head", "chief_of_staff", "chair"}),
    frozenset({"deputy_security_adviser", "chair"}),  # of a security council, as languages word it
    frozenset({"deputy_security_adviser", "head"}),
    frozenset({"deputy_security_adviser", "vice_president"}),
    frozenset({"governor", "regional_head", "mayor"}),
    frozenset({"adviser", "chief_of_staff", "head"}),
    frozenset(
        {
            "secretary",
            "foreign_minister",
            "defence_minister",
            "un_secretary_general",
            "nato_secretary_general",
        }
    ),
    frozenset({"secretary_general", "un_secretary_general", "nato_secretary_general"}),
    frozenset({"deputy_un_secretary_general", "un_high_commissioner", "un_coordinator"}),
    frozenset({"high_representative", "foreign_minister", "commissioner"}),
    frozenset({"member_of_parliament", "senator", "chair", "speaker_of_parliament", "party_leader"}),
    frozenset({"coordinator", "spokesperson", "un_coordinator"}),
    frozenset({"intelligence_chief", "head", "director"}),
    frozenset({"president", "icrc_president", "ccm_president", "commission_president", "council_president"}),
)


def akin(one: str, other: str) -> bool:
    """Whether two offices may be two wordings of one post."""
    return one == other or any(one in group and other in group for group in _AKIN)


_WEIGHT = {
    "president": 9,
    "prime_minister": 8,
    "foreign_minister": 7,
    "defence_minister": 7,
    "deputy_prime_minister": 1,
}


def _weight(office: str) -> int:
    return _WEIGHT.get(office, 5)


def _order(covers: bool | None) -> int:
    return {True: 2, None: 1, False: 0}[covers]


def _late(term: Term) -> date:
    return term.since or date.min
