"""A quotation that the next sentence takes up: `“Q.” With these words the minister X turned it down.`"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from extractors.attribution.day_words import day_words
from extractors.attribution.frame import Frame
from extractors.attribution.frames import starts_with
from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.lines import Line, phrase_span
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token, tokens_of
from extractors.attribution.verbless import subject_behind
from monitor.model import Attribution, Span

_DATELINE: Final = 14
_RULE: Final = "resumed_quote"
_OPENS: Final = 2  # tokens before who answers
_ASKS: Final = 8  # tokens behind a word of saying in which `that` opens what was said


def resume(text: str, lines: Sequence[Line], grammar: Grammar) -> None:
    """Gives a quotation that stands alone the source of the sentence that takes it up, in place."""
    if not grammar.taken_up:
        return
    for line, following in pairwise(lines):
        if not line.open_quotations or not _alone(line) or following.paragraph != line.paragraph:
            continue
        tokens = following.tokens or tokens_of(text, following.span, following.quotations, grammar.parting)
        length = starts_with(tokens, 0, grammar.taken_up)
        subject = subject_behind(tokens, length, grammar) if length else None
        if subject is None:
            _reacted(line, following, grammar)
            continue
        alone = length == 1 and not _says(tokens, length, grammar)
        if alone and not _verbless(tokens, length, subject, grammar):
            continue  # `So ended the meeting`
        frame = Frame("after", 0, length - 1, "speech", "taken_up", subject, 0)
        row = Attribution(
            kind="direct",
            content=line.span,
            sentence=Span(line.span.start, following.span.end),
            rule=_RULE,
            confidence=precision()[_RULE],
            source=phrase_span(tokens, subject),
            cue=Span(tokens[0].start, tokens[length - 1].end),
            said=day_words(tokens, frame, True, grammar),
        )
        for quotation in line.open_quotations:
            line.taken.add(quotation.span.start)
            line.found.append(replace(row, content=quotation.content))


def _reacted(line: Line, following: Line, grammar: Grammar) -> None:
    """`« Q. » Le porte-parole X a réagi aux accusations`: an answer of which nothing more is told is the
    quotation before it."""
    frame = next(iter(following.frames), None)
    if frame is None or not grammar.has("reacting", frame.lemma) or frame.shape != "before" or frame.unsaid:
        return
    if frame.head > _OPENS or len(following.found) != 1 or following.quotations:
        return
    behind = following.tokens[frame.cue_end + 1 :]
    if any(grammar.has("that", token.low) or token.text == ":" for token in behind[:_ASKS]):
        return
    row = following.found.pop()
    for quotation in line.open_quotations:
        line.taken.add(quotation.span.start)
        told = replace(row, kind="direct", content=quotation.content, clause=None)
        sentence = Span(line.span.start, following.span.end)
        line.found.append(replace(told, sentence=sentence, rule=_RULE, confidence=precision()[_RULE]))


def _alone(line: Line) -> bool:
    """Whether nothing but quotations stands in a line, or a dateline before them (`ROMA - «Q».`)."""
    if line.only_quotation:
        return True
    tokens = line.tokens
    first = next((at for at, token in enumerate(tokens) if token.kind == "quote"), 0)
    dated = 0 < first <= _DATELINE and tokens[0].capital and tokens[first - 1].text in "–—-.("
    return dated and all(token.kind != "word" for token in tokens[first:])


def _says(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a word of saying stands right behind a short word (`So antwortete der Minister`)."""
    return any(one.low in grammar.forms for one in tokens[index : index + 2])


def _verbless(tokens: Sequence[Token], start: int, subject: Phrase, grammar: Grammar) -> bool:
    """Whether nothing but the speaker, where and when follows (`Così il ministro X, parlando in Aula`)."""
    nxt = tokens[subject.last + 1] if subject.last + 1 < len(tokens) else None
    if subject.first != start or nxt is None:
        return subject.first == start
    return (
        (nxt.kind == "mark" and nxt.text in ",.:")
        or grammar.is_gerund(nxt.low)
        or grammar.has("temporal", nxt.low)
        or (grammar.has("prepositions", nxt.low) and not grammar.has("determiners", nxt.low))
    )
