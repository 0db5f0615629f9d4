"""What every channel must do; each one that is found is asked."""

from __future__ import annotations

import dataclasses
import io

import pytest
from told import NOW, TOLD

from alerts import channels
from alerts.channels.console import ConsoleSettings, build
from alerts.headers import headers_for
from alerts.render import render
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Message

#: The least that a channel needs to be built, where that is more than its defaults.
LEAST = {"slack": {"token": "xoxb-1"}}


def message() -> Message:
    headers = headers_for(12, installation="d", alert=1, recipient="r", host="n.example", now=NOW)
    return dataclasses.replace(render(TOLD, installation="desk"), headers=headers)


@pytest.mark.parametrize("name", channels.available())
def test_every_channel(name: str) -> None:
    file = channels.find(name)
    assert file.__doc__
    assert dataclasses.is_dataclass(file.Settings)
    settings = file.Settings(**LEAST.get(name, {}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.timeout = 1
    for field in dataclasses.fields(settings):
        if field.name in ("password", "token", "secret", "webhook_url", "targets"):
            assert not field.repr, f"{name}.{field.name} must not show in logs"
    made = file.build(settings)
    assert made.name == name
    assert callable(made.send)
    made.close()
    made.close()


def test_the_channels_that_are_there() -> None:
    assert channels.available() == ("apprise", "console", "email", "slack", "webhook")


def test_an_unknown_channel_is_named_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"'pigeon'.*apprise, console, email, slack, webhook"):
        channels.find("pigeon")
    with pytest.raises(SettingsError):
        channels.find("_post")


def test_the_console_prints_one_block_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    console = build(ConsoleSettings())
    assert console.send(message(), "console") == Accepted()
    assert console.send(message(), "console") == Accepted()
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("=" * 72) == 4
    assert out.splitlines()[1] == message().subject
    assert "our patience has an end" in out
    assert "https://mod.example/5" in out


def test_a_terminal_gets_no_escape_sequence() -> None:
    stream = io.StringIO()
    bad = dataclasses.replace(message(), subject="a\x1b]0;x\x07\nb", text="\x1b[2Jgone\x9b1m\u202e")
    build(ConsoleSettings(stream)).send(bad, "console")
    assert "\x1b" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()
    assert "\u202e" not in stream.getvalue()
    assert stream.getvalue().splitlines()[1] == "a b"


def test_a_terminal_of_few_letters_and_a_closed_one() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console = build(ConsoleSettings(stream))
    assert console.send(message(), "console") == Accepted()
    assert b"our patience has an end" in raw.getvalue()
    stream.close()
    outcome = console.send(message(), "console")
    assert isinstance(outcome, Delayed)
    assert outcome.scope == "channel"
