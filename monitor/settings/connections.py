"""Servers that are told as connections (host, port, login, password, extra) as settings by their names.

The fields are those of Apache Airflow's connections of the types ``smtp``, ``slack`` and ``slackwebhook``. A
connection counts whole: what it leaves empty is set to empty, so that no password of one place goes to the
server of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

EMAIL: Final = "CLUSTERWATCH__ALERTS__EMAIL__"
SLACK: Final = "CLUSTERWATCH__ALERTS__SLACK__"
_HOOKS: Final = "https://hooks.slack.com/services"


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
