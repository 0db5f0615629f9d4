"""``clusterwatch export``: the ledger as files, whole and by state and year, to be cited and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from extractors.opml import write_opml
from monitor.cli.atom import atom_feed
from monitor.cli.citation import footnote
from monitor.cli.common import day, dumps, say, services
from monitor.cli.feeds import as_opml
from monitor.cli.jsonld import linked_data
from monitor.cli.ledger import article_value, csv_text
from monitor.errors import UsageError
from monitor.pipeline import Services
from monitor.pipeline.ledger import Wish, report_value
from monitor.pipeline.ledger import statements as ask
from monitor.store.feeds import all_feeds
from monitor.store.questions import articles_since, held_reports

#: The folder of statements that no state or organisation made.
STATELESS: Final = "none"
#: All rows there are.
_ALL: Final = 10_000_000


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--since", metavar="DATE", help="Said (else first seen) on this day or later.")
@click.option("--until", metavar="DATE", help="Said (else first seen) on this day or earlier.")
@click.option("--state", "states", multiple=True, help="ISO code, or UN EU NATO OSCE ICRC AFU CCM.")
@click.option("--accessed", metavar="DATE", help="The day for the notes (else when each page was read).")
@click.pass_context
def export(
    context: click.Context,
    directory: Path,
    since: str | None,
    until: str | None,
    states: tuple[str, ...],
    accessed: str | None,
) -> None:
    """Write the ledger into DIRECTORY: statements, notes to cite them by, articles, held reports, feeds.

    statements.json, .jsonl, .csv, .atom and .jsonld (Schema.org) hold the statements, footnotes.txt a note
    for each; states/RU/2023.csv, .json, .atom and .txt the same of one state and year, without what a person
    rejected.
    """
    named = day(accessed)
    wish = Wish(since=day(since), until=day(until, end=True), states=tuple(s.upper() for s in states))
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty")
    directory.mkdir(parents=True, exist_ok=True)
    with services(context) as opened, opened.database.reading() as session:
        writer = _Writer(opened, named.date() if named else None)
        values = list(ask(session, opened, wish))
        writer.statements(directory, values)
        rows = [article_value(a) for a in articles_since(session, None, True, _ALL)]
        _write(directory / "articles.jsonl", _lines(rows))
        kept = [report_value(r) for r in held_reports(session, _ALL)]
        _write(directory / "held.jsonl", _lines(kept))
        _write(directory / "feeds.opml", write_opml([as_opml(f) for f in all_feeds(session)], "Clusterwatch"))
    say(f"{len(values)} statements, {len(rows)} articles on the topic, {len(kept)} held reports")
    click.echo(str(directory))


class _Writer:
    """Writes statements in every form."""

    def __init__(self, opened: Services, accessed: date | None) -> None:
        self._opened = opened
        self._accessed = accessed

    def statements(self, directory: Path, values: list[dict[str, Any]]) -> None:
        """The whole, then each state's years."""
        _write(directory / "statements.jsonl", _lines(values))
        data = linked_data(values, self._opened.installation)
        _write(directory / "statements.jsonld", f"{dumps(data, indent=1)}\n")
        standing = [value for value in values if value["review"] != "rejected"]
        self._forms(directory / "statements", values)
        _write(directory / "footnotes.txt", self._notes(standing))
        parts: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for value in standing:
            parts.setdefault((_folder(value["state"]), _year(value)), []).append(value)
        for (state, year), part in sorted(parts.items()):
            folder = directory / "states" / state
            folder.mkdir(parents=True, exist_ok=True)
            self._forms(folder / str(year), part, f"{state} {year}")
            _write(folder / f"{year}.txt", self._notes(part))

    def _forms(self, stem: Path, values: list[dict[str, Any]], part: str = "") -> None:
        opened = self._opened
        _write(stem.with_name(f"{stem.name}.json"), f"{dumps(values, indent=1)}\n")
        _write(stem.with_name(f"{stem.name}.csv"), csv_text(iter(values), self._note))
        feed = atom_feed(values, opened.installation, opened.now(), opened.settings.alerts.ledger_url, part)
        _write(stem.with_name(f"{stem.name}.atom"), feed)

    def _note(self, value: dict[str, Any]) -> str:
        return footnote(value, self._accessed)

    def _notes(self, values: Iterable[dict[str, Any]]) -> str:
        """The notes in the order in which the statements were made, each with the statement's number."""
        ordered = sorted(values, key=lambda value: (_dated(value), int(value["id"][1:])))
        return "".join(f"{value['id']}\t{self._note(value)}\n" for value in ordered)


def _dated(value: dict[str, Any]) -> date:
    """The day said, else the last on which it can have been, else that of its publication."""
    said = value["said_on"] or value["said_to"]
    if said:
        return date.fromisoformat(said)
    return datetime.fromisoformat(value["first_published"] or value["first_seen"]).date()


def _year(value: dict[str, Any]) -> int:
    return _dated(value).year


def _folder(state: str | None) -> str:
    return state if state and re.fullmatch(r"[A-Z0-9]{2,8}", state) else STATELESS


def _lines(values: Iterable[dict[str, Any]]) -> str:
    return "".join(f"{dumps(value)}\n" for value in values)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")
