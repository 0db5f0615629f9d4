"""A speech, a statement or remarks that stand as a whole under the name of who made them.

`Statement by X, minister of Y` at the head, then the words themselves without marks. The words for such a
head are the language's (`speech` in ``cues.toml``); without them nothing is taken for a speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from extractors.attribution.grammar import grammar_of, precision
from extractors.languages import words
from extractors.sentences import paragraphs_of
from monitor.model import Attribution, Span

RULE: Final = "speech_head"
#: The head stands in one of so many lines, none of them longer than this.
_HEAD_LINES: Final = 8
_HEAD_LENGTH: Final = 200
#: So many words of the first person, outside quotation marks, in a text that is somebody's own.
_OWN_WORDS: Final = 4
#: The speaker's name and office take at most so many lines more, none of them longer than this.
_SOURCE_LINES: Final = 3
_OFFICE_LENGTH: Final = 100
_QUOTED: Final = re.compile(r"[“«\"][^”»\"\n]{0,2000}[”»\"]")
_ENDS: Final = (".", "!", "?", ":", "…", "。", "؟", '"', "”", "»", ")")


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    table = words(language, "cues").get("speech", {})
    if not table:
        return None
    heads = "|".join(re.escape(word) for word in sorted(table["heads"], key=len, reverse=True))
    own = "|".join(re.escape(word) for word in table["own"])
    until = "|".join(re.escape(word) for word in table.get("until", ())) or "(?!)"
    return (
        re.compile(rf"(?:^|[\s*_#—–-])(?:{heads})(?!\w)[\s:*_]*(?P<source>.*)$", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{own})(?!\w)", re.IGNORECASE),
        re.compile(rf"[\s,]+(?:{until})(?!\w).*$", re.IGNORECASE),
    )


def speech_attributions(text: str, language: str) -> list[Attribution]:
    """The words of a speech, a block at a time, as direct speech of whom its head names; empty for any
    other text. Lines that a page's width has broken are one block up to the end of a sentence."""
    patterns = _patterns(language)
    if patterns is None:
        return []
    head, own, until = patterns
    lines = paragraphs_of(text)
    for number, line in enumerate(lines[:_HEAD_LINES]):
        match = head.search(line.of(text)) if line.end - line.start <= _HEAD_LENGTH else None
        if match is None or text[line.end - 1] == ".":
            continue
        found = _source(text, lines, number, line.start + match.start("source"), until, language)
        if found is None:
            return []
        source, first = found
        rest = _QUOTED.sub(" ", text[lines[first].start :]) if first < len(lines) else ""
        if len(own.findall(rest)) < _OWN_WORDS:
            return []
        return [_row(block, source) for block in _blocks(text, lines[first:])]
    return []


def _source(
    text: str, lines: Sequence[Span], number: int, start: int, until: re.Pattern[str], language: str
) -> tuple[Span, int] | None:
    """Who is named, in the head's own line or in the next one or two, and the line where the words begin."""
    last = number
    if not text[start : lines[number].end].strip(" *_:"):
        last += 1
        if last >= len(lines):
            return None
        start = lines[last].start
    while last + 1 < len(lines) and last - number < _SOURCE_LINES:
        if not _goes_on(lines[last].of(text), lines[last + 1].of(text), language):
            break
        last += 1
    words_ = until.sub("", text[start : lines[last].end]).rstrip(" ,.;:*_")
    return (Span(start, start + len(words_)), last + 1) if words_ else None


def _goes_on(line: str, following: str, language: str) -> bool:
    """Whether the next line still tells who speaks: an office, or the rest of a name that a comma leaves."""
    grammar = grammar_of(language)
    said = [word.strip(".,:;()").lower() for word in following.split()]
    if grammar is None or not said or len(following) > _OFFICE_LENGTH or following.endswith("."):
        return False
    first = following.split()[0].lower()
    if grammar.has("titles", first) or grammar.has("titles", first.rstrip(".")) or not first[0].isalpha():
        return False  # `Mr. President,`: the speech begins
    if line.endswith(",") or (line.split()[-1].islower() and not line.endswith((":", "."))):
        return True
    return any(grammar.has("people", word) for word in said) and not following.endswith(",")


def _blocks(text: str, lines: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    start: int | None = None
    for line in lines:
        start = line.start if start is None else start
        if text[line.end - 1] in _ENDS:
            found.append(Span(start, line.end))
            start = None
    if start is not None:
        found.append(Span(start, lines[-1].end))
    return found


def _row(block: Span, source: Span) -> Attribution:
    return Attribution("direct", block, block, RULE, precision()[RULE], source)
