"""The day of words that a report tells without one: from what the document says around them.

In order: on a live page the post's own day; the day that the sentences before them in the paragraph tell,
or the last earlier sentence that names the speaker; the day of the attack that they report in that very
sentence; the one day on which the document's other words were said, or with which it opens; an agency's
dateline; and at last the day of publication, as it was where the speaker speaks. Where the document tells of
several days and nothing chooses among them, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Final

from extractors.days import find_days, resolve_day
from extractors.languages.folding import fold
from extractors.outlets import zone_of_state
from extractors.sentences import paragraphs_of, sentences_of
from monitor.analysis.groups import Group
from monitor.analysis.heard import UNMARKED, Heard
from monitor.analysis.heard_days import told_but_nights, written_on
from monitor.analysis.reports import bare, speaker_key
from monitor.model import OFFICIAL_KINDS, Page, Said, Span, When
from monitor.occasion import NEW_FOR, reporting_of, venue_of
from monitor.positions import positions_of

_DATELINE_REACH: Final = 90
_DATELINE_PARAGRAPHS: Final = 3
_DATELINE: Final = re.compile(r"\s[—–-]{1,2}\s|[.)/][—–-]{1,2}\s")
_OPENING: Final = 6  # sentences that open a report
_NAMED_BACK: Final = 3  # sentences back within which one that names the speaker tells of the occasion
_STEM: Final = 5
_SHORT: Final = 3
_BRIEF: Final = 8  # sentences, with lines of furniture, of a feed item that only opens its article
_DAYTIME: Final = 6  # the hour before which what is published tells of the day before
_NEAR: Final = timedelta(days=1)  # how far a day that was not told with the words may be from the true one
_HARM: Final = frozenset(("alleges_use", "reports_harm"))
#: Meanings of words that name one day and not a stretch of days.
_ONE_DAY: Final = frozenset(
    ("date", "day_of_month", "weekday", "weekday_of_week", "relative", "eve", "anchored")
)


class Days:
    """The days of one document's undated words. ``times`` are those of its posts, or its own alone."""

    def __init__(self, page: Page, language: str, times: Sequence[When | None]) -> None:
        self._page, self._language, self._times = page, language, times
        self._text = page.text
        self._when = page.published if page.posts else written_on(page.text, language, page.published)
        self._sentences = sentences_of(page.text, language)
        self._head = _dateline_end(page.text, language)
        self._read: dict[int, tuple[date, ...]] = {}

    def of(self, groups: Sequence[Group], asked: Set[int]) -> dict[int, Said]:
        """For undated groups with new words, by identity: the day that the rest of the document gives.

        ``asked``: those of which only a question tells (``in_questions``).
        """
        live = bool(self._page.posts)
        given = _inherited(groups, self._language) if live else {}
        wire = wire_day(self._text, self._language, self._when)
        for group in groups:
            if group.said.on is not None or group.said.latest is not None or id(group) in given:
                continue
            if reporting_of(group.said, None, group.telling, self._language) != "new":
                continue
            if all(row.row.rule == "subordinate_clause" for row in group.rows) or id(group) in asked:
                continue
            day = self._live(group) if live else self._one(group, groups, wire)
            if day is not None:
                given[id(group)] = self._reckoned(day)
        return given

    def _reckoned(self, day: date) -> Said:
        """A day that follows from what stands around the words: it may be the one before, or the next one
        while that is not after publication."""
        latest = day + _NEAR
        if self._when is not None and not self._page.posts:
            latest = max(day, min(latest, self._when.value.date()))
        return Said(day, day - _NEAR, latest)

    def _live(self, group: Group) -> date | None:
        """A live page tells what is said as it is said; who is not named may have said it before."""
        when = self._times[group.post or 0]
        if when is None or when.precision == "month" or any(row.heading for row in group.rows):
            return None
        return when.value.date() if group.speaker.kind != "anonymous" else None

    def _one(self, group: Group, groups: Sequence[Group], wire: Said) -> date | None:
        when = self._when
        if when is None or when.precision == "month":
            return wire.on
        own = self._page.form == "press_release" or all(row.row.rule in UNMARKED for row in group.rows)
        if own and not any(row.heading for row in group.rows):
            return when.value.date()
        day = self._of_attack(group)
        if day is not None or bare(group.speaker):
            return day
        if (day := self._near(group)) is not None:
            return _begun(day, group, when)
        if group.speaker.kind not in OFFICIAL_KINDS:
            return None if any(row.heading for row in group.rows) else wire.on
        told = self._told(groups)
        if told is not None and self._behind(group):
            return wire.on or _published(group, when)
        if told is not None or self._several(groups):
            return _begun(told, group, when)
        if wire.on is not None:
            return wire.on
        return _published(group, when)

    # --- near the words -----------------------------------------------------------------------------------

    def _near(self, group: Group) -> date | None:
        """The day told last before the words: in their paragraph, or in a sentence that names the speaker."""
        rows = [row for row in group.rows if row.where == "text"]
        if not rows:
            return None
        for row in sorted(rows, key=lambda one: one.row.sentence.start):
            last = self._number_at(row.row.sentence.start)
            paragraph = self._text.rfind("\n", 0, row.row.sentence.start) + 1
            for number in range(last - 1, -1, -1):
                span = self._sentences[number]
                within = span.start >= paragraph
                if not within and last - number > _NAMED_BACK:
                    break
                days = self._days_in(number)
                if days and (within or _names(span.of(self._text), row)):
                    return days[-1]
        return None

    def _number_at(self, start: int) -> int:
        """The number of the sentence in which a place lies."""
        for number, span in enumerate(self._sentences):
            if span.end > start:
                return number
        return len(self._sentences)

    def _of_attack(self, group: Group) -> date | None:
        """`Shells killed two on Saturday, the governor said`: an attack is told of on its day."""
        for row in group.rows:
            if row.row.kind != "indirect" or row.where != "text" or row.row.rule == "nominal":
                continue  # `X on Monday dismissed Y's claim that …`
            days = self._days(row.row.sentence)
            if len(set(days)) == 1 and _HARM & set(
                positions_of([row.frame], [row.frame], self._language, group.speaker)
            ):
                return days[0]
        return None

    # --- the document's day -------------------------------------------------------------------------------

    def _told(self, groups: Sequence[Group]) -> date | None:
        """The one day on which others spoke, if that is the day with which the report opens or it names none;
        else the day of publication where the report opens with it."""
        said = self._said_days(groups)
        opening = self._opening()
        if opening is None:
            return next(iter(said)) if len(said) == 1 else None
        if not said or said == {opening} or (self._when and opening == self._when.value.date()):
            return opening
        return None

    def _behind(self, group: Group) -> bool:
        """Whether the first day that a short document names stands in a later paragraph than the words with
        which it opens: it dates what others said before (`X rules it out. … On Friday, Y defended it`)."""
        starts = [row.row.sentence.start for row in group.rows if row.where == "text"]
        if not starts or len(self._sentences) > _BRIEF:
            return False
        for number in range(self._number_at(min(starts)) + 1):
            if self._days_in(number):
                return False
        until = self._text.find("\n", min(starts))
        return until >= 0 and not any(
            self._days_in(number)
            for number, span in enumerate(self._sentences)
            if min(starts) <= span.start < until
        )

    def _several(self, groups: Sequence[Group]) -> bool:
        return bool(self._said_days(groups)) or self._opening() is not None

    def _said_days(self, groups: Sequence[Group]) -> set[date]:
        return {group.said.on for group in groups if group.said.on and self._recent(group.said.on)}

    def _opening(self) -> date | None:
        for number in range(min(_OPENING, len(self._sentences))):
            if days := self._days_in(number):
                return days[0]
        return None

    # --- reading ------------------------------------------------------------------------------------------

    def _days_in(self, number: int) -> tuple[date, ...]:
        if number not in self._read:
            self._read[number] = self._days(self._sentences[number])
        return self._read[number]

    def _days(self, span: Span) -> tuple[date, ...]:
        """The recent days that a stretch of text names, without an agency's dateline."""
        found = told_but_nights(self._text, span, self._language)
        days = (
            resolve_day(words, self._when).on
            for words in found
            if words.meaning in _ONE_DAY and words.span.start >= self._head
        )
        return tuple(day for day in days if day is not None and self._recent(day))

    def _recent(self, day: date) -> bool:
        if self._when is None:
            return False
        return timedelta(0) <= self._when.value.date() - day <= NEW_FOR


