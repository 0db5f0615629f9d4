"""feeds due -> poll -> entries: fetch, parse, tell known items from new ones."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from extractors.urls import canonical, host_of
from monitor.entries import EntryIdentity, KnownEntries, content_hash, repeated, same_entry
from monitor.errors import ItemError
from monitor.model import Counts, FeedEntry, ParsedFeed
from monitor.pipeline import quarantine
from monitor.pipeline.jobs import feed_job
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import Fetched, Wanted
from monitor.schedule import FAILURES_TO_TELL, Pace, after_answer, after_failure
from monitor.store.database import Session
from monitor.store.entries import known_entries
from monitor.store.feeds import (
    AskedFeed,
    UnchangedFeed,
    due_ids,
    due_urls,
    find_feed,
    mark_unchanged,
    to_ask,
)
from monitor.store.issues import close_issue, close_issues, raise_issue
from monitor.store.schema import Entry, Feed
from monitor.storms import is_storm
from monitor.waypoints import passing

#: Some servers keep an ETag when the feed has changed: once a day a feed is asked without validators.
FULL_EVERY: Final = timedelta(hours=24)
#: Feeds without news are written so many at a time, or after so many seconds.
LOT: Final = 100
LOT_SECONDS: Final = 5.0
#: A permanent redirect is believed after it was met this many times.
MOVED_TIMES: Final = 3


def due_batches(services: Services, batches: int = 6) -> list[list[int]]:
    """Ids of the feeds that are due, in at most ``batches`` lists; feeds of one host stay together."""
    groups: dict[str, list[int]] = {}
    with services.database.reading() as session:
        for feed_id, url in due_urls(session, services.now()):
            groups.setdefault(host_of(url) or "", []).append(feed_id)
    out: list[list[int]] = [[] for _ in range(max(1, batches))]
    for group in sorted(groups.values(), key=len, reverse=True):
        min(out, key=len).extend(group)
    return [batch for batch in out if batch]


def poll(services: Services, feed_ids: Sequence[int] | None = None) -> Counts:
    """Asks these feeds (else all that are due) once. A feed that cannot be reached is a state, no refusal."""
    tally = Tally("poll")
    with services.database.reading() as session:
        if feed_ids is None:
            feed_ids = due_ids(session, services.now())
        asked = [_ask(row, services.now()) for row in to_ask(session, feed_ids)]
    passing("poll.begun")
    unchanged = _Unchanged(services)
    fetched: deque[tuple[_Ask, Fetched, str]] = deque()

    def changed() -> Iterator[tuple[bytes, str, str | None, datetime]]:
        """What must be parsed, as it comes; the rest is dealt with on the way."""
        for index, answer in services.fetcher.fetch_all([a.wanted for a in asked]):
            passing("poll.fetched")
            ask = asked[index]
            if isinstance(answer, Fetched):
                digest = hashlib.sha256(answer.body).hexdigest()
                if answer.status != 304 and digest != ask.body_hash:
                    fetched.append((ask, answer, digest))
                    # Dates are held against the later of two clocks: one put back makes no date untrue.
                    yield answer.body, answer.url, answer.content_type, max(ask.latest, services.now())
                    continue
                tally.count("unchanged")
                unchanged.add(ask, answer)
            else:
                _failed(services, tally, ask, answer)
            passing("poll.stored")

    for parsed in services.workers.map(feed_job, changed()):
        _answered(services, tally, *fetched.popleft(), parsed)
        passing("poll.stored")
    unchanged.write()
    return tally.counts()


@dataclass(frozen=True, slots=True)
class _Ask:
    feed_id: int
    wanted: Wanted
    body_hash: str | None
    full: bool
    latest: datetime  # the latest moment that this or an earlier poll's clock told
    interval: float
    last_full: datetime | None
    moving: bool  # a permanent redirect was met before


def _ask(feed: AskedFeed, now: datetime) -> _Ask:
    full = feed.last_full_at is None or not timedelta(0) <= now - feed.last_full_at < FULL_EVERY
    wanted = Wanted(feed.url, "feed", None if full else feed.etag, None if full else feed.last_modified)
    latest = max(now, feed.last_polled_at or now)
    return _Ask(
        feed.id, wanted, feed.body_hash, full, latest, feed.interval_minutes, feed.last_full_at, feed.moving
    )


class _Unchanged:
    """Feeds that answered with nothing new, written many at a time.

    They are most of all, and only their timetable changes: what is lost when the process ends is asked again.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: dict[int, _Ask] = {}
        self._since = time.monotonic()

    def add(self, ask: _Ask, answer: Fetched) -> None:
        """Notes a feed; one that moves, or moved before, is written at once with what follows from it."""
        if ask.moving or answer.permanent_url is not None:
            with _one_at_a_time(self._services, ask.feed_id) as session:
                feed = session.get_one(Feed, ask.feed_id)
                _asked(self._services, session, feed, answer, ask, entries=0, new=0, state="unchanged")
                close_issue(session, "feed_failing", f"f{feed.id}", self._services.now())
            return
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting[ask.feed_id] = ask
        if len(self._waiting) >= LOT or time.monotonic() - self._since > LOT_SECONDS:
            self.write()

    def write(self) -> None:
        """Stores what was noted, in one transaction."""
        if not self._waiting:
            return
        now = self._services.now()
        rows: list[UnchangedFeed] = []
        for number, ask in sorted(self._waiting.items()):
            pace = _pace(self._services, number, ask.interval, now)
            full = now if ask.full else ask.last_full
            rows.append(UnchangedFeed(number, pace.interval_minutes, pace.due_at, full))
        with self._services.database.writing() as session:
            mark_unchanged(session, rows, now)
            close_issues(session, "feed_failing", [f"f{row.id}" for row in rows], now)
        self._waiting.clear()


