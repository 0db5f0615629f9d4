"""Frames in languages whose cases tell who speaks: each word of saying with the phrase in the right case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractors.attribution.acts import followed
from extractors.attribution.frame import Frame
from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.inflected import subjects
from extractors.attribution.inflected_clauses import (
    clause_start,
    late_subject,
    origin,
    phrase_from,
    spoken_of,
    subject_of,
)
from extractors.attribution.leftout import agent, asked, left_out, outlet_speaks
from extractors.attribution.nouns import DASHES, Phrase
from extractors.attribution.tokens import Token

_RUNNING_TEXT: Final = 4
_OWNER: Final = "*"


def frames_by_case(tokens: Sequence[Token], grammar: Grammar) -> list[Frame]:
    """The frames of a sentence in the order of their words of saying, those of relays too."""
    found: list[Frame] = []
    running = sum(token.kind == "word" and not token.capital for token in tokens) >= _RUNNING_TEXT
    index = 0
    while index < len(tokens):
        token = tokens[index]
        frame: Frame | None = None
        if token.kind == "word" and not (running and index and token.capital):
            frame = _frame_at(tokens, index, grammar, found)
        if frame is None:
            index += 1
            continue
        found.append(frame)
        index = max(index, frame.cue_end) + 1
    return found


def _frame_at(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Frame | None:
    low = tokens[index].low
    if low in grammar.openers:
        frame = _according(tokens, index, grammar) or _citing(tokens, index, grammar, found)
        if frame is not None:
            return frame
    if grammar.has("impersonal", low):
        return _impersonal(tokens, index, grammar)
    form = grammar.forms.get(low)
    return _verb(tokens, index, form, grammar, found) if form is not None else None


def _matched(
    tokens: Sequence[Token], index: int, phrases: Sequence[tuple[str, ...]], grammar: Grammar
) -> tuple[str, ...]:
    for phrase in phrases:
        if index + len(phrase) <= len(tokens) and all(
            word == tokens[index + at].low
            or (word == _OWNER and grammar.has("owners", tokens[index + at].low))
            for at, word in enumerate(phrase)
        ):
            return phrase
    return ()


def _according(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    """`по словам X`, `согласно X`, `по его словам` (the star stands for the pronoun)."""
    phrase = _matched(tokens, index, grammar.according, grammar)
    if not phrase:
        return None
    end = index + len(phrase) - 1
    if _OWNER in phrase:
        at = index + phrase.index(_OWNER)
        return Frame("according", index, end, "speech", "according", Phrase(at, at), index)
    source = phrase_from(tokens, end + 1, grammar)
    if source is None or grammar.has("things", tokens[source.first].low):
        return None
    source = _up_to_subject(tokens, source, grammar)
    return Frame("according", index, end, "speech", "according", source, index)


def _up_to_subject(tokens: Sequence[Token], source: Phrase, grammar: Grammar) -> Phrase:
    """The phrase without the subject of the clause that follows it without a comma (`Zdaniem fundacji
    minister powinien …`)."""
    if not grammar.has("oblique", tokens[source.first].low):
        return source
    for at in range(source.first + 1, source.last + 1):
        token = tokens[at]
        if token.kind == "mark":
            break
        if grammar.has("people", token.low) and not grammar.has("oblique", token.low) and not token.capital:
            return replace(source, last=at - 1)
    return source


def _citing(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Frame | None:
    """`со ссылкой на X`, `ссылаясь на X`: the words are X's, whoever carries them."""
    phrase = _matched(tokens, index, grammar.citing, grammar)
    source = phrase_from(tokens, index + len(phrase), grammar) if phrase else None
    if source is None:
        return None
    relay = found[-1].source if found else None
    return Frame("citing", index, index + len(phrase) - 1, "speech", "cite", source, index, relay)


def _impersonal(tokens: Sequence[Token], index: int, grammar: Grammar) -> Frame | None:
    """`говорится в заявлении X`, `в сообщении X отмечается`."""
    source = origin(tokens, index, grammar)
    if source is None:
        return left_out(tokens, index, None, grammar)
    shape = "before" if source.last < index else "after"
    clause = clause_start(tokens, index, grammar) if shape == "before" else _resumed(tokens, index, grammar)
    return Frame(shape, index, index, "speech", "impersonal", source, clause)  # type: ignore[arg-type]


