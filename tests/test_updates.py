"""Updates: what changed is told once, in a thread or a digest; other words are told again."""

from __future__ import annotations

from email import message_from_bytes

from httpsite import ok, serving
from journey import Item, article
from mailserver import DESK
from world import DAY, ISO, QUOTE, World, story

from monitor.model import ToldPassage
from monitor.store.schema import AlertRow, DeliveryRow
from monitor.updates import snapshot, what_changed

QUOTED = ToldPassage("We shall never again buy one of these shells abroad", "direct", "en", "verbatim")
OTHER = ToldPassage("The factory in Halvik closed its last line in spring", "direct", "en", "verbatim")
REPORT = ToldPassage("The minister rejected the weapons.", "indirect", "en", "paraphrase")


def test_what_is_worth_an_update() -> None:
    single = snapshot("single", 1, ["condemns"], [REPORT])
    assert what_changed(single, single) is None
    more = what_changed(single, snapshot("independent", 3, ["condemns"], [REPORT]))
    assert more is not None
    assert (more.words, more.loud) == ("now in 3 independent outlets", False)
    assert what_changed(snapshot("independent", 2, [], []), snapshot("independent", 9, [], [])) is None
    fuller = what_changed(single, snapshot("single", 1, ["condemns"], [REPORT, QUOTED]))
    assert fuller is not None
    assert not fuller.loud
    act = what_changed(single, snapshot("single", 1, ["threatens_use"], [REPORT]))
    assert act is not None
    assert act.loud
    more_acts = what_changed(single, snapshot("single", 1, ["threatens_use", "condemns"], [REPORT]))
    assert more_acts is not None
    assert not more_acts.loud
    other = what_changed(snapshot("single", 1, [], [QUOTED]), snapshot("single", 1, [], [OTHER]))
    assert other is not None
    assert other.loud
    assert "never again" in other.words
    added = what_changed(snapshot("single", 1, [], [QUOTED]), snapshot("single", 1, [], [QUOTED, OTHER]))
    assert added is None


LATER = "2024-03-05T20:00:00+00:00"


def _second_outlet(world: World) -> None:
    """The same words told by another reporter, who was there too."""
    page = article(
        "Oslo shuts the door", f"Ingrid Solberg, Norway’s foreign minister, said on Tuesday: “{QUOTE}.”",
        "Her words on cluster munitions came after a long debate in parliament about old stocks abroad.",
        published=ISO,
    )  # fmt: skip
    title = "Oslo shuts the door on cluster munitions"
    world.serve("courier.example", [Item("/oslo", title, "", DAY, None, page)])
    world.add("courier.example")


def test_a_second_outlet_goes_to_the_thread_once_and_to_no_mail(world: World) -> None:
    with serving(lambda r, n: ok(ts=f"17.{n}", channel="C1")) as site:
        world.settings |= {
            "ALERTS__SLACK__API_URL": f"{site.url}/api",
            "ALERTS__SLACK__TOKEN": "xoxb-1",
            "SUBSCRIPTIONS": [
                {"name": "desk", "by": "email", "to": [DESK]},
                {"name": "room", "by": "slack", "to": ["C1"]},
            ],
        }
        world.serve("ledger.example", [story()])
        world.add("ledger.example")
        world.run()
        _second_outlet(world)
        world.run(LATER)
        world.run(LATER)
        posted = [r.json for r in site.seen if r.path.endswith("chat.postMessage")]
    assert len(world.inbox.taken) == 1
    assert len(posted) == 2
    assert posted[1]["thread_ts"] == "17.1" or posted[1]["thread_ts"].startswith("17.")
    assert posted[1]["text"].startswith("Update: ")
    (update,) = [a for a in world.rows(AlertRow) if a.kind == "update"]
    assert update.change == "now in 2 independent outlets"
    assert world.ledger(LATER)[0]["deliveries"]["sent"] == 2


def test_a_digest_has_a_line_of_what_changed(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "morning", "by": "email", "to": [DESK], "mode": "daily"},
    ]
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    _second_outlet(world)
    world.run(LATER)
    assert len(world.inbox.taken) == 1
    world.run("2024-03-06T08:00:00+00:00")
    world.run("2024-03-07T08:00:00+00:00")
    assert len(world.inbox.taken) == 2
    digest = message_from_bytes(world.inbox.taken[1][1]).as_string()
    assert "1 update" in digest


def test_what_nobody_has_read_yet_needs_no_update(world: World) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "30"
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    _second_outlet(world)
    world.run("2024-03-05T18:10:00+00:00")
    world.run("2024-03-05T19:00:00+00:00")
    assert [a.kind for a in world.rows(AlertRow)] == ["new"]
    assert len(world.inbox.taken) == 1
    assert len(world.rows(DeliveryRow)) == 1
