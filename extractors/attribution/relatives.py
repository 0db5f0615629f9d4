"""Whom a relative clause takes up that tells where or when before it says who said something.

`X, che davanti ai deputati ha detto: …`; `X, que a su llegada calificó de … la decisión`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.before import subject_before
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

#: Words of where and when between the relative word and its verb.
_WITHIN: Final = 12


def relative_subject(tokens: Sequence[Token], verb: int, grammar: Grammar) -> Phrase | None:
    """The phrase before a comma and the relative word that opens the clause of the verb at ``verb``."""
    if not grammar.postnominal:
        return None
    for at in range(verb - 1, max(1, verb - _WITHIN), -1):
        token = tokens[at]
        if grammar.has("relatives", token.low):
            taken = tokens[at - 1].text in (",", ")") and at + 1 < verb and _adjunct(tokens, at + 1, grammar)
            return subject_before(tokens, at + 1, grammar) if taken else None
        if token.kind not in ("word", "number") and token.text != ",":
            return None
        verbal = not token.capital and token.low in grammar.forms
        if verbal or grammar.has("auxiliaries", token.low) or grammar.has("pronouns", token.low):
            return None
    return None


def _adjunct(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether words of where or when begin here."""
    low = tokens[at].low
    return (
        tokens[at].text == ","
        or grammar.has("prepositions", low)
        or grammar.has("temporal", low)
        or grammar.is_adverb(low)
        or grammar.is_gerund(low)
    )
