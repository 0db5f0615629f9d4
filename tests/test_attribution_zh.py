"""Statements in Chinese: whole short articles, and where the subject of a verb stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slavic_articles import articles, check

from extractors.attribution import find_attributions
from extractors.days import find_days, resolve_day
from monitor.model import Span, When
from monitor.officials import Register, load_register, parse_role

ARTICLES = articles("zh")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 15


@pytest.mark.parametrize("article", ARTICLES, ids=[article["name"] for article in ARTICLES])
def test_articles(article: dict[str, Any], register: Register) -> None:
    check(article, "zh", register)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("国防部长4日在记者会上表示，尚未作出决定。", "国防部长"),
        ("在谈到这一问题时，国防部长说，尚未作出决定。", "国防部长"),
        ("据国防部长介绍，尚未作出决定。", "国防部长"),
        ("“尚未作出决定。”国防部长说。", "国防部长"),
        ("以色列外长否认这一消息。", "以色列外长"),
        ("对此，外交部发言人回应称，尚未作出决定。", "外交部发言人"),
        ("在记者会上，她表示尚未作出决定。", "她"),
    ],
)
def test_where_the_subject_stands(text: str, source: str) -> None:
    rows = [row for row in find_attributions(text, "zh") if row.source is not None]
    assert rows
    assert rows[0].source is not None
    assert rows[0].source.of(text).startswith(source)


@pytest.mark.parametrize(
    "text",
    ["国防部长没有证实这一消息。", "这种说法没有根据。", "该武器被称为“雨”。", "据报道，尚未作出决定。"],
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert find_attributions(text, "zh") == []


@pytest.mark.parametrize(
    ("phrase", "office", "state"),
    [
        ("荷兰国防大臣", "defence_minister", "NL"),
        ("中国外交部副部长", "deputy_foreign_minister", "CN"),
        ("俄罗斯外交部发言人", "spokesperson", "RU"),
        ("法国常驻联合国代表", "un_representative", "FR"),
        ("乌克兰武装部队总司令", "chief_of_defence", "UA"),
    ],
)
def test_titles(phrase: str, office: str, state: str) -> None:
    role = parse_role(phrase, "zh")
    assert (role.office, role.state) == (office, state)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("外长本周二表示。", "2024-06-04"),
        ("外长上周二表示。", "2024-05-28"),
    ],
)
def test_days_in_words(text: str, day: str) -> None:
    published = When(datetime(2024, 6, 5, 12, tzinfo=UTC), "minute", "given")
    found = find_days(text, Span(0, len(text)), "zh")
    assert str(resolve_day(found[0], published).on) == day
