"""entries unread -> read -> articles, versions, posts: fetch the page, extract its text.

What fails is a named state; when a page cannot be had, the feed's own words are read in its place.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from extractors.urls import canonical, host_of
from monitor.deserves import deserves_page
from monitor.errors import ItemError
from monitor.model import AlertReason, Counts, Document, Page, When
from monitor.pipeline.furniture import without_furniture
from monitor.pipeline.jobs import read_job
from monitor.pipeline.services import Services, Tally, log
from monitor.pipeline.withdrawn import page_gone, page_there
from monitor.ports import Fetched, Wanted
from monitor.schedule import recheck_wait, retry_wait, revisit_wait
from monitor.store.articles import add_version, find_article, latest_version, version_of
from monitor.store.database import Session
from monitor.store.entries import mark_skipped, to_revisit, unread
from monitor.store.feeds import outlet_met
from monitor.store.reports import reports_of
from monitor.store.schema import Article, Entry
from monitor.waypoints import passing
from monitor.withdrawals import GONE

#: Refusals that may pass: the page is asked for again before the feed's words must do.
PASSING: Final = frozenset(
    {
        "timeout",
        "connect",
        "dns",
        "busy_host",
        "robots_unreachable",
        "http_408",
        "http_429",
        "http_500",
        "http_502",
        "http_503",
        "http_504",
    }
)
#: So many entries are looked at together, so many pages fetched in one round: hosts wait side by side then,
#: where in small rounds each would wait for the most visited host of its own.
BATCH: Final = 1000
ROUND: Final = 5000
#: From a flood of a feed, which nobody waits for, so many pages are read in one run.
FLOOD_PAGES: Final = 20
VISITS: Final = 500


@dataclass(frozen=True, slots=True)
class _Item:
    """One page to read: for an entry of a feed, or a live page visited again."""

    url: str | None
    document: Document
    entry_id: int | None = None
    article_id: int | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """What is read of an item: its page, or the feed's words and why."""

    item: _Item
    document: Document
    source: str = "page"
    reason: str | None = None


def read(services: Services) -> Counts:
    """Reads every entry that waits and every live page whose next visit is due."""
    tally = Tally("read")
    with services.database.reading() as session:
        items = [_again(article) for article in to_revisit(session, services.now(), VISITS)]
    flooded: Counter[int] = Counter()
    after = 0
    while True:
        with services.database.reading() as session:
            entries = unread(session, services.now(), BATCH, after)
            wanted, skipped = _sorted_out(services, entries, flooded)
        if skipped:
            with services.database.writing() as session:
                mark_skipped(session, skipped)
            tally.count("skipped", len(skipped))
        items += wanted
        if items and (not entries or len(items) >= ROUND):
            _read_items(services, tally, items)
            items = []
        if not entries:
            return tally.counts()
        after = entries[-1].id


def _sorted_out(
    services: Services, entries: Sequence[Entry], flooded: Counter[int]
) -> tuple[list[_Item], list[tuple[int, str]]]:
    """The entries that deserve their page, and the others with the reason; ``flooded``: how many pages of
    each feed's flood this run has taken, beyond which they stay unread."""
    items: list[_Item] = []
    skipped: list[tuple[int, str]] = []
    for entry in entries:
        pages = "all" if entry.feed.outlet.pages == "all" else services.settings.read.pages
        yes, reason = deserves_page(entry.title, entry.summary, entry.language, pages)
        if not yes:
            skipped.append((entry.id, reason))
            continue
        flooded[entry.feed_id] += int(entry.storm)
        if not entry.storm or flooded[entry.feed_id] <= FLOOD_PAGES:
            items.append(_item(entry))
    return items, skipped


def _item(entry: Entry) -> _Item:
    published = None
    if entry.published is not None:
        published = When(entry.published, entry.published_precision or "minute", "feed")
    document = Document(
        id=f"entry {entry.id}",
        url=entry.url,
        published=published,
        language=entry.language,
        title=entry.title or None,
        summary=entry.summary or None,
        outlet=entry.feed.outlet.name,
    )
    return _Item(entry.url, document, entry.id, entry.article_id, entry.tries)


def _again(article: Article) -> _Item:
    url = article.address or article.url
    outlet = article.outlet.name if article.outlet else None
    document = Document(id=f"article {article.id}", url=url, language=article.language, outlet=outlet)
    return _Item(url, document, article_id=article.id)


