"""Noun phrases that can speak: what one may end with, and which words are names.

No parser: a phrase is told by its last or first word (a name, a pronoun, a word for people or a body), and
its extent by the small words of the language. ``before`` finds the one that ends before a word of saying,
``after`` the one that follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extractors.attribution.grammar import Grammar
from extractors.attribution.tokens import Token

CLOSERS: Final = frozenset(")]")
OPENERS: Final = frozenset("([")
DASHES: Final = frozenset("–—-")
STOPS: Final = frozenset(";:!?•|")
LONGEST: Final = 40
_HEADED: Final = 9
#: The lists whose words are no names, though a sentence may begin with them.
_SMALL: Final = (
    "determiners", "prepositions", "adverbs", "subordinators", "pronouns", "adjuncts", "negative_subjects",
)  # fmt: skip
_JOINING: Final = ("auxiliaries", "relatives", "that", "temporal", "negations", "conjunctions")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens ``first`` to ``last`` (both included) of a sentence; ``clause`` is where its clause begins."""

    first: int
    last: int
    clause: int = 0


def is_name(token: Token, grammar: Grammar, *, opens: bool = False) -> bool:
    """Whether a word can be (part of) a name: capitalised, and not a small word at a sentence's beginning."""
    if not token.capital:
        return False
    low = bare(token.low)
    if grammar.has("temporal", low):
        return False
    return not (
        opens
        and (
            small(low, grammar)
            or grammar.has("people", low)
            or grammar.has("bodies", low)
            or grammar.has("conjunctions", low)
        )
    )


def bare(low: str) -> str:
    """The word without a possessive ending."""
    for ending in ("'s", "’s", "s'", "s’"):
        if low.endswith(ending):
            return low[:-2] if ending[0] != "s" else low[:-1]
    return low


def small(low: str, grammar: Grammar) -> bool:
    return in_any(low, grammar, _SMALL) or grammar.is_adverb(low) or low in grammar.forms


def in_any(low: str, grammar: Grammar, names: Sequence[str]) -> bool:
    """Whether a word is in one of several of the language's lists."""
    return any(low in grammar.sets[name] for name in names)


