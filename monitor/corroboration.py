"""How far a statement is confirmed: by its official source, by independent outlets, by one, by none known.

Copies of one text count once, and so do outlets of one owner. What an outlet is stands in its entry,
never in its name: a blog that calls itself a ministry gains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Corroboration, OutletKind

OFFICIAL_OUTLETS: frozenset[str] = frozenset({"ministry", "parliament", "igo"})


@dataclass(frozen=True, slots=True)
class Witness:
    """One appearance seen as evidence: the outlet, and the group of texts that are copies of each other."""

    outlet: str
    kind: OutletKind
    tier: int
    state: str | None = None  # whose official source the outlet is
    owner: str | None = None
    copy_group: str | None = None  # an article's own, or the one it copies, or the agency it credits


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The level, how many outlets carry it, and how many of them do so on their own."""

    level: Corroboration
    outlets: int
    independent: int


def corroborate(witnesses: Sequence[Witness], state: str | None) -> Confirmed:
    """Weighs the appearances of one statement by a speaker of ``state``."""
    outlets = {w.outlet for w in witnesses}
    known = [w for w in witnesses if w.tier <= 2]
    groups = _independent_groups(known)
    if any(w.kind in OFFICIAL_OUTLETS and w.tier == 1 and state and w.state == state for w in witnesses):
        return Confirmed("official_source", len(outlets), max(groups, 1))
    if groups >= 2:
        return Confirmed("independent", len(outlets), groups)
    return Confirmed("single" if groups else "unverified", len(outlets), groups)


def _independent_groups(witnesses: Sequence[Witness]) -> int:
    """Number of groups once those that share an outlet, an owner or a text are joined."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            key = parent[key]
        return key

    for witness in witnesses:
        first = root(f"outlet {witness.outlet}")
        for key in (
            witness.owner and f"owner {witness.owner}",
            witness.copy_group and f"text {witness.copy_group}",
        ):
            if key:
                parent[root(key)] = first
                first = root(first)
    return len({root(f"outlet {w.outlet}") for w in witnesses})
