"""Apprise, through its own json:// scheme, against a receiver on loopback."""

from __future__ import annotations

import logging

import pytest
from httpsite import Site, mail, serving
from told import HOSTILE

from alerts.channels.apprise import AppriseSettings, build, inert
from monitor.model import Accepted, Delayed, Outcome, Refused

KEY = "private-key-4711"


def send(site: Site, recipient: str = "desk", **changes: str) -> Outcome:
    place = site.url.removeprefix("http://")
    channel = build(AppriseSettings(targets={"desk": f"json://watch:{KEY}@{place}/in"}, timeout=2.0))
    return channel.send(mail(**changes), recipient)


def test_a_message_arrives_with_its_subject_and_text() -> None:
    with serving(lambda r, n: (200, {}, b"")) as site:
        assert isinstance(send(site), Accepted)
    (request,) = site.seen
    assert request.json["title"] == mail().subject
    assert request.json["message"] == mail().text.strip()
    assert request.path == "/in"


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_a_no_is_delayed_and_in_doubt_and_shows_no_key(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), serving(lambda r, n: (status, {}, KEY.encode())) as site:
        outcome = send(site)
    assert isinstance(outcome, Delayed)
    assert outcome.ambiguous
    assert KEY not in outcome.reason + caplog.text
    assert str(status) in outcome.reason


def test_nobody_listens() -> None:
    with serving(lambda r, n: (200, {}, b"")) as site:
        pass
    assert isinstance(send(site), Delayed)


def test_a_name_that_the_settings_have_not_and_an_address_of_no_kind() -> None:
    channel = build(AppriseSettings(targets={"odd": "nosuch://x/y"}))
    assert isinstance(channel.send(mail(), "desk"), Refused)
    odd = channel.send(mail(), "odd")
    assert isinstance(odd, Refused)
    assert "nosuch" not in odd.reason


@pytest.mark.parametrize("words", [*HOSTILE, "@everyone", "x@here", "<@U1> <#C1>", "[a](https://b.example)"])
def test_no_words_call_people_or_make_links(words: str) -> None:
    with serving(lambda r, n: (200, {}, b"")) as site:
        assert isinstance(send(site, subject=f"Re: {words}", text=f"Said: {words}\n"), Accepted)
    sent = site.seen[0].json["title"] + site.seen[0].json["message"]
    for mark in ("<!", "<@", "<#", "@everyone", "@here", "](", "\x1b", "\u202e", "\x9b"):
        assert mark not in sent


def test_addresses_stay_as_they_are() -> None:
    text = "https://medium.example/@desk/5?a=b@c.example and desk@example.org"
    assert inert(text) == text
