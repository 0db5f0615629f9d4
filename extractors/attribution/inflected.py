"""Noun phrases of languages whose cases, and not whose places, tell who speaks (Russian, Ukrainian).

No morphology beyond what ``cues.toml`` lists: the forms of the nouns that can speak, and the endings of
adjectives, of complements and of names. A clause is read from left to right as a row of phrases: what hangs
on a preposition is passed over, so is what stands in another case; what is left and can speak is a subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import Cases, Grammar
from extractors.attribution.nouns import CLOSERS, LONGEST, OPENERS, Phrase, in_any, is_named
from extractors.attribution.tokens import Token

_MODIFIERS: Final = 5
#: The lists whose words have a capital only because a sentence begins with them.
_OPENING: Final = (
    "things", "determiners", "subordinators", "separators", "conjunctions", "prepositions", "negations",
    "relatives", "negative_subjects", "object_pronouns",
)  # fmt: skip
#: The lists whose words hang on no noun, whatever their ending.
_NO_COMPLEMENT: Final = (
    "prepositions", "temporal", "pronouns", "object_pronouns", "subordinators", "separators", "conjunctions",
    "auxiliaries", "negations",
)  # fmt: skip
_BRACKET: Final = 8
_LINKED: Final = 5


def subjects(
    tokens: Sequence[Token], first: int, stop: int, grammar: Grammar, *, plural: bool = False
) -> list[Phrase]:
    """The phrases between ``first`` and ``stop`` that can be the subject of a word of saying, in order.

    With ``plural`` a body in which somebody speaks (`в Кремле заявили`) counts too, after all the others.
    """
    cases = grammar.cases
    if cases is None:
        return []
    found: list[Phrase] = []
    places: list[Phrase] = []
    index = first
    while index < stop:
        token = tokens[index]
        if token.text in OPENERS:
            index = _closed(tokens, index, stop) + 1
            continue
        if token.kind != "word" and token.kind != "number":
            index += 1
            continue
        if is_preposition(tokens, index, grammar):
            place = _place(tokens, index, stop, grammar) if plural else None
            if place is not None:
                places.append(place)
            index = past_preposition(tokens, index, stop, grammar, cases)
            continue
        if token.kind == "number" and index + 1 < stop and grammar.has("temporal", tokens[index + 1].low):
            index += 2  # `13 июня`
            continue
        phrase = phrase_at(tokens, index, stop, grammar)
        if phrase is not None:
            found.append(phrase)
            index = phrase.last + 1
        else:
            index = _past_bent_body(tokens, index, stop, grammar)
    return found + places


def _past_bent_body(tokens: Sequence[Token], index: int, stop: int, grammar: Grammar) -> int:
    """Where the complements of a body in another case end (`закликали Раду Безпеки ООН`)."""
    cases = grammar.cases
    low = tokens[index].low
    at = index + 1
    if cases is None or not (grammar.has("bodies", low) and grammar.has("oblique", low)):
        return at
    bent = cases.bent_names + cases.bent_nouns
    while at < stop and tokens[at].kind == "word" and _hangs(tokens[at], grammar, cases, bent):
        at += 1
    return at


def phrase_at(
    tokens: Sequence[Token], first: int, stop: int, grammar: Grammar, *, any_case: bool = False
) -> Phrase | None:
    """The phrase that begins at ``first`` and can speak; in the nominative unless ``any_case``."""
    cases = grammar.cases
    if cases is None or first >= stop:
        return None
    low = tokens[first].low
    if grammar.has("pronouns", low) or (any_case and grammar.has("object_pronouns", low)):
        return Phrase(first, first)
    head = _head(tokens, first, stop, grammar, cases, any_case)
    if head is None:
        return None
    return Phrase(first, _extent(tokens, head, stop, grammar, cases))


def is_preposition(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a word is a preposition here, and no letter of a name (`В. Иванов`)."""
    return grammar.has("prepositions", tokens[index].low) and not (
        index + 1 < len(tokens) and tokens[index + 1].text == "." and tokens[index].capital
    )


