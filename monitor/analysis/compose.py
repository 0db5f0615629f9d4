"""A document to its analysis: page, topic, attributions, speakers, reports. Pure: ``now`` is an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from extractors.language import identify
from extractors.page import read_page
from extractors.sentences import sentences_of
from monitor.analysis.documents import document_from_dict
from monitor.analysis.heard import Heard, hear, hear_line
from monitor.analysis.reports import bare, grouped, joined, of_one_house, report_of, speaker_key
from monitor.analysis.source import source_of
from monitor.analysis.told_titles import told_title
from monitor.analysis.undated import Days, in_questions
from monitor.errors import Unreadable
from monitor.model import (
    OFFICIAL_KINDS,
    POSITIONS,
    Analysis,
    Document,
    Held,
    Page,
    PostVerdict,
    Problem,
    Report,
    Span,
    Speaker,
    When,
    Where,
)
from monitor.occasion import machine_marks
from monitor.officials import Cast, Register, cast_of, load_register
from monitor.topic import TopicMap, topic_map

_DEFAULT_LANGUAGE: Final = "en"
#: Positions of those who do not defend that a state leaves, or who defend another deed.
_OTHERWISE: Final = frozenset(
    ("condemns", "affirms_ban", "opposes_transfer", "calls_to_join", "announces_transfer", "admits_use")
)


def analyse(document: Document, *, register: Register, now: datetime) -> Analysis:
    """All that the program sees in one document.

    A document that cannot be read is judged by its title and summary, and the reason stands in
    ``problems`` under the name of the state (``empty``, ``no_text``, ``too_large`` …).
    """
    try:
        page = read_page(document, now)
    except Unreadable as error:
        page = Page(
            text="",
            title=document.title,
            language=document.language,
            published=document.published,
            problems=(Problem(error.state, error.detail),),
        )
    source = source_of(document.url or page.canonical_url, document.outlet or page.site_name)
    return analyse_page(
        page,
        register=register,
        now=now,
        summary=document.summary,
        home=source.home,
        country=source.country,
    )


def analyse_page(
    page: Page,
    *,
    register: Register,
    now: datetime,
    summary: str | None = None,
    home: str | None = None,
    country: str | None = None,
) -> Analysis:
    """The analysis of a page that was read; ``summary`` is what the feed said of it.

    ``home`` is the state or organisation whose own site the page stands on, ``country`` that of a
    newspaper or broadcaster: what its pages call "the minister" without a state is theirs.
    """
    if summary and not page.text.strip():
        told = analyse_page(
            replace(page, text=summary, language=identify(summary, page.language)),
            register=register,
            now=now,
            home=home,
            country=country,
        )
        return _of_summary(told, page)
    language = page.language or _DEFAULT_LANGUAGE
    text = page.text
    segments = tuple(Span(post.start, post.end) for post in page.posts)
    sentences = sentences_of(text, language)
    topic = topic_map(text, language, sentences, segments, page.title, summary)
    posts = tuple(
        PostVerdict(post, topic.segment_verdict(segment))
        for post, segment in zip(page.posts, segments, strict=True)
    )
    reports: tuple[Report, ...] = ()
    if topic.verdict.concerns:
        on = _day(page.published, now)
        heading = "\n".join(line for line in (page.title, summary) if line)
        cast = cast_of(text, language, register, on, segments, heading or None, home=home, country=country)
        reports = _reports(page, summary, language, topic, cast, segments)
    return Analysis(page, topic.verdict, posts, reports, page.problems)


def _of_summary(told: Analysis, page: Page) -> Analysis:
    """What a feed's summary tells where there is no page: it is read as a text, and stays the summary."""
    evidence = tuple(
        replace(one, where="summary") if one.where == "text" else one for one in told.verdict.evidence
    )
    reports = tuple(
        replace(
            report,
            passages=tuple(
                replace(one, where="summary") if one.where == "text" else one for one in report.passages
            ),
        )
        for report in told.reports
    )
    return replace(told, page=page, verdict=replace(told.verdict, evidence=evidence), reports=reports)


def _day(published: When | None, now: datetime) -> date:
    return published.value.date() if published is not None else now.date()


def _reports(
    page: Page,
    summary: str | None,
    language: str,
    topic: TopicMap,
    cast: Cast,
    segments: Sequence[Span],
) -> tuple[Report, ...]:
    times = [post.time or page.published for post in page.posts] or [page.published]
    heard = hear(page.text, language, topic, cast, segments, times)
    texts: dict[str, str] = {"text": page.text, "title": page.title or "", "summary": summary or ""}
    around = _around(page, summary, language, topic, cast)
    heard = _without_headings(heard, [*heard, *around], texts, topic)
    groups = joined(grouped(heard, language, page.published), language)
    machine = bool(machine_marks(page.text, language))
    asked = in_questions(page.text, groups)
    days = Days(page, language, times).of(groups, asked)
    made = []
    for group in groups:
        when = times[group.post] if group.post is not None else page.published
        report = report_of(group, texts, language, when, days.get(id(group), group.said), machine)
        made.append(replace(report, reporting="recalled") if id(group) in asked else report)
    return tuple(sorted(_leaving(made), key=_order))


