"""A block of a WARC file -> the pages in it that are worth reading. For worker processes: a stranger's bytes.

    block   | members  each a gzip stream, found by its own beginning -> broken_member, cut_off, no_record
    member  | records  FastWARC reads the heads                       -> broken_record, wrong_length
    record  | page     a response, 200, HTML, decoded                 -> revisit, not_ok, not_html …
    page    | sieve    monitor.archives._sieve                        -> off_topic, or worth reading

Members are taken one by one, so that a record that is cut, damaged or wrong about its length costs itself and
no other. Formats: ISO 28500 (WARC 1.0, 1.1), its annex on compression record by record; RFC 9112.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from fastwarc.stream_io import BrotliReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from monitor.archives._sieve import sifted
from monitor.errors import FetchRefused
from monitor.fetch.decode import Decoder
from monitor.model import ArchivedPage, Document, Window

#: A record's bytes once decompressed, and a page's: what is larger is passed.
MAX_RECORD: Final = 16 << 20
MAX_PAGE: Final = 5_000_000
#: So many records in one gzip stream, and the file was compressed as a whole.
ONE_STREAM: Final = 8
_GZIP: Final = b"\x1f\x8b\x08"
_HEAD: Final = re.compile(rb"WARC/1\.[01]\r?\n[A-Za-z-]{4,40}:")
_BETWEEN: Final = b"\r\n\r\nWARC/1."
_PIECE: Final = 1 << 15
_HTML: Final = ("text/html", "application/xhtml+xml")
_CHUNK: Final = re.compile(rb"([0-9a-fA-F]{1,7})[^\r\n]{0,200}\r\n")
_LENGTH: Final = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a file: ``data`` from ``base`` on; records that begin in ``begin:stop`` are this block's.

    What follows ``stop`` is there so that the last of them is whole. ``ends``: nothing follows the data.
    """

    data: bytes
    base: int
    begin: int
    stop: int
    ends: bool
    packed: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Which pages are wanted: captured in ``stretch``, of ``hosts`` and what is under them (none: of all)."""

    stretch: Window
    hosts: tuple[str, ...] = ()


@dataclass(slots=True)
class Sifted:
    """What a block held. ``first`` and ``following`` are the offsets of its first record and of the first
    record after it; both None where no record begins in it."""

    pages: list[ArchivedPage] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    first: int | None = None
    following: int | None = None
    one_stream: bool = False


def sift_block(block: Block, wish: Wish) -> Sifted:
    """The pages of a block that may be on the topic, and what was passed by name."""
    found = Sifted()
    for start, end, raw, fault in _members(block):
        found.first = start if found.first is None else found.first
        found.following = end
        if fault:
            found.passed[fault] += 1
            if fault == "too_large" and start == 0 and raw.count(_BETWEEN) > ONE_STREAM:
                found.one_stream = True
            continue
        _sift_member(raw, wish, found)
    return found


# --- the file's outer form ----------------------------------------------------------------------------


def _members(block: Block) -> Iterator[tuple[int, int, bytes, str]]:
    """(offset, offset of what follows, bytes, fault or "") of each member that begins in the block."""
    read = _unpacked if block.packed else _plain
    data, at, limit = block.data, block.begin - block.base, block.stop - block.base
    if not _begins(data, at, packed=block.packed):
        start, at = at, _next(data, at, packed=block.packed)
        if start == 0 == block.base and at < limit:
            yield start, at, b"", "no_record"
    while at < min(limit, len(data)):
        raw, end, fault = read(data, at)
        if not fault and not _begins(data, end, packed=block.packed) and end < len(data):
            following = _next(data, end, packed=block.packed)
            yield at + block.base, following + block.base, raw, fault
            if data[end:following].strip(b"\0\r\n"):
                what = "broken_member" if data.startswith(_GZIP, end) else "no_record"
                yield at + block.base, following + block.base, b"", what
            at = following
            continue
        if fault:
            end = _next(data, at + 1, packed=block.packed)
            if fault == "unfinished":  # its end is missing, or is beyond what a record may have
                fault = "cut_off" if block.ends else "too_large"
                if end < len(data):
                    fault = "broken_member" if block.packed else "wrong_length"
        yield at + block.base, end + block.base, raw, fault
        at = end


def _begins(data: bytes, at: int, *, packed: bool) -> bool:
    """Whether a record begins there."""
    if not packed:
        return _HEAD.match(data, at) is not None
    if not data.startswith(_GZIP, at):
        return False
    try:
        return zlib.decompressobj(31).decompress(data[at : at + 4096], 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _next(data: bytes, at: int, *, packed: bool) -> int:
    """The offset of the first record from there on; the data's end where there is none."""
    while True:
        at = data.find(_GZIP if packed else b"WARC/1.", at)
        if at < 0:
            return len(data)
        if _begins(data, at, packed=packed):
            return at
        at += 1


def _unpacked(data: bytes, at: int) -> tuple[bytes, int, str]:
    """One gzip member: its content, the offset of what follows, and what is wrong with it."""
    inflate, size = zlib.decompressobj(31), 0
    content: list[bytes] = []
    view = memoryview(data)
    try:
        while not inflate.eof:
            piece = view[at : at + _PIECE]
            if not piece:
                return b"".join(content), at, "unfinished"
            made = inflate.decompress(piece, MAX_RECORD - size + 1)
            content.append(made)
            size += len(made)
            if size > MAX_RECORD:
                return b"".join(content), at, "too_large"
            at += len(piece) - len(inflate.unused_data) - len(inflate.unconsumed_tail)
    except zlib.error:
        return b"", at, "broken_member"
    return b"".join(content), at, ""


