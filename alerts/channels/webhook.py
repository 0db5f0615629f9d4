"""Signed JSON to any address: for desks with a system of their own.

The recipient is the address. The body is a JSON object with ``id`` (the Message-ID, the same on every try,
so that a receiver can drop a repeat), ``subject``, ``text``, ``html``, ``blocks``, ``thread`` (with an update
the ``id`` of the statement's first message) and ``facts``. ``Idempotency-Key`` (an IETF draft of that name)
and ``X-Clusterwatch-Delivery`` repeat the id. The signature is ``X-Clusterwatch-Signature: sha256=…``,
HMAC-SHA256 in hex with the secret over the timestamp header's value, a point and the body's bytes. A receiver
compares it, refuses an old ``X-Clusterwatch-Timestamp``, and drops an id that it has; ``genuine`` does the
first two.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from alerts.plain import cut, one_line
from monitor.fetch.post import NotSent, Unanswered, is_web_address, request
from monitor.model import Accepted, Delayed, Message, Outcome, Refused

#: Answers that a later try may change: RFC 9110 (408), RFC 8470 (425), RFC 6585 (429); all of 5xx too.
_LATER: Final = frozenset({408, 425, 429})


@dataclass(frozen=True)
class WebhookSettings:
    """The secret that signs (none: no signature is sent), and the time in seconds an answer may take."""

    secret: str = field(default="", repr=False)
    timeout: float = 30.0


Settings = WebhookSettings


class WebhookChannel:
    """Posts each message to its recipient's address."""

    name: Final = "webhook"

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings

    def send(self, message: Message, recipient: str) -> Outcome:
        """Any 2xx is Accepted; 408, 425, 429 and 5xx are Delayed; all else, redirects too, is Refused.

        ``message.headers`` must hold Message-ID and Date: the Date, set anew for each try, is what is signed.
        """
        if not is_web_address(recipient):
            return Refused("the recipient is not an http(s) address")
        try:
            marker = message.headers["Message-ID"]
            stamp = str(int(parsedate_to_datetime(message.headers["Date"]).timestamp()))
        except (KeyError, ValueError):
            return Refused("a message needs its headers Message-ID and Date")
        body = json.dumps(
            {
                "id": marker,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "blocks": list(message.blocks),
                "thread": message.thread,
                "facts": dict(message.facts),
            },
            ensure_ascii=False,
        ).encode("utf-8", "replace")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": f'"{one_line(marker)}"',
            "X-Clusterwatch-Delivery": one_line(marker),
            "X-Clusterwatch-Timestamp": stamp,
        }
        if self._settings.secret:
            headers["X-Clusterwatch-Signature"] = signature(self._settings.secret, stamp, body)
        try:
            answer = request("POST", recipient, headers, body, self._settings.timeout)
        except NotSent as error:
            return Delayed(self._safe(str(error), recipient))
        except Unanswered as error:
            return Delayed(self._safe(str(error), recipient), ambiguous=True)
        reason = self._safe(f"{answer.status} {answer.text}", recipient)
        if 200 <= answer.status < 300:
            return Accepted(words=reason)
        if answer.status in _LATER or answer.status >= 500:
            return Delayed(reason, answer.retry_after, ambiguous=answer.status >= 500)
        return Refused(reason)

    def close(self) -> None:
        """Nothing is held open."""

    def _safe(self, text: str, recipient: str) -> str:
        """On one short line, without the secret and without the address's path, which may hold a key."""
        parts = urlsplit(recipient)
        words = {*parts.path.split("/"), *re.split(r"[&=]", parts.query)}
        secrets = {self._settings.secret, recipient, parts.query, parts.path.strip("/"), *words}
        for secret in sorted({*secrets, *map(unquote, secrets)}, key=len, reverse=True):
            if len(secret) > 3:
                text = text.replace(secret, "***")
        return cut(one_line(text), 300)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC in hex; a receiver computes the same and compares in constant time."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def genuine(
    secret: str, headers: Mapping[str, str], body: bytes, now: datetime, *, minutes: float = 5.0
) -> bool:
    """For receivers: whether the body was signed with the secret, and not longer ago than ``minutes``.

    ``headers`` by lower-case name. Each try is signed anew with its own time; a repeat has the same id.
    """
    stamp, given = headers.get("x-clusterwatch-timestamp", ""), headers.get("x-clusterwatch-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    fresh = abs(now.timestamp() - int(stamp)) <= minutes * 60
    return hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode()) and fresh


def build(settings: WebhookSettings) -> WebhookChannel:
    """The channel."""
    return WebhookChannel(settings)
