"""The topic's stems as one pattern over raw bytes: every letter in every spelling, case and encoding.

A page is looked through as it came off the wire, before it is decoded or parsed. A letter of a stem is each
character that folding makes of it (``extractors.languages.folding``), in UTF-8 and in the old code pages of
our languages; between two letters may stand what folding drops and what reading takes away: tags, soft
hyphens, vowel signs, marks of direction. Entities and JSON escapes are the characters that they stand for.
RE2 runs the pattern in time linear in the page.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from extractors.languages.folding import fold
from monitor.topic.terms import all_stems

#: The old code pages in which the press of our languages was and is put on the web. Those of one group are
#: looked for at once: letters of Latin that they write with different bytes are few.
LATIN: Final = ("cp1250", "cp1252", "cp1254", "iso8859-2", "iso8859-9")
OTHERS: Final = (
    "cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "cp1256", "iso8859-6", "gb18030", "big5"
)  # fmt: skip
#: Bytes that an automaton may take, that of UTF-8 and each of the others; RE2 starts anew where it would need
#: more.
MEMORY: Final = 128 << 20
MEMORY_OLD: Final = 12 << 20
#: More of them among the first two hundred bytes, and a page is UTF-16: no other encoding of the web has any.
ZEROS: Final = 8
_TAG: Final = b"<[^<]*>"
#: Entities and escapes that may be part of a word, or of the space between two; the commonest that cannot be
#: are left where they stand.
_ENTITY: Final = re.compile(
    rb"&(?:amp;)*(?!amp;|quot;|apos;|lt;|gt;|[lr][ds]quo;|[mn]dash;|hellip;|#0*3[49];|#8(?:21[1-9]|22\d|230);)"
    rb"(#(?:[0-9]{2,8}|[xX][0-9a-fA-F]{2,7});?|[a-zA-Z][a-zA-Z0-9]{1,30};"
    rb"|[a-zA-Z](?:acute|cedil|circ|grave|ring|slash|tilde|uml)|nbsp|shy)"
)
# Begun by a letter that must be there: Python's search then runs at memory's speed up to it.
_ESCAPES: Final = re.compile(rb"\\\\*u[0-9a-fA-F]{4}(?:\\+u[0-9a-fA-F]{4})*")
_SLASHES: Final = re.compile(rb"\\{2,}")
_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")

_Tree = dict[Any, Any]


def could_name(raw: bytes) -> bool:
    """Whether a page's bytes hold a stem of the topic in any spelling; True too often, not too seldom."""
    raw = opened(raw)
    if _pattern(()).search(raw) is not None:
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        groups = (LATIN, *((encoding,) for encoding in OTHERS))
        return any(_pattern(group).search(raw) is not None for group in groups)
    return False


def opened(raw: bytes) -> bytes:
    """The bytes with entities and JSON escapes as UTF-8; UTF-16 as UTF-8."""
    if raw[:2] in _BOMS or raw[:200].count(0) > ZEROS:
        raw = _from_utf16(raw)
    if b"\\u" in raw:
        raw = _ESCAPES.sub(lambda found: _of_escapes(found[0]), raw)
    if b"&" in raw:
        raw = _ENTITY.sub(lambda found: _of_entity(found[1]), raw)
    return raw


def _from_utf16(raw: bytes) -> bytes:
    if raw[:2] in _BOMS:
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    order = "utf-16-le" if raw[1:200:2].count(0) >= raw[:200:2].count(0) else "utf-16-be"
    return raw.decode(order, "replace").encode("utf-8", "replace")


@lru_cache(8192)
def _of_entity(name: bytes) -> bytes:
    """What an entity stands for; unknown ones stay as they are."""
    return html.unescape(f"&{name.decode('ascii')}").encode("utf-8", "replace")


@lru_cache(8192)
def _of_escapes(run: bytes) -> bytes:
    """What JSON escapes in a row stand for, however often their slashes were escaped themselves."""
    return _SLASHES.sub(rb"\\", run).decode("unicode_escape").encode("utf-8", "replace")


# --- the pattern --------------------------------------------------------------------------------------


@cache
def _pattern(group: tuple[str, ...]) -> Any:
    """The compiled pattern for UTF-8 and the code pages of a group."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes are bytes
    options.max_mem = MEMORY_OLD if group else MEMORY
    options.never_capture = True
    options.log_errors = False
    return re2.compile(pattern_of(all_stems(), group), options)


def pattern_of(stems: Iterable[str], group: tuple[str, ...] = ()) -> bytes:
    """The pattern, as RE2 reads it, of stems in folded letters, as far as the code pages can write them.

    In a code page other than Latin's only stems in its own letters: those in Latin's are plain ASCII there.
    """
    root: _Tree = {}
    kept: list[str] = []
    for stem in sorted(stems, key=len):
        if any(shorter in stem for shorter in kept):
            continue  # the shorter one finds it
        if not group or stem.isascii() == (group == LATIN):
            kept.append(stem)
            _grow(root, stem)
    between = b"(?:" + _TAG + b"|" + _any_of(_dropped(), group) + b")*"
    return _ways(root, between, group)


def _ways(node: _Tree, between: bytes, group: tuple[str, ...]) -> bytes:
    if None in node:
        return b""
    ways = []
    for letter, after in sorted(node.items()):
        rest = _ways(after, between, group)
        ways.append(_letter(letter, between, group) + (between + rest if rest else b""))
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"


@cache
def _letter(letter: str, between: bytes, group: tuple[str, ...]) -> bytes:
    """A letter in all its spellings; for a space, any white space of a page, as much as there is."""
    found = _any_of(_spelled().get(letter, (letter,)), group)
    if letter == " ":
        return b"(?:" + found + rb"|[\t\n\v\f\r]|\\[nrt]|" + between[3:-2] + b")+"
    return found


@cache
def _spelled() -> dict[str, tuple[str, ...]]:
    """For each folded letter the characters that become it."""
    spelled: dict[str, list[str]] = {}
    for code in (*range(1, 0xD800), *range(0xE000, 0x10000)):
        low = fold(chr(code)).low
        if len(low) == 1:
            spelled.setdefault(low, []).append(chr(code))
    return {letter: tuple(found) for letter, found in spelled.items()}


@cache
def _dropped() -> tuple[str, ...]:
    return tuple(chr(code) for code in range(1, 0x10000) if code >> 11 != 0x1B and not fold(chr(code)).low)


@cache
def _any_of(characters: tuple[str, ...], group: tuple[str, ...]) -> bytes:
    tree: _Tree = {}
    for character in characters:
        _grow(tree, character.encode())
        _grow(tree, unicodedata.normalize("NFD", character).encode())
        for encoding in group:
            with contextlib.suppress(UnicodeEncodeError):
                _grow(tree, character.encode(encoding))
    return _bytes_of(tree)


def _grow(tree: _Tree, word: str | bytes) -> None:
    for part in word:
        tree = tree.setdefault(part, {})
    tree[None] = {}


def _bytes_of(node: _Tree) -> bytes:
    """A tree of bytes as a pattern; bytes with the same rest share a class."""
    rests: dict[bytes, list[int]] = {}
    for byte, after in node.items():
        if byte is not None:
            rests.setdefault(_bytes_of(after), []).append(byte)
    ways = [_class(first) + rest for rest, first in sorted(rests.items())]
    if not ways:
        return b""
    whole = b"(?:" + b"|".join(ways) + b")"
    return whole + b"?" if None in node else whole


def _class(first: list[int]) -> bytes:
    return b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(first)) + b"]"
