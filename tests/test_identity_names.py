"""One person or body in two scripts: made-up names as newspapers of other languages write them."""

from __future__ import annotations

import pytest
from test_identity import OTHER, WORDS, body, heard, known, minister, spokespersons

from monitor.identity import Heard, New, Same, decide
from monitor.identity.arrange import arrange
from monitor.identity.bodies import kind_behind
from monitor.identity.speakers import same_speaker
from monitor.identity.spelling import closeness
from monitor.officials.names import latin


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("Solveig Bjarnstad-Levi", "en"), ("سولفيغ بيارنستاد ليفي", "ar")),
        (("Paul Pavlitz", "en"), ("بول بافليتس", "ar")),
        (("Clémence Auberlet", "fr"), ("Клеманс Оберле", "ru")),
        (("Thibault Renaux", "fr"), ("Тибо Рено", "uk")),
        (("Jean-Baptiste Lacroix", "fr"), ("Жан-Батист Лакруа", "ru")),
        (("Jadwiga Zhurova", "en"), ("Jadviga Jurova", "tr")),
        (("Дарина Жукова", "ru"), ("Darina Jukova", "tr")),
        (("Xavier Quesnel", "fr"), ("Ксавье Кенель", "ru")),
        (("Robert Halcort", "en"), ("Роберт Галкарт", "uk")),
    ],
)
def test_one_spokesperson_in_two_scripts(a: tuple[str, str], b: tuple[str, str]) -> None:
    assert spokespersons(a, b) == {"yes"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("Maria Haug", "en"), ("Магнус Хауг", "ru")),
        (("Jean Dupont", "fr"), ("Жан Дюбуа", "ru")),
        (("Ivan Petrov", "en"), ("Илья Павлов", "ru")),
        (("Paul Pavlitz", "en"), ("سامي الحداد", "ar")),
        (("Clémence Auberlet", "fr"), ("Карим Абеле", "ru")),
    ],
)
def test_two_spokespersons_in_two_scripts(a: tuple[str, str], b: tuple[str, str]) -> None:
    assert spokespersons(a, b) == {"no"}


def test_surname_and_given_name_must_both_be_near_where_only_the_office_is_shared() -> None:
    one = minister("Robert Halcort", office="spokesperson")
    near = minister("Роберт Галкарт", latin("Роберт Галкарт", "uk"), office="spokesperson")
    assert same_speaker(one, near, ("en", "uk"))[0] == "yes"
    other = minister("Роберт Галкарт", latin("Роберт Галкарт", "uk"), office="governor")
    assert same_speaker(one, other, ("en", "uk"))[0] == "no"


def test_chinese_names_in_han_signs_and_in_arabic_letters() -> None:
    han = minister("裘海澜", "Qiu Hailan", office="deputy_un_representative", state="CN")
    arabic = minister(
        "تشيو هاي لان", latin("تشيو هاي لان", "ar"), office="deputy_un_representative", state="CN"
    )
    assert same_speaker(han, arabic, ("zh", "ar"))[0] == "yes"
    other = minister(
        "وانغ جين مينغ", latin("وانغ جين مينغ", "ar"), office="deputy_un_representative", state="CN"
    )
    assert same_speaker(han, other, ("zh", "ar"))[0] == "no"


def test_names_that_cannot_be_read_side_by_side_have_no_closeness() -> None:
    khmer = minister("钦万纳里", "钦万纳里")
    assert closeness(khmer, minister("Chhim Vannarith"), ("zh", "en")) is None


@pytest.mark.parametrize(
    ("role", "named", "language", "kind"),
    [
        ("Pentagon spokesman", "Pentagon", "en", "defence_ministry"),
        ("речник Пентагону", "Пентагону", "uk", "defence_ministry"),
        ("пресс-секретарь президента РФ", None, "ru", "presidency"),
        ("press secretary of the president", None, "en", "presidency"),
        ("spokesman for the prime minister", None, "en", "government"),
        ("porte-parole de la diplomatie européenne", None, "fr", "diplomatic_service"),
        ("spokesperson", None, "en", None),
    ],
)
def test_the_kind_of_body_behind_a_person(
    role: str, named: str | None, language: str, kind: str | None
) -> None:
    assert kind_behind(minister(role=role, office="spokesperson", body=named), language) == kind


def test_a_body_and_its_voice_under_two_names() -> None:
    voice = minister(
        "Dan Harlow", state="US", role="Pentagon spokesman", office="spokesperson", body="Pentagon"
    )
    ministry = body("ABD Savunma Bakanlığı", "US", "us_defense_department")
    assert same_speaker(voice, ministry, ("en", "tr"))[0] == "related"
    assert same_speaker(ministry, voice, ("tr", "en"))[0] == "related"
    state = body("ABD Dışişleri Bakanlığı", "US", "us_state_department")
    assert same_speaker(voice, state, ("en", "tr"))[0] == "no"
    aide = minister("Oleg Drozhin", state="RU", role="пресс-секретарь президента РФ", office="spokesperson")
    assert same_speaker(aide, body("Кремль", "RU", "kremlin"), ("ru", "uk"))[0] == "related"
    assert same_speaker(aide, body("Russian Ministry of Defence", "RU", "ru-defence_ministry"))[0] == "no"


def test_two_people_of_one_article_are_two_though_a_third_report_has_the_surname_alone() -> None:
    def of(name: str, language: str, article: int, words: str, office: str) -> Heard:
        person = minister(name, office=office, role=office)
        return heard(person, words, language=language, positions=("affirms_ban",), article=article)

    first = of("Jon Haugland", "en", 699, WORDS, "member_of_parliament")
    short = of("Haugland", "de", 700, WORDS, "member_of_parliament")
    beside = of("Lise Haugland", "de", 700, OTHER, "member_of_parliament")
    placed = arrange(dict(enumerate([first, short, beside], start=1)))
    assert placed[1].group == placed[2].group != placed[3].group
    assert isinstance(decide(short, [known(beside)]), New)
    # The surname of an envoy is that of the envoy, whoever else in the article bears it.
    envoy, alone = (of(name, "es", 701, OTHER, "ambassador") for name in ("Jon Haugland", "Haugland"))
    assert isinstance(decide(alone, [known(envoy)]), Same)
    other = of("Lise Haugland", "es", 701, OTHER, "ambassador")
    assert isinstance(decide(other, [known(envoy)]), New)


def test_a_surname_alone_in_another_script_is_its_holders() -> None:
    full = minister("Robert Halcort", office="spokesperson")
    alone = minister("Галкарт", latin("Галкарт", "uk"), office="spokesperson")
    assert same_speaker(full, alone, ("en", "uk"))[0] == "yes"
    assert same_speaker(full, minister("Голкін", latin("Голкін", "uk"), office="spokesperson"))[0] == "no"
