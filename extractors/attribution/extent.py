"""Where a phrase begins, told from its last word by the small words of the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import CLOSERS, LONGEST, OPENERS, STOPS, bare, can_end, small
from extractors.attribution.tokens import Token

_Step = Literal["stop", "over", "take", "last"]


def start_of(tokens: Sequence[Token], end: int, grammar: Grammar, floor: int) -> int:
    """The first token of the phrase that ends at ``end``."""
    index = first = end
    while index - 1 >= floor and end - index < LONGEST:
        step = _step(tokens, index - 1, grammar, floor)
        if step == "stop":
            break
        index -= 1
        if step == "over":
            continue
        first = index
        if step == "last":
            break
    return _trim(tokens, first, end, grammar)


def _step(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> _Step:
    """What the token at ``index`` is to the phrase that has begun right of it."""
    token, low = tokens[index], tokens[index].low
    if token.kind == "mark":
        return "over" if token.text in CLOSERS or token.text in OPENERS or token.text in ".&/" else "stop"
    if grammar.has("particles", low) and _inside_name(tokens, index, floor):
        return "take"
    if index > floor and _between(tokens, index, grammar):
        return "take"
    named = bool(index) and (token.capital or grammar.has("determiners", tokens[index - 1].low))
    helps = grammar.has("auxiliaries", low) and not named  # `lo stato maggiore` is a noun
    if token.kind == "quote" or helps or grammar.has("negations", low):
        return "stop"
    if grammar.has("conjunctions", low):
        return "take" if _joins(tokens, index, grammar, floor) else "stop"
    if grammar.has("subordinators", low) or grammar.has("relatives", low):
        return "stop"
    if grammar.has("noun_links", low):
        return "over" if _linked(tokens, index, grammar, floor) else "stop"
    if grammar.has("prepositions", low) or grammar.has("pronouns", low) or low in grammar.forms:
        return "take" if _is_noun(tokens, index, grammar, floor) else "stop"
    if grammar.has("temporal", low) and not token.possessive:
        return "stop"
    if token.kind == "word" and not token.capital and grammar.is_adverb(low):
        return "stop"
    if grammar.has("determiners", low):
        # Before `the`: a link to a head further left (`the head of the`), not a new phrase.
        before = tokens[index - 1].low if index - 1 >= floor else ""
        linked = grammar.has("noun_links", before) or grammar.has("conjunctions", before)
        return "take" if linked else "last"
    if token.kind == "number" and not _modifies(tokens, index):
        return "stop"
    return "take"


def _between(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """An adverb between whose it is and a plain noun (`Peru's then minister`, `the then minister`)."""
    token, before = tokens[index], tokens[index - 1]
    if token.kind != "word" or token.capital or not grammar.is_adverb(token.low):
        return False
    opens = before.possessive or grammar.has("determiners", before.low)
    return opens and _compound(tokens, index + 1, grammar)


def _inside_name(tokens: Sequence[Token], index: int, floor: int) -> bool:
    """Whether capitals stand on both sides of a small word (`Piet van Aalst`)."""
    return index - 1 >= floor and tokens[index - 1].capital and tokens[index + 1].capital


def _is_noun(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """A word that could be a verb or a small word, but is none here."""
    token, low = tokens[index], tokens[index].low
    if grammar.has("people", low):
        return True
    form = grammar.forms.get(low)
    before = tokens[index - 1].low if index - 1 >= floor else ""
    if form is not None and grammar.has("determiners", before):
        return True
    if form is not None and form.noun and grammar.has("noun_links", before):
        return True  # `the minister of state for defence`
    if form is not None and form.noun and _compound(tokens, index + 1, grammar):
        return True
    return token.capital and not _small_opening(tokens, index, grammar)


def _compound(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a plain noun follows: `press secretary`, `state department`."""
    token = tokens[index]
    return token.kind == "word" and not token.capital and not small(token.low, grammar)


