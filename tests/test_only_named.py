"""Officials who are only named in a text about cluster munitions have said nothing of them."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import NOW, articles

from monitor.analysis import analyse
from monitor.analysis.documents import document_from_dict
from monitor.model import OFFICIAL_KINDS
from monitor.officials import Register, load_register

ARTICLES = articles("only_named")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: str(article["name"]))
def test_nobody_official_speaks(article: dict[str, Any], register: Register) -> None:
    row = {"id": "x", "url": None, "published": "2024-06-05", **article}
    analysis = analyse(document_from_dict(row), register=register, now=NOW)
    assert analysis.verdict.concerns
    told = [report.speaker for report in analysis.reports if report.held is None]
    assert [speaker.name for speaker in told if speaker.kind in OFFICIAL_KINDS] == []
