"""Documents in German, French, Spanish, Italian and Portuguese: whose words, of which day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.analysis import analyse
from monitor.analysis.documents import document_from_dict
from monitor.model import Report
from monitor.officials import Register, load_register

NOW = datetime(2024, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def _reports(register: Register, language: str, text: str, published: str = "2024-06-06") -> list[Report]:
    row = {"id": "x", "text": text, "language": language, "published": published}
    return list(analyse(document_from_dict(row), register=register, now=NOW).reports)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Oslo, 05 jun 2024 (Nó) -- A ministra norueguesa Ada Moor condenou hoje as bombas cluster."),
        ("de", "Oslo, 5. Juni 2024. Norwegens Ministerin Ada Moor hat heute Streumunition verurteilt."),
        ("it", "La ministra norvegese Ada Moor ha condannato oggi le bombe a grappolo.\nRoma, 5 giugno 2024"),
        ("es", "Oslo, 5 jun (Norte).- La ministra noruega Ada Moor condenó hoy las bombas de racimo."),
        ("fr", "OSLO, 5 juin (Nord) - La ministre norvégienne Ada Moor a condamné aujourd'hui les bombes "
         "à sous-munitions."),
    ],
)  # fmt: skip
def test_today_is_the_day_of_the_dateline(register: Register, language: str, text: str) -> None:
    assert [(r.speaker.name, str(r.said.on)) for r in _reports(register, language, text)] == [
        ("Ada Moor", "2024-06-05")
    ]


def test_an_old_dateline_is_background(register: Register) -> None:
    text = "Oslo, 5. Mai 2024. Norwegens Ministerin Ada Moor hat heute Streumunition verurteilt."
    assert [str(r.said.on) for r in _reports(register, "de", text)] == ["2024-06-06"]


def test_the_sentence_before_tells_the_day_of_the_words(register: Register) -> None:
    text = (
        "La présidente moldave, Irina Rusu, a visité lundi un dépôt. « Nous n'aurons jamais de bombes à "
        "sous-munitions », a dit Mme Rusu.\nMercredi, Mme Rusu a condamné les bombes à sous-munitions."
    )
    assert [str(r.said.on) for r in _reports(register, "fr", text)] == ["2024-06-03", "2024-06-05"]


def test_an_answer_is_on_the_subject_of_its_question(register: Register) -> None:
    text = (
        "Intervista alla ministra norvegese Ada Moor sulle bombe a grappolo.\n"
        "D. Che cosa pensa delle bombe a grappolo?\nR. Le bombe a grappolo sono vietate.\n"
        "D. Le userebbe?\nR. Mai e poi mai, in nessun caso.\nD. E lo sci?\nR. Quest'anno vinciamo noi."
    )
    spoken = [p.text for r in _reports(register, "it", text) for p in r.passages]
    assert spoken == ["Le bombe a grappolo sono vietate.", "Mai e poi mai, in nessun caso."]


def test_a_state_named_in_the_words_is_not_whose_spokesman_speaks(register: Register) -> None:
    text = (
        "El Ministerio de Defensa azerbaiyano negó el martes haber usado bombas de racimo. «Las bombas de "
        "racimo son un invento de Ereván», declaró el portavoz de esa cartera, el coronel Rauf Mamedli."
    )
    assert {r.speaker.state for r in _reports(register, "es", text)} == {"AZ"}


@pytest.mark.parametrize(
    ("language", "text", "state"),
    [
        ("de", "Minister Udo Moor will keine Streumunition. „Sie ist geächtet“, so der CSU-Politiker.", "DE"),
        ("es", "La diputada de Vox Ada Mora defendió las bombas de racimo.", "ES"),
        ("fr", "Le député LFI Luc Adam a condamné les bombes à sous-munitions.", "FR"),
        ("it", "La deputata del M5S Ada Mori ha condannato le bombe a grappolo.", "IT"),
    ],
)  # fmt: skip
def test_a_party_of_one_state_tells_it(register: Register, language: str, text: str, state: str) -> None:
    assert [(r.held, r.speaker.state) for r in _reports(register, language, text)] == [(None, state)]


def test_a_chancellor_is_of_the_state_that_the_text_names(register: Register) -> None:
    told = "Bundeskanzler Udo Moor lehnte Streumunition ab. "
    german = _reports(register, "de", told + "Deutschland hat Streumunition geächtet.")
    either = _reports(register, "de", told + "Deutschland und Österreich haben Streumunition geächtet.")
    assert [(r.held, r.speaker.state) for r in german] == [(None, "DE")]
    assert [r.held is None for r in either] == [False]


def test_two_of_one_surname_are_told_apart_by_how_they_are_addressed(register: Register) -> None:
    text = (
        "Le premier ministre géorgien, Levan Beridze, refuse les bombes à sous-munitions. La ministre "
        "géorgienne de la Défense, Nino Beridze, veut acheter des bombes à sous-munitions.\n"
        "Les bombes à sous-munitions tuent des enfants, a répété M. Beridze mercredi."
    )
    words = {p.text: r.speaker.name for r in _reports(register, "fr", text) for p in r.passages}
    assert (
        words["Les bombes à sous-munitions tuent des enfants, a répété M. Beridze mercredi."]
        == "Levan Beridze"
    )


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("de", "Das Pentagon wies das zurück. Streumunition sei legal, sagte Sprecher Udo Lee.", "Udo Lee"),
        ("fr", "Le Pentagone réagit. Kiev a des sous-munitions, a dit son porte-parole Léo Lee.", "Léo Lee"),
        ("it", "Il Pentagono ribatte. «Ha bombe a grappolo», ha detto il portavoce Ugo Lee.", "Ugo Lee"),
        ("pt", "O Pentágono reagiu. \"Moscou tem bombas cluster\", disse o porta-voz Rui Lee.", "Rui Lee"),
    ],
)  # fmt: skip
def test_a_bare_spokesman_is_of_the_body_that_opened_the_sentence_before(
    register: Register, language: str, text: str, who: str
) -> None:
    found = {r.speaker.name: r.speaker.state for r in _reports(register, language, text) if r.held is None}
    assert found[who] == "US"


def test_a_bare_spokesman_behind_two_bodies_is_nobody_s(register: Register) -> None:
    text = "Das Pentagon und der Kreml schweigen. Streumunition sei legal, sagte Sprecher Udo Lee."
    assert [r.held is None for r in _reports(register, "de", text)] == [False]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "L'ex ministro Ugo Neri vuole le bombe a grappolo. Il capo dell'esercito finlandese, Jukka "
         "Salo, dissente: «Le bombe a grappolo no», ha dichiarato."),
        ("de", "Der frühere Minister Udo Neri will Streumunition. Finnlands Armeechef Jukka Salo "
         "widersprach: Ohne Streumunition gehe es auch, sagte er."),
    ],
)  # fmt: skip
def test_whoever_opens_a_sentence_before_a_colon_speaks_in_it(
    register: Register, language: str, text: str
) -> None:
    found = [(r.speaker.name, r.speaker.state) for r in _reports(register, language, text) if r.speaker.state]
    assert found == [("Jukka Salo", "FI")]


def test_an_observer_at_the_united_nations_is_not_theirs(register: Register) -> None:
    text = (
        "La Santa Sede vuole vietare le bombe a grappolo. L'osservatore permanente presso le Nazioni "
        "Unite, Ugo Neri, ha detto che le bombe a grappolo vanno distrutte."
    )
    assert {r.speaker.state for r in _reports(register, "it", text)} == {"VA"}
