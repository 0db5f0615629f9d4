"""The occasion: where it was said, whether new or recalled, how near to the speaker's words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.languages import words
from monitor.model import LANGUAGES, Precision, Said, When
from monitor.occasion import fidelity_of, languages_of, machine_marks, reporting_of, venue_of


def when(year: int, month: int, day: int, precision: Precision = "day") -> When:
    return When(datetime(year, month, day, 12, tzinfo=UTC), precision, "given")


def on(day: date) -> Said:
    return Said(day, day, day)


@pytest.mark.parametrize(
    ("frame", "venue"),
    [
        ("Berg told CNN Friday that it was hard.", "interview with CNN"),
        ("“…”, said the minister, interviewed by NBC", "interview with NBC"),
        ("Berg said in an interview with Radio Nord on Monday.", "interview with Radio Nord"),
        ("Berg told reporters on Saturday.", "remarks to reporters"),
        ("he said at a security conference in Moscow without more", "security conference in Moscow"),
        ("At a news conference, Berg said: “…”", "news conference"),
        ("At a briefing in Kyiv the spokesman rejected it.", "briefing in Kyiv"),
        ("the embassy added on the Telegram app", "Telegram"),
        ("The governor wrote on Telegram.", "Telegram"),
        ("Lebanon told the UN Security Council on Tuesday", "UN Security Council"),
        ("the ministry said in a statement Saturday", "statement"),
        ("Two officials told The Northern Post on Tuesday", "to The Northern Post"),
        ("Berg told the National Assembly on Monday.", "National Assembly"),
        ("The use is forbidden by the treaty.", None),
    ],
)
def test_venue_in_english(frame: str, venue: str | None) -> None:
    assert venue_of([frame], "en") == venue


@pytest.mark.parametrize(
    ("language", "frame", "venue"),
    [
        ("ru", "сообщило министерство в своем Telegram-канале", "Telegram-канал"),
        ("ru", "заявил он на брифинге в Москве", "брифинг в Москве"),
        ("uk", "написав він у телеграмі", "телеграм"),
        ("de", "sagte er auf einer Pressekonferenz in Berlin", "pressekonferenz in Berlin"),
        ("fr", "a-t-il dit devant le Conseil de sécurité", "Conseil de sécurité"),
        ("es", "dijo en una rueda de prensa en Madrid", "rueda de prensa en Madrid"),
        ("it", "ha detto in una conferenza stampa a Roma", "conferenza stampa a Roma"),
        ("pt", "disse em entrevista coletiva em Brasília", "entrevista coletiva em Brasília"),
        ("pl", "napisał na Telegramie", "Telegram"),
        (
            "tr",
            "haftalık basın bilgilendirme toplantısında söyledi",
            "haftalık basın bilgilendirme toplantısı",
        ),
        ("ar", "وقال أمام مجلس الأمن", "مجلس الأمن"),
        ("fa", "وی در نشست خبری گفت", "نشست خبری"),
        ("zh", "发言人21日在例行记者会上表示", "例行记者会"),
    ],
)
def test_venue_in_the_others(language: str, frame: str, venue: str) -> None:
    got = venue_of([frame], language)
    assert got is not None
    assert got.casefold().startswith(venue.casefold())


def test_the_more_telling_frame_wins_whatever_its_place() -> None:
    frames = ["Berg said in a statement.", "She told the UN Security Council so."]
    assert venue_of(frames, "en") == "UN Security Council"


def test_the_day_decides_new_or_recalled() -> None:
    frame = ["Last month Berg said that."]
    assert reporting_of(on(date(2024, 3, 10)), when(2024, 3, 13), frame, "en") == "new"
    assert reporting_of(on(date(2024, 3, 9)), when(2024, 3, 13), [], "en") == "recalled"
    assert reporting_of(on(date(2024, 3, 14)), when(2024, 3, 13), [], "en") == "new"
    interval = Said(None, date(2024, 2, 1), date(2024, 2, 29))
    assert reporting_of(interval, when(2024, 3, 13), [], "en") == "recalled"


@pytest.mark.parametrize(
    ("frame", "reporting"),
    [
        ("Last month Berg said the army would wait.", "recalled"),
        ("Berg said last month that the army would wait.", "recalled"),
        ("Moscow has accused Kyiv of using the munitions.", "recalled"),
        ("Moscow has [accused](#) Kyiv of using the munitions.", "recalled"),
        ("Berg had promised not to send them.", "recalled"),
        ("Berg said that two farmers were lost last year.", "new"),
        ("Berg has ruled out sending the shells.", "new"),
        ("Berg said the army would wait.", "new"),
    ],
)
def test_undated_words_are_new_unless_recalled(frame: str, reporting: str) -> None:
    assert reporting_of(Said(), when(2024, 3, 13), [frame], "en") == reporting
    assert reporting_of(Said(), None, [frame], "en") == reporting


def test_a_perfect_tense_is_the_news_where_a_report_opens_with_it() -> None:
    frame = ["Berg has denied that the army had used them."]
    assert reporting_of(Said(), when(2024, 3, 13), frame, "en", opening=True) == "new"
    assert reporting_of(Said(), when(2024, 3, 13), frame, "en") == "recalled"
    frame = ["Berg denied that the army had used them."]
    assert reporting_of(Said(), when(2024, 3, 13), frame, "en") == "new"
    frame = ["Last month Berg said the army would wait."]
    assert reporting_of(Said(), when(2024, 3, 13), frame, "en", opening=True) == "recalled"


@pytest.mark.parametrize(
    ("language", "frame"),
    [
        ("ru", "В прошлом месяце министр заявил об этом."),
        ("uk", "Минулого тижня міністр заявив про це."),
        ("de", "Im vergangenen Monat sagte der Minister das."),
        ("fr", "Le mois dernier, le ministre l'avait promis."),
        ("es", "El mes pasado el ministro lo dijo."),
        ("it", "Il mese scorso il ministro lo aveva detto."),
        ("pt", "No mês passado o ministro disse isso."),
        ("pl", "W zeszłym miesiącu minister to zapowiedział."),
        ("tr", "Bakan bunu geçen ay söylemişti."),
        ("ar", "وقال الوزير الشهر الماضي ذلك"),
        ("fa", "وزیر ماه گذشته این را گفت"),
        ("zh", "部长上个月表示"),
    ],
)
def test_every_language_recalls(language: str, frame: str) -> None:
    assert reporting_of(Said(), when(2024, 3, 13), [frame], language) == "recalled"


@pytest.mark.parametrize(
    ("language", "frame"),
    [("uk", "Міністр нагадав, що"), ("uk", "У міністерстві запевняють, що"), ("ru", "Министр напомнил, что")],
)
def test_who_reminds_and_who_assures_speaks_now(language: str, frame: str) -> None:
    assert reporting_of(Said(), when(2024, 3, 13), [frame], language) == "new"


@pytest.mark.parametrize(
    ("text", "kind", "language", "state", "expected"),
    [
        ("We will not send them.", "direct", "en", "US", "verbatim"),
        ("right thing", "direct", "en", "US", "partial"),
        ("deeply considered the whole matter", "direct", "en", "US", "partial"),
        ("We will not send them.", "direct", "en", "RU", "translated"),
        ("Мы их не применяли.", "direct", "ru", "RU", "verbatim"),
        ("Мы их не применяли.", "direct", "uk", "RU", "translated"),
        ("Nous condamnons cette attaque.", "direct", "fr", "BE", "verbatim"),
        ("لم نستخدم هذا السلاح في أي وقت.", "direct", "ar", "SA", "verbatim"),
        ("完全没有事实根据", "direct", "zh", "CN", "partial"),
        ("I deplore this attack.", "direct", "en", "UN", "verbatim"),
        ("Condemno este ataque.", "direct", "pt", "UN", "translated"),
        ("He said that he would not.", "indirect", "en", "RU", "paraphrase"),
        ("Nobody knows the state.", "direct", "en", None, "verbatim"),
    ],
)
def test_fidelity(text: str, kind: str, language: str, state: str | None, expected: str) -> None:
    assert fidelity_of(text, "direct" if kind == "direct" else "indirect", language, state) == expected


def test_what_a_machine_brought_back() -> None:
    said = "Every ally has said they understand."
    assert fidelity_of(said, "direct", "en", "US", machine_translated=True) == "back_translated"
    assert fidelity_of(said, "direct", "en", "RU", machine_translated=True) == "translated"
    assert fidelity_of(said, "indirect", "en", "US", machine_translated=True) == "paraphrase"


def test_marks_of_a_machine() -> None:
    text = "It opens in the air. Translated automatically from the Daily Bread."
    assert machine_marks(text, "en") == ("Translated automatically",)
    inside = "“The stocks are low – said Berg in the hall – so we chose this”."
    assert machine_marks(inside, "en")
    assert not machine_marks("“The stocks are low,” said Berg. “So we chose this.”", "en")


def test_languages_of_states() -> None:
    assert languages_of("CH") == {"de", "fr", "it"}
    assert languages_of(None) == languages_of("QQ") == frozenset()


def test_every_language_has_its_occasions() -> None:
    for language in LANGUAGES:
        assert {"venues", "recalled", "machine"} <= set(words(language, "occasion")), language


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(st.text(max_size=150), max_size=3), st.sampled_from([*LANGUAGES, "xx"]), st.text(max_size=40))
def test_never_raises(frames: list[str], language: str, text: str) -> None:
    assert venue_of(frames, language) != ""
    assert reporting_of(Said(), None, frames, language) in ("new", "recalled")
    assert fidelity_of(text, "direct", language, "RU") in ("verbatim", "partial", "translated")
    for mark in machine_marks("\n".join(frames), language):
        assert mark in "\n".join(frames)
