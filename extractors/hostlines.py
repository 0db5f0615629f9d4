"""Furniture by its host: lines that stand in a large part of an outlet's articles, whatever these are about.

Only short paragraphs at the edges of a text are looked at, never one with quotation marks or inside a
quotation that runs over paragraphs: what an agency's copy repeats is somebody's words. A line is furniture
when it stood in at least ``MIN_SEEN`` articles of the host and in at least ``SHARE`` of those read;
background that a paper repeats in every article on one subject stays far below that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from extractors.languages.marks import inside_quotation, unquoted
from monitor.model import Cut, Page

MIN_SEEN: Final = 5
SHARE: Final = 0.3
_SHORTEST: Final = 12
_LONGEST: Final = 500
#: Paragraphs looked at: the first two, and those behind this share of the text.
_HEAD: Final = 2
_TAIL: Final = 0.5
_KEY = re.compile(r"[\W_]+")


def line_hash(paragraph: str) -> int:
    """A signed 64-bit hash of a paragraph's letters and digits; never 0."""
    key = _KEY.sub("", paragraph).casefold().encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big", signed=True) or 1


def edge_lines(page: Page) -> dict[int, int]:
    """Index of a paragraph to its hash, for those that may be furniture; {} for a live page."""
    if page.posts:
        return {}
    paragraphs = page.text.split("\n")
    inside = inside_quotation(paragraphs)
    tail = len(paragraphs) * _TAIL
    return {
        index: line_hash(text)
        for index, text in enumerate(paragraphs)
        if (index < _HEAD or index >= tail)
        and _SHORTEST <= len(text) <= _LONGEST
        and not inside[index]
        and unquoted(text) == text
    }


def without_repeated(page: Page, seen: Mapping[int, int], articles: int) -> Page:
    """The page without the furniture of its host, which is kept with the reason "host".

    ``seen``: in how many of the host's ``articles`` a line of that hash stood. A text is never emptied: where
    all that is left would be furniture, the page stays as it is.
    """
    least = max(MIN_SEEN, SHARE * articles)
    gone = {index for index, value in edge_lines(page).items() if seen.get(value, 0) >= least}
    paragraphs = page.text.split("\n")
    if not gone or len(gone) == len(paragraphs):
        return page
    cut = tuple(Cut(paragraphs[index], "host") for index in sorted(gone))
    kept = "\n".join(text for index, text in enumerate(paragraphs) if index not in gone)
    return replace(page, text=kept, cut=(*page.cut, *cut))
