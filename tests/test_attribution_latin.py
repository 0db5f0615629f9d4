"""What German, French, Spanish, Italian and Portuguese share in saying who speaks."""

from __future__ import annotations

import pytest

from extractors.attribution import find_attributions
from extractors.sentences import sentences_of


def _sources(text: str, language: str) -> list[tuple[str | None, str]]:
    return [
        (row.source.of(text) if row.source else None, row.rule) for row in find_attributions(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        (
            "de",
            "„Das kommt nicht infrage.“ Mit diesen Worten beschied Ministerin Ada Moor die Bitte.",
            "Ministerin Ada Moor",
        ),
        (
            "fr",
            "« C'est non. » C'est par ces mots que le ministre Luc Adam a reçu la demande.",
            "le ministre Luc Adam",
        ),
        (
            "es",
            "«No será aquí». Con esa frase despachó el lunes la ministra Ada Mora la idea.",
            "la ministra Ada Mora",
        ),
        (
            "it",
            "«Non qui». Con queste parole il ministro Ugo Mori ha accolto l'idea.",
            "il ministro Ugo Mori",
        ),
        ("pt", "«Aqui não.» Foi assim que a ministra Ada Moura recebeu a ideia.", "a ministra Ada Moura"),
    ],
)
def test_the_next_sentence_takes_a_quotation_up(language: str, text: str, source: str) -> None:
    assert (source, "resumed_quote") in _sources(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "„Das geht nicht.“ So endete die Konferenz des Ministers."),
        ("es", "«Aquí no». Así terminó la reunión del ministro."),
        ("fr", "« Pas ici. » Ainsi a fini la réunion du ministre."),
    ],
)
def test_a_short_word_without_a_verb_of_saying_takes_nothing_up(language: str, text: str) -> None:
    assert "resumed_quote" not in {rule for _, rule in _sources(text, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El ministerio negó que sus tropas atacaran la ciudad, como sostiene Moscú."),
        ("fr", "Le ministère a démenti que ses troupes aient visé la ville, comme l'affirme Moscou."),
        ("it", "Il ministero ha smentito che le sue truppe abbiano colpito la città, come sostiene Mosca."),
        ("pt", "O ministério negou que suas tropas tenham atacado a cidade, como afirma Moscou."),
        ("de", "Das Ministerium bestritt, dass seine Truppen die Stadt beschossen, wie Moskau behauptet."),
    ],
)
def test_what_somebody_denies_another_claims(language: str, text: str) -> None:
    found = [source for source, _ in _sources(text, language)]
    assert len(found) == 2
    assert "minist" in (found[0] or "").lower()
    assert (found[1] or "").startswith("Mos")


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        (
            "fr",
            "OSLO, 12 mars (Nordique) — « Plus jamais » : la ministre Ada Moor a fermé la porte mardi.",
            "la ministre Ada Moor",
        ),
        (
            "es",
            "OSLO, 12 mar (Norte) — «Nunca más»: la ministra Ada Moor cerró la puerta el martes.",
            "la ministra Ada Moor",
        ),
    ],
)
def test_a_quotation_with_a_colon_may_stand_behind_a_dateline(language: str, text: str, source: str) -> None:
    rows = [row for row in find_attributions(text, language) if row.kind == "direct"]
    assert [row.source.of(text) if row.source else None for row in rows] == [source]


def test_a_guillemet_that_is_set_off_ends_its_sentence() -> None:
    text = "« C'est non. » Le ministre est parti. « Il l'a dit. »"
    assert [span.of(text) for span in sentences_of(text, "fr")] == [
        "« C'est non. »", "Le ministre est parti.", "« Il l'a dit. »",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Der Plan sei alt, sagte Ada Moor der Zeitung Randblick.", "Ada Moor"),
        ("Der Plan sei alt, sagte der Minister der polnischen Zeitung Rand.", "der Minister"),
        ("Das Amt hat den Plan am Montag als „Theater“ bezeichnet.", "Das Amt"),
        (
            "Wie der Sprecher des Amtes, Major Udo Moor, am Montag sagte, ist der Plan alt.",
            "Sprecher des Amtes",
        ),
        ("Der Plan sei alt, entgegnete Ada Moor.", "Ada Moor"),
        ("Die Ministerin hat sich dazu am Montag geäußert und den Plan zurückgewiesen.", "Die Ministerin"),
    ],
)
def test_german_phrases_to_their_end(text: str, source: str) -> None:
    assert any(
        source in (found or "") and "Zeitung" not in (found or "") for found, _ in _sources(text, "de")
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le ministre norvégien a exclu tout achat."),
        ("fr", "Le ministre norvégien n'a pas exclu un achat."),
        ("es", "El ministro noruego descartó la compra."),
        ("es", "El ministro noruego no descartó la compra."),
        ("it", "Il ministro norvegese ha escluso l'acquisto."),
        ("it", "Il ministro norvegese non ha escluso l'acquisto."),
    ],
)
def test_to_rule_out_and_not_to_rule_out_are_both_answers(language: str, text: str) -> None:
    assert len(_sources(text, language)) == 1


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("it", "Il Paese «non cederà», ha detto dopo un colloquio con l'omologo romeno Mihai Stan.", None),
        (
            "fr",
            "Interrogé lundi, le ministre Luc Adam a botté en touche : « On verra. »",
            "le ministre Luc Adam",
        ),
        ("de", "Von Ministerin Ada Moor wurde das als „Theater“ verurteilt.", "Ministerin Ada Moor"),
        ("de", "Ada Moor bat alle Seiten, die Räumung zuzulassen.", "Ada Moor"),
    ],
)
def test_whose_words_they_are(language: str, text: str, source: str | None) -> None:
    found = {one for one, _ in _sources(text, language)}
    assert source in found if source else not any("Stan" in (one or "") for one in found)


def test_a_clause_that_a_preposition_opens_is_what_was_said() -> None:
    text = "Über den Plan entscheide jedes Land selbst, sagte Ada Moor."
    rows = find_attributions(text, "de")
    assert [row.clause.of(text) if row.clause else None for row in rows] == [text]
