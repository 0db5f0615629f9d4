"""On what occasion words were said, whether they are new or recalled, and how near they are to the speaker's.

The words that show it are the ``occasion`` tables of ``extractors/languages``; the languages that a
state's officials speak are ``monitor/data/languages_of_states.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from extractors.languages import words
from extractors.languages.folding import Folded, fold
from monitor.model import Fidelity, PassageKind, Reporting, Said, When

#: Words said no more than this before publication are new (guidelines, section 2).
NEW_FOR: Final = timedelta(days=3)

_DATA = Path(__file__).parent / "data" / "languages_of_states.toml"
_NEVER = re.compile(r"(?!)")
_UNCASED: Final = frozenset({"ar", "fa", "zh"})
_WORDS = re.compile(r"\w+")
_END = re.compile(r"[.!?…。！？؟۔][”\"»’')\]]*$")


@dataclass(frozen=True, slots=True)
class _Venue:
    pattern: re.Pattern[str]
    shape: str
    capital: bool
    title: bool


@dataclass(frozen=True, slots=True)
class _Occasions:
    venues: tuple[_Venue, ...]
    recalled: re.Pattern[str]
    background: re.Pattern[str]
    machine: re.Pattern[str]


@cache
def _occasions(language: str) -> _Occasions:
    table: dict[str, Any] = words(language, "occasion")

    def joined(key: str) -> re.Pattern[str]:
        rows = table.get(key, ())
        return re.compile("|".join(f"(?:{row})" for row in rows)) if rows else _NEVER

    venues = tuple(
        _Venue(re.compile(row["re"]), row["as"], bool(row.get("capital")), bool(row.get("title")))
        for row in table.get("venues", ())
    )
    return _Occasions(venues, joined("recalled"), joined("background"), joined("machine"))


@cache
def languages_of(state: str | None) -> frozenset[str]:
    """The languages in which a state's or an organisation's officials speak; empty where not known."""
    table: dict[str, list[str]] = tomllib.loads(_DATA.read_text("utf-8"))["states"]
    return frozenset(table.get(state or "", ()))


def venue_of(frames: Sequence[str], language: str) -> str | None:
    """Where or how the words were said, as the frames tell it ("interview with NBC", "Telegram"), or None.

    A place or an outlet is given as the text spells it. The first row of the table that matches any
    frame wins, so the more telling ones stand first.
    """
    folded = [(frame, fold(frame)) for frame in frames]
    for venue in _occasions(language).venues:
        for frame, plain in folded:
            for match in venue.pattern.finditer(plain.low):
                if (worded := _worded(venue, match, frame, plain)) is not None:
                    return worded
    return None


def _worded(venue: _Venue, match: re.Match[str], frame: str, plain: Folded) -> str | None:
    shape = venue.shape
    for name in ("which", "outlet", "where"):
        hole = f"{{{name}}}"
        if hole not in shape:
            continue
        span = match.span(name) if name in match.re.groupindex else (-1, -1)
        value = plain.span(*span).of(frame).strip(" ,.;:") if span[0] >= 0 else ""
        if venue.capital and name != "which":
            value = _proper(value)
            if not value and name == "outlet":
                return None
        if not value:
            shape = re.sub(rf"\s*\S+ {re.escape(hole)}|\s*{re.escape(hole)}", "", shape)
        else:
            shape = shape.replace(hole, value)
    shape = shape.strip()
    return (shape[:1].upper() + shape[1:] if venue.title else shape) or None


def _proper(value: str) -> str:
    """The leading words of a name: those with a capital, with small words between them."""
    kept: list[str] = []
    for word in value.split():
        if word[:1].isupper() or word[:1].isdigit() or (word.casefold() in {"the", "del", "of", "de", "la"}):
            kept.append(word)
        else:
            break
    while kept and not kept[-1][:1].isupper():
        kept.pop()
    return " ".join(kept)


def reporting_of(
    said: Said, published: When | None, frames: Sequence[str], language: str, *, opening: bool = False
) -> Reporting:
    """``new`` or ``recalled``: the day decides where it is known, else the words of the frames.

    Undated words are new in a report of the day unless the frames recall them ("last month", "has
    accused"). A day after publication is read as new: clocks and zones differ. ``opening``: the words are
    the report's first, where a perfect tense tells the news ("X has denied …") and no background.
    """
    day = _day(published)
    if day is not None and said.on is not None:
        return "new" if day - said.on <= NEW_FOR else "recalled"
    if day is not None and said.latest is not None and day - said.latest > NEW_FOR:
        return "recalled"
    known = _occasions(language)
    patterns = (known.recalled,) if opening else (known.recalled, known.background)
    folded = [fold(frame).low for frame in frames]
    if any(pattern.search(frame) for pattern in patterns for frame in folded):
        return "recalled"
    return "new"


def _day(published: When | None) -> date | None:
    return published.value.date() if published is not None and published.precision != "month" else None


def fidelity_of(
    text: str,
    kind: PassageKind,
    language: str | None,
    speaker_state: str | None,
    *,
    machine_translated: bool = False,
) -> Fidelity:
    """How near a passage is to the speaker's own words.

    ``paraphrase`` for indirect speech. Direct words in a language that the speaker's state does not speak
    are ``translated``; in one that it does, ``back_translated`` on a page that bears the marks of machine
    translation, else ``verbatim`` for whole sentences and ``partial`` for fragments. Where the state is
    not known, the words are taken as they stand.
    """
    if kind == "indirect":
        return "paraphrase"
    spoken = languages_of(speaker_state)
    if spoken and language and language not in spoken:
        return "translated"
    if machine_translated:
        return "back_translated"
    return "verbatim" if _whole(text, language) else "partial"


def _whole(text: str, language: str | None) -> bool:
    said = text.strip(" \n“”\"«»„'‘’…")
    if not said:
        return False
    if _END.search(text.strip()) and (language in _UNCASED or said[0].isupper() or said[0].isdigit()):
        return True
    if language == "zh":
        return len(said) >= 12
    count = len(_WORDS.findall(said))
    if language in _UNCASED:
        return count >= 6
    return count >= 4 and (said[0].isupper() or said[0].isdigit())


def machine_marks(text: str, language: str | None) -> tuple[str, ...]:
    """The words of a page that show that a machine translated it, as they stand; empty where none do."""
    codes = dict.fromkeys((language or "en", "en"))
    plain = fold(text)
    found: list[str] = []
    for code in codes:
        found += [
            plain.span(*match.span()).of(text) for match in _occasions(code).machine.finditer(plain.low)
        ]
    return tuple(found)
