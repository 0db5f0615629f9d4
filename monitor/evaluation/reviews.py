"""What people said of statements that were told: how often who, words, day, position and topic were right.

A statement counts where somebody said anything of it: confirmed it, rejected it, or answered an alert. Of a
statement's answers those count that were not taken back; one fault is enough. Rejected without a fault named
counts as a fault of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

#: What an answer of a reader finds fault with.
FAULTS: Final = {
    "wrong_speaker": "speaker",
    "not_official": "official",
    "wrong_words": "words",
    "wrong_day": "day",
    "wrong_position": "position",
    "same_as_another": "identity",
    "off_topic": "topic",
}


def evaluate_reviews(reviews: Iterable[Mapping[str, Any]], told: Sequence[str]) -> dict[str, Any]:
    """Precision by what people said. ``reviews`` have action, targets, says, undone; ``told`` are told ids.

    Gives ``told`` and ``reviewed`` (how many), ``precision`` (share of the reviewed without a fault, None
    for none), ``fields`` (the same a field) and ``faults`` (statement, fault, why).
    """
    seen: set[str] = set()
    faults: list[dict[str, Any]] = []
    for review in reviews:
        if review["undone"] or not review["targets"]:
            continue
        target = str(review["targets"][0])
        if target not in told:
            continue
        if review["action"] == "confirm":
            seen.add(target)
        elif review["action"] == "reject":
            seen.add(target)
            faults.append({"statement": target, "fault": "rejected", "why": review["why"]})
        elif review["action"] == "feedback":
            seen.add(target)
            named = [FAULTS[one] for one in review["says"] if one in FAULTS]
            faults += [{"statement": target, "fault": one, "why": review["why"]} for one in named]
    wrong = {f["statement"] for f in faults}
    return {
        "told": len(told),
        "reviewed": len(seen),
        "precision": _share(len(seen - wrong), len(seen)),
        "fields": {
            field: _share(len(seen) - len({f["statement"] for f in faults if f["fault"] == field}), len(seen))
            for field in FAULTS.values()
        },
        "faults": faults,
    }


def _share(right: int, of: int) -> float | None:
    return round(right / of, 4) if of else None
