"""Pages in folders and ZIP files: HTML, PDF and plain text, dated by themselves, else by their names.

The bytes are read in worker processes. What lies in a ZIP is never written to disk, and its sizes are counted
as they come out: what its directory says of them is a stranger's word.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Final

from monitor.archives._walk import Found
from monitor.errors import ArchiveFailed, Unreadable
from monitor.model import ArchivedPage, Document, When, Window

#: A page's bytes; what is larger is passed.
MAX_BYTES: Final = 5_000_000
#: Members of a ZIP file, and how much more than its packed bytes a member may be: text shrinks to a hundredth
#: at the most, a bomb to a thousandth.
MAX_MEMBERS: Final = 200_000
MAX_RATIO: Final = 200
SUFFIXES: Final = frozenset(
    {".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".pdf", ".txt", ".text", ""}
)
_PACKED: Final = frozenset(
    {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst", ".jar", ".warc"}
)
#: What systems leave in folders and ZIP files beside the files.
_LITTER: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
#: How browsers note in a page that they save where it was ("Mark of the Web", Microsoft's documentation).
_SAVED_FROM: Final = re.compile(rb"<!--\s*saved from url=\(\d{4}\)(https?://[^\s>]{1,2000})", re.IGNORECASE)
_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_. ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


# --- folders ------------------------------------------------------------------------------------------


def files_in(folder: Path) -> Iterator[str]:
    """The files of a folder and of those in it, as paths from it, in order; no link is followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise ArchiveFailed("unreadable", f"{folder}: {error.strerror}") from None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            for inner in files_in(Path(entry.path)):
                yield f"{entry.name}/{inner}"
        elif entry.is_file(follow_symlinks=False):
            yield entry.name


def read_files_job(folder: str, names: Sequence[str], stretch: Window, now: datetime) -> Found:
    """The pages of these files of a folder. For a worker process."""
    found = Found()
    for name in names:
        path = Path(folder, name)
        if not _wanted(name, found):
            continue
        try:
            if path.stat().st_size > MAX_BYTES:
                found.refuse("too_large", name)
                continue
            body = path.read_bytes()
        except OSError as error:
            found.refuse("unreadable_file", f"{name}: {error.strerror}")
            continue
        found.size += len(body)
        _take(found, name, body, stretch, now)
    return found


# --- ZIP files ----------------------------------------------------------------------------------------


def zip_length_job(path: str) -> int:
    """How many members a ZIP file has. Raises ArchiveFailed. For a worker process."""
    with _opened(path) as file:
        return len(file.infolist())


def read_zip_job(path: str, numbers: Sequence[int], stretch: Window, now: datetime) -> Found:
    """The pages of these members, by their numbers in its directory. For a worker process."""
    found = Found()
    with _opened(path) as file:
        members = file.infolist()
        places = sorted((member.header_offset, member.compress_size) for member in members)
        inside = {at for (at, size), (after, _) in pairwise(places) if at + size > after}
        for member in [members[number] for number in numbers]:
            name = member.filename
            if member.is_dir() or not _honest(member, found) or not _wanted(name, found):
                continue
            if member.header_offset in inside:
                found.refuse("overlapping", name)
                continue
            body = _member(file, member, found)
            if body is not None:
                found.size += member.compress_size
                _take(found, name, body, stretch, now)
    return found


def _opened(path: str) -> zipfile.ZipFile:
    try:
        file = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ArchiveFailed("bad_zip", f"{path}: {error}") from None
    if len(file.infolist()) > MAX_MEMBERS:
        file.close()
        raise ArchiveFailed("bad_zip", f"{path}: more than {MAX_MEMBERS} members")
    return file


def _honest(member: zipfile.ZipInfo, found: Found) -> bool:
    """Whether a member may be looked at: no name that leads out, no password, no bomb by its own word."""
    name = member.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if "\0" in name or ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        found.refuse("unsafe_name", repr(name))
    elif member.flag_bits & 0x1:
        found.refuse("encrypted", name)
    elif member.file_size > min(MAX_BYTES, max(MAX_RATIO * member.compress_size, 1 << 20)):
        found.refuse("too_large", name)
    else:
        return True
    return False


def _member(file: zipfile.ZipFile, member: zipfile.ZipInfo, found: Found) -> bytes | None:
    try:
        with file.open(member) as opened:
            body = opened.read(MAX_BYTES + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        found.refuse("broken_member", f"{member.filename}: {error}")
        return None
    if len(body) > MAX_BYTES:
        found.refuse("too_large", member.filename)
        return None
    return body


# --- one page -----------------------------------------------------------------------------------------


def _wanted(name: str, found: Found) -> bool:
    """Whether a file is one that is read, by its name."""
    suffix = PurePosixPath(name).suffix.lower()
    if _LITTER.search(name):
        found.passed["not_a_page"] += 1
    elif suffix in _PACKED:
        found.refuse("packed_within", name)
    elif suffix not in SUFFIXES and not _DAY.search(suffix):
        found.passed["not_a_page"] += 1
    else:
        return True
    return False


def _take(found: Found, name: str, body: bytes, stretch: Window, now: datetime) -> None:
    """Keeps a file's page where it falls into the stretch, or is dated by nothing."""
    from extractors.page import read_page
    from extractors.source import decode, is_text, nature_of

    if body.startswith((b"PK\x03\x04", b"\x1f\x8b\x08")):
        found.refuse("packed_within", name)
        return
    nature = nature_of(body)
    text = decode(body) if nature == "text" else None
    if text is not None and not is_text(body, text):
        found.passed["not_a_page"] += 1
        return
    if not body.strip():
        found.passed["empty"] += 1
        return
    key = f"{name}#{hashlib.sha256(body).hexdigest()[:12]}"
    saved = _SAVED_FROM.search(body, 0, 4096) if nature == "html" else None
    document = Document(
        key,
        url=saved[1].decode("ascii", "replace") if saved else None,
        html=None if nature == "text" else body,
        text=text,
        content_type="application/pdf" if nature == "pdf" else None,
    )
    try:
        published = read_page(document, now).published
    except Unreadable:
        published = None  # its state is named where it is read for good
    if published is None:
        published = _named_day(name)
        document = replace(document, published=published)
    if published is not None and not stretch.start <= published.value < stretch.end:
        found.passed["outside_window"] += 1
        return
    found.pages.append(ArchivedPage(key, document))


def _named_day(name: str) -> When | None:
    """The day in a file's name, else in that of the folder nearest to it."""
    for part in reversed(PurePosixPath(name).parts):
        found = _DAY.search(part)
        if found:
            day = datetime.fromisoformat(f"{found[1]}-{found[3]}-{found[4]}T00:00:00+00:00")
            return When(day, "day", "given")
    return None
