"""Identifiers that never change, and headers that nobody meant."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest
from mailserver import DESK, Inbox, mail, send, serving
from told import NOW

from alerts.headers import header_names, headers_for, message_id, unexpected
from monitor.model import Accepted


def test_what_the_library_lets_through_is_seen_before_sending() -> None:
    trap = EmailMessage(policy=policy.SMTP)
    trap["Subject"] = "x =?utf-8?q?=0d=0aBcc:_victim@example.org?="
    raw = trap.as_bytes()
    # Python 3.11.7 writes a real Bcc header here; later ones raise or do not.
    assert ("bcc" in header_names(raw)) == ("bcc" in unexpected(raw, ["Subject"]))
    assert unexpected(b"Subject: a\r\nBcc: b\r\n\r\nTo: c", ["subject"]) == ["bcc"]
    assert unexpected(b"Subject: a\nX: b\rBcc: c\r\n\r\n", ["subject", "x"]) == ["bcc"]
    assert unexpected(b"Subject: a\r\n Bcc: b\r\n\r\n", ["subject"]) == []
    assert unexpected(b"To: a\r\nTo: b\r\n\r\n", ["to"]) == ["to"]


def test_a_message_id_is_the_same_for_ever() -> None:
    first = message_id("desk-1", 40, DESK, "news.example.org")
    assert first == message_id("desk-1", 40, DESK, "news.example.org")
    assert first == "<40.2cgxvbcv3z2pdncslkawymiy6g@news.example.org>"
    others = {
        message_id("desk-2", 40, DESK, "news.example.org"),
        message_id("desk-1", 41, DESK, "news.example.org"),
        message_id("desk-1", 40, "other@example.org", "news.example.org"),
        first,
    }
    assert len(others) == 4
    assert DESK not in first


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.example.org", "news.example.org"),
        ("Clusterwatch <alerts@Bücher.example>", "xn--bcher-kva.example"),
        (
            "a.very.long." + "host-name-of-many-letters." * 3 + "example.org",
            "host-name-of-many-letters.example.org",
        ),
        ("evil>\r\nBcc: x", "clusterwatch.invalid"),
        ("", "clusterwatch.invalid"),
    ],
)
def test_the_domain_of_identifiers(host: str, domain: str) -> None:
    assert message_id("i", 1, DESK, host).endswith(f"@{domain}>")


LINK = f"https://watch.example.org/a/rather/long/base/for/it/unsubscribe/123456789.19821.{'abcdefgh' * 3}22"


def test_a_reader_may_leave_with_one_click_where_serve_is_reached_over_https() -> None:
    headers = headers_for(
        12, installation="i", alert=1, recipient=DESK, host="n.example", now=NOW, unsubscribe=LINK
    )
    assert headers["List-Unsubscribe"] == f"<{LINK}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    inbox = Inbox()
    with serving(inbox) as port:
        assert isinstance(send(port, replace(mail(), headers=headers)), Accepted)
    raw = inbox.taken[0][1]
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in raw, "in one piece, and not encoded"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert inbox.only()["Message-ID"] == headers["Message-ID"]


def test_one_click_wants_https_and_an_address_that_is_one() -> None:
    def made(link: str) -> dict[str, str]:
        return headers_for(
            1, installation="i", alert=1, recipient=DESK, host="n.example", now=NOW, unsubscribe=link
        )

    assert "List-Unsubscribe-Post" not in made("http://127.0.0.1:8000/unsubscribe/1.2.x")
    assert made("http://127.0.0.1:8000/unsubscribe/1.2.x")["List-Unsubscribe"].startswith("<http://127")
    for bad in (
        "https://a.example/\r\nBcc: x@y.example",
        "https://a.example/>,<mailto:x@y",
        "mailto:x@y",
        "",
    ):
        assert "List-Unsubscribe" not in made(bad)
