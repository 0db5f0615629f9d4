"""The phrase that ends before a word of saying: its subject, where the language puts it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import (
    CLOSERS,
    DASHES,
    LONGEST,
    OPENERS,
    STOPS,
    Phrase,
    bare,
    can_end,
    small,
)
from extractors.attribution.tokens import Token

_PIECES: Final = 7
_APPOSED: Final = 2
_Step = Literal["stop", "over", "take", "last"]


def subject_before(tokens: Sequence[Token], cue: int, grammar: Grammar) -> Phrase | None:
    """The subject of the word of saying at ``cue``, where it stands before it; None where there is none."""
    end = _skip_back(tokens, cue - 1, grammar)
    if end < 0 or (end == cue - 1 and _is_quote_or_stop(tokens[end])):
        return None
    pieces: list[tuple[int, int]] = []  # comma-separated pieces, the nearest first
    for _ in range(_PIECES):
        if end < 0:
            break
        token = tokens[end]
        if token.kind == "mark" and (token.text == "," or token.text in DASHES):
            begin = _piece_start(tokens, end - 1)
            if begin > end - 1:
                break
            piece = (begin, end - 1)
            if _is_adjunct(tokens, piece, grammar):
                if pieces:
                    pieces.append(piece)  # `On Friday the minister, X, said`: the subject may end it
                    break
                end = _skip_back(tokens, begin - 1, grammar, commas=False)
                continue
            pieces.append(piece)
            end = begin - 1
            continue
        if pieces:
            break
        return _core(tokens, end, grammar)
    return _from_pieces(tokens, pieces, grammar)


def _from_pieces(tokens: Sequence[Token], pieces: list[tuple[int, int]], grammar: Grammar) -> Phrase | None:
    """`the spokesman for the ministry, Colonel X, V`: a phrase with its appositions.

    One piece alone before a comma is no subject (`… in Kyiv, said X`), and only the first of them may have
    something before it, which then must be an adjunct or another clause.
    """
    if len(pieces) < _APPOSED:
        return None
    best: Phrase | None = None
    for first, last in pieces:
        last_ = _skip_back(tokens, last, grammar)
        core = _core(tokens, last_, grammar, floor=first) if last_ >= first else None
        if core is None and _describes(tokens, first, last, grammar):
            core = Phrase(first, last, first)
        if core is None or not _opens_clause(tokens, first, core.first, grammar):
            break
        best = Phrase(core.first, best.last if best else core.last, core.clause)
        if core.first > first:
            break
    if best is None or best.last < pieces[0][0] or best.first > pieces[1][1]:
        return None
    return Phrase(best.first, best.last, _clause(tokens, best.first, grammar, 0))


def _describes(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """`a congresswoman from Oregon and no relation`: an apposition that ends in no head."""
    return grammar.has("determiners", tokens[first].low) and any(
        grammar.has("people", token.low) for token in tokens[first : last + 1]
    )


def _opens_clause(tokens: Sequence[Token], first: int, begin: int, grammar: Grammar) -> bool:
    """Whether what stands between ``first`` and a phrase leaves the phrase free to be a subject."""
    if begin == first or all(grammar.is_adverb(token.low) for token in tokens[first:begin]):
        return True
    before = tokens[begin - 1].low
    if (
        grammar.has("separators", before)
        or grammar.has("that", before)
        or grammar.has("conjunctions", before)
    ):
        return True
    return (
        begin - first > 1
        and grammar.has("adjuncts", tokens[first].low)
        and not grammar.has("noun_links", before)
    )


def _is_quote_or_stop(token: Token) -> bool:
    return token.kind == "quote" or token.text in STOPS


def _piece_start(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    while index >= 0:
        token = tokens[index]
        if token.text in CLOSERS:
            depth += 1
        elif token.text in OPENERS and depth:
            depth -= 1
        elif not depth and (
            token.kind == "quote"
            or (token.kind == "mark" and (token.text == "," or token.text in DASHES or token.text in STOPS))
        ):
            return index + 1
        index -= 1
    return 0


def _is_adjunct(tokens: Sequence[Token], piece: tuple[int, int], grammar: Grammar) -> bool:
    first = tokens[piece[0]]
    low = first.low
    if first.kind == "quote":
        return True
    if grammar.has("relative_openers", low) or grammar.has("adjuncts", low) or grammar.is_adverb(low):
        return True
    if grammar.has("temporal", low) or grammar.is_gerund(low):
        return True
    return first.kind == "number" and piece[1] - piece[0] < 2


def _skip_back(tokens: Sequence[Token], index: int, grammar: Grammar, *, commas: bool = True) -> int:
    """Over auxiliaries, adverbs, days and brackets that stand between a subject and its verb."""
    if not commas and index >= 0 and tokens[index].text in (",", *DASHES):
        index -= 1
    while index >= 0:
        token = tokens[index]
        low = token.low
        if token.text in CLOSERS:
            opened = index
            while opened >= 0 and tokens[opened].text not in OPENERS:
                opened -= 1
            if opened <= 0:
                return index
            index = opened - 1
            continue
        if token.kind == "number" and index and grammar.has("temporal", tokens[index - 1].low):
            index -= 2
            continue
        if token.kind != "word":
            return index
        if grammar.has("temporal", low) and (index == 0 or not tokens[index - 1].possessive):
            index -= 1
            while index > 0 and grammar.has("day_prepositions", tokens[index].low):
                index -= 1
            continue
        if grammar.has("conjunctions", low) or grammar.has("separators", low):
            return index
        if grammar.has("auxiliaries", low) or (grammar.is_adverb(low) and not _named(tokens, index)):
            index -= 1
            continue
        return index
    return index


def _named(tokens: Sequence[Token], index: int) -> bool:
    """A capital letter inside the sentence: a name that only looks like an adverb (Kelly, Early)."""
    return index > 0 and tokens[index].capital


def _core(tokens: Sequence[Token], end: int, grammar: Grammar, floor: int = 0) -> Phrase | None:
    if end < floor:
        return None
    if grammar.has("relatives", tokens[end].low):
        return _antecedent(tokens, end, grammar, floor)
    if not can_end(tokens, end, grammar):
        return None
    if grammar.has("pronouns", tokens[end].low):
        return Phrase(end, end, _clause(tokens, end, grammar, floor))
    first = _start(tokens, end, grammar, floor)
    if any(grammar.has("conjunctions", token.low) for token in tokens[first : end + 1]):
        first = _listed(tokens, first, grammar, floor)
    if grammar.has("negative_subjects", tokens[first].low):
        return None
    return Phrase(first, end, _clause(tokens, first, grammar, floor))


def _listed(tokens: Sequence[Token], first: int, grammar: Grammar, floor: int) -> int:
    """`X, Y and Z`: back over the members that commas part."""
    while first - 2 >= floor and tokens[first - 1].text == "," and can_end(tokens, first - 2, grammar):
        before = _start(tokens, first - 2, grammar, floor)
        if grammar.has("pronouns", tokens[first - 2].low):
            break
        first = before
    return first


def _antecedent(tokens: Sequence[Token], end: int, grammar: Grammar, floor: int) -> Phrase | None:
    """`Holovatenko, who said …`: the phrase that the relative word takes up."""
    at = end - 1
    if at > floor and tokens[at].text == ",":
        at -= 1
    elif grammar.has("that", tokens[end].low):
        return None
    if at < floor or not can_end(tokens, at, grammar) or grammar.has("pronouns", tokens[at].low):
        return None
    first = _start(tokens, at, grammar, floor)
    return Phrase(first, at, _clause(tokens, first, grammar, floor))


def _clause(tokens: Sequence[Token], first: int, grammar: Grammar, floor: int) -> int:
    """Where the clause of a subject begins: after the last word or mark that separates clauses."""
    index = first - 1
    while index >= floor:
        token = tokens[index]
        if token.kind == "quote" or token.text in STOPS or grammar.has("separators", token.low):
            return index + 1
        index -= 1
    return floor


def _start(tokens: Sequence[Token], end: int, grammar: Grammar, floor: int) -> int:
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
    if token.kind == "quote" or grammar.has("auxiliaries", low) or grammar.has("negations", low):
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


def _is_noun(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """A word that could be a verb or a small word, but is none here."""
    token, low = tokens[index], tokens[index].low
    if grammar.has("people", low):
        return True
    form = grammar.forms.get(low)
    if form is not None and index - 1 >= floor and grammar.has("determiners", tokens[index - 1].low):
        return True
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
    if head.low == "of" or not head.capital:
        # `head of the town of X`, `minister of war of X`: some way further left a head.
        back = index - 1
        while back >= floor and index - back < 10:
            token = tokens[back]
            if token.kind != "word" or grammar.has("auxiliaries", token.low):
                return False
            if grammar.has("people", token.low) or grammar.has("bodies", token.low):
                return True
            back -= 1
        return False
    return not grammar.has("temporal", low) and not (index - 1 == 0 and small(low, grammar))


def _joins(tokens: Sequence[Token], index: int, grammar: Grammar, floor: int) -> bool:
    """Whether `and` joins two heads of one subject, which begins its clause."""
    at = index - 1
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
            return False
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
