"""What becomes of a delivery, its recipient and its channel when the other side has answered, or has not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from monitor.model import Accepted, Delayed, Outcome, Refused
from monitor.pipeline.services import Services, Tally, log
from monitor.schedule import retry_wait
from monitor.store.database import Session
from monitor.store.issues import close_issue, raise_issue
from monitor.store.outbox import channel_row, note, recipient_row, suspend
from monitor.store.schema import DeliveryRow, StatementRow
from monitor.waypoints import passing

#: How long a channel that is down is left alone between two looks.
LOOK_AGAIN: Final = timedelta(seconds=30)
#: The same where the other side refuses us (a wrong password, a dead token): asking often may lock us out.
LOOK_AGAIN_REFUSED: Final = timedelta(minutes=10)
#: How long a recipient whose messages are put off is left in peace, at most.
PEACE: Final = timedelta(minutes=30)


def is_channels(outcome: Outcome) -> bool:
    """Whether it is the channel's trouble, which all its messages share."""
    return not isinstance(outcome, Accepted) and outcome.scope == "channel"


def mark(services: Services, tally: Tally, ids: Sequence[int], outcome: Outcome) -> None:
    """Writes how the sending of one message ended, for its deliveries and its recipient, at once."""
    now = services.now()
    with services.database.writing() as session:
        rows = [session.get_one(DeliveryRow, delivery_id) for delivery_id in ids]
        services.database.serialise(session, f"outbox {rows[0].channel}")
        for row in rows:
            row.lease_owner = row.lease_until = None
            row.tries += 1
            _mark(services, session, tally, row, outcome, now)
        _recipient(services, session, rows[0], outcome, now)
        session.flush()
        passing("deliver.written")


def _mark(
    services: Services, session: Session, tally: Tally, row: DeliveryRow, outcome: Outcome, now: datetime
) -> None:
    if isinstance(outcome, Accepted):
        _sent(session, row, outcome, now)
        tally.count("sent")
    elif _waits(services, row, outcome, now):
        _delayed(session, row, outcome, now)
        tally.count("delayed")
    else:
        reason = outcome.reason
        if isinstance(outcome, Delayed):
            reason = f"given up after {row.tries} tries: {reason}"
        row.status, row.last_error = "refused", reason
        note(session, row.id, "refused", reason, now)
        raise_issue(session, "delivery_refused", f"d{row.id}", f"{row.channel}: {reason}", now)
        tally.count("refused")
        tally.refuse(f"d{row.id} by {row.channel}", reason)


def _sent(session: Session, row: DeliveryRow, outcome: Accepted, now: datetime) -> None:
    row.status, row.sent_at, row.reference, row.last_error = "sent", now, outcome.reference, None
    row.ambiguous = False
    note(session, row.id, "sent", outcome.words, now)
    statement = session.get_one(StatementRow, row.alert.statement_id)
    statement.alert_state, statement.alert_reason = "told", None
    if row.tries > 1:
        close_issue(session, "delivery_refused", f"d{row.id}", now)


def _waits(services: Services, row: DeliveryRow, outcome: Delayed | Refused, now: datetime) -> bool:
    """Whether a delivery is tried again: what is the channel's trouble costs no message."""
    if isinstance(outcome, Refused):
        return outcome.scope == "channel"
    return outcome.scope == "channel" or not _given_up(services, row, now)


def _given_up(services: Services, row: DeliveryRow, now: datetime) -> bool:
    hours = services.settings.alerts.give_up_hours
    return row.first_try_at is not None and now - row.first_try_at > timedelta(hours=hours)


def _delayed(session: Session, row: DeliveryRow, outcome: Delayed | Refused, now: datetime) -> None:
    wait = LOOK_AGAIN if outcome.scope == "channel" else retry_wait(row.tries)
    if isinstance(outcome, Delayed):
        if outcome.retry_after is not None:
            # The other side says when: no back-off beyond it, but for one who says "now" every time.
            least = wait if outcome.ambiguous else timedelta(seconds=5 * min(row.tries, 12))
            wait = max(least, timedelta(seconds=outcome.retry_after))
        row.ambiguous = row.ambiguous or outcome.ambiguous
    if outcome.scope == "channel" and row.tries == 1:
        row.first_try_at = None  # the days after which we give up begin with the recipient's own trouble
    row.status, row.due_at, row.last_error = "delayed", now + wait, outcome.reason
    note(session, row.id, "delayed", outcome.reason, now)
    log.warning("d%s by %s delayed: %s", row.id, row.channel, outcome.reason)


def _recipient(
    services: Services, session: Session, row: DeliveryRow, outcome: Outcome, now: datetime
) -> None:
    """The recipient's own state: in peace for a while after a delay, suspended after refusals in a row."""
    state = recipient_row(session, row.channel, row.recipient)
    state.last_at = now
    if isinstance(outcome, Accepted):
        state.delays = state.refusals = 0
        state.free_at = None
    elif outcome.scope == "channel":
        return
    elif isinstance(outcome, Delayed):
        state.delays += 1
        wait = min(timedelta(minutes=1) * 2 ** min(state.delays - 1, 10), PEACE)
        if outcome.retry_after is not None:
            wait = timedelta(seconds=outcome.retry_after)
        state.free_at = now + wait
    else:
        state.refusals += 1
        most = services.settings.alerts.suspend_after
        if most and state.refusals >= most and state.suspended_at is None:
            why = f"{state.refusals} messages in a row were refused, the last: {outcome.reason}"
            suspend(session, row.channel, row.recipient, why, now)
            raise_issue(session, "recipient_suspended", f"{row.channel} r{state.id}", why, now)


def withdrawn(services: Services, tally: Tally, ids: Sequence[int]) -> None:
    """What was to be told is no longer so: its deliveries end here, and nobody is to blame."""
    now = services.now()
    reason = "the statement was withdrawn before it was told"
    with services.database.writing() as session:
        for delivery_id in ids:
            row = session.get_one(DeliveryRow, delivery_id)
            row.lease_owner = row.lease_until = None
            row.status, row.last_error = "dropped", reason
            note(session, row.id, "dropped", reason, now)
    tally.count("dropped", len(ids))


def channel_fails(services: Services, channel: str, outcome: Delayed | Refused) -> None:
    """Nothing gets through a channel: it is left alone for a while, and shown to a person."""
    now = services.now()
    with services.database.writing(f"outbox {channel}") as session:
        state = channel_row(session, channel)
        state.down_since = min(state.down_since or now, now)  # the clock may have been put back
        state.tries += 1
        state.last_error = outcome.reason
        wait = LOOK_AGAIN_REFUSED if isinstance(outcome, Refused) else LOOK_AGAIN
        if isinstance(outcome, Delayed) and outcome.retry_after is not None:
            wait = max(wait, timedelta(seconds=outcome.retry_after))
        state.next_try_at = now + wait
        raise_issue(session, "channel_down", channel, outcome.reason, now)


def channel_works(services: Services, channel: str) -> None:
    """Something got through: the channel is in order."""
    now = services.now()
    with services.database.writing(f"outbox {channel}") as session:
        state = channel_row(session, channel)
        state.last_ok_at = now
        state.down_since = state.next_try_at = state.last_error = None
        state.tries = 0
        close_issue(session, "channel_down", channel, now)
