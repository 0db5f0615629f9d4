"""The register: terms, spellings of names, a user's own list, and what an open end means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from monitor.errors import SettingsError
from monitor.model import LANGUAGES
from monitor.officials import Official, Register, Term, load_register
from monitor.officials.names import latin, name_key, same_name

HEADER = "id,name,aliases,state,office,title,from,until,as_of,source\n"


def _register() -> Register:
    officials = [
        Official("Q1", "Ilmari Tuominen"),
        Official("Q2", "Veikko Tuominen"),
        Official("Q3", "Sergei Drozdov", ("Siarhei Drazdou",)),
    ]
    terms = [
        Term("Q1", "FI", "defence_minister", "", date(2019, 6, 6), date(2023, 6, 20), None, "x"),
        Term("Q1", "FI", "president", "", date(2024, 3, 1), None, date(2024, 6, 1), "x"),
        Term("Q2", "FI", "mayor", "", date(2020, 1, 1), date(2025, 1, 1), None, "x"),
        Term("Q3", "BY", "foreign_minister", "", date(2021, 1, 1), None, date(2022, 7, 1), "x"),
    ]
    return Register(officials, terms)


def test_an_open_end_is_known_only_up_to_the_day_of_its_list() -> None:
    register = _register()
    inside = register.holder("Sergei Drozdov", date(2022, 6, 30))
    after = register.holder("Sergei Drozdov", date(2023, 1, 1))
    assert inside is not None
    assert inside.certain is True
    assert after is not None
    assert after.certain is None, "the list ends before the day"


def test_a_term_that_ended_makes_a_former_holder() -> None:
    found = _register().holder("Ilmari Tuominen", date(2023, 9, 1))
    assert found is not None
    assert found.certain is False
    assert found.term.office == "defence_minister"


def test_nobody_is_chosen_among_two_of_one_surname() -> None:
    register = _register()
    assert register.holder("Tuominen", date(2022, 1, 1)) is None
    chosen = register.holder("Tuominen", date(2022, 1, 1), office="defence_minister", state="FI")
    assert chosen is not None
    assert chosen.official.id == "Q1"
    assert register.holder("Ilmari Tuominen", date(2022, 1, 1), state="SE") is None


def test_who_holds_an_office_on_a_day() -> None:
    register = _register()
    assert [h.official.id for h in register.holders_of("FI", "defence_minister", date(2022, 1, 1))] == ["Q1"]
    assert register.holders_of("FI", "defence_minister", date(2018, 1, 1)) == ()


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Siergiej Drozdow", "pl"),
        ("Сергей Дроздов", "ru"),
        ("Sergej Drosdow", "de"),
        ("Sergueï Drozdov", "fr"),
        ("Serguéi Drozdov", "es"),
    ],
)
def test_spellings_of_one_name_meet(name: str, language: str) -> None:
    found = _register().holder(name, date(2022, 1, 1), language=language)
    assert found is not None
    assert found.official.id == "Q3"


def test_names_in_latin_letters() -> None:
    assert latin("Мария Захарченко", "ru") == "Mariya Zakharchenko"
    assert latin("Андрій Головатенко", "uk") == "Andrii Holovatenko"
    assert latin("Jürgen Öst") == "Jürgen Öst"
    assert latin("方若岚", "zh") == "方若岚"
    assert latin("نديم خويري", "ar").isascii()


def test_initials_and_parts_of_names() -> None:
    assert same_name(name_key("I. Tuominen"), name_key("Ilmari Tuominen"))
    assert same_name(name_key("Tuominen"), name_key("Ilmari Tuominen"))
    assert not same_name(name_key("Ilmari"), name_key("Ilmari Tuominen"))
    assert not same_name(name_key("Aino Tuominen"), name_key("Ilmari Tuominen"))


def test_the_register_that_comes_with_the_program() -> None:
    register = load_register()
    assert register is load_register()
    terms = list(register.terms())
    assert len(terms) > 4000
    assert all(term.source for term in terms)
    assert all(term.until is not None or term.as_of is not None for term in terms), "an open end has its day"
    offices = {office.code for office in register.offices()}
    assert {term.office for term in terms} <= offices
    assert {official.id for official in register.officials()} == {term.official for term in terms}
    assert all(body.title and body.source for body in register.bodies())
    found = register.holder("Sergei Shoigu", date(2020, 1, 1))
    assert found is not None
    assert (found.term.state, found.term.office, found.certain) == ("RU", "defence_minister", True)


def test_a_list_of_ones_own_stands_beside_it(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        HEADER + "me-1,Oona Example,Oona E. Example,FI,spokesperson,,2024-01-01,,2024-12-31,desk\n", "utf-8"
    )
    register = load_register(own)
    found = register.holder("Oona Example", date(2024, 5, 1))
    assert found is not None
    assert found.official.aliases == ("Oona E. Example",)
    assert register.official("me-1") is not None
    assert load_register().official("me-1") is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id,name\n1,x\n", "no column"),
        (HEADER + "1,x,,FI,mayor,,not-a-day,,2024-01-01,s\n", "line 2"),
        (HEADER + "1,x,,FI,mayor,,2024-13-01,,2024-01-01,s\n", "line 2"),
    ],
)
def test_a_bad_list_is_named_with_its_line(tmp_path: Path, content: str, complaint: str) -> None:
    own = tmp_path / "bad.csv"
    own.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=complaint):
        load_register(own)


def test_a_missing_list_is_an_error_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load_register(tmp_path / "nowhere.csv")


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
@settings(max_examples=examples(150), deadline=None)
def test_any_string_has_a_key_and_no_error(name: str, language: str) -> None:
    key = name_key(name, language)
    assert key == key.strip()
    assert isinstance(latin(name, language), str)
    _register().holder(name, date(2022, 1, 1), language=language)
