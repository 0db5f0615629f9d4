"""Lines of a page that lead elsewhere and are no part of what it says: related links, lists of titles."""

from __future__ import annotations

import re
from functools import cache

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.model import LANGUAGES, Span

#: More lines than this at the end of a text are not a list of links but a text without full stops.
_TAIL = 10
#: A text whose lines end without a stop more often than this is wrapped by width.
_WRAPPED = 0.5
_SENTENCE_END = re.compile(r"[.!…。！؟۔:;,»”\"'’)\]]$|[”\"»]\s*\S{1,12}$")
_QUESTION = re.compile(r"[?？؟]$")
_BULLET = re.compile(r"^\s*[•*·–—-]\s")
#: A question of a transcript, which is no headline.
_ASKED = re.compile(r"^(?:Q|QUESTION|Question)[:.]?\s+[A-Z]")
#: A headline is no longer than this; a paragraph without a full stop may be.
_HEADLINE = 130


@cache
def _related() -> re.Pattern[str]:
    rows = [words(code, "topic").get("related") for code in LANGUAGES]
    return re.compile("|".join(f"(?:{row})" for row in rows if row))


def furniture(text: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The lines that lead elsewhere for sure, and the headline-like ones in mid-text that may.

    Sure are lines that say so ("Related: …") and the block of titles at the end of a page.
    """
    lines: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(Span(start, start + len(line)))
        start += len(line) + 1
    if len(lines) < 2:
        return (), ()
    sure = [span for span in lines[1:] if _related().search(fold(span.of(text)).low.strip())]
    tail = len(lines)
    while tail > 1 and _title_like(lines[tail - 1].of(text)):
        tail -= 1
    if len(lines) - tail > _TAIL:
        return tuple(sure), ()
    prose = any(not _title_like(span.of(text)) for span in lines[:tail])
    if prose and len(lines) - tail >= 1:
        sure += lines[tail:]
    broken = sum(not _SENTENCE_END.search(span.of(text).strip()) for span in lines)
    if broken > len(lines) * _WRAPPED:
        return tuple(sure), ()
    maybe = [span for span in lines[1:tail] if _title_like(span.of(text))]
    return tuple(sure), tuple(maybe)


def _title_like(line: str) -> bool:
    line = line.strip()
    if len(line) > _HEADLINE or _BULLET.match(line) or _ASKED.match(line) or line[0].islower():
        return False
    return bool(_QUESTION.search(line)) or not _SENTENCE_END.search(line)
