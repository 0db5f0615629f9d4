"""States: names in every language, standing under the Convention, whose site a host is."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.languages import words
from monitor.model import LANGUAGES
from monitor.officials import standing
from monitor.officials.lexicon import data, lexicon, territories
from monitor.officials.roles import parse_role
from monitor.officials.states import (
    of_state,
    organisation_of_host,
    state_adjective,
    state_name,
    state_of_host,
)


def test_every_member_of_the_united_nations_has_a_name_in_every_language() -> None:
    table = territories()
    assert len(table) == 199
    assert all(names[language] for names in table.values() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_states_name_alone_is_that_state(language: str) -> None:
    for code in ("UA", "FR", "IR", "LT", "BR", "JP", "PL"):
        name = territories()[code][language]
        role = parse_role(name, language)
        assert (role.state, role.head) == (code, "state"), (language, name)


@pytest.mark.parametrize(
    ("state", "on", "expected"),
    [
        ("RU", date(2023, 8, 15), "non_signatory"),
        ("DE", date(2008, 12, 2), "non_signatory"),
        ("DE", date(2008, 12, 3), "signatory"),
        ("DE", date(2009, 7, 8), "party"),
        ("AO", date(2024, 1, 1), "signatory"),
        ("AD", date(2012, 1, 1), "non_signatory"),
        ("AD", date(2013, 4, 9), "party"),
        ("NG", date(2015, 1, 1), "signatory"),
        ("NG", date(2023, 2, 28), "party"),
        ("LT", date(2024, 3, 18), "party"),
        ("LT", date(2025, 3, 5), "party"),
        ("LT", date(2025, 3, 6), "withdrawn"),
        ("LB", date(2010, 11, 4), "signatory"),
        ("LB", date(2010, 11, 5), "party"),
        ("SK", date(2015, 7, 23), "non_signatory"),
        ("SK", date(2015, 7, 24), "party"),
        ("VU", date(2025, 9, 5), "party"),
        ("MU", date(2015, 12, 1), None),  # it acceded before 19 April 2016; the day is not at hand
        ("UN", date(2023, 1, 1), None),
        ("XX", date(2023, 1, 1), None),
        (None, date(2023, 1, 1), None),
    ],
)
def test_standing_on_a_day(state: str | None, on: date, expected: str | None) -> None:
    assert standing(state, on) == expected


def test_the_table_of_the_convention_counts_parties_and_signatories_as_its_depositary_did() -> None:
    on = date(2024, 1, 1)
    found = [standing(state, on) for state in territories()]
    assert found.count("party") == 112
    assert found.count("signatory") == 12
    assert all(code in territories() for code in data("convention.toml")["states"])


@pytest.mark.parametrize(
    ("on", "parties"),
    [
        (date(2010, 8, 1), 38),  # Cluster Munition Monitor 2015, of the day of entry into force
        (date(2012, 7, 3), 73),  # Hungary
        (date(2013, 9, 13), 84),  # Saint Kitts and Nevis
        (date(2015, 1, 2), 89),  # Palestine
        (date(2015, 5, 28), 92),  # South Africa
        (date(2015, 8, 31), 95),  # Iceland
        (date(2016, 4, 19), 100),  # Palau
        (date(2017, 5, 20), 101),  # Madagascar
        (date(2018, 3, 1), 103),  # Sri Lanka
        (date(2018, 8, 31), 104),  # Namibia
        (date(2019, 1, 3), 106),  # Philippines
        (date(2019, 9, 27), 107),  # Maldives
        (date(2020, 1, 27), 108),  # São Tomé and Príncipe
        (date(2020, 8, 6), 109),  # Niue
        (date(2020, 9, 15), 110),  # Saint Lucia
        (date(2023, 2, 28), 111),  # Nigeria
        (date(2023, 8, 3), 112),  # South Sudan
        (date(2025, 3, 6), 111),  # Lithuania left
        (date(2025, 9, 5), 112),  # Vanuatu
    ],
)
def test_each_state_became_a_party_under_the_number_that_was_told_at_the_time(on: date, parties: int) -> None:
    assert [standing(state, on) for state in territories()].count("party") == parties


def test_english_words_for_a_state() -> None:
    assert state_adjective("RU") == "Russian"
    assert state_adjective("US") == "US"
    assert state_name("LA") == "Laos"
    assert state_name("UN") == "United Nations"
    assert state_name("QQ") == "QQ"


def test_whose_site_a_host_is() -> None:
    assert organisation_of_host("news.un.org") == "UN"
    assert organisation_of_host("www.clusterconvention.org") == "CCM"
    assert organisation_of_host("un.org.example") is None
    assert state_of_host("www.mil.gov.ua") == "UA"
    assert state_of_host("press.example") is None


def test_acronyms_need_their_capitals() -> None:
    assert parse_role("US", "en").state == "US"
    assert parse_role("us", "en").state is None
    assert parse_role("turkey", "en").state is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words_and_names_their_source(language: str) -> None:
    for table in ("roles", "states"):
        assert words(language, table)["source"]
    assert lexicon(language).known
    offices = data("offices.toml")["offices"]
    assert set(words(language, "roles")["offices"]) <= set(offices)
    bodies = data("bodies.toml")["generic"]
    assert set(words(language, "roles")["bodies"]) <= set(bodies)


@pytest.mark.parametrize(
    ("word", "state", "language", "may"),
    [
        ("Holender", "NL", "pl", True),
        ("Holender", "US", "pl", False),
        ("Irańczyk", "IR", "pl", True),
        ("Irańczyk", "IQ", "pl", False),
        ("австриец", "AT", "ru", True),
        ("австриец", "AU", "ru", False),
        ("Łotysz", "LV", "pl", True),
        ("датчанин", "DK", "ru", True),
        ("немец", "AT", "ru", False),
        ("чех", "NATO", "uk", True),
        ("чех", None, "uk", False),
    ],
)
def test_a_word_for_a_states_people_is_told_by_its_beginning(
    word: str, state: str | None, language: str, may: bool
) -> None:
    assert of_state(word, state, language) is may
