"""The subject of a word of saying where the verb ends its clause (Turkish, Persian).

`X, … dedi`, `X … گفت: …`: the phrase with which the clause begins, after what only says when, where and on
whose account. A second verb of the clause shares the subject; a clause without one speaks for whoever spoke
before. A participle (`diyen X`) has its subject behind it.
"""

from __future__ import annotations

import re
from typing import Final

from extractors.attribution.worded import QUOTE, Hit, Masked, Place

_ENDS: Final = ";؛:!؟?\n"
_COMMAS: Final = "،,"
_SAID: Final = 34
_DATELINE: Final = 32  # how far from its beginning a report still tells where it is from
_DATELINE_WORDS: Final = 4
_TITLED: Final = 3  # words for somebody up to a name
_WORD: Final = re.compile(r"[\w'-]+\.?")
_CASED: Final = re.compile(r"'(?:[yn]?[ae]|[dt][ae]n?|y?l[ae]|y?[iu])$")
_MADE: Final = re.compile(r"d[iu]g[iu]$")
_WHOSE: Final = re.compile(r"(?<=\w)'n?[iu]n(?!\w)")


def place_final(sentence: Masked, hit: Hit, earlier: list[Place]) -> Place | None:
    """Where the subject of ``hit`` stands; None where the words are no act of saying."""
    low = sentence.low
    if hit.cls == "relative":
        first = sentence.skip(hit.end, len(low), "adverbs")
        last = _phrase_end(sentence, first, len(low))
        return _placed(sentence, hit, first, last) if last > first else None
    if hit.cls in ("according", "citing"):
        return _according(sentence, hit, earlier)
    start = _clause_start(sentence, hit.start)
    if sentence.words.opens("passives", low, hit.start) >= hit.end:
        return _passive(sentence, hit, start)
    previous = [
        one for one in earlier if one.hit.start >= start and one.hit.cls not in ("according", "citing")
    ]
    if previous:
        own = _own_after(sentence, previous[-1].hit.end, hit.start)
        return own_or_shared(sentence, hit, own)
    parted = sentence.low[: hit.start].rstrip().endswith(tuple(_COMMAS))
    found = _behind(sentence, hit, titled=True) if parted else None  # `Bakan X bunu kınamalı, dedi Y.`
    found = found or _opening(sentence, _past_according(start, earlier, hit), hit.start)
    found = found or _behind(sentence, hit)
    if found is None:
        return Place(hit, dropped=True, said=(start, min(start + _SAID, hit.start)))
    return _placed(sentence, hit, *found)


def _behind(sentence: Masked, hit: Hit, *, titled: bool = False) -> tuple[int, int] | None:
    """`“Q” dedi X.`: a name behind the verb, with nothing after it; ``titled`` also one behind a word for
    somebody (`dedi avukat X`)."""
    low = sentence.low
    first = sentence.skip(hit.end, len(low))
    if not sentence.words.capitals or first >= len(low):
        return None
    words = [word.start() for word in _WORD.finditer(low, first)]
    opening = words[:_TITLED] if titled else [first]
    if not any(sentence.written(at).isupper() for at in opening):
        return None
    last = _phrase_end(sentence, first, len(low))
    return (first, last) if not any(char.isalnum() for char in low[last:]) else None


def _passive(sentence: Masked, hit: Hit, start: int) -> Place | None:
    """`X'ten yapılan açıklamada … bildirildi`: whose statement it is; without an origin, nobody's."""
    origin = sentence.words.places["origins"].search(sentence.low, start, hit.start)
    if origin is None:
        return None
    whose = _WHOSE.search(sentence.low, start, origin.start()) if _MADE.search(origin.group()) else None
    end = whose.end() if whose else origin.start()  # `X'in Konseye gönderdiği mektupta`
    pieces = list(sentence.pieces(start, end, _COMMAS))
    if pieces:
        begin = sentence.skip(*pieces[-1], "conjunctions", "adverbs")
        begin = _past_modifiers(sentence, begin, pieces[-1][1])
        if begin < pieces[-1][1] and sentence.written(begin).isupper():
            return _placed(sentence, hit, begin, pieces[-1][1])
    return Place(hit, dropped=True, said=(start, min(start + _SAID, hit.start)))


def own_or_shared(sentence: Masked, hit: Hit, own: tuple[int, int] | None) -> Place:
    """A second word of saying of a clause: with its own subject after a contrast, else with the first's."""
    return _placed(sentence, hit, *own) if own is not None else Place(hit, shared=True)


def _own_after(sentence: Masked, start: int, end: int) -> tuple[int, int] | None:
    match = sentence.words.places["contrast"].search(sentence.low, start, end)
    own = _opening(sentence, match.end(), end) if match is not None else None
    if own is None or (sentence.words.capitals and not sentence.written(own[0]).isupper()):
        return None
    return own


