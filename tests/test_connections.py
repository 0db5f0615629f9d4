"""Servers told as Airflow's connections become settings that the program takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.settings import Settings, load
from monitor.settings.connections import (
    EMAIL,
    SLACK,
    email_fields,
    email_settings,
    says_which,
    secrets_told,
    slack_settings,
)


def settings(environ: dict[str, str], file: Path | None = None) -> Settings:
    return load(str(file) if file else None, environ).settings


@pytest.mark.parametrize(
    ("extra", "port", "tls", "used"),
    [
        ({}, None, "implicit", 465),
        ({"disable_ssl": True}, None, "starttls", 587),
        ({"disable_ssl": True, "disable_tls": True}, None, "off", 25),
        ({"disable_tls": True}, 2465, "implicit", 2465),
    ],
)
def test_mail_by_a_connection_means_what_it_means_to_airflow(
    extra: dict[str, Any], port: int | None, tls: str, used: int
) -> None:
    email = settings(email_settings("mail.example.org", port, "desk", "geheim", extra)).alerts.email
    assert (email.host, email.tls, email.port, email.username) == ("mail.example.org", tls, used, "desk")
    assert email.password.get_secret_value() == "geheim"
    assert email_fields(email.host, email.port, email.tls, email.username, "geheim")["extra"] == {
        "disable_ssl": tls != "implicit",
        "disable_tls": tls == "off",
    }


def test_a_password_of_the_file_never_goes_to_a_connection_s_server(tmp_path: Path) -> None:
    file = tmp_path / "clusterwatch.toml"
    (tmp_path / "word").write_text("of the file")
    file.write_text(
        '[alerts.email]\nhost = "old.example.org"\nusername = "old"\npassword_file = "word"\n'
        'from = "Desk <desk@example.org>"\n[alerts.slack]\ntoken = "xoxb-old"\n'
    )
    environ = email_settings("new.example.org", None, None, None, {}) | slack_settings(
        "slackwebhook", None, "T0/B0/x", {}
    )
    alerts = settings(environ, file).alerts
    assert (alerts.email.host, alerts.email.username, alerts.email.password.get_secret_value()) == (
        "new.example.org", "", "",
    )  # fmt: skip
    assert alerts.email.sender == "Desk <desk@example.org>", "what a connection cannot say stays"
    assert alerts.slack.token.get_secret_value() == ""
    assert alerts.slack.webhook_url.get_secret_value() == "https://hooks.slack.com/services/T0/B0/x"


@pytest.mark.parametrize(
    "said",
    [
        {f"{EMAIL}HOST": "mail.example.org"},
        {f"{EMAIL}PORT": "2525"},
        {f"{EMAIL}PASSWORD": "geheim"},
        {f"{EMAIL}PASSWORD_FILE": "word"},
        {f"{EMAIL}USERNAME": "desk"},
        {f"{EMAIL}TLS": "off"},
        {"CLUSTERWATCH__alerts__Email__host": "mail.example.org"},
        {"CLUSTERWATCH__ALERTS__EMAIL": '{"host": "mail.example.org"}'},
        {"CLUSTERWATCH__ALERTS": '{"email": {"port": 2525}}'},
    ],
)
def test_who_says_anything_of_the_server_has_named_it_himself(said: dict[str, str]) -> None:
    """A password of the environment must not go to a Connection's server, nor the other way about."""
    assert says_which("email", said)
    assert not says_which("slack", said)


def test_what_says_nothing_of_the_server_leaves_a_connection_in_force() -> None:
    said = {f"{EMAIL}HOST": "", f"{EMAIL}PORT": "", f"{EMAIL}FROM": "Desk <desk@example.org>"}
    said |= {
        f"{EMAIL}TIMEOUT": "9",
        f"{SLACK}TIMEOUT": "9",
        "SMTP_HOST": "mail",
        "CLUSTERWATCH__ALERTS": "{}",
    }
    assert not says_which("email", said)
    assert not says_which("slack", said)
    for name in ("TOKEN", "TOKEN_FILE", "WEBHOOK_URL", "WEBHOOK_URL_FILE", "API_URL"):
        assert says_which("slack", said | {f"{SLACK}{name}": "x"}), name


@pytest.mark.parametrize(
    ("host", "password", "address"),
    [
        (None, "/T0/B0/x", "https://hooks.slack.com/services/T0/B0/x"),
        ("hooks.example.org/in", "T0/x", "https://hooks.example.org/in/T0/x"),
        ("http://127.0.0.1:9/", "T0/x", "http://127.0.0.1:9/T0/x"),
        ("ignored.example", "https://hooks.example.org/whole", "https://hooks.example.org/whole"),
    ],
)
def test_a_webhook_is_given_whole_or_in_parts(host: str | None, password: str, address: str) -> None:
    slack = settings(slack_settings("slackwebhook", host, password, {})).alerts.slack
    assert slack.webhook_url.get_secret_value() == address


def test_a_bot_s_token_may_have_another_api() -> None:
    slack = settings(
        slack_settings("slack", None, "xoxb-1", {"base_url": "http://127.0.0.1:9/api/"})
    ).alerts.slack
    assert (slack.token.get_secret_value(), slack.api_url) == ("xoxb-1", "http://127.0.0.1:9/api")
    assert slack.webhook_url.get_secret_value() == ""


def test_the_secrets_of_a_process_are_known_however_they_are_given(tmp_path: Path) -> None:
    """For what masks logs: from the environment, its tables, the file, files of its own, addresses."""
    (tmp_path / "word").write_text("of a file\n")
    (tmp_path / "services.toml").write_text('desk = "mailto://desk:p%40ss@mail.example"\n')
    file = tmp_path / "clusterwatch.toml"
    file.write_text(
        '[alerts.apprise]\ntargets_file = "services.toml"\n[serve]\npassword = "of the settings"\n'
        '[proposals]\ntoken_file = "word"\n'
    )
    environ = {
        "CLUSTERWATCH_CONFIG": str(file),
        f"{EMAIL}PASSWORD": "of the environment",
        "CLUSTERWATCH__ALERTS__LINKS": '{"secret": "of a table"}',
        "CLUSTERWATCH__DATABASE__URL": "postgresql+psycopg://desk:geheim@db/ledger",
    }
    told = secrets_told(environ)
    assert sorted(told) == sorted(
        [
            "of the environment", "of a table", "of the settings", "of a file", "geheim", "p%40ss", "p@ss",
            "postgresql+psycopg://desk:geheim@db/ledger", "mailto://desk:p%40ss@mail.example",
        ]
    )  # fmt: skip
    assert "sqlite:///x.db" not in secrets_told(environ | {"CLUSTERWATCH__DATABASE__URL": "sqlite:///x.db"})
    (tmp_path / "word").unlink()
    kept = secrets_told(environ)
    assert kept == ["of the environment", "postgresql+psycopg://desk:geheim@db/ledger"]


def test_a_password_is_only_sent_where_tls_is_sure() -> None:
    assert email_fields("m", 25, "opportunistic", "", "")["extra"]["disable_tls"] is True
    fields = email_fields("m", 25, "opportunistic", "desk", "geheim")
    assert fields["extra"] == {"disable_ssl": True, "disable_tls": False}
    assert (fields["login"], fields["password"]) == ("desk", "geheim")
