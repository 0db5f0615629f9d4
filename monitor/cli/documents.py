"""``clusterwatch analyze``, ``ingest``: what the program sees in documents."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from extractors.source import STATES
from monitor import app
from monitor.analysis.documents import document_from_dict, when_from
from monitor.cli.common import Progress, dumps, finish, loaded, report, result, services
from monitor.cli.showing import show_analysis
from monitor.errors import FetchRefused, ItemError, UsageError
from monitor.model import Counts, Document
from monitor.pipeline import deliver
from monitor.pipeline import ingest as ingest_work
from monitor.pipeline.jobs import analyze_job, line_job, whole
from monitor.ports import Fetched, Wanted
from monitor.settings import Settings


@contextmanager
def _lines(path: str) -> Iterator[TextIO]:
    if path == "-":
        yield sys.stdin
        return
    try:
        file = Path(path).open(encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    with file:
        yield file


@click.command()
@click.argument("source", required=False, metavar="[FILE|URL|-]")
@click.option("--jsonl", metavar="IN", help="One document a line from this file (- for standard input).")
@click.option("--url", help="The document's address.")
@click.option("--published", help="When it was published: an ISO time, day or month.")
@click.option("--language", help="ISO 639-1 code.")
@click.option("--title")
@click.option("--outlet")
@click.option("--json", "as_json", is_flag=True, help="Print the analysis as JSON.")
@click.option("--with-text", is_flag=True, help="With the article's text.")
@click.pass_context
def analyze(context: click.Context, /, source: str | None, jsonl: str | None, **given: Any) -> None:
    """What the program sees in one document, or in many; nothing is stored."""
    settings = loaded(context).settings
    as_json, with_text = given.pop("as_json"), given.pop("with_text")
    if (source is None) == (jsonl is None):
        raise UsageError("analyze takes one FILE, URL or -, or --jsonl IN")
    if jsonl is not None:
        finish(context, [Counts("analyze", {}, tuple(_analyze_lines(settings, jsonl, with_text)))])
        return
    document = _document(settings, source or "-", given)
    with app.workers_of(settings, 1) as workers:
        arguments = (
            document,
            app.clock_of(settings).now(),
            with_text or not as_json,
            settings.register_.files,
        )
        value = next(iter(workers.map(analyze_job, [arguments])))
    if isinstance(value, Exception):
        raise value if isinstance(value, ItemError) else ItemError("internal", repr(value))
    if as_json:
        result(value)
    else:
        show_analysis(value)
    unread = [p for p in value["problems"] if p["code"] in STATES]
    if unread and not document.title:
        lines = tuple(f"{document.id}: {p['code']}: {p['detail']}" for p in unread)
        finish(context, [Counts("analyze", {}, lines)])


def _document(settings: Settings, source: str, given: dict[str, Any]) -> Document:
    """The document from a file, an address or standard input, with what the options say of it."""
    try:
        published = when_from(given["published"])
    except ValueError as error:
        raise UsageError(str(error)) from None
    kind = None
    if source == "-":
        body = sys.stdin.buffer.read()
    elif source.startswith(("http://", "https://")):
        _, answer = next(iter(app.fetcher_of(settings, app.clock_of(settings)).fetch_all([Wanted(source)])))
        if not isinstance(answer, Fetched):
            raise answer if isinstance(answer, FetchRefused) else UsageError(f"{source}: {answer}")
        body, kind = answer.body, answer.content_type
        given["url"] = given["url"] or answer.url
    else:
        try:
            body = Path(source).read_bytes()
        except OSError as error:
            raise UsageError(f"{source} cannot be read: {error.strerror}") from None
    return Document(
        id=source,
        url=given["url"],
        published=published,
        language=given["language"],
        title=given["title"],
        outlet=given["outlet"],
        html=body,
        content_type=kind,
    )


def _analyze_lines(settings: Settings, path: str, with_text: bool) -> list[str]:
    """One line out for each line in, in the same order, by all cores; those that were bad, in words."""
    refused: list[str] = []
    progress = Progress("analyzed")
    lists, clock = settings.register_.files, app.clock_of(settings)
    with _lines(path) as lines, app.workers_of(settings, os.cpu_count() or 1) as workers:
        arguments = ((line, clock.now(), with_text, lists) for line in lines if line.strip())
        ids = _Remembered(arguments)
        for done, value in enumerate(workers.map(line_job, ids), start=1):
            if isinstance(value, Exception):
                value = {"id": ids.id_of(done - 1), "error": str(value)}  # noqa: PLW2901
            ids.forget(done - 1)
            if "error" in value:
                refused.append(f"document {done} ({value['id']}): {value['error']}")
            click.echo(dumps(value))
            progress(done)
    progress.end()
    return refused


class _Remembered:
    """The lines on their way through the workers, so that one lost there still gives its id."""

    def __init__(self, arguments: Iterable[tuple[Any, ...]]) -> None:
        self._arguments = arguments
        self._lines: dict[int, str] = {}

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for number, argument in enumerate(self._arguments):
            self._lines[number] = argument[0]
            yield argument

    def id_of(self, number: int) -> object:
        """The id in a line, None where it has none."""
        try:
            row = json.loads(self._lines.get(number, ""))
        except (ValueError, RecursionError):
            return None
        return row.get("id") if isinstance(row, dict) else None

    def forget(self, number: int) -> None:
        """Lets a line go."""
        self._lines.pop(number, None)


@click.command()
@click.argument("file", metavar="FILE.jsonl")
@click.option("--announce", "announced", is_flag=True, help="Write alert rows for what is new.")
@click.option(
    "--as-of", type=click.Choice(["published"]), help="Take each document at its own publication time."
)
@click.pass_context
def ingest(context: click.Context, file: str, announced: bool, as_of: str | None) -> None:
    """Put documents through the whole pipeline into the ledger."""
    documents: list[Document] = []
    refused: list[str] = []
    with _lines(file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                documents.append(document_from_dict(whole(json.loads(line))))
            except (ValueError, RecursionError) as error:
                refused.append(f"line {number}: {error}")
    progress = Progress("ingested", len(documents))
    with services(context, workers=None) as opened:
        counts = ingest_work(
            opened, documents, announced=announced, as_of_published=as_of == "published", progress=progress
        )
        progress.end()
        if announced and as_of is None:
            counts.append(deliver(opened))
    report(counts)
    finish(context, [*counts, Counts("ingest", {}, tuple(refused))])
