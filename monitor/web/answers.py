"""Where links in messages lead: a reader says what is wrong with a statement, or leaves the list.

A link names a delivery and is proved by its signature (``alerts.links``). A visit shows a form; only its POST
acts, since mail scanners follow links. One-click leaving is RFC 8058's POST.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.links import FEEDBACK, UNSUBSCRIBE, BadLink, claimed
from alerts.wording import Wording, in_order, wording
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
    return _feedback(request, value)


def _feedback(
    request: Request, value: dict[str, Any], *, kept: bool = False, fault: bool = False
) -> Response:
    words = _words(request)
    positions = in_order(tuple(value["positions"])) or ("none",)
    day = value["said_on"] or value["said_to"]
    return _page(
        request, "feedback.html", "feedback", status=400 if fault else 200, s=value, answers=ANSWERS,
        kept=kept, fault=fault,
        day=words.day(date.fromisoformat(day)) if day else words("day", "unknown"),
        does="; ".join(words("positions", position) for position in positions),
    )  # fmt: skip


def _words(request: Request) -> Wording:
    opened: Services = request.app.state.opened
    return wording(opened.settings.alerts.language)


def _page(request: Request, name: str, title: str, **values: Any) -> Response:
    """A page in the language of the messages that lead to it."""
    words = _words(request)
    return page(request, name, title=words("pages", title), words=words, language=words.language, **values)


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
        try:
            say(
                opened, session, row.id, form.get("says", []), by=delivery.recipient,
                why=(form.get("why") or [""])[0], same_as=(form.get("same_as") or [""])[0],
                delivery=delivery.id,
            )  # fmt: skip
        except UsageError:
            return _feedback(request, value, fault=True)
    return _feedback(request, value, kept=True)


def unsubscribe_page(request: Request) -> Response:
    """Asks whether the reader wants to leave; nothing is done yet."""
    opened: Services = request.app.state.opened
    with opened.database.reading() as session:
        delivery = _delivery(request, session, UNSUBSCRIBE)
        recipient = delivery.recipient
    return _page(request, "unsubscribe.html", "leave", recipient=recipient, left=False)


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
    return _page(request, "unsubscribe.html", "leave", recipient=recipient, left=True)