def past_preposition(tokens: Sequence[Token], index: int, stop: int, grammar: Grammar, cases: Cases) -> int:
    """Where what hangs on the preposition at ``index`` ends: adjectives, one noun, and its complements."""
    at = index + 1
    while at < stop and at - index <= _MODIFIERS and _bends(tokens, at, grammar, cases):
        nxt = tokens[at + 1] if at + 1 < stop else None
        if nxt is None or nxt.kind not in ("word", "quote") or is_preposition(tokens, at + 1, grammar):
            break
        if grammar.has("pronouns", nxt.low):
            break  # `про це він …`
        if _is_head(nxt, grammar) and not grammar.has("oblique", nxt.low):
            break
        at += 1
    bent = cases.bent_names
    if at < stop and (
        grammar.has("people", tokens[at].low) or grammar.has("bodies", tokens[at].low) or _acronym(tokens[at])
    ):
        bent += cases.bent_nouns + cases.complements  # `о министре Томасе Скиргайле`, `у МЗС України`
    at += 1
    while at < stop:
        token = tokens[at]
        if token.kind == "quote" and is_named(tokens, at):
            at += 1
            continue
        if token.kind == "number" or grammar.has("temporal", token.low):
            at += 1
            continue
        if token.capital and tokens[at - 1].low in grammar.relay_heads:
            at += 1  # `na platformie X`, `w dzienniku Y`
            continue
        if token.kind != "word" or not _hangs(token, grammar, cases, bent):
            break
        if _second(tokens, at, stop, grammar, cases) and not grammar.has("oblique", tokens[at + 1].low):
            break  # `w środę ukraiński sztab …`: a subject of its own
        at += 1
    return at


def _hangs(token: Token, grammar: Grammar, cases: Cases, bent: tuple[str, ...]) -> bool:
    """Whether a word after a governed noun is a complement of it."""
    if grammar.has("oblique", token.low) or grammar.has("genitives", token.low):
        return True
    if token.capital:
        foreign = grammar.foreign_script and token.text.isascii()
        return foreign or _acronym(token) or token.low.endswith(bent)
    return _complement(token, grammar, cases)


def _bends(tokens: Sequence[Token], at: int, grammar: Grammar, cases: Cases) -> bool:
    token = tokens[at]
    if token.kind == "number":
        return True
    return token.kind == "word" and (
        grammar.has("determiners", token.low) or token.low.endswith(cases.bent_adjectives)
    )


def _acronym(token: Token) -> bool:
    return len(token.text) > 1 and token.text.isupper()


def _closed(tokens: Sequence[Token], index: int, stop: int) -> int:
    for at in range(index, min(index + _BRACKET, stop)):
        if tokens[at].text in CLOSERS:
            return at
    return index


def _is_head(token: Token, grammar: Grammar) -> bool:
    low = token.low
    return grammar.has("people", low) or grammar.has("bodies", low) or grammar.has("documents", low)


def _head(
    tokens: Sequence[Token], first: int, stop: int, grammar: Grammar, cases: Cases, any_case: bool
) -> int | None:
    """Where the head of the phrase stands: at ``first`` or behind adjectives and numerals in its case."""
    any_case = any_case or tokens[first].kind == "number" or grammar.has("numerals", tokens[first].low)
    for at in range(first, min(first + _MODIFIERS, stop)):
        token = tokens[at]
        low = token.low
        if token.kind == "number" and at == first:
            continue
        if token.kind != "word":
            return None
        if _is_head(token, grammar):
            if not any_case and grammar.has("oblique", low):
                return None
            return at
        if token.capital and _modifies(tokens, at, stop, grammar, cases, any_case):
            continue
        if token.capital and not _opens_small(tokens, at, grammar):
            bent = low.endswith(cases.bent_names) and not _acronym(token) and len(low) > cases.shortest
            if not any_case and (bent or (token.text.isascii() and grammar.foreign_script)):
                return None
            return at
        if low in grammar.forms or grammar.has("prepositions", low):
            return None
        if not (
            grammar.has("determiners", low)
            or low.endswith(cases.adjectives)
            or (any_case and low.endswith(cases.bent_adjectives))
        ):
            return None
    return None


