"""``clusterwatch db`` and ``config``."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import app
from monitor.cli.common import config_of, loaded, say, table
from monitor.errors import StoreError
from monitor.settings import in_force


@click.group("db")
def db_group() -> None:
    """The ledger's database."""


@db_group.command()
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the schema up to this version of the program, and the register into its tables."""
    settings = loaded(context).settings
    database = app.open_database(settings)
    try:
        before = database.revision()
        app.prepare(database, app.register_of(settings.register_.files), app.clock_of(settings).now())
        click.echo(f"schema {database.revision()}" + (f" (was {before})" if before else " (new)"))
    finally:
        database.dispose()


@db_group.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Tell whether the schema is the right one and the database finds no fault in itself."""
    database = app.open_database(loaded(context).settings)
    try:
        revision = database.check()
        faults = database.integrity()
    finally:
        database.dispose()
    if faults:
        raise StoreError(f"{database.shown}: {len(faults)} faults; the first: {faults[0]}")
    click.echo(f"{database.shown}: schema {revision}, no fault found")


@db_group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def backup(context: click.Context, file: Path) -> None:
    """Copy a SQLite ledger to FILE while it is in use; the copy is checked."""
    database = app.open_database(loaded(context).settings)
    try:
        database.check()
        database.backup(file)
    finally:
        database.dispose()
    click.echo(str(file))


@click.command("config")
@click.pass_context
def config_command(context: click.Context) -> None:
    """The settings in force, secrets hidden, and where each came from."""
    settings = app.settings_of(config_of(context))
    table(("setting", "from", "value"), [(n, origin, value) for n, value, origin in in_force(settings)])
    if settings.path is None:
        say("there is no settings file; clusterwatch.toml in this folder, or --config FILE, would be read")
