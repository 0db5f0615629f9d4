"""What the tests of a backfill share: sites with pages of the past, and an archive of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from journey import article
from servers import Reply
from world import BACKGROUND, LEAD, World

from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Batch, Document, Expected, Target, Window
from monitor.pipeline.backfill import backfill
from monitor.pipeline.services import Services

LATER = "2024-03-05T20:00:00+00:00"
LAST = "2024-03-05T21:00:00+00:00"
START, END = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 3, 6, tzinfo=UTC)
PATH = "/2024/03/05/norway-first"
FERRIES = "The island's ferries will run again on Sundays from the spring of this year"
HARBOUR = "Lithuania will not give up the Convention on Cluster Munitions while I hold this office"


@dataclass(frozen=True)
class Old:
    """A page of the past: where it stands, its title, words and day."""

    path: str
    title: str
    words: str
    published: str


OLD = Old(
    "/2023/05/10/vilnius", "Vilnius keeps the ban",
    f"“{HARBOUR},” Lithuanian Defence Minister Arvydas Anušauskas said on Wednesday.",
    "2023-05-10T09:00:00+00:00",
)  # fmt: skip


FIRST = Old(PATH, "Norway rejects cluster munitions", LEAD, "2024-03-05T11:00:00+00:00")


def listing(host: str, pages: Sequence[Old], *, news: bool = True) -> Reply:
    """A sitemap of these pages, with what a news sitemap says of each."""
    rows = ""
    for page in pages:
        more = (
            "<n:news><n:publication><n:name>The Past</n:name><n:language>en</n:language></n:publication>"
            f"<n:publication_date>{page.published}</n:publication_date><n:title>{page.title}</n:title></n:news>"
        )
        rows += (
            f"<url><loc>http://{host}{page.path}</loc><lastmod>{page.published}</lastmod>"
            f"{more if news else ''}</url>"
        )
    head = (
        '<?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    )
    news_space = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    return Reply(f"{head}{news_space}{rows}</urlset>", "application/xml")


def keep(world: World, host: str, pages: Sequence[Old], *, news: bool = True) -> None:
    """Puts pages of the past on a site, beside what it has."""
    site = world.web.sites.setdefault(host, {})
    site["/sitemap.xml"] = listing(host, pages, news=news)
    for page in pages:
        site[page.path] = Reply(article(page.title, page.words, BACKGROUND, published=page.published))


def read(world: World, time: str = LATER, **more: Any) -> dict[str, int]:
    with world.at(time) as services:
        return dict(backfill(services, "sitemap", START, END, **more).done)


def asked(world: World, path: str) -> int:
    return sum(request.path == path for request in world.web.requests)


# --- an archive of the test's own ---------------------------------------------------------------------


@dataclass
class Shelf:
    """An archive that gives these pages, some at a time, and fails where it is told to."""

    documents: Sequence[ArchivedPage]
    fails_at: int | None = None
    name: str = "shelf"

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        return [Window(start, end)]

    def expected(self, window: Window) -> Expected:
        return Expected(len(self.documents))

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        for number in range(int(cursor or 0), len(self.documents)):
            if number == self.fails_at:
                raise ArchiveFailed("http_503", "the shelf is closed")
            last = number + 1 == len(self.documents)
            yield Batch((self.documents[number],), None if last else str(number + 1))


def with_shelf(services: Services, shelf: Shelf) -> Services:
    def give(_name: str, _targets: Sequence[Target], _stretch: Window | None) -> Shelf:
        return shelf

    return replace(services, archives=give)


def given(number: int, words: str, **more: Any) -> ArchivedPage:
    document = Document(
        f"shelf {number}", url=f"http://shelf.example/{number}",
        html=article(f"Cluster munitions {number}", words, BACKGROUND, published=more.get("published")),
    )  # fmt: skip
    return ArchivedPage(f"shelf {number}", document, captured=more.get("captured"))
