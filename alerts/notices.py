"""A message to operators on the program itself, in every form that channels ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from alerts.blocks import fitted, header, section
from alerts.headers import SUBJECT_LIMIT, header_value
from alerts.plain import cut, one_line, wrapped
from alerts.wording import wording
from monitor.model import Message


def notice(
    code: str, subject: str, since: datetime, detail: str, *, headers: Mapping[str, str], language: str
) -> Message:
    """The message for a code of the words' table ``operators``: ``subject`` is what it is about."""
    words = wording(language)
    about, said = one_line(subject), cut(one_line(detail), 400)
    title = header_value(words("operators", code, subject=about), SUBJECT_LIMIT)
    lines = [words("operators", f"{code}_text", subject=about, since=words.moment(since))]
    if said:
        lines.append(words("operators", "said", detail=said))
    lines.append(words("operators", "next"))
    paragraphs = "".join(f'<p dir="{words.direction}">{escape(line)}</p>' for line in lines)
    return Message(
        subject=title,
        text="\n\n".join(wrapped(line) for line in lines) + "\n",
        html=f'<!doctype html><html lang="{words.language}"><body>{paragraphs}</body></html>',
        blocks=(header(title), section("\n".join(fitted(line, 900) for line in lines))),
        headers=dict(headers),
        facts={"notice": code, "subject": about, "since": since.isoformat(), "detail": said},
    )
