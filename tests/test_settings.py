"""The settings: one file, the environment on top, every name checked, no secret shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings import in_force, load

SECRET = "open sesame 17"


def write(folder: Path, text: str) -> str:
    file = folder / "clusterwatch.toml"
    file.write_text(text, "utf-8")
    return str(file)


def refused(path: str | None = None, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(path, environ)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_nothing_given_is_the_embedded_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load(None, {})
    assert found.path is None
    assert found.settings.database.url.get_secret_value() == "sqlite:///clusterwatch.db"
    assert found.settings.alerts.window_hours == 96
    assert found.settings.clock.start is None


def test_the_settings_of_the_contract_are_all_known(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(f"{SECRET}\n", "utf-8")
    path = write(
        tmp_path,
        """
        [database]
        url = "sqlite:///clusterwatch.db"
        [clock]
        start = "2024-03-05T12:00:00Z"
        [fetch]
        user_agent = "Clusterwatch"
        contact = "desk@example.org"
        allow_private = ["127.0.0.1:8080"]
        total_timeout = 30
        max_feed_bytes = 10_000_000
        max_page_bytes = 5_000_000
        per_host_delay = 2.0
        [fetch.connect_to]
        "*.example" = "127.0.0.1:8181"
        [alerts]
        window_hours = 96
        baseline = true
        hold_minutes = 0
        language = "en"
        [alerts.email]
        host = "localhost"
        port = 25
        tls = "opportunistic"
        username = ""
        password_file = "pw"
        from = "Clusterwatch <clusterwatch@example.org>"
        [alerts.slack]
        webhook_url = ""
        token_file = ""
        api_url = "https://slack.com/api"
        [[subscriptions]]
        name = "desk"
        by = "email"
        to = ["desk@example.org"]
        mode = "instant"
        states = []
        kinds = []
        positions = []
        languages = []
        corroboration = "single"
        quiet_hours = "22:00-06:00"
        timezone = "Europe/Geneva"
        """,
    )
    found = load(path, {}).settings
    assert found.clock.start == datetime(2024, 3, 5, 12, tzinfo=UTC)
    assert found.fetch.connect_to == {"*.example": "127.0.0.1:8181"}
    assert found.alerts.email.sender == "Clusterwatch <clusterwatch@example.org>"
    assert found.alerts.email.password.get_secret_value() == SECRET
    assert found.subscriptions[0].quiet_hours == "22:00-06:00"


def test_the_example_time_zone_of_the_contract_is_taken(tmp_path: Path) -> None:
    # The zone database has no Geneva, whose clocks are Zurich's.
    path = write(tmp_path, '[[subscriptions]]\nname = "desk"\ntimezone = "Europe/Geneva"\n')
    assert load(path, {}).settings.subscriptions[0].timezone == "Europe/Zurich"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[fetch]\nuser_agnet = 'x'", "fetch.user_agnet"),
        ("[alertz]\nwindow_hours = 3", "alertz"),
        ("surprise = 1", "surprise"),
        ("[[subscriptions]]\nname = 'a'\n[[subscriptions]]\nname = 'b'\nmod = 'x'", "subscriptions.1.mod"),
        ("[alerts.email]\nhots = 'x'", "alerts.email.hots"),
    ],
)
def test_unknown_keys_are_refused_by_name(tmp_path: Path, text: str, name: str) -> None:
    assert refused(write(tmp_path, text)) == f"unknown setting {name}"


def test_unknown_keys_of_the_environment_too() -> None:
    assert refused(environ={"CLUSTERWATCH__FETCH__USER_AGNET": "x"}) == "unknown setting fetch.user_agnet"
    assert refused(environ={"CLUSTERWATCH__NO": "x"}) == "unknown setting no"
    assert load(None, {"CLUSTERWATCH_CONFIGURED": "x", "CLUSTERWATCH": "y"}).settings  # no settings of ours


def test_the_environment_wins(tmp_path: Path) -> None:
    path = write(
        tmp_path, "[fetch]\ncontact = 'file@example.org'\nper_host_delay = 1.0\n[alerts]\nbaseline = 1"
    )
    environ = {
        "CLUSTERWATCH__FETCH__CONTACT": "env@example.org",
        "CLUSTERWATCH__ALERTS__BASELINE": "false",
        "CLUSTERWATCH__ALERTS__EMAIL__PORT": "2525",
        "CLUSTERWATCH__ALERTS__EMAIL__FROM": "News <news@example.org>",
        "CLUSTERWATCH__FETCH__ALLOW_PRIVATE": '["127.0.0.1:8080"]',
        "CLUSTERWATCH__FETCH__CONNECT_TO": '{"*.example": "127.0.0.1:1"}',
        "CLUSTERWATCH__SUBSCRIPTIONS": json.dumps([{"name": "desk", "states": ["RU"]}]),
        "CLUSTERWATCH__CLOCK__START": "",
        "CLUSTERWATCH__READ__PAGES": "all",
    }
    found = load(path, environ)
    s = found.settings
    assert (s.fetch.contact, s.fetch.per_host_delay) == ("env@example.org", 1.0)
    assert s.alerts.baseline is False
    assert (s.alerts.email.port, s.alerts.email.sender) == (2525, "News <news@example.org>")
    assert s.fetch.allow_private == ("127.0.0.1:8080",)
    assert s.fetch.connect_to == {"*.example": "127.0.0.1:1"}
    assert s.subscriptions[0].states == ("RU",)
    assert s.clock.start is None
    origins = {name: origin for name, _, origin in in_force(found)}
    assert origins["fetch.contact"] == "environment CLUSTERWATCH__FETCH__CONTACT"
    assert origins["fetch.per_host_delay"] == "file clusterwatch.toml"
    assert origins["subscriptions[0].states"] == "environment CLUSTERWATCH__SUBSCRIPTIONS"
    assert origins["alerts.window_hours"] == "default"


def test_a_table_of_the_file_is_said_to_come_from_it(tmp_path: Path) -> None:
    path = write(tmp_path, '[fetch.connect_to]\n"*.example" = "127.0.0.1:8181"\n')
    origins = {name: origin for name, _, origin in in_force(load(path, {}))}
    assert origins["fetch.connect_to"] == "file clusterwatch.toml"
    table = {"CLUSTERWATCH__FETCH": '{"contact": "a@example.org"}'}
    found = load(path, table)
    assert (found.settings.fetch.contact, found.settings.fetch.connect_to) == ("a@example.org", {})


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"CLUSTERWATCH__ALERTS__WINDOW_HOURS": "soon"}, "alerts.window_hours: "),
        ({"CLUSTERWATCH__ALERTS__WINDOW_HOURS": "-1"}, "alerts.window_hours: "),
        ({"CLUSTERWATCH__ALERTS__EMAIL__PORT": "70000"}, "alerts.email.port: "),
        ({"CLUSTERWATCH__ALERTS__EMAIL__TLS": "maybe"}, "alerts.email.tls: "),
        ({"CLUSTERWATCH__CLOCK__START": "2024-03-05T12:00:00"}, "clock.start: needs a zone"),
        ({"CLUSTERWATCH__CLOCK__START": "yesterday"}, "clock.start: "),
        ({"CLUSTERWATCH__FETCH__ALLOW_PRIVATE": "127.0.0.1:8080"}, "as JSON"),
        ({"CLUSTERWATCH__FETCH__CONNECT_TO": "x"}, "as JSON"),
        ({"CLUSTERWATCH__FETCH__CONNECT_TO": "{x"}, "not valid JSON"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a"}, {"name": "a"}]'}, "two subscriptions are called a"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a", "kinds": ["king"]}]'}, "no such kind: king"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a", "positions": ["up"]}]'}, "no such position: up"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a", "timezone": "Mars/Base"}]'}, "no such time zone"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a", "quiet_hours": "late"}]'}, "quiet_hours is written"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"by": "email"}]'}, "name"),
        ({"CLUSTERWATCH__SUBSCRIPTIONS": '[{"name": "a", "by": "email"}]'}, "needs recipients"),
        ({"CLUSTERWATCH__POLL__MIN_MINUTES": "60", "CLUSTERWATCH__POLL__MAX_MINUTES": "10"}, "min_minutes"),
        ({"CLUSTERWATCH__FETCH": "x"}, "fetch: a section is wanted"),
        ({"CLUSTERWATCH__DATABASE__URL__X": "1"}, "database.url"),
    ],
)
def test_bad_values_are_one_sentence_that_names_the_setting(environ: dict[str, str], says: str) -> None:
    assert says in refused(environ=environ)


def test_a_missing_or_broken_file(tmp_path: Path) -> None:
    assert "there is no settings file" in refused(str(tmp_path / "none.toml"))
    assert "there is no settings file" in refused(environ={"CLUSTERWATCH_CONFIG": str(tmp_path)})
    assert "cannot be read as TOML" in refused(write(tmp_path, "[fetch\n"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read as TOML" in refused(str(tmp_path / "bytes.toml"))


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("alerts.email", "password"),
        ("alerts.slack", "token"),
        ("alerts.slack", "webhook_url"),
        ("alerts.webhook", "secret"),
        ("database", "url"),
    ],
)
def test_every_secret_has_a_file_twin_and_is_never_shown(tmp_path: Path, section: str, name: str) -> None:
    value = "postgresql+psycopg://me:hush@db/x" if name == "url" else SECRET
    (tmp_path / "secret.txt").write_text(f"{value}\n", "utf-8")
    path = write(tmp_path, f'[{section}]\n{name}_file = "secret.txt"\n')  # beside the settings file
    found = load(path, {})
    assert dict((n, v) for n, v, _ in in_force(found))[f"{section}.{name}"] == "***"  # noqa: C402
    assert value not in repr(found)
    given = load(None, {f"CLUSTERWATCH__{section.replace('.', '__').upper()}__{name.upper()}": value})
    for shown in (repr(given), str(given.settings), json.dumps(list(in_force(given)))):
        assert value not in shown


def test_a_secret_of_the_environment_wins_over_the_files_twin(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from the file", "utf-8")
    path = write(tmp_path, '[alerts.email]\npassword_file = "pw"\n')
    found = load(path, {"CLUSTERWATCH__ALERTS__EMAIL__PASSWORD": "[from {the env"})
    assert found.settings.alerts.email.password.get_secret_value() == "[from {the env"
    path = write(tmp_path, '[alerts.email]\npassword = "in the settings"\n')
    found = load(path, {"CLUSTERWATCH__ALERTS__EMAIL__PASSWORD_FILE": "pw"})
    assert found.settings.alerts.email.password.get_secret_value() == "from the file"


def test_a_secret_that_is_refused_is_not_told(tmp_path: Path) -> None:
    bad = {"CLUSTERWATCH__ALERTS__EMAIL__PASSWORD__X": SECRET, "CLUSTERWATCH__SECRET": SECRET}
    for name, value in bad.items():
        assert SECRET not in refused(environ={name: value})
    (tmp_path / "pw").write_bytes(b"\xff\xfe")
    assert "cannot be read" in refused(write(tmp_path, '[alerts.email]\npassword_file = "pw"\n'))
    assert "cannot be read" in refused(write(tmp_path, '[alerts.email]\npassword_file = "none"\n'))
    assert SECRET not in refused(write(tmp_path, f'[alerts.email]\npassword = ["{SECRET}"]\n'))


def test_services_of_apprise_are_secrets_and_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "services.toml").write_text(f'press = "tgram://{SECRET}/1"\n', "utf-8")
    path = write(
        tmp_path,
        f"""
        [alerts.apprise]
        targets_file = "services.toml"
        targets = {{ desk = "json://desk:{SECRET}@example.org" }}
        [[alerts.operators]]
        by = "apprise"
        to = ["desk"]
        """,
    )
    found = load(path, {})
    targets = found.settings.alerts.apprise.targets
    assert {name: value.get_secret_value() for name, value in targets.items()} == {
        "desk": f"json://desk:{SECRET}@example.org", "press": f"tgram://{SECRET}/1",
    }  # fmt: skip
    shown = {name: value for name, value, _ in in_force(found)}
    assert shown["alerts.apprise.targets"] == '{"desk": "***", "press": "***"}'
    assert SECRET not in str(shown) + repr(found.settings)
    (tmp_path / "services.toml").write_text("press = 7\n", "utf-8")
    assert "press is no address" in refused(path)
    (tmp_path / "services.toml").unlink()
    assert "cannot be read" in refused(path)
    rule = '[[subscriptions]]\nname = "x"\nby = "apprise"\n'
    assert "needs recipients" in refused(write(tmp_path, rule))
