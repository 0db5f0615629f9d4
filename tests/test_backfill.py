"""The past from an archive: in silence, each page once, on the rules of its day, beside a live watch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from journey import article
from servers import Reply, Request
from test_fetch_turns import Booked
from world import BACKGROUND, FINLAND, ISO, LEAD, World, story

from monitor.errors import ArchiveFailed, StoreUnreachable, UsageError
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.model import ArchivedPage, Batch, Document, Expected, Target, When, Window
from monitor.pipeline.asked import Planned
from monitor.pipeline.backfill import Standing, backfill, plan
from monitor.pipeline.deliver import deliver
from monitor.pipeline.services import Services
from monitor.store.backfills import Question, backfill_of, lay_out, take_window
from monitor.store.schema import (
    AlertRow,
    Article,
    ArticleVersion,
    Backfill,
    BackfillPage,
    BackfillWindow,
    DeliveryRow,
    Entry,
)

LATER = "2024-03-05T20:00:00+00:00"
LAST = "2024-03-05T21:00:00+00:00"
START, END = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 3, 6, tzinfo=UTC)
PATH = "/2024/03/05/norway-first"
FERRIES = "The island's ferries will run again on Sundays from the spring of this year"
HARBOUR = "Lithuania will not give up the Convention on Cluster Munitions while I hold this office"


@dataclass(frozen=True)
class Old:
    """A page of the past: where it stands, its title, words and day."""

    path: str
    title: str
    words: str
    published: str


OLD = Old(
    "/2023/05/10/vilnius", "Vilnius keeps the ban",
    f"“{HARBOUR},” Lithuanian Defence Minister Arvydas Anušauskas said on Wednesday.",
    "2023-05-10T09:00:00+00:00",
)  # fmt: skip
FIRST = Old(PATH, "Norway rejects cluster munitions", LEAD, "2024-03-05T11:00:00+00:00")


def listing(host: str, pages: Sequence[Old], *, news: bool = True) -> Reply:
    """A sitemap of these pages, with what a news sitemap says of each."""
    rows = ""
    for page in pages:
        more = (
            "<n:news><n:publication><n:name>The Past</n:name><n:language>en</n:language></n:publication>"
            f"<n:publication_date>{page.published}</n:publication_date><n:title>{page.title}</n:title></n:news>"
        )
        rows += (
            f"<url><loc>http://{host}{page.path}</loc><lastmod>{page.published}</lastmod>"
            f"{more if news else ''}</url>"
        )
    head = (
        '<?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    )
    news_space = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    return Reply(f"{head}{news_space}{rows}</urlset>", "application/xml")


def keep(world: World, host: str, pages: Sequence[Old], *, news: bool = True) -> None:
    """Puts pages of the past on a site, beside what it has."""
    site = world.web.sites.setdefault(host, {})
    site["/sitemap.xml"] = listing(host, pages, news=news)
    for page in pages:
        site[page.path] = Reply(article(page.title, page.words, BACKGROUND, published=page.published))


def read(world: World, time: str = LATER, **more: Any) -> dict[str, int]:
    with world.at(time) as services:
        return dict(backfill(services, "sitemap", START, END, **more).done)


def asked(world: World, path: str) -> int:
    return sum(request.path == path for request in world.web.requests)


def test_the_past_is_read_in_silence_and_moves_what_is_known_back(world: World) -> None:
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    assert len(world.inbox.taken) == 1
    keep(world, "courier.example", [FIRST, OLD])
    done = read(world, feeds=["http://courier.example/"])
    assert (done["read"], done["windows_done"]) == (2, 2)
    world.run(LAST)
    assert len(world.inbox.taken) == 1, "nothing that an archive adds is told"
    old, known = world.ledger(LAST)
    assert known["alert"]["state"] == "told"
    assert known["first_published"] == "2024-03-05T11:00:00+00:00"
    assert known["first_outlet"] == "The Past"
    assert [a["same_by"] for a in known["appearances"]] != []
    assert len(known["appearances"]) == 2
    assert old["alert"] == {"state": "not_told", "reason": "backfill"}
    assert len(world.rows(AlertRow, LAST)) == 1, "no row that a digest could send, and no update"
    assert {a.origin for a in world.rows(Article, LAST)} == {"feed", "backfill"}


def test_officials_and_the_convention_are_those_of_the_day(world: World) -> None:
    words = f"“{HARBOUR},” Rasa Juknevičienė said on Wednesday."
    then = Old("/2012/05/09/vilnius", "Vilnius keeps the ban", words, "2012-05-09T09:00:00+00:00")
    now = replace(then, path="/2025/09/10/vilnius", published="2025-09-10T09:00:00+00:00")
    keep(world, "courier.example", [then, now])
    today = "2026-02-01T10:00:00Z"
    with world.at(today) as services:
        for one in (then, now):
            day = datetime.fromisoformat(one.published)
            backfill(services, "sitemap", day, day + timedelta(days=1), feeds=["http://courier.example/"])
    found = {str(s["said_on"]): s for s in world.ledger(today)}
    assert found["2012-05-09"]["standing"] == "party"
    assert found["2025-09-10"]["standing"] == "withdrawn"
    assert found["2012-05-09"]["kind"] == "state", "defence minister from 2008 to December 2012"
    assert found["2025-09-10"]["kind"] == "former"


def test_asked_again_it_does_nothing_and_fetches_no_page(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    read(world, feeds=["http://courier.example/"])
    before = len(world.web.requests)
    assert read(world, feeds=["http://courier.example/"]) == {}
    assert len(world.web.requests) == before
    # Another stretch lists the same pages, and fetches none of them.
    with world.at(LATER) as services:
        done = backfill(
            services, "sitemap", START - timedelta(days=40), END, feeds=["http://courier.example/"]
        ).done
    assert done["again"] == 2
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)


def test_what_the_ledger_has_or_awaits_is_not_fetched_again(world: World) -> None:
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    with world.at() as services, services.database.writing() as session:
        waiting = session.get_one(Entry, 1)
        session.add(
            Entry(
                feed_id=1, url="http://ledger.example/waits", canonical_url="http://ledger.example/waits",
                title="Waits", summary="", content_hash="-", first_seen=waiting.first_seen, status="unread",
            )
        )  # fmt: skip
    keep(
        world, "ledger.example",
        [
            Old("/norway", "Norway rejects cluster munitions", LEAD, ISO),
            Old("/waits", "Cluster munitions await their reader", LEAD, ISO),
            Old("/2024/03/01/ferries", FERRIES, "Ferries.", "2024-03-01T08:00:00Z"),
        ],
    )  # fmt: skip
    done = read(world)
    assert (done["known"], done["skipped"], done.get("fetched", 0)) == (2, 1, 0)
    assert (asked(world, "/norway"), asked(world, "/waits"), asked(world, "/2024/03/01/ferries")) == (1, 0, 0)
    # Asked for all pages, those that were passed over by their title are read.
    assert read(world, pages="all")["read"] == 1


def test_to_announce_is_one_digest_and_one_only(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": ["desk@example.org"]},
        {"name": "weekly", "by": "email", "to": ["chief@example.org"], "mode": "weekly"},
    ]
    finland = Old("/2023/01/10/helsinki", "Helsinki condemns cluster bombs", FINLAND, "2023-01-10T09:00:00Z")
    keep(world, "courier.example", [FIRST, OLD, finland])
    world.serve("ledger.example", [])
    world.add("courier.example")
    done = read(world, announce=True)
    assert done["announced"] == 3
    with world.at(LATER) as services:
        assert deliver(services).done["sent"] == 3
        assert read(world, announce=True) == {}
        deliver(services)
    (subject,) = world.subjects()
    assert subject.startswith("From archives: 3 found late")
    rows = world.rows(DeliveryRow, LATER)
    assert {(r.recipient, r.mode, r.status) for r in rows} == {
        ("desk@example.org", "daily", "sent"), ("chief@example.org", "weekly", "queued"),
    }  # fmt: skip
    assert {s["alert"]["state"] for s in world.ledger(LATER)} == {"told"}


def test_what_a_failed_window_gives_later_is_told_too(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]
    good = world.web.sites["courier.example"][OLD.path]
    world.web.sites["courier.example"][OLD.path] = Reply("busy", status=500)
    assert read(world, feeds=feeds, announce=True)["announced"] == 1
    world.web.sites["courier.example"][OLD.path] = good
    assert read(world, feeds=feeds, announce=True, retry_failed=True)["announced"] == 1
    assert {s["alert"]["state"] for s in world.ledger(LATER)} == {"digest"}
    assert len(world.rows(DeliveryRow, LATER)) == 2, "each once"
    assert "announced" not in read(world, feeds=feeds, announce=True, retry_failed=True)


def test_a_feed_that_brings_it_today_is_heard(world: World) -> None:
    """An article of today's that an archive had first is told when its own feed brings it."""
    world.serve("ledger.example", [])
    world.add("ledger.example")
    world.run("2024-03-05T16:00:00+00:00")
    keep(world, "ledger.example", [Old("/norway", "Norway rejects cluster munitions", LEAD, ISO)])
    assert read(world, "2024-03-05T16:30:00+00:00")["read"] == 1
    assert world.inbox.taken == []
    pages = world.web.sites["ledger.example"]
    world.serve("ledger.example", [story()])
    world.web.sites["ledger.example"] |= {"/sitemap.xml": pages["/sitemap.xml"]}
    world.run()
    assert len(world.inbox.taken) == 1
    (statement,) = world.ledger()
    assert statement["alert"]["state"] == "told"


