"""Tokens of a text in any of the languages: runs of letters, numbers, single marks, single Han signs.

Abbreviations, hyphens and apostrophes are taken apart ("U.S." is four tokens), in the texts and in the
patterns alike, so that no language needs rules of its own here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from extractors.languages import words
from extractors.languages.folding import fold

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0640\u00ad"
_TOKEN = re.compile(rf"[{_HAN}]|(?:[^\W\d_{_HAN}][{_MARKS}]*)+|\d+|[^\w\s\u200b-\u200f\u2060\ufeff]|_")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[”’」』)）]*|\n+")

#: `U.S` before its last dot, and the word behind it.
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_FOLLOWING: Final = re.compile(r"[ \u00a0]([^\W\d_]\w*)")
_LONGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens in order: offsets, words as they stand, folded words, sentence numbers."""

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]
    folded: list[str]
    sentence: list[int]
    breaks: list[int]  # offsets at which sentences end

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, offset: int) -> int:
        """The index of the first token that ends after the offset."""
        return bisect_right(self.ends, offset)

    def within(self, start: int, end: int) -> range:
        """The tokens that share a character with ``text[start:end]``."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))

    def slice(self, first: int, last: int) -> str:
        """The text from token ``first`` up to and without token ``last``."""
        return self.text[self.starts[first] : self.ends[last - 1]] if last > first else ""

    def joined(self, index: int) -> bool:
        """Whether nothing stands between a token and the one before it."""
        return index > 0 and self.starts[index] == self.ends[index - 1]

    def capital(self, index: int) -> bool:
        """Whether the token begins with a capital letter."""
        return self.words[index][0].isupper()


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """The folded form of one token."""
    return fold(word).low.strip() or word


def split_words(text: str) -> list[str]:
    """The folded words of a short text; for patterns and names."""
    return [fold_word(match.group()) for match in _TOKEN.finditer(text)]


def tokenize(text: str, language: str = "en") -> Tokens:
    """The tokens of a text. Never raises; an empty text has none."""
    found = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text)]
    starts = [start for start, _, _ in found]
    ends = [end for _, end, _ in found]
    words = [word for _, _, word in found]
    breaks = _sentence_ends(text, _abbreviations(language), _openers(language))
    sentence = [bisect_right(breaks, start) for start in starts]
    return Tokens(text, starts, ends, words, [fold_word(word) for word in words], sentence, breaks)


def _sentence_ends(text: str, short: frozenset[str], openers: frozenset[str]) -> list[int]:
    ends = []
    for match in _END.finditer(text):
        mark = match.group()
        if (
            mark[0] == "."
            and len(mark) == 1
            and _abbreviated(text, match.start(), match.end(), short, openers)
        ):
            continue
        ends.append(match.end())
    return ends


def _abbreviated(text: str, dot: int, end: int, short: frozenset[str], openers: frozenset[str]) -> bool:
    """Whether the dot ends an abbreviation and not a sentence: behind `U.S.` a sentence begins only with one
    of the ``openers``, or with a quotation or a new line."""
    start = dot
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    word = text[start:dot]
    following = text[end : end + 2].strip()
    if following[:1].islower():
        return True
    if len(word) == 1:  # an initial, or the last letter of U.S.
        if text[start - 1 : start] != "." or not word.isupper():
            return True
        dotted = _DOTTED.search(text, max(0, dot - _LONGEST), dot)
        nxt = _FOLLOWING.match(text, end)
        known = dotted is not None and dotted.group().casefold() in short
        return known and nxt is not None and nxt.group(1).casefold() not in openers
    return word.casefold() in short


@cache
def _openers(language: str) -> frozenset[str]:
    """Words that begin sentences with a capital and are no names."""
    return frozenset(words(language, "roles").get("stops", {}).get("words", ()))


@cache
def _abbreviations(language: str) -> frozenset[str]:
    table = words("common", "abbreviations")
    listed = (*table.get("common", ()), *table.get(language, ()))
    return frozenset(word.casefold() for word in listed)
