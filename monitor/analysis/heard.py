"""What of a document's attributions is on the topic, and who speaks: one ``Heard`` each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from extractors.attribution import find_attributions, refers_back, says_last
from extractors.attribution.speech import RULE as SPEECH
from extractors.attribution.speech import speech_attributions
from extractors.days import DayWords, find_days, resolve_day, told_days
from extractors.sentences import paragraphs_of
from monitor.analysis.heard_days import said_before, told_but_nights, written_on
from monitor.analysis.speakers import Speakers, titled
from monitor.model import OFFICIAL_KINDS, Attribution, Held, Said, Span, Speaker, When, Where
from monitor.officials import Cast
from monitor.topic import TopicMap

_ENDS: Final = (".", "!", "?", "。", "！", "？", "؟", "۔", "…")
_DATELINE_REACH: Final = 90
#: Characters before the source, after a tag, and after a word of saying that still tell of the saying.
_LEAD: Final = 60
_TAIL: Final = 80
_NEAR: Final = 25
#: Characters before the source in which a day may be told, and the meanings of words that tell a near one.
_BEFORE: Final = 120
_NEAR_DAYS: Final = frozenset(("weekday", "weekday_of_week", "relative", "eve", "anchored"))
#: Rules for an answer, whose subject a question tells.
_SHORT_ANSWER: Final = 300  # characters of an answer that may leave unsaid of what it speaks
_ANSWERS: Final = frozenset(("transcript_label", "interview_answer"))
#: Rules for words that stand without marks: nothing around them tells of the saying.
UNMARKED: Final = frozenset(("transcript_label", "interview_answer", SPEECH))
_TAGS: Final = frozenset(
    (
        "quote_subject_cue",
        "quote_cue_subject",
        "clause_subject_cue",
        "clause_cue_subject",
        "mixed_subject_cue",
        "told_back",
    )
)


#: By what a block of a speech concerns the topic: a speech has many subjects, and none is carried on.
_SPOKEN_OF: Final = frozenset(("named", "meant"))


@dataclass(frozen=True, slots=True)
class Heard:
    """One attribution that concerns the topic: its speaker (or why there is none), its post, its day.

    ``frame`` is the part of the reporting sentence that belongs to this speaker, ``telling`` only the words
    that say who said it and when; ``heading`` says that it stands in a headline, ``where`` in which field.
    """

    row: Attribution
    speaker: Speaker | Held
    name: str
    post: int | None
    said: Said
    frame: str
    telling: str
    where: Where = "text"
    heading: bool = False


def hear(
    text: str,
    language: str,
    topic: TopicMap,
    cast: Cast,
    segments: Sequence[Span],
    published: Sequence[When | None],
) -> list[Heard]:
    """The attributions of a text that concern the topic, in its order.

    ``segments`` are the posts of a live page, ``published`` the time of each (or the article's alone).
    """
    rows = speech_attributions(text, language) or find_attributions(text, language)
    headings = _headings(text, segments or [Span(0, len(text))])
    datelines = _datelines(text, language, segments)
    starts = [segment.start for segment in segments]
    heard: list[Heard] = []
    earlier: dict[tuple[int | None, str], list[Span]] = {}
    speakers = Speakers(text, language, cast)
    aside: tuple[str, Attribution] | None = None  # the last words that do not concern the topic
    written = written_on(text, language, published[0] if published else None)
    for row in rows:
        post = _post(segments, starts, row.sentence)
        if segments and post is None:
            continue
        if segments and post is not None and not topic.segment_verdict(segments[post]).concerns:
            continue
        speaker, name = speakers.of(row, post)
        known = earlier.setdefault((post, name), [])
        told, around = _judged(row)
        concerns, why = topic.passage_concerns(told, around, tuple(known), row.kind)
        concerns = concerns and (row.rule != SPEECH or why in _SPOKEN_OF)
        if row.rule in _ANSWERS and not (concerns and why in _SPOKEN_OF):
            short = row.content.end - row.content.start <= _SHORT_ANSWER
            concerns = (concerns or short) and _asked_of(text, row, topic, asking=not concerns)
        when = published[post or 0] if published else None
        when = when if segments else written
        if not concerns:
            aside = name, row
            _dated_by_next(text, heard, row, name, language, when)
            continue
        known.append(row.content)
        dateline = datelines.get(post or 0) if row.rule != "subordinate_clause" else None
        said = _said(text, row, language, when, dateline)
        if said == Said() and aside is not None and aside[0] == name and _follows(text, aside[1], row):
            said = _said(text, aside[1], language, when, None)  # `X spoke on Thursday. “Q,” he said.`
        if said == Said() and row.rule not in UNMARKED and not heard_of(heard, row):
            said = said_before(text, row.sentence, name, language, when)
        frame, telling = _frame(text, row), _telling(text, row, language)
        covered = _covered(headings, row.sentence)
        heard.append(Heard(row, speaker, name, post, said, frame, telling, heading=covered))
        told_of = topic.contents_behind(row.content) if row.kind == "indirect" and why != "named" else None
        if told_of is not None:
            heard.append(_contents(heard[-1], told_of, text))
    return _without_told_twice(_without_aside(heard, topic))


def heard_of(heard: Sequence[Heard], row: Attribution) -> bool:
    """Whether the sentence right before, or this one, has words already heard: they tell the day."""
    return bool(heard) and row.sentence.start - heard[-1].row.sentence.end <= 1


def _asked_of(text: str, row: Attribution, topic: TopicMap, *, asking: bool) -> bool:
    """Whether what stands before an answer is on the topic (an answer in other words goes on with it), and,
    if ``asking``, is a question."""
    end = text.rfind("\n", 0, row.content.start)
    start = text.rfind("\n", 0, max(end, 0)) + 1
    if asking and "?" not in text[start : max(end, 0)]:
        return False
    return end > start and topic.sentence_concerns(Span(start, end))


def heard_as(
    text: str,
    row: Attribution,
    speaker: Speaker | Held,
    name: str,
    post: int | None,
    language: str,
    when: When | None,
) -> Heard:
    """An attribution whose speaker is settled elsewhere, with its day and the words around it."""
    said = _said(text, row, language, when, None)
    return Heard(row, speaker, name, post, said, _frame(text, row), _telling(text, row, language))


def _follows(text: str, one: Attribution, other: Attribution) -> bool:
    """Whether a sentence comes right after another one."""
    return (
        other.sentence.start >= one.sentence.end and not text[one.sentence.end : other.sentence.start].strip()
    )


def _dated_by_next(
    text: str, heard: list[Heard], row: Attribution, name: str, language: str, when: When | None
) -> None:
    """`He said this on Tuesday`: the day of the words before it, by the same speaker and without one."""
    last = heard[-1] if heard else None
    if last is None or last.name != name or last.said != Said() or not _follows(text, last.row, row):
        return
    if refers_back(row.sentence.of(text), language):
        heard[-1] = replace(last, said=_said(text, row, language, when, None))


def hear_line(
    line: str, where: Where, language: str, topic: TopicMap, cast: Cast, when: When | None
) -> list[Heard]:
    """The attributions of a title or a summary, where it names the topic itself, or the text's first
    sentence does as what a headline's package holds."""
    hits = [Span(one.start, one.end) for one in topic.verdict.evidence if one.where == where]
    opened = topic.contents_behind(None) if where == "title" else None
    if not (hits or opened):
        return []
    rows = find_attributions(line, language, headline=where != "summary")
    told_by = cast.setting.labelling() if where == "title" else None
    if told_by is not None and told_by.head == "body":
        colon = line.find(":")  # what a body tells of others' words is the body's
        rows = [row for row in rows if row.source is None or row.source.start < colon]
    heard = []
    for row in rows:
        told = opened if row.kind == "indirect" else None
        if told is None and not any(_judged(row)[1].covers(hit) for hit in hits):
            continue
        if row.source is not None and any(row.source.overlaps(hit) for hit in hits):
            continue  # `Cluster bombs: what is known`
        source = row.source.of(line) if row.source else ""
        speaker = titled(source, cast)
        if row.rule == "headline_tail" and not _in_office(speaker):
            continue  # `… - Ukraine`, `… - Smith`: a place, an author
        if row.rule == "headline_from" and not _official(speaker):
            continue  # `Kritik aus der Opposition`
        if row.unsaid and isinstance(speaker, Held):
            continue  # `Zapowiedziano nowe pociski`: nobody is told
        name = speaker.name if isinstance(speaker, Speaker) else source
        said = _said(line, row, language, when, None)
        heard.append(
            Heard(
                row,
                speaker,
                name,
                None,
                said,
                _frame(line, row),
                _telling(line, row, language),
                where,
                heading=where != "summary",
            )
        )
        if told is not None:
            heard.append(_contents(heard[-1], told, cast.text))
    return _without_told_twice(heard)


def _official(speaker: Speaker | Held) -> bool:
    return isinstance(speaker, Speaker) and speaker.kind in OFFICIAL_KINDS


def _in_office(speaker: Speaker | Held) -> bool:
    """Whether a speaker is known by an office or as a body."""
    if isinstance(speaker, Held):
        return speaker.reason == "state_unresolved"
    return any((speaker.office, speaker.role, speaker.body, speaker.official))


def _contents(announced: Heard, sentence: Span, text: str) -> Heard:
    """What is in the package that somebody announced: his words too, in a sentence of the text."""
    row = replace(announced.row, content=sentence, sentence=sentence, clause=None)
    return replace(announced, row=row, frame=sentence.of(text), where="text", heading=False)


def _judged(row: Attribution) -> tuple[Span, Span]:
    """The words by which a row concerns the topic, and what stands around them: of a paraphrase only its
    own part of the sentence (`A announces the return of … and B repeats the ban on …`)."""
    if row.kind == "indirect" and row.clause is not None:
        return row.clause, row.clause
    return row.content, row.sentence


def _post(segments: Sequence[Span], starts: Sequence[int], span: Span) -> int | None:
    at = bisect_right(starts, span.start) - 1
    return at if at >= 0 and segments[at].end >= span.end else None


def _without_aside(heard: list[Heard], topic: TopicMap) -> list[Heard]:
    """Drops quoted words on something else before a second word of saying that tells the topic
    (`X claims it hit “a depot”, and denies that cluster shells were used`)."""
    kept: list[Heard] = []
    for one in heard:
        words = one.row.content
        later = one.row.kind == "direct" and any(
            other.row.kind == "indirect"
            and (other.name, other.row.sentence) == (one.name, one.row.sentence)
            and other.row.cue is not None
            and words.end < other.row.cue.start
            and topic.names(Span(other.row.cue.end, one.row.sentence.end))
            for other in heard
        )
        later = later or (one.row.kind == "direct" and _behind_quoted(heard, one, topic))
        if not (later and not topic.names(words)):
            kept.append(one)
    return kept


def _behind_quoted(heard: Sequence[Heard], one: Heard, topic: TopicMap) -> bool:
    """Whether the sentence tells the topic only in a clause behind the quoted words (`X says it hit “a
    depot”, and that no cluster shells were used`)."""
    words, sentence = one.row.content, one.row.sentence
    told = any(
        other.row.kind == "indirect" and (other.name, other.row.sentence) == (one.name, sentence)
        for other in heard
    )
    before, after = Span(sentence.start, words.start), Span(min(words.end, sentence.end), sentence.end)
    parted = topic.text[words.end : words.end + 3].lstrip("»”“\"’'").startswith((",", ";"))
    return told and parted and topic.names(after) and not topic.names(before)


def _without_told_twice(heard: list[Heard]) -> list[Heard]:
    """Drops the reporting sentence of a speaker whose own words in it are there."""
    quoted = {(row.where, row.row.sentence.start, row.name) for row in heard if row.row.kind == "direct"}
    kept: list[Heard] = []
    told: set[tuple[Where, int, str]] = set()
    for row in heard:
        key = (row.where, row.row.sentence.start, row.name)
        if row.row.kind == "indirect":
            if key in quoted or key in told:
                continue
            told.add(key)
        kept.append(row)
    return kept


def _frame(text: str, row: Attribution) -> str:
    """The part of the sentence that belongs to this source, where another one shares the sentence."""
    return (row.clause or row.sentence).of(text)


def _telling(text: str, row: Attribution, language: str) -> str:
    """Source, word of saying and what stands close to them: what is said about the content is left out."""
    if row.rule in UNMARKED:
        return ""
    spans = [span for span in (row.source, row.cue, row.said) if span is not None]
    inside = sorted((s for s in spans if row.sentence.covers(s)), key=lambda span: span.start)
    if not inside:
        return row.sentence.of(text)
    tag = row.rule in _TAGS
    start, end = inside[0].start, inside[-1].end
    if not tag and start - row.sentence.start <= _LEAD:
        start = row.sentence.start
    reach = 0 if says_last(language) else _TAIL if tag else _NEAR
    tail = text[end : min(row.sentence.end, end + reach)]
    told = [text[start : inside[0].end]]
    for before, after in pairwise(inside):
        gap = text[before.end : after.start] if after.start - before.end <= _NEAR else " "
        told.append(gap + after.of(text))
    return "".join(told) + tail


def _said(
    text: str, row: Attribution, language: str, published: When | None, dateline: tuple[int, DayWords] | None
) -> Said:
    if row.said is not None:
        told = told_days(text, row.sentence, language, row.cue)
        days = [day for day in told if day.span.overlaps(row.said)]
        if days:
            exact = [day for day in days if day.meaning == "date"]  # `a week before, on 6 March`
            return resolve_day((exact or days)[0], published)
    if (before := _said_before(text, row, language, published)) != Said():
        return before
    if dateline is not None and row.sentence.start < dateline[0]:
        return resolve_day(dateline[1], published)
    return Said()


def _said_before(text: str, row: Attribution, language: str, published: When | None) -> Said:
    """`Signing the law last Wednesday, X had called …`: the one day told before whoever speaks."""
    if row.source is None or row.rule in {*_TAGS, "nominal"} or not row.sentence.covers(row.source):
        return Said()  # `X on Monday dismissed Y's claim that …` tells no day of Y's
    lead = Span(row.sentence.start, row.source.start)
    if lead.end - lead.start > _BEFORE or (row.content.overlaps(lead) and row.kind == "direct"):
        return Said()
    days = [day for day in told_but_nights(text, lead, language) if day.meaning in _NEAR_DAYS]
    said = resolve_day(days[0], published) if len(days) == 1 else Said()
    return said if said.on is not None else Said()


def _headings(text: str, segments: Sequence[Span]) -> list[Span]:
    """The lines at the head of the text or of a post that are no sentences."""
    found: list[Span] = []
    for segment in segments:
        for paragraph in paragraphs_of(text[segment.start : segment.end]):
            line = paragraph.of(text[segment.start : segment.end])
            if line.rstrip("\"”’»'*_)").endswith(_ENDS) or len(line) > 200:
                break
            found.append(Span(segment.start + paragraph.start, segment.start + paragraph.end))
    return found


def _covered(spans: Sequence[Span], span: Span) -> bool:
    return any(one.covers(span) for one in spans)


def _datelines(text: str, language: str, segments: Sequence[Span]) -> dict[int, tuple[int, DayWords]]:
    """A full date at the very beginning of a post: it holds for its paragraph, as ``(paragraph's end, day)``.

    An article's own dateline is weighed with what else tells its days (``monitor.analysis.undated``).
    """
    found: dict[int, tuple[int, DayWords]] = {}
    for number, segment in enumerate(segments):
        for paragraph in paragraphs_of(text[segment.start : segment.end]):
            head = Span(
                segment.start + paragraph.start,
                segment.start + min(paragraph.end, paragraph.start + _DATELINE_REACH),
            )
            if segment.start + paragraph.end - head.start < _DATELINE_REACH:
                continue
            days = [d for d in find_days(text, head, language) if d.meaning == "date"]
            if days and days[0].span.start - head.start < _DATELINE_REACH // 2:
                found[number] = (segment.start + paragraph.end, days[0])
            break
    return found