def _past_according(start: int, earlier: list[Place], hit: Hit) -> int:
    """After `… göre`, `به گزارش …،`, which give the relay and not the subject."""
    for one in earlier:
        if one.hit.cls in ("according", "citing") and one.hit.start >= start:
            end = max(one.hit.end, one.last)
            start = end if end < hit.start else start
    return start


def _according(sentence: Masked, hit: Hit, earlier: list[Place]) -> Place | None:
    """`به گفته X، …` has its phrase behind it, `X'e göre` before it."""
    low = sentence.low
    if sentence.words.capitals:
        start = _clause_start(sentence, hit.start)
        begin = max([start, *(one.hit.end for one in earlier)])
        pieces = list(sentence.pieces(begin, hit.start, _COMMAS))
        return _placed(sentence, hit, *pieces[-1]) if pieces else None
    first = sentence.skip(hit.end, len(low), "adverbs")
    last = min(_comma(low, first, len(low)), sentence.first_of("content", first, len(low)))
    return _placed(sentence, hit, first, last) if low[first:last].strip() else None


def _placed(sentence: Masked, hit: Hit, first: int, last: int) -> Place:
    end = min(last + _SAID, len(sentence.low)) if hit.start < last else min(last + _SAID, hit.start)
    return Place(hit, first, last, said=(max(0, first - _SAID), end))


def _clause_start(sentence: Masked, end: int) -> int:
    at = end
    while at > 0 and sentence.low[at - 1] not in _ENDS:
        if sentence.low[at - 1] in "-–—" and sentence.low[at - 2 : at - 1].isspace():
            break
        if _dateline(sentence.low, at):
            break
        if sentence.low[at - 1] == ")" and at < 40 and "(" in sentence.low[:at]:
            follows = sentence.low[at:end].lstrip()
            if follows[:1] in "-–—":
                break
        at -= 1
    return at


def _dateline(low: str, at: int) -> bool:
    """Whether a dash that ends a place or an agency stands before ``at`` (`تهران- ایرنا- X`)."""
    return (
        at < _DATELINE
        and low[at - 1] in "-–—"
        and low[at - 2 : at - 1].isalpha()
        and low[at : at + 1].isspace()
        and len(low[: at - 1].split()) <= _DATELINE_WORDS
    )


def _comma(low: str, start: int, end: int) -> int:
    found = [at for mark in _COMMAS if (at := low.find(mark, start, end)) >= 0]
    return min(found, default=end)


def _opening(sentence: Masked, start: int, end: int) -> tuple[int, int] | None:
    """The first piece of the clause that no adjunct opens, up to the words that cannot be of a subject."""
    for first, last in sentence.pieces(start, end, _COMMAS):
        begin = sentence.skip(first, last, "conjunctions", "adverbs")
        begin = _past_modifiers(sentence, begin, last)
        if begin >= last or sentence.words.opens("adjuncts", sentence.low, begin) > begin:
            continue
        stop = _phrase_end(sentence, begin, last)
        if stop > begin:
            return begin, stop
    return None


def _phrase_end(sentence: Masked, start: int, end: int) -> int:
    low = sentence.low
    stop = min(sentence.first_of("limits", start, end), _comma(low, start, end))
    for mark in (QUOTE, *_ENDS):
        at = low.find(mark, start, stop)
        stop = at if at >= 0 else stop
    return stop


def _stands(sentence: Masked, start: int, end: int) -> bool:
    """Whether a name in the nominative begins here and the words end that cannot be of a subject."""
    at = start
    last = ""
    while at < end and not sentence.low[at].isspace():
        word = _WORD.match(sentence.low, at, end)
        if word is None or not sentence.written(at).isupper():
            break
        last = word.group()
        at = word.end()
        while at < end and sentence.low[at].isspace():
            at += 1
    if not last or "'" in last:
        return False
    return at >= end or sentence.words.opens("limits", sentence.low, at) > at


def _past_modifiers(sentence: Masked, start: int, end: int) -> int:
    """After the last participle or place before a capital (`… konuşan Bakan`, `Türkiye'de ise X`)."""
    if not sentence.words.capitals or _stands(sentence, start, end):
        return start
    best = start
    for match in sentence.words.places["relatives"].finditer(sentence.low, start, end):
        follows = match.end()
        while follows < end and sentence.low[follows].isspace():
            follows += 1
        if (
            follows < end
            and sentence.written(match.start()).islower()
            and sentence.written(follows).isupper()
            and not _bent(sentence, follows, end)
        ):
            best = follows
    return best


def _bent(sentence: Masked, start: int, end: int) -> bool:
    """Whether a name with the ending of a case stands alone here (`… ardından Türkiye'nin kararını …`).

    A name of several words bears it on its last one (`… ise TRT Haber'e yaptığı açıklamada`).
    """
    at, names = start, list[str]()
    while at < end and sentence.written(at).isupper() and (word := _WORD.match(sentence.low, at, end)):
        at = word.end()
        names.append(word.group())
        while at < end and sentence.low[at].isspace():
            at += 1
    if len(names) < 2:
        return bool(names) and "'" in names[0]
    return _CASED.search(names[-1]) is not None
