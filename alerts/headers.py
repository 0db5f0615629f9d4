"""The headers of a message: names that repeat for ever, values that cannot become other headers.

Words from an article reach headers (the subject at least). CPython 3.11 decodes an encoded word
(``=?utf-8?q?=0d=0aBcc:…?=``) when a header is set and writes the line break out as a real one, so ``=?``
is broken up, control characters go, and the serialised message's header names are compared with those meant.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from alerts.plain import cut, one_line

SUBJECT_LIMIT: Final = 300
_HOST_LIMIT: Final = 40  # a Message-ID longer than a line is re-encoded by the standard library
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LINK: Final = re.compile(r"https?://[!#-;=?-\[\]_a-z~%]{1,800}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def header_value(text: str, limit: int = 900) -> str:
    """The text as one header value: one line, no control characters, no encoded word, at most ``limit``."""
    return cut(one_line(text).replace("=?", "= ?"), limit)


def message_id(installation: str, alert: int | str, recipient: str, host: str) -> str:
    """``<alert.hash@host>``: the same for the same installation, alert and recipient, for ever.

    It says nothing of the recipient: the hash is 130 bits of SHA-256 over all three.
    """
    digest = hashlib.sha256("\x00".join((installation, str(alert), recipient)).encode("utf-8", "replace"))
    mark = base64.b32encode(digest.digest())[:26].decode().lower()
    label = re.sub(r"[^a-z0-9]", "", str(alert).lower())[:12] or "m"
    return f"<{label}.{mark}@{domain(host)}>"


def domain(host: str) -> str:
    """The host as a domain name for identifiers, its last labels where it is long; never fails.

    ``host`` may be a name, an address of a mailbox or a URL's host; an international name is written
    in its ASCII form (IDNA).
    """
    name = one_line(host).rpartition("@")[2].strip("<>[]. ").lower()
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    labels = [label for label in name.split(".") if _LABEL.fullmatch(label)]
    while labels and len(".".join(labels)) > _HOST_LIMIT:
        labels = labels[1:]
    return ".".join(labels) or "clusterwatch.invalid"


def headers_for(
    statement: int | None,
    *,
    installation: str,
    alert: int | str,
    recipient: str,
    host: str,
    now: datetime,
    unsubscribe: str | None = None,
) -> dict[str, str]:
    """The headers of one message to one recipient, by name.

    ``statement`` is the ledger's number, None for a digest; ``now`` is the Date (aware). A webhook
    signs with the same moment, so each try is given its own ``now``; the Message-ID never changes.
    ``unsubscribe`` is the reader's own link; over https it works with one click.
    RFC 2919 (List-Id), RFC 3834 (Auto-Submitted), RFC 2369 (List-Unsubscribe), RFC 8058 (one click).
    """
    headers = {
        "Message-ID": message_id(installation, alert, recipient, host),
        "Date": format_datetime(now.astimezone(UTC)),
        "List-Id": f"Clusterwatch alerts <alerts.{domain(host)}>",
        "Auto-Submitted": "auto-generated",
    }
    if statement is not None:
        headers["X-Clusterwatch-Statement"] = f"s{statement}"
    if unsubscribe is not None and _LINK.fullmatch(unsubscribe):
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        if unsubscribe.startswith("https:"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def is_long_link(name: str, value: str) -> bool:
    """Whether a header is one address that must stay whole, which the standard library would encode."""
    return name == "List-Unsubscribe" and len(value) < 900 and bool(_LINK.fullmatch(value[1:-1]))


def header_names(message: bytes) -> list[str]:
    """The names of the headers in the serialised message, lower case, in their order.

    Read byte by byte, not by a mail parser, as a mail server would: a line that starts a header is one
    that does not begin with white space. A line that is no header gives its text as a name.
    """
    head = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0]
    lines = re.split(rb"\r\n|\r|\n", head)
    return [
        line.partition(b":")[0].decode("ascii", "replace").lower()
        for line in lines
        if line and line[:1] not in b" \t"
    ]


def unexpected(message: bytes, meant: Iterable[str]) -> list[str]:
    """The headers of the serialised message that were not meant, or come too often; empty if all is well."""
    left = [name.lower() for name in meant]
    wrong = []
    for name in header_names(message):
        if name in left:
            left.remove(name)
        else:
            wrong.append(name)
    return wrong


def may_be_set(name: str) -> bool:
    """Whether a header of this name may come from outside the channel that writes the message."""
    own = {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "mime-version", "return-path"}
    lower = name.lower()
    return bool(_NAME.fullmatch(name)) and lower not in own and not lower.startswith(("content-", "resent-"))
