"""Pages that an archive named -> fetched, read, stored, found, announced; each once, whatever is killed.

named by the archive | keep        known already? worth its page?    -> rows that wait
rows that wait       | fetch       its site, or the archive          -> bytes, kept until they are read
bytes                | read        in the worker processes           -> articles, silent
articles             | find, announce                                -> statements, without an alert
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from extractors.urls import canonical, same_kept_page
from monitor.deserves import deserves_page
from monitor.errors import ItemError
from monitor.liveness import is_alive
from monitor.model import ArchivedPage, Counts, Document, Page
from monitor.pipeline.announce import announce
from monitor.pipeline.find import find
from monitor.pipeline.jobs import read_job
from monitor.pipeline.keep import Origin, document_key, keep_document
from monitor.pipeline.read import PASSING, known_article
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import Fetched, Wanted
from monitor.store.articles import find_article, has_page
from monitor.store.backfills import OPEN, document_of, document_tree, hold_on, is_read, pages_by_key
from monitor.store.database import Session
from monitor.store.entries import awaited
from monitor.store.schema import BackfillPage
from monitor.waypoints import passing

#: So many pages are fetched, then read, then judged, before the next are looked at; a live run's turn comes
#: between any two of their transactions.
CHUNK: Final = 50
#: Articles of the past are silent; an outlet that nobody entered is of the third tier.
ORIGIN: Final = Origin("backfill", "backfill", tier=3)
_PASSING: Final = PASSING | {"postponed", "robots_unavailable"}


class Taken(Exception):
    """Another process has taken this window, whose lease was over."""


@dataclass(frozen=True, slots=True)
class Work:
    """The window that is worked on: whose it is, where its pages come from, which are read."""

    id: int
    source: str
    policy: str


@dataclass(frozen=True, slots=True)
class Item:
    """A page that waits: its row, where it is fetched and as what, what is known of it.

    ``have``: ``nothing`` yet, its bytes ``stored`` with the row, a text ``given`` by the archive, or only the
    ``words`` said of a page that cannot be had.
    """

    row: int
    address: str | None
    document: Document
    captured: datetime | None
    kind: str
    have: str


def keep_pages(services: Services, work: Work, pages: Sequence[ArchivedPage]) -> tuple[list[Item], Tally]:
    """Writes the pages that are new to the ledger; those that are to be fetched or read, and the figures."""
    tally = Tally("listed")
    unique: dict[str, ArchivedPage] = {}
    for page in pages:
        unique.setdefault(page.key, page)  # what an archive names first, it knows best
    items: list[Item] = []
    with services.database.writing("backfill pages") as session:
        rows = pages_by_key(session, work.source, unique.keys())
        for key, page in unique.items():
            row = rows.get(key)
            if row is None:
                row = _new_row(session, services, work, page)
                session.flush()
                tally.count("named")
            elif not _taken_up(session, services, work, row):
                tally.count("again")
                continue
            if row.status == "pending" and (page.document.title or page.document.url):
                _sort_out(session, row, page.document, work.policy)
            if row.status in OPEN:
                items.append(_item(row, page))
            else:
                tally.count(row.status)
        session.flush()
    passing("backfill.listed")
    return items, tally


def _new_row(session: Session, services: Services, work: Work, page: ArchivedPage) -> BackfillPage:
    document = page.document
    has_text = document.html is not None or document.text is not None
    row = BackfillPage(
        window_id=work.id,
        source=work.source,
        key=page.key,
        url=document.url,
        address=None if has_text else page.source or document.url,
        document=document_tree(document) | ({"from_archive": True} if page.source else {}),
        captured=page.captured,
        status="pending",
        day=document.published.value if document.published else None,
        met_at=services.now(),
    )
    if not has_text and row.address is None:
        row.status, row.reason = "refused", "no_url"
    session.add(row)
    return row


def _taken_up(session: Session, services: Services, work: Work, row: BackfillPage) -> bool:
    """Whether a page that was named before is this window's to deal with: its own, or one that waits for a
    window that nobody reads, which may never be read again."""
    if row.window_id == work.id:
        return row.status in OPEN
    if row.status in OPEN:
        if is_read(session, row.window_id, services.owner, lambda owner: is_alive(owner, services.owner)):
            return False
    elif row.status == "failed" or (row.status == "skipped" and work.policy == "all"):
        row.status, row.reason = "pending", None
    else:
        return False
    row.window_id, row.tries = work.id, 0
    return True


def _sort_out(session: Session, row: BackfillPage, document: Document, policy: str) -> None:
    """What the ledger has is not read again, nor what is of something else by its title."""
    if document.url:
        try:
            url = canonical(document.url)
        except ValueError:
            row.status, row.reason = "refused", "bad_url"
            return
        article = find_article(session, url)
        if article is not None and has_page(session, article):
            row.status, row.article_id = "known", article.id
            return
        if awaited(session, url):
            row.status, row.reason = "known", "awaited"
            return
    if policy != "all" and document.title and document.html is None and document.text is None:
        yes, why = deserves_page(document.title, document.summary or "", document.language)
        if not yes:
            row.status, row.reason = "skipped", why


def _item(row: BackfillPage, page: ArchivedPage | None = None) -> Item:
    document = page.document if page is not None else document_of(row)
    have = "nothing" if row.address else "given"
    if row.status == "fetched":
        have = "words" if row.reason else "stored"
        document = replace(document, url=row.final_url or document.url)
    kind = "archive" if row.document.get("from_archive") else "page"
    return Item(row.id, row.address, document, row.captured, kind, have)


def items_of(rows: Iterable[BackfillPage]) -> list[Item]:
    """Rows that wait since an earlier call."""
    return [_item(row) for row in rows]


def deal_with(services: Services, work: Work, items: Sequence[Item]) -> Counts:
    """Fetches, reads, judges and announces pages. Raises Taken where the window is another's by now."""
    tally = Tally("backfill")
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        got = _fetch(services, work, tally, chunk)
        articles = set(_read(services, work, tally, got))
        if articles:
            judge(services, tally, articles)
    return tally.counts()


