"""The subject of a word of saying where words have no space between them (Chinese).

`X 26日在国会表示，…`: the piece between commas in which the word of saying stands, or, where that has none,
the first piece of the sentence that only an adjunct (`在…时，`, `据…，`) does not fill.
"""

from __future__ import annotations

from typing import Final

from extractors.attribution.worded import QUOTE, Hit, Masked, Place

_COMMAS: Final = "，,、"
_ENDS: Final = "；;。！？!?：:\n"
_SHORT: Final = 34


def place_unspaced(sentence: Masked, hit: Hit, earlier: list[Place]) -> Place | None:
    """Where the subject of ``hit`` stands; None where the words are no act of saying."""
    low = sentence.low
    if hit.cls in ("according", "citing"):
        end = _piece_end(sentence, hit.end)
        return Place(hit, hit.end, end, said=(0, hit.start)) if end > hit.end else None
    start = _clause_start(sentence, hit.start)
    if _in_adjunct(sentence, start, hit):
        return None
    pieces = list(sentence.pieces(start, hit.start, _COMMAS.replace("、", "")))
    if pieces and pieces[-1][1] >= len(low[: hit.start].rstrip()):
        own = _subject(sentence, *pieces[-1])
        if own is not None:
            return Place(hit, *own, said=(start, hit.start))
    before = [one for one in earlier if one.hit.start >= start and one.hit.cls not in ("according", "citing")]
    if before or (earlier and _continues(sentence, start, hit.start)):
        return Place(hit, shared=True)
    if hit.cls == "shared":
        pieces = pieces[:-1] if len(pieces) > 1 else pieces
    for piece in pieces:
        own = _subject(sentence, *piece)
        if own is not None:
            return Place(hit, *own, said=(start, hit.start))
    return Place(hit, dropped=True, said=(start, hit.start))


def _in_adjunct(sentence: Masked, start: int, hit: Hit) -> bool:
    """Whether a word of saying only tells when something else was said (`在谈到这一问题时，`)."""
    pieces = sentence.pieces(start, len(sentence.low), _COMMAS.replace("、", "") + _ENDS)
    for first, last in pieces:
        if first <= hit.start < last:
            opens = sentence.words.opens("adjuncts", sentence.low, first) > first
            ends = sentence.words.places["adjunct_ends"].search(sentence.low[hit.end : last]) is not None
            return opens and ends
    return False


def _continues(sentence: Masked, start: int, end: int) -> bool:
    return sentence.skip(start, end, "conjunctions", "adverbs") >= end


def _subject(sentence: Masked, first: int, last: int) -> tuple[int, int] | None:
    begin = sentence.skip(first, last, "conjunctions", "adverbs")
    if begin >= last or sentence.words.opens("adjuncts", sentence.low, begin) > begin:
        return None
    stop = sentence.first_of("limits", begin, last)
    quote = sentence.low.find(QUOTE, begin, stop)
    stop = quote if quote >= 0 else stop
    if sentence.words.places["adjunct_ends"].search(sentence.low[begin:stop]) is not None:
        return None
    return (begin, stop) if stop > begin else None


def _clause_start(sentence: Masked, end: int) -> int:
    at = end
    while at > 0 and sentence.low[at - 1] not in _ENDS:
        at -= 1
    return at


def _piece_end(sentence: Masked, start: int) -> int:
    end = min(start + _SHORT, len(sentence.low))
    for at in range(start, end):
        if sentence.low[at] in _COMMAS + _ENDS or sentence.low[at] == QUOTE:
            return at
        if sentence.words.opens("content", sentence.low, at) > at:
            return at
    return end
