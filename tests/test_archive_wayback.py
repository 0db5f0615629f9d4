"""The Wayback Machine as an archive, asked over loopback from a server that speaks its CDX protocol."""

from __future__ import annotations

import json
import time

import pytest
from archiving import at, built, counted, given, goes_on, read, window
from cdxserver import HOST, Kept
from daily import FEED, JULY, QUICK, SITE, asked, kept, page, version
from journey import Item
from servers import Reply

from monitor.archives import find
from monitor.errors import ArchiveFailed, SettingsError
from monitor.fetch import FetchPolicy
from monitor.model import Target
from monitor.ports import Wanted


def test_each_page_of_a_site_comes_once_from_its_first_good_capture() -> None:
    captures = (
        page("/news/a", "20230703100000", body="gone", status="404"),
        page("/news/a", "20230704100000", body="the page"),
        page("/news/a", "20230720100000", body="later"),
        page("/news/a", "20230725100000", location="https://www.daily.example/", status="301"),
        page("/news/b?utm_source=x", "20230705100000", body="b"),
        page("/news/picture.jpg", "20230705100000", mimetype="image/jpeg"),
        page("/news/before", "20230630235959"),
        Kept("https://elsewhere.example/news/c", "20230705100000"),
    )
    with kept(*captures) as (server, reach):
        pages = given(goes_on(built("wayback", reach, **QUICK), JULY))
        assert [(p.key, p.captured) for p in pages] == [
            ("https://www.daily.example/news/a", at("2023-07-04T10:00:00")),
            ("https://www.daily.example/news/b", at("2023-07-05T10:00:00")),
        ]
        first = pages[0]
        assert (
            first.source == "https://web.archive.org/web/20230704100000id_/https://www.daily.example/news/a"
        )
        assert (first.document.url, first.document.outlet, first.document.language) == (
            first.key,
            "The Daily",
            "en",
        )
        assert first.document.published is None  # a capture's time is no publication's
        answer = dict(reach.fetcher.fetch_all([Wanted(first.source, kind="archive")]))[0]
        assert getattr(answer, "body", answer) == b"the page"
        assert f"{HOST}/robots.txt" not in server.asked()  # which asks crawlers to keep away


def test_a_live_page_is_taken_as_it_stood_when_it_had_grown() -> None:
    captures = (
        page("/live/2023/07/07/war", "20230707090000", body="three posts"),
        page("/live/2023/07/07/war", "20230708230000", body="thirty posts"),
        page("/live/2023/07/07/war", "20230709090000", body="moved", status="301"),
        page("/live/2023/07/07/war", "20230720090000", body="closed"),
        page("/news/war", "20230707090000", body="first"),
        page("/news/war", "20230708090000", body="second"),
    )
    entry = Item("/live/2023/07/07/war", "War: live", "All that happened.", "07 Jul 2023 09:00:00 +0000")
    with kept(*captures, version("20230707100000", entry), targets=(SITE,)) as (_, reach):
        pages = given(goes_on(built("wayback", reach, **QUICK), JULY))
        assert [p.captured for p in pages] == [at("2023-07-08T23:00:00"), at("2023-07-07T09:00:00")]
        assert "20230708230000id_" in str(pages[0].source)
    with kept(*captures, version("20230707100000", entry), targets=(FEED,)) as (_, reach):
        (one,) = given(goes_on(built("wayback-feeds", reach, **QUICK), JULY))
        assert "20230708230000id_" in str(one.source)


def test_the_index_is_read_part_by_part_with_its_resumption_key() -> None:
    captures = [page(f"/news/{n:02}", f"202307{n + 1:02}1{k}0000") for n in range(25) for k in range(2)]
    with kept(*captures) as (server, reach):
        batches = goes_on(built("wayback", reach, rows=4, **QUICK), JULY)
        assert len(batches) == 8
        assert sorted({p.key for p in given(batches)}) == [
            f"https://www.daily.example/news/{n:02}" for n in range(25)
        ]
        assert len(given(batches)) == 25
        assert counted(batches) == {"repeated": 7}  # each part begins with the last page's second capture
        assert all("output=json" in path and "collapse=urlkey" in path for path in asked(server))


def test_an_index_that_leads_back_fails_by_name_and_an_empty_part_ends_nothing() -> None:
    def part(key: str, *names: str) -> Reply:
        rows = [
            [f"example,daily)/{name}", "20230705100000", f"https://daily.example/{name}"] for name in names
        ]
        head = [["urlkey", "timestamp", "original"]] if rows else []
        return Reply(json.dumps([*head, *rows, [], [key]]), "application/json")

    with kept(page("/news/last", "20230705100000")) as (server, reach):
        server.faults = [part("a 1!", "a"), part("b 1!"), part("a 1!", "b")]
        reading = built("wayback", reach, **QUICK).pages(JULY, None)
        assert [len(next(reading).pages) for _ in range(3)] == [1, 0, 1]
        with pytest.raises(ArchiveFailed, match="resume_loop"):
            next(reading)
        assert len(server.requests) == 3
        server.faults = [part("a 1!")]
        assert [p.key[-4:] for p in given(read(built("wayback", reach, **QUICK), JULY))] == ["last"]


