"""Many feeds at once: those without news are written in lots, the others each with its own answer."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from journey import rss
from servers import Reply, redirect
from sqlalchemy import event
from world import START, World, story

from extractors.opml import OpmlFeed
from monitor.cli.importing import add_one
from monitor.entries import EntryIdentity, KnownEntries, repeated, same_entry
from monitor.pipeline import due_batches, poll
from monitor.pipeline.poll import LOT
from monitor.store.feeds import active_ids
from monitor.store.issues import raise_issue
from monitor.store.schema import Entry, Feed, IssueRow

LATER = "2024-03-05T18:30:00+00:00"
COUNT = LOT + 30


def _many(world: World, count: int = COUNT) -> None:
    """So many feeds of as many hosts, all with the same two items."""
    world.web.sites["*"] = {
        "/feed.xml": rss("paper.example", [story(), story("/other", title="Rain in Oslo")])
    }
    with world.at() as services, services.database.writing() as session:
        for number in range(count):
            entry = OpmlFeed(
                url=f"http://paper{number}.example/feed.xml", title=f"Paper {number}", home_url=None,
                language="en", country=None, kind=None, tier=2, pages=None,
            )  # fmt: skip
            add_one(services, session, entry, from_start=False)


def test_feeds_without_news_are_written_in_lots(world: World) -> None:
    _many(world)
    with world.at() as services:
        assert poll(services).done["answered"] == COUNT
        with services.database.writing() as session:
            raise_issue(session, "feed_failing", "f7", "it was away", services.now())
            feed = session.get_one(Feed, 7)
            feed.failures, feed.last_state, feed.last_detail = 6.0, "timeout", "paper6.example"
    with world.at(LATER) as services:
        commits: Counter[str] = Counter()
        event.listen(services.database.engine, "commit", lambda _: commits.update(["commit"]))
        with services.database.reading() as session:
            ids = active_ids(session)
        assert poll(services, ids).done == {"unchanged": COUNT}
        assert commits["commit"] == 2, f"one lot of {LOT} and one of what was left"
    feeds = world.rows(Feed)
    assert {f.last_state for f in feeds} == {"unchanged"}
    assert {f.last_polled_at.isoformat()[:16] for f in feeds} == {LATER[:16]}
    assert all(
        f.failures == 0.0 and f.last_detail is None and f.next_due_at > f.last_polled_at for f in feeds
    )
    assert all(f.last_full_at is not None and f.last_full_at.isoformat()[:16] == START[:16] for f in feeds)
    assert [i.closed_at is not None for i in world.rows(IssueRow)] == [True]
    assert len(world.rows(Entry)) == 2 * COUNT


def test_one_that_moves_among_those_without_news_is_followed(world: World) -> None:
    _many(world, 3)
    with world.at() as services:
        poll(services)
    place = "http://new.example/feed.xml"
    world.web.sites["paper1.example"] = {"/feed.xml": redirect(place, 301)}
    for minutes in (10, 20, 30):
        with (
            world.at(f"2024-03-05T18:{minutes}:00+00:00") as services,
            services.database.reading() as session,
        ):
            ids = active_ids(session)
        with world.at(f"2024-03-05T18:{minutes}:00+00:00") as services:
            assert poll(services, ids).done == {"unchanged": 3}
    assert [f.url for f in world.rows(Feed)][1] == place


def test_what_cannot_be_parsed_is_told_of_its_own_feed(world: World) -> None:
    """Answers come in any order, parsed in turn: each result is its own feed's."""
    _many(world, 12)
    for number in range(0, 12, 3):
        world.web.sites[f"paper{number}.example"] = {"/feed.xml": Reply("<html><body>for sale</body></html>")}
    with world.at() as services:
        assert poll(services).done == {
            "answered": 8, "unreachable": 4, "new_entries": 16, "edited_entries": 0,
        }  # fmt: skip
    states = {f.url: f.last_state for f in world.rows(Feed)}
    assert {u for u, s in states.items() if s != "ok"} == {
        f"http://paper{n}.example/feed.xml" for n in (0, 3, 6, 9)
    }


def test_batches_hold_all_and_keep_hosts_together(world: World) -> None:
    _many(world, 9)
    with world.at() as services, services.database.writing() as session:
        for number in range(4):
            entry = OpmlFeed(
                url=f"http://paper1.example/{number}.xml", title=None, home_url=None, language="en",
                country=None, kind=None, tier=2, pages=None,
            )  # fmt: skip
            add_one(services, session, entry, from_start=False)
    with world.at() as services:
        batches = due_batches(services, 4)
        assert sorted(n for batch in batches for n in batch) == list(range(1, 14))
        assert len(batches) == 4
        assert [{2, 10, 11, 12, 13} <= set(batch) for batch in batches].count(True) == 1


@pytest.mark.parametrize("seed", range(30))
def test_looking_entries_up_finds_what_looking_through_them_finds(seed: int) -> None:
    """Entries out of few GUIDs, addresses and contents, so that they meet in every way."""
    dice = random.Random(seed)

    def some(number: int) -> EntryIdentity:
        return EntryIdentity(
            dice.choice([None, "g1", "g2", "g3"]),
            dice.choice([None, "http://a.example/one-long-name", "http://a.example/two-long-name", "http://b.example/1"]),
            dice.choice(["A title that is long enough to tell", "Another title, quite unlike it", ""]),
            dice.choice(["c1", "c2", "c3"]),
            number,
        )  # fmt: skip

    known = [some(number) for number in range(8)]
    given = [replace(some(0), id=None) for _ in range(8)]
    guids, urls = repeated(e.guid for e in given), repeated(e.url for e in given)
    index = KnownEntries(known[:5])
    for entry in known[5:]:
        index.add(entry)
    for entry in given:
        rules = {"repeated_guids": guids, "repeated_urls": urls}
        assert same_entry(entry, index.like(entry), **rules) == same_entry(entry, known, **rules)
