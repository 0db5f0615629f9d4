"""The phrase that follows a word: `said X`, `by X`, `according to X`, with its appositions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import Grammar
from extractors.attribution.inflected_clauses import phrase_from
from extractors.attribution.nouns import (
    CLOSERS,
    LONGEST,
    OPENERS,
    Phrase,
    bare,
    can_end,
    headed,
    is_auxiliary,
    is_latter,
)
from extractors.attribution.tokens import Token

_BRACKET: Final = 8


def phrase_after(tokens: Sequence[Token], start: int, grammar: Grammar) -> Phrase | None:
    """The phrase that begins at or just after ``start`` (`said X`, `by X`, `according to X`)."""
    if grammar.cases is not None:
        return phrase_from(tokens, start, grammar)
    index = start
    while (
        index < len(tokens)
        and tokens[index].kind == "word"
        and (grammar.is_adverb(tokens[index].low) and not tokens[index].capital)
    ):
        index += 1
    if index >= len(tokens) or tokens[index].kind not in ("word", "number"):
        return None
    first = index
    low = tokens[first].low
    if is_latter(tokens, first, grammar):
        return Phrase(first, first + 1)
    if grammar.has("pronouns", low) or grammar.has("object_pronouns", low):
        return Phrase(first, first)
    if grammar.has("prepositions", low) or (
        grammar.has("that", low) and not _demonstrative(tokens, first, grammar)
    ):
        return None
    last = _forward(tokens, first, grammar)
    if last is None:
        return None
    return Phrase(first, _appositions(tokens, last, grammar))


def _demonstrative(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    return index + 1 < len(tokens) and grammar.has("people", tokens[index + 1].low)


def _forward(tokens: Sequence[Token], first: int, grammar: Grammar) -> int | None:
    """The last token of the phrase that begins at ``first``; None where it holds nothing that can speak."""
    index = first
    last: int | None = None
    while index < len(tokens) and index - first < LONGEST:
        token = tokens[index]
        if token.text in OPENERS and last == index - 1:
            closed = _closed(tokens, index)
            if closed is None:
                break
            index = closed + 1
            continue
        if _stops(tokens, index, last, grammar):
            break
        if can_end(tokens, index, grammar):
            last = index
        index += 1
    return last


def _closed(tokens: Sequence[Token], index: int) -> int | None:
    """Where a short bracket (`(R-Texas)`) closes."""
    for at in range(index, min(index + _BRACKET, len(tokens))):
        if tokens[at].text in CLOSERS:
            return at
    return None


def _stops(tokens: Sequence[Token], index: int, last: int | None, grammar: Grammar) -> bool:
    """Whether the token ends the phrase whose last head so far is ``last``."""
    token, low = tokens[index], tokens[index].low
    if token.kind in ("quote", "mark"):
        return True
    if grammar.has("conjunctions", low):
        return last is None or not _head_follows(tokens, index + 1, grammar)
    if is_auxiliary(tokens, index, grammar) and not (token.capital and last is None):  # `lo Stato maggiore`
        return True
    if grammar.has("relatives", low) or grammar.has("pronouns", low):
        return True
    if last is not None and grammar.has("temporal", low):
        return True
    if token.kind != "word" or token.capital:
        return False
    if grammar.has("noun_links", low):
        return last is None or not _link_forward(tokens, index, last, grammar)
    if grammar.has("determiners", low):
        return False
    if grammar.has("prepositions", low) or grammar.has("subordinators", low):
        return True
    if last is None or can_end(tokens, index, grammar) or grammar.has("particles", low) or token.possessive:
        return False
    if low in grammar.forms or grammar.is_participle(low) or grammar.is_adverb(low):
        return True
    # A plain word after the head ends the phrase, unless another head comes on (`ministry press office`).
    return not _head_within(tokens, index, grammar)


def _head_follows(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    if index >= len(tokens):
        return False
    token = tokens[index]
    return token.capital or grammar.has("people", token.low) or grammar.has("determiners", token.low)


def _head_within(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    for token in tokens[index : index + 4]:
        if (
            token.kind != "word"
            or grammar.has("prepositions", token.low)
            or grammar.has("auxiliaries", token.low)
        ):
            return False
        if grammar.has("people", token.low) or grammar.has("bodies", token.low):
            return True
    return False


def _link_forward(tokens: Sequence[Token], index: int, last: int, grammar: Grammar) -> bool:
    if index + 1 >= len(tokens):
        return False
    low = tokens[index].low
    nxt = tokens[index + 1]
    head = bare(tokens[last].low)
    if grammar.has("temporal", nxt.low):
        return False
    if grammar.has("late_links", low):
        if grammar.postnominal and (
            grammar.has("tag_stops", low) or grammar.has("documents", head) or headed(tokens, last, grammar)
        ):
            return True
        return grammar.has("people", head) or grammar.has("bodies", head) or low == "of"
    # `ambassador in London` but not `Shoigu in a speech`
    return grammar.has("people", head) and not tokens[last].capital and nxt.capital


def _appositions(tokens: Sequence[Token], last: int, grammar: Grammar) -> int:
    """Over `, Russian Defense Minister,` after a name."""
    for _ in range(3):
        at = last + 1
        while at < len(tokens) and tokens[at].text in OPENERS:
            while at < len(tokens) and tokens[at].text not in CLOSERS:
                at += 1
            at += 1
        if at + 1 >= len(tokens) or tokens[at].text != ",":
            return last
        first = at + 1
        token = tokens[first]
        low = token.low
        if token.kind != "word" or grammar.has("adjuncts", low) or grammar.has("relative_openers", low):
            return last
        if (
            grammar.is_adverb(low)
            or grammar.is_gerund(low)
            or grammar.has("subordinators", low)
            or grammar.has("pronouns", low)
        ):
            return last
        if grammar.has("temporal", low) or grammar.has("conjunctions", low):
            return last
        end = _forward(tokens, first, grammar)
        if end is None:
            return last
        after = end + 1
        if after < len(tokens) and not (
            tokens[after].kind in ("mark", "quote")
            or grammar.has("adjuncts", tokens[after].low)
            or grammar.has("temporal", tokens[after].low)
            or grammar.has("prepositions", tokens[after].low)
        ):
            return last  # a verb follows: a new clause
        last = end
    return last
