"""Text made safe and readable: no control characters, lines of at most 72 columns, cuts that show.

Words from an article are data of strangers. What could act on a terminal, a mail client or the
direction of the line (control characters, ANSI escapes, bidirectional overrides) is taken out before a
message is built; letters, marks, joiners and line breaks stay.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

WIDTH: Final = 72
ELLIPSIS: Final = "…"

# ECMA-48 (ISO 6429) escape sequences: CSI, OSC and the two-character ones.
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_]?)")
_NEWLINES: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Bidirectional controls of UAX #9, zero-width space and no-break space, soft hyphen, tags, variation of
# interlinear text. U+200C and U+200D stay: Persian and emoji are written with them.
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_NEVER_IN_URL: Final = re.compile(r"[ \"<>\\^`{|}]")
_BAD: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without what could act rather than be read; line breaks become ``\\n``, tabs spaces."""
    text = _ANSI.sub("", text)
    text = _NEWLINES.sub("\n", text).replace("\t", " ")
    return _BAD.sub("", _UNSEEN.sub("", text)).strip()


def one_line(text: str) -> str:
    """``clean`` on one line, runs of white space as one space."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """At most ``limit`` code points; where something is taken off, the end shows it with ``…``."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    # A combining mark or a joiner belongs to the letter before it.
    while 0 < end < len(text) and (unicodedata.combining(text[end]) or text[end] in "\u200c\u200d\ufe0f"):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def web_link(url: str | None) -> str | None:
    """The address, if it is one a reader may be sent to: http(s), with a host, nothing unseen in it.

    Characters that no address has (RFC 3986) and that could end it in HTML or Slack are percent-encoded.
    """
    if not url or len(url) > 2000 or url != one_line(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    # A name before an @ would let an address pose as another's; parsers disagree on backslashes.
    plain = host and not re.search(r"[\s@\\\"<>^`{|}]", parts.netloc)
    if parts.scheme not in ("http", "https") or not plain:
        return None
    written = parts.scheme + url[len(parts.scheme) :]
    return _NEVER_IN_URL.sub(lambda match: f"%{ord(match[0]):02X}", written)


def columns(text: str) -> int:
    """The width of the text on a terminal: wide East Asian characters take two columns, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _words(text: str, width: int) -> list[str]:
    """The text's words; what no-break spaces hold together is one, unless it is too wide for a line."""
    return [
        word
        for held in re.split(r"[^\S\u00a0\u202f]+", text)
        for whole in ([held] if columns(held) <= width else held.split())
        for word in _broken(whole, width)
        if word.strip()
    ]


def _broken(word: str, width: int) -> list[str]:
    """A word too wide for a line in pieces, where its script sets no spaces; other words stay whole."""
    if columns(word) <= width or not any(unicodedata.east_asian_width(c) in "WF" for c in word):
        return [word]
    pieces, piece = [], ""
    for character in word:
        if columns(piece + character) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """The text in lines of at most ``width`` columns; addresses and other long words stay whole, and no
    line ends at a no-break space.

    ``first`` leads the first line, ``rest`` (as many spaces, unless given) all others.
    """
    rest = " " * columns(first) if rest is None else rest
    lines: list[str] = []
    lead = first
    for paragraph in text.split("\n"):
        line = ""
        for word in _words(paragraph, width - columns(rest)):
            if line and columns(lead) + columns(line) + 1 + columns(word) > width:
                lines.append(lead + line)
                lead, line = rest, ""
            line = f"{line} {word}" if line else word
        lines.append((lead + line).rstrip())
        lead = rest
    return "\n".join(lines)


def collated(text: str) -> str:
    """What a text is sorted by: its letters without their case and marks."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


def padded(text: str, width: int) -> str:
    """The text with spaces behind it up to ``width`` columns."""
    return text + " " * (width - columns(text))


def indented(text: str, by: int = 2) -> str:
    """Every line that is not empty moved in by ``by`` spaces."""
    return "\n".join(" " * by + line if line else line for line in text.split("\n"))
