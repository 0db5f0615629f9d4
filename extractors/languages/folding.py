"""One plain form of a text for matching words, with the way back to the text's own offsets.

Folded text is lower case; Latin letters have lost their accents, Arabic and Persian letters their
spelling variants, traditional Chinese signs are the simplified ones, exotic spaces and hyphens are the
plain ones, and marks that nobody sees (soft hyphens, zero-width and direction marks, Arabic vowel signs,
tatweel) are gone. Patterns in the language files are
written for this form.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from extractors.languages import words
from monitor.model import Span

_DROPPED = "\u00ad\u0640\u200b\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(
        chr,
        [
            *range(0x0300, 0x0370),
            *range(0x064B, 0x0660),
            0x0670,
            *range(0x202A, 0x202F),
            *range(0x2066, 0x206A),
        ],
    )
)
_DROP = re.compile(f"[{_DROPPED}]")
_COMPOSED = re.compile("[\u0400-\u04ff][\u0300-\u036f]")


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code) and base.isascii():
            table[code] = base.lower()
    for letters, plain in (("Łł", "l"), ("İı", "i"), ("Øø", "o"), ("Đđ", "d"), ("ЁёѐЀ", "е")):
        table.update({ord(letter): plain for letter in letters})
    table.update({ord(letter): "ا" for letter in "أإآٱ"})
    table.update({ord(letter): "ي" for letter in "یىې"})
    table.update({ord("ک"): "ك", ord("ڪ"): "ك", ord("ۀ"): "ه", ord("ە"): "ه"})
    table.update(dict.fromkeys((160, 5760, *range(8192, 8203), 8204, 8239, 8287, 12288), " "))
    table.update({ord(hyphen): "-" for hyphen in "‐‑⁃−﹣－"})
    table.update({ord(quote): "'" for quote in "’‘ʼ＇`´"})
    table.update({code: chr(code - 0xFEE0).lower() for code in range(0xFF10, 0xFF5B)})
    for traditional, simplified in words("common", "signs")["signs"]:
        table.update(zip(map(ord, traditional), simplified, strict=True))
    for start in (0x0660, 0x06F0):
        table.update({start + digit: str(digit) for digit in range(10)})
    return table


_TABLE = _table()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text: ``low`` is what patterns see, ``span`` leads back to the text it was made of."""

    low: str
    dropped: tuple[int, ...] = ()  # for each dropped mark, the offset in ``low`` where it stood
    length: int = 0

    def back(self, offset: int) -> int:
        """The offset in the original text of an offset in ``low``."""
        return offset + bisect_right(self.dropped, offset) if self.dropped else offset

    def forth(self, offset: int) -> int:
        """The offset in ``low`` of an offset in the original text."""
        if not self.dropped:
            return offset
        low, high = 0, len(self.dropped)
        while low < high:  # how many marks stood before the offset
            middle = (low + high) // 2
            if self.dropped[middle] + middle < offset:
                low = middle + 1
            else:
                high = middle
        return offset - low

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original text that ``low[start:end]`` was made of."""
        if end <= start:
            return Span(self.back(start), self.back(start))
        return Span(self.back(start), self.back(end - 1) + 1)


def fold(text: str) -> Folded:
    """The folded form of a text. Never raises; lone surrogates and controls stay as they are."""
    if text.isascii():
        return Folded(text.lower(), (), len(text))
    plain = _COMPOSED.sub(_compose, text) if _COMPOSED.search(text) else text
    dropped: tuple[int, ...] = ()
    if _DROP.search(plain):
        dropped = tuple(match.start() - index for index, match in enumerate(_DROP.finditer(plain)))
        plain = _DROP.sub("", plain)
    return Folded(plain.translate(_TABLE).lower(), dropped, len(text))


def _compose(match: re.Match[str]) -> str:
    one = unicodedata.normalize("NFC", match.group())
    return one + "\u00ad" if len(one) == 1 else match.group()
