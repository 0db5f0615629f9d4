"""Killed at any point of the journey and started again: no alert is lost and none is told twice.

The one exception is between the mail server's acceptance and our mark, where SMTP can promise no more than
at-least-once; there the repeat has the same Message-ID.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from journey import Item, Program, article, rfc822, site
from mailserver import Inbox, serving
from servers import WebServer

from monitor.waypoints import NAMES

pytestmark = pytest.mark.slow

_ITEMS = [
    Item(
        "/norway",
        "Norway speaks against cluster munitions",
        "The minister spoke of cluster munitions.",
        rfc822("2024-03-05T11:00:00+00:00"),
        page=article(
            "Norway speaks against cluster munitions",
            "Norway will not allow the transit of cluster munitions, Norwegian Foreign Minister Ingrid"
            " Solvang said on Tuesday.",
            "“Cluster munitions kill civilians for decades, and no state should send them to anyone,” Solvang"
            " told reporters in Oslo.",
            published="2024-03-05T11:00:00Z",
        ),
    ),
    Item(
        "/austria",
        "Austria regrets the transfer of cluster munitions",
        "The chancellor spoke of cluster munitions.",
        rfc822("2024-03-05T12:00:00+00:00"),
        page=article(
            "Austria regrets the transfer of cluster munitions",
            "“The delivery of cluster munitions is a mistake that children will pay for,” Austrian Chancellor"
            " Leopold Brandauer said on Tuesday.",
            published="2024-03-05T12:00:00Z",
        ),
    ),
]


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    with WebServer({"courier.example": site("courier.example", _ITEMS)}) as server:
        yield server


def _ids(inbox: Inbox) -> Counter[str]:
    return Counter(str(message_from_bytes(body)["Message-ID"]) for _, body in inbox.taken)


@pytest.fixture(scope="module")
def ledger(web: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that watches the feed and has not asked it yet."""
    folder = tmp_path_factory.mktemp("ledger")
    Program(folder, web).add("courier.example")
    return folder / "ledger.db"


#: Each point as it is first passed, and those between rows also where half of the work is done.
_POINTS = [(name, 1) for name in NAMES] + [
    (n, 2) for n in NAMES if n.endswith((".stored", ".accepted")) and n[0] != "p"
]


@pytest.mark.parametrize(("point", "nth"), _POINTS)
def test_nothing_is_lost_or_repeated(
    web: WebServer, ledger: Path, tmp_path: Path, point: str, nth: int
) -> None:
    shutil.copy(ledger, tmp_path / "ledger.db")
    inbox = Inbox()
    with serving(inbox) as port:
        program = Program(tmp_path, web, port)
        killed = program.run("run", "--once", more={"CLUSTERWATCH_KILL_AT": f"{point}:{nth}"})
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        for _ in range(2):
            again = program.run("run", "--once")
            assert again.returncode == 0, again.stderr
        found = program.json("statements", "--format", "json")
    told = _ids(inbox)
    assert {s["state"] for s in found} == {"NO", "AT"}
    assert len(found) == 2
    assert all(s["alert"]["state"] == "told" for s in found)
    assert len(told) == 2, "each statement has one Message-ID, whatever happened"
    assert sum(told.values()) == (3 if point == "deliver.accepted" else 2)
