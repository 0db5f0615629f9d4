"""The attributions of one reporting sentence of a language that is read by patterns (see ``worded``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.unspaced import place_unspaced
from extractors.attribution.verb_final import place_final
from extractors.attribution.verb_first import place_first
from extractors.attribution.worded import QUOTE, Hit, Masked, Order, Place, Worded
from extractors.languages.folding import fold
from extractors.quotes import Quotation
from monitor.model import Attribution, Span

_PLACED: Final[Mapping[Order, Callable[[Masked, Hit, list[Place]], Place | None]]] = {
    "verb_first": place_first,
    "verb_final": place_final,
    "unspaced": place_unspaced,
}
_LABEL_WORDS: Final = 9
_LABEL_SIGNS: Final = 24
_RELAY_WORDS: Final = 2
_OUTLET_WORDS: Final = 4
_COLONS: Final = ":："
_TAG: Final = 40
_WROTE: Final = ("写道", "说道")
_WORD: Final = re.compile(r"\w+")
_RULES: Final = {
    "speech": "subject_cue_clause",
    "act": "subject_act",
    "weak": "subject_act_weak",
    "adopt": "subject_adopts",
    "relative": "participle",
    "shared": "participle",
    "according": "according_to",
    "citing": "citing",
}


def rows_of(
    text: str, span: Span, quotations: Sequence[Quotation], words: Worded, grammar: Grammar
) -> list[Attribution]:
    """The attributions of ``text[span]``, in the order of their content."""
    sentence = Masked(text, span, quotations, words)
    if not sentence.quotes and words.places["reciprocal"].search(sentence.low):
        return []
    places = _places(sentence, grammar)
    if not places:
        return _colon_quotes(sentence, grammar) or _announced(sentence, grammar)
    found: list[Attribution] = []
    governing: dict[int, Place] = {}
    for number, (start, end, _) in enumerate(sentence.quotes):
        place = _governor(sentence, places, start, end)
        behind = sentence.skip(end, len(sentence.low))
        if sentence.words.opens("asked", sentence.low, behind) > behind:
            continue  # the words of whoever asks
        if _names_outlet(sentence, start, grammar, number):
            continue
        if place is not None:
            governing[number] = place
            place.quotes.append(number)
    for number, place in governing.items():
        start, _, quotation = sentence.quotes[number]
        rule = _direct_rule(sentence, place, start)
        found.append(_row(sentence, "direct", quotation.content, place, places, rule))
    for place in places:
        if place.quotes and _only_tag(sentence, place):
            continue
        found.append(_row(sentence, "indirect", span, place, places, _RULES[place.hit.cls]))
    return sorted(found, key=lambda row: (row.content.start, row.content.end))


def _places(sentence: Masked, grammar: Grammar) -> list[Place]:
    found: list[Place] = []
    place_of = _PLACED[sentence.words.order]
    for hit in sentence.hits():
        place = place_of(sentence, hit, found)
        if place is None or _nested(sentence, place, found):
            continue
        if place.owned:
            _to_document(sentence, place, grammar)
        if place.owned and _relays(sentence, place, grammar):
            if hit.cls in ("according", "citing"):
                place.rule = "relay"
                found.append(place)
                continue
            if sentence.words.opens("passives", sentence.low, hit.start) < hit.end:
                continue
            place = Place(hit, dropped=True, said=place.said)  # `in the statement made on Telegram`
        if place.shared:
            source = next((one for one in reversed(found) if not one.rule and one.hit.cls != "citing"), None)
            if source is None and _new_turn(sentence):
                continue  # `بدوره، … لافتا إلى`: somebody else's, and no word says whose
            if source is None:
                place = Place(hit, dropped=True, said=place.said)
            else:
                place.first, place.last, place.dropped = source.first, source.last, source.dropped
                place.said = place.said or source.said
                if place.dropped:
                    place.hit = Hit(source.hit.start, hit.end, hit.cls) if not place.owned else hit
        found.append(place)
    return [place for place in found if not place.rule]


def _new_turn(sentence: Masked) -> bool:
    """Whether a sentence opens with words for another speaker's turn (`in his turn`, `on the other hand`)."""
    begin = sentence.skip(0, len(sentence.low))
    return (
        sentence.words.order == "verb_first" and sentence.words.opens("contrast", sentence.low, begin) > begin
    )


