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
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from extractors.languages import words
from extractors.languages.folding import fold
from extractors.languages.literals import needed_letters
from monitor.archives._needles import LATIN, OTHERS, could_name, opened
from monitor.model import LANGUAGES
from monitor.topic.terms import all_stems

_TAGS: Final = re.compile(r"<[^<]*?>")
_METAS: Final = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a page holds in which a pattern of the topic matches: a letter of each set, a designation."""

    needs: tuple[frozenset[str], ...]
    designation: re.Pattern[str] | None = None


def sifted(raw: bytes) -> bool:
    """Whether a page is worth reading, by its bytes alone. Never raises."""
    return could_name(raw) and any(_holds(text) for text in _texts(raw))


def _texts(raw: bytes) -> Iterator[str]:
    """The page in folded letters without its tags, then what it tells machines of itself; in each encoding
    that it may be in."""
    try:
        decoded = [opened(raw).decode("utf-8")]
    except UnicodeDecodeError:
        ways = (raw.decode(encoding, "replace") for encoding in ("utf-8", *LATIN, *OTHERS))
        decoded = [opened(text.encode()).decode("utf-8") for text in ways]
    for text in decoded:
        whole = unicodedata.normalize("NFC", text)
        told = "\n".join(_METAS.findall(whole))
        yield fold(_SPACE.sub(" ", f"{_TAGS.sub('', whole)}\n{told}")).low


def _holds(low: str) -> bool:
    known: dict[str, bool] = {}

    def has(letters: str) -> bool:
        if letters not in known:
            known[letters] = letters in low
        return known[letters]

    close = low.replace(" ", "")
    shortest = _found(close.encode("utf-8", "replace"))
    return any(
        any(stem in close for stem in stems if any(one in stem for one in shortest))
        and any(
            all(any(map(has, one)) for one in rule.needs)
            and (rule.designation is None or rule.designation.search(low) is not None)
            for rule in rules
        )
        for stems, rules in _rules()
    )


def _found(raw: bytes) -> set[str]:
    """The shortest stems that stand in a text without spaces, also where two of them overlap."""
    found, at = set(), 0
    while (match := _stems().search(raw, at)) is not None:
        found.add(match.group().decode())
        at = match.start() + 1
    return found


@cache
def _stems() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    stems = sorted({stem.replace(" ", "") for stem in all_stems()}, key=len)
    shortest = [stem for at, stem in enumerate(stems) if not any(one in stem for one in stems[:at])]
    return re2.compile("|".join(map(re.escape, shortest)).encode(), options)


@cache
def _rules() -> tuple[tuple[frozenset[str], tuple[_Rule, ...]], ...]:
    """For each language's table its stems, without spaces, and its rules.

    The common table's patterns are designations: a few letters and digits that stand close, which are looked
    for themselves, since each of their parts is in any page.
    """
    found = []
    for language in ("common", *LANGUAGES):
        table = words(language, "topic")
        stems = frozenset(stem.replace(" ", "") for stem in table.get("stems", ()))
        make = _designated if language == "common" else _worded
        rules = [make(pattern) for pattern in table.get("free", ())]
        for row in table.get("near", ()):
            rule = make(row["re"])
            rules.append(replace(rule, needs=rule.needs + needed_letters(row["by"])))
        found.append((stems, tuple(rules)))
    return tuple(found)


def _worded(pattern: str) -> _Rule:
    return _Rule(needed_letters(pattern))


def _designated(pattern: str) -> _Rule:
    """Without word bounds: where a tag is taken away, two words may have grown together."""
    return _Rule((), re.compile(pattern.replace(r"\b", "")))
