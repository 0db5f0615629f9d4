"""Sentences that only tell whose the words before them are (`… killed three. So the governor reported.`).

The press of some languages sets what was said first, in a sentence or a paragraph of its own, and then who
said it. Which openings do so are the ``told_back`` list of a language's ``cues.toml``, and each noun of its
``origins`` (`the warning`) with each of their verbs (`comes`); with a copula in front of them the nouns also
stand behind a colon (`S: è l'appello lanciato da X`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from extractors.attribution.day_words import day_words
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import Grammar, grammar_of, precision
from extractors.attribution.lines import Line, phrase_span
from extractors.attribution.tokens import tokens_of
from extractors.attribution.verbless import subject_behind
from extractors.languages import words
from monitor.model import Attribution, Span

#: Of the paragraph before, so many sentences at most are given to who is named behind them.
_SENTENCES: Final = 2


def tell_back(text: str, lines: Sequence[Line], grammar: Grammar) -> None:
    """Gives the sentence before such an opening, or the short paragraph before, its source, in place.

    Nothing is given where somebody else is said to speak in between.
    """
    openings = (*grammar.sets["told_back"], *_origins(grammar.language)[0])
    if not openings:
        return
    for index, line in enumerate(lines):
        low = text[line.span.start : line.span.end].lower()
        if not low.startswith(openings):
            _behind_colon(text, line, low, grammar)
            continue
        row = next((row for row in line.found if row.kind == "indirect" and row.source is not None), None)
        if row is None or row.unsaid:
            reach = max(len(one) for one in openings if low.startswith(one))
            named = _named(text, line, reach, grammar)
            if named is not None and row is not None:
                line.found.remove(row)  # `Lo ha detto, intervenendo alla Camera, X`
            row = named or row
        if row is None:
            continue
        for earlier in _before(lines, index):
            earlier.found.append(_told(earlier, line, row))
            for quotation in earlier.open_quotations:
                earlier.taken.add(quotation.span.start)
                told = _told(earlier, line, row)
                earlier.found.append(replace(told, kind="direct", content=quotation.content))


def tells_back(sentence: str, language: str) -> bool:
    """Whether a sentence only tells whose the words before it are, be they a headline's."""
    grammar = grammar_of(language)
    if grammar is None:
        return False
    openings = (*grammar.sets["told_back"], *grammar.sets["back_references"], *_origins(language)[0])
    return bool(openings) and sentence.lower().startswith(openings)


@cache
def _origins(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The openings that say where a warning, an appeal … comes from; those of them with a copula."""
    table = words(language, "cues").get("origins", {})
    nouns = [spelt for noun in table.get("nouns", ()) for spelt in {noun, noun.replace("'", "’")}]
    come = tuple(f"{noun} {verb} " for noun in nouns for verb in table.get("verbs", ()))
    copulas = [spelt for one in table.get("copulas", ()) for spelt in {one, one.replace("'", "’")}]
    are = tuple(f"{copula} {noun} " for copula in copulas for noun in nouns)
    return (*come, *are), are


def _behind_colon(text: str, line: Line, low: str, grammar: Grammar) -> None:
    """Gives the words before `: it is the appeal made by X` their source, in place."""
    if line.found or ":" not in low:
        return
    for opening in _origins(grammar.language)[1]:
        at = low.find(f": {opening}")
        row = _named(text, line, at + 2 + len(opening), grammar) if at > 0 else None
        if row is not None:
            told = replace(row, content=Span(line.span.start, line.span.start + at))
            line.found.append(replace(told, clause=told.content))
            return


def _named(text: str, line: Line, length: int, grammar: Grammar) -> Attribution | None:
    """Who stands behind an opening that is no word of saying with its subject (`Ad annunciarlo è X`)."""
    tokens = line.tokens or tokens_of(text, line.span, line.quotations, grammar.parting)
    start = next((at for at, one in enumerate(tokens) if one.start >= line.span.start + length), 0)
    subject = subject_behind(tokens, start, grammar) if start else None
    if subject is None:
        return None
    frame = Frame("after", 0, start - 1, "speech", "told_back", subject, 0)
    return Attribution(
        kind="indirect",
        content=line.span,
        sentence=line.span,
        rule="told_back",
        confidence=precision()["told_back"],
        source=phrase_span(tokens, subject),
        cue=Span(tokens[0].start, tokens[start - 1].end),
        said=day_words(tokens, frame, True, grammar),
    )


def _before(lines: Sequence[Line], index: int) -> list[Line]:
    line = lines[index]
    first = index == 0 or lines[index - 1].paragraph != line.paragraph
    paragraph = line.paragraph - 1 if first else line.paragraph
    found: list[Line] = []
    for earlier in reversed(lines[:index]):
        if earlier.paragraph != paragraph or earlier.reports or earlier.found:
            break
        found.append(earlier)
    if not first:
        return found[:1]
    return found if len(found) <= _SENTENCES else []


def _told(earlier: Line, line: Line, row: Attribution) -> Attribution:
    return Attribution(
        kind="indirect",
        content=earlier.span,
        sentence=Span(earlier.span.start, line.span.end),
        rule="told_back",
        confidence=min(precision()["told_back"], row.confidence),
        source=row.source,
        cue=row.cue,
        relay=row.relay,
        said=row.said,
        clause=earlier.span,
        unsaid=row.unsaid,
    )
