"""``clusterwatch review``: a person's answer, kept beside the machine's for good."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.common import number, result, services, table
from monitor.errors import UsageError
from monitor.pipeline import rearrange
from monitor.pipeline.feedback import ANSWERS, say
from monitor.pipeline.review import confirm as confirm_work
from monitor.pipeline.review import reject as reject_work
from monitor.store.questions import reviews


@click.group()
def review() -> None:
    """A person's answers: they are kept with who, when and why, and later matching respects them."""


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


@review.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@_by
@_why
@click.pass_context
def merge(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
    """These statements (s7 s9) are one: the oldest goes on, and the other ids lead to it."""
    with services(context) as opened:
        for line in rearrange.merge(opened, _ids(ids), by=by, why=why):
            click.echo(line)


@review.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@_by
@_why
@click.pass_context
def split(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
    """These reports (h7) are a statement of their own; a merged statement (s9) is one again."""
    with services(context) as opened:
        for line in rearrange.split(opened, _ids(ids), by=by, why=why):
            click.echo(line)


@review.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@_by
@_why
@click.pass_context
def assign(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
    """These reports (h7 …) are of this statement (s3)."""
    targets = _ids(ids)
    homes = [n for kind, n in targets if kind == "s"]
    if len(homes) != 1:
        raise UsageError("assign takes reports (h7) and one statement (s3)")
    with services(context) as opened:
        for line in rearrange.assign(opened, targets, homes[0], by=by, why=why):
            click.echo(line)


@review.command()
@click.argument("statement", metavar="ID")
@click.option("--says", "answers", multiple=True, required=True, type=click.Choice(list(ANSWERS)))
@click.option("--same-as", default="", metavar="ID", help="The other statement, where it is the same.")
@_by
@_why
@click.pass_context
def feedback(
    context: click.Context, statement: str, answers: tuple[str, ...], same_as: str, by: str, why: str | None
) -> None:
    """What a reader says of a statement (s7): noted, and shown as an issue; nothing is changed by it."""
    told = number(statement, "s")
    with services(context) as opened, opened.database.writing() as session:
        kept = say(opened, session, told, answers, by=by, why=why or "", same_as=same_as)
    click.echo(f"s{told}: {', '.join(kept)} (noted)")


@review.command()
@click.argument("answer", metavar="ANSWER")
@_by
@_why
@click.pass_context
def undo(context: click.Context, answer: str, by: str, why: str | None) -> None:
    """Take back a merge, a split or an assignment (r7, as `review list` shows it)."""
    with services(context) as opened:
        for line in rearrange.undo(opened, number(answer, "r"), by=by, why=why):
            click.echo(line)


@review.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """The answers that were given, the latest first."""
    with services(context) as opened, opened.database.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "id": f"r{r.id}",
                "at": r.at,
                "by": r.by,
                "action": r.action,
                "targets": r.targets,
                "why": r.why,
                "before": r.before,
                "undone_by": f"r{r.undone_by}" if r.undone_by else None,
            }
            for r in reviews(session)
        ]
    if as_json:
        result(rows)
        return
    table(
        ("id", "at", "by", "action", "on", "why", "taken back by"),
        [
            (
                r["id"],
                r["at"],
                r["by"],
                r["action"],
                " ".join(r["targets"]),
                r["why"],
                r["undone_by"],
            )
            for r in rows
        ],
    )
