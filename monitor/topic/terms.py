"""Where a text names the topic: the terms of all languages, with the context that each needs.

A *free* term is the weapon or the Convention wherever it stands; a *near* term needs a word of war
beside it; a *beside* term counts only in a text that has a free or near one. A hit inside a figure of
speech is none. The words are the ``topic`` tables of ``extractors/languages``; they are matched in folded
text, and every language is tried whose stems occur, so a wrong language tag loses nothing.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from extractors.languages import words
from extractors.languages.folding import Folded, fold
from monitor.model import LANGUAGES, Span

#: How far, in characters, a near term may stand from the word that it needs.
NEAR: Final = 220

#: How far around a stem its patterns look.
WINDOW: Final = 180
#: More hits than this are no accident in any text.
FEW: Final = 6

_TAGS = re.compile(r"<[^<>]{0,400}>")
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at its place in the text, and the language whose table has it (``common`` for all)."""

    span: Span
    language: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One language's table, compiled."""

    language: str
    stems: tuple[str, ...]
    free: re.Pattern[str]
    near: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    beside: re.Pattern[str]
    figurative: re.Pattern[str]
    foreign: re.Pattern[str]
    world: re.Pattern[str]


def alternation(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern of many; it matches nothing where there are none."""
    parts = [f"(?:{pattern})" for pattern in patterns]
    return re.compile("|".join(parts), re.MULTILINE) if parts else _NEVER


def _one(table: dict[str, Any], key: str) -> re.Pattern[str]:
    pattern = table.get(key)
    return re.compile(pattern, re.MULTILINE) if pattern else _NEVER


@cache
def terms(language: str) -> Terms:
    """The compiled terms of a language, or of ``common``."""
    table = words(language, "topic")
    return Terms(
        language,
        tuple(table.get("stems", ())),
        alternation(table.get("free", ())),
        tuple((re.compile(row["re"]), re.compile(row["by"])) for row in table.get("near", ())),
        alternation(table.get("beside", ())),
        alternation(table.get("figurative", ())),
        _one(table, "foreign"),
        _one(table, "world"),
    )


@cache
def _all_terms() -> tuple[Terms, ...]:
    return tuple(terms(language) for language in ("common", *LANGUAGES))


@cache
def all_stems() -> tuple[str, ...]:
    """The stems of all languages in folded letters; a text without any of them does not name the topic."""
    return tuple(sorted({stem for each in _all_terms() for stem in each.stems}))


def find_terms(folded: Folded, language: str | None = None, without: Iterable[Span] = ()) -> tuple[Hit, ...]:
    """All hits of a text in its order, in offsets of the original text; overlapping ones are joined.

    ``language`` is that of the text where it is known: the terms that need a context are then those of
    this language and of the languages whose free terms stand in the text; with None those of all.
    ``without`` are stretches that are no part of what the text says.
    """
    low = folded.low
    for span in without:
        start, end = folded.forth(span.start), folded.forth(span.end)
        low = f"{low[:start]}{' ' * (end - start)}{low[end:]}"
    strong: list[tuple[int, int, str]] = []
    weak: list[tuple[int, int, str]] = []
    figures: list[tuple[int, int]] = []
    for table in _all_terms():
        windows = _windows(low, table.stems)
        if not windows:
            continue
        name = table.language
        free = [(*span, name) for span in _within(table.free, low, windows)]
        near: list[tuple[int, int, str]] = []
        if free or language is None or name in (language, "common"):
            for pattern, needs in table.near:
                near += [(*found, name) for found in _near(pattern, needs, low, windows)]
        if free or near:
            strong += free + near
            figures += _within(table.figurative, low, windows)
            weak += [(*match.span(), name) for match in table.beside.finditer(low)]
    figures = _merged(figures)
    strong = [row for row in strong if not _inside(row, figures)]
    if not strong:
        return ()
    weak = [row for row in weak if not _inside(row, figures)]
    return _joined(folded, sorted(strong + weak, key=lambda row: (row[0], -row[1], row[2] != language)))


def _windows(low: str, stems: Iterable[str]) -> list[tuple[int, int]]:
    """The stretches around the stems; no pattern of a table matches without a stem in it or beside it."""
    places: list[int] = []
    for stem in stems:
        at = low.find(stem)
        while at >= 0:
            places.append(at)
            at = low.find(stem, at + 1)
    windows: list[tuple[int, int]] = []
    for at in sorted(places):
        if windows and at - WINDOW <= windows[-1][1]:
            windows[-1] = (windows[-1][0], at + WINDOW)
        else:
            windows.append((max(0, at - WINDOW), at + WINDOW))
    return windows


def _within(pattern: re.Pattern[str], low: str, windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [match.span() for start, end in windows for match in pattern.finditer(low, start, end)]


def _near(
    pattern: re.Pattern[str], needs: re.Pattern[str], low: str, windows: list[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    for start, end in _within(pattern, low, windows):
        before, after = low[max(0, start - NEAR) : start], low[end : end + NEAR]
        if needs.search(before) or needs.search(after):
            yield start, end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _inside(row: tuple[int, int, str], figures: list[tuple[int, int]]) -> bool:
    at = bisect_right(figures, row[0], key=lambda figure: figure[1])
    return at < len(figures) and figures[at][0] < row[1]


def _joined(folded: Folded, rows: list[tuple[int, int, str]]) -> tuple[Hit, ...]:
    hits: list[tuple[int, int, str]] = []
    for start, end, language in rows:
        if hits and start < hits[-1][1]:
            last = hits[-1]
            hits[-1] = (last[0], max(last[1], end), last[2])
        else:
            hits.append((start, end, language))
    return tuple(Hit(folded.span(start, end), language) for start, end, language in hits)


def elsewhere_meant(low: str, hits: tuple[Hit, ...], language: str | None = None) -> bool:
    """Whether few hits stand in a text of another world.

    Two words of it (music, games, cooking) without a word of war are enough; of computer games, which have
    armies of their own, four words decide against the words of war.
    """
    if not hits or len(hits) > FEW:
        return False
    if len(hits) <= FEW // 2 and len(terms("common").foreign.findall(low)) >= 4:
        return True
    languages = {language} if language else {hit.language for hit in hits} - {"common"}
    for code in languages:
        table = terms(code)
        if len(table.foreign.findall(low)) >= 2 and not table.world.search(low):
            return True
    return False


def quick_hit(raw: str | bytes) -> bool:
    """Whether anything in a raw page or text could be the topic's, before anything costly is done.

    Never says no to a text in which ``find_terms`` would find something; says yes too often rather than
    too seldom. Bytes are tried as UTF-8 and, where they are not, in the old code pages of our languages.
    Entities, JSON escapes and tags inside words are seen through.
    """
    if isinstance(raw, str):
        return _quick(raw)
    try:
        return _quick(raw.decode("utf-8"))
    except UnicodeDecodeError:
        pages = (
            "utf-8",
            "cp1251",
            "cp1252",
            "cp1254",
            "cp1250",
            "cp1256",
            "gb18030",
            "big5",
            "koi8-r",
            "utf-16",
        )
        return any(_quick(raw.decode(page, errors="replace")) for page in pages)


def _quick(text: str) -> bool:
    if has_stem(fold(text).low):
        return True
    plain = _ESCAPES.sub(lambda match: chr(int(match.group(1), 16)), text) if "\\u" in text else text
    if "&" in plain:
        plain = html.unescape(plain)
    if "<" in plain:
        plain = _TAGS.sub("", plain)
    return plain is not text and has_stem(fold(plain).low)


def has_stem(low: str) -> bool:
    """Whether a folded text has the stem of any term."""
    return any(stem in low for stem in all_stems())
