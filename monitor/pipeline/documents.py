"""Documents as JSON lines, the input of ``analyze --jsonl`` and ``ingest``: read and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from monitor.errors import Unreadable
from monitor.model import Document, Precision, When

FIELDS: Final = ("id", "url", "published", "language", "title", "summary", "outlet", "html", "text")
_MONTH = re.compile(r"\d{4}-\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def document_from_line(line: str) -> Document:
    """One line to one document. Raises Unreadable("bad_line", …) with what is wrong in words."""
    try:
        tree = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise Unreadable("bad_line", f"not JSON: {words}") from None
    if not isinstance(tree, dict):
        raise Unreadable("bad_line", "not a JSON object")
    return document_from(tree)


def document_from(tree: Mapping[str, Any]) -> Document:
    """A JSON object to a document. Raises Unreadable("bad_line", …)."""
    values: dict[str, str | None] = {}
    for name in FIELDS:
        value = tree.get(name)
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise Unreadable("bad_line", f"{name} is not a text")
        # A lone surrogate is no character: it could be stored nowhere and sent to nobody.
        values[name] = value.encode("utf-8", "replace").decode("utf-8") if value is not None else None
    if not values["id"]:
        raise Unreadable("bad_line", "no id")
    if values["html"] is None and values["text"] is None:
        raise Unreadable("bad_line", "neither html nor text")
    published = when_from(values["published"]) if values["published"] else None
    return Document(
        id=values["id"], url=values["url"] or None, published=published, language=values["language"] or None,
        title=values["title"] or None, summary=values["summary"] or None, outlet=values["outlet"] or None,
        html=values["html"], text=values["text"],
    )  # fmt: skip


def when_from(text: str) -> When:
    """An ISO time, day or month as given from outside. Raises Unreadable("bad_line", …)."""
    text = text.strip()
    precision: Precision = "minute"
    if _MONTH.fullmatch(text):
        text, precision = f"{text}-01", "month"
    elif _DAY.fullmatch(text):
        precision = "day"
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("bad_line", f"published is no ISO time, day or month: {text[:40]!r}") from None
    value = value if value.tzinfo else value.replace(tzinfo=UTC)
    return When(value, precision, "given")


def line_id(line: str) -> str | None:
    """The id of a line that may be bad, for its error; None where it has none."""
    try:
        tree = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    value = tree.get("id") if isinstance(tree, dict) else None
    return value if isinstance(value, str) else None
