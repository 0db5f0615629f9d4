"""One reporting sentence to its attributions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.attribution.assign import Governed, govern
from extractors.attribution.day_words import day_words
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.inside import inner_tag
from extractors.attribution.nesting import without_nested
from extractors.attribution.nouns import Phrase, parts_of
from extractors.attribution.orders import frames_in
from extractors.attribution.relays import is_relay, relay_after
from extractors.attribution.tagging import is_tag
from extractors.attribution.tokens import Token, tokens_of
from extractors.attribution.worded import worded_of
from extractors.attribution.worded_lines import rows_of
from extractors.quotes import Quotation
from monitor.model import Attribution, Span


@dataclass(slots=True)
class Line:
    """A reporting sentence: its paragraph's number, its tokens and quotations, what was found in it."""

    span: Span
    paragraph: int
    quotations: tuple[Quotation, ...]
    tokens: list[Token] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    found: list[Attribution] = field(default_factory=list)
    reports: bool = False  # somebody is said to speak in it, an agency too
    taken: set[int] = field(default_factory=set)  # starts of the quotations that have a source

    @property
    def only_quotation(self) -> bool:
        """Whether nothing but quotations and marks stands in it."""
        return bool(self.quotations) and all(token.kind != "word" for token in self.tokens)

    @property
    def open_quotations(self) -> list[Quotation]:
        """The quotations that no rule has given a source."""
        return [q for q in self.quotations if q.span.start not in self.taken]

    def sources(self) -> list[Attribution]:
        """One attribution for each different source, in order."""
        seen: dict[Span | None, Attribution] = {}
        for row in self.found:
            seen.setdefault(row.source, row)
        return list(seen.values())

    @property
    def opens_block(self) -> bool:
        """Whether it ends in a colon."""
        return bool(self.tokens) and self.tokens[-1].text in (":", "：")


def line_of(text: str, span: Span, paragraph: int, quotations: Sequence[Quotation], grammar: Grammar) -> Line:
    """The sentence with its attributions; without any where it has no word of saying."""
    line = Line(span, paragraph, tuple(quotations))
    worded = worded_of(grammar.language)
    if worded is not None:
        line.tokens = tokens_of(text, span, quotations)
        line.found = rows_of(text, span, quotations, worded, grammar)
        direct = {row.content for row in line.found if row.kind == "direct"}
        line.taken = {one.span.start for one in quotations if one.content in direct}
        return line
    has_cue = grammar.cue.search(text, span.start, span.end) is not None
    if not has_cue and not quotations:
        return line
    line.tokens = tokens_of(text, span, quotations, grammar.parting)
    if not has_cue and not _introduced(line.tokens) and not _opined(line.tokens, grammar):
        return line
    for quotation in quotations:
        _inside(text, line, quotation, grammar)
    frames = frames_in(line.tokens, grammar)
    line.reports = bool(frames)
    line.frames = [
        frame
        for frame in without_nested(line.tokens, frames, grammar, text)
        if not _not_a_speaker(text, line, frame, grammar)
    ]
    for governed in govern(text, line.tokens, line.frames, grammar):
        line.found.extend(_attributions(text, line, governed, grammar))
    line.found.sort(key=lambda row: (row.content.start, row.content.end))
    return line


def stances_told(text: str, line: Line, grammar: Grammar) -> list[Attribution]:
    """The attributions of a headline whose verb takes a side now (`X and Y oppose the transfer`): what is no
    act of saying in a report's prose is its news in a headline."""
    rows: list[Attribution] = []
    for frame in line.frames:
        if frame.cls != "stance" or frame.shape != "before" or frame.source is None or frame.unsaid:
            continue
        first = line.tokens[frame.source.first].low
        vague = grammar.has("determiners", first) and first not in grammar.sets["articles"]
        vague |= grammar.has("relatives", line.tokens[frame.cue - 1].low)  # `Senators who oppose it lose`
        asks = any(grammar.has("subordinators", one.low) for one in line.tokens[: frame.source.first])
        told = grammar.has("sides", line.tokens[frame.cue].low) and frame.tail + 1 < len(line.tokens)
        if told and not vague and not asks:
            rows.extend(_attributions(text, line, Governed(None, frame, "subject_act_weak"), grammar))
    return rows


