"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.feed.dates import read_date

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
FIRST, LAST = datetime(1990, 1, 2), datetime(2024, 3, 4)  # noqa: DTZ001 - the zone is drawn apart


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("Tue, 05 Mar 2024 10:00:00 +0000", "2024-03-05T10:00"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05T10:00"),
        ("Tue, 05 Mar 2024 10:00 Z", "2024-03-05T10:00"),
        ("5 Mar 24 10:00:00 -0500", "2024-03-05T15:00"),
        ("Tue, 5 March 2024 10:00:00 +01:00", "2024-03-05T09:00"),
        ("Tue Mar 05 10:00:00 EST 2024", "2024-03-05T15:00"),
        ("Mon, 01 Jul 2023 10:00:00 BST", "2023-07-01T09:00"),
        ("Tue, 05 Mar 2024 10:00:00 CET", "2024-03-05T09:00"),
        ("Sat, 01 Jul 2023 10:00:00 CEST", "2023-07-01T08:00"),
        ("Tue, 05 Mar 2024 10:00:00 EET", "2024-03-05T08:00"),
        ("Tue, 05 Mar 2024 10:00:00 MSK", "2024-03-05T07:00"),
        ("Tue, 05 Mar 2024 10:00:00 IST", "2024-03-05T04:30"),
        ("Tue, 05 Mar 2024 10:00:00 JST", "2024-03-05T01:00"),
        ("Tue, 05 Mar 2024 10:00:00 AEST", "2024-03-05T00:00"),
        ("Tue, 05 Mar 2024 10:00:00 PDT", "2024-03-05T17:00"),
        ("Tue, 05 Mar 2024 10:00:00 +0530", "2024-03-05T04:30"),
        ("Tue, 05 Mar 2024 10:00:00 +0000 (Coordinated Universal Time)", "2024-03-05T10:00"),
        ("Tue, 05 Mar 2024 10:00:00 GMT+0300", "2024-03-05T07:00"),
        ("Tue, 05 Mar 2024 10:00:00 UTC+3", "2024-03-05T07:00"),
        ("2024-03-05T10:00:00Z", "2024-03-05T10:00"),
        ("2024-03-05T10:00:00.123456+03:00", "2024-03-05T07:00"),
        ("2024-03-05 10:00:00 +0300", "2024-03-05T07:00"),
        ("2024-03-05T10:00-05", "2024-03-05T15:00"),
        ("20240305T100000Z", "2024-03-05T10:00"),
        ("2024-03-04T24:00:00Z", "2024-03-05T00:00"),
        ("2016/6/29 12:30 GMT", "2016-06-29T12:30"),
        ("1709632800", "2024-03-05T10:00"),
        ("1709632800000", "2024-03-05T10:00"),
        ("Di, 05 März 2024 10:00:00 +0100", "2024-03-05T09:00"),
        ("mar., 05 mars 2024 10:00:00 +0100", "2024-03-05T09:00"),
        ("Вт, 05 мар 2024 10:00:00 +0300", "2024-03-05T07:00"),
        ("5 березня 2024, 10:00 +0200", "2024-03-05T08:00"),
        ("wto, 05 mar 2024 10:00:00 +0100", "2024-03-05T09:00"),
        ("Sal, 05 Şubat 2024 10:00:00 +0300", "2024-02-05T07:00"),
        ("March 5, 2024 3:04 PM EST", "2024-03-05T20:04"),
        ("Tue, 05 Mar 2024 12:30 AM GMT", "2024-03-05T00:30"),
        ("Tue, 05 Mar 2024 10:00:60 GMT", "2024-03-05T10:00"),
    ],
)
def test_moments(raw: str, utc: str) -> None:
    dated = read_date(raw, now=NOW)
    assert dated.problem is None
    assert dated.when is not None
    assert dated.when.value.strftime("%Y-%m-%dT%H:%M") == utc
    assert (dated.when.precision, dated.when.source, dated.when.value.tzinfo) == ("minute", "feed", UTC)


