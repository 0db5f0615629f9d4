"""A reporting sentence as tokens: words, numbers, marks, and each outermost quotation as one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from extractors.quotes import Quotation
from monitor.model import Span

Kind = Literal["word", "number", "mark", "quote"]
_TOKEN: Final = re.compile(
    r"(?P<link>\]\([^)\s]*\)|\*\*|__|(?<!\w)[*_]|[*_](?!\w))"
    r"|(?P<abbr>(?:[^\W\d_]\.){2,}|(?:Gen|Lt|Col|Maj|Capt|Cmdr|Adm|Brig|Sgt|Gov|Sen|Sens|Rep|Reps|Mr|Mrs|Ms|Dr|Prof"
    r"|Rev|St|Hon|Amb|Jr|Sr|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)\.)"
    r"|(?P<word>[^\W\d_]+(?:['’‑\-.][^\W_]+)*(?:['’](?!\w))?|[^\W\d_])"
    r"|(?P<number>\d+(?:[.,:/\-]\d+)*(?:[^\W\d_]+)?)"
    r"|(?P<mark>\S)"
)
_PARTICLE: Final = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place in the document."""

    kind: Kind
    text: str
    low: str
    start: int
    end: int
    quotation: Quotation | None = None

    @property
    def capital(self) -> bool:
        """Whether it is a word that begins with a capital letter."""
        if self.kind != "word":
            return False
        if self.text[0].isupper():
            return True
        particle, _, name = self.text.partition("-")  # al-Mahfadi
        return 0 < len(particle) <= _PARTICLE and name[:1].isupper()

    @property
    def possessive(self) -> bool:
        """Whether it ends in an English possessive."""
        return self.kind == "word" and (self.low.endswith(("'s", "’s", "s'", "s’")))


def tokens_of(text: str, sentence: Span, quotations: Sequence[Quotation]) -> list[Token]:
    """The tokens of ``text[sentence]``; what lies inside ``quotations`` is one token each.

    Markdown links and emphasis are passed over, so that ``[said](#)`` is the word ``said``.
    """
    found: list[Token] = []
    at = sentence.start
    for quotation in quotations:
        if quotation.span.start < at or quotation.span.end > sentence.end:
            continue
        _words(text, at, quotation.span.start, found)
        span = quotation.span
        found.append(Token("quote", "Q", "Q", span.start, span.end, quotation))
        at = span.end
    _words(text, at, sentence.end, found)
    return found


def _words(text: str, start: int, end: int, found: list[Token]) -> None:
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "link" or match.group() == "[":
            continue
        word = match.group()
        if kind in ("word", "abbr"):
            found.append(Token("word", word, word.lower(), match.start(), match.end()))
        elif kind == "number":
            found.append(Token("number", word, word, match.start(), match.end()))
        else:
            found.append(Token("mark", word, word, match.start(), match.end()))