def judge(services: Services, tally: Tally, articles: set[int]) -> None:
    """Finds what these articles report and matches it."""
    found = find(services, articles)
    for name in ("on_topic", "reports", "held"):
        tally.count(name, found.done.get(name, 0))
    tally.refused.extend(found.refused)
    if found.done.get("reports"):
        match(services, tally)
    passing("backfill.found")


def match(services: Services, tally: Tally) -> None:
    """Matches the reports that wait."""
    told = announce(services)
    for name in ("new_statements", "appearances", "possible_duplicates"):
        tally.count(name, told.done.get(name, 0))


# --- fetching -----------------------------------------------------------------------------------------


def _fetch(services: Services, work: Work, tally: Tally, items: Sequence[Item]) -> list[Item]:
    """Each page's bytes are kept as they come, so that a page that is here is not asked for again."""
    wanted = [item for item in items if item.have == "nothing"]
    ready = {item.row: item for item in items if item.have != "nothing"}
    # One pause a host for all processes that read the past: two lists may name pages of one outlet.
    pause = services.settings.fetch.per_host_delay
    asked = [Wanted(item.address or "", item.kind, pause=pause) for item in wanted]
    for index, answer in services.fetcher.fetch_all(asked):
        item = wanted[index]
        with services.database.writing() as session:
            if not hold_on(session, work.id, services.owner):
                raise Taken
            row = session.get_one(BackfillPage, item.row)
            row.tries += 1
            if isinstance(answer, Fetched) and not _its_own(item, answer):
                _not_had(tally, row, ItemError("moved_capture", answer.url[:200]))
            elif isinstance(answer, Fetched):
                row.status, row.reason = "fetched", None
                row.body, row.content_type = zlib.compress(answer.body, 1), answer.content_type
                if item.kind == "page":
                    row.final_url = answer.url  # what an archive keeps stays the page that it was
                tally.count("fetched")
                tally.count("bytes", len(answer.body))
            else:
                _not_had(tally, row, answer)
            if row.status == "fetched":
                ready[item.row] = _again(item, row)
    passing("backfill.fetched")
    return [ready[item.row] for item in items if item.row in ready]


