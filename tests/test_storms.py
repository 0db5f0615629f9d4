"""Floods: a feed that gives its past again, one that brings a mass of statements, a report that breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from journey import Item, rss
from sqlalchemy import text
from world import BACKGROUND, QUOTE, World, article, story

from monitor.pipeline import announce
from monitor.pipeline.storm import release
from monitor.store.questions import open_issues
from monitor.store.schema import AlertRow, Article, Entry, Feed, ReportRow
from monitor.storms import OLD_ITEMS, is_storm

NOW = datetime(2024, 3, 5, 18, tzinfo=UTC)
LATER, LAST = "2024-03-05T20:00:00+00:00", "2024-03-05T21:00:00+00:00"


def test_what_is_a_storm() -> None:
    old, fresh = NOW - timedelta(days=9), NOW - timedelta(hours=1)
    assert is_storm([old] * OLD_ITEMS, NOW)
    assert is_storm([None] * OLD_ITEMS, NOW)
    assert not is_storm([old] * (OLD_ITEMS - 1), NOW)
    assert not is_storm([old] * OLD_ITEMS + [fresh] * 60, NOW)
    assert not is_storm([old] * 500, None), "the first poll is the baseline's"
    # After an outage of days, the items of those days are no storm.
    outage = NOW - timedelta(days=4)
    assert not is_storm([outage + timedelta(hours=n) for n in range(90)], outage)


def _past(count: int) -> list[Item]:
    """Items of the days before, undated, as if the feed had forgotten what it gave."""
    return [Item(f"/old/{n}", f"Harbour news number {n}", "Ferries and fish.") for n in range(count)]


def test_a_flood_is_kept_and_told_only_when_it_is_let_go(world: World) -> None:
    world.serve("ledger.example", _past(3))
    world.add("ledger.example")
    world.run()
    world.serve(
        "ledger.example", [story(), *[replace(i, path=i.path + "/again") for i in _past(OLD_ITEMS + 5)]]
    )
    world.run(LATER)
    assert world.inbox.taken == []
    (statement,) = world.ledger(LATER)
    assert statement["alert"] == {"state": "digest", "reason": "storm"}
    assert sum(e.storm for e in world.rows(Entry)) == OLD_ITEMS + 6
    world.run(LATER)
    with world.at(LATER) as services, services.database.reading() as session:
        issues = [(i.code, i.times) for i in open_issues(session)]
    assert issues == [("feed_storm", 1)], "a person is told once"
    with world.at(LAST) as services, services.database.writing() as session:
        assert release(services, session, session.get_one(Feed, 1)) >= 1
    world.run(LAST)
    assert len(world.inbox.taken) == 1
    with world.at(LAST) as services, services.database.reading() as session:
        assert open_issues(session) == []


def test_another_outlet_confirms_what_came_in_a_flood(world: World) -> None:
    world.serve("ledger.example", _past(3))
    world.add("ledger.example")
    world.run()
    world.serve(
        "ledger.example", [story(), *[replace(i, path=i.path + "/again") for i in _past(OLD_ITEMS + 5)]]
    )
    world.run(LATER)
    world.serve("courier.example", [story("/second", guid="g2")])
    world.add("courier.example")
    world.run(LAST)
    assert len(world.inbox.taken) == 1


_STATES = [
    "Norwegian", "Swedish", "Danish", "Finnish", "Estonian", "Latvian", "Lithuanian", "Polish", "Czech",
    "Slovak", "Hungarian", "Austrian", "Swiss", "French", "Spanish", "Portuguese",
]  # fmt: skip
HELSINKI = "Finnish Defence Minister Pekka Lauttamo said on Tuesday: “We condemn each use of cluster bombs.”"


def test_a_mass_of_statements_from_one_outlet_stops(world: World) -> None:
    items = []
    for n, people in enumerate(_STATES):
        lead = f"“{QUOTE} {n},” {people} Foreign Minister Ina Solberg{'aeiou'[n % 5]}r said on Tuesday."
        page = article(f"{people} minister on cluster munitions", lead, BACKGROUND)
        items.append(
            Item(
                f"/{n}",
                f"{people} minister on cluster munitions",
                "",
                "Tue, 05 Mar 2024 15:00:00 GMT",
                page=page,
            )
        )
    world.serve("ledger.example", [])
    world.web.sites["ledger.example"] = {"/feed.xml": rss("ledger.example", [])}
    world.add("ledger.example")
    world.run()
    world.serve("ledger.example", items)
    world.run(LATER)
    states = [s["alert"]["reason"] for s in world.ledger(LATER)]
    assert len(states) == len(_STATES)
    assert len(world.inbox.taken) == 12
    assert states.count("storm") == len(_STATES) - 12
    with world.at(LATER) as services, services.database.reading() as session:
        assert [i.code for i in open_issues(session)] == ["statement_storm"]
    assert sum(a.silent == "storm" for a in world.rows(Article)) == len(_STATES) - 12


def test_a_report_that_breaks_is_held_and_the_others_go_on(world: World) -> None:
    world.serve(
        "ledger.example",
        [
            story(),
            story(
                "/b",
                HELSINKI,
                "Helsinki on cluster bombs",
                guid="b",
            ),
        ],
    )
    world.add("ledger.example")
    world.run()
    with world.at() as services:
        with services.database.writing() as session:
            session.execute(text("UPDATE reports SET status = 'waiting', positions = '7' WHERE id = 1"))
        counts = announce(services)
    assert len(counts.refused) == 1
    report = world.rows(ReportRow)[0]
    assert report.status == "held"
    assert "TypeError" in (report.held_detail or "")
    with world.at() as services, services.database.reading() as session:
        assert [i.code for i in open_issues(session)] == ["matching_failed"]
    assert len(world.rows(AlertRow)) == 2
