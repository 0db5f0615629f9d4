"""Who is said to say what: source, cue and content of every reported word, with offsets.

The journey: quotations, reporting sentences, frames (a word of saying with its source) in each sentence,
what each frame governs, then what is carried on to the next sentence and paragraph. All that is known of a
language stands in its ``cues.toml``; no step needs a parser or a model, and none raises on any text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from extractors.attribution.carry import carry
from extractors.attribution.dialogue import with_dialogue
from extractors.attribution.grammar import Grammar, grammar_of, guess_below, precision
from extractors.attribution.interviews import unlabelled_turns
from extractors.attribution.lines import Line, line_of, stances_told
from extractors.attribution.moods import report_by_mood
from extractors.attribution.resumed import resume
from extractors.attribution.told_back import tell_back
from extractors.attribution.turns import headline_attributions, turn_attribution, turns_of
from extractors.attribution.worded import worded_of
from extractors.attribution.worded_lines import is_announcement, is_tag
from extractors.quotes import Quotation, find_quotations
from extractors.sentences import paragraphs_of, sentences_of
from monitor.model import Attribution, Span

__all__ = [
    "find_attributions",
    "guess_below",
    "is_demonym",
    "is_document",
    "is_epithet",
    "is_plural_verb",
    "person_of_state",
    "precision",
    "pronoun_of",
    "refers_back",
    "says_last",
]

Pronoun = Literal["woman", "man", "thing", "any"]
_ASKING = "?!…"
_TAG_WORDS = 8
_HEAD = 80  # letters at a sentence's head in which it may say that somebody made the remarks told before
_PART = re.compile(r";\s+(?=\S)")


def find_attributions(text: str, language: str, *, headline: bool = False) -> list[Attribution]:
    """The attributions of a text, in its order; empty for a language without words of saying.

    A quotation with a source is ``direct`` (``content`` is what stands inside the marks), every frame of a
    sentence that tells more than the quotation is also ``indirect`` (``content`` is the whole sentence): who
    wants one of the two chooses. ``confidence`` is the measured precision of ``rule``; below
    :func:`guess_below` it is a guess by nearness. ``headline`` also reads `X: S`.
    """
    grammar = grammar_of(language)
    if grammar is None:
        return []
    paragraphs = paragraphs_of(text)
    outermost = [q for q in find_quotations(text, language) if q.depth == 0]
    quotations = with_dialogue(text, paragraphs, outermost, grammar)
    turns = turns_of(text, paragraphs, grammar) if not headline else {}
    lines = _lines(text, paragraphs, quotations, grammar)
    if not headline and not turns:
        turns = unlabelled_turns(text, paragraphs, lines, grammar)
    told_of = [line for line in lines if line.paragraph not in turns]
    resume(text, told_of, grammar)
    carry(text, told_of, paragraphs, grammar)
    report_by_mood(text, told_of, grammar)
    tell_back(text, told_of, grammar)
    found: list[Attribution] = []
    told: set[int] = set()
    for line in lines:
        turn = turns.get(line.paragraph)
        if turn is not None and turn.role != "Q":
            if line.paragraph not in told:
                told.add(line.paragraph)
                row = turn_attribution(turn)
                if row is not None:
                    found.append(row)
            continue
        if turn is not None and (worded_of(language) is not None or turn.label == turn.content):
            continue  # a question of a transcript
        rows = line.found
        if turn is not None and line.span.start < turn.content.start < line.span.end:
            question = Span(turn.content.start, line.span.end)  # without its label
            rows = line_of(text, question, line.paragraph, line.quotations, grammar).found
        if headline and not rows:
            rows = stances_told(text, line, grammar)
            rows = rows or headline_attributions(text, line.span, line.quotations, grammar)
        found.extend(row for row in rows if not is_announcement(text, row))
    return found


def is_document(words: str, language: str) -> bool:
    """Whether a source is `the statement` or the like: its words are those of who made it."""
    grammar = grammar_of(language)
    return grammar is not None and grammar.is_document(words)


def is_plural_verb(words: str, language: str) -> bool:
    """Whether a verb whose subject is left out has several people for it (`dijeron`)."""
    grammar = grammar_of(language)
    return grammar is not None and any(
        word.endswith(grammar.plural_endings) for word in words.lower().split() if grammar.plural_endings
    )


def refers_back(sentence: str, language: str) -> bool:
    """Whether a reporting sentence only tells of words told before (`He said this at …`)."""
    grammar = grammar_of(language)
    low = sentence.lower()
    if grammar is None:
        return False
    head = low[:_HEAD]
    return any(low.startswith(phrase) for phrase in grammar.sets["back_references"]) or any(
        phrase in head for phrase in grammar.sets["back_acts"]
    )


def says_last(language: str) -> bool:
    """Whether whatever tells of the saying stands before its verb (Turkish, Persian, Chinese)."""
    worded = worded_of(language)
    return worded is not None and worded.order != "verb_first"


def is_epithet(words: str, language: str) -> bool:
    """Whether a source is a bare word for an official (`the politician`), who was named before."""
    grammar = grammar_of(language)
    if grammar is None:
        return False
    listed = words.lower()
    last = listed.rsplit(" ", 1)
    bare = last[-1] if grammar.has("determiners", last[0]) else listed
    if grammar.has("epithets", bare) or grammar.has("epithets", listed):
        return True
    if grammar.has("epithet_heads", last[-1]) and listed.startswith("the ") and listed.count(" ") > 1:
        return True  # `the Ohio Republican`
    return " " not in bare and grammar.ends(bare, "epithets")


def is_demonym(words: str, language: str) -> bool:
    """Whether a source is a bare word for somebody of a state (`Holender`), and tells no office."""
    grammar = grammar_of(language)
    return grammar is not None and grammar.has("demonyms", words.lower())


def person_of_state(words: str, language: str) -> str | None:
    """The adjective of a state with which a source calls somebody a diplomat or an official of it (`le
    responsable laotien`); None for any other source."""
    grammar = grammar_of(language)
    if grammar is None:
        return None
    parts = [part for part in words.lower().split() if not grammar.has("determiners", part)]
    heads = [part for part in parts if grammar.has("vague_heads", part)]
    if len(parts) != 2 or len(heads) != 1:
        return None
    return parts[0] if parts[1] == heads[0] else parts[1]


def verb_sex(words: str, language: str) -> Literal["woman", "man"] | None:
    """The sex that a verb whose subject is left out tells by its ending (`dodała`); None where none does."""
    grammar = grammar_of(language)
    if grammar is None:
        return None
    for word in words.lower().split():
        if grammar.ends(word, "women"):
            return "woman"
        if grammar.ends(word, "men"):
            return "man"
    return None


def pronoun_of(words: str, language: str) -> Pronoun | None:
    """What a source that is a pronoun can stand for; None where it is none."""
    grammar = grammar_of(language)
    low = words.lower()
    if grammar is None or not (grammar.has("pronouns", low) or grammar.has("object_pronouns", low)):
        return None
    if grammar.has("female_pronouns", low):
        return "woman"
    if grammar.has("male_pronouns", low):
        return "man"
    return "thing" if grammar.has("thing_pronouns", low) else "any"


def _lines(
    text: str, paragraphs: Sequence[Span], quotations: Sequence[Quotation], grammar: Grammar
) -> list[Line]:
    sentences = sentences_of(text, grammar.language, [q.span for q in quotations])
    lines: list[Line] = []
    paragraph = 0
    quote = 0
    for span in _parted(text, _joined(text, sentences, quotations, grammar), quotations):
        while paragraph < len(paragraphs) - 1 and paragraphs[paragraph].end < span.end:
            paragraph += 1
        while quote < len(quotations) and quotations[quote].span.end <= span.start:
            quote += 1
        inside = []
        at = quote
        while at < len(quotations) and quotations[at].span.start < span.end:
            if span.covers(quotations[at].span):
                inside.append(quotations[at])
            at += 1
        lines.append(line_of(text, span, paragraph, inside, grammar))
    return lines


def _parted(text: str, sentences: Sequence[Span], quotations: Sequence[Quotation]) -> list[Span]:
    """A headline's parts (`A, X says; B, Y says`): a line without a full stop ends at each semicolon."""
    found: list[Span] = []
    for span in sentences:
        start = span.start
        if text[span.end - 1].isalnum():
            for match in _PART.finditer(text, span.start, span.end):
                if not any(q.span.start < match.start() < q.span.end for q in quotations):
                    found.append(Span(start, match.start()))
                    start = match.end()
        found.append(Span(start, span.end))
    return found


def _joined(
    text: str, sentences: Sequence[Span], quotations: Sequence[Quotation], grammar: Grammar
) -> list[Span]:
    """`“Why?” Smith asked.` is one sentence, though a question mark and a capital letter stand in it."""
    ends = {q.span.end: q for q in quotations}
    worded = worded_of(grammar.language)
    joined: list[Span] = []
    for span in sentences:
        before = ends.get(joined[-1].end) if joined else None
        if before is None or "\n" in text[joined[-1].end : span.start]:
            joined.append(span)
        elif is_tag(text, span, worded) if worded else _asks_on(text, span, before, quotations, grammar):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _asks_on(
    text: str, span: Span, before: Quotation, quotations: Sequence[Quotation], grammar: Grammar
) -> bool:
    """Whether a sentence only says who asked or cried the words quoted right before it."""
    words = text[span.start : span.end].split()
    return (
        text[before.content.end - 1] in _ASKING
        and len(words) <= _TAG_WORDS * 2
        and grammar.cue.search(" ".join(words[:_TAG_WORDS])) is not None
        and not any(q.span.start >= span.start and q.span.end <= span.end for q in quotations)
    )
