"""What can be set, section by section: names, types, bounds and what holds where nothing is said."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from monitor.model import OFFICIAL_KINDS, POSITIONS, STANDING_GROUPS

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


def with_zone(value: datetime | None) -> datetime | None:
    """A moment as it was given. Raises ValueError for one without a zone, which could be any of 25."""
    if value is not None and value.tzinfo is None:
        raise ValueError("needs a zone, for instance 2024-03-05T12:00:00Z")
    return value


class _Filters(_Section):
    """Which statements a reader's rule means; an empty list means all."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

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

    _start = field_validator("start")(with_zone)


class Fetch(_Section):
    """Politeness, guards and caps of everything that is fetched."""

    user_agent: str = "Clusterwatch"
    contact: str = ""
    allow_private: tuple[str, ...] = ()
    connect_to: dict[str, str] = Field(default_factory=dict)
    total_timeout: float = Field(30.0, gt=0)
    archive_timeout: float = Field(90.0, gt=0)
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
    """Lists of officials over the one that comes with the program; a path is relative to the settings file.

    ``extra`` is a list of the user's own, ``refreshed`` what `officials refresh` writes.
    """

    extra: str = ""
    refreshed: str = "officials-wikidata.csv"

    @property
    def files(self) -> tuple[str, ...]:
        """The lists that there are, each over the last: what was refreshed, then the user's own."""
        refreshed = (self.refreshed,) if self.refreshed and Path(self.refreshed).is_file() else ()
        return (*refreshed, *((self.extra,) if self.extra else ()))


class Proposals(_Section):
    """An optional language model behind an OpenAI-compatible endpoint, whose proposals are held."""

    url: str = ""
    model: str = ""
    token: SecretStr = SecretStr("")
    token_file: str = ""
    timeout: float = Field(60.0, gt=0)
    daily_tokens: int = Field(500_000, ge=0)
    days: int = Field(7, ge=1)


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


class Apprise(_Section):
    """What Apprise reaches, by names of one's own; the addresses hold keys, so they are secrets."""

    targets: dict[str, SecretStr] = Field(default_factory=dict)
    targets_file: str = ""
    timeout: float = Field(30.0, gt=0)


class Operator(_Section):
    """Who runs the program and is told, by which channel, when another channel is down."""

    by: str
    to: tuple[str, ...] = ()


class Links(_Section):
    """Signed links in messages; without a secret one is made, at first use, in ``key_file``.

    Where several machines send or serve, all need the same secret.
    """

    secret: SecretStr = SecretStr("")
    secret_file: str = ""
    key_file: str = "clusterwatch.key"
    days: int = Field(400, ge=1)


class Alerts(_Section):
    """What is told, and by which servers.

    ``ledger_url`` is where `serve` is reached from outside; ``suspend_after`` the number of refusals in a
    row (0: never) after which a recipient gets nothing more until a person says so; ``down_minutes`` how
    long a channel is down before ``operators`` are told.
    """

    window_hours: float = Field(96.0, gt=0)
    baseline: bool = True
    hold_minutes: float = Field(0.0, ge=0)
    language: str = "en"
    give_up_hours: float = Field(120.0, gt=0)
    suspend_after: int = Field(5, ge=0)
    down_minutes: float = Field(30.0, gt=0)
    operators: tuple[Operator, ...] = ()
    ledger_url: str = ""
    links: Links = Links()
    apprise: Apprise = Apprise()
    email: Email = Email()
    slack: Slack = Slack()
    webhook: Webhook = Webhook()


class Subscription(_Filters):
    """Who is told what, how, and when."""

    name: str
    by: str = "console"
    to: tuple[str, ...] = ()
    mode: Literal["instant", "daily", "weekly"] = "instant"
    corroboration: Literal["official_source", "independent", "single", "any"] = "single"
    quiet_hours: str = ""
    timezone: str = "UTC"
    digest_hour: int = Field(7, ge=0, le=23)
    digest_weekday: int = Field(0, ge=0, le=6)
    paused_until: datetime | None = None

    _paused = field_validator("paused_until")(with_zone)

    @field_validator("paused_until", mode="before")
    @classmethod
    def _empty_is_not_paused(cls, value: object) -> object:
        return None if value == "" else value

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
        if self.by in ("apprise", "email", "webhook") and not self.to:
            raise ValueError(f"subscription {self.name} by {self.by} needs recipients in to")
        return self


class Silence(_Filters):
    """Nothing of these statements is sent until then, and why; with ``embargo`` it is sent afterwards."""

    name: str
    reason: str = Field(min_length=1)
    until: datetime
    embargo: bool = False
    subscriptions: tuple[str, ...] = ()

    _until = field_validator("until")(with_zone)


class Airflow(_Section):
    """Airflow on this machine: its home, its port and the folder of the DAGs."""

    home: str = ".airflow"
    port: int = Field(8080, ge=1, le=65535)
    dags_folder: str = ""


class Serve(_Section):
    """The ledger as web pages: the password for them, and the host names they are asked for by."""

    password: SecretStr = SecretStr("")
    password_file: str = ""
    hosts: tuple[str, ...] = ()
    open: bool = False


class Settings(_Section):
    """All settings, by section."""

    database: Database = Database()
    clock: ClockSettings = ClockSettings()
    fetch: Fetch = Fetch()
    read: Read = Read()
    poll: Poll = Poll()
    register_: Register = Field(default=Register(), alias="register")
    proposals: Proposals = Proposals()
    alerts: Alerts = Alerts()
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    silences: tuple[Silence, ...] = ()
    archives: dict[str, dict[str, Any]] = Field(default_factory=dict)  # checked by monitor.app
    airflow: Airflow = Airflow()
    serve: Serve = Serve()

    @field_validator("subscriptions")
    @classmethod
    def _names_differ(cls, value: tuple[Subscription, ...]) -> tuple[Subscription, ...]:
        names = [s.name for s in value]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"two subscriptions are called {', '.join(twice)}")
        return value

    @field_validator("groups")
    @classmethod
    def _names_of_groups(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name, states in value.items():
            if f"@{name}" in STANDING_GROUPS or not name.isidentifier():
                raise ValueError(f"a group cannot be called {name!r}")
            if inner := [s for s in states if s.startswith("@")]:
                raise ValueError(f"group {name} holds states, not groups ({inner[0]})")
        return value

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        groups = {*STANDING_GROUPS, *(f"@{name}" for name in self.groups)}
        rules: tuple[Subscription | Silence, ...] = (*self.subscriptions, *self.silences)
        for rule in rules:
            if wrong := [s for s in rule.states if s.startswith("@") and s not in groups]:
                raise ValueError(
                    f"{rule.name}: no such group: {wrong[0]} (known: {', '.join(sorted(groups))})"
                )
        names = {s.name for s in self.subscriptions}
        for silence in self.silences:
            if unknown := [n for n in silence.subscriptions if n not in names]:
                raise ValueError(f"silence {silence.name}: no such subscription: {unknown[0]}")
        return self