def _modifies(
    tokens: Sequence[Token], at: int, stop: int, grammar: Grammar, cases: Cases, any_case: bool
) -> bool:
    """`Харківська обласна прокуратура`: an adjective with a capital before its noun, others between."""
    endings = cases.adjectives + (cases.bent_adjectives if any_case else ())
    for index in range(at, min(at + _MODIFIERS, stop)):
        token = tokens[index]
        if token.kind != "word" or (index > at and token.capital):
            return False
        if index > at and _is_head(token, grammar):
            return any_case or not grammar.has("oblique", token.low)
        if not token.low.endswith(endings):
            return False
    return False


def _opens_small(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """A small word, a verb or a plain noun with a capital because the sentence begins with it."""
    token = tokens[index]
    low = token.low
    if grammar.has("temporal", low):
        return True
    if index and tokens[index - 1].kind != "quote" and tokens[index - 1].text not in ":–—-.":
        return False
    nxt = tokens[index + 1] if index + 1 < len(tokens) else None
    plain = nxt is not None and nxt.kind == "word" and not nxt.capital and nxt.low not in grammar.forms
    if plain and grammar.cases is not None and low.endswith(grammar.cases.opening_adjectives):
        return True  # `Кассетные снаряды …`
    return (
        low in grammar.forms
        or in_any(low, grammar, _OPENING)
        or grammar.is_adverb(low)
        or grammar.is_gerund(low)
    )


def _extent(tokens: Sequence[Token], head: int, stop: int, grammar: Grammar, cases: Cases) -> int:
    """The last token of the phrase: complements, names, names in marks, and a second head."""
    last, at = head, head + 1
    while at < stop and at - head < LONGEST:
        taken, following = _taken(tokens, head, at, stop, grammar, cases)
        if following == at:
            break
        last = max(last, taken)
        at = following
    return last


def _taken(
    tokens: Sequence[Token], head: int, at: int, stop: int, grammar: Grammar, cases: Cases
) -> tuple[int, int]:
    """The last token that the phrase takes in at ``at`` (-1: none), and where it goes on (or ``at``)."""
    token = tokens[at]
    if token.kind != "word":
        return _mark_taken(tokens, at, stop)
    low = token.low
    if grammar.relay.fullmatch(token.text) and not _is_head(token, grammar):
        return -1, at  # `цитирует политика ТАСС`
    if grammar.has("conjunctions", low):
        return -1, at + 1 if _joins(tokens, at, stop, grammar, cases) else at
    if token.capital and not grammar.has("temporal", low):
        return at, at + 1
    if grammar.has("particles", low) and tokens[at - 1].capital and at + 1 < stop and tokens[at + 1].capital:
        return at, at + 1  # `Виллем де Граф`
    if grammar.has("recipients", low) or grammar.has("media", low):
        return -1, at
    if _is_head(token, grammar) and not _named(tokens, head, at, grammar):
        return at, at + 1
    if grammar.has("noun_links", low):
        linked = _linked(tokens, head, at, stop, grammar, cases)
        return (linked, linked + 1) if linked is not None else (-1, at)
    if _named(tokens, head, at, grammar):
        return -1, at  # a plain word after somebody's name is no part of him
    if _complement(token, grammar, cases):
        return at, at + 1
    return -1, at + 1 if _second(tokens, at, stop, grammar, cases) else at


def _mark_taken(tokens: Sequence[Token], at: int, stop: int) -> tuple[int, int]:
    """Over brackets, the full stop of an initial, a name in marks."""
    token = tokens[at]
    if token.text in OPENERS:
        closed = _closed(tokens, at, stop)
        return -1, closed + 1 if at < closed < stop else at
    if token.text == "." and len(tokens[at - 1].text) == 1 and tokens[at - 1].capital:
        return -1, at + 1
    if token.kind == "quote" and is_named(tokens, at):
        return at, at + 1
    return -1, at


def _second(tokens: Sequence[Token], at: int, stop: int, grammar: Grammar, cases: Cases) -> bool:
    """`представитель ведомства бригадный генерал`: an adjective before a second head."""
    return tokens[at].low.endswith(cases.adjectives) and at + 1 < stop and _is_head(tokens[at + 1], grammar)


def _complement(token: Token, grammar: Grammar, cases: Cases) -> bool:
    """Whether a plain word can hang on a noun (`министр обороны`, `дел`): by its ending or by the list."""
    low = token.low
    if token.kind != "word" or token.capital:
        return False
    if grammar.has("complements", low) or grammar.has("oblique", low):
        return True
    if (
        low in grammar.forms
        or _is_head(token, grammar)
        or in_any(low, grammar, _NO_COMPLEMENT)
        or grammar.is_adverb(low)
        or grammar.is_gerund(low)
    ):
        return False
    return len(low) > 2 and low.endswith(cases.complements)


def _named(tokens: Sequence[Token], head: int, at: int, grammar: Grammar) -> bool:
    """Whether the phrase so far ends in a person's name: two words with capitals that are no acronyms."""
    run = 0
    for index in range(at - 1, head - 1, -1):
        token = tokens[index]
        if token.text == ".":
            continue
        if not token.capital or _acronym(token) or _is_head(token, grammar):
            break
        run += 1
    return run > 1 or (run == 1 and at - 1 == head)


def _joins(tokens: Sequence[Token], at: int, stop: int, grammar: Grammar, cases: Cases) -> bool:
    """Whether `и` goes on with the phrase: a name, a head or an adjective before one follows."""
    if at + 1 >= stop:
        return False
    nxt = tokens[at + 1]
    if nxt.capital or _is_head(nxt, grammar):
        return True
    return at + 2 < stop and nxt.low.endswith(cases.adjectives) and _is_head(tokens[at + 2], grammar)


def _linked(
    tokens: Sequence[Token], head: int, at: int, stop: int, grammar: Grammar, cases: Cases
) -> int | None:
    """The end of what a preposition ties to an office (`постпред при ООН`, `координатор по вопросам X Y`)."""
    if not any(_is_head(token, grammar) for token in tokens[head:at]) or _named(tokens, head, at, grammar):
        return None
    if at + 1 < stop and tokens[at + 1].text == ".":
        at += 1  # `doradca ds. bezpieczeństwa`
    if at + 1 < stop and tokens[at + 1].capital and not grammar.has("temporal", tokens[at + 1].low):
        return at + 1
    for index in range(at + 1, min(at + 1 + _LINKED, stop)):
        token = tokens[index]
        if token.kind != "word" or token.low in grammar.forms or grammar.has("temporal", token.low):
            return None
        if token.capital and index > at + 1:
            return index
        bent = token.low.endswith(cases.bent_adjectives + cases.bent_nouns)
        if not (bent or _complement(token, grammar, cases)):
            return None
    return None


def _place(tokens: Sequence[Token], index: int, stop: int, grammar: Grammar) -> Phrase | None:
    """`в Кремле`, `в министерстве обороны`, `у Міноборони`: a body in which somebody speaks."""
    if not grammar.has("inside", tokens[index].low) or index + 1 >= stop:
        return None
    phrase = phrase_at(tokens, index + 1, stop, grammar, any_case=True)
    if phrase is None:
        return None
    for at in range(phrase.first, phrase.last + 1):
        token = tokens[at]
        if grammar.has("documents", token.low) or grammar.has("temporal", token.low):
            return None
        if grammar.has("bodies", token.low):
            return phrase
        if grammar.has("people", token.low):
            return None
        if token.capital:
            return None if token.text[0].isascii() or grammar.has("media", token.low) else phrase
    return None
