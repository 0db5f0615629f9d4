"""Frames in languages whose finite verb stands second, and last in a subordinate clause (German).

What stands before the verb is its subject unless it opens with an adverb, a preposition or an object: then
the subject follows. A verb in two parts (`hatte … erklärt`, `teilte … mit`) is found by the part that means
saying; the finite part tells the place of the subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.capitalised import is_somebody, nominative_phrase, object_phrase
from extractors.attribution.forefield import conjoined, forefield, tagged
from extractors.attribution.frame import Frame, Shape
from extractors.attribution.frames import starts_with
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.runs import (
    clause_end,
    clause_start,
    fits,
    is_head,
    is_proper,
    whole,
)
from extractors.attribution.tokens import Token

_AFTER: Final = 24
_PIECES: Final = 4
_POSTPOSED: Final = 9


def frames_by_second(tokens: Sequence[Token], grammar: Grammar) -> list[Frame]:
    """The frames of a sentence in the order of their words of saying."""
    found: list[Frame] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        frame: Frame | None = None
        if token.kind == "word":
            frame = _phrase_frame(tokens, index, grammar, found)
            form = grammar.forms.get(token.low)
            if frame is None and form is not None and not (token.capital and index):
                frame = _verb(tokens, index, form, grammar, found)
        if frame is not None:
            found.append(frame)
            index = max(index, frame.cue_end) + 1
        else:
            index += 1
    return found


# --- `laut X`, `X zufolge`, `so X`, `heißt es in X` -------------------------------------------------------


def _phrase_frame(
    tokens: Sequence[Token], index: int, grammar: Grammar, found: Sequence[Frame]
) -> Frame | None:
    for phrases, shape in (
        (grammar.according, "according"), (grammar.citing, "citing"), (grammar.tags, "after"),
    ):  # fmt: skip
        length = starts_with(tokens, index, phrases)
        if not length or (shape == "after" and not tagged(tokens, index)):
            continue
        source = object_phrase(tokens, index + length, grammar, strict=shape == "after")
        if shape == "citing" and length == 1:
            quoted = _quoted(tokens, index, grammar)
            if quoted is not None or source is None:
                return quoted
        if source is None:
            continue
        end = index + length - 1
        if shape == "after":
            closing = source.last + 1
            if (
                closing < len(tokens)
                and tokens[closing].kind == "word"
                and not _goes_on(tokens, closing, grammar)
            ):
                continue
            return Frame("after", index, end, "speech", "tag", whole(tokens, source, grammar), index)
        if shape == "according":
            return Frame("according", index, end, "speech", "according", source, index)
        relay = found[-1].source if found else None
        return Frame("citing", index, end, "speech", "cite", source, index, relay)
    if tokens[index].low in grammar.postposed:
        return _postposed(tokens, index, grammar)
    length = starts_with(tokens, index, grammar.hearsay)
    return _hearsay(tokens, index, index + length, grammar) if length else None


def _quoted(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    """`wurde X von der Zeitung Y zitiert`: who is quoted, and not who quotes."""
    helper = _helper(tokens, index, grammar)
    if helper is None or helper > index or not grammar.has("be", tokens[helper].low):
        return None
    first = clause_start(tokens, helper, grammar)
    source = forefield(tokens, first, helper, grammar) if helper > first else None
    shape: Shape = "before"
    if source is None:
        source = nominative_phrase(tokens, helper + 1, index, grammar)
        shape = "after" if tagged(tokens, helper) else "before"
    if source is None or source.last >= index:
        return None
    return Frame(shape, helper, index, "speech", "cite", whole(tokens, source, grammar), first)


def _hearsay(tokens: Sequence[Token], index: int, after: int, grammar: Grammar) -> Frame | None:
    """`hieß es aus X`, `heißt es in der Mitteilung des X`, `aus X hieß es`."""
    end = after - 1
    if after < len(tokens) and grammar.has("prepositions", tokens[after].low):
        source = object_phrase(tokens, after + 1, grammar)
        if source is not None:
            return Frame("according", index, end, "speech", "according", source, index)
    first = clause_start(tokens, index, grammar)
    if first < index and grammar.has("prepositions", tokens[first].low):
        source = object_phrase(tokens, first + 1, grammar)
        if source is not None:
            source = Phrase(source.first, min(source.last, index - 1), first)
            return Frame("before", index, end, "speech", "according", source, first)
    return None


def _goes_on(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    low = tokens[index].low
    return grammar.has("prepositions", low) or grammar.has("temporal", low) or grammar.is_adverb(low)


def _postposed(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    """`dem Ministerium zufolge`: the phrase before the word, in its clause."""
    start = clause_start(tokens, index, grammar)
    first = max(start, index - _POSTPOSED)
    for at in range(first, index):
        token = tokens[at]
        if token.kind != "word" or grammar.has("prepositions", token.low):
            continue
        if grammar.has("determiners", token.low) or is_head(token, grammar) or is_proper(token, grammar):
            phrase = Phrase(at, index - 1, at)
            if is_somebody(tokens, phrase, grammar):
                return Frame("according", index, index, "speech", "according", phrase, at)
    return None


# --- verbs -----------------------------------------------------------------------------------------------


def _verb(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: Sequence[Frame]
) -> Frame | None:
    if not fits(tokens, index, form, grammar):
        return None
    first, last = clause_start(tokens, index, grammar), clause_end(tokens, index, grammar)
    if "passive" in form.forms or "base" in form.forms:
        helper = _helper(tokens, index, grammar)
        if helper is not None:
            return _two_parts(tokens, index, helper, form, grammar)
        if not form.forms & {"past", "present"}:
            return _agent(tokens, index, form, grammar)
    if not form.forms & {"past", "present"}:
        return None
    if index == last - 1:
        first = _as_opened(tokens, first, grammar)
    opened = tokens[first].low if first < index else ""
    if _verb_last(tokens, first, index, last, grammar):
        return _subordinate(tokens, first, index, form, grammar)
    if grammar.has("relatives", opened) and first and tokens[first - 1].text == "," and index == last - 1:
        return None
    return _second(tokens, first, index, index, form, grammar, found)


def _helper(tokens: Sequence[Token], index: int, grammar: Grammar) -> int | None:
    """The finite helping verb of a participle or an infinitive: before it, or right behind it.

    In its clause; over an apposition (`hatte X, der Chef von Y, gesagt`) where the word ends its clause.
    """
    after = index + 1
    if after < len(tokens) and grammar.has("auxiliaries", tokens[after].low):
        return after
    start = clause_start(tokens, index, grammar)
    for at in range(index - 1, start - 1, -1):
        if grammar.has("auxiliaries", tokens[at].low):
            return at
    if clause_end(tokens, index, grammar) != index + 1:
        return None
    for _ in range(_PIECES):
        if start < 2 or not (tokens[start - 1].text == "," or tokens[start - 1].kind == "quote"):
            return None  # `hat X als „Q“ bezeichnet`
        border = start - 1
        quoted = tokens[border].kind == "quote"
        start = clause_start(tokens, border, grammar)
        if any(grammar.has("subordinators", token.low) for token in tokens[border : border + 3]):
            return None
        for at in range(border - 1, start - 1, -1):
            if grammar.has("have", tokens[at].low) or (quoted and grammar.has("be", tokens[at].low)):
                return at
            if tokens[at].low in grammar.forms and not tokens[at].capital:
                return None
    return None


def _two_parts(
    tokens: Sequence[Token], index: int, helper: int, form: CueForm, grammar: Grammar
) -> Frame | None:
    """`X hatte … erklärt`, `am Mittwoch hat X erklärt`, `wurde von X verurteilt`, `wollte nichts sagen`."""
    low = tokens[helper].low
    if grammar.has("moods", low):
        return None  # `Kiew habe zugesagt, …`: somebody reports it, who spoke before
    negated = any(grammar.has("negations", token.low) for token in tokens[helper:index])
    if grammar.has("be", low):
        return _agent(tokens, index, form, grammar) if "passive" in form.forms and not negated else None
    if not grammar.has("have", low) or "passive" not in form.forms:
        # `wollte sich nicht äußern`: to decline is an answer too.
        if not negated or not grammar.has("declined", form.lemma) or helper > index:
            return None
    elif negated and not grammar.has("negatable", form.lemma):
        return None
    first = clause_start(tokens, helper, grammar)
    if helper > index:
        return _subordinate(tokens, first, index, form, grammar)
    return _second(tokens, first, helper, index, form, grammar, ())


def _agent(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> Frame | None:
    """`wurde von X verurteilt`, `der von X verkündete Abzug`."""
    first = clause_start(tokens, index, grammar)
    if first == index and first and tokens[first - 1].kind == "quote":
        first = clause_start(tokens, first - 1, grammar)  # `wurde von X als „Q“ verurteilt`
    for at in range(index - 1, first - 1, -1):
        if grammar.has("by", tokens[at].low):
            source = object_phrase(tokens, at + 1, grammar)
            if source is None or source.last >= index:
                source = Phrase(at + 1, index - 1, at + 1) if at + 1 < index else None
            if source is None or not is_somebody(tokens, source, grammar):
                return None
            return Frame("passive", index, index, form.cls, form.lemma, source, first)
    return None


def _verb_last(tokens: Sequence[Token], first: int, index: int, last: int, grammar: Grammar) -> bool:
    opened = tokens[first].low if first < index else ""
    if not (grammar.has("subordinators", opened) or grammar.has("as", opened)):
        return False
    return index == last - 1 or grammar.has("as", opened) or grammar.has("auxiliaries", tokens[index + 1].low)


def _as_opened(tokens: Sequence[Token], first: int, grammar: Grammar) -> int:
    """Where a clause with `wie` begins whose subject is explained (`wie X, der Chef von Y, sagte`)."""
    start = first
    for _ in range(_PIECES):
        if start < 2 or tokens[start - 1].text != ",":
            return first
        border = start - 1
        start = clause_start(tokens, border, grammar)
        if any(one.low in grammar.forms and not one.capital for one in tokens[start:border]):
            return first
        if grammar.has("as", tokens[start].low):
            return start
    return first


def _subordinate(
    tokens: Sequence[Token], first: int, index: int, form: CueForm, grammar: Grammar
) -> Frame | None:
    """`wie X mitteilte`: a tag; other clauses with the verb at their end are background."""
    if not grammar.has("as", tokens[first].low):
        return None
    subject = nominative_phrase(tokens, first + 1, index, grammar)
    if subject is None:
        return None
    return Frame(
        "before", index, index, form.cls, form.lemma, Phrase(subject.first, subject.last, first), first
    )


def _second(
    tokens: Sequence[Token],
    first: int,
    finite: int,
    cue: int,
    form: CueForm,
    grammar: Grammar,
    found: Sequence[Frame],
) -> Frame | None:
    """The frame of a main clause: its finite verb at ``finite``, its word of saying at ``cue``."""
    subject = forefield(tokens, first, finite, grammar)
    if subject is not None:
        if form.cls == "adopt" and not _parliament(tokens, subject, grammar):
            return None
        if any(grammar.has("conditionals", token.low) for token in tokens[first : subject.first]):
            return None
        return Frame(
            "before", cue, cue, form.cls, form.lemma, whole(tokens, subject, grammar), subject.clause
        )
    if conjoined(tokens, finite, grammar):
        known = [one.source for one in found if one.source and one.shape != "citing"]
        shared = known[-1] if known else nominative_phrase(tokens, 0, finite, grammar)
        if shared is None or form.cls == "adopt":
            return None
        return Frame("coordinated", cue, cue, form.cls, form.lemma, shared, finite, owned=False)
    if not _inverts(tokens, first, finite, grammar):
        return None
    stop = min(clause_end(tokens, finite, grammar), finite + 1 + _AFTER)
    after = nominative_phrase(tokens, finite + 1, stop, grammar)
    if after is None or (form.cls == "adopt" and not _parliament(tokens, after, grammar)):
        return None
    clause = finite if tagged(tokens, finite) else first
    tail = clause_end(tokens, finite, grammar)
    # What a word of saying that stands at the beginning governs comes after it, not before.
    shape: Shape = "after" if tagged(tokens, finite) or tail >= len(tokens) - 1 else "before"
    return Frame(shape, finite, cue, form.cls, form.lemma, whole(tokens, after, grammar), clause)


def _parliament(tokens: Sequence[Token], subject: Phrase, grammar: Grammar) -> bool:
    return any(grammar.has("parliaments", token.low) for token in tokens[subject.first : subject.last + 1])


def _inverts(tokens: Sequence[Token], first: int, finite: int, grammar: Grammar) -> bool:
    """Whether the place before the verb leaves the subject for the place behind it."""
    return first == finite or not grammar.has("relatives", tokens[first].low) or first == 0
