"""Sentences whose verb alone says that they report (German: `Das Bündnis werde nicht stärker`).

They hold no word of saying: they go on with the words of whoever spoke in the sentence before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractors.attribution.capitalised import object_phrase
from extractors.attribution.frames import starts_with
from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.lines import Line, phrase_span
from extractors.attribution.nouns import Phrase
from extractors.attribution.runs import is_head
from extractors.attribution.tokens import Token, tokens_of
from monitor.model import Attribution, Span

_RULE: Final = "reported_mood"
_GOVERNED: Final = frozenset({"passive", "base"})  # as a participle or an infinitive
_WORD: Final = re.compile(r"\w+")
_NAME: Final = 4  # words in marks that are no more than a name


def report_by_mood(text: str, lines: Sequence[Line], grammar: Grammar) -> None:
    """Gives such sentences the source of the sentence before, in place; a paragraph's first one too."""
    if not grammar.sets["moods"]:
        return
    for index in range(1, len(lines)):
        line, previous = lines[index], lines[index - 1]
        if line.found or line.reports or line.paragraph - previous.paragraph > 1:
            continue
        if not (_reports(text, line, grammar) or _his_account(text, line, grammar)):
            continue
        row = previous.found[-1] if previous.found else _voice(text, previous, grammar)
        row = row or _over_one(text, lines, index, grammar)
        if row is None:
            continue
        line.found.append(_row(row, line, None))
        for number, quotation in enumerate(line.open_quotations):
            line.taken.add(quotation.span.start)
            line.found.append(_row(row, line, number))


def _his_account(text: str, line: Line, grammar: Grammar) -> bool:
    """Whether a sentence is told on the account of somebody named before it (`nach seinen Worten`)."""
    low = text[line.span.start : line.span.end].lower()
    at = next((low.find(phrase) for phrase in grammar.sets["own_accounts"] if phrase in low), -1)
    if at < 0:
        return False
    tokens = line.tokens or tokens_of(text, line.span, line.quotations, grammar.parting)
    before = [token for token in tokens if token.start < line.span.start + at]
    return not any(is_head(token, grammar) for token in before)


def _over_one(text: str, lines: Sequence[Line], index: int, grammar: Grammar) -> Attribution | None:
    """The last speaker of the paragraph, over one sentence of no sure mood that names nobody."""
    if index < 2:
        return None
    line, gap, before = lines[index], lines[index - 1], lines[index - 2]
    if before.paragraph != line.paragraph or not before.found or gap.reports or gap.quotations:
        return None
    tokens = gap.tokens or tokens_of(text, gap.span, gap.quotations, grammar.parting)
    named = any(
        grammar.has("people", token.low) or grammar.ends(token.low, "people") or token.low in grammar.forms
        for token in tokens
    )
    return None if named else before.found[-1]


def _voice(text: str, line: Line, grammar: Grammar) -> Attribution | None:
    """Whose voice a sentence without a word of saying announces.

    `Widerspruch kam von X.`, `X zeigte ein Video vom Einsatz.`
    """
    if any(len(quotation.content.of(text).split()) > _NAME for quotation in line.quotations):
        return None
    tokens = line.tokens or tokens_of(text, line.span, line.quotations, grammar.parting)
    for index in range(len(tokens)):
        length = starts_with(tokens, index, grammar.voiced)
        source = object_phrase(tokens, index + length, grammar) if length else None
        if source is not None:
            return _announced(line, tokens, source, index, index + length - 1)
        if index and grammar.has("publishing", tokens[index].low) and not tokens[index].capital:
            source = object_phrase(tokens, 0, grammar)
            shown = any(grammar.has("recordings", token.low) for token in tokens[index:])
            if source is None or source.last != index - 1 or not shown:
                return None
            return _announced(line, tokens, source, index, index)
    return None


def _announced(line: Line, tokens: Sequence[Token], source: Phrase, first: int, last: int) -> Attribution:
    """The whole sentence as its source's words; the tokens ``first`` to ``last`` are what says so."""
    return Attribution(
        kind="indirect",
        content=line.span,
        sentence=line.span,
        rule=_RULE,
        confidence=precision()[_RULE],
        source=phrase_span(tokens, source),
        cue=Span(tokens[first].start, tokens[last].end),
    )


def _row(row: Attribution, line: Line, number: int | None) -> Attribution:
    return replace(
        row,
        kind="indirect" if number is None else "direct",
        content=line.span if number is None else line.quotations[number].content,
        sentence=line.span,
        rule=_RULE,
        confidence=min(precision()[_RULE], row.confidence),
        said=None,
        clause=None,
    )


def _reports(text: str, line: Line, grammar: Grammar) -> bool:
    """Whether a verb in the mood of reported speech stands outside quotations, and no word of saying does
    but one that it governs (`Kiew habe zugesagt, …`)."""
    found: list[str] = []
    start = line.span.start
    for quotation in line.quotations:
        found.extend(_WORD.findall(text, start, quotation.span.start))
        start = quotation.span.end
    found.extend(_WORD.findall(text, start, line.span.end))
    first = next((at for at, word in enumerate(found) if grammar.has("moods", word)), None)
    if first is None:  # as it stands: a noun has a capital
        return False
    saying = [at for at, word in enumerate(found) if word in grammar.forms]
    return all(at > first and grammar.forms[found[at]].forms & _GOVERNED for at in saying)
