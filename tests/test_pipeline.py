"""The order of work from feeds to mail, in this process: real servers, made-up press, both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import pytest
from journey import Item, article, rss
from mailserver import DESK, Inbox, free_port, serving
from servers import Reply, WebServer
from sqlalchemy import select

from extractors.opml import OpmlFeed
from monitor import app
from monitor.cli.importing import add_one
from monitor.cli.running import cycle
from monitor.model import Counts, Document, When
from monitor.pipeline import deliver, ingest
from monitor.pipeline.ledger import Wish, statement_value, statements
from monitor.pipeline.review import confirm, reject
from monitor.pipeline.services import Services
from monitor.store.questions import deliveries, held_reports, open_issues, versions_of
from monitor.store.schema import Appearance, Article, DeliveryRow, Entry, Feed, ReportRow, StatementRow

START = "2024-03-05T18:00:00+00:00"
DAY = "Tue, 05 Mar 2024 15:00:00 GMT"
ISO = "2024-03-05T15:00:00+00:00"
QUOTE = "Norway will never again accept a single cluster munition on its soil, whatever our neighbours do"
LEAD = f"“{QUOTE},” Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
FINLAND = (
    "Finnish Defence Minister Pekka Lauttamo said on Tuesday: “We condemn each use of cluster bombs against "
    "villages, and we shall say so in every council.”"
)
BACKGROUND = "Cluster munitions scatter bomblets over a wide area, and many of them fail to explode at once."


def story(
    path: str = "/norway", lead: str = LEAD, title: str = "Norway rejects cluster munitions", *more: str,
    dated: bool = True, guid: str | None = None, summary: str = "The minister spoke in Oslo.",
) -> Item:  # fmt: skip
    page = article(title, lead, *more, BACKGROUND, published=ISO if dated else None)
    return Item(path, title, summary, DAY if dated else None, guid, page)


@dataclass
class World:
    """The sites, the mailbox and the settings of one test; ``at`` opens the program at a time."""

    web: WebServer
    inbox: Inbox
    monkeypatch: pytest.MonkeyPatch
    settings: dict[str, Any] = field(default_factory=dict)

    def serve(self, host: str, items: list[Item]) -> None:
        pages: dict[str, Any] = {"/feed.xml": rss(host, items)}
        pages.update({i.path: Reply(i.page) for i in items if i.page is not None})
        self.web.sites[host] = pages

    @contextmanager
    def at(self, time: str = START) -> Iterator[Services]:
        for name, value in (self.settings | {"CLOCK__START": time}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            self.monkeypatch.setenv(f"CLUSTERWATCH__{name}", text)
        with app.open_services(workers=0) as services:
            yield services

    def add(self, host: str, *, from_start: bool = True, time: str = START, **facts: Any) -> None:
        entry = OpmlFeed(
            url=f"http://{host}/feed.xml", title=facts.pop("title", host), home_url=None,
            language="en", country=None, kind=None, tier=2, pages=None,
        )  # fmt: skip
        with self.at(time) as services, services.database.writing() as session:
            add_one(services, session, replace(entry, **facts), from_start=from_start)

    def run(self, time: str = START) -> dict[str, Counts]:
        """All five stages with every active feed asked."""
        with self.at(time) as services:
            with services.database.reading() as session:
                ids = list(session.scalars(select(Feed.id).where(Feed.status == "active")))
            counts = cycle(services, ids)
        return {c.stage: c for c in counts}

    def rows(self, table: Any, time: str = START) -> list[Any]:
        with self.at(time) as services, services.database.reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def ledger(self, time: str = START) -> list[dict[str, Any]]:
        with self.at(time) as services, services.database.reading() as session:
            return list(statements(session, services, Wish()))[::-1]

    def subjects(self) -> list[str]:
        return [" ".join(str(message_from_bytes(m)["Subject"]).split()) for _, m in self.inbox.taken]


@pytest.fixture
def world(ledger_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[World]:
    monkeypatch.chdir(tmp_path)
    inbox = Inbox()
    with WebServer() as web, serving(inbox) as port:
        yield World(
            web,
            inbox,
            monkeypatch,
            {
                "DATABASE__URL": ledger_url,
                "FETCH__CONNECT_TO": {"*.example": web.place},
                "FETCH__PER_HOST_DELAY": "0",
                "ALERTS__EMAIL__PORT": str(port),
                "ALERTS__EMAIL__HOST": "127.0.0.1",
                "ALERTS__EMAIL__TLS": "off",
                "ALERTS__EMAIL__TIMEOUT": "5",
                "SUBSCRIPTIONS": [{"name": "desk", "by": "email", "to": [DESK]}],
            },
        )


def test_from_a_feed_to_one_mail_and_a_second_run_does_nothing(world: World) -> None:
    world.serve(
        "courier.example", [story(), story("/finland", FINLAND, "Finland on bombs"), Item("/s", "Skiing")]
    )
    world.add("courier.example")
    counts = world.run()
    assert counts["poll"].done["new_entries"] == 3
    assert counts["deliver"].done["sent"] == 2
    assert not any(c.refused for c in counts.values())
    norway, finland = sorted(world.ledger(), key=lambda s: s["state"] or "", reverse=True)
    assert (norway["state"], norway["kind"], norway["said_on"]) == ("NO", "state", "2024-03-05")
    assert norway["passages"][0]["text"].rstrip(",") == QUOTE
    assert norway["alert"] == {"state": "told", "reason": None}
    assert norway["corroboration"] == {"level": "single", "outlets": 1, "independent": 1}
    assert finland["positions"] == ["condemns"]
    assert sorted(world.subjects())[0].startswith("[FI] Pekka Lauttamo, Finnish Defence Minister: condemns")
    before = world.ledger()
    again = world.run("2024-03-05T18:30:00+00:00")
    assert {n: dict(c.done) for n, c in again.items() if n != "poll"} == {
        "read": {}, "find": {}, "announce": {}, "deliver": {"released": 0},
    }  # fmt: skip
    assert len(world.inbox.taken) == 2
    assert world.ledger() == before


def test_new_guids_over_old_items_send_nothing(world: World) -> None:
    world.serve("courier.example", [story(guid="a1")])
    world.add("courier.example")
    world.run()
    world.serve("courier.example", [story(guid="b2")])
    counts = world.run("2024-03-05T19:00:00+00:00")
    assert counts["poll"].done["new_entries"] == counts["poll"].done["edited_entries"] == 0
    assert len(world.inbox.taken) == len(world.rows(Entry)) == 1


def test_an_edited_article_is_a_version_and_no_second_alert(world: World) -> None:
    world.serve("courier.example", [story(guid="g1")])
    world.add("courier.example")
    world.run()
    edited = story(
        "/norway",
        LEAD,
        "UPDATE: Norway rejects cluster munitions",
        "The opposition in Oslo agreed.",
        guid="g1",
    )
    world.serve("courier.example", [edited])
    counts = world.run("2024-03-05T19:00:00+00:00")
    assert counts["poll"].done["edited_entries"] == 1
    assert counts["announce"].done == {"changed": 1}
    with world.at() as services, services.database.reading() as session:
        assert [v.number for v in versions_of(session, 1)] == [1, 2]
    assert len(world.ledger()) == len(world.rows(ReportRow)) == len(world.inbox.taken) == 1


def test_the_first_poll_is_silent_and_what_comes_later_is_told(world: World) -> None:
    world.serve("courier.example", [story()])
    world.add("courier.example", from_start=False)
    world.run()
    assert world.inbox.taken == []
    assert world.ledger()[0]["alert"] == {"state": "digest", "reason": "baseline"}
    world.serve("courier.example", [story("/finland", FINLAND, "Finland condemns cluster bombs"), story()])
    world.run("2024-03-05T19:00:00+00:00")
    assert [s[:4] for s in world.subjects()] == ["[FI]"]


def test_from_start_may_be_said_until_the_first_poll(world: World) -> None:
    world.serve("courier.example", [story()])
    world.add("courier.example", from_start=False)
    world.add("courier.example", from_start=True)
    world.run()
    assert len(world.inbox.taken) == 1


def test_a_page_that_is_gone_leaves_the_feeds_words(world: World) -> None:
    told = story(summary=f"Norwegian Foreign Minister Ingrid Solberg said on Tuesday: “{QUOTE}.”")
    world.serve("courier.example", [replace(told, page=None)])
    world.add("courier.example")
    counts = world.run()
    assert counts["read"].done["page_http_404"] == 1
    assert world.ledger()[0]["passages"][0]["text"].rstrip(".") == QUOTE
    assert len(world.inbox.taken) == 1
    assert [(e.status, e.reason) for e in world.rows(Entry)] == [("read", "http_404")]


def test_a_page_that_fails_for_a_while_is_asked_again(world: World) -> None:
    world.serve("courier.example", [story()])
    world.web.sites["courier.example"]["/norway"] = Reply(status=503)
    world.add("courier.example")
    assert world.run()["read"].done == {"page_http_503": 1}
    assert [(e.status, e.tries) for e in world.rows(Entry)] == [("unread", 1)]
    world.serve("courier.example", [story()])
    assert world.run("2024-03-05T18:00:10+00:00")["read"].done == {}  # not yet
    assert world.run("2024-03-05T18:05:00+00:00")["read"].done == {"read": 1}
    assert len(world.inbox.taken) == 1


def test_an_unreachable_feed_is_a_state_then_an_issue_and_others_go_on(world: World) -> None:
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.add("silent.example")
    world.web.sites["silent.example"] = {"/feed.xml": Reply("<html>parked</html>")}
    for hour in range(5):
        counts = world.run(f"2024-03-{6 + hour:02}T18:00:00+00:00")
        assert counts["poll"].done["unreachable"] == 1
        assert not counts["poll"].refused
    feed = world.rows(Feed)[1]
    assert (feed.last_state, feed.failures) == ("html_page", 5)
    with world.at() as services, services.database.reading() as session:
        (issue,) = open_issues(session)
    assert (issue.code, issue.subject) == ("feed_failing", "f2")
    assert len(world.ledger()) == 1
    world.serve("silent.example", [story("/x", FINLAND, "Finland condemns cluster bombs")])
    world.run("2024-03-12T18:00:00+00:00")
    with world.at() as services, services.database.reading() as session:
        assert open_issues(session) == []


def test_a_feed_that_moves_onto_another_one_ends_and_the_rest_goes_on(world: World) -> None:
    world.serve("courier.example", [story()])
    world.web.sites["old.example"] = {
        "/feed.xml": Reply(status=301, headers={"Location": "http://courier.example/feed.xml"})
    }
    world.add("old.example")
    world.add("courier.example")
    for hour in range(4):
        world.run(f"2024-03-05T{18 + hour}:00:00+00:00")
    old, new = world.rows(Feed)
    assert (old.status, new.status) == ("removed", "active")
    with world.at() as services, services.database.reading() as session:
        assert [(i.code, i.subject) for i in open_issues(session)] == [("feed_moved", "f1")]
    assert len(world.inbox.taken) == 1


def test_a_feed_that_moves_for_good_keeps_its_entries(world: World) -> None:
    world.serve("new.example", [story()])
    world.web.sites["old.example"] = {
        "/feed.xml": Reply(status=301, headers={"Location": "http://new.example/feed.xml"})
    }
    world.add("old.example")
    for hour in range(4):
        world.run(f"2024-03-05T{18 + hour}:00:00+00:00")
    assert [f.url for f in world.rows(Feed)] == ["http://new.example/feed.xml"]
    assert len(world.rows(Entry)) == len(world.inbox.taken) == 1


def test_two_outlets_that_do_not_copy_are_one_alert_and_independent(world: World) -> None:
    other = article(
        "Oslo shuts the door", f"Ingrid Solberg, Norway’s foreign minister, said on Tuesday: “{QUOTE}.”",
        "Her words on cluster munitions came after a long debate in parliament about old stocks abroad.",
        published=ISO,
    )  # fmt: skip
    world.serve("courier.example", [story()])
    world.serve(
        "herald.example", [Item("/oslo", "Oslo shuts the door on cluster munitions", "", DAY, None, other)]
    )
    world.add("courier.example")
    world.run()
    world.add("herald.example")
    counts = world.run("2024-03-05T19:00:00+00:00")
    assert counts["announce"].done == {"appearances": 1}
    (statement,) = world.ledger()
    assert statement["corroboration"] == {"level": "independent", "outlets": 2, "independent": 2}
    assert len(statement["appearances"]) == 2
    assert len(world.inbox.taken) == 1


def wire(*more: str) -> tuple[str, ...]:
    return (
        "Her ministry has long argued that no army needs such weapons, and that the last stocks of the "
        "alliance should be destroyed before the end of the decade under the eyes of neutral inspectors.",
        "Parliament will debate the matter in April, when a committee reports on how old shells were sold.",
        *more,
    )


def test_an_undated_copy_of_a_wire_attaches_and_counts_once(world: World) -> None:
    world.serve("courier.example", [story("/a", LEAD, "Norway rejects cluster munitions", *wire())])
    copy = story("/b", LEAD, "Norway says no to cluster munitions", *wire("Copied."), dated=False)
    world.serve("mirror.example", [copy])
    world.add("courier.example")
    world.add("mirror.example")
    world.run()
    (statement,) = world.ledger()
    assert statement["corroboration"] == {"level": "single", "outlets": 2, "independent": 1}
    assert len(statement["appearances"]) == 2
    assert len(world.inbox.taken) == 1
    first, second = world.rows(Article)
    assert {first.copy_of, second.copy_of} in ({None, 1}, {None, 2})
    assert first.published == second.published


def test_an_unverified_statement_waits_for_a_better_outlet(world: World) -> None:
    world.serve("rumour.example", [story()])
    world.add("rumour.example", tier=3)
    world.run()
    assert world.inbox.taken == []
    assert world.ledger()[0]["alert"] == {"state": "digest", "reason": "unverified"}
    world.serve("courier.example", [story("/again", f"Again: {LEAD}", "Norway and cluster munitions")])
    world.add("courier.example")
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.inbox.taken) == 1
    assert len(world.ledger()) == 1


def live(*posts: tuple[str, str, str]) -> str:
    """A live page: (id, ISO time, words) of each post, the newest first."""
    updates = [
        {"@type": "BlogPosting", "headline": f"Post {key}", "datePublished": time, "articleBody": words,
         "url": f"http://courier.example/live#{key}"}
        for key, time, words in posts
    ]  # fmt: skip
    data = {
        "@context": "https://schema.org", "@type": "LiveBlogPosting",
        "headline": "War live: cluster munitions",
        "datePublished": "2024-03-05T08:00:00+00:00", "liveBlogUpdate": updates,
        "coverageStartTime": "2024-03-05T08:00:00+00:00",
    }  # fmt: skip
    body = "".join(
        f'<article class="live-post" id="{key}"><h2>Post {key}</h2><time datetime="{time}">now</time>'
        f"<p>{words}</p></article>"
        for key, time, words in posts
    )
    return (
        '<!doctype html><html lang="en"><head><title>War live: cluster munitions</title>'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><main><h1>War live: cluster munitions</h1>{body}</main></body></html>"
    )


@pytest.mark.parametrize("from_start", [True, False])
def test_a_live_page_is_visited_again_and_only_new_posts_tell(world: World, from_start: bool) -> None:
    first = ("p1", "2024-03-05T15:00:00+00:00", LEAD)
    item = Item("/live", "War live: cluster munitions", "", DAY, None, live(first))
    world.serve("courier.example", [item])
    world.add("courier.example", from_start=from_start)
    world.run()
    (page,) = world.rows(Article)
    if page.form != "liveblog":
        pytest.skip("live pages are not split by this version")
    assert len(world.inbox.taken) == int(from_start)
    second = ("p2", "2024-03-05T18:20:00+00:00", FINLAND)
    world.web.sites["courier.example"]["/live"] = Reply(live(second, first))
    assert world.run("2024-03-05T18:05:00+00:00")["read"].done == {}
    assert world.run("2024-03-05T18:30:00+00:00")["read"].done == {"read": 1}
    # What stood there on the feed's first poll stays silent, the post that came since does not.
    assert [s[:4] for s in world.subjects()][int(from_start) :] == ["[FI]"]
    told = world.ledger()
    assert len(told) == 2
    assert {s["state"]: s["first_seen"][:16] for s in told} == {
        "NO": "2024-03-05T18:00",
        "FI": "2024-03-05T18:30",
    }


def test_a_refused_recipient_stops_nobody(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "desk", "by": "email", "to": ["gone@example.org", DESK]}]
    world.inbox.on_rcpt = lambda address, nth: "550 no such user" if address.startswith("gone") else None
    world.serve("courier.example", [story()])
    world.add("courier.example")
    counts = world.run()
    assert counts["deliver"].done["sent"] == counts["deliver"].done["refused"] == 1
    assert len(counts["deliver"].refused) == 1
    assert [to for to, _ in world.inbox.taken] == [DESK]
    assert not world.run("2024-03-05T20:00:00+00:00")["deliver"].refused  # refused once, not every run
    with world.at() as services, services.database.reading() as session:
        assert [i.code for i in open_issues(session)] == ["delivery_refused"]


def test_a_mail_server_that_is_down_delays_and_the_message_id_stays(world: World) -> None:
    port = world.settings["ALERTS__EMAIL__PORT"]
    world.settings["ALERTS__EMAIL__PORT"] = str(free_port())
    world.serve("courier.example", [story()])
    world.add("courier.example")
    counts = world.run()
    assert counts["deliver"].done["delayed"] == 1
    assert not counts["deliver"].refused
    with world.at() as services, services.database.reading() as session:
        (before,) = deliveries(session, None, 9)
        assert [i.code for i in open_issues(session)] == ["channel_down"]
    world.settings["ALERTS__EMAIL__PORT"] = port
    assert world.run("2024-03-05T18:00:20+00:00")["deliver"].done == {"released": 0}
    assert world.run("2024-03-05T18:10:00+00:00")["deliver"].done["sent"] == 1
    ((_, content),) = world.inbox.taken
    assert message_from_bytes(content)["Message-ID"].strip() == before.message_id
    with world.at() as services, services.database.reading() as session:
        assert open_issues(session) == []


def test_a_rejected_statement_is_not_sent_and_stays_rejected(world: World) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "60"
    world.serve("courier.example", [story(guid="g1")])
    world.add("courier.example")
    world.run()
    with world.at() as services:
        reject(services, [("s", 1)], by="Ada", why="a joke")
    counts = world.run("2024-03-05T20:00:00+00:00")
    assert world.inbox.taken == []
    assert world.ledger()[0]["alert"] == {"state": "not_told", "reason": "reviewed"}
    assert not any(d.status == "sent" for d in world.rows(DeliveryRow))
    assert counts["deliver"].done.get("sent", 0) == 0
    world.serve(
        "courier.example", [story("/norway", LEAD, "Norway rejects cluster munitions (2)", guid="g1")]
    )
    world.run("2024-03-05T21:00:00+00:00")
    assert world.inbox.taken == []


def test_a_daily_digest_collects(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "daily", "by": "email", "to": [DESK], "mode": "daily"}]
    world.serve("courier.example", [story(), story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("courier.example")
    world.run()
    assert world.inbox.taken == []
    assert world.run("2024-03-06T07:00:01+00:00")["deliver"].done["sent"] == 2
    ((_, content),) = world.inbox.taken
    text = content.decode()
    assert "Solberg" in text
    assert "Lauttamo" in text
    world.run("2024-03-07T07:00:01+00:00")
    assert len(world.inbox.taken) == 1


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_reader_of_both_kinds_is_told_at_once_and_once(world: World, order: list[int]) -> None:
    both = [
        {"name": "daily", "by": "email", "to": [DESK], "mode": "daily"},
        {"name": "urgent", "by": "email", "to": [DESK], "states": ["NO"]},
    ]
    world.settings["SUBSCRIPTIONS"] = [both[i] for i in order]
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    assert [s[:4] for s in world.subjects()] == ["[NO]"]
    world.run("2024-03-06T07:00:01+00:00")
    assert len(world.inbox.taken) == 1


def test_what_waited_for_the_digest_is_told_at_once_when_it_is_confirmed(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "daily", "by": "email", "to": [DESK], "mode": "daily"},
        {"name": "urgent", "by": "email", "to": [DESK]},
    ]
    world.serve("rumour.example", [story()])
    world.add("rumour.example", tier=3)
    world.run()
    assert [d.mode for d in world.rows(DeliveryRow)] == ["daily"]
    world.serve("courier.example", [story("/again", f"Again: {LEAD}", "Norway and cluster munitions")])
    world.add("courier.example")
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.inbox.taken) == 1
    world.run("2024-03-06T08:00:00+00:00")
    assert len(world.inbox.taken) == 1


def test_others_are_told_to_those_who_name_their_kind(world: World) -> None:
    former = "Former Norwegian President Olav Brandt said on Tuesday that cluster bombs were “needed”."
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "history", "by": "email", "to": ["history@example.org"], "kinds": ["former"]},
    ]
    world.serve("courier.example", [story("/f", former, "Former president on cluster munitions")])
    world.add("courier.example")
    world.run()
    assert [to for to, _ in world.inbox.taken] == ["history@example.org"]


# --- possible duplicates and reviews ------------------------------------------------------------------

SECOND = (
    "“The army will buy new howitzers, and cluster munitions too if the alliance supplies them to us,” "
    "Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
)


def possible(world: World) -> None:
    """A statement, and a report of another act by the same speaker on the same day."""
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    with world.at() as services, services.database.writing() as session:
        (statement,) = session.scalars(select(StatementRow))
        (report,) = session.scalars(select(ReportRow))
        report.positions = ["condemns"]
        statement.positions = ["condemns"]
    world.serve(
        "courier.example", [story("/second", SECOND, "Norway wants cluster munitions", guid="g2"), story()]
    )
    counts = world.run("2024-03-05T19:00:00+00:00")
    assert counts["announce"].done.get("possible_duplicates") == 1, counts["announce"].done


def test_a_possible_duplicate_is_held_and_makes_no_alert(world: World) -> None:
    possible(world)
    assert len(world.inbox.taken) == len(world.ledger()) == 1
    with world.at() as services, services.database.reading() as session:
        (held,) = held_reports(session, 9)
        (row,) = session.scalars(select(StatementRow))
        assert held.held_reason == "possible_duplicate"
        assert len(statement_value(session, services, row)["appearances"]) == 1


def test_a_possible_duplicate_of_an_edited_article_is_matched_again(world: World) -> None:
    possible(world)
    edited = story(
        "/second", SECOND, "Norway wants cluster munitions, says minister", "More follows.", guid="g2"
    )
    world.serve("courier.example", [edited])
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.rows(Appearance)) == 2
    assert len(world.inbox.taken) == 1


def test_a_person_confirms_a_possible_duplicate(world: World) -> None:
    possible(world)
    held = world.rows(ReportRow)[1]
    with world.at() as services:
        assert confirm(services, [("h", held.id)], by="Ada", why=None) == [f"h{held.id} is of s1"]
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.ledger()[0]["appearances"]) == 2
    assert len(world.inbox.taken) == 1


def test_a_person_rejects_a_held_report_and_an_edit_does_not_bring_it_back(world: World) -> None:
    possible(world)
    held = world.rows(ReportRow)[1]
    with world.at() as services:
        reject(services, [("h", held.id)], by="Ada", why=None)
    edited = story(
        "/second", SECOND, "Norway wants cluster munitions, says minister", "More follows.", guid="g2"
    )
    world.serve("courier.example", [edited])
    world.run("2024-03-05T20:00:00+00:00")
    assert world.rows(ReportRow)[1].status == "rejected"
    assert len(world.ledger()[0]["appearances"]) == 1


# --- documents put in by hand -------------------------------------------------------------------------


def document(number: int, lead: str = LEAD, **more: Any) -> Document:
    when = When(datetime(2024, 3, 5, 15, tzinfo=UTC), "minute", "given")
    page = article(f"Document {number} on cluster munitions", lead, BACKGROUND)
    facts = {
        "url": f"http://wire.example/{number}",
        "published": when,
        "outlet": "Wire",
        "html": page,
        "language": "en",
    }
    return Document(id=f"doc-{number}", **(facts | more))


def test_documents_write_alert_rows_only_when_announced(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "daily", "by": "email", "to": ["daily@example.org"], "mode": "daily"},
    ]
    with world.at() as services:
        ingest(services, [document(1)])
    (statement,) = world.ledger()
    assert statement["alert"] == {"state": "not_told", "reason": "backfill"}
    assert statement["appearances"][0]["document"] == "doc-1"
    assert world.rows(DeliveryRow) == []
    with world.at() as services:
        ingest(services, [document(2, FINLAND)], announced=True)
        assert deliver(services).done["sent"] == 1
    assert [s[:4] for s in world.subjects()] == ["[FI]"]
    # A feed that carries the first one today tells it.
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    assert len(world.inbox.taken) == 2


def test_a_document_without_text_is_read_by_its_summary(world: World) -> None:
    with world.at() as services:
        counts = ingest(
            services,
            [document(1, html=None, title="Norway", summary=LEAD), document(2, html="<p></p>", summary=LEAD)],
        )
    assert counts[0].refused == ()
    assert len(world.ledger()) == 1


def test_documents_as_of_their_publication(world: World) -> None:
    old = When(datetime(2023, 7, 11, 9, tzinfo=UTC), "minute", "given")
    with world.at() as services:
        ingest(
            services, [document(2, FINLAND), document(1, published=old)], announced=True, as_of_published=True
        )
    first, second = sorted(world.ledger(), key=lambda s: s["first_seen"])
    assert (first["state"], first["first_seen"][:10]) == ("NO", "2023-07-11")
    assert (second["state"], second["first_seen"][:10]) == ("FI", "2024-03-05")
    assert {s["alert"]["state"] for s in (first, second)} == {"queued"}
