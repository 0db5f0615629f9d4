"""Which frame governs which words: quotations and clauses of one sentence to their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.frames import Frame, ends_with, starts_with
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import Phrase, is_named
from extractors.attribution.tokens import Token

_DASHES: Final = frozenset("–—-")
_TITLE_WORDS: Final = 7
_COLON_AFTER: Final = 4
_LEADING: Final = 4
_AROUND_RELAY: Final = 2


@dataclass(frozen=True, slots=True)
class Governed:
    """A quotation token, or None for the whole sentence, with the frame that governs it and the rule."""

    quote: int | None
    frame: Frame
    rule: str


def is_relay(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar, text: str) -> bool:
    """Whether a source is an agency or an outlet, which carries words and does not speak."""
    words = text[tokens[phrase.first].start : tokens[phrase.last].end]
    low = words.lower()
    if any(name in low for name in grammar.not_relay):
        return False
    plain = [token for token in tokens[phrase.first : phrase.last + 1] if token.kind == "word"]
    people = any(grammar.has("people", token.low) for token in plain)
    heads = any(token.low in grammar.relay_heads for token in plain)
    if heads and not people and not grammar.has("bodies", tokens[phrase.last].low):
        return True
    if tokens[phrase.last].low in grammar.relay_heads:
        return True
    found = grammar.relay.search(words)
    if found is None:
        return False
    rest = (low[: found.start()] + low[found.end() :]).strip()
    # `the Interfax agency`, `Russian state media TASS`, `Spanish daily X`: nobody else is in the phrase.
    return not people and (len(rest.split()) <= _AROUND_RELAY or heads)


def is_tag(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """Whether source and cue stand after what was said (`…, X said on Monday.`)."""
    if frame.shape not in ("before", "after", "quoted", "according", "citing"):
        return False
    if frame.shape == "citing":
        return frame.head > 3
    head = frame.head
    if head and grammar.has("as", tokens[head - 1].low):
        head -= 1  # `…, as X said`
    if head == 0:
        return False
    before = tokens[head - 1]
    told = _by_place(tokens, frame, head, grammar)
    if told is not None:
        return told
    after = _past_recipient(tokens, frame, grammar)
    if after >= len(tokens):
        return True
    nxt = tokens[after]
    if nxt.kind == "mark":
        return (
            not _clause_behind(tokens, head, after, grammar)
            and nxt.text not in (":",)
            and not (
                nxt.text == ","
                and after + 1 < len(tokens)
                and tokens[after + 1].kind == "quote"
                and before.kind == "mark"
                and before.text == ","
                and not _quote_before(tokens, head)
            )
        )
    if nxt.kind == "quote" or grammar.has("tag_stops", nxt.low):
        return False
    if grammar.postnominal and frame.cls != "speech" and grammar.has("noun_links", nxt.low):
        return False  # `X appelle à …`: what it calls for follows
    if _clause_follows(tokens, after, grammar) and not _quote_before(tokens, head):
        return False
    return grammar.has("adjuncts", nxt.low) or grammar.has("temporal", nxt.low) or grammar.is_adverb(nxt.low)


def _by_place(tokens: Sequence[Token], frame: Frame, head: int, grammar: Grammar) -> bool | None:
    """What the place of source and cue says of their being a tag; None where what follows decides."""
    before = tokens[head - 1]
    if grammar.cases is not None and frame.shape == "before" and frame.clause < head and before.text == ",":
        return False  # `Earlier, on 20 May, X said`
    if grammar.postnominal and frame.shape == "after" and before.text == ":":
        return True  # `…: lo ha detto X`
    if before.kind != "quote" and not (
        before.kind == "mark" and (before.text in (",", "?", "!", "…") or before.text in _DASHES)
    ):
        return False
    if frame.shape == "according" or _inserted(frame):
        return True
    return False if _adjunct_only(tokens, head, grammar) else None


def _inserted(frame: Frame) -> bool:
    """Whether the source is a pronoun inside the verb (`a-t-il dit`), which no other word order allows."""
    source = frame.source
    return (
        frame.shape == "after"
        and source is not None
        and frame.cue < source.last <= frame.cue_end + 1
        and (source.first == source.last and source.first <= frame.cue_end)
    )


def _clause_follows(tokens: Sequence[Token], after: int, grammar: Grammar) -> bool:
    """Whether what is said comes after the word of saying: a `that` before any comma."""
    for token in tokens[after : after + 12]:
        if token.text == ",":
            return False
        if grammar.has("that", token.low):
            return True
    return False


def _clause_behind(tokens: Sequence[Token], head: int, after: int, grammar: Grammar) -> bool:
    """Whether what is said comes only behind a comma (`14 lutego, ogłaszając plan, mówił, że …`)."""
    if grammar.cases is None or tokens[after].text != "," or after + 1 >= len(tokens):
        return False
    return grammar.has("that", tokens[after + 1].low) and not _quote_before(tokens, head)


def _quote_before(tokens: Sequence[Token], head: int) -> bool:
    at = head - 1
    while at >= 0 and tokens[at].kind == "mark":
        at -= 1
    return at >= 0 and tokens[at].kind == "quote"


def _adjunct_only(tokens: Sequence[Token], head: int, grammar: Grammar) -> bool:
    """What stands before is only `On Friday,` or `Asked about it,`."""
    first = tokens[0]
    if first.kind != "word" or not (
        grammar.has("adjuncts", first.low)
        or grammar.is_adverb(first.low)
        or grammar.has("temporal", first.low)
    ):
        return False
    if any(tokens[i].text in (",", ":") or tokens[i].kind == "quote" for i in range(head - 1)):
        return False
    # `In Ukraine the shells have been fired, X said`: a whole clause, unless a small word subordinates it.
    return grammar.has("subordinators", first.low) or not any(
        grammar.has("auxiliaries", token.low) for token in tokens[1 : head - 1]
    )


def _past_recipient(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> int:
    after = frame.tail + 1
    if frame.lemma in ("tell", "inform", "assure") and after < len(tokens):
        recipient = phrase_after(tokens, after, grammar)
        if recipient is not None:
            # `his weekly briefing`: what may be a paper's name is an adjective here.
            open_ended = tokens[recipient.last].low in grammar.relay_heads
            return recipient.last + 1 + (open_ended and _plain(tokens, recipient.last + 1, grammar))
        if tokens[after].kind == "word" and not grammar.has("that", tokens[after].low):
            at = after
            while (
                at < len(tokens)
                and tokens[at].kind == "word"
                and not (
                    grammar.has("adjuncts", tokens[at].low)
                    or grammar.has("temporal", tokens[at].low)
                    or grammar.has("that", tokens[at].low)
                )
            ):
                at += 1
            return at
    return after


def _plain(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a word with a small letter stands here that opens nothing."""
    if index >= len(tokens) or tokens[index].kind != "word" or tokens[index].capital:
        return False
    low = tokens[index].low
    return not any(
        grammar.has(name, low) for name in ("adjuncts", "temporal", "that", "prepositions", "determiners")
    )