def _to_document(sentence: Masked, place: Place, grammar: Grammar) -> None:
    """A source that a written thing opens (`the statement …`) is that thing alone."""
    if not sentence.words.bounded:
        return
    begin = sentence.skip(place.first, place.last)
    end = sentence.low.find(" ", begin, place.last)
    end = end if end >= 0 else place.last
    if grammar.has("documents", sentence.span_of(begin, end).of(sentence.text).lower()):
        place.first, place.last = begin, end


def _relays(sentence: Masked, place: Place, grammar: Grammar) -> bool:
    """Whether a source is an agency or an outlet, which carries words and does not speak."""
    words = sentence.span_of(place.first, place.last).of(sentence.text)
    low = words.lower()
    parts = low.replace("،", " ").split()
    if any(name in low for name in grammar.not_relay):
        return False
    if not sentence.words.bounded:
        headed = low.endswith(tuple(grammar.relay_heads))
    elif sentence.words.capitals:
        headed = any(
            part.split("'")[0].split("’")[0] in grammar.relay_heads for part in parts[-_RELAY_WORDS:]
        )
    else:
        headed = bool(parts) and parts[0] in grammar.relay_heads
    if headed:
        return True
    return grammar.relay.search(words) is not None and len(parts) <= 2


def _nested(sentence: Masked, place: Place, earlier: Sequence[Place]) -> bool:
    """Whether a word of saying stands inside another speaker's words."""
    outer = next((one for one in reversed(earlier) if one.hit.cls in ("speech", "act", "weak")), None)
    hit, low, words = place.hit, sentence.low, sentence.words
    if outer is None or hit.cls in ("shared", "according", "citing", "relative"):
        return False
    between = low[outer.hit.end : hit.start]
    if any(mark in between for mark in ";؛；"):
        return False
    head = place.head if place.owned and not place.shared else hit.start
    before = low[: min(head, hit.start)].rstrip()
    if words.places["contrast"].search(low, outer.hit.end, hit.start) is not None:
        return False
    if words.order == "unspaced":
        continued = (
            before.endswith(("，", ",", QUOTE))
            or sentence.skip(_last_comma(low, hit.start), hit.start, "conjunctions", "adverbs") >= hit.start
        )
        return not (place.shared and continued)
    told = words.places["content"].search(low, outer.hit.end, hit.start) is not None or ":" in between
    if words.order == "verb_first":
        joined = low[hit.start] in "وف"
        apart = any(mark in between for mark in "،,:") or QUOTE in between
        return not joined and (told or not apart or not place.owned)
    joined = sentence.skip(_last_word(before), hit.start, "conjunctions", "adverbs") >= hit.start
    return told and not joined and not before.endswith(("،", QUOTE))


def _last_comma(low: str, end: int) -> int:
    return max(low.rfind(mark, 0, end) for mark in ("，", ",", QUOTE)) + 1


def _last_word(before: str) -> int:
    return before.rfind(" ") + 1


def _governor(sentence: Masked, places: Sequence[Place], start: int, end: int) -> Place | None:
    before = [one for one in places if one.hit.end <= start and not _parted(sentence, one.hit.end, start)]
    after = [one for one in places if one.hit.start >= end and not _parted(sentence, end, one.hit.start)]
    if sentence.words.order == "verb_final":
        if before and _leads(sentence, before[-1].hit.end, start):
            return before[-1]
        if after:
            return after[0]
        return before[-1] if before else None
    return before[-1] if before else (after[0] if after else None)


def _names_outlet(sentence: Masked, start: int, grammar: Grammar, number: int) -> bool:
    """Whether marks only hold an outlet's name (`صحيفة «الأفق»`, `وكالة «تاس»`)."""
    said = sentence.quotes[number][2].content.of(sentence.text).strip()
    if len(said.split()) > _OUTLET_WORDS or sentence.words.order == "unspaced":
        return False
    if len(said.split()) <= _RELAY_WORDS and (found := grammar.relay.search(said)) and found.group() == said:
        return True
    before = sentence.low[:start].rstrip().rsplit(" ", 1)[-1]
    heads = {fold(head).low for head in grammar.relay_heads}
    return any(before[cut:] in heads for cut in range(min(3, len(before))))


