"""When and how one reader is told: at once, later, with others in a digest, or not while a silence holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerts.subscriptions import in_quiet_hours, next_digest, silenced
from monitor.model import SubscriptionRule, Told
from monitor.pipeline.services import Services

#: The state of a delivery that a silence keeps from being sent; `alerts retry` sends it all the same.
SILENCED: Final = "silenced"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a delivery begins: its mode, its state, when it is due (None: at once), why it is not sent."""

    mode: str
    status: str
    due: datetime | None
    why: str | None = None


def planned(
    services: Services, rule: SubscriptionRule, told: Told, now: datetime, *, hold: bool = True
) -> Plan:
    """How a statement goes to a rule's readers. ``hold``: a first message waits for more outlets.

    What an instant rule would have sent while it is paused comes in one message when the pause is over.
    """
    paused = rule.paused_until if rule.paused_until is not None and rule.paused_until > now else None
    mode = "daily" if paused and rule.mode == "instant" else rule.mode
    silence = silenced(services.silences, rule, told, now)
    embargo = silence.until if silence is not None and silence.embargo else None
    start = max(filter(None, (now, paused, embargo)))
    due = _due(services, rule, start, hold) or (start if start > now else None)
    if silence is None:
        return Plan(mode, "queued", due)
    why = f"{silence.name}: {silence.reason}"
    return Plan(mode, "queued", due, f"embargo {why}") if embargo else Plan(mode, SILENCED, due, why)


def _due(services: Services, rule: SubscriptionRule, now: datetime, hold: bool) -> datetime | None:
    """At the next digest, after the hold and the quiet hours, or at once (None)."""
    if rule.mode != "instant":
        return next_digest(rule, now)
    minutes = services.settings.alerts.hold_minutes if hold else 0.0
    wait = now + timedelta(minutes=minutes) if minutes else now
    quiet = in_quiet_hours(rule, wait)
    return quiet or (wait if minutes else None)
