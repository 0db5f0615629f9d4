"""Phrases that can speak, in any case or as subjects, where every noun has a capital letter (German)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.runs import bracket_end, is_head, is_proper, is_small, is_title, run_end
from extractors.attribution.tokens import Token


def object_phrase(
    tokens: Sequence[Token], first: int, grammar: Grammar, *, strict: bool = False
) -> Phrase | None:
    """The phrase in any case that begins at ``first`` and holds a name or a word for somebody."""
    if first >= len(tokens) or tokens[first].kind != "word" or grammar.has("temporal", tokens[first].low):
        return None
    low = tokens[first].low
    if grammar.has("pronouns", low) or grammar.has("object_pronouns", low):
        return Phrase(first, first, first)
    if strict and grammar.has("datives", low):
        return None
    phrase = Phrase(first, run_end(tokens, first, grammar, through=not strict), first)
    return phrase if is_somebody(tokens, phrase, grammar) else None


def is_somebody(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    inside = tokens[phrase.first : phrase.last + 1]
    if grammar.has("negative_subjects", inside[0].low):
        return False
    heads = [t for t in inside if is_head(t, grammar) or grammar.has("documents", t.low)]
    if heads:
        return True
    # Nouns have capitals too: a name without an article, or two capitals side by side.
    proper = [at for at, token in enumerate(inside) if is_proper(token, grammar)]
    if not proper:
        return False
    bare = not grammar.has("determiners", inside[0].low)
    paired = any(b - a == 1 for a, b in pairwise(proper))
    return (bare and proper[0] == 0) or paired


def nominative_phrase(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> Phrase | None:
    """The first phrase among ``first`` up to ``last`` that is no object and stands behind no preposition."""
    index = first
    while index < last:
        token, low = tokens[index], tokens[index].low
        if token.text in "([":
            closed = bracket_end(tokens, index)
            index = closed if closed > index else index + 1
            continue
        if token.kind == "quote" and not is_title(tokens, index, grammar):
            return None
        if token.kind != "word" or grammar.has("temporal", low) or grammar.is_adverb(low):
            index += 1
            continue
        if grammar.has("pronouns", low):
            return Phrase(index, index, first)
        if grammar.has("prepositions", low) or grammar.has("datives", low):
            index = _past_phrase(tokens, index, last, grammar)
            continue
        if low in grammar.forms and not token.capital:
            return None
        phrase = Phrase(index, min(run_end(tokens, index, grammar), last - 1), first)
        if _dative(tokens, phrase, grammar):
            index = _past_phrase(tokens, index, last, grammar)
            continue
        if is_somebody(tokens, phrase, grammar):
            return phrase
        index = phrase.last + 1
    return None


def _dative(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    """`der Zeitung X`, `Reportern`: to whom it was said."""
    inside = tokens[phrase.first : min(phrase.first + 3, phrase.last + 1)]
    if grammar.has("recipients", inside[0].low):
        return True
    return grammar.has("genitive", inside[0].low) and any(
        token.low in grammar.relay_heads for token in inside[1:]
    )


def _past_phrase(tokens: Sequence[Token], index: int, last: int, grammar: Grammar) -> int:
    """The token after a phrase that a preposition or a dative opens: past its noun and a name behind it."""
    at = index + 1
    seen = False
    while at < last:
        token, low = tokens[at], tokens[at].low
        if token.kind == "quote" and is_title(tokens, index, grammar):
            at += 1
            continue
        if token.kind == "number" and not seen:
            at += 1
            continue
        if token.kind != "word":
            if token.text in "./-" and at + 1 < last:
                at += 1
                continue
            return at
        if seen and (
            is_small(low, grammar)
            or grammar.has("temporal", low)
            or grammar.is_adverb(low)
            or not token.capital
        ):
            genitive = grammar.has("genitive", low) and not _speaks(tokens, at, last, grammar)
            if not genitive:
                return at
            seen = False
        if seen and is_head(token, grammar):
            return at
        seen = seen or token.capital
        at += 1
    return at


def _speaks(tokens: Sequence[Token], index: int, last: int, grammar: Grammar) -> bool:
    """Whether an article opens a phrase about somebody (`im Parlament der Minister`)."""
    for at in range(index + 1, min(index + 4, last)):
        if is_head(tokens[at], grammar):
            return grammar.has("people", tokens[at].low) or grammar.ends(tokens[at].low, "people")
        if tokens[at].capital:
            return False
    return False
