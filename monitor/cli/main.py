"""``clusterwatch``: the commands. Results go to standard output, all else to standard error.

Exit status: 0 done; 1 done, some of this run's items were refused; 2 wrong use or configuration;
3 the database cannot be reached.
"""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

import click

from monitor.cli import running
from monitor.cli.airflow import airflow_group
from monitor.cli.alerts import alerts_group
from monitor.cli.database import config_command, db_group
from monitor.cli.demo import demo
from monitor.cli.documents import analyze, evaluate, ingest
from monitor.cli.explain import explain
from monitor.cli.feeds import feeds_group
from monitor.cli.ledger import articles, export, held, issues, statements
from monitor.cli.review import review
from monitor.errors import ClusterwatchError, StoreError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", metavar="FILE", help="Settings file (else CLUSTERWATCH_CONFIG, else clusterwatch.toml)."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@click.version_option(package_name="clusterwatch")
def cli(config: str | None, verbose: bool) -> None:
    """Finds every official statement about cluster munitions in the world's news, and tells it once."""
    del config  # read by the commands
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(levelname)s %(name)s %(message)s", force=True
    )


for command in (
    *running.COMMANDS,
    feeds_group,
    analyze,
    ingest,
    evaluate,
    statements,
    articles,
    held,
    issues,
    alerts_group,
    review,
    explain,
    export,
    config_command,
    db_group,
    airflow_group,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = cli.main(standalone_mode=False)
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
    sys.exit(status if isinstance(status, int) else 0)


def _tell(error: ClusterwatchError, status: int) -> int:
    click.echo(f"clusterwatch: {error}", err=True)
    return status


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
