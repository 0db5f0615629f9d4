# ruff: noqa: E501 - a sentence stands on its line
"""Days inside quotation marks are the speaker's own: they are not the day on which he spoke."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from extractors.days import find_days, told_days
from monitor.analysis import analyse
from monitor.model import LANGUAGES, Document, Report, Span, When
from monitor.officials import Register, load_register

WEDNESDAY = When(datetime(2024, 3, 6, 12, tzinfo=UTC), "minute", "given")
#: What a minister tells of yesterday and of Monday, quoted before and behind the word of saying.
QUOTED = {
    "en": [
        "“Yesterday they fired cluster munitions at the town,” Norwegian Foreign Minister Ingrid Solberg said.",
        'Norwegian Foreign Minister Ingrid Solberg said: "On Monday cluster munitions fell on the town."',
        "“On Sunday,” Norwegian Foreign Minister Ingrid Solberg said, “cluster munitions fell on the town.”",
        "“We shall destroy our cluster munitions tomorrow, and said so on Monday,” Norwegian Foreign Minister "
        "Ingrid Solberg told reporters.",
    ],
    "de": [
        "„Gestern haben sie Streumunition auf die Stadt geschossen“, sagte die norwegische Außenministerin "
        "Ingrid Solberg.",
        "»Am Montag fiel Streumunition auf die Stadt«, sagte die norwegische Außenministerin Ingrid Solberg.",
        "„Am Sonntag“, sagte die norwegische Außenministerin Ingrid Solberg, „fiel Streumunition auf die Stadt.“",
    ],
    "fr": [
        "« Hier, ils ont tiré des bombes à sous-munitions sur la ville », a déclaré la ministre norvégienne "
        "des Affaires étrangères Ingrid Solberg.",
        "La ministre norvégienne des Affaires étrangères Ingrid Solberg a déclaré : « Lundi, des bombes à "
        "sous-munitions sont tombées sur la ville. »",
    ],
    "es": [
        "«Ayer dispararon municiones en racimo contra la ciudad», dijo la ministra de Exteriores noruega, "
        "Ingrid Solberg.",
        "La ministra de Exteriores noruega, Ingrid Solberg, dijo: «El lunes cayeron municiones en racimo "
        "sobre la ciudad».",
    ],
    "it": [
        "«Ieri hanno lanciato bombe a grappolo sulla città», ha detto la ministra degli Esteri norvegese "
        "Ingrid Solberg.",
        "La ministra degli Esteri norvegese Ingrid Solberg ha detto: «Lunedì sono cadute bombe a grappolo "
        "sulla città».",
    ],
    "pt": [
        "“Ontem dispararam munições cluster contra a cidade”, disse a ministra das Relações Exteriores "
        "da Noruega, Ingrid Solberg.",
        "A ministra das Relações Exteriores da Noruega, Ingrid Solberg, disse: “Na segunda-feira caíram "
        "munições cluster na cidade.”",
    ],
    "pl": [
        "„Wczoraj wystrzelili amunicję kasetową na miasto” – powiedziała minister spraw zagranicznych Norwegii "
        "Ingrid Solberg.",
        "Minister spraw zagranicznych Norwegii Ingrid Solberg powiedziała: „W poniedziałek amunicja kasetowa "
        "spadła na miasto”.",
    ],
    "ru": [
        "«Вчера они применили кассетные боеприпасы по городу», — заявила министр иностранных дел Норвегии "
        "Ингрид Сольберг.",
        "Министр иностранных дел Норвегии Ингрид Сольберг заявила: «В понедельник кассетные боеприпасы упали "
        "на город».",
    ],
    "uk": [
        "«Учора вони застосували касетні боєприпаси по місту», — заявила міністерка закордонних справ Норвегії "
        "Інгрід Сольберг.",
        "Міністерка закордонних справ Норвегії Інгрід Сольберг заявила: «У понеділок касетні боєприпаси впали "
        "на місто».",
    ],
    "tr": [
        "“Dün şehre misket bombası attılar” dedi Norveç Dışişleri Bakanı Ingrid Solberg.",
        "Norveç Dışişleri Bakanı Ingrid Solberg, “Pazartesi günü şehre misket bombası düştü” dedi.",
    ],
    "ar": [
        "قالت وزيرة الخارجية النرويجية إنغريد سولبرغ: «أطلقوا أمس الذخائر العنقودية على المدينة».",
        "«يوم الاثنين سقطت الذخائر العنقودية على المدينة»، قالت وزيرة الخارجية النرويجية إنغريد سولبرغ.",
    ],
    "fa": [
        "اینگرید سولبرگ، وزیر خارجه نروژ، گفت: «دیروز مهمات خوشه‌ای به شهر شلیک کردند.»",
        "«روز دوشنبه مهمات خوشه‌ای بر شهر افتاد»، اینگرید سولبرگ، وزیر خارجه نروژ، گفت.",
    ],
    "zh": [
        "挪威外交大臣英格丽德·索尔伯格说：“昨天他们向城市发射了集束弹药。”",
        "“星期一集束弹药落在城市里。”挪威外交大臣英格丽德·索尔伯格说。",
    ],
}


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def _reports(text: str, language: str, register: Register) -> tuple[Report, ...]:
    document = Document(id="x", text=text + "\n", language=language, published=WEDNESDAY)
    return analyse(document, register=register, now=WEDNESDAY.value).reports


def test_every_language_is_here() -> None:
    assert set(QUOTED) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in QUOTED.items() for text in texts]
)
def test_what_a_speaker_tells_of_another_day_is_said_on_the_day_of_publication(
    language: str, text: str, register: Register
) -> None:
    reports = _reports(text, language, register)
    assert reports
    assert {report.said.on for report in reports} == {date(2024, 3, 6)}
    assert find_days(text, Span(0, len(text)), language), "there is a day in the marks"
    assert told_days(text, Span(0, len(text)), language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "“Cluster munitions fell on Sunday,” Norwegian Foreign Minister Ingrid Solberg said on Monday.",
            "en",
        ),
        (
            "„Am Sonntag fiel Streumunition“, sagte die norwegische Außenministerin Ingrid Solberg am Montag.",
            "de",
        ),
        (
            "«В воскресенье кассетные боеприпасы упали на город», — заявила в понедельник министр иностранных дел "
            "Норвегии Ингрид Сольберг.",
            "ru",
        ),
        (
            "« Dimanche, des bombes à sous-munitions sont tombées sur la ville », a déclaré lundi la ministre "
            "norvégienne des Affaires étrangères Ingrid Solberg.",
            "fr",
        ),
    ],
)
def test_a_day_outside_the_marks_wins(text: str, language: str, register: Register) -> None:
    assert {report.said.on for report in _reports(text, language, register)} == {date(2024, 3, 4)}


def test_a_quotation_that_holds_the_word_of_saying_holds_the_reporters_words() -> None:
    text = "“Cluster munitions are banned – said Solberg on Monday – and we keep to that.”"
    voice = Span(text.index("said"), text.index("said") + 4)
    whole = Span(0, len(text))
    assert told_days(text, whole, "en") == []
    assert [day.meaning for day in told_days(text, whole, "en", voice)] == ["weekday"]
