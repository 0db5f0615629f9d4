"""The text of a PDF, as ministries publish their statements: paragraphs out of lines, with caps."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from extractors.blocks import clean
from monitor.errors import Unreadable

MAX_PAGES: Final = 60
MAX_CHARACTERS: Final = 500_000
_MAX_NOTES: Final = 20
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟][\"”»’)\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad]$")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–—]?\s*\d{1,3}\s*(?:/\s*\d{1,3}|of\s+\d{1,3})?\s*[-–—]?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PdfText:
    """Paragraphs in reading order, the title and date of the document's own properties, pages left unread,
    and what the reader found damaged and mended."""

    paragraphs: tuple[str, ...]
    title: str | None = None
    created: datetime | None = None
    unread_pages: int = 0
    damage: tuple[str, ...] = ()


class _Notes(logging.Handler):
    """Takes what pypdf tells of a damaged file, which would else go to standard error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < _MAX_NOTES:
            self.lines.append(clean(record.getMessage()))


@contextmanager
def _noted() -> Iterator[list[str]]:
    logger = logging.getLogger("pypdf")
    notes, propagate = _Notes(), logger.propagate
    logger.addHandler(notes)
    logger.propagate = False
    try:
        yield notes.lines
    finally:
        logger.removeHandler(notes)
        logger.propagate = propagate


def _join(lines: list[str]) -> list[str]:
    """Lines to paragraphs: a blank line, or a short line that ends a sentence, ends one."""
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    paragraphs: list[str] = []
    current = ""
    for line in lines:
        if not line:
            if current:
                paragraphs.append(current)
            current = ""
            continue
        if current and _HYPHEN.search(current) and line[:1].islower():
            current = _HYPHEN.sub("", current) + line
        else:
            current = f"{current} {line}" if current else line
        if len(line) < usual * 0.8 and _SENTENCE_END.search(line):
            paragraphs.append(current)
            current = ""
    if current:
        paragraphs.append(current)
    return paragraphs


def read_pdf(body: bytes) -> PdfText:
    """The text of a PDF. Raises Unreadable ("pdf_encrypted", "pdf_broken", "no_text")."""
    with _noted() as notes:
        return replace(_read(body), damage=tuple(notes))


def _read(body: bytes) -> PdfText:
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("pdf_encrypted", "the PDF wants a password")
        total = len(reader.pages)
        lines: list[str] = []
        size = 0
        for number in range(min(total, MAX_PAGES)):
            text = reader.pages[number].extract_text() or ""
            size += len(text)
            lines.extend(
                line for raw in text.split("\n") if not _PAGE_NUMBER.match(line := clean(raw)) or not line
            )
            if size > MAX_CHARACTERS:
                total = max(total, number + 2)
                break
        info = reader.metadata
        title = clean(info.title) if info and info.title else None
        created = _created(reader)
    except Unreadable:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OSError,
    ) as error:
        raise Unreadable("pdf_broken", f"{type(error).__name__}: {error}"[:200]) from error
    paragraphs = tuple(_join(lines))
    if not any(c.isalpha() for p in paragraphs for c in p):
        raise Unreadable("no_text", "the PDF holds no text, only pictures perhaps")
    return PdfText(paragraphs, title, created, max(0, total - MAX_PAGES))


def _created(reader: PdfReader) -> datetime | None:
    try:
        return reader.metadata.creation_date if reader.metadata else None
    except (ValueError, TypeError, AttributeError):
        return None
