"""feeds due -> poll -> entries: fetch, parse, tell known items from new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from extractors.urls import canonical, host_of
from monitor.entries import EntryIdentity, content_hash, repeated, same_entry
from monitor.errors import ItemError
from monitor.model import Counts, FeedEntry, ParsedFeed
from monitor.pipeline import quarantine
from monitor.pipeline.jobs import feed_job
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import Fetched, Wanted
from monitor.schedule import FAILURES_TO_TELL, after_answer, after_failure
from monitor.store.database import Session
from monitor.store.entries import known_entries
from monitor.store.feeds import due_ids, find_feed
from monitor.store.issues import close_issue, raise_issue
from monitor.store.schema import Entry, Feed
from monitor.storms import is_storm
from monitor.waypoints import passing

#: Some servers keep an ETag when the feed has changed: once a day a feed is asked without validators.
FULL_EVERY: Final = timedelta(hours=24)
#: A permanent redirect is believed after it was met this many times.
MOVED_TIMES: Final = 3


def due_batches(services: Services, batches: int = 6) -> list[list[int]]:
    """Ids of the feeds that are due, in at most ``batches`` lists; feeds of one host stay together."""
    with services.database.reading() as session:
        ids = due_ids(session, services.now())
        hosts = {i: host_of(feed.url) or "" for i in ids if (feed := session.get(Feed, i))}
    groups: dict[str, list[int]] = {}
    for feed_id in ids:
        groups.setdefault(hosts[feed_id], []).append(feed_id)
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
        asked = [_ask(feed, services.now()) for i in feed_ids if (feed := session.get(Feed, i))]
    wanted = [a.wanted for a in asked]
    passing("poll.begun")
    for index, answer in services.fetcher.fetch_all(wanted):
        ask = asked[index]
        passing("poll.fetched")
        if isinstance(answer, Fetched):
            _answered(services, tally, ask, answer)
        else:
            _failed(services, tally, ask, answer)
        passing("poll.stored")
    return tally.counts()


@dataclass(frozen=True, slots=True)
class _Ask:
    feed_id: int
    wanted: Wanted
    body_hash: str | None
    full: bool
    latest: datetime  # the latest moment that this or an earlier poll's clock told


def _ask(feed: Feed, now: datetime) -> _Ask:
    full = feed.last_full_at is None or not timedelta(0) <= now - feed.last_full_at < FULL_EVERY
    wanted = Wanted(feed.url, "feed", None if full else feed.etag, None if full else feed.last_modified)
    return _Ask(feed.id, wanted, feed.body_hash, full, max(now, feed.last_polled_at or now))


def _answered(services: Services, tally: Tally, ask: _Ask, answer: Fetched) -> None:
    digest = hashlib.sha256(answer.body).hexdigest()
    if answer.status == 304 or digest == ask.body_hash:
        tally.count("unchanged")
        with _one_at_a_time(services, ask.feed_id) as session:
            feed = session.get_one(Feed, ask.feed_id)
            _asked(services, session, feed, answer, ask, entries=0, new=0, state="unchanged")
            close_issue(session, "feed_failing", f"f{feed.id}", services.now())
        return
    # Dates are held against the later of two clocks: one that was put back makes no date untrue.
    job = (answer.body, answer.url, answer.content_type, max(ask.latest, services.now()))
    parsed = next(iter(services.workers.map(feed_job, [job])))
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
    now, limits = services.now(), services.settings.poll
    pace = after_answer(
        feed.id,
        feed.interval_minutes,
        entries=entries,
        new=new,
        now=now,
        shortest=limits.min_minutes,
        longest=limits.max_minutes,
    )
    feed.interval_minutes, feed.failures, feed.next_due_at = pace.interval_minutes, pace.failures, pace.due_at
    feed.last_polled_at = feed.last_ok_at = now
    feed.first_polled_at = feed.first_polled_at or now
    feed.last_state, feed.last_detail = state, None
    if ask.full:
        feed.last_full_at = now
    _moved(session, feed, answer, now)


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
    identities, by_id = [k for k, _ in known], {e.id: e for _, e in known}
    rows_new: list[Entry] = []
    edited = 0
    for identity, entry in reversed(rows):  # feeds list the newest first; ids follow the order of events
        found = same_entry(
            identity, identities, repeated_guids=guids, repeated_urls=urls, present_urls=present
        )
        if found is None:
            row = _new_row(services, feed, identity, entry)
            session.add(row)
            session.flush()
            identities.append(EntryIdentity(row.guid, row.canonical_url, row.title, row.content_hash, row.id))
            by_id[row.id] = row
            rows_new.append(row)
        elif found[0].content_hash != identity.content_hash:
            edited += _edit(by_id[found[0].id or 0], identity, entry)
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


def _edit(row: Entry, identity: EntryIdentity, entry: FeedEntry) -> int:
    """An edited item is the same entry with new words: it is read again, and its article gets a version."""
    row.guid, row.url, row.canonical_url = entry.guid or row.guid, entry.url or row.url, identity.url
    row.title, row.summary, row.content_html = entry.title, entry.summary, entry.content_html
    row.content_hash = identity.content_hash
    row.edits += 1
    row.status, row.reason, row.tries, row.next_try_at = "unread", None, 0, None
    return 1
