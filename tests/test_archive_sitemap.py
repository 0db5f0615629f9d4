"""Sitemaps as an archive: walked down, gone on with, planned; and what stands in the way."""

from __future__ import annotations

import gzip
import json
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from servers import Page, Reply, Request, WebServer, misbehaving
from sitemapsite import HOST, MARCH, SITE, At, index, page, urlset

from extractors.sitemap import MAX_ENTRIES
from extractors.workers import WorkerPool
from monitor.archives import Reach
from monitor.archives.sitemap import Settings, SitemapArchive, build
from monitor.errors import ArchiveFailed
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import Batch, Target


@contextmanager
def archive(
    pages: dict[str, Page], *, settings: Settings | None = None, address: str = f"{SITE}/", processes: int = 0
) -> Iterator[tuple[SitemapArchive, WebServer]]:
    with WebServer({HOST: pages}) as web, WorkerPool(processes) as workers:
        policy = FetchPolicy(connect_to={"*.example": web.place}, per_host_delay=0, total_timeout=5)
        reach = Reach(HttpFetcher(policy), workers, At(), (Target(address, "The Courier", "en"),))
        yield build(replace(settings or Settings(), first_wait=0.01), reach), web


def robots(*sitemaps: str) -> Reply:
    return Reply(
        "User-agent: *\nDisallow: /admin\n" + "".join(f"Sitemap: {s}\n" for s in sitemaps), "text/plain"
    )


def xml(text: str) -> Reply:
    return Reply(text, "application/xml")


def urls(batches: Sequence[Batch]) -> list[str]:
    return [str(p.document.url).removeprefix(SITE) for batch in batches for p in batch.pages]


def codes(batches: Sequence[Batch]) -> list[str]:
    return [p.code for batch in batches for p in batch.problems]


def test_indexes_lead_down_and_what_is_not_of_the_time_is_not_asked_for() -> None:
    pages = {
        "/robots.txt": robots(f"{SITE}/index.xml"),
        "/index.xml": xml(
            index(*(f"{SITE}/{n}.xml" for n in ("sm-2024-03", "sm-2023-11", "deeper", "gone")))
        ),
        "/sm-2024-03.xml": Reply(
            gzip.compress(
                urlset(page("/2024/03/05/a"), page("/b", "2024-01-09"), page("/logo.png")).encode()
            ),
            "application/gzip",
        ),
        "/deeper.xml": xml(index(f"{SITE}/c.xml", f"{SITE}/index.xml")),
        "/c.xml": xml(urlset(page("/c", None), page("/d", "2024-04-05"), page("/e", "2024-04-20"))),
    }  # fmt: skip
    with archive(pages) as (found, web):
        batches = list(found.pages(MARCH, None))
        asked = web.asked()
    assert urls(batches) == ["/2024/03/05/a", "/c", "/d"]
    assert batches[-1].cursor is None
    assert asked[f"{HOST}/sm-2023-11.xml"] == 0
    assert asked[f"{HOST}/index.xml"] == 1
    passed: dict[str, int] = {}
    for batch in batches:
        for name, count in batch.passed.items():
            passed[name] = passed.get(name, 0) + count
    assert passed == {
        "outside_window": 1, "no_article": 1, "changed_later": 1, "sitemaps_of_other_times": 1,
    }  # fmt: skip
    assert sorted(codes(batches)) == ["sitemap_loop", "sitemap_refused"]
    (document,) = [p.document for b in batches for p in b.pages if p.key == f"{SITE}/c"]
    assert (document.outlet, document.language, document.published) == ("The Courier", "en", None)


def test_numbers_in_names_are_years_only_where_all_are() -> None:
    numbered = [f"{SITE}/sitemap-{n}.xml" for n in (1, 2, 2019)]
    pages = {"/robots.txt": robots(f"{SITE}/i.xml"), "/i.xml": xml(index(*numbered))} | {
        a.removeprefix(SITE): xml(urlset(page(f"/{n}"))) for n, a in enumerate(numbered)
    }
    with archive(pages) as (found, _):
        assert urls(list(found.pages(MARCH, None))) == ["/0", "/1", "/2"]


