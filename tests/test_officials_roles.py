"""Role phrases of people whom no register knows: office, body, state, kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from monitor.model import LANGUAGES
from monitor.officials import parse_role

PHRASES = [
    # phrase, office, state, kind
    ("Norwegian foreign minister", "foreign_minister", "NO", "state"),
    ("Foreign Minister of Norway", "foreign_minister", "NO", "state"),
    ("Ukraine's deputy defence minister", "deputy_defence_minister", "UA", "state"),
    ("US Secretary of State", "foreign_minister", "US", "state"),
    ("U.S. Defense Secretary", "defence_minister", "US", "state"),
    ("acting Prime Minister of Laos", "prime_minister", "LA", "state"),
    ("Russian foreign ministry spokesperson", "spokesperson", "RU", "state"),
    ("White House National Security Council spokesman", "spokesperson", "US", "state"),
    ("Pentagon press secretary", "spokesperson", "US", "state"),
    ("chairman of the US Joint Chiefs of Staff", "chief_of_defence", "US", "state"),
    ("head of the Donetsk region military administration", "regional_head", "UA", "state"),
    ("senior adviser to the Ukrainian president", "adviser", "UA", "state"),
    ("Lithuania's ambassador to the United Nations", "un_representative", "LT", "state"),
    ("Ukrainian Ambassador to the U.S.", "ambassador", "UA", "state"),
    ("Israel's deputy permanent representative", "deputy_un_representative", "IL", "state"),
    ("the Holy See's disarmament envoy", "ambassador", "VA", "state"),
    ("Republican congressman", "member_of_parliament", "US", "state"),
    ("UN Secretary-General", "un_secretary_general", "UN", "intergovernmental"),
    ("spokesperson for the UN Secretary-General", "spokesperson", "UN", "intergovernmental"),
    ("NATO spokesperson", "spokesperson", "NATO", "intergovernmental"),
    ("EU foreign policy chief", "high_representative", "EU", "intergovernmental"),
    ("president of the ICRC", "icrc_president", "ICRC", "intergovernmental"),
    ("African Union's permanent observer", "observer", "AFU", "intergovernmental"),
    ("UN humanitarian coordinator for Ukraine", "un_coordinator", "UN", "intergovernmental"),
    ("Moscow-installed governor of Kherson", "governor", None, "de_facto"),
    ("the Houthis' military spokesman", "spokesperson", "YE", "de_facto"),
    ("former Prime Minister of Latvia", "prime_minister", "LV", "former"),
    ("retired army general", "general", None, "former"),
    ("director of the Cluster Munition Coalition", "director", None, "other"),
    ("spokesperson for Human Rights Watch", "spokesperson", None, "other"),
    ("military analyst", "analyst", None, "other"),
    ("presidential candidate", "candidate", None, "other"),
    ("president", "president", None, None),
    ("spokesperson", "spokesperson", None, None),
    ("foreign minister", "foreign_minister", None, "state"),
]


@pytest.mark.parametrize(("phrase", "office", "state", "kind"), PHRASES)
def test_english_role(phrase: str, office: str, state: str | None, kind: str | None) -> None:
    role = parse_role(phrase, "en")
    assert role.office == office
    assert role.kind == kind
    if kind not in {"other", "de_facto"} or state:
        assert role.state == state
    if kind == "de_facto" and state is None:
        assert role.state is None, "the state whose land is held is not the state spoken for"


@pytest.mark.parametrize(
    ("phrase", "kind", "state"),
    [
        ("a US official", "anonymous", "US"),
        ("two defence officials", "anonymous", None),
        ("officials with the US Department of Defense", "anonymous", "US"),
        ("human rights groups", "other", None),
        ("Ukrainian prosecutors", "state", "UA"),
    ],
)
def test_people_without_a_name(phrase: str, kind: str, state: str | None) -> None:
    role = parse_role(phrase, "en")
    assert (role.kind, role.state) == (kind, state)


@pytest.mark.parametrize(
    ("phrase", "body_id", "state", "kind"),
    [
        ("the Pentagon", "us_defense_department", "US", "state"),
        ("the Kremlin", "kremlin", "RU", "state"),
        ("Russia's embassy in the United States", "ru-embassy", "RU", "state"),
        ("Ministry of Defence of Brazil", "br-defence_ministry", "BR", "state"),
        ("South Korea's Joint Chiefs of Staff", "kr-armed_forces", "KR", "state"),
        ("US mission to the UN", "us-un_mission", "US", "state"),
        ("the so-called Donetsk People's Republic", "dpr", None, "de_facto"),
        ("Human Rights Watch", "hrw", None, "other"),
        ("the European Commission", "european_commission", "EU", "intergovernmental"),
        ("the embassy", "embassy", None, "state"),
    ],
)
def test_bodies(phrase: str, body_id: str, state: str | None, kind: str) -> None:
    role = parse_role(phrase, "en")
    assert role.head == "body"
    assert (role.body_id, role.state, role.kind) == (body_id, state, kind)


@pytest.mark.parametrize(
    ("language", "phrase", "office", "state", "kind"),
    [
        ("ru", "министр обороны Финляндии", "defence_minister", "FI", "state"),
        ("ru", "официальный представитель МИД РФ", "spokesperson", "RU", "state"),
        ("ru", "бывший президент Грузии", "president", "GE", "former"),
        ("ru", "глава МИД Бельгии", "foreign_minister", "BE", "state"),
        ("uk", "речник турецького міністерства оборони", "spokesperson", "TR", "state"),
        ("uk", "міністр закордонних справ Норвегії", "foreign_minister", "NO", "state"),
        ("pl", "rzeczniczka rosyjskiego MSZ", "spokesperson", "RU", "state"),
        ("pl", "litewski minister obrony", "defence_minister", "LT", "state"),
        ("de", "norwegischer Außenminister", "foreign_minister", "NO", "state"),
        ("de", "ehemaliger Verteidigungsminister Polens", "defence_minister", "PL", "former"),
        ("fr", "le ministre norvégien des Affaires étrangères", "foreign_minister", "NO", "state"),
        ("fr", "la porte-parole de l'OTAN", "spokesperson", "NATO", "intergovernmental"),
        ("es", "el ministro ucraniano de Defensa", "defence_minister", "UA", "state"),
        ("es", "exministro de Defensa de Chile", "defence_minister", "CL", "former"),
        ("pt", "porta-voz da chancelaria chinesa", "spokesperson", "CN", "state"),
        ("it", "il ministro francese della Difesa", "defence_minister", "FR", "state"),
        ("tr", "Ukrayna Savunma Bakanlığı Sözcüsü", "spokesperson", "UA", "state"),
        ("tr", "İspanya Savunma Bakanı", "defence_minister", "ES", "state"),
        ("ar", "وزير الخارجية الإيراني", "foreign_minister", "IR", "state"),
        ("ar", "سفير لبنان لدى الأمم المتحدة", "ambassador", "LB", "state"),
        ("fa", "وزیر دفاع روسیه", "defence_minister", "RU", "state"),
        ("zh", "中国外交部发言人", "spokesperson", "CN", "state"),
        ("zh", "美国国防部长", "defence_minister", "US", "state"),
    ],
)
def test_roles_of_other_languages(language: str, phrase: str, office: str, state: str, kind: str) -> None:
    role = parse_role(phrase, language)
    assert (role.office, role.state, role.kind) == (office, state, kind)


def test_a_feminine_title_tells_the_sex() -> None:
    assert parse_role("Latvian spokeswoman", "en").female is True
    assert parse_role("Latvian spokesman", "en").female is False
    assert parse_role("Latvian spokesperson", "en").female is None


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
@settings(max_examples=examples(150), deadline=None)
def test_any_string_gives_a_role_and_no_error(text: str, language: str) -> None:
    role = parse_role(text, language)
    assert role.phrase in text or not role.phrase


_PIECES = [
    *("the", "former", "Russian", "minister", "of", "defence", ",", "'", "s", "spokesman", "-", "Gen", "."),
    *("US", "to", "(", ")", "and", "for", "UN", "ex"),
]


@given(st.lists(st.sampled_from(_PIECES)))
@settings(max_examples=examples(150), deadline=None)
def test_any_order_of_words_gives_a_role_and_no_error(pieces: list[str]) -> None:
    role = parse_role(" ".join(pieces), "en")
    assert role.kind in {"state", "intergovernmental", "de_facto", "anonymous", "former", "other", None}
