"""Fifty outlets with one statement: one alert, a corroboration that is true, the rest to the thread, once."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

import pytest
from fifty import Outlet, outlets
from httpsite import ok, serving
from mailserver import DESK
from world import World

from monitor.store.schema import AlertRow, StatementRow

pytestmark = pytest.mark.slow
#: When the outlets come: the first papers, most others, the last ones with the ministry, and once more.
ROUNDS = (
    ("2024-03-05T18:00:00+00:00", slice(0, 1)),
    ("2024-03-05T18:30:00+00:00", slice(1, 20)),
    ("2024-03-05T19:00:00+00:00", slice(20, 49)),
    ("2024-03-05T20:00:00+00:00", slice(49, 50)),
    ("2024-03-05T20:30:00+00:00", slice(0, 0)),
)
MORNING = "2024-03-06T08:00:00+00:00"


def _carry(world: World, some: list[Outlet]) -> None:
    for outlet in some:
        world.serve(outlet.host, [outlet.item])
        world.add(outlet.host, **outlet.facts)


@pytest.mark.parametrize(
    ("ledger_url", "turned"), [("sqlite", False), ("postgresql", True)], indirect=["ledger_url"]
)
def test_fifty_outlets_make_one_alert(world: World, turned: bool) -> None:
    """Whichever comes first: an English paper, or the ministry and the papers in other languages."""
    everybody = outlets()[::-1] if turned else outlets()
    assert len({o.host for o in everybody}) == 50
    assert len({o.language for o in everybody}) == 11
    with serving(lambda r, n: ok(ts=f"17.{n}", channel="C1")) as site:
        world.settings |= {
            "ALERTS__SLACK__API_URL": f"{site.url}/api",
            "ALERTS__SLACK__TOKEN": "xoxb-1",
            "SUBSCRIPTIONS": [
                {"name": "desk", "by": "email", "to": [DESK]},
                {"name": "room", "by": "slack", "to": ["C1"]},
                {"name": "morning", "by": "email", "to": ["digest@example.org"], "mode": "daily"},
            ],
        }
        for time, part in ROUNDS:
            _carry(world, everybody[part])
            world.run(time)
        world.run(MORNING)
        posted: list[dict[str, Any]] = [r.json for r in site.seen if r.path.endswith("chat.postMessage")]
    (statement,) = world.ledger(MORNING)
    assert len(world.rows(StatementRow)) == 1
    assert len(statement["appearances"]) == 50
    # Own words: the papers in English and ten other languages, and the ministry. The wire's ten are one, the
    # house's five are one, and the three that nobody knows are none.
    known = sum(o.facts.get("tier") != 3 for o in everybody) - 10 - 5 + 2
    assert statement["corroboration"] == {"level": "official_source", "outlets": 50, "independent": known}
    assert [to for to, _ in world.inbox.taken].count(DESK) == 1
    (new,) = [a for a in world.rows(AlertRow) if a.kind == "new"]
    updates = [a for a in world.rows(AlertRow) if a.kind == "update"]
    assert not any(a.late is False for a in updates), "nothing is loud"
    assert len(posted) == 1 + len(updates)
    assert all(p.get("thread_ts") for p in posted[1:])
    told = "; ".join(str(a.change) for a in updates).split("; ")
    assert len(told) == len(set(told)), told
    assert len(updates) <= len(ROUNDS) - 2, "one a round at most, none for the last"
    # Where the source itself was told first, nothing that comes after corroborates it better.
    for better in ("independent outlets", "the official source has published it"):
        assert any(better in words for words in told) is not turned
    assert any("another language too" in words for words in told)
    digests = [message_from_bytes(m) for to, m in world.inbox.taken if to == "digest@example.org"]
    assert len(digests) == 1
    best = statement["passages"]
    assert any("coast guard has its orders" in p["text"] for p in best), "the fullest quotation is kept"
    assert new.statement_id == 1
