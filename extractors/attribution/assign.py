"""Which frame governs which words: quotations and clauses of one sentence to their sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.frames import Frame, starts_with
from extractors.attribution.grammar import Grammar
from extractors.attribution.nesting import leading_clause
from extractors.attribution.nouns import CLOSERS, OPENERS, Phrase, is_named
from extractors.attribution.runs import is_title
from extractors.attribution.tagging import is_tag
from extractors.attribution.tokens import Token
from extractors.attribution.verbless import subject_behind, without_verb

_TITLE_WORDS: Final = 7
_COLON_AFTER: Final = 4
_DASHES: Final = frozenset("–—-")
_DATELINE: Final = 16
_VERB: Final = 4
_TAGGED: Final = 2


@dataclass(frozen=True, slots=True)
class Governed:
    """A quotation token, or None for the whole sentence, with the frame that governs it and the rule."""

    quote: int | None
    frame: Frame
    rule: str


def govern(text: str, tokens: Sequence[Token], frames: Sequence[Frame], grammar: Grammar) -> list[Governed]:
    """Every outermost quotation with its frame, and every frame with its clause (quote None)."""
    found: list[Governed] = []
    direct: set[int] = set()
    tags = {id(frame): is_tag(tokens, frame, grammar) for frame in frames}
    for index, token in enumerate(tokens):
        if token.kind != "quote" or _is_title(text, tokens, index, grammar):
            continue
        if grammar.cases is not None and is_named(tokens, index):
            continue
        if grammar.nouns == "all capitals" and _is_outlet(text, tokens, index, frames, grammar):
            continue
        chosen = _before_colon(tokens, index, frames, grammar) or _governor(tokens, index, frames, tags)
        if chosen is None or chosen[0].unsaid:
            chosen = _after_colon(tokens, index, grammar) or chosen
        if chosen is not None:
            frame, rule = chosen
            found.append(Governed(index, frame, rule))
            direct.add(id(frame))
    for frame in frames:
        if frame.cls == "stance" or (id(frame) in direct and _only_tag(tokens, frame)):
            continue
        rule = _clause_rule(frame, tags[id(frame)])
        if _subordinate(tokens, frame, tags[id(frame)], grammar):
            rule = "subordinate_clause"
        found.append(Governed(None, frame, rule))
    return found


def _subordinate(tokens: Sequence[Token], frame: Frame, tag: bool, grammar: Grammar) -> bool:
    """`…, a day after X said …`: background to somebody else's act."""
    if tag or frame.shape != "before" or not frame.head:
        return False
    return grammar.has("day_links", tokens[frame.head - 1].low) or leading_clause(tokens, frame, grammar)


