"""Sitemaps as documented and as sites make them: read, walked down, gone on with; and their faults."""

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

from extractors.sitemap import MAX_ENTRIES, Sitemap, read_sitemap
from extractors.workers import WorkerPool
from monitor.archives import Reach
from monitor.archives.sitemap import Settings, SitemapArchive, build
from monitor.errors import ArchiveFailed, Unreadable
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import Batch, Target, Window

NOW = datetime(2024, 5, 1, tzinfo=UTC)
MARCH = Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
HOST = "courier.example"
SITE = f"http://{HOST}"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class At:
    """The clock of these tests."""

    def now(self) -> datetime:
        return NOW


def urlset(*rows: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{SPACE}">{"".join(rows)}</urlset>'


def index(*addresses: str, changed: str | None = None) -> str:
    more = f"<lastmod>{changed}</lastmod>" if changed else ""
    rows = "".join(f"<sitemap><loc>{a}</loc>{more}</sitemap>" for a in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{SPACE}">{rows}</sitemapindex>'


def page(path: str, changed: str | None = "2024-03-05") -> str:
    more = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{SITE}{path}</loc>{more}</url>"


def seen(body: str | bytes, **more: str) -> Sitemap:
    raw = body.encode() if isinstance(body, str) else body
    return read_sitemap(raw, f"{SITE}/sitemap.xml", more.get("content_type"), NOW)


# --- reading ------------------------------------------------------------------------------------------


def test_a_page_list_with_all_that_it_may_tell() -> None:
    found = seen(
        f'<urlset xmlns="{SPACE}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        f"<url><image:image><image:loc>{SITE}/a.jpg</image:loc><image:title>Boats</image:title></image:image>"
        f"<loc> {SITE}/a?x=1&amp;y=2 </loc><lastmod>2024-03</lastmod><changefreq>daily</changefreq>"
        "<news:news><news:publication><news:name>The Courier</news:name><news:language>en-GB</news:language>"
        "</news:publication><news:publication_date>2024-03-05T10:00:00+02:00</news:publication_date>"
        "<news:title><![CDATA[Ban & boats]]></news:title></news:news></url></urlset>"
    )
    (one,) = found.listed
    assert (found.kind, one.url, one.title) == ("pages", f"{SITE}/a?x=1&y=2", "Ban & boats")
    assert (one.language, one.outlet) == ("en", "The Courier")
    assert one.published is not None
    assert one.published.value == datetime(2024, 3, 5, 8, tzinfo=UTC)
    assert (one.changed, one.changed_to) == (
        datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 2, tzinfo=UTC),
    )  # fmt: skip
    assert found.problems == ()


@pytest.mark.parametrize(
    "body",
    [
        urlset(page("/a"), page("/b")),
        urlset(page("/a"), page("/b")).replace(f' xmlns="{SPACE}"', ""),
        urlset(page("/a"), page("/b")).replace(SPACE, "http://www.google.com/schemas/sitemap/0.84"),
        "\n\n \ufeff" + urlset(page("/a"), page("/b")),
        urlset(page("/a"), page("/b")).replace("urlset", "s:urlset").replace("xmlns=", "xmlns:s="),
        f"{SITE}/a\n{SITE}/b\n",
        f'<rss version="2.0"><channel><title>C</title><link>{SITE}</link><description>-</description>'
        f"<item><title>A</title><link>{SITE}/a</link></item><item><title>B</title><link>{SITE}/b</link></item>"
        "</channel></rss>",
    ],
    ids=["plain", "no-namespace", "old-namespace", "space-before", "prefixed", "lines", "rss"],
)
def test_the_forms_that_a_sitemap_has(body: str) -> None:
    assert [one.url for one in seen(body).listed] == [f"{SITE}/a", f"{SITE}/b"]


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    cut = seen(urlset(page("/a"), page("/b"))[:-40])
    assert [one.url for one in cut.listed][:1] == [f"{SITE}/a"]
    assert [p.code for p in cut.problems] == ["broken_sitemap"]
    stray = seen(urlset(page("/a"), "<url><loc>http://courier.example/q?a=1&b=2</loc></url>", page("/c")))
    assert {f"{SITE}/a", f"{SITE}/c"} <= {one.url for one in stray.listed}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (urlset(page("/caf\u00e9")).replace("UTF-8", "ISO-8859-1").encode("cp1252"), None),
        (urlset(page("/caf\u00e9")).encode("utf-16"), "application/xml"),
        (urlset(page("/caf\u00e9")).replace("UTF-8", "punycode").encode(), None),
        (urlset(page("/caf\u00e9")).encode(), "text/xml; charset=iso-8859-1"),
    ],
    ids=["latin1", "utf16", "punycode", "header-lies"],
)
def test_encodings_that_are_not_what_they_say(body: bytes, content_type: str | None) -> None:
    found = read_sitemap(body, f"{SITE}/sitemap.xml", content_type, NOW)
    assert [one.url for one in found.listed] == [f"{SITE}/caf\u00e9"]


def test_an_address_that_lost_a_letter_is_not_asked_for() -> None:
    found = seen(urlset(page("/caf\u00e9"), page("/b")).encode("cp1252"))
    assert ([one.url for one in found.listed], found.passed) == ([f"{SITE}/b"], {"bad_url": 1})


def test_what_is_no_address_of_the_site_is_counted_and_left() -> None:
    found = seen(
        urlset(
            page("/a"), "<url><loc>/b</loc></url>", "<url><loc>//courier.example/c</loc></url>",
            "<url><loc>http://evil.example.org/d</loc></url>", "<url><loc>ftp://courier.example/e</loc></url>",
            "<url><loc>http://[bad/f</loc></url>", "<url><loc/></url>", page("/a"),
            "<url><loc>https://www.courier.example/g</loc></url>",
        )
    )  # fmt: skip
    assert [one.url for one in found.listed] == [f"{SITE}/a", "https://www.courier.example/g"]
    assert found.passed == {"relative_url": 2, "foreign_host": 1, "bad_url": 2}


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"", "empty_body"),
        (b"  \n ", "empty_body"),
        (b"<!doctype html><html><body>Not found</body></html>", "not_a_sitemap"),
        (b"User-agent: *", "not_a_sitemap"),
        (b'{"a": 1}', "not_a_sitemap"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_sitemap"),
        (b'<!DOCTYPE u [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>', "entity_declared"),
        (b"<rss><broken", "not_a_sitemap"),
    ],
)
def test_what_is_no_sitemap_has_a_name(body: bytes, state: str) -> None:
    with pytest.raises(Unreadable) as caught:
        seen(body)
    assert caught.value.state == state


def test_no_more_than_the_protocol_allows() -> None:
    found = seen(urlset(*(page(f"/{n}", None) for n in range(MAX_ENTRIES + 5))))
    assert len(found.listed) == MAX_ENTRIES
    assert [p.code for p in found.problems] == ["sitemap_too_long"]


# --- walking ------------------------------------------------------------------------------------------


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
