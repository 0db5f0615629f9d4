"""What the subscriptions would have sent of the ledger's last days: a trial of rules, which sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from alerts.subscriptions import next_digest, wants
from monitor.model import OFFICIAL_KINDS
from monitor.pipeline.readers import takes
from monitor.pipeline.services import Services
from monitor.pipeline.told import told_of
from monitor.store.database import Session
from monitor.store.questions import statements_between


@dataclass(slots=True)
class Trial:
    """One rule's part: the statements it wants, how many messages a reader would have had, why others not."""

    subscription: str
    mode: str
    readers: int
    wanted: list[str] = field(default_factory=list)
    missed: dict[str, int] = field(default_factory=dict)
    messages: int = 0


def dry_run(session: Session, services: Services, since: datetime, name: str | None = None) -> list[Trial]:
    """A trial of each rule (or of the one called ``name``) on the statements first seen since then.

    Counted as if each had been told when it was first seen: instant messages one by one, a digest once a day
    or week in which it has something. Statements that are told to nobody (found late, by backfill, before the
    first poll …) count for digests only. Updates are not counted.
    """
    rules = [rule for rule in services.subscriptions if name in (None, rule.name)]
    trials = [Trial(rule.name, rule.mode, len(rule.readers)) for rule in rules]
    digests: list[set[datetime]] = [set() for _ in rules]
    for row in statements_between(session, None, None, since):
        told = told_of(session, services, row, others=False)
        late = row.alert_state in ("digest", "not_told")
        for rule, trial, days in zip(rules, trials, digests, strict=True):
            fits, why = wants(rule, told)
            if fits and late and not takes(rule, told, "digest", row.alert_reason):
                fits, why = False, row.alert_reason or "late"
            if fits and row.alert_state == "not_told" and told.speaker.kind in OFFICIAL_KINDS:
                fits, why = False, row.alert_reason or "not_told"
            if not fits:
                trial.missed[why] = trial.missed.get(why, 0) + 1
                continue
            trial.wanted.append(f"s{row.id}")
            if rule.mode == "instant":
                trial.messages += 1
            else:
                days.add(next_digest(rule, row.first_seen))
                trial.messages = len(days)
    return trials
