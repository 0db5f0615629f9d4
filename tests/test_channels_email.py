"""E-mail against a real SMTP server, with the faults that servers have."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from mailserver import (
    DESK,
    Inbox,
    channel,
    free_port,
    mail,
    saying,
    send,
    serving,
)
from told import HOSTILE, MINISTER, NOW, TOLD

from alerts.headers import header_names, message_id
from monitor.model import Accepted, Delayed, Outcome, Refused, ToldPassage

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