def without_nested(
    tokens: Sequence[Token], frames: Sequence[Frame], grammar: Grammar, text: str
) -> list[Frame]:
    """Drops frames inside another's words (`X said that Y had promised …` is X's statement)."""
    kept: list[Frame] = []
    frames = [frame for frame in frames if not _of_the_speaker(tokens, frame, frames, grammar)]
    tags = [
        frame
        for frame in frames
        if is_tag(tokens, frame, grammar) and not _relayed(tokens, frame, grammar, text)
    ]
    clause_tag = next((tag for tag in tags if not _quote_before(tokens, tag.head)), None)
    for frame in frames:
        if frame.source is None:
            continue
        if clause_tag is not None and frame is not clause_tag and frame.cue < clause_tag.head:
            continue
        outer = next(
            (
                held
                for held in reversed(kept)
                if not _relayed(tokens, held, grammar, text) and held is not frame
            ),
            None,
        )
        if outer is not None and _inside(tokens, outer, frame, grammar):
            continue
        kept.append(frame)
    return kept


def _of_the_speaker(tokens: Sequence[Token], frame: Frame, frames: Sequence[Frame], grammar: Grammar) -> bool:
    """`X regretted a step that, according to her, …`: she, or the text, is X's, whose frame stands before."""
    source = frame.source
    if frame.shape != "according" or source is None:
        return False
    low = tokens[source.last].low
    his = grammar.has("pronouns", low) or grammar.has("object_pronouns", low) or grammar.has("documents", low)
    return his and any(one.source is not None and one.cue < frame.cue for one in frames if one is not frame)


def _relayed(tokens: Sequence[Token], frame: Frame, grammar: Grammar, text: str) -> bool:
    return frame.source is not None and is_relay(tokens, frame.source, grammar, text)


