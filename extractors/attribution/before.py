"""The phrase that ends before a word of saying: its subject, where the language puts it there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractors.attribution.extent import start_of
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import (
    CLOSERS,
    DASHES,
    OPENERS,
    STOPS,
    Phrase,
    can_end,
    is_auxiliary,
)
from extractors.attribution.tokens import Token

_PIECES: Final = 7
_APPOSED: Final = 2
_APPOSITION: Final = 9
_RESTRICTIVE: Final = 14
_INTERPOSED: Final = 10
_PARTY: Final = re.compile(r"[A-Z]{1,4}-[A-Z]")


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
        core = _restricted(tokens, end, grammar)
        core = core or _of_party(tokens, end, grammar) or _core(tokens, end, grammar)
        core = _past_adjunct(tokens, end, core, grammar) or core
        return _behind_relative(tokens, core, grammar)
    return _from_pieces(tokens, pieces, grammar)


def _past_adjunct(tokens: Sequence[Token], end: int, core: Phrase | None, grammar: Grammar) -> Phrase | None:
    """`X during an interview on Sunday dismissed …`: the subject before a place or time without commas.

    It begins its clause and has a capital letter, so that nothing but its own adjunct parts it from the verb.
    """
    if grammar.postnominal or grammar.cases is not None or not grammar.sets["who"]:
        return None
    if core is not None and not (core.first and grammar.has("prepositions", tokens[core.first - 1].low)):
        return None
    for at in range(end, max(0, end - _INTERPOSED), -1):
        token, head = tokens[at], tokens[at - 1]
        if token.kind not in ("word", "number") or token.low in grammar.forms:
            return None
        if any(grammar.has(name, token.low) for name in ("auxiliaries", "that", "relatives", "pronouns")):
            return None
        if not (grammar.has("prepositions", token.low) and head.capital and can_end(tokens, at - 1, grammar)):
            continue
        subject = _core(tokens, at - 1, grammar)
        begins = subject is not None and (
            not subject.first or tokens[subject.first - 1].kind != "word" or subject.first == subject.clause
        )
        return subject if begins and not grammar.has("by", token.low) else None
    return None


def _of_party(tokens: Sequence[Token], end: int, grammar: Grammar) -> Phrase | None:
    """`Rep. X, D-Ore., who is not up, said`: the name before a party and a state in commas."""
    last = end - 1 if tokens[end].text == "." else end
    if last < _APPOSED or tokens[last - 1].text != "," or _PARTY.match(tokens[last].text) is None:
        return None
    named = _core(tokens, last - 2, grammar) if tokens[last - 2].capital else None
    return Phrase(named.first, last, named.clause) if named else None


def _restricted(tokens: Sequence[Token], end: int, grammar: Grammar) -> Phrase | None:
    """`A diplomat who follows Yemen said`: the head that a clause without commas describes.

    Of a body all of it is the subject: the clause may say whose it is (`the agency that clears Laos`).
    """
    if grammar.postnominal or grammar.cases is not None or not grammar.sets["who"]:
        return None
    for at in range(end, max(0, end - _RESTRICTIVE), -1):
        token = tokens[at]
        if token.kind not in ("word", "number"):
            return None
        if at == end or not grammar.has("relatives", token.low):
            continue
        head, verb = tokens[at - 1], tokens[at + 1]
        who = grammar.has("who", token.low)
        body = grammar.has("bodies", head.low)
        clause = verb.kind == "word" and not (
            verb.capital or grammar.has("pronouns", verb.low) or grammar.has("determiners", verb.low)
        )
        if not clause or not (who or body) or not can_end(tokens, at - 1, grammar):
            return None
        if who and not (grammar.has("people", head.low) or head.capital):
            return None
        core = _core(tokens, at - 1, grammar)
        return Phrase(core.first, end if body else core.last, core.clause) if core else None
    return None


def _behind_relative(tokens: Sequence[Token], phrase: Phrase | None, grammar: Grammar) -> Phrase | None:
    """`La coalición que encabeza Riad`: a phrase that is all a relative clause is what stands before."""
    if phrase is None or not grammar.postnominal or phrase.first < 2:
        return phrase
    opening, relative = tokens[phrase.first], tokens[phrase.first - 1]
    if (
        not grammar.has("relatives", relative.low)
        or opening.capital
        or any(grammar.has(name, opening.low) for name in ("determiners", "people", "bodies", "pronouns"))
    ):
        return phrase
    return _core(tokens, phrase.first - 2, grammar)


def _from_pieces(tokens: Sequence[Token], pieces: list[tuple[int, int]], grammar: Grammar) -> Phrase | None:
    """`the spokesman for the ministry, Colonel X, V`: a phrase with its appositions.

    One piece alone before a comma is no subject (`… in Kyiv, said X`), and only the first of them may have
    something before it, which then must be an adjunct or another clause.
    """
    if len(pieces) < _APPOSED:
        return None
    if _by_voice_of(tokens, pieces[1][0], grammar) and tokens[pieces[0][1]].capital:
        return Phrase(*pieces[0], _clause(tokens, pieces[1][0], grammar, 0))
    best: Phrase | None = None
    for number, (first, last) in enumerate(pieces):
        town = not first and tokens[last + 1].text in DASHES
        if number and town and all(one.text.isupper() for one in tokens[: last + 1]):
            break  # `PHNOM PENH - X and Y, two of the countries …, urged`
        last_ = _skip_back(tokens, last, grammar)
        while last_ > first and tokens[last_].text == ".":
            last_ -= 1  # `Rep. X, D-Ore., said`
        core = _core(tokens, last_, grammar, floor=first) if last_ >= first else None
        loose = core is None or (
            grammar.postnominal and not _opens_clause(tokens, first, core.first, grammar)
        )
        named = number + 1 < len(pieces) and tokens[pieces[number + 1][1]].capital
        loose = loose or _who_is(tokens, first, last, grammar)
        if loose and (
            _describes(tokens, first, last, grammar)
            or (named and core is None and _explains(tokens, first, last, grammar))
        ):
            core = Phrase(first, last, first)
        if core is None or not _opens_clause(tokens, first, core.first, grammar):
            break
        best = Phrase(core.first, best.last if best else core.last, core.clause)
        if core.first > first:
            break
    if best is None or best.last < pieces[0][0] or best.first > pieces[1][1]:
        return None
    return Phrase(best.first, best.last, _clause(tokens, best.first, grammar, 0))


def _by_voice_of(tokens: Sequence[Token], first: int, grammar: Grammar) -> bool:
    """Whether a piece tells by whose voice somebody speaks (`Y, par la voix de son envoyé à Z, X, a …`)."""
    for phrase in grammar.voices:
        end = first + len(phrase)
        if first and tuple(token.low for token in tokens[first:end]) == phrase:
            return any(grammar.has("people", token.low) for token in tokens[end : end + 3])
    return False


def _who_is(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """`the Republican who leads the panel on land forces`: an apposition whose clause ends in a head."""
    if grammar.postnominal or grammar.cases is not None or not grammar.has("determiners", tokens[first].low):
        return False
    return any(grammar.has("who", token.low) for token in tokens[first + 2 : last])


def _describes(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """`a congresswoman from Oregon and no relation`: an apposition that ends in no head."""
    piece = tokens[first : last + 1]
    bare = grammar.postnominal and first and not tokens[first].capital  # `X, subsecretário da ONU para …`
    if bare and grammar.has("people", tokens[first].low):
        return not any(one.low in grammar.forms or grammar.has("auxiliaries", one.low) for one in piece)
    if not grammar.has("determiners", tokens[first].low):
        return False
    if any(grammar.has("people", token.low) for token in piece):
        return True
    return (
        grammar.postnominal
        and any(grammar.has("bodies", token.low) for token in piece)
        and not any(grammar.has(name, one.low) for one in piece for name in ("auxiliaries", "negations"))
    )


def _explains(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """`X, the amendment's sponsor, said`: an apposition behind a name, whatever its head."""
    if grammar.postnominal or grammar.cases is not None or last - first >= _APPOSITION:
        return False
    opens = grammar.has("determiners", tokens[first].low) or (
        grammar.has("people", tokens[first].low) and not tokens[first].capital
    )
    return opens and not any(
        one.low in grammar.forms or any(grammar.has(name, one.low) for name in ("auxiliaries", "negations"))
        for one in tokens[first : last + 1]
    )


def _opens_clause(tokens: Sequence[Token], first: int, begin: int, grammar: Grammar) -> bool:
    """Whether what stands between ``first`` and a phrase leaves the phrase free to be a subject."""
    if begin == first or all(_only_when(token, grammar) for token in tokens[first:begin]):
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


def _only_when(token: Token, grammar: Grammar) -> bool:
    """Whether a word only tells when (`An hour later`, `The same evening`)."""
    low = token.low
    return token.kind == "number" or any(
        (grammar.is_adverb(low), grammar.has("temporal", low), grammar.has("determiners", low))
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
    if tuple(token.low for token in tokens[piece[0] : piece[1] + 1]) in grammar.insertions:
        return True
    if piece[0] == piece[1] and grammar.has("asides", low):
        return True  # `le Kremlin, lui, a prévenu`
    if not (grammar.postnominal or grammar.cases is not None or first.capital):
        plain = grammar.is_participle(low) and low not in grammar.forms
        if plain and not grammar.has("people", low):
            return True  # `A diplomat, granted anonymity to speak freely, said`
    second = tokens[piece[0] + 1] if piece[1] > piece[0] else None
    if grammar.postnominal and not first.capital and second is not None and grammar.has("by", second.low):
        return not grammar.has("people", low)  # `Le CICR, représenté par sa présidente, a …`
    if grammar.has("determiners", low) and any(
        grammar.has("temporal", token.low) for token in tokens[piece[0] + 1 : min(piece[0] + 3, piece[1] + 1)]
    ):
        return True  # `le 4 juillet`, `el pasado martes`
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
        if is_auxiliary(tokens, index, grammar) or (grammar.is_adverb(low) and not _named(tokens, index)):
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
    first = start_of(tokens, end, grammar, floor)
    if any(grammar.has("conjunctions", token.low) for token in tokens[first : end + 1]):
        first = _listed(tokens, first, grammar, floor)
    if grammar.has("negative_subjects", tokens[first].low):
        return None
    if first < end and first and grammar.has("relative_openers", tokens[first].low):
        return None  # `said X, whose ministry pushed for it`
    return Phrase(first, end, _clause(tokens, first, grammar, floor))


def _listed(tokens: Sequence[Token], first: int, grammar: Grammar, floor: int) -> int:
    """`X, Y and Z`: back over the members that commas part."""
    while first - 2 >= floor and tokens[first - 1].text == "," and can_end(tokens, first - 2, grammar):
        before = start_of(tokens, first - 2, grammar, floor)
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
    if at > floor and tokens[at].text in CLOSERS:  # `X (Izquierda), quien preguntó`
        at = next((i for i in range(at, floor, -1) if tokens[i].text in OPENERS), at) - 1
    if grammar.has("who", tokens[end].low) and at >= floor and grammar.has("bodies", tokens[at].low):
        return None  # `… to the country, who answered`: somebody further left
    if at < floor or not can_end(tokens, at, grammar) or grammar.has("pronouns", tokens[at].low):
        return None
    first = start_of(tokens, at, grammar, floor)
    return Phrase(first, at, _clause(tokens, first, grammar, floor))


def taken_up_by(tokens: Sequence[Token], index: int, grammar: Grammar) -> Phrase | None:
    """The phrase before the comma that a relative at ``index`` takes up (`X, according to whom`)."""
    at = index - 2
    if at < 0 or tokens[index - 1].text != "," or not can_end(tokens, at, grammar):
        return None
    first = start_of(tokens, at, grammar, 0)
    return Phrase(first, at, _clause(tokens, first, grammar, 0))


def _clause(tokens: Sequence[Token], first: int, grammar: Grammar, floor: int) -> int:
    """Where the clause of a subject begins: after the last word or mark that separates clauses."""
    index = first - 1
    while index >= floor:
        token = tokens[index]
        if token.kind == "quote" or token.text in STOPS or grammar.has("separators", token.low):
            return index + 1
        index -= 1
    return floor
