"""What a language model proposed, as reports: each one held, and only of words that no rule gave a speaker.

The model's part ends at the two places in the text. Who that name is, whether the words concern the topic,
what they do and when they were said is found by the same rules as everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from extractors.quotes import find_quotations
from extractors.sentences import sentences_of
from monitor.analysis.heard import Heard, heard_as
from monitor.analysis.reports import grouped, report_of
from monitor.model import Attribution, Held, Page, PassageKind, Problem, Report, Span, Speaker
from monitor.officials import Register, cast_of
from monitor.proposals import RULE, Located
from monitor.topic import topic_map

_LANGUAGE = "en"


def proposed_reports(
    page: Page,
    found: Sequence[Located],
    known: Sequence[Report],
    *,
    model: str,
    register: Register,
    now: datetime,
    summary: str | None = None,
    home: str | None = None,
    country: str | None = None,
) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
    """Held reports of what the rules did not find, and where model and rules name different speakers.

    ``known`` are the rules' reports of the same page. A proposal whose words one of them has is no report;
    if the speaker is another, that is a problem ``speaker_disputed``. Words off the topic are left out.
    """
    text, language = page.text, page.language or _LANGUAGE
    segments = tuple(Span(post.start, post.end) for post in page.posts)
    sentences = sentences_of(text, language)
    topic = topic_map(text, language, sentences, segments, page.title, summary)
    if not topic.verdict.concerns:
        return (), ()
    on = page.published.value.date() if page.published else now.date()
    heading = "\n".join(line for line in (page.title, summary) if line)
    cast = cast_of(text, language, register, on, segments, heading or None, home=home, country=country)
    quoted = [quotation.content for quotation in find_quotations(text, language)]
    heard: list[Heard] = []
    problems: list[Problem] = []
    for one in found:
        row = _row(one, sentences, quoted)
        speaker = cast.resolve(one.source, one.content)
        if known_as := _carrier(one.content, known):
            if isinstance(speaker, Speaker) and _another(speaker, known_as.speaker):
                detail = f"{model}: {speaker.name}; rules: {known_as.speaker.name}: {_short(one, text)}"
                problems.append(Problem("speaker_disputed", detail))
            continue
        if not topic.passage_concerns(one.content, row.sentence, (), row.kind)[0]:
            continue
        post = _post(segments, one.content)
        if segments and post is None:
            continue
        when = page.posts[post].time or page.published if post is not None else page.published
        name = speaker.name if isinstance(speaker, Speaker) else one.source.of(text)
        heard.append(heard_as(text, row, speaker, name, post, language, when))
    reports = []
    for group in grouped(heard, language, page.published):
        when = page.posts[group.post].time if group.post is not None else page.published
        report = report_of(group, {"text": text}, language, when, group.said, machine=False)
        reason = group.held.reason if group.held else "pattern_unsure"
        reports.append(replace(report, held=Held(reason, f"proposed by {model}; no rule found it")))
    return tuple(reports), tuple(problems)


def _row(one: Located, sentences: Sequence[Span], quoted: Sequence[Span]) -> Attribution:
    """The proposal in the shape of an attribution: from the sentence of the name to that of the words."""
    touched = [span for span in sentences if span.overlaps(one.content)]
    sentence = Span(touched[0].start, touched[-1].end) if touched else one.content
    kind: PassageKind = "direct" if any(span.covers(one.content) for span in quoted) else "indirect"
    return Attribution(kind, one.content, sentence, RULE, 0.0, source=one.source)


def _carrier(content: Span, known: Sequence[Report]) -> Report | None:
    """The rules' report that has more than half of these words."""
    for report in known:
        shared = sum(
            max(min(content.end, p.end) - max(content.start, p.start), 0)
            for p in report.passages
            if p.where == "text"
        )
        if shared * 2 > content.end - content.start:
            return report
    return None


def _another(one: Speaker, other: Speaker) -> bool:
    if one.official and other.official:
        return one.official != other.official
    mine, theirs = (set((s.name_en or s.name).casefold().split()) for s in (one, other))
    return not mine & theirs and (one.office, one.body, one.state) != (other.office, other.body, other.state)


def _short(one: Located, text: str) -> str:
    words = one.content.of(text)
    return words if len(words) <= 120 else words[:119] + "…"


def _post(segments: Sequence[Span], content: Span) -> int | None:
    return next((number for number, span in enumerate(segments) if span.covers(content)), None)
