"""What stands before a finite verb in second place (German): its subject, or what leaves that for later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.capitalised import is_somebody
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import DASHES, Phrase
from extractors.attribution.runs import clause_start, is_head, is_proper, run_end
from extractors.attribution.tokens import Token

_PIECES: Final = 4


def forefield(tokens: Sequence[Token], first: int, finite: int, grammar: Grammar) -> Phrase | None:
    """The subject before the finite verb, where what stands there is one."""
    if finite == first:
        return _over_insertion(tokens, first, grammar)
    at = first
    while at < finite and tokens[at].kind == "mark":
        at += 1  # `++ X dankt Y ++`
    while at < finite and tokens[at].kind == "word" and _adverbial(tokens, at, grammar):
        at += 1
    if at >= finite or (at == first and grammar.has("datives", tokens[at].low)):
        return None
    opened = tokens[at].low
    if grammar.has("prepositions", opened) or grammar.has("datives", opened):
        return None
    if grammar.has("subordinators", opened) or (
        grammar.has("relatives", opened) and tokens[at - 1].text == ","
    ):
        return None
    if conjoined(tokens, finite, grammar):
        return None
    phrase = Phrase(at, run_end(tokens, at, grammar), first)
    if phrase.last >= finite:
        phrase = Phrase(at, finite - 1, first)
    if grammar.has("pronouns", opened):
        return Phrase(at, at, first)
    return phrase if is_somebody(tokens, phrase, grammar) else None


def _adverbial(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    low = tokens[index].low
    if grammar.has("temporal", low):
        return True
    return grammar.is_adverb(low) and not grammar.has("pronouns", low)


def _over_insertion(tokens: Sequence[Token], first: int, grammar: Grammar) -> Phrase | None:
    """`X, der Chef von Y, sagte`, `X, der 2011 antrat, sagte`: the phrase before what commas set off."""
    at, last = first, -1
    for _ in range(_PIECES):
        if at < 2 or tokens[at - 1].text != ",":
            return None
        border = at - 1
        start = clause_start(tokens, border, grammar)
        if start >= border:
            return None
        opened = tokens[start].low
        led = start >= 2 and tokens[start - 1].text == ","
        aside = led and grammar.has("relatives", opened)  # whatever is said in a relative clause
        if not aside and any(token.low in grammar.forms for token in tokens[start:border]):
            return None
        described = led and (
            grammar.has("relatives", opened)
            or grammar.has("determiners", opened)
            or is_head(tokens[start], grammar)
            or tokens[start].kind == "number"
            or all(is_proper(token, grammar) or token.text in "()" for token in tokens[start:border])
        )
        if described:
            last = last if last >= 0 or grammar.has("relatives", opened) else border - 1
            at = start
            continue
        if at == first or grammar.has("prepositions", opened) or _verbal(tokens, start, border, grammar):
            return None
        phrase = Phrase(start, max(border - 1, last), start)
        return phrase if is_somebody(tokens, phrase, grammar) else None
    return None


def _verbal(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    return any(grammar.has("auxiliaries", token.low) for token in tokens[first:last])


def conjoined(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    at = index - 1
    while at >= 0 and tokens[at].kind == "word" and grammar.is_adverb(tokens[at].low):
        at -= 1
    return at >= 0 and grammar.has("conjunctions", tokens[at].low)


def tagged(tokens: Sequence[Token], index: int) -> bool:
    """Whether a quotation, a comma or a dash stands right before."""
    if not index:
        return False
    before = tokens[index - 1]
    return before.kind == "quote" or before.text == "," or before.text in DASHES or before.text in "?!"
