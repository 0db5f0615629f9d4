"""Where the past is read from: one file an archive, found by being there.

An archive's file has ``Settings`` (a frozen dataclass whose every field has a default), ``TARGETS`` (what it
is asked about) and ``build(settings, reach) -> Archive``; where windows need not take turns, ``ASKS`` says so
(see ``Turns``), and ``KEPT_OUT`` how its one service keeps us out (see ``keeps_out``). Files whose names
begin with an underscore serve the others. On the command line a file ``feed_archive.py`` is the source
``feed-archive``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final, Literal, Protocol, cast

from monitor.errors import UsageError
from monitor.model import Target, Window
from monitor.ports import Archive, Clock, Fetcher, Workers

#: What an archive is asked about: feeds' addresses, outlets' sites, files' paths, or nothing (it has all).
Targets = Literal["feeds", "outlets", "paths", "none"]

#: What is asked by one process at a time, so that no server has two at once: the whole ``archive``, each of
#: the ``targets`` (their own servers), or nothing (``open``: files that are meant to be read side by side).
Turns = Literal["archive", "targets", "open"]


#: States in which a service keeps us out, whatever it is asked; ``postponed``: the wait that it asked for,
#: of this process or another, is not over.
KEPT_OUT: Final = frozenset({"connect", "http_429", "busy", "postponed"})


@dataclass(frozen=True, slots=True)
class Reach:
    """What an archive may use: the network, the worker processes, the clock, and what it is asked about.

    ``stretch`` is the whole time that is read, of which a window is a part: archives that know when a page
    was found, but not when it was published, keep what falls into it (None: into the window).
    """

    fetcher: Fetcher
    workers: Workers
    clock: Clock
    targets: Sequence[Target] = ()
    stretch: Window | None = None

    def worked(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What one function makes of a stranger's bytes in a worker process, or its error."""
        return next(iter(self.workers.map(function, [arguments])))


class ArchiveFile(Protocol):
    """What a file of this folder offers."""

    Settings: type[Any]
    TARGETS: Targets

    def build(self, settings: Any, reach: Reach) -> Archive:
        """The archive. Raises UsageError for targets, SettingsError for settings, that cannot work."""


@cache
def available() -> tuple[str, ...]:
    """The names of the archives that have a file here, as the command line has them, sorted."""
    files = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return tuple(sorted(name.replace("_", "-") for name in files))


def turns_of(name: str) -> Turns:
    """What of an archive is asked by one process at a time. Raises UsageError."""
    turns: Turns = getattr(find(name), "ASKS", "archive")
    return turns


def keeps_out(name: str, state: str | None) -> bool:
    """Whether the one service that all windows of an archive ask keeps us out: each of them would fail, so it
    is left alone till the next call. Raises UsageError."""
    usual = KEPT_OUT if turns_of(name) == "archive" else frozenset()
    return state in getattr(find(name), "KEPT_OUT", usual)


def find(name: str) -> ArchiveFile:
    """The file of an archive. Raises UsageError, with the names there are, for an unknown one."""
    if name not in available():
        raise UsageError(f"there is no archive {name!r} (there is: {', '.join(available()) or 'none'})")
    return cast(ArchiveFile, import_module(f"{__name__}.{name.replace('-', '_')}"))
