"""What a language model proposes, and what of it stands in the text: it proposes, it never decides.

A model's answer is taken apart by a strict schema (``proposals_of``); of each proposal the quotation must be
a slice of the text, the name must stand in the text as whole words, and so must the role, else the proposal
is dropped with a reason (``located``). What is left is held for a person like everything else that the
rules are not sure of.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from monitor.model import Span
from monitor.ports import Question

#: The name of the rule under which a model's proposals appear in reports.
RULE: Final = "model_proposal"
_KEYS: Final = frozenset(("speaker", "role", "quotation"))
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


class BadAnswer(ValueError):
    """The answer is not what was asked for; the text says in which way."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One statement as a model proposes it."""

    speaker: str
    role: str | None
    quotation: str


@dataclass(frozen=True, slots=True)
class Located:
    """A proposal whose words stand in the text: ``content`` the quotation, ``source`` the name nearest it."""

    proposal: Proposal
    content: Span
    source: Span


@dataclass(frozen=True, slots=True)
class Dropped:
    """A proposal that is not in the text, with the reason (a stable name)."""

    proposal: Proposal
    reason: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("monitor.data").joinpath("proposals.toml").read_text("utf-8"))


def question(text: str, title: str | None = None) -> Question:
    """The question about a text, cut at the length that the data file allows, at a paragraph's end."""
    data = _data()
    most = int(data["most_characters"])
    if len(text) > most:
        end = text.rfind("\n", 0, most)
        text = text[: end if end > 0 else most]
    user = json.dumps({"title": title, "text": text}, ensure_ascii=False)
    return Question(int(data["version"]), str(data["system"]).strip(), user, _schema(data))


def _schema(data: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's JSON schema, in the form that strict structured output asks for."""
    row = {
        "type": "object",
        "additionalProperties": False,
        "required": ["speaker", "role", "quotation"],
        "properties": {
            "speaker": {"type": "string"},
            "role": {"type": ["string", "null"]},
            "quotation": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["statements"],
        "properties": {"statements": {"type": "array", "items": row, "maxItems": data["most_proposals"]}},
    }


def proposals_of(content: str) -> tuple[Proposal, ...]:
    """An answer's text to proposals. Raises BadAnswer for all that is not exactly what was asked for."""
    try:
        tree = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"not JSON ({type(error).__name__})") from None
    rows = tree.get("statements") if isinstance(tree, dict) and set(tree) == {"statements"} else None
    if not isinstance(rows, list):
        raise BadAnswer("not an object with a list of statements alone")
    data = _data()
    if len(rows) > data["most_proposals"]:
        raise BadAnswer(f"{len(rows)} statements in one text")
    return tuple(dict.fromkeys(_proposal(row, int(data["most_quotation"])) for row in rows))


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _proposal(row: object, most: int) -> Proposal:
    if not isinstance(row, dict) or set(row) != _KEYS:
        raise BadAnswer("a statement has other keys than speaker, role and quotation")
    speaker, role, quotation = row["speaker"], row["role"], row["quotation"]
    if not isinstance(speaker, str) or not isinstance(quotation, str):
        raise BadAnswer("speaker and quotation are not both texts")
    if role is not None and not isinstance(role, str):
        raise BadAnswer("role is neither a text nor null")
    if not speaker.strip() or not quotation.strip() or len(quotation) > most or len(speaker) > most:
        raise BadAnswer("an empty or an endless speaker or quotation")
    return Proposal(speaker.strip(), role.strip() or None if role else None, quotation.strip())


def located(proposals: Sequence[Proposal], text: str) -> tuple[list[Located], list[Dropped]]:
    """Where each proposal stands in the text, and those that do not stand there.

    Reasons: ``quotation_short``, ``quotation_not_in_text``, ``speaker_not_in_text``, ``role_not_in_text``.
    """
    kept: list[Located] = []
    dropped: list[Dropped] = []
    for one in proposals:
        found = _locate(one, text)
        if isinstance(found, str):
            dropped.append(Dropped(one, found))
        else:
            kept.append(found)
    return kept, dropped


def _locate(one: Proposal, text: str) -> Located | str:
    data = _data()
    unspaced = bool(_UNSPACED.search(one.quotation))
    short = (
        len(one.quotation) < data["fewest_characters_unspaced"]
        if unspaced
        else len(one.quotation.split()) < data["fewest_words"]
    )
    if short:
        return "quotation_short"
    start = text.find(one.quotation)
    if start < 0:
        return "quotation_not_in_text"
    content = Span(start, start + len(one.quotation))
    names = _places(one.speaker, text)
    if not names:
        return "speaker_not_in_text"
    if one.role is not None and not _places(one.role, text):
        return "role_not_in_text"
    outside = [span for span in names if not content.covers(span)] or names
    return Located(one, content, min(outside, key=lambda span: _apart(span, content)))


def _places(words: str, text: str) -> list[Span]:
    """Where words stand as whole words; in scripts without spaces, wherever they stand."""
    exact = re.escape(words)
    pattern = exact if _UNSPACED.search(words) else rf"(?<!\w){exact}(?!\w)"
    return [Span(match.start(), match.end()) for match in re.finditer(pattern, text)]


def _apart(one: Span, other: Span) -> int:
    return max(other.start - one.end, one.start - other.end, 0)
