"""The publication date of a page: where it is read, how exact it is, what conflicts, when there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extractors.moments import CLOCK, read_clock, read_moment
from extractors.page import read_page
from monitor.model import Document, Page, When

NOW = datetime(2024, 5, 1, tzinfo=UTC)
TEXT = [
    "The harbour master of Lowmere said on Tuesday that the ferry built on 4 June 1974 would sail again.",
    "“Nobody has asked for his money back since 12 January 2023,” Jo Pike told reporters on the quay.",
    "The council had refused money for the quay twice, in 2019 and on March 3, 2021, after a long debate.",
]


def read(
    *, head: str = "", before: str = "", after: str = "", lines: list[str] = TEXT, url: str = "https://post.example/a/ferry",
    published: When | None = None, lang: str = "en",
) -> Page:  # fmt: skip
    body = "".join(f"<p>{line}</p>" for line in lines)
    html = (
        f'<!doctype html><html lang="{lang}"><head><title>Ferry</title>{head}</head>'
        f"<body><h1>Ferry sails</h1>{before}"
        f"<div class=text>{body}</div>{after}<footer><p>© 2024 Lowmere Post, 29 April "
        f"2024</p></footer></body></html>"
    )
    return read_page(Document(id="x", url=url, html=html, published=published), NOW)


def told(page: Page) -> tuple[str, str, str] | None:
    if page.published is None:
        return None
    return page.published.value.isoformat(), page.published.precision, page.published.source


LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": '
    '"2024-03-05T10:20:30+02:00", "dateModified": '
    '"2024-03-07T10:00:00+02:00"}</script>'
)
META = '<meta property="article:published_time" content="2024-03-05T11:00:00Z">'
TIME = '<time datetime="2024-03-05T12:00:00+01:00">5 March</time>'


def test_order_of_trust() -> None:
    assert told(read(head=LD + META, before=TIME)) == ("2024-03-05T10:20:30+02:00", "minute", "jsonld")
    assert told(read(head=META, before=TIME)) == ("2024-03-05T11:00:00+00:00", "minute", "meta")
    assert told(read(before=TIME)) == ("2024-03-05T12:00:00+01:00", "minute", "time")


@pytest.mark.parametrize(
    ("line", "lang", "value", "precision"),
    [
        ("March 5, 2024", "en", "2024-03-05T00:00:00+00:00", "day"),
        ("Published: 5 March 2024", "en", "2024-03-05T00:00:00+00:00", "day"),
        ("Tuesday, March 5, 2024 at 1:30 p.m. ET", "en", "2024-03-05T13:30:00-05:00", "minute"),
        ("05.03.2024 13:05 MEZ", "de", "2024-03-05T13:05:00+01:00", "minute"),
        ("5 марта 2024, 13:05 МСК", "ru", "2024-03-05T13:05:00+03:00", "minute"),
        ("5 березня 2024 року", "uk", "2024-03-05T00:00:00+00:00", "day"),
        ("Publié le 5 mars 2024 à 13h05 CET", "fr", "2024-03-05T13:05:00+01:00", "minute"),
        ("5 de marzo de 2024", "es", "2024-03-05T00:00:00+00:00", "day"),
        ("2024年3月5日 13:05 UTC", "zh", "2024-03-05T13:05:00+00:00", "minute"),
        ("5 آذار/مارس 2024", "ar", "2024-03-05T00:00:00+00:00", "day"),
        ("۱۵ اسفند ۱۴۰۲", "fa", "2024-03-05T00:00:00+00:00", "day"),
    ],
)
def test_a_date_that_stands_alone_near_the_head(line: str, lang: str, value: str, precision: str) -> None:
    assert told(read(before=f"<p>{line}</p>", lang=lang)) == (value, precision, "text")


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("05.03.2024 13:05", "de"),
        ("5 марта 2024, 13:05", "ru"),
        ("Publié le 5 mars 2024 à 13h05", "fr"),
        ("2024年3月5日 13:05", "zh"),
        ("Tue 1:05 PM, March 5, 2024", "en"),
    ],
)
def test_a_printed_time_is_exact_only_where_its_zone_is_known(line: str, lang: str) -> None:
    page = read(before=f"<p>{line}</p>", lang=lang)
    assert told(page) == ("2024-03-05T00:00:00+00:00", "day", "text")
    page = read(before=f"<p>{line}</p>", lang=lang, url="https://zeitung.example.de/a")
    assert told(page) == ("2024-03-05T13:05:00+01:00", "minute", "text")


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("November 19, 2023, 07:47 PM EST", "2023-11-19T19:47:00-05:00", "minute"),
        ("01:38:07 PM IST Nov 20, 2023", "2023-11-20T13:38:00+05:30", "minute"),
        ("March 5, 2024", "2024-03-05T00:00:00+00:00", "day"),
        ("2024-03-05T00:00:00Z", "2024-03-05T00:00:00+00:00", "day"),
        ("2024-03-05T00:00:00+02:00", "2024-03-05T00:00:00+00:00", "day"),
    ],
)
def test_what_a_page_states_for_machines_may_be_written_for_people(
    raw: str, value: str, precision: str
) -> None:
    meta = f'<meta property="article:published_time" content="{raw}">'
    data = f'<script type="application/ld+json">{{"@type": "Article", "datePublished": "{raw}"}}</script>'
    assert told(read(head=meta)) == (value, precision, "meta")
    assert told(read(head=data)) == (value, precision, "jsonld")


def test_times_without_a_zone_are_on_the_outlets_clock() -> None:
    meta = '<meta property="article:published_time" content="2024-07-05T13:05:00">'
    page = read(head=meta.replace("-07-", "-03-"), url="https://zeitung.example.de/a")
    assert told(page) == ("2024-03-05T13:05:00+01:00", "minute", "meta")


def test_json_of_the_page_where_it_describes_no_article() -> None:
    data = (
        '<script type="application/ld+json">{"@graph": [{"@type": "Organization"}, {"@type": "WebPage", '
        '"datePublished": "2024-03-05T10:20:30+02:00"}]}</script>'
    )
    assert told(read(head=data)) == ("2024-03-05T10:20:30+02:00", "minute", "jsonld")


@pytest.mark.parametrize(
    ("markup", "value"),
    [
        ('<span itemprop="datePublished">Tue 6:45 PM ET, Mar 5, 2024</span>', "2024-03-05T18:45:00-05:00"),
        (
            '<span itemprop="datePublished" content="2024-03-05T18:45:00Z">today</span>',
            "2024-03-05T18:45:00+00:00",
        ),
        ('<span class="article-publish-date">March 5, 2024, 9:02 AM GMT</span>', "2024-03-05T09:02:00+00:00"),
        ('<div class="post_date">5 March 2024, 09:02 UTC</div>', "2024-03-05T09:02:00+00:00"),
        ("<time>March 5, 2024 9:02 AM GMT</time>", "2024-03-05T09:02:00+00:00"),
    ],
)
def test_an_element_that_is_marked_as_the_date(markup: str, value: str) -> None:
    lists = (
        "<ul>" + "".join(f"<li><span class='date'>{n} May 2023</span></li>" for n in range(1, 9)) + "</ul>"
    )
    far = "".join(f"<p>Nothing is known of pier {n}.</p>" for n in range(30))
    page = read(before=f"<aside>{lists}</aside>{far}{markup}")
    assert page.published is not None
    assert (page.published.value.isoformat(), page.published.precision) == (value, "minute")
    assert told(read(before=f"<aside>{lists}</aside>")) is None


def test_a_day_of_a_sentence_is_no_publication_date_even_to_htmldate() -> None:
    lines = [
        *TEXT,
        'The letter was <a href="/x">printed</a> in the Courier on Oct. 13, 2023, and read by many.',
    ]
    assert told(read(lines=lines)) is None
    page = read(lines=lines, url="https://post.example/2023/nov/18/ferry")
    assert told(page) == ("2023-11-18T00:00:00+00:00", "day", "url")


@pytest.mark.parametrize(
    "first",
    [
        "date 2024-03-05 The harbour master of Lowmere said that the ferry would sail again in the spring.",
        "LOWMERE, March 5, 2024 (Northwire) — The harbour master said that the ferry would sail again.",
    ],
)
def test_a_date_at_the_head_of_the_first_paragraph(first: str) -> None:
    page = read(lines=[first, *TEXT[1:]])
    assert told(page) == ("2024-03-05T00:00:00+00:00", "day", "text")
    assert page.text.startswith(first)


def test_a_page_without_a_date_has_none() -> None:
    assert told(read()) is None
    comments = (
        '<section class="comments"><time datetime="2024-04-02T10:00:00Z">x</time><p>2 '
        "April 2024</p></section>"
    )
    related = (
        '<aside><ul><li><time datetime="2024-04-03T10:00:00Z">x</time><a href=/x>Other</a></li></ul></aside>'
    )
    assert told(read(after=comments + related)) is None
    plain = read_page(Document(id="t", text="\n".join(TEXT)), NOW)
    assert plain.published is None


@pytest.mark.parametrize(
    "raw", ["0000-00-00", "1970-01-01T00:00:00Z", "2031-01-01", "soon", "2024-13-45", ""]
)
def test_dates_that_cannot_be_true_are_none(raw: str) -> None:
    assert told(read(head=f'<meta property="article:published_time" content="{raw}">')) is None


def test_the_address_is_the_last_resort() -> None:
    assert told(read(url="https://post.example/2024/03/05/ferry")) == (
        "2024-03-05T00:00:00+00:00",
        "day",
        "url",
    )
    assert told(read(url="https://post.example/2024/mar/05/ferry")) == (
        "2024-03-05T00:00:00+00:00",
        "day",
        "url",
    )
    assert told(read(url="https://post.example/ferry-20240305-1")) == (
        "2024-03-05T00:00:00+00:00",
        "day",
        "url",
    )
    assert told(read(url="https://post.example/id/12024030555")) is None


def test_a_day_is_made_exact_by_a_lesser_source_of_the_same_day() -> None:
    day = '<meta property="article:published_time" content="2024-03-05">'
    assert told(read(head=day, before=TIME)) == ("2024-03-05T12:00:00+01:00", "minute", "time")


GIVEN = When(datetime(2024, 3, 5, tzinfo=UTC), "day", "given")
FEED = When(datetime(2024, 3, 5, 9, 0, tzinfo=UTC), "minute", "feed")


def test_what_is_given_wins_and_is_made_exact() -> None:
    assert told(read(published=GIVEN)) == ("2024-03-05T00:00:00+00:00", "day", "given")
    assert told(read(head=LD, published=GIVEN)) == ("2024-03-05T10:20:30+02:00", "minute", "jsonld")
    assert told(read(published=FEED)) == ("2024-03-05T09:00:00+00:00", "minute", "feed")
    assert told(read(head=LD, published=FEED)) == ("2024-03-05T10:20:30+02:00", "minute", "jsonld")
    assert told(read(before="<p>March 4, 2024</p>", published=FEED)) == (
        "2024-03-05T09:00:00+00:00",
        "minute",
        "feed",
    )


def test_conflicts_are_told() -> None:
    late = When(FEED.value + timedelta(days=9), "minute", "feed")
    page = read(head=LD, published=late)
    assert [(p.code, p.detail) for p in page.problems] == [
        ("date_conflict", "jsonld 2024-03-05, feed 2024-03-14")
    ]
    assert read(head=LD, published=FEED).problems == ()
    other = '<meta property="article:published_time" content="2024-02-01T11:00:00Z">'
    assert [p.code for p in read(head=LD + other).problems] == ["date_conflict"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2024-03-05T10:00:00.123Z", "2024-03-05T10:00:00+00:00"),
        ("2024-03-05 10:00", "2024-03-05T10:00:00+00:00"),
        ("20240305", "2024-03-05T00:00:00+00:00"),
        ("Tue, 05 Mar 2024 10:00:00 EST", "2024-03-05T10:00:00-05:00"),
        ("Tue, 05 Mar 2024 10:00:00 +0300", "2024-03-05T10:00:00+03:00"),
        ("1709632800", "2024-03-05T10:00:00+00:00"),
        (1709632800000, "2024-03-05T10:00:00+00:00"),
        (True, None),
        (None, None),
        ("99999999999999", None),
    ],
)
def test_moments(raw: object, value: str | None) -> None:
    moment = read_moment(raw, "meta", now=NOW)
    assert (moment.value.isoformat() if moment else None) == value


@pytest.mark.parametrize(
    ("text", "month", "value"),
    [
        ("1:30 p.m. ET", 7, "13:30:00-04:00"),
        ("1:30 p.m. ET", 1, "13:30:00-05:00"),
        ("12:05 a.m. ET", 1, "00:05:00-05:00"),
        ("14:05 CET", 7, "14:05:00+02:00"),
        ("9 a.m.", 1, "09:00:00+00:00"),
        ("18:32 (IST)", 1, "18:32:00+05:30"),
        ("13:05 MSK", 1, "13:05:00+03:00"),
    ],
)
def test_clock_times_and_zone_letters(text: str, month: int, value: str) -> None:
    match = CLOCK.search(text)
    assert match is not None
    moment = read_clock(match, datetime(2024, month, 8, tzinfo=UTC).date(), None)
    assert moment is not None
    assert moment.isoformat().split("T")[1] == value
