"""What is worth telling of a statement that was told already: what changed since, in plain words.

Quiet changes (a better source, more outlets, the words themselves where there was a report of them) go to a
thread or a digest. Loud ones (other words, another act) are told again, as an update.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monitor.identity.texts import alike, containment
from monitor.model import POSITIONS, ToldPassage

_LEVELS: Final = {"unverified": 0, "single": 1, "independent": 2, "official_source": 3}
#: A quotation is still there when this much of it is.
STILL: Final = 0.5
_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Change:
    """What an update says; ``loud`` where words or act are others than those that were told."""

    words: str
    loud: bool


def snapshot(
    level: str, independent: int, positions: Sequence[str], passages: Iterable[ToldPassage]
) -> dict[str, Any]:
    """What a message says, as JSON values, to hold the next state of the statement against."""
    quoted = [p for p in passages if p.kind == "direct"]
    return {
        "level": level,
        "independent": independent,
        "positions": list(positions),
        "quoted": [p.text for p in quoted[:_KEPT]],
        "verbatim": any(p.fidelity == "verbatim" for p in quoted),
    }


def what_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> Change | None:
    """The change between two snapshots, None where there is nothing to tell."""
    loud: list[str] = []
    quiet: list[str] = []
    first, then = _head(before["positions"]), _head(now["positions"])
    if then is not None and first != then:
        if first in (None, "neutral_comment") or first in now["positions"]:
            quiet.append(f"it {_said(then)} too")
        else:  # what was told of it does not hold any more
            loud.append(f"what it does: {_said(then)} (told before: {_said(first)})")
    if before["quoted"] and (gone := _gone(before["quoted"], now["quoted"])):
        loud.append(f"an outlet has changed the words: “{gone}” stands there no more")
    if now["quoted"] and not before["quoted"]:
        quiet.append("the words themselves, where there was only a report of them")
    elif now["verbatim"] and not before["verbatim"]:
        quiet.append("the words as they were spoken")
    if _LEVELS[now["level"]] > _LEVELS[before["level"]]:
        quiet.append(_confirmed(str(now["level"]), int(now["independent"])))
    if not loud and not quiet:
        return None
    return Change("; ".join(loud + quiet), bool(loud))


def _confirmed(level: str, independent: int) -> str:
    if level == "official_source":
        return "the official source has published it"
    return f"now in {independent} independent outlets" if level == "independent" else "now in a known outlet"


def _gone(before: Sequence[str], now: Sequence[str]) -> str | None:
    """A quotation that was told and of which nothing like it stands in the ledger now."""
    for text in before:
        if text in now or any(text in other or other in text for other in now):
            continue
        if any(alike(text, other) or containment(text, other)[0] >= STILL for other in now):
            continue
        return text if len(text) <= 120 else f"{text[:117]}…"
    return None


def _head(positions: Sequence[str]) -> str | None:
    return next((p for p in POSITIONS if p in positions), None)


def _said(position: str) -> str:
    return position.replace("_", " ")