def _leaving(reports: Sequence[Report]) -> list[Report]:
    """Where a document tells that a state leaves the Convention, its officials' justification is of that."""
    leaves = {
        one.speaker.state for one in reports if "withdraws_from_convention" in one.positions and not one.held
    }
    return [
        replace(
            one, positions=tuple(p for p in POSITIONS if p in {*one.positions, "withdraws_from_convention"})
        )
        if one.speaker.state in leaves - {None}
        and one.speaker.kind == "state"
        and "justifies" in one.positions
        and not _OTHERWISE & {*one.positions}
        else one
        for one in reports
    ]


def _order(report: Report) -> tuple[bool, int]:
    first = report.passages[0]
    return first.where != "text", first.start


def _around(page: Page, summary: str | None, language: str, topic: TopicMap, cast: Cast) -> list[Heard]:
    found: list[Heard] = []
    fields: tuple[tuple[Where, str | None], ...] = (("title", page.title), ("summary", summary))
    for where, line in fields:
        if line:
            found.extend(hear_line(line, where, language, topic, cast, page.published))
    named = any(one.where == "title" for one in topic.verdict.evidence)
    if page.title and named and not page.posts:
        told = told_title(page.title, page.text, language, cast, page.published)
        rows = [one.speaker for one in found if one.where == "title"]
        if told is not None and all(_only_its_state(one, told.speaker) for one in rows):
            found = [one for one in found if one.where != "title"] + [told]
    return found


def _only_its_state(one: Speaker | Held, named: Speaker | Held) -> bool:
    """Whether a title tells only the state of which somebody is (`В Эстонии предложили …`)."""
    if isinstance(one, Held) or isinstance(named, Held):
        return False
    return bare(one) and one.state is not None and one.state == named.state


def _without_headings(
    heard: Sequence[Heard], every: Sequence[Heard], texts: Mapping[str, str], topic: TopicMap
) -> list[Heard]:
    """Headlines and summaries repeat the text: they count only for a speaker (or state) that it lacks, or
    whose words on the topic they alone tell by its name (`X accuses Y of using cluster bombs`: `X says it
    will complain over the attack`)."""
    kept: list[Heard] = []
    for row in every:
        outside = row.heading or row.where != "text"
        same = [one for one in [*heard, *kept] if one is not row and not one.heading and _same(row, one)]
        if outside and same and not _tells_more(row, same, topic):
            continue
        if outside and any(_same(row, one) for one in kept if one.where != row.where and one not in same):
            continue
        if outside and _quoted_in(row, texts, heard):
            continue
        kept.append(row)
    return kept


def _tells_more(row: Heard, same: Sequence[Heard], topic: TopicMap) -> bool:
    """Whether a title names the topic where all that the text has of its one speaker, or of its state's, only
    means it."""
    if row.where != "title" or row.row.kind != "indirect" or isinstance(row.speaker, Held):
        return False
    keys = {speaker_key(one.speaker) for one in same if isinstance(one.speaker, Speaker)}
    if len(keys) != 1 or not (keys == {speaker_key(row.speaker)} or bare(row.speaker)):
        return False
    return all(one.where == "text" and not topic.names(one.row.sentence) for one in same)


def _quoted_in(row: Heard, texts: Mapping[str, str], heard: Sequence[Heard]) -> bool:
    """Whether the quoted words of a headline stand in the text's passages."""
    if row.row.kind != "direct":
        return False
    words = row.row.content.of(texts[row.where]).strip(" ,.").casefold()
    return any(
        one is not row and not one.heading and words in one.row.content.of(texts[one.where]).casefold()
        for one in heard
    )


def _same(row: Heard, other: Heard) -> bool:
    if row.where == "text" and row.post != other.post:
        return False
    one, two = row.speaker, other.speaker
    if isinstance(one, Held):
        return True  # nobody is known to speak, and the text has its speakers
    if isinstance(two, Held):
        return row.name.casefold() == other.name.casefold()
    if one.kind == "anonymous" and two.kind in OFFICIAL_KINDS:
        return one.state in (None, two.state)  # `…, official says`: whom the text names
    if speaker_key(one) == speaker_key(two):
        return True
    body = one.official is not None and one.official.startswith("body:")
    impersonal = body or (one.official is None and (one.role is None or one.name == one.role))
    if not impersonal or one.state is None or one.state != two.state:
        return False
    return bare(one) or of_one_house(one, two)


@cache
def _register(lists: tuple[str, ...]) -> Register:
    return load_register(*lists)


def analyse_job(
    document: Document | Mapping[str, Any], now: datetime, lists: tuple[str, ...] = ()
) -> Analysis:
    """``analyse`` for a worker process; the register is loaded once a process.

    Takes a document or the JSON object of one; raises ValueError where that is none.
    """
    read = document if isinstance(document, Document) else document_from_dict(document)
    return analyse(read, register=_register(lists), now=now)
