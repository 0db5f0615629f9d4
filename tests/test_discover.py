"""Feeds that a page names, from its head and from its links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.discover import MAX_FOUND, Discovered, discover_feeds

PAGE = "https://www.courier.example/news/index.html"


def urls(html: str, base: str = PAGE) -> list[str]:
    return [feed.url for feed in discover_feeds(html.encode(), base)]


def test_declared_feeds_in_order_with_names_and_types() -> None:
    html = b"""<html><head>
      <link rel="stylesheet" href="/style.css">
      <link rel="alternate" type="application/rss+xml" title="Courier  \n All" href="/feed/">
      <link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="world.atom">
      <link rel="alternate" type="application/feed+json" title="JSON" href="//cdn.courier.example/feed.json">
      </head><body></body></html>"""
    assert discover_feeds(html, PAGE) == (
        Discovered("https://www.courier.example/feed/", "Courier All", "application/rss+xml"),
        Discovered("https://www.courier.example/news/world.atom", "", "application/atom+xml"),
        Discovered("https://cdn.courier.example/feed.json", "JSON", "application/feed+json"),
    )


def test_other_alternates_are_no_feeds() -> None:
    assert urls(
        '<link rel="alternate" hreflang="fr" href="/fr/">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed?format=json">'
        '<link rel="alternate" type="text/html" href="/amp/feed">'
        '<link rel="icon" type="application/rss+xml" href="/feed.ico">'
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    "href",
    ["/feed", "/feed/", "/rss", "/rss.xml", "/rss2", "/atom.xml", "/world/rss/", "/export/news.rss",
     "/news.rdf", "/rss/world.xml", "/feeds/world/all.xml", "/index.php?feed=rss2",
     "/?option=x&format=feed", "/rss.aspx"],
)  # fmt: skip
def test_links_that_look_like_feeds(href: str) -> None:
    assert urls(f'<body><a href="{href.replace("&", "&amp;")}">RSS</a></body>') == [
        f"https://www.courier.example{href}"
    ]


@pytest.mark.parametrize(
    "href",
    ["/feedback", "/about-rss", "/press", "/rsspage.html", "/newsfeed-problems/", "/atomic",
     "mailto:rss@courier.example", "javascript:rss()", "#feed", "", "http://[bad/feed", "ftp://courier.example/feed",
     "https://me:pw@courier.example/feed", "/sitemap.xml", "?format=pdf"],
)  # fmt: skip
def test_links_that_are_none(href: str) -> None:
    assert urls(f'<a href="{href}">RSS</a>') == []


def test_declared_ones_come_first_and_each_once() -> None:
    found = discover_feeds(
        b"""<body><a href="/rss/world.xml">World</a><a href="/feed#top">All</a>
        <a href="/feed">All again</a><link rel="alternate" type="application/rss+xml" href="/feed"></body>""",
        PAGE,
    )
    assert [(feed.url, feed.type) for feed in found] == [
        ("https://www.courier.example/feed", "application/rss+xml"),
        ("https://www.courier.example/rss/world.xml", None),
    ]


def test_the_base_element_and_the_feed_scheme() -> None:
    html = (
        '<base href="/archive/"><link rel="alternate" type="application/rss+xml" href="feed">'
        '<a href="feed://other.example/rss">x</a><a href="feed:https://third.example/rss">y</a>'
    )
    assert urls(html) == [
        "https://www.courier.example/archive/feed",
        "https://other.example/rss",
        "https://third.example/rss",
    ]


def test_a_link_is_called_by_its_words() -> None:
    (feed,) = discover_feeds('<a href="/feed">  Лента\n<b>мира</b></a>'.encode(), PAGE)
    assert feed.title == "Лента мира"


def test_an_endless_address_is_passed_over() -> None:
    assert urls(f'<a href="/{"rss/" * 400_000}">x</a><a href="/rss">y</a>') == [
        "https://www.courier.example/rss"
    ]


def test_a_page_full_of_feeds_is_cut() -> None:
    assert len(urls("".join(f'<a href="/rss/{n}.xml">x</a>' for n in range(MAX_FOUND * 3)))) == MAX_FOUND


@pytest.mark.parametrize("html", [b"", b"   ", b"\x00", b"<!-- only a comment -->", b"\xff\xfe\xff"])
def test_nothing_in_nothing_out(html: bytes) -> None:
    assert discover_feeds(html, PAGE) == ()


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_give_addresses_that_are_http(html: bytes, base: str) -> None:
    wrapped = b'<link rel=alternate type="application/rss+xml" href="' + html + b'">' + html
    assert all(feed.url.startswith(("http://", "https://")) for feed in discover_feeds(wrapped, base))
