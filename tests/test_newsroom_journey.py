"""The made-up press, read as the web is read, while its time passes: alerts only for what is new."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from journey import Program
from mailserver import Inbox, serving
from press import NEWSROOM, press

from monitor.model import OFFICIAL_KINDS

pytestmark = pytest.mark.slow

#: Looks at the newsroom: its days with the most statements, and twice at one moment.
_LOOKS = ("2024-02-14T20:00:00Z", "2024-02-16T20:00:00Z", "2024-02-16T20:00:00Z", "2024-03-02T20:00:00Z")


def _statements(inbox: Inbox) -> list[str]:
    return [str(message_from_bytes(body)["X-Clusterwatch-Statement"]) for _, body in inbox.taken]


def test_only_what_is_new_is_told(tmp_path: Path) -> None:
    inbox = Inbox()
    with press(_LOOKS[0]) as newsroom, serving(inbox) as port:
        program = Program(tmp_path, newsroom, port, clock=_LOOKS[0])
        done = program.run("feeds", "import", str(NEWSROOM / "feeds.opml"))
        assert done.returncode == 0, done.stderr
        told: list[list[str]] = []
        for look in _LOOKS:
            newsroom.move(look)
            program.clock = look
            before = len(inbox.taken)
            done = program.run("run", "--once")
            assert done.returncode == 0, done.stderr
            told.append(_statements(inbox)[before:])
        ledger = {s["id"]: s for s in program.json("statements", "--format", "json")}
    assert told[0] == [], "what a feed has on its first poll makes no instant alert"
    assert told[1], "what came since is told"
    assert told[2] == [], "nothing new, nothing told"
    everything = Counter(_statements(inbox))
    assert set(everything.values()) == {1}, "each statement is told once"
    for look, ids in zip(_LOOKS, told, strict=True):
        for number in ids:
            _may_be_told(ledger[number], datetime.fromisoformat(look))


def _may_be_told(statement: dict[str, object], now: datetime) -> None:
    assert statement["kind"] in OFFICIAL_KINDS
    assert statement["corroboration"]["level"] != "unverified"  # type: ignore[index]
    day = statement["said_on"] or str(statement["first_published"])[:10]
    end = datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(days=1)
    assert now - end <= timedelta(hours=96), statement["id"]