def test_without_robots_the_usual_places_are_looked_at() -> None:
    with archive({"/sitemap_index.xml": xml(urlset(page("/a")))}) as (found, web):
        batches = list(found.pages(MARCH, None))
        assert (urls(batches), codes(batches)) == (["/a"], [])
        assert web.asked()[f"{HOST}/news-sitemap.xml"] == 1
    with archive({}) as (found, _):
        batches = list(found.pages(MARCH, None))
        assert (urls(batches), codes(batches)) == ([], ["no_sitemap"])
    own = Settings(sitemaps=(f"{SITE}/secret.xml",))
    with archive({"/secret.xml": xml(urlset(page("/a")))}, settings=own) as (found, web):
        assert urls(list(found.pages(MARCH, None))) == ["/a"]
        assert web.asked()[f"{HOST}/robots.txt"] == 0
    with archive({"/x.xml": xml(urlset(page("/a")))}, address=f"{SITE}/x.xml") as (found, _):
        assert urls(list(found.pages(MARCH, None))) == ["/a"]


def test_a_sitemap_may_stand_elsewhere_where_robots_says_so() -> None:
    """On another holder's machines it lists the site that named it; paths and a byte order mark are read."""
    elsewhere = "http://files.example"
    there = {
        "/i.xml": xml(index(f"{elsewhere}/s.xml")),
        "/s.xml": xml(urlset(page("/a"), f"<url><loc>{elsewhere}/b</loc></url>")),
    }
    named = robots(f"{elsewhere}/i.xml", "/own.xml")
    assert isinstance(named.body, str)
    pages = {
        "/robots.txt": replace(named, body="\ufeffSitemap: /first.xml\n" + named.body),
        "/first.xml": xml(urlset(page("/first"))),
        "/own.xml": xml(urlset(page("/c"))),
    }
    with archive(pages) as (found, web):
        web.sites["files.example"] = there
        batches = list(found.pages(MARCH, None))
    assert (urls(batches), codes(batches)) == (["/first", "/a", "/c"], [])
    assert batches[-1].passed["foreign_host"] == 1


def test_the_second_in_which_a_list_was_made_is_no_pages_last_change() -> None:
    made = "2024-04-20T03:04:05Z"
    whole = [page(f"/{n}", made) for n in range(25)]
    for rows, taken in ((whole, 25), ([*whole, page("/x", "2024-04-20T03:04:06Z")], 0), (whole[:19], 0)):
        with archive({"/sitemap.xml": xml(urlset(*rows))}) as (found, _):
            assert len(urls(list(found.pages(MARCH, None)))) == taken
    with archive({"/sitemap.xml": xml(urlset(*(page(f"/{n}", "2024-04-20") for n in range(25))))}) as (
        found,
        _,
    ):
        assert urls(list(found.pages(MARCH, None))) == [], "many pages have one day"


def test_settings_say_what_is_taken() -> None:
    pages = {"/sitemap.xml": xml(urlset(page("/a", None), page("/b", "2024-04-05")))}
    with archive(pages, settings=Settings(undated=False, edited_days=0)) as (found, _):
        batches = list(found.pages(MARCH, None))
    assert urls(batches) == []
    assert batches[-1].passed == {"undated": 1, "changed_later": 1}
    with pytest.raises(ValueError, match="batch"):
        Settings(batch=0)


def test_it_goes_on_behind_any_batch() -> None:
    pages: dict[str, Page] = {
        "/robots.txt": robots(f"{SITE}/i.xml", f"{SITE}/last.xml"),
        "/i.xml": xml(index(*(f"{SITE}/{n}.xml" for n in range(4)))),
        "/last.xml": xml(urlset(page("/last"))),
    }
    for n in range(4):
        pages[f"/{n}.xml"] = xml(
            urlset(*(page(f"/{n}/{m}") for m in range(5)), page(f"/{n}/old", "2020-01-01"))
        )
    with archive(pages, settings=Settings(batch=3)) as (found, web):
        batches = list(found.pages(MARCH, None))
        whole = urls(batches)
        assert len(whole) == 21
        for place, batch in enumerate(batches[:-1]):
            rest = list(found.pages(MARCH, batch.cursor))
            assert urls(batches[: place + 1]) + urls(rest) == whole
            assert [b.cursor for b in rest] == [b.cursor for b in batches[place + 1 :]]
        before = web.asked()[f"{HOST}/0.xml"]
        list(found.pages(MARCH, batches[-2].cursor))
        assert web.asked()[f"{HOST}/0.xml"] == before, "what lies behind us is not asked for again"
        # A cursor of a sitemap that has gone, or of nobody's: from the beginning, since keys are known.
        assert urls(list(found.pages(MARCH, json.dumps({"path": [f"{SITE}/gone.xml"], "after": 3})))) == whole
        assert urls(list(found.pages(MARCH, "?"))) == whole


