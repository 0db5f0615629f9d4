"""What is worth telling of a statement that was told already: what changed since, in plain words.

Quiet changes (a better source, more outlets, a fuller quotation, a translation, one outlet of several that
takes its article back) go to a thread or a digest. Loud ones (other words, another act, another speaker,
nobody who stands by it any more) are told again, as an update.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monitor.identity.texts import alike, containment, words_of
from monitor.model import POSITIONS, Told, ToldPassage

_LEVELS: Final = {"unverified": 0, "single": 1, "independent": 2, "official_source": 3}
#: A quotation is still there when this much of it is.
STILL: Final = 0.5
#: One that was told and now stands in one so many times as long, and by so many words, has become fuller.
FULLER: Final = 1.4
FULLER_WORDS: Final = 4
_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Change:
    """What an update says; ``loud`` where words, act or speaker are others than those that were told."""

    words: str
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
    """The change between two snapshots, None where there is nothing to tell.

    ``standing`` are the quotations that the ledger has beside those that a message shows. What an earlier
    version of the program did not note in its snapshot has not changed.
    """
    before = {**now, **before}
    loud = [*_taken_back(before, now), *_other_speaker(before, now), *_other_act(before, now)]
    quiet = _added_act(before, now)
    if before["quoted"] and now["carried"] and (gone := _gone(before["quoted"], [*now["quoted"], *standing])):
        loud.append(f"an outlet has changed the words: “{gone}” stands there no more")
    quiet += _fuller(before, now)
    if before["said_on"] and now["said_on"] and before["said_on"] != now["said_on"]:
        quiet.append(f"said on {now['said_on']} (told before: {before['said_on']})")
    if _LEVELS[now["level"]] > _LEVELS[before["level"]]:
        quiet.append(_confirmed(str(now["level"]), int(now["independent"])))
    taken = sorted(set(now["withdrawn"]) - set(before["withdrawn"]))
    if taken and now["carried"]:
        quiet.append(f"{_names(taken)} {_has(taken)} taken it back; others stand by it")
    if joined := sorted(set(now["merged"]) - set(before["merged"])):
        quiet.append(f"{_names([f's{n}' for n in joined])}, told before, {_is(joined)} this statement too")
    if not loud and not quiet:
        return None
    return Change("; ".join(loud + quiet), bool(loud))


def _taken_back(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    if before["carried"] and not now["carried"]:
        who = _names(now["withdrawn"]) or "its outlet"
        return [f"WITHDRAWN: {who} {_has(now['withdrawn'])} taken it back, and no other outlet carries it"]
    if now["carried"] and not before["carried"]:
        return ["carried again, after every outlet that had it had taken it back"]
    return []


def _other_speaker(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Another person or state; a fuller name, or a body whose voice is named now, is no other speaker."""
    (was, state_was, body_was), (who, state, body) = before["speaker"], now["speaker"]
    other = state_was is not None and state is not None and state != state_was
    if not other and was != who:
        bodies = {n.casefold() for n in (body_was, body) if n}
        named = set(words_of(was)) & set(words_of(who))
        other = not named and was.casefold() not in bodies and who.casefold() not in bodies
        other = other and state_was == state and _latin(was) and _latin(who)
    if not other:
        return []
    where = f" of {state}" if state else ""
    return [f"the speaker is {who}{where} (told before: {was}{f' of {state_was}' if state_was else ''})"]


def _latin(name: str) -> bool:
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in name if c.isalpha())


def _other_act(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    first, then = _head(before["positions"]), _head(now["positions"])
    if then is None or first == then or first in (None, "neutral_comment") or first in now["positions"]:
        return []
    return [f"what it does: {_said(then)} (told before: {_said(str(first))})"]


def _added_act(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    first, then = _head(before["positions"]), _head(now["positions"])
    if then is None or first == then:
        return []
    return [f"it {_said(then)} too"] if first in (None, "neutral_comment", *now["positions"]) else []


def _fuller(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is known better of the words: themselves, as they were spoken, more of them, a translation."""
    if not now["quoted"]:
        return []
    if not before["quoted"]:
        return ["the words themselves, where there was only a report of them"]
    found: list[str] = []
    if now["verbatim"] and not before["verbatim"]:
        found.append("the words as they were spoken")
    elif any(_grown(text, now["quoted"]) for text in before["quoted"]):
        found.append("a fuller quotation")
    if len(before["languages"]) == 1 and len(now["languages"]) > 1:
        new = sorted(set(now["languages"]) - set(before["languages"]))
        found.append(f"the words in another language too: {', '.join(new)}")
    return found


def _grown(text: str, now: Sequence[str]) -> bool:
    """Whether a quotation that was told is part of a longer one now, and stands nowhere as it was longest."""
    words = len(words_of(text))
    longest = max((len(words_of(o)) for o in now if _within(text, o)), default=0)
    return longest >= FULLER * words and longest >= words + FULLER_WORDS


def _within(text: str, other: str) -> bool:
    return text in other or (" ".join(words_of(text)) + " ") in " ".join(words_of(other)) + " "


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


def _names(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _has(names: Sequence[object]) -> str:
    return "have" if len(names) > 1 else "has"


def _is(names: Sequence[object]) -> str:
    return "are" if len(names) > 1 else "is"


def _head(positions: Sequence[str]) -> str | None:
    return next((p for p in POSITIONS if p in positions), None)


def _said(position: str) -> str:
    return position.replace("_", " ")
