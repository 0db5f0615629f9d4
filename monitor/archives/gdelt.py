"""GDELT's DOC 2.0 API: which articles of the world's press since 2017 have the topic's words in their text.

The index holds machine translations into English of sixty-five languages and is searched in English only
(native-language search was given up in 2017: blog.gdeltproject.org/updates-doc-2-0-api), so the English
terms of the topic ask for all of them, with what translators make of the words of other languages. It
gives at most 250 articles an answer: a step of time that is full is halved. Pages are fetched where they
stand; the index knows when it saw one, which is no day of publication.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from extractors.languages import words
from extractors.urls import BadUrl, canonical, parse
from monitor.archives import Reach, Targets
from monitor.archives._asking import PAGE_BYTES, AskingOne, ask
from monitor.archives._gdelt_answers import LANGUAGES, Articles, articles, counts
from monitor.archives._windows import spans
from monitor.errors import ArchiveFailed, SettingsError
from monitor.model import ArchivedPage, Batch, Document, Expected, Problem, Window

TARGETS: Final[Targets] = "none"
#: Before this moment the index has nothing (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts).
BEGUN: Final = datetime(2017, 1, 1, tzinfo=UTC)
BEFORE: Final = "GDELT's index begins on 2017-01-01: there is nothing to ask for"
#: Most articles of one answer (MAXRECORDS in the same place).
FULL: Final = 250
#: The index is brought up to date every quarter of an hour; a shorter step holds no less.
QUARTER: Final = timedelta(minutes=15)
#: Longer queries are refused; users found the bound between 250 and 290 characters.
LONGEST_QUERY: Final = 240


@dataclass(frozen=True, slots=True)
class Settings(AskingOne):
    """``pause``: the API says "one every 5 seconds"; at five, users still met the refusal. ``window_days``
    is how much one window holds, ``words`` replaces the topic's own search words."""

    api: str = "https://api.gdeltproject.org/api/v2/doc/doc"
    pause: float = 6.0
    window_days: int = 7
    tries: int = 5
    first_wait: float = 10.0
    longest_wait: float = 180.0
    words: tuple[str, ...] = ()


def build(settings: Settings, reach: Reach) -> Gdelt:
    """The archive. Raises SettingsError for words that cannot be asked for."""
    if settings.window_days < 1:
        raise SettingsError("archives.gdelt.window_days is less than a day")
    return Gdelt(settings, reach)