@pytest.mark.parametrize(
    ("robots_reply", "state"),
    [(Reply("", status=503), "http_503"), (Reply("", status=500), "http_500")],
)
def test_a_site_that_does_not_answer_now_fails_the_window(robots_reply: Reply, state: str) -> None:
    with archive({"/robots.txt": robots_reply}) as (found, web):
        with pytest.raises(ArchiveFailed) as caught:
            list(found.pages(MARCH, None))
        assert caught.value.state == state
        assert web.asked()[f"{HOST}/robots.txt"] >= 3


def test_a_sitemap_that_fails_once_is_asked_again() -> None:
    answers = [Reply("", status=500), xml(urlset(page("/a")))]

    def flaky(_request: Request) -> Reply:
        return answers.pop(0)

    with archive({"/robots.txt": robots(f"{SITE}/s.xml"), "/s.xml": flaky}) as (found, _):
        assert urls(list(found.pages(MARCH, None))) == ["/a"]


@pytest.mark.parametrize("kind", ["gzip-file", "content-encoding", "html", "random"])
def test_bombs_and_other_things_are_a_problem_and_the_rest_goes_on(kind: str) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000, 9)
    bad = {
        "gzip-file": Reply(bomb, "application/gzip"),
        "content-encoding": misbehaving().get("/bomb", Reply(bomb, headers={"Content-Encoding": "gzip"})),
        "html": Reply("<html><p>Please enable JavaScript</p></html>"),
        "random": Reply(bytes(range(256)) * 40, "application/xml"),
    }[kind]
    pages: dict[str, Page] = {
        "/robots.txt": robots(f"{SITE}/bad.xml", f"{SITE}/good.xml"), "/bad.xml": bad,
        "/good.xml": xml(urlset(page("/a"))),
    }  # fmt: skip
    with archive(pages) as (found, _):
        batches = list(found.pages(MARCH, None))
    assert urls(batches) == ["/a"]
    assert codes(batches)[0] in ("sitemap_refused", "sitemap_unread")


def test_windows_are_years_and_the_plan_says_what_it_knows() -> None:
    pages = {"/sitemap.xml": xml(urlset(*(page(f"/{n}") for n in range(7))))}
    with archive(pages, settings=Settings(plan_sitemaps=1)) as (found, _):
        start, end = datetime(2022, 6, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)
        windows = found.windows(start, end)
        assert [w.start.year for w in windows] == [2022, 2023, 2024]
        assert (windows[0].start, windows[-1].end) == (start, end)
        assert all(a.end == b.start for a, b in pairwise(windows))
        expected = found.expected(MARCH)
    assert expected.pages == 7
    assert expected.note.startswith("at least")


@pytest.mark.slow
def test_an_index_of_fifty_thousand_entries_takes_no_more_memory() -> None:
    """Fifty thousand sitemaps in one index, of 25 years by their names."""
    many = [f"{SITE}/map/{2000 + n % 25}-{n % 12 + 1:02}-{n}.xml" for n in range(MAX_ENTRIES)]
    body = xml(index(*many))
    pages: dict[str, Page] = {"/robots.txt": robots(f"{SITE}/i.xml"), "/i.xml": body}
    for address in (a for a in many if "/2024-" in a):
        pages[address.removeprefix(SITE)] = xml(urlset(page(address.removeprefix(SITE)[:-4] + "-page")))
    of_march = sum("/2024-03-" in a for a in many)
    with archive(pages) as (found, web):
        batches = found.pages(MARCH, None)
        list(zip(range(2), batches, strict=False))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rest = sum(len(batch.pages) for batch in batches)
        assert rest >= of_march - 200
        assert sum(a.startswith(f"{HOST}/map") for a in web.asked()) <= of_march * 4
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 30_000, f"{grown} kB"


def test_a_day_more_or_less_is_the_zones() -> None:
    edges = [
        page("/2024/03/31/in"), page("/2024/04/01/zone"), page("/2024/04/03/out"), page("/2024/02/29/zone"),
        page("/x", (MARCH.start - timedelta(days=3)).date().isoformat()),
    ]  # fmt: skip
    with archive({"/sitemap.xml": xml(urlset(*edges))}) as (found, _):
        assert urls(list(found.pages(MARCH, None))) == [
            "/2024/03/31/in",
            "/2024/04/01/zone",
            "/2024/02/29/zone",
        ]
