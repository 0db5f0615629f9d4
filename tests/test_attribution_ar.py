"""Statements in Arabic: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions
from extractors.days import find_days, resolve_day
from monitor.model import Span, When
from monitor.officials import Register, load_register, parse_role

ARTICLES = articles("ar")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "ar", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("قال الوزير إن القرار لم يتخذ.", "الوزير"),
        ("وزير الدفاع يعلن أن القرار اتخذ.", "وزير الدفاع"),
        ("أما المتحدث باسم الجيش، فقال إن القرار اتخذ.", "المتحدث باسم الجيش"),
        ("وكان السفير قد نفى ذلك.", "السفير"),
        ("من جهته، رفض الوزير الاتهامات.", "الوزير"),
        ("نقلت وكالة الأنباء عن الرئيس قوله إن القرار اتخذ.", "الرئيس"),
        ("جاء في بيان أصدرته السفارة أن القرار اتخذ.", "السفارة"),
        ("القرار اتخذ، بحسب المتحدث باسم الوزارة.", "المتحدث باسم الوزارة"),
    ],
)
def test_where_the_subject_stands(text: str, source: str) -> None:
    rows = [row for row in find_attributions(text, "ar") if row.source is not None]
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


def test_a_verb_alone_leaves_its_subject_unsaid() -> None:
    rows = find_attributions("وأضاف أن القرار اتخذ.", "ar")
    assert [row.unsaid for row in rows] == [True]


@pytest.mark.parametrize("text", ["لم يقل الوزير إن القرار اتخذ.", "أفادت وكالة رويترز بأن القرار اتخذ."])
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "ar") == []


@pytest.mark.parametrize(
    ("phrase", "office", "state"),
    [
        ("وزيرة الدفاع الهولندية", "defence_minister", "NL"),
        ("نائب وزير الخارجية الصيني", "deputy_foreign_minister", "CN"),
        ("المتحدثة باسم وزارة الخارجية الروسية", "spokesperson", "RU"),
        ("رئيس هيئة الأركان المشتركة الأميركية", "chief_of_defence", "US"),
        ("المندوب الدائم لفرنسا لدى الأمم المتحدة", "un_representative", "FR"),
    ],
)
def test_titles(phrase: str, office: str, state: str) -> None:
    role = parse_role(phrase, "ar")
    assert (role.office, role.state) == (office, state)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("نفى الوزير ذلك في الرابع من آذار/مارس.", "2024-03-04"),
        ("قال الوزير في الحادي والعشرين من أيار إن القرار اتخذ.", "2024-05-21"),
    ],
)
def test_days_in_words(text: str, day: str) -> None:
    published = When(datetime(2024, 6, 5, 12, tzinfo=UTC), "minute", "given")
    found = find_days(text, Span(0, len(text)), "ar")
    assert str(resolve_day(found[0], published).on) == day
