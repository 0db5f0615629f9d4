"""Statements in Russian: whole short articles, and the rules that only this language's grammar shows."""

from __future__ import annotations

from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions, is_epithet, pronoun_of
from extractors.languages.nominative import nominative_body, nominative_person
from monitor.officials import Register, load_register

ARTICLES = articles("ru")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "ru", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Об этом журналистам сообщил пресс-секретарь МИД Иван Петров.", "пресс-секретарь МИД Иван Петров"),
        ("Песков, отвечая на вопрос, заявил, что решения нет.", "Песков"),
        ("Решения нет, сообщила в среду, 5 июня, на брифинге глава МИД Анна Лось.", "глава МИД Анна Лось"),
        ("В Кремле заявили, что решения нет.", "Кремле"),
        ("Решения нет, рассказали в пресс-службе ведомства.", "пресс-службе ведомства"),
        ("По словам министра обороны Ивана Петрова, решения нет.", "министра обороны Ивана Петрова"),
        ("По его словам, решения нет.", "его"),
        ("В заявлении посольства говорится, что решения нет.", "посольства"),
        ("Решения нет, следует из заявления министерства.", "министерства"),
        ("Как заявил посол, решения нет.", "посол"),
        ("«Решения нет», — цитирует министра газета.", "министра"),
    ],
)
def test_subjects_are_told_by_their_cases(text: str, source: str) -> None:
    rows = find_attributions(text, "ru")
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


@pytest.mark.parametrize(
    "text",
    [
        "Министр не говорил, что решение принято.",
        "Если министр заявит о поставках, парламент соберется.",
        "Совет Россия — НАТО прошел в среду.",
        "Вышел фильм «Президент сказал».",
    ],
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert [row for row in find_attributions(text, "ru") if row.kind == "direct"] == []
    assert not any(
        row.cue and row.cue.of(text) in ("говорил", "заявит") for row in find_attributions(text, "ru")
    )


def test_a_name_in_marks_behind_its_noun_is_no_quotation() -> None:
    text = "Лидер партии «Наш дом» Анна Лось сказала: «Мы против»."
    (row,) = [row for row in find_attributions(text, "ru") if row.kind == "direct"]
    assert row.content.of(text) == "Мы против"
    assert row.source is not None
    assert row.source.of(text) == "Лидер партии «Наш дом» Анна Лось"


@pytest.mark.parametrize(
    ("bent", "straight"),
    [
        ("Харьковской областной прокуратуре", "Харьковская областная прокуратура"),
        ("Кремле", "Кремль"),
        ("министерстве обороны РФ", "министерство обороны РФ"),
        ("МИДе Украины", "МИД Украины"),
        ("Генеральном штабе", "Генеральный штаб"),
        ("российской армии", "российская армия"),
    ],
)
def test_bodies_in_the_nominative(bent: str, straight: str) -> None:
    assert nominative_body(bent, "ru") == straight
    assert nominative_body(straight, "ru") == straight


@pytest.mark.parametrize(
    ("bent", "straight"),
    [
        ("Адриана Кольмана", "Адриан Кольман"),
        ("Марии Захаровой", "Мария Захарова"),
        ("Дмитрия Медведева", "Дмитрий Медведев"),
        ("Владимира Зеленского", "Владимир Зеленский"),
        ("Бруно Хартвига", "Бруно Хартвиг"),
    ],
)
def test_people_in_the_nominative(bent: str, straight: str) -> None:
    assert nominative_person(bent, "ru") == straight


def test_words_that_take_up_somebody() -> None:
    assert is_epithet("политик", "ru")
    assert is_epithet("Глава ведомства", "ru")
    assert not is_epithet("министр обороны Польши", "ru")
    assert pronoun_of("его", "ru") == "man"
    assert pronoun_of("она", "ru") == "woman"
