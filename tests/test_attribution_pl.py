"""Statements in Polish: whole short articles, and the rules that only this language's grammar shows."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.attribution import find_attributions, is_demonym, is_epithet, verb_sex
from extractors.languages.pl.names import cases_of, nominative
from monitor.officials import Register, load_register
from tests.slavic_articles import articles, check

ARTICLES = articles("pl")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "pl", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Decyzja zapadła, poinformował w środę w rozmowie z Radiem Zet rzecznik rządu Adam Buk.",
         "rzecznik rządu Adam Buk"),
        ("Kowal, który odpowiadał na pytania, powiedział, że decyzja zapadła.", "Kowal"),
        ("Jak przekazało polskie MSZ, decyzja zapadła.", "polskie MSZ"),
        ("Decyzja zapadła, o czym poinformowała minister obrony Anna Buk.", "minister obrony Anna Buk"),
        ("Według ministra obrony Adama Buka decyzja zapadła.", "ministra obrony Adama Buka"),
        ("„Decyzja zapadła” – czytamy w oświadczeniu ambasady.", "ambasady"),
        ("Decyzja zapadła - wynika z ustaleń wywiadu.", "wywiadu"),
    ],
)  # fmt: skip
def test_subjects_are_told_by_their_cases(text: str, source: str) -> None:
    rows = find_attributions(text, "pl")
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("– Nie – powiedział Adam Buk.", ["Nie"]),
        ("– Nie – powiedział Adam Buk. – Nigdy.", ["Nie", "Nigdy."]),
        ("– Nie – powiedział Adam Buk – i koniec.", ["Nie", "i koniec."]),
        ("Minister był krótki. – Nie – uciął Adam Buk i wyszedł.", ["Nie"]),
        ("- Nie - dodał szef MON - Adam Buk - w Sejmie.", ["Nie"]),
    ],
)
def test_speech_that_dashes_mark(text: str, contents: list[str]) -> None:
    found = [row.content.of(text) for row in find_attributions(text, "pl") if row.kind == "direct"]
    assert found == contents


@pytest.mark.parametrize(
    "text",
    [
        "- pierwszy punkt listy",
        "Prezydent przekazał Ukrainie czołgi.",
        "Minister nie powiedział, czy decyzja zapadła.",
        "Dostawy broni trwają.",
    ],
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "pl") == []


def test_a_verb_without_a_subject_says_so() -> None:
    text = "Adam Buk mówił długo. Dodał, że decyzja zapadła."
    last = find_attributions(text, "pl")[-1]
    assert last.unsaid
    assert last.rule == "subject_cue_clause"
    assert verb_sex("Dodała", "pl") == "woman"
    assert verb_sex("Dodał", "pl") == "man"
    assert verb_sex("Dodano", "pl") is None


@pytest.mark.parametrize(
    ("bent", "straight"),
    [
        ("Adama Zawilskiego", "Adam Zawilski"),
        ("Joego Bidena", "Joe Biden"),
        ("Andrzeja Dudy", "Andrzej Duda"),
        ("Anny Kowalskiej", "Anna Kowalska"),
        ("Marii Zacharowej", "Maria Zacharowa"),
        ("Grety Vogt", "Greta Vogt"),
        ("Antonio Guterresa", "Antonio Guterres"),
        ("Kowala", "Kowala"),
    ],
)
def test_names_in_the_nominative(bent: str, straight: str) -> None:
    assert nominative(bent) == straight


def test_states_in_their_cases() -> None:
    assert {"Łotwa", "Łotwy", "Łotwie", "Łotwę"} <= set(cases_of("Łotwa"))
    assert {"Kanadzie", "Kanadą"} <= set(cases_of("Kanada"))
    assert "Białorusi" in cases_of("Białoruś")
    assert cases_of("Peru") == ("Peru",)
    assert not any("Daniel".startswith(form) and form == "Daniel" for form in cases_of("Dania"))


def test_bare_words_for_officials() -> None:
    assert is_epithet("Polityk", "pl")
    assert is_epithet("Holender", "pl")
    assert is_demonym("Holender", "pl")
    assert not is_demonym("Polityk", "pl")
    assert not is_epithet("Adam Buk", "pl")


@pytest.mark.parametrize(
    "text",
    [
        "Administracja rozważa decyzję - poinformował „Wall Street Journal”.",
        "Jak pisze w środę dziennik „Rzeczpospolita”, decyzja zapadła.",
        "Administracja rozważa decyzję - poinformowała w czwartek stacja CNN.",
        "Rząd rozważa decyzję, podał dziennik.",
    ],
)
def test_an_outlet_in_marks_is_a_relay(text: str) -> None:
    assert find_attributions(text, "pl") == []
