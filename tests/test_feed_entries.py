"""What the entries of RSS, RDF, Atom and JSON Feed say. The press in them is made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from feed_documents import codes, only, read, rss

# --- what an entry says ----------------------------------------


def test_an_rss_item() -> None:
    feed = read(
        rss(
            "<item><title>Minister: &lt;b&gt;no&lt;/b&gt; cluster bombs &amp;amp; no mines</title>"
            "<link>/story/1?a=1&amp;b=2</link>"
            "<guid isPermaLink='false'>id-1</guid><pubDate>Tue, 05 Mar 2024 10:00:00 CET</pubDate>"
            "<description>&lt;p&gt;She said &amp;ldquo;never&amp;rdquo;.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;"
            "&lt;script&gt;x()&lt;/script&gt;</description>"
            "<source url='https://agency.example/'>Agency</source></item>",
            channel="<link>https://daily.example/</link><language>en-GB</language>",
        )
    )
    (entry,) = feed.entries
    assert (feed.language, feed.home_url) == ("en", "https://daily.example/")
    assert entry.title == "Minister: no cluster bombs & no mines"
    assert entry.summary == "She said “never”.\nTwice."
    assert (entry.url, entry.guid, entry.outlet) == (
        "https://daily.example/story/1?a=1&b=2",
        "id-1",
        "Agency",
    )
    assert entry.published is not None
    assert entry.published.value == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (entry.published.precision, entry.published.source, entry.language) == ("minute", "feed", "en")
    assert entry.raw_published == "Tue, 05 Mar 2024 10:00:00 CET"
    assert entry.problems == ()


def test_an_atom_entry() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Le Jour</title><id>x</id>'
        '<link rel="self" href="https://jour.example/atom"/><link href="https://jour.example/"/>'
        '<entry xml:lang="ru"><id>tag:1</id><title type="html">&lt;i&gt;Заявление&lt;/i&gt;</title>'
        '<link rel="enclosure" href="https://jour.example/a.mp3"/>'
        '<link rel="alternate" type="application/pdf" href="/a.pdf"/>'
        '<link rel="alternate" type="text/html" href="/a.html"/>'
        "<updated>2024-03-05T09:30:00+03:00</updated><source><title>Агентство</title></source>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>'
        + "Слова. " * 30
        + "</p></div></content></entry></feed>"
    )
    (entry,) = feed.entries
    assert (feed.version, feed.title, feed.language) == ("atom10", "Le Jour", "fr")
    assert (entry.title, entry.url, entry.language, entry.outlet) == (
        "Заявление",
        "https://daily.example/a.html",
        "ru",
        "Агентство",
    )
    assert entry.published == entry.updated
    assert entry.updated is not None
    assert entry.updated.value == datetime(2024, 3, 5, 6, 30, tzinfo=UTC)
    assert codes(entry) == {"published_is_updated"}
    assert entry.content_html is not None
    assert "<p>" in entry.content_html
    assert entry.summary.startswith("Слова. Слова.")


def test_an_rdf_item() -> None:
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>'
        "<item rdf:about='https://daily.example/1'><title>One</title><link>https://daily.example/1</link>"
        "<dc:date>2024-03-04T01:02:03Z</dc:date><dc:language>de</dc:language></item></rdf:RDF>"
    )
    (entry,) = feed.entries
    assert feed.version == "rss10"
    assert entry.published is not None
    assert (entry.published.value.day, entry.language) == (4, "de")


def test_full_text_is_kept_as_html() -> None:
    text = "<p>Long words about it.</p>" * 100
    entry = only(
        "<title>A</title><description>Short.</description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<![CDATA[{text}]]></content:encoded>"
    )
    assert (entry.summary, entry.content_html) == ("Short.", text)
    assert only(f"<title>A</title><description><![CDATA[{text}]]></description>").content_html == text
    assert only("<title>A</title><description>Short.</description>").content_html is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("x &lt; y and y &gt; z", "x < y and y > z"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("a&lt;br&gt;b", "a b"),
        ("<![CDATA[<b>a</b>&nbsp;b]]>", "a\u00a0b"),
        ("it&#146;s", "it’s"),
        ("&#8220;Q&#8221;", "“Q”"),
        ("a\n   b\t c", "a b c"),
        ("so&#xAD;ft", "soft"),
        ("«Нет»", "«Нет»"),
        ("«\u00a0non\u00a0»\u202f! ", "«\u00a0non\u00a0»\u202f!"),
        ("&lt;b&gt;«\u00a0non\u00a0»&lt;/b&gt;", "«\u00a0non\u00a0»"),
        ("&lt;3", "<3"),
        ("5 &amp;lt; 6", "5 < 6"),
        ("&lt;img src=x onerror=alert(1)&gt;A", "A"),
        ("&lt;svg&gt;&lt;script&gt;x&lt;/script&gt;&lt;/svg&gt;A", "A"),
    ],
)
def test_titles_are_plain_words(raw: str, words: str) -> None:
    assert only(f"<title>{raw}</title>").title == words


@pytest.mark.parametrize(
    ("link", "url", "problem"),
    [
        ("story.html", "https://daily.example/feeds/story.html", None),
        ("//b.example/x", "https://b.example/x", None),
        (" https://a.example/x\n", "https://a.example/x", None),
        ("javascript:alert(1)", None, "bad_link"),
        ("mailto:a@b.example", None, "bad_link"),
        ("", None, "no_link"),
        ("http://[x", None, "bad_link"),
        ("file:///etc/passwd", None, "bad_link"),
    ],
)
def test_links(link: str, url: str | None, problem: str | None) -> None:
    entry = only(f"<title>A</title><guid isPermaLink='false'>1</guid><link>{link}</link>")
    assert entry.url == url
    assert codes(entry) == ({problem} if problem else set())


def test_a_guid_that_is_an_address_is_the_link() -> None:
    entry = only("<title>A</title><guid>https://daily.example/9</guid>")
    assert entry.url == entry.guid == "https://daily.example/9"


def test_the_address_before_the_counting_service_is_taken() -> None:
    entry = only(
        "<title>A</title><link>https://feeds.count.example/~r/1</link>"
        '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
        "https://daily.example/1</feedburner:origLink>"
    )
    assert entry.url == "https://daily.example/1"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-us", "en"), ("zh_CN", "zh"), ("UA", "uk"), ("ru", "ru"), ("english please", None), ("", None)],
)
def test_languages(tag: str, code: str | None) -> None:
    assert (
        read(rss("<item><title>A</title></item>", channel=f"<language>{tag}</language>")).entries[0].language
        == code
    )


# --- JSON Feed ----------------------------------------


def test_a_json_feed() -> None:
    feed = read(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "The Daily",
                "language": "en-US",
                "home_page_url": "https://daily.example/",
                "items": [
                    {
                        "id": 7,
                        "url": "/7",
                        "title": "A <b>b</b>",
                        "content_text": "One.\n\nTwo <3 " + "x" * 80,
                        "date_published": "2024-03-05T09:00:00Z",
                        "summary": "S",
                        "language": "fr",
                    },
                    {
                        "id": "8",
                        "external_url": "https://b.example/8",
                        "content_html": "<p>Only</p>",
                        "date_modified": "2024-03-04",
                    },
                    "odd",
                ],
            }
        )
    )
    one, two = feed.entries
    assert (feed.version, feed.title, feed.language, feed.home_url) == (
        "json11",
        "The Daily",
        "en",
        "https://daily.example/",
    )
    assert (one.guid, one.url, one.title, one.summary, one.language) == (
        "7",
        "https://daily.example/7",
        "A b",
        "S",
        "fr",
    )
    assert one.content_html is not None
    assert one.content_html.startswith("<p>One.</p><p>Two &lt;3")
    assert (two.url, two.summary) == ("https://b.example/8", "Only")
    assert two.published is not None
    assert two.published.precision == "day"
    assert codes(feed) == {"entry_odd"}


def test_a_json_feed_of_odd_types_is_read_as_far_as_it_goes() -> None:
    items = [{"id": {"a": 1}, "title": ["x"], "url": 5, "content_html": None, "date_published": True}, {}]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert [entry.guid for entry in feed.entries] == [None, None]
    assert feed.version == "json1"