def can_end(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a phrase that can speak may end with this token."""
    token = tokens[index]
    if token.kind != "word" or token.possessive:
        return False
    low = token.low
    if grammar.has("pronouns", low):
        return True
    if grammar.has("object_pronouns", low):
        return index > 0 and grammar.has("noun_links", tokens[index - 1].low)  # `two of them`
    if grammar.has("people", low) or grammar.has("bodies", low) or grammar.has("documents", low):
        return True
    if low in grammar.relay_heads:
        return True
    return is_name(token, grammar, opens=index == 0) or (
        grammar.postnominal and headed(tokens, index, grammar)
    )


def is_latter(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether two words stand for whoever was named last (`este último`, `ce dernier`, `quest'ultimo`)."""
    if index + 1 >= len(tokens) or not grammar.has("latter", tokens[index + 1].low):
        return False
    after = tokens[index + 2] if index + 2 < len(tokens) else None
    alone = after is None or after.kind != "word" or grammar.has("prepositions", after.low)
    return alone and grammar.has("determiners", tokens[index].low)


def is_auxiliary(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a word helps a verb, and is no noun of the same letters (`il capo dello Stato`)."""
    if not grammar.has("auxiliaries", tokens[index].low):
        return False
    tied = index > 0 and grammar.has("noun_links", tokens[index - 1].low)
    return not (tied and grammar.has("bodies", tokens[index].low))


def headed(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a plain word only tells more of a head before it (`le ministre ukrainien`, `… des armées`)."""
    if not _plain(tokens[index], grammar) or _after_name(tokens, index, grammar):
        return False
    for at in range(index - 1, max(-1, index - _HEADED), -1):
        token = tokens[at]
        low = token.low
        if grammar.has("people", low) or grammar.has("bodies", low):
            return True
        if not (
            token.capital
            or grammar.has("noun_links", low)
            or (grammar.has("determiners", low) and at and grammar.has("noun_links", tokens[at - 1].low))
            or grammar.has("conjunctions", low)
            or _plain(token, grammar)
        ):
            return False
    return False


def _after_name(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether somebody's name stands right before (`a ministra Ada Moura recebeu`): no adjective follows."""
    first = index
    while first and tokens[first - 1].capital:
        first -= 1
    if first == index or any(
        grammar.has("bodies", one.low) or grammar.has("people", one.low) for one in tokens[first:index]
    ):
        return False
    if index - first > 1:
        return not (first and grammar.has("noun_links", tokens[first - 1].low))
    return bool(first) and grammar.has("people", tokens[first - 1].low)


def _plain(token: Token, grammar: Grammar) -> bool:
    """A word without a capital that is no small word and no verb of saying."""
    low = token.low
    if token.kind != "word" or token.capital:
        return False
    form = grammar.forms.get(low)
    return not (
        (small(low, grammar) and not (form is not None and form.noun)) or in_any(low, grammar, _JOINING)
    )


def is_named(tokens: Sequence[Token], index: int) -> bool:
    """Whether a quotation is a name in marks right behind its noun (`газета «Известия»`): nobody says it."""
    return tokens[index].named and index > 0 and tokens[index - 1].kind == "word"


def parts_of(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> list[Phrase]:
    """The heads that `and` and commas join in one subject (`X, Y and the Z`); the phrase itself where none.

    `the minister of trade and industry` is one head, and so is `the foreign and defence ministries`.
    """
    if not any(grammar.has("conjunctions", token.low) for token in tokens[phrase.first : phrase.last + 1]):
        return [phrase]
    pieces: list[Phrase] = []
    first, listed = phrase.first, False
    for index in range(phrase.first, phrase.last + 1):
        token = tokens[index]
        joint = grammar.has("conjunctions", token.low)
        if not joint and token.text != ",":
            continue
        if index == first:
            first = index + 1
            continue
        if not can_end(tokens, index - 1, grammar):
            if joint:
                return [phrase]  # `the foreign and defence ministries`
            continue
        if not _begins(tokens, index + 1, first, index, grammar):
            continue
        if joint and (
            _two_offices(tokens, first, index, phrase.last, grammar)
            or _one_body(tokens, first, index, phrase.last, grammar)
        ):
            continue
        pieces.append(Phrase(first, index - 1, phrase.clause))
        first, listed = index + 1, listed or joint
    if first > phrase.last or not listed or grammar.has("nobody_heads", tokens[first].low):
        return [phrase]  # without a joint, commas part a name and what explains it
    return [*pieces, Phrase(first, phrase.last, phrase.clause)]


def _two_offices(tokens: Sequence[Token], first: int, joint: int, last: int, grammar: Grammar) -> bool:
    """Whether `and` joins two offices of the one who is named behind them (`senator and former minister X`):
    the first stands without article and name."""
    if grammar.postnominal or grammar.cases is not None or grammar.has("determiners", tokens[first].low):
        return False
    told = tokens[joint - 1].low
    behind = tokens[joint + 1 : last + 1]
    office = any(grammar.has("people", one.low) for one in behind[:-1])
    named = bool(behind) and behind[-1].capital and not grammar.has("people", behind[-1].low)
    return grammar.has("people", told) and not told.endswith("s") and office and named


def _one_body(tokens: Sequence[Token], first: int, joint: int, last: int, grammar: Grammar) -> bool:
    """Whether `and` stands inside the name of one body (`the Cambodian Mine Action and Victim Assistance
    Authority`): its head is the last word, and before the joint stands none."""
    if grammar.postnominal or grammar.cases is not None or not grammar.has("determiners", tokens[first].low):
        return False
    before, behind = tokens[first + 1 : joint], tokens[joint + 1 : last + 1]
    bodies = [at for at, one in enumerate(behind) if grammar.has("bodies", one.low)]
    capitals = all(
        one.capital or one.kind != "word" for one in (*before, *behind[: bodies[-1] + 1 if bodies else 0])
    )
    heads = any(grammar.has("bodies", one.low) or grammar.has("people", one.low) for one in before)
    return bool(bodies) and bodies[0] > 0 and capitals and not heads


def _begins(tokens: Sequence[Token], index: int, first: int, joint: int, grammar: Grammar) -> bool:
    """Whether a new head begins at ``index`` after the piece ``first`` to ``joint``."""
    if index >= len(tokens):
        return False
    token = tokens[index]
    linked = any(grammar.has("noun_links", one.low) for one in tokens[first:joint])
    if grammar.postnominal and linked and _complements(tokens, index, grammar):
        return False  # `le ministère de l'Europe et des Affaires étrangères`
    if grammar.has("determiners", token.low) or grammar.has("conjunctions", token.low):
        return True
    return token.kind == "word" and not linked


def _complements(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a preposition leads to what is no person: a second complement of the head before."""
    following = tokens[index + 1].low if index + 1 < len(tokens) else ""
    return grammar.has("noun_links", tokens[index].low) and not grammar.has("people", following)
