"""Who is said to speak in one reporting sentence: every word of saying with its source.

A *frame* is a word of saying and the phrase that speaks. How the source is found depends on where the
language puts it: before the word (`X said`), after it (`said X`), after `by` in a passive, after
`according to`; participles and coordinated verbs take the source of the frame before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractors.attribution.acts import asserts, followed
from extractors.attribution.after import phrase_after
from extractors.attribution.before import subject_before, taken_up_by
from extractors.attribution.borrowed import coordinated, participle, unsaid
from extractors.attribution.frame import Frame, Shape
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.groups import VerbGroup, past_interposed, verb_group
from extractors.attribution.nouns import Phrase
from extractors.attribution.opinions import opinion
from extractors.attribution.passives import passive, reduced
from extractors.attribution.relatives import relative_subject
from extractors.attribution.tokens import Token
from extractors.attribution.written import read_in

__all__ = ["Frame", "Shape", "ends_with", "frames_of", "starts_with"]

_DASHES: Final = frozenset("–—-")
_BY_WITHIN: Final = 7
_TOOK_WITHIN: Final = 8
#: So many plain words make a sentence of running text, in which a capital letter means a name.
_RUNNING_TEXT: Final = 4


def frames_of(tokens: Sequence[Token], grammar: Grammar) -> list[Frame]:
    """The frames of a sentence in the order of their words of saying, those of relays too."""
    found: list[Frame] = []
    running = sum(token.kind == "word" and not token.capital for token in tokens) >= _RUNNING_TEXT
    index = 0
    while index < len(tokens):
        token = tokens[index]
        frame: Frame | None = None
        if token.kind == "word" and not (running and index and token.capital):
            if length := starts_with(tokens, index, grammar.read):
                frame = read_in(tokens, index, length, grammar)
            elif token.low in grammar.openers:
                frame = _according(tokens, index, grammar) or _citing(tokens, index, grammar, found)
            if frame is None:
                form = grammar.forms.get(token.low)
                if form is not None:
                    frame = _verb(tokens, index, form, grammar, found)
            if frame is None and grammar.has("saying_nouns", token.low):
                frame = _nominal(tokens, index, grammar)
        if frame is not None:
            found.append(frame)
            index = max(index, frame.cue_end) + 1
        else:
            index += 1
    return found


def starts_with(tokens: Sequence[Token], index: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many tokens of one of the phrases stand at ``index``; 0 where none does."""
    low = tokens[index].low if index < len(tokens) else ""
    for phrase in phrases:
        if phrase[0] != low or index + len(phrase) > len(tokens):
            continue
        if all(tokens[index + at].low == phrase[at] for at in range(1, len(phrase))):
            return len(phrase)
    return 0


def ends_with(tokens: Sequence[Token], stop: int, phrases: Sequence[tuple[str, ...]]) -> bool:
    """Whether one of the phrases stands right before ``stop``."""
    return any(
        stop >= len(phrase)
        and all(tokens[stop - len(phrase) + at].low == word for at, word in enumerate(phrase))
        for phrase in phrases
    )