def _opined(tokens: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a sentence begins as one that tells somebody's opinion (`Per il ministro X, … «Q»`)."""
    return bool(tokens) and any(phrase[0] == tokens[0].low for phrase in grammar.opinion)


def _introduced(tokens: Sequence[Token]) -> bool:
    """Whether a colon stands beside a quotation."""
    return any(
        token.kind == "quote" and any(one.text == ":" for one in tokens[max(0, index - 1) : index + 2])
        for index, token in enumerate(tokens)
    )


def _not_a_speaker(text: str, line: Line, frame: Frame, grammar: Grammar) -> bool:
    source = frame.source
    if source is None:
        return True
    if is_relay(line.tokens, source, grammar, text):
        return True
    if grammar.reciprocal is not None:
        match = grammar.reciprocal.search(text, line.tokens[frame.tail].start, line.span.end)
        if match is not None and _plural(line.tokens, source, grammar):
            return True
    return False


def _plural(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    return any(grammar.has("conjunctions", t.low) for t in tokens[phrase.first : phrase.last + 1]) or (
        tokens[phrase.last].low.endswith("s") or tokens[phrase.last].low == "they"
    )


def _attributions(text: str, line: Line, governed: Governed, grammar: Grammar) -> Iterator[Attribution]:
    """One attribution, or one for each of the sources that a subject joins (`X and Y said`)."""
    frame = governed.frame
    tokens = line.tokens
    if frame.source is None:
        return
    content, kind = line.span, "indirect"
    if governed.quote is not None:
        quotation = tokens[governed.quote].quotation
        if quotation is None or quotation.span.start in line.taken:
            return
        line.taken.add(quotation.span.start)
        content, kind = quotation.content, "direct"
    tag = is_tag(tokens, frame, grammar)
    relay = relay_after(tokens, frame, grammar, text) or frame.relay
    for source in parts_of(tokens, frame.source, grammar):
        yield Attribution(
            kind="direct" if kind == "direct" else "indirect",
            content=content,
            sentence=line.span,
            rule=governed.rule,
            confidence=min(precision()[governed.rule], precision()["unsaid_subject"])
            if frame.unsaid
            else precision()[governed.rule],
            source=phrase_span(tokens, source),
            cue=Span(tokens[frame.cue].start, tokens[frame.cue_end].end),
            relay=phrase_span(tokens, relay),
            said=day_words(tokens, frame, tag, grammar),
            clause=_clause(line, frame, tag, grammar),
            unsaid=frame.unsaid,
        )


def _clause(line: Line, frame: Frame, tag: bool, grammar: Grammar) -> Span:
    """The part of the sentence that is this frame's: up to another source's words, from its own on.

    What a leading clause says (`Though both have accused each other, X claimed …`) is not X's; what `which`
    takes up (`raids with bombs, which X has said …`) is.
    """
    tokens = line.tokens
    start, end = line.span.start, line.span.end
    opener = tokens[frame.head - 1].low if frame.head else ""
    takes_up = all(grammar.has(name, opener) for name in ("relatives", "relative_openers"))
    tag = tag or (frame.shape == "before" and takes_up and not grammar.has("who", opener))
    if not tag and frame.shape != "passive" and frame.owned and frame.head:
        turned = frame.source is not None and frame.cue < frame.source.first
        start = tokens[min(frame.head, frame.clause) if turned else frame.head].start
    for other in line.frames:
        if other.source is None or other.source == frame.source:
            continue
        if other.head > frame.tail:
            end = min(end, tokens[other.head].start)
        elif other.tail < frame.head:
            start = max(start, tokens[_after_comma(tokens, other.tail, frame.head)].start)
    return Span(start, max(start, end))


def _after_comma(tokens: Sequence[Token], first: int, last: int) -> int:
    commas = [index for index in range(first, last) if tokens[index].text == ","]
    return min(commas[-1] + 1, last) if commas else last


def phrase_span(tokens: Sequence[Token], phrase: Phrase | None) -> Span | None:
    """Where the words of a phrase stand in the document."""
    if phrase is None:
        return None
    return Span(tokens[phrase.first].start, tokens[phrase.last].end)


def _inside(text: str, line: Line, quotation: Quotation, grammar: Grammar) -> None:
    """`“A – said X – B”`: the tag stands inside the marks."""
    inner = inner_tag(text, quotation.content, grammar)
    if inner is None or inner.frame.source is None:
        return
    frame, tokens = inner.frame, inner.tokens
    if is_relay(tokens, inner.frame.source, grammar, text):
        return
    for piece in inner.pieces:
        line.found.append(
            Attribution(
                kind="direct",
                content=piece,
                sentence=line.span,
                rule="inside_dashes",
                confidence=precision()["unsaid_subject" if frame.unsaid else "inside_dashes"],
                source=phrase_span(tokens, frame.source),
                cue=Span(tokens[frame.cue].start, tokens[frame.cue_end].end),
                said=day_words(tokens, frame, True, grammar),
                unsaid=frame.unsaid,
            )
        )
    line.taken.add(quotation.span.start)
