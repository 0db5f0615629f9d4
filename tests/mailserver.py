"""A real SMTP server for tests: it answers by a plan and keeps what it took. And certificates."""

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

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from told import NOW, TOLD

from alerts.channels.email import EmailChannel, EmailSettings, build
from alerts.headers import headers_for
from alerts.render import render
from monitor.model import Message, Outcome

DESK = "desk@example.org"
SECRET = "open sesame 17"


@dataclass
class Inbox:
    """The server's side: answers by a plan, keeps what it took and what it saw."""

    on_rcpt: Callable[[str, int], str | None] = lambda address, nth: None
    on_data: Callable[[int], str | None] = lambda nth: None
    on_content: Callable[[str, bytes], str | None] = lambda address, content: None
    on_starttls: Callable[[int], str | None] = lambda nth: None
    hellos: int = 0
    stall: float = 1.5
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
        answer = self.on_data(self.contents) or self.on_content(envelope.rcpt_tos[0], envelope.content)
        if answer == "stall":
            await asyncio.sleep(self.stall)
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


class _Server(SMTP):
    """Refuses STARTTLS where the plan says so."""

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        inbox: Inbox = self.event_handler
        inbox.hellos += 1
        answer = inbox.on_starttls(inbox.hellos)
        await (self.push(answer) if answer else super().smtp_STARTTLS(arg))


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def serving(inbox: Inbox, host: str = "127.0.0.1", **more: Any) -> AbstractContextManager[int]:
    # aiosmtpd cannot be given port 0.
    return serving_at(inbox, free_port(host), host, **more)


@contextmanager
def serving_at(inbox: Inbox, port: int, host: str = "127.0.0.1", **more: Any) -> Iterator[int]:
    controller = _Controller(inbox, hostname=host, port=port, ready_timeout=20, **more)
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


def outer_address() -> str | None:
    """An address of this machine that is not loopback, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET: nothing is sent
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


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