def _read_items(services: Services, tally: Tally, items: Sequence[_Item]) -> None:
    """Fetches the pages and reads them in the worker processes meanwhile, storing each as it comes."""
    passing("read.begun")
    waiting: deque[_Job] = deque()

    def jobs() -> Iterator[tuple[Document, datetime]]:
        for job in _to_read(services, tally, items):
            waiting.append(job)
            told = job.document.published.value if job.document.published else services.now()
            yield job.document, max(told, services.now())  # a clock that was put back makes no date untrue

    for page in services.workers.map(read_job, jobs()):
        job = waiting.popleft()
        passing("read.extracted")
        if isinstance(page, Page):
            _store(services, tally, job, page)
        elif job.source == "page" and (other := _page_failed(services, tally, job.item, page)) is not None:
            words = next(iter(services.workers.map(read_job, [(other.document, services.now())])))
            if isinstance(words, Page):
                _store(services, tally, other, words)
            else:
                _refuse(services, tally, other)
        elif job.source != "page":
            _refuse(services, tally, job)
        passing("read.stored")


def _to_read(services: Services, tally: Tally, items: Sequence[_Item]) -> Iterator[_Job]:
    """What is to be read of each item, as its page comes or fails."""
    for item in items:
        if not item.url:
            yield _words(services, item, "no_url")
    with_url = sorted((item for item in items if item.url), key=_turn)
    for index, answer in services.fetcher.fetch_all([Wanted(item.url or "") for item in with_url]):
        item = with_url[index]
        if isinstance(answer, Fetched):
            passing("read.fetched")
            kind = answer.content_type
            yield _Job(item, replace(item.document, url=answer.url, html=answer.body, content_type=kind))
        elif (job := _page_failed(services, tally, item, answer)) is not None:
            yield job


def _turn(item: _Item) -> int:
    """Pages tried before go last, in another order each time: of a host that seems away only a few are tried,
    and it must not be the same few that keep all others from being asked."""
    return zlib.crc32(f"{item.entry_id} {item.tries}".encode()) if item.tries else 0


def _page_failed(services: Services, tally: Tally, item: _Item, error: Exception) -> _Job | None:
    """Notes that a page could not be had; the feed's words where they must do, None where they need not."""
    state = error.state if isinstance(error, ItemError) else "internal"
    log.info("page %s: %s", item.url, error)
    tally.count(f"page_{state}")
    if item.entry_id is None:
        if item.article_id is not None and state in GONE:
            page_gone(services, tally, item.article_id, state)
        elif item.article_id is not None:
            _put_off(services, item.article_id)
        return None
    if state in PASSING and item.tries + 1 < services.settings.read.tries:
        with services.database.writing() as session:
            entry = session.get_one(Entry, item.entry_id)
            entry.tries, entry.reason = item.tries + 1, state
            entry.next_try_at = services.now() + retry_wait(entry.tries)
        return None
    return _words(services, item, state)


def _words(services: Services, item: _Item, state: str) -> _Job:
    """The feed's own words are read where the page cannot be: its full text, else title and summary."""
    with services.database.reading() as session:
        entry = session.get(Entry, item.entry_id) if item.entry_id is not None else None
        content = entry.content_html if entry is not None else None
    if content:
        return _Job(item, replace(item.document, html=content), "content", state)
    text = item.document.summary or item.document.title or ""
    return _Job(item, replace(item.document, text=text), "summary", state)


def _refuse(services: Services, tally: Tally, job: _Job) -> None:
    """Neither the page nor the feed's words could be read."""
    item, state = job.item, job.reason or "internal"
    if item.entry_id is not None:
        with services.database.writing() as session:
            entry = session.get_one(Entry, item.entry_id)
            entry.status, entry.reason, entry.next_try_at = "refused", state, None
    tally.refuse(item.url or item.document.id, f"{state}, and the feed has no words of its own")


def _put_off(services: Services, article_id: int) -> None:
    """A page that cannot be had now is visited again later, fewer and fewer times."""
    with services.database.writing() as session:
        article = session.get_one(Article, article_id)
        wait = (
            revisit_wait(article.revisits) if article.form == "liveblog" else recheck_wait(article.revisits)
        )
        article.revisits += 1
        article.revisit_at = services.now() + wait if wait else None