def test_a_failed_window_is_tried_again_alone(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    keep(world, "herald.example", [Old("/2024/03/05/n", "Norway rejects cluster munitions", LEAD, ISO)])
    good = world.web.sites["courier.example"][OLD.path]
    world.web.sites["courier.example"][OLD.path] = Reply("busy", status=500)
    sites = ["http://courier.example/", "http://herald.example/"]
    done = read(world, feeds=sites)
    assert (done["windows_failed"], done["windows_done"], done["read"]) == (1, 3, 2)
    (failed,) = [w for w in world.rows(BackfillWindow, LATER) if w.status == "failed"]
    assert (failed.target, failed.start.year) == ("http://courier.example/", 2023)
    assert failed.reason == "1 pages could not be had (http_500 1)"
    before = len(world.web.requests)
    assert read(world, feeds=sites) == {}
    world.web.sites["courier.example"][OLD.path] = good
    done = read(world, feeds=sites, retry_failed=True)
    assert (done["windows_reopened"], done["windows_done"], done["read"]) == (1, 1, 1)
    assert [r.path for r in world.web.requests[before:] if r.path != "/robots.txt"] == [OLD.path]


def test_a_page_that_is_gone_leaves_the_words_of_its_list(world: World) -> None:
    keep(world, "courier.example", [Old(PATH, f"Norway: {LEAD}", LEAD, ISO)])
    world.web.sites["courier.example"][PATH] = Reply("gone", status=410)
    done = read(world, feeds=["http://courier.example/"])
    assert (done["page_http_410"], done["read"], done["windows_done"]) == (1, 1, 2)
    (page,) = world.rows(BackfillPage, LATER)
    assert (page.status, page.reason) == ("read", "http_410")
    assert len(world.ledger(LATER)) == 1


def test_interrupted_it_leaves_its_window_to_the_next(world: World) -> None:
    """By a person, then by a ledger that is away when a page's host is to be booked: no page pays for it."""
    world.settings["FETCH__PER_HOST_DELAY"] = "0.01"
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]

    def interrupt(_at: Standing) -> None:
        raise KeyboardInterrupt

    with world.at(LATER) as services:
        with pytest.raises(KeyboardInterrupt):
            backfill(services, "sitemap", START, END, feeds=feeds, progress=interrupt)
        windows = world.rows(BackfillWindow, LATER)
        assert [(w.status, w.lease_owner) for w in windows] == [("pending", None)] * 2
        policy = FetchPolicy(connect_to={"*.example": world.web.place}, max_ledger_wait=0)
        unbooked = replace(services, fetcher=HttpFetcher(policy, turns=Booked(away=["courier.example"])))
        with pytest.raises(StoreUnreachable):
            backfill(unbooked, "sitemap", START, END, feeds=feeds)
        waits = [page for page in world.rows(BackfillPage, LATER) if page.status == "pending"]
        assert [(page.tries, page.reason) for page in waits] == [(0, None)]
        windows = world.rows(BackfillWindow, LATER)
        assert sorted((w.status, w.reason) for w in windows) == [("done", None), ("pending", None)]
        other = replace(services, owner="another-machine/boot/1/1")
        assert backfill(other, "sitemap", START, END, feeds=feeds).done["windows_done"] == 1
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)
    assert len(world.ledger(LATER)) == 2


