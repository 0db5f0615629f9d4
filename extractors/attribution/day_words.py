"""The words of a reporting sentence that say when it was said, and not when it happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.frames import Frame
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import bare
from extractors.attribution.tokens import Token
from monitor.model import Span

_NEAR: Final = 5
_FAR: Final = 14


def day_words(tokens: Sequence[Token], frame: Frame, tag: bool, grammar: Grammar) -> Span | None:
    """`on Tuesday` in `X said on Tuesday that …`; None where the frame names no day.

    Looked for between source and cue, in what follows them up to the clause, and in what stands before
    the source at the sentence's beginning (`On Friday, the ministry announced`).
    """
    low, high = sorted((frame.source.last if frame.source and frame.owned else frame.cue, frame.cue))
    regions = [(low + 1, high), _after(tokens, frame, tag, grammar)]
    if frame.cue_end > frame.cue:
        regions.insert(0, (frame.cue + 1, frame.cue_end))  # `hatte am Mittwoch … erklärt`
    if not tag and frame.head and _adjunct(tokens, frame.clause, grammar):
        regions.append((frame.clause, frame.head))
    if not tag and frame.head and grammar.has("conjunctions", tokens[frame.head - 1].low):
        regions.append((0, frame.head))  # `X on Wednesday did this, and Y said that …`
    if not tag and frame.clause > 0:
        regions.append((0, _set_off(tokens, grammar)))
    regions.append(_venue(tokens, frame, grammar))
    for first, last in regions:
        found = _run(tokens, first, last, grammar) or (_event(tokens, first, last, grammar) if tag else None)
        if found is not None:
            return found
    return None


def _set_off(tokens: Sequence[Token], grammar: Grammar) -> int:
    """`On 14 May, presenting the strategy, X said …`: the end of a day that a comma sets off at the head."""
    comma = next((i for i, token in enumerate(tokens[:_NEAR]) if token.text == ","), 0)
    short = all(
        token.kind == "number" or grammar.has("temporal", token.low) or _adjunct(tokens, i, grammar)
        for i, token in enumerate(tokens[:comma])
    )
    return comma if short else 0


def _venue(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> tuple[int, int]:
    """`… in a radio interview Friday`: what follows the last word for where it was said."""
    for index in range(len(tokens) - 1, frame.tail, -1):
        if grammar.has("venues", tokens[index].low):
            return index + 1, min(index + 1 + _NEAR, len(tokens))
    return 0, 0


def _event(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> Span | None:
    """`X announced after Wednesday's cabinet meeting`: the day of the event at which it was said."""
    for index in range(first + 1, min(last, len(tokens))):
        token = tokens[index]
        if (
            token.possessive
            and grammar.has("temporal", bare(token.low))
            and grammar.has("prepositions", tokens[index - 1].low)
        ):
            return Span(token.start, token.start + len(bare(token.low)))
    return None


def _adjunct(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    low = tokens[index].low
    if tokens[index].kind == "number":
        return index + 1 < len(tokens) and grammar.has("temporal", tokens[index + 1].low)
    if grammar.has("determiners", low) and any(
        grammar.has("temporal", token.low) for token in tokens[index + 1 : index + 3]
    ):
        return True  # `la veille`, `el pasado martes`
    return grammar.has("adjuncts", low) or grammar.has("temporal", low) or grammar.is_adverb(low)


def _after(tokens: Sequence[Token], frame: Frame, tag: bool, grammar: Grammar) -> tuple[int, int]:
    first = frame.tail + 1
    last = first
    clause = False
    while last < len(tokens) and (tag or last - first < _FAR):
        token = tokens[last]
        if grammar.has("that", token.low) or token.text == ":" or token.kind == "quote":
            clause = True
            break
        if token.text == ";" or (token.text == "," and not (tag and _day_next(tokens, last, grammar))):
            break
        last += 1
    if not tag and not clause and not _cleft(tokens, frame, grammar):
        last = min(last, first + _NEAR)
    return first, last


def _cleft(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """`It was X who announced it in Y on 26 February`: the sentence tells who did it and when."""
    source = frame.source
    if source is None or not source.first or frame.shape != "before":
        return False
    who = any(grammar.has("who", one.low) for one in tokens[source.last + 1 : frame.cue])
    return who and grammar.has("be", tokens[source.first - 1].low)


def _day_next(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    near = tokens[index + 1 : index + 3]
    return any(grammar.has("temporal", token.low) or token.kind == "number" for token in near)


def _worded(token: Token, grammar: Grammar) -> bool:
    """Whether a day that belongs to a noun is a day of saying (`in a statement of 13 April`)."""
    return grammar.has("documents", token.low) or grammar.has("venues", token.low)


def _run(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> Span | None:
    vague: Span | None = None
    for index in range(first, min(last, len(tokens))):
        token = tokens[index]
        if token.kind != "word" or not grammar.has("temporal", token.low):
            continue
        end = index
        while end + 1 < len(tokens) and (
            tokens[end + 1].kind == "number"
            or grammar.has("temporal", tokens[end + 1].low)
            or (tokens[end + 1].text == "," and end + 2 < len(tokens) and tokens[end + 2].kind == "number")
        ):
            end += 1
        begin = index
        while begin > first and (
            tokens[begin - 1].kind == "number"
            or grammar.has("determiners", tokens[begin - 1].low)
            or grammar.has("adverbs", tokens[begin - 1].low)
        ):
            begin -= 1
        nxt = tokens[end + 1] if end + 1 < len(tokens) else None
        if nxt is not None and grammar.has("day_links", nxt.low):
            continue
        if (
            begin > 1
            and grammar.has("day_owners", tokens[begin - 1].low)
            and not _worded(tokens[begin - 2], grammar)
        ):
            continue  # `condemned the attack of 13 April`
        if (
            nxt is not None
            and not grammar.postnominal
            and begin < index
            and grammar.has("determiners", tokens[begin].low)
            and nxt.kind == "word"
            and not nxt.capital
            and not grammar.has("prepositions", nxt.low)
            and not grammar.has("that", nxt.low)
        ):
            continue  # `a Monday strike`
        found = Span(tokens[begin].start, tokens[end].end)
        if not all(grammar.has("vague_days", one.low) for one in tokens[index : end + 1]):
            return found
        vague = vague or found
    return vague
