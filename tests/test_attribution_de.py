"""Statements in German: whole short articles, and the rules that only this language's grammar shows."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.attribution import find_attributions, is_epithet
from extractors.sentences import sentences_of
from monitor.officials import Register, load_register
from tests.slavic_articles import articles, check

ARTICLES = articles("de")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "de", register)


@pytest.mark.parametrize(
    ("text", "source", "rule"),
    [
        ("„Nein“, sagte Ada Moor.", "Ada Moor", "quote_cue_subject"),
        ("„Nein“, so der Minister.", "der Minister", "quote_cue_subject"),
        ("„Nein“, hatte Ada Moor am Montag gesagt.", "Ada Moor", "quote_cue_subject"),
        ("Moor sagte: „Nein.“", "Moor", "subject_cue_quote"),
        ("Moor nannte den Plan „einen schlechten Scherz“.", "Moor", "subject_cue_mixed"),
        ("Er fügte hinzu: „Nein.“", "Er", "subject_cue_quote"),
    ],
)
def test_direct_speech(text: str, source: str, rule: str) -> None:
    rows = [row for row in find_attributions(text, "de") if row.kind == "direct"]
    assert [(row.source.of(text) if row.source else None, row.rule) for row in rows] == [(source, rule)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Am Mittwoch stellte ihre Sprecherin Ada Moor klar, der Plan sei alt.", "ihre Sprecherin Ada Moor"),
        ("Der Plan sei alt, teilte das Außenministerium in Oslo mit.", "das Außenministerium in Oslo"),
        ("Die Ministerin hat am Montag in Oslo angekündigt, der Plan werde geändert.", "Die Ministerin"),
        ("Der Plan wurde vom Ministerpräsidenten scharf kritisiert.", "Ministerpräsidenten"),
        ("Moor, die seit 2020 im Amt ist, sagte, der Plan sei alt.", "Moor"),
        ("Wie das Ministerium mitteilte, ist der Plan alt.", "das Ministerium"),
        ("Dem Ministerium zufolge ist der Plan alt.", "Dem Ministerium"),
        ("Nach Angaben des Ministeriums in Oslo ist der Plan alt.", "des Ministeriums in Oslo"),
        ("Aus Regierungskreisen hieß es am Abend, der Plan sei alt.", "Regierungskreisen"),
        ("Der Zeitung sagte der Minister, der Plan sei alt.", "der Minister"),
        ("Die Regierung wollte sich zu dem Plan nicht äußern.", "Die Regierung"),
        ("Dem Minister warf die Abgeordnete vor, der Plan sei alt.", "die Abgeordnete"),
    ],
)
def test_where_the_subject_stands(text: str, source: str) -> None:
    rows = find_attributions(text, "de")
    assert [row.source.of(text) if row.source else None for row in rows] == [source]


@pytest.mark.parametrize(
    "text",
    [
        "Der Minister sagte nicht, ob der Plan alt ist.",
        "Die Entscheidung bestätigt die Befürchtungen.",
        "Nachdem der Minister das gesagt hatte, ging er.",
        "Der Minister will den Plan ankündigen.",
        "Man wird sehen.",
    ],
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "de") == []


def test_the_mood_of_reported_speech_goes_on() -> None:
    text = "Der Plan sei alt, sagte Moor. Er werde geändert. Niemand weiß, wann."
    rows = find_attributions(text, "de")
    assert [(row.rule, row.source.of(text) if row.source else None) for row in rows] == [
        ("clause_cue_subject", "Moor"), ("reported_mood", "Moor"),
    ]  # fmt: skip


def test_an_agency_before_it_ends_what_the_mood_carries_on() -> None:
    text = "Der Plan sei alt, sagte Moor. Die Agentur Reuters berichtete, er werde geändert."
    assert [row.rule for row in find_attributions(text, "de")] == ["clause_cue_subject"]


def test_ordinals_end_no_sentence() -> None:
    text = "Am 26. März begann es. Im Jahr 26. Das war alles."
    assert [span.of(text) for span in sentences_of(text, "de")] == [
        "Am 26. März begann es.", "Im Jahr 26.", "Das war alles.",
    ]  # fmt: skip


def test_bare_words_for_officials() -> None:
    assert is_epithet("der SPD-Politiker", "de")
    assert is_epithet("die Ministerin", "de")
    assert not is_epithet("die Ministerin Ada Moor", "de")


def test_the_name_of_an_outlet_in_marks_is_no_quotation() -> None:
    text = "„Nein“, sagte Ada Moor dem „Tagesboten“. Moor sprach gegenüber der „Nordpost“ von einem „Irrtum“."
    text += " „Nie“, sagte sie im NTF-„morgenmagazin“."
    rows = [row for row in find_attributions(text, "de") if row.kind == "direct"]
    assert [row.content.of(text) for row in rows] == ["Nein", "Irrtum", "Nie"]


def test_what_somebody_is_reported_to_have_said_is_the_reporter_s() -> None:
    text = "Der Plan sei alt, sagte Moor. Die Regierung habe zugesagt, ihn zu ändern."
    rows = find_attributions(text, "de")
    assert [row.source.of(text) if row.source else None for row in rows] == ["Moor", "Moor"]
