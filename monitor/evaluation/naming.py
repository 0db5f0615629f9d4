"""How often the speaker of a quoted segment is named right: the program's names against a corpus's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from extractors.attribution import find_attributions, guess_below, pronoun_of
from monitor.analysis.speakers import Speakers
from monitor.evaluation.corpora import Quoted, QuotedText
from monitor.model import Held, Speaker
from monitor.officials import Register, cast_of, load_register
from monitor.officials.names import name_key, same_name

#: A segment is answered by the attribution that has at least this share of its characters.
SHARE: Final = 0.5
_WORD: Final = re.compile(r"\w+")

Verdict = Literal["right", "wrong", "abstained"]


@dataclass(frozen=True, slots=True)
class Named:
    """What the program says of some quoted words: its names for the speaker, none where it abstains."""

    start: int
    end: int
    names: tuple[str, ...]
    rule: str


@cache
def _register(lists: tuple[str, ...]) -> Register:
    return load_register(*lists)


def named_job(text: str, language: str, on: date, lists: tuple[str, ...] = ()) -> list[Named]:
    """The speakers of all quoted words of a text, on the topic or not; for a worker process.

    It abstains where no source is found, where the rule is a guess by nearness, and where the source is a
    pronoun or a role that stands for nobody named.
    """
    cast = cast_of(text, language, _register(lists), on)
    speakers = Speakers(text, language, cast)
    found = []
    for row in find_attributions(text, language):
        speaker, words = speakers.of(row, None)
        if row.kind != "direct":
            continue
        source = row.source.of(text) if row.source else ""
        names = _names(speaker, words, source, language)
        if row.confidence < guess_below():
            names = ()
        found.append(Named(row.content.start, row.content.end, names, row.rule))
    return found


def _names(speaker: Speaker | Held, words: str, source: str, language: str) -> tuple[str, ...]:
    names: tuple[str, ...]
    if isinstance(speaker, Speaker):
        names = (speaker.name, speaker.name_en, words, speaker.role or "")
    else:
        names = (words or source,)  # not an official, or not known to be one: named all the same
    told = (name.strip() for name in names)
    return tuple(dict.fromkeys(name for name in told if name and pronoun_of(name, language) is None))


def measure_naming(
    texts: Sequence[QuotedText], answers: Mapping[str, Sequence[Named]], languages: Mapping[str, str]
) -> dict[str, Any]:
    """Counts and shares: ``precision`` of those named, ``recall`` of all; by language and by rule, with
    every segment that is not right. ``answers`` and ``languages`` are by the text's id."""
    total: Counter[str] = Counter()
    by_language: dict[str, Counter[str]] = {}
    by_rule: dict[str, Counter[str]] = {}
    failures = []
    for text in texts:
        language = languages[text.id]
        for segment in text.segments:
            named = _answer(segment, answers.get(text.id, ()))
            verdict = judge(named, segment, language)
            total[verdict] += 1
            by_language.setdefault(language, Counter())[verdict] += 1
            by_rule.setdefault(named.rule if named else "none", Counter())[verdict] += 1
            if verdict != "right":
                failures.append(_failure(text, segment, named, verdict))
    return {
        **_shares(total),
        "texts": len(texts),
        "by_language": {name: _shares(counts) for name, counts in sorted(by_language.items())},
        "by_rule": {name: _shares(counts) for name, counts in sorted(by_rule.items())},
        "failures": failures,
    }


def judge(named: Named | None, segment: Quoted, language: str) -> Verdict:
    """Whether the program's speaker is one of the names that the corpus allows."""
    if named is None or not named.names:
        return "abstained"
    return "right" if any(_meet(n, s, language) for n in named.names for s in segment.speakers) else "wrong"


def _meet(ours: str, theirs: str, language: str) -> bool:
    """One name in two forms, or one phrase inside the other (`the minister`, `Minister Oona Example`)."""
    one, other = name_key(ours, language), name_key(theirs, language)
    if one and other and same_name(one, other):
        return True
    short, long = sorted((_WORD.findall(ours.casefold()), _WORD.findall(theirs.casefold())), key=len)
    size = len(short)
    return bool(short) and any(long[at : at + size] == short for at in range(len(long) - size + 1))


def _answer(segment: Quoted, found: Sequence[Named]) -> Named | None:
    """The attribution that shares most characters with a segment, if these are enough of it."""
    best, most = None, 0
    for one in found:
        shared = min(one.end, segment.end) - max(one.start, segment.start)
        if shared > most:
            best, most = one, shared
    return best if most >= SHARE * (segment.end - segment.start) else None


def _failure(text: QuotedText, segment: Quoted, named: Named | None, verdict: Verdict) -> dict[str, Any]:
    return {
        "document": text.id,
        "what": verdict,
        "text": text.text[segment.start : segment.end],
        "speaker": list(segment.speakers),
        "named": list(named.names) if named else [],
        "rule": named.rule if named else None,
    }


def _shares(counts: Counter[str]) -> dict[str, Any]:
    right, wrong, abstained = counts["right"], counts["wrong"], counts["abstained"]
    segments = right + wrong + abstained
    return {
        "segments": segments,
        "right": right,
        "wrong": wrong,
        "abstained": abstained,
        "precision": round(right / (right + wrong), 4) if right + wrong else None,
        "recall": round(right / segments, 4) if segments else None,
    }
