"""Speech that dashes mark, in any place of a paragraph: `– A – powiedział X. – B.` (Polish, and others).

A dash opens speech at the beginning of a paragraph or of a sentence; a dash before a word of saying ends it,
and what follows up to the end of that sentence, or up to a dash that takes the speech up again, is the tag.
A dash that no word of saying explains opens only a whole paragraph, and only a long dash does; behind a
colon any dash opens the rest of the paragraph (`X uspokaja: - A.`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from extractors.attribution.grammar import Grammar
from extractors.quotes import Quotation
from monitor.model import Span

_OPENER: Final = re.compile(r"(?:^|(?<=[.!?…:”\"»])\s+)(?P<dash>[–—―-])\s+(?=[„\"«(\[…]*[^\W\d_a-z]|\d)")
_DASH: Final = re.compile(r",?\s+[–—―-]\s+(?=\S)")
_SENTENCE_END: Final = re.compile(r"[.!?…](?=\s+[–—―„\"(\[]?\s*[^\W\d_a-z]|\s+-\s|\s*$)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TAG_WORDS: Final = 4


def with_dialogue(
    text: str, paragraphs: Sequence[Span], quotations: Sequence[Quotation], grammar: Grammar
) -> list[Quotation]:
    """The outermost quotations with those that dashes mark, in order; marks inside speech are part of it."""
    if not grammar.dialogue:
        return list(quotations)
    marked = [quotation for quotation in quotations if quotation.style != "dash"]
    found: list[Quotation] = []
    for paragraph in paragraphs:
        inside = [q.span for q in marked if paragraph.covers(q.span)]
        found.extend(_speech(text, paragraph, inside, grammar))
    kept = [one for one in marked if not any(spoken.span.overlaps(one.span) for spoken in found)]
    return sorted([*kept, *found], key=lambda quotation: quotation.span.start)


def _speech(text: str, paragraph: Span, marked: Sequence[Span], grammar: Grammar) -> Iterator[Quotation]:
    at = paragraph.start
    resumed = False
    while at < paragraph.end:
        opener = _DASH.match(text, at, paragraph.end) if resumed else _opener(text, at, paragraph, marked)
        if opener is None:
            return
        start = opener.end()
        dash = opener.start("dash") if not resumed else start - 1
        tag = _tag(text, start, paragraph.end, marked, grammar)
        if tag is None:
            leads = dash == paragraph.start and text[dash] != "-"
            leads = leads or (paragraph.start < at == opener.start())  # goes on right after a tag
            leads = leads or text[paragraph.start : dash].rstrip().endswith(":")
            if resumed or leads:
                yield _quotation(text, dash, start, paragraph.end)
            if leads or resumed:
                return
            at, resumed = start, False
            continue
        yield _quotation(text, dash, start, tag.start())
        at, resumed = _after(text, tag, paragraph.end, grammar)


def _opener(text: str, at: int, paragraph: Span, marked: Sequence[Span]) -> re.Match[str] | None:
    while at < paragraph.end:
        found = _OPENER.search(text, at, paragraph.end) if at > paragraph.start else None
        if at == paragraph.start:
            found = _OPENER.match(text[: paragraph.end], at) or _at_start(text, paragraph)
            found = found or _OPENER.search(text, at, paragraph.end)
        if found is None:
            return None
        if not any(span.start <= found.start("dash") < span.end for span in marked):
            return found
        at = found.end()
    return None


_FIRST: Final = re.compile(r"(?P<dash>[–—―-])\s*(?=\S)")


def _at_start(text: str, paragraph: Span) -> re.Match[str] | None:
    return _FIRST.match(text, paragraph.start, paragraph.end)


def _tag(text: str, start: int, end: int, marked: Sequence[Span], grammar: Grammar) -> re.Match[str] | None:
    """The dash before a word of saying that comes first, or after adverbs and a word like `jak`."""
    for dash in _DASH.finditer(text, start, end):
        if any(span.start <= dash.start() < span.end for span in marked):
            continue
        if _says(text, dash.end(), end, grammar):
            return dash
    return None


def _says(text: str, start: int, end: int, grammar: Grammar) -> bool:
    at = start
    for _ in range(_TAG_WORDS):
        word = _WORD.match(text, at, end)
        if word is None:
            return False
        low = word.group().lower()
        form = grammar.forms.get(low)
        if word.group()[0].islower() and (
            grammar.has("impersonal", low)
            or (form is not None and bool(form.forms & {"past", "present"}) and form.cls != "adopt")
        ):
            return True
        if not (grammar.is_adverb(low) or grammar.has("as", low) or grammar.has("negations", low)):
            return False
        at = word.end()
        while at < end and text[at] == " ":
            at += 1
    return False


def _after(text: str, tag: re.Match[str], end: int, grammar: Grammar) -> tuple[int, bool]:
    """Where the text goes on after a tag, and whether a dash there takes the speech up again."""
    stop = _SENTENCE_END.search(text, tag.end(), end)
    limit = stop.end() if stop else end
    dashes = list(_DASH.finditer(text, tag.end(), limit))
    # One dash more takes the speech up; two set off an aside of the tag.
    if len(dashes) == 1 or (len(dashes) > 1 and _says(text, dashes[1].end(), end, grammar)):
        return dashes[0].start(), True
    return limit, False


def _quotation(text: str, dash: int, start: int, end: int) -> Quotation:
    piece = text[start:end].rstrip()
    content = Span(start, max(start + len(piece), start + 1))
    return Quotation(Span(min(dash, start), content.end), content, 0, True, style="dash")
