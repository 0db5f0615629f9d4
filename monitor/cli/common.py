"""What the commands share: opening the services, ids with their kind, results and errors."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, Final

import click

from alerts.plain import clean
from monitor import app
from monitor.errors import UsageError
from monitor.model import Counts
from monitor.pipeline.services import Services
from monitor.settings import Loaded

#: What a terminal might act on, or a reader not see, in JSON: written as an escape, which means the same.
_ESCAPED: Final = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_ID: Final = re.compile(r"([a-z])(\d{1,18})")


def config_of(context: click.Context) -> str | None:
    """The settings file that was named on the command line."""
    value = context.find_root().params.get("config")
    return str(value) if value else None


def loaded(context: click.Context) -> Loaded:
    """The settings in force."""
    return app.settings_of(config_of(context))


@contextmanager
def services(context: click.Context, *, workers: int | None = 0) -> Iterator[Services]:
    """The program put together; without worker processes unless asked (None: as the settings say)."""
    with app.open_services(config_of(context), workers=workers) as opened:
        yield opened


def number(text: str, *kinds: str) -> int:
    """``s12`` to 12 where ``s`` is one of the kinds. Raises UsageError."""
    match = _ID.fullmatch(text.strip().lower())
    if match is None or match[1] not in kinds:
        wanted = " or ".join(f"{kind}1" for kind in kinds)
        raise UsageError(f"{text!r} is no such id (wanted is one like {wanted})")
    return int(match[2])


def day(text: str | None, *, end: bool = False) -> datetime | None:
    """An ISO day or time of an option to a moment in UTC; a day's end where ``end``. Raises UsageError."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            moment = datetime.combine(date.fromisoformat(text), time.max if end else time.min)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no ISO day or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def say(*lines: str) -> None:
    """Tells the person at the terminal something that is not the result (standard error)."""
    for line in lines:
        click.echo(shown(line), err=True)


def tell(text: object = "") -> None:
    """Prints text for people as the result, with nothing in it on which a terminal would act."""
    click.echo(shown(str(text)))


def shown(text: str) -> str:
    """The text without escapes, control characters and bidirectional overrides; its lines stay."""
    lines = (line.rstrip("\r") for line in text.split("\n"))
    return "\n".join(line[: len(line) - len(line.lstrip(" "))] + clean(line) for line in lines)


def result(value: object) -> None:
    """Prints one JSON value as the result."""
    click.echo(dumps(value, indent=1))


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON with every letter as itself, moments in ISO form; what cannot be seen is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    return _ESCAPED.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows in columns, the last one as wide as it is; nothing but the head for none."""
    lines = [[*(_cell(value) for value in row[:-1]), _cell(row[-1], 10_000)] for row in rows]
    widths = [max([len(h), *(len(line[i]) for line in lines)]) for i, h in enumerate(head)]
    for line in [list(head), *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: object, widest: int = 60) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        value = ", ".join(str(v) for v in value)
    text = " ".join(clean(str(value)).split())
    return text if len(text) <= widest else text[: widest - 1] + "…"


def report(counts: Iterable[Counts]) -> None:
    """Tells what stages did, on standard error."""
    for stage in counts:
        done = ", ".join(f"{name} {n}" for name, n in sorted(stage.done.items()) if n) or "nothing to do"
        say(f"{stage.stage}: {done}")


def finish(context: click.Context, counts: Iterable[Counts]) -> None:
    """Ends the command: exit status 1, with the items by name, when some of this run's were refused."""
    refused = [line for stage in counts for line in stage.refused]
    if refused:
        say("refused in this run:", *(f"  {line}" for line in refused))
        context.exit(1)


class Progress:
    """How far long work has come, on standard error, on one line of a terminal or a line now and then."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total, self._last = what, total, 0
        self._terminal = sys.stderr.isatty()

    def __call__(self, done: int) -> None:
        """Tells that ``done`` items are done."""
        step = 1 if self._terminal else 100
        if done - self._last < step and done != self._total:
            return
        self._last = done
        of = f" of {self._total}" if self._total else ""
        click.echo(f"\r{self._what}: {done}{of}", err=True, nl=not self._terminal)

    def end(self) -> None:
        """Leaves the line."""
        if self._terminal and self._last:
            click.echo("", err=True)


def tree(value: Any) -> Any:
    """A value of rows and dataclasses as JSON values."""
    return json.loads(dumps(value))