def test_what_another_question_left_waiting_is_read(world: World) -> None:
    """Nobody may ever ask the first question again: the second takes over what waits, as far as it came."""
    keep(world, "courier.example", [FIRST, OLD])
    feeds = ["http://courier.example/"]

    class Interrupted:
        def map(self, _function: Any, _arguments: Any) -> Any:
            raise KeyboardInterrupt

    with world.at(LATER) as services:
        with pytest.raises(KeyboardInterrupt):
            backfill(replace(services, workers=Interrupted()), "sitemap", START, END, feeds=feeds)
        (page,) = world.rows(BackfillPage, LATER)
        assert page.status == "fetched"
        done = backfill(services, "sitemap", START.replace(year=2022), END, feeds=feeds).done
        assert (done["windows_done"], done["read"]) == (3, 2)
    assert (asked(world, FIRST.path), asked(world, OLD.path)) == (1, 1)
    assert len(world.ledger(LATER)) == 2


def test_what_cannot_be_asked_is_said(world: World, tmp_path: Path) -> None:
    with world.at() as services:
        for source, feeds in (("sitemap", []), ("no-such-archive", []), ("sitemap", ["f9"])):
            with pytest.raises(UsageError):
                backfill(services, source, START, END, feeds=feeds)
        with pytest.raises(UsageError):
            backfill(services, "sitemap", END, START, feeds=["http://courier.example/"])
        paths = [str(tmp_path / name) for name in ("gone.jsonl", "odd.bin", "list.opml", "good.jsonl")]
        with pytest.raises(UsageError, match=r"no file .*gone\.jsonl"):
            backfill(services, "files", START, END, feeds=paths[:1])
        assert world.rows(Backfill) == []
        (tmp_path / "odd.bin").write_bytes(b"nothing")
        (tmp_path / "list.opml").write_bytes(b"<html>For sale</html>")
        (tmp_path / "good.jsonl").write_text(json.dumps({"id": "a", "text": LEAD, "published": ISO}))
        done = backfill(services, "files", START, END, feeds=paths)
    assert (done.done["read"], done.done["targets_left"], done.done["windows_failed"]) == (1, 2, 1)
    states = [state for state in ("no_file", "not_opml", "unknown_kind") if state in " ".join(done.refused)]
    assert len(states) == len(done.refused) == 3, "one bad file among many stops no other"
    assert len(world.ledger()) == 1


