"""The made-up press as archives keep it, and the ledgers that polling it and reading its past give.

``part`` makes a newsroom of some of it; ``captures`` are what a Wayback Machine would have of it: its feeds
as they stood on some days, its pages an hour after their publication, live ones twice. ``crawled`` are the
files that a crawl would have of it. ``past_of`` serves a newsroom's past as one source has it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ccserver import bucket
from cdxserver import HOST, CdxServer, Kept
from journey import Program
from past_ccnews import HOST as CRAWL
from past_ccnews import archive_of, name_of
from press import NEWSROOM, Press, press
from sqlalchemy import create_engine, func, select
from warcs import Noise, page

from monitor import app
from monitor.cli.main import run
from monitor.pipeline.ledger import Wish, statements
from monitor.store.schema import Article, ArticleVersion, BackfillPage, BackfillWindow

#: When all has been published, and the days on which feeds were captured.
AFTER = "2024-05-01T12:00:00Z"
VISITS = (
    "2024-02-20T12:00:00Z", "2024-03-05T12:00:00Z", "2024-03-14T22:00:00Z", "2024-03-22T12:00:00Z",
    "2024-04-02T12:00:00Z", "2024-04-12T12:00:00Z", "2024-04-30T12:00:00Z",
)  # fmt: skip
STRETCH = ("--from", "2024-02-01", "--to", "2024-04-30")
#: Pages of one of the crawl's files.
A_FILE = 12


@dataclass(frozen=True)
class Way:
    """How a source's past is held against polling. ``words``: the feeds have summaries, as the source knows
    them; ``pages``: which pages are read, since a source that knows no titles cannot leave any."""

    words: bool
    pages: str


WAYS = {
    "wayback-feeds": Way(words=True, pages="hinted"),
    "sitemap": Way(words=False, pages="hinted"),
    "wayback": Way(words=False, pages="all"),
    "ccnews": Way(words=False, pages="all"),
}


def part(
    folder: Path,
    outlets: Collection[str] | None = None,
    *,
    ids: Collection[str] | None = None,
    words: bool = True,
) -> Path:
    """A newsroom of these outlets, or of these documents (None: all); without ``words`` its feeds give titles
    and dates only."""
    rows = [json.loads(line) for line in (NEWSROOM / "documents.jsonl").read_text("utf-8").splitlines()]
    houses = json.loads((NEWSROOM / "outlets.json").read_text("utf-8"))
    names = {house["name"] for house in houses if outlets is None or house["id"] in outlets}
    rows = [row for row in rows if row["outlet"] in names and (ids is None or row["id"] in ids)]
    names = {row["outlet"] for row in rows}
    kept = [house for house in houses if house["name"] in names]
    folder.mkdir(parents=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row if words else row | {"summary": ""}, ensure_ascii=False) + "\n")
    (folder / "outlets.json").write_text(json.dumps(kept), "utf-8")
    feeds = (NEWSROOM / "feeds.opml").read_text("utf-8").splitlines(keepends=True)
    hosts = {house["host"] for house in kept}
    chosen = [line for line in feeds if "xmlUrl" not in line or any(f"//{host}/" in line for host in hosts)]
    (folder / "feeds.opml").write_text("".join(chosen), "utf-8")
    return folder


# --- the past as a source has it ----------------------------------------------------------------------


@dataclass
class Past:
    """A newsroom's past: its own sites, where the source's hosts are, how often each page was asked for."""

    newsroom: Press
    connect: Mapping[str, str]
    asked: Callable[[], Counter[str]]

    def twice(self) -> list[str]:
        """The pages that were asked for more than once."""
        return [address for address, times in self.asked().items() if times > 1]


@contextmanager
def past_of(source: str, folder: Path) -> Iterator[Past]:
    """The past of a newsroom as a source has it, whose own pages are there still."""
    with press(AFTER, folder) as newsroom:
        if source == "ccnews":
            with bucket(archive_of(crawled(folder))) as kept:
                yield Past(newsroom, {CRAWL: kept.place}, lambda: _pages(newsroom))
        elif source == "sitemap":
            yield Past(newsroom, {}, lambda: _pages(newsroom))
        else:
            with CdxServer(captures(folder, newsroom)) as server:
                yield Past(
                    newsroom,
                    {HOST: f"127.0.0.1:{server.port}"},
                    lambda: Counter(
                        path for path in (request.path for request in server.requests)
                        if path.startswith("/web/") and not path.endswith("/feed.xml")
                    ),
                )  # fmt: skip


def _pages(newsroom: Press) -> Counter[str]:
    """How often each page of the outlets' own sites was asked for."""
    own = re.compile(r"/robots\.txt$|/feed\.xml$|sitemap")
    return Counter({address: count for address, count in newsroom.seen().items() if not own.search(address)})


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
    for row in _rows(folder):
        after = datetime.fromisoformat(row["published"]) + timedelta(hours=1)
        if row.get("earlier"):
            kept.append(Kept(row["url"], _stamp(after), row["earlier"]["html"]))
            after = _grown(row)
        kept.append(Kept(row["url"], _stamp(after), row["html"]))
    return kept


