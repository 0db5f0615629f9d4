"""The past from an archive: in silence, each page once, on the rules of its day, beside a live watch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pastsites import (
    END,
    FERRIES,
    FIRST,
    HARBOUR,
    LAST,
    LATER,
    OLD,
    PATH,
    START,
    Old,
    Shelf,
    asked,
    keep,
    read,
    with_shelf,
)
from servers import Reply
from world import BACKGROUND, FINLAND, ISO, LEAD, World, story

from monitor.errors import UsageError
from monitor.model import ArchivedPage, Batch, Document, Expected, When, Window
from monitor.pipeline.asked import Planned
from monitor.pipeline.backfill import backfill, plan
from monitor.pipeline.deliver import deliver
from monitor.store.schema import (
    AlertRow,
    Article,
    ArticleVersion,
    Backfill,
    BackfillPage,
    DeliveryRow,
    Entry,
)


def test_the_past_is_read_in_silence_and_moves_what_is_known_back(world: World) -> None:
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    assert len(world.inbox.taken) == 1
    keep(world, "courier.example", [FIRST, OLD])
    done = read(world, feeds=["http://courier.example/"])
    assert (done["read"], done["windows_done"]) == (2, 2)
    world.run(LAST)
    assert len(world.inbox.taken) == 1, "nothing that an archive adds is told"
    old, known = world.ledger(LAST)
    assert known["alert"]["state"] == "told"
    assert known["first_published"] == "2024-03-05T11:00:00+00:00"
    assert known["first_outlet"] == "The Past"
    assert [a["same_by"] for a in known["appearances"]] != []
    assert len(known["appearances"]) == 2
    assert old["alert"] == {"state": "not_told", "reason": "backfill"}
    assert len(world.rows(AlertRow, LAST)) == 1, "no row that a digest could send, and no update"
    assert {a.origin for a in world.rows(Article, LAST)} == {"feed", "backfill"}


def test_officials_and_the_convention_are_those_of_the_day(world: World) -> None:
    words = f"“{HARBOUR},” Rasa Juknevičienė said on Wednesday."
    then = Old("/2012/05/09/vilnius", "Vilnius keeps the ban", words, "2012-05-09T09:00:00+00:00")
    now = replace(then, path="/2025/09/10/vilnius", published="2025-09-10T09:00:00+00:00")
    keep(world, "courier.example", [then, now])
    today = "2026-02-01T10:00:00Z"
    with world.at(today) as services:
        for one in (then, now):
            day = datetime.fromisoformat(one.published)
            backfill(services, "sitemap", day, day + timedelta(days=1), feeds=["http://courier.example/"])
    found = {str(s["said_on"]): s for s in world.ledger(today)}
    assert found["2012-05-09"]["standing"] == "party"
    assert found["2025-09-10"]["standing"] == "withdrawn"
    assert found["2012-05-09"]["kind"] == "state", "defence minister from 2008 to December 2012"
    assert found["2025-09-10"]["kind"] == "former"


def test_asked_again_it_does_nothing_and_fetches_no_page(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    read(world, feeds=["http://courier.example/"])
    before = len(world.web.requests)
    assert read(world, feeds=["http://courier.example/"]) == {}
    assert len(world.web.requests) == before
    # Another stretch lists the same pages, and fetches none of them.
    with world.at(LATER) as services:
        done = backfill(
            services, "sitemap", START - timedelta(days=40), END, feeds=["http://courier.example/"]
        ).done
    assert done["again"] == 2
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)


def test_what_the_ledger_has_or_awaits_is_not_fetched_again(world: World) -> None:
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    with world.at() as services, services.database.writing() as session:
        waiting = session.get_one(Entry, 1)
        session.add(
            Entry(
                feed_id=1, url="http://ledger.example/waits", canonical_url="http://ledger.example/waits",
                title="Waits", summary="", content_hash="-", first_seen=waiting.first_seen, status="unread",
            )
        )  # fmt: skip
    keep(
        world, "ledger.example",
        [
            Old("/norway", "Norway rejects cluster munitions", LEAD, ISO),
            Old("/waits", "Cluster munitions await their reader", LEAD, ISO),
            Old("/2024/03/01/ferries", FERRIES, "Ferries.", "2024-03-01T08:00:00Z"),
        ],
    )  # fmt: skip
    done = read(world)
    assert (done["known"], done["skipped"], done.get("fetched", 0)) == (2, 1, 0)
    assert (asked(world, "/norway"), asked(world, "/waits"), asked(world, "/2024/03/01/ferries")) == (1, 0, 0)
    # Asked for all pages, those that were passed over by their title are read.
    assert read(world, pages="all")["read"] == 1


def test_to_announce_is_one_digest_and_one_only(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": ["desk@example.org"]},
        {"name": "weekly", "by": "email", "to": ["chief@example.org"], "mode": "weekly"},
    ]
    finland = Old("/2023/01/10/helsinki", "Helsinki condemns cluster bombs", FINLAND, "2023-01-10T09:00:00Z")
    keep(world, "courier.example", [FIRST, OLD, finland])
    world.serve("ledger.example", [])
    world.add("courier.example")
    done = read(world, announce=True)
    assert done["announced"] == 3
    with world.at(LATER) as services:
        assert deliver(services).done["sent"] == 3
        assert read(world, announce=True) == {}
        deliver(services)
    (subject,) = world.subjects()
    assert subject.startswith("From archives: 3 found late")
    rows = world.rows(DeliveryRow, LATER)
    assert {(r.recipient, r.mode, r.status) for r in rows} == {
        ("desk@example.org", "daily", "sent"), ("chief@example.org", "weekly", "queued"),
    }  # fmt: skip
    assert {s["alert"]["state"] for s in world.ledger(LATER)} == {"told"}


def test_a_feed_that_brings_it_today_is_heard(world: World) -> None:
    """An article of today's that an archive had first is told when its own feed brings it."""
    world.serve("ledger.example", [])
    world.add("ledger.example")
    world.run("2024-03-05T16:00:00+00:00")
    keep(world, "ledger.example", [Old("/norway", "Norway rejects cluster munitions", LEAD, ISO)])
    assert read(world, "2024-03-05T16:30:00+00:00")["read"] == 1
    assert world.inbox.taken == []
    pages = world.web.sites["ledger.example"]
    world.serve("ledger.example", [story()])
    world.web.sites["ledger.example"] |= {"/sitemap.xml": pages["/sitemap.xml"]}
    world.run()
    assert len(world.inbox.taken) == 1
    (statement,) = world.ledger()
    assert statement["alert"]["state"] == "told"


