"""``coverage`` and ``missed``: what archives gave, and what that says of the live watch."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.common import day, result, services, table
from monitor.errors import UsageError
from monitor.pipeline.coverage import FIGURES
from monitor.pipeline.coverage import coverage as cover
from monitor.pipeline.missed import REASONS, Recall, recall_since
from monitor.store.schema import StatementRow


@click.command()
@click.option("--source", help="Of this archive only.")
@click.option("--from", "start", metavar="DATE", help="From this month on.")
@click.option("--to", "end", metavar="DATE", help="Up to this month.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def coverage(
    context: click.Context, source: str | None, start: str | None, end: str | None, as_json: bool
) -> None:
    """What backfills covered, by outlet and month, and where they were blind."""
    first, last = day(start), day(end, end=True)
    with services(context) as opened, opened.database.reading() as session:
        rows, blind = cover(session, source, first, last)
        value: dict[str, list[dict[str, Any]]] = {
            "rows": [
                {"source": r.source, "outlet": r.outlet, "month": r.month}
                | {name: r.counts[name] for name in FIGURES}
                for r in rows
            ],
            "blind": [
                {"source": b.source, "outlet": b.outlet, "from": b.first, "to": b.last, "why": b.why}
                for b in blind
            ],
        }  # fmt: skip
    if as_json:
        result(value)
        return
    table(
        ("outlet", "month", "archive", *(name.replace("_", " ") for name in FIGURES)),
        ((r["outlet"], r["month"], r["source"], *(r[n] for n in FIGURES)) for r in value["rows"]),
    )
    if value["blind"]:
        click.echo("\nblind spots")
        table(
            ("outlet", "from", "to", "archive", "why"),
            ((b["outlet"], b["from"], b["to"], b["source"], b["why"]) for b in value["blind"]),
        )


@click.command()
@click.option("--since", metavar="DATE", required=True, help="Said (else published) on this day or later.")
@click.option("--until", metavar="DATE", help="Said (else published) on this day or earlier.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def missed(context: click.Context, since: str, until: str | None, as_json: bool) -> None:
    """What the live feeds missed and an archive found: the monitor's own recall."""
    first = day(since)
    if first is None:  # pragma: no cover - the option is required
        raise UsageError("missed needs --since DATE")
    with services(context) as opened, opened.database.reading() as session:
        found = recall_since(session, first, day(until, end=True))
        value = _value(found)
    if as_json:
        result(value)
        return
    table(
        ("said on", "state", "speaker", "statement", "outlet", "reason", "article"),
        (
            (m["said_on"], m["state"] or "--", m["speaker"], m["id"], m["outlet"], m["reason"], m["url"])
            for m in value["missed"]
        ),
    )
    click.echo()
    if found.recall is None:
        click.echo("archives have found nothing of that time: there is nothing to measure by")
        return
    total = found.heard + len(found.missed)
    click.echo(f"archives found {total} statements, the feeds had {found.heard}: recall {found.recall:.2f}")
    if found.watched is not None:
        click.echo(f"of outlets that were watched when it was published: recall {found.watched:.2f}")
    for reason, count in sorted(value["reasons"].items(), key=lambda one: -one[1]):
        click.echo(f"  {count} {reason}: {REASONS[reason]}")


def _value(found: Recall) -> dict[str, Any]:
    reasons: dict[str, int] = {}
    for one in found.missed:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    rows = [
        {
            "id": f"s{one.statement.id}", "said_on": _said(one.statement), "state": one.statement.state,
            "kind": one.statement.kind, "speaker": one.statement.speaker_en or one.statement.speaker,
            "positions": list(one.statement.positions),
            "outlet": one.article.outlet.name if one.article.outlet else None,
            "published": one.article.published, "article": f"a{one.article.id}",
            "url": one.article.address or one.article.url, "reason": one.reason, "detail": one.detail,
        }
        for one in found.missed
    ]  # fmt: skip
    return {
        "found": found.heard + len(found.missed), "heard": found.heard, "recall": found.recall,
        "recall_watched": found.watched, "reasons": reasons, "missed": rows,
    }  # fmt: skip


def _said(statement: StatementRow) -> str | None:
    known = statement.said_on or statement.said_to
    return known.isoformat() if known else None
