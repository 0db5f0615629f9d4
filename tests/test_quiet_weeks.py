"""Nothing to say is said once a week, and what a digest says of feeds that are not heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from mailserver import DESK
from outbox import Clock
from sqlalchemy import select
from world import World, story

from monitor.model import Message, Outcome
from monitor.pipeline import deliver
from monitor.pipeline.services import Services
from monitor.pipeline.watch import watch_of
from monitor.store.outbox import suspend
from monitor.store.schema import Entry, Feed, NoticeRow

# The ledger of the tests is founded on Monday, 1 January 2024.
MONDAY = datetime(2024, 3, 4, 7, 0, tzinfo=UTC)


def weekly(world: World, mode: str = "weekly", *to: str) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "w", "by": "email", "to": list(to or (DESK,)), "mode": mode}]


def mails(world: World) -> list[tuple[str, str]]:
    found = []
    for to, raw in world.inbox.taken:
        message = message_from_bytes(raw, policy=policy.default)
        found.append((to, " ".join(str(message["Subject"]).split())))
    return found


def told_at(world: World, *moments: datetime) -> None:
    for moment in moments:
        with world.at(moment.isoformat()) as services:
            deliver(services)


NOTHING = "digest: nothing new (4 March 2024)"


def test_a_week_with_nothing_is_said_once_at_its_hour(world: World) -> None:
    weekly(world)
    told_at(world, MONDAY - timedelta(minutes=5))
    assert mails(world) == []
    told_at(world, MONDAY + timedelta(minutes=5), MONDAY + timedelta(hours=3), MONDAY + timedelta(days=2))
    assert mails(world) == [(DESK, f"Weekly {NOTHING}")]
    told_at(world, MONDAY + timedelta(days=7, minutes=5))
    assert mails(world)[1:] == [(DESK, "Weekly digest: nothing new (11 March 2024)")]


def test_days_with_nothing_are_silent_and_the_week_is_said(world: World) -> None:
    weekly(world, "daily")
    told_at(world, *(MONDAY + timedelta(days=n, minutes=1) for n in range(7)))
    assert mails(world) == [(DESK, f"Daily {NOTHING}")]


def test_who_had_something_hears_nothing_of_nothing(world: World) -> None:
    weekly(world, "daily")
    world.serve("fjord.example", [story()])
    world.add("fjord.example", time="2024-03-05T18:00:00+00:00")
    world.run("2024-03-05T18:00:00+00:00")
    told_at(world, *(MONDAY + timedelta(days=n, minutes=1) for n in range(2, 9)))
    assert [subject for _, subject in mails(world)] == ["Daily digest: 1 statement (6 March 2024)"]


def test_a_reader_of_two_digests_is_told_once_and_one_who_left_not_at_all(world: World) -> None:
    readers = [DESK, "left@example.org"]
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "a", "by": "email", "to": readers, "mode": "weekly"},
        {"name": "b", "by": "email", "to": readers, "mode": "daily", "digest_weekday": 1},
        {"name": "c", "by": "email", "to": ["paused@example.org"], "mode": "weekly",
         "paused_until": "2024-05-01T00:00:00Z"},
        {"name": "d", "by": "email", "to": ["instant@example.org"]},
    ]  # fmt: skip
    with world.at(MONDAY.isoformat()) as services, services.database.writing() as session:
        suspend(session, "email", "left@example.org", "by hand", services.now())
    told_at(world, *(MONDAY + timedelta(days=n, minutes=1) for n in range(3)))
    assert mails(world) == [(DESK, f"Weekly {NOTHING}")]


def test_a_ledger_of_less_than_a_week_and_a_program_that_was_off_say_nothing(world: World) -> None:
    weekly(world)
    told_at(world, datetime(2024, 1, 1, 8, tzinfo=UTC), MONDAY + timedelta(hours=25))
    assert mails(world) == []


class Killed(BaseException):
    """The process ends."""


class Dying:
    """Ends the process in the place of the first message."""

    def __init__(self, port: object) -> None:
        self.port, self.times = port, 0

    def send(self, message: Message, recipient: str) -> Outcome:
        self.times += 1
        if self.times == 1:
            raise Killed
        return self.port.send(message, recipient)  # type: ignore[attr-defined, no-any-return]


def test_a_kill_and_a_second_process_repeat_nothing(world: World) -> None:
    from dataclasses import replace

    weekly(world)
    at = (MONDAY + timedelta(minutes=1)).isoformat()
    with world.at(at) as one, world.at(at) as two:
        dying = replace(one, channels={"email": Dying(one.channels["email"])}, clock=Clock(one.now()))
        try:
            deliver(dying)
        except Killed:
            pass
        else:
            raise AssertionError("it was to be killed")
        deliver(two)
        assert mails(world) == [], "another process has it in hand"
        with two.database.writing() as session:
            row = session.scalars(select(NoticeRow)).one()
            row.lease_until = MONDAY - timedelta(days=1)  # the lease of the dead process is over
        deliver(two)
        deliver(dying)
    assert mails(world) == [(DESK, f"Weekly {NOTHING}")]
    first = message_from_bytes(world.inbox.taken[0][1])
    assert first["Message-ID"].startswith("<n1.")


def _silent(services: Services) -> None:
    """The feed had an entry every hour until ten days ago, and still answers."""
    with services.database.writing() as session:
        feed = session.scalars(select(Feed)).one()
        feed.last_ok_at = feed.last_polled_at = services.now()
        for n in range(30):
            at = services.now() - timedelta(days=10, hours=n)
            session.add(
                Entry(
                    feed_id=feed.id, title="-", summary="", content_hash=str(n), first_seen=at, status="read"
                )
            )


def test_a_silent_feed_and_blind_spots_are_seen_in_the_ledger(world: World) -> None:
    world.serve("fjord.example", [story()])
    world.add("fjord.example", title="Fjord Times", country="NO", language="en")
    world.run()
    with world.at() as services, services.database.reading() as session:
        seen = watch_of(session, services, services.now() - timedelta(days=7))
    assert (seen.feeds, seen.asked, seen.answered, seen.articles) == (1, 1, 1, 1)
    assert seen.unheard == ()
    assert "en" not in seen.blind_languages
    assert "ar" in seen.blind_languages
    assert "northern_europe" not in seen.blind_regions
    assert "western_asia" in seen.blind_regions
    later = "2024-04-05T18:00:00+00:00"
    with world.at(later) as services:
        _silent(services)
        with services.database.reading() as session:
            seen = watch_of(session, services, services.now() - timedelta(days=7))
    (feed,) = seen.unheard
    assert (feed.outlet, feed.trouble) == ("Fjord Times", "silent")
    assert feed.since.isoformat().startswith("2024-03-26T18:00")
    assert "en" in seen.blind_languages
    assert "northern_europe" in seen.blind_regions


def test_a_digest_names_what_is_held(world: World) -> None:
    weekly(world, "daily")
    held = story(
        "/b", "“We know about cluster munitions,” the ambassador said on Tuesday.", "An ambassador speaks"
    )
    world.serve("fjord.example", [story(), held])
    world.add("fjord.example", title="Fjord Times")
    world.run()
    told_at(world, datetime(2024, 3, 6, 8, tzinfo=UTC))
    ((_, raw),) = world.inbox.taken
    message = message_from_bytes(raw, policy=policy.default)
    text = " ".join(message.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    line = "h1: the ambassador, in Fjord Times, 5 March 2024 (the state could not be told)"
    assert f"- 1 × the state could not be told - the newest of them: - {line} http://fjord.example/b" in text
