"""Frames inside another's words (`X said that Y had promised …` is X's), which are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.frames import Frame, ends_with
from extractors.attribution.grammar import Grammar
from extractors.attribution.relays import is_relay
from extractors.attribution.tagging import is_tag, quote_before
from extractors.attribution.tokens import Token

_LEADING: Final = 4
_APART: Final = 2


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
    led = next((frame for frame in frames if _leads_as(tokens, frame, grammar)), None)
    clause_tag = next(
        (tag for tag in tags if not quote_before(tokens, tag.head) and not (led and tag.shape == "before")),
        None,
    )
    for frame in frames:
        if frame.source is None:
            continue
        if (
            clause_tag is not None
            and frame is not clause_tag
            and frame.cue < clause_tag.head
            and not _denied(tokens, frame, clause_tag, grammar)
            and not _calls(tokens, frame, grammar)
            and not (clause_tag.shape == "according" and quote_before(tokens, frame.head))
        ):
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


def _leads_as(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """`Jak dodał, S`: the sentence is on somebody's account, whatever others promise in it."""
    if grammar.cases is None or not grammar.has("as", tokens[0].low) or frame.source is None:
        return False
    return frame.head == 1 and frame.tail + 1 < len(tokens) and tokens[frame.tail + 1].text == ","


def _denied(tokens: Sequence[Token], frame: Frame, tag: Frame, grammar: Grammar) -> bool:
    """`X denied that …, as Y claims`: what Y claims is what X denies, and both speak."""
    before = tokens[tag.head - 1].low if tag.head else ""
    opened = grammar.has("as", before) or grammar.has("inverting", before)
    return opened and frame.shape == "before" and grammar.has("denying", frame.lemma)


def _calls(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """`The shells, which X called “a disgrace”, …`: a clause of its own inside another's sentence."""
    if frame.shape != "before" or frame.head < _APART or not grammar.sets["who"]:
        return False
    opened = tokens[frame.head - 2].text == ","
    opened = opened and grammar.has("relative_openers", tokens[frame.head - 1].low)
    behind = tokens[frame.tail + 1 : frame.tail + 3]
    return opened and any(token.kind == "quote" for token in behind)


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
    if _contrasts(tokens, frame, grammar):
        return False
    if _leads_as(tokens, outer, grammar) and frame.shape == "before":
        between = tokens[outer.tail + 1 : frame.head]
        return not any(grammar.has("separators", token.low) or token.text == ";" for token in between)
    if is_tag(tokens, frame, grammar) or (
        frame.shape == "after" and grammar.has("inverting", tokens[frame.head - 1].low)
    ):
        return False  # `…, como sostiene Y`
    between = tokens[outer.tail + 1 : frame.head]
    if frame.shape == "before" and frame.source is not None and grammar.postnominal:
        behind = tokens[frame.source.last + 1 : frame.cue]
        if any(grammar.has("who", token.low) for token in behind):
            return False  # `X answered Y, who had asked …`
    if leading_clause(tokens, outer, grammar) and any(token.text == "," for token in between):
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


def _contrasts(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """`X begrüßte es, Y hingegen warnte`: the second one speaks for himself."""
    if frame.shape != "before" or frame.source is None:
        return False
    beside = tokens[frame.source.last + 1 : frame.cue]
    return any(grammar.has("contrasting", token.low) for token in beside)


def _day_before(between: Sequence[Token], last: int, grammar: Grammar) -> bool:
    return grammar.has("temporal", between[last - 1].low)


def leading_clause(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """Whether a frame stands in the clause with which a sentence opens (`Después de que X …,`)."""
    if not grammar.postnominal or frame.shape != "before" or not 0 < frame.head <= _LEADING:
        return False
    opened = any(grammar.has(name, tokens[0].low) for name in ("subordinators", "separators", "adjuncts"))
    before = tokens[frame.head - 1].low
    return opened and (grammar.has("that", before) or frame.head == 1)