def _answered(
    services: Services,
    tally: Tally,
    ask: _Ask,
    answer: Fetched,
    digest: str,
    parsed: ParsedFeed | Exception,
) -> None:
    if not isinstance(parsed, ParsedFeed):
        _failed(services, tally, ask, parsed)
        return
    passing("poll.parsed")
    with _one_at_a_time(services, ask.feed_id) as session:
        feed = session.get_one(Feed, ask.feed_id)
        new, edited = _keep(services, session, feed, parsed)
        _asked(services, session, feed, answer, ask, entries=len(parsed.entries), new=new, state="ok")
        # Validators are kept only together with the entries that they stand for.
        feed.etag, feed.last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        feed.body_hash = digest
        _name(feed, parsed)
        close_issue(session, "feed_failing", f"f{feed.id}", services.now())
        session.flush()
        passing("poll.written")
    tally.count("answered")
    tally.count("new_entries", new)
    tally.count("edited_entries", edited)


@contextmanager
def _one_at_a_time(services: Services, feed_id: int) -> Iterator[Session]:
    """A writing session in turn with all others that asked this feed: what one stored, the next knows."""
    with services.database.writing(f"feed {feed_id}") as session:
        yield session


def _asked(
    services: Services,
    session: Session,
    feed: Feed,
    answer: Fetched,
    ask: _Ask,
    *,
    entries: int,
    new: int,
    state: str,
) -> None:
    now = services.now()
    pace = _pace(services, feed.id, feed.interval_minutes, now, entries=entries, new=new)
    feed.interval_minutes, feed.failures, feed.next_due_at = pace.interval_minutes, pace.failures, pace.due_at
    feed.last_polled_at = feed.last_ok_at = now
    feed.first_polled_at = feed.first_polled_at or now
    feed.last_state, feed.last_detail = state, None
    if ask.full:
        feed.last_full_at = now
    _moved(session, feed, answer, now)


def _pace(
    services: Services, feed_id: int, interval: float, now: datetime, *, entries: int = 0, new: int = 0
) -> Pace:
    """When a feed that answered is asked again, within the bounds of the settings."""
    least, most = services.settings.poll.min_minutes, services.settings.poll.max_minutes
    return after_answer(feed_id, interval, entries=entries, new=new, now=now, shortest=least, longest=most)


def _moved(session: Session, feed: Feed, answer: Fetched, now: datetime) -> None:
    """A permanent redirect met often enough is believed; where it leads to a feed we ask, this one ends."""
    if answer.permanent_url is None or answer.permanent_url == feed.url:
        feed.moved_to, feed.moved_times = None, 0
        return
    same = feed.moved_to == answer.permanent_url
    feed.moved_to, feed.moved_times = answer.permanent_url, feed.moved_times + 1 if same else 1
    if feed.moved_times < MOVED_TIMES:
        return
    other = find_feed(session, answer.permanent_url)
    if other is None:
        log.info("f%s moved for good to %s", feed.id, answer.permanent_url)
        feed.url, feed.moved_to, feed.moved_times = answer.permanent_url, None, 0
    elif other.status == "active":
        feed.status = "removed"
        raise_issue(session, "feed_moved", f"f{feed.id}", f"{feed.url} is now f{other.id}, {other.url}", now)