def _small_opening(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    return index == 0 and small(tokens[index].low, grammar)


def _modifies(tokens: Sequence[Token], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].kind == "word" and not tokens[index + 1].capital


def _linked(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """Whether the preposition at ``index`` ties what follows to a head that can speak."""
    if index - 1 < floor:
        return False
    head = tokens[index - 1]
    if head.kind != "word":
        return False
    low = bare(head.low)
    if grammar.has("people", low) or grammar.has("bodies", low) or grammar.has("determiners", low):
        return True
    if grammar.postnominal and grammar.has("documents", low):
        return True
    if head.low == "of" or not head.capital:
        # `head of the town of X`, `minister of war of X`: some way further left a head.
        back = index - 1
        while back >= floor and index - back < 10:
            token = tokens[back]
            if token.kind != "word" or grammar.has("auxiliaries", token.low):
                return False
            if grammar.postnominal and _verb_form(token, grammar):
                return False
            if grammar.has("people", token.low) or grammar.has("bodies", token.low):
                return True
            back -= 1
        return False
    return not grammar.has("temporal", low) and not (index - 1 == 0 and small(low, grammar))


def _verb_form(token: Token, grammar: Grammar) -> bool:
    """A form of a word of saying that is no noun."""
    form = grammar.forms.get(token.low)
    return form is not None and not form.noun and not token.capital


def _joins(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """Whether `and` joins two heads of one subject, which begins its clause."""
    at = index - 1
    if _complement(tokens, index, grammar, floor):
        return True
    if at < floor or not can_end(tokens, at, grammar):
        # `defence and foreign ministers`, `the foreign and defence ministries`
        return (
            at >= floor
            and tokens[at].kind == "word"
            and not tokens[at].capital
            and _adjective(tokens, index, grammar)
        )
    seen = 0
    while at >= floor:
        token = tokens[at]
        if token.kind == "mark" and token.text != "," and token.text not in "()&.":
            return token.text in STOPS or seen > 0
        if token.kind == "quote":
            return seen > 0  # `“…,” X and Y said`
        if grammar.has("separators", token.low) or grammar.has("that", token.low):
            return True
        if token.kind == "word" and not (
            token.capital
            or grammar.has("determiners", token.low)
            or grammar.has("people", token.low)
            or grammar.has("bodies", token.low)
            or grammar.has("noun_links", token.low)
            or grammar.has("particles", token.low)
            or token.possessive
            or _adjective_of(tokens, at, grammar)
        ):
            return False
        at -= 1
        seen += 1
    return True


def _complement(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """Whether `and` joins what one office or body is of (`Minister of Labour and Social Welfare X`)."""
    if grammar.postnominal or grammar.cases is not None or index + 2 >= len(tokens):
        return False
    following = tokens[index + 1 : index + 3]
    if not following[0].capital or any(grammar.has("people", one.low) for one in following):
        return False
    at = index - 1
    while at > floor and tokens[at].capital and index - at < 5:
        at -= 1
    head = tokens[at - 1] if at - 1 >= floor else None
    linked = (
        at < index - 1 and grammar.has("late_links", tokens[at].low) and head is not None and head.capital
    )
    return linked and head is not None and any(grammar.has(name, head.low) for name in ("people", "bodies"))


def _adjective_of(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """A plain word right before a name or a head."""
    low = tokens[index].low
    if small(low, grammar) or grammar.has("auxiliaries", low) or grammar.is_participle(low):
        return False
    nxt = tokens[index + 1]
    return nxt.capital or grammar.has("people", nxt.low) or grammar.has("bodies", nxt.low)


def _adjective(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    low = tokens[index - 1].low
    return (
        not (small(low, grammar) or grammar.has("temporal", low) or grammar.is_participle(low))
        and index + 1 < len(tokens)
        and not tokens[index + 1].capital
        and not grammar.has("determiners", tokens[index + 1].low)
    )


def _trim(tokens: Sequence[Token], first: int, end: int, grammar: Grammar) -> int:
    """Takes adverbs, numbers and an earlier phrase (`in the afternoon the spokesman`) off the left."""
    while first < end:
        token = tokens[first]
        low = token.low
        if token.kind != "word":
            first += 1
            continue
        opening = first == 0
        if (
            (grammar.is_adverb(low) and (not token.capital or opening))
            or (
                grammar.has("prepositions", low)
                and (not token.capital or opening)
                and not grammar.has("people", low)
            )
            or grammar.has("temporal", low)
            or (grammar.has("conjunctions", low))
        ):
            first += 1
            continue
        break
    return first
