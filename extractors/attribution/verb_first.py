"""The subject of a word of saying where the verb begins its clause (Arabic).

`قال X إن …`: the phrase after the verb. A phrase before the verb is the subject where nothing else can stand
there (headlines, `أما X فقال`, `كان X قد قال`). A verb with neither speaks for whoever spoke before.
"""

from __future__ import annotations

from typing import Final

from extractors.attribution.worded import QUOTE, Hit, Masked, Place

_MARKS: Final = "،,؛;:.!؟?\n–—"
_COMMAS: Final = "،,"
_SAID_WORDS: Final = 7
_DATELINE: Final = 3
_AHEAD: Final = 10  # words of a subject before its verb, at most
_OBJECT_WITHIN: Final = 8
_OBLIQUE: Final = ("ب", "الي")


def place_first(sentence: Masked, hit: Hit, _earlier: list[Place]) -> Place | None:
    """Where the subject of ``hit`` stands; None where the words are no act of saying."""
    low, words = sentence.low, sentence.words
    after = sentence.skip(hit.end, len(low), "adverbs")
    while after < len(low) and low[after] in _COMMAS:
        nxt = sentence.skip(after + 1, len(low), "adverbs")
        if nxt <= after + 1 or low[nxt : nxt + 1] not in _COMMAS:
            break
        after = sentence.skip(nxt + 1, len(low))
    limit = _limit(sentence, after)
    if hit.cls == "according" and (comma := _comma(low, after, limit)) > after:
        limit = comma  # `بحسب X، …`
    if hit.cls in ("according", "citing"):
        return _placed(sentence, hit, after, limit) if _subject_at(sentence, after, limit) else None
    if hit.cls == "shared":
        return Place(hit, shared=True)
    start = _clause_start(sentence, hit.start)
    begin = sentence.skip(start, hit.start, "conjunctions", "adverbs")
    ahead = low[begin : hit.start].strip()
    auxiliary = words.places["auxiliaries"].match(low, begin) if ahead else None
    if auxiliary is not None:
        between = (auxiliary.end(), _without_tail(sentence, auxiliary.end(), hit.start))
        if between[1] > between[0] and low[between[0] : between[1]].strip():
            return _placed(sentence, hit, *between)
        topic = _topic(sentence)
        if topic is not None:
            return _placed(sentence, hit, *topic)
    elif ahead and low[hit.start] not in "وف" and not _dateline(sentence, start, begin, hit.start):
        relative = words.places["relatives"].search(low, begin, hit.start)
        if relative is not None and not low[relative.end() : hit.start].strip():
            return _antecedent(sentence, hit, start, relative.start())
        if words.opens("adjuncts", low, begin) == begin and len(ahead.split()) <= _AHEAD:
            return _placed(sentence, hit, begin, hit.start)
    elif low[hit.start] == "ف" and (topic := _topic(sentence)) is not None:
        return _placed(sentence, hit, *topic)
    if _subject_at(sentence, after, limit) and not _object(sentence, hit):
        return _placed(sentence, hit, after, limit)
    return Place(hit, dropped=True, said=(hit.end, _said_end(sentence, hit.end)))


def _placed(sentence: Masked, hit: Hit, first: int, last: int) -> Place:
    after = max(last, hit.end)
    return Place(hit, first, last, said=(min(first, hit.end), _said_end(sentence, after)))


def _limit(sentence: Masked, start: int) -> int:
    """Where the phrase after a verb ends at the latest: content, a quotation, a colon, another verb."""
    low = sentence.low
    end = sentence.first_of("content", start, len(low))
    for mark in (QUOTE, ":", "؛", ";"):
        at = low.find(mark, start, end)
        end = at if at >= 0 else end
    venue = sentence.first_of("venues", start, end)
    end = venue if venue > start and low[start:venue].strip() else end
    cue = sentence.words.any_cue.search(low, start, end)
    if cue is not None and cue.start() > start:
        end = cue.start()
    at = start
    while (comma := _comma(low, at, end)) >= 0:
        follows = sentence.skip(comma + 1, end)
        if follows >= end or sentence.words.opens("after", low, follows) > follows:
            return comma
        at = comma + 1
    return end


def _comma(low: str, start: int, end: int) -> int:
    found = [at for mark in _COMMAS if (at := low.find(mark, start, end)) >= 0]
    return min(found, default=-1)


def _said_end(sentence: Masked, start: int) -> int:
    """The day stands within some words after the subject, before what is said."""
    end = sentence.first_of("content", start, len(sentence.low))
    for mark in (QUOTE, ":"):
        found = sentence.low.find(mark, start, end)
        end = found if found >= 0 else end
    at = start
    for _ in range(_SAID_WORDS):
        at = sentence.low.find(" ", at + 1, end)
        if at < 0:
            return end
    return at


def _clause_start(sentence: Masked, end: int) -> int:
    at = end
    while at > 0 and sentence.low[at - 1] != QUOTE:
        if sentence.low[at - 1] in _MARKS and not _lettered(sentence.low, at - 1):
            break
        if sentence.low[at - 1] in "-/" and sentence.low[at - 2 : at - 1].isspace():
            break
        at -= 1
    return at


def _lettered(low: str, at: int) -> bool:
    """Whether a full stop stands inside an agency's letters (`(أ.ف.ب)`)."""
    return low[at] == "." and low[at - 1 : at].isalpha() and low[at + 1 : at + 2].isalpha()


def _dateline(sentence: Masked, start: int, begin: int, end: int) -> bool:
    """`صنعاء - الساحل اتهم …`: place and agency before the first verb of the article."""
    marked = start > 0 and sentence.low[start - 1] in "-–—/"
    marked = marked and any(char.isalpha() for char in sentence.low[: start - 1])  # not `18:40 - X تحذر`
    return marked and len(sentence.low[begin:end].split()) <= _DATELINE and start < 40


def _without_tail(sentence: Masked, start: int, end: int) -> int:
    """Without the particle right before the verb (`قد`)."""
    for match in sentence.words.places["parts"].finditer(sentence.low, start, end):
        if not sentence.low[match.end() : end].strip():
            return match.start()
    return end


def _topic(sentence: Masked) -> tuple[int, int] | None:
    """`أما X، Y، فقد قال`: the subject that opens the sentence."""
    match = sentence.words.places["topics"].match(sentence.low, 0)
    if match is None:
        return None
    end = _comma(sentence.low, match.end(), len(sentence.low))
    return match.end(), end if end >= 0 else len(sentence.low)


def _antecedent(sentence: Masked, hit: Hit, start: int, relative: int) -> Place | None:
    """`X، الذي قال`: the phrase that the relative word takes up."""
    low = sentence.low
    if low[start:relative].strip():
        return _placed(sentence, hit, start, relative)
    end = start - 1
    if end < 0 or low[end] not in _COMMAS:
        return None
    begin = _clause_start(sentence, end)
    return _placed(sentence, hit, begin, end) if low[begin:end].strip() else None


def _subject_at(sentence: Masked, first: int, last: int) -> bool:
    piece = sentence.low[first:last].strip(" ،,")
    return bool(piece) and sentence.words.opens("limits", sentence.low, first) == first


def _object(sentence: Masked, hit: Hit) -> bool:
    """Whether what follows a verb that takes a preposition is its object (`ندد باستخدام`)."""
    end = sentence.words.opens("oblique_objects", sentence.low, hit.start)
    return end > hit.start and not any(
        word.startswith(_OBLIQUE) for word in sentence.low[end:].split()[:_OBJECT_WITHIN]
    )
