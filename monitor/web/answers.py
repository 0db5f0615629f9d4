"""Where links in messages lead: a reader says what is wrong with a statement, or leaves the list.

A link names a delivery and is proved by its signature (``alerts.links``). A visit shows a form; only its POST
acts, since mail scanners follow links. One-click leaving is RFC 8058's POST.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.links import FEEDBACK, UNSUBSCRIBE, BadLink, claimed
from monitor.errors import UsageError
from monitor.pipeline.feedback import ANSWERS, leave, say
from monitor.pipeline.ledger import statement_value
from monitor.pipeline.review import statement_of
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.schema import DeliveryRow
from monitor.web.frame import page

#: Bytes of a form at most: five answers and a thousand letters of any script.
MOST: Final = 16_384


def _delivery(request: Request, session: Session, purpose: str) -> DeliveryRow:
    """The delivery whose link this is. Raises HTTPException 404 for a link that proves nothing."""
    opened: Services = request.app.state.opened
    if opened.links is None:
        raise HTTPException(404, "links are not in use here")
    try:
        claim = claimed(request.path_params["token"])
        delivery = session.get(DeliveryRow, claim.delivery)
        opened.links.prove(claim, purpose, delivery.message_id if delivery else "", opened.now())
    except BadLink as error:
        raise HTTPException(404, str(error)) from None
    if delivery is None:
        raise HTTPException(404, "this link was not made here")
    return delivery


async def _form(request: Request) -> dict[str, list[str]]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise HTTPException(413, "this is more than the form can hold")
    try:
        return parse_qs(body.decode(), keep_blank_values=False, max_num_fields=20)
    except ValueError:
        raise HTTPException(400, "this is not the form's content") from None


def feedback_page(request: Request) -> Response:
    """The form for one statement, as its alert's link opens it."""
    opened: Services = request.app.state.opened
    with opened.database.reading() as session:
        delivery = _delivery(request, session, FEEDBACK)
        row = statement_of(session, delivery.alert.statement_id)
        value = statement_value(session, opened, row)
    return page(
        request, "feedback.html", title="What is wrong?", s=value, answers=ANSWERS, kept=None, fault=None
    )


async def feedback_given(request: Request) -> Response:
    """Keeps what the form says as a review."""
    form = await _form(request)
    return await run_in_threadpool(_keep, request, form)


def _keep(request: Request, form: dict[str, list[str]]) -> Response:
    opened: Services = request.app.state.opened
    with opened.database.writing() as session:
        delivery = _delivery(request, session, FEEDBACK)
        row = statement_of(session, delivery.alert.statement_id)
        value = statement_value(session, opened, row)
        kept, fault = [], None
        try:
            kept = say(
                opened, session, row.id, form.get("says", []), by=delivery.recipient,
                why=(form.get("why") or [""])[0], same_as=(form.get("same_as") or [""])[0],
                delivery=delivery.id,
            )  # fmt: skip
        except UsageError as error:
            fault = str(error)
    return page(
        request, "feedback.html", status=400 if fault else 200, title="What is wrong?", s=value,
        answers=ANSWERS, kept=kept or None, fault=fault,
    )  # fmt: skip


def unsubscribe_page(request: Request) -> Response:
    """Asks whether the reader wants to leave; nothing is done yet."""
    opened: Services = request.app.state.opened
    with opened.database.reading() as session:
        delivery = _delivery(request, session, UNSUBSCRIBE)
        recipient = delivery.recipient
    return page(request, "unsubscribe.html", title="Leave the list", recipient=recipient, left=False)


async def unsubscribed(request: Request) -> Response:
    """Leaves: by the page's button, or by a mail client's one click."""
    await _form(request)
    return await run_in_threadpool(_leave, request)


def _leave(request: Request) -> Response:
    opened: Services = request.app.state.opened
    with opened.database.writing() as session:
        delivery = _delivery(request, session, UNSUBSCRIBE)
        leave(opened, session, delivery)
        recipient = delivery.recipient
    return page(request, "unsubscribe.html", title="Leave the list", recipient=recipient, left=True)
