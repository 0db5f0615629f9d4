"""Killed at any point of the journey and started again: no alert is lost and none is told twice.

The one exception is between the other side's acceptance and our mark, where SMTP can promise no more than
at-least-once; there the repeat has the same Message-ID. Slack's history is asked: nothing comes twice there.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from httpsite import serving as web_serving
from journey import Item, Program, article, rfc822, site
from mailserver import Inbox, free_port, serving
from servers import WebServer
from slackserver import Workspace

from monitor import app
from monitor.cli.running import cycle
from monitor.pipeline.ledger import Wish, statements
from monitor.pipeline.services import Services
from monitor.store.feeds import active_ids
from monitor.waypoints import NAMES, NOTICES

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


@dataclass(frozen=True)
class Ledgers:
    """Copies of a ledger that watches the feed and has not asked it yet."""

    kind: str
    template: str
    postgres: Any = None

    def copy(self, folder: Path) -> str:
        """The URL of a copy."""
        if self.postgres is not None:
            return str(self.postgres.fresh(like=self.template))
        shutil.copy(self.template.removeprefix("sqlite:///"), folder / "ledger.db")
        return f"sqlite:///{folder / 'ledger.db'}"

    def program(self, folder: Path, web: WebServer, port: int | None = None, **extra: Any) -> Program:
        """A program on a copy; beside SQLite it reads in a worker process, beside PostgreSQL in its own."""
        more = extra | {"CLUSTERWATCH__READ__WORKERS": "1" if self.kind == "sqlite" else "0"}
        return Program(folder, web, port, database=self.copy(folder), extra=more)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledgers(
    request: pytest.FixtureRequest, web: WebServer, tmp_path_factory: pytest.TempPathFactory
) -> Ledgers:
    folder = tmp_path_factory.mktemp("ledger")
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.fresh() if postgres is not None else f"sqlite:///{folder / 'ledger.db'}"
    Program(folder, web, database=url).add("courier.example")
    return Ledgers(request.param, url, postgres)


def _ids(inbox: Inbox) -> Counter[str]:
    return Counter(str(message_from_bytes(body)["Message-ID"]) for _, body in inbox.taken)


def _killed(program: Program, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kills a process of the program at the point; this process is what is started again, twice."""
    done = program.run("run", "--once", more={"CLUSTERWATCH_KILL_AT": point})
    assert done.returncode == -signal.SIGKILL, done.stderr
    for _ in range(2):
        with _opened(program, monkeypatch) as services:
            with services.database.reading() as session:
                ids = active_ids(session)
            assert not any(stage.refused for stage in cycle(services, ids))


@contextmanager
def _opened(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(program.folder)
    for name, value in program.environment.items():
        if name.startswith("CLUSTERWATCH__"):
            monkeypatch.setenv(name, value)
    with app.open_services(workers=0) as services:
        yield services


def _both_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with _opened(program, monkeypatch) as services, services.database.reading() as session:
        found = list(statements(session, services, Wish()))
    assert {s["state"] for s in found} == {"NO", "AT"}
    assert len(found) == 2
    assert all(s["alert"]["state"] == "told" for s in found)


#: Where the mail server may have the message before we say so.
_WINDOW = ("email.given", "deliver.accepted", "deliver.written")
#: Each point as it is first passed, and those between rows also where half of the work is done.
_POINTS = [(name, 1) for name in NAMES] + [
    (name, 2) for name in ("read.stored", "find.stored", "announce.stored", "deliver.accepted")
]


def test_there_are_twenty_five_points() -> None:
    assert len(set(NAMES)) == len(NAMES) == 25


@pytest.mark.parametrize(("point", "nth"), _POINTS)
def test_nothing_is_lost_or_repeated(
    web: WebServer, ledgers: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        program = ledgers.program(tmp_path, web, port)
        _killed(program, f"{point}:{nth}", monkeypatch)
        _both_told(program, monkeypatch)
    told = _ids(inbox)
    assert len(told) == 2, "each statement has one Message-ID, whatever happened"
    assert sum(told.values()) == (3 if point in _WINDOW else 2)


@pytest.mark.parametrize("point", [n for n in NAMES if n.startswith("deliver.")])
def test_slack_has_each_once(
    web: WebServer, ledgers: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    rooms = Workspace({"press": "C0PRESS"})
    with web_serving(rooms) as site_:
        told = {"CLUSTERWATCH__SUBSCRIPTIONS": [{"name": "desk", "by": "slack", "to": ["#press"]}]}
        program = ledgers.program(tmp_path, web, **_slack(site_.url), **told)
        _killed(program, point, monkeypatch)
        _both_told(program, monkeypatch)
    assert len(rooms.told()) == 2
    assert set(rooms.told().values()) == {1}


def _slack(url: str) -> dict[str, Any]:
    return {
        "CLUSTERWATCH__ALERTS__SLACK__TOKEN": "xoxb-1",
        "CLUSTERWATCH__ALERTS__SLACK__API_URL": f"{url}/api",
        "CLUSTERWATCH__ALERTS__OPERATORS": [{"by": "slack", "to": ["C0OPS"]}],
    }


@pytest.mark.parametrize("point", NOTICES)
def test_operators_are_told_once(
    web: WebServer, ledgers: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    rooms = Workspace()
    with web_serving(rooms) as site_:
        program = ledgers.program(tmp_path, web, free_port(), **_slack(site_.url))
        assert program.run("run", "--once").returncode == 0
        program.clock = "2024-03-05T18:45:00Z"
        _killed(program, point, monkeypatch)
    assert [p["text"] for p in rooms.posts] == ["Clusterwatch: alerts by email do not get through"]