def test_a_plan_writes_nothing(world: World) -> None:
    keep(world, "courier.example", [FIRST, OLD])
    with world.at() as services:
        planned = plan(services, "sitemap", START, END, feeds=["http://courier.example/"])
    assert len(planned) == 2
    assert sum(p.expected.pages or 0 for p in planned) == 2
    assert world.rows(Backfill) == []
    assert asked(world, OLD.path) == 0


def test_a_plan_knows_the_archive_s_own_pause_and_the_pages_pause() -> None:
    def seconds(expected: Expected, pause: float) -> float | None:
        return Planned("", Window(START, END), expected).seconds(pause)

    assert seconds(Expected(requests=10), 2.0) == 20
    assert seconds(Expected(requests=10, own=4, pause=6.0), 2.0) == 4 * 6 + 6 * 2
    assert seconds(Expected(requests=10, own=4, pause=1.5), 2.0) == 20, "the longer of the two holds"
    assert seconds(Expected(), 2.0) is None


# --- an archive of the test's own ---------------------------------------------------------------------


@dataclass
class Shelf:
    """An archive that gives these pages, some at a time, and fails where it is told to."""

    documents: Sequence[ArchivedPage]
    fails_at: int | None = None
    name: str = "shelf"

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        return [Window(start, end)]

    def expected(self, window: Window) -> Expected:
        return Expected(len(self.documents))

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        for number in range(int(cursor or 0), len(self.documents)):
            if number == self.fails_at:
                raise ArchiveFailed("http_503", "the shelf is closed")
            last = number + 1 == len(self.documents)
            yield Batch((self.documents[number],), None if last else str(number + 1))


