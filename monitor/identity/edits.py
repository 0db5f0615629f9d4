"""What an edit changed: the paragraphs that a later version of an article has, lacks, or words otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: More edits than this are not listed: a live page grows by the hundred.
MAX_EDITS: Final = 60


@dataclass(frozen=True, slots=True)
class Edit:
    """One paragraph: as it was (None: it is new) and as it is (None: it is gone)."""

    was: str | None
    now: str | None


def edits(before: str, after: str) -> list[Edit]:
    """The edits from one text to the next, in the order of the text, at most ``MAX_EDITS``.

    Paragraphs that took the place of others are paired in order, so that a reworded one shows both wordings.
    """
    old, new = before.split("\n"), after.split("\n")
    found: list[Edit] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        was, now = [p for p in old[i1:i2] if p], [p for p in new[j1:j2] if p]
        for number in range(max(len(was), len(now))):
            found.append(
                Edit(
                    was[number] if number < len(was) else None,
                    now[number] if number < len(now) else None,
                )
            )
    return found[:MAX_EDITS]
