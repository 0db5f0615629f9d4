"""Documents as lines of JSON: what ``analyze --jsonl`` and ``ingest`` take, as an archive."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from monitor.analysis.documents import document_from_dict
from monitor.archives._walk import Found
from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Problem, Window

#: A line's bytes; a longer one is passed.
MAX_LINE: Final = 20_000_000
#: Lines, and about how many bytes, that are read at once.
LINES: Final = 200
BYTES: Final = 8_000_000
#: Problems of one batch that are told one by one.
TOLD: Final = 20


@dataclass(slots=True)
class Lines:
    """Some lines of a file, and where the next begins: its number from 1 and its offset."""

    rows: list[tuple[int, bytes]]
    number: int
    at: int
    size: int


def lines_of(path: Path, number: int, at: int) -> Iterator[Lines]:
    """The file's lines from an offset on (of the unpacked file), some at a time. Raises ArchiveFailed."""
    try:
        with _opened(path) as file:
            file.seek(at)
            while True:
                lines = _some(file, number, at)
                if not lines.size:
                    return
                yield lines
                number, at = lines.number, lines.at
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveFailed("unreadable", f"{path}: {error}") from None


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _some(file: BinaryIO, number: int, at: int) -> Lines:
    lines = Lines([], number, at, 0)
    while len(lines.rows) < LINES and lines.size < BYTES:
        line = file.readline(MAX_LINE)
        if not line:
            break
        lines.size += len(line)
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                lines.size += len(rest)
            lines.size += len(rest)
            line = b""
        lines.rows.append((lines.number, line))
        lines.number += 1
    lines.at = at + lines.size
    return lines


def documents_job(name: str, rows: Sequence[tuple[int, bytes]], stretch: Window) -> Found:
    """The documents of these lines. For a worker process."""
    found = Found()
    for number, line in rows:
        if line and not line.strip():
            continue
        try:
            page = _page(line)
        except (ValueError, RecursionError) as error:
            found.passed["bad_line"] += 1
            if len(found.problems) < TOLD:
                found.problems.append(Problem("bad_line", f"{name}, line {number}: {error}"[:300]))
            continue
        when = page.document.published
        if when is not None and not stretch.start <= when.value < stretch.end:
            found.passed["outside_window"] += 1
        else:
            found.pages.append(page)
    return found


def _page(line: bytes) -> ArchivedPage:
    """A line's document; its id, and what it says, name it."""
    if not line:
        raise ValueError(f"longer than {MAX_LINE} bytes")
    document = document_from_dict(json.loads(line))
    return ArchivedPage(f"{document.id}#{hashlib.sha256(line.strip()).hexdigest()[:12]}", document)
