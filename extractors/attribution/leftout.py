"""What a case language leaves out around a word of saying, and what some of its verbs ask for.

`Dodał, że …` has no subject: whoever spoke before goes on. `Przekazał` tells of speech only where a clause or
a quotation goes with it, else of things handed over. `Skrytykowany przez X` names who spoke behind `przez`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.frame import Frame
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.inflected_clauses import adjuncts_only, clause_end, clause_start, phrase_from
from extractors.attribution.nouns import DASHES, Phrase
from extractors.attribution.tokens import Token

_BY_WITHIN: Final = 8


def asked(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> bool:
    """Whether a verb that means more than saying stands with what makes it an act of saying.

    A clause, a quotation or a colon behind it, what was said before it, a word like `jak`, or one of the
    words that the language lists for it anywhere in its clause.
    """
    listed = grammar.asks.get(form.lemma)
    if listed is None:
        return True
    first, last = clause_start(tokens, index, grammar), clause_end(tokens, index, grammar)
    if any(token.low in listed for token in tokens[first:last]):
        return True
    if any(grammar.has("as", token.low) for token in tokens[first:index]):
        return True
    if _open(listed):
        nxt = tokens[last] if last < len(tokens) else None
        if nxt is not None and (nxt.kind == "quote" or nxt.text == ":" or grammar.has("that", nxt.low)):
            return True
        if nxt is not None and nxt.text == "," and last + 1 < len(tokens):
            return grammar.has("that", tokens[last + 1].low) or _tagging(tokens, first)
        return _tagging(tokens, first)
    return False


def outlet_speaks(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether an outlet is the subject (`… - podał dziennik „X”`, `jak pisze „X”`, `poinformowała stacja X`):
    a relay, whose words are somebody else's or its own, and no official's."""
    tagging = index > 0 and (tokens[index - 1].text in DASHES or tokens[index - 1].text == ",")
    if not tagging and not (index > 0 and grammar.has("as", tokens[index - 1].low)):
        return False
    at = index + 1
    outlet = False
    while at < len(tokens) and tokens[at].kind == "word":
        low = tokens[at].low
        told = tokens[at - 1].low in grammar.relay_heads and not outlet  # `przekazał agencji TASS X`
        if (grammar.relay.fullmatch(tokens[at].text) and not told) or (outlet and tokens[at].capital):
            return True
        passed = grammar.is_adverb(low) or grammar.has("temporal", low) or grammar.has("prepositions", low)
        if not (passed or low in grammar.relay_heads):
            return False
        outlet = grammar.has("media", low)
        at += 1
    return outlet or (at < len(tokens) and tokens[at].named)


def _open(listed: frozenset[str]) -> bool:
    """Whether a clause or a quotation is enough: the list holds ``Q``."""
    return "Q" in listed


def _tagging(tokens: Sequence[Token], first: int) -> bool:
    """Whether a clause that begins at ``first`` follows what was said."""
    if not first:
        return False
    before = tokens[first - 1]
    if before.kind == "quote" or before.text in DASHES:
        return True
    return before.text == "," and first > 1 and tokens[first - 2].kind == "quote"


def left_out(tokens: Sequence[Token], index: int, form: CueForm | None, grammar: Grammar) -> Frame | None:
    """The frame of a verb without a subject, where its clause leads the sentence or is a tag."""
    if not grammar.drops_subject or (form is not None and form.cls not in ("speech", "act", "weak")):
        return None
    first = clause_start(tokens, index, grammar)
    named = any(grammar.has("as", token.low) for token in tokens[first:index])
    opening = _opening(tokens, first, grammar)
    if not (opening or named or _tagging(tokens, first)):
        return None
    if not named and not adjuncts_only(tokens, first, index, grammar):
        return None
    if opening:
        first = 0  # the days and insertions before it are its own
    cls, lemma = (form.cls, form.lemma) if form is not None else ("speech", "impersonal")
    return Frame("before", index, index, cls, lemma, Phrase(index, index, first), first, unsaid=True)


def _opening(tokens: Sequence[Token], first: int, grammar: Grammar) -> bool:
    """Whether only days, places and insertions stand before (`14 lutego, ogłaszając plan, mówił`)."""
    while first:
        if all(token.kind == "mark" for token in tokens[:first]):
            return True
        if tokens[first - 1].text != ",":
            return False
        start = clause_start(tokens, first - 1, grammar)
        low = tokens[start].low
        inserted = grammar.is_gerund(low) or grammar.has("adjuncts", low)
        if start == first - 1 or not (inserted or adjuncts_only(tokens, start, first - 1, grammar)):
            return False
        first = start
    return True


def agent(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> Frame | None:
    """`skrytykowany w środę przez X`; `осуждено министром X` where the case alone tells who did it."""
    if grammar.cases is not None and grammar.cases.instrumental:
        return _instrumental(tokens, index, form, grammar, grammar.cases.instrumental)
    for at in range(index + 1, min(index + 1 + _BY_WITHIN, len(tokens))):
        if grammar.has("by", tokens[at].low):
            source = phrase_from(tokens, at + 1, grammar)
            return Frame("passive", index, at, form.cls, form.lemma, source, index) if source else None
        if tokens[at].kind != "word" and tokens[at].kind != "number":
            return None
    return None


def _instrumental(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, endings: tuple[str, ...]
) -> Frame | None:
    first = index + 1
    while first < len(tokens) and (
        grammar.has("temporal", tokens[first].low) or grammar.is_adverb(tokens[first].low)
    ):
        first += 1
    source = phrase_from(tokens, first, grammar)
    if source is None or not tokens[source.first].low.endswith(endings):
        return None
    return Frame("passive", index, index, form.cls, form.lemma, source, index)
