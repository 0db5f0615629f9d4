"""Sitemaps as documented and as sites make them, read one by one; and their faults."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sitemapsite import NOW, SITE, SPACE, page, seen, urlset

from extractors.sitemap import MAX_ENTRIES, read_sitemap
from monitor.errors import Unreadable


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
