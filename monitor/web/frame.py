"""What all pages share: the templates, and a text cut where something was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts.plain import clean, web_link


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"shown": shown, "safe_link": web_link}
    return environment


def page(request: Request, name: str, *, status: int = 200, language: str = "en", **values: Any) -> Response:
    """A template as an answer. ``path(name, …)`` in it gives the addresses of other pages."""

    def path(name: str, **parameters: str) -> str:
        return request.url_for(name, **parameters).path

    return HTMLResponse(
        _templates().get_template(name).render(path=path, language=language, **values), status
    )


def shown(value: object) -> str:
    """A value as a page shows it: a moment to the minute in UTC, nothing as a dash, no control characters."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))


def text_of(text: str, reports: Sequence[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """A text in pieces: (piece, the report that it is a passage of, or None), in its order.

    Where passages overlap, the first keeps the shared part; passages of an older text are left out.
    """
    places = sorted(
        (p["start"], p["end"], report["id"])
        for report in reports
        for p in report["passages"]
        if p["in"] == "text" and text[p["start"] : p["end"]] == p["text"]
    )
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for start, end, number in places:
        if end <= at:
            continue
        begin = max(start, at)
        if begin > at:
            pieces.append((text[at:begin], None))
        pieces.append((text[begin:end], number))
        at = end
    if at < len(text):
        pieces.append((text[at:], None))
    return pieces
