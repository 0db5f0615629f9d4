"""``clusterwatch statements``, ``articles``, ``held``, ``issues``."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

import click

from alerts.plain import clean
from monitor.cli.atom import atom_feed
from monitor.cli.citation import cited, footnote
from monitor.cli.common import day, dumps, result, services, table, tell
from monitor.cli.jsonld import linked_data
from monitor.model import POSITIONS, Kind
from monitor.pipeline import Services
from monitor.pipeline.ledger import Wish, report_value
from monitor.pipeline.ledger import statements as ask
from monitor.store.questions import articles_since, held_reports, open_issues
from monitor.store.schema import Article, IssueRow

_CSV: Final = (
    "id",
    "said_on",
    "said_from",
    "said_to",
    "state",
    "standing",
    "kind",
    "speaker",
    "speaker_en",
    "role",
    "office",
    "body",
    "positions",
    "venue",
    "reporting",
    "corroboration",
    "outlets",
    "first_seen",
    "first_published",
    "first_outlet",
    "alert",
    "url",
    "quotation",
    "fidelity",
    "language",
    "footnote",
)


#: What makes a formula of a cell (OWASP, "CSV Injection"), in the wide forms of East Asian keyboards too.
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: The same behind what ends a cell where the list separator is a semicolon, as in most of Europe.
_LATER: Final = re.compile(r"([;\n][\"' ]*)(?=[=+@\-\uff1d\uff0b\uff0d\uff20])")


#: The forms in which statements are printed; `_PRINT` has what writes each.
_FORMS: Final = ("table", "json", "jsonl", "csv", "atom", "jsonld", "notes")


@click.command()
@click.option("--since", metavar="DATE", help="Said (else first seen) on this day or later.")
@click.option("--until", metavar="DATE", help="Said (else first seen) on this day or earlier.")
@click.option("--seen-since", metavar="DATE", help="First seen by the ledger at this time or later.")
@click.option("--state", "states", multiple=True, help="ISO code, or UN EU NATO OSCE ICRC AFU CCM.")
@click.option("--speaker", help="Part of a name, role or body.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(get_args(Kind)))
@click.option("--position", "positions", multiple=True, type=click.Choice(POSITIONS))
@click.option("--language", "languages", multiple=True, help="Carried in this language.")
@click.option("--text", help="Words in a quotation.")
@click.option("--limit", type=click.IntRange(1))
@click.option("--format", "form", type=click.Choice(_FORMS), default="table", show_default=True)
@click.pass_context
def statements(context: click.Context, /, form: str, **wishes: Any) -> None:
    """The ledger: every statement, the newest first."""
    wish = Wish(
        since=day(wishes["since"]),
        until=day(wishes["until"], end=True),
        seen_since=day(wishes["seen_since"]),
        states=tuple(s.upper() for s in wishes["states"]),
        speaker=wishes["speaker"],
        kinds=wishes["kinds"],
        positions=wishes["positions"],
        languages=wishes["languages"],
        text=wishes["text"],
        limit=wishes["limit"],
    )
    with services(context) as opened, opened.database.reading() as session:
        _PRINT[form](ask(session, opened, wish), opened)


def _as_table(values: Iterator[dict[str, Any]], opened: Services) -> None:
    del opened
    table(
        ("id", "said", "state", "speaker", "role", "positions", "outlets", "alert"),
        [
            (
                v["id"],
                v["said_on"] or (f"≤{v['said_to']}" if v["said_to"] else None),
                v["state"],
                v["speaker"] if v["speaker"].isascii() else v["speaker_en"],
                v["role"] or v["body"],
                v["positions"],
                v["corroboration"]["outlets"],
                v["alert"]["reason"] or v["alert"]["state"],
            )
            for v in values
        ],
    )


def _as_json(values: Iterator[dict[str, Any]], opened: Services) -> None:
    del opened
    result(list(values))


def _as_jsonl(values: Iterator[dict[str, Any]], opened: Services) -> None:
    del opened
    for value in values:
        click.echo(dumps(value))


def _as_csv(values: Iterator[dict[str, Any]], opened: Services) -> None:
    del opened
    click.echo(csv_text(values), nl=False)


def csv_text(values: Iterator[dict[str, Any]], note: Callable[[dict[str, Any]], str] = footnote) -> str:
    """Statements as CSV, one row each; a cell that a spreadsheet would run as a formula is made text.

    ``note`` gives the line by which a statement is cited.
    """
    out = io.StringIO()
    csv.writer(out).writerow(_CSV)
    # All cells in quotation marks: where the list separator is a semicolon, one in a text would end its cell.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for value in values:
        spoken = [p for p in value["passages"] if p["kind"] == "direct"] or value["passages"]
        said: dict[str, Any] = spoken[0] if spoken else {}
        source = cited(value) or {}
        row = value | {
            "positions": " ".join(value["positions"]),
            "corroboration": value["corroboration"]["level"],
            "outlets": value["corroboration"]["outlets"],
            "alert": value["alert"]["reason"] or value["alert"]["state"],
            "url": source.get("url"),
            "quotation": said.get("text"),
            "fidelity": said.get("fidelity"),
            "language": said.get("language"),
            "footnote": note(value),
        }
        writer.writerow([_harmless(row[name]) for name in _CSV])
    return out.getvalue()


def _harmless(value: object) -> str:
    text = _LATER.sub(r"\1'", "" if value is None else clean(str(value)))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _as_atom(values: Iterator[dict[str, Any]], opened: Services) -> None:
    sys.stdout.write(
        atom_feed(list(values), opened.installation, opened.now(), opened.settings.alerts.ledger_url)
    )


def _as_jsonld(values: Iterator[dict[str, Any]], opened: Services) -> None:
    result(linked_data(list(values), opened.installation))


def _as_notes(values: Iterator[dict[str, Any]], opened: Services) -> None:
    del opened
    for value in values:
        tell(f"{value['id']}  {footnote(value)}")


_PRINT: Final[dict[str, Callable[[Iterator[dict[str, Any]], Services], None]]] = {
    "table": _as_table,
    "json": _as_json,
    "jsonl": _as_jsonl,
    "csv": _as_csv,
    "atom": _as_atom,
    "jsonld": _as_jsonld,
    "notes": _as_notes,
}


@click.command()
@click.option("--since", metavar="DATE", help="Met at this time or later.")
@click.option("--on-topic/--off-topic", default=None, help="Only those that concern the topic, or do not.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def articles(
    context: click.Context, since: str | None, on_topic: bool | None, limit: int, as_json: bool
) -> None:
    """What was read, the newest first."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [article_value(a) for a in articles_since(session, day(since), on_topic, limit)]
    if as_json:
        result(rows)
        return
    table(
        ("id", "published", "topic", "form", "outlet", "title"),
        [(r["id"], r["published"], r["centrality"], r["form"], r["outlet"], r["title"]) for r in rows],
    )


