"""Statements in Italian: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions
from monitor.officials import Register, load_register

ARTICLES = articles("it")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "it", register)


@pytest.mark.parametrize("line", ['"', "«»", '– "', '".'])
def test_marks_alone_between_two_questions_are_no_empty_answer(line: str) -> None:
    text = f"L'intervista al ministro.\nQuante bombe restano?\n{line}\nChe cosa chiede?\n«Di aderire»."
    found = [row.content.of(text) for row in find_attributions(text, "it")]
    assert found[-1] == "Di aderire"
    assert all(found)
