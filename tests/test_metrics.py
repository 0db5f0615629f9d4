"""Figures for Prometheus, read back by its own parser, from a ledger in which things went well and badly."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

from commands import Command
from mailserver import DESK, free_port
from outbox import at_noon, fill, settings_for
from prometheus_client.parser import text_string_to_metric_families
from test_web import browsing
from world import World

from alerts.channels.email import EmailSettings
from alerts.channels.email import build as build_email
from monitor.pipeline import deliver
from monitor.pipeline.metrics import metrics_text

GONE = "gone@example.org"


def figures(text: str) -> dict[tuple[str, ...], float]:
    """The samples by name and labels' values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_the_ledger_tells(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = settings_for({"email": [DESK, GONE], "console": ["console"]})
    world.settings["ALERTS__SUSPEND_AFTER"] = "1"
    world.inbox.on_rcpt = lambda address, nth: "550 no such user" if address == GONE else None
    with at_noon(world) as (services, clock):
        fill(services, 3)
        deliver(services)
        found = figures(metrics_text(services).decode())
        assert found["clusterwatch_deliveries", "email", "sent"] == 3
        assert found["clusterwatch_deliveries", "email", "refused"] == 1
        assert found["clusterwatch_deliveries", "email", "suspended"] == 2
        assert found["clusterwatch_deliveries", "console", "sent"] == 3
        assert found["clusterwatch_recipients_suspended", "email"] == 1
        assert 0 < found["clusterwatch_delivery_delay_seconds", "email", "0.95"] < 60
        assert found["clusterwatch_channel_up", "email"] == 1
        assert found["clusterwatch_statements", "told"] == 3
        assert found["clusterwatch_issues", "delivery_refused"] == 1
        assert found["clusterwatch_oldest_waiting_seconds", "email"] == 0
        assert found["clusterwatch_feeds", "healthy"] == 0
        fill(services, 1, 3)
        down = build_email(EmailSettings("127.0.0.1", free_port(), "off", timeout=2.0))
        services.channels["email"] = down  # type: ignore[index]
        deliver(services)
        clock.forward(minutes=10)
        found = figures(metrics_text(services).decode())
    assert found["clusterwatch_channel_up", "email"] == 0
    assert 600 <= found["clusterwatch_channel_down_seconds", "email"] < 700
    assert 600 <= found["clusterwatch_oldest_waiting_seconds", "email"] < 700


def test_serve_tells_them_behind_its_password(world: World) -> None:
    with at_noon(world) as (services, _), browsing(services, password="open sesame") as browser:
        fill(services, 1)
        assert browser.ask("/metrics").status == 401
        known = base64.b64encode(b"desk:open sesame").decode()
        got = browser.ask("/metrics", Authorization=f"Basic {known}")
    assert got.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert figures(got.text)["clusterwatch_deliveries", "email", "queued"] == 1


def test_the_command_prints_them_or_writes_them_whole(filled: Command, tmp_path: Path) -> None:
    printed = figures(filled("metrics").out)
    assert printed["clusterwatch_deliveries", "console", "sent"] == 2
    assert printed["clusterwatch_info", "0.1.0"] == 1
    done = filled("metrics", "--textfile", "clusterwatch.prom")
    assert (done.status, done.out) == (0, "")
    file = tmp_path / "clusterwatch.prom"
    assert figures(file.read_text())["clusterwatch_statements", "told"] == 2
    assert stat.S_ISREG(file.stat().st_mode)
    assert filled("metrics", "--textfile", "no/such/folder/x.prom").status == 2