def _store(services: Services, tally: Tally, job: _Job, page: Page) -> None:
    """Article, version and entry in one transaction. The same text again is no new version."""
    item = replace(job.item, document=job.document)
    source, reason = job.source, job.reason
    with services.database.writing("articles") as session:  # two readers of one page make one article
        entry = session.get(Entry, item.entry_id) if item.entry_id else None
        article = session.get(Article, item.article_id) if item.article_id and not entry else None
        url = _address(page, item)
        if article is None:
            article = known_article(session, url, page) or _new_article(session, services, item, entry, url)
        if source == "page":
            page_there(session, article, services.now())
        summary = item.document.summary
        grown = keep_text(session, article, page, services=services, source=source, summary=summary)
        if entry is not None:
            entry.status, entry.reason, entry.article_id, entry.next_try_at = "read", reason, article.id, None
            if article.silent in ("baseline", "storm", "backfill") and not entry.baseline and not entry.storm:
                _heard_live(session, article, services.now())
        if grown or source == "page":
            _schedule(article, page, grown, services)
            article.language = page.language or article.language
            article.title, article.form = page.title or article.title, page.form
        _take_date(article, page)
        session.flush()
        passing("read.written")
    tally.count("read" if grown else "unchanged")


def _heard_live(session: Session, article: Article, now: datetime) -> None:
    """An article that a feed brings now is no longer silent; one that an archive had brought before counts
    as if the feed had been first, so what it reports is looked at again."""
    if article.silent == "backfill":
        if article.origin != "backfill":
            return
        article.origin = "feed"
        for report in reports_of(session, article.id):
            if report.status == "matched":
                report.status, report.waits_since = "changed", now
    article.silent = None


def keep_text(
    session: Session, article: Article, page: Page, *, services: Services, source: str, summary: str | None
) -> bool:
    """Adds the text as a version unless the article has it; whether it did. What the article's host puts on
    its other pages too is taken off first."""
    latest = latest_version(session, article.id)
    if source != "summary":
        page = without_furniture(session, page, article.address or article.url, new=latest is None)
    digest = hashlib.sha256(f"{page.title}\n{page.text}".encode("utf-8", "surrogatepass")).hexdigest()
    if version_of(session, article.id, digest) is not None:
        return False
    if source == "summary" and latest is not None and latest.source != "summary":
        return False  # a page that was read once is not replaced by the feed's few words
    add_version(session, article, page, text_hash=digest, now=services.now(), source=source, summary=summary)
    return True


def known_article(session: Session, url: str, page: Page) -> Article | None:
    """The article that a page belongs to: at its canonical URL, else met before at its AMP address."""
    found = find_article(session, url)
    if found is not None or page.amp_url is None:
        return found
    with suppress(ValueError):
        found = find_article(session, canonical(page.amp_url))
    if found is not None:
        found.url, found.address = url, page.canonical_url or url
    return found


def _address(page: Page, item: _Item) -> str:
    """The key of an article: its canonical URL, else the name of the entry."""
    for url in (page.canonical_url, item.document.url, item.url):
        if url:
            try:
                return canonical(url)
            except ValueError:
                continue
    return f"id:{item.document.id}"


def _silence(entry: Entry | None) -> AlertReason | None:
    """Why what an entry leads to makes no instant alert."""
    if entry is None:
        return None
    return "baseline" if entry.baseline else "storm" if entry.storm else None


def _new_article(session: Session, services: Services, item: _Item, entry: Entry | None, url: str) -> Article:
    outlet_id = None
    if entry is not None:
        outlet_id = entry.feed.outlet_id
        if entry.feed.outlet.kind == "aggregator" and entry.outlet_name:
            host = host_of(item.document.url or item.url or "")
            if host == host_of(entry.feed.url):
                host = None  # a link that the aggregator wraps says nothing of the outlet
            outlet_id = outlet_met(session, entry.outlet_name, host, tier=3).id
    article = Article(
        url=url,
        address=item.document.url or item.url,
        outlet_id=outlet_id,
        origin="feed",
        silent=_silence(entry),
        first_seen=services.now(),
    )
    session.add(article)
    session.flush()
    return article


def _take_date(article: Article, page: Page) -> None:
    """The publication date as first read; an edit may give one that was missing, or an earlier one."""
    if page.published is None:
        return
    if article.published is None or page.published.value < article.published:
        article.published, article.published_precision = page.published.value, page.published.precision


def _schedule(article: Article, page: Page, grown: bool, services: Services) -> None:
    """A live page is visited again: soon after it grew, ever later while it stands still, then no more.

    Another page is looked at again a few times after it gave a statement, for what its outlet corrects.
    """
    if page.form != "liveblog":
        if article.revisit_at is not None:
            _look_again(article, services.now())
        return
    article.revisits = 0 if grown else article.revisits + 1
    wait = revisit_wait(article.revisits)
    article.revisit_at = services.now() + wait if wait else None


def _look_again(article: Article, now: datetime) -> None:
    wait = recheck_wait(article.revisits + 1)
    article.revisits += 1
    article.revisit_at = now + wait if wait else None
