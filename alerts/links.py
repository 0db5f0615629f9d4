"""Signed links in messages: what a link lets its reader do, proved by an HMAC; pure.

A token is ``NUMBER.EXPIRY.MAC``: the delivery's number, the day (since 1 January 1970) on which it ends,
and 130 bits of HMAC-SHA256 (RFC 2104) over purpose, number, expiry and the delivery's Message-ID, which
stands for installation, alert and recipient and never changes. So a token names no reader, fits only the
delivery and the purpose for which it was made, and cannot be made without the secret. What is opened by a
click must not act on a mere visit: mail scanners follow links, so acts want a POST.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

#: What links are for; each is a path of `serve`: ``/unsubscribe/TOKEN`` and ``/feedback/TOKEN``.
UNSUBSCRIBE: Final = "unsubscribe"
FEEDBACK: Final = "feedback"
PURPOSES: Final = (UNSUBSCRIBE, FEEDBACK)
_TOKEN: Final = re.compile(r"(\d{1,18})\.(\d{1,7})\.([a-z2-7]{26})", re.ASCII)
_EPOCH: Final = date(1970, 1, 1)


class BadLink(ValueError):
    """The link was not made by us for this, or its time is over; the text says which."""


@dataclass(frozen=True)
class Claim:
    """What a token says before it is proved: whose delivery, and until which day (inclusive)."""

    delivery: int
    until: date
    mac: str


@dataclass(frozen=True)
class Links:
    """Makes and proves links. ``base`` is where `serve` is reached from outside."""

    base: str
    secret: bytes
    days: int = 400

    def __repr__(self) -> str:
        return f"Links({self.base!r})"

    def link(self, purpose: str, delivery: int, message_id: str, now: datetime) -> str:
        """The address that lets the delivery's reader do ``purpose`` for ``days`` from ``now``."""
        until = now.astimezone(UTC).date() + timedelta(days=self.days)
        return f"{self.base.rstrip('/')}/{purpose}/{token(self.secret, purpose, delivery, message_id, until)}"

    def prove(self, claim: Claim, purpose: str, message_id: str, now: datetime) -> None:
        """Returns where the token was made for this purpose and delivery and is not over, else BadLink."""
        made = _mac(self.secret, purpose, claim.delivery, message_id, claim.until)
        if not hmac.compare_digest(made, claim.mac):
            raise BadLink("this link was not made here")
        if now.astimezone(UTC).date() > claim.until:
            raise BadLink("this link is too old")


def token(secret: bytes, purpose: str, delivery: int, message_id: str, until: date) -> str:
    """The token of a link. Raises ValueError for a purpose that there is not, or a secret under 16 bytes."""
    if purpose not in PURPOSES:
        raise ValueError(f"links are for {' or '.join(PURPOSES)}, not {purpose!r}")
    if len(secret) < 16:
        raise ValueError("a secret of at least 16 bytes is needed")
    return f"{delivery}.{(until - _EPOCH).days}.{_mac(secret, purpose, delivery, message_id, until)}"


def claimed(text: str) -> Claim:
    """What a token says, not yet proved: the delivery's number leads to the Message-ID that proves it.

    Raises BadLink for what is no token.
    """
    match = _TOKEN.fullmatch(text)
    if match is None or int(match[2]) > 2_000_000:
        raise BadLink("this is no link of ours")
    return Claim(int(match[1]), _EPOCH + timedelta(days=int(match[2])), match[3])


def _mac(secret: bytes, purpose: str, delivery: int, message_id: str, until: date) -> str:
    told = "\x00".join(("clusterwatch link", purpose, str(delivery), until.isoformat(), message_id))
    digest = hmac.new(secret, told.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b32encode(digest)[:26].decode().lower()
