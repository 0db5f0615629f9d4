"""Whether a text refers to a speaker: by the name, by the state he speaks for, or by words of answering."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any, Final

from extractors.languages import available, words
from extractors.languages.folding import fold
from monitor.model import Speaker
from monitor.officials.lexicon import DATA, territories

_HAN: Final = re.compile("[\u3400-\u9fff]")
#: A word shorter than this names nobody.
SHORT: Final = 3
#: A longer name of a state gives its last vowel up to the case in which it stands, in these languages.
STEM: Final = 4
_INFLECTED: Final = frozenset({"pl", "ru", "uk"})
_ENDINGS: Final = frozenset("aeoyiаяеоиыіїьй")


@cache
def relation_words() -> dict[str, Any]:
    """The tables of ``monitor/data/relations.toml``."""
    found: dict[str, Any] = tomllib.loads((DATA / "relations.toml").read_text("utf-8"))
    return found


@cache
def _state_words(state: str, language: str) -> re.Pattern[str] | None:
    """A pattern for a state's names, adjectives and capital in a language; ``*`` ends a stem."""
    forms: list[str] = []
    if language in available():
        table: dict[str, Any] = words(language, "states")
        for kind in ("names", "adjectives", "capitals"):
            forms += table.get(kind, {}).get(state, ())
    if name := territories().get(state, {}).get(language):
        ends = language in _INFLECTED and len(name) > STEM and name[-1] in _ENDINGS
        forms.append(f"{name[:-1]}*" if ends else name)
    parts = []
    for form in forms:
        plain = re.escape(fold(form.rstrip("*")).low)
        parts.append(plain if form.endswith("*") or _HAN.search(form) else plain + r"(?!\w)")
    if not parts:
        return None
    before = "" if language == "zh" else r"(?<!\w)(?:[وبل]?ال)?" if language in ("ar", "fa") else r"(?<!\w)"
    return re.compile(before + "(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")")


def refers(text: str, language: str | None, speaker: Speaker) -> str | None:
    """How a text refers to a speaker or to a saying that it answers, in words; None where it does not."""
    code = (language or "en")[:2].lower()
    low = fold(text).low
    for cue in relation_words()["replies"].get(code, ()):
        if fold(cue).low in low:
            return f"words of answering ({cue})"
    for name in {speaker.name, speaker.name_en}:
        last = fold(name).low.split()[-1:] if name != speaker.body else [fold(name).low]
        if last and len(last[0]) > SHORT and re.search(rf"(?<!\w){re.escape(last[0])}", low):
            return f"names {name}"
    pattern = _state_words(speaker.state, code) if speaker.state else None
    found = pattern.search(low) if pattern else None
    return f"names its state ({found.group()})" if found else None
