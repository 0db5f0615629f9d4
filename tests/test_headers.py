"""Identifiers that never change, and headers that nobody meant."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage

import pytest
from mailserver import (
    DESK,
)

from alerts.headers import header_names, message_id, unexpected


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
