"""Words of days: what is found, what it means, which day it gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.dateforms import forms_of, jalali_date, make_date
from extractors.days import find_days, resolve_day
from monitor.model import LANGUAGES, Said, Span, When

#: 13 February 2024 was a Tuesday.
TUESDAY = When(datetime(2024, 2, 13, 14, 0, tzinfo=UTC), "minute", "given")


def read(text: str, language: str, published: When | None = TUESDAY, zone: str | None = None) -> list[Said]:
    words = find_days(text, Span(0, len(text)), language)
    return [resolve_day(w, published, zone) for w in words]


def on(
    text: str, language: str = "en", published: When | None = TUESDAY, zone: str | None = None
) -> list[date | None]:
    return [said.on for said in read(text, language, published, zone)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the minister said Tuesday.", "2024-02-13"),
        ("the minister said on Monday.", "2024-02-12"),
        ("the minister said on Wednesday.", "2024-02-07"),
        ("the minister said last Tuesday.", "2024-02-06"),
        ("the minister said on Thursday of last week.", "2024-02-08"),
        ("Earlier on Friday, the envoy said no.", "2024-02-09"),
        ("the minister said yesterday", "2024-02-12"),
        ("the minister said this morning", "2024-02-13"),
        ("the minister said on Feb. 9 in Riga", "2024-02-09"),
        ("the minister said on 9 February", "2024-02-09"),
        ("the minister said on the 9th", "2024-02-09"),
        ("the minister said on December 30", "2023-12-30"),
        ("the minister said on January 5, 2022", "2022-01-05"),
        ("the minister said on 2022-01-05", "2022-01-05"),
        ("the minister (9 February) said", "2024-02-09"),
        ("the minister said on Friday, February 9,", "2024-02-09"),
        ("the minister said on the 1st of February", "2024-02-01"),
        ("the ministry, in a note of February 5, said", "2024-02-05"),
        ("the minister said three days ago", "2024-02-10"),
    ],
)
def test_english_days(text: str, day: str) -> None:
    assert on(text) == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    "text",
    [
        "the minister said next Tuesday would do",
        "the president will speak on Monday",
        "the two are due to meet on Friday",
        "the shells may be sent, the minister said",
        "March, the minister said, or stay",
        "she may march with them in the second row",
        "the meeting lasted until Friday",
        "the ban holds every Sunday",
    ],
)
def test_future_and_false_days_are_not_taken(text: str) -> None:
    assert [w for w in find_days(text, Span(0, len(text)), "en") if w.meaning != "month"] == []


def test_the_verb_may_is_no_month_and_the_month_is() -> None:
    assert find_days("it may happen, and May knows it", Span(0, 31), "en") == []
    (said,) = read("the ministry said in May 2023 that", "en")
    assert (said.on, said.earliest, said.latest) == (None, date(2023, 5, 1), date(2023, 5, 31))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("on the eve of the congress, the minister said", "en"),
        ("the day before the vote the minister said", "en"),
        ("à la veille du congrès, la ministre a dit", "fr"),
        ("en la víspera de la cumbre dijo la ministra", "es"),
        ("na véspera da votação, a ministra disse", "pt"),
        ("alla vigilia del vertice la ministra ha detto", "it"),
        ("am Vorabend des Gipfels sagte die Ministerin", "de"),
        ("w przeddzień głosowania ministra powiedziała", "pl"),
        ("накануне съезда министр заявила", "ru"),
        ("напередодні голосування міністерка сказала", "uk"),
        ("عشية القمة قالت الوزيرة", "ar"),
    ],
)
def test_the_eve_of_a_thing_is_no_day_before_publication(text: str, language: str) -> None:
    assert find_days(text, Span(0, len(text)), language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the day before, the minister said", "en"),
        ("la veille, la ministre a dit", "fr"),
        ("am Vortag sagte die Ministerin", "de"),
        ("накануне министр заявила", "ru"),
        ("напередодні, у Києві, міністерка сказала", "uk"),
    ],
)
def test_an_eve_alone_is_the_day_before(text: str, language: str) -> None:
    assert [w.meaning for w in find_days(text, Span(0, len(text)), language)] == ["eve"]


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("a déclaré mardi le ministre", "fr", "2024-02-13"),
        ("a déclaré lundi soir le ministre", "fr", "2024-02-12"),
        ("a déclaré hier le ministre", "fr", "2024-02-12"),
        ("a déclaré il y a trois jours le ministre", "fr", "2024-02-10"),
        ("dijo hace dos días el portavoz", "es", "2024-02-11"),
        ("disse há três dias o ministro", "pt", "2024-02-10"),
        ("ha detto due giorni fa il ministro", "it", "2024-02-11"),
        ("sagte der Minister vor fünf Tagen", "de", "2024-02-08"),
        ("powiedział trzy dni temu minister", "pl", "2024-02-10"),
        ("заявил два дня назад министр", "ru", "2024-02-11"),
        ("заявив п’ять днів тому міністр", "uk", "2024-02-08"),
        ("Bakan iki gün önce açıkladı", "tr", "2024-02-11"),
        ("قال الوزير قبل يومين", "ar", "2024-02-11"),
        ("وزیر سه روز پیش گفت", "fa", "2024-02-10"),
        ("部长两天前表示", "zh", "2024-02-11"),
        ("a déclaré le 9 février le ministre", "fr", "2024-02-09"),
        ("a déclaré le 1er février le ministre", "fr", "2024-02-01"),
        ("La veille, le ministre avait dit non", "fr", "2024-02-12"),
        ("dijo el martes el portavoz", "es", "2024-02-13"),
        ("dijo el viernes pasado el portavoz", "es", "2024-02-09"),
        ("dijo el martes de la semana pasada", "es", "2024-02-06"),
        ("dijo ayer el portavoz", "es", "2024-02-12"),
        ("dijo el 9 de febrero de 2024", "es", "2024-02-09"),
        ("lo dijo el día 6 en Riga", "es", "2024-02-06"),
        ("disse nesta terça-feira (13) o ministro", "pt", "2024-02-13"),
        ("disse na segunda o ministro", "pt", "2024-02-12"),
        ("disse ontem o ministro", "pt", "2024-02-12"),
        ("disse em 9 de fevereiro o ministro", "pt", "2024-02-09"),
        ("ha detto lunedì il ministro", "it", "2024-02-12"),
        ("ha detto ieri il ministro", "it", "2024-02-12"),
        ("ha detto il 9 febbraio il ministro", "it", "2024-02-09"),
        ("sagte der Minister am Montag", "de", "2024-02-12"),
        ("sagte der Minister am Dienstagabend", "de", "2024-02-13"),
        ("sagte der Minister gestern", "de", "2024-02-12"),
        ("sagte der Minister am 9. Februar", "de", "2024-02-09"),
        ("hatte der Minister im Jänner 2024 und am 9. Feber gesagt", "de", "2024-02-09"),
        ("powiedział we wtorek minister", "pl", "2024-02-13"),
        ("powiedział w poniedziałek minister", "pl", "2024-02-12"),
        ("powiedział wczoraj minister", "pl", "2024-02-12"),
        ("powiedział 9 lutego minister", "pl", "2024-02-09"),
        ("заявил во вторник министр", "ru", "2024-02-13"),
        ("заявил в среду министр", "ru", "2024-02-07"),
        ("заявил вчера министр", "ru", "2024-02-12"),
        ("Накануне министр заявил", "ru", "2024-02-12"),
        ("заявил 9 февраля министр", "ru", "2024-02-09"),
        ("заявив у вівторок міністр", "uk", "2024-02-13"),
        ("заявив у п’ятницю міністр", "uk", "2024-02-09"),
        ("заявив 9 лютого 2024 року міністр", "uk", "2024-02-09"),
        ("Bakan salı günü açıkladı", "tr", "2024-02-13"),
        ("Bakan dün açıkladı", "tr", "2024-02-12"),
        ("Bakan 9 Şubat'ta açıkladı", "tr", "2024-02-09"),
        ("قال الوزير يوم الثلاثاء", "ar", "2024-02-13"),
        ("قال الوزير أمس", "ar", "2024-02-12"),
        ("قال الوزير في 9 شباط/فبراير 2024", "ar", "2024-02-09"),
        ("قال الوزير في ٩ فبراير", "ar", "2024-02-09"),
        ("وزیر روز سه‌شنبه گفت", "fa", "2024-02-13"),
        ("وزیر دیروز گفت", "fa", "2024-02-12"),
        ("وزیر ۲۰ بهمن ۱۴۰۲ گفت", "fa", "2024-02-09"),
        ("部长周二表示", "zh", "2024-02-13"),
        ("部长上周二表示", "zh", "2024-02-06"),
        ("部长昨日表示", "zh", "2024-02-12"),
        ("部长9日在记者会上表示", "zh", "2024-02-09"),
        ("部长2月9日表示", "zh", "2024-02-09"),
        ("部长2023年12月30日表示", "zh", "2023-12-30"),
    ],
)
def test_days_in_other_languages(text: str, language: str, day: str) -> None:
    assert on(text, language)[-1:] == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("войска загрязняют окружающую среду", "ru"),
        ("a segunda reunião e a quarta rodada", "pt"),
        ("pazarda satılan misket üzümü", "tr"),
        ("el minuto 13 del partido", "es"),
        ("la réunion aura lieu mardi", "fr"),
        ("wird der Minister am Freitag reisen", "de"),
        ("встреча состоится в пятницу", "ru"),
        ("13日間の", "zh"),
    ],
)
def test_words_that_are_no_days(text: str, language: str) -> None:
    found = [w for w in find_days(text, Span(0, len(text)), language) if w.meaning in ("weekday", "date")]
    assert found == []


@pytest.mark.parametrize(
    ("text", "language", "first", "last"),
    [
        ("the minister said last month", "en", "2024-01-01", "2024-01-31"),
        ("the minister said last week", "en", "2024-02-05", "2024-02-11"),
        ("the minister said two weeks ago", "en", "2024-01-29", "2024-02-04"),
        ("the minister said over the weekend", "en", "2024-02-10", "2024-02-11"),
        ("il y a deux mois, le ministre", "fr", "2023-12-01", "2023-12-31"),
        ("две недели назад министр", "ru", "2024-01-29", "2024-02-04"),
        ("the minister said earlier this month", "en", "2024-02-01", "2024-02-13"),
        ("the minister said in January", "en", "2024-01-01", "2024-01-31"),
        ("le mois dernier, le ministre", "fr", "2024-01-01", "2024-01-31"),
        ("la semana pasada dijo", "es", "2024-02-05", "2024-02-11"),
        ("в прошлом месяце министр", "ru", "2024-01-01", "2024-01-31"),
        ("الشهر الماضي قال", "ar", "2024-01-01", "2024-01-31"),
        ("上个月部长表示", "zh", "2024-01-01", "2024-01-31"),
    ],
)
def test_stretches(text: str, language: str, first: str, last: str) -> None:
    (said,) = read(text, language)
    assert said == Said(None, date.fromisoformat(first), date.fromisoformat(last))


def test_the_next_day_is_reckoned_from_the_day_named_before() -> None:
    text = "The envoy spoke in Riga on Thursday. The next day the minister said no."
    start = text.index("The next")
    (words,) = find_days(text, Span(start, len(text)), "en")
    assert resolve_day(words, TUESDAY).on == date(2024, 2, 9)
    alone = "The next day the minister said no."
    (words,) = find_days(alone, Span(0, len(alone)), "en")
    assert resolve_day(words, TUESDAY) == Said()


def test_a_few_sentences_may_stand_between_an_eve_and_its_day() -> None:
    between = "The ministry said so in a note of two pages and gave no other word on it to anybody. " * 7
    text = f"The ministry denied it on Sunday (11). {between}On the eve, the deputy had asked the government."
    start = text.index("On the eve")
    (words,) = find_days(text, Span(start, len(text)), "en")
    assert resolve_day(words, TUESDAY).on == date(2024, 2, 10)


def test_without_a_publication_date_only_a_full_date_is_a_day() -> None:
    assert on("said on Tuesday", published=None) == [None]
    assert on("said yesterday", published=None) == [None]
    assert on("said on 9 February", published=None) == [None]
    assert on("said on 9 February 2024", published=None) == [date(2024, 2, 9)]


def test_a_date_that_may_lie_ahead_is_left_open() -> None:
    assert on("the summit of 20 June, she said") == [date(2023, 6, 20)]
    assert on("the summit of 20 May, she said") == [None]


def test_the_day_is_that_of_the_outlets_zone() -> None:
    late = When(datetime(2024, 2, 14, 2, 30, tzinfo=UTC), "minute", "jsonld")
    assert on("said Tuesday", published=late, zone="America/New_York") == [date(2024, 2, 13)]
    assert on("said Tuesday", published=late, zone="+03:00") == [date(2024, 2, 13)]
    assert on("said today", published=late, zone="America/New_York") == [date(2024, 2, 13)]
    assert on("said today", published=late) == [date(2024, 2, 14)]
    local = When(late.value.astimezone(timezone(timedelta(hours=-5))), "minute", "jsonld")
    assert on("said today", published=local) == [date(2024, 2, 13)]
    exact_to_the_day = When(datetime(2024, 2, 14, tzinfo=UTC), "day", "meta")
    assert on("said today", published=exact_to_the_day, zone="America/New_York") == [date(2024, 2, 14)]


def test_spans_are_slices_of_the_text() -> None:
    text = "Der Minister — er heißt Özgür — sagte am Dienstag, 13. Februar, nichts."
    (words,) = find_days(text, Span(4, len(text)), "de")
    assert words.span.of(text) == "Dienstag, 13. Februar"
    arabic = "قالَ الوزيرُ يومَ الثلاثاءِ إنه"
    (words,) = find_days(arabic, Span(0, len(arabic)), "ar")
    assert "الثلاثاء" in words.span.of(arabic)


def test_persian_calendar() -> None:
    assert jalali_date(1403, 1, 20) == date(2024, 4, 8)
    assert jalali_date(1399, 12, 30) == date(2021, 3, 20)
    assert jalali_date(1357, 11, 22) == date(1979, 2, 11)
    assert make_date(1402, 12, 30, jalali=True) is None


def test_every_language_has_its_days() -> None:
    for language in LANGUAGES:
        forms = forms_of(language)
        assert forms is not None
        assert set(forms.weekday_number.values()) == set(range(1, 8)), language
        if language != "zh":
            assert {n for n, jalali in forms.month_number.values() if not jalali} == set(range(1, 13)), (
                language
            )
    assert forms_of("xx") is None
    assert find_days("on Tuesday", Span(0, 10), "xx") == []


@given(
    day=st.dates(date(1995, 1, 1), date(2030, 1, 1)),
    back=st.integers(0, 6),
)
def test_a_weekday_is_the_last_such_day(day: date, back: int) -> None:
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    said_on = day - timedelta(days=back)
    published = When(datetime(day.year, day.month, day.day, tzinfo=UTC), "day", "given")
    assert on(f"the minister said on {names[said_on.weekday()]}.", published=published) == [said_on]


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_an_error_and_spans_fit(text: str, language: str) -> None:
    for words in find_days(text, Span(0, len(text)), language):
        assert 0 <= words.span.start < words.span.end <= len(text)
        said = resolve_day(words, TUESDAY)
        assert said.on is None or said.on <= date(2024, 2, 14) or words.year is not None
