"""The operator's view of deliveries: every state with its time and the server's words, and no secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from commands import Command, row
from httpsite import serving as web_serving
from mailserver import Inbox, free_port, serving

KEY = "private-key-4711"


@pytest.fixture
def told(ready: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Command, Inbox]]:
    """One statement for two readers by mail, of whom one is greylisted and the other is not known."""
    answers = {"a@example.org": "451 4.7.1 greylisted \x1b[31mred", "b@example.org": "550 5.1.1 unknown"}
    inbox = Inbox(lambda address, nth: answers[address] if nth == 1 else None)
    (tmp_path / "in.jsonl").write_text(row(1), "utf-8")
    rule = {"name": "desk", "by": "email", "to": list(answers)}
    with serving(inbox) as port:
        email = {"HOST": "127.0.0.1", "TLS": "off", "TIMEOUT": "5", "PORT": str(port)}
        for name, value in email.items():
            monkeypatch.setenv(f"CLUSTERWATCH__ALERTS__EMAIL__{name}", value)
        monkeypatch.setenv("CLUSTERWATCH__SUBSCRIPTIONS", json.dumps([rule]))
        monkeypatch.setenv("CLUSTERWATCH__ALERTS__SUSPEND_AFTER", "1")
        assert ready("ingest", "in.jsonl", "--announce").status == 1
        yield ready, inbox


def test_list_log_retry_suspended_resume(
    told: tuple[Command, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, inbox = told
    assert [(r["id"], r["status"]) for r in run("alerts", "list", "--json").json] == [
        ("d2", "refused"), ("d1", "delayed"),
    ]  # fmt: skip
    assert run("alerts", "list", "--statement", "s1", "--channel", "email", "--status", "refused").out.count(
        "d2"
    )
    assert run("alerts", "list", "--statement", "s2", "--json").json == []
    story = run("alerts", "log", "d1", "--json").json
    assert [(e["status"], e["words"]) for e in story] == [
        ("queued", None),
        ("delayed", "451 4.7.1 greylisted red"),
    ]
    assert all(e["at"].startswith("2024-03-05T18:0") for e in story)
    assert "550 5.1.1 unknown" in run("alerts", "log").out
    (who,) = run("alerts", "suspended", "--json").json
    assert (who["recipient"], "550 5.1.1 unknown" in who["why"]) == ("b@example.org", True)
    assert run("alerts", "retry", "d1", "--json").json[0]["status"] == "queued"
    assert run("alerts", "retry", "--refused").out == "d2 queued\n"
    assert run("deliver", "--json").json["done"]["suspended"] == 1
    assert "see `alerts resume`" in run("alerts", "retry", "d2").err
    assert run("alerts", "resume", who["id"]).out == "r2 resumed, 1 queued\n"
    assert run("alerts", "resume", who["id"]).status == 2
    assert run("issues", "--json").json == []
    assert run("deliver").status == 0
    assert [e["status"] for e in run("alerts", "log", "d2", "--json").json] == [
        "queued", "refused", "queued", "suspended", "queued", "sent",
    ]  # fmt: skip
    assert run("alerts", "log", "d9").status == 2
    assert sorted(to for to, _ in inbox.taken) == ["a@example.org", "b@example.org"]
    rules = [{"name": name, "by": "email", "to": ["a@example.org"]} for name in ("desk", "night desk")]
    monkeypatch.setenv("CLUSTERWATCH__SUBSCRIPTIONS", json.dumps(rules))
    trial = run("alerts", "test", "--send", "--json")
    assert (trial.status, [one["accepted"] for one in trial.json]) == (0, [True, True]), trial.err
    mails = [message_from_bytes(body) for _, body in inbox.taken]
    assert all("trial message" in " ".join(str(mail["Subject"]).split()) for mail in mails[2:])
    assert len({mail["Message-ID"] for mail in mails}) == 4, "a trial is taken for no alert"


def test_channels_tell_since_when_one_is_down(
    told: tuple[Command, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = told
    assert run("alerts", "channels", "--json").json[0]["state"] == "in order"
    run("alerts", "retry", "d1")
    monkeypatch.setenv("CLUSTERWATCH__ALERTS__EMAIL__PORT", str(free_port()))
    assert run("deliver").status == 0
    (state,) = run("alerts", "channels", "--json").json
    assert (state["channel"], state["state"], state["waiting"]) == ("email", "down", 1)
    assert state["since"].startswith("2024-03-05T18:0")
    assert "down" in run("alerts", "channels").out


def test_suspend_and_drop_by_hand(told: tuple[Command, Inbox]) -> None:
    run, _ = told
    assert (
        run("alerts", "suspend", "email", "a@example.org", "--why", "on leave").out
        == "r1 suspended, 1 waiting\n"
    )
    assert "on leave" in run("alerts", "suspended").out
    assert run("alerts", "resume", "r1", "--drop").out == "r1 resumed, 1 dropped\n"
    assert run("alerts", "list", "--status", "dropped", "--json").json[0]["recipient"] == "a@example.org"
    assert run("alerts", "retry").status == 2


def test_a_webhooks_address_shows_no_key(
    ready: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.jsonl").write_text(row(1), "utf-8")
    with web_serving(lambda r, n: (403, {}, f"no {KEY}".encode())) as site:
        rule = {"name": "desk", "by": "webhook", "to": [f"{site.url}/in?key={KEY}", f"{site.url}/{KEY}"]}
        monkeypatch.setenv("CLUSTERWATCH__SUBSCRIPTIONS", json.dumps([rule]))
        ready("ingest", "in.jsonl", "--announce")
        done = [ready("deliver")]
        for command in (["list"], ["list", "--json"], ["log"], ["log", "d1", "--json"], ["test", "--send"]):
            done.append(ready("alerts", *command))
        done.append(ready("issues"))
        bodies = [json.loads(request.body) for request in site.seen]
    assert "trial message" in json.dumps(bodies[-1]), "a webhook is tried too"
    assert "127.0.0.1/…" in done[1].out
    assert len({r["recipient"] for r in done[2].json}) == 2
    for one in done:
        assert KEY not in one.out + one.err


def test_what_tells_of_no_statement_is_listed_too(ready: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(lambda address, nth: "451 4.7.1 greylisted" if nth == 1 else None)
    rule = {"name": "w", "by": "email", "to": ["a@example.org"], "mode": "weekly"}
    monkeypatch.setenv("CLUSTERWATCH__SUBSCRIPTIONS", json.dumps([rule]))
    assert ready("alerts", "notices", "--json").json == []
    with serving(inbox) as port:
        for name, value in {"HOST": "127.0.0.1", "TLS": "off", "PORT": str(port)}.items():
            monkeypatch.setenv(f"CLUSTERWATCH__ALERTS__EMAIL__{name}", value)
        for minute in ("01", "09"):
            monkeypatch.setenv("CLUSTERWATCH__CLOCK__START", f"2024-03-18T07:{minute}:00Z")
            assert ready("deliver").status == 0
            (notice,) = ready("alerts", "notices", "--json").json
            shown = [notice[key] for key in ("id", "what", "about", "recipient", "status", "tries", "error")]
            if minute == "01":
                assert shown[-3:] == ["delayed", 1, "451 4.7.1 greylisted"]
    assert shown == ["n1", "nothing_found", "weekly", "a@example.org", "sent", 2, None]
    assert notice["sent"].startswith("2024-03-18T07:09")
    assert "nothing_found" in ready("alerts", "notices").out
    assert ready("alerts", "list", "--json").json == []