def _parted(sentence: Masked, start: int, end: int) -> bool:
    return any(mark in sentence.low[start:end] for mark in ";؛；")


def _leads(sentence: Masked, start: int, end: int) -> bool:
    """Whether only a colon or what begins content stands between a word of saying and a quotation."""
    between = sentence.low[start:end]
    if any(mark in between for mark in _COLONS):
        return True
    return sentence.skip(start, end, "content", "adverbs", "conjunctions") >= end


def _direct_rule(sentence: Masked, place: Place, start: int) -> str:
    if place.hit.cls in ("according", "citing"):
        return _RULES[place.hit.cls]
    if place.hit.start > start:
        return "quote_subject_cue" if not place.owned or place.first > start else "subject_cue_quote"
    return "subject_cue_quote" if _leads(sentence, place.hit.end, start) else "subject_cue_mixed"


def _only_tag(sentence: Masked, place: Place) -> bool:
    """The sentence is quotation and tag: nothing in it is told in other words."""
    rest = list(sentence.low)
    for start, end in ((place.first, place.last), (place.hit.start, place.hit.end)):
        if end > start >= 0:
            rest[start:end] = " " * (end - start)
    left = "".join(rest).replace(QUOTE, " ")
    return sum(char.isalnum() for char in left) <= (2 if not sentence.words.bounded else 6)


def _row(
    sentence: Masked, kind: str, content: Span, place: Place, places: Sequence[Place], rule: str
) -> Attribution:
    cue = sentence.span_of(place.hit.start, place.hit.end)
    source = cue
    if place.owned:
        source = sentence.span_of(place.first, place.last)
    unsaid = place.dropped and not place.owned
    confidence = min(precision()[rule], precision()["unsaid_subject"]) if unsaid else precision()[rule]
    return Attribution(
        kind="direct" if kind == "direct" else "indirect",
        content=content,
        sentence=sentence.span,
        rule=rule,
        confidence=confidence,
        source=source,
        cue=cue,
        said=sentence.span_of(*place.said) if place.said and place.said[1] > place.said[0] else None,
        clause=_clause(sentence, place, places),
        unsaid=unsaid,
    )


def _clause(sentence: Masked, place: Place, places: Sequence[Place]) -> Span:
    """The part of the sentence that is this source's: up to another source's words, from its own on."""
    start, end = 0, len(sentence.low)
    if place.hit.cls in ("according", "citing"):
        return sentence.span_of(start, end)  # the sentence is on somebody's account
    for other in places:
        if (other.first, other.last) == (place.first, place.last) and place.owned:
            continue
        if other.shared or place.shared or _subject_of(other, places) is _subject_of(place, places):
            continue
        if sentence.words.order == "verb_final":
            if other.hit.end <= place.hit.start:
                start = max(start, other.hit.end)
            elif other.hit.start >= place.hit.end:
                end = min(end, max(place.hit.end, min(other.head, end)))
        elif other.head > place.head:
            end = min(end, other.head)
        elif other.head < place.head:
            start = max(start, place.head)
    return sentence.span_of(start, max(start, end))


def _subject_of(place: Place, places: Sequence[Place]) -> Place:
    """The place whose subject speaks: a verb that leaves it out has that of the verb before it."""
    own = place
    for other in places:
        if other is place:
            break
        if not place.owned and other.owned and other.hit.cls not in ("according", "citing"):
            own = other
    return own