def article_value(article: Article) -> dict[str, Any]:
    """An article as JSON values."""
    return {
        "id": f"a{article.id}",
        "url": article.address or article.url,
        "canonical_url": article.url,
        "document": article.document,
        "outlet": article.outlet.name if article.outlet else None,
        "tier": article.outlet.tier if article.outlet else 3,
        "title": article.title,
        "language": article.language,
        "form": article.form,
        "published": article.published,
        "first_seen": article.first_seen,
        "concerns": article.concerns,
        "centrality": article.centrality,
        "silent": article.silent,
        "copy_of": f"a{article.copy_of}" if article.copy_of else None,
        "agency": article.agency,
    }


@click.command()
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def held(context: click.Context, limit: int, as_json: bool) -> None:
    """What was kept back for a person, and why."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [report_value(r) for r in held_reports(session, limit)]
    if as_json:
        result(rows)
        return
    table(
        ("id", "reason", "detail", "speaker", "words", "article"),
        [
            (
                r["id"],
                r["held"]["reason"],
                r["held"]["detail"],
                r["speaker"],
                r["passages"][0]["text"] if r["passages"] else None,
                r["article"],
            )
            for r in rows
            if r["held"]
        ],
    )


@click.command()
@click.option("--all", "closed", is_flag=True, help="Closed ones too.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def issues(context: click.Context, closed: bool, as_json: bool) -> None:
    """What a person must look at."""
    with services(context) as opened, opened.database.reading() as session:
        rows = [_issue(row) for row in open_issues(session, closed=closed)]
    if as_json:
        result(rows)
        return
    table(
        ("id", "last", "times", "code", "subject", "detail"),
        [
            (r["id"], r["last"], r["times"], r["code"], r["subject"], " | ".join(r["detail"].splitlines()))
            for r in rows
        ],
    )


def _issue(row: IssueRow) -> dict[str, Any]:
    return {
        "id": f"i{row.id}",
        "code": row.code,
        "subject": row.subject,
        "detail": row.detail,
        "first": row.first_at,
        "last": row.last_at,
        "times": row.times,
        "closed": row.closed_at,
    }
