"""Feeds that keep their own past: RFC 5005, JSON Feed's pages and WordPress's, over loopback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from archiving import built, counted, given, goes_on, reaching, read, window
from feedsite import Story, atom, entries, json_feed, rss, wordpress
from servers import Page, Reply, WebServer, web

from monitor.archives import Reach
from monitor.errors import ArchiveFailed
from monitor.model import Batch, Target, Window

HOST = "daily.example"
JULY = window("2023-07-01", "2023-08-01")
QUICK = {"first_wait": 0.0}


@contextmanager
def site(pages: Mapping[str, Page], path: str = "/feed") -> Iterator[tuple[WebServer, Reach]]:
    targets = (Target(f"https://{HOST}{path}", "The Daily", "en"),)
    with web({HOST: pages}) as server, reaching({"*.example": server.place}, targets) as reach:
        yield server, reach


def days(batches: list[Batch]) -> list[str]:
    return [page.key.rpartition("/")[2] for page in given(batches)]


def problems(batches: list[Batch]) -> list[str]:
    return [problem.code for batch in batches for problem in batch.problems]


def through(
    pages: Mapping[str, Page], asked: Window = JULY, path: str = "/feed", **settings: Any
) -> list[Batch]:
    with site(pages, path) as (_, reach):
        return goes_on(built("feed-archive", reach, **{**QUICK, **settings}), asked)


def test_an_archived_feed_is_walked_back_to_the_windows_start() -> None:
    pages = {
        "/feed": atom(entries(HOST, "2023-08-02", 3), earlier="/archive/4"),
        "/archive/4": atom(entries(HOST, "2023-07-31", 3), earlier="3", archive=True, current="/feed"),
        "/archive/3": atom(entries(HOST, "2023-07-03", 3), earlier="2", archive=True, current="/feed"),
        "/archive/2": atom(entries(HOST, "2023-06-20", 3), earlier="1", archive=True, current="/feed"),
        "/archive/1": atom(entries(HOST, "2023-06-01", 3), archive=True, current="/feed"),
    }
    with site(pages) as (server, reach):
        batches = goes_on(built("feed-archive", reach, **QUICK), JULY)
        assert days(batches) == [f"2023-07-{day:02}" for day in (31, 31, 30, 29, 3, 2, 1)]
        assert counted(batches) == {"outside_window": 5}
        assert server.asked()[f"{HOST}/archive/1"] == 0  # the one before it was wholly of another time
        first = given(batches)[0]
        assert (first.document.outlet, first.document.title) == ("The Daily", "Story of 2023-07-31")
        assert problems(batches) == []


def test_an_archive_document_leads_to_its_feed_first() -> None:
    pages = {
        "/feed": atom(entries(HOST, "2023-07-06", 2), earlier="/old"),
        "/old": atom(entries(HOST, "2023-07-04", 2), archive=True, current="/feed"),
    }
    assert days(through(pages, path="/old")) == ["2023-07-06", "2023-07-05", "2023-07-04", "2023-07-03"]


@pytest.mark.parametrize("rel", ["next", "http://www.iana.org/assignments/relation/next"])
def test_a_paged_feed_is_read_to_its_end_where_it_is_in_no_order(rel: str) -> None:
    pages = {
        "/feed": atom(entries(HOST, "2023-05-10", 2), earlier="/feed?p=2", rel=rel),
        "/feed?p=2": atom(entries(HOST, "2023-07-20", 2), earlier="/feed?p=3", rel=rel),
        "/feed?p=3": atom([Story(HOST, "2023-03-01")], earlier="/feed?p=4", rel=rel),
        "/feed?p=4": atom([Story(HOST, "2023-07-02")]),
    }
    # The first page alone is in order and of another time: that ends the walk, as in a feed of one order.
    assert days(through(pages)) == []
    pages["/feed"] = atom(
        [*entries(HOST, "2023-05-10", 2), Story(HOST, "2023-07-11")], earlier="/feed?p=2", rel=rel
    )
    assert days(through(pages)) == ["2023-07-11", "2023-07-20", "2023-07-19", "2023-07-02"]


def test_a_complete_feed_is_read_once_and_misses_nothing() -> None:
    batches = through(
        {"/feed": atom(entries(HOST, "2023-07-09", 3), complete=True, earlier="/no", rel="next")}
    )
    assert (days(batches), problems(batches)) == (["2023-07-09", "2023-07-08", "2023-07-07"], [])


def test_rss_has_the_same_links() -> None:
    link = '<atom:link rel="prev-archive" href="/old"/>'
    pages = {
        "/feed": rss(entries(HOST, "2023-07-09", 1), links=link),
        "/old": rss(entries(HOST, "2023-07-08", 1)),
    }
    assert days(through(pages)) == ["2023-07-09", "2023-07-08"]


def test_json_feeds_have_a_next_address() -> None:
    pages = {
        "/feed": json_feed(entries(HOST, "2023-07-09", 2), f"https://{HOST}/feed?2"),
        "/feed?2": json_feed(entries(HOST, "2023-07-07", 2)),
    }
    assert days(through(pages)) == ["2023-07-09", "2023-07-08", "2023-07-07", "2023-07-06"]


@pytest.mark.parametrize(
    "beyond", [None, rss(entries(HOST, "2023-07-31", 10)), rss([]), Reply("<html>Our front page</html>")]
)
def test_wordpress_is_asked_page_by_page_until_there_is_none_or_one_says_the_same(
    beyond: Reply | None,
) -> None:
    stories = entries(HOST, "2023-07-31", 25)
    with site({"/feed": wordpress(stories, 10, beyond=beyond)}) as (server, reach):
        batches = goes_on(built("feed-archive", reach, **QUICK), JULY)
        assert days(batches) == [story.day for story in stories]
        assert problems(batches) == []
        server.requests.clear()
        read(built("feed-archive", reach, **QUICK), JULY)
        assert [r.path for r in server.requests] == ["/feed", *(f"/feed?paged={n}" for n in (2, 3, 4))]


def test_a_wordpress_that_gives_one_page_for_all_is_asked_twice() -> None:
    with site({"/feed": rss(entries(HOST, "2023-07-31", 10), generator="WordPress")}) as (server, reach):
        batches = read(built("feed-archive", reach, **QUICK), JULY)
        assert len(days(batches)) == 10
        assert counted(batches) == {"repeated_document": 1}
        assert problems(batches) == ["no_archive"]
        assert len(server.requests) == 2


def test_a_feed_without_a_past_says_so() -> None:
    pages = {"/news.xml": rss(entries(HOST, "2023-07-31", 3))}
    batches = through(pages, path="/news.xml")
    assert (len(days(batches)), problems(batches)) == (3, ["no_archive"])
    assert "2023-07-29" in batches[0].problems[0].detail
    with site(pages, "/news.xml") as (server, reach):  # and is asked for pages where a person says so
        read(built("feed-archive", reach, paged="all", **QUICK), JULY)
        assert len(server.requests) == 2


@pytest.mark.parametrize("rel", ["prev-archive", "next"])
def test_documents_that_lead_in_a_circle_are_read_once_each(rel: str) -> None:
    pages = {
        "/feed": atom(entries(HOST, "2023-07-09", 2), earlier="/2", rel=rel),
        "/2": atom(entries(HOST, "2023-07-07", 2), earlier="/3", rel=rel),
        "/3": atom(entries(HOST, "2023-07-05", 2), earlier="/2", rel=rel),
    }
    batches = through(pages)
    assert (len(days(batches)), problems(batches)) == (6, ["archive_loop"])


def test_pages_without_end_have_one() -> None:
    def endless(request: Any) -> Reply:
        number = int(request.path.rpartition("=")[2]) if "=" in request.path else 0
        return atom([Story(HOST, "2023-07-09", f"s{number}")], earlier=f"/feed?n={number + 1}", rel="next")

    batches = through({"/feed": endless}, documents=7)
    assert (len(days(batches)), problems(batches)) == (7, ["archive_too_long"])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=404), "archive_gap"),
        (Reply("<html>gone</html>"), "archive_gap"),
        (Reply(status=410), "archive_gap"),
    ],
)
def test_a_link_that_is_broken_is_told_and_what_came_before_it_stays(reply: Reply, code: str) -> None:
    batches = through({"/feed": atom(entries(HOST, "2023-07-09", 2), earlier="/2"), "/2": reply})
    assert (len(days(batches)), problems(batches)) == (2, [code])


@pytest.mark.parametrize("reply", [Reply(status=404), Reply("<html>parked</html>"), Reply("")])
def test_a_feed_that_is_none_is_told_and_the_others_go_on(reply: Reply) -> None:
    with web(
        {HOST: {"/feed": reply}, "b.example": {"/feed": atom(entries("b.example", "2023-07-09", 2))}}
    ) as server:
        targets = (Target(f"http://{HOST}/feed"), Target("http://b.example/feed"))
        with reaching({"*.example": server.place}, targets) as reach:
            batches = goes_on(built("feed-archive", reach, **QUICK), JULY)
            assert problems(batches) == ["feed_unreadable", "no_archive"]
            assert len(given(batches)) == 2


def test_a_site_that_is_busy_is_asked_again_and_then_fails_the_window() -> None:
    answers = [Reply(status=503, headers={"Retry-After": "0"}), atom(entries(HOST, "2023-07-09", 2))]
    with site({"/feed": lambda request: answers.pop(0) if len(answers) > 1 else answers[0]}) as (
        _,
        reach,
    ):
        assert len(given(read(built("feed-archive", reach, **QUICK), JULY))) == 2
        answers[:] = [Reply(status=503)]
        with pytest.raises(ArchiveFailed, match="http_503"):
            read(built("feed-archive", reach, tries=2, **QUICK), JULY)


def test_the_plan_is_made_from_the_newest_document() -> None:
    stories = entries(HOST, "2023-07-31", 200)
    with site({"/feed": wordpress(stories, 10)}) as (server, reach):
        expected = built("feed-archive", reach, **QUICK).expected(window("2023-07-01", "2023-07-21"))
        assert expected.pages is not None
        assert 20 <= expected.pages <= 40
        assert expected.requests is not None
        assert 3 <= expected.requests <= 6
        assert len(server.requests) == 1
    with site({"/feed": Reply(status=404)}) as (_, reach):
        expected = built("feed-archive", reach, **QUICK).expected(JULY)
        assert "http_404" in expected.note
