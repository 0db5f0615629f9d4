"""What the stages work with: settings, the ledger and the ports, put together by monitor.app."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from alerts.links import Links
from alerts.plain import cut, one_line
from monitor.errors import UsageError
from monitor.model import Counts, SilenceRule, SubscriptionRule, Target, Window
from monitor.officials import Register
from monitor.ports import Archive, Channel, Clock, Fetcher, Proposer, Workers
from monitor.settings import Settings
from monitor.store.database import Database

log = logging.getLogger("clusterwatch")


#: An archive by its name, what it is asked about and the whole time that is read.
Archives = Callable[[str, Sequence[Target], Window | None], Archive]


def no_archives(name: str, targets: Sequence[Target], stretch: Window | None) -> Archive:  # noqa: ARG001
    """Where none are set up. Raises UsageError."""
    raise UsageError(f"there is no archive {name!r} here")


@dataclass(frozen=True)
class Services:
    """The program put together. ``owner`` names this process in leases: host, boot, process, its start."""

    settings: Settings
    database: Database
    clock: Clock
    fetcher: Fetcher
    workers: Workers
    register: Register
    channels: Mapping[str, Channel]
    subscriptions: Sequence[SubscriptionRule]
    installation: str
    owner: str
    links: Links | None = None  # None: `serve` is not reached from outside, or nothing is sent by e-mail
    proposer: Proposer | None = None
    silences: Sequence[SilenceRule] = ()
    archives: Archives = no_archives  # gives an archive by name, for what it is asked about

    def now(self) -> datetime:
        """The present moment of this run's clock."""
        return self.clock.now()

    def operators(self) -> list[tuple[str, str]]:
        """Those who are told of the program's own troubles: (channel, recipient)."""
        found = self.settings.alerts.operators
        return [(one.by, recipient) for one in found for recipient in one.to or (one.by,)]


def refusal(item: str, reason: str) -> str:
    """A refused item in one line, whatever a stranger wrote."""
    return cut(one_line(f"{item}: {reason}"), 600)


@dataclass
class Tally:
    """Counts while a stage works; a refused item is named once and logged as one line.

    Threads of one stage may share it. What a stranger wrote is logged on one line, as text.
    """

    stage: str
    done: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def count(self, name: str, times: int = 1) -> None:
        """Adds to a counter."""
        with self._lock:
            self.done[name] += times

    def refuse(self, item: str, reason: str) -> None:
        """Notes an item that was refused in this run."""
        line = refusal(item, reason)
        self.refused.append(line)
        log.warning("%s refused: %s", self.stage, line)

    def counts(self) -> Counts:
        """The stage's report."""
        return Counts(self.stage, dict(self.done), tuple(self.refused))
