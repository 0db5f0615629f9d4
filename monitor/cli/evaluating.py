"""``clusterwatch evaluate``: precision and recall of every stage, of reading pages, of naming speakers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from monitor import app
from monitor.cli.common import Progress, loaded, result, say, services
from monitor.cli.showing import show_evaluation, show_naming, show_reading, show_reviews
from monitor.evaluation import GoldSet, evaluate_documents, load_gold
from monitor.evaluation.corpora import load_corpus
from monitor.evaluation.ledger import evaluate_ledger
from monitor.evaluation.naming import measure_naming, named_job
from monitor.evaluation.readers import installed, read_by
from monitor.evaluation.reading import load_pages, measure_pages
from monitor.evaluation.reviews import evaluate_reviews
from monitor.pipeline.jobs import analyze_job
from monitor.pipeline.ledger import Wish
from monitor.pipeline.ledger import statements as ask
from monitor.settings import Settings
from monitor.store.questions import reviews


class _GoldByDefault(click.Group):
    """``evaluate GOLD`` is ``evaluate gold GOLD``: what is no subcommand's name is a file of answers.

    ``evaluate --reviews`` is ``evaluate reviews``.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with the subcommand put in where none is named."""
        if args[:1] == ["--reviews"]:
            args = ["reviews", *args[1:]]
        elif args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["gold", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_GoldByDefault)
def evaluate() -> None:
    """Precision and recall: of every stage against answers (GOLD), of reading pages, of naming speakers."""


@evaluate.command("gold")
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--documents", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Else beside GOLD."
)
@click.option("--ledger", is_flag=True, help="The ledger too: alerts a statement, wrong merges and splits.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def evaluate_gold(
    context: click.Context, gold: Path, documents: Path | None, ledger: bool, as_json: bool
) -> None:
    """Precision and recall of every stage against answers, with the failing items."""
    answers = load_gold(gold, documents)
    measured = _measured(loaded(context).settings, answers)
    if ledger:
        with services(context) as opened, opened.database.reading() as session:
            values = list(ask(session, opened, Wish()))
        measured["ledger"] = evaluate_ledger(answers.rows, values)
        measured["failures"] += measured["ledger"].pop("failures")
    if as_json:
        result(measured)
    else:
        show_evaluation(measured)


@evaluate.command("reviews")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def evaluate_given_reviews(context: click.Context, as_json: bool) -> None:
    """Precision of what was told, by what people said of it (also: evaluate --reviews)."""
    with services(context) as opened, opened.database.reading() as session:
        told = [v["id"] for v in ask(session, opened, Wish()) if v["alert"]["state"] == "told"]
        given = [
            {
                "action": r.action,
                "targets": r.targets,
                "says": (r.before or {}).get("says", []),
                "why": r.why,
                "undone": r.undone_by is not None,
            }
            for r in reviews(session)
        ]
    measured = evaluate_reviews(given, told)
    if as_json:
        result(measured)
    else:
        show_reviews(measured)


def _measured(settings: Settings, answers: GoldSet) -> dict[str, Any]:
    progress = Progress("evaluated", len(answers.documents))
    found: dict[str, dict[str, Any]] = {}
    clock = app.clock_of(settings)
    with app.workers_of(settings, os.cpu_count() or 1) as workers:
        arguments = [(d, clock.now(), True, settings.register_.files) for d in answers.documents.values()]
        pairs = zip(answers.documents, workers.map(analyze_job, arguments), strict=True)
        for done, (number, value) in enumerate(pairs, start=1):
            if isinstance(value, Exception):
                say(f"{number}: {value}")
            else:
                found[number] = value
            progress(done)
    progress.end()
    return evaluate_documents(answers.rows, found)


@evaluate.command("pages")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="FOLDER…",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def evaluate_pages(context: click.Context, folders: tuple[Path, ...], as_json: bool) -> None:
    """The reading of pages, side by side with other libraries in the same run."""
    settings = loaded(context).settings
    sets = {folder.name or str(folder): load_pages(folder) for folder in folders}
    readers, missing = installed()
    if missing:
        say(f"not installed, so not measured: {', '.join(missing)} (they are in the development tools)")
    now = app.clock_of(settings).now()
    progress = Progress("read", len(readers) * sum(map(len, sets.values())))
    value: dict[str, Any] = {"folders": {}, "not_installed": missing}
    done = 0
    with app.workers_of(settings, os.cpu_count() or 1) as workers:
        for name, pages in sets.items():
            answers: dict[str, list[Any]] = {}
            for reader in readers:
                jobs = [(reader, page.html, page.url, now) for page in pages]
                answers[reader] = []
                for answer in workers.map(read_by, jobs):
                    answers[reader].append(answer)
                    done += 1
                    progress(done)
            value["folders"][name] = measure_pages(pages, answers)
    progress.end()
    if as_json:
        result(value)
    else:
        show_reading(value)


@evaluate.command("speakers")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--language", default="en", show_default=True, help="Of texts that do not tell theirs.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def evaluate_speakers(context: click.Context, folder: Path, language: str, as_json: bool) -> None:
    """Who is named as the speaker of each quoted segment of a corpus (brat's .ann and .txt, or JSON)."""
    settings = loaded(context).settings
    corpus = load_corpus(folder, language)
    languages = {text.id: text.language or language for text in corpus.texts}
    on = app.clock_of(settings).now().date()
    lists = settings.register_.files
    progress = Progress("read", len(corpus.texts))
    answers: dict[str, Any] = {}
    with app.workers_of(settings, os.cpu_count() or 1) as workers:
        jobs = [(text.text, languages[text.id], on, lists) for text in corpus.texts]
        for text, found in zip(corpus.texts, workers.map(named_job, jobs), strict=True):
            if isinstance(found, Exception):
                corpus.problems.append(f"{text.id}: {found}")
            else:
                answers[text.id] = found
            progress(len(answers))
    progress.end()
    value = measure_naming(corpus.texts, answers, languages)
    value["problems"] = corpus.problems
    if as_json:
        result(value)
    else:
        show_naming(value)
    say(*corpus.problems)
    if corpus.problems:
        context.exit(1)
