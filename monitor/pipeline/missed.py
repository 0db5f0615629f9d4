"""What the live feeds missed and an archive found: the monitor's own recall, and the reason for each miss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from extractors.urls import canonical
from monitor.store.database import Session
from monitor.store.late import carried_by, entry_at, feeds_of_outlet, from_archives, from_feeds, of_archives
from monitor.store.schema import Article, StatementRow

#: Why a statement was missed, and what that means.
REASONS: Final = {
    "not_watched": "no feed of the outlet is watched",
    "before_the_feed": "it was published before the outlet's feed was added",
    "passed_over": "the feed had it, and its page was not read for its title",
    "page_refused": "the feed had it, and its page could not be read",
    "not_found_live": "the feed's article was read, and the statement was not found in it",
    "not_in_feed": "the outlet's feed was watched, and did not bring it",
    "no_outlet": "nobody knows whose article it is",
}
#: Where nobody listened, nothing could be heard.
DEAF: Final = frozenset({"not_watched", "before_the_feed", "no_outlet"})


@dataclass(frozen=True, slots=True)
class Missed:
    """A statement that only archives brought: its earliest article there, and why no feed had it."""

    statement: StatementRow
    article: Article
    reason: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """Of the statements that archives found, those that the feeds had too.

    ``watched`` leaves out those whose outlets nobody listened to then. Both are None where there is nothing
    to measure by.
    """

    heard: int
    missed: tuple[Missed, ...]

    @property
    def recall(self) -> float | None:
        """The share that the feeds had."""
        return self.heard / (self.heard + len(self.missed)) if self.heard or self.missed else None

    @property
    def watched(self) -> float | None:
        """The same among outlets that were watched when it was published."""
        missed = sum(one.reason not in DEAF for one in self.missed)
        return self.heard / (self.heard + missed) if self.heard or missed else None


def recall_since(session: Session, since: datetime, until: datetime | None = None) -> Recall:
    """The statements of that time that archives found, heard and missed: by the day said, else published."""
    heard, missed = 0, list[Missed]()
    for statement in of_archives(session):
        day = (
            statement.said_on
            or statement.said_to
            or (statement.first_published or statement.first_seen).date()
        )
        if day < since.date() or (until is not None and day > until.date()):
            continue
        articles = carried_by(session, statement.id)
        numbers = [article.id for article in articles]
        if from_feeds(session, numbers):
            heard += 1
            continue
        archived = from_archives(session, numbers)
        found = [article for article in articles if article.id in archived]
        if found:
            missed.append(Missed(statement, found[0], *_why(session, found)))
    return Recall(heard, tuple(missed))


def _why(session: Session, articles: list[Article]) -> tuple[str, str | None]:
    """The reason that says most: what happened to an entry before what feeds there were."""
    found = [one for article in articles for one in _reasons(session, article)]
    order = [*(r for r in REASONS if r not in DEAF), *(r for r in REASONS if r in DEAF)]
    return min(found, key=lambda one: order.index(one[0]))


def _reasons(session: Session, article: Article) -> Iterator[tuple[str, str | None]]:
    try:
        entry = entry_at(session, canonical(article.address or article.url))
    except ValueError:
        entry = None
    if entry is not None:
        states = {"skipped": "passed_over", "refused": "page_refused"}
        yield states.get(entry.status, "not_found_live"), entry.reason
        return
    if article.outlet is None:
        yield "no_outlet", None
        return
    feeds = feeds_of_outlet(session, article.outlet.id)
    if not feeds:
        yield "not_watched", article.outlet.name
    elif article.published is not None and all(feed.added_at > article.published for feed in feeds):
        yield "before_the_feed", article.outlet.name
    else:
        yield "not_in_feed", article.outlet.name
