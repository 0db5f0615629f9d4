"""Upkeep: feeds not heard, a ledger that is not sound, work left lying, old logs, an old register."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpsite import Reply, Request, serving
from sqlalchemy import delete, func, select, text, update
from test_officials_refresh import _all_well, _kind_of
from world import FINLAND, START, World, story

from monitor import app
from monitor.errors import StoreError
from monitor.officials import load_register
from monitor.officials.wikidata import kinds
from monitor.pipeline import check_feeds, check_ledger, find, newly_told, poll, read, remove_logs
from monitor.pipeline.officials import refresh
from monitor.pipeline.rearrange import undo
from monitor.pipeline.review import confirm, reject
from monitor.store.database import Database
from monitor.store.questions import open_issues
from monitor.store.schema import (
    Appearance,
    Article,
    ArticleVersion,
    ChannelRow,
    DeliveryRow,
    Entry,
    RecipientRow,
    ReportRow,
    Review,
)

HOST = "ledger.example"
LATER = "2024-04-20T18:00:00+00:00"


def open_now(world: World, code: str, at: str = START) -> dict[str, str]:
    """The open issues of a code, detail by subject."""
    with world.at(at) as services, services.database.reading() as session:
        return {row.subject: row.detail for row in open_issues(session) if row.code == code}


def test_a_silent_feed_is_an_issue_until_it_is_heard(world: World) -> None:
    world.serve(HOST, [story()])
    world.add(HOST)
    world.run()
    with world.at() as services:
        assert check_feeds(services).done == {"feeds": 1, "silent": 0, "failing": 0, "heard_again": 0}
    world.run(LATER)  # it answers, and has nothing new
    for _ in range(2):
        with world.at(LATER) as services:
            assert check_feeds(services).done["silent"] == 1
    (detail,) = open_now(world, "feed_silent", LATER).values()
    assert f"http://{HOST}/feed.xml" in detail
    assert "2024-03-05 18:00" in detail
    world.serve(HOST, [story(), story("/finland", FINLAND, "Finland condemns")])
    world.run(LATER)
    with world.at(LATER) as services:
        assert check_feeds(services).done["heard_again"] == 1
    assert open_now(world, "feed_silent", LATER) == {}


def test_a_feed_that_never_answers_is_failing_after_days(world: World) -> None:
    world.add("away.example")
    world.run()
    after = "2024-03-09T18:00:00+00:00"
    world.run(after)
    with world.at(after) as services:
        done = check_feeds(services).done
    assert (done["silent"], done["failing"]) == (0, 1)
    (detail,) = open_now(world, "feed_failing", after).values()
    assert "no answer since 2024-03-05" in detail


def test_a_sound_ledger_has_no_fault_and_a_broken_promise_is_an_issue(world: World) -> None:
    world.serve(HOST, [story(), story("/finland", FINLAND, "Finland condemns")])
    world.add(HOST)
    world.run()
    with world.at() as services:
        assert check_ledger(services).done == {"faults": 0, "waiting": 0, "closed": 0}
        with services.database.writing() as session:
            session.execute(delete(Appearance).where(Appearance.statement_id == 1))
    with world.at() as services:
        assert check_ledger(services).done["faults"] == 2
    found = open_now(world, "ledger_fault")
    assert "s1" in found
    assert any(subject.startswith("h") for subject in found)


def test_work_left_lying_is_an_issue_and_told_once_until_it_is_done(world: World) -> None:
    world.settings["ALERTS__OPERATORS"] = [{"by": "email", "to": ["ops@example.org"]}]
    world.serve(HOST, [story(), story("/finland", FINLAND, "Helsinki on cluster bombs")])
    world.add(HOST)
    world.run()
    with world.at() as services, services.database.writing() as session:
        session.execute(update(Entry).where(Entry.id == 1).values(status="unread"))
        session.execute(update(ArticleVersion).where(ArticleVersion.id == 1).values(judged_at=None))
        hour_ago = datetime.fromtimestamp(time.time(), UTC) - timedelta(hours=2)
        session.execute(update(DeliveryRow).values(status="leased", lease_owner="gone", lease_until=hour_ago))
        session.execute(
            update(DeliveryRow).where(DeliveryRow.id > 1).values(status="queued", lease_until=None)
        )
    assert len(world.inbox.taken) == 2
    with world.at() as services:
        assert check_ledger(services).done["waiting"] == 1, "all but the lease may wait for some hours"
    evening = "2024-03-06T18:00:00+00:00"
    with world.at(evening) as services:
        assert check_ledger(services).done["waiting"] == 4
        assert check_ledger(services).done == {"faults": 0, "waiting": 4, "closed": 0}
    found = open_now(world, "backlog", evening)
    assert set(found) == {"read", "find", "deliver"}
    assert found["read"].startswith("1 items wait since 2024-03-05")
    assert found["deliver"].startswith("1 by email were due at 2024-03-05 18:00 and later; 1 were taken")
    notices = [f"Clusterwatch: work is left lying: {stage}" for stage in ("deliver", "read", "find")]
    assert world.subjects()[2:] == notices, "each once"
    world.run(evening)
    with world.at(evening) as services:
        assert check_ledger(services).done == {"faults": 0, "waiting": 0, "closed": 3}
    assert len(world.inbox.taken) == 2 + len(notices) + 2


def test_what_was_edited_or_judged_anew_has_not_waited_since_it_was_first_met(world: World) -> None:
    world.serve(HOST, [story()])
    world.add(HOST)
    world.run()
    with world.at() as services, services.database.writing() as session:  # its page was away for a while
        session.execute(update(Article).values(gone_since=services.now()))
        session.execute(update(ReportRow).values(status="withdrawn"))
    world.serve(HOST, [replace(story(), title="Norway rejects all cluster munitions")])
    with world.at(LATER) as services:
        for stage, waits in ((poll, Entry.status == "unread"), (read, ArticleVersion.judged_at.is_(None)),
                             (find, ReportRow.status == "changed")):  # fmt: skip
            stage(services)
            with services.database.reading() as session:
                assert session.scalar(select(func.count()).where(waits)), stage.__name__
            assert check_ledger(services).done["waiting"] == 0, stage.__name__
    with world.at("2024-04-21T01:00:00+00:00") as services:
        assert check_ledger(services).done["waiting"] == 1, "seven hours later it is too long"


def test_a_held_report_that_a_person_lets_go_on_waits_since_then(world: World) -> None:
    lead = "“We know about cluster munitions,” the ambassador said on Tuesday."
    world.serve(HOST, [replace(story("/a", lead, "On cluster munitions"), summary="He spoke.")])
    world.add(HOST)
    world.run()
    (report,) = world.rows(ReportRow)
    assert report.status == "held"
    with world.at(LATER) as services:
        confirm(services, [("h", report.id)], by="Ada", why=None)
        assert world.rows(ReportRow)[0].status == "waiting"
        assert check_ledger(services).done["waiting"] == 0
    with world.at("2024-04-22T18:00:00+00:00") as services:
        reject(services, [("h", report.id)], by="Ada", why=None)
        undo(services, max(row.id for row in world.rows(Review)), by="Ada", why=None)
        assert world.rows(ReportRow)[0].status == "waiting"
        assert check_ledger(services).done["waiting"] == 0, "what was rejected in between waits anew"


def test_a_ledger_of_an_older_version_keeps_its_rows_and_what_waits_in_them(
    world: World, ledger_url: str
) -> None:
    world.serve(HOST, [story()])
    world.add(HOST)
    world.run()
    before = world.ledger()
    with world.at() as services, services.database.writing() as session:
        session.execute(update(Entry).values(status="unread"))
    database = Database(ledger_url)
    database.downgrade("0008")
    assert database.upgrade() == "0008"
    database.dispose()
    assert world.ledger() == before
    with world.at("2024-03-06T18:00:00+00:00") as services:
        assert check_ledger(services).done["waiting"] == 1, "it waits since it was first met"


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_what_is_known_to_wait_is_not_left_lying(world: World) -> None:
    """A channel that is down is told by itself, and a reader may be left in peace for hours."""
    world.serve(HOST, [story()])
    world.add(HOST)
    world.run()
    evening = "2024-03-06T18:00:00+00:00"
    soon = datetime(2024, 3, 6, 19, tzinfo=UTC)
    with world.at() as services, services.database.writing() as session:
        session.execute(update(DeliveryRow).values(status="delayed"))
        session.execute(update(RecipientRow).values(free_at=soon))
    with world.at(evening) as services:
        assert check_ledger(services).done["waiting"] == 0
        with services.database.writing() as session:
            session.execute(update(RecipientRow).values(free_at=None))
        assert check_ledger(services).done["waiting"] == 1
        with services.database.writing() as session:
            session.execute(update(ChannelRow).values(down_since=soon))
        assert check_ledger(services).done["waiting"] == 0


def test_a_damaged_database_is_told_at_once(world: World) -> None:
    world.serve(HOST, [story()])
    world.add(HOST)
    world.run()
    with world.at() as services:
        if not services.database.sqlite:
            with services.database.writing() as session:
                session.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
                                     "'ix_entries_status'::regclass"))  # fmt: skip
        else:
            raw = services.database.engine.raw_connection()
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
            raw.cursor().execute("UPDATE entries SET feed_id = 99")
            raw.close()
        with pytest.raises(StoreError, match="damaged: 1 faults"):
            check_ledger(services)
    assert "database" in open_now(world, "ledger_fault")


def test_each_told_statement_is_fresh_once(world: World) -> None:
    world.serve(HOST, [story()])
    world.add(HOST)
    with world.at() as services:
        assert newly_told(services) is None
    world.run()
    with world.at() as services:
        first = newly_told(services)
        assert first is not None
        assert first.statements == (1,)
        assert newly_told(services, first.last) is None
    world.serve("herald.example", [story("/old", FINLAND, "Finland condemns")])
    world.add("herald.example", from_start=False, time="2024-03-05T19:00:00+00:00")
    world.run("2024-03-05T19:00:00+00:00")
    with world.at("2024-03-05T19:00:00+00:00") as services:
        assert newly_told(services, first.last) is None, (
            "what a baseline keeps silent is not told here either"
        )
    with world.at("2024-05-05T19:00:00+00:00") as services:
        assert newly_told(services) is None, "who asks first is not told all the past"


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_old_logs_go_and_others_stay(world: World, tmp_path: Path) -> None:
    logs, outside = tmp_path / "logs", tmp_path / "outside"
    (logs / "old").mkdir(parents=True)
    outside.mkdir()
    (logs / "link").symlink_to(outside)
    for file in (logs / "old" / "a.log", logs / "b.log", logs / "new.log", outside / "c.log"):
        file.write_text("12345")
    past = time.time() - 40 * 86400
    for file in (logs / "old" / "a.log", logs / "b.log", outside / "c.log", logs / "old"):
        os.utime(file, (past, past))
    with world.at() as services:
        done = remove_logs(services, str(logs), 30)
        assert (done.done["files"], done.done["bytes"], done.refused) == (2, 10, ())
        assert remove_logs(services, str(tmp_path / "nowhere"), 30).done == {}
    assert sorted(p.name for p in logs.iterdir() if p.name != "old") == ["link", "new.log"]
    assert (outside / "c.log").exists()


@pytest.fixture
def wikidata() -> Iterator[tuple[str, list[str]]]:
    """Where a made-up Wikidata answers, and the one kind of office with which it has trouble."""
    trouble = ["defence_ministers"]

    def reply(request: Request, time: int) -> Reply:
        name = _kind_of(request)
        return (200, {}, b"no answer") if name == trouble[0] else _all_well(name, time)

    with serving(reply) as site:
        yield site.url.removeprefix("http://").rstrip("/"), trouble


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_the_register_is_refreshed_once_a_week(
    world: World, wikidata: tuple[str, list[str]], tmp_path: Path
) -> None:
    place, trouble = wikidata
    with world.at() as services:
        assert app.refresh_register(services).done == {"no_contact": 1}
    world.settings |= {
        "FETCH__CONTACT": "desk@example.org",
        "FETCH__CONNECT_TO": {"query.wikidata.org": place},
        "REGISTER__REFRESHED": str(tmp_path / "list.csv"),
    }
    before, trouble[0] = trouble[0], ""
    with world.at("2024-02-20T18:00:00+00:00") as services:  # a first list, as a person would take it
        fetcher = app.patient_fetcher_of(services.settings, services.clock)
        refresh(load_register(), tmp_path / "list.csv", services.now(), fetcher, allow_loss=True)
    trouble[0] = before
    with world.at() as services:
        done = app.refresh_register(services).done
    assert (done["kept"], done["refreshed"]) == (1, len(kinds()) - 1)
    assert set(open_now(world, "register_old")) == set(trouble)
    trouble[0] = ""
    with world.at() as services:
        assert app.refresh_register(services).done["refreshed"] == len(kinds()), "what failed is asked again"
    assert open_now(world, "register_old") == {}
    with world.at("2024-03-11T18:00:00+00:00") as services:
        assert app.refresh_register(services).done == {"fresh": 1}
    world.settings["REGISTER__REFRESHED"] = ""
    with world.at() as services:
        assert app.refresh_register(services).done == {"no_list": 1}
