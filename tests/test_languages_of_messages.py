"""Every language that messages are written in is whole: its words, what is filled into them, every form."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from commands import Command
from lxml import html
from mailserver import DESK
from test_digest import SINCE, WATCH, of
from test_render import check, seen_in, too_wide
from told import MINISTER, NOW, TOLD
from world import World, story

from alerts import wording as module
from alerts.changes import changes_in_words
from alerts.digest import render_digest, render_quiet
from alerts.notices import notice
from alerts.render import render
from alerts.wording import languages, wording
from monitor.identity.decide import NO_EARLIER
from monitor.model import Changed, Corroboration, Fidelity, Message
from monitor.pipeline.operators import BACK, DOWN
from monitor.pipeline.quarantine import FEED, OUTLET
from monitor.pipeline.upkeep import BACKLOG

TEMPLATES = Path(module.__file__).parent / "templates"
OTHERS = [code for code in languages() if code != "en"]
#: What may read the same in two languages: signs alone, and words that they share.
SHARED = {
    "day.date", "day.exact", "day.first", "day.moment", "digest.subject", "headings.justifies",
    "labels.before", "labels.corroboration", "labels.in_original", "labels.other", "labels.other_of",
    "labels.state_code", "offices.cardinal", "offices.director", "offices.expert", "offices.general",
    "offices.police", "quotation.close_rtl", "quotation.in_language", "quotation.open_rtl", "states.MM",
    "states.PS", "watch.held_line",
}  # fmt: skip


def raw(code: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((TEMPLATES / code / "words.toml").read_text("utf-8"))


def entries(code: str) -> dict[str, Any]:
    return {f"{table}.{name}": value for table, words in raw(code).items() for name, value in words.items()}


def fields(value: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}


def test_french_and_spanish_are_there() -> None:
    assert {"en", "es", "fr"} <= set(languages())


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_every_word_with_the_values_in_it(code: str) -> None:
    english, own = entries("en"), entries(code)
    assert sorted(english.keys() ^ own.keys()) == []
    assert len(own.pop("day.months")) == 12
    for name, value in own.items():
        assert fields(value) == fields(english[name]) - ({"{day}"} if name == "day.first" else set()), name


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_of_a_language_is_left_in_english(code: str) -> None:
    english = entries("en")
    assert sorted(n for n, v in entries(code).items() if v == english[n] and n not in SHARED) == []


def all_messages(code: str) -> dict[str, Message]:
    told = replace(TOLD, why_new=NO_EARLIER, speaker=replace(MINISTER, office="foreign_minister"))
    update = replace(told, change=changes_in_words([Changed("official_source")], code))
    acts = (
        (1, "UA", "condemns"),
        (2, "UN", "calls_to_join"),
        (3, "NO", "denies_use"),
        (4, "RU", "admits_use"),
    )
    new = [of(number, state, act, why_new=NO_EARLIER) for number, state, act in acts]
    digest = render_digest(
        new[:3], since=SINCE, until=NOW, installation="desk", watch=WATCH, language=code,
        found_late=new[3:], updates=[replace(new[0], statement_id=9, change=update.change)],
    )  # fmt: skip
    assert digest is not None
    notices = {
        kind: notice(kind, "email", NOW, "421", headers={}, language=code)
        for kind in (DOWN, BACK, FEED, OUTLET, BACKLOG)
    }
    return {
        "alert": render(told, installation="desk", language=code),
        "update": render(update, installation="desk", language=code),
        "digest": digest,
        "week": render_quiet(WATCH, until=NOW, installation="desk", language=code),
        **notices,
    }


#: Words that any English message has and that none of the other languages here has as a word of its own.
ENGLISH = re.compile(r"\b(the|of|and|with|was|is|has|by|from|not|said|who|state|outlets|ledger)\b")


@pytest.mark.parametrize("code", OTHERS)
def test_every_form_of_every_message_is_in_the_language(code: str) -> None:
    """What is shown of the specimen's own words aside, no form has an English word."""
    own = re.compile(
        "|".join(map(re.escape, (
            "Defence Minister of Norland", "press conference in the capital", "Ministry of Defence",
            "We hold such shells too, and our patience has an end.",
        )))
    )  # fmt: skip
    for kind, message in all_messages(code).items():
        check(message)
        assert too_wide(message.text) == [], kind
        assert html.document_fromstring(message.html).get("lang") == code
        for form, text in {**seen_in(message), "subject": message.subject}.items():
            bare = re.sub(r"https?://\S+|clusterwatch [a-z]+ [a-z]+", " ", own.sub(" ", text))
            assert ENGLISH.findall(bare) == [], (kind, form)
            assert not re.search(r"\b[a-z]+_[a-z_]+\b", bare), f"{kind}, {form}: a name without words"


