"""The words of the messages: one folder a language, ``templates/xx/words.toml`` and Jinja2 files.

A language is there when it has a folder; what a message says is changed in those files only.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.plain import indented, wrapped
from monitor.errors import SettingsError
from monitor.model import POSITIONS

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that messages can be written in, sorted."""
    return tuple(sorted(p.name for p in _TEMPLATES.iterdir() if (p / "words.toml").is_file()))


@dataclass(frozen=True)
class Wording:
    """The words of one language, by table and name."""

    language: str
    tables: dict[str, dict[str, Any]]

    def __call__(self, table: str, name: str, /, **values: object) -> str:
        """The words ``name`` of ``table`` with ``values`` filled in; an unknown name stands for itself.

        The name is shown rather than an error raised: a value that a later version knows must
        not keep an alert from its readers.
        """
        words = self.tables[table].get(name)
        if words is None:
            return name.replace("_", " ")
        return str(words).format(**values) if values else str(words)

    def counted(self, table: str, name: str, count: int) -> str:
        """``name_one`` for one, else ``name`` with ``{count}``."""
        return self(table, f"{name}_one") if count == 1 else self(table, name, count=count)

    def day(self, value: date) -> str:
        """A calendar day in words."""
        month = self.tables["day"]["months"][value.month - 1]
        return self("day", "date", day=value.day, month=month, year=value.year)

    def moment(self, value: datetime) -> str:
        """A moment in words, in UTC; a datetime without a zone is taken as UTC."""
        utc = value.astimezone(UTC) if value.tzinfo else value
        month = self.tables["day"]["months"][utc.month - 1]
        return self("day", "moment", day=utc.day, month=month, year=utc.year, time=f"{utc:%H:%M}")


@cache
def wording(language: str) -> Wording:
    """The words of a language. Raises SettingsError where there is no such folder."""
    if language not in languages():
        known = ", ".join(languages())
        raise SettingsError(f"messages cannot be written in {language!r} (there is: {known})")
    tables = tomllib.loads((_TEMPLATES / language / "words.toml").read_text("utf-8"))
    return Wording(language, tables)


@cache
def templates(language: str) -> Environment:
    """The Jinja2 templates of a language; ``.html`` files escape what is put in, ``.txt`` do not."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES / wording(language).language),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrapped": wrapped, "indented": indented}
    environment.globals["words"] = wording(language)
    return environment


def weightiest(positions: tuple[str, ...]) -> str | None:
    """The position that heads a message: the first in the order of ``monitor.model.POSITIONS``."""
    known = [p for p in POSITIONS if p in positions]
    return known[0] if known else next(iter(positions), None)


def in_order(positions: tuple[str, ...]) -> tuple[str, ...]:
    """The positions, weightiest first; unknown ones last, each once."""
    unknown = [p for p in dict.fromkeys(positions) if p not in POSITIONS]
    return (*(p for p in POSITIONS if p in positions), *unknown)
