"""The made-up press's three live pages, visited while they grow: posts by id, new and changed ones only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from journey import Item
from press import NEWSROOM
from servers import Reply
from sqlalchemy import select
from world import DAY, FINLAND, LEAD, World, story

from monitor.store.schema import Article, ArticleVersion, LivePost, ReportRow


def _rows(name: str) -> dict[str, dict[str, Any]]:
    lines = (NEWSROOM / name).read_text("utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


PAGES = {key: row for key, row in _rows("documents.jsonl").items() if "earlier" in row}
GOLD = {key: row for key, row in _rows("gold.jsonl").items() if key in PAGES}


def _words(text: str) -> list[str]:
    return text.split()  # a post that only the list for machines still has comes without its paragraphs


@pytest.mark.parametrize("key", sorted(PAGES))
def test_a_page_of_the_newsroom_that_grows(world: World, key: str) -> None:
    row, wanted = PAGES[key], GOLD[key]["posts"]
    host, _, path = row["url"].removeprefix("http://").partition("/")
    grown = datetime.fromisoformat(row["earlier"]["before"]).astimezone(UTC)
    half, whole = (grown + timedelta(minutes=minutes) for minutes in (-5, 60))
    item = Item(f"/{path}", row["title"], row["summary"], None, None, row["earlier"]["html"])
    world.settings["READ__PAGES"] = "all"
    world.serve(host, [item])
    world.add(host, time=half.isoformat())
    world.run(half.isoformat())
    (article,) = world.rows(Article)
    assert article.form == "liveblog"
    early = {post.key: post for post in world.rows(LivePost)}
    stands = [post for post in wanted if post["headline"] in {p.headline for p in early.values()}]
    assert len(stands) == len(early) >= len(wanted) // 2 - 1
    before = {row.id: (row.post_key, row.speaker) for row in world.rows(ReportRow)}

    world.web.sites[host][f"/{path}"] = Reply(row["html"])
    counts = world.run(whole.isoformat())
    assert counts["read"].done == {"read": 1}
    posts = {post.key: post for post in world.rows(LivePost)}
    assert early.keys() < posts.keys()
    order = sorted(posts.values(), key=lambda post: post.number)
    assert [post.headline for post in order] == [post["headline"] for post in wanted]
    assert all(post.time is not None and post.vanished_at is None for post in posts.values())
    for name, post in early.items():
        assert posts[name].first_seen == post.first_seen
        assert _words(posts[name].text) == _words(post.text)
    assert all(post.first_seen >= whole for name, post in posts.items() if name not in early)
    # A later post may tell who "he" is; there is no second report of one speaker in one post.
    after = [row for row in world.rows(ReportRow) if row.status != "withdrawn"]
    assert before.keys() <= {row.id for row in world.rows(ReportRow)}
    assert len({(row.post_key, row.speaker) for row in after}) == len(after)
    told = [message_from_bytes(body)["X-Clusterwatch-Statement"] for _, body in world.inbox.taken]
    assert len(told) == len(set(told))

    counts = world.run((whole + timedelta(hours=2)).isoformat())
    assert counts["read"].done == {"unchanged": 1}
    assert [row.id for row in world.rows(ReportRow) if row.status != "withdrawn"] == [row.id for row in after]


def _live(*posts: tuple[str, str, str]) -> str:
    body = "".join(
        f'<article class="post" id="{key}"><time datetime="{time}">x</time><h2>Report {key}</h2>'
        f"<p>{text}</p></article>"
        for key, time, text in posts
    )
    return (
        '<!doctype html><html lang="en"><head><title>War live: cluster munitions</title></head>'
        f"<body><main><h1>War live: cluster munitions</h1><div>{body}</div></main></body></html>"
    )


def test_a_second_visit_takes_new_and_changed_posts_only_and_keeps_those_that_vanished(world: World) -> None:
    norway = ("p1", "2024-03-05T15:00:00+00:00", LEAD)
    other = (
        "p0",
        "2024-03-05T14:00:00+00:00",
        "The council of Lowmere has met again, and the pumps are running.",
    )
    world.serve(
        "courier.example", [Item("/live", "War live: cluster munitions", "", DAY, None, _live(norway, other))]
    )
    world.add("courier.example")
    world.run()
    (row,) = world.rows(ReportRow)
    first_version = row.version_id
    finland = ("p2", "2024-03-05T18:20:00+00:00", FINLAND)
    edited = (
        "p0",
        "2024-03-05T14:00:00+00:00",
        "The council of Lowmere has met again; the pumps have stopped.",
    )
    world.web.sites["courier.example"]["/live"] = Reply(_live(finland, edited))
    counts = world.run("2024-03-05T18:30:00+00:00")
    assert counts["find"].done["reports"] == 1
    assert len(world.rows(ArticleVersion)) == 2
    posts = {p.key: p for p in world.rows(LivePost)}
    assert {key: p.vanished_at is None for key, p in posts.items()} == {"p0": True, "p1": False, "p2": True}
    assert posts["p1"].text.endswith(LEAD)
    assert posts["p1"].version_id == first_version
    assert "stopped" in posts["p0"].text
    assert [s[:4] for s in world.subjects()] == ["[NO]", "[FI]"]

    # Norway's post stands again, word for word: nothing is changed, nothing told.
    world.web.sites["courier.example"]["/live"] = Reply(_live(finland, norway, edited))
    counts = world.run("2024-03-05T19:30:00+00:00")
    assert counts["find"].done["reports"] == 0
    assert {p.key for p in world.rows(LivePost) if p.vanished_at is None} == {"p0", "p1", "p2"}
    assert len(world.inbox.taken) == 2
    with world.at() as services, services.database.reading() as session:
        statuses = list(session.scalars(select(ReportRow.status)))
    assert statuses == ["matched", "matched"]


def test_a_page_that_names_its_posts_otherwise_has_the_same_posts(world: World) -> None:
    """The first visit meets one post called b0, the next one two, of which the newer is called so."""
    norway = ("b0", "2024-03-05T15:00:00+00:00", LEAD)
    council = ("b1", "2024-03-05T14:00:00+00:00", "The council of Lowmere has met again, and the pumps run.")
    page = _live(norway, council)
    world.serve("courier.example", [Item("/live", "War live: cluster munitions", "", DAY, None, page)])
    world.add("courier.example", from_start=False)
    world.run()
    with world.at() as services, services.database.writing() as session:
        for post in session.scalars(select(LivePost)):
            post.key = f"old-{post.headline}"
        for report in session.scalars(select(ReportRow)):
            report.post_key = "old-Report b0"
    world.web.sites["courier.example"]["/live"] = Reply(
        page.replace("the pumps run", "the pumps have stopped")
    )
    counts = world.run("2024-03-05T18:30:00+00:00")
    assert counts["find"].done["reports"] == 0
    assert len(world.rows(LivePost)) == 2
    assert all(post.vanished_at is None and not post.key.startswith("old") for post in world.rows(LivePost))
    assert world.inbox.taken == []


def test_a_page_met_first_at_its_amp_address_is_one_article(world: World) -> None:
    """The AMP page names no other; the page itself names its AMP page."""
    amp = story("/amp-view?story=17").page or ""
    link = '<link rel="amphtml" href="http://courier.example/amp-view?story=17"></head>'
    page = (story("/norway").page or "").replace("</head>", link)
    first, second = story("/amp-view?story=17", guid="a"), story("/norway", guid="b")
    first.page, second.page = amp, page
    world.serve("courier.example", [first])
    world.add("courier.example")
    world.run()
    world.serve("courier.example", [first, second])
    world.web.sites["courier.example"]["/amp-view?story=17"] = Reply(amp)
    world.run("2024-03-05T19:30:00+00:00")
    (article,) = world.rows(Article)
    assert article.url.endswith("/norway")
    assert len(world.rows(ReportRow)) == 1
    assert len(world.inbox.taken) == 1
