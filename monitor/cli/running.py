"""``run`` and its stages: poll, read, find, announce, deliver."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from typing import Final

import click

from monitor.cli.common import finish, report, result, say, services
from monitor.cli.importing import import_opml
from monitor.model import Counts
from monitor.pipeline import Services, announce, deliver, find, poll, propose, read
from monitor.store.alerts import next_delivery
from monitor.store.feeds import active_ids, due_ids, next_due

#: The longest sleep between two looks at what is due.
NAP: Final = 30.0


@click.command()
@click.option("--once", is_flag=True, help="Ask every active feed now, do all that follows, and return.")
@click.option(
    "--starting-feeds",
    is_flag=True,
    help="Into an empty ledger, import the feeds that come with the program.",
)
@click.pass_context
def run(context: click.Context, once: bool, starting_feeds: bool) -> None:
    """Poll, read, find, announce, deliver; until interrupted, each feed at its own interval."""
    with services(context, workers=None) as opened:
        if starting_feeds:
            import_starting_feeds(opened)
        _ready(opened)
        if once:
            with opened.database.reading() as session:
                ids = active_ids(session)
            counts = cycle(opened, ids)
            report(counts)
            if ids and counts[0].done.get("unreachable", 0) == len(ids):
                say("no feed could be reached: is this machine connected? (feeds list shows why)")
            finish(context, counts)
            return
        try:
            _for_ever(opened)
        except KeyboardInterrupt:
            say("interrupted: what was begun goes on at the next start")


def cycle(opened: Services, feed_ids: list[int]) -> list[Counts]:
    """All stages, once; the optional one where it is switched on."""
    first = [poll(opened, feed_ids), read(opened), find(opened)]
    if opened.proposer is not None:
        first.append(propose(opened))
    return [*first, announce(opened), deliver(opened)]


def _for_ever(opened: Services) -> None:
    while True:
        with opened.database.reading() as session:
            ids = due_ids(session, opened.now())
        counts = cycle(opened, ids)
        if any(stage.done for stage in counts):
            report(stage for stage in counts if any(stage.done.values()))
        time.sleep(_nap(opened))


def _nap(opened: Services) -> float:
    """Seconds until something is due, at most NAP."""
    with opened.database.reading() as session:
        moments = [m for m in (next_due(session), next_delivery(session, opened.now())) if m is not None]
    if not moments:
        return NAP
    left = (min(moments) - opened.now()) / timedelta(seconds=1)
    return min(max(left, 1.0), NAP)


def import_starting_feeds(opened: Services) -> None:
    """Imports the feeds that come with the program, where the ledger has none yet."""
    with opened.database.reading() as session:
        if active_ids(session):
            return
    body = resources.files("monitor.data").joinpath("feeds.opml").read_bytes()
    added, _, _ = import_opml(opened, body, from_start=False)
    say(f"imported the {added} feeds that come with the program (feeds list shows them)")


def _ready(opened: Services) -> None:
    with opened.database.reading() as session:
        feeds = len(active_ids(session))
    readers = ", ".join(f"{rule.name} by {rule.by}" for rule in opened.subscriptions)
    say(
        f"ready: {feeds} feeds, ledger {opened.database.shown}, alerts to {readers}",
        "next: `clusterwatch statements` shows the ledger, `feeds add URL` adds a feed, "
        "clusterwatch.toml says who is told (see README); Ctrl-C ends",
    )
    if not feeds:
        say(
            "there is no feed yet: `clusterwatch feeds add URL`, `feeds import FILE`, or run --starting-feeds"
        )


def _stage(name: str, work: Callable[[Services], Counts], words: str) -> click.Command:
    @click.command(name, help=words)
    @click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
    @click.pass_context
    def command(context: click.Context, as_json: bool) -> None:
        with services(context, workers=None) as opened:
            counts = work(opened)
        if as_json:
            result({"stage": counts.stage, "done": dict(counts.done), "refused": list(counts.refused)})
        else:
            report([counts])
        finish(context, [counts])

    return command


poll_command = _stage("poll", poll, "Ask the feeds that are due, and store their new entries.")
read_command = _stage("read", read, "Fetch and read the pages of entries that wait.")
find_command = _stage("find", find, "Find the statements in what was read.")
propose_command = _stage(
    "propose", propose, "Ask the language model of the settings about new texts; what it proposes is held."
)
announce_command = _stage("announce", announce, "Match what was found with the ledger; write alerts.")
deliver_command = _stage("deliver", deliver, "Send the deliveries that are due.")
