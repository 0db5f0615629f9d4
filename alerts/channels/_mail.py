"""A message and an address as bytes for SMTP: what is serialised is checked before it may leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from alerts.headers import SUBJECT_LIMIT, header_value, is_long_link, may_be_set, unexpected
from monitor.model import Message


class CannotBeWritten(ValueError):
    """The message or an address cannot be put into a mail as it should; the text says why."""


@dataclass(frozen=True)
class Mailbox:
    """A mail address: the name shown and the address itself, its domain in ASCII."""

    shown: str
    local: str
    domain: str

    @property
    def spec(self) -> str:
        """``local@domain``, as the envelope has it."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        return not self.local.isascii()


def mailbox(text: str) -> Mailbox:
    """``name@example.org`` or ``Name <name@example.org>``; raises CannotBeWritten for anything else.

    One address only: no list, no route, no quoted local part, no address literal, nothing unseen.
    """
    if text != header_value(text) or text.count("@") != 1:
        raise CannotBeWritten(f"not one mail address: {header_value(text, 100)!r}")
    shown, address = parseaddr(text)
    if text.strip() != address and not text.rstrip().endswith(f"<{address}>"):
        raise CannotBeWritten(f"not one mail address: {header_value(text, 100)!r}")
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    plain = re.fullmatch(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", local)
    if not plain or not re.fullmatch(
        r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", domain
    ):
        raise CannotBeWritten(f"not one mail address: {header_value(text, 100)!r}")
    return Mailbox(header_value(shown, 100), local, domain)


def written(message: Message, sender: Mailbox, recipient: Mailbox) -> bytes:
    """The mail as bytes with CRLF: text and HTML as alternatives, the message's headers cleaned.

    ``message.headers`` must hold Message-ID and Date (``alerts.headers.headers_for``); ``thread`` is the
    Message-ID of the statement's first mail. Raises CannotBeWritten where a header would come out that was
    not meant (CPython 3.11 makes headers of encoded words), or that cannot be serialised.
    """
    utf8 = sender.needs_utf8 or recipient.needs_utf8
    mail = EmailMessage(policy=policy.SMTPUTF8 if utf8 else policy.SMTP)
    meant: list[str] = []

    def put(name: str, value: object) -> None:
        mail[name] = value
        meant.append(name)

    try:
        put("From", _address(sender))
        put("To", _address(recipient))
        put("Subject", header_value(message.subject, SUBJECT_LIMIT))
        whole = b""
        for name, value in message.headers.items():
            if not may_be_set(name):
                raise CannotBeWritten(f"a message may not bring its own header {header_value(name, 60)!r}")
            if is_long_link(name, value):
                whole += f"{name}: {value}\r\n".encode("ascii")
                meant.append(name)
            else:
                put(name, header_value(value))
        for name in ("Message-ID", "Date"):
            if name not in mail:
                raise CannotBeWritten(f"a message needs its header {name}")
        thread = message.thread
        if (
            thread
            and re.fullmatch(r"<[!-;=?-~]+@[!-;=?-~]+>", thread)
            and thread != message.headers["Message-ID"]
        ):
            put("In-Reply-To", thread)
            put("References", thread)
        mail.set_content(message.text, cte=_encoding(message.text))
        mail.add_alternative(message.html, subtype="html", cte=_encoding(message.html))
        serialised = whole + mail.as_bytes()
    except (MessageError, HeaderParseError, ValueError, LookupError) as error:
        if isinstance(error, CannotBeWritten):
            raise
        raise CannotBeWritten(f"the mail cannot be written: {type(error).__name__}") from error
    if wrong := unexpected(serialised, (*meant, "MIME-Version", "Content-Type")):
        raise CannotBeWritten(f"the mail would carry headers that nobody set: {', '.join(wrong)[:100]}")
    return serialised


def _address(box: Mailbox) -> Address:
    return Address(display_name=box.shown, username=box.local, domain=box.domain)


def _encoding(text: str) -> str:
    """An encoding of seven bits and short lines, which every server takes; the shorter of the two."""
    return "quoted-printable" if len(text.encode("ascii", "ignore")) * 3 > len(text) * 2 else "base64"
