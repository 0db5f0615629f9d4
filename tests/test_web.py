"""The ledger as web pages on loopback: what they show, to whom, and what a reader's link can do."""

from __future__ import annotations

import base64
import http.client
import json
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
import uvicorn
from journey import Item, article
from mailserver import DESK
from sqlalchemy import select
from world import DAY, FINLAND, ISO, QUOTE, START, World, opened, story

from alerts.links import FEEDBACK, UNSUBSCRIBE
from alerts.wording import wording
from monitor.pipeline.feedback import ANSWERS
from monitor.pipeline.services import Services
from monitor.store.database import Database
from monitor.store.schema import DeliveryRow, IssueRow, RecipientRow, Review
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
    (number,) = (s["id"] for s in world.ledger() if s["state"] == "NO")
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


# --- where links in messages lead -------------------------------------------------------------------

SECRET = "a secret of the tests, long enough"


@contextmanager
def linked(world: World, time: str = LATER) -> Iterator[tuple[Services, Browser, str, str]]:
    """The site, and the two links of the one alert that was told: feedback, unsubscribe."""
    with world.at(time) as services, browsing(services) as web:
        links = services.links
        assert links is not None
        with services.database.reading() as session:
            delivery = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)).first()
            assert delivery is not None
            at = datetime.fromisoformat(START)
            paths = [
                urlsplit(links.link(purpose, delivery.id, delivery.message_id, at)).path
                for purpose in (FEEDBACK, UNSUBSCRIBE)
            ]
        yield services, web, paths[0], paths[1]


def _linked_world(world: World) -> None:
    world.settings |= {"ALERTS__LEDGER_URL": "https://ledger.example", "ALERTS__LINKS__SECRET": SECRET}
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()


def test_a_reader_says_what_is_wrong_and_a_person_sees_it(world: World) -> None:
    _linked_world(world)
    form = {"says": ["wrong_speaker", "wrong_day"], "why": "  It was her\ndeputy "}
    with linked(world) as (_, web, feedback, _unsubscribe):
        shown = web.ask(feedback)
        assert shown.status == 200
        assert QUOTE in shown.text
        assert world.rows(Review) == []  # a visit does nothing: scanners of mail follow links
        assert "a person will look at it" in web.ask(feedback, method="POST", form=form).text
        assert "a person will look at it" in web.ask(feedback, method="POST", form=form).text  # sent again
    (review,) = world.rows(Review)
    assert (review.action, review.by, review.targets) == ("feedback", DESK, ["s1"])
    assert review.why == "It was her deputy"
    assert review.before == {"says": ["wrong_speaker", "wrong_day"], "delivery": "d1"}
    (issue,) = world.rows(IssueRow)
    assert (issue.code, issue.subject) == ("feedback", "s1")
    assert issue.detail == f"{DESK}: wrong_speaker, wrong_day: It was her deputy"
    assert world.ledger()[0]["review"] is None


def test_the_pages_of_links_are_in_the_language_of_the_messages(world: World) -> None:
    world.settings["ALERTS__LANGUAGE"] = "fr"
    _linked_world(world)
    with linked(world) as (_, web, feedback, unsubscribe):
        form, leave = web.ask(feedback).text, web.ask(unsubscribe).text
        thanks = web.ask(feedback, method="POST", form={"says": "off_topic"}).text
    assert all(
        f'value="{answer}"> {wording("fr")("answers", answer)}' in unescape(form) for answer in ANSWERS
    )
    assert wording("fr").before("5 mars 2024") in unescape(form)
    assert "une personne le regardera" in thanks
    assert "Quitter la liste" in leave
    assert all('<html lang="fr">' in page for page in (form, leave, thanks))


