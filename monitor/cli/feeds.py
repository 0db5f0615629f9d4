"""``clusterwatch feeds``: add, import, export, list, check, pause, resume, remove, discover."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import click

from extractors.discover import discover_feeds
from extractors.opml import OpmlFeed, write_opml
from extractors.urls import canonical, host_of
from monitor.cli.common import finish, number, result, say, services, shown, table
from monitor.cli.importing import add_one, import_opml
from monitor.errors import FetchRefused, ItemError, NotAFeed, UsageError
from monitor.model import Counts, OutletKind, ParsedFeed
from monitor.pipeline import Services
from monitor.pipeline.jobs import feed_job
from monitor.pipeline.storm import release, released_lines
from monitor.ports import Fetched, Wanted
from monitor.store.feeds import OutletFacts, all_feeds, entry_counts, find_feed, outlet_of
from monitor.store.schema import Feed

_KINDS = click.Choice(get_args(OutletKind))
#: The problems of a list whose outline was left out.
_REFUSED = ("not_http:", "has_password:")


@click.group("feeds")
def feeds_group() -> None:
    """The feeds that are watched."""


@feeds_group.command("add")
@click.argument("url")
@click.option("--outlet", help="The publisher's name (else the feed's host).")
@click.option("--language", help="ISO 639-1 code of the feed's language.")
@click.option("--country", help="ISO 3166-1 alpha-2 code of the outlet.")
@click.option("--outlet-kind", type=_KINDS)
@click.option(
    "--tier", type=click.IntRange(1, 3), help="1 agencies, papers of record, official sites; 2; 3 unknown."
)
@click.option("--state", help="State or organisation whose official source the outlet is (UN, NATO …).")
@click.option("--pages", type=click.Choice(["hinted", "all"]), help="all: every entry deserves its page.")
@click.option("--from-start", is_flag=True, help="Tell also of what the feed has today (no baseline).")
@click.pass_context
def add(context: click.Context, /, url: str, outlet: str | None, **facts: Any) -> None:
    """Watch the feed at URL."""
    address = _address(url)
    kind, country = facts["outlet_kind"], facts["country"].upper() if facts["country"] else None
    entry = OpmlFeed(
        url=address,
        title=outlet or "",
        home_url=None,
        language=facts["language"],
        country=country,
        kind=kind,
        tier=facts["tier"],
        pages=facts["pages"],
    )
    with services(context) as opened, opened.database.writing() as session:
        feed, new = add_one(opened, session, entry, from_start=facts["from_start"])
        if facts["state"]:
            outlet_of(session, OutletFacts(feed.outlet.name, state=facts["state"].upper()))
        click.echo(f"f{feed.id}")
        say(f"{'added' if new else 'known already'}: f{feed.id} {feed.url} ({feed.outlet.name})")


def _address(url: str) -> str:
    """An address of http or https as it is kept. Raises UsageError."""
    try:
        if "@" in urlsplit(url.strip()).netloc:
            raise UsageError("an address with a user name or password in it is never asked; leave them out")
        canonical(url)
        host = host_of(url) if url.strip().lower().startswith(("http://", "https://")) else None
    except ValueError as error:
        raise UsageError(f"{url!r} is no address: {error}") from None
    if not host:
        raise UsageError(f"{url!r} is no address: one begins with https:// or http:// and names a host")
    return url.strip()


@feeds_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from-start", is_flag=True, help="Tell also of what the feeds have today (no baseline).")
@click.pass_context
def import_command(context: click.Context, file: Path, from_start: bool) -> None:
    """Watch the feeds of an OPML file."""
    with services(context) as opened:
        added, known, problems = import_opml(opened, file.read_bytes(), from_start=from_start)
    click.echo(f"added {added}, known {known}")
    refused = tuple(problem for problem in problems if problem.startswith(_REFUSED))
    for problem in problems:
        if problem not in refused:
            say(problem)
    finish(context, [Counts("import", {}, refused)])


@feeds_group.command()
@click.pass_context
def export(context: click.Context) -> None:
    """Print the feeds as OPML."""
    with services(context) as opened, opened.database.reading() as session:
        entries = [as_opml(feed) for feed in all_feeds(session)]
    click.echo(write_opml(entries, "Clusterwatch"))


def as_opml(feed: Feed) -> OpmlFeed:
    """A feed of the ledger as an outline."""
    outlet = feed.outlet
    home = f"https://{outlet.host}/" if outlet.host else None
    kind: Any = outlet.kind
    return OpmlFeed(
        url=feed.url,
        title=outlet.name,
        home_url=home,
        language=feed.language,
        country=outlet.country,
        kind=kind,
        tier=outlet.tier,
        pages=outlet.pages,
        seen=feed.seen,
        owner=outlet.owner,
    )


@feeds_group.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_command(context: click.Context, as_json: bool) -> None:
    """The feeds, how they are doing, and when they are asked next."""
    with services(context) as opened, opened.database.reading() as session:
        counts = entry_counts(session)
        rows = [_as_dict(feed, counts.get(feed.id, 0)) for feed in all_feeds(session)]
    if as_json:
        result(rows)
        return
    table(
        ("id", "status", "last", "entries", "asked", "next", "outlet", "url"),
        [
            (
                r["id"],
                r["status"],
                r["last_state"],
                r["entries"],
                r["last_polled"],
                r["next_due"],
                r["outlet"],
                r["url"],
            )
            for r in rows
        ],
    )


def _as_dict(feed: Feed, entries: int) -> dict[str, Any]:
    outlet = feed.outlet
    return {
        "id": f"f{feed.id}",
        "url": feed.url,
        "outlet": outlet.name,
        "language": feed.language,
        "country": outlet.country,
        "outlet_kind": outlet.kind,
        "tier": outlet.tier,
        "status": feed.status,
        "baseline": feed.baseline,
        "last_state": feed.last_state,
        "last_detail": feed.last_detail,
        "failures": feed.failures,
        "entries": entries,
        "interval_minutes": feed.interval_minutes,
        "added": feed.added_at,
        "last_polled": feed.last_polled_at,
        "last_ok": feed.last_ok_at,
        "next_due": feed.next_due_at,
        "seen": feed.seen,
    }


@feeds_group.command()
@click.argument("url", required=False)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def check(context: click.Context, url: str | None, as_json: bool) -> None:
    """Ask each feed (or URL) once and tell its health; nothing is stored."""
    with services(context, workers=None) as opened:
        if url:
            targets = [("", _address(url))]
        else:
            with opened.database.reading() as session:
                targets = [(f"f{feed.id}", feed.url) for feed in all_feeds(session)]
        rows = _checked(opened, targets)
    if as_json:
        result(rows)
        return
    table(
        ("id", "state", "format", "entries", "dated", "newest", "url"),
        [(r["id"], r["state"], r["format"], r["entries"], r["dated"], r["newest"], r["url"]) for r in rows],
    )
    good = sum(r["state"] == "ok" for r in rows)
    say(f"{good} of {len(rows)} feeds are well")


def _checked(opened: Services, targets: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """A row of health for each (id, URL), parsed in the workers while others are fetched."""
    answers: dict[int, Fetched | ParsedFeed | Exception] = {}
    waiting: deque[int] = deque()

    def jobs() -> Iterator[tuple[bytes, str, str | None, datetime]]:
        for index, answer in opened.fetcher.fetch_all([Wanted(url, "feed") for _, url in targets]):
            if isinstance(answer, Fetched):
                waiting.append(index)
                yield answer.body, answer.url, answer.content_type, opened.now()
            else:
                answers[index] = answer

    for parsed in opened.workers.map(feed_job, jobs()):
        answers[waiting.popleft()] = parsed
    return [_health(*targets[index], answers[index]) for index in sorted(answers)]


def _health(number: str, url: str, answer: Fetched | ParsedFeed | Exception) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("format", "entries", "dated", "newest", "detail"))
    row |= {"id": number or None, "url": url, "state": "ok"}
    if isinstance(answer, ParsedFeed):
        dates = [e.published.value for e in answer.entries if e.published]
        row |= {
            "format": answer.version,
            "entries": len(answer.entries),
            "dated": len(dates),
            "newest": max(dates, default=None),
        }
        if not answer.entries:
            row["state"] = "empty"
    elif isinstance(answer, FetchRefused | NotAFeed | ItemError):
        row |= {"state": answer.state, "detail": answer.detail}
    else:
        row |= {"state": "internal", "detail": repr(answer)}
    return row


def _switch(name: str, status: str, words: str) -> click.Command:
    @feeds_group.command(name, help=words)
    @click.argument("feeds", nargs=-1, required=True, metavar="FEED…")
    @click.pass_context
    def command(context: click.Context, feeds: tuple[str, ...]) -> None:
        with services(context) as opened, opened.database.writing() as session:
            for text in feeds:
                feed = find_feed(session, text) if "://" in text else session.get(Feed, number(text, "f"))
                if feed is None:
                    raise UsageError(f"there is no feed {text}")
                feed.status = status
                if status == "active":
                    feed.next_due_at, feed.failures = None, 0.0
                    for line in released_lines(feed, release(opened, session, feed)):
                        say(line)
                click.echo(f"f{feed.id} {status}")

    return command


_SWITCHES: tuple[Callable[..., Any], ...] = (
    _switch("pause", "paused", "Stop asking feeds (ids or URLs) until they are resumed."),
    _switch("resume", "active", "Ask paused feeds again, at once; what they flooded us with may be told."),
    _switch("remove", "removed", "Stop asking feeds for good; what they gave stays in the ledger."),
)


@feeds_group.command()
@click.argument("page_url")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def discover(context: click.Context, page_url: str, as_json: bool) -> None:
    """The feeds that a web page names."""
    with services(context) as opened:
        _, answer = next(iter(opened.fetcher.fetch_all([Wanted(_address(page_url))])))
    if not isinstance(answer, Fetched):
        raise UsageError(f"{page_url} cannot be read: {answer}")
    found = discover_feeds(answer.body, answer.url)
    if as_json:
        result([{"url": f.url, "title": f.title, "type": f.type} for f in found])
        return
    for feed in found:
        click.echo(f"{shown(feed.url)}\t{shown(feed.title or '')}".rstrip())
    if not found:
        say(f"{host_of(page_url)} names no feed on that page")
