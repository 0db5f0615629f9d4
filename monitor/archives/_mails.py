"""Mailboxes with Google Alerts: mbox files (RFC 4155), Maildir folders and single mails (.eml).

The day of a mail is when its results were met, which is no day of publication. For worker processes: a
stranger's bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from extractors.urls import canonical
from monitor.archives._alerts import Result, results_of
from monitor.archives._walk import Found
from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Document, Window

#: A mail's bytes; what is larger is passed. Mails that are read at once: so many, or about so many bytes.
MAX_MAIL: Final = 10_000_000
MAILS: Final = 50
BYTES: Final = 4_000_000


@dataclass(slots=True)
class Mails(Found):
    """What some mails gave; ``following``: the offset of the next one in an mbox file, None at its end."""

    following: int | None = None


def mbox_job(path: str, at: int, stretch: Window, most: int = MAILS, look: bool = True) -> Mails:
    """Some mails of an mbox file from an offset on; without a ``look`` into them, they are only passed."""
    found, count = Mails(), 0
    try:
        for start, raw, end in _messages(path, at):
            found.size, found.following, count = end - at, end, count + 1
            name = f"{Path(path).name} at {start}"
            if look:
                _take(raw, name, stretch, found)
            else:
                found.refuse("unreadable_mail", name)
            if count >= most or found.size >= BYTES:
                return found
    except OSError as error:
        raise ArchiveFailed("unreadable", f"{path}: {error.strerror}") from None
    found.following = None
    return found


def mail_files_job(folder: str, names: Sequence[str], stretch: Window) -> Mails:
    """The mails in these files of a folder."""
    found = Mails()
    for name in names:
        try:
            with Path(folder, name).open("rb") as file:
                raw = file.read(MAX_MAIL + 1)
        except OSError as error:
            found.refuse("unreadable_file", f"{name}: {error.strerror}")
            continue
        found.size += len(raw)
        _take(raw, name, stretch, found)
    return found


def _messages(path: str, at: int) -> Iterator[tuple[int, bytes, int]]:
    """(offset, bytes, offset of the next) of each message of an mbox file; "From " after an empty line
    begins one. A message that is too large comes cut, one byte longer than allowed."""
    with Path(path).open("rb") as file:
        file.seek(at)
        start, lines, held, blank = at, list[bytes](), 0, True
        for line in iter(lambda: file.readline(1 << 20), b""):
            if blank and line.startswith(b"From ") and lines:
                end = file.tell() - len(line)
                yield start, b"".join(lines), end
                start, lines, held = end, [], 0
            if held <= MAX_MAIL:
                lines.append(line)
                held += len(line)
            blank = line in (b"\n", b"\r\n")
        if lines:
            yield start, b"".join(lines), file.tell()


def _take(raw: bytes, name: str, stretch: Window, found: Mails) -> None:
    if len(raw) > MAX_MAIL:
        found.refuse("too_large", f"mail {name}")
        return
    try:
        message = message_from_bytes(raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw)
        met = _date(message)
        results = results_of(message)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        found.refuse("broken_mail", f"{name}: {type(error).__name__}")
        return
    if not results:
        found.passed["no_alert"] += 1
    elif met is not None and not stretch.start <= met < stretch.end:
        found.passed["outside_window"] += len(results)
    else:
        known = {page.key for page in found.pages}
        for result in results:
            page = _page(result, met)
            if page.key in known:
                found.passed["repeated"] += 1
                continue
            known.add(page.key)
            found.pages.append(page)


def _page(result: Result, met: datetime | None) -> ArchivedPage:
    key = canonical(result.url)
    document = Document(
        key, url=result.url, title=result.title or None, summary=result.snippet, outlet=result.outlet
    )
    return ArchivedPage(key, document, captured=met)


def _date(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