def test_collapsing_that_begins_anew_with_each_part_gives_no_page_twice() -> None:
    """The same page lies on both sides of the cut: its second capture opens the next part."""
    captures = [page("/news/a", f"202307{day:02}100000") for day in range(1, 10)]
    with kept(*captures) as (_, reach):
        archive = built("wayback", reach, rows=1, **QUICK)
        batches = goes_on(archive, JULY)
        assert [p.captured for p in given(batches)] == [at("2023-07-01T10:00:00")]


def test_what_no_article_stands_on_and_what_is_of_another_time_is_passed_by_name() -> None:
    captures = (
        page("/", "20230705100000"),
        page("/tag/war", "20230705100000"),
        page("/news/page/4", "20230705100000"),
        page("/?s=bombs", "20230705100000"),
        page("/2019/05/02/old-story", "20230705100000"),
        page("/2023/06/30/evening-before", "20230705100000"),
        page("/2023/07/31/late-story", "20230809100000"),
        page("/2023/08/05/next-month", "20230809100000"),
        page("/news/undated-late", "20230809100000"),
        page("/news/tagline", "20230706100000"),
    )
    with kept(*captures, stretch=JULY) as (_, reach):
        batches = goes_on(built("wayback", reach, **QUICK), JULY)
        names = [p.key.removeprefix("https://www.daily.example") for p in given(batches)]
        assert names == ["/2023/06/30/evening-before", "/2023/07/31/late-story", "/news/tagline"]
        assert counted(batches) == {"no_article": 4, "outside_window": 3}


def test_only_the_last_window_looks_for_late_captures() -> None:
    captures = (page("/2023/07/31/late", "20230809100000"), page("/2023/07/02/more", "20230802100000"))
    with kept(*captures, stretch=window("2023-07-01", "2023-09-01")) as (_, reach):
        archive = built("wayback", reach, **QUICK)
        first, second = archive.windows(at("2023-07-01"), at("2023-09-01"))
        assert given(read(archive, first)) == []
        assert len(given(read(archive, second))) == 2


def test_a_path_is_asked_for_as_a_prefix_and_a_pattern_goes_to_the_index() -> None:
    captures = (
        page("/world/a", "20230705100000"),
        page("/world/b", "20230705100000"),
        page("/sport/a", "20230705100000"),
    )
    with kept(*captures, targets=(Target("daily.example/world"),)) as (server, reach):
        archive = built("wayback", reach, urls=".*/a", **QUICK)
        assert [p.key for p in given(read(archive, JULY))] == ["https://www.daily.example/world/a"]
        assert "matchType=prefix" in asked(server)[0]


def test_lines_that_cannot_be_true_are_counted_and_passed() -> None:
    with kept(page("/news/a", "20230705100000")) as (server, reach):
        row = ["example,daily)/x", "20230705100000", "https://www.daily.example/x"]
        server.odd_rows = [
            [*row[:1], "20230231000000", *row[2:]],
            [*row[:1], "2023", *row[2:]],
            [*row[:1], "20990101000000", *row[2:]],
            [*row[:2], "no address"],
            row[:2],
            row,
        ]
        batches = read(built("wayback", reach, **QUICK), JULY)
        assert [p.key[-2:] for p in given(batches)] == ["/a", "/x"]
        assert counted(batches) == {"bad_line": 5}


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=429, headers={"Retry-After": "0"}),
        Reply(status=503, headers={"Retry-After": "0"}),
        Reply(status=504),
        Reply("<html><h1>Temporarily Offline</h1></html>"),
        Reply('[["urlkey","timestamp"', "application/json"),
        Reply('{"error": "blocked"}', "application/json"),
        Reply('[["original"],["x"]]', "application/json"),
        Reply(raw=lambda handler: None),
        Reply("", "application/json"),
    ],
)
def test_what_passes_is_asked_again(fault: Reply) -> None:
    with kept(page("/news/a", "20230705100000")) as (server, reach):
        server.faults = [fault, fault]
        assert len(given(read(built("wayback", reach, **QUICK), JULY))) == 1
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "state", "tries", "wait"),
    [
        (Reply(status=429, headers={"Retry-After": "3600"}), "http_429", 1, 3600),
        (Reply("<html>Blocked</html>"), "not_cdx", 2, None),
        (Reply(status=403), "http_403", 1, None),
        (Reply(status=400), "http_400", 1, None),
    ],
)
def test_what_stays_fails_the_window_by_name(
    fault: Reply, state: str, tries: int, wait: float | None
) -> None:
    with kept(page("/news/a", "20230705100000")) as (server, reach):
        server.faults = [fault] * 9
        with pytest.raises(ArchiveFailed) as failed:
            read(built("wayback", reach, tries=2, **QUICK), JULY)
        assert (failed.value.state, failed.value.retry_after) == (state, wait)
        assert len(server.requests) == tries


