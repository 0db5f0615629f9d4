"""Patterns that spare the search: many words as one, telling letters first: what plain ones find."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.languages import words
from extractors.languages.folding import fold
from extractors.languages.literals import Sieved, telling_letters
from extractors.languages.trie import trie_pattern
from monitor.model import LANGUAGES
from monitor.positions import _table

PRESS = Path(__file__).parent / "newsroom" / "documents.jsonl"

WORDS = st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=8)


@given(WORDS, st.text("abc ", max_size=40))
def test_a_trie_finds_what_an_alternation_finds(listed: list[str], text: str) -> None:
    plain = "|".join(sorted({re.escape(word) for word in listed}, key=len, reverse=True))
    found = [match.span() for match in re.finditer(trie_pattern(listed), text)]
    assert found == [match.span() for match in re.finditer(plain, text)]


def test_a_trie_of_no_words_never_matches() -> None:
    assert re.search(trie_pattern([]), "anything") is None


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"\bno comment\b", ("no comment",)),
        (r"abc(?:def)?|ghi", ("abc", "ghi")),
        (r"\b(?:used|fired)\b[^.]{0,60}?\bbombs?\b", ("bomb",)),
        (r"(?:abc)*", None),
        (r"\w+", None),
        (r"(?!)", ()),
        (r"(?i:abc)", None),
    ],
)
def test_letters_that_must_stand(pattern: str, letters: tuple[str, ...] | None) -> None:
    assert telling_letters(re.compile(pattern)) == letters


def test_capitals_that_do_not_matter_leave_no_sure_letters() -> None:
    assert telling_letters(re.compile("abcd", re.IGNORECASE)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_sieved_patterns_find_what_plain_ones_find(language: str) -> None:
    rows = map(json.loads, PRESS.read_text("utf-8").splitlines())
    texts = [fold(re.sub("<[^>]+>", " ", row["html"])).low for row in rows if row["language"] == language]
    table = _table(language)
    assert table is not None
    sieved = [one for rule in table.rules for one in (rule.said, rule.unless, rule.others)]
    sieved += [table.did, table.accuses, table.told, table.denies, table.we]
    assert words(language, "positions")
    for text in texts[:6] or ["we have used cluster munitions"]:
        for clause in re.split(r"[.!?…。！？؟]\s+|\n", text):
            for one in sieved:
                plain = one.pattern.search(clause)
                quick = one.search(clause)
                assert (plain and plain.span()) == (quick and quick.span()), one.pattern.pattern[:80]


def test_a_sieve_finds_all() -> None:
    sieve = Sieved(re.compile("bombs?"))
    assert [match.group() for match in sieve.finditer("bomb, bombs")] == ["bomb", "bombs"]
    assert list(sieve.finditer("shells")) == []
