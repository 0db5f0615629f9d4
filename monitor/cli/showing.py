"""Analyses and measurements as a person reads them."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.common import table


def show_analysis(value: dict[str, Any]) -> None:
    """One analysis in words: the topic, then each statement with its evidence."""
    published = value["published"]
    when = f"{published['value']} ({published['source']})" if published else "no date"
    click.echo(f"{value['title'] or value['id']}\n  {value['form']}, {value['language'] or '?'}, {when}")
    words = sorted({e["text"] for e in value["evidence"]})
    by = f": {', '.join(words[:8])}" if words else ""
    click.echo(f"  concerns the topic: {'yes' if value['concerns'] else 'no'} ({value['centrality']}{by})")
    for post in value["posts"]:
        mark = "*" if post["concerns"] else " "
        click.echo(f"  {mark} post {post['index']} {post['time'] or '-'} {post['headline'] or ''}")
    for statement in value["statements"]:
        show_statement(statement)
    for problem in value["problems"]:
        click.echo(f"  problem {problem['code']}: {problem['detail']}")


def show_statement(value: dict[str, Any]) -> None:
    """One report in words."""
    role = f", {value['role']}" if value["role"] else ""
    place = f" (post {value['post']})" if value["post"] is not None else ""
    click.echo(
        f"\n[{value['state'] or '--'}] {value['speaker']}{role}: {', '.join(value['positions'])}{place}"
    )
    office = f" as {value['office']}" if value["office"] else ""
    click.echo(
        f"  {value['kind']}{office}, said {value['said_on'] or 'on an unknown day'}, {value['reporting']}"
    )
    if value["venue"]:
        click.echo(f"  at: {value['venue']}")
    for passage in value["passages"]:
        marks = ("“", "”") if passage["kind"] == "direct" else ("", "")
        place = f"{passage['in']} {passage['start']}-{passage['end']}"
        click.echo(f"  {marks[0]}{passage['text']}{marks[1]}")
        click.echo(f"    {passage['fidelity']}, {place}, by {passage['rule']}")
    if value["held"]:
        click.echo(f"  held: {value['held']['reason']} ({value['held']['detail']})")


def show_evaluation(value: dict[str, Any], failures: int = 60) -> None:
    """The measurements as tables, then the failing items."""
    rows = [("topic", value["topic"])]
    statements = value["statements"]
    rows += [("statements, official", statements), ("statements, all kinds", statements.get("all") or {})]
    rows += [
        (f"  {language}", row) for language, row in sorted((statements.get("by_language") or {}).items())
    ]
    table(
        ("what", "precision", "recall", "f1", "right", "wrong", "missed"),
        [
            (n, *(_share(r.get(k)) for k in ("precision", "recall", "f1")), *(r.get(k) for k in _NUMBERS))
            for n, r in rows
            if r
        ],
    )
    click.echo(f"wrong speakers: {statements.get('wrong_speaker', 0)}\n")
    table(
        ("field", "share", "right", "of"),
        [
            (n, _share(r.get("share", r.get("f1"))), r.get("right"), r.get("of"))
            for n, r in sorted(value["fields"].items())
            if isinstance(r, dict)
        ],
    )
    click.echo("")
    table(
        ("rule", "used", "right", "precision"),
        [
            (r["rule"], r["used"], r["right"], _share(r["right"] / r["used"] if r["used"] else None))
            for r in value["rules"]
        ],
    )
    if "ledger" in value:
        click.echo("\nledger")
        for name, one in value["ledger"].items():
            shown = ", ".join(f"{k} {v}" for k, v in one.items()) if isinstance(one, dict) else one
            click.echo(f"  {name}: {shown}")
    click.echo(f"\nfailing items: {len(value['failures'])}")
    for failure in value["failures"][:failures]:
        text = " ".join(str(failure["text"]).split())[:160]
        click.echo(f"  {failure['stage']} {failure['document']}: {failure['what']}: {text}")


_NUMBERS = ("right", "wrong", "missed")


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
