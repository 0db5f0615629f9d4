"""What a body is, told by its content, and its characters: HTML, PDF or plain text; which charset."""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal

Nature = Literal["html", "pdf", "text"]

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


def _guess(body: bytes) -> str:
    from charset_normalizer import from_bytes

    replaced = body.decode("utf-8", "replace")
    if replaced.count("\ufffd") <= len(replaced) // 1000:
        return replaced  # UTF-8 with a few broken bytes
    best = from_bytes(body[:50_000]).best()
    codec = _codec(best.encoding) if best else None
    return body.decode(codec or "cp1252", "replace")
