"""Settings to services: the only file that names a concrete adapter, and the only one that reads a clock."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from alerts import channels
from alerts.links import Links
from alerts.wording import wording
from extractors.workers import WorkerPool
from monitor import archives
from monitor.advisers.chat import ChatProposer
from monitor.advisers.vectors import SentenceVectors
from monitor.errors import SettingsError
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.liveness import this_process
from monitor.model import Counts, SilenceRule, SubscriptionRule
from monitor.officials import Register, load_register
from monitor.officials.lexicon import data
from monitor.pipeline.officials import keep_fresh
from monitor.pipeline.services import Services
from monitor.ports import Archive, Channel, Clock, Embedder, Fetcher, Proposer, Turns
from monitor.settings import Loaded, Settings, Subscription, load
from monitor.store.database import Database
from monitor.store.hostturns import HostTurns
from monitor.store.installation import installation_uid, load_register_rows, register_digest

#: What each worker imports at its start, so that its first page does not wait.
PRELOAD = ("monitor.pipeline.jobs", "extractors.feed", "monitor.analysis")


class SystemClock:
    """The real time; with a start, a clock that began there when it was made and runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start.astimezone(UTC) if start else None
        self._made = time.monotonic()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=time.monotonic() - self._made)


def settings_of(config: str | None = None, environ: Mapping[str, str] | None = None) -> Loaded:
    """The settings in force. Raises SettingsError."""
    found = load(config, os.environ if environ is None else environ)
    for name in found.settings.archives:
        archive_settings(found.settings, name)
    return found


def open_database(settings: Settings) -> Database:
    """The ledger's database, as it is: neither checked nor migrated."""
    return Database(settings.database.url.get_secret_value(), busy_timeout=settings.database.busy_timeout)


def clock_of(settings: Settings) -> Clock:
    """The clock: real, or started where the settings say."""
    return SystemClock(settings.clock.start)


def fetcher_of(settings: Settings, clock: Clock, turns: Turns | None = None) -> Fetcher:
    """The one way to the network; with the ledger's ``turns`` all processes keep one pause to an archive."""
    f = settings.fetch
    policy = FetchPolicy(
        user_agent=f.user_agent,
        contact=f.contact,
        allow_private=f.allow_private,
        connect_to=f.connect_to,
        total_timeout=f.total_timeout,
        archive_timeout=f.archive_timeout,
        max_feed_bytes=f.max_feed_bytes,
        max_page_bytes=f.max_page_bytes,
        per_host_delay=f.per_host_delay,
        concurrency=f.concurrency,
    )
    return HttpFetcher(policy, clock, turns)


def patient_fetcher_of(settings: Settings, clock: Clock) -> Fetcher:
    """The same, with the time that Wikidata may take for an answer."""
    seconds = max(settings.fetch.total_timeout, float(data("wikidata.toml")["seconds"]))
    patient = settings.fetch.model_copy(update={"total_timeout": seconds})
    return fetcher_of(settings.model_copy(update={"fetch": patient}), clock)


def refresh_register(services: Services) -> Counts:
    """The refreshed list of officials brought up to date where it is a week old (``pipeline.officials``)."""
    return keep_fresh(services, patient_fetcher_of(services.settings, services.clock))


def archive_settings(settings: Settings, name: str) -> Any:
    """What ``[archives.NAME]`` says, as the archive's own Settings. Raises SettingsError."""
    given = {key.replace("-", "_"): value for key, value in settings.archives.get(name, {}).items()}
    if name.replace("_", "-") not in archives.available():
        known = ", ".join(archives.available())
        raise SettingsError(f"unknown setting archives.{name} (archives: {known or 'none'})")
    kind = archives.find(name.replace("_", "-")).Settings
    if unknown := sorted(set(given) - {field.name for field in fields(kind)}):
        raise SettingsError(f"unknown setting archives.{name}.{unknown[0]}")
    try:
        return TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in ("archives", name, *fault["loc"]))
        raise SettingsError(f"{where}: {fault['msg'].removeprefix('Value error, ')}") from None


def archive_of(settings: Settings, name: str, reach: archives.Reach) -> Archive:
    """An archive with its settings. Raises UsageError for one that there is not, or targets of no use."""
    file = archives.find(name)
    given = name if name in settings.archives else name.replace("-", "_")
    return file.build(archive_settings(settings, given), reach)


def workers_of(settings: Settings, processes: int | None = None) -> WorkerPool:
    """The worker processes that read and judge."""
    read = settings.read
    return WorkerPool(
        read.workers if processes is None else processes,
        cpu_seconds=read.worker_cpu_seconds,
        memory_mb=read.worker_memory_mb,
        wall_seconds=3.0 * read.worker_cpu_seconds,
        preload=PRELOAD,
    )


@cache
def register_of(lists: tuple[str, ...]) -> Register:
    """The register of officials, with these lists over the one that comes with the program."""
    return load_register(*lists)


def proposer_of(settings: Settings) -> Proposer | None:
    """The language model that proposes statements, None where none is set. Raises SettingsError."""
    given = settings.proposals
    if not given.url:
        return None
    token = given.token.get_secret_value()
    return ChatProposer(url=given.url, model=given.model, token=token, timeout=given.timeout)


def embedder_of() -> Embedder:
    """What turns sentences into vectors. Raises SettingsError where the extra ``semantic`` is missing."""
    return SentenceVectors()


