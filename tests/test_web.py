"""The ledger as web pages on loopback: what they show, to whom, and what a reader's link can do."""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import uvicorn
from journey import Item, article
from world import DAY, FINLAND, ISO, QUOTE, START, World, story

from monitor.pipeline.services import Services
from monitor.web import site

LATER = "2024-03-05T19:00:00+00:00"


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Browser:
    """Asks one site; ``host`` is what its Host header says."""

    port: int

    def ask(
        self, path: str, *, method: str = "GET", form: object = None, host: str | None = None, **headers: str
    ) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            given["Host"] = host or f"127.0.0.1:{self.port}"
            body = urlencode(form, doseq=True) if isinstance(form, dict) else form
            if body is not None:
                given["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body=body, headers=given)  # type: ignore[arg-type]
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, names, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def browsing(services: Services, *, password: str = "", hosts: tuple[str, ...] = ()) -> Iterator[Browser]:
    app = site(services, password=password, hosts=hosts)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", lifespan="off", access_log=False
    )
    socket = config.bind_socket()
    socket.listen()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield Browser(socket.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


def _two_statements(world: World) -> None:
    world.serve("fjord.example", [story()])
    world.serve("sampo.example", [story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("fjord.example")
    world.add("sampo.example")
    world.run()


def test_the_ledger_is_shown_and_asked_by_filters(world: World) -> None:
    _two_statements(world)
    with world.at(LATER) as services, browsing(services) as web:
        assert web.ask("/").headers["location"] == "/statements"
        both = web.ask("/statements").text
        assert "Ingrid Solberg" in both
        assert "Pekka Lauttamo" in both
        for query, name in (
            ("state=fi", "Pekka"), ("speaker=solberg", "Ingrid"), ("text=never+again", "Ingrid"),
            ("position=condemns", "Pekka"),
        ):  # fmt: skip
            found = json.loads(web.ask(f"/statements.json?{query}").text)
            assert [one["speaker"].split()[0] for one in found] == [name], query
        assert "No statement fits" in web.ask("/statements?since=2031-01-01").text
        assert json.loads(web.ask("/statements.json?until=2024-03-04").text) == []
        assert web.ask("/statements?since=yesterday").status == 400
        assert web.ask("/statements?position=no_such").status == 400


def test_a_statement_is_shown_with_its_words_and_outlets(world: World) -> None:
    _two_statements(world)
    number = world.ledger()[0]["id"]
    with world.at(LATER) as services, browsing(services) as web:
        shown = web.ask(f"/statements/{number}")
    assert shown.status == 200
    assert QUOTE in shown.text
    assert 'href="http://fjord.example/norway"' in shown.text
    assert "party of the Convention" in shown.text


def test_a_merged_statement_leads_to_the_one_that_goes_on(world: World) -> None:
    from monitor.pipeline import rearrange

    _two_statements(world)
    first, second = (int(s["id"][1:]) for s in world.ledger())
    with world.at(LATER) as services:
        rearrange.merge(services, [("s", first), ("s", second)], by="Ann", why="a test")
        with browsing(services) as web:
            answer = web.ask(f"/statements/s{max(first, second)}")
            assert answer.status == 303
            assert answer.headers["location"] == f"/statements/s{min(first, second)}"
            assert web.ask(answer.headers["location"]).status == 200


def test_an_article_is_shown_with_what_was_found_marked(world: World) -> None:
    _two_statements(world)
    (number,) = (a["article"] for s in world.ledger() for a in s["appearances"] if s["state"] == "NO")
    with world.at(LATER) as services, browsing(services) as web:
        shown = web.ask(f"/articles/{number}").text
    assert re.search(rf'<mark title="h\d">{QUOTE}', shown)


def test_what_is_held_and_what_waits_for_a_person(world: World) -> None:
    lead = "“We shall never give up cluster munitions,” said the man at the door on Tuesday."
    world.serve("fjord.example", [story("/door", lead, "Words on cluster munitions")])
    world.add("fjord.example")
    world.run()
    with world.at(LATER) as services, browsing(services) as web:
        assert web.ask("/held").status == 200
        assert "Nothing waits for a person" in web.ask("/issues").text
        assert "fjord.example" in web.ask("/feeds").text


def test_what_is_not_there_is_said(world: World) -> None:
    paths = (
        "/statements/s999",
        "/statements/a1",
        "/statements/s٣",
        "/articles/a999",
        "/no",
        "/statements/s1;x",
    )
    with world.at() as services, browsing(services) as web:
        for path in paths:
            answer = web.ask(quote(path))
            assert answer.status == 404, path
            assert "Traceback" not in answer.text


def test_words_of_articles_are_never_markup(world: World) -> None:
    nasty = "<script>alert(1)</script> <b>bold</b> \u202egnp.exe"
    page = article(
        f"Cluster munitions {nasty}",
        f"“We reject cluster munitions, {nasty},” Norwegian Foreign Minister Ingrid Solberg said on Tuesday.",
        "Cluster munitions scatter bomblets over a wide area, and many of them fail to explode at once.",
        published=ISO,
    )  # fmt: skip
    world.serve("fjord.example", [Item("/x", f"Cluster munitions {nasty}", "", DAY, None, page)])
    world.add("fjord.example", title="<img src=x onerror=alert(1)>")
    world.run()
    with world.at(LATER) as services, browsing(services) as web:
        pages = [
            web.ask(path) for path in ("/statements", "/statements/s1", "/articles/a1", "/feeds", "/held")
        ]
        pages.append(web.ask("/statements?text=%3Cscript%3E%22%3E"))
    for one in pages:
        assert one.status == 200
        assert "<script" not in one.text
        assert "<b>" not in one.text
        assert "\u202e" not in one.text
        assert "default-src 'none'" in one.headers["content-security-policy"]
        assert one.headers["referrer-policy"] == "no-referrer"


def test_a_password_is_asked_for_but_not_for_health(world: World) -> None:
    with world.at() as services, browsing(services, password="fjörd") as web:
        asked = web.ask("/statements")
        assert asked.status == 401
        assert asked.headers["www-authenticate"].startswith("Basic ")
        good = base64.b64encode("desk:fjörd".encode()).decode()
        assert web.ask("/statements", Authorization=f"Basic {good}").status == 200
        for wrong in ("Basic !!!", "Bearer fjörd".encode().decode("latin-1"), "Basic ZGVzazp4"):
            assert web.ask("/statements", Authorization=wrong).status == 401
        assert json.loads(web.ask("/healthz").text) == {"status": "ok"}


def test_a_host_name_that_is_not_ours_is_refused(world: World) -> None:
    with world.at() as services, browsing(services, hosts=("127.0.0.1", "[::1]")) as web:
        assert web.ask("/statements").status == 200
        assert web.ask("/statements", host="evil.example").status == 421
        assert web.ask("/statements", host="[::1]:8090").status == 200


def test_a_page_changes_nothing(world: World) -> None:
    _two_statements(world)
    before = world.ledger()
    with world.at(LATER) as services, browsing(services) as web:
        for path in ("/statements", "/held", "/issues", "/feeds", "/statements/s1", "/articles/a1"):
            assert web.ask(path, method="POST", form={"x": "1"}).status == 405
            assert web.ask(path, method="DELETE").status == 405
    assert world.ledger(START) == before
