"""What is a feed and what is not, however broken. The press in them is made up."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feed_documents import NOW, URL, codes, only, read, rss
from hypothesis import given
from hypothesis import strategies as st

from extractors.feed import MAX_ENTRIES, STATES, parse_feed, parse_feed_job
from monitor.errors import NotAFeed


def refusal(body: str | bytes, content_type: str | None = None) -> NotAFeed:
    with pytest.raises(NotAFeed) as caught:
        read(body, content_type)
    assert caught.value.state in STATES
    return caught.value


# --- what is no feed ----------------------------------------

ENTITIES = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"", "empty_body"),
        (b" \r\n\t", "empty_body"),
        (b"\xef\xbb\xbf", "empty_body"),
        (b"x" * 10_000_001, "too_large"),
        (
            "<!doctype html><html><head><title>daily.example is for sale</title></head>"
            "<body>Buy this domain</body></html>",
            "parked_page",
        ),
        (
            "<html><title>Just a moment...</title>"
            "<script src='/cdn-cgi/challenge-platform/x.js'></script></html>",
            "challenge_page",
        ),
        ("<!-- x --><html><head><title>The Daily</title></head><body>news</body></html>", "html_page"),
        (
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
            '<html xmlns="http://www.w3.org/1999/xhtml"><head/></html>',
            "html_page",
        ),
        ("hello", "not_a_feed"),
        ("/etc/passwd", "not_a_feed"),
        ("https://daily.example/feed", "not_a_feed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_feed"),
        (b"%PDF-1.7", "not_a_feed"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "not_a_feed"),
        ("<opml><body><outline text='a'/></body></opml>", "not_a_feed"),
        ('{"version": "1", "items": []}', "not_a_feed"),
        ("[1, 2]", "not_a_feed"),
        ("{broken", "not_a_feed"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "not_a_feed"),
        ("[" * 100_000, "too_deep"),
        ("<rss>" + "<a>" * 600 + "</a>" * 600 + "</rss>", "too_deep"),
        (
            f"<?xml version='1.0'?><!DOCTYPE rss [{ENTITIES}]>"
            "<rss version='2.0'><channel><title>&j;</title></channel></rss>",
            "entity_declared",
        ),
        (f"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE rss\n[{ENTITIES}\n]><rss/>", "entity_declared"),
        (
            "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
            "<rss version='2.0'><channel><title>&x;</title></channel></rss>",
            "entity_declared",
        ),
        (
            "<!doctype rss SYSTEM 'http://127.0.0.1/x.dtd' "
            "[<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]><rss/>",
            "entity_declared",
        ),
        ("<!ENTITY a 'b'><rss/>", "entity_declared"),
        ("<!DOCTYPE rss" + " " * 5_000 + "><rss/>", "entity_declared"),
        ("<rss>" + "<!-- -->" * 6_000 + "</rss>", "too_complex"),
        ("<rss a='" + "b" * 300_000 + "'></rss>", "too_complex"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_feed_has_a_name(body: str | bytes, state: str) -> None:
    assert refusal(body).state == state


def test_an_entity_bomb_in_sixteen_bits_is_refused_too() -> None:
    body = f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE rss [{ENTITIES}]><rss/>"
    assert refusal(body.encode("utf-16")).state == "entity_declared"
    assert refusal(body.encode("utf-16-le")).state == "entity_declared"


def test_a_plain_doctype_is_harmless() -> None:
    head = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    entry = only("<title>Caf&eacute; &amp; &laquo;Peace&raquo;</title>", head=head)
    assert entry.title == "Café & «Peace»"


def test_entities_talked_about_are_words() -> None:
    entry = only(
        "<title>XML</title>"
        "<description><![CDATA[<p>Write &lt;!ENTITY x&gt; or <!DOCTYPE html></p>]]></description>"
    )
    assert entry.summary == "Write <!ENTITY x> or"


# --- what is one, however broken ----------------------------------------


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#0;", "&#x1F;", "&#xFFFE;", "&#1114112;", "\x00", "\x0b", "&#x110000;"]
)
def test_characters_that_xml_forbids_cost_nothing(reference: str) -> None:
    feed = read(rss(f"<item><title>One{reference}!</title></item><item><title>Two</title></item>"))
    assert [entry.title for entry in feed.entries] == ["One!", "Two"]
    assert "not_well_formed" not in codes(feed)


@pytest.mark.parametrize(
    "name", ["punycode", "undefined", "zlib", "rot13", "idna", "utf-7", "unicode_escape", "nonsense"]
)
def test_encodings_that_no_feed_may_name(name: str) -> None:
    head = f'<?xml version="1.0" encoding="{name}"?>'
    feed = read(rss("<item><title>Ministère</title></item>", head=head), f"text/xml; charset={name}")
    assert feed.entries[0].title == "Ministère"


@pytest.mark.parametrize(
    ("words", "codec", "declared", "header"),
    [
        ("Кассетные боеприпасы", "cp1251", "windows-1251", None),
        ("Кассетные боеприпасы", "cp1251", "windows-1251", "iso-8859-1"),
        ("Кассетные боеприпасы", "cp1251", "utf-8", "windows-1251"),
        ("Кассетные боеприпасы", "koi8-r", None, "koi8-r"),
        ("Кассетные боеприпасы", "utf-8", "windows-1251", "windows-1251"),
        ("Кассетные боеприпасы", "utf-16", "utf-16", None),
        ("集束弹药", "gb18030", "gb2312", None),
        ("集束彈藥", "big5", "big5", None),
        ("クラスター弾", "cp932", "Shift_JIS", None),
        ("クラスター弾", "iso2022_jp", "iso-2022-jp", None),
        ("ذخائر عنقودية", "cp1256", "windows-1256", "utf-8"),
        ("Misket bombası", "cp1254", "iso-8859-9", None),
        ("Bombes à sous-munitions — “non”", "cp1252", "iso-8859-1", None),
        ("Bomby kasetowe żołnierzy", "iso8859-2", "iso-8859-2", None),
    ],
)
def test_the_true_encoding_is_found(words: str, codec: str, declared: str | None, header: str | None) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = rss(f"<item><title>{words}</title></item>", head=head).encode(codec)
    feed = read(body, f"application/rss+xml; charset={header}" if header else None)
    assert feed.entries[0].title == words


def test_one_wrong_byte_does_not_turn_a_text_into_another_encoding() -> None:
    body = rss("<item><title>" + "Кассетные " * 20 + "@</title></item>").encode().replace(b"@", b"\xe9")
    feed = read(body)
    assert feed.entries[0].title.startswith("Кассетные Кассетные")
    assert "encoding" in codes(feed)


def test_a_feed_that_breaks_off_keeps_its_entries() -> None:
    whole = rss(
        "".join(
            f"<item><title>Story {n}</title><link>https://daily.example/{n}</link></item>" for n in range(5)
        )
    )
    feed = read(whole[: whole.index("Story 3") + 7])
    assert [entry.title for entry in feed.entries][:3] == ["Story 0", "Story 1", "Story 2"]
    assert "not_well_formed" in codes(feed)


def test_html_that_nobody_escaped_is_not_taken_for_depth() -> None:
    words = "<br>Line <i>by</i> line<p>and <b>open" * 30
    feed = read(rss(f"<item><title>A</title><description>{words}</description></item>" * 40))
    assert len(feed.entries) == 40
    assert "not_well_formed" in codes(feed)


@pytest.mark.parametrize("junk", ["\n\n  ", "\ufeff", "<!-- cached -->\n", "Warning: deprecated\n"])
def test_what_stands_before_the_feed_is_passed_over(junk: str) -> None:
    assert len(read(junk + rss("<item><title>A</title></item>")).entries) == 1


def test_only_the_first_entries_are_read() -> None:
    feed = read(
        rss("".join(f"<item><guid>{n}</guid><title>S{n}</title></item>" for n in range(MAX_ENTRIES + 500)))
    )
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[-1].guid == str(MAX_ENTRIES - 1)
    assert codes(feed) == {"entries_cut"}


def test_a_feed_without_entries_is_a_feed() -> None:
    feed = read(rss(""))
    assert (feed.version, feed.title, feed.entries) == ("rss20", "The Daily", ())


# --- robustness ----------------------------------------


@given(st.binary(max_size=300))
def test_any_bytes_give_a_feed_or_a_name(body: bytes) -> None:
    state = None
    try:
        read(body)
    except NotAFeed as error:
        state = error.state
    assert state is None or state in STATES


@given(
    st.text(max_size=200),
    st.sampled_from(["title", "description", "link", "guid", "pubDate", "source", "dc:language"]),
)
def test_any_words_in_any_place_cost_at_most_their_entry(words: str, place: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace").decode()
    feed = read(rss(f"<item><{place}>{escaped}</{place}></item><item><title>Next</title></item>"))
    assert feed.entries[-1].title == "Next"


def test_a_feed_travels_between_processes() -> None:
    feed = parse_feed_job(rss("<item><title>A</title></item>").encode(), URL, None, NOW)
    assert pickle.loads(pickle.dumps(feed)) == feed  # noqa: S301 - our own


def test_no_file_is_opened_and_nothing_asked(tmp_path: Path) -> None:
    place = tmp_path / "feed.xml"
    place.write_text(rss("<item><title>Secret</title></item>"))
    assert refusal(str(place)).state == "not_a_feed"
    assert refusal(place.as_uri()).state == "not_a_feed"


@pytest.mark.shared
def test_every_real_feed_is_read_and_no_item_is_lost(shared: Path) -> None:
    """The manifest counts ``<items>``, the contents list of RSS 1.0, as an item; nothing else differs."""
    different = {}
    for line in (shared / "feeds" / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        body = (shared / row["file"]).read_bytes()
        feed = parse_feed(body, url=URL, content_type=None, now=datetime(2026, 11, 25, tzinfo=UTC))
        tables = len(re.findall(rb"<(?:\w+:)?items[\s>]", body))
        if len(feed.entries) != row["items"] - (tables if feed.version in ("rss10", "rss090") else 0):
            different[row["file"]] = (row["items"], len(feed.entries), feed.version)
    assert different == {}
