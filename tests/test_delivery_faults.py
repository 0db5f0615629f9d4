"""A seeded plan of faults: nothing is lost, and what comes twice has the same Message-ID.

CLUSTERWATCH_FAULT_ALERTS says how many alerts; a thousand take a few minutes.
"""

from __future__ import annotations

import os
import random
import ssl
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from httpsite import serving as web_serving
from mailserver import Inbox, free_port, make_certificate, serving, serving_at
from outbox import at_noon, fill, settings_for, states_of
from slackserver import FAULTS, Workspace
from world import World

from alerts.channels.email import EmailSettings
from alerts.channels.email import build as build_email
from alerts.channels.slack import SlackChannel, SlackSettings
from alerts.channels.slack import build as build_slack
from monitor.pipeline import deliver
from monitor.store.questions import open_issues
from monitor.store.schema import DeliveryRow, RecipientRow

ALERTS = int(os.environ.get("CLUSTERWATCH_FAULT_ALERTS", "40"))
DEAD, GREY = "gone@example.org", "grey@example.org"
READERS = [*(f"r{n}@example.org" for n in range(6)), GREY, DEAD]
ROOMS = ["C0DESK", "#press"]
#: Of a thousand contents, how many meet which fault, and of a thousand recipients named.
CONTENT = {"cut": 3, "lost 250": 3, "stall": 1, "421 4.3.2 closing": 3, "451 4.3.0 try later": 5}
NAMED = {"421 4.7.0 too many": 2, "451 4.7.1 later": 5}


