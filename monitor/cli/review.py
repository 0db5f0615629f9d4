"""``clusterwatch review``: a person's answer, kept beside the machine's for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Protocol

import click

from monitor import app
from monitor.cli.common import number, result, services, table, tell
from monitor.errors import UsageError
from monitor.pipeline import Services, rearrange
from monitor.pipeline.feedback import ANSWERS, say
from monitor.pipeline.review import Target, confirm, reject
from monitor.pipeline.suggest import suggest
from monitor.store.questions import reviews


@click.group()
def review() -> None:
    """A person's answers: they are kept with who, when and why, and later matching respects them."""


_by = click.option("--by", required=True, metavar="NAME", help="Who says so.")
_why = click.option("--why", help="Why.")


class _Work(Protocol):
    def __call__(
        self, services: Services, targets: Sequence[Target], /, *, by: str, why: str | None
    ) -> Sequence[str]: ...


def _ids(ids: Sequence[str]) -> list[Target]:
    return [(text.strip()[:1].lower(), number(text, "s", "h")) for text in ids]


def _answer(name: str, work: _Work, words: str) -> None:
    """A command that takes ids, and tells what became of each."""

    @review.command(name, help=words)
    @click.argument("ids", nargs=-1, required=True, metavar="ID…")
    @_by
    @_why
    @click.pass_context
    def command(context: click.Context, ids: tuple[str, ...], by: str, why: str | None) -> None:
        with services(context) as opened:
            for line in work(opened, _ids(ids), by=by, why=why):
                tell(line)


def _assign(opened: Services, targets: Sequence[Target], /, *, by: str, why: str | None) -> Sequence[str]:
    homes = [n for kind, n in targets if kind == "s"]
    if len(homes) != 1:
        raise UsageError("assign takes reports (h7) and one statement (s3)")
    return rearrange.assign(opened, targets, homes[0], by=by, why=why)


_answer("confirm", confirm, "Statements (s7) are right; held or rejected reports (h7) go on to be told.")
_answer("reject", reject, "Statements (s7) are wrong and are not told; reports (h7) are none.")
_answer("merge", rearrange.merge, "These statements (s7 s9) are one; the oldest goes on, all ids stay valid.")
_answer(
    "split",
    rearrange.split,
    "These reports (h7 …) are a statement of their own; a merged statement (s9) is one again.",
)
_answer("assign", _assign, "These reports (h7 …) are of this statement (s3).")


@review.command()
@click.argument("statement", metavar="ID")
@click.option("--says", "answers", multiple=True, required=True, type=click.Choice(ANSWERS))
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
    tell(f"s{told}: {', '.join(kept)} (noted)")


@review.command()
@click.argument("answer", metavar="ANSWER")
@_by
@_why
@click.pass_context
def undo(context: click.Context, answer: str, by: str, why: str | None) -> None:
    """Take back an answer (r7, as `review list` shows it): all is as it was before."""
    with services(context) as opened:
        for line in rearrange.undo(opened, number(answer, "r"), by=by, why=why):
            tell(line)


@review.command("suggest")
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="First seen since.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def suggest_command(context: click.Context, days: int, as_json: bool) -> None:
    """Statements that may be one, told in two languages: pairs to look at (needs the extra semantic)."""
    with services(context) as opened:
        embedder = app.embedder_of()
        since = opened.now() - timedelta(days=days)
        with opened.database.reading() as session:
            pairs = suggest(session, embedder, since)
    if as_json:
        result([asdict(one) for one in pairs])
        return
    rows = [(p.first, p.second, f"{p.cosine:.2f}", " / ".join(p.words)) for p in pairs]
    table(("one", "other", "closeness", "words"), rows)


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
