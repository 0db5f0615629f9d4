"""Quotation marks of every language that is read, and the text without what stands between them."""

from __future__ import annotations

import re
from typing import Final

#: A quotation from its opening mark to its closing one, or to the end where that is missing.
QUOTED: Final = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)|「[^」]*(?:」|$)|\"[^\"]*(?:\"|$)")


def unquoted(text: str) -> str:
    """The text with what stands inside quotation marks blanked."""
    return QUOTED.sub(" ", text)