def in_questions(text: str, groups: Sequence[Group]) -> set[int]:
    """By identity the groups of which only an interviewer's question tells: it recalls earlier words."""
    answers = {
        text.rfind("\n", 0, row.row.content.start) + 1
        for group in groups
        for row in group.rows
        if row.row.rule == "interview_answer"
    }

    def asks(row: Heard) -> bool:
        end = text.find("\n", row.row.sentence.end)
        answered = end >= 0 and end + 1 in answers
        return row.where == "text" and row.row.rule not in UNMARKED and answered

    return {id(group) for group in groups if answers and all(asks(row) for row in group.rows)}


def _begun(day: date | None, group: Group, when: When) -> date | None:
    """A document's day, but none that at publication has not yet begun where the speaker's state lies."""
    zone = zone_of_state(group.speaker.state)
    if day is None or zone is None or when.precision != "minute":
        return day
    return min(day, when.value.astimezone(zone).date())


def _published(group: Group, when: When) -> date | None:
    """The day of publication where the speaker's state lies; what stands there before dawn tells of the day
    before."""
    if when.precision != "minute":
        return None
    zone = zone_of_state(group.speaker.state)
    there = when.value.astimezone(zone) if zone is not None else when.value
    day = there.date() - timedelta(days=1) if there.hour < _DAYTIME else there.date()
    return min(day, when.value.date())