@contextmanager
def open_services(
    config: str | None = None, *, workers: int | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[Services]:
    """The program put together, the ledger's schema brought up to date; closed at the end.

    ``environ`` stands for the process's environment where the settings are read. Raises SettingsError,
    StoreUnreachable, or SchemaMismatch for a database of a newer version.
    """
    settings = settings_of(config, environ).settings
    wording(settings.alerts.language)  # a language that there is not is refused before anything is done
    rules = rules_of(settings)
    adapters = channels_of(settings, rules)
    register = register_of(settings.register_.files)
    proposer = proposer_of(settings)
    database = open_database(settings)
    try:
        clock = clock_of(settings)
        uid = prepare(database, register, clock.now())
        fetcher = fetcher_of(settings, clock, HostTurns(database))
        with workers_of(settings, workers) as pool:
            yield Services(
                settings=settings,
                database=database,
                clock=clock,
                fetcher=fetcher,
                workers=pool,
                register=register,
                channels=adapters,
                subscriptions=rules,
                silences=silences_of(settings),
                installation=uid,
                owner=this_process(),
                links=links_of(settings, config),
                proposer=proposer,
                archives=lambda name, targets, stretch: archive_of(
                    settings, name, archives.Reach(fetcher, pool, clock, tuple(targets), stretch)
                ),
            )
    finally:
        for channel in adapters.values():
            channel.close()
        database.dispose()


def prepare(database: Database, register: Register, now: datetime) -> str:
    """Migrates, copies a changed register into its tables, and gives the installation's name."""
    if database.check(migrating=True) != database.newest():
        database.upgrade()
    digest = register_digest(register)
    with database.writing("register") as session:
        load_register_rows(session, register, digest, now)
        return installation_uid(session, now)


def rules_of(settings: Settings) -> tuple[SubscriptionRule, ...]:
    """The subscriptions; with none, one that prints to the console."""
    if not settings.subscriptions:
        return (SubscriptionRule("console", by="console", to=("console",)),)
    return tuple(_rule(s, settings.groups) for s in settings.subscriptions)


def silences_of(settings: Settings) -> tuple[SilenceRule, ...]:
    """What is not to be sent for a time."""
    return tuple(
        SilenceRule(**{**dict(one), "states": _states(one.states, settings.groups)})
        for one in settings.silences
    )


def _states(states: Iterable[str], groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Codes and groups by standing, with the user's own groups opened."""
    return tuple(one for s in states for one in (groups.get(s[1:], (s,)) if s[:1] == "@" else (s,)))


def _rule(s: Subscription, groups: Mapping[str, tuple[str, ...]]) -> SubscriptionRule:
    to = s.to or ((s.by,) if s.by in ("console", "slack") else ())
    return SubscriptionRule(**{**dict(s), "to": to, "states": _states(s.states, groups)})


def channels_of(settings: Settings, rules: tuple[SubscriptionRule, ...]) -> dict[str, Channel]:
    """The channels that subscriptions and operators name. Raises SettingsError for one that there is not."""
    names = {rule.by for rule in rules} | {operator.by for operator in settings.alerts.operators}
    return {name: _channel(settings, name) for name in sorted(names)}


def links_of(settings: Settings, config: str | None = None) -> Links | None:
    """What makes and proves the signed links in messages; None where `serve` is not reached from outside.

    The secret is the setting's, else that of the key file beside the settings, which is made at first use
    and readable by its owner alone. Raises SettingsError for a secret that is too short or cannot be kept.
    """
    alerts = settings.alerts
    if not alerts.ledger_url:
        return None
    secret = alerts.links.secret.get_secret_value()
    if not secret:
        chosen = config or os.environ.get("CLUSTERWATCH_CONFIG")
        secret = _kept_secret((Path(chosen).parent if chosen else Path()) / alerts.links.key_file)
    if len(secret.encode()) < 16:
        raise SettingsError("alerts.links.secret is too short: at least 16 characters are wanted")
    return Links(alerts.ledger_url.rstrip("/"), secret.encode(), alerts.links.days)


def _kept_secret(file: Path) -> str:
    try:
        # Written whole under another name and linked: of two processes one makes it and both read the same.
        if not file.exists():
            part = file.with_name(f".{file.name}.{os.getpid()}")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(32))
            with suppress(FileExistsError):
                os.link(part, file)
            part.unlink()
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"alerts.links.key_file: {file} cannot be used ({type(error).__name__}); "
            "it may be set in its place, as alerts.links.secret"
        ) from None


def _channel(settings: Settings, name: str) -> Channel:
    file = channels.find(name)
    given: dict[str, Any] = {}
    email, slack, webhook = settings.alerts.email, settings.alerts.slack, settings.alerts.webhook
    if name == "email":
        given = {
            "host": email.host,
            "port": email.port,
            "tls": email.tls,
            "username": email.username,
            "password": email.password.get_secret_value(),
            "sender": email.sender,
            "timeout": email.timeout,
            "data_timeout": email.data_timeout,
            "ca_file": email.ca_file,
        }
    elif name == "slack":
        given = {
            "webhook_url": slack.webhook_url.get_secret_value(),
            "token": slack.token.get_secret_value(),
            "api_url": slack.api_url,
            "timeout": slack.timeout,
        }
    elif name == "webhook":
        given = {"secret": webhook.secret.get_secret_value(), "timeout": webhook.timeout}
    elif name == "apprise":
        targets = {n: url.get_secret_value() for n, url in settings.alerts.apprise.targets.items()}
        given = {"targets": targets, "timeout": settings.alerts.apprise.timeout}
    return file.build(file.Settings(**given))
