"""One HTTP request to an address that the operator set: no redirects, bounded answers, no secrets in words.

These addresses are settings, not articles' links, so the guard against private addresses has no part here.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from alerts.plain import one_line

MOST: Final = 262_144
_DAY: Final = 86_400.0
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """The request did not reach the other side: nothing can have happened there."""


class Unanswered(Exception):
    """The request was sent, or may have been, and no whole answer came."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names in lower case, the body cut where its reader wanted no more."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as one short line."""
        return one_line(self.body[:2000].decode("utf-8", "replace"))[:200]

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait as the answer's Retry-After has it (RFC 9110, 10.2.3), at most a day.

        A date is counted from the answer's own Date, so that no clock but the other side's is asked.
        """
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return min(float(value[:9]), _DAY)
        try:
            until, sent = (parsedate_to_datetime(v) for v in (value, self.headers.get("date", "")))
            return min(max((until - sent).total_seconds(), 0.0), _DAY)
        except (ValueError, TypeError, OverflowError):
            return None


def is_web_address(url: str, *, tls_or_loopback: bool = False) -> bool:
    """Whether ``url`` is http(s) in ASCII, with a host and without a password.

    With ``tls_or_loopback`` plain http is for this machine only.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not url.isascii() or url != one_line(url) or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and (not tls_or_loopback or host in LOOPBACK))


def request(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float, most: int = MOST
) -> Answer:
    """One request. ``timeout`` (seconds) bounds each step and, times two, the reading of the answer.

    What is longer than ``most`` bytes is cut: an answer that says only yes or no needs no more than 256 KiB.
    Raises NotSent where no connection came about, Unanswered for what broke afterwards; neither shows
    the address's path, which may be a secret.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            raise NotSent(_words(error, host)) from None
        try:
            connection.request(method, path, body=body, headers={"User-Agent": "Clusterwatch", **headers})
            answer = connection.getresponse()
            names = {k.lower(): v for k, v in answer.getheaders()}
            return Answer(answer.status, names, _read(answer, 2 * timeout, most))
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(_words(error, host)) from None
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, seconds: float, most: int) -> bytes:
    until = time.monotonic() + seconds
    body = b""
    while len(body) < most and (part := answer.read1(65_536)):
        body += part
        if time.monotonic() > until:
            raise TimeoutError("the answer took too long")
    return body[:most]


def _words(error: BaseException, host: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{host}: certificate: {error.verify_message}"
    detail = getattr(error, "strerror", None) or ""
    return one_line(f"{host}: {type(error).__name__} {detail}").strip()
