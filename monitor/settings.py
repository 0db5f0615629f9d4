"""The settings: ``clusterwatch.toml``, overridden by the environment; every name is checked.

``load(path, environ)`` gives the settings in force and where each came from. A key nobody knows is
refused by name, and each secret may be given as a file instead (``password_file`` for ``password``).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from monitor.errors import SettingsError
from monitor.model import OFFICIAL_KINDS, POSITIONS

ENV_PREFIX: Final = "CLUSTERWATCH__"
SECRETS: Final = frozenset({"url", "password", "token", "webhook_url", "secret"})
#: Cities that the zone database (IANA) does not list, by the zone whose clock they keep.
CITIES: Final = {
    "Europe/Geneva": "Europe/Zurich",
    "Europe/Bern": "Europe/Zurich",
    "Europe/The_Hague": "Europe/Amsterdam",
    "America/Washington": "America/New_York",
    "Asia/Beijing": "Asia/Shanghai",
    "Asia/New_Delhi": "Asia/Kolkata",
}
ALL_KINDS: Final = frozenset({*OFFICIAL_KINDS, "anonymous", "former", "other"})


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, validate_default=True)


class Database(_Section):
    """Where the ledger is; the driver is named in the URL (``postgresql+psycopg://``)."""

    url: SecretStr = SecretStr("sqlite:///clusterwatch.db")
    url_file: str = ""
    busy_timeout: float = Field(30.0, gt=0)


class ClockSettings(_Section):
    """A start for the clock, for replays; unset means the real time."""

    start: datetime | None = None

    @field_validator("start", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("start")
    @classmethod
    def _with_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a zone, for instance 2024-03-05T12:00:00Z")
        return value


class Fetch(_Section):
    """Politeness, guards and caps of everything that is fetched."""

    user_agent: str = "Clusterwatch"
    contact: str = ""
    allow_private: tuple[str, ...] = ()
    connect_to: dict[str, str] = Field(default_factory=dict)
    total_timeout: float = Field(30.0, gt=0)
    max_feed_bytes: int = Field(10_000_000, gt=0)
    max_page_bytes: int = Field(5_000_000, gt=0)
    per_host_delay: float = Field(2.0, ge=0)
    concurrency: int = Field(32, ge=1, le=512)


class Read(_Section):
    """Which entries' pages are fetched: those that hint at the subject, or all; and how they are read."""

    pages: Literal["hinted", "all"] = "hinted"
    workers: int = Field(2, ge=0, le=64)
    worker_memory_mb: int = Field(1500, ge=200)
    worker_cpu_seconds: int = Field(20, ge=1)
    tries: int = Field(5, ge=1)


class Poll(_Section):
    """How often feeds are asked, in minutes; each feed finds its own interval between the two."""

    min_minutes: float = Field(10.0, gt=0)
    max_minutes: float = Field(1440.0, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_minutes > self.max_minutes:
            raise ValueError("min_minutes is more than max_minutes")
        return self


class Register(_Section):
    """A file of the user's own officials, beside the register that comes with the program."""

    extra: str = ""


class Email(_Section):
    """The mail server."""

    host: str = "localhost"
    port: int = Field(25, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "off", "opportunistic"] = "opportunistic"
    username: str = ""
    password: SecretStr = SecretStr("")
    password_file: str = ""
    sender: str = Field("Clusterwatch <clusterwatch@localhost>", alias="from")
    timeout: float = Field(30.0, gt=0)
    data_timeout: float = Field(120.0, gt=0)
    ca_file: str = ""


class Slack(_Section):
    """Slack by an incoming webhook or by a bot token."""

    webhook_url: SecretStr = SecretStr("")
    webhook_url_file: str = ""
    token: SecretStr = SecretStr("")
    token_file: str = ""
    api_url: str = "https://slack.com/api"
    timeout: float = Field(30.0, gt=0)


class Webhook(_Section):
    """Signed JSON to an address of the subscription."""

    secret: SecretStr = SecretStr("")
    secret_file: str = ""
    timeout: float = Field(30.0, gt=0)


class Alerts(_Section):
    """What is told, and by which servers."""

    window_hours: float = Field(96.0, gt=0)
    baseline: bool = True
    hold_minutes: float = Field(0.0, ge=0)
    language: str = "en"
    give_up_hours: float = Field(120.0, gt=0)
    ledger_url: str = ""
    email: Email = Email()
    slack: Slack = Slack()
    webhook: Webhook = Webhook()


class Subscription(_Section):
    """Who is told what, how, and when."""

    name: str
    by: str = "console"
    to: tuple[str, ...] = ()
    mode: Literal["instant", "daily", "weekly"] = "instant"
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    corroboration: Literal["official_source", "independent", "single", "any"] = "single"
    quiet_hours: str = ""
    timezone: str = "UTC"
    digest_hour: int = Field(7, ge=0, le=23)
    digest_weekday: int = Field(0, ge=0, le=6)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [v for v in value if v not in ALL_KINDS]:
            raise ValueError(f"no such kind: {', '.join(wrong)} (known: {', '.join(sorted(ALL_KINDS))})")
        return value

    @field_validator("positions")
    @classmethod
    def _known_positions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [v for v in value if v not in POSITIONS]:
            raise ValueError(f"no such position: {', '.join(wrong)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        value = CITIES.get(value, value)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value:
            try:
                start, end = value.split("-")
                for part in (start, end):
                    datetime.strptime(part.strip(), "%H:%M")  # noqa: DTZ007 - a time of day has no zone
            except ValueError as error:
                raise ValueError('quiet_hours is written "22:00-06:00"') from error
        return value

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if self.by in ("email", "webhook") and not self.to:
            raise ValueError(f"subscription {self.name} by {self.by} needs recipients in to")
        return self


class Airflow(_Section):
    """Airflow on this machine: its home, its port and the folder of the DAGs."""

    home: str = ".airflow"
    port: int = Field(8080, ge=1, le=65535)
    dags_folder: str = ""


class Settings(_Section):
    """All settings, by section."""

    database: Database = Database()
    clock: ClockSettings = ClockSettings()
    fetch: Fetch = Fetch()
    read: Read = Read()
    poll: Poll = Poll()
    register_: Register = Field(default=Register(), alias="register")
    alerts: Alerts = Alerts()
    subscriptions: tuple[Subscription, ...] = ()
    airflow: Airflow = Airflow()

    @field_validator("subscriptions")
    @classmethod
    def _names_differ(cls, value: tuple[Subscription, ...]) -> tuple[Subscription, ...]:
        names = [s.name for s in value]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"two subscriptions are called {', '.join(twice)}")
        return value


@dataclass(frozen=True)
class Loaded:
    """The settings in force, and the origin of each one given, by dotted name."""

    settings: Settings
    origins: Mapping[str, str]
    path: Path | None


def load(path: str | None = None, environ: Mapping[str, str] | None = None) -> Loaded:
    """Reads the file (``path``, else CLUSTERWATCH_CONFIG, else ``clusterwatch.toml``) and the environment.

    Raises SettingsError, in one sentence, for a missing file, broken TOML, an unknown key or a bad value.
    """
    environ = environ or {}
    chosen = path or environ.get("CLUSTERWATCH_CONFIG") or None
    file = Path(chosen) if chosen else Path("clusterwatch.toml")
    tree: dict[str, Any] = {}
    found: Path | None = None
    if file.is_file():
        try:
            tree, found = tomllib.loads(file.read_text("utf-8")), file
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError(f"{file} cannot be read as TOML: {error}") from error
    elif chosen:
        raise SettingsError(f"there is no settings file {file}")
    origins = dict.fromkeys(_leaves(tree), f"file {file.name}")
    for name, value in sorted(environ.items()):
        if name.startswith(ENV_PREFIX):
            keys = [key.lower() for key in name.removeprefix(ENV_PREFIX).split("__")]
            _put(tree, keys, value, name)
            dotted = ".".join(keys)
            # What the environment gives stands for all of it: the file's twin of a secret, the file's table.
            if origins.get(_twin(dotted), "").startswith("file "):
                del origins[_twin(dotted)]
                _drop(tree, _twin(dotted))
            for below in [o for o in origins if o.startswith(f"{dotted}.")]:
                del origins[below]
            origins[dotted] = f"environment {name}"
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    return Loaded(_with_secret_files(settings, base=found.parent if found else Path()), origins, found)


def _twin(name: str) -> str:
    """The other way in which a secret may be given: as itself, or as a file."""
    return name.removesuffix("_file") if name.endswith("_file") else f"{name}_file"


def _drop(tree: dict[str, Any], dotted: str) -> None:
    *sections, leaf = dotted.split(".")
    node: Any = tree
    for section in sections:
        node = node.get(section) if isinstance(node, dict) else None
    if isinstance(node, dict):
        node.pop(leaf, None)


def _put(tree: dict[str, Any], keys: list[str], raw: str, name: str) -> None:
    """Sets one value of the environment into the tree; lists and tables come as JSON."""
    node = tree
    for key in keys[:-1]:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise SettingsError(f"{name}: {key} is not a section")
        node = child
    value: Any = raw
    if raw[:1] in ("[", "{") and keys[-1] not in SECRETS:
        try:
            value = json.loads(raw)
        except json.JSONDecodeError as error:
            raise SettingsError(f"{name}: not valid JSON ({error.msg})") from None
    node[keys[-1]] = value


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> list[str]:
    names: list[str] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        names += _leaves(value, f"{name}.") if isinstance(value, dict) and value else [name]
    return names


def _sentence(error: ValidationError) -> str:
    """The first faults in plain words; the value itself is never shown, as it may be a secret."""
    faults = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False)[:5]:
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            faults.append(f"unknown setting {name}")
        elif fault["type"] == "tuple_type":
            faults.append(f'{name}: a list is wanted, in the environment as JSON (["a", "b"])')
        elif fault["type"] in ("model_type", "dict_type"):
            faults.append(f"{name}: a section is wanted, in the environment as JSON")
        else:
            faults.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
    return "; ".join(faults)


def _with_secret_files(settings: Settings, base: Path) -> Settings:
    """Reads ``…_file`` twins into their secrets; a path is relative to the settings file."""

    def filled(section: Any, *secrets: str) -> Any:
        changes: dict[str, Any] = {}
        for secret in secrets:
            twin = f"{secret}_file"
            if name := getattr(section, twin):
                file = base / Path(name).expanduser()
                try:
                    changes[secret] = SecretStr(file.read_text("utf-8").strip())
                except (OSError, UnicodeDecodeError) as error:
                    raise SettingsError(f"{twin}: {file} cannot be read ({type(error).__name__})") from None
        return section.model_copy(update=changes) if changes else section

    alerts, database = settings.alerts, filled(settings.database, "url")
    alerts = alerts.model_copy(
        update={
            "email": filled(alerts.email, "password"),
            "slack": filled(alerts.slack, "token", "webhook_url"),
            "webhook": filled(alerts.webhook, "secret"),
        }
    )
    return settings.model_copy(update={"alerts": alerts, "database": database})


def in_force(loaded: Loaded) -> list[tuple[str, str, str]]:
    """(name, value as text, origin) of every setting, secrets shown as ``***`` where they are set."""
    rows: list[tuple[str, str, str]] = []

    def walk(value: Any, name: str) -> None:
        if isinstance(value, BaseModel):
            for key, field in type(value).model_fields.items():
                walk(getattr(value, key), f"{name}.{field.alias or key}".lstrip("."))
            return
        origin = next(
            (
                o
                for n, o in loaded.origins.items()
                if name == n or name.startswith((f"{n}.", f"{n}[")) or n.startswith(f"{name}.")
            ),
            "default",
        )
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for index, item in enumerate(value):
                walk(item, f"{name}[{index}]")
        else:
            rows.append((name, _shown(value), origin))

    walk(loaded.settings, "")
    return rows


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        if not secret:
            return ""
        return secret if secret.startswith("sqlite:") else "***"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | bool)
        else str(value if value is not None else "")
    )
