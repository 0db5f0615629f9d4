"""What is worth telling of a statement that was told already: what changed since.

Quiet changes (a better source, more outlets, a fuller quotation, a translation, one outlet of several that
takes its article back) go to a thread or a digest. Loud ones (other words, another act, another speaker,
nobody who stands by it any more) are told again, as an update.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monitor.identity.texts import alike, containment, words_of
from monitor.model import POSITIONS, Changed, Told, ToldPassage

_LEVELS: Final = {"unverified": 0, "single": 1, "independent": 2, "official_source": 3}
#: A quotation is still there when this much of it is.
STILL: Final = 0.5
#: One that was told and now stands in one so many times as long, and by so many words, has become fuller.
FULLER: Final = 1.4
FULLER_WORDS: Final = 4
_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Change:
    """What an update tells; ``loud`` where words, act or speaker are others than those that were told."""

    what: tuple[Changed, ...]
    loud: bool


def snapshot(told: Told) -> dict[str, Any]:
    """What a message says, as JSON values, to hold the next state of the statement against."""
    quoted = [p for p in told.passages if p.kind == "direct"]
    return {
        "level": told.corroboration,
        "independent": told.independent,
        "positions": list(told.positions),
        "quoted": [p.text for p in quoted[:_KEPT]],
        "verbatim": any(p.fidelity == "verbatim" for p in quoted),
        "languages": _languages(told.passages),
        "speaker": [told.speaker.name_en, told.speaker.state, told.speaker.body],
        "said_on": told.said.on.isoformat() if told.said.on else None,
        "withdrawn": sorted({o.name for o in told.outlets if o.withdrawn}),
        "carried": sum(not o.withdrawn for o in told.outlets),
        "merged": sorted(told.merged),
    }


def _languages(passages: Iterable[ToldPassage]) -> list[str]:
    """The languages of the words themselves."""
    return sorted({p.language for p in passages if p.language and p.kind == "direct"})


def what_changed(
    before: Mapping[str, Any], now: Mapping[str, Any], standing: Iterable[str] = ()
) -> Change | None:
    """The change between two snapshots; None where there is nothing to tell.

    ``standing`` are the quotations that the ledger has beside those that a message shows. What an earlier
    version of the program did not note in its snapshot has not changed.
    """
    before = {**now, **before}
    loud = [*_taken_back(before, now), *_other_speaker(before, now), *_other_act(before, now)]
    quiet = _added_act(before, now)
    if before["quoted"] and now["carried"] and (gone := _gone(before["quoted"], [*now["quoted"], *standing])):
        loud.append(Changed("words_changed", before=gone))
    quiet += _fuller(before, now)
    if before["said_on"] and now["said_on"] and before["said_on"] != now["said_on"]:
        quiet.append(Changed("said_on", now["said_on"], before["said_on"]))
    if _LEVELS[now["level"]] > _LEVELS[before["level"]]:
        quiet.append(_confirmed(str(now["level"]), int(now["independent"])))
    taken = sorted(set(now["withdrawn"]) - set(before["withdrawn"]))
    if taken and now["carried"]:
        quiet.append(Changed("taken_back", names=tuple(taken)))
    if joined := sorted(set(now["merged"]) - set(before["merged"])):
        quiet.append(Changed("joined", names=tuple(f"s{n}" for n in joined)))
    if not loud and not quiet:
        return None
    return Change((*loud, *quiet), bool(loud))


def _taken_back(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    if before["carried"] and not now["carried"]:
        return [Changed("withdrawn", names=tuple(now["withdrawn"]))]
    if now["carried"] and not before["carried"]:
        return [Changed("carried_again")]
    return []


def _other_speaker(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    """Another person or state; a fuller name, or a body whose voice is named now, is no other speaker."""
    (was, state_was, body_was), (who, state, body) = before["speaker"], now["speaker"]
    other = state_was is not None and state is not None and state != state_was
    if not other and was != who:
        bodies = {n.casefold() for n in (body_was, body) if n}
        named = set(words_of(was)) & set(words_of(who))
        other = not named and was.casefold() not in bodies and who.casefold() not in bodies
        other = other and state_was == state and _latin(was) and _latin(who)
    return [Changed("speaker", _of(who, state), _of(was, state_was))] if other else []


def _of(name: str, state: str | None) -> str:
    return f"{name} ({state})" if state else name


def _latin(name: str) -> bool:
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in name if c.isalpha())


def _other_act(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    first, then = _head(before["positions"]), _head(now["positions"])
    if then is None or first == then or first in (None, "neutral_comment") or first in now["positions"]:
        return []
    return [Changed("act", then, str(first))]


def _added_act(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    first, then = _head(before["positions"]), _head(now["positions"])
    if then is None or first == then:
        return []
    added = first in (None, "neutral_comment", *now["positions"])
    return [Changed("act_too", then)] if added else []


def _fuller(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    """What is known better of the words: themselves, as they were spoken, more of them, a translation."""
    if not now["quoted"]:
        return []
    if not before["quoted"]:
        return [Changed("words_themselves")]
    found: list[Changed] = []
    if now["verbatim"] and not before["verbatim"]:
        found.append(Changed("as_spoken"))
    elif any(_grown(text, now["quoted"]) for text in before["quoted"]):
        found.append(Changed("fuller"))
    if len(before["languages"]) == 1 and len(now["languages"]) > 1:
        new = sorted(set(now["languages"]) - set(before["languages"]))
        found.append(Changed("other_language", names=tuple(new)))
    return found


def _grown(text: str, now: Sequence[str]) -> bool:
    """Whether a quotation that was told is part of a longer one now, and stands nowhere as it was longest."""
    words = len(words_of(text))
    longest = max((len(words_of(o)) for o in now if _within(text, o)), default=0)
    return longest >= FULLER * words and longest >= words + FULLER_WORDS


def _within(text: str, other: str) -> bool:
    return text in other or (" ".join(words_of(text)) + " ") in " ".join(words_of(other)) + " "


def _confirmed(level: str, independent: int) -> Changed:
    if level == "independent":
        return Changed(level, str(independent))
    return Changed("official_source" if level == "official_source" else "known_outlet")


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
