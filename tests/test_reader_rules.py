"""Rules of readers in the program: groups of states, silences, embargoes, pauses, and a trial of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from commands import Command
from mailserver import DESK
from told import TOLD
from world import FINLAND, START, World, story

from alerts.subscriptions import silenced, wants
from monitor.app import rules_of, silences_of
from monitor.errors import SettingsError
from monitor.model import SilenceRule, SubscriptionRule
from monitor.pipeline.metrics import metrics_text
from monitor.settings import Settings, load
from monitor.store.schema import DeliveryRow

NOW = datetime(2024, 3, 5, 18, tzinfo=UTC)
SOON = "2024-03-07T00:00Z"
LATER = NOW + timedelta(days=2)
RULE = SubscriptionRule("desk")
SILENCE = SilenceRule("drill", "an exercise", LATER)


# --- groups of states ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "group"),
    [
        ("party", "@parties"),
        ("signatory", "@signatories"),
        ("withdrawn", "@withdrawn"),
        ("non_signatory", "@non_signatories"),
        (None, None),
    ],
)
def test_groups_by_standing_on_the_day_said(standing: str | None, group: str | None) -> None:
    told = replace(TOLD, standing=standing)
    for name in ("@parties", "@signatories", "@withdrawn", "@non_signatories"):
        assert wants(replace(RULE, states=(name,)), told)[0] == (name == group)
    assert wants(replace(RULE, states=("@parties", told.speaker.state or "")), told)[0]


def _settings(**tables: object) -> Settings:
    return Settings.model_validate(tables)


def test_a_users_own_group_is_opened() -> None:
    settings = _settings(
        groups={"baltic": ("EE", "LV", "LT")},
        subscriptions=[{"name": "a", "states": ["@baltic", "PL", "@parties"]}],
        silences=[{"name": "s", "reason": "r", "until": "2024-03-07T00:00:00Z", "states": ["@baltic"]}],
    )
    assert rules_of(settings)[0].states == ("EE", "LV", "LT", "PL", "@parties")
    assert silences_of(settings)[0].states == ("EE", "LV", "LT")


def test_a_code_is_a_state_though_a_group_is_called_so() -> None:
    settings = _settings(groups={"EE": ("LV", "LT")}, subscriptions=[{"name": "a", "states": ["EE", "@EE"]}])
    assert rules_of(settings)[0].states == ("EE", "LV", "LT")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"SUBSCRIPTIONS": [{"name": "a", "states": ["@nordic"]}]}, "no such group: @nordic"),
        ({"GROUPS": {"parties": ["NO"]}}, "cannot be called 'parties'"),
        ({"GROUPS": {"north": ["@parties"]}}, "holds states"),
        ({"SILENCES": [{"name": "s", "reason": "", "until": "2024-03-07T00:00:00Z"}]}, "reason"),
        ({"SILENCES": [{"name": "s", "reason": "r", "until": "2024-03-07T00:00:00"}]}, "needs a zone"),
        ({"SILENCES": [{"name": "s", "reason": "r"}]}, "until"),
        (
            {
                "SILENCES": [
                    {"name": "s", "reason": "r", "until": "2024-03-07T00:00Z", "subscriptions": ["b"]}
                ]
            },
            "no such subscription: b",
        ),
        (
            {"SILENCES": [{"name": "s", "reason": "r", "until": SOON, "kinds": ["x"]}]},
            "no such kind",
        ),
        ({"SUBSCRIPTIONS": [{"name": "a", "paused_until": "2024-03-07"}]}, "needs a zone"),
    ],
)
def test_a_wrong_rule_is_named(setting: dict[str, object], words: str) -> None:
    environ = {f"CLUSTERWATCH__{name}": json.dumps(value) for name, value in setting.items()}
    with pytest.raises(SettingsError, match=words):
        load(None, environ)


# --- silences -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"until": NOW}, False),
        ({"subscriptions": ("desk",)}, True),
        ({"subscriptions": ("other",)}, False),
        ({"states": ("RU",)}, True),
        ({"states": ("NO",)}, False),
        ({"kinds": ("former",)}, False),
        ({"speakers": ("Gromov",)}, True),
        ({"positions": ("condemns",)}, False),
        ({"text": ("patience",)}, True),
        ({"languages": ("fr",)}, False),
    ],
)
def test_a_silence_holds_where_all_its_conditions_do(change: dict[str, object], holds: bool) -> None:
    assert (silenced([replace(SILENCE, **change)], RULE, TOLD, NOW) is not None) == holds


def test_of_several_a_silence_comes_before_an_embargo_and_the_longest_first() -> None:
    embargo = replace(SILENCE, name="embargo", embargo=True, until=LATER + timedelta(days=9))
    longer = replace(SILENCE, name="longer", until=LATER + timedelta(days=1))
    found = silenced([embargo, SILENCE, longer], RULE, TOLD, NOW)
    assert found is not None
    assert found.name == "longer"


def _silence(world: World, **more: object) -> None:
    rule = {"name": "drill", "reason": "an exercise", "until": LATER.isoformat(), "states": ["NO"]} | more
    world.settings["SILENCES"] = [rule]


def _norway_and_finland(world: World) -> None:
    world.serve("fjord.example", [story()])
    world.serve("sampo.example", [story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("fjord.example")
    world.add("sampo.example")


def test_what_is_silenced_is_not_sent_then_or_later_and_stands_in_the_list(world: World) -> None:
    _silence(world)
    _norway_and_finland(world)
    world.run()
    assert [s.partition("]")[0] for s in world.subjects()] == ["[FI"]
    (row,) = [d for d in world.rows(DeliveryRow) if d.status == "silenced"]
    assert row.last_error == "drill: an exercise"
    (norway,) = [s for s in world.ledger() if s["state"] == "NO"]
    assert norway["alert"] == {"state": "not_told", "reason": "silenced"}
    with world.at() as services:
        figures = metrics_text(services).decode()
    assert 'clusterwatch_deliveries{channel="email",status="silenced"} 1.0' in figures
    world.run((LATER + timedelta(days=1)).isoformat())
    assert len(world.subjects()) == 1


def test_an_embargo_ends(world: World) -> None:
    _silence(world, embargo=True)
    _norway_and_finland(world)
    world.run()
    assert len(world.subjects()) == 1
    world.run((LATER - timedelta(minutes=1)).isoformat())
    assert len(world.subjects()) == 1
    world.run((LATER + timedelta(minutes=1)).isoformat())
    assert sorted(s.partition("]")[0] for s in world.subjects()) == ["[FI", "[NO"]
    world.run((LATER + timedelta(hours=1)).isoformat())
    assert len(world.subjects()) == 2


def test_an_embargo_that_ends_at_night_waits_for_the_morning(world: World) -> None:
    night = (LATER + timedelta(hours=5)).isoformat()  # 23:00
    _silence(world, embargo=True, until=night)
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK], "quiet_hours": "22:00-06:00"}
    ]
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()
    world.run((LATER + timedelta(hours=6)).isoformat())
    assert world.subjects() == []
    world.run((LATER + timedelta(hours=12, minutes=1)).isoformat())
    assert [s.partition("]")[0] for s in world.subjects()] == ["[NO"]


def test_after_a_pause_one_message_tells_what_was_missed(world: World) -> None:
    rule = {"name": "desk", "by": "email", "to": [DESK], "paused_until": LATER.isoformat()}
    world.settings["SUBSCRIPTIONS"] = [rule]
    _norway_and_finland(world)
    world.run()
    assert world.subjects() == []
    world.run((LATER + timedelta(minutes=1)).isoformat())
    assert len(world.subjects()) == 1
    assert "2 statements" in world.subjects()[0]
    world.run((LATER + timedelta(hours=1)).isoformat())
    assert len(world.subjects()) == 1


# --- a trial ------------------------------------------------------------------------------------------


def test_what_rules_would_have_sent(filled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [
        {"name": "all", "by": "email", "to": ["a@desk.example", "b@desk.example"]},
        {"name": "finland", "by": "email", "to": [DESK], "states": ["FI"]},
        {"name": "week", "by": "email", "to": [DESK], "mode": "weekly"},
        {"name": "none", "by": "email", "to": [DESK], "speakers": ["Nobody"]},
    ]
    monkeypatch.setenv("CLUSTERWATCH__SUBSCRIPTIONS", json.dumps(rules))
    trials = {one["subscription"]: one for one in filled("alerts", "test", "--days", "30", "--json").json}
    assert [(n, len(t["wanted"]), t["messages"], t["readers"]) for n, t in trials.items()] == [
        ("all", 2, 2, 2), ("finland", 1, 1, 1), ("week", 2, 1, 1), ("none", 0, 0, 1),
    ]  # fmt: skip
    assert trials["none"]["missed"] == {"speaker": 2}
    shown = filled("alerts", "test", "--days", "30", "--subscription", "finland").out
    assert "finland would have sent 1 message in the last 30 days" in shown
    assert filled("alerts", "test", "--days", "30", "--subscription", "no").status == 2


def test_the_trial_sends_nothing(world: World) -> None:
    from monitor.pipeline.dryrun import dry_run

    _norway_and_finland(world)
    world.run()
    before = len(world.inbox.taken)
    with world.at(START) as services, services.database.reading() as session:
        assert dry_run(session, services, NOW - timedelta(days=30))[0].messages == 2
    assert len(world.inbox.taken) == before
