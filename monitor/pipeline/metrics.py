"""The program's figures for Prometheus: all from the ledger, so that any process can tell them.

``registry`` gives a registry whose one collector asks the ledger at each scrape; `serve` and the command
``metrics`` both use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.figures import (
    entries_by_status,
    feeds_by_health,
    issues_by_code,
    last_polled,
    reports_by_status,
    statements_by_alert,
)
from monitor.store.notices import waiting_notices
from monitor.store.outbox import STATES, channel_rows, counts, oldest_waiting, sent_delays, suspended

#: Delays are told of what was sent within this time.
WINDOW: Final = timedelta(hours=24)
QUANTILES: Final = (0.5, 0.95, 1.0)
FEED_STATES: Final = ("healthy", "troubled", "failing", "new", "paused")


def registry(services: Services) -> CollectorRegistry:
    """A registry of its own, with nothing of the process in it."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Figures(services))
    return made


def metrics_text(services: Services) -> bytes:
    """The figures of this moment in Prometheus' text format (version 0.0.4)."""
    return generate_latest(registry(services))


class _Figures(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the ledger before a scrape."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every family, from one look at the ledger."""
        services, now = self._services, self._services.now()
        yield InfoMetricFamily("clusterwatch", "The program.", {"version": version("clusterwatch")})
        with services.database.reading() as session:
            families = [*_reading(session, now), *_telling(services, session, now)]
        yield from families


def _reading(session: Session, now: datetime) -> Iterator[Metric]:
    feeds = feeds_by_health(session)
    yield _family("feeds", "Feeds by health.", "health", {s: feeds[s] for s in FEED_STATES})
    last = last_polled(session)
    if last is not None:
        ago = (now - last) / timedelta(seconds=1)
        yield GaugeMetricFamily("clusterwatch_last_poll_seconds", "Since a feed was asked last.", ago)
    yield _family("entries", "Entries of feeds by what became of them.", "status", entries_by_status(session))
    yield _family("reports", "Reports by what became of them.", "status", reports_by_status(session))
    yield _family(
        "statements", "Statements by the state of their alert.", "alert", statements_by_alert(session)
    )
    yield _family("issues", "Open issues.", "code", issues_by_code(session))


def _telling(services: Services, session: Session, now: datetime) -> Iterator[Metric]:
    deliveries = GaugeMetricFamily(
        "clusterwatch_deliveries", "Deliveries by channel and status.", labels=("channel", "status")
    )
    known = {(channel, status): number for channel, status, number in counts(session)}
    channels = sorted({*services.channels, *(channel for channel, _ in known)})
    for channel in channels:
        for status in STATES:
            deliveries.add_metric((channel, status), known.get((channel, status), 0))
    yield deliveries
    yield _delays(session, now)
    oldest = {c: (now - since) / timedelta(seconds=1) for c, since in oldest_waiting(session, now).items()}
    yield _family(
        "oldest_waiting_seconds", "For how long the oldest delivery that is due waits.", "channel",
        {c: max(oldest.get(c, 0.0), 0.0) for c in channels},
    )  # fmt: skip
    down = {row.name: row.down_since for row in channel_rows(session) if row.down_since is not None}
    yield _family(
        "channel_up", "1 where messages get through, 0 where not.", "channel",
        {c: int(c not in down) for c in channels},
    )  # fmt: skip
    yield _family(
        "channel_down_seconds", "For how long messages do not get through.", "channel",
        {c: (now - down[c]) / timedelta(seconds=1) if c in down else 0 for c in channels},
    )  # fmt: skip
    silent = [row.channel for row in suspended(session)]
    yield _family(
        "recipients_suspended", "Recipients who get nothing until they are resumed.", "channel",
        {c: silent.count(c) for c in channels},
    )  # fmt: skip
    yield GaugeMetricFamily(
        "clusterwatch_notices_waiting", "Notices to operators that wait.", waiting_notices(session)
    )


def _delays(session: Session, now: datetime) -> Metric:
    """From when an instant message was to be sent to its acceptance, over the last day."""
    found: dict[str, list[float]] = {}
    for channel, wanted, sent in sent_delays(session, now - WINDOW):
        found.setdefault(channel, []).append((sent - wanted) / timedelta(seconds=1))
    family = GaugeMetricFamily(
        "clusterwatch_delivery_delay_seconds",
        "From when an instant message was to be sent to its acceptance, over the last 24 hours.",
        labels=("channel", "quantile"),
    )
    for channel, delays in sorted(found.items()):
        delays.sort()
        for quantile in QUANTILES:
            place = min(int(quantile * len(delays)), len(delays) - 1)
            family.add_metric((channel, str(quantile)), delays[place])
    return family


def _family(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"clusterwatch_{name}", words, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family
