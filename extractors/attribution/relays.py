"""Agencies and outlets, which carry words and do not speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.frames import Frame, starts_with
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

_AROUND_RELAY: Final = 2


def is_relay(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar, text: str) -> bool:
    """Whether a source is an agency or an outlet, which carries words and does not speak."""
    words = text[tokens[phrase.first].start : tokens[phrase.last].end]
    low = words.lower()
    if any(name in low for name in grammar.not_relay):
        return False
    plain = [token for token in tokens[phrase.first : phrase.last + 1] if token.kind == "word"]
    people = any(grammar.has("people", token.low) for token in plain)
    heads = any(token.low in grammar.relay_heads for token in plain)
    if heads and not people and not grammar.has("bodies", tokens[phrase.last].low):
        return True
    if tokens[phrase.last].low in grammar.relay_heads:
        return True
    found = grammar.relay.search(words)
    if found is None:
        return False
    rest = (low[: found.start()] + low[found.end() :]).strip()
    # `the Interfax agency`, `Russian state media TASS`, `Spanish daily X`: nobody else is in the phrase.
    return not people and (len(rest.split()) <= _AROUND_RELAY or heads)


def relay_after(tokens: Sequence[Token], frame: Frame, grammar: Grammar, text: str) -> Phrase | None:
    """`, quoted by the Interfax agency`: through whom the words came."""
    for index in range(frame.tail + 1, min(len(tokens), frame.tail + 8)):
        length = starts_with(tokens, index, grammar.quoted_by)
        if length:
            phrase = phrase_after(tokens, index + length, grammar)
            if phrase is not None and is_relay(tokens, phrase, grammar, text):
                return phrase
    return None
