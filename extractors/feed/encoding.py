"""From bytes to text: which encoding a feed is really in, and no character that XML forbids."""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import Final

from monitor.model import Problem

#: The only encodings that a feed may name: Python knows others that raise or expand (punycode, zlib).
#: WHATWG's Encoding Standard gives the reading of each label (iso-8859-1 is windows-1252 in practice).
ENCODINGS: Final[dict[str, str]] = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1"), "cp1252"),
    **dict.fromkeys(("windows-1252", "cp1252", "x-cp1252", "iso-8859-15", "iso8859-15"), "cp1252"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "latin2"), "iso8859-2"),
    **dict.fromkeys(("iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8"), ""),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "windows-1254", "cp1254"), "cp1254"),
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
    **{f"cp125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
    **{name: name for name in ("koi8-r", "koi8-u", "big5", "euc-jp", "iso-2022-jp", "euc-kr")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("ks_c_5601-1987", "windows-949", "cp949"), "cp949"),
    **dict.fromkeys(("tis-620", "windows-874", "iso-8859-11"), "cp874"),
    **dict.fromkeys(("big5-hkscs",), "big5hkscs"),
    **dict.fromkeys(("iso-8859-13", "iso-8859-4", "iso-8859-3", "iso-8859-10"), ""),
}
for _label in [label for label, codec in ENCODINGS.items() if not codec]:
    ENCODINGS[_label] = _label.replace("iso-", "iso")

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^[^<]{0,200}<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:\-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:\-]{1,40})""", re.I)
#: Share of the bytes above ASCII that may be wrong in a text still taken for UTF-8.
_TOLERATED: Final = 0.1


def decoded(body: bytes, content_type: str | None) -> tuple[str, list[Problem]]:
    """The text of a feed, cleaned, and what was odd about its encoding.

    A byte-order mark decides; else the text is UTF-8 if it reads as such (nothing else does by chance);
    else the encoding in the XML declaration, then the one in the header, which servers send without
    looking; else UTF-8 with a few wrong bytes replaced, else windows-1252.
    """
    problems: list[Problem] = []
    return cleaned(_text(body, content_type, problems)), problems


def _text(body: bytes, content_type: str | None, problems: list[Problem]) -> str:
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    for pattern, codec in ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be")):
        if body.startswith(pattern):
            return body.decode(codec, "replace")
    named = _named(body, content_type, problems)
    if "iso-2022-jp" not in named:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    high = sum(1 for byte in body if byte > 127) or 1
    for codec in named:
        if codec == "utf-8":
            text = body.decode("utf-8", "replace")
            if text.count("\ufffd") <= max(1, _TOLERATED * high):
                problems.append(Problem("encoding", "some bytes are not valid UTF-8"))
                return text
            continue
        try:
            return body.decode(codec)
        except UnicodeDecodeError as error:
            problems.append(Problem("encoding", f"not all of it is {codec}"))
            if error.start > len(body) // 2:
                return body.decode(codec, "replace")
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(1, _TOLERATED * high):
        problems.append(Problem("encoding", "some bytes are not valid UTF-8"))
        return text
    problems.append(Problem("encoding", "read as windows-1252"))
    return body.decode("cp1252", "replace")


def _named(body: bytes, content_type: str | None, problems: list[Problem]) -> list[str]:
    """The codecs that the document and the header name, in the order they are believed."""
    labels = []
    if found := _DECLARED.match(body[:1024]):
        labels.append(found[1].decode("ascii").lower())
    if in_header := _CHARSET.search(content_type or ""):
        labels.append(in_header[1].lower())
    codecs_named = []
    for label in labels:
        if label in ("utf-16", "utf-16le", "utf-16be", "unicode"):
            continue  # such a text would have shown itself by its zeros
        if label not in ENCODINGS:
            problems.append(Problem("encoding", f"names an encoding that is not known: {label}"))
        elif ENCODINGS[label] not in codecs_named:
            codecs_named.append(ENCODINGS[label])
    return codecs_named


# --- characters that no XML document may have -----------------------------------------------------------

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMERIC = re.compile(r"&#(?:[xX]0*([0-9A-Fa-f]{1,8})|0*([0-9]{1,10}));")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_NAMES: Final = frozenset({"lt", "gt", "amp", "quot", "apos", "LT", "GT", "AMP", "QUOT"})
_C1: Final = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}


def cleaned(text: str) -> str:
    """The text without what XML forbids: raw characters, references to them, HTML's named characters.

    One ``&#xD800;`` would cost the whole feed otherwise. ``&eacute;`` becomes its letter, since it is an
    error outside HTML; ``&lt;`` and its like stay.
    """
    text = _FORBIDDEN.sub("", text)
    if "&" in text:
        text = _NUMERIC.sub(_number, text)
        text = _NAMED.sub(_name, text)
    return text


def _number(match: re.Match[str]) -> str:
    value = int(match[1], 16) if match[1] else int(match[2])
    if value in _C1:
        return _C1[value]
    if value in (9, 10, 13) or 0x20 <= value <= 0xD7FF or 0xE000 <= value <= 0xFFFD:
        return match.group()
    return match.group() if 0x10000 <= value <= 0x10FFFF else ""


def _name(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_NAMES:
        return match.group()
    return html.entities.html5.get(f"{name};", match.group())
