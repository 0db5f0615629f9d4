"""What the GDELT DOC 2.0 API answered: a list of articles, or words that say why there is none."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from monitor.archives._asking import Busy
from monitor.errors import ArchiveFailed
from monitor.ports import Fetched

#: A backslash that begins no escape of JSON (RFC 8259, section 7): the API writes them.
_STRAY: Final = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_LIST: Final = re.compile(r'\A\s*\{\s*"articles"\s*:\s*\[\s*')
_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("gdelt.toml").read_text("utf-8"))
#: The languages that are read here, by the names of the index.
LANGUAGES: Final[dict[str, str]] = _DATA["languages"]


@dataclass(frozen=True, slots=True)
class Articles:
    """The records of an answer in its order, and how many of them could not be read."""

    records: tuple[dict[str, Any], ...]
    broken: int
    size: int

    @property
    def all(self) -> int:
        """How many there were: an answer that is full may have left some out."""
        return len(self.records) + self.broken


def articles(answer: Fetched) -> Articles:
    """The articles; Busy for an answer that another try may better, ArchiveFailed for one that stays."""
    text = _json(answer)
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _one_by_one(text, len(answer.body))
    listed = found.get("articles", []) if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise Busy("not_json", "JSON of another shape")
    good = tuple(record for record in listed if isinstance(record, dict))
    return Articles(good, len(listed) - len(good), len(answer.body))


def counts(answer: Fetched) -> dict[datetime, int]:
    """The numbers of ``mode=timelinevolraw``: articles from each moment on. Raises likewise."""
    try:
        found = json.loads(_json(answer), strict=False)
        rows = [row for series in found.get("timeline", []) for row in series["data"]]
        return {moment: int(row["value"]) for row in rows if (moment := seen(row["date"]))}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Busy("not_json", "a timeline of another shape") from None


def seen(text: object) -> datetime | None:
    """The moment of a ``seendate`` (``20230707T183000Z``); None for anything else."""
    try:
        return datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _json(answer: Fetched) -> str:
    """The body where it is JSON, stray backslashes doubled; the error that its words mean where it is not."""
    text = answer.body.decode("utf-8-sig", "replace").strip()
    if text.startswith("{"):
        return _STRAY.sub(r"\\\\", text)
    low = " ".join(text.split()).lower()
    for pattern, state, again in _answers():
        if pattern.search(low):
            raise (Busy if again else ArchiveFailed)(state, low[:200])
    raise AssertionError("the last row of the table fits every answer")


def _one_by_one(text: str, size: int) -> Articles:
    """The records of a list in which one is broken; Busy where the list has no end, or is none."""
    begin = _LIST.match(text)
    if begin is None or not re.search(r"\]\s*\}\s*\Z", text):
        raise Busy("not_json", text[:200])
    decoder, records, broken, place = json.JSONDecoder(strict=False), [], 0, begin.end()
    while (place := text.find("{", place)) >= 0:
        try:
            record, end = decoder.raw_decode(text, place)
            records.append(record)
        except (ValueError, RecursionError):
            broken += 1
            following = re.compile(r"\}\s*,\s*\{").search(text, place)
            end = following.end() - 1 if following else len(text)
        place = end
    return Articles(tuple(records), broken, size)


@cache
def _answers() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    return tuple((re.compile(row["says"]), row["state"], row["again"]) for row in _DATA["answer"])
