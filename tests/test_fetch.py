"""Fetching over real connections: attacks, redirects, conditional requests, manners, robots.txt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from servers import Reply, Request, WebServer, bomb, chain, misbehaving, redirect

from monitor.errors import FetchRefused
from monitor.fetch import STATES, FetchPolicy, HttpFetcher
from monitor.fetch.decode import Decoder
from monitor.fetch.pace import retry_after
from monitor.fetch.states import refused
from monitor.ports import Fetched, Turns, Wanted


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer({"*": misbehaving()}) as server:
        yield server


def fetcher(server: WebServer, turns: Turns | None = None, **changes: object) -> HttpFetcher:
    settings: dict[str, object] = {
        "connect_to": {"*.example": server.place},
        "per_host_delay": 0.0,
        "total_timeout": 5.0,
        "max_page_bytes": 1_000_000,
        "max_feed_bytes": 2_000_000,
    }
    return HttpFetcher(FetchPolicy(**{**settings, **changes}), turns=turns)  # type: ignore[arg-type]


def ask(fetching: HttpFetcher, *wanted: Wanted | str) -> list[Fetched | Exception]:
    todo = [Wanted(want) if isinstance(want, str) else want for want in wanted]
    found = dict(fetching.fetch_all(todo))
    assert sorted(found) == list(range(len(todo)))
    return [found[index] for index in range(len(todo))]


def good(outcome: Fetched | Exception) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def bad(outcome: Fetched | Exception) -> FetchRefused:
    assert isinstance(outcome, FetchRefused), outcome
    return outcome


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/bomb", "too_large"),
        ("/announced", "too_large"),
        ("/endless", "too_large"),
        ("/stacked", "encoding"),
        ("/brotli", "encoding"),
        ("/zstd", "encoding"),
        ("/not-gzip", "encoding"),
        ("/cut-gzip", "encoding"),
        ("/cut-short", "broken"),
        ("/many-headers", "protocol"),
        ("/long-header", "protocol"),
        ("/loop", "redirect_loop"),
        ("/self", "redirect_loop"),
        ("/nowhere", "bad_redirect"),
        ("/bad-place", "bad_redirect"),
        ("/gone", "http_410"),
        ("/broken", "http_500"),
        ("/nothing", "http_204"),
        ("/missing", "http_404"),
    ],
)
@pytest.mark.parametrize("kind", ["page", "feed"])
def test_attacks_and_failures_have_their_names(server: WebServer, path: str, state: str, kind: str) -> None:
    (outcome,) = ask(fetcher(server), Wanted(f"http://a.example{path}", kind))
    assert bad(outcome).state == state


@pytest.mark.parametrize("path", ["/drip", "/head-drip", "/silent"])
def test_slow_answers_end_with_the_total_time(server: WebServer, path: str) -> None:
    (outcome,) = ask(fetcher(server, total_timeout=0.4), f"http://a.example{path}")
    assert bad(outcome).state == "timeout"


def test_the_total_time_is_for_all_hops_together(server: WebServer) -> None:
    def slow(number: int) -> object:
        def page(request: Request) -> Reply:
            time.sleep(0.3)
            return redirect(f"/s{number + 1}")

        return page

    server.sites["slow.example"] = {f"/s{n}": slow(n) for n in range(5)}  # type: ignore[misc]
    (outcome,) = ask(fetcher(server, total_timeout=0.8), Wanted("http://slow.example/s0", "feed"))
    assert bad(outcome).state == "timeout"
    assert len(server.requests) <= 3


def test_one_attack_does_not_stop_the_others(server: WebServer) -> None:
    paths = ["/bomb", "/good", "/endless", "/good", "/drip", "/good"]
    found = ask(
        fetcher(server, total_timeout=0.5), *(f"http://h{n}.example{path}" for n, path in enumerate(paths))
    )
    assert [isinstance(outcome, Fetched) for outcome in found] == [False, True] * 3


@pytest.mark.parametrize(
    "path", ["/gzip", "/deflate", "/raw-deflate", "/padded", "/stacked-identity", "/good"]
)
def test_honest_compression_is_read(server: WebServer, path: str) -> None:
    (outcome,) = ask(fetcher(server), f"http://a.example{path}")
    assert good(outcome).body == b"<html><body><p>Good.</p></body></html>"


def test_only_gzip_and_deflate_are_asked_for(server: WebServer) -> None:
    ask(fetcher(server, contact="desk@example.org"), "http://a.example/good")
    assert server.requests[-1].headers["accept-encoding"] == "gzip, deflate"
    assert server.requests[-1].headers["user-agent"] == "Clusterwatch (+desk@example.org)"
    assert "cookie" not in server.requests[-1].headers


def test_the_decoder_never_holds_more_than_its_limit() -> None:
    decoder = Decoder("gzip", 100_000)
    with pytest.raises(FetchRefused) as caught:
        decoder.feed(bomb(50))
    assert caught.value.state == "too_large"
    assert len(decoder.body) <= 100_000


def test_the_limit_goes_by_kind(server: WebServer) -> None:
    server.sites["big.example"] = {"/": Reply(b"x" * 1_500_000)}
    page, feed = ask(fetcher(server), "http://big.example/", Wanted("http://big.example/", "feed"))
    assert bad(page).state == "too_large"
    assert len(good(feed).body) == 1_500_000


def test_an_unchanged_answer_is_a_304(server: WebServer) -> None:
    first = good(ask(fetcher(server), "http://a.example/etag")[0])
    again = good(ask(fetcher(server), Wanted("http://a.example/etag", etag=first.headers["etag"]))[0])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_304_that_nobody_asked_for_is_refused(server: WebServer) -> None:
    server.sites["odd.example"] = {"/": Reply(status=304)}
    assert bad(ask(fetcher(server), "http://odd.example/")[0]).state == "http_304"


def test_a_stored_validator_cannot_smuggle_a_header(server: WebServer) -> None:
    ask(fetcher(server), Wanted("http://a.example/good", etag='"x"\r\nX-Evil: 1', last_modified="a\nb"))
    headers = server.requests[-1].headers
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(headers)


@pytest.mark.parametrize(
    ("path", "permanent"),
    [
        ("/moved", True),
        ("/moved-308", True),
        ("/found", False),
        ("/moved-then-found", False),
        ("/good", False),
    ],
)
def test_only_permanent_redirects_give_a_new_address(server: WebServer, path: str, permanent: bool) -> None:
    outcome = good(ask(fetcher(server), f"https://a.example{path}")[0])
    assert outcome.url == "https://a.example/good"
    assert outcome.permanent_url == ("https://a.example/good" if permanent else None)


def test_redirects_are_counted(server: WebServer) -> None:
    server.sites["chain.example"] = chain(5)
    assert good(ask(fetcher(server, max_redirects=5), "http://chain.example/hop0")[0]).body == b"Good."
    assert (
        bad(ask(fetcher(server, max_redirects=4), "http://chain.example/hop0")[0]).state
        == "too_many_redirects"
    )


def test_one_host_is_asked_in_turn_and_with_pauses(server: WebServer) -> None:
    server.sites["*"]["/robots.txt"] = Reply("User-agent: *\nDisallow:\n", "text/plain")
    urls = [f"http://{host}.example/good?{n}" for n in range(3) for host in "abc"]
    ask(fetcher(server, per_host_delay=0.2), *urls)
    for host in ("a.example", "b.example", "c.example"):
        times = [r.at for r in server.requests if r.host == host and r.path.startswith("/good")]
        assert len(times) == 3
        assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))
    assert len([r for r in server.requests if r.path == "/robots.txt"]) == 3


def test_a_host_that_asks_to_wait_is_left_alone(server: WebServer) -> None:
    fetching = fetcher(server)
    found = ask(fetching, "http://a.example/busy", "http://a.example/good", "http://b.example/good")
    assert bad(found[0]).state == "http_429"
    assert found[0].retry_after == 120  # type: ignore[union-attr]
    assert bad(found[1]).state == "postponed"
    assert 100 < (found[1].retry_after or 0) <= 120  # type: ignore[union-attr]
    assert good(found[2])
    assert bad(ask(fetching, "http://a.example/good")[0]).state == "postponed"
    assert server.asked()["a.example/good"] == 0


def test_a_short_wait_is_waited_for(server: WebServer) -> None:
    server.sites["a.example"] = {"/": Reply(status=503, headers={"Retry-After": "1"}), "/next": Reply("next")}
    found = ask(fetcher(server), "http://a.example/", "http://a.example/next")
    assert bad(found[0]).retry_after == 1
    assert good(found[1]).body == b"next"
    pages = [request.at for request in server.requests if request.path != "/robots.txt"]
    assert pages[1] - pages[0] >= 0.95


NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "7"}, 7.0),
        (503, {"retry-after": "Tue, 05 Mar 2024 12:01:00 GMT"}, 60.0),
        (
            503,
            {"retry-after": "Tue, 05 Mar 2024 12:01:00 GMT", "date": "Tue, 05 Mar 2024 12:00:30 GMT"},
            30.0,
        ),
        (503, {"retry-after": "Tue, 05 Mar 2024 11:00:00 GMT"}, 0.0),
        (503, {"retry-after": "99999999999999999999"}, 86_400.0),
        (429, {"retry-after": "soon"}, 60.0),
        (429, {}, 60.0),
        (503, {}, None),
    ],
)
def test_retry_after_in_all_its_forms(status: int, headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(status, headers, NOW) == seconds


ROBOTS = (
    "User-agent: *\nDisallow: /private/\n\nUser-agent: clusterwatch\nDisallow: /*.pdf$\nDisallow: /mine/\n"
)


def test_robots_txt_is_kept_for_pages_and_not_for_feeds(server: WebServer) -> None:
    pages = {f"/{name}": Reply(name) for name in ("private/a", "mine/a", "a.pdf", "a.pdf.html", "feed")}
    server.sites["r.example"] = {**pages, "/robots.txt": Reply(ROBOTS, "text/plain")}
    found = ask(
        fetcher(server),
        *(f"http://r.example/{path}" for path in ("private/a", "mine/a", "a.pdf", "a.pdf.html")),
        Wanted("http://r.example/mine/a", "feed"),
        Wanted("http://r.example/mine/a", "archive"),
    )
    assert [getattr(outcome, "state", "read") for outcome in found] == [
        "read",
        "robots",
        "robots",
        "read",
        "read",
        "read",
    ]
    assert server.asked()["r.example/robots.txt"] == 1
    assert server.asked()["r.example/mine/a"] == 2


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(status=404), "read"),
        (Reply(status=403), "read"),
        (Reply(status=401), "read"),
        (Reply(status=500), "robots_unavailable"),
        (Reply(status=503), "robots_unavailable"),
        (Reply(status=429), "robots_unavailable"),
        (redirect("/robots.txt"), "read"),
        (Reply("<html>no robots here</html>"), "read"),
        (Reply(b"\xff\xfe\x00"), "read"),
    ],
)
def test_a_robots_txt_that_cannot_be_read(server: WebServer, reply: Reply, state: str) -> None:
    server.sites["r.example"] = {"/a": Reply("a"), "/b": Reply("b"), "/robots.txt": reply}
    found = ask(fetcher(server), "http://r.example/a", "http://r.example/b")
    assert [getattr(outcome, "state", "read") for outcome in found] == [state, state]
    assert server.asked()["r.example/robots.txt"] == 1


def test_robots_txt_is_asked_of_the_host_that_a_redirect_leads_to(server: WebServer) -> None:
    server.sites["from.example"] = {"/a": redirect("http://to.example/mine/a")}
    server.sites["to.example"] = {"/mine/a": Reply("a"), "/robots.txt": Reply(ROBOTS, "text/plain")}
    assert bad(ask(fetcher(server), "http://from.example/a")[0]).state == "robots"
    assert server.asked()["to.example/mine/a"] == 0


def test_hostile_robots_txt_does_not_hold_the_others(server: WebServer) -> None:
    rules = "User-agent: *\nDisallow: /" + "*a" * 200 + "b\n"
    server.sites["r.example"] = {"/" + "a" * 2_000: Reply("a"), "/robots.txt": Reply(rules, "text/plain")}
    found = ask(fetcher(server), "http://r.example/" + "a" * 2_000, "http://b.example/good")
    assert [good(outcome).status for outcome in found] == [200, 200]


def test_dead_hosts_have_their_names(server: WebServer) -> None:
    with WebServer() as closed:
        place = closed.place
    found = ask(
        fetcher(server, connect_to={"dead.example": place}), "http://dead.example/", "http://nowhere.invalid/"
    )
    assert [bad(outcome).state for outcome in found] == ["connect", "dns"]


def test_the_caller_may_stop_at_any_time(server: WebServer) -> None:
    stream = fetcher(server, per_host_delay=5.0).fetch_all(
        [Wanted(f"http://a.example/good?{n}") for n in range(50)]
    )
    assert isinstance(next(stream)[1], Fetched)
    stream.close()  # type: ignore[attr-defined]
    assert len(server.requests) < 5


@pytest.mark.slow
def test_a_slow_caller_is_not_flooded(server: WebServer) -> None:
    stream = fetcher(server, concurrency=2).fetch_all(
        [Wanted(f"http://h{n}.example/good", "feed") for n in range(60)]
    )
    next(stream)
    time.sleep(0.5)
    assert len(server.requests) <= 1 + 2 * 2 + 2
    assert len(list(stream)) == 59


def test_nothing_wanted_asks_nothing(server: WebServer) -> None:
    assert ask(fetcher(server)) == []


def test_connections_are_used_again(server: WebServer) -> None:
    ask(fetcher(server), *(Wanted(f"http://a.example/good?{n}", "feed") for n in range(10)))
    assert server.connections == 1


def test_every_state_is_described() -> None:
    assert all(STATES.values())
    with pytest.raises(ValueError, match="no such"):
        refused("whatever")
