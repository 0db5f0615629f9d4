"""The signed webhook against a receiver on loopback."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest
from httpsite import Site, mail, serving
from told import NOW

from alerts.channels.webhook import WebhookSettings, genuine, signature
from alerts.channels.webhook import build as build_webhook
from monitor.fetch.post import Answer
from monitor.model import Accepted, Delayed, Message, Outcome, Refused


def to_receiver(site: Site, message: Message | None = None, *, signed: bool = True) -> Outcome:
    channel = build_webhook(WebhookSettings(secret="s3cret" if signed else "", timeout=1.0))
    return channel.send(message or mail(), f"{site.url}/in?key=private-key")


def test_json_is_signed_and_has_the_facts() -> None:
    with serving(lambda r, n: (204, {}, b"")) as site:
        assert to_receiver(site) == Accepted()
    (request,) = site.seen
    stamp = request.headers["x-clusterwatch-timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    mac = hmac.new(b"s3cret", stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert (
        request.headers["x-clusterwatch-signature"]
        == f"sha256={mac}"
        == signature("s3cret", stamp, request.body)
    )
    assert request.query == {"key": ["private-key"]}
    sent = request.json
    assert sent["id"] == request.headers["x-clusterwatch-delivery"] == mail().headers["Message-ID"]
    facts = sent["facts"]
    assert facts["id"] == "s12"
    assert facts["state"] == "RU"
    assert facts["positions"] == ["threatens_use", "justifies"]
    assert facts["passages"][1] == {
        "text": "لن نتخلى عن هذه الأسلحة", "kind": "direct", "language": "ar", "fidelity": "translated",
    }  # fmt: skip
    assert facts["said_on"] == "2024-03-05"


def test_a_receiver_can_tell_what_is_genuine_and_what_it_has() -> None:
    with serving(lambda r, n: (204, {}, b"")) as site:
        to_receiver(site)
        to_receiver(site)
    first, second = site.seen
    assert genuine("s3cret", first.headers, first.body, NOW)
    assert genuine("s3cret", first.headers, first.body, NOW + timedelta(minutes=4))
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == f'"{first.json["id"]}"'
    old = {**first.headers, "x-clusterwatch-timestamp": str(int(NOW.timestamp()) - 1)}
    for secret, headers, body, when in (
        ("other", first.headers, first.body, NOW),
        ("s3cret", first.headers, first.body + b" ", NOW),
        ("s3cret", old, first.body, NOW),
        ("s3cret", first.headers, first.body, NOW + timedelta(minutes=6)),
        ("s3cret", {}, first.body, NOW),
        ("s3cret", {**first.headers, "x-clusterwatch-timestamp": "٣"}, first.body, NOW),
        ("s3cret", {**first.headers, "x-clusterwatch-signature": "sha256=ä"}, first.body, NOW),
    ):
        assert not genuine(secret, headers, body, when)


def test_an_update_names_the_first_message() -> None:
    with serving(lambda r, n: (204, {}, b"")) as site:
        to_receiver(site, mail(thread="<first@n.example>"))
    assert site.seen[0].json["thread"] == "<first@n.example>"


def test_without_a_secret_nothing_pretends_to_be_signed() -> None:
    with serving(lambda r, n: (200, {}, b"")) as site:
        to_receiver(site, signed=False)
    assert "x-clusterwatch-signature" not in site.seen[0].headers


@pytest.mark.parametrize(
    ("status", "headers", "kind", "ambiguous"),
    [
        (200, {}, Accepted, False),
        (302, {"Location": "/elsewhere"}, Refused, False),
        (400, {}, Refused, False),
        (404, {}, Refused, False),
        (408, {}, Delayed, False),
        (429, {"Retry-After": "7"}, Delayed, False),
        (500, {}, Delayed, True),
        (503, {"Retry-After": "7"}, Delayed, True),
    ],
)
def test_answers_of_a_receiver(
    status: int, headers: dict[str, str], kind: type[Outcome], ambiguous: bool
) -> None:
    with serving(lambda r, n: (status, headers, b"key=private-key said no")) as site:
        outcome = to_receiver(site)
    assert isinstance(outcome, kind)
    assert len(site.seen) == 1, "a redirect is not followed"
    if isinstance(outcome, Delayed):
        assert outcome.ambiguous == ambiguous
        assert outcome.retry_after == (7.0 if "Retry-After" in headers else None)
    if not isinstance(outcome, Accepted):
        assert "private-key" not in outcome.reason


@pytest.mark.parametrize("recipient", ["", "desk", "ftp://a.example/", "javascript:x", "http://", "http://u:p@a.example/",
                                       "http://a.example/ä", "http://a.example/\r\nX: y"])  # fmt: skip
def test_what_is_no_address_is_refused(recipient: str) -> None:
    assert isinstance(build_webhook(WebhookSettings()).send(mail(), recipient), Refused)


def test_an_answer_without_end_is_not_awaited() -> None:
    with serving(lambda r, n: (200, {}, b"x" * 5_000_000)) as site:
        assert to_receiver(site) == Accepted()


def test_hung_up_is_ambiguous_and_not_there_is_not() -> None:
    with serving(lambda r, n: None) as site:
        hung_up = to_receiver(site)
    gone = to_receiver(site)
    assert isinstance(hung_up, Delayed)
    assert hung_up.ambiguous
    assert isinstance(gone, Delayed)
    assert not gone.ambiguous


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "999999999999"}, 86400.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٣"}, None),
        ({}, None),
        ({"retry-after": "Tue, 05 Mar 2024 18:01:00 GMT", "date": "Tue, 05 Mar 2024 18:00:00 GMT"}, 60.0),
        ({"retry-after": "Tue, 05 Mar 2024 18:01:00 GMT"}, None),
        ({"retry-after": "Tue, 05 Mar 2024 17:00:00 GMT", "date": "Tue, 05 Mar 2024 18:00:00 GMT"}, 0.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert Answer(429, headers, b"").retry_after == seconds