def _plain(data: bytes, at: int) -> tuple[bytes, int, str]:
    """One record of a file that is not compressed, as far as its length can be believed."""
    head = data.find(b"\r\n\r\n", at, at + (64 << 10))
    declared = _LENGTH.search(data, at, head) if head > 0 else None
    if declared is None:
        return b"", at, "broken_record"
    end = head + 4 + int(declared[1])
    if end - at > MAX_RECORD:
        return b"", at, "too_large"
    if end > len(data):
        return b"", at, "unfinished"
    following = end
    while data[following : following + 2] == b"\r\n":
        following += 2
    if following < end + 4 and following < len(data) and not data.startswith(b"WARC/1.", following):
        return b"", at, "wrong_length"
    return data[at:end] + b"\r\n\r\n", following, ""


# --- its records --------------------------------------------------------------------------------------


def _sift_member(raw: bytes, wish: Wish, found: Sifted) -> None:
    if not raw.startswith(b"WARC/"):
        found.passed["broken_record"] += 1
        return
    if not _length_holds(raw):
        found.passed["wrong_length"] += 1
        return
    try:
        for record in ArchiveIterator(io.BytesIO(raw), parse_http=False, stream_detect=False):
            page = _page(record, wish)
            if isinstance(page, str):
                found.passed[page] += 1
            else:
                found.pages.append(page)
    except (OSError, ValueError, UnicodeError):
        found.passed["broken_record"] += 1


def _length_holds(raw: bytes) -> bool:
    """Whether the record ends where it says: at the end of its member, or where another one begins."""
    head = raw.find(b"\r\n\r\n")
    declared = _LENGTH.search(raw, 0, head) if head > 0 else None
    if declared is None:
        return False
    end = head + 4 + int(declared[1])
    rest = raw[end : end + 16].lstrip(b"\r\n")
    return end <= len(raw) and (not rest or rest.startswith(b"WARC/"))


def _page(record: WarcRecord, wish: Wish) -> ArchivedPage | str:
    """The page of a record, or why it has none."""
    kind = record.record_type
    if kind == WarcRecordType.revisit:
        return "revisit"
    if kind not in (WarcRecordType.response, WarcRecordType.resource):
        return "other_record"
    address = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    captured = _moment(record.headers.get("WARC-Date"))
    reason = _unwanted(address, captured, wish)
    if reason:
        return reason
    body = _body(record)
    if isinstance(body, str):
        return body
    content, content_type = body
    if not sifted(content):
        return "off_topic"
    key = (record.headers.get("WARC-Record-ID") or "").strip("<> ")
    key = key or f"{address} {record.headers.get('WARC-Date')}"
    document = Document(key, url=address, html=content, content_type=content_type)
    return ArchivedPage(key, document, captured=captured)


def _unwanted(address: str, captured: datetime | None, wish: Wish) -> str | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "bad_url"
    if parts.scheme not in ("http", "https") or not host:
        return "bad_url"
    if captured is None:
        return "bad_date"
    if not wish.stretch.start <= captured < wish.stretch.end:
        return "outside_window"
    if wish.hosts and not any(host == one or host.endswith(f".{one}") for one in wish.hosts):
        return "other_host"
    return None


def _body(record: WarcRecord) -> tuple[bytes, str | None] | str:
    """The page's bytes, decoded, and its content type; or why there are none."""
    content_type = record.headers.get("Content-Type") or ""
    codings = ""
    if record.record_type == WarcRecordType.response:
        if not content_type.lower().startswith("application/http"):
            return "not_html"
        record.parse_http(auto_decode="none")
        head = record.http_headers
        if head is None or head.status_code is None:
            return "bad_http"
        if head.status_code not in (200, 203):
            return "not_ok"
        content_type = head.get("Content-Type") or ""
        codings = ",".join(head.get(name) or "" for name in ("Content-Encoding", "Transfer-Encoding"))
    content = record.reader.read(MAX_RECORD)
    decoded = decode(content, codings)
    if isinstance(decoded, str):
        return decoded
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _HTML and (kind or not decoded.lstrip().startswith(b"<")):
        return "not_html"
    return (decoded, content_type or None) if decoded.strip() else "empty"


def decode(content: bytes, codings: str) -> bytes | str:
    """A stored body without its transfer and content codings, or why it cannot be had.

    Many tools store the body decoded and leave the head as it was: what a coding cannot have made is taken
    as it is.
    """
    for coding in reversed([each.strip().lower() for each in codings.split(",")]):
        if coding == "chunked":
            content = _unchunked(content)
        elif coding in ("gzip", "x-gzip", "deflate", "br"):
            if content.lstrip()[:1] != b"<":
                try:
                    content = _inflated(content, coding)
                except (FetchRefused, OSError) as error:
                    large = isinstance(error, FetchRefused) and error.state == "too_large"
                    return "too_large" if large else "bad_encoding"
        elif coding not in ("", "identity"):
            return "bad_encoding"
    return content if len(content) <= MAX_PAGE else "too_large"


def _inflated(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return BrotliReader(io.BytesIO(content)).read(MAX_PAGE + 1)
    decoder = Decoder(coding, MAX_PAGE)
    decoder.feed(content)
    decoder.finish()
    return bytes(decoder.body)


def _unchunked(content: bytes) -> bytes:
    """The body of a chunked message (RFC 9112, section 7.1), as far as its chunks go."""
    made, at = bytearray(), 0
    while (size := _CHUNK.match(content, at)) and int(size[1], 16):
        made += content[size.end() : size.end() + int(size[1], 16)]
        at = size.end() + int(size[1], 16) + 2
    return bytes(made) if at else content


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
