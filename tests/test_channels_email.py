"""E-mail against a real SMTP server, with the faults that servers have."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from told import HOSTILE, MINISTER, NOW, TOLD

from alerts.channels.email import EmailChannel, EmailSettings, build
from alerts.headers import header_names, headers_for, message_id, unexpected
from alerts.render import render
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Message, Outcome, Refused, ToldPassage

DESK = "desk@example.org"
SECRET = "open sesame 17"


@dataclass
class Inbox:
    """The server's side: answers by a plan, keeps what it took and what it saw."""

    on_rcpt: Callable[[str, int], str | None] = lambda address, nth: None
    on_data: Callable[[int], str | None] = lambda nth: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    contents: int = 0
    logins: list[bytes] = field(default_factory=list)
    drop_after: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.recipients.append(address)
        self.peers.add(session.peer)
        answer = self.on_rcpt(address, self.recipients.count(address))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.contents += 1
        answer = self.on_data(self.contents)
        if answer == "stall":
            await asyncio.sleep(1.5)
        if answer is None or answer in ("lost 250", "stall", "250 then close"):
            self.taken.append((envelope.rcpt_tos[0], envelope.content))
            self.secured.append(session.ssl is not None)
        if answer in ("lost 250", "cut"):
            server.transport.abort()
        if answer == "250 then close":
            asyncio.get_running_loop().call_later(0.05, server.transport.abort)
            return "250 OK"
        return answer if answer and answer[0].isdigit() else "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        if data.login == b"desk" and data.password == SECRET.encode():
            return AuthResult(success=True)
        return AuthResult(
            success=False, handled=False, message=f"535 5.7.8 {data.password.decode()} is wrong"
        )

    def only(self) -> EmailMessage:
        """The only mail taken, parsed."""
        ((_, content),) = self.taken
        return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(inbox: Inbox, host: str = "127.0.0.1", **more: Any) -> Iterator[int]:
    # aiosmtpd cannot be given port 0.
    port = free_port(host)
    controller = Controller(inbox, hostname=host, port=port, ready_timeout=20, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def channel(port: int, **more: Any) -> Iterator[EmailChannel]:
    settings = {"host": "127.0.0.1", "timeout": 5.0, "data_timeout": 5.0, **more}
    made = build(EmailSettings(port=port, **settings))
    try:
        yield made
    finally:
        made.close()


def mail(alert: int = 1, recipient: str = DESK, told: Any = TOLD, when: datetime = NOW) -> Message:
    headers = headers_for(
        told.statement_id,
        installation="desk-1",
        alert=alert,
        recipient=recipient,
        host="news.example.org",
        now=when,
    )
    return replace(render(told, installation="desk"), headers=headers)


def send(port: int, message: Message | None = None, recipient: str = DESK, **more: Any) -> Outcome:
    with channel(port, **more) as made:
        return made.send(message or mail(), recipient)


@dataclass(frozen=True)
class Certificate:
    """A self-made certificate for 127.0.0.1 and localhost, and its key, as files."""

    path: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context


def make_certificate(folder: Path, names: list[x509.GeneralName]) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Certificate(pem, secret)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    from ipaddress import ip_address

    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    if address := outer_address():
        names.append(x509.IPAddress(ip_address(address)))
    return make_certificate(tmp_path_factory.mktemp("tls"), names)


@pytest.fixture(scope="module")
def strange_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), [x509.DNSName("other.example.org")])