def with_shelf(services: Services, shelf: Shelf) -> Services:
    def give(_name: str, _targets: Sequence[Target], _stretch: Window | None) -> Shelf:
        return shelf

    return replace(services, archives=give)


def given(number: int, words: str, **more: Any) -> ArchivedPage:
    document = Document(
        f"shelf {number}", url=f"http://shelf.example/{number}",
        html=article(f"Cluster munitions {number}", words, BACKGROUND, published=more.get("published")),
    )  # fmt: skip
    return ArchivedPage(f"shelf {number}", document, captured=more.get("captured"))


def test_a_service_that_keeps_us_out_is_left_alone_till_the_next_call(world: World) -> None:
    @dataclass
    class Closing(Shelf):
        state: str | None = "connect"
        asked: int = 0

        def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
            return [Window(start + timedelta(days=n), start + timedelta(days=n + 1)) for n in range(4)]

        def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
            self.asked += 1
            if self.state:
                raise ArchiveFailed(self.state, "not now")
            yield Batch((), None)

    shelf = Closing([])
    with world.at() as opened:
        services = with_shelf(opened, shelf)
        done = backfill(services, "gdelt", START, END)
        assert (shelf.asked, done.done["windows_failed"], done.done["windows_left"]) == (1, 1, 3)
        assert (done.done["kept_out"], len(done.refused)) == (1, 1)
        shelf.state = "postponed"  # asked within the wait that it told: one window fails, not all
        again = backfill(services, "gdelt", START, END, retry_failed=True)
        assert (shelf.asked, again.done["windows_failed"], again.done["windows_left"]) == (2, 1, 3)
        shelf.state = "not_json"  # of the question, not of us: the others are asked
        assert backfill(services, "gdelt", START, END).done == {"windows_failed": 3}
        shelf.state = None
        assert backfill(services, "gdelt", START, END, retry_failed=True).done["windows_done"] == 4


def test_what_an_archive_gave_stands_and_it_goes_on_from_there(world: World) -> None:
    pages = [given(1, LEAD, published=ISO), given(2, FINLAND, published=ISO)]
    feeds = ["http://shelf.example/"]
    with world.at() as services:
        done = backfill(with_shelf(services, Shelf(pages, fails_at=1)), "sitemap", START, END, feeds=feeds)
        assert dict(done.done)["windows_failed"] == 1
        assert done.refused == ("http://shelf.example/ 2023-01-01: http_503: the shelf is closed",)
        assert len(world.ledger()) == 1
        whole = with_shelf(services, Shelf(pages))
        done = backfill(whole, "sitemap", START, END, feeds=feeds, retry_failed=True)
    assert (done.done["named"], done.done["windows_done"]) == (1, 1)
    assert len(world.ledger()) == 2


def test_a_page_is_read_by_the_day_of_its_capture(world: World) -> None:
    """What was captured on a day was not published after it, and was built as its outlet built pages then."""
    html = (
        "<html><head><title>Vilnius keeps the ban</title></head><body><article>"
        f"<div class='article__text'><p>{OLD.words}</p><p>{BACKGROUND}</p></div>"
        f"<div class='more'><p>{FINLAND}</p></div></article></body></html>"
    )
    document = Document("r", url="http://rt.com/news/ban", html=html)
    later = replace(document, id="n", url="http://rt.com/news/ban-later")
    captured = datetime(2012, 5, 10, tzinfo=UTC)
    shelf = Shelf([ArchivedPage("r", document, captured=captured), ArchivedPage("n", later)])
    with world.at() as services:
        backfill(with_shelf(services, shelf), "sitemap", START, END, feeds=["http://rt.com/"])
    then, now = world.rows(ArticleVersion)
    assert "Finnish" not in then.text, "the layout that held until 2019 keeps other boxes out"
    assert "Finnish" in now.text