def _is_title(text: str, tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """The name of a programme or a book (`on CNN's “State of the Union”`), which nobody says."""
    quotation = tokens[index].quotation
    if quotation is None or not index or grammar.nouns != "capitals":
        return False
    before = tokens[index - 1]
    if not (before.possessive or grammar.has("prepositions", before.low)):
        return False
    words = quotation.content.of(text).rstrip(".,").split()
    return 1 < len(words) <= _TITLE_WORDS and all(
        word[0].isupper()
        or (at and (grammar.has("prepositions", word.lower()) or grammar.has("determiners", word.lower())))
        for at, word in enumerate(words)
    )


def _is_outlet(
    text: str, tokens: Sequence[Token], index: int, frames: Sequence[Frame], grammar: Grammar
) -> bool:
    """The name of a paper or a programme in marks (`sagte X dem „Boten“`), which nobody says."""
    quotation = tokens[index].quotation
    if quotation is None or index < 2:
        return False
    words = quotation.content.of(text).rstrip(".,").split()
    before, further = tokens[index - 1], tokens[index - 2]
    if len(words) > _TITLE_WORDS or not words:
        return False
    if before.text == "-" and before.start == further.end and before.end == tokens[index].start:
        return True
    if is_title(tokens, index, grammar):
        return True
    if not tokens[index].named or not all(
        word[0].isupper() or grammar.has("prepositions", word) for word in words
    ):
        return False
    if not any(frame.cls == "speech" for frame in frames):
        return False
    if grammar.has("datives", before.low) or grammar.has("genitive", before.low):
        told = further.capital or further.low in grammar.forms or further.text in ")/"
        return (
            told
            or grammar.has("places", further.low)
            or grammar.has("pronouns", further.low)
            or grammar.has("to_outlets", further.low)
        )
    return grammar.has("places", before.low)


def _governor(
    tokens: Sequence[Token], index: int, frames: Sequence[Frame], tags: dict[int, bool]
) -> tuple[Frame, str] | None:
    after = index + 1
    while after < len(tokens) and tokens[after].kind == "mark" and tokens[after].text in ",–—-":
        after += 1
    for frame in frames:
        if (
            frame.head == after
            and frame.shape in ("before", "after", "quoted")
            and (tags[id(frame)] or (tokens[index].quotation is not None and _comma_ended(tokens, index)))
        ):
            return frame, _plain_rule(frame) or (
                "quote_cue_subject" if frame.shape == "after" else "quote_subject_cue"
            )
    before = [frame for frame in frames if frame.cue < index and not _parted(tokens, frame.tail, index)]
    if before:
        frame = before[-1]
        return frame, _rule_before(tokens, frame, index)
    later = [frame for frame in frames if frame.cue > index and (tags[id(frame)] or frame.shape == "passive")]
    if later:
        frame = later[0]
        return frame, _plain_rule(frame) or "mixed_subject_cue"
    return None


def _before_colon(
    tokens: Sequence[Token], index: int, frames: Sequence[Frame], grammar: Grammar
) -> tuple[Frame, str] | None:
    """`« Q » : X a coupé court …`: who comes after the colon spoke, with a word of saying or without."""
    colon = index + 1
    if len(tokens) < index + _COLON_AFTER or tokens[colon].text != ":" or tokens[colon + 1].kind == "quote":
        return None
    if index and not _dateline(tokens, index, grammar):
        return None
    frame = next((one for one in frames if one.shape in ("before", "after") and not one.unsaid), None)
    if frame is not None:
        return frame, "mixed_subject_cue"
    resumed = starts_with(tokens, colon + 1, grammar.taken_up)
    if resumed and (subject := subject_behind(tokens, colon + 1 + resumed, grammar)) is not None:
        return Frame("before", subject.last, subject.last, "act", ":", subject, colon + 1), "colon_quote"
    for at in (colon + 1, *(at + 1 for at in range(colon + 1, len(tokens) - 1) if tokens[at].text == ",")):
        if grammar.has("adjuncts", tokens[at].low):
            continue
        subject = phrase_after(tokens, at, grammar)
        if subject is None or subject.first != at:
            return None
        return Frame("before", subject.last, subject.last, "act", ":", subject, colon + 1), "colon_quote"
    return None


def _dateline(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether all that stands before is a dateline (`OSLO, 12 mars (Agence) — « Q » : …`)."""
    if index > _DATELINE or tokens[index - 1].text not in _DASHES or not tokens[0].capital:
        return False
    return not any(one.low in grammar.forms or grammar.has("auxiliaries", one.low) for one in tokens[:index])


def _after_colon(tokens: Sequence[Token], index: int, grammar: Grammar) -> tuple[Frame, str] | None:
    """`X goes straight at the minister: “…”`: no word of saying, but nobody else can speak."""
    if index < _COLON_AFTER or tokens[index - 1].text != ":":
        return None
    subject = without_verb(tokens, index - 1, grammar) or _named_office(tokens, index, grammar)
    if subject is not None:
        return Frame("before", subject.last, subject.last, "act", ":", subject), "colon_quote"
    subject = next(
        (one for at in _openings(tokens, index, grammar) if (one := _opening(tokens, at, index, grammar))),
        None,
    )
    if subject is None:
        return None
    stop = _past_bracket(tokens, subject.last + 1)  # `Il presidente, X (FdI), non ci sta: “…”`
    apposed = tokens[stop].text == "," and any(
        token.text == "," for token in tokens[subject.first : subject.last]
    )
    between = tokens[stop : index - 1]
    tagged = _tagged(tokens, subject, between, grammar)
    if tokens[stop].kind == "mark" and not (apposed or tagged):
        return None  # a dateline, or a phrase that is not taken up
    bare = apposed and sum(one.kind == "word" for one in between) <= _VERB  # `Il capo, X, dissente: “…”`
    if not (bare or tagged) and not any(
        grammar.has("determiners", one.low) or grammar.has("prepositions", one.low) for one in between
    ):
        return None
    return Frame("before", subject.last, subject.last, "act", ":", subject), "colon_quote"


def _named_office(tokens: Sequence[Token], index: int, grammar: Grammar) -> Phrase | None:
    """`French President Ann Moor: “Q”`: an office and a name that alone stand before the colon."""
    phrase = phrase_after(tokens, 0, grammar) if grammar.sets["who"] else None
    if phrase is None or phrase.first or phrase.last != index - 2:
        return None
    words = tokens[: index - 1]
    office = next((at for at, one in enumerate(words) if grammar.has("people", one.low)), len(words))
    return phrase if sum(one.capital for one in words[office + 1 :]) > 1 else None


def _past_bracket(tokens: Sequence[Token], at: int) -> int:
    """Behind a short bracket that opens at ``at``; ``at`` itself where none does."""
    if tokens[at].text not in OPENERS:
        return at
    closed = next(
        (one for one in range(at, min(at + _TITLE_WORDS, len(tokens) - 1)) if tokens[one].text in CLOSERS),
        None,
    )
    return at if closed is None else closed + 1


def _tagged(tokens: Sequence[Token], subject: Phrase, between: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word behind a comma says how somebody with a title spoke (`La ministra X, tajante: “…”`)."""
    named = tokens[subject.first : subject.last + 1]
    titled = any(grammar.has("people", one.low) for one in named) and any(one.capital for one in named[1:])
    return titled and len(between) == _TAGGED and between[0].text == "," and between[1].kind == "word"


def _openings(tokens: Sequence[Token], index: int, grammar: Grammar) -> Iterator[int]:
    """Where the subject of a sentence may begin: at its head, behind small words, behind an adjunct's comma
    (`Interrogé lundi, le ministre X a botté en touche : “…”`)."""
    start = 0
    while start < index - _COLON_AFTER and (
        grammar.has("separators", tokens[start].low) or grammar.has("conjunctions", tokens[start].low)
    ):
        start += 1  # `Ma il sindaco mostra i resti: “…”`
    while start < index - _COLON_AFTER and grammar.has("heralds", tokens[start].low):
        start += 1  # `Here's what the ministry had to say about it: “…”`
    yield start
    low = tokens[0].low
    led = grammar.has("adjuncts", low) or grammar.has("prepositions", low) or grammar.has("asked", low)
    form = grammar.forms.get(low)
    if not (led or grammar.is_gerund(low) or (form is not None and "passive" in form.forms)):
        return
    comma = next((at for at in range(1, index) if tokens[at].text == ","), None)
    if comma is not None and comma < index - _COLON_AFTER:
        yield comma + 1


def _opening(tokens: Sequence[Token], start: int, index: int, grammar: Grammar) -> Phrase | None:
    """The phrase from ``start`` on that ends well before the colon; behind an adjunct it has a title."""
    subject = phrase_after(tokens, start, grammar)
    if subject is None or subject.first != start or subject.last >= index - 2:
        return None
    titled = any(grammar.has("people", one.low) for one in tokens[subject.first : subject.last + 1])
    return subject if titled or not start or tokens[start - 1].text != "," else None


def _parted(tokens: Sequence[Token], first: int, last: int) -> bool:
    return any(token.text == ";" for token in tokens[first + 1 : last])


def _comma_ended(tokens: Sequence[Token], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].text == ","


def _rule_before(tokens: Sequence[Token], frame: Frame, index: int) -> str:
    plain = _plain_rule(frame)
    if plain is not None:
        return plain
    previous = tokens[index - 1]
    if (
        previous.text == ":"
        or (previous.text == "," and index - 2 <= frame.tail + 4)
        or index - 1 == frame.tail
    ):
        return "subject_cue_quote"
    return "subject_cue_mixed"


def _plain_rule(frame: Frame) -> str | None:
    return {
        "according": "according_to",
        "citing": "citing",
        "passive": "passive_by",
        "quoted": "quoted_as",
        "participle": "participle",
        "nominal": "nominal",
    }.get(frame.shape)


def _clause_rule(frame: Frame, tag: bool) -> str:
    plain = _plain_rule(frame)
    if plain is not None:
        return plain
    if frame.shape == "after":
        return "clause_cue_subject"
    if tag:
        return "clause_subject_cue"
    if frame.cls == "act":
        return "subject_act"
    if frame.cls == "adopt":
        return "subject_adopts"
    return "subject_act_weak" if frame.cls == "weak" else "subject_cue_clause"


def _only_tag(tokens: Sequence[Token], frame: Frame) -> bool:
    """The sentence is quotation and tag: nothing in it is told in other words."""
    first = next((i for i, token in enumerate(tokens) if token.kind != "mark"), None)
    return first is not None and tokens[first].kind == "quote" and frame.head <= first + 2
