"""Quotation marks of every language that is read, and the text without what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: A quotation from its opening mark to its closing one, or to the end where that is missing.
QUOTED: Final = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)|「[^」]*(?:」|$)|\"[^\"]*(?:\"|$)")


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
        opened = paragraph.count("“") + paragraph.count("«") + paragraph.count("「")
        closed = paragraph.count("”") + paragraph.count("»") + paragraph.count("」")
        if paragraph.count("„"):
            opened, closed = opened + paragraph.count("„"), closed + paragraph.count("“")
        # A quotation of several paragraphs repeats its opening mark: it is one.
        starts_again = depth > 0 and paragraph[:1] in "“«「„"
        depth = max(0, min(1, depth - (1 if starts_again else 0) + opened - closed))
    return result
