"""Statements in Turkish: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions
from extractors.languages.nominative import nominative_body
from monitor.officials import Register, load_register, parse_role

ARTICLES = articles("tr")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "tr", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Bakan, kararın alınmadığını söyledi.", "Bakan"),
        ("Toplantıda konuşan Bakan Ali Ersoy, kararın alınmadığını belirtti.", "Bakan Ali Ersoy"),
        ("“Karar yok” diyen Ersoy, salondan ayrıldı.", "Ersoy"),
        ("Sözcüye göre karar alınmadı.", "Sözcüye"),
        ("Türkiye'de ise MSB, kararı yalanladı.", "MSB"),
        ("Bakanlıktan yapılan açıklamada, kararın alınmadığı bildirildi.", "Bakanlıktan"),
        ("“Karar yok” dedi Bakan Ali Ersoy.", "Bakan Ali Ersoy"),
    ],
)
def test_where_the_subject_stands(text: str, source: str) -> None:
    rows = [row for row in find_attributions(text, "tr") if row.source is not None]
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


@pytest.mark.parametrize(
    "text", ["Bakan, kararın alındığını söylemedi.", "Kararın alındığı bildirildi.", "Karar alındı."]
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "tr") == []


@pytest.mark.parametrize(
    ("bent", "straight"),
    [
        ("Almanya Dışişleri Bakanlığından", "Almanya Dışişleri Bakanlığı"),
        ("Ukrayna ordusunun", "Ukrayna ordusu"),
        ("Kremlin'den", "Kremlin"),
        ("Rusya Savunma Bakanlığı", "Rusya Savunma Bakanlığı"),
    ],
)
def test_bodies_in_the_nominative(bent: str, straight: str) -> None:
    assert nominative_body(bent, "tr") == straight


@pytest.mark.parametrize(
    ("phrase", "office", "state"),
    [
        ("Hollanda Savunma Bakanı", "defence_minister", "NL"),
        ("Çin Dışişleri Bakan Yardımcısı", "deputy_foreign_minister", "CN"),
        ("Rusya Dışişleri Bakanlığı Sözcüsü", "spokesperson", "RU"),
        ("Ukrayna'nın BM Daimi Temsilcisi", "un_representative", "UA"),
        ("ABD Genelkurmay Başkanı", "chief_of_defence", "US"),
    ],
)
def test_titles(phrase: str, office: str, state: str) -> None:
    role = parse_role(phrase, "tr")
    assert (role.office, role.state) == (office, state)
