"""When a feed floods: old items given as new, a mass of items, more statements at once than a feed ever has.

Figures are our own: in the week of July 2023 in which the announcement fell no feed of 41 had more than
five statements within an hour, and a feed that comes back from days of silence gives items of those days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

#: So many items at once that should have been there at an earlier poll are a flood.
OLD_ITEMS: Final = 20
#: ... where they are at least this share of what is new.
OLD_SHARE: Final = 0.5
#: How long an item may take from its date into its feed.
SLOW: Final = timedelta(hours=24)
#: So many new items at once, within ``MASS_IN`` of the last answer, are a flood whatever their dates say: a
#: feed that was moved dates its past anew. The starting set's fullest feeds list a hundred.
MASS: Final = 200
MASS_IN: Final = timedelta(hours=12)
#: New statements from so many articles of one outlet alone within ``STATEMENTS_IN`` are a flood.
ARTICLES: Final = 12
STATEMENTS_IN: Final = timedelta(hours=1)


def is_storm(new: Sequence[datetime | None], last_ok: datetime | None, now: datetime) -> bool:
    """Whether new items of a feed, by their dates, are its past given again (or undated ones in a mass).

    ``last_ok`` is when the feed last answered; None on its first poll, which the baseline answers for. One
    that lies ahead of ``now`` was told by a clock that has been put right since, and counts as now.
    """
    if last_ok is None:
        return False
    if len(new) >= MASS and now - min(last_ok, now) <= MASS_IN:
        return True
    old = sum(1 for date in new if date is None or date < min(last_ok, now) - SLOW)
    return old >= OLD_ITEMS and old >= OLD_SHARE * len(new)
