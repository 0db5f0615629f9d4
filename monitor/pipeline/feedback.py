"""What readers say of a statement that they were told: kept as reviews, shown to a person as an issue.

A reader's word does not change the ledger: `review reject`, `assign` or `merge` do, by a person who answers
for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from monitor.errors import UsageError
from monitor.pipeline.review import note, statement_of
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.issues import raise_issue
from monitor.store.outbox import suspend
from monitor.store.questions import reviews_of
from monitor.store.schema import DeliveryRow

#: What a reader may say, in the order of the form; its words are the messages' (table ``answers``).
ANSWERS: Final[tuple[str, ...]] = (
    "right", "wrong_speaker", "not_official", "wrong_words", "wrong_day", "wrong_position",
    "same_as_another", "off_topic",
)  # fmt: skip
ACTION: Final = "feedback"
LEFT: Final = "its reader left the list"
_LONGEST: Final = 1000
_STATEMENT: Final = re.compile(r"s\d{1,18}", re.ASCII)


def say(
    services: Services,
    session: Session,
    statement_id: int,
    answers: Sequence[str],
    *,
    by: str,
    why: str = "",
    same_as: str = "",
    delivery: int | None = None,
) -> list[str]:
    """Keeps what a reader says of a statement; said again in the same words, it is kept once.

    Gives the answers kept, in their order. Raises UsageError where nothing is said, for an unknown answer,
    for ``right`` beside a fault, and for ``same_as`` that names no other statement.
    """
    chosen = [answer for answer in ANSWERS if answer in set(answers)]
    if unknown := sorted(set(answers) - set(ANSWERS)):
        raise UsageError(f"{unknown[0]!r} is no answer (known: {', '.join(ANSWERS)})")
    if not chosen:
        raise UsageError("say what is wrong, or that all of it is right")
    if "right" in chosen and len(chosen) > 1:
        raise UsageError("it cannot be all right and wrong")
    targets = [f"s{statement_of(session, statement_id).id}"]  # of a merged one, that which goes on
    other = same_as.strip().lower()
    if other:
        if not _STATEMENT.fullmatch(other) or other == targets[0]:
            raise UsageError(f"{same_as.strip()[:40]!r} is no other statement (it is written s12)")
        targets.append(f"s{statement_of(session, int(other[1:])).id}")
    words = " ".join(why.split())[:_LONGEST] or None
    given = {"says": chosen, "delivery": f"d{delivery}" if delivery else None}
    for earlier in reviews_of(session, ACTION):
        same = (earlier.by, earlier.targets, earlier.why, earlier.before) == (by, targets, words, given)
        if same and earlier.undone_by is None:
            return chosen
    note(session, services, ACTION, targets, by, words, given)
    if chosen != ["right"]:
        detail = (
            f"{by}: {', '.join(chosen)}" + (f" ({other})" if other else "") + (f": {words}" if words else "")
        )
        raise_issue(session, ACTION, targets[0], detail, services.now())
    return chosen


def leave(services: Services, session: Session, delivery: DeliveryRow) -> int:
    """Sends nothing more to the delivery's recipient; a person can take that back (`alerts resume`).

    Gives how many messages waited for it.
    """
    services.database.serialise(session, f"outbox {delivery.channel}")
    return suspend(session, delivery.channel, delivery.recipient, LEFT, services.now())