def _colon_quotes(sentence: Masked, grammar: Grammar) -> list[Attribution]:
    """`X …: «Q»`: no word of saying, but nobody else can speak."""
    quotes = [
        (start, quotation)
        for start, _, quotation in sentence.quotes
        if sentence.low[:start].rstrip()[-1:] in tuple(_COLONS)
    ]
    if not quotes or sentence.words.order == "verb_first":
        return []
    start, quotation = quotes[0]
    colon = max(sentence.low.rfind(mark, 0, start) for mark in _COLONS)
    place = _PLACED[sentence.words.order](sentence, Hit(colon, colon + 1, "act"), [])
    if place is None or not place.owned or _relays(sentence, place, grammar):
        return []
    return [_row(sentence, "direct", quotation.content, place, [place], "colon_quote")]


def _announced(sentence: Masked, grammar: Grammar) -> list[Attribution]:
    """`The text of the statement is as follows:`: what comes next is the document's."""
    if sentence.quotes or sentence.low.rstrip()[-1:] not in tuple(_COLONS):
        return []
    colon = len(sentence.low.rstrip()) - 1
    for match in _WORD.finditer(sentence.low, 0, colon):
        if grammar.has("documents", sentence.span_of(*match.span()).of(sentence.text).lower()):
            place = Place(Hit(colon, colon + 1, "speech"), *match.span())
            return [_row(sentence, "indirect", sentence.span, place, [place], _RULES["speech"])]
    return []


def is_announcement(text: str, row: Attribution) -> bool:
    """Whether a row only leads on to a document's words and tells nothing itself."""
    return row.kind == "indirect" and row.cue is not None and row.cue.of(text) in _COLONS


def is_tag(text: str, span: Span, words: Worded) -> bool:
    """Whether a sentence only says who spoke (`方若岚说。`), behind a quotation that ended in a full stop."""
    if words.order != "unspaced":
        return False
    sentence = Masked(text, span, (), words)
    hits = sentence.hits()
    if not hits:
        return False
    first = hits[0]
    wrote = sentence.low[first.start : first.end].endswith(_WROTE) and first.end <= _TAG
    if wrote and sentence.low[first.end : first.end + 1] in ("，", ","):
        return True  # `X在社交平台上写道，她同时呼吁…`
    return span.end - span.start <= _TAG and not sentence.low[hits[-1].end :].strip("。.！!？? ")


def tells(label: str, words: Worded) -> bool:
    """Whether words before a colon are those of a reporting sentence (`方若岚说：`) and no label."""
    return words.any_cue.search(fold(label).low) is not None


def asks(label: str, words: Worded) -> bool:
    """Whether a label of a transcript is of somebody who asks."""
    return words.places["questions"].search(fold(label).low) is not None


def headline_rows(
    text: str, span: Span, quotations: Sequence[Quotation], words: Worded, grammar: Grammar
) -> list[Attribution]:
    """`X: S` and `X: «Q»` of a headline that no word of saying explains."""
    sentence = Masked(text, span, quotations, words)
    colon = min((at for mark in _COLONS if (at := sentence.low.find(mark)) > 0), default=-1)
    if colon <= 0 or not sentence.low[colon + 1 :].strip():
        return []
    bar = sentence.low.rfind("|", 0, colon)
    if bar > 0 and grammar.has("boilerplate_labels", sentence.span_of(0, bar).of(text).lower().strip("# ")):
        label = sentence.span_of(bar + 1, colon)  # `عاجل | X: …`
    else:
        label = sentence.span_of(0, colon)
    name = label.of(text)
    if words.any_cue.search(sentence.low, 0, colon) is not None:
        return []
    short = len(name.split()) <= _LABEL_WORDS if words.bounded else len(name) <= _LABEL_SIGNS
    if not short or grammar.has("boilerplate_labels", name.lower()) or sentence.has_quote(0, colon):
        return []
    place = Place(Hit(colon, colon + 1, "act"), 0, colon)
    if _relays(sentence, place, grammar):
        return []
    quotes = [quotation for start, _, quotation in sentence.quotes if start > colon]
    return list(_headline(span, label, quotes))


def _headline(span: Span, label: Span, quotes: Sequence[Quotation]) -> Iterator[Attribution]:
    rule = "headline_colon"
    if not quotes:
        yield Attribution("indirect", span, span, rule, precision()[rule], source=label)
    for quotation in quotes:
        yield Attribution("direct", quotation.content, span, rule, precision()[rule], source=label)