def _according(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    if length := starts_with(tokens, index, grammar.whose_account):
        whose = taken_up_by(tokens, index, grammar)
        if whose is not None:
            return Frame("according", index, index + length - 1, "speech", "according", whose, index)
    length = starts_with(tokens, index, grammar.according)
    source = phrase_after(tokens, index + length, grammar) if length else opinion(tokens, index, grammar)
    length = length or 1
    if source is None:
        return None
    maker = _maker(tokens, source, grammar)
    return Frame("according", index, index + length - 1, "speech", "according", maker or source, index)


def _maker(tokens: Sequence[Token], source: Phrase, grammar: Grammar) -> Phrase | None:
    """`according to a note published on Monday by X`: whose words the document is."""
    words = tokens[source.first : source.last + 1]
    if not any(grammar.has("documents", token.low) for token in words) or any(
        grammar.has("people", token.low) or grammar.has("bodies", token.low) for token in words
    ):
        return None
    for at in range(source.last + 1, min(source.last + _BY_WITHIN, len(tokens))):
        if grammar.has("by", tokens[at].low):
            return phrase_after(tokens, at + 1, grammar)
        if tokens[at].kind not in ("word", "number"):
            return None
    return None


def _citing(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Frame | None:
    """`Tass reported, citing X`; `Interfax quoted X as saying`; `that cite X`."""
    length = starts_with(tokens, index, grammar.citing)
    if not length:
        return None
    if index and grammar.has("be", _before(tokens, index, grammar)):
        return None  # `was quoted as saying`
    source = phrase_after(tokens, index + length, grammar)
    if source is None:
        return None
    relay = subject_before(tokens, index, grammar) or (found[-1].source if found else None)
    return Frame("citing", index, index + length - 1, "speech", "cite", source, index, relay)


def _before(tokens: Sequence[Token], index: int, grammar: Grammar) -> str:
    """The nearest word before that is no adverb, in lower case; empty at the beginning."""
    index -= 1
    while index >= 0 and tokens[index].kind == "word" and grammar.is_adverb(tokens[index].low):
        index -= 1
    return tokens[index].low if index >= 0 else ""


def _verb(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    if grammar.sets["clitics"]:
        return _grouped(tokens, index, form, grammar, found)
    if not followed(tokens, index, form):
        return None
    before = _before(tokens, index, grammar)
    if "passive" in form.forms:
        told = passive(tokens, index, form, grammar, grammar.has("be", before))
        if told is not None:
            return told if told.source is not None else None
    if "participle" in form.forms and not grammar.has("be", before):
        return participle(tokens, index, form, grammar, found)
    if grammar.has("infinitive", before) or (index and grammar.has("determiners", tokens[index - 1].low)):
        if not _went_on(tokens, index, grammar):
            took = _took_to(tokens, index, grammar)
            subject = subject_before(tokens, took, grammar) if took is not None else None
            return _frame("before", index, form, subject) if subject else None
        subject = subject_before(tokens, index - 2, grammar)
        return _frame("before", index, form, subject) if subject else None
    if "participle" not in form.forms and (
        grammar.has("be", before) or (form.forms == {"passive"} and not grammar.has("have", before))
    ):
        return None
    if "passive" in form.forms and reduced(tokens, index, grammar):
        return None
    if _after_quotation(tokens, index):
        return _inverted(tokens, index, form, grammar) or coordinated(tokens, index, form, grammar, found)
    subject = subject_before(tokens, index, grammar)
    if subject is not None:
        if not asserts(tokens, index, form, subject, grammar):
            return None
        return _frame("before", index, form, _through(tokens, index, subject, grammar) or subject)
    return _inverted(tokens, index, form, grammar) or coordinated(tokens, index, form, grammar, found)


def _grouped(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    """The frame of a verb of several words, whose subject may be left out or stand far behind it."""
    group = verb_group(tokens, index, form, grammar)
    tag = _after_quotation(tokens, group.first) or _moved(tokens, form, group)
    declines = group.negated and grammar.has("declining", form.lemma)  # `no quiso comentar la noticia`
    if not tag and not declines and not followed(tokens, index, form, grammar):
        return None
    if form.forms == {"participle"}:
        return participle(tokens, index, form, grammar, found)
    if "passive" in form.forms and not group.reflexive and not group.periphrasis:
        told = passive(tokens, index, form, grammar, group.be)
        if told is not None:
            return told if told.source is not None else None
    either = form.only_negated and grammar.has("negatable", form.lemma)  # `a exclu`, `n'a pas exclu`
    either = either or declines
    if (group.negated != form.only_negated and not either) or not _finite(form, group):
        return None
    if group.have or group.periphrasis:
        form = replace(form, noun=False)  # `ha scritto`: no doubt that it is a verb
    at = group.first
    if at and grammar.has("determiners", tokens[at - 1].low) and (at == index or form.noun):
        return None
    if group.inner is not None:
        subject = None if _after_quotation(tokens, at) else subject_before(tokens, at, grammar)
        if subject is not None and subject.last == at - 1 and not _ties(tokens, subject.first - 1, grammar):
            return _frame("before", index, form, subject)  # `ainsi X a-t-elle dit`
        return Frame("after", at, index, form.cls, form.lemma, group.inner, at)
    if not _after_quotation(tokens, at):
        subject = subject_before(tokens, at, grammar)
        who = bool(at) and grammar.has("who", tokens[at - 1].low)  # `al diputado X, quien preguntó`
        if subject is None or _ties(tokens, subject.first - 1, grammar):
            taken = relative_subject(tokens, at, grammar)
            subject, who = taken or subject, who or taken is not None
        if subject is not None and (who or not _ties(tokens, subject.first - 1, grammar)):
            if not asserts(tokens, index, form, subject, grammar):
                return None
            return _frame("before", index, form, _through(tokens, index, subject, grammar) or subject)
    return (
        _behind(tokens, index, form, group, grammar)
        or coordinated(tokens, at, form, grammar, found, index)
        or unsaid(tokens, index, form, group, grammar)
    )


def _moved(tokens: Sequence[Token], form: CueForm, group: VerbGroup) -> bool:
    """Whether a verb of feeling stands behind a comma and what was said (`S, s'est félicité lundi X`)."""
    return form.reflexive and group.reflexive and group.first > 0 and tokens[group.first - 1].text == ","


def _ties(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a phrase behind this word hangs on a preposition, and is no subject.

    `des`, `dei` are articles too: at the beginning of a clause they tie nothing.
    """
    if index < 0 or not grammar.has("prepositions", tokens[index].low):
        return False
    low = tokens[index].low
    if grammar.has("subordinators", low) or grammar.has("separators", low):
        return False
    return not (grammar.has("determiners", low) and _begins_clause(tokens, index, grammar))


def _begins_clause(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    before = tokens[index - 1] if index else None
    return (
        before is None
        or before.kind in ("mark", "quote")
        or any(grammar.has(name, before.low) for name in ("that", "conjunctions", "separators", "temporal"))
        or grammar.is_adverb(before.low)
    )


def _finite(form: CueForm, group: VerbGroup) -> bool:
    """Whether the group is a verb with a subject, and no infinitive or bare participle."""
    if form.forms & {"past", "present"}:
        return True
    if "passive" in form.forms and (group.have or (group.reflexive and group.be)):
        return True
    return group.periphrasis and "base" in form.forms


def _behind(
    tokens: Sequence[Token], index: int, form: CueForm, group: VerbGroup, grammar: Grammar
) -> Frame | None:
    """`“Q”, a annoncé lundi devant les députés X`: the subject behind its verb, other words between."""
    at = group.first
    quoted = _after_quotation(tokens, at)
    if "VS" not in grammar.order or not (quoted or form.inverts or _moved(tokens, form, group)):
        return None
    before = tokens[at - 1] if at else None
    opened = before is not None and (
        grammar.has("inverting", before.low)
        or ends_with(tokens, at, grammar.resumptives)
        or grammar.has("conjunctions", before.low)
        or grammar.is_adverb(before.low)
        or grammar.has("temporal", before.low)
    )
    if (before is None and form.noun) or (before is not None and before.kind == "word" and not opened):
        return None
    source = phrase_after(tokens, past_interposed(tokens, index + 1, grammar), grammar)
    if source is None:
        return None
    nxt = tokens[source.last + 1] if source.last + 1 < len(tokens) else None
    if nxt is not None and not quoted and not _may_follow(nxt, grammar):
        return None
    return Frame("after", at, index, form.cls, form.lemma, source, at)


def _may_follow(token: Token, grammar: Grammar) -> bool:
    """Whether a subject behind its verb may end before this token."""
    return (
        token.kind in ("mark", "quote")
        or any(
            grammar.has(name, token.low)
            for name in ("adjuncts", "temporal", "prepositions", "that", "relative_openers", "conjunctions")
        )
        or grammar.is_adverb(token.low)
    )


def _through(tokens: Sequence[Token], index: int, subject: Phrase, grammar: Grammar) -> Phrase | None:
    """`the ministry said through its spokesman X`, `Y, by the voice of its envoy X, said`: the person."""
    at = subject.last + 2
    length = 0
    if subject.last + 1 < index and tokens[subject.last + 1].text == ",":
        length = starts_with(tokens, at, grammar.voices)
    if not length and index + 1 < len(tokens) and grammar.has("through", tokens[index + 1].low):
        at, length = index + 1, 1
    phrase = phrase_after(tokens, at + length, grammar) if length else None
    words = tokens[phrase.first : phrase.last + 1] if phrase is not None else ()
    person = any(grammar.has("people", token.low) for token in words)
    return phrase if person and any(token.capital for token in words) else None  # not `through a spokesman`


def _frame(shape: Shape, index: int, form: CueForm, source: Phrase) -> Frame:
    clause = source.clause if shape == "before" else index
    return Frame(shape, index, index, form.cls, form.lemma, source, clause)


def _went_on(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    at = index - 2
    if at >= 0 and tokens[at].low == "on":
        at -= 1
    return at >= 0 and grammar.has("infinitive_after", tokens[at].low)


def _took_to(tokens: Sequence[Token], index: int, grammar: Grammar) -> int | None:
    """Where `took` stands in `X took to Telegram to blame …`; None for any other infinitive."""
    if not index or not grammar.has("infinitive", tokens[index - 1].low):
        return None
    for at in range(index - 3, max(0, index - _TOOK_WITHIN), -1):
        if tokens[at].kind == "mark":
            return None
        if grammar.has("taking_to", tokens[at].low) and grammar.has("infinitive", tokens[at + 1].low):
            return at
    return None


def _after_quotation(tokens: Sequence[Token], index: int) -> bool:
    at = index - 1
    if at >= 0 and tokens[at].kind == "mark" and (tokens[at].text == "," or tokens[at].text in _DASHES):
        at -= 1
    return at >= 0 and tokens[at].kind == "quote"


def _inverted(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> Frame | None:
    if "VS" not in grammar.order or not form.inverts or not form.forms & {"past", "present"}:
        return None
    if index and tokens[index - 1].kind == "word":
        return None
    if index == 0 and form.noun:
        return None
    source = phrase_after(tokens, index + 1, grammar)
    if source is None or source.first - index > 2:
        return None
    after = source.last + 1
    if after < len(tokens) and index and not _after_quotation(tokens, index):
        nxt = tokens[after]
        if not (
            nxt.kind in ("mark", "quote")
            or grammar.has("adjuncts", nxt.low)
            or grammar.has("temporal", nxt.low)
            or grammar.is_adverb(nxt.low)
            or grammar.has("relative_openers", nxt.low)
            or grammar.has("conjunctions", nxt.low)
        ):
            return None
    return Frame("after", index, index, form.cls, form.lemma, source, index)


def _nominal(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    """`X's claim that …`, `X's warning: “…”`."""
    at = index - 1
    while at >= 0 and index - at < 4 and tokens[at].kind == "word" and not tokens[at].possessive:
        at -= 1
    if at < 0 or not tokens[at].possessive or index + 1 >= len(tokens):
        return None
    nxt = tokens[index + 1]
    if not (grammar.has("that", nxt.low) or nxt.kind == "quote" or nxt.text == ":"):
        return None
    first = at
    while (
        first
        and tokens[first - 1].kind == "word"
        and (tokens[first - 1].capital or grammar.has("determiners", tokens[first - 1].low))
    ):
        first -= 1
    return Frame("nominal", index, index, "speech", tokens[index].low, Phrase(first, at, first), first)
