"""Old versions of feeds in the Wayback Machine: each entry once, at its first good capture."""

from __future__ import annotations

import json

import pytest
from archiving import at, built, counted, given, goes_on, read, window
from cdxserver import Kept
from daily import FEED, JULY, QUICK, asked, kept, version
from journey import Item, article, rss
from servers import Reply

from monitor.errors import ArchiveFailed


def item(number: int, day: int, **more: str) -> Item:
    title = more.get("title", f"Minister speaks of cluster munitions, part {number}")
    published = f"{day:02} Jul 2023 09:00:00 +0000"
    return Item(f"/news/{number}", title, more.get("summary", "He spoke."), published)


def test_old_versions_of_a_feed_give_their_entries_once_with_the_first_good_capture_of_the_page() -> None:
    captures = (
        version("20230702100000", item(1, 1), item(2, 2)),
        version("20230703100000", item(2, 2), item(3, 3)),
        version(
            "20230704100000",
            item(2, 2),
            item(3, 3),
            item(
                4,
                3,
                title="Ten soups for summer evenings, and a salad for the days that are too hot for them",
            ),
        ),
        Kept("https://daily.example/news/2", "20230630100000", "a page of before", status="200"),
        Kept("https://daily.example/news/2", "20230702120000", "not yet", status="404"),
        Kept("https://daily.example/news/2", "20230709120000", article("Two", "Words.")),
        Kept(
            "https://daily.example/news/2", "20231209120000", location="https://daily.example/", status="301"
        ),
        Kept(
            "https://daily.example/news/3", "20230709120000", status="301", location="https://daily.example/"
        ),
    )
    with kept(*captures, targets=(FEED,)) as (server, reach):
        batches = goes_on(built("wayback-feeds", reach, **QUICK), JULY)
        pages = given(batches)
        assert [p.document.url for p in pages] == [f"http://daily.example/news/{n}" for n in (1, 2, 3, 4)]
        assert [p.source for p in pages] == [
            None,
            "https://web.archive.org/web/20230709120000id_/https://daily.example/news/2",
            None,  # a redirect is no page
            None,  # nothing that deserves its page
        ]
        assert [p.captured for p in pages][:3] == [at("2023-07-02T10:00:00")] * 2 + [
            at("2023-07-03T10:00:00")
        ]
        published = pages[0].document.published
        assert published is not None
        assert (published.value, published.source) == (at("2023-07-01T09:00:00"), "feed")
        assert (pages[0].document.outlet, pages[0].document.summary) == ("The Daily", "He spoke.")
        assert counted(batches) == {"repeated": 3}
        looked_up = [path for path in asked(server) if "news%2F4" in path]
        assert looked_up == []


def test_full_text_in_a_feed_needs_no_page() -> None:
    words = "<p>" + "“No more cluster munitions,” the minister said. " * 60 + "</p>"
    body = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>D</title>'
        "<item><title>No more</title><link>https://daily.example/n</link><guid>1</guid>"
        "<pubDate>Mon, 03 Jul 2023 09:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[{words}]]></content:encoded></item></channel></rss>"
    )
    feed = Kept("https://daily.example/feed.xml", "20230704100000", body, "application/rss+xml")
    with kept(feed, targets=(FEED,)) as (server, reach):
        (one,) = given(read(built("wayback-feeds", reach, **QUICK), JULY))
        assert one.source is None
        assert str(one.document.html).count("the minister said") == 60
        assert len(server.requests) == 2  # the index and the capture


def test_captures_that_are_no_feed_are_lost_moved_or_broken_are_counted_and_told() -> None:
    captures = (
        version("20230702100000", item(1, 1)),
        Kept("https://daily.example/feed.xml", "20230703100000", "x" * 9, "application/rss+xml", lost=True),
        Kept("https://daily.example/feed.xml", "20230704100000", "<html>This domain is for sale</html>"),
        Kept(
            "https://daily.example/feed.xml",
            "20230705100000",
            "y",
            location="https://parked.example/",
            status="200",
        ),
        Kept("https://parked.example/", "20230705100000", "<html>This domain is for sale</html>"),
        version("20230706100000", item(1, 1), item(2, 6)),
    )
    with kept(*captures, targets=(FEED,)) as (_, reach):
        batches = goes_on(built("wayback-feeds", reach, **QUICK), JULY)
        assert [p.document.url for p in given(batches)] == [f"http://daily.example/news/{n}" for n in (1, 2)]
        assert counted(batches) == {"capture_missing": 1, "not_a_feed": 1, "moved_capture": 1, "repeated": 1}
        assert [problem.code for batch in batches for problem in batch.problems] == [
            "capture_missing",
            "not_a_feed",
        ]


def test_entries_outside_the_stretch_are_passed_and_dates_after_the_capture_are_not_believed() -> None:
    captures = (version("20230803100000", item(1, 1), item(2, 31)), version("20230804100000", item(3, 28)))
    early = Kept("https://daily.example/feed.xml", "20230702100000", rss("daily.example", [item(9, 30)]).body)
    with kept(*captures, early, targets=(FEED,), stretch=JULY) as (_, reach):
        pages = {p.document.url: p for p in given(goes_on(built("wayback-feeds", reach, **QUICK), JULY))}
        assert sorted(url[-1] for url in pages if url) == ["1", "2", "3", "9"]
        assert pages["http://daily.example/news/9"].document.published is None
    with kept(*captures, targets=(FEED,), stretch=window("2023-07-01", "2023-07-10")) as (_, reach):
        batches = read(
            built("wayback-feeds", reach, late_days=40, **QUICK), window("2023-07-01", "2023-07-10")
        )
        assert counted(batches) == {"outside_window": 2}
        assert [p.document.url for p in given(batches)] == ["http://daily.example/news/1"]


def test_a_capture_that_is_slow_to_come_is_asked_again() -> None:
    with kept(version("20230702100000", item(1, 1)), targets=(FEED,)) as (server, reach):
        server.replay_faults = [Reply(status=503), Reply(status=429, headers={"Retry-After": "0"})]
        assert len(given(read(built("wayback-feeds", reach, **QUICK), JULY))) == 1
        server.replay_faults = [Reply(status=503)] * 9
        with pytest.raises(ArchiveFailed, match="http_503"):
            read(built("wayback-feeds", reach, tries=2, **QUICK), JULY)


def test_the_plan_for_feeds_counts_captures_with_one_question() -> None:
    captures = [
        version(f"2023{month:02}{day:02}100000", item(day, day)) for month in (6, 7) for day in range(1, 11)
    ]
    with kept(*captures, targets=(FEED,), stretch=window("2023-06-05", "2023-08-01")) as (server, reach):
        archive = built("wayback-feeds", reach, **QUICK)
        told = [archive.expected(one) for one in archive.windows(at("2023-06-05"), at("2023-08-01"))]
        assert [one.requests for one in told] == [7, 11]
        assert {one.pages for one in told} == {None}
        assert len(server.requests) == 1


def test_cursors_of_feeds_stay_small() -> None:
    soups = "Ten soups for summer evenings, and a salad for the days that are too hot for soup, number"
    items = [item(n, 1 + n % 20, title=f"{soups} {n}") for n in range(520)]
    with kept(version("20230702100000", *items), version("20230703100000", *items), targets=(FEED,)) as (
        _,
        reach,
    ):
        batches = goes_on(built("wayback-feeds", reach, **QUICK), JULY)
        assert all(len(json.dumps(batch.cursor)) < 10_000 for batch in batches)