def _its_own(item: Item, answer: Fetched) -> bool:
    """Whether an archive gave the page that was asked for: a copy that was a redirect leads to another's."""
    return item.kind != "archive" or same_kept_page(item.address or "", answer.url)


def _again(item: Item, row: BackfillPage) -> Item:
    document = replace(item.document, url=row.final_url or item.document.url)
    return replace(item, document=document, have="words" if row.reason else "stored")


def _not_had(tally: Tally, row: BackfillPage, error: Exception) -> None:
    """Notes why a page could not be had, and what follows: another try, or the words that are said of it."""
    row.reason = _state(error)
    log.info("page %s: %s", row.url, error)
    tally.count(f"page_{row.reason}")
    if row.reason in _PASSING:
        row.status = "failed"
    elif row.document["title"] or row.document["summary"]:
        row.status = "fetched"
    else:
        row.status = "refused"
    if row.status != "fetched":
        tally.count(row.status)


# --- reading ------------------------------------------------------------------------------------------


def _read(services: Services, work: Work, tally: Tally, items: Sequence[Item]) -> Iterator[int]:
    """Reads what is here and stores each article as it comes; gives the ids of those that have a new text."""
    jobs = (_job(services, item) for item in items)
    for item, page in zip(items, services.workers.map(read_job, jobs), strict=True):
        result, have = page, item.have
        if not isinstance(page, Page) and have != "words" and (item.document.summary or item.document.title):
            # As with a page that cannot be had: what is said of it is read in its place.
            tally.count(f"page_{_state(page)}")
            have = "words"
            result = next(iter(services.workers.map(read_job, [_job(services, replace(item, have=have))])))
        why = None if isinstance(page, Page) else _state(page)
        number = _store(services, work, tally, item, result, have, why)
        passing("backfill.read")
        if number is not None:
            yield number


def _job(services: Services, item: Item) -> tuple[Document, datetime]:
    """A document with its text, and the day it was captured, after which none of its dates can be."""
    document = item.document
    if item.have == "words":
        document = replace(document, html=None, text=document.summary or document.title or "")
    elif item.have == "stored":
        with services.database.reading() as session:
            row = session.get_one(BackfillPage, item.row)
            body, kind = zlib.decompress(row.body or b""), row.content_type
        document = replace(document, html=body, text=None, content_type=kind)
    now = min(item.captured, services.now()) if item.captured else services.now()
    return document, max(document.published.value, now) if document.published else now


def _store(
    services: Services,
    work: Work,
    tally: Tally,
    item: Item,
    page: Page | Exception,
    have: str,
    why: str | None,
) -> int | None:
    """Article and row in one transaction; the article's id where it has a text that it had not before."""
    with services.database.writing("articles") as session:
        if not hold_on(session, work.id, services.owner):
            raise Taken
        row = session.get_one(BackfillPage, item.row)
        row.body, row.reason = None, row.reason or why
        grown, number = False, 0
        if isinstance(page, Page):
            source = {"stored": "page", "words": "summary"}.get(have, have)
            number, grown = _article(session, services, row, item.document, page, source)
            row.day = page.published.value if page.published else row.day
        else:
            row.status, row.reason = "refused", _state(page)
        session.flush()
        passing("backfill.written")
    tally.count(row.status)
    return number if grown else None


def _article(
    session: Session, services: Services, row: BackfillPage, document: Document, page: Page, source: str
) -> tuple[int, bool]:
    """The page's article and whether it gave it a text. An article that was read keeps the text it has."""
    known = known_article(session, document_key(document, page), page)
    if known is not None and has_page(session, known):
        row.status, row.article_id = "known", known.id
        return known.id, False
    article, grown = keep_document(session, services, document, page, ORIGIN, source=source)
    row.status, row.article_id = "read", article.id
    return article.id, grown


def _state(error: Exception) -> str:
    return error.state if isinstance(error, ItemError) else "internal"
