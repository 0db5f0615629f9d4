"""Statements in English: whole short articles of many press styles, and the rules that they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from extractors.attribution import find_attributions
from monitor.model import Held, Span, Speaker
from monitor.officials import Register, cast_of, load_register
from tests.slavic_articles import articles, check

ARTICLES = articles("en")
ON = date(2024, 6, 5)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 25


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "en", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Rep. Ada Moor, D-Ore., the bill's sponsor, said it was dead.",
         "Rep. Ada Moor, D-Ore., the bill's sponsor"),
        ("An hour later Ivo Tull, a state secretary, told a forum that it was dead.",
         "Ivo Tull, a state secretary"),
        ("The envoy for human rights, Ada Moor, said by video link that it was dead.",
         "The envoy for human rights, Ada Moor"),
        ("The ministry on Monday dismissed as “old” rebel claims that it was dead.", "The ministry"),
        ("A diplomat who follows Kenya and would not be named said the bill was dead.", "A diplomat"),
        ("The authority that clears northern Laos said the bill was dead.",
         "The authority that clears northern Laos"),
        ("It was Moor who announced the sale in Oslo on May 3.", "Moor"),
        ("Moor averred that the bill was dead.", "Moor"),
        ("Moor made the remarks on Monday while opening a workshop.", "Moor"),
        ("Oslo and its allies rejected the bill.", "Oslo and its allies"),
        ("The army said on Thursday that a missile launched by rebels was old.", "The army"),
        ("The army said on Thursday two shells fired by rebels were old.", "The army"),
        ("“No,” said Defence Minister Ada Moor, whose ministry pushed for it.", "Defence Minister Ada Moor"),
        ("It is dead, Deputy Minister of Labour and Social Welfare Mr Ivo Tull told a meeting.",
         "Deputy Minister of Labour and Social Welfare Mr Ivo Tull"),
        ("A diplomat, granted anonymity to speak freely, said the bill was dead.", "A diplomat"),
        ("The minister of state for defence Ivo Tull said the bill was dead.",
         "The minister of state for defence Ivo Tull"),
        ("Rep. Ada Moor, the Oslo Democrat who co-sponsored the amendment, called it “old”.",
         "Rep. Ada Moor, the Oslo Democrat who co-sponsored the amendment"),
        ("Sen. Ada Moor, DFL-Minn., who is not up for election, said through a spokesman that it was dead.",
         "Sen. Ada Moor, DFL-Minn"),
        ("Sen. Ada Moor (D-Ore.), who is not up for election, said it was dead.", "Sen. Ada Moor"),
        ("Sen. Ada Moor, D-Ohio, who is not up for election, said it was dead.", "Sen. Ada Moor, D-Ohio"),
        ("Norway's then deputy minister, Ivo Tull, admitted that it was dead.",
         "Norway's then deputy minister, Ivo Tull"),
        ("Deputy Minister Ivo Tull during a broadcast interview on Sunday dismissed the bill.",
         "Deputy Minister Ivo Tull"),
        ("Ada Moor during a debate on Monday urged the chamber to drop it.", "Ada Moor"),
        ("Envoy Ada Moor of Peru, president of the convention, told delegates that it was dead.",
         "Envoy Ada Moor of Peru, president of the convention"),
        ("Norway's government was quoted by state media in 2013 as insisting that it was dead.",
         "Norway's government"),
        ("“It is dead,” No 10 said.", "No 10"),
        ("The Director of Press, Maj.-Gen. Ivo Tull, described the bill as “old”.",
         "The Director of Press, Maj.-Gen. Ivo Tull"),
        ("But Ada Moor of Oregon, the Republican who leads a panel on land forces, said it was dead.",
         "Ada Moor of Oregon, the Republican who leads a panel on land forces"),
    ],
)  # fmt: skip
def test_whose_words_a_sentence_tells(text: str, source: str) -> None:
    found = {row.source.of(text) for row in find_attributions(text, "en") if row.source}
    assert found == {source}


@pytest.mark.parametrize(
    "text",
    [
        "The shells were described by telephone as old.",
        "She turned down rebel claims, reports and demands.",
    ],
)
def test_nobody_is_said_to_speak(text: str) -> None:
    assert not [row for row in find_attributions(text, "en") if row.source and row.rule == "passive_by"]


def test_the_day_of_a_cleft_is_the_day_of_the_saying() -> None:
    text = "It was Moor who announced the step in the National Assembly on February 26, when it rained."
    row = next(row for row in find_attributions(text, "en") if row.source and row.source.of(text) == "Moor")
    assert row.said is not None
    assert row.said.of(text) == "February 26"


def test_the_day_of_what_is_spoken_about_is_no_day_of_saying() -> None:
    text = "The ministry condemned the attack of 13 April on the market."
    assert all(row.said is None for row in find_attributions(text, "en"))


def who(text: str, source: str, register: Register, title: str | None = None) -> Speaker | Held:
    start = text.rindex(source)
    return cast_of(text, "en", register, ON, title=title).resolve(
        Span(start, start + len(source)), Span(len(text) - 1, len(text))
    )


@pytest.mark.parametrize(
    ("text", "source", "name", "kind", "state"),
    [
        ("“No,” Jeanne Oduya of the Kenyan foreign ministry said.", "Jeanne Oduya",
         "Jeanne Oduya", "state", "KE"),
        ("Tom Villar, who heads a unit of the International Committee of the Red Cross, said so.",
         "Tom Villar", "Tom Villar", "intergovernmental", "ICRC"),
        ("Cezar Wolny has been Poland's deputy defence minister since May. Wolny said no.", "Wolny",
         "Cezar Wolny", "state", "PL"),
        ("The mayor of Horlivka, Ivan Prikhod, said so in Ukraine.", "Ivan Prikhod",
         "Ivan Prikhod", None, None),
        ("The Labour MP for Leeds North, Ada Moor, said so.", "Ada Moor", "Ada Moor", "state", "GB"),
        ("His Latvian counterpart, Ilze Berzina, said so.", "Ilze Berzina", "Ilze Berzina", "state", "LV"),
        ("A spokesperson for Canadian Defence Minister Guy Ouellet said so.",
         "A spokesperson for Canadian Defence Minister Guy Ouellet",
         "A spokesperson for Canadian Defence Minister Guy Ouellet", "state", "CA"),
        ("A senior aide to Ukrainian President Taras Bondar said so.",
         "A senior aide to Ukrainian President Taras Bondar",
         "A senior aide to Ukrainian President Taras Bondar", "anonymous", "UA"),
        ("In Kyiv, presidential adviser Serhii Kovalchuk said so.", "Serhii Kovalchuk",
         "Serhii Kovalchuk", "state", "UA"),
        ("The Kenyan defence ministry will not send them, a spokesperson said.", "a spokesperson",
         "Kenyan defence ministry", "state", "KE"),
        ("VIENTIANE — Japan will pay for teams, its foreign minister said.", "its foreign minister",
         "foreign minister", "state", "JP"),
        ("Slovenia's envoy, Petra Jerman, said so.", "Petra Jerman", "Petra Jerman", "state", "SI"),
        ("The UN's special envoy for Yemen, Jan Lind, said so.", "Jan Lind", "Jan Lind",
         "intergovernmental", "UN"),
        ("Sudan's Permanent Representative in Geneva, Hassan Bashir, said so.", "Hassan Bashir",
         "Hassan Bashir", "state", "SD"),
        ("UN High Commissioner for Human Rights Jan Lind met Sudan's ambassador, Omar Taha. “No,” the High "
         "Commissioner said.", "the High Commissioner", "Jan Lind", "intergovernmental", "UN"),
        ("Arms Watch Nigeria's director, Isa Bello, said so.", "Isa Bello", "Isa Bello", None, None),
        ("Tom Karr in New York\n\nLebanon's envoy, Nadim Khoury, said so.", "Nadim Khoury", "Nadim Khoury",
         "state", "LB"),
        ("SEOUL, May 2 (Wire) - The army met. Colonel Han Ji-woo, a spokesperson for the Joint Chiefs of "
         "Staff, said so in South Korea.", "Han Ji-woo", "Han Ji-woo", "state", "KR"),
        ("No US bombs came. Greens senator Dan Sheehy told Australia so.", "Dan Sheehy", "Dan Sheehy",
         None, None),
        ("The President of the Convention on Cluster Munitions, Ambassador Luis Reyes of the Philippines, "
         "said so.", "Luis Reyes", "Luis Reyes", "intergovernmental", "CCM"),
        ("The European Commission met. A Commission spokesperson said so.", "A Commission spokesperson",
         "European Commission", "intergovernmental", "EU"),
        ("Lao Deputy Prime Minister Bounmy Keovong met her. Bounmy said so.", "Bounmy",
         "Bounmy Keovong", "state", "LA"),
    ],
)  # fmt: skip
def test_who_that_is(
    text: str, source: str, name: str, kind: str | None, state: str | None, register: Register
) -> None:
    found = who(text, source, register)
    if kind is None:
        assert isinstance(found, Held)
        return
    assert isinstance(found, Speaker), found
    assert (found.name, found.kind, found.state) == (name, kind, state)


def test_a_surname_of_the_register_is_not_everybodys(register: Register) -> None:
    found = who("Desmond Pryce designed munitions in Britain. Pryce said so.", "Pryce", register)
    assert isinstance(found, Held) or (found.official is None and found.state is None)


def test_a_debate_in_parliament_is_on_its_own_states_officials(register: Register) -> None:
    text = "MPs asked questions in the Commons.\nThe minister, Al Penhale, said no."
    found = who(text, "Al Penhale", register)
    assert isinstance(found, Speaker)
    assert (found.kind, found.state) == ("state", "GB")
    text = (
        "MPs asked in the Commons.\nFrance's minister Luc Roy left.\nThe defence minister, Al Pen, said no."
    )
    assert isinstance(who(text, "Al Pen", register), Held)
