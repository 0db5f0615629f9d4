"""E-mail: encryption, certificates, and to whom a password may go."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from cryptography import x509
from mailserver import (
    SECRET,
    Certificate,
    Inbox,
    make_certificate,
    outer_address,
    send,
    serving,
    talking,
)

from alerts.channels.email import EmailSettings, build
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Refused


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:

    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    if address := outer_address():
        names.append(x509.IPAddress(ip_address(address)))
    return make_certificate(tmp_path_factory.mktemp("tls"), names)


@pytest.fixture(scope="module")
def strange_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), [x509.DNSName("other.example.org")])


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
