"""GDELT's DOC 2.0 API as an archive, asked over loopback from a server that refuses as it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from archiving import at, built, counted, given, goes_on, reaching, read, window
from gdeltserver import BUSY, HOST, GdeltServer, Seen
from servers import Reply

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.archives import Reach
from monitor.archives.gdelt import LONGEST_QUERY, queries
from monitor.errors import ArchiveFailed, SettingsError
from monitor.model import Window
from monitor.topic.terms import find_terms

JULY = window("2023-07-01", "2023-07-08")
QUICK = {"pause": 0.0, "first_wait": 0.0}
ONE = {**QUICK, "words": ("cluster munitions",)}


@contextmanager
def index(*seen: Seen, stretch: Window | None = None, **more: float) -> Iterator[tuple[GdeltServer, Reach]]:
    with GdeltServer(seen, **more) as server, reaching({HOST: server.place}, (), stretch) as reach:  # type: ignore[arg-type]
        yield server, reach


def test_the_words_that_are_asked_for_are_the_topics_own() -> None:
    search = words("en", "topic")["search"]
    for phrase in search:
        assert find_terms(fold(f"The army fired {phrase} at a village, the minister said."), "en"), phrase
    asked = queries(search)
    assert all(len(query) <= LONGEST_QUERY for query in asked)
    terms = [term.strip('"') for query in asked for term in query.strip("()").split(" OR ")]
    assert terms == list(search)


def test_articles_in_all_languages_that_are_read_come_with_their_address_alone() -> None:
    seen = (
        Seen("https://a.example/1?utm_source=x", "2023-07-02T10:00:00", title='He said : " No . "'),
        Seen(
            "https://b.example/2", "2023-07-03T10:15:00", language="Russian", text="uses cassette munitions"
        ),
        Seen("https://c.example/3", "2023-07-04T10:15:00", language="Swahili"),
        Seen("https://d.example/4", "2023-07-05T10:15:00", text="football"),
        Seen("https://a.example/1", "2023-07-05T10:15:00"),
        Seen("javascript:alert(1)", "2023-07-05T10:15:00"),
        Seen("https://e.example/5", "2023-07-09T10:15:00"),
    )
    with index(*seen) as (server, reach):
        batches = goes_on(built("gdelt", reach, **QUICK), JULY)
        pages = {page.key: page for page in given(batches)}
        assert sorted(pages) == ["https://a.example/1", "https://b.example/2"]
        assert pages["https://b.example/2"].document.language == "ru"
        one = pages["https://a.example/1"]
        # What the index says of title and time is not the outlet's: nobody is quoted by it.
        assert (one.document.title, one.document.published, one.captured, one.source) == (
            None,
            None,
            None,
            None,
        )
        assert counted(batches) == {"other_language": 1, "repeated": 1, "bad_url": 1}
        queries_asked = {query for query, _, _ in server.steps}
        assert len(queries_asked) >= 2


def test_a_step_that_is_full_is_halved_until_nothing_is_left_out() -> None:
    seen = [
        Seen(f"https://a.example/{n}", f"2023-07-0{1 + n // 200}T{n % 24:02}:{n % 4 * 15:02}:00")
        for n in range(1400)
    ]
    with index(*seen) as (server, reach):
        batches = goes_on(built("gdelt", reach, **ONE), JULY)
        assert {page.key for page in given(batches)} == {one.url for one in seen}
        assert len(given(batches)) == len(seen)
        assert max(len(batch.pages) for batch in batches) < 250
        server.steps.clear()
        read(built("gdelt", reach, **ONE), JULY)
        assert server.steps[0][1:] == (at("2023-07-01"), at("2023-07-07T23:59:59"))
        taken = [
            step for step, following in pairwise([*server.steps, ("", None, None)]) if step[1] != following[1]
        ]
        assert taken[0][1] == at("2023-07-01")
        assert taken[-1][2] == at("2023-07-07T23:59:59")
        assert all((b[1] - a[2]).total_seconds() == 1 for a, b in pairwise(taken))


@pytest.mark.parametrize("shortest", [0, 3_600])
def test_what_even_the_shortest_step_does_not_hold_is_told(shortest: int) -> None:
    seen = [Seen(f"https://a.example/{n}", "2023-07-07T10:00:00") for n in range(300)]
    with index(*seen, shortest=shortest) as (_, reach):
        batches = goes_on(built("gdelt", reach, **ONE), JULY)
        assert [problem.code for batch in batches for problem in batch.problems] == ["more_than_given"]
        assert len(given(batches)) == 250


def test_before_2017_there_is_nothing_and_that_is_said() -> None:
    with index(Seen("https://a.example/1", "2017-01-03T10:00:00")) as (server, reach):
        archive = built("gdelt", reach, **ONE)
        first, *others = archive.windows(at("2008-05-30"), at("2017-01-20"))
        assert first == window("2008-05-30", "2017-01-01")
        expected = archive.expected(first)
        assert (expected.pages, expected.requests) == (0, 0)
        assert "2017-01-01" in expected.note
        batches = read(archive, first)
        assert [problem.code for problem in batches[0].problems] == ["before_archive"]
        assert server.requests == []
        assert len(given(read(archive, others[0]))) == 1
        assert len(given(read(archive, window("2016-12-25", "2017-01-08")))) == 1  # another's cut


@pytest.mark.parametrize(
    "fault",
    [
        Reply(BUSY, "text/html"),
        Reply(BUSY, "text/plain", 429, {"Retry-After": "0"}),
        Reply(status=503),
        Reply("Your query was too short or too long.", "text/html"),
        Reply("<!DOCTYPE html><html><h1>502 Bad Gateway</h1></html>", "text/html"),
        Reply("", "application/json"),
        Reply('{"articles": [{"url": "https://a.example/1", "ti', "application/json"),
        Reply('{"articles": 3}', "application/json"),
        Reply(raw=lambda handler: None),
    ],
)
def test_what_it_says_instead_of_an_answer_is_waited_out(fault: Reply) -> None:
    with index(Seen("https://a.example/1", "2023-07-02T10:00:00")) as (server, reach):
        server.faults = [fault, fault]
        assert len(given(read(built("gdelt", reach, **ONE), JULY))) == 1
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "state", "tries"),
    [
        (Reply(BUSY, "text/html"), "busy", 3),
        (Reply(status=429, headers={"Retry-After": "900"}), "http_429", 1),
        (Reply("Your query was too short or too long."), "query_refused", 3),
        (Reply("The specified phrase is too short."), "query_refused", 1),
        (Reply("Invalid query start date."), "before_archive", 1),
        (Reply("<html>something new</html>"), "not_json", 3),
    ],
)
def test_what_stays_fails_the_window_by_name(fault: Reply, state: str, tries: int) -> None:
    with index(Seen("https://a.example/1", "2023-07-02T10:00:00")) as (server, reach):
        server.faults = [fault] * 9
        with pytest.raises(ArchiveFailed) as failed:
            read(built("gdelt", reach, tries=3, **ONE), JULY)
        assert failed.value.state == state
        assert len(server.requests) == tries


def test_its_pace_is_kept() -> None:
    seen = [Seen(f"https://a.example/{n}", f"2023-07-0{1 + n % 6}T10:00:00") for n in range(300)]
    with index(*seen, pace=0.25) as (server, reach):
        assert len(given(read(built("gdelt", reach, **{**ONE, "pause": 0.3}), JULY))) == 300
        assert all(b.at - a.at >= 0.25 for a, b in pairwise(server.requests))


def test_one_broken_record_costs_itself_only() -> None:
    seen = (
        Seen("https://a.example/1", "2023-07-02T10:00:00"),
        Seen(
            "https://a.example/2",
            "2023-07-02T11:00:00",
            raw='{"url": "https://a.example/2", "title": "a "quote""}',
        ),
        Seen(
            "https://a.example/3",
            "2023-07-02T12:00:00",
            raw='{"url": "https://a.example/3", "title": "it\\\'s\t\\x"}',
        ),
        Seen("https://a.example/4", "2023-07-02T13:00:00"),
    )
    with index(*seen) as (_, reach):
        batches = read(built("gdelt", reach, **ONE), JULY)
        assert [page.key[-1] for page in given(batches)] == ["1", "3", "4"]
        assert counted(batches) == {"broken_record": 1}


def test_the_plan_is_the_index_own_count_asked_once_for_each_query() -> None:
    seen = [Seen(f"https://a.example/{n}", f"2023-07-{1 + n % 20:02}T10:00:00") for n in range(200)]
    with index(*seen, stretch=window("2016-12-01", "2023-08-01")) as (server, reach):
        archive = built("gdelt", reach, window_days=10, **ONE)
        told = [archive.expected(one) for one in archive.windows(at("2023-07-01"), at("2023-08-01"))]
        assert all(one.requests == (one.pages or 0) + one.own and one.own > 0 for one in told)
        assert [one.pages for one in told] == [100, 100, 0, 0]
        assert len(server.requests) == 1
        assert told[0].size


def test_settings_that_cannot_be_meant_are_refused() -> None:
    with index() as (_, reach):
        for wrong in ({"words": ('say "it"',)}, {"words": ("x" * 300,)}, {"window_days": 0}):
            with pytest.raises(SettingsError, match=r"archives\.gdelt"):
                built("gdelt", reach, **wrong)