def crawled(folder: Path, a_file: int = A_FILE) -> dict[str, bytes]:
    """The crawl's files by their names: each page once, an hour after its publication, a live one when it had
    all its posts, and a page of something else after each."""
    noise, files = Noise(3), dict[str, bytes]()
    rows = sorted(((_grown(row), row) for row in _rows(folder)), key=lambda pair: (pair[0], pair[1]["id"]))
    for start in range(0, len(rows), a_file):
        some = rows[start : start + a_file]
        records = b""
        for at, row in some:
            when = f"{at:%Y-%m-%dT%H:%M:%SZ}"
            number = str(uuid.uuid5(uuid.NAMESPACE_URL, row["url"]))
            records += page(row["html"].encode(), row["url"], at=when, number=number)
            records += page(noise.page()[:9_000], "https://other.example/", at=when)
        files[name_of(some[0][0], start // a_file + 1)] = records
    return files


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").splitlines()]


def _grown(row: Mapping[str, Any]) -> datetime:
    """When a page stands as it will stay: an hour after it was published, three after its last post."""
    after = datetime.fromisoformat(row["published"]) + timedelta(hours=1)
    if row.get("earlier"):
        after = max(after, datetime.fromisoformat(row["earlier"]["before"])) + timedelta(hours=3)
    return after.astimezone(UTC)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


# --- ledgers and what they do not share ---------------------------------------------------------------

_SAME = (
    "speaker", "speaker_en", "official", "role", "office", "body", "state", "standing", "kind", "said_on",
    "said_from", "said_to", "venue", "reporting", "positions", "first_published", "first_outlet",
    "corroboration",
)  # fmt: skip


@dataclass
class Read:
    """A ledger once read: its statements, and the program that has it."""

    program: Program
    statements: list[dict[str, Any]] = field(default_factory=list)

    def as_told(self) -> dict[str, list[str]]:
        """The statements by the articles and posts that carry them: all in them that does not hang on when
        and how they were met, with the statements that they stand to, as lines of JSON."""
        shown = {value["id"]: _without_how(value) for value in self.statements}
        found: dict[str, list[str]] = {}
        for value in self.statements:
            key = sorted((one["url"], one["post"] or "") for one in value["appearances"])
            related = sorted((one["kind"], shown[one["statement"]]) for one in value["related"])
            told = json.dumps([shown[value["id"]], related], ensure_ascii=False)
            found.setdefault(str(key), []).append(told)
        return {key: sorted(values) for key, values in found.items()}


def _without_how(value: Mapping[str, Any]) -> str:
    told = {name: value[name] for name in _SAME}
    told["passages"] = sorted(
        (p["text"], p["kind"], p["language"], p["fidelity"], p["in"], p["start"], p["end"])
        for p in value["passages"]
    )
    told["appearances"] = sorted(
        (a["url"], a["outlet"], a["language"], str(a["published"] or ""), a["post"] or "", a["reporting"])
        for a in value["appearances"]
    )
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)


def differences(one: Read, other: Read) -> Sequence[str]:
    """What the two ledgers do not have alike, a line each."""
    mine, theirs = one.as_told(), other.as_told()
    return [
        f"{key}: {mine.get(key)} | {theirs.get(key)}"
        for key in sorted(set(mine) | set(theirs))
        if mine.get(key) != theirs.get(key)
    ]


def polled(place: Path, folder: Path, settings: Mapping[str, Any]) -> Read:
    """The ledger that polling a newsroom gives once all is published."""
    with press(AFTER, folder) as newsroom:
        program = program_at(place, newsroom, settings)
        run_here(program, "feeds", "import", str(folder / "feeds.opml"), "--from-start")
        run_here(program, "run", "--once")
        return Read(program, ledger_of(program))


def backfilled(
    place: Path,
    folder: Path,
    source: str,
    past: Past,
    settings: Mapping[str, Any],
    kills: Sequence[str] = (),
) -> Read:
    """The ledger that reading a newsroom's past from an archive gives; ``kills``: the points (of
    ``monitor.waypoints.PAST``) at which the program is killed and started again, each in its turn."""
    program = program_at(place, past.newsroom, settings, past.connect)
    run_here(program, "feeds", "import", str(folder / "feeds.opml"))
    for point in kills:
        done = program.run("backfill", source, *STRETCH, more={"CLUSTERWATCH_KILL_AT": f"backfill.{point}"})
        assert done.returncode == -signal.SIGKILL, (point, done.returncode, done.stderr, done.stdout)
    run_here(program, "backfill", source, *STRETCH)
    return Read(program, ledger_of(program))


def program_at(
    place: Path,
    newsroom: Press,
    settings: Mapping[str, Any],
    more: Mapping[str, str] | None = None,
    database: str | None = None,
) -> Program:
    """A program in a folder of its own, for which the newsroom's sites and these other hosts are here."""
    place.mkdir(parents=True, exist_ok=True)
    connect = {"*.example": f"127.0.0.1:{newsroom.port}", **(more or {})}
    crawl = {"pause": 0.0, "first_wait": 0.01, "block": 30_000}
    extra = {
        "CLUSTERWATCH__FETCH__CONNECT_TO": connect,
        "CLUSTERWATCH__ARCHIVES": {"wayback": {"pause": 0}, "wayback_feeds": {"pause": 0}, "ccnews": crawl},
        "CLUSTERWATCH__READ__WORKERS": "0",
        **settings,
    }
    return Program(place, newsroom, clock=AFTER, extra=extra, database=database)  # type: ignore[arg-type]


@contextmanager
def settings_of(program: Program) -> Iterator[None]:
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
    with settings_of(program):
        assert run(list(arguments)) == 0


def ledger_of(program: Program) -> list[dict[str, Any]]:
    """All its statements."""
    with (
        settings_of(program),
        app.open_services(workers=0) as services,
        services.database.reading() as session,
    ):
        return list(statements(session, services, Wish()))


def judged_once(program: Program, ended: Collection[str] = ("done",)) -> bool:
    """Whether all windows have ended so, and no page was named, stored or judged twice."""
    engine = create_engine(program.environment["CLUSTERWATCH__DATABASE__URL"])
    with engine.connect() as connection:
        states = set(connection.scalars(select(BackfillWindow.status)))
        read, articles, versions = (
            connection.scalar(query)
            for query in (
                select(func.count()).select_from(BackfillPage).where(BackfillPage.status == "read"),
                select(func.count()).select_from(Article),
                select(func.count()).select_from(ArticleVersion),
            )
        )
    engine.dispose()
    return states == set(ended) and read == articles == versions
