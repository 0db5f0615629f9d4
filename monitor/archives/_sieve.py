"""Which raw pages are worth reading: two looks, the first at bytes, the second at words.

The first finds nearly every page that has nothing of the topic, at memory's speed. The second decodes what is
left, crudely, and asks of each pattern of the topic whether the page holds the letters that it cannot match
without. Neither says no to a page whose text the topic's rule takes; what they let through is read and judged
like any other page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from extractors.languages import words
from extractors.languages.folding import fold
from extractors.languages.literals import needed_letters
from monitor.archives._needles import LATIN, OTHERS, could_name, opened
from monitor.model import LANGUAGES

_TAGS: Final = re.compile(r"<[^<]*?>")
_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"[^\W_]+")

#: All of these sets must be met, each by any of its letters.
Needs = tuple[frozenset[str], ...]


def sifted(raw: bytes) -> bool:
    """Whether a page is worth reading, by its bytes alone. Never raises."""
    return could_name(raw) and any(_holds(text) for text in _texts(raw))


def _texts(raw: bytes) -> Iterator[str]:
    """The page in folded letters, with its tags and without, in each encoding that it may be in."""
    try:
        decoded = [opened(raw).decode("utf-8")]
    except UnicodeDecodeError:
        ways = (raw.decode(encoding, "replace") for encoding in ("utf-8", *LATIN, *OTHERS))
        decoded = [opened(text.encode()).decode("utf-8") for text in ways]
    for text in decoded:
        whole = unicodedata.normalize("NFC", text)
        bare = _TAGS.sub("", whole)
        yield fold(_SPACE.sub(" ", f"{bare}\n{whole}")).low


def _holds(low: str) -> bool:
    known: dict[str, bool] = {}

    def has(letters: str) -> bool:
        if letters not in known:
            known[letters] = letters in low
        return known[letters]

    return any(
        any(map(has, stems)) and any(all(any(map(has, one)) for one in needs) for needs in rules)
        for stems, rules in _rules()
    )


@cache
def _rules() -> tuple[tuple[frozenset[str], tuple[Needs, ...]], ...]:
    """For each language's table its stems, and what each of its patterns needs."""
    found = []
    for language in ("common", *LANGUAGES):
        table = words(language, "topic")
        stems = frozenset(max(_WORD.findall(stem), key=len) for stem in table.get("stems", ()))
        rules = [needed_letters(pattern) for pattern in table.get("free", ())]
        rules += [needed_letters(row["re"]) + needed_letters(row["by"]) for row in table.get("near", ())]
        found.append((stems, tuple(rules)))
    return tuple(found)