def outer_address() -> str | None:
    """An address of this machine that is not loopback, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET: nothing is sent
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


# --- what arrives -------------------------------------------------------------------------------------


def test_a_mail_arrives_whole() -> None:
    inbox, message = Inbox(), mail()
    with serving(inbox) as port:
        outcome = send(port, message)
    assert outcome == Accepted(message.headers["Message-ID"])
    got = inbox.only()
    assert got["Subject"] == message.subject
    assert got["To"] == DESK
    assert got["From"] == "Clusterwatch <clusterwatch@localhost>"
    assert got["Message-ID"] == message_id("desk-1", 1, DESK, "news.example.org")
    assert got["Date"].datetime == NOW
    assert got["List-Id"] == "Clusterwatch alerts <alerts.news.example.org>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["X-Clusterwatch-Statement"] == "s12"
    assert got.get_content_type() == "multipart/alternative"
    plain, page = got.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().replace("\r\n", "\n") == message.text
    assert page.get_content_type() == "text/html"
    assert page.get_content().replace("\r\n", "\n") == message.html
    raw = inbox.taken[0][1]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_lines_that_begin_with_a_dot_stay() -> None:
    inbox, message = Inbox(), mail()
    message = replace(message, text=".\n..two\n.end\n", html="<p>\n.\n</p>\n")
    with serving(inbox) as port:
        assert isinstance(send(port, message), Accepted)
    plain, page = inbox.only().iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == message.text
    assert page.get_content().replace("\r\n", "\n") == message.html


def test_an_update_follows_the_first_mail() -> None:
    inbox = Inbox()
    first = mail(1).headers["Message-ID"]
    with serving(inbox) as port:
        send(port, replace(mail(2), thread=first))
    assert inbox.only()["In-Reply-To"] == first
    assert inbox.only()["References"] == first


def test_a_foreign_thread_is_no_header() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        send(port, replace(mail(), thread="1709661600.000100\r\nBcc: x@y.example"))
    assert "In-Reply-To" not in inbox.only()
    assert "Bcc" not in inbox.only()


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_become_headers(words: str) -> None:
    speaker = replace(MINISTER, name=words, name_en=words, role=words)
    told = replace(TOLD, speaker=speaker, passages=(ToldPassage(words, "direct", "en", "verbatim"),))
    message = mail(told=told)
    message = replace(message, subject=f"Re: {words}", headers={**message.headers, "X-Note": words or "-"})
    inbox = Inbox()
    with serving(inbox) as port:
        assert isinstance(send(port, message), Accepted)
    names = header_names(inbox.taken[0][1])
    assert sorted(names) == sorted(
        ["from", "to", "subject", "message-id", "date", "list-id", "auto-submitted",
         "x-clusterwatch-statement", "x-note", "mime-version", "content-type"]
    )  # fmt: skip
    assert [address for address, _ in inbox.taken] == [DESK]


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


@pytest.mark.parametrize("name", ["Bcc", "To", "from", "Content-Type", "X y", "X:y", "Naïve", "Reply-To"])
def test_headers_that_a_message_may_not_bring(name: str) -> None:
    inbox, message = Inbox(), mail()
    with serving(inbox) as port:
        outcome = send(port, replace(message, headers={**message.headers, name: "x"}))
    assert isinstance(outcome, Refused)
    assert not inbox.recipients


def test_a_message_without_its_own_headers_is_refused() -> None:
    message = mail()
    outcome = send(1, replace(message, headers={"Date": message.headers["Date"]}))
    assert outcome == Refused("a message needs its header Message-ID")


# --- addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recipient",
    ["", "desk", "desk@", "@example.org", "a@b@c.example", "a@b.example, c@d.example", "a b@c.example",
     "a@b..example", "desk@example.org\r\nRCPT TO:<x@y.example>", "<desk@example.org", "desk@exa\x00mple.org",
     "a@-b.example", "a@[127.0.0.1]", '"a b"@c.example', "=?utf-8?q?a?=@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_any_connection(recipient: str) -> None:
    outcome = send(1, recipient=recipient)
    assert isinstance(outcome, Refused)
    assert outcome.scope == "recipient"


def test_international_domains_and_names() -> None:
    inbox = Inbox()
    with serving(inbox) as port, channel(port, sender="Wächter <wacht@bücher.example>") as made:
        assert isinstance(made.send(mail(), "Zoë Ångström <zoe@bücher.example>"), Accepted)
    assert inbox.recipients == ["zoe@xn--bcher-kva.example"]
    assert inbox.only()["To"].addresses[0].display_name == "Zoë Ångström"
    assert inbox.only()["From"].addresses[0].display_name == "Wächter"


def test_international_mailboxes_need_a_server_that_takes_them() -> None:
    for able in (False, True):
        inbox = Inbox()
        with serving(inbox, enable_SMTPUTF8=able) as port, channel(port) as made:
            outcome = made.send(mail(), "größe@example.org")
            if able:
                assert isinstance(outcome, Accepted)
                assert inbox.recipients == ["größe@example.org"]
            else:
                assert isinstance(outcome, Refused)
                assert "SMTPUTF8" in outcome.reason
                assert isinstance(made.send(mail(), DESK), Accepted), "the next recipient is not touched"


# --- one connection -----------------------------------------------------------------------------------


def test_one_connection_for_many_messages() -> None:
    inbox = Inbox()
    with serving(inbox) as port, channel(port) as made:
        for n in range(5):
            assert isinstance(made.send(mail(n), f"r{n}@example.org"), Accepted)
    assert len(inbox.peers) == 1
    assert [address for address, _ in inbox.taken] == [f"r{n}@example.org" for n in range(5)]


def test_a_connection_that_was_dropped_between_messages_is_opened_again() -> None:
    inbox = Inbox(on_data=lambda nth: "250 then close")
    with serving(inbox) as port, channel(port) as made:
        for n in range(3):
            assert isinstance(made.send(mail(n), DESK), Accepted)
            threading.Event().wait(0.15)
    assert len(inbox.peers) == 3


def test_a_server_that_closes_with_421_is_asked_once_more() -> None:
    inbox = Inbox(on_rcpt=lambda address, nth: "421 4.7.0 enough for one connection" if nth == 2 else None)
    with serving(inbox) as port, channel(port) as made:
        assert isinstance(made.send(mail(1), DESK), Accepted)
        assert isinstance(made.send(mail(2), DESK), Accepted)
    assert len(inbox.peers) == 2
    assert len(inbox.taken) == 2


def test_a_channel_may_be_used_after_close() -> None:
    inbox = Inbox()
    with serving(inbox) as port, channel(port) as made:
        made.send(mail(1), DESK)
        made.close()
        assert isinstance(made.send(mail(2), DESK), Accepted)


# --- what servers answer ------------------------------------------------------------------------------


def test_greylisting_is_delayed_then_accepted_and_touches_no_other() -> None:
    inbox = Inbox(
        on_rcpt=lambda a, nth: "450 4.2.0 Greylisted, try later" if a == DESK and nth == 1 else None
    )
    with serving(inbox) as port, channel(port) as made:
        outcome = made.send(mail(1), DESK)
        assert outcome == Delayed("450 4.2.0 Greylisted, try later")
        assert isinstance(made.send(mail(1, "b@example.org"), "b@example.org"), Accepted)
        assert isinstance(made.send(mail(1), DESK), Accepted)
    assert len(inbox.peers) == 1


def test_an_unknown_recipient_is_refused_and_touches_no_other() -> None:
    inbox = Inbox(on_rcpt=lambda a, nth: "550 5.1.1 No such user here" if a == DESK else None)
    with serving(inbox) as port, channel(port) as made:
        assert made.send(mail(1), DESK) == Refused("550 5.1.1 No such user here")
        assert isinstance(made.send(mail(1, "b@example.org"), "b@example.org"), Accepted)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.3.0 later", Delayed("451 4.3.0 later")),
        ("554 5.6.0 not this", Refused("554 5.6.0 not this")),
        ("421 4.3.2 shutting down", Delayed("421 4.3.2 shutting down", scope="channel")),
    ],
)
def test_answers_to_the_content(answer: str, outcome: Outcome) -> None:
    inbox = Inbox(on_data=lambda nth: answer if nth == 1 else None)
    with serving(inbox) as port, channel(port) as made:
        assert made.send(mail(), DESK) == outcome
        assert isinstance(made.send(mail(), DESK), Accepted), "the connection is fit for the next"


@pytest.mark.parametrize("fault", ["lost 250", "cut", "stall"])
def test_no_answer_to_the_content_is_ambiguous_and_the_repeat_is_recognisable(fault: str) -> None:
    inbox = Inbox(on_data=lambda nth: fault if nth == 1 else None)
    with serving(inbox) as port, channel(port, data_timeout=0.4) as made:
        outcome = made.send(mail(), DESK)
        assert isinstance(outcome, Delayed)
        assert outcome.ambiguous
        assert outcome.scope == "recipient"
        assert isinstance(made.send(mail(when=NOW + timedelta(hours=1)), DESK), Accepted)
    ids = {message_from_bytes(content)["Message-ID"] for _, content in inbox.taken}
    assert len(ids) == 1


def test_nobody_listens() -> None:
    outcome = send(free_port())
    assert isinstance(outcome, Delayed)
    assert outcome.scope == "channel"
    assert not outcome.ambiguous


def saying(*lines: bytes) -> AbstractContextManager[int]:
    """A server that greets, then answers each line that comes with the next of ``lines``, then hangs up."""

    def speak(peer: socket.socket, incoming: BinaryIO) -> None:
        for line in lines:
            peer.sendall(line + b"\r\n")
            if not incoming.readline():
                break

    return listening(speak)


def talking(answers: dict[bytes, bytes]) -> AbstractContextManager[int]:
    """A server that answers by the first four letters of a command; what it was not told is ``250``."""

    def speak(peer: socket.socket, incoming: BinaryIO) -> None:
        peer.sendall(b"220 hi\r\n")
        content = False
        while line := incoming.readline():
            if content and line != b".\r\n":
                continue
            content = line[:4].upper() == b"DATA"
            peer.sendall(answers.get(line[:4].upper(), b"250 ok") + b"\r\n")

    return listening(speak)


@contextmanager
def listening(speak: Callable[[socket.socket, BinaryIO], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with suppress(OSError), peer, peer.makefile("rb") as incoming:
                    speak(peer, incoming)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([b"554 5.7.1 your network is not welcome"], Refused),
        ([b"421 4.3.2 too busy"], Delayed),
        ([b"HTTP/1.1 400 Bad Request"], Delayed),
        ([b"220 hi", b"250 here", b"550 5.7.1 this sender may not"], Refused),
        ([b"220 hi", b"250 here", b"530 5.7.0 authentication required"], Refused),
        ([b"220 hi", b"250 here", b"452 4.3.1 disk full"], Delayed),
        ([b"220 hi", b"250 here", b"250 ok", b"530 5.7.0 authentication required"], Refused),
        ([b"220 hi", b"250 here", b"250 ok"], Delayed),
        ([b"220 hi", b"250 here", b"\xff\xfe\x00\x1b[31m"], Delayed),
    ],
)
def test_what_is_said_to_the_sender_is_the_channels_trouble(lines: list[bytes], kind: type[Outcome]) -> None:
    with saying(*lines) as port:
        outcome = send(port, timeout=1.0)
    assert isinstance(outcome, kind)
    assert outcome.scope == "channel"
    assert outcome.reason.isprintable()


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outcome = send(listener.getsockname()[1], timeout=0.3)
    assert isinstance(outcome, Delayed)
    assert outcome.scope == "channel"


# --- encryption and passwords -------------------------------------------------------------------------


def test_starttls_with_a_certificate_that_verifies(certificate: Certificate) -> None:
    inbox = Inbox()
    with serving(inbox, tls_context=certificate.server(), require_starttls=True) as port:
        assert isinstance(send(port, tls="starttls", ca_file=str(certificate.path)), Accepted)
    assert inbox.secured == [True]


@pytest.mark.parametrize("mode", ["starttls", "implicit"])
def test_a_certificate_that_does_not_verify_stops_everything(certificate: Certificate, mode: str) -> None:
    inbox = Inbox()
    tls = (
        {"ssl_context": certificate.server()} if mode == "implicit" else {"tls_context": certificate.server()}
    )
    with serving(inbox, **tls) as port:
        outcome = send(port, tls=mode)
    assert isinstance(outcome, Delayed)
    assert outcome.scope == "channel"
    assert "certificate" in outcome.reason
    assert not inbox.recipients


def test_a_certificate_of_another_host_stops_everything(strange_certificate: Certificate) -> None:
    inbox = Inbox()
    with serving(inbox, tls_context=strange_certificate.server()) as port:
        outcome = send(port, tls="starttls", ca_file=str(strange_certificate.path))
    assert isinstance(outcome, Delayed)
    assert not inbox.recipients


def test_implicit_tls(certificate: Certificate) -> None:
    inbox = Inbox()
    with serving(inbox, ssl_context=certificate.server()) as port:
        assert isinstance(send(port, tls="implicit", ca_file=str(certificate.path)), Accepted)
    assert len(inbox.taken) == 1


def test_starttls_is_not_given_up_where_the_server_offers_none() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        outcome = send(port, tls="starttls")
    assert isinstance(outcome, Delayed)
    assert "STARTTLS" in outcome.reason
    assert not inbox.recipients


def test_opportunistic_takes_the_best_there_is(certificate: Certificate) -> None:
    for tls, secured in ((certificate.server(), True), (None, False)):
        inbox = Inbox()
        with serving(inbox, tls_context=tls) as port:
            assert isinstance(send(port, tls="opportunistic"), Accepted)
        assert inbox.secured == [secured]


def test_opportunistic_goes_on_in_plain_where_starttls_is_refused() -> None:
    answers = {
        b"EHLO": b"250-here\r\n250 STARTTLS", b"STAR": b"454 4.7.0 TLS not available", b"DATA": b"354 go on",
    }  # fmt: skip
    with talking(answers) as port:
        strict = send(port, tls="starttls", timeout=1.0)
        assert isinstance(send(port, tls="opportunistic", timeout=1.0), Accepted)
    assert isinstance(strict, Delayed)
    assert "454" in strict.reason


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_log_in() -> None:
    inbox = Inbox()
    more = {"authenticator": inbox.authenticate, "auth_required": True, "auth_require_tls": False}
    with serving(inbox, **more) as port:
        assert isinstance(send(port, username="desk", password=SECRET), Accepted)
        wrong = send(port, username="desk", password="never mind 99")
        without = send(port)
    assert isinstance(wrong, Refused)
    assert wrong.scope == "channel"
    assert wrong.reason.startswith("log-in: 535")
    assert "never mind" not in wrong.reason
    assert isinstance(without, Refused)
    assert without.scope == "channel"
    assert len(inbox.taken) == 1


def test_a_password_beyond_ascii() -> None:
    inbox = Inbox()
    with serving(inbox, authenticator=inbox.authenticate, auth_require_tls=False) as port:
        assert isinstance(send(port, username="desk", password="pä ß 7"), Refused)
    assert inbox.logins == ["pä ß 7".encode()]


@pytest.mark.parametrize("mode", ["opportunistic", "starttls"])
@pytest.mark.parametrize("with_tls", [False, True])
def test_a_password_goes_to_no_unproven_server(certificate: Certificate, mode: str, with_tls: bool) -> None:
    address = outer_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    inbox = Inbox()
    tls = certificate.server() if with_tls else None
    more = {"authenticator": inbox.authenticate, "auth_require_tls": False, "tls_context": tls}
    with serving(inbox, address, **more) as port:
        outcome = send(port, host=address, tls=mode, username="desk", password=SECRET)
        assert isinstance(outcome, Delayed)
        assert outcome.scope == "channel"
        assert not inbox.logins
        if with_tls:
            known = {"ca_file": str(certificate.path)}
            proven = send(port, host=address, tls=mode, username="desk", password=SECRET, **known)
            assert isinstance(proven, Accepted)


def test_tls_off_and_a_password_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="TLS"):
        build(EmailSettings(host="mail.example.org", tls="off", username="desk", password=SECRET))
    build(EmailSettings(host="localhost", tls="off", username="desk", password=SECRET))


def test_settings_that_cannot_work_and_do_not_show_their_secret() -> None:
    with pytest.raises(SettingsError, match=r"alerts\.email\.from"):
        build(EmailSettings(sender="nobody"))
    assert SECRET not in repr(EmailSettings(password=SECRET))


# --- identifiers --------------------------------------------------------------------------------------


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
