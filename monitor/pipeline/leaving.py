"""A reader who leaves by the link in a mail: nothing more is sent until a person says so."""

from __future__ import annotations

from typing import Final

from alerts.links import UNSUBSCRIBE, BadLink, Claim, claimed
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.outbox import suspend
from monitor.store.schema import DeliveryRow

UNSUBSCRIBED: Final = "unsubscribed by the link in a mail"


def delivery_of_link(session: Session, services: Services, token: str, purpose: str) -> DeliveryRow:
    """The delivery whose reader holds this link. Raises BadLink, in words for that reader."""
    if services.links is None:
        raise BadLink("links are not in use here")
    claim: Claim = claimed(token)
    row = session.get(DeliveryRow, claim.delivery)
    if row is None:
        raise BadLink("this link was not made here")
    services.links.prove(claim, purpose, row.message_id, services.now())
    return row


def unsubscribe(services: Services, token: str) -> tuple[str, str]:
    """Suspends the link's reader; (channel, recipient). A second time changes nothing. Raises BadLink."""
    with services.database.writing() as session:
        row = delivery_of_link(session, services, token, UNSUBSCRIBE)
        services.database.serialise(session, f"outbox {row.channel}")
        suspend(session, row.channel, row.recipient, UNSUBSCRIBED, services.now())
        return row.channel, row.recipient
