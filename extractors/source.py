"""What a body is, told by its content, and its characters: HTML, PDF or plain text; which charset."""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal

Nature = Literal["html", "pdf", "text"]
#: The states of a document that could not be read.
STATES: Final = frozenset(
    [
        "empty",
        "too_large",
        "too_deep",
        "text_run_too_long",
        "too_many_attributes",
        "not_text",
        "no_text",
        "pdf_encrypted",
        "pdf_broken",
    ]
)  # fmt: skip

_TAGS = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|article|section|main|div|p|span|table|h[1-6]|meta|title|br|ul|pre)\b[^>]*>",
    re.IGNORECASE,
)
_XHTML = re.compile(rb"^\s*<\?xml[^>]*>\s*<!doctype html", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
#: Labels that the web uses for a larger set (WHATWG Encoding Standard).
_LARGER: Final = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254",
    "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
#: Python's codecs that are not charsets, or are traps: a page must not choose them.
_REFUSED: Final = frozenset(
    [
        "base64",
        "bz2",
        "hex",
        "quopri",
        "rot13",
        "uu",
        "zlib",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "utf_7",
        "mbcs",
        "oem",
        "unicode-escape",
        "raw-unicode-escape",
    ]
)  # fmt: skip
#: How files of other kinds begin (IANA's media types; file(1) knows them by the same bytes).
_OTHER_KINDS: Final = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh",
    b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"OggS\x00",
    b"\x00\x00\x01\x00", b"SQLite format 3\x00", b"wOFF", b"wOF2", b"\x28\xb5\x2f\xfd",
)  # fmt: skip
#: So large a share of characters that no text has shows that the bytes are none.
_STRANGE_SHARE: Final = 0.05
_STRANGE = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd\ufffe\uffff]")
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def nature_of(body: bytes | str, content_type: str | None = None) -> Nature:
    """What the body is. The content decides; a declared ``text/plain`` only where there are few tags."""
    head = (body[:20_000].encode("utf-8", "replace") if isinstance(body, str) else body[:20_000]).lstrip()
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    declared = (content_type or "").lower()
    tags = len(_TAGS.findall(head))
    if _XHTML.match(head) or tags >= 2 or (tags and "html" in declared):
        return "html"
    if re.match(rb"\s*<(?:!doctype|html)", head, re.IGNORECASE):
        return "html"
    return "text" if "html" not in declared or not tags else "html"


def is_text(body: bytes | str, text: str) -> bool:
    """Whether a body that is neither HTML nor PDF is text at all; ``text``: its characters as decoded."""
    if isinstance(body, bytes) and body.startswith(_OTHER_KINDS):
        return False
    head = text[:20_000]
    return len(_STRANGE.findall(head)) <= len(head) * _STRANGE_SHARE


def _codec(label: str | None) -> str | None:
    """The Python codec for a charset label; None for an unknown or refused one."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    if name in _REFUSED:
        return None
    return _LARGER.get(name, name)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The characters of a body: by BOM, else UTF-8 where the bytes are that, else as header or meta declare,
    else by guess. Never fails: what cannot be read becomes U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff")
    if (wide := _wide(body)) is not None:
        return body.decode(wide, "replace")
    try:
        # Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever an old template declares.
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    header = _HEADER_CHARSET.search(content_type or "")
    head = body[:4096]
    meta = _META_CHARSET.search(head) or _XML_CHARSET.search(head)
    labels = [header[1] if header else None, meta[1].decode("ascii", "replace") if meta else None]
    for label in labels:
        codec = _codec(label)
        if codec is None:
            continue
        try:
            text = body.decode(codec, "replace")
        except (LookupError, UnicodeError, TypeError):
            continue
        if text.count("\ufffd") <= max(2, len(text) // 1000):
            return text
    return _guess(body)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its markup and spaces is 0."""
    head = body[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or min(even, odd) * 20 > len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _guess(body: bytes) -> str:
    from charset_normalizer import from_bytes

    replaced = body.decode("utf-8", "replace")
    if replaced.count("\ufffd") <= len(replaced) // 1000:
        return replaced  # UTF-8 with a few broken bytes
    best = from_bytes(body[:50_000]).best()
    codec = _codec(best.encoding) if best else None
    return body.decode(codec or "cp1252", "replace")