class Plan:
    """What goes wrong, from one seed; keeps what had a doubtful end, which alone may come twice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.doubtful: set[str] = set()
        self.met: Counter[str] = Counter()

    def pick(self, table: dict[str, int]) -> str | None:
        point = self.dice.randrange(1000)
        for fault, share in table.items():
            if point < share:
                self.met[fault] += 1
                return fault
            point -= share
        return None

    def on_rcpt(self, address: str, nth: int) -> str | None:
        if address == DEAD:
            return "550 5.1.1 no such user"
        if address == GREY and nth <= 2:
            return "451 4.7.1 greylisted"
        return self.pick(NAMED)

    def on_content(self, address: str, content: bytes) -> str | None:
        fault = self.pick(CONTENT)
        if fault in ("cut", "lost 250", "stall"):
            self.doubtful.add(str(message_from_bytes(content)["Message-ID"]).strip())
        return fault

    def on_starttls(self, nth: int) -> str | None:
        return "454 4.7.0 TLS not available" if nth % 7 == 3 else None

    def on_post(self, channel: str, nth: int) -> str | None:
        return self.pick(dict.fromkeys(FAULTS, 8))


def secured(folder: Path) -> tuple[ssl.SSLContext, str]:
    made = make_certificate(folder, [x509.IPAddress(ip_address("127.0.0.1"))])
    return made.server(), str(made.path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 20])
def test_nothing_is_lost_and_nothing_comes_twice_but_what_was_in_doubt(
    world: World, tmp_path: Path, seed: int
) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": READERS, "slack": ROOMS})
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    plan, context = Plan(seed), secured(tmp_path)
    inbox = Inbox(plan.on_rcpt, on_content=plan.on_content, on_starttls=plan.on_starttls, stall=3.0)
    rooms = Workspace({"press": "C0PRESS"}, plan.on_post)
    with (
        serving(inbox, tls_context=context[0], require_starttls=True) as port,
        web_serving(rooms) as site,
    ):
        email = build_email(
            EmailSettings("127.0.0.1", port, "starttls", timeout=20.0, data_timeout=2.0, ca_file=context[1])
        )
        settings = SlackSettings(token="xoxb-1", api_url=f"{site.url}/api", pace=0.0)
        with at_noon(world, email=email) as (made, clock):
            slack = SlackChannel(settings, lambda: clock.now().timestamp())
            services = replace(made, channels={**made.channels, "slack": slack})
            fill(services, ALERTS)
            first = deliver(services)
            for _ in range(1500):
                if not {"queued", "delayed", "leased"} & states_of(services).keys():
                    break
                clock.forward(seconds=35)
                deliver(services)
            email.close()
            rows = world.rows(DeliveryRow)
            dead = next(r for r in world.rows(RecipientRow) if r.recipient == DEAD)
    _all_told(rows, inbox, rooms, plan)
    assert dead.suspended_at is not None
    assert Counter(r.status for r in rows if r.recipient == DEAD) == {"refused": 5, "suspended": ALERTS - 5}
    assert first.done["sent"] > 0


def _all_told(rows: list[Any], inbox: Inbox, rooms: Workspace, plan: Plan) -> None:
    assert len(rows) == ALERTS * (len(READERS) + len(ROOMS))
    living = [r for r in rows if r.recipient != DEAD]
    assert {r.status for r in living} == {"sent"}, Counter(r.status for r in living)
    taken = Counter(
        (to, str(message_from_bytes(content)["Message-ID"]).strip()) for to, content in inbox.taken
    )
    wanted = {(r.recipient, r.message_id) for r in living if r.channel == "email"}
    assert set(taken) == wanted, "each reader has each alert, and nothing else"
    twice = {message for (_, message), times in taken.items() if times > 1}
    assert twice <= plan.doubtful, "only what had a doubtful end may come again"
    ids = {"#press": "C0PRESS"}
    posted = {(ids.get(r.recipient, r.recipient), r.message_id) for r in living if r.channel == "slack"}
    assert rooms.told() == Counter(posted), "Slack's history is asked, so nothing comes twice there"


@pytest.mark.parametrize("dead", ["550 5.1.1 no such user", "451 4.7.1 later", "421 4.7.0 not you"])
def test_one_dead_recipient_delays_no_other(world: World, dead: str) -> None:
    others = READERS[:3]
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DEAD, *others]})
    world.inbox.on_rcpt = lambda address, nth: dead if address == DEAD else None
    with at_noon(world) as (services, _):
        fill(services, 6)
        done = deliver(services).done
    assert done["sent"] == 6 * len(others)
    assert Counter(to for to, _ in world.inbox.taken) == dict.fromkeys(others, 6)


@pytest.mark.slow
def test_a_mail_server_down_for_six_hours(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": READERS[:4]})
    world.settings["ALERTS__SLACK__TOKEN"] = "xoxb-1"
    world.settings["ALERTS__OPERATORS"] = [{"by": "slack", "to": ["C0OPS"]}]
    rooms, port = Workspace(), free_port()
    with web_serving(rooms) as site:
        email = build_email(EmailSettings("127.0.0.1", port, "off", timeout=5.0))
        slack = build_slack(SlackSettings(token="xoxb-1", api_url=f"{site.url}/api", pace=0.0))
        with at_noon(world, email=email, slack=slack) as (services, clock):
            began = clock.now()
            for hour in range(6):
                fill(services, ALERTS // 8, hour * (ALERTS // 8))
                for _ in range(12):
                    assert "sent" not in deliver(services).done
                    clock.forward(minutes=5)
            assert [p["text"] for p in rooms.posts] == ["Clusterwatch: alerts by email do not get through"]
            assert "12:00" in str(rooms.posts[0]["blocks"])
            back = clock.now()
            with serving_at(world.inbox, port):
                while clock.now() - back < timedelta(minutes=1):
                    deliver(services)
                    if states_of(services).keys() == {"sent"}:
                        break
                    clock.forward(seconds=5)
                rows = world.rows(DeliveryRow)
                assert {d.status for d in rows} == {"sent"}
                assert (back - began).total_seconds() >= 6 * 3600
                deliver(services)
                email.close()
            with services.database.reading() as session:
                assert [i.code for i in open_issues(session)] == []
    assert len(world.inbox.taken) == len(rows) == 6 * (ALERTS // 8) * 4
    assert [p["text"] for p in rooms.posts][1:] == ["Clusterwatch: alerts by email get through again"]
