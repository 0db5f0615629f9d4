"""Statements in French: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import articles, check

from monitor.officials import Register, load_register

ARTICLES = articles("fr")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "fr", register)
