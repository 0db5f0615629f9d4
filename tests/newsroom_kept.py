"""The made-up press as an archive kept it, and the ledgers that polling it and reading its past give.

``part`` makes a newsroom of some of its outlets; ``captures`` are what a Wayback Machine would have of it:
its feeds as they stood on some days, its pages an hour after their publication, live ones twice.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cdxserver import HOST, CdxServer, Kept
from journey import Program
from press import NEWSROOM, Press, press
from servers import WebServer

from monitor import app
from monitor.cli.main import run
from monitor.pipeline.ledger import Wish, statements

#: When all has been published, and the days on which feeds were captured.
AFTER = "2024-05-01T12:00:00Z"
VISITS = (
    "2024-02-20T12:00:00Z", "2024-03-05T12:00:00Z", "2024-03-14T22:00:00Z", "2024-03-22T12:00:00Z",
    "2024-04-02T12:00:00Z", "2024-04-12T12:00:00Z", "2024-04-30T12:00:00Z",
)  # fmt: skip
STRETCH = ("--from", "2024-02-01", "--to", "2024-04-30")


def part(folder: Path, outlets: Collection[str] | None = None, *, words: bool = True) -> Path:
    """A newsroom of these outlets (None: all); without ``words`` its feeds give titles and dates only."""
    rows = [json.loads(line) for line in (NEWSROOM / "documents.jsonl").read_text("utf-8").splitlines()]
    houses = json.loads((NEWSROOM / "outlets.json").read_text("utf-8"))
    kept = [house for house in houses if outlets is None or house["id"] in outlets]
    names = {house["name"] for house in kept}
    folder.mkdir(parents=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as lines:
        for row in rows:
            if row["outlet"] in names:
                lines.write(json.dumps(row if words else row | {"summary": ""}, ensure_ascii=False) + "\n")
    (folder / "outlets.json").write_text(json.dumps(kept), "utf-8")
    feeds = (NEWSROOM / "feeds.opml").read_text("utf-8").splitlines(keepends=True)
    hosts = {house["host"] for house in kept}
    chosen = [line for line in feeds if "xmlUrl" not in line or any(f"//{host}/" in line for host in hosts)]
    (folder / "feeds.opml").write_text("".join(chosen), "utf-8")
    return folder


def captures(folder: Path, newsroom: Press) -> list[Kept]:
    """All that was kept of a newsroom; leaves it as it is ``AFTER``."""
    kept: list[Kept] = []
    houses = json.loads((folder / "outlets.json").read_text("utf-8"))
    for visit in VISITS:
        newsroom.move(visit)
        for house in houses:
            url = f"http://{house['host']}/feed.xml"
            asked = urllib.request.Request(
                f"http://127.0.0.1:{newsroom.port}/feed.xml", headers={"Host": house["host"]}
            )
            with urllib.request.urlopen(asked, timeout=10) as answer:
                kept.append(
                    Kept(url, _stamp(datetime.fromisoformat(visit)), answer.read(), "application/rss+xml")
                )
    newsroom.move(AFTER)
    for line in (folder / "documents.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        after = datetime.fromisoformat(row["published"]) + timedelta(hours=1)
        if row.get("earlier"):
            kept.append(Kept(row["url"], _stamp(after), row["earlier"]["html"]))
            after = max(after, datetime.fromisoformat(row["earlier"]["before"])) + timedelta(hours=3)
        kept.append(Kept(row["url"], _stamp(after), row["html"]))
    return kept


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


@dataclass
class Read:
    """A ledger once read: its statements, and the program that has it."""

    program: Program
    statements: list[dict[str, Any]] = field(default_factory=list)

    def as_told(self) -> dict[frozenset[tuple[str, str | None]], list[dict[str, Any]]]:
        """The statements by the articles and posts that carry them, without what tells how they were met."""
        found: dict[frozenset[tuple[str, str | None]], list[dict[str, Any]]] = {}
        for value in self.statements:
            key = frozenset((one["url"], one["post"]) for one in value["appearances"])
            passages = sorted(
                (p["kind"], p["text"], p["in"], p["start"], p["fidelity"]) for p in value["passages"]
            )
            found.setdefault(key, []).append({name: value[name] for name in _SAME} | {"passages": passages})
        for values in found.values():
            values.sort(key=lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True))
        return found


_SAME = (
    "speaker", "speaker_en", "official", "role", "office", "body", "state", "standing", "kind", "said_on",
    "said_from", "said_to", "venue", "reporting", "positions", "first_published", "first_outlet",
    "corroboration",
)  # fmt: skip


def polled(place: Path, folder: Path, settings: Mapping[str, Any]) -> Read:
    """The ledger that polling a newsroom gives once all is published."""
    with press(AFTER, folder) as newsroom:
        program = _program(place, newsroom, settings)
        run_here(program, "feeds", "import", str(folder / "feeds.opml"), "--from-start")
        run_here(program, "run", "--once")
        return Read(program, _statements(program))


@contextmanager
def kept_past(folder: Path) -> Iterator[tuple[Press, CdxServer]]:
    """The newsroom, whose own pages are there still, and the archive that kept them."""
    with press(AFTER, folder) as newsroom, CdxServer(captures(folder, newsroom)) as server:
        yield newsroom, server


def backfilled(
    place: Path,
    folder: Path,
    source: str,
    newsroom: Press,
    server: WebServer,
    settings: Mapping[str, Any],
    kills: Sequence[float] = (),
) -> Read:
    """The ledger that reading a newsroom's past from an archive gives; ``kills``: seconds after which the
    program is killed and started again, each in its turn."""
    program = _program(place, newsroom, settings, {HOST: f"127.0.0.1:{server.port}"})
    run_here(program, "feeds", "import", str(folder / "feeds.opml"))
    for seconds in kills:
        _killed(program, seconds, "backfill", source, *STRETCH)
    run_here(program, "backfill", source, *STRETCH)
    return Read(program, _statements(program))


def _program(
    place: Path, newsroom: Press, settings: Mapping[str, Any], more: Mapping[str, str] | None = None
) -> Program:
    place.mkdir(parents=True, exist_ok=True)
    connect = {"*.example": f"127.0.0.1:{newsroom.port}", **(more or {})}
    pauses = {name: {"pause": 0} for name in ("wayback", "wayback_feeds")}
    extra = {
        "CLUSTERWATCH__FETCH__CONNECT_TO": connect,
        "CLUSTERWATCH__ARCHIVES": pauses,
        "CLUSTERWATCH__READ__WORKERS": "0",
        **settings,
    }
    return Program(place, newsroom, clock=AFTER, extra=extra)  # type: ignore[arg-type]


def _killed(program: Program, seconds: float, *arguments: str) -> None:
    """Runs a command and kills it with all its children after so long, if it is not at its end by then."""
    command = [sys.executable, "-m", "monitor.cli.main", *arguments]
    running = subprocess.Popen(
        command,
        cwd=program.folder,
        env=program.environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@contextmanager
def _settings_of(program: Program) -> Iterator[None]:
    """This process in the program's folder, with its settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(program.folder)
        for name in [name for name in os.environ if name.startswith("CLUSTERWATCH")]:
            patch.delenv(name)
        for name, value in program.environment.items():
            if name.startswith("CLUSTERWATCH"):
                patch.setenv(name, value)
        yield


def run_here(program: Program, *arguments: str) -> None:
    """A command in this process, which has loaded all that it needs."""
    with _settings_of(program):
        assert run(list(arguments)) == 0


def _statements(program: Program) -> list[dict[str, Any]]:
    with (
        _settings_of(program),
        app.open_services(workers=0) as services,
        services.database.reading() as session,
    ):
        return list(statements(session, services, Wish()))


def differences(one: Read, other: Read) -> Sequence[str]:
    """What the two ledgers do not have alike, a line each."""
    mine, theirs = one.as_told(), other.as_told()
    lines: list[str] = []
    for key in sorted(set(mine) | set(theirs), key=lambda k: sorted(map(str, k))):
        if mine.get(key) != theirs.get(key):
            lines.append(f"{sorted(map(str, key))}: {mine.get(key)} | {theirs.get(key)}")
    return lines