def test_a_page_that_is_gone_leaves_the_words_of_its_list(world: World) -> None:
    keep(world, "courier.example", [Old(PATH, f"Norway: {LEAD}", LEAD, ISO)])
    world.web.sites["courier.example"][PATH] = Reply("gone", status=410)
    done = read(world, feeds=["http://courier.example/"])
    assert (done["page_http_410"], done["read"], done["windows_done"]) == (1, 1, 2)
    (page,) = world.rows(BackfillPage, LATER)
    assert (page.status, page.reason) == ("read", "http_410")
    assert len(world.ledger(LATER)) == 1


def test_what_cannot_be_asked_is_said(world: World, tmp_path: Path) -> None:
    with world.at() as services:
        for source, feeds in (("sitemap", []), ("no-such-archive", []), ("sitemap", ["f9"])):
            with pytest.raises(UsageError):
                backfill(services, source, START, END, feeds=feeds)
        with pytest.raises(UsageError):
            backfill(services, "sitemap", END, START, feeds=["http://courier.example/"])
        paths = [str(tmp_path / name) for name in ("gone.jsonl", "odd.bin", "list.opml", "good.jsonl")]
        with pytest.raises(UsageError, match=r"no file .*gone\.jsonl"):
            backfill(services, "files", START, END, feeds=paths[:1])
        assert world.rows(Backfill) == []
        (tmp_path / "odd.bin").write_bytes(b"nothing")
        (tmp_path / "list.opml").write_bytes(b"<html>For sale</html>")
        (tmp_path / "good.jsonl").write_text(json.dumps({"id": "a", "text": LEAD, "published": ISO}))
        done = backfill(services, "files", START, END, feeds=paths)
    assert (done.done["read"], done.done["targets_left"], done.done["windows_failed"]) == (1, 2, 1)
    states = [state for state in ("no_file", "not_opml", "unknown_kind") if state in " ".join(done.refused)]
    assert len(states) == len(done.refused) == 3, "one bad file among many stops no other"
    assert len(world.ledger()) == 1


