"""How far a statement is confirmed: by its official source, by independent outlets, by one, by none known.

Copies of one text count once, and so do outlets of one owner. What an outlet is stands in its entry,
never in its name: a blog that calls itself a ministry gains nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from extractors.languages import words
from monitor.model import Corroboration, OutletKind

_OWNERS: Final = Path(__file__).parent / "data" / "owners.toml"
OFFICIAL_OUTLETS: frozenset[str] = frozenset({"ministry", "parliament", "igo"})


@dataclass(frozen=True, slots=True)
class Witness:
    """One appearance seen as evidence: the outlet, and the group of texts that are copies of each other."""

    outlet: str
    kind: OutletKind
    tier: int
    state: str | None = None  # whose official source the outlet is
    owner: str | None = None  # as its entry says
    holding: str | None = None  # the owner of its host, as ``owners.toml`` says
    copy_group: str | None = None  # an article's own, or the one it copies
    agency: str | None = None  # whose copy it says it is


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The level, how many outlets carry it, and how many of them do so on their own."""

    level: Corroboration
    outlets: int
    independent: int


@cache
def _holdings() -> dict[str, str]:
    groups = tomllib.loads(_OWNERS.read_text("utf-8"))["group"]
    return {host: group["owner"] for group in groups for host in group["hosts"]}


def owner_of_host(host: str | None) -> str | None:
    """Who owns the outlets of a host (``www.bild.de`` is Axel Springer's); None where that is not known."""
    labels = (host or "").lower().strip(".").split(":")[0].split(".")
    names = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((_holdings()[name] for name in names if name in _holdings()), None)


@cache
def _one_name() -> dict[str, str]:
    groups = words("common", "agencies").get("same", [])
    return {name.casefold(): group[0].casefold() for group in groups for name in group}


def agency_key(name: str) -> str:
    """One key for all names of a news agency, as an outlet of that name would have it."""
    key = " ".join(name.split()).casefold()
    return _one_name().get(key, key)


def is_official_source(witness: Witness, state: str | None) -> bool:
    """Whether an outlet is the own site of a body of that state: by its entry (kind, tier, state) alone."""
    own = witness.kind in OFFICIAL_OUTLETS and witness.tier == 1
    return own and state is not None and witness.state == state


def corroborate(witnesses: Sequence[Witness], state: str | None) -> Confirmed:
    """Weighs the appearances of one statement by a speaker of ``state``."""
    outlets = {w.outlet for w in witnesses}
    known = [w for w in witnesses if w.tier <= 2]
    groups = _independent_groups(known)
    if any(is_official_source(w, state) for w in witnesses):
        return Confirmed("official_source", len(outlets), max(groups, 1))
    if groups >= 2:
        return Confirmed("independent", len(outlets), groups)
    return Confirmed("single" if groups else "unverified", len(outlets), groups)


def _outlet(witness: Witness) -> str:
    return f"outlet {agency_key(witness.outlet)}"


def _independent_groups(witnesses: Sequence[Witness]) -> int:
    """Number of groups once those that share an outlet, an owner or a text are joined."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            key = parent[key]
        return key

    for witness in witnesses:
        first = root(_outlet(witness))
        for key in (
            witness.owner and f"owner {witness.owner.casefold()}",
            witness.holding and f"owner {witness.holding.casefold()}",
            witness.copy_group and f"text {witness.copy_group}",
            witness.agency and f"outlet {agency_key(witness.agency)}",
        ):
            if key:
                parent[root(key)] = first
                first = root(first)
    return len({root(_outlet(w)) for w in witnesses})
