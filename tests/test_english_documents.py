"""Whole English documents, of our own invention: who speaks, for whom, what of it concerns the topic."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from extractors.attribution import find_attributions
from extractors.attribution.speech import speech_attributions
from monitor.analysis import analyse
from monitor.analysis.source import source_of
from monitor.model import Document, Report, When
from monitor.officials import Register, load_register

NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)
PUBLISHED = When(datetime(2024, 6, 11, 9, tzinfo=UTC), "minute", "given")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def reports(
    register: Register,
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    outlet: str | None = None,
) -> list[Report]:
    document = Document(
        "d", url=url, published=PUBLISHED, language="en", title=title, text=text, outlet=outlet
    )
    return list(analyse(document, register=register, now=NOW).reports)


def told(found: list[Report]) -> set[tuple[str, str | None, str]]:
    """Name, state and kind of every report that would not be held."""
    return {(r.speaker.name, r.speaker.state, r.speaker.kind) for r in found if r.held is None}


def test_the_leader_of_a_state_is_not_its_enemys_governor(register: Register) -> None:
    text = (
        "Cluster bombs fell on the Ukrainian town of Halivka on Monday, the regional governor said. "
        "Petro Zaverukha said a school had been hit by the bomblets.\n"
        "Oleg Varnin, the Russian leader, was in Kazan."
    )
    found = reports(register, text)
    assert found
    assert all(r.speaker.name != "Oleg Varnin" for r in found)


def test_a_paraphrase_concerns_the_topic_by_its_own_part(register: Register) -> None:
    text = (
        "Norwegian Prime Minister Ola Brekke announces a new hospital and Danish Foreign Minister Mette Holm "
        "repeats the ban on cluster munitions."
    )
    assert told(reports(register, text)) == {("Mette Holm", "DK", "state")}


@pytest.mark.parametrize("word", ["accused of", "criticised for", "urged to stop", "hailed for"])
def test_a_headlines_passive_says_nothing(word: str) -> None:
    assert not find_attributions(f"Ruritania {word} using cluster bombs", "en", headline=True)


@pytest.mark.parametrize("words", ["should have said", "may have told us", "would have announced"])
def test_what_might_have_been_said_was_not(words: str) -> None:
    assert not find_attributions(f"The minister {words} that they were fired.", "en")


def test_what_a_relative_clause_denies_is_not_the_saying() -> None:
    text = "Paul Moor, who is not his brother and should have left, said that they were fired."
    assert [row.source.of(text) for row in find_attributions(text, "en") if row.source] == ["Paul Moor"]


def test_who_is_called_by_the_familys_name_first(register: Register) -> None:
    text = (
        "Cambodia's foreign minister, Sok Veasna, said that Cambodia would join the convention on "
        "cluster munitions. “We know these bombs,” Sok said."
    )
    found = reports(register, text)
    assert told(found) == {("Sok Veasna", "KH", "state")}
    assert any(p.text == "We know these bombs," for p in found[0].passages)


def test_a_body_that_speaks_through_somebody(register: Register) -> None:
    text = "The United Nations said through deputy spokesperson Ana Lind that it saw no cluster bombs."
    assert told(reports(register, text)) == {("Ana Lind", "UN", "intergovernmental")}


def test_a_deputy_minister_in_the_capital_who_speaks_of_the_state(register: Register) -> None:
    text = (
        "BRUSSELS — Allies argued over cluster munitions for an hour.\n"
        "In Moscow on Monday, Ivan Rudin, a deputy defense minister, said Russia would use cluster bombs."
    )
    assert ("Ivan Rudin", "RU", "state") in told(reports(register, text))
    abroad = text.replace("said Russia would", "said Poland should not")
    assert ("Ivan Rudin", "RU", "state") not in told(reports(register, abroad))


def test_whose_site_and_whose_newspaper() -> None:
    assert source_of("https://www.example.co.nz/a", None).country == "NZ"
    assert source_of("https://www.example.tv/a", None).country is None
    assert source_of(None, "Norwegian Ministry of Foreign Affairs, newsroom").home == "NO"
    assert source_of(None, "Ukrainian Military Center").home is None
    assert source_of("http://[", "The Daily Lamp") == source_of(None, None)


@pytest.mark.parametrize(("url", "state"), [("https://lamp.co.nz/1", "NZ"), ("https://lamp.example/1", None)])
def test_a_partys_spokesperson_sits_in_the_parliament_of_the_outlets_state(
    register: Register, url: str, state: str | None
) -> None:
    text = "“Cluster bombs have no place in our savings,” Green Party finance spokesperson Mere Tipene said."
    found = reports(register, text, url=url)
    assert told(found) == ({("Mere Tipene", "NZ", "state")} if state else set())


def test_the_second_official_is_of_those_named_first(register: Register) -> None:
    text = (
        "The army will receive cluster shells, two U.S. officials said on Monday. “It is signed,” one of the "
        "officials said. The second official said the cluster shells would come by sea."
    )
    found = reports(register, text)
    assert told(found) == {("two U.S. officials", "US", "anonymous")}


def test_what_was_not_spoken_of_does_not_make_words_the_topics(register: Register) -> None:
    text = (
        "A cluster bomb hit the market of Halivka, Ukraine, the governor of the Kharkiv region said.\n"
        "Russia's Defence Ministry said it had hit “a base of rebels” and gave no details of the weapon."
    )
    assert all(r.speaker.state != "RU" for r in reports(register, text))


def test_a_tag_behind_a_whole_clause_with_a_that_of_its_own() -> None:
    text = "The army will receive cluster shells, two officials said Monday, in a package that could grow."
    (row,) = find_attributions(text, "en")
    assert row.rule == "clause_subject_cue"
    assert row.clause is not None
    assert row.clause.of(text) == text


def test_a_sentence_behind_a_label_is_text(register: Register) -> None:
    text = (
        "The town woke up to snow.\nIn case you missed it: Cluster munitions given by the United States have "
        "now arrived in Ukraine, the Pentagon confirmed on Monday."
    )
    assert told(reports(register, text)) == {("Pentagon", "US", "state")}


def test_a_press_release_says_its_words_on_its_day(register: Register) -> None:
    text = (
        "Press Release: Ministry of Foreign Affairs of Norway\n"
        "“We will never hold cluster munitions again,” said Norwegian Foreign Minister Ola Brekke.\n"
        "“The convention on cluster munitions is our work,” Mr Brekke added."
    )
    (report,) = reports(register, text)
    assert report.said.on == date(2024, 6, 11)


SPEECH = """Statement by
H.E. Mr. IVO TULL,
Minister of Foreign Affairs of the Republic of Estonia
at the General Debate
Mr. President,
Excellencies,
I thank you for the floor. We come from a small country and we
know what war leaves in our fields.
We will not use cluster munitions, and we ask our neighbours to
clear the submunitions that they have left.
My second subject is the climate. Our seas are rising."""


def test_a_speech_is_its_speakers_block_by_block(register: Register) -> None:
    (report,) = reports(register, SPEECH)
    assert (report.speaker.name, report.speaker.state, report.speaker.kind) == ("Ivo Tull", "EE", "state")
    (passage,) = report.passages
    assert passage.kind == "direct"
    assert passage.text.startswith("We will not use cluster munitions, and we ask our neighbours to\nclear")


@pytest.mark.parametrize(
    "text",
    [
        "In a statement by the ministry on Monday, it denied that the army had used cluster munitions.",
        "Statement by the minister\nThe army holds none. The depots are bare. The minister left.",
        "",
    ],
)
def test_no_speech(text: str) -> None:
    assert speech_attributions(text, "en") == []
