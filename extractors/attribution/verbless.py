"""Who speaks behind a colon where no verb says so (`Più cauto il ministro X: «Q»`, `Réplique du maire : …`).

For languages whose articles open a phrase; their nouns for an answer are the list ``replies``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

#: Words that may stand before the speaker (`Sulla stessa linea`, `Meno netto`), and those of an apposition.
_BEFORE: Final = 5
_APPOSED: Final = 9
#: Words that may stand between what takes a quotation up and who said it: a verb, an adverb, a day, a place.
_BETWEEN: Final = 8


def without_verb(tokens: Sequence[Token], colon: int, grammar: Grammar) -> Phrase | None:
    """The titled phrase that alone stands before a colon, behind a few words without a verb or an answer's
    name; None where anything else stands there."""
    if not grammar.sets["replies"]:
        return None
    reach = 1
    while reach < min(_BEFORE + 1, colon) and not _stops(tokens[reach - 1], grammar):
        reach += 1
    for at in range(reach - 1, 0, -1):  # the last article opens the phrase (`Di altro avviso la ministra X`)
        low = tokens[at].low
        answer = grammar.has("replies", tokens[at - 1].low)
        tied = grammar.has("prepositions", low)
        if not (answer and tied) and (tied or not grammar.has("determiners", low)):
            continue
        subject = phrase_after(tokens, at + 1 if tied else at, grammar)
        if subject is None or subject.first - at > 1 or not _titled(tokens, subject, grammar):
            continue
        between = tokens[subject.last + 1 : colon]
        if not between:
            return subject
        apposed = between[0].text == "," and len(between) <= _APPOSED
        return subject if apposed and not any(_verb(one, grammar) for one in between) else None
    return None


def _stops(token: Token, grammar: Grammar) -> bool:
    """Whether nobody behind a token speaks: it is a quotation, or a verb that is no word for an answer; a
    form of `to be` only joins who he is (`De otra opinión es la ministra X: «Q»`)."""
    if grammar.has("be", token.low):
        return False
    return token.kind == "quote" or (_verb(token, grammar) and not grammar.has("replies", token.low))


def _titled(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    """Whether a phrase names somebody by an office."""
    words = tokens[phrase.first : phrase.last + 1]
    return any(grammar.has("people", one.low) for one in words)


def _verb(token: Token, grammar: Grammar) -> bool:
    """Whether a word is a verb of its own; a participle alone is none (`Di parere opposto il ministro X`)."""
    if token.capital or grammar.has("auxiliaries", token.low):
        return not token.capital
    form = grammar.forms.get(token.low)
    return form is not None and bool(form.forms & {"past", "present"})


def subject_behind(tokens: Sequence[Token], start: int, grammar: Grammar) -> Phrase | None:
    """The first phrase from ``start`` on, over a few words, that names a person, a title or a body.

    What a preposition ties is passed over (`così su X il ministro Y`, `in una nota la Farnesina`).
    """
    tied = False
    past = start
    for at in range(start, min(start + _BETWEEN, len(tokens))):
        low = tokens[at].low
        if at < past:
            continue
        if tokens[at].kind != "word":
            if tokens[at].kind == "mark" and tokens[at].text == ",":
                tied = False
                continue
            return None
        if grammar.has("temporal", low) or grammar.has("that", low):
            continue
        if grammar.has("prepositions", low) and not grammar.has("determiners", low):
            tied = not grammar.has("by", low)  # `l'allarme lanciato da X`
            continue
        if tied and tokens[at].capital and not grammar.has("people", low):
            continue
        before = tokens[at - 1].low if at else ""
        if tied and grammar.has("determiners", low) and grammar.has("prepositions", before):
            past, tied = _past_tied(tokens, at + 1, grammar), False
            continue
        done_by = at > start and grammar.has("by", before)  # `l'appello lanciato dall'alta rappresentante`
        opens = done_by or tokens[at].capital or grammar.has("determiners", low)
        if not (opens or grammar.has("people", low)):
            continue
        if any(grammar.has("temporal", one.low) for one in tokens[at + 1 : at + 3]):
            continue  # `el pasado lunes la ministra`
        phrase = phrase_after(tokens, at, grammar)
        if phrase is not None and phrase.first == at and _speaks(tokens, phrase, grammar):
            return phrase
    return None


def _past_tied(tokens: Sequence[Token], start: int, grammar: Grammar) -> int:
    """Behind what an article opens after a preposition (`en una comparecencia en el Congreso, X`)."""
    at = start
    while at < len(tokens) and tokens[at].kind == "word":
        before = tokens[at - 1]
        led = before.capital or grammar.has("prepositions", before.low)
        determined = grammar.has("determiners", tokens[at].low)
        if not led and (determined or (tokens[at].capital and not grammar.has("determiners", before.low))):
            break
        at += 1
    return at


def _speaks(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    return any(
        grammar.has("people", one.low)
        or grammar.has("bodies", one.low)
        or grammar.ends(one.low, "people")
        or (one.capital and grammar.nouns == "capitals")
        for one in tokens[phrase.first : phrase.last + 1]
    )
