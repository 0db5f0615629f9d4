"""Sources carried from one sentence or paragraph to the next.

What a clear tag says of the words before it holds for the quotation that follows; what only stands near
is a guess, and its rule says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.lines import Line
from extractors.quotes import Quotation
from monitor.model import Attribution, Span

TAGGED = frozenset(
    (
        "quote_subject_cue", "quote_cue_subject", "subject_cue_quote", "colon_quote", "mixed_subject_cue",
        "inside_dashes",
        "continued_quote", "continued_paragraph", "opened_paragraph", "quoted_as", "headline_quote",
    )
)  # fmt: skip
#: Rules whose source stands after what was said.
_LATE = frozenset(("clause_subject_cue", "clause_cue_subject", "passive_by", "according_to", "citing"))


def carry(text: str, lines: Sequence[Line], paragraphs: Sequence[Span], grammar: Grammar) -> None:
    """Gives the quotations that no sentence rule took a source from what stands around them, in place."""
    for index, line in enumerate(lines):
        if not line.open_quotations:
            continue
        previous = lines[index - 1] if index else None
        if not line.only_quotation:
            continue
        same = previous is not None and previous.paragraph == line.paragraph
        if previous is not None and same:
            _within(text, line, previous, grammar)
        elif previous is not None and previous.paragraph == line.paragraph - 1:
            _across(line, previous)
    _backwards(lines)
    _blocks(lines, paragraphs)


def _within(text: str, line: Line, previous: Line, grammar: Grammar) -> None:
    direct = [row for row in previous.found if row.kind == "direct"]
    if direct and direct[-1].rule in TAGGED:
        _give(line, direct[-1], "continued_quote")
        return
    sources = previous.sources()
    if previous.opens_block and sources:
        _give(line, sources[-1], "subject_cue_quote")
    elif len(sources) == 1 and not _asks(text, line) and _leads(text, previous, sources[0], grammar):
        _give(line, sources[0], "quote_after_source")
    elif sources:
        _give(line, sources[0], "guess_paragraph")


def _leads(text: str, line: Line, row: Attribution, grammar: Grammar) -> bool:
    """Whether a source is its sentence's main subject: nothing but an adjunct stands before it."""
    if row.source is None or row.rule in TAGGED or row.rule in _LATE:
        return True
    lead = text[line.span.start : row.source.start].rstrip(' "“')
    if not lead or lead[-1] in ",:–—":
        return True
    return not any(grammar.has("separators", word) for word in lead.lower().split())


def _asks(text: str, line: Line) -> bool:
    """A question after somebody's words is mostly the interviewer's."""
    return text[line.quotations[-1].content.end - 1] in "?？؟"


def _across(line: Line, previous: Line) -> None:
    direct = [row for row in previous.found if row.kind == "direct"]
    last = previous.quotations[-1] if previous.quotations else None
    if previous.opens_block and previous.found:
        _give(line, previous.found[-1], "subject_cue_quote")
    elif direct and last is not None and last.continues:
        _give(line, direct[-1], "opened_paragraph")
    elif direct and direct[-1].rule in TAGGED:
        _give(line, direct[-1], "continued_paragraph")
    elif len(previous.sources()) == 1:
        _give(line, previous.sources()[0], "guess_floating")


def _give(line: Line, row: Attribution, rule: str) -> None:
    # What rests on a guess stays one.
    confidence = (
        min(precision()[rule], row.confidence) if row.confidence < precision()[rule] else precision()[rule]
    )
    for quotation in line.open_quotations:
        line.taken.add(quotation.span.start)
        line.found.append(_direct(quotation, line, row, rule, confidence))


def _direct(quotation: Quotation, line: Line, row: Attribution, rule: str, confidence: float) -> Attribution:
    return replace(
        row,
        kind="direct",
        content=quotation.content,
        sentence=line.span,
        rule=rule,
        confidence=confidence,
    )


def _backwards(lines: Sequence[Line]) -> None:
    """`“First paragraph.` / `“Second,” he said.`: the tag stands in a later paragraph of one quotation."""
    for index in range(len(lines) - 2, -1, -1):
        line, following = lines[index], lines[index + 1]
        if not line.open_quotations or not line.quotations[-1].continues:
            continue
        direct = [row for row in following.found if row.kind == "direct"]
        if direct and following.paragraph == line.paragraph + 1 and following.quotations:
            _give(line, direct[0], "opened_paragraph")


def _blocks(lines: Sequence[Line], paragraphs: Sequence[Span]) -> None:
    """`He said:` and a paragraph without marks."""
    for index, line in enumerate(lines[:-1]):
        following = lines[index + 1]
        if not line.opens_block or not line.found or following.paragraph != line.paragraph + 1:
            continue
        if following.quotations or following.found:
            continue
        row = line.found[-1]
        following.found.append(
            replace(
                row,
                kind="direct",
                content=paragraphs[following.paragraph],
                sentence=following.span,
                rule="colon_block",
                confidence=min(precision()["colon_block"], row.confidence),
            )
        )