class Gdelt:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "gdelt"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach
        self._queries = queries(settings.words or words("en", "topic")["search"])
        self._counts: dict[str, dict[datetime, int]] = {}

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """Windows of ``window_days``; what lies before the index is one of its own."""
        first = min(max(start, BEGUN), end)
        before = [Window(start, first)] if start < first else []
        return before + spans(first, end, timedelta(days=self._settings.window_days))

    def expected(self, window: Window) -> Expected:
        """The articles that the index counts in the window, those that two queries find counted twice.

        The counts of the whole stretch are asked for once for each query.
        """
        if window.end <= BEGUN:
            return Expected(0, 0, 0, BEFORE)
        stretch = self._reach.stretch or window
        pages = 0
        for query in self._queries:
            if query not in self._counts:
                asked = Window(max(stretch.start, BEGUN), stretch.end)
                self._counts[query] = self._ask(query, "timelinevolraw", asked, counts)
            pages += sum(n for at, n in self._counts[query].items() if window.start <= at < window.end)
        own = len(self._queries) + pages // (FULL // 2)
        note = "by the index's own count, from above"
        return Expected(pages, pages + own, pages * PAGE_BYTES, note, own, self._settings.pause)

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """A batch for each step of time and query; a step grows and shrinks with what it gives."""
        place = (
            _Place.read(cursor, len(self._queries)) if cursor is not None else _Place(0, window.start, None)
        )
        if place.at < BEGUN < window.end:
            place = _Place(place.query, BEGUN, place.span)
        if window.end <= BEGUN:
            yield Batch((), None, problems=(Problem("before_archive", BEFORE),))
            return
        while True:
            step, found, problem = self._step(place, window)
            pages, passed = _pages(found)
            following = place.after(step, found.all, window, len(self._queries))
            mark = following.written() if following else None
            yield Batch(pages, mark, passed, (problem,) if problem else (), found.size)
            if following is None:
                return
            place = following

    def _step(self, place: _Place, window: Window) -> tuple[Window, Articles, Problem | None]:
        """What the index has from the place on, in as long a step as is not full."""
        end = min(place.at + place.span, window.end) if place.span else window.end
        full: tuple[Window, Articles] | None = None
        while True:
            step = Window(place.at, end)
            try:
                found = self._ask(self._queries[place.query], "artlist", step, articles)
            except ArchiveFailed as error:
                if error.state != "step_refused" or full is None:
                    raise
                return *full, _too_many(full[0])
            length = end - place.at
            if found.all < FULL:
                return step, found, None
            if length <= QUARTER:
                return step, found, _too_many(step)
            full = step, found
            end = place.at + max(QUARTER, length // 2 // QUARTER * QUARTER)

    def _ask(self, query: str, mode: str, step: Window, read: Any) -> Any:
        parts = {
            "query": query,
            "mode": mode,
            "format": "json",
            "startdatetime": f"{step.start:%Y%m%d%H%M%S}",
            "enddatetime": f"{step.end - timedelta(seconds=1):%Y%m%d%H%M%S}",
        }
        if mode == "artlist":
            parts |= {"maxrecords": str(FULL), "sort": "dateasc"}
        url = f"{self._settings.api}?{urlencode(parts)}"
        return ask(self._reach.fetcher, url, self._settings.manners, read)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reading is: which query, from which moment on, how long a step was well (None: try all)."""

    query: int
    at: datetime
    span: timedelta | None

    def after(self, step: Window, found: int, window: Window, queries: int) -> _Place | None:
        """The place behind a step; None behind the last. A step that was far from full may double."""
        if step.end < window.end:
            length = step.end - step.start
            return _Place(self.query, step.end, length * 2 if found < FULL // 4 else length)
        if self.query + 1 < queries:
            return _Place(self.query + 1, max(window.start, BEGUN), None)
        return None

    def written(self) -> str:
        """The place as a cursor."""
        return json.dumps([self.query, self.at.isoformat(), self.span and self.span.total_seconds()])

    @classmethod
    def read(cls, cursor: str, queries: int) -> _Place:
        """The place of a cursor. Raises ArchiveFailed for one that is not of this archive."""
        try:
            query, at, span = json.loads(cursor)
            place = cls(int(query), datetime.fromisoformat(at), span and timedelta(seconds=float(span)))
            if 0 <= place.query < queries and place.at.tzinfo is not None:
                return place
        except (ValueError, TypeError):
            pass
        raise ArchiveFailed("bad_cursor", "the mark to go on from is not one of this archive's")


def queries(search: Sequence[str]) -> tuple[str, ...]:
    """The words as queries that the API takes: alternatives in brackets, phrases in quotation marks (single
    words without: quoted they are refused), each query short enough. Raises SettingsError for a word that
    is too long, or none."""
    found: list[str] = []
    for word in dict.fromkeys(search):
        term = word if word.isalnum() else f'"{word}"'
        if '"' in word or not word.strip() or len(term) + 2 > LONGEST_QUERY:
            raise SettingsError(f"archives.gdelt.words: {word[:60]!r} cannot be asked for")
        if found and len(found[-1]) + len(term) + 6 <= LONGEST_QUERY:
            found[-1] += f" OR {term}"
        else:
            found.append(term)
    if not found:
        raise SettingsError("archives.gdelt.words: there is nothing to ask for")
    return tuple(f"({query})" if " OR " in query else query for query in found)


def _too_many(step: Window) -> Problem:
    detail = (
        f"{step.start:%Y-%m-%d %H:%M}: {FULL} articles and more in the shortest step; the rest is not given"
    )
    return Problem("more_than_given", detail)


def _pages(found: Articles) -> tuple[tuple[ArchivedPage, ...], Counter[str]]:
    """The articles as pages, and what was passed. Their titles stay away: the index writes them with spaces
    around every mark, and nobody said them so."""
    passed: Counter[str] = Counter({"broken_record": found.broken} if found.broken else {})
    pages: dict[str, ArchivedPage] = {}
    for record in found.records:
        url, language = str(record.get("url") or ""), record.get("language")
        try:
            parse(url)
        except BadUrl:
            passed["bad_url"] += 1
            continue
        key = canonical(url)
        if language and language not in LANGUAGES:
            passed["other_language"] += 1
        elif key in pages:
            passed["repeated"] += 1
        else:
            pages[key] = ArchivedPage(key, Document(key, url, language=LANGUAGES.get(str(language))))
    return tuple(pages.values()), passed
