"""Statements in Ukrainian: whole short articles, and the rules that only this language's grammar shows."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions, is_epithet, pronoun_of
from extractors.languages.nominative import nominative_body, nominative_person
from monitor.officials import Register, load_register

ARTICLES = articles("uk")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "uk", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Про це журналістам повідомив речник МЗС Іван Петренко.", "речник МЗС Іван Петренко"),
        ("Президент, відповідаючи на запитання, заявив, що рішення немає.", "Президент"),
        ("Рішення немає, сказала у середу, 5 червня, на брифінгу речниця Анна Лось.", "речниця Анна Лось"),
        ("У Кремлі заявили, що рішення немає.", "Кремлі"),
        ("Рішення немає, розповіли в пресслужбі відомства.", "пресслужбі відомства"),
        ("За словами міністра оборони Івана Петренка, рішення немає.", "міністра оборони Івана Петренка"),
        ("За його словами, рішення немає.", "його"),
        ("У заяві посольства йдеться, що рішення немає.", "посольства"),
        ("Як заявив посол, рішення немає.", "посол"),
        ("«Рішення немає», — цитує міністра газета.", "міністра"),
    ],
)
def test_subjects_are_told_by_their_cases(text: str, source: str) -> None:
    rows = find_attributions(text, "uk")
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_every_apostrophe_is_read(apostrophe: str) -> None:
    text = f"Прем{apostrophe}єр-міністр роз{apostrophe}яснив, що рішення немає."
    (row,) = find_attributions(text, "uk")
    assert row.source is not None
    assert row.source.of(text).startswith("Прем")


@pytest.mark.parametrize(
    "text", ["Міністр не казав, що рішення ухвалено.", "Якщо міністр заявить про передачу, рада збереться."]
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "uk") == []


@pytest.mark.parametrize(
    ("bent", "straight"),
    [
        ("Харківській обласній прокуратурі", "Харківська обласна прокуратура"),
        ("Кремлі", "Кремль"),
        ("турецькому міністерстві оборони", "турецьке міністерство оборони"),
        ("Офісу генерального прокурора", "Офіс генерального прокурора"),
    ],
)
def test_bodies_in_the_nominative(bent: str, straight: str) -> None:
    assert nominative_body(bent, "uk") == straight
    assert nominative_body(straight, "uk") == straight


def test_people_in_the_nominative() -> None:
    assert nominative_person("Андрюса Каваляускаса", "uk") == "Андрюс Каваляускас"
    assert nominative_person("Марії Левчук", "uk") == "Марія Левчук"


def test_words_that_take_up_somebody() -> None:
    assert is_epithet("політик", "uk")
    assert is_epithet("Очільник області", "uk")
    assert not is_epithet("міністр оборони Польщі", "uk")
    assert pronoun_of("її", "uk") == "woman"
