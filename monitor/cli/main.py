"""``clusterwatch``: the commands. Results go to standard output, all else to standard error.

Exit status: 0 done; 1 done, some of this run's items were refused; 2 wrong use or configuration;
3 the database cannot be reached.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import FrameType
from typing import Final

import click

from alerts.plain import clean
from monitor.errors import ClusterwatchError, StoreError, UsageError

#: The commands: where each is, and what it is for. Its module is imported when it is wanted: ``--help`` and
#: a mistyped command need neither the database nor the readers of pages.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("running:run", "Poll, read, find, announce, deliver; until interrupted, or --once."),
    "poll": ("running:poll_command", "Ask the feeds that are due, and store their new entries."),
    "read": ("running:read_command", "Fetch and read the pages of entries that wait."),
    "find": ("running:find_command", "Find the statements in what was read."),
    "propose": ("running:propose_command", "Ask an optional language model; what it proposes is held."),
    "announce": ("running:announce_command", "Match what was found with the ledger; write alerts."),
    "deliver": ("running:deliver_command", "Send the deliveries that are due."),
    "feeds": ("feeds:feeds_group", "The feeds that are watched."),
    "analyze": ("documents:analyze", "What the program sees in one document, or in many."),
    "ingest": ("documents:ingest", "Put documents through the whole pipeline into the ledger."),
    "backfill": ("backfill:backfill", "Read the past from an archive into the ledger, in silence."),
    "coverage": ("past:coverage", "What backfills covered, by outlet and month, and where they were blind."),
    "missed": ("past:missed", "What the live feeds missed and an archive found."),
    "evaluate": (
        "evaluating:evaluate",
        "Precision and recall: of every stage against answers, of reading pages.",
    ),
    "statements": ("ledger:statements", "The ledger: every statement, the newest first."),
    "articles": ("ledger:articles", "What was read, the newest first."),
    "held": ("ledger:held", "What was kept back for a person, and why."),
    "issues": ("ledger:issues", "What a person must look at."),
    "alerts": ("alerts:alerts_group", "What is told, to whom, and how that went."),
    "metrics": ("metrics:metrics_command", "The program's figures for Prometheus."),
    "review": ("review:review", "Confirm or reject what the program found."),
    "explain": ("explain:explain", "The whole trail of one article, report or statement."),
    "export": ("exporting:export", "Write the ledger into a folder, whole and by state and year."),
    "officials": ("officials:officials_group", "The register of officials: list, check, refresh."),
    "serve": ("serving:serve", "The ledger as web pages, and where links in messages lead."),
    "config": ("database:config_command", "The settings in force, and where each came from."),
    "db": ("database:db_group", "The ledger's database: upgrade, check, backup."),
    "airflow": ("airflow:airflow_group", "Airflow on this machine, with the feeds polled by it."),
    "demo": ("demo:demo", "Show the made-up newsroom, from its feeds to alerts on this console."),
}


class _Commands(click.Group):
    """The table above as a group; ``--config`` may also stand behind a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"monitor.cli.{module}"), name)
        _takes_config(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


def _takes_config(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _takes_config(one)
    elif not any(parameter.name == "config" for parameter in command.params):
        command.params.append(
            click.Option(["--config"], metavar="FILE", expose_value=False, hidden=True, callback=_config)
        )


def _config(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.find_root().params["config"] = value


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--config", metavar="FILE", help="Settings file (else CLUSTERWATCH_CONFIG, else clusterwatch.toml)."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@click.version_option(package_name="clusterwatch")
def cli(config: str | None, verbose: bool) -> None:
    """Finds every official statement about cluster munitions in the world's news, and tells it once."""
    del config  # read by the commands
    level = logging.INFO if verbose else logging.WARNING
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlainFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


class _PlainFormatter(logging.Formatter):
    """Log lines may hold what a stranger wrote or a server said: a terminal must not act on it."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdin, sys.stdout):  # whatever the locale: JSON and the words of the press are UTF-8
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """One command, its errors told in one sentence; gives the exit status."""
    try:
        status = cli.main(list(arguments), prog_name="clusterwatch", standalone_mode=False)
    except click.exceptions.Abort:
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except UsageError as error:
        status = _tell(error, 2)
    except StoreError as error:
        status = _tell(error, 3)
    except ClusterwatchError as error:
        status = _tell(error, 1)
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    except OSError as error:  # a file that cannot be written, a disk that is full
        status = _tell(UsageError(f"{error.filename or 'this'} cannot be used: {error.strerror}"), 2)
    return status if isinstance(status, int) else 0


def _tell(error: ClusterwatchError, status: int) -> int:
    click.echo(f"clusterwatch: {clean(str(error))}", err=True)
    return status


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
