"""Which entries deserve their page: hints in thirteen languages, too little text, the setting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.languages import words
from monitor.deserves import deserves_page
from monitor.model import LANGUAGES

FILLER = " " + "It was a quiet day by the lake, and the bakers sold their bread as they do every week."

YES = {
    "en": "Foreign minister speaks of new shells for the army",
    "fr": "Le ministre de la Défense parle de nouveaux obus",
    "es": "El ministro de Defensa habla de nuevos proyectiles",
    "de": "Verteidigungsminister spricht über neue Munition",
    "it": "Il ministro della Difesa parla di nuove munizioni",
    "pt": "O ministro da Defesa fala de novas munições",
    "pl": "Minister obrony mówi o nowej amunicji",
    "tr": "Savunma Bakanı yeni mühimmattan söz etti",
    "ru": "Министр обороны рассказал о новых боеприпасах",
    "uk": "Міністр оборони розповів про нові боєприпаси",
    "ar": "وزير الدفاع يتحدث عن ذخائر جديدة",
    "fa": "وزیر دفاع از مهمات تازه گفت",
    "zh": "国防部长谈新弹药的采购问题",
}
NO = {
    "en": "Ten easy soups for a rainy weekend",
    "fr": "Dix soupes faciles pour un week-end de pluie",
    "es": "Diez sopas fáciles para un domingo de lluvia",
    "de": "Zehn einfache Suppen für ein verregnetes Wochenende",
    "it": "Dieci zuppe facili per una domenica di pioggia",
    "pt": "Dez sopas fáceis para um domingo de chuva",
    "pl": "Dziesięć prostych zup na deszczową niedzielę",
    "tr": "Yağmurlu pazar için on kolay çorba tarifi",
    "ru": "Десять простых супов для дождливого воскресенья",
    "uk": "Десять простих супів для дощової неділі",
    "ar": "عشر وصفات سهلة لحساء يوم ماطر",
    "fa": "ده سوپ ساده برای روز بارانی",
    "zh": "雨天周末的十道简易汤谱",
}


def test_every_language_has_hints() -> None:
    for language in LANGUAGES:
        assert {"arms", "war", "officials", "places"} <= set(words(language, "hints")), language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tagged", [True, False])
def test_hinted_or_not(language: str, tagged: bool) -> None:
    tag = language if tagged else None
    kept, reason = deserves_page(YES[language], NO[language], tag)
    assert kept
    assert reason in ("arms", "war", "officials")
    assert deserves_page(NO[language], NO[language], tag) == (False, "unrelated")


def test_the_topic_itself_is_the_first_reason() -> None:
    assert deserves_page("Ten soups", "A submunition was found." + FILLER, "en") == (True, "topic")
    assert deserves_page("Касетні боєприпаси знайшли грибники", "", "fr") == (True, "topic")


def test_too_little_to_judge() -> None:
    assert deserves_page("Now read this", "", "en") == (True, "too_little")
    assert deserves_page("Document 3", "An item of the day", "en") == (True, "too_little")
    assert deserves_page("Now read this", FILLER, "en") == (False, "unrelated")
    assert deserves_page(
        "A very long headline that says that soup was cooked for the people of the town", "", "en"
    ) == (
        False,
        "unrelated",
    )


def test_a_regional_tag_is_its_language() -> None:
    assert deserves_page("Minister obrony o ustawie", FILLER, "pl-PL")[0]


def test_the_setting_and_the_outlet_decide() -> None:
    assert deserves_page("Ten soups", FILLER, "en", "all") == (True, "all")
    assert deserves_page("Ten soups", FILLER, "en", "hinted", "all") == (True, "outlet_all")
    assert deserves_page("Ten soups", FILLER, "en", "all", "hinted") == (False, "unrelated")


@given(st.text(max_size=120), st.text(max_size=200), st.sampled_from([*LANGUAGES, None, "xx", "en-US", ""]))
def test_never_raises(title: str, summary: str, language: str | None) -> None:
    kept, reason = deserves_page(title, summary, language)
    assert kept is (reason != "unrelated")


def test_the_newsroom_keeps_nearly_all_that_is_on_the_topic() -> None:
    folder = Path(__file__).parent / "newsroom"
    gold = {
        row["id"]: row for row in map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines())
    }
    lost = [
        row["id"]
        for row in map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines())
        if gold[row["id"]]["concerns"] and not deserves_page(row["title"], row["summary"], row["language"])[0]
    ]
    assert len(lost) <= 1