def _names(sentence: str, row: Heard) -> bool:
    """Whether a sentence names the speaker: a telling word of the name, in any case of it."""
    low = fold(sentence).low
    stems = [fold(word).low[:_STEM] for word in row.name.split()[-1:] if len(word) > _SHORT]
    return any(re.search(rf"(?<!\w){re.escape(stem)}", low) for stem in stems)


def wire_day(text: str, language: str, published: When | None) -> Said:
    """The day of an agency's dateline (`KYIV, Feb 13 (Agency) —`): the copy reports that day's words."""
    for head in _dateline_heads(text):
        days = [day for day in find_days(text, head, language) if day.meaning == "date"]
        if days:
            return resolve_day(days[0], published)
    return Said()


def _dateline_end(text: str, language: str) -> int:
    """Where a dateline that names a day ends; 0 where there is none."""
    for head in _dateline_heads(text):
        if any(day.meaning == "date" for day in find_days(text, head, language)):
            return head.end
    return 0


def _dateline_heads(text: str) -> list[Span]:
    heads = []
    for paragraph in paragraphs_of(text)[:_DATELINE_PARAGRAPHS]:
        dash = _DATELINE.search(text, paragraph.start, min(paragraph.end, paragraph.start + _DATELINE_REACH))
        if dash is not None:
            heads.append(Span(paragraph.start, dash.start()))
    return heads


def _inherited(groups: Sequence[Group], language: str) -> dict[int, Said]:
    """On a live page the day that another post gives the same speaker and venue."""
    given: dict[int, Said] = {}
    venues: Mapping[int, str | None] = {id(group): venue_of(group.frames, language) for group in groups}
    for group in groups:
        if group.said.on is not None or venues[id(group)] is None:
            continue
        days = {
            one.said.on: one.said
            for one in groups
            if one.said.on is not None
            and speaker_key(one.speaker) == speaker_key(group.speaker)
            and venues[id(one)] == venues[id(group)]
        }
        if len(days) == 1:
            given[id(group)] = next(iter(days.values()))
    return given
