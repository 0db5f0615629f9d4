"""Words of saying in the passive, and who speaks in them (`was condemned by X`, `was quoted as saying`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.before import subject_before
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.tokens import Token

_BY_WITHIN: Final = 7
_QUOTED_WITHIN: Final = 12
_QUOTING: Final = ("quote", "cite")


def passive(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, is_passive: bool
) -> Frame | None:
    """A passive frame; one without a source where the form is passive but names nobody."""
    saying = _quoted_as(tokens, index, grammar) if is_passive and form.lemma in _QUOTING else None
    if saying is not None:
        subject = subject_before(tokens, index, grammar)
        clause = subject.clause if subject else index
        end = saying + 1 if _next_in(tokens, saying, grammar, "passive_saying") else saying
        return Frame("quoted", index, end, "speech", form.lemma, subject, clause)
    by = _by(tokens, index, grammar, is_passive) if form.cls != "adopt" else None
    if by is not None:
        source = phrase_after(tokens, by + 1, grammar)
        if source is not None or is_passive:  # not `said by telephone`
            return Frame("passive", index, by, form.cls, form.lemma, source, index)
    return Frame("passive", index, index, form.cls, form.lemma, None) if is_passive else None


def _quoted_as(tokens: Sequence[Token], index: int, grammar: Grammar) -> int | None:
    """Where `saying` or `as saying` stands: next, or behind who quoted (`was quoted by X as saying`)."""
    for at in range(index + 1, min(index + _QUOTED_WITHIN, len(tokens))):
        if grammar.has("passive_saying", tokens[at].low):
            plain = at == index + 1 or _next_in(tokens, at, grammar, "passive_saying")
            return at if plain else None
        if tokens[at].kind not in ("word", "number") or grammar.has("that", tokens[at].low):
            return None
        if at == index + 1 and not grammar.has("prepositions", tokens[at].low):
            return None
    return None


def _by(tokens: Sequence[Token], index: int, grammar: Grammar, is_passive: bool) -> int | None:
    """Where `by` stands: right after the participle, or a few words on where the form is passive."""
    for at in range(index + 1, min(index + 1 + (_BY_WITHIN if is_passive else 1), len(tokens))):
        token = tokens[at]
        if grammar.has("by", token.low):
            return None if _by_means(tokens, at, grammar) else at
        if (token.kind == "mark" and token.text not in "()") or (token.kind == "quote" and at > index + 2):
            return None
    return None


def reduced(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """`the doubts expressed in Paris by …`: a participle, though it looks like the past tense."""
    if index + 1 >= len(tokens) or not grammar.has("prepositions", tokens[index + 1].low):
        return False
    for at, token in enumerate(tokens[index + 1 : index + 1 + _BY_WITHIN], index + 1):
        if token.kind != "word" and token.kind != "number":
            return False
        if grammar.has("that", token.low):
            return False  # `said on Thursday that a missile launched by X …`
        if grammar.has("by", token.low):
            other = at - 1 > index and grammar.is_participle(tokens[at - 1].low)  # `two bombs dropped by X`
            return not other and not _by_means(tokens, at, grammar)
    return False


def _by_means(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether `by` tells how and not by whom (`said by video link`, `by telephone`)."""
    return any(grammar.has("means", token.low) for token in tokens[at + 1 : at + 3])


def _next_in(tokens: Sequence[Token], index: int, grammar: Grammar, name: str) -> bool:
    return index + 1 < len(tokens) and grammar.has(name, tokens[index + 1].low)
