"""The words of the messages: one folder a language, ``templates/xx/words.toml``.

A language is there when it has a folder; what a message says is changed in those files only. The order of
things is in the Jinja2 files of ``templates``, in whose place a language may have its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.plain import columns, indented, padded, wrapped
from monitor.errors import SettingsError
from monitor.model import POSITIONS

_TEMPLATES: Final = Path(__file__).parent / "templates"
#: Whose words stand where a language lacks some.
_WHOLE: Final = "en"
#: Languages written from right to left among those that outlets may have.
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv", "sd", "ug"})


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that messages can be written in, sorted."""
    return tuple(sorted(p.name for p in _TEMPLATES.iterdir() if (p / "words.toml").is_file()))


@dataclass(frozen=True)
class Wording:
    """The words of one language, by table and name."""

    language: str
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def direction(self) -> str:
        """``rtl`` for a language that is written from right to left, else ``ltr``."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

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

    def before(self, text: str) -> str:
        """A text as it stands before what is said of it, with the language's colon."""
        return self("labels", "before", label=text)

    def labelled(self, name: str) -> str:
        """The label of that name as it stands before its value."""
        return self.before(self("labels", name))

    def widest(self, names: Iterable[str]) -> int:
        """How many columns the widest of these labels takes as it stands before its value."""
        return max(columns(self.labelled(name)) for name in names)

    def listed(self, names: Iterable[str], most: int = 4) -> str:
        """The names as one would say them; of more than ``most`` the first, with a count of the others."""
        told = tuple(names)
        if len(told) > most:
            first = told[: most - 1]
            return self("updates", "others", names=", ".join(first), count=len(told) - len(first))
        if len(told) < 2:
            return "".join(told)
        return self("updates", "and", names=", ".join(told[:-1]), last=told[-1])

    def day(self, value: date) -> str:
        """A calendar day in words."""
        month = self.tables["day"]["months"][value.month - 1]
        # Some languages say the first of a month with another word: "1er mars".
        number = self("day", "first") if value.day == 1 else value.day
        return self("day", "date", day=number, month=month, year=value.year)

    def moment(self, value: datetime) -> str:
        """A moment in words, in UTC; a datetime without a zone is taken as UTC."""
        utc = value.astimezone(UTC) if value.tzinfo else value
        return self("day", "moment", date=self.day(utc.date()), time=f"{utc:%H:%M}")


@cache
def wording(language: str) -> Wording:
    """The words of a language. Raises SettingsError where there is no such folder."""
    if language not in languages():
        known = ", ".join(languages())
        raise SettingsError(f"alerts.language: no messages are written in {language!r} (there is: {known})")
    own = tomllib.loads((_TEMPLATES / language / "words.toml").read_text("utf-8"))
    if language == _WHOLE:
        return Wording(language, own)
    whole = wording(_WHOLE).tables
    return Wording(language, {name: {**whole.get(name, {}), **own.get(name, {})} for name in (*whole, *own)})


@cache
def templates(language: str) -> Environment:
    """The Jinja2 templates of a language; ``.html`` files escape what is put in, ``.txt`` do not."""
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / wording(language).language, _TEMPLATES]),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrapped": wrapped, "indented": indented, "padded": padded}
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
