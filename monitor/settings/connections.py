"""Servers that are told as connections (host, port, login, password, extra) as settings by their names.

The fields are those of Apache Airflow's connections of the types ``smtp``, ``slack`` and ``slackwebhook``. A
connection counts whole or not at all: what it leaves empty is set to empty, and where other settings say
anything of the server it is left alone, so that no password of one place goes to the server of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from monitor.errors import SettingsError
from monitor.settings.loading import ENV_PREFIX, given_by, load, secrets_in

EMAIL: Final = f"{ENV_PREFIX}ALERTS__EMAIL__"
SLACK: Final = f"{ENV_PREFIX}ALERTS__SLACK__"
#: The secrets among the settings: what a secrets backend, which cannot be asked for its names, may hold.
SECRET_NAMES: Final = (
    f"{EMAIL}PASSWORD",
    f"{SLACK}TOKEN",
    f"{SLACK}WEBHOOK_URL",
    f"{ENV_PREFIX}DATABASE__URL",
    f"{ENV_PREFIX}PROPOSALS__TOKEN",
    f"{ENV_PREFIX}ALERTS__WEBHOOK__SECRET",
    f"{ENV_PREFIX}ALERTS__LINKS__SECRET",
)
_HOOKS: Final = "https://hooks.slack.com/services"
#: What says which server it is, or opens it.
_SERVER: Final = {
    "email": ("host", "port", "tls", "username", "password", "password_file"),
    "slack": ("webhook_url", "webhook_url_file", "token", "token_file", "api_url"),
}


def secrets_told(environ: Mapping[str, str]) -> list[str]:
    """The secrets of a process with this environment, from wherever they come: for what masks its logs.

    Where the settings cannot be read, nobody can use more of them than the environment's own.
    """
    own = [environ[name] for name in SECRET_NAMES if environ.get(name)]
    own = [secret for secret in own if not secret.startswith("sqlite:")]
    try:
        return list(dict.fromkeys(own + secrets_in(load(environ=environ).settings)))
    except SettingsError:
        return own


def says_which(section: str, environ: Mapping[str, str]) -> bool:
    """Whether an environment's settings say anything of the server of ``email`` or ``slack``, or of what
    opens it; empty ones do not. Raises SettingsError for a table that is no JSON."""
    alerts = given_by(environ).get("alerts")
    said = alerts.get(section) if isinstance(alerts, dict) else None
    return isinstance(said, dict) and any(said.get(name) for name in _SERVER[section])


def email_settings(
    host: str | None, port: int | None, login: str | None, password: str | None, extra: Mapping[str, Any]
) -> dict[str, str]:
    """``alerts.email`` by a connection; ``extra`` may have ``disable_ssl``, ``disable_tls``, ``from_email``.

    As there, TLS is from the first byte unless ``disable_ssl``, then STARTTLS unless ``disable_tls`` too.
    """
    tls = "implicit"
    if extra.get("disable_ssl"):
        tls = "off" if extra.get("disable_tls") else "starttls"
    usual = {"implicit": 465, "starttls": 587, "off": 25}[tls]
    found = {"HOST": host or "localhost", "PORT": str(port or usual), "TLS": tls}
    found |= {"USERNAME": login or "", "PASSWORD": password or "", "PASSWORD_FILE": ""}
    if sender := extra.get("from_email"):
        found["FROM"] = str(sender)
    return {EMAIL + key: value for key, value in found.items()}


def slack_settings(
    kind: str, host: str | None, password: str | None, extra: Mapping[str, Any]
) -> dict[str, str]:
    """``alerts.slack`` by a connection: a ``slackwebhook``'s password is its address, or the end of it after
    ``host``; a ``slack``'s is the bot's token, and ``extra`` may have the API's ``base_url``.
    """
    key, address = (password or "").strip(), ""
    if kind == "slackwebhook":
        base = host if host and "://" in host else f"https://{host}" if host else _HOOKS
        key, address = "", key if "://" in key else f"{base.rstrip('/')}/{key.lstrip('/')}"
    found = {"WEBHOOK_URL": address, "TOKEN": key, "WEBHOOK_URL_FILE": "", "TOKEN_FILE": ""}
    if api := extra.get("base_url"):
        found["API_URL"] = str(api).rstrip("/")
    return {SLACK + name: value for name, value in found.items()}


def email_fields(host: str, port: int, tls: str, username: str, password: str) -> dict[str, Any]:
    """The fields of a connection of type ``smtp`` for these settings; ``opportunistic`` has no word there:

    it is STARTTLS where a password is sent, else plain.
    """
    plain = tls == "off" or (tls == "opportunistic" and not username)
    extra = {"disable_ssl": tls != "implicit", "disable_tls": plain}
    fields = {"conn_type": "smtp", "host": host, "port": port, "extra": extra}
    return fields | ({"login": username, "password": password} if username else {})
