"""Reading the settings: the file, the environment over it, secrets from their files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from monitor.errors import SettingsError
from monitor.settings.sections import Apprise, Settings

ENV_PREFIX: Final = "CLUSTERWATCH__"
SECRETS: Final = frozenset({"url", "password", "token", "webhook_url", "secret"})


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
            keys = _keys(name)
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
    base = found.parent if found else Path()
    return Loaded(_with_lists(_with_secret_files(settings, base), base), origins, found)


def _with_lists(settings: Settings, base: Path) -> Settings:
    """The lists of officials by paths that hold wherever the program is called from."""
    section = settings.register_
    given = {"extra": section.extra, "refreshed": section.refreshed}
    found = {n: str((base / Path(path).expanduser()).absolute()) for n, path in given.items() if path}
    return settings.model_copy(update={"register_": section.model_copy(update=found)})


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


def given_by(environ: Mapping[str, str]) -> dict[str, Any]:
    """What the settings in an environment say that are not empty, as a tree of sections in small letters.

    Raises SettingsError for a table or list that is no JSON.
    """
    tree: dict[str, Any] = {}
    for name, value in sorted(environ.items()):
        if name.startswith(ENV_PREFIX) and value:
            _put(tree, _keys(name), value, name)
    return tree


def _keys(name: str) -> list[str]:
    return [key.lower() for key in name.removeprefix(ENV_PREFIX).split("__")]


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
            "links": filled(alerts.links, "secret"),
            "apprise": _with_targets(alerts.apprise, base),
        }
    )
    proposals = filled(settings.proposals, "token")
    changed = {"alerts": alerts, "database": database, "proposals": proposals}
    return settings.model_copy(update=changed | {"serve": filled(settings.serve, "password")})


def _with_targets(section: Apprise, base: Path) -> Apprise:
    """Adds the services of ``targets_file``, a TOML file of ``name = "address"`` lines."""
    if not section.targets_file:
        return section
    file = base / Path(section.targets_file).expanduser()
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"targets_file: {file} cannot be read ({type(error).__name__})") from None
    if wrong := [name for name, value in found.items() if not isinstance(value, str)]:
        raise SettingsError(f"targets_file: {file}: {wrong[0]} is no address in quotation marks")
    added = {name: SecretStr(value) for name, value in found.items()}
    return section.model_copy(update={"targets": {**section.targets, **added}})


def secrets_in(settings: Settings) -> list[str]:
    """Every secret in force that is set, however it was given; an address also gives its password."""

    def within(value: Any) -> Iterator[str]:
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
            yield from _passwords(value.get_secret_value())
        elif isinstance(value, BaseModel):
            for name in type(value).model_fields:
                yield from within(getattr(value, name))
        elif isinstance(value, Mapping):
            for each in value.values():
                yield from within(each)

    found = dict.fromkeys(secret for secret in within(settings) if secret)
    return [secret for secret in found if not secret.startswith("sqlite:")]


def _passwords(address: str) -> tuple[str, ...]:
    """The password in an address, as it stands there and as it is meant."""
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return ()
    return password, unquote(password)


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
    if isinstance(value, dict) and any(isinstance(v, SecretStr) for v in value.values()):
        return json.dumps(dict.fromkeys(value, "***"))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | bool)
        else str(value if value is not None else "")
    )
