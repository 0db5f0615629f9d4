"""The starting set of feeds: whole, well described, spread over the world, and counted right in its page."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from extractors.opml import OpmlFeed, read_opml, write_opml
from monitor.model import LANGUAGES, OutletKind

ROOT = Path(__file__).parent.parent
LIST = ROOT / "monitor" / "data" / "feeds.opml"
PAGE = ROOT / "docs" / "feeds.md"

CONTINENTS = {
    "Africa": "BI CG DZ KE MG MW NG SS TN ZA",
    "Asia": "AE AM AZ CN HK IL IN IQ IR JP KR KZ LB MM OM PK QA SA SG TR TW UZ",
    "Europe": "AT BE BY CH DE ES FR GB GR IE IT LV MD NL NO PL PT RU SM UA",
    "North America": "CA CU DO MX US",
    "South America": "AR BO BR CL CO EC GY PE UY VE",
    "Oceania": "AU NZ PF SB",
}
CONTINENT = {country: name for name, countries in CONTINENTS.items() for country in countries.split()}


@pytest.fixture(scope="module")
def feeds() -> tuple[OpmlFeed, ...]:
    result = read_opml(LIST.read_bytes())
    assert result.problems == ()
    return result.entries


def test_there_are_enough_and_none_twice(feeds: tuple[OpmlFeed, ...]) -> None:
    assert len(feeds) >= 120
    assert len({feed.url.partition("://")[2].rstrip("/") for feed in feeds}) == len(feeds)
    assert len({(feed.title, feed.language) for feed in feeds}) == len(feeds)


def test_each_says_what_it_is_and_where_it_was_seen(feeds: tuple[OpmlFeed, ...]) -> None:
    for feed in feeds:
        assert feed.title
        assert feed.title != feed.url
        assert feed.home_url, feed.url
        assert feed.language in LANGUAGES, feed.url
        assert feed.kind in get_args(OutletKind), feed.url
        assert feed.tier in {1, 2}, feed.url
        assert feed.seen, feed.url
        assert feed.checked is not None, feed.url
        assert len(feed.folder) == 1, feed.url
        # A body of many states has no country: its words are no state's words.
        assert (feed.country is None) == (feed.kind == "igo"), feed.url


def test_official_sites_are_of_the_first_tier(feeds: tuple[OpmlFeed, ...]) -> None:
    official = [feed for feed in feeds if feed.kind in {"ministry", "parliament", "igo"}]
    assert len(official) >= 30
    assert {feed.tier for feed in official} == {1}
    assert len({feed.country for feed in official}) >= 10


def test_all_thirteen_languages_have_five_feeds(feeds: tuple[OpmlFeed, ...]) -> None:
    counts = Counter(feed.language for feed in feeds)
    assert {language: counts[language] for language in LANGUAGES if counts[language] < 5} == {}


def test_outlets_of_all_inhabited_continents(feeds: tuple[OpmlFeed, ...]) -> None:
    seats = Counter(CONTINENT[feed.country] for feed in feeds if feed.country)
    assert set(seats) == set(CONTINENTS)
    assert min(seats.values()) >= 5


def test_no_address_is_on_a_private_host(feeds: tuple[OpmlFeed, ...]) -> None:
    for feed in feeds:
        host = urlsplit(feed.url).hostname or ""
        assert re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host), feed.url
        assert not host.endswith((".local", ".localhost", ".internal", ".example", ".test", ".invalid"))
        with pytest.raises(ValueError, match="does not appear to be"):
            ipaddress.ip_address(host)
        assert urlsplit(feed.url).port is None


def test_the_list_is_as_the_writer_writes_it(feeds: tuple[OpmlFeed, ...]) -> None:
    title = re.search("<title>(.*?)</title>", LIST.read_text("utf-8"))
    assert title is not None
    assert write_opml(feeds, title.group(1)) == LIST.read_text("utf-8")


def test_the_page_counts_right(feeds: tuple[OpmlFeed, ...]) -> None:
    page = PAGE.read_text("utf-8")
    assert f"{len(feeds)} feeds" in page
    for name, values in {
        "Region": [feed.folder[0] for feed in feeds],
        "Language": [str(feed.language) for feed in feeds],
        "Kind": [str(feed.kind) for feed in feeds],
        "Tier": [str(feed.tier) for feed in feeds],
    }.items():
        assert table(values, name) in page


def table(values: list[str], name: str) -> str:
    rows = sorted(Counter(values).items(), key=lambda row: (-row[1], row[0]))
    return "\n".join([f"| {name} | Feeds |", "|---|---:|", *(f"| {key} | {count} |" for key, count in rows)])
