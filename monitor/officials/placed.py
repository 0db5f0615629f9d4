"""Which of the people and bodies in a source speaks, where the language tells it by place or by ending.

Where words of saying are found by pattern, a source may hold more than its subject. In languages without
capitals the subject opens the source; in Turkish it is the first phrase without the ending of a case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extractors.languages import words
from monitor.model import Span
from monitor.officials.mentions import Mention, Reading

_APART = 2  # tokens that may stand before the phrase that opens a source
_TOGETHER = 36


@cache
def _oblique(language: str) -> re.Pattern[str] | None:
    ending = words(language, "roles").get("oblique")
    return re.compile(str(ending)) if ending else None


def speaking(reading: Reading, inside: Sequence[Mention], span: Span) -> list[Mention]:
    """The mentions of a source that can be its subject; all of them where the language does not tell."""
    if not reading.lex.cased:
        return _opening(reading, inside, span)
    ending = _oblique(reading.lex.language)
    if ending is None:
        return list(inside)
    upright = [m for m in inside if not _bent(reading, m, ending)]
    end = reading.tokens.within(span.start, span.end).stop
    closing = [m for m in upright if end - m.last < _APART]  # the head of a phrase stands last
    whole = [m for m in inside[:1] if end - m.last <= 2]  # `X'e göre`, `X'ten yapılan açıklama`
    return closing[-1:] or upright[:1] or whole


def _opening(reading: Reading, inside: Sequence[Mention], span: Span) -> list[Mention]:
    place = reading.tokens.within(span.start, span.end)
    if not reading.lex.head_first:  # the head of the phrase stands last: `胡塞武装 … 发言人X`
        closing = [mention for mention in inside if mention.name and place.stop - mention.last < _APART]
        if closing and closing[-1].last - place.start <= _TOGETHER:
            return closing[-1:]
    found = [mention for mention in inside[:1] if mention.first - place.start < _APART]
    if not reading.lex.head_first and found and not found[0].name:
        rest = reading.tokens.words[found[0].last : place.stop]
        return found if not rest or not rest[0].isalpha() else []  # `日本官房长官X` is not Japan
    return found


def _bent(reading: Reading, mention: Mention, ending: re.Pattern[str]) -> bool:
    """Whether a phrase ends in the ending of a case, with an apostrophe (`Kiev'de`) or without (`bakana`)."""
    tokens = reading.tokens
    at = mention.last
    if at + 1 < len(tokens) and tokens.words[at] in "'’" and tokens.joined(at) and tokens.joined(at + 1):
        return True
    if tokens.words[at - 1] in "'’" and at < len(tokens) and tokens.joined(at):
        return True
    return not mention.name and ending.search(tokens.folded[at - 1]) is not None
