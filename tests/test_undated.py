"""The day of words that a report tells without one: near them, in the document, at the speaker's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from monitor.analysis import analyse_page
from monitor.model import Page, Precision, Report, Said, When
from monitor.officials import Register, load_register

TUESDAY = datetime(2024, 3, 5, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def reports_of(
    register: Register,
    *paragraphs: str,
    language: str = "en",
    at: datetime = TUESDAY,
    precision: Precision = "minute",
) -> tuple[Report, ...]:
    page = Page(text="\n".join(paragraphs), language=language, published=When(at, precision, "given"))
    return tuple(one for one in analyse_page(page, register=register, now=at).reports if one.held is None)


def day_of(register: Register, *paragraphs: str, language: str = "en", at: datetime = TUESDAY) -> date | None:
    """The day of the last report."""
    reports = reports_of(register, *paragraphs, language=language, at=at)
    assert reports
    return reports[-1].said.on


# --- near the words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "paragraph"),
    [
        (
            "en",
            "Norwegian Foreign Minister Ola Brekke spoke to parliament on Monday. "
            "“Cluster munitions have no place in any army,” Brekke said.",
        ),
        (
            "fr",
            "Lundi, le ministre norvégien des Affaires étrangères, Ola Brekke, était devant le Parlement. "
            "« Les armes à sous-munitions n'ont leur place dans aucune armée », a déclaré M. Brekke.",
        ),
        (
            "es",
            "El ministro de Exteriores de Noruega, Ola Brekke, compareció el lunes. "
            "«Las municiones en racimo no tienen sitio en ningún ejército», dijo Brekke.",
        ),
        (
            "ru",
            "Министр иностранных дел Норвегии Ула Брекке выступил в понедельник в парламенте. "
            "«Кассетным боеприпасам нет места ни в одной армии», — сказал Брекке.",
        ),
        (
            "de",
            "Der norwegische Außenminister Ola Brekke sprach am Montag im Parlament. "
            "„Streumunition hat in keiner Armee einen Platz“, sagte Brekke.",
        ),
    ],
)
def test_the_sentence_before_tells_the_day(register: Register, language: str, paragraph: str) -> None:
    assert day_of(register, paragraph, language=language) == date(2024, 3, 4)


def test_a_day_told_before_whoever_speaks_is_the_day_of_the_words(register: Register) -> None:
    told = "Opening the depot last Thursday, Norwegian Defence Minister Ola Brekke said that every cluster "
    (report,) = reports_of(register, told + "bomb in it would be destroyed.")
    assert report.said.on == date(2024, 2, 29)
    assert report.reporting == "recalled"


def test_an_attack_is_told_of_on_its_day(register: Register) -> None:
    told = (
        "Russian forces fired cluster munitions at Verkhnia on Monday, "
        "Ukrainian Defence Minister Rustem Umerov said."
    )
    assert day_of(register, told) == date(2024, 3, 4)


# --- the document's day -------------------------------------------------------------------------------------


def test_the_day_with_which_a_report_opens_goes_on_to_its_end(register: Register) -> None:
    opening = "The Norwegian parliament voted on Monday to keep the ban on cluster bombs."
    spoken = "“No soldier of ours will touch cluster munitions,” Norwegian Defence Minister Ola Brekke said."
    assert day_of(register, opening, spoken) == date(2024, 3, 4)


def test_where_two_days_are_told_nothing_is_guessed(register: Register) -> None:
    reports = reports_of(
        register,
        "Norwegian Defence Minister Ola Brekke said on Sunday that cluster munitions would stay banned.",
        "Danish Defence Minister Lars Holm said on Monday that Denmark would never buy cluster munitions.",
        "“We gave up cluster munitions long ago,” Belgian Defence Minister Piet Maes said.",
    )
    days = {report.speaker.state: report.said.on for report in reports}
    assert days["NO"] == date(2024, 3, 3)
    assert days["DK"] == date(2024, 3, 4)
    assert days["BE"] is None


def test_what_others_say_on_one_day_outweighs_the_day_of_the_dateline(register: Register) -> None:
    reports = reports_of(
        register,
        "OSLO, March 5 (Fjordpress) — Norwegian Defence Minister Ola Brekke said on Monday that cluster "
        "munitions would stay banned.",
        "“We gave up cluster munitions long ago,” Belgian Defence Minister Piet Maes said.",
    )
    assert {report.said.on for report in reports} == {date(2024, 3, 4)}


def test_a_bare_state_gets_no_day_from_afar(register: Register) -> None:
    opening = "The Norwegian parliament voted on Monday to keep the ban on cluster bombs."
    reports = reports_of(register, opening, "Moscow says Ukraine has fired cluster munitions at its towns.")
    assert [report.said.on for report in reports if report.speaker.state == "RU"] == [None]


def test_who_holds_no_office_gets_none_either(register: Register) -> None:
    opening = "The Norwegian parliament voted on Monday to keep the ban on cluster bombs."
    spoken = "“My field is full of cluster munitions,” said Nadia Orlyk, a farmer."
    reports = reports_of(register, opening, spoken)
    assert [report.said.on for report in reports if "Orlyk" in report.speaker.name] == [None]


# --- the day of publication, where the speaker is -----------------------------------------------------------

_AMERICAN = "“We need cluster munitions out of the depots,” US Defense Secretary Lloyd Austin said."
_CHINESE = "“China is concerned about cluster munitions,” Chinese Foreign Ministry spokeswoman Mao Ning said."


@pytest.mark.parametrize(
    ("words", "at", "day"),
    [
        (_AMERICAN, datetime(2024, 3, 5, 15, tzinfo=UTC), date(2024, 3, 5)),
        (_AMERICAN, datetime(2024, 3, 5, 1, 30, tzinfo=UTC), date(2024, 3, 4)),  # evening in Washington
        (_AMERICAN, datetime(2024, 3, 5, 7, 0, tzinfo=UTC), date(2024, 3, 4)),  # night in Washington
        (_CHINESE, datetime(2024, 3, 5, 8, 0, tzinfo=UTC), date(2024, 3, 5)),
        (_CHINESE, datetime(2024, 3, 5, 20, 0, tzinfo=timezone(-timedelta(hours=5))), date(2024, 3, 5)),
    ],
)
def test_publication_counts_where_the_speaker_is(
    register: Register, words: str, at: datetime, day: date
) -> None:
    assert day_of(register, words, at=at) == day


def test_a_day_of_publication_without_an_hour_is_no_day_of_words(register: Register) -> None:
    (report,) = reports_of(register, _AMERICAN, precision="day")
    assert report.said.on is None


def test_recalled_words_get_no_day(register: Register) -> None:
    told = "Norwegian Defence Minister Ola Brekke has repeatedly accused Russia of using cluster munitions."
    (report,) = reports_of(register, told)
    assert (report.said.on, report.reporting) == (None, "recalled")


def test_a_day_that_was_not_told_with_the_words_may_be_the_one_beside_it(register: Register) -> None:
    spoken = "“Cluster munitions stay banned here,” Norwegian Defence Minister Ola Brekke said."
    (undated,) = reports_of(register, spoken)
    assert undated.said == Said(date(2024, 3, 5), date(2024, 3, 4), date(2024, 3, 5))
    opening = "The Norwegian parliament voted on Monday on cluster bombs."
    inherited = reports_of(register, opening, spoken)[-1]
    assert inherited.said == Said(date(2024, 3, 4), date(2024, 3, 3), date(2024, 3, 5))
    (told,) = reports_of(register, spoken.replace("said.", "said on Tuesday."))
    assert told.said == Said(date(2024, 3, 5), date(2024, 3, 5), date(2024, 3, 5))


@pytest.mark.parametrize(
    ("language", "question", "answer", "question2", "answer2"),
    [
        (
            "en",
            "Q: The Danish government says that your cluster munitions were fired at its border.",
            "A: Our depots hold no cluster munitions, and nobody has counted better than I have.",
            "Q: Will anybody believe that?",
            "A: Those who count our cluster munitions with us will.",
        ),
        (
            "es",
            "P. El Gobierno danés dice que sus municiones de racimo cayeron junto a la frontera.",
            "R. Nuestros depósitos no guardan municiones de racimo y nadie las ha contado mejor que yo.",
            "P. ¿Lo creerá alguien?",
            "R. Quien cuente con nosotros las municiones de racimo lo creerá.",
        ),
    ],
)
def test_what_only_a_question_tells_is_recalled(
    register: Register, language: str, question: str, answer: str, question2: str, answer2: str
) -> None:
    opening = {
        "en": "Norwegian Defence Minister Ola Brekke answers our questions about cluster munitions.",
        "es": "El ministro de Defensa noruego, Ola Brekke, responde a nuestras preguntas sobre las bombas.",
    }[language]
    reports = reports_of(register, opening, question, answer, question2, answer2, language=language)
    told = {report.speaker.state: (report.reporting, report.said.on) for report in reports}
    assert told["DK"] == ("recalled", None)
    assert told["NO"] == ("new", date(2024, 3, 5))
