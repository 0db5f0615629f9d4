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
from extractors.languages import words as words_of
from monitor.officials.states import ORGANISATIONS, state_adjective, state_name

#: Marks of quotations inside a title, which become single ones: those that come in pairs first, since the
#: German closing mark is the English opening one. French marks stand off the words, single ones do not.
_MARKS: Final = (
    (re.compile("[„‚]([^„“”]*)[“”]"), r"‘\1’"),
    (re.compile(r"[“«]\s*"), "‘"),
    (re.compile(r"\s*[”»]"), "’"),
)
#: Whose state a note names: a state's officials and bodies, known or not; not those who hold power without
#: one, or who speak for none.
_OF_STATE: Final = frozenset({"state", "intergovernmental", "anonymous", "former"})
#: Offices that tell nothing without the body they speak for.
_FOR_A_BODY: Final = frozenset({"spokesperson", "deputy_spokesperson"})
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
    parts = [_speaker(value), *_office(value)]
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


def speaks_itself(value: dict[str, Any]) -> bool:
    """Whether the speaker of a statement is a body, not a person."""
    body, speaker = value["body"] or "", value["speaker"] or ""
    return (value["official"] or "").startswith("body:") or bool(
        body and body.casefold() == speaker.casefold()
    )


def _speaker(value: dict[str, Any]) -> str:
    """The name in Latin letters, a body's in English; behind it the document's own where that differs."""
    own, latin = one_line(value["speaker"] or ""), one_line(value["speaker_en"] or "")
    if not own or not latin or own == latin or (_is_latin(own) and not speaks_itself(value)):
        return own or latin
    return f"{latin} ({own})"


def _office(value: dict[str, Any]) -> list[str]:
    """The role as an English article words it, else the office and the body; then the state in English,
    where none of these, nor the name, tells it."""
    name, role = _speaker(value), _english_role(value)
    known, behind = [role] if role else [], ""
    if not role and not speaks_itself(value):
        former = "former " if value["kind"] == "former" else ""
        known = [former + wording(_WORDS)("offices", value["office"])] if value["office"] else []
        body = one_line(value["body"] or "")
        if body and (value["state"] is None or value["kind"] not in _OF_STATE or not _foreign(value)):
            known.append(body)
        elif body and value["office"] in _FOR_A_BODY and value["state"] not in ORGANISATIONS:
            behind = f" ({body})"
    if known[:1] == [name]:
        known = known[1:]
    state = value["state"] if value["kind"] in _OF_STATE else None
    if state and (known or speaks_itself(value)) and not _tells(" ".join((name, *known)), state):
        known.append(state_name(state) + behind)
    return known


def _english_role(value: dict[str, Any]) -> str:
    """The role in the words of an English article; empty where none has it. A body has none."""
    english = [one_line(a["role"]) for a in value["appearances"] if a["language"] == "en" and a["role"]]
    english = [role for role in english if role not in _forms(value["state"])]  # "China" is no office
    own = one_line(value["role"] or "")
    if speaks_itself(value) or not english:
        return ""
    return own if own in english else english[0]


def _foreign(value: dict[str, Any]) -> bool:
    """Whether the body is named as a foreign role words it: in its language, and in its case."""
    roles = [value["role"], *(a["role"] for a in value["appearances"] if a["language"] != "en")]
    return any((value["body"] or "").casefold() in (role or "").casefold() for role in roles)


def _tells(text: str, state: str) -> bool:
    """Whether English words tell a state: by its name, its adjective or its people."""
    return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in _forms(state))


def _forms(state: str | None) -> set[str]:
    """What names a state, or an organisation, in English: its code, names, adjectives, people."""
    if state is None:
        return set()
    lists = words_of("en", "states")
    forms = {state, state_name(state), state_adjective(state)}
    return forms | {*lists["names"].get(state, ()), *lists["adjectives"].get(state, ())}


def _title(source: dict[str, Any]) -> str:
    """The title in quotation marks with its comma, marks inside it single, the language of a foreign one."""
    title = one_line(source["title"] or "")
    if not title:
        return ""
    for marks, single in _MARKS:
        title = marks.sub(single, title)
    title = title.replace('"', "'")
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
