"""A reporting sentence as tokens: words, numbers, marks, and each outermost quotation as one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from extractors.quotes import Quotation
from monitor.model import Span

Kind = Literal["word", "number", "mark", "quote"]
_TOKEN: Final = re.compile(
    r"(?P<link>\]\([^)\s]*\)|\*\*|__|(?<!\w)[*_]|[*_](?!\w))"
    r"|(?P<abbr>(?:[^\W\d_]\.){2,}|No\.? 10(?![\d,.:]\d|\d)"
    r"|(?:Gen|Lt|Col|Maj|Capt|Cmdr|Adm|Brig|Sgt|Gov|Sen|Sens|Rep|Reps|Mr|Mrs|Ms|Dr|Prof"
    r"|Rev|St|Hon|Amb|Jr|Sr|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|MM|Sra|Srta|Dra|Sig|On|Dott|Avv|Gral|Cnel"
    r"|Cel|Tte)\.(?:-(?:Gen|Col|Cdr|Cmdr)\.?)?|[A-ZÀ-ÝĀ-Ž]\.(?=\s+[^\W\d_]))"
    r"|(?P<word>[^\W\d_]+(?:['’‑\-.][^\W_]+)*(?:['’](?!\w))?|[^\W\d_])"
    r"|(?P<number>\d+(?:[.,:/\-]\d+)*(?:[^\W\d_]+)?)"
    r"|(?P<mark>\S)"
)
_PARTICLE: Final = 3
_NAME_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place in the document."""

    kind: Kind
    text: str
    low: str
    start: int
    end: int
    quotation: Quotation | None = None
    named: bool = False  # a quotation that looks like a name: some words, the first one with a capital

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


_ARTICLE: Final = ("l'", "l’")


def tokens_of(
    text: str, sentence: Span, quotations: Sequence[Quotation], parting: re.Pattern[str] | None = None
) -> list[Token]:
    """The tokens of ``text[sentence]``; what lies inside ``quotations`` is one token each.

    Markdown links and emphasis are passed over, so that ``[said](#)`` is the word ``said``. ``parting``
    finds the small words that a language writes together with others (``l'ami``, ``dit-il``): each of its
    groups ``before`` and ``after`` becomes a token of its own.
    """
    found: list[Token] = []
    at = sentence.start
    for quotation in quotations:
        if quotation.span.start < at or quotation.span.end > sentence.end:
            continue
        _words(text, at, quotation.span.start, found, parting)
        span = quotation.span
        named = _is_name(quotation.content.of(text))
        found.append(Token("quote", "Q", "Q", span.start, span.end, quotation, named))
        at = span.end
    _words(text, at, sentence.end, found, parting)
    return found


def _is_name(content: str) -> bool:
    return (
        (content[0].isupper() or content[0].isdigit())
        and content[-1] not in ".!?…,"
        and content.count(" ") < _NAME_WORDS
    )


def _words(
    text: str, start: int, end: int, found: list[Token], parting: re.Pattern[str] | None = None
) -> None:
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "link" or match.group() == "[":
            continue
        word = match.group()
        if parting is not None and kind == "word":
            inside = bool(found) and found[-1].kind == "word" and found[-1].capital
            found.extend(_parted(word, match.start(), parting, inside))
        elif kind in ("word", "abbr"):
            found.append(Token("word", word, word.lower(), match.start(), match.end()))
        elif kind == "number":
            found.append(Token("number", word, word, match.start(), match.end()))
        else:
            found.append(Token("mark", word, word, match.start(), match.end()))


def _parted(word: str, start: int, parting: re.Pattern[str], inside: bool) -> list[Token]:
    """The word, or the words that are written together in it.

    A name stays whole (`D'Angelo`), one with the article's letter where it stands ``inside`` a name
    (`Jean L'Heureux`, but `L'Union`).
    """
    cut = parting.match(word)
    edges = [0, len(word)]
    if cut is not None:
        before = cut.end("before") if cut["before"] else 0
        article = word[:before].lower() in _ARTICLE and not inside
        if before and (article or not (word[0].isupper() and word[before].isupper())):
            edges.insert(1, before)
        if cut["after"]:
            edges.insert(len(edges) - 1, cut.start("after"))
    parts = []
    for first, last in pairwise(edges):
        part = word[first:last]
        low = part.lower()
        if len(edges) > 2:
            low = low.replace("’", "'").removeprefix("-t-").lstrip("-")
        parts.append(Token("word", part, low, start + first + len(part) - len(_unhung(part)), start + last))
    return parts


def _unhung(part: str) -> str:
    """The pronoun without the hyphens by which it hangs on the word before (`-t-il`); ``text`` keeps them."""
    return part.removeprefix("-t-").lstrip("-") if part.startswith("-") else part