def test_two_at_once_do_each_window_once(world: World) -> None:
    """The second process meets the first in the middle of its window, and takes the others."""
    other_page = Old(
        "/2024/03/01/helsinki", "Helsinki condemns cluster bombs", FINLAND, "2024-03-01T09:00:00Z"
    )
    keep(world, "courier.example", [FIRST])
    keep(world, "herald.example", [other_page])
    seen: list[dict[str, int]] = []
    page = world.web.sites["courier.example"][FIRST.path]

    def meanwhile(_request: Request) -> Reply:
        if not seen:
            seen.append({})
            with world.at(LATER) as services:
                other = replace(services, owner="another-machine/boot/1/1")
                seen[0] = dict(backfill(other, "sitemap", START, END, feeds=sites).done)
        assert isinstance(page, Reply)
        return page

    sites = ["http://courier.example/", "http://herald.example/"]
    world.web.sites["courier.example"][FIRST.path] = meanwhile
    done = read(world, feeds=sites)
    assert seen[0]["windows_done"] + done["windows_done"] == 4
    assert seen[0]["read"] == done["read"] == 1
    assert (asked(world, FIRST.path), asked(world, other_page.path)) == (1, 1)
    windows = world.rows(BackfillWindow, LATER)
    assert {(w.status, w.tries) for w in windows} == {("done", 1)}


@pytest.mark.parametrize(
    ("turns", "taken"),
    [("archive", [1, None, None]), ("targets", [1, 2, None]), ("open", [1, 2, 3])],
)
def test_no_server_is_asked_by_two_at_once(world: World, turns: str, taken: list[int | None]) -> None:
    """Three processes on three windows: two of one target, one of another; a fourth finds none dead."""
    sites = (Target("http://courier.example/"), Target("http://herald.example/"))
    days = [Window(START, START + timedelta(days=9)), Window(START + timedelta(days=9), END)]
    with world.at() as services, services.database.writing() as session:
        asked = backfill_of(session, Question("sitemap", START, END, sites, "all"), services.now())
        lay_out(session, asked.id, sites[0].address, days[:1])
        lay_out(session, asked.id, sites[1].address, days[:1])
        lay_out(session, asked.id, sites[1].address, days)  # a target is laid out once
        session.add(
            BackfillWindow(
                backfill_id=asked.id, target=sites[0].address, start=days[1].start, end=END, counts={}
            )
        )
        session.flush()
        got = [
            take_window(session, asked, f"process {n}", lambda _owner: True, services.now(), turns=turns)
            for n in range(3)
        ]
        assert [one.id if one else None for one in got] == taken
        # The windows of processes that are gone are free.
        dead = take_window(session, asked, "last", lambda _owner: False, services.now(), turns=turns)
        assert dead is not None
        assert (dead.id, dead.lease_owner, dead.tries) == (1, "last", 2)


def test_thousands_of_the_past_do_not_touch_a_live_watch(world: World) -> None:
    """In small what benchmarks/backfill.py measures with 10,000: no alert, and the poll between is heard."""
    many = [
        ArchivedPage(
            f"old {n}",
            Document(
                f"old {n}", url=f"http://old.example/{n}", text=f"{LEAD.replace('Tuesday', 'Monday')} ({n})",
                title="Cluster munitions", published=When(START + timedelta(days=n), "day", "given"),
            ),
        )
        for n in range(60)
    ]  # fmt: skip
    heard: list[int] = []

    class Between(Shelf):
        def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
            for start in range(0, len(many), 20):
                if start == 40:
                    world.serve("ledger.example", [story()])
                    world.run("2024-03-05T18:10:00+00:00")
                    heard.append(len(world.inbox.taken))
                yield Batch(tuple(many[start : start + 20]), str(start) if start < 40 else None)

    world.serve("ledger.example", [])
    world.add("ledger.example")
    world.run("2024-03-05T17:00:00+00:00")
    with world.at() as services:
        done = backfill(
            with_shelf(services, Between([])), "sitemap", START, END, feeds=["http://old.example/"]
        )
    assert done.done["read"] == 60
    assert heard == [1], "the live statement is told while the past is read"
    world.run(LATER)
    assert len(world.inbox.taken) == 1
