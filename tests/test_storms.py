"""Floods: a feed that gives its past again, one that brings a mass of statements, a report that breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from journey import Item, rfc822, rss
from mailserver import DESK
from servers import Reply
from sqlalchemy import text
from world import BACKGROUND, DAY, FINLAND, ISO, LEAD, QUOTE, World, article, story

from monitor.pipeline import announce
from monitor.pipeline.storm import release
from monitor.store.feeds import due_ids
from monitor.store.questions import open_issues
from monitor.store.schema import AlertRow, Article, Entry, Feed, ReportRow
from monitor.storms import MASS, OLD_ITEMS, is_storm

NOW = datetime(2024, 3, 5, 18, tzinfo=UTC)
LATER, LAST = "2024-03-05T20:00:00+00:00", "2024-03-05T21:00:00+00:00"


def test_what_is_a_storm() -> None:
    old, fresh = NOW - timedelta(days=9), NOW - timedelta(hours=1)
    assert is_storm([old] * OLD_ITEMS, NOW, NOW)
    assert is_storm([None] * OLD_ITEMS, NOW, NOW)
    assert not is_storm([old] * (OLD_ITEMS - 1), NOW, NOW)
    assert not is_storm([old] * OLD_ITEMS + [fresh] * 60, NOW, NOW)
    assert not is_storm([old] * 500, None, NOW), "the first poll is the baseline's"
    # After an outage of days, the items of those days are no storm.
    outage = NOW - timedelta(days=4)
    assert not is_storm([outage + timedelta(hours=n) for n in range(90)], outage, NOW)
    assert not is_storm([fresh] * 500, outage, NOW)
    # A past that is dated anew is a flood by its mass.
    assert is_storm([fresh] * MASS, NOW - timedelta(minutes=10), NOW)
    assert not is_storm([fresh] * (MASS - 1), NOW - timedelta(minutes=10), NOW)
    # A clock that ran ahead when the feed was asked last makes nothing old.
    assert not is_storm([fresh] * OLD_ITEMS, NOW + timedelta(days=900), NOW)


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


# --- a feed that gives everything anew ------------------------------------------------------------------

PEOPLE = ["Norwegian", "Swedish", "Danish", "Estonian", "Latvian"]


def _stories(prefix: str, guid: str, published: str = ISO) -> list[Item]:
    """Five statements, as a feed lists them under these addresses and GUIDs with these dates."""
    items = []
    for n, people in enumerate(PEOPLE):
        title = f"{people} minister speaks against cluster munitions"
        lead = f"“{QUOTE} {n},” {people} Foreign Minister Ina Solberg{'aeiou'[n]}r said on Tuesday."
        rest = f"The hall was full, and {people} students asked questions about the bomblets for two hours."
        page = article(title, lead, rest, BACKGROUND, published=published)
        items.append(
            Item(f"{prefix}/{n}", title, "The minister spoke.", rfc822(published), f"{guid}{n}", page)
        )
    return items


def _filler(count: int, prefix: str, guid: str, published: str = ISO) -> list[Item]:
    return [
        Item(f"{prefix}/f{n}", f"Harbour news number {n}: ferries and fish", "Ferries, fish, gulls.",
             rfc822(published), f"{guid}f{n}")
        for n in range(count)
    ]  # fmt: skip


def _full(world: World, items: list[Item]) -> None:
    """A feed of any length, with the pages behind it."""
    world.serve("ledger.example", items)


@pytest.mark.slow
def test_two_thousand_items_with_new_guids_tell_nothing_and_a_new_one_among_them_is_told(
    world: World,
) -> None:
    first = [*_stories("/a", "g"), *_filler(1995, "/a", "g")]
    _full(world, first)
    world.add("ledger.example")
    world.run()
    assert len(world.inbox.taken) == len(PEOPLE)
    again = [replace(i, guid=f"new-{i.guid}") for i in first]
    new = story("/fresh", FINLAND, "Helsinki on cluster bombs", guid="fresh")
    _full(world, [new, *again[:-1]])
    world.run(LATER)
    assert len(world.inbox.taken) == len(PEOPLE) + 1, "what is new is told, the rest is known"
    assert len(world.rows(Entry)) == 2001
    assert len(world.ledger(LATER)) == len(PEOPLE) + 1


@pytest.mark.slow
def test_a_past_that_is_published_anew_tells_nothing_not_even_when_it_is_let_go(world: World) -> None:
    """New GUIDs, new addresses, today's date on feed and pages: as after a change of the outlet's system."""
    _full(world, [*_stories("/a", "g"), *_filler(1995, "/a", "g")])
    world.add("ledger.example")
    world.run()
    assert len(world.inbox.taken) == len(PEOPLE)
    days = "2024-03-14T09:00:00+00:00"
    moved = [*_stories("/2024/x", "h", days), *_filler(1995, "/2024/y", "h", days)]
    world.run("2024-03-14T08:55:00+00:00")
    _full(world, [replace(i, title=f"{i.title} | Ledger") for i in moved])
    world.run("2024-03-14T10:00:00+00:00")
    assert len(world.inbox.taken) == len(PEOPLE)
    assert len(world.ledger()) == len(PEOPLE)
    with world.at("2024-03-14T11:00:00+00:00") as services, services.database.writing() as session:
        assert [i.code for i in open_issues(session)] == ["feed_storm"]
        assert release(services, session, session.get_one(Feed, 1)) == len(PEOPLE)
    world.run("2024-03-14T11:00:00+00:00")
    assert len(world.inbox.taken) == len(PEOPLE)
    assert len(world.ledger()) == len(PEOPLE)


def test_one_article_published_again_a_week_later_is_no_new_statement(world: World) -> None:
    _full(world, _stories("/a", "g")[:1])
    world.add("ledger.example")
    world.run()
    again = "2024-03-13T09:00:00+00:00"
    _full(world, _stories("/again", "h", again)[:1])
    world.run("2024-03-13T09:30:00+00:00")
    (statement,) = world.ledger("2024-03-13T09:30:00+00:00")
    assert (statement["said_on"], len(statement["appearances"])) == ("2024-03-05", 2)
    assert len(world.inbox.taken) == 1


def test_a_text_with_another_day_in_it_is_another_occasion(world: World) -> None:
    def said(day: str, published: str, path: str) -> Item:
        lead = LEAD.replace("on Tuesday", f"on {day}")
        rest = "The hall was full, and students asked questions about the bomblets for two hours."
        page = article("Norway rejects cluster munitions", lead, rest, BACKGROUND, published=published)
        return Item(path, "Norway rejects cluster munitions", "", rfc822(published), path, page)

    _full(world, [said("5 March", ISO, "/one")])
    world.add("ledger.example")
    world.run()
    _full(world, [said("12 March", "2024-03-12T15:00:00+00:00", "/two")])
    world.run("2024-03-12T18:00:00+00:00")
    assert [s["said_on"] for s in world.ledger("2024-03-12T18:00:00+00:00")] == ["2024-03-05", "2024-03-12"]
    assert len(world.inbox.taken) == 2


def test_operators_are_told_of_a_flood_once(world: World) -> None:
    world.settings["ALERTS__OPERATORS"] = [{"by": "email", "to": ["ops@example.org"]}]
    world.serve("ledger.example", _past(3))
    world.add("ledger.example")
    world.run()
    for number, time in enumerate((LATER, "2024-03-05T20:30:00+00:00", LAST)):
        flood = _past(OLD_ITEMS + 5)
        flood = [replace(i, path=f"{i.path}/{number}", title=f"{i.title} {number}") for i in flood]
        world.serve("ledger.example", flood)
        world.run(time)
    assert [to for to, _ in world.inbox.taken] == ["ops@example.org"]
    assert "flood from feed f1" in world.subjects()[0]


# --- first polls, outages, clocks -----------------------------------------------------------------------


def test_the_first_poll_of_a_full_feed_tells_only_what_is_newer_than_its_adding(world: World) -> None:
    items = [*_stories("/a", "g"), *_filler(500, "/a", "g")]
    fresh = story("/fresh", FINLAND, "Helsinki on cluster bombs", guid="fresh")
    _full(world, [replace(fresh, published=rfc822("2024-03-05T18:30:00+00:00")), *items])
    world.add("ledger.example", from_start=False)
    world.run("2024-03-05T18:40:00+00:00")
    assert [s[:4] for s in world.subjects()] == ["[FI]"]
    assert len(world.ledger()) == len(PEOPLE) + 1, "nothing is lost"
    assert {s["alert"]["reason"] for s in world.ledger()} == {None, "baseline"}


def test_after_an_outage_of_days_what_is_in_the_window_is_told_and_the_rest_is_kept(world: World) -> None:
    _full(world, [])
    world.add("ledger.example")
    world.run()
    # Ten days without an answer; the feed has all of them, three items an hour.
    world.web.sites["ledger.example"] = {"/feed.xml": Reply("down", status=503)}
    world.run("2024-03-10T18:00:00+00:00")
    old = _stories("/a", "g", "2024-03-06T09:00:00+00:00")[:2]
    new = story("/fresh", FINLAND, "Helsinki on cluster bombs", guid="fresh")
    page = (new.page or "").replace(ISO, "2024-03-14T09:00:00+00:00")
    filler = [
        Item(f"/n/{n}", f"Harbour news number {n}: ferries and fish", "Ferries, fish, gulls.",
             rfc822((NOW + timedelta(minutes=20 * n)).isoformat()))
        for n in range(700)
    ]  # fmt: skip
    _full(world, [replace(new, published=rfc822("2024-03-14T09:00:00+00:00"), page=page), *filler, *old])
    world.run("2024-03-15T18:00:00+00:00")
    assert [s[:4] for s in world.subjects()] == ["[FI]"]
    assert [s["alert"]["reason"] for s in world.ledger()] == ["found_late", "found_late", None]
    with world.at() as services, services.database.reading() as session:
        assert open_issues(session) == []


AHEAD, BEHIND = "2031-03-05T18:20:00+00:00", "2024-02-20T18:20:00+00:00"


def _next(number: int) -> Item:
    """The item that comes in each round."""
    people = PEOPLE[number]
    lead = f"“{QUOTE} {number},” {people} Foreign Minister Ina Solberg{'aeiou'[number]}r said on Tuesday."
    title = f"{people} minister on cluster munitions"
    return Item(f"/{number}", title, "", DAY, f"g{number}", article(title, lead, BACKGROUND, published=ISO))


def test_a_clock_that_jumps_loses_nothing_and_floods_nobody(world: World) -> None:
    """Ahead by years and back, behind by weeks and back: each statement is told once, at the latest after."""
    items: list[Item] = []
    _full(world, items)
    world.add("ledger.example")
    world.run()
    times = ["2024-03-05T18:40:00+00:00", AHEAD, "2024-03-05T19:20:00+00:00", BEHIND, LATER]
    for number, time in enumerate(times):
        items.append(_next(number))
        _full(world, items[::-1])
        with world.at(time) as services, services.database.reading() as session:
            due = due_ids(session, services.now())
        assert due == [1], f"the feed is asked at {time}"
        world.run(time)
    world.run(LAST)
    assert len(world.ledger()) == len(items)
    assert len(world.inbox.taken) == len(set(world.subjects())) == len(items)
    with world.at(LAST) as services, services.database.reading() as session:
        assert open_issues(session) == []


def test_a_digest_of_a_clock_ahead_is_sent_when_it_is_back(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "d", "by": "email", "to": [DESK], "mode": "daily"}]
    _full(world, [_next(0)])
    world.add("ledger.example")
    world.run(AHEAD)
    assert world.inbox.taken == []
    world.run(LATER)
    assert len(world.inbox.taken) == 1
    world.run("2024-03-06T09:00:00+00:00")
    assert len(world.inbox.taken) == 1
