"""E-mail over SMTP: one message a recipient, one connection for as many messages as the server takes.

Encryption. ``implicit`` and ``starttls`` ask for TLS with a certificate that verifies, or nothing is sent.
``opportunistic`` (RFC 7435) takes the best there is: verified TLS, else TLS without proof of the server,
else plain text; but once a user name is set only verified TLS will do, so that the password is sent to
nobody else. ``off`` is plain. To loopback, a password may go in any of the four ways. Whether a peer is
loopback is read off the connected socket, not off its name.

Answers (RFC 5321). 4xx is Delayed, 5xx is Refused. What a server says to the greeting, the sender or the
log-in is of scope ``channel``; what it says to the recipient or the content is the recipient's own. A
connection that breaks before the content is given is opened once more, after it the outcome is ambiguous:
the next try carries the same Message-ID.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from alerts.channels._mail import CannotBeWritten, Mailbox, mailbox, written
from alerts.plain import cut, one_line
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Message, Outcome, Refused, Scope
from monitor.waypoints import passing

Tls = Literal["starttls", "implicit", "off", "opportunistic"]
_Level = Literal["verified", "unverified", "plain"]
_OK: Final = frozenset({250, 251, 252})


@dataclass(frozen=True)
class EmailSettings:
    """The mail server; ``ca_file`` names certificates trusted beside the system's, ``timeout`` is in seconds.

    ``data_timeout`` is how long to wait for the answer to a message's content, which RFC 5321 (4.5.3.2.6)
    puts at ten minutes; a shorter wait only makes an ambiguous outcome sooner.
    """

    host: str = "localhost"
    port: int = 25
    tls: Tls = "opportunistic"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = "Clusterwatch <clusterwatch@localhost>"
    timeout: float = 30.0
    data_timeout: float = 120.0
    ca_file: str = ""


Settings = EmailSettings


class _Stop(Exception):
    """Ends a try with its outcome; ``again`` where a new connection may do better."""

    def __init__(self, outcome: Outcome, *, again: bool = False) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.again = again


class _NoTls(Exception):
    """TLS of the level asked for did not come about; ``offered`` where the server has any at all."""

    def __init__(self, words: str, *, offered: bool = True) -> None:
        super().__init__(words)
        self.offered = offered


class EmailChannel:
    """Sends mail through one server."""

    name: Final = "email"

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._sender = mailbox(settings.sender)
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: Message, recipient: str) -> Outcome:
        """Hands the message over; Accepted carries its Message-ID as ``reference``."""
        try:
            to = mailbox(recipient)
            content = written(message, self._sender, to)
        except CannotBeWritten as error:
            return Refused(str(error))
        reference = message.headers["Message-ID"]
        for reused in (True, False) if self._smtp else (False,):
            try:
                said = self._hand_over(to, content)
            except _Stop as stop:
                if reused and stop.again:
                    continue
                return stop.outcome
            return Accepted(reference, said)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Says goodbye to the server, if there is a connection."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    # --- one message --------------------------------------------------------------------------------

    def _hand_over(self, to: Mailbox, content: bytes) -> str:
        """What the server said when it took the message; ends otherwise by ``_Stop``."""
        given = False
        try:
            smtp = self._connection()
            options = ["SMTPUTF8"] if to.needs_utf8 or self._sender.needs_utf8 else []
            if options and not smtp.has_extn("smtputf8"):
                self._stop(Refused("the mail server takes no international mailbox names (SMTPUTF8)"))
            self._expect(smtp.mail(self._sender.spec, options), _OK, "channel")
            self._expect(smtp.rcpt(to.spec), _OK, "recipient")
            self._expect(smtp.docmd("DATA"), {354}, "recipient")
            given = True
            assert smtp.sock is not None  # noqa: S101 - a command has just been answered on it
            smtp.sock.settimeout(self._settings.data_timeout)
            # RFC 5321, 4.5.2: a line that begins with a dot gets another before it.
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            passing("email.given")
            answer = smtp.getreply()
            self._expect(answer, _OK, "recipient")
            smtp.sock.settimeout(self._settings.timeout)
            return self._words(answer)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            scope: Scope = "recipient" if given else "channel"
            raise _Stop(Delayed(self._words(error), scope=scope, ambiguous=given), again=not given) from None

    def _expect(self, answer: tuple[int, bytes], codes: frozenset[int] | set[int], scope: Scope) -> None:
        """Ends the try unless the server answered with one of the codes."""
        code, reply = answer
        if code in codes:
            return
        if code == 421:
            # The server closes: RFC 5321, 3.8. Another connection may be taken at once.
            self._drop()
            raise _Stop(Delayed(self._words(answer), scope="channel"), again=True)
        if code == 530:
            scope = "channel"  # RFC 4954: log in first, whoever the recipient is
        self._reset()
        words = self._words((code, reply))
        self._stop(Refused(words, scope=scope) if 500 <= code < 600 else Delayed(words, scope=scope))

    def _stop(self, outcome: Outcome) -> NoReturn:
        raise _Stop(outcome)

    def _reset(self) -> None:
        """Ends the transaction, keeping the connection where the server still speaks."""
        try:
            if self._smtp:
                self._smtp.rset()
                if self._smtp.sock:
                    self._smtp.sock.settimeout(self._settings.timeout)
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    # --- the connection -----------------------------------------------------------------------------

    def _connection(self) -> smtplib.SMTP:
        """The open connection, or a new one that is encrypted and logged in as the settings ask."""
        if self._smtp is not None:
            return self._smtp
        levels: tuple[_Level, ...] = ("verified",)
        if self._settings.tls == "off":
            levels = ("plain",)
        elif self._settings.tls == "opportunistic":
            levels = ("verified", "unverified", "plain")
        trouble, offered = "", True
        for level in levels:
            if level == "unverified" and not offered:
                continue
            try:
                self._smtp = self._opened(level)
            except _NoTls as error:
                trouble, offered = str(error), error.offered
                continue
            return self._smtp
        raise _Stop(Delayed(f"no safe connection: {trouble}", scope="channel"))

    def _opened(self, level: _Level) -> smtplib.SMTP:
        """A connection at one level of encryption; ``_NoTls`` where the server does not reach it."""
        settings = self._settings
        hello = socket.gethostname() if "." in socket.gethostname() else self._sender.domain
        implicit = settings.tls == "implicit"
        smtp: smtplib.SMTP | None = None
        try:
            if implicit:
                smtp = smtplib.SMTP_SSL(
                    settings.host,
                    settings.port,
                    hello,
                    timeout=settings.timeout,
                    context=self._context(level),
                )
            else:
                smtp = smtplib.SMTP(settings.host, settings.port, hello, timeout=settings.timeout)
            smtp.ehlo_or_helo_if_needed()
            if level != "plain" and not implicit:
                self._encrypt(smtp, level)
            if settings.username:
                self._log_in(smtp, level)
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
            _discard(smtp)
            words = self._words((error.smtp_code, _bytes(error.smtp_error)))
            refused = 500 <= error.smtp_code < 600
            raise _Stop(
                Refused(words, scope="channel") if refused else Delayed(words, scope="channel")
            ) from None
        except ssl.SSLError as error:
            _discard(smtp)
            raise _NoTls(self._words(error)) from None
        except BaseException:
            _discard(smtp)
            raise
        return smtp

    def _context(self, level: _Level) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._settings.ca_file or None)
        if self._settings.ca_file:
            context.load_default_certs()
        if level == "unverified":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _encrypt(self, smtp: smtplib.SMTP, level: _Level) -> None:
        if not smtp.has_extn("starttls"):
            raise _NoTls("the mail server offers no STARTTLS", offered=False)
        try:
            smtp.starttls(context=self._context(level))
        except smtplib.SMTPResponseException as error:
            words = self._words((error.smtp_code, _bytes(error.smtp_error)))
            raise _NoTls(f"STARTTLS: {words}", offered=False) from None
        except smtplib.SMTPServerDisconnected as error:
            raise _NoTls(f"STARTTLS: {self._words(error)}") from None
        smtp.ehlo()

    def _log_in(self, smtp: smtplib.SMTP, level: _Level) -> None:
        """Logs in where the password is safe, and only there."""
        if level != "verified" and not _is_loopback(smtp):
            if self._settings.tls == "off":
                self._stop(
                    Refused("a password is not sent without TLS: set alerts.email.tls", scope="channel")
                )
            raise _NoTls("the password is not sent without verified TLS")
        user, password = self._settings.username, self._settings.password
        try:
            if (user + password).isascii():
                smtp.login(user, password)
            else:
                # smtplib encodes as ASCII; RFC 4616 says UTF-8.
                secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
                code, reply = smtp.docmd("AUTH", f"PLAIN {secret}")
                if code != 235:
                    raise smtplib.SMTPAuthenticationError(code, reply)
        except smtplib.SMTPAuthenticationError as error:
            words = f"log-in: {self._words((error.smtp_code, _bytes(error.smtp_error)))}"
            later = 400 <= error.smtp_code < 500
            self._stop(Delayed(words, scope="channel") if later else Refused(words, scope="channel"))
        except smtplib.SMTPNotSupportedError:
            self._stop(Refused("log-in: the mail server offers no way that is known", scope="channel"))

    # --- words --------------------------------------------------------------------------------------

    def _words(self, what: tuple[int, bytes] | Exception) -> str:
        """The server's answer or an error on one short line, without the password."""
        if isinstance(what, tuple):
            text = f"{what[0]} {what[1].decode('utf-8', 'replace')}"
        elif isinstance(what, ssl.SSLCertVerificationError):
            text = f"the mail server's certificate: {what.verify_message}"
        else:
            text = f"{type(what).__name__}: {what}"
        password = self._settings.password
        for secret in (password, base64.b64encode(password.encode()).decode()):
            if secret:
                text = text.replace(secret, "***")
        return cut(one_line(text), 300)


def _discard(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")


def _is_loopback(smtp: smtplib.SMTP) -> bool:
    """Whether the other end of the connection is this machine."""
    try:
        assert smtp.sock is not None  # noqa: S101 - it is connected
        peer = ipaddress.ip_address(smtp.sock.getpeername()[0].partition("%")[0])
    except (OSError, ValueError):
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return bool((mapped or peer).is_loopback)


def build(settings: EmailSettings) -> EmailChannel:
    """The channel. Raises SettingsError for a sender that is no address or a password that would go open."""
    local = settings.host.lower() in ("localhost", "::1") or settings.host.startswith("127.")
    if settings.tls == "off" and settings.username and not local:
        raise SettingsError("alerts.email.tls is off, and a password is never sent without TLS")
    try:
        return EmailChannel(settings)
    except CannotBeWritten as error:
        raise SettingsError(f"alerts.email.from: {error}") from None
