"""Sentences whose verb alone says that they report (German: `Das Bündnis werde nicht stärker`).

They hold no word of saying: they go on with the words of whoever spoke in the sentence before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.lines import Line
from monitor.model import Attribution

_RULE: Final = "reported_mood"
_GOVERNED: Final = frozenset({"passive", "base"})  # as a participle or an infinitive
_WORD: Final = re.compile(r"\w+")


def report_by_mood(text: str, lines: Sequence[Line], grammar: Grammar) -> None:
    """Gives such sentences the source of the sentence before, in place; a paragraph's first one too."""
    if not grammar.sets["moods"]:
        return
    for index in range(1, len(lines)):
        line, previous = lines[index], lines[index - 1]
        if line.found or line.reports or not previous.found or line.paragraph - previous.paragraph > 1:
            continue
        if not _reports(text, line, grammar):
            continue
        row = previous.found[-1]
        line.found.append(_row(row, line, None))
        for number, quotation in enumerate(line.open_quotations):
            line.taken.add(quotation.span.start)
            line.found.append(_row(row, line, number))


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
