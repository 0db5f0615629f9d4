"""The patterns that are matched in folded text are written in its letters: no others could ever match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.model import LANGUAGES


def patterns(table: Any) -> Iterator[str]:
    """Every string of a table, however deep, but those that are shown (``as``)."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        yield from patterns([value for key, value in table.items() if key != "as"])
    elif isinstance(table, list):
        for each in table:
            yield from patterns(each)


@pytest.mark.parametrize("name", ["topic", "positions", "stances", "occasion"])
@pytest.mark.parametrize("language", ["common", *LANGUAGES])
def test_no_pattern_has_a_letter_that_folded_text_has_not(language: str, name: str) -> None:
    never = {
        (pattern, letter)
        for pattern in patterns(words(language, name))
        for letter in pattern
        if not letter.isascii() and fold(letter).low != letter
    }
    assert never == set()
