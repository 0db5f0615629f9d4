"""Whether the watch still hears: feeds that have fallen silent, languages and regions that nobody listens to.

A feed is silent when nothing new came from it for much longer than its own rhythm allows; one that has
failed for days is no quieter than it was, but not heard either.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

#: So many arrivals make a rhythm; with fewer a feed is silent after ``UNKNOWN``.
RHYTHM: Final = 6
UNKNOWN: Final = timedelta(days=30)
#: Silent is who has been quiet for so many times nine tenths of its own pauses, and for two days.
TIMES: Final = 4
LEAST: Final = timedelta(days=2)
#: A feed that has not answered for so long counts as failing.
FAILING: Final = timedelta(days=3)
#: A language or region in which nothing new came for so long is a blind spot.
HEARD: Final = timedelta(days=7)


def silent_since(arrivals: Iterable[datetime], heard_until: datetime | None) -> datetime | None:
    """When a feed was last heard, if that is too long ago for its rhythm; else None.

    ``arrivals`` are moments at which it had something new, ``heard_until`` when it last answered: what was
    not asked cannot be silent.
    """
    moments = sorted(set(arrivals))
    if not moments or heard_until is None:
        return None
    return moments[-1] if heard_until - moments[-1] > _patience(moments) else None


def may_be_silent(latest: datetime | None, heard_until: datetime | None) -> bool:
    """Whether a feed that had something new at ``latest`` could be silent, whatever its rhythm."""
    return latest is not None and heard_until is not None and heard_until - latest > LEAST


def _patience(moments: Sequence[datetime]) -> timedelta:
    if len(moments) < RHYTHM:
        return UNKNOWN
    pauses = sorted(b - a for a, b in pairwise(moments))
    usual = pauses[int(0.9 * (len(pauses) - 1))]
    return max(LEAST, usual * TIMES)


def failing_since(
    last_ok: datetime | None, added: datetime, failures: float, now: datetime
) -> datetime | None:
    """Since when a feed gives no answer, where that is days; None for one that answers."""
    since = last_ok or added
    return since if failures > 0 and now - since >= FAILING else None


@cache
def regions() -> dict[str, frozenset[str]]:
    """The states of each region of the world (``monitor/data/regions.toml``)."""
    text = (Path(__file__).parent / "data" / "regions.toml").read_text("utf-8")
    return {name: frozenset(states) for name, states in tomllib.loads(text)["regions"].items()}


def region_of(state: str | None) -> str | None:
    """The region of a state by its code; None for what is in none."""
    return next((name for name, states in regions().items() if state in states), None)


def unheard(wanted: Iterable[str], heard: Iterable[str | None]) -> tuple[str, ...]:
    """Those of ``wanted`` that were not heard, in their order, each once."""
    known = {one.casefold() for one in heard if one}
    return tuple(one for one in dict.fromkeys(wanted) if one.casefold() not in known)
