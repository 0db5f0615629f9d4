"""What the outbox remembers: channels that are down, recipients in peace or suspended, each state's story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from httpsite import Site
from httpsite import serving as web_serving
from mailserver import DESK, free_port
from outbox import NOON, Clock, at_noon, fill, settings_for, states_of
from slackserver import Workspace
from sqlalchemy import select
from world import World

from alerts.channels.email import EmailSettings
from alerts.channels.email import build as build_email
from alerts.channels.slack import SlackChannel, SlackSettings
from alerts.channels.slack import build as build_slack
from alerts.links import UNSUBSCRIBE, Links, claimed
from monitor.model import Changed
from monitor.pipeline import deliver
from monitor.pipeline.again import write_update
from monitor.pipeline.feedback import LEFT, leave
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.ports import Channel
from monitor.store.alerts import alert_of, next_delivery
from monitor.store.outbox import find_channel, latest_events, resume, suspended
from monitor.store.questions import open_issues
from monitor.store.schema import DeliveryRow, NoticeRow, RecipientRow, StatementRow
from monitor.updates import Change

SECOND = "second@example.org"

#: A connection that nobody closes, the program's or a test's, is a fault.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def mended(world: World) -> Iterator[dict[str, Channel]]:
    """Mail by the server that is there, for a program whose own was not."""
    port = int(world.settings["ALERTS__EMAIL__PORT"])
    channel = build_email(EmailSettings("127.0.0.1", port, "off", timeout=5.0))
    yield {"email": channel}
    channel.close()


def slack_of(site: Site, pace: float = 0.0) -> SlackChannel:
    return build_slack(SlackSettings(token="xoxb-1", api_url=f"{site.url}/api", pace=pace))


def rows(services: Services, table: Any = DeliveryRow) -> list[Any]:
    with services.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def issues(services: Services) -> list[str]:
    with services.database.reading() as session:
        return [i.code for i in open_issues(session)]


# --- a channel that is down -----------------------------------------------------------------------------


def test_a_channel_that_is_down_costs_no_message_and_is_looked_at_again_soon(
    world: World, mended: dict[str, Channel]
) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK, SECOND]})
    nobody = build_email(EmailSettings("127.0.0.1", free_port(), "off", timeout=2.0))
    with at_noon(world, email=nobody) as (services, clock):
        fill(services, 3)
        done = deliver(services).done
        assert (done["delayed"], done["waiting"]) == (2, 4), "two tries tell that it is down"
        assert deliver(services).done["waiting"] == 4, "it is left alone for half a minute"
        with services.database.reading() as session:
            state, soon = find_channel(session, "email"), next_delivery(session, clock.now())
        assert state is not None
        assert state.down_since is not None
        assert soon is not None
        assert timedelta(seconds=20) < soon - clock.now() <= timedelta(seconds=30)
        clock.forward(hours=5)
        deliver(services)
        assert issues(services) == ["channel_down"]
        works = replace(services, channels=mended)
        clock.forward(seconds=31)
        assert deliver(works).done["sent"] == 6
        assert issues(services) == []


def test_operators_are_told_by_another_channel_once_and_when_it_is_back(
    world: World, mended: dict[str, Channel]
) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK]})
    world.settings["ALERTS__OPERATORS"] = [{"by": "slack", "to": ["C0OPS"]}, {"by": "email", "to": [DESK]}]
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    rooms = Workspace()
    nobody = build_email(EmailSettings("127.0.0.1", free_port(), "off", timeout=2.0))
    with web_serving(rooms) as site, at_noon(world, email=nobody, slack=slack_of(site)) as (services, clock):
        fill(services, 1)
        for _ in range(6):  # 25 minutes
            deliver(services)
            assert rooms.posts == []
            clock.forward(minutes=5)
        for _ in range(3):
            deliver(services)
            clock.forward(minutes=5)
        assert [p["channel"] for p in rooms.posts] == ["C0OPS"]
        assert rooms.posts[0]["text"] == "Clusterwatch: alerts by email do not get through"
        works = replace(services, channels={**services.channels, **mended})
        for _ in range(3):
            deliver(works)
            clock.forward(minutes=5)
    assert [p["text"] for p in rooms.posts][1:] == ["Clusterwatch: alerts by email get through again"]
    assert [to for to, _ in world.inbox.taken] == [DESK], "the channel itself tells nothing of itself"


def test_a_notice_that_cannot_be_sent_waits_and_is_sent_once(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK]})
    world.settings["ALERTS__OPERATORS"] = [{"by": "slack", "to": ["C0OPS"]}]
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    rooms = Workspace(plan=lambda channel, nth: "500" if nth == 1 else None)
    nobody = build_email(EmailSettings("127.0.0.1", free_port(), "off", timeout=2.0))
    with web_serving(rooms) as site, at_noon(world, email=nobody, slack=slack_of(site)) as (services, clock):
        fill(services, 1)
        deliver(services)
        clock.forward(minutes=31)
        deliver(services)
        assert [n.status for n in rows(services, NoticeRow)] == ["delayed"]
        for _ in range(3):
            clock.forward(minutes=5)
            deliver(services)
        assert [n.status for n in rows(services, NoticeRow)] == ["sent"]
    assert len(rooms.posts) == 1


def test_what_a_clock_that_ran_ahead_has_put_off_is_tried_when_it_is_back(
    world: World, mended: dict[str, Channel]
) -> None:
    """A channel that is down, a reader who is asked to wait, a notice: none waits for years."""
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK], "slack": ["C0PRESS"]})
    world.settings["ALERTS__OPERATORS"] = [{"by": "slack", "to": ["C0OPS"]}]
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    ahead = [True]
    rooms = Workspace(plan=lambda channel, nth: "500" if ahead else None)
    nobody = build_email(EmailSettings("127.0.0.1", free_port(), "off", timeout=2.0))
    with web_serving(rooms) as site, at_noon(world, email=nobody, slack=slack_of(site)) as (services, clock):
        fill(services, 1)
        clock.forward(days=2000)
        deliver(services)
        clock.forward(minutes=31)
        deliver(services)
        assert {n.status for n in rows(services, NoticeRow)} == {"delayed"}
        ahead.clear()
        clock.forward(days=-2000)
        works = replace(services, channels={**services.channels, **mended})
        deliver(works)
        clock.forward(minutes=1)
        deliver(works)
        assert states_of(services) == {"sent": 2}
        assert {n.status for n in rows(services, NoticeRow)} == {"sent"}
    assert len(world.inbox.taken) == 1
    assert sum(p["channel"] == "C0PRESS" for p in rooms.posts) == 1


def test_a_reader_whom_a_clock_that_ran_ahead_left_in_peace_is_told_when_it_is_back(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK, SECOND]})
    ahead = [True]
    world.inbox.on_rcpt = lambda address, nth: "451 later" if ahead and address == DESK else None
    with at_noon(world) as (services, clock):
        fill(services, 1)
        clock.forward(days=2000)
        assert deliver(services).done["delayed"] == 1
        ahead.clear()
        clock.forward(days=-2000)
        assert deliver(services).done["sent"] == 1


# --- a recipient's own state ----------------------------------------------------------------------------


def test_refusals_in_a_row_suspend_a_recipient_until_a_person_resumes_it(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK, SECOND]})
    world.settings["ALERTS__SUSPEND_AFTER"] = "3"
    answers = {"gone": True}
    world.inbox.on_rcpt = lambda address, nth: (
        "550 no such user" if address == DESK and answers["gone"] else None
    )
    with at_noon(world) as (services, clock):
        fill(services, 5)
        done = deliver(services).done
        assert (done["sent"], done["refused"]) == (5, 3)
        fill(services, 1, 5)
        deliver(services)
        mine = Counter(d.status for d in rows(services) if d.recipient == DESK)
        assert mine == {"refused": 3, "suspended": 3}
        assert world.inbox.recipients.count(DESK) == 3, "it is not asked again"
        assert "recipient_suspended" in issues(services)
        answers["gone"] = False
        with services.database.writing() as session:
            (state,) = suspended(session)
            assert "550 no such user" in str(state.suspended_why)
            assert resume(session, "email", DESK, clock.now()) == 3
        assert deliver(services).done["sent"] == 3
        assert states_of(services) == {"sent": 9, "refused": 3}


def test_an_accepted_message_ends_a_row_of_refusals(world: World) -> None:
    world.settings["ALERTS__SUSPEND_AFTER"] = "2"
    world.inbox.on_rcpt = lambda address, nth: "550 not this one" if nth % 2 else None
    with at_noon(world) as (services, _):
        fill(services, 6)
        assert deliver(services).done == {"released": 0, "sent": 3, "refused": 3}


def test_what_waits_longer_than_five_days_is_given_up_for_that_recipient_alone(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK, SECOND]})
    world.inbox.on_rcpt = lambda address, nth: "451 4.2.2 mailbox full" if address == DESK else None
    with at_noon(world) as (services, clock):
        fill(services, 1)
        tries = []
        while any(d.status in ("queued", "delayed") for d in rows(services)):
            deliver(services)
            tries.append(world.inbox.recipients.count(DESK))
            clock.forward(hours=1)
            assert clock.now() - NOON < timedelta(days=7)
        last = {d.recipient: d for d in rows(services)}
    assert (last[SECOND].status, last[DESK].status) == ("sent", "refused")
    assert "given up" in last[DESK].last_error
    assert timedelta(days=5) < clock.now() - NOON < timedelta(days=5, hours=8)
    assert 20 < tries[-1] < 30, "with a back-off"


def test_a_recipient_whose_messages_are_put_off_is_left_in_peace(world: World) -> None:
    world.inbox.on_rcpt = lambda address, nth: "451 4.7.1 greylisted" if nth <= 1 else None
    with at_noon(world) as (services, clock):
        fill(services, 4)
        deliver(services)
        deliver(services)
        assert len(world.inbox.recipients) == 1
        clock.forward(seconds=61)
        deliver(services)
        clock.forward(seconds=61)
        deliver(services)
    assert len(world.inbox.taken) == 4


def test_what_slack_asks_to_wait_holds_after_a_restart_and_for_that_channel_only(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"slack": ["C1", "C2"]})
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    rooms = Workspace(plan=lambda channel, nth: "429" if nth == 1 else None)
    with web_serving(rooms) as site:
        with at_noon(world, slack=slack_of(site)) as (services, _):
            fill(services, 2)
            deliver(services)
            assert Counter(p["channel"] for p in rooms.posts) == {"C2": 2}
        tries = rooms.tries
        with at_noon(world, slack=slack_of(site)) as (services, clock):  # a new process
            clock.forward(seconds=10)
            deliver(services)
            assert rooms.tries == tries, "Retry-After was 30 seconds"
            clock.forward(seconds=60)
            deliver(services)
    assert Counter(p["channel"] for p in rooms.posts) == {"C1": 2, "C2": 2}


def test_one_message_a_second_a_channel_and_the_channels_take_turns(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"slack": ["C1", "C2"], "email": [DESK]})
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    rooms = Workspace()
    with web_serving(rooms) as site, at_noon(world, slack=slack_of(site, pace=0.4)) as (services, _):
        fill(services, 3)
        deliver(services)
        sent = {d.channel: d.sent_at for d in rows(services)[::-1]}
    for times in rooms.times.values():
        assert len(times) == 3
        assert all(b - a >= 0.39 for a, b in pairwise(times))
    assert abs(rooms.times["C1"][-1] - rooms.times["C2"][-1]) < 0.4, "side by side"
    assert sent["email"] <= sent["slack"] + timedelta(seconds=1), "mail does not wait for Slack's pace"


def test_a_delivery_for_a_channel_that_is_no_more_waits(world: World) -> None:
    with at_noon(world) as (services, _):
        fill(services, 1)
        without = replace(services, channels={})
        assert deliver(without).done["delayed"] == 1
        assert issues(services) == ["channel_down"]


# --- order, threads, withdrawal -------------------------------------------------------------------------


def test_an_update_waits_for_its_first_message_and_follows_it(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"slack": ["C1"]})
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    rooms = Workspace()
    with web_serving(rooms) as site, at_noon(world, slack=slack_of(site)) as (services, _):
        fill(services, 1)
        with services.database.writing() as session:
            statement = session.scalars(select(StatementRow)).one()
            first = alert_of(session, statement.id)
            assert first is not None
            had = session.scalars(select(DeliveryRow)).one()
            had.status = "sent"
            told, change = (
                told_of(session, services, statement),
                Change((Changed("independent", "3"),), loud=True),
            )
            write_update(services, session, statement, first, None, change, {}, told)
            had.status = "queued"
        assert deliver(services).done["sent"] == 2
    first_post, update = rooms.posts
    assert update["thread_ts"] == first_post["ts"]
    assert "in 3 independent outlets" in str(update["blocks"])
    assert first_post["edited"] is True
    assert "in 3 independent outlets" not in str(first_post["blocks"])


def test_what_was_withdrawn_before_it_was_told_is_dropped_and_nobodys_fault(world: World) -> None:
    with at_noon(world) as (services, _):
        fill(services, 1)
        with services.database.writing() as session:
            session.scalars(select(StatementRow)).one().review = "rejected"
        done = deliver(services)
        assert done.done["dropped"] == 1
        assert done.refused == ()
        assert issues(services) == []


# --- leaving, and the story -----------------------------------------------------------------------------


def test_a_reader_leaves_by_the_link_in_the_mail(world: World) -> None:
    links = Links("https://watch.example", b"0123456789abcdef")
    with at_noon(world) as (made, clock):
        services = replace(made, links=links)
        fill(services, 2)
        deliver(services)
        header = world.inbox.taken[0][1].split(b"List-Unsubscribe: <")[1].split(b">")[0].decode()
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in world.inbox.taken[0][1]
        token = header.removeprefix(f"https://watch.example/{UNSUBSCRIBE}/")
        claim = claimed(token)
        with services.database.writing() as session:
            row = session.get_one(DeliveryRow, claim.delivery)
            links.prove(claim, UNSUBSCRIBE, row.message_id, clock.now())
            leave(services, session, row)
        fill(services, 1, 2)
        deliver(services)
        (state,) = rows(services, RecipientRow)
        assert state.suspended_why == LEFT
        assert states_of(services) == {"sent": 2, "suspended": 1}


def test_each_delivery_has_its_story_in_the_servers_words(world: World) -> None:
    world.inbox.on_rcpt = lambda address, nth: "451 4.7.1 greylisted" if nth == 1 else None
    with at_noon(world) as (services, clock):
        fill(services, 1)
        deliver(services)
        clock.forward(minutes=2)
        deliver(services)
        with services.database.reading() as session:
            story = [event for event, _ in reversed(latest_events(session, [1], 10))]
    assert [(e.status, e.words) for e in story] == [("delayed", "451 4.7.1 greylisted"), ("sent", "250 OK")]
    assert story[1].at - story[0].at >= timedelta(minutes=2)


def test_the_clock_of_these_tests_runs_and_moves() -> None:
    clock = Clock()
    clock.forward(hours=1)
    assert timedelta(hours=1) <= clock.now() - NOON < timedelta(hours=1, minutes=1)