@pytest.mark.parametrize(
    ("raw", "day", "precision"),
    [
        ("2016/6/29", "2016-06-29", "day"),
        ("2024-03-05", "2024-03-05", "day"),
        ("20240305", "2024-03-05", "day"),
        ("05 Mar 2024", "2024-03-05", "day"),
        ("5. März 2024", "2024-03-05", "day"),
        ("5 de marzo de 2024", "2024-03-05", "day"),
        ("5 марта 2024 г.", "2024-03-05", "day"),
        ("2024年3月5日", "2024-03-05", "day"),
        ("05.03.2024", "2024-03-05", "day"),
        ("29/06/2016", "2016-06-29", "day"),
        ("06/29/2016", "2016-06-29", "day"),
        ("2024-02", "2024-02-01", "month"),
        ("٥ مارس ٢٠٢٤", "2024-03-05", "day"),
        ("1er février 2024", "2024-02-01", "day"),
        ("Tue, 05 Mar 2024 10:00:00", "2024-03-05", "day"),
        ("2024-03-05T10:00:00", "2024-03-05", "day"),
        ("Tue, 05 Mar 2024 10:00:00 XYZ", "2024-03-05", "day"),
    ],
)
def test_days(raw: str, day: str, precision: str) -> None:
    when = read_date(raw, now=NOW).when
    assert when is not None
    assert (when.value.date().isoformat(), when.precision) == (day, precision)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0000-00-00 00:00:00", "date_suspect"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", "date_suspect"),
        ("Fri, 06 May 1983 09:00:00 CST", "date_suspect"),
        ("2024-03-09T00:00:00Z", "date_suspect"),
        ("2024-02-30", "date_suspect"),
        ("2024-03-05T25:00:00Z", "date_suspect"),
        ("9999999999", "date_suspect"),
        ("03/04/2016", "date_unread"),
        ("yesterday", "date_unread"),
        ("Tuesday", "date_unread"),
        ("12:30", "date_unread"),
        ("1403-12-15", "date_suspect"),
        ("2567-03-05", "date_suspect"),
        ("a" * 10_000, "date_unread"),
    ],
)
def test_what_cannot_be_believed_is_no_date(raw: str, code: str) -> None:
    dated = read_date(raw, now=NOW)
    assert dated.when is None
    assert dated.problem is not None
    assert dated.problem.code == code


@pytest.mark.parametrize(("host", "hour"), [("a.ie", 9), ("a.co.il", 8), ("a.in", 4), ("", 4)])
def test_letters_that_mean_different_zones(host: str, hour: int) -> None:
    when = read_date("Tue, 05 Mar 2024 10:00:00 IST", now=NOW, host=host).when
    assert when is not None
    assert when.value.hour == hour


def test_two_days_ahead_is_believed_and_not_more() -> None:
    assert read_date((NOW + timedelta(hours=47)).isoformat(), now=NOW).when is not None
    assert read_date((NOW + timedelta(hours=49)).isoformat(), now=NOW).when is None


@given(st.text(max_size=60))
def test_any_words_are_read_or_not(raw: str) -> None:
    dated = read_date(raw, now=NOW)
    assert dated.when is None or datetime(1990, 1, 1, tzinfo=UTC) <= dated.when.value <= NOW + timedelta(
        hours=48
    )


@given(st.datetimes(FIRST, LAST), st.integers(-14 * 4, 14 * 4))
def test_iso_and_mail_forms_say_the_same(moment: datetime, quarters: int) -> None:
    offset = timedelta(minutes=15 * quarters)
    size = abs(offset)
    hours, minutes = divmod(size // timedelta(minutes=1), 60)
    zone = f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"
    local = moment.replace(microsecond=0)
    iso = read_date(local.isoformat() + zone, now=NOW).when
    mail = read_date(local.strftime("%d %b %Y %H:%M:%S ") + zone.replace(":", ""), now=NOW).when
    assert iso == mail
    if iso is not None:
        assert iso.value == (local - offset).replace(tzinfo=UTC)
