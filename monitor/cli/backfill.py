"""``clusterwatch backfill``: the past from an archive; ``coverage`` and ``missed``: what that shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import click

from monitor.archives import available
from monitor.cli.common import config_of, day, finish, report, result, say, services, table
from monitor.cli.sidebyside import failed_windows, side_by_side, tell_refused
from monitor.errors import UsageError
from monitor.model import Counts
from monitor.pipeline import deliver
from monitor.pipeline.asked import POLICIES, Planned, plan, question
from monitor.pipeline.backfill import Standing, begin, standing, work_on
from monitor.pipeline.services import Services, Tally

#: Windows of earlier runs that are told one by one.
SHOWN: Final = 10


@click.command()
@click.argument("source", required=False)
@click.option("--from", "start", metavar="DATE", help="The first day (or an ISO time).")
@click.option("--to", "end", metavar="DATE", help="The last day (or an ISO time).")
@click.option(
    "--feed", "--path", "feeds", multiple=True, metavar="f3|URL|PATH",
    help="Of this feed, site or file only; may be given again. Else of all feeds.",
)  # fmt: skip
@click.option("--plan", "planning", is_flag=True, help="Say what it would cost; write nothing.")
@click.option("--announce", is_flag=True, help="Tell what is found, in one digest a reader, at the end.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="Windows side by side.")
@click.option("--retry-failed", is_flag=True, help="Try failed windows again.")
@click.option("--pages", type=click.Choice(POLICIES), default="likely", show_default=True,
              help="Pages that may be on the topic by their title, or all.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--work-on", "number", type=int, hidden=True)
@click.pass_context
def backfill(context: click.Context, /, source: str | None, **given: Any) -> None:
    """Read the past from an archive into the ledger, in silence; called again, it goes on."""
    if given["number"] is not None:
        with services(context, workers=None) as opened:
            tell_refused(work_on(opened, given["number"]))
        return
    if source is None:
        raise UsageError(f"which archive? (backfill SOURCE --from DATE --to DATE; {', '.join(available())})")
    start, end = _stretch(given["start"], given["end"])
    if given["planning"]:
        with services(context) as opened:
            _show_plan(opened, plan(opened, source, start, end, feeds=given["feeds"], pages=given["pages"]),
                       given["as_json"])  # fmt: skip
        return
    # Of several processes this one only looks on.
    with services(context, workers=None if given["processes"] == 1 else 0) as opened:
        _read(context, opened, source, start, end, given)


def _stretch(start: str | None, end: str | None) -> tuple[datetime, datetime]:
    """The time that is meant: a day given as the end is read to its end."""
    first, last = day(start), day(end, end=True)
    if first is None or last is None:
        raise UsageError("backfill needs --from DATE and --to DATE")
    if len(end or "") == 10:
        last += timedelta(microseconds=1)
    if first >= last:
        raise UsageError(f"--from {start} is not before --to {end}")
    return first, last


def _read(
    context: click.Context, opened: Services, source: str, start: datetime, end: datetime, given: Any
) -> None:
    tally = Tally("backfill")
    asked = question(opened, source, start, end, given["feeds"], given["pages"])
    number = begin(opened, tally, asked, announce=given["announce"], retry_failed=given["retry_failed"])
    bar = Bar(standing(opened, number))
    try:
        if given["processes"] > 1:
            counts = side_by_side(opened, number, given["processes"], config_of(context), bar)
            counts = Counts("backfill", counts.done, (*tally.refused, *counts.refused))
        else:
            # Where it stands is counted in the ledger: not where nobody looks.
            counts = work_on(opened, number, tally=tally, progress=bar if bar.terminal else None)
    except KeyboardInterrupt:
        bar.end()
        say("interrupted: the same command goes on where this one stopped")
        context.exit(130)
    bar.end()
    if given["announce"]:
        sent = deliver(opened)
        report([sent])
        counts = Counts("backfill", counts.done, (*counts.refused, *sent.refused))
    _show(opened, number, counts, given["as_json"])
    finish(context, [counts])


class Bar:
    """How far it has come, how fast, and how long it will take: one line of a terminal, else silent."""

    WIDTH = 24

    def __init__(self, at: Standing) -> None:
        self.terminal = sys.stderr.isatty()
        self._began, self._first, self._shown = time.monotonic(), at, False

    def __call__(self, at: Standing) -> None:
        """Tells where it stands."""
        if not self.terminal:
            return
        self._shown = True
        click.echo("\r\033[K" + self.line(at, time.monotonic() - self._began), err=True, nl=False)

    def line(self, at: Standing, seconds: float) -> str:
        """The line after so many seconds: bar, windows, pages, pages a second, time left."""
        total = sum(at.windows.values())
        ended = total - at.left
        before = sum(self._first.windows.values()) - self._first.left
        share = ended / total if total else 1.0
        bar = "#" * round(share * self.WIDTH)
        pages = sum(at.pages.values()) - at.pages.get("pending", 0)
        rate = (pages - sum(self._first.pages.values())) / seconds if seconds > 0 else 0.0
        left = ""
        if ended > before and at.left:
            left = f", {_long(seconds / (ended - before) * at.left)} left"
        words = f"windows {ended}/{total}, pages {pages}, {max(rate, 0.0):.1f}/s{left}"
        return f"[{bar:<{self.WIDTH}}] {share:4.0%} {words}"

    def end(self) -> None:
        """Leaves the line."""
        if self._shown:
            click.echo("", err=True)


def _long(seconds: float) -> str:
    """A time in words that are short."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"


