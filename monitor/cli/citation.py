"""The note that cites a statement as reports do: speaker, office, "title", outlet, date, URL, accessed.

The source that is cited is the official one where there is one, else the first that was published; never one
that has taken the statement back while another stands by it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from alerts.plain import one_line
from alerts.wording import wording
from monitor.officials.states import state_name

_OPEN: Final = "“«„"
_CLOSE: Final = "”»"
#: A title that ends so needs no comma behind it.
_ENDS: Final = ("?", "!", "…", ".")
#: The English names of bodies and states need no article; an office does not stand before them bare.
_WORDS: Final = "en"


def cited(value: dict[str, Any]) -> dict[str, Any] | None:
    """The appearance by which a statement (as ``statements --format json`` gives it) is cited."""

    def rank(appearance: dict[str, Any]) -> tuple[bool, bool, bool, str]:
        withdrawn = appearance["withdrawn"] is not None
        day = appearance["published"] or "~"
        return withdrawn, not appearance["official_source"], not appearance["url"], day

    return min(value["appearances"], key=rank, default=None)


def footnote(value: dict[str, Any], accessed: date | None = None) -> str:
    """The note, one line that ends in a full stop.

    ``accessed`` is the day to be named; without one it is the day on which the program read the page. What is
    not known is left out; a page without a date is "undated". A source that took the statement back says so.
    """
    source = cited(value)
    parts = [_speaker(value)]
    if office := _office(value):
        parts.append(office)
    if source is None:
        return f"{', '.join(parts)}."
    tail = [_outlet(source), _day(source["published"]) or "undated"]
    url = source["url"] if str(source["url"]).startswith(("http://", "https://")) else None
    if url:
        read = accessed or _date(source["read_at"])
        tail += [one_line(url), *([f"accessed {wording(_WORDS).day(read)}"] if read else [])]
    if source["withdrawn"] is not None:
        tail.append("since withdrawn")
    title = _title(source)
    head = f"{', '.join(parts)}, {title}" if title else f"{', '.join(parts)},"
    return f"{head} {', '.join(part for part in tail if part)}."


def _speaker(value: dict[str, Any]) -> str:
    """The name in Latin letters, with the document's own behind it where that is in others."""
    own, latin = one_line(value["speaker"] or ""), one_line(value["speaker_en"] or "")
    if not own or not latin or _is_latin(own):
        return own or latin
    return f"{latin} ({own})"


def _office(value: dict[str, Any]) -> str | None:
    """The role as an English article words it; else the office, or the body, and the state in English."""
    role = one_line(value["role"] or "")
    english = any(a["language"] == "en" and a["role"] == value["role"] for a in value["appearances"])
    if role and english:
        return role if role.casefold() != _speaker(value).casefold() else None
    words = wording(_WORDS)
    known = [words("offices", value["office"])] if value["office"] else []
    if value["body"] and one_line(value["body"]).casefold() != one_line(value["speaker"] or "").casefold():
        known.append(one_line(value["body"]))
    elif value["state"] and known:
        known.append(state_name(value["state"]))
    return ", ".join(known) or None


def _title(source: dict[str, Any]) -> str:
    """The title in quotation marks with its comma, marks inside it single, the language of a foreign one."""
    title = one_line(source["title"] or "")
    if not title:
        return ""
    title = re.sub(f"[{_OPEN}]", "‘", re.sub(f"[{_CLOSE}]", "’", title)).replace('"', "'")
    language = (source["language"] or _WORDS).split("-")[0]
    if language != _WORDS:
        return f"“{title}” (in {wording(_WORDS)('languages', language)}),"
    return f"“{title}”" if title.endswith(_ENDS) else f"“{title},”"


def _outlet(source: dict[str, Any]) -> str:
    return one_line(source["outlet"] or "") or (urlsplit(source["url"] or "").hostname or "")


def _day(text: str | None) -> str | None:
    day = _date(text)
    return wording(_WORDS).day(day) if day else None


def _date(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())
