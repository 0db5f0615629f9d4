"""Bodies' names without the ending of a case, in Turkish (`Bakanlığından` is `Bakanlığı`).

Endings after general grammars of the language: a noun of a compound takes an `n` before that of a case.
"""

from __future__ import annotations

import re
from typing import Final

_CASE: Final = re.compile(r"(?<=[ıiuü])n(?:[dt][ae]n?|[ıiuü]n|[aeıiuü])$|(?<=[ıiuü])yl[ae]$")


def nominative(name: str) -> str:
    """The name with its last word in the nominative; what no ending of a case closes stays as it is."""
    return _CASE.sub("", name.split("'")[0].split("’")[0]) if name else name
