"""Frames whose source stands elsewhere in the sentence: participles, coordinated verbs, subjects left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.before import subject_before
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.groups import VerbGroup
from extractors.attribution.nouns import STOPS, Phrase
from extractors.attribution.tokens import Token

_RELATIVE_WITHIN: Final = 14


def participle(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    previous = tokens[index - 1] if index else None
    if previous is None:
        return None
    at = index - 1
    while (
        at >= 0
        and tokens[at].kind == "word"
        and grammar.is_adverb(tokens[at].low)
        and not grammar.has("separators", tokens[at].low)
    ):
        at -= 1
    if at >= 0 and tokens[at].kind == "word":
        own = subject_before(tokens, index, grammar)
        if own is not None and own.first and grammar.has("absolute", tokens[own.first - 1].low):
            return Frame("participle", index, index, form.cls, form.lemma, own, own.first)
        if not grammar.has("participle_after", tokens[at].low):
            return None
    source = _taken_over(tokens, index, grammar, found) if form.cls != "adopt" else None
    if source is None:
        return None
    return Frame("participle", index, index, form.cls, form.lemma, source, index, owned=False)


def _taken_over(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Phrase | None:
    """The source of the nearest frame before, else the subject with which the sentence begins."""
    for frame in reversed(found):
        if frame.source is not None and frame.shape not in ("citing",):
            return frame.source
    return _main_subject(tokens, index, grammar)


def _main_subject(tokens: Sequence[Token], index: int, grammar: Grammar) -> Phrase | None:
    """The phrase with which the first piece of the sentence that is no adjunct begins."""
    starts = [0, *(at + 1 for at in range(index) if tokens[at].text == ",")]
    for at in starts:
        low = tokens[at].low if at < len(tokens) else ""
        if grammar.has("adjuncts", low) or grammar.has("prepositions", low):
            continue
        phrase = phrase_after(tokens, at, grammar)
        return phrase if phrase is not None and phrase.last < index - 1 else None
    return None


def coordinated(
    tokens: Sequence[Token],
    index: int,
    form: CueForm,
    grammar: Grammar,
    found: list[Frame],
    last: int | None = None,
) -> Frame | None:
    """`X accused Y, and said …`; `X attacked Y and called it …`; ``last`` is the verb's last word."""
    at = index - 1
    while (
        at >= 0
        and tokens[at].kind == "word"
        and (
            grammar.has("auxiliaries", tokens[at].low)
            or (grammar.is_adverb(tokens[at].low) and not grammar.has("separators", tokens[at].low))
        )
    ):
        at -= 1
    if at < 0 or not (grammar.has("conjunctions", tokens[at].low) or tokens[at].low == "but"):
        return None
    cue = index if last is None else last
    if form.cls == "adopt" or (form.noun and not (last is not None and leads(tokens, cue, grammar))):
        return None
    if last is None and not form.forms & {"past", "present"}:
        return None
    source = _relative(tokens, at, grammar, found) or _taken_over(tokens, index, grammar, found)
    if source is None:
        return None
    return Frame("coordinated", index, cue, form.cls, form.lemma, source, at + 1, owned=False)


def _relative(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Phrase | None:
    """`X, who stood up and promised`: whom the relative word takes up, if no frame stands between."""
    floor = found[-1].cue_end if found else 0
    for at in range(index, max(floor, index - _RELATIVE_WITHIN), -1):
        if grammar.has("who", tokens[at].low):
            return subject_before(tokens, at + 1, grammar)
    return None


def leads(tokens: Sequence[Token], cue: int, grammar: Grammar) -> bool:
    """Whether a clause or a quotation follows a word of saying."""
    nxt = tokens[cue + 1] if cue + 1 < len(tokens) else None
    return nxt is not None and (grammar.has("that", nxt.low) or nxt.kind == "quote" or nxt.text == ":")


def unsaid(
    tokens: Sequence[Token], index: int, form: CueForm, group: VerbGroup, grammar: Grammar
) -> Frame | None:
    """`Añadió que …`: the language leaves the subject out where it is clear who goes on speaking.

    Only where nothing in the clause before the verb could be its subject.
    """
    if not grammar.drops_subject or form.cls not in ("speech", "act"):
        return None
    if (group.reflexive and not form.reflexive) or (form.noun and not leads(tokens, index, grammar)):
        return None
    at = group.first
    first = at
    while first and not (
        tokens[first - 1].kind == "quote"
        or tokens[first - 1].text in STOPS
        or grammar.has("conjunctions", tokens[first - 1].low)
    ):
        first -= 1
    if not _adjuncts_only(tokens, first, at, grammar) and not _inserted(tokens, at, index):
        return None
    return Frame("before", at, index, form.cls, form.lemma, Phrase(at, index, first), first, unsaid=True)


def _inserted(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a verb stands alone between two commas inside what is said (`…, ha spiegato, …`)."""
    return (
        first > 1
        and tokens[first - 1].text == ","
        and last + 1 < len(tokens)
        and tokens[last + 1].text == ","
    )


def _adjuncts_only(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """Whether each piece between commas is an adverb, a day, or begins with a preposition or the like."""
    opens = True
    for at in range(first, last):
        token = tokens[at]
        if token.text == ",":
            opens = True
            continue
        if token.kind == "word" and any(
            grammar.has(name, token.low) for name in ("that", "relatives", "subordinators", "pronouns")
        ):
            return grammar.has("inverting", token.low) and at == last - 1
        if (
            opens
            and token.kind == "word"
            and not (
                grammar.has("prepositions", token.low)
                or grammar.has("adjuncts", token.low)
                or grammar.has("temporal", token.low)
                or grammar.is_adverb(token.low)
                or grammar.is_gerund(token.low)
                or (at + 1 < last and grammar.has("temporal", tokens[at + 1].low))
            )
        ):
            return False
        opens = opens and (grammar.is_adverb(token.low) or token.kind != "word")
    return True
