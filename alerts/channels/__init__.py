"""The channels by which messages leave: one file each, found by being there.

A channel's file has ``Settings`` (a frozen dataclass whose every field has a default) and
``build(settings) -> Channel``. Files whose names begin with an underscore serve the others.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from monitor.errors import SettingsError
from monitor.ports import Channel


class ChannelFile(Protocol):
    """What a file of this folder offers."""

    Settings: type[Any]

    def build(self, settings: Any) -> Channel:
        """The channel; SettingsError for settings that cannot work."""


@cache
def available() -> tuple[str, ...]:
    """The names of the channels that have a file here, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def find(name: str) -> ChannelFile:
    """The file of a channel. Raises SettingsError, with the names there are, for an unknown one."""
    if name not in available():
        raise SettingsError(f"there is no alert channel {name!r} (there is: {', '.join(available())})")
    return cast(ChannelFile, import_module(f"{__name__}.{name}"))
