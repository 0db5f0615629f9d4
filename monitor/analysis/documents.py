"""A line of JSON to a ``Document``, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from monitor.model import Document, Precision, When

_TEXTS: Final = ("url", "language", "title", "summary", "outlet", "html", "text", "content_type")
_MONTH: Final = len("2023-07")
_DAY: Final = len("2023-07-08")


def document_from_dict(row: Mapping[str, Any]) -> Document:
    """The document that a JSON object describes; raises ValueError with one clear sentence.

    ``id`` is needed; ``published`` is an ISO time, day or month; the page is in ``html`` or ``text``.
    """
    if not isinstance(row, Mapping):
        raise ValueError("a document must be a JSON object")
    number = row.get("id")
    if not isinstance(number, str | int) or number == "":
        raise ValueError("a document needs an id")
    values: dict[str, Any] = {}
    for name in _TEXTS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} must be text, not {type(value).__name__}")
        values[name] = value
    if values["html"] is None and values["text"] is None and not (values["title"] or values["summary"]):
        raise ValueError("a document needs html or text")
    return Document(id=str(number), published=when_from(row.get("published")), **values)


def when_from(value: Any) -> When | None:
    """An ISO time, day or month as given from outside; None for none; raises ValueError."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("published must be an ISO time, day or month")
    written = value.strip().replace("Z", "+00:00")
    precision: Precision = "minute"
    if len(written) == _MONTH:
        written, precision = f"{written}-01", "month"
    elif len(written) == _DAY:
        precision = "day"
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"published is no ISO time, day or month: {value!r}") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return When(moment, precision, "given")
