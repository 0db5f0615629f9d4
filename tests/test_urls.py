"""One page, one address: canonical forms, redirectors, trackers, registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.urls import (
    BadUrl,
    canonical,
    host_of,
    join,
    parse,
    registrable_domain,
    same_kept_page,
    same_page_key,
)

PAGE = "https://news.example/world/story-1"


@pytest.mark.parametrize(
    "variant",
    [
        PAGE,
        " " + PAGE + "\n",
        "HTTPS://NEWS.Example/world/story-1",
        "https://news.example:443/world/story-1",
        "https://news.example./world/story-1",
        PAGE + "#top",
        PAGE + "#:~:text=cluster",
        PAGE + "?",
        PAGE + "?utm_source=rss&utm_medium=feed&UTM_Campaign=x",
        PAGE + "?fbclid=1&gclid=2&yclid=3",
        PAGE + "?at_medium=RSS&at_campaign=KARANGA",
        PAGE + "?ref=rss",
        PAGE + "?from=newsletter",
        PAGE + "?amp",
        PAGE + "?amp=1",
        PAGE + "?outputType=amp",
        PAGE + "/amp",
        PAGE + "/amp/",
        "https://news.example/./world/../world/story-1",
        "https://news.example/world/story%2D1",
        "https://user:word@news.example/world/story-1",
        "https://www.google.com/url?rct=j&sa=t&url=https://news.example/world/story-1&ct=ga&cd=CA",
        "https://www.google.de/url?q=https%3A%2F%2Fnews.example%2Fworld%2Fstory-1&sa=U",
        "https://www.google.com/amp/s/news.example/world/story-1/amp",
        "https://news-example.cdn.ampproject.org/c/s/news.example/world/story-1?amp",
        "https://news-example.cdn.ampproject.org/v/s/news.example/world/story-1/amp/?usqp=mq3&amp_js_v=0.1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fworld%2Fstory-1%3Ffbclid%3Dx&h=y",
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fnews.example%2fworld%2fstory-1",
    ],
)
def test_variants_of_one_page_are_one(variant: str) -> None:
    assert canonical(variant) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, PAGE + "?id=2"),
        (PAGE + "?id=1", PAGE + "?id=2"),
        (PAGE, PAGE + "-amp"),
        (PAGE, "https://news.example/World/story-1"),
        (PAGE + "?page=2", PAGE),
        (PAGE, PAGE + "/2"),
        (PAGE + "?from=2024-01-01", PAGE),
        (PAGE + "#!/a", PAGE + "#!/b"),
        ("https://a.example/amp", "https://a.example/"),
        (PAGE + "?q=a%26b", PAGE + "?q=a&b"),
        (PAGE + "%2Fx", PAGE + "/x"),
        ("https://www.google.com/url?url=javascript:alert(1)", PAGE),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (PAGE + "#post-42", PAGE + "#post-42"),
        (PAGE + "?utm_source=x#block-6", PAGE + "#block-6"),
        (PAGE + "#xtor=RSS-3208", PAGE),
        (PAGE + "#:~:text=a", PAGE),
    ],
)
def test_the_place_of_a_post_can_be_kept(url: str, wanted: str) -> None:
    assert canonical(url, keep_fragment=True) == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "http://пример.example/новости",
            "http://xn--e1afmkfd.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
        ),
        ("http://a.example/%d0%bd", "http://a.example/%D0%BD"),
        ("http://a.example/a b?c d", "http://a.example/a%20b?c%20d"),
        ("http://a.example/100%", "http://a.example/100%25"),
        ("http://a.example", "http://a.example/"),
        ("http://a.example/x;jsessionid=0A1B?y=1", "http://a.example/x?y=1"),
        ("http://a.example/story.amp.html", "http://a.example/story.html"),
        ("not a url", "not a url"),
        ("tag:a.example,2024:1", "tag:a.example,2024:1"),
        ("ftp://user:word@a.example/x", "ftp://a.example/x"),
    ],
)
def test_one_way_to_write_it(url: str, wanted: str) -> None:
    assert canonical(url) == wanted


@given(st.text(max_size=60))
def test_canonical_is_stable(words: str) -> None:
    for text in (words, "http://a.example/" + words, "http://a.example/?" + words):
        once = canonical(text)
        assert canonical(once) == once


def test_the_loose_key_joins_what_servers_join() -> None:
    keys = {
        same_page_key(url)
        for url in (
            PAGE,
            PAGE + "/",
            PAGE.replace("https", "http"),
            PAGE.replace("news.", "www.news."),
            PAGE + "#x",
        )
    }
    assert keys == {"news.example/world/story-1"}
    assert same_page_key(PAGE + "?id=1") != same_page_key(PAGE)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("news.a.example", "a.example"),
        ("a.example", "a.example"),
        ("someone.blogspot.com", "someone.blogspot.com"),
        ("mid.ru", "mid.ru"),
        ("www.mfa.gov.ua", "mfa.gov.ua"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("WWW.Mod.UK.", "mod.uk"),
        ("", ""),
        ("co.uk", "co.uk"),
        ("a..b", ".b"),
    ],
)
def test_the_part_of_a_host_that_someone_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_join() -> None:
    assert join("https://a.example/feeds/rss.xml", "../story") == "https://a.example/story"
    assert join("https://a.example/feeds/", "//b.example/x") == "https://b.example/x"
    with pytest.raises(BadUrl):
        join("https://a.example/", "javascript:alert(1)")
    with pytest.raises(BadUrl):
        join("https://a.example/", "http://[broken/")


def test_what_a_request_says() -> None:
    url = parse("https://a.example:8443/x?y#z")
    assert (url.netloc, url.target, url.fragment) == ("a.example:8443", "/x?y", "z")
    assert parse("http://[2001:db8::0:1]/").netloc == "[2001:db8::1]"
    assert host_of("nonsense") is None


@pytest.mark.parametrize(
    ("answered", "same"),
    [
        ("https://web.archive.org/web/20230707120000id_/https://www.daily.example/a?utm_source=x", True),
        ("https://web.archive.org/web/20230801000000id_/http://daily.example:80/a/", True),
        ("https://web.archive.org/web/20230707120000id_/https:/daily.example/a", True),
        ("https://web.archive.org/web/20230707120000id_/https://daily.example/", False),
        ("https://web.archive.org/web/20230707120000id_/https://parked.example/a", False),
        ("https://web.archive.org/", False),
    ],
)
def test_a_copy_is_of_the_page_that_was_asked_for_or_of_another(answered: str, same: bool) -> None:
    asked = "https://web.archive.org/web/20230707120000id_/https://daily.example/a"
    assert same_kept_page(asked, answered) is same
    assert same_kept_page(answered, answered)