def _inside(tokens: Sequence[Token], outer: Frame, frame: Frame, grammar: Grammar) -> bool:
    if frame.shape in ("participle", "coordinated", "according", "citing") or outer.shape in ("passive",):
        return False
    if frame.head <= outer.tail or outer.shape in ("after", "according") or is_tag(tokens, outer, grammar):
        return False
    if is_tag(tokens, frame, grammar) or (
        frame.shape == "after" and grammar.has("inverting", tokens[frame.head - 1].low)
    ):
        return False  # `…, como sostiene Y`
    between = tokens[outer.tail + 1 : frame.head]
    if frame.shape == "before" and frame.source is not None and grammar.postnominal:
        behind = tokens[frame.source.last + 1 : frame.cue]
        if any(grammar.has("who", token.low) for token in behind):
            return False  # `X answered Y, who had asked …`
    if _leading_clause(tokens, outer, grammar) and any(token.text == "," for token in between):
        return False  # `After X admitted it, Y said …`
    if any(token.text in ";" for token in between):
        return False
    if any(ends_with(tokens, at, grammar.resumptives) for at in range(outer.tail + 2, frame.head + 1)):
        return False  # `…, lo que Y negó`: what X said is what Y speaks of
    if outer.cls != "speech":
        # An act has no clause of its own: only one that hangs on it by `that` lies inside.
        return bool(between) and any(grammar.has("that", token.low) for token in between)
    last = max((i for i, token in enumerate(between) if grammar.has("separators", token.low)), default=None)
    if last is None:
        return True
    if last == len(between) - 1 and not any(grammar.has("that", token.low) for token in between):
        return False  # `X announces A and Y repeats B`
    # `said …, while Y said`: a comma before the separating word ends what X said.
    return last == 0 or (between[last - 1].text != "," and not _day_before(between, last, grammar))


def _day_before(between: Sequence[Token], last: int, grammar: Grammar) -> bool:
    return grammar.has("temporal", between[last - 1].low)


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
        chosen = (
            _before_colon(tokens, index, frames, grammar)
            or _governor(tokens, index, frames, tags)
            or _after_colon(tokens, index, grammar)
        )
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


def _leading_clause(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """Whether a frame stands in the clause with which a sentence opens (`Después de que X …,`)."""
    if not grammar.postnominal or frame.shape != "before" or not 0 < frame.head <= _LEADING:
        return False
    opened = any(grammar.has(name, tokens[0].low) for name in ("subordinators", "separators", "adjuncts"))
    before = tokens[frame.head - 1].low
    return opened and (grammar.has("that", before) or frame.head == 1)


def _subordinate(tokens: Sequence[Token], frame: Frame, tag: bool, grammar: Grammar) -> bool:
    """`…, a day after X said …`: background to somebody else's act."""
    if tag or frame.shape != "before" or not frame.head:
        return False
    return grammar.has("day_links", tokens[frame.head - 1].low) or _leading_clause(tokens, frame, grammar)


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
    if index or len(tokens) < _COLON_AFTER or tokens[1].text != ":" or tokens[2].kind == "quote":
        return None
    frame = next((one for one in frames if one.shape in ("before", "after") and not one.unsaid), None)
    if frame is not None:
        return frame, "mixed_subject_cue"
    for at in (2, *(at + 1 for at in range(2, len(tokens) - 1) if tokens[at].text == ",")):
        if grammar.has("adjuncts", tokens[at].low):
            continue
        subject = phrase_after(tokens, at, grammar)
        if subject is None or subject.first != at:
            return None
        return Frame("before", subject.last, subject.last, "act", ":", subject, 2), "colon_quote"
    return None


def _after_colon(tokens: Sequence[Token], index: int, grammar: Grammar) -> tuple[Frame, str] | None:
    """`X goes straight at the minister: “…”`: no word of saying, but nobody else can speak."""
    if index < _COLON_AFTER or tokens[index - 1].text != ":":
        return None
    subject = phrase_after(tokens, 0, grammar)
    if subject is None or subject.first or subject.last >= index - 2:
        return None
    apposed = tokens[subject.last + 1].text == "," and any(
        token.text == "," for token in tokens[subject.first : subject.last]
    )
    if tokens[subject.last + 1].kind == "mark" and not apposed:
        return None  # a dateline, or a phrase that is not taken up
    between = tokens[subject.last + 1 : index - 1]
    if not any(
        grammar.has("determiners", one.low) or grammar.has("prepositions", one.low) for one in between
    ):
        return None
    return Frame("before", subject.last, subject.last, "act", ":", subject), "colon_quote"


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


def relay_after(tokens: Sequence[Token], frame: Frame, grammar: Grammar, text: str) -> Phrase | None:
    """`, quoted by the Interfax agency`: through whom the words came."""
    for index in range(frame.tail + 1, min(len(tokens), frame.tail + 8)):
        length = starts_with(tokens, index, grammar.quoted_by)
        if length:
            phrase = phrase_after(tokens, index + length, grammar)
            if phrase is not None and is_relay(tokens, phrase, grammar, text):
                return phrase
    return None
