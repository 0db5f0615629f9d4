"""Operators are told by another channel when one has been down for a while, once, and when it is back.

A notice is a row before it is a message, one a reader, so that a kill or a second process repeats none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from alerts.notices import notice
from monitor.liveness import is_alive
from monitor.model import Accepted, Message, Outcome, Refused
from monitor.pipeline.messages import headers_to
from monitor.pipeline.outcomes import LOOK_AGAIN
from monitor.pipeline.quiet import NOTHING, quiet_message
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import LooksBack
from monitor.schedule import retry_wait
from monitor.store.database import Session
from monitor.store.notices import (
    due_notices,
    keep_notice,
    lease_notice,
    release_notices,
    waiting_notices,
)
from monitor.store.outbox import channel_rows
from monitor.store.schema import ChannelRow, NoticeRow
from monitor.waypoints import passing

DOWN: Final = "channel_down"
BACK: Final = "channel_back"


def watch_channels(services: Services) -> None:
    """Writes the notices on channels that are down for long enough, or back after operators were told."""
    now = services.now()
    after = timedelta(minutes=services.settings.alerts.down_minutes)
    with services.database.reading() as session:
        wanted = [row for row in channel_rows(session) if _news(row, now, after)]
    if not wanted or not services.settings.alerts.operators:
        return
    with services.database.writing("notices") as session:
        for row in channel_rows(session):
            code = _news(row, now, after)
            if code is None:
                continue
            since = (row.down_since if code == DOWN else row.told_at) or now
            for channel, recipient in _readers(services, row.name):
                detail = row.last_error or ""
                keep_notice(session, code, row.name, since, channel, recipient, detail, now)
            row.told_at = now if code == DOWN else None
    passing("operators.written")


def _news(row: ChannelRow, now: datetime, after: timedelta) -> str | None:
    if row.down_since is not None:
        return DOWN if row.told_at is None and now - row.down_since >= after else None
    return BACK if row.told_at is not None else None


def _readers(services: Services, channel: str) -> list[tuple[str, str]]:
    """Who is told: the operators by every other channel."""
    return [(by, recipient) for by, recipient in services.operators() if by != channel]


def send_notices(services: Services, tally: Tally) -> None:
    """Sends the notices that wait; one that cannot be sent now waits on, however long."""
    with services.database.reading() as session:
        if not waiting_notices(session):
            return
    with services.database.writing() as session:
        release_notices(session, lambda owner: is_alive(owner, services.owner))
        ids = due_notices(session, services.now())
    for number in ids:
        with services.database.writing() as session:
            taken = lease_notice(session, number, services.owner)
        if taken is None:
            continue
        row, doubt = taken
        passing("operators.leased")
        outcome = _send(services, row, doubt=doubt)
        passing("operators.accepted")
        with services.database.writing() as session:
            _mark(session, number, services.now(), None if isinstance(outcome, Accepted) else outcome.reason)
        passing("operators.marked")
        if isinstance(outcome, Accepted):
            tally.count("operators_told" if row.code != NOTHING else "quiet_weeks_told")
        else:
            log.warning("notice n%s by %s delayed: %s", number, row.channel, outcome.reason)


def _send(services: Services, row: NoticeRow, *, doubt: bool) -> Outcome:
    """Sends a notice; one that may have gone out is looked for first, where the channel can."""
    port = services.channels.get(row.channel)
    if port is None:
        return Refused(f"no subscription and no operator has a channel {row.channel} any more")
    message = _message(services, row)
    if doubt and isinstance(port, LooksBack):
        marker = message.headers["Message-ID"]
        if (found := port.already_sent(marker, row.recipient, since=row.created_at)) is not None:
            return found
    return port.send(message, row.recipient)


def _mark(session: Session, number: int, now: datetime, trouble: str | None) -> None:
    row = session.get_one(NoticeRow, number)
    row.tries += 1
    row.lease_owner = row.lease_until = None
    row.last_error = trouble
    if trouble is None:
        row.status, row.sent_at = "sent", now
    else:
        row.status, row.due_at = "delayed", now + max(retry_wait(row.tries), LOOK_AGAIN)


def _message(services: Services, row: NoticeRow) -> Message:
    if row.code == NOTHING:
        return quiet_message(services, row)
    headers, language = headers_to(services, row, f"n{row.id}"), services.settings.alerts.language
    return notice(row.code, row.subject, row.since, row.detail, headers=headers, language=language)
