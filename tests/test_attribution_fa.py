"""Statements in Persian: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions
from extractors.days import find_days, resolve_day
from monitor.model import Span, When
from monitor.officials import Register, load_register, parse_role

ARTICLES = articles("fa")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "fa", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("وزیر دفاع گفت که تصمیمی گرفته نشده است.", "وزیر دفاع"),
        ("به گفته سخنگوی ارتش، تصمیمی گرفته نشده است.", "سخنگوی ارتش"),
        ("به گزارش خبرگزاری‌ها، وزیر دفاع این ادعا را رد کرد.", "وزیر دفاع"),
        ("روز دوشنبه سفیر این خبر را تکذیب کرد.", "سفیر"),
        ("در بیانیه وزارت خارجه آمده است که تصمیمی گرفته نشده است.", "وزارت خارجه"),
        ("او خواستار توقف حملات شد.", "او"),
    ],
)
def test_where_the_subject_stands(text: str, source: str) -> None:
    rows = [row for row in find_attributions(text, "fa") if row.source is not None]
    starts = [row.source.of(text) for row in rows if row.source is not None]
    assert any(start.startswith(source) for start in starts), starts


def test_a_clause_behind_a_meeting_leaves_its_subject_unsaid() -> None:
    rows = find_attributions("در دیدار با وزیر دفاع افزود که تصمیمی گرفته نشده است.", "fa")
    assert [row.unsaid for row in rows] == [True]


@pytest.mark.parametrize("text", ["وزیر دفاع نگفت تصمیمی گرفته شده است.", "تصمیمی گرفته نشده است."])
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "fa") == []


@pytest.mark.parametrize(
    ("phrase", "office", "state"),
    [
        ("وزیر دفاع هلند", "defence_minister", "NL"),
        ("معاون وزیر خارجه چین", "deputy_foreign_minister", "CN"),
        ("سخنگوی وزارت خارجه روسیه", "spokesperson", "RU"),
        ("رئیس ستاد کل نیروهای مسلح ایران", "chief_of_defence", "IR"),
        ("نخست‌وزیر عراق", "prime_minister", "IQ"),
    ],
)
def test_titles(phrase: str, office: str, state: str) -> None:
    role = parse_role(phrase, "fa")
    assert (role.office, role.state) == (office, state)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("وزیر روز سیزدهم اسفند گفت.", "2024-03-03"),
        ("وزیر بیست و یکم مه گفت.", "2024-05-21"),
    ],
)
def test_days_in_words(text: str, day: str) -> None:
    published = When(datetime(2024, 6, 5, 12, tzinfo=UTC), "minute", "given")
    found = find_days(text, Span(0, len(text)), "fa")
    assert str(resolve_day(found[0], published).on) == day
