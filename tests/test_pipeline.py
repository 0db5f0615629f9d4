"""From feeds to statements, in this process: real servers, made-up press, both databases."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from journey import Item, article
from servers import Reply
from world import DAY, FINLAND, ISO, LEAD, QUOTE, World, story

from monitor.store.questions import open_issues, versions_of
from monitor.store.schema import Article, Entry, Feed, ReportRow


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
        "Two factories in the south still make such weapons for export, and the last stocks of the "
        "alliance are to be destroyed before the end of the decade under the eyes of neutral inspectors.",
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
