"""Interviews whose questions nothing but their question mark shows (`— Why? / — Because.`).

Dashes open questions and answers alike; or the questions stand as paragraphs of their own, and what follows
up to the next one is the answer. Both only where a paragraph that leads the text speaks of an interview (the
``interviews`` list of a language's ``cues.toml``), or a first question opens with an address and a name
(`Frau X, …?`), so that nobody's own question makes an interview.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import Grammar
from extractors.attribution.lines import Line
from extractors.attribution.turns import Turn
from monitor.model import Span

_DASHES: Final = "–—―-"
_MARKS: Final = {"«": "»", "“": "”", "„": "”", "»": "«", '"': '"'}
_ASKS: Final = ("?", "؟", "？")
_LEAD: Final = 700  # characters in which the interview is named
_QUESTIONS: Final = 2
_ADDRESS: Final = 4  # words of an address
_LONGEST: Final = 400  # characters of a question


def unlabelled_turns(
    text: str, paragraphs: Sequence[Span], lines: Sequence[Line], grammar: Grammar
) -> dict[int, Turn]:
    """The turns of an interview without labels, by the number of their paragraph; empty for other texts."""
    named = grammar.sets["interviews"]
    lead = text[:_LEAD].lower()
    spoken = any(word in lead for word in named)
    if not named or not (spoken or _addressed(text, paragraphs, grammar)):
        return {}
    reporting = {line.paragraph for line in lines if line.found}
    dashed = [number for number, one in enumerate(paragraphs) if text[one.start] in _DASHES]
    if len(dashed) >= 2 * _QUESTIONS:
        roles = _in_turn(text, paragraphs, dashed, reporting)
    else:
        roles = _asked(text, paragraphs, reporting)
    found: dict[int, Turn] = {}
    for number, role in sorted(roles.items()):
        content = paragraphs[number] if role == "Q" else _words(text, paragraphs[number])
        found[number] = Turn(number, paragraphs[number], content, role)
    return found


def _addressed(text: str, paragraphs: Sequence[Span], grammar: Grammar) -> bool:
    """Whether the first paragraph that asks opens with an address and a name (`Frau Moor, wozu …?`)."""
    first = next((one.of(text) for one in paragraphs if _asks(text, one)), "")
    head = first.lstrip("".join(_MARKS) + _DASHES + " *_").partition(",")[0].split()
    return 1 < len(head) <= _ADDRESS and grammar.has("addresses", head[0].lower()) and head[-1][:1].isupper()


def _in_turn(
    text: str, paragraphs: Sequence[Span], dashed: Sequence[int], reporting: set[int]
) -> dict[int, str]:
    """Question and answer by turns, a question first; what has no dash goes on with an answer."""
    if len(dashed) % 2 or not _asks(text, paragraphs[dashed[0]]) or reporting & set(dashed):
        return {}
    roles: dict[int, str] = {}
    for at, number in enumerate(dashed):
        answer = at % 2 == 1
        if answer and _asks(text, paragraphs[number]):
            return {}
        roles[number] = "A" if answer else "Q"
        last = dashed[at + 1] if at + 1 < len(dashed) else number + 1
        if answer:
            roles.update((more, "A") for more in range(number + 1, last) if more not in reporting)
    return roles


def _asked(text: str, paragraphs: Sequence[Span], reporting: set[int]) -> dict[int, str]:
    """Paragraphs that ask, and what stands between them; behind the last one only the next paragraph."""
    asked = [number for number, one in enumerate(paragraphs) if _asks(text, one)]
    plain = [number for number in asked if number not in reporting]  # a question may quote somebody else
    if len(plain) < _QUESTIONS or any(number + 1 in asked for number in asked):
        return {}
    roles: dict[int, str] = dict.fromkeys(asked, "Q")
    for at, question in enumerate(asked):
        last = asked[at + 1] if at + 1 < len(asked) else min(question + 2, len(paragraphs))
        for number in range(question + 1, last):
            if number in reporting:
                return {}  # the article goes on: these are its own questions
            roles[number] = "A"
    return roles


def _asks(text: str, paragraph: Span) -> bool:
    words = paragraph.of(text).rstrip(' "”»*_')
    return words.endswith(_ASKS) and len(words) <= _LONGEST


def _words(text: str, paragraph: Span) -> Span:
    """An answer without the dash that opens it, or the marks in which the whole of it stands."""
    start, end = paragraph.start, paragraph.end
    while start < end - 1 and (text[start] in _DASHES or text[start].isspace()):
        start += 1
    while end - 1 > start and text[end - 1] in ".," and text[start] in _MARKS:
        end -= 1  # `«…».`
    inside = text[start + 1 : end - 1]
    marked = _MARKS.get(text[start]) == text[end - 1] and not set(inside) & {text[start], text[end - 1]}
    if marked and inside.strip():
        return Span(start + 1, end - 1)
    return Span(start, paragraph.end)
