"""Which entries of a feed deserve that their page is fetched.

A page costs a request and a second of CPU; most entries of a general feed are of sport and weather. The
words are the ``hints`` tables of ``extractors/languages``; the languages tried are the entry's own and
those whose words its script can hold, because feeds are often tagged wrongly or not at all.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, Literal

from extractors.languages import available, words
from extractors.languages.folding import fold
from monitor.topic import quick_hit

Policy = Literal["hinted", "all"]

#: Fewer letters than this without a summary, or than the second figure in title and summary together, are
#: too little to judge by; a Chinese character says as much as three letters.
TOO_LITTLE: Final = 60
TOO_LITTLE_IN_ALL: Final = 30
_WORDY: Final = re.compile("[\u4e00-\u9fff]")
_HINTS: Final = ("arms", "war", "officials", "treaties", "places")
_SCRIPTS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("ru uk", re.compile("[\u0400-\u04ff]")),
    ("ar fa", re.compile("[\u0600-\u06ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_LATIN: Final = "en fr es de it pt pl tr"


@cache
def _hints(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table: dict[str, Any] = words(language, "hints")
    return tuple((name, re.compile(table[name])) for name in _HINTS if name in table)


def deserves_page(
    title: str,
    summary: str,
    language: str | None,
    policy: Policy = "hinted",
    outlet_policy: Policy | None = None,
) -> tuple[bool, str]:
    """Whether an entry's page is to be fetched, and the reason by name.

    Yes: ``all`` (the setting), ``outlet_all`` (the outlet's own), ``topic``, ``arms``, ``war``,
    ``officials``, ``treaties``, ``places`` (what title or summary speak of), ``too_little`` (nothing to
    judge by). No: ``unrelated``. An outlet's own policy wins over the setting.
    """
    if (outlet_policy or policy) == "all":
        return True, "outlet_all" if outlet_policy == "all" else "all"
    text = f"{title}\n{summary}"
    if quick_hit(text):
        return True, "topic"
    low = fold(text).low
    for code in _tried(low, language):
        for name, pattern in _hints(code):
            if pattern.search(low):
                return True, name
    if _letters(text) < (TOO_LITTLE_IN_ALL if summary.strip() else TOO_LITTLE):
        return True, "too_little"
    if language is not None and language[:2].lower() not in available() and not low.isascii():
        return True, "too_little"
    return False, "unrelated"


def _tried(low: str, language: str | None) -> tuple[str, ...]:
    own = (language or "").lower()[:2]
    codes = [own] if own in available() else []
    for names, script in _SCRIPTS:
        if script.search(low):
            codes += names.split()
    if not own or own not in available() or len(codes) == 1:
        codes += _LATIN.split() if not codes or own not in available() else ["en"]
    return tuple(dict.fromkeys(codes))


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text) + 2 * len(_WORDY.findall(text))