def _show(opened: Services, number: int, counts: Counts, as_json: bool) -> None:
    at = standing(opened, number)
    value = {
        "id": f"b{number}", "windows": at.windows, "pages": at.pages,
        "done": dict(sorted(counts.done.items())), "failed": list(counts.refused),
    }  # fmt: skip
    if as_json:
        result(value)
        return
    windows = ", ".join(f"{name} {n}" for name, n in sorted(at.windows.items()))
    pages = ", ".join(f"{name} {n}" for name, n in sorted(at.pages.items()))
    done = ", ".join(f"{name} {n}" for name, n in sorted(counts.done.items()) if n)
    click.echo(f"b{number}: windows {windows or 'none'}; pages {pages or 'none'}")
    click.echo(f"this time: {done or 'nothing to do'}")
    earlier = [why for why in failed_windows(opened, number).values() if why not in counts.refused]
    if earlier:
        more = [f"  and {len(earlier) - SHOWN} more"] if len(earlier) > SHOWN else []
        say("failed in an earlier run, left alone until --retry-failed:",
            *(f"  {why}" for why in earlier[:SHOWN]), *more)  # fmt: skip


def _show_plan(opened: Services, planned: Sequence[Planned], as_json: bool) -> None:
    pause = opened.settings.fetch.per_host_delay
    rows: list[dict[str, Any]] = [
        {
            "target": one.target or None, "from": one.window.start, "to": one.window.end,
            "pages": one.expected.pages, "requests": one.expected.requests, "bytes": one.expected.size,
            "seconds": one.seconds(pause),
            "note": one.problem or one.expected.note or None,
        }
        for one in planned
    ]  # fmt: skip
    total = {
        name: sum(v for row in rows if isinstance(v := row[name], int | float))
        for name in ("pages", "requests", "bytes", "seconds")
    }
    if as_json:
        result({"windows": rows, "total": total})
        return
    table(
        ("target", "from", "to", "pages", "requests", "MB", "time", "note"),
        (
            (
                row["target"], f"{row['from']:%Y-%m-%d}", f"{row['to']:%Y-%m-%d}", row["pages"],
                row["requests"], None if row["bytes"] is None else f"{row['bytes'] / 1e6:.1f}",
                None if row["seconds"] is None else _long(row["seconds"]), row["note"] or "",
            )
            for row in rows
        ),
    )  # fmt: skip
    click.echo(
        f"\n{len(rows)} windows, {total['pages']} pages, {total['requests']} requests, "
        f"{total['bytes'] / 1e6:.1f} MB; one after the other {_long(total['seconds'])}, with a request "
        f"every {pause:g} s where the archive asks for no longer pause"
    )
