"""Named points of an item's journey at which a test may kill the process; nothing in daily work.

``make crash`` sets CLUSTERWATCH_KILL_AT to one of NAMES (``name`` or ``name:n`` for the n-th passing).
"""

from __future__ import annotations

import os
import signal
from typing import Final

NAMES: Final[tuple[str, ...]] = (
    "poll.begun",  # it is known which feeds are asked
    "poll.fetched",  # a feed's answer is here, nothing stored
    "poll.parsed",  # its entries are known, nothing stored
    "poll.written",  # they are written, not committed
    "poll.stored",  # they are stored
    "read.begun",  # it is known which pages are read
    "read.fetched",  # a page is here, nothing stored
    "read.extracted",  # its text is known, nothing stored
    "read.written",  # its article is written, not committed
    "read.stored",  # it is stored
    "find.analysed",  # its reports are known, nothing stored
    "find.written",  # they are written, not committed
    "find.stored",  # they are stored
    "announce.begun",  # a report is taken up
    "announce.matched",  # its statement is decided and written, not committed
    "announce.written",  # alert and deliveries too, not committed
    "announce.stored",  # statement, alert and deliveries are stored
    "deliver.released",  # what dead processes had taken is free again
    "deliver.composed",  # a delivery is taken and its message made, not committed
    "deliver.leased",  # a delivery is taken by this process
    "deliver.rendered",  # its message is ready
    "email.given",  # the mail server has the message whole, and has not answered
    "deliver.accepted",  # the other side took it, not marked
    "deliver.written",  # the mark is made, not committed
    "deliver.marked",  # marked as sent
)
#: The journey of a notice to operators, which only a channel that is down begins.
NOTICES: Final[tuple[str, ...]] = (
    "operators.written",  # the notices are stored
    "operators.leased",  # one is taken by this process
    "operators.accepted",  # the other side took it, not marked
    "operators.marked",  # marked as sent
)
#: The journey of the past, which only a backfill begins.
PAST: Final[tuple[str, ...]] = (
    "backfill.laid",  # the windows of a target are stored
    "backfill.taken",  # a window is taken by this process
    "backfill.listed",  # what the archive named is stored, nothing of it fetched
    "backfill.fetched",  # some pages are here and stored as they came, none is read
    "backfill.written",  # an article is written, not committed
    "backfill.read",  # it is stored
    "backfill.found",  # what is in it is found and matched
    "backfill.advanced",  # the archive's mark is moved behind it
    "backfill.done",  # the window is done
    "backfill.told",  # the digest's rows are written, not committed
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
