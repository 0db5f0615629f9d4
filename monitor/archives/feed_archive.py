"""What feeds keep of themselves: archived and paged feeds (RFC 5005), JSON Feed's pages, WordPress's too.

A feed is walked from its newest document back: by the links that it gives, else, where it is WordPress's, by
``paged=2, 3 …`` until there is no such page or one says again what an earlier one said. The walk ends at
the window's start where the feed is in the order of time, else at its last document. A document that was
met before ends it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from extractors.feed.history import History, parse_past_job
from monitor.archives import Reach, Targets, Turns
from monitor.archives._asking import FINAL, Asking, ask
from monitor.archives._entries import entry_key, pages_of
from monitor.archives._walk import Mark, Step, short, walk
from monitor.archives._windows import whole
from monitor.errors import ArchiveFailed
from monitor.model import Batch, Expected, ParsedFeed, Problem, Target, Window

TARGETS: Final[Targets] = "feeds"
#: It asks the outlets' own servers: feeds of several outlets may be walked side by side.
ASKS: Final[Turns] = "targets"
#: Editors set a story back by some hours, and a sticky one stays on top: so far is still the order of time.
SLACK: Final = timedelta(days=2)
#: WordPress names itself in its feeds, and gives them these addresses (its handbook, "WordPress feeds").
_WORDPRESS: Final = re.compile(r"\bwordpress\b", re.IGNORECASE)
_ITS_ADDRESS: Final = re.compile(r"(?:/feed/?(?:rss2?|rdf|atom)?/?$|[?&]feed=(?:rss2?|rdf|atom))")
#: A document that is not there, or that its site does not give to us.
ABSENT: Final = FINAL | {"too_large", "encoding", "redirect_loop", "too_many_redirects", "bad_url"}


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """``documents``: most of one feed. ``paged``: which feeds without links are asked for WordPress's pages
    (``wordpress``: those that look like its own)."""

    documents: int = 2_000
    paged: Literal["wordpress", "all", "none"] = "wordpress"


def build(settings: Settings, reach: Reach) -> FeedArchive:
    """The archive."""
    return FeedArchive(settings, reach)


@dataclass(frozen=True, slots=True)
class _Document:
    parsed: ParsedFeed
    history: History
    size: int


class FeedArchive:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "feed-archive"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """One window: a feed is walked from its newest entry, whatever is wanted of it."""
        return whole(start, end)

    def expected(self, window: Window) -> Expected:
        """An estimate by each feed's newest document: how many entries it has for how many days."""
        pages = requests = size = 0
        unknown: list[str] = []
        for target in self._reach.targets:
            found = self._get(target.address)
            requests += 1
            if not isinstance(found, _Document):
                unknown.append(f"{target.address}: {found.detail}")
                continue
            days = [e.published.value for e in found.parsed.entries if e.published]
            inside = sum(window.start <= day < window.end for day in days)
            if self._following(target.address, 1, found.history) is None or len(days) < 2:
                pages, size = pages + inside, size + found.size
                continue
            each = max((max(days) - min(days)) / len(days), timedelta(seconds=1))
            back = max((max(days) - window.start) / each, 0.0)
            documents = min(max(round(back / len(days)), 1), self._settings.documents)
            within = (min(window.end, max(days)) - window.start) / each
            pages += max(round(within), inside)
            requests, size = requests + documents, size + documents * found.size
        note = "an estimate by the newest document of each feed; full text in it needs no page"
        return Expected(pages, requests, size, "; ".join((note, *unknown)))

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """A batch for each document, feed after feed."""

        def steps(target: Target, mark: Mark | None) -> Iterator[Step]:
            return self._steps(target, mark, window)

        return walk(self._reach.targets, cursor, steps)

    def _steps(self, target: Target, mark: Mark | None, window: Window) -> Iterator[Step]:
        place: Mark | None = mark or {"url": target.address, "seen": [], "oldest": None, "ordered": True}
        while place is not None:
            found = self._get(place["url"])
            if isinstance(found, _Document):
                step = self._read(target, place, found, window)
            else:
                step = Step(None, problems=_not_there(found, place) or _no_past(place, window))
            yield step
            place = step.mark

    def _read(self, target: Target, place: Mark, found: _Document, window: Window) -> Step:
        """One document's pages, and where to go on: nowhere where the walk is at its end."""
        history, listed, seen = found.history, found.parsed.entries, place["seen"]
        words = short("\n".join(entry_key(entry, target) or entry.title for entry in listed))
        if words in seen or (seen and not listed):
            again = {"repeated_document": 1}
            return Step(None, (), again, _no_past(place, window), found.size)
        if history.archive and history.current and not seen and "from" not in place:
            return Step({**place, "url": history.current, "from": place["url"]}, size=found.size)
        pages, passed = pages_of(listed, target, window)
        days = [entry.published.value for entry in listed if entry.published]
        ordered = place["ordered"] and (
            not days or not place["oldest"] or max(days) <= datetime.fromisoformat(place["oldest"]) + SLACK
        )
        here = {
            "url": place["url"],
            "seen": [*seen, short(place["url"]), words],
            "oldest": min(days).isoformat() if days else place["oldest"],
            "ordered": ordered,
        }
        following = self._following(place["url"], len(here["seen"]) // 2, history)
        reached = history.complete or bool(ordered and days and max(days) < window.start)
        problem = None if reached else self._end(here, following, window)
        if reached or problem:
            following = None
        going_on = {**here, "url": following} if following else None
        return Step(going_on, tuple(pages.values()), passed, (problem,) if problem else (), found.size)

    def _end(self, here: Mark, following: str | None, window: Window) -> Problem | None:
        """Why the walk must end though the window goes on; None where it may go on."""
        if following is None:
            return next(iter(_no_past(here, window)), None)
        if short(following) in here["seen"]:
            return Problem("archive_loop", f"{here['url']} leads back to {following}")
        if len(here["seen"]) // 2 >= self._settings.documents:
            return Problem(
                "archive_too_long", f"{here['url']}: {self._settings.documents} documents are read"
            )
        return None

    def _following(self, url: str, read: int, history: History) -> str | None:
        """The document before this one: what the feed says, else WordPress's next page."""
        if history.complete:
            return None
        if history.earlier:
            return history.earlier
        parts = urlsplit(url)
        query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        paged = any(name == "paged" for name, _ in query)
        its_own = paged or _WORDPRESS.search(history.generator) or _ITS_ADDRESS.search(url)
        if self._settings.paged == "none" or (self._settings.paged == "wordpress" and not its_own):
            return None
        if history.archive:
            return None
        rest = [(name, value) for name, value in query if name != "paged"]
        return urlunsplit(parts._replace(query=urlencode([*rest, ("paged", str(read + 1))])))

    def _get(self, url: str) -> _Document | Problem:
        """The document, or why there is none; raises ArchiveFailed for what may pass."""
        try:
            answer = ask(self._reach.fetcher, url, self._settings.manners, lambda found: found, "feed")
        except ArchiveFailed as error:
            if error.state in ABSENT:
                return Problem(error.state, f"{url}: {error.state}")
            raise
        found = self._reach.worked(
            parse_past_job, answer.body, answer.url, answer.content_type, self._reach.clock.now()
        )
        if isinstance(found, tuple):
            parsed, history = found
            return _Document(parsed, history, len(answer.body))
        return Problem("not_a_feed", f"{url}: {getattr(found, 'state', type(found).__name__)}")


def _no_past(place: Mark, window: Window) -> tuple[Problem, ...]:
    """That a feed has no other document than its newest, where that does not reach back far enough."""
    oldest = datetime.fromisoformat(place["oldest"]) if place["oldest"] else None
    if len(place["seen"]) != 2 or oldest is None or oldest <= window.start:
        return ()
    return (Problem("no_archive", f"{place['url']}: no earlier entries than those since {oldest:%Y-%m-%d}"),)


def _not_there(why: Problem, place: Mark) -> tuple[Problem, ...]:
    """What a person must know of it: nothing, where WordPress's pages have come to their end."""
    if not place["seen"]:
        return (Problem("feed_unreadable", why.detail),)
    if "paged=" in place["url"] and why.code in ("http_404", "http_410", "http_400", "not_a_feed"):
        return ()
    return (Problem("archive_gap", f"{why.detail}, and with it all that was before"),)