def test_a_plan_writes_nothing(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    with world.at() as services:
        planned = plan(services, "sitemap", START, END, feeds=["http://courier.example/"])
    assert len(planned) == 2
    assert sum(p.expected.pages or 0 for p in planned) == 2
    assert world.rows(Backfill) == []
    assert asked(world, OLD.path) == 0


def test_a_plan_knows_the_archive_s_own_pause_and_the_pages_pause() -> None:
    def seconds(expected: Expected, pause: float) -> float | None:
        return Planned("", Window(START, END), expected).seconds(pause)

    assert seconds(Expected(requests=10), 2.0) == 20
    assert seconds(Expected(requests=10, own=4, pause=6.0), 2.0) == 4 * 6 + 6 * 2
    assert seconds(Expected(requests=10, own=4, pause=1.5), 2.0) == 20, "the longer of the two holds"
    assert seconds(Expected(), 2.0) is None


def test_a_page_is_read_by_the_day_of_its_capture(world: World) -> None:
    """What was captured on a day was not published after it, and was built as its outlet built pages then."""
    html = (
        "<html><head><title>Vilnius keeps the ban</title></head><body><article>"
        f"<div class='article__text'><p>{OLD.words}</p><p>{BACKGROUND}</p></div>"
        f"<div class='more'><p>{FINLAND}</p></div></article></body></html>"
    )
    document = Document("r", url="http://rt.com/news/ban", html=html)
    later = replace(document, id="n", url="http://rt.com/news/ban-later")
    captured = datetime(2012, 5, 10, tzinfo=UTC)
    shelf = Shelf([ArchivedPage("r", document, captured=captured), ArchivedPage("n", later)])
    with world.at() as services:
        backfill(with_shelf(services, shelf), "sitemap", START, END, feeds=["http://rt.com/"])
    then, now = world.rows(ArticleVersion)
    assert "Finnish" not in then.text, "the layout that held until 2019 keeps other boxes out"
    assert "Finnish" in now.text


def test_thousands_of_the_past_do_not_touch_a_live_watch(world: World) -> None:
    """In small what benchmarks/backfill.py measures with 10,000: no alert, and the poll between is heard."""
    many = [
        ArchivedPage(
            f"old {n}",
            Document(
                f"old {n}", url=f"http://old.example/{n}", text=f"{LEAD.replace('Tuesday', 'Monday')} ({n})",
                title="Cluster munitions", published=When(START + timedelta(days=n), "day", "given"),
            ),
        )
        for n in range(60)
    ]  # fmt: skip
    heard: list[int] = []

    class Between(Shelf):
        def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
            for start in range(0, len(many), 20):
                if start == 40:
                    world.serve("ledger.example", [story()])
                    world.run("2024-03-05T18:10:00+00:00")
                    heard.append(len(world.inbox.taken))
                yield Batch(tuple(many[start : start + 20]), str(start) if start < 40 else None)

    world.serve("ledger.example", [])
    world.add("ledger.example")
    world.run("2024-03-05T17:00:00+00:00")
    with world.at() as services:
        done = backfill(
            with_shelf(services, Between([])), "sitemap", START, END, feeds=["http://old.example/"]
        )
    assert done.done["read"] == 60
    assert heard == [1], "the live statement is told while the past is read"
    world.run(LATER)
    assert len(world.inbox.taken) == 1
