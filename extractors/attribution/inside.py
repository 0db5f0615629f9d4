"""Who speaks, told inside the marks: `“A – said X – B”`, `«A, a dit X. B»`, `—A —dijo X—. B`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extractors.attribution.frame import Frame
from extractors.attribution.grammar import Grammar
from extractors.attribution.orders import frames_in
from extractors.attribution.tokens import Token, tokens_of
from extractors.sentences import sentences_of
from monitor.model import Span

_DASHED: Final = re.compile(
    r"(?:[,.!?…]?\s*[–—―-]\s+|\s+[–—―](?=\w))(?P<tag>[^–—―\n]{3,140}?)"
    r"(?:[,.:]?\s*[–—―-]\s+|(?:[–—―]|\s-)(?=[\s.,;:!?]|$)|[,.]?$)"
)
_LEADING: Final = " \t\u00a0.,;:"


@dataclass(frozen=True, slots=True)
class Inner:
    """A frame inside a quotation with its tokens, and the words before and after it."""

    frame: Frame
    tokens: Sequence[Token]
    pieces: tuple[Span, ...]


def inner_tag(text: str, content: Span, grammar: Grammar) -> Inner | None:
    """The first tag that stands inside a quotation; None where there is none."""
    for tag, end in _candidates(text, content, grammar):
        tokens = tokens_of(text, tag, (), grammar.parting)
        frames = [frame for frame in frames_in(tokens, grammar) if frame.head <= 1 and frame.source]
        if not frames or frames[0].shape not in ("after", "before"):
            continue
        before = _stripped(text, content.start, tag.start)
        after = _stripped(text, end, content.end)
        return Inner(frames[0], tokens, tuple(piece for piece in (before, after) if piece is not None))
    return None


def _candidates(text: str, content: Span, grammar: Grammar) -> Iterator[tuple[Span, int]]:
    """Where a tag may stand, and where the words go on after it."""
    for match in _DASHED.finditer(text, content.start, content.end):
        yield Span(match.start("tag"), match.end("tag")), match.end()
    if grammar.comma_tags:
        yield from _commas(text, content, grammar)


def _commas(text: str, content: Span, grammar: Grammar) -> Iterator[tuple[Span, int]]:
    """`…, a dit X, …`: a verb with its subject behind it, from a comma to the next mark."""
    if grammar.cue.search(text, content.start, content.end) is None:
        return
    for span in sentences_of(text[content.start : content.end], grammar.language):
        sentence = Span(content.start + span.start, content.start + span.end)
        tokens = tokens_of(text, sentence, (), grammar.parting)
        for frame in frames_in(tokens, grammar):
            head = frame.head
            if frame.shape != "after" or not head or tokens[head - 1].text not in ",!?…":
                continue
            end = frame.tail + 1
            while end < len(tokens) and tokens[end].kind != "mark":
                end += 1
            stop = tokens[end].end if end < len(tokens) else sentence.end
            last = tokens[min(end, len(tokens)) - 1].end
            yield Span(tokens[head].start, last), stop


def _stripped(text: str, start: int, end: int) -> Span | None:
    """The words without the marks and the space that only part them from the tag."""
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip(_LEADING))
    kept = piece.rstrip()
    kept = kept.rstrip("–—―- ").rstrip() if kept.endswith(("–", "—", "―", "-")) else kept
    right = start + len(kept)
    return Span(left, right) if right > left else None
