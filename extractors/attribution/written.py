"""Words that are read in a document: whose it is (`“Q”, si legge in una nota del ministero X`).

The press of some languages says without a subject where words stand. Who speaks is then whose the document
or the channel is; where that is not told, the document itself, whose maker was named before. The turns are
the list ``read`` of a language's ``cues.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

#: Words from the turn to its document, from there to whose it is, and back to a document named before.
_WITHIN: Final = 4
_OWNED: Final = 5
_BACK: Final = 5


def read_in(tokens: Sequence[Token], index: int, length: int, grammar: Grammar) -> Frame | None:
    """The frame of a turn of ``length`` tokens at ``index``; None where it names no document."""
    end = index + length
    at = _thing(tokens, range(end, min(end + _WITHIN, len(tokens))), grammar)
    if at is not None:
        source = _owner(tokens, at, grammar) or _itself(tokens, at, grammar)
    else:
        back = range(index - 1, max(-1, index - _BACK), -1)
        at = _thing(tokens, back, grammar)
        if at is None:
            return None
        source = _owner(tokens, at, grammar) or _sender(tokens, at, grammar)
    if source is None:
        return None
    return Frame("after", index, end - 1, "speech", "read", source, index)


def _thing(tokens: Sequence[Token], places: range, grammar: Grammar) -> int | None:
    """The first document or channel among some tokens; None behind a mark."""
    for at in places:
        if tokens[at].kind != "word":
            return None
        if grammar.has("documents", tokens[at].low) or grammar.has("channels", tokens[at].low):
            return at
    return None


def _owner(tokens: Sequence[Token], thing: int, grammar: Grammar) -> Phrase | None:
    """Who stands behind the document, tied to it (`nota diffusa dal ministero`, `canale Telegram di X`)."""
    for at in range(thing + 1, min(thing + _OWNED, len(tokens))):
        low = tokens[at].low
        if tokens[at].kind not in ("word", "number"):
            return None
        if grammar.has("relatives", low) or grammar.has("documents", low):
            return None
        if grammar.has("noun_links", low) or grammar.has("by", low):
            phrase = phrase_after(tokens, at + 1, grammar)
            if phrase is not None and phrase.first == at + 1 and _speaks(tokens, phrase, grammar):
                return phrase
    return None


def _sender(tokens: Sequence[Token], thing: int, grammar: Grammar) -> Phrase | None:
    """From whom the document came, where that opens the sentence (`Dal ministero X è arrivata una nota`)."""
    if not grammar.has("by", tokens[0].low):
        return None
    phrase = phrase_after(tokens, 1, grammar)
    told = phrase is not None and phrase.first == 1 and phrase.last < thing
    return phrase if phrase is not None and told and _speaks(tokens, phrase, grammar) else None


def _itself(tokens: Sequence[Token], thing: int, grammar: Grammar) -> Phrase | None:
    return Phrase(thing, thing) if grammar.has("documents", tokens[thing].low) else None


def _speaks(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    return any(
        one.capital or grammar.has("people", one.low) or grammar.has("bodies", one.low)
        for one in tokens[phrase.first : phrase.last + 1]
    )
