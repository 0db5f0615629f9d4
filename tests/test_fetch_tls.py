"""Encrypted connections: whom the fetcher believes."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers import Reply, web

from monitor.errors import FetchRefused
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.ports import Fetched, Wanted

QUICK = {"per_host_delay": 0.0, "total_timeout": 3.0}


def one(url: str, policy: FetchPolicy, kind: str = "page") -> Fetched | Exception:
    ((index, outcome),) = HttpFetcher(policy).fetch_all([Wanted(url, kind)])
    assert index == 0
    return outcome


def state(outcome: Fetched | Exception) -> str:
    assert isinstance(outcome, FetchRefused), outcome
    return outcome.state


def test_a_server_without_tls_is_never_asked_in_plain_text() -> None:
    with web({"*": {"/": Reply("fine")}}) as server:
        outcome = one(f"https://{server.place}/", FetchPolicy(allow_private=(server.place,), **QUICK), "feed")
        assert state(outcome) in ("tls", "broken", "connect")
        assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    with web({"*": {"/": Reply("fine")}}) as server:
        server.encrypt(context)
        outcome = one(f"https://{server.place}/", FetchPolicy(allow_private=(server.place,), **QUICK), "feed")
        assert state(outcome) == "tls"
        assert server.requests == []


def test_a_good_certificate_is_taken_for_its_own_host_only(tmp_path: Path) -> None:
    file = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with web({"*": {"/": Reply("fine")}}) as server:
        server.encrypt(context)
        told = subprocess.run(
            [sys.executable, "-c", _ASK, str(server.port)],
            env={**os.environ, "SSL_CERT_FILE": str(file), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.stdout.split() == ["200", "tls"], told.stderr


_ASK = """
import sys
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.ports import Wanted
port = sys.argv[1]
policy = FetchPolicy(allow_private=("127.0.0.1", "localhost"), per_host_delay=0)
for host in ("localhost", "127.0.0.1"):
    ((_, answer),) = HttpFetcher(policy).fetch_all([Wanted(f"https://{host}:{port}/", "feed")])
    print(getattr(answer, "status", None) or answer.state)
"""


def _self_signed(folder: Path) -> Path:
    """A key and a certificate for localhost in one file."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