def test_a_word_on_a_merged_statement_is_on_the_one_that_goes_on(world: World) -> None:
    from monitor.pipeline import rearrange

    _linked_world(world)
    world.serve("sampo.example", [story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("sampo.example")
    world.run()
    with linked(world) as (services, web, _feedback, _unsubscribe):
        with services.database.reading() as session:
            delivery = next(d for d in session.scalars(select(DeliveryRow)) if d.alert.statement_id == 2)
            assert services.links is not None
            link = services.links.link(FEEDBACK, delivery.id, delivery.message_id, services.now())
        rearrange.merge(services, [("s", 1), ("s", 2)], by="Ann", why="a test")
        path = urlsplit(link).path
        assert web.ask(path).status == 200
        assert web.ask(path, method="POST", form={"says": "wrong_day"}).status == 200
    assert [r.targets for r in world.rows(Review) if r.action == "feedback"] == [["s1"]]


def test_a_database_that_is_away_is_a_state_in_one_sentence(world: World) -> None:
    away = Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/none")
    with world.at() as services, browsing(replace(services, database=away)) as web:
        for path in ("/healthz", "/statements"):
            answer = web.ask(path)
            assert answer.status == 503
            assert json.loads(answer.text) == {"status": "the ledger's database does not answer"}
    away.dispose()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"says": ["nonsense"]},
        {"says": ["right", "off_topic"]},
        {"says": ["same_as_another"], "same_as": "s1"},
        {"says": ["same_as_another"], "same_as": "s77"},
        {"says": ["same_as_another"], "same_as": "nine"},
    ],
)
def test_an_answer_that_makes_no_sense_is_asked_for_again(
    prepared: dict[str, str], form: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _on_sqlite(prepared, tmp_path, monkeypatch) as world:
        _linked_world(world)
        with linked(world) as (_, web, feedback, _unsubscribe):
            answer = web.ask(feedback, method="POST", form=form)
        assert answer.status == 400
        assert "<form" in answer.text
        assert world.rows(Review) == []


@contextmanager
def _on_sqlite(prepared: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    shutil.copyfile(prepared["sqlite"].removeprefix("sqlite:///"), folder / "ledger.db")
    with opened(f"sqlite:///{folder / 'ledger.db'}", monkeypatch) as world:
        yield world


def test_a_form_without_end_is_refused(world: World) -> None:
    _linked_world(world)
    with linked(world) as (_, web, feedback, _unsubscribe):
        assert web.ask(feedback, method="POST", form={"says": "right", "why": "x" * 20_000}).status == 413
        assert web.ask(feedback, method="POST", form=b"\xff\xfe=1").status == 400
        many = "&".join(f"a{n}=1" for n in range(100)).encode()
        assert web.ask(feedback, method="POST", form=many).status == 400
    assert world.rows(Review) == []


def test_a_link_that_was_not_made_here_does_nothing(world: World) -> None:
    _linked_world(world)
    with linked(world) as (_, web, feedback, unsubscribe):
        token = feedback.rpartition("/")[2]
        number, until, mac = token.split(".")
        bad = [
            f"/unsubscribe/{token}",
            f"/feedback/{unsubscribe.rpartition('/')[2]}",
            f"/feedback/2.{until}.{mac}",
            f"/feedback/{number}.{int(until) + 1}.{mac}",
            f"/feedback/{number}.{until}.{'a' * 26}",
            "/feedback/x",
            "/feedback/1.1." + "a" * 26,
        ]
        for path in bad:
            for method in ("GET", "POST"):
                assert web.ask(path, method=method, form={"says": "right"}).status == 404, path
    with linked(world, "2026-03-05T12:00:00+00:00") as (_, web, _feedback, _unsubscribe):
        assert web.ask(feedback).status == 404  # it was good for 400 days
    assert world.rows(Review) == []
    assert world.rows(RecipientRow) == [] or all(r.suspended_at is None for r in world.rows(RecipientRow))


def test_a_reader_leaves_by_one_click_and_gets_nothing_more(world: World) -> None:
    _linked_world(world)
    with linked(world) as (_, web, _feedback, unsubscribe):
        assert "Shall no more alerts" in web.ask(unsubscribe).text
        assert all(row.suspended_at is None for row in world.rows(RecipientRow))
        answer = web.ask(unsubscribe, method="POST", form={"List-Unsubscribe": "One-Click"})
        assert answer.status == 200
        assert "Nothing more is sent" in answer.text
    (row,) = [one for one in world.rows(RecipientRow) if one.suspended_at is not None]
    assert (row.recipient, row.suspended_why) == (DESK, "its reader left the list")
    world.serve("sampo.example", [story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("sampo.example")
    world.run(LATER)
    assert len(world.inbox.taken) == 1


def test_links_need_no_password_and_pages_do(world: World) -> None:
    _linked_world(world)
    with linked(world) as (services, _, feedback, unsubscribe), browsing(services, password="x1") as web:
        assert web.ask(feedback).status == 200
        assert web.ask(unsubscribe).status == 200
        assert web.ask("/statements/s1").status == 401


def test_without_an_address_of_the_ledger_there_are_no_links(world: World) -> None:
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()
    with world.at(LATER) as services, browsing(services) as web:
        assert web.ask("/feedback/1.1." + "a" * 26).status == 404
