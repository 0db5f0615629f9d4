"""``alerts test --days N``: what the subscriptions would have sent of the ledger's last days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from monitor.cli.common import result, table
from monitor.errors import UsageError
from monitor.pipeline import Services
from monitor.pipeline.dryrun import Trial, dry_run


def show_trial(opened: Services, days: int, name: str | None, as_json: bool) -> None:
    """Prints the trial of one rule, or of all. Raises UsageError for a rule that there is not."""
    since = opened.now() - timedelta(days=days)
    with opened.database.reading() as session:
        trials = dry_run(session, opened, since, name)
    if not trials:
        raise UsageError(f"there is no subscription {name}")
    if as_json:
        result([asdict(one) for one in trials])
        return
    for one in trials:
        click.echo(f"{one.subscription} would have sent {_messages(one)} in the last {days} days")
    rows: list[tuple[Any, ...]] = [
        (one.subscription, one.mode, len(one.wanted), one.messages, one.readers, _missed(one))
        for one in trials
    ]
    click.echo()
    table(("subscription", "mode", "statements", "messages a reader", "readers", "not sent, by reason"), rows)


def _messages(one: Trial) -> str:
    return f"{one.messages} message" + ("" if one.messages == 1 else "s")


def _missed(one: Trial) -> str | None:
    counted = sorted(one.missed.items(), key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{why} {number}" for why, number in counted) or None
