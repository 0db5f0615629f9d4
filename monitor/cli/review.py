"""``clusterwatch review``: a person's answer, kept beside the machine's for good."""

from __future__ import annotations

import click

from monitor.cli.common import number, services
from monitor.pipeline.review import confirm as confirm_work
from monitor.pipeline.review import reject as reject_work


@click.group()
def review() -> None:
    """Confirm or reject what the program found; the answer is kept with who, when and why."""


_by = click.option("--by", required=True, metavar="NAME", help="Who says so.")
_why = click.option("--why", help="Why.")


def _ids(ids: tuple[str, ...]) -> list[tuple[str, int]]:
    return [(text.strip()[:1].lower(), number(text, "s", "h")) for text in ids]


@review.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@_by
@_why
@click.pass_context
def confirm(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
    """Statements (s7) are right; held reports (h7) go on to be matched and told."""
    with services(context) as opened:
        for line in confirm_work(opened, _ids(ids), by=by, why=why):
            click.echo(line)


@review.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@_by
@_why
@click.pass_context
def reject(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
    """Statements (s7) are wrong and are not told; held reports (h7) are none."""
    with services(context) as opened:
        for line in reject_work(opened, _ids(ids), by=by, why=why):
            click.echo(line)
