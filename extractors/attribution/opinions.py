"""Whose opinion a sentence tells with a small word at its head (`Per il ministro X, il governo “…”`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

#: Words of a phrase that names whose opinion follows.
_OPINED: Final = 14


def opinion(tokens: Sequence[Token], index: int, grammar: Grammar) -> Phrase | None:
    """`Pour le ministre X, … « Q »`: an opinion only at the beginning, of somebody with a title, quoted."""
    length = _opens(tokens, grammar)
    if not length or index or not any(token.kind == "quote" for token in tokens):
        return None
    source = phrase_after(tokens, index + length, grammar)
    if source is None:
        return None
    first = _comma(tokens, source.first, grammar)
    second = None if first is None else _comma(tokens, first + 1, grammar)
    between = tokens[first + 1 : second] if first is not None and second is not None else ()
    apposed = bool(between) and all(one.capital or grammar.has("particles", one.low) for one in between)
    bracket = next((at for at in range(source.first, first or 0) if tokens[at].text == "("), None)
    stop = second if apposed else first  # `Per la deputata del M5S in commissione, X, il governo …`
    if stop is None:
        return None
    titled = any(grammar.has("people", token.low) for token in tokens[source.first : stop])
    return Phrase(source.first, (bracket or stop) - 1, source.clause) if titled else None


def _comma(tokens: Sequence[Token], start: int, grammar: Grammar) -> int | None:
    """The next comma with no verb, quotation or other mark before it; None where there is none."""
    for at in range(start, min(start + _OPINED, len(tokens))):
        if tokens[at].text == ",":
            return at
        low = tokens[at].low
        verb = not tokens[at].capital and (grammar.has("auxiliaries", low) or grammar.has("that", low))
        bracketed = tokens[at].kind == "mark" and tokens[at].text in "()-"  # `X (PSOL-RJ), …`
        if (tokens[at].kind not in ("word", "number") and not bracketed) or verb:
            return None
    return None


def _opens(tokens: Sequence[Token], grammar: Grammar) -> int:
    """How many tokens of such an opening stand at the sentence's head; 0 where none does."""
    for phrase in grammar.opinion:
        if len(phrase) <= len(tokens) and all(
            one.low == word for one, word in zip(tokens, phrase, strict=False)
        ):
            return len(phrase)
    return 0
