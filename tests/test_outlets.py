"""What is known of single outlets: every file that is found, layouts by the day of a page, zones by host."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml.etree import XPath

from extractors.article import body_by
from extractors.dateline import read_dateline
from extractors.outlets import Layout, Outlet, _zones, found_by, layout_of, outlets, read_outlet, zone_of_host
from extractors.page import read_page
from extractors.tree import parse
from monitor.evaluation.pages import body_score
from monitor.model import Dateline, Document, When
from monitor.store.articles import page_from_json, page_to_json

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PARAGRAPH = (
    "The dredger has left the harbour of Lowmere and will not be back before the summer, its master said."
)


@pytest.mark.parametrize("outlet", outlets(), ids=lambda o: o.name)
def test_every_outlet_is_whole(outlet: Outlet) -> None:
    assert outlet.hosts
    assert all(host == host.lower() and "/" not in host and "." in host for host in outlet.hosts)
    assert outlet.source
    assert outlet.layouts
    assert all(layout.body is not None or layout.cut is not None for layout in outlet.layouts)
    assert all(layout.until < date(2026, 12, 1) for layout in outlet.layouts)


def test_hosts_stand_in_one_file_and_every_zone_is_one() -> None:
    hosts = [host for outlet in outlets() for host in outlet.hosts]
    assert len(hosts) == len(set(hosts))
    assert all(ZoneInfo(zone) for zone in _zones().values())


def test_a_page_is_read_with_the_layout_of_its_day() -> None:
    rt = layout_of("https://www.rt.com/news/1-a/", date(2019, 11, 20))
    assert rt is not None
    assert rt.outlet == "rt"
    assert layout_of("https://www.rt.com/news/1-a/", date(2024, 1, 1)) is None
    assert layout_of("https://notrt.com/news/1-a/", date(2019, 11, 20)) is None
    assert layout_of("http://[bad", date(2019, 11, 20)) is None
    assert layout_of(None, date(2019, 11, 20)) is None


def the_hill(day: str) -> str:
    box = '<span class="rollover-people-block">A senator: other stories of hers</span>'
    return (
        f"<html><head><meta property='article:published_time' content='{day}T12:00:00Z'></head><body><div>"
        f"<h1>Dredger</h1><p>A senator {box} (of Lowmere) said that the dredger would come back. {PARAGRAPH}"
        f"</p><p>{PARAGRAPH}</p><p>{PARAGRAPH[::-1]}.</p></div></body></html>"
    )


def test_each_layout_holds_until_its_day_and_none_after_the_last(tmp_path: Path) -> None:
    path = tmp_path / "courier.toml"
    path.write_text(
        'hosts = ["courier.example"]\nsource = "pages of 2019 to 2023"\n'
        "[[layouts]]\nuntil = 2023-06-30\nbody = \"//div[@class='new']\"\n"
        "[[layouts]]\nuntil = 2020-12-31\nbody = \"//div[@class='old']\"\n",
        "utf-8",
    )
    outlet = read_outlet(path)
    days = [date(2019, 1, 1), date(2020, 12, 31), date(2021, 1, 1), date(2023, 6, 30), date(2023, 7, 1)]
    assert [layout.until.year if (layout := outlet.on(day)) else None for day in days] == [
        2020, 2020, 2023, 2023, None,
    ]  # fmt: skip
    tree = parse("<html><body><div class=old>Then.</div><div class=new>Now.</div></body></html>")
    for day, text in ((date(2020, 1, 1), "Then."), (date(2023, 1, 1), "Now.")):
        layout = outlet.on(day)
        assert layout is not None
        assert [e.text for e in found_by(layout.body, tree)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "hosts = [",
        "hosts = []",
        "hosts = ['a']\nsource = 'x'\n[[layouts]]\nuntil = 2020-01-01\nbody = '//['",
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "courier.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"courier\.toml"):
        read_outlet(path)


@pytest.mark.shared
def test_the_general_rules_need_no_outlets_help(shared: Path) -> None:
    """Pages of outlets that have a layout are read by the general rules too, nearly as well."""
    folder = shared / "pages" / "article-extraction-benchmark"
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    seen = 0
    for key, row in truth.items():
        html = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        if layout_of(row["url"], date(2019, 11, 20)) is None:
            continue
        seen += 1
        page = read_page(Document(id=key, url="https://other.example/a", html=html), NOW)
        precision, recall = body_score(page.text, row["articleBody"])
        assert precision > 0.7, row["url"]
        assert recall > 0.8, row["url"]
    assert seen >= 2


def test_what_a_layout_cuts_is_kept_and_the_sentence_goes_on() -> None:
    url = "https://thehill.com/news/1-dredger"
    page = read_page(Document(id="a", url=url, html=the_hill("2019-11-20")), NOW)
    assert "A senator (of Lowmere) said that the dredger would come back." in page.text
    assert ("A senator: other stories of hers", "outlet") in [(c.text, c.reason) for c in page.cut]
    later = read_page(Document(id="a", url=url, html=the_hill("2025-11-20")), NOW)
    assert [c for c in later.cut if c.reason == "outlet"] == []


def test_a_layout_that_does_not_fit_gives_way_and_is_told() -> None:
    html = (
        f"<html><body><article><h1>Dredger</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article></body></html>"
    )
    url = "https://www.rt.com/news/1-a/"
    given = When(datetime(2019, 11, 20, tzinfo=UTC), "day", "given")
    page = read_page(Document(id="a", url=url, html=html, published=given), NOW)
    assert PARAGRAPH in page.text
    assert "layout_unfit" in [p.code for p in page.problems]
    layout = Layout("x", date(2019, 1, 1), XPath("//article/p"), None)
    whole = body_by(layout, parse(html))
    assert whole is not None
    assert whole.how == "outlet"
    assert body_by(layout, parse(html.replace(f"<p>{PARAGRAPH}</p>", "<p>Short.</p>", 1))) is None


@pytest.mark.parametrize(
    ("url", "zone"),
    [
        ("https://www.lowmere.ua/a", "Europe/Kyiv"),
        ("https://edition.cnn.com/a", "America/New_York"),
        ("https://news.gov.uk/a", "Europe/London"),
        ("https://www.timesofindia.indiatimes.com/a", "Asia/Kolkata"),
        ("https://lowmere.com/a", None),
        ("https://lowmere.example/a", None),
        (None, None),
    ],
)
def test_zone_of_a_host(url: str | None, zone: str | None) -> None:
    found = zone_of_host(url)
    assert (found.key if found else None) == zone


def test_a_moment_in_utc_is_shown_on_the_outlets_clock() -> None:
    html = (
        "<html><head><meta property='article:published_time' content='2024-03-05T22:30:00Z'></head>"
        f"<body><article><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article></body></html>"
    )
    page = read_page(Document(id="a", url="https://lowmere.ua/a", html=html), NOW)
    assert page.published is not None
    assert page.published.value == datetime(2024, 3, 5, 22, 30, tzinfo=UTC)
    assert page.published.value.date() == date(2024, 3, 6)
    elsewhere = read_page(Document(id="a", url="https://lowmere.example/a", html=html), NOW)
    assert elsewhere.published is not None
    assert elsewhere.published.value.date() == date(2024, 3, 5)


# --- datelines --------------------------------------------------------------------------------------------

DAY = When(datetime(2024, 2, 14, 9, tzinfo=UTC), "minute", "meta")


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("KYIV, Feb 13 (Northwire) — The ministry", "en", Dateline("KYIV", date(2024, 2, 13), "Northwire")),
        ("МОСКВА, 13 февраля. /ТАСС/. Министерство", "ru", Dateline("МОСКВА", date(2024, 2, 13), "ТАСС")),
        ("RIYADH/SANAA — The coalition", "en", Dateline("RIYADH/SANAA")),
        ("Járkov (Ucrania), 13 feb (Iberis).- La", "es", Dateline("Járkov", date(2024, 2, 13), "Iberis")),
        ("Kiew (dpa) - Das Ministerium", "de", Dateline("Kiew", None, "dpa")),
        ("Cornovaglia (UK) – Finalmente", "it", None),
        ("The mayor — a former pilot — said", "en", None),
        ("Lowmere, a town of pilots, — said", "en", None),
        ("“KYIV” (Northwire) — a play", "en", None),
        ("", "en", None),
    ],
)
def test_datelines(text: str, language: str, wanted: Dateline | None) -> None:
    assert read_dateline(text, language, DAY) == wanted


def test_section_lead_amp_and_dateline_travel_with_the_page() -> None:
    crumbs = (
        '{"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Home"}}, '
        '{"item": {"name": "Harbour"}}, {"item": {"name": "Dredger"}}]}'
    )
    html = (
        "<html><head><meta property='og:description' content='A dredger leaves.'>"
        f"<link rel=amphtml href='/amp/a'><script type='application/ld+json'>{crumbs}</script></head>"
        f"<body><article><p>KYIV, Feb 13 (Northwire) — {PARAGRAPH}</p>"
        f"<p>{PARAGRAPH}</p></article></body></html>"
    )
    page = read_page(Document(id="a", url="https://post.example/a", html=html, published=DAY), NOW)
    assert (page.section, page.lead) == ("Harbour", "A dredger leaves.")
    assert page.amp_url == "https://post.example/amp/a"
    assert page.dateline == Dateline("KYIV", date(2024, 2, 13), "Northwire")
    assert page.credits == ("Northwire",)
    assert page_from_json(page.text, page_to_json(page)) == page
