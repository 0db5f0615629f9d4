"""Named points of an item's journey at which a test may kill the process; nothing in daily work.

``make crash`` sets CLUSTERWATCH_KILL_AT to one of NAMES (``name`` or ``name:n`` for the n-th passing).
"""

from __future__ import annotations

import os
import signal
from typing import Final

NAMES: Final[tuple[str, ...]] = (
    "poll.fetched",  # a feed's answer is here, nothing stored
    "poll.stored",  # its entries are stored
    "read.fetched",  # a page is here, nothing stored
    "read.stored",  # its article is stored
    "find.analysed",  # its reports are known, nothing stored
    "find.stored",  # its reports are stored
    "announce.matched",  # a report's statement is decided, nothing stored
    "announce.stored",  # statement, alert and deliveries are stored
    "deliver.released",  # what dead processes had taken is free again
    "deliver.composed",  # a delivery is taken and its message made, nothing stored
    "deliver.leased",  # a delivery is taken by this process
    "deliver.rendered",  # its message is ready
    "deliver.accepted",  # the other side took it, not marked
    "deliver.written",  # the mark is made, not stored
    "deliver.marked",  # marked as sent
)
_WANTED = os.environ.get("CLUSTERWATCH_KILL_AT", "")
_passed: dict[str, int] = {}


def passing(name: str) -> None:
    """Marks that the journey has come to ``name``; kills the process where a test asked for it."""
    if not _WANTED:
        return
    wanted, _, nth = _WANTED.partition(":")
    if name == wanted:
        _passed[name] = _passed.get(name, 0) + 1
        if _passed[name] >= int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)
