"""A week with nothing to say is said once: to each reader of a digest, at the hour of its weekly one.

The message is a row of the operators' outbox before it is sent, one a reader and week, so that a kill or a
second process repeats none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from alerts.digest import render_quiet
from alerts.subscriptions import next_digest
from monitor.model import Message, SubscriptionRule
from monitor.pipeline.messages import SIGNED, headers_to
from monitor.pipeline.services import Services
from monitor.pipeline.watch import watch_of
from monitor.store.database import Session
from monitor.store.notices import keep_notice, noticed_since
from monitor.store.outbox import recipients_of
from monitor.store.schema import NoticeRow
from monitor.store.watch import founded, had_something, latest_delivery

#: The code of such a row; its subject is the kind of digest, its ``since`` the end of the week.
NOTHING: Final = "nothing_found"
WEEK: Final = timedelta(days=7)
#: So long after its hour it is still said; a program that was off for longer says it the week after.
LATE: Final = timedelta(hours=24)


def watch_quiet(services: Services) -> None:
    """Writes what is to be said to readers who had nothing in the week that is just over."""
    now = services.now()
    weeks = [(rule, end) for rule in services.subscriptions if (end := _week_over(rule, now))]
    if not weeks:
        return
    with services.database.reading() as session:
        wanted = list(_readers(session, services, weeks))
    if not wanted:
        return
    with services.database.writing("notices") as session:
        for rule, end, recipient in _readers(session, services, weeks):
            keep_notice(session, NOTHING, rule.mode, end, rule.by, recipient, "", now)


def _week_over(rule: SubscriptionRule, now: datetime) -> datetime | None:
    """The hour of a digest rule's week that has just passed; None if it has not, or while it is paused."""
    if rule.mode == "instant" or (rule.paused_until is not None and rule.paused_until > now):
        return None
    end = next_digest(replace(rule, mode="weekly"), now - WEEK)
    return end if end <= now < end + LATE else None


def _readers(
    session: Session, services: Services, weeks: list[tuple[SubscriptionRule, datetime]]
) -> Iterator[tuple[SubscriptionRule, datetime, str]]:
    """Who had nothing in its week, has not left, and was not told so; a ledger's first week says nothing."""
    began = founded(session)
    for rule, end in weeks:
        if began is None or end - began < WEEK or rule.by not in services.channels:
            continue
        states = recipients_of(session, rule.by)
        for recipient in rule.readers:
            state = states.get(recipient)
            if state is not None and state.suspended_at is not None:
                continue
            said = noticed_since(session, NOTHING, rule.by, recipient, end - WEEK)
            if not said and not had_something(session, rule.by, recipient, end - WEEK):
                yield rule, end, recipient


def quiet_message(services: Services, row: NoticeRow) -> Message:
    """The message of such a row: that nothing was found, and how the watch stands now."""
    with services.database.reading() as session:
        watch = watch_of(session, services, row.since - WEEK)
        last = latest_delivery(session, row.channel, row.recipient)
    mode: Literal["daily", "weekly"] = "daily" if row.subject == "daily" else "weekly"
    message = render_quiet(
        watch, until=row.since, installation=SIGNED, mode=mode, language=services.settings.alerts.language
    )
    return replace(message, headers=headers_to(services, row, f"n{row.id}", leave=last))