@pytest.mark.slow
def test_an_answer_that_does_not_come_in_time_is_asked_for_again() -> None:
    slow = Reply(raw=lambda handler: time.sleep(1.2))
    times = {"total_timeout": 0.2, "archive_timeout": 1.0}
    with kept(page("/news/a", "20230705100000"), **times) as (server, reach):
        server.faults = [slow]
        assert len(given(read(built("wayback", reach, **QUICK), JULY))) == 1
        assert len(server.requests) >= 2
        server.faults = [slow]
        with pytest.raises(ArchiveFailed, match=r"timeout: .* name a path"):
            read(built("wayback", reach, tries=1, **QUICK), JULY)


def test_an_index_is_slow_and_has_more_time_than_a_page() -> None:
    policy = FetchPolicy(total_timeout=30)
    assert (policy.seconds("archive"), policy.seconds("page")) == (90, 30)
    assert FetchPolicy(total_timeout=200).seconds("archive") == 200


def test_an_index_that_says_nothing_however_often_has_nothing() -> None:
    with kept() as (server, reach):
        server.faults = [Reply("", "application/json")] * 9
        assert given(read(built("wayback", reach, tries=2, **QUICK), JULY)) == []
        assert len(server.requests) == 2
        server.faults = []
        assert given(read(built("wayback", reach, tries=2, **QUICK), JULY)) == []  # "[]" is an answer
        assert len(server.requests) == 3


def test_a_window_that_failed_goes_on_at_its_last_cursor() -> None:
    captures = [page(f"/news/{n}", f"2023070{n}100000") for n in range(1, 7)]
    with kept(*captures) as (server, reach):
        archive = built("wayback", reach, rows=2, tries=1, **QUICK)
        whole = read(archive, JULY)
        reading = archive.pages(JULY, None)
        before = [next(reading)]
        server.faults = [Reply(status=503)]
        with pytest.raises(ArchiveFailed):
            next(reading)
        assert before + read(archive, JULY, before[-1].cursor) == whole


def test_a_cursor_of_something_else_is_refused() -> None:
    with kept() as (_, reach):
        for cursor in ("{}", "[", '["123",null]', '["x",3]'):
            with pytest.raises(ArchiveFailed, match="bad_cursor"):
                list(built("wayback", reach, **QUICK).pages(JULY, cursor))


def test_an_address_that_is_none_is_a_problem_and_the_others_go_on() -> None:
    targets = (Target("http://[broken/"), SITE)
    with kept(page("/news/a", "20230705100000"), targets=targets) as (_, reach):
        batches = goes_on(built("wayback", reach, **QUICK), JULY)
        assert [problem.code for batch in batches for problem in batch.problems] == ["bad_target"]
        assert len(given(batches)) == 1


def test_the_plan_asks_the_page_count_once_and_estimates_from_above() -> None:
    captures = [page(f"/news/{n:03}", "20230705100000") for n in range(250)]
    with kept(*captures, block=100) as (server, reach):
        archive = built("wayback", reach, **QUICK)
        months = [archive.expected(one) for one in archive.windows(at("1996-01-01"), at("2027-01-01"))]
        assert len(server.requests) == 1
        assert "showNumPages=true" in asked(server)[0]
        total = sum(one.pages or 0 for one in months)
        assert total == pytest.approx(3 * 3_000, rel=0.02)
        assert all(one.requests and one.size and "estimate" in one.note for one in months)


@pytest.mark.parametrize("body", ["7", '"7"', '[["numpages"],["7"]]', ""])
def test_page_counts_are_read_in_both_forms(body: str) -> None:
    with kept() as (server, reach):
        server.faults = [Reply(body)]
        note = built("wayback", reach, **QUICK).expected(JULY).note
        assert f" {(7 if body else 0) * 3_000} lines" in note


def test_an_index_that_does_not_tell_its_pages_leaves_the_plan_open() -> None:
    with kept() as (server, reach):
        server.faults = [Reply(status=400)]
        told = built("wayback", reach, **QUICK).expected(JULY)
        assert (told.pages, told.requests) == (None, None)
        assert "does not tell" in told.note


def test_the_index_is_asked_less_often_than_it_takes() -> None:
    """24 requests a minute (its limit since June 2026)."""
    for name in ("wayback", "wayback-feeds"):
        assert find(name).Settings().pause > 60 / 24


def test_a_pattern_that_is_none_is_a_wrong_setting() -> None:
    with kept() as (_, reach), pytest.raises(SettingsError, match=r"archives\.wayback\.urls"):
        built("wayback", reach, urls="(")