def _failed(services: Services, tally: Tally, ask: _Ask, error: Exception) -> None:
    state, detail = (error.state, error.detail) if isinstance(error, ItemError) else ("internal", repr(error))
    retry_after = error.retry_after if isinstance(error, ItemError) else None
    tally.count("unreachable")
    log.info("f%s %s: %s (%s)", ask.feed_id, ask.wanted.url, state, detail)
    now = services.now()
    with _one_at_a_time(services, ask.feed_id) as session:
        feed = session.get_one(Feed, ask.feed_id)
        pace = after_failure(
            feed.interval_minutes, feed.failures, state=state, retry_after=retry_after, now=now
        )
        feed.failures, feed.next_due_at = pace.failures, pace.due_at
        feed.last_polled_at, feed.last_state, feed.last_detail = now, state, detail
        if feed.failures >= FAILURES_TO_TELL:
            raise_issue(session, "feed_failing", f"f{feed.id}", f"{feed.url}: {state} {detail}".strip(), now)


def _name(feed: Feed, parsed: ParsedFeed) -> None:
    """A feed added without a name takes the one that it gives itself."""
    feed.title = feed.title or parsed.title or None
    feed.language = feed.language or parsed.language


def _keep(services: Services, session: Session, feed: Feed, parsed: ParsedFeed) -> tuple[int, int]:
    """Stores what is new in a feed's document and what was edited; (new, edited)."""
    rows = [(_identity(entry), entry) for entry in parsed.entries]
    guids, urls = repeated(r.guid for r, _ in rows), repeated(r.url for r, _ in rows)
    present = frozenset(r.url for r, _ in rows if r.url)
    known = [
        (EntryIdentity(e.guid, e.canonical_url, e.title, e.content_hash, e.id), e)
        for e in known_entries(
            session,
            feed.id,
            [r.guid for r, _ in rows if r.guid],
            [r.url for r, _ in rows if r.url],
            [r.content_hash for r, _ in rows],
        )
    ]
    index, by_id = KnownEntries(k for k, _ in known), {e.id: e for _, e in known}
    rows_new: list[Entry] = []
    edited = 0
    for identity, entry in reversed(rows):  # feeds list the newest first; ids follow the order of events
        found = same_entry(
            identity, index.like(identity), repeated_guids=guids, repeated_urls=urls, present_urls=present
        )
        if found is None:
            row = _new_row(services, feed, identity, entry)
            rows_new.append(row)
            number = -len(rows_new)  # until the database has given it one
            index.add(replace(identity, id=number))
            by_id[number] = row
        elif found[0].content_hash != identity.content_hash:
            edited += _edit(by_id[found[0].id or 0], identity, entry, services.now())
    session.add_all(rows_new)
    session.flush()
    _quarantine(services, session, feed, rows_new)
    return len(rows_new), edited


def _quarantine(services: Services, session: Session, feed: Feed, new: Sequence[Entry]) -> None:
    """The items of a flood are read and kept, but make no instant alert until somebody lets them."""
    if not is_storm([e.published for e in new], feed.last_ok_at, services.now()):
        return
    for entry in new:
        entry.storm = True
    detail = f"{feed.url}: {len(new)} items at once, as new; `feeds resume f{feed.id}` lets them go"
    quarantine.tell(services, session, quarantine.FEED, f"f{feed.id}", detail)


def _identity(entry: FeedEntry) -> EntryIdentity:
    url = None
    if entry.url:
        try:
            url = canonical(entry.url)
        except ValueError:
            url = None
    return EntryIdentity(entry.guid, url, entry.title, content_hash(entry.title, entry.summary))


def _new_row(services: Services, feed: Feed, identity: EntryIdentity, entry: FeedEntry) -> Entry:
    first_poll = feed.first_polled_at is None
    published = entry.published.value if entry.published else None
    silent = feed.baseline and services.settings.alerts.baseline and first_poll
    silent = silent and (published is None or published < feed.added_at)
    return Entry(
        feed_id=feed.id,
        guid=entry.guid,
        url=entry.url,
        canonical_url=identity.url,
        title=entry.title,
        summary=entry.summary,
        content_html=entry.content_html,
        language=entry.language or feed.language,
        outlet_name=entry.outlet,
        published=published,
        published_precision=entry.published.precision if entry.published else None,
        raw_published=entry.raw_published,
        content_hash=identity.content_hash,
        first_seen=services.now(),
        baseline=silent,
    )


def _edit(row: Entry, identity: EntryIdentity, entry: FeedEntry, now: datetime) -> int:
    """An edited item is the same entry with new words: it is read again, and its article gets a version."""
    row.guid, row.url, row.canonical_url = entry.guid or row.guid, entry.url or row.url, identity.url
    row.title, row.summary, row.content_html = entry.title, entry.summary, entry.content_html
    row.content_hash = identity.content_hash
    row.edits += 1
    row.status, row.reason, row.tries, row.next_try_at = "unread", None, 0, None
    row.waits_since = now
    return 1
