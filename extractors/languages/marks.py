"""Quotation marks of every language that is read, and the text without what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: A quotation from its opening mark to its closing one, or to the end where that is missing. Guillemets that
#: point inwards open where a word follows a space; single marks must stand at the edges of words.
QUOTED: Final = re.compile(
    r"“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|「[^」]*(?:」|$)|『[^』]*(?:』|$)|\"[^\"]*(?:\"|$)"
    r"|(?:(?<=^)|(?<=[\s(]))»(?=[^\s»])[^«»]*(?:«|$)|«[^»]*(?:»|$)|‹[^›]*›"
    r"|(?<!\w)‘[^‘]*?’(?!\w)|(?<!\w)‚[^‘’]*[‘’](?!\w)"
)


#: The first guillemet of a paragraph opens although it points inwards.
_INWARDS: Final = re.compile(r"(?:[^«»]*[\s(])?»[^\s»]")


def unquoted(text: str) -> str:
    """The text with what stands inside quotation marks blanked."""
    return QUOTED.sub(" ", text)


def inside_quotation(paragraphs: Sequence[str]) -> list[bool]:
    """For each paragraph whether it begins inside a quotation that an earlier one opened and did not
    close."""
    result = []
    depth = 0
    for paragraph in paragraphs:
        result.append(depth > 0)
        opened, closed = _counts(paragraph)
        # A quotation of several paragraphs repeats its opening mark: it is one.
        starts_again = depth > 0 and paragraph[:1] in "“«「『„»"
        depth = max(0, min(1, depth - (1 if starts_again else 0) + opened - closed))
    return result


def _counts(paragraph: str) -> tuple[int, int]:
    """(marks that open, marks that close) in a paragraph."""
    opened = sum(map(paragraph.count, "“«「『"))
    closed = sum(map(paragraph.count, "”»」』"))
    if low := paragraph.count("„"):
        opened, closed = opened + low - paragraph.count("“"), closed + paragraph.count("“")
    if _INWARDS.match(paragraph):
        inwards, outwards = paragraph.count("»"), paragraph.count("«")
        opened, closed = opened + inwards - outwards, closed + outwards - inwards
    return opened, closed
