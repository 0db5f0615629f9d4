"""What a person does with the outbox by hand: a second try, a recipient silenced or resumed."""

from __future__ import annotations

from monitor.errors import UsageError
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.issues import close_issue
from monitor.store.outbox import note, recipient_row, resume, suspend
from monitor.store.schema import DeliveryRow, RecipientRow


def try_again(services: Services, session: Session, number: int) -> DeliveryRow:
    """Puts a delivery that was not sent back into the queue, free of all waits. Raises UsageError."""
    # Locked: one that a `deliver` takes at this moment would go out twice.
    row = session.get(DeliveryRow, number, with_for_update={"of": DeliveryRow})
    if row is None:
        raise UsageError(f"there is no delivery d{number}")
    if row.status not in ("delayed", "refused", "silenced"):
        hint = ": see `alerts resume`" if row.status == "suspended" else ""
        raise UsageError(
            f"d{number} is {row.status}, and only delayed, refused and silenced deliveries are tried again"
            f"{hint}"
        )
    now = services.now()
    row.status, row.due_at, row.first_try_at, row.last_error = "queued", None, None, None
    services.database.serialise(session, f"outbox {row.channel}")
    recipient_row(session, row.channel, row.recipient).free_at = None
    note(session, row.id, "queued", "tried again by hand", now)
    close_issue(session, "delivery_refused", f"d{row.id}", now)
    return row


def suspended_by_hand(
    services: Services, session: Session, channel: str, recipient: str, why: str
) -> tuple[RecipientRow, int]:
    """Sends a recipient nothing until it is resumed; it, and how many deliveries are kept for it."""
    services.database.serialise(session, f"outbox {channel}")
    kept = suspend(session, channel, recipient, why, services.now())
    return recipient_row(session, channel, recipient), kept


def resumed_by_hand(services: Services, session: Session, number: int, *, drop: bool) -> int:
    """Sends to a suspended recipient again; how many deliveries were kept. Raises UsageError."""
    row = session.get(RecipientRow, number)
    if row is None or row.suspended_at is None:
        raise UsageError(f"there is no suspended recipient r{number}")
    services.database.serialise(session, f"outbox {row.channel}")
    now = services.now()
    moved = resume(session, row.channel, row.recipient, now, drop=drop)
    close_issue(session, "recipient_suspended", f"{row.channel} r{row.id}", now)
    return moved
