"""Whether source and word of saying stand after what was said (`…, X said on Monday.`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.frames import Frame
from extractors.attribution.grammar import Grammar
from extractors.attribution.nouns import is_named
from extractors.attribution.tokens import Token

_DASHES: Final = frozenset("–—-")


def is_tag(tokens: Sequence[Token], frame: Frame, grammar: Grammar) -> bool:
    """Whether source and cue stand after what was said (`…, X said on Monday.`)."""
    if frame.shape not in ("before", "after", "quoted", "according", "citing"):
        return False
    if frame.shape == "citing":
        return frame.head > 3
    head = frame.head
    if head and grammar.has("as", tokens[head - 1].low):
        head -= 1  # `…, as X said`
    if head and grammar.has("thus", tokens[head - 1].low) and quote_before(tokens, head - 1):
        return True  # `“Q”: so X explained his vote`
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
                and not quote_before(tokens, head)
            )
        )
    named = grammar.cases is not None and is_named(tokens, after)
    if (nxt.kind == "quote" and not named) or grammar.has("tag_stops", nxt.low):
        return False
    if grammar.postnominal and frame.cls != "speech" and grammar.has("noun_links", nxt.low):
        return False  # `X appelle à …`: what it calls for follows
    if _clause_follows(tokens, after, grammar) and not quote_before(tokens, head):
        return False
    if grammar.cases is not None and frame.shape == "after":
        return True  # `…, сообщил X корреспонденту газеты`
    if grammar.has("late_links", nxt.low) and quote_before(tokens, head):
        return True  # `“Q,” X said of the decision`
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
    if "V2" in grammar.order and frame.shape == "after" and before.text == ",":
        return None  # no comma parts an adjunct from its verb: `Über X entscheide jedes Land, sagte Y`
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
    return grammar.has("that", tokens[after + 1].low) and not quote_before(tokens, head)


def quote_before(tokens: Sequence[Token], head: int) -> bool:
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
    if grammar.cases is not None:
        return grammar.has("asked", first.low) or all(
            token.kind != "word"
            or grammar.has("temporal", token.low)
            or grammar.has("prepositions", token.low)
            or grammar.is_adverb(token.low)
            for token in tokens[: head - 1]
        )  # a comma before the verb ends a clause: adjuncts alone have none in these languages
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