@pytest.mark.parametrize("code", languages())
def test_every_form_has_the_same_facts_in_the_language(code: str) -> None:
    words = wording(code)
    message = render(TOLD, installation="desk", language=code)
    facts = (
        words("positions", "threatens_use"), words("kinds", "state"), words("standing", "non_signatory"),
        words("fidelity", "translated"), words("corroboration", "official_source"),
        words("outlets", "official_source"), words.day(date(2024, 3, 5)), words.moment(NOW),
        words("relations", "repeats_later"), words("labels", "why_new"), words("labels", "feedback"),
    )  # fmt: skip
    for form, text in seen_in(message).items():
        for fact in facts:
            assert " ".join(fact.split()) in text, (form, fact)
    assert message.facts == render(TOLD, installation="desk").facts, "what machines read has no language"


@pytest.mark.parametrize("code", languages())
def test_each_level_and_each_fidelity_is_told_apart(code: str) -> None:
    levels: tuple[Corroboration, ...] = get_args(Corroboration)
    told = {
        render(replace(TOLD, corroboration=level), installation="d", language=code).text for level in levels
    }
    assert len(told) == len(levels)
    assert len({wording(code)("fidelity", one) for one in get_args(Fidelity)}) == len(get_args(Fidelity))


@pytest.mark.parametrize(
    ("code", "first", "moment"),
    [
        ("en", "1 March 2024", "5 March 2024, 18:07 UTC"),
        ("es", "1 de marzo de 2024", "5 de marzo de 2024, 18:07 UTC"),
        ("fr", "1er mars 2024", "5 mars 2024 à 18:07 UTC"),
    ],
)
def test_days_are_written_as_the_language_writes_them(code: str, first: str, moment: str) -> None:
    words = wording(code)
    assert words.day(date(2024, 3, 1)) == first
    assert words.moment(datetime(2024, 3, 5, 18, 7, tzinfo=UTC)) == moment


def test_states_and_organisations_have_their_names_in_the_language() -> None:
    def state(code: str, language: str) -> str:
        told = replace(TOLD, speaker=replace(MINISTER, state=code), state_name=None)
        return render(told, installation="d", language=language).text

    assert "Organisation des Nations unies (UN)" in state("UN", "fr")
    assert "Santa Sede (VA)" in state("VA", "es")


def test_a_digest_sorts_its_states_as_readers_do() -> None:
    told = [replace(of(n, code, "condemns"), state_name=name) for n, (code, name) in enumerate(
        (("ZM", "Zambie"), ("ES", "Espagne"), ("AE", "Émirats arabes unis"), ("DK", "Danemark"))
    )]  # fmt: skip
    message = render_digest(told, since=SINCE, until=NOW, installation="desk", language="fr")
    assert message is not None
    headings = ["".join(h.itertext()) for h in html.document_fromstring(message.html).iter("h3")]
    assert [re.sub(r"^\W+| \(.*", "", one) for one in headings] == [
        "Danemark", "Émirats arabes unis", "Espagne", "Zambie",
    ]  # fmt: skip


def test_a_mark_is_not_left_alone_at_the_end_of_a_line() -> None:
    """French sets no-break spaces inside its quotation marks and before a colon."""
    text = render(TOLD, installation="desk", language="fr").text
    assert "> «\u00a0We hold" in text
    for line in text.splitlines():
        assert not re.search(r"^> \S{0,1}$|^\s*[:;?!»]", line), line


def test_the_language_of_the_settings_reaches_the_mail(world: World) -> None:
    world.settings["ALERTS__LANGUAGE"] = "fr"
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()
    message = world.inbox.only()
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Fonction :      ministre des Affaires étrangères" in text.replace("\u00a0", " ")
    assert "Norvège (NO)" in text
    assert "armes à sous-munitions" in message["Subject"]
    assert [to for to, _ in world.inbox.taken] == [DESK]


def test_a_language_that_there_is_not_is_refused_at_the_start(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERWATCH__ALERTS__LANGUAGE", "eo")
    done = command("deliver")
    assert done.status == 2
    assert "alerts.language: no messages are written in 'eo' (there is: en, es, fr)" in done.err