def _verb(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    if not followed(tokens, index, form, grammar) or not asked(tokens, index, form, grammar):
        return None
    if grammar.drops_subject and outlet_speaks(tokens, index, grammar):
        return None
    negated = index > 0 and grammar.has("negations", tokens[index - 1].low)
    if negated != form.only_negated and not (negated and grammar.has("negatable", form.lemma)):
        return None
    if form.forms == {"participle"}:
        return _participle(tokens, index, form, grammar, found)
    if not form.forms & {"past", "present"}:
        return agent(tokens, index, form, grammar) if "passive" in form.forms else None
    if grammar.has("quoting", form.lemma):
        quoted = spoken_of(tokens, index, grammar)
        if quoted is not None:
            return Frame("quoted", index, index, "speech", "quote", quoted, index)
    if form.cls == "act" and (joined := _coordinated(tokens, index, form, grammar, found)) is not None:
        return joined  # `X назвал это ошибкой и призвал Берлин …`: whom it is said to stands behind
    subject = late_subject(tokens, index, grammar) if _after_mark(tokens, index) else None
    late = subject is not None
    if subject is None:
        answer = subject_of(tokens, index, grammar)
        if answer is None:
            return _coordinated(tokens, index, form, grammar, found) or left_out(tokens, index, form, grammar)
        subject, late = answer
    if not _asserts(tokens, index, form, subject, grammar):
        return None
    if not late:
        return Frame("before", index, index, form.cls, form.lemma, subject, subject.clause)
    clause = index if _after_mark(tokens, index) else _resumed(tokens, index, grammar)
    return Frame("after", index, index, form.cls, form.lemma, subject, clause)


def _resumed(tokens: Sequence[Token], index: int, grammar: Grammar) -> int:
    """Where the clause begins; one that takes up the whole sentence before (`…, o czym mówił X`) joins it."""
    start = clause_start(tokens, index, grammar)
    if any(grammar.has("resuming", token.low) for token in tokens[start : min(start + 2, index)]):
        return 0
    return start


def _after_mark(tokens: Sequence[Token], index: int) -> bool:
    """Whether a comma, a dash or a quotation stands right before: then what follows is the subject."""
    if not index:
        return False
    before = tokens[index - 1]
    return before.kind == "quote" or before.text in (",", "?", "!", "…") or before.text in DASHES


def _asserts(tokens: Sequence[Token], index: int, form: CueForm, subject: Phrase, grammar: Grammar) -> bool:
    start = clause_start(tokens, index, grammar)
    first = max(subject.last + 1, start) if subject.last < index else start
    if not form.only_negated and any(
        grammar.has("negations", token.low) for token in tokens[first : index - 1]
    ):
        return False
    if grammar.has("things", tokens[subject.first].low) or grammar.has(
        "negative_subjects", tokens[subject.first].low
    ):
        return False
    if start and grammar.has("conditionals", tokens[start - 1].low):
        return False
    if form.cls == "adopt":
        return any(
            grammar.has("parliaments", token.low) for token in tokens[subject.first : subject.last + 1]
        )
    return True


def _participle(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    """`…, добавив, что …`: whose words these are is told by the clause to which the gerund belongs."""
    if form.cls == "adopt":
        return None
    source = _taken_over(tokens, index, grammar, found)
    if source is None:
        return None
    return Frame("participle", index, index, form.cls, form.lemma, source, index, owned=False)


def _coordinated(
    tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar, found: list[Frame]
) -> Frame | None:
    """`X сообщил, что …, и добавил, что …`."""
    at = index - 1
    while at >= 0 and tokens[at].kind == "word" and grammar.is_adverb(tokens[at].low):
        at -= 1
    if at < 0 or form.cls == "adopt":
        return None
    joins = grammar.has("conjunctions", tokens[at].low) or grammar.has("separators", tokens[at].low)
    if not joins or (form.cls == "act" and not (found and at == index - 1)):
        return None
    source = _taken_over(tokens, index, grammar, found)
    if source is None:
        return None
    return Frame("coordinated", index, index, form.cls, form.lemma, source, at + 1, owned=False)


def _taken_over(tokens: Sequence[Token], index: int, grammar: Grammar, found: list[Frame]) -> Phrase | None:
    """The source of the nearest frame before, else the first subject of the sentence."""
    for frame in reversed(found):
        if frame.source is not None and frame.shape != "citing":
            return frame.source
    before = subjects(tokens, 0, index, grammar)
    return before[0] if before else None
