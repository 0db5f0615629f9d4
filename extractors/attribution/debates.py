"""Labels of a parliament's own report: who has the floor, with seat and party in brackets.

`Ann Moor (Oslo East) (Lab)` on a line of its own or before a colon, `The Minister for Trade (Ivo Tull)`,
`Ms. MOOR.` of the Congressional Record. Forms as the reports of Westminster, Ottawa, Canberra and Washington
print them; a text has at least two such labels and what only a parliament's report has (a chair, an office
before a name, seat and party), else it is no debate: `Ann Moor (Reuters)` asks at a briefing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.model import Span

_NAME: Final = r"[^\W\d_][^\n:()\[\]“”\"!?]{1,70}?"
_GROUPS: Final = r"(?:\s?\([^()\n]{2,80}\)){1,3}"
#: `Name (Seat) (Party)` alone on its line, and before a colon.
_ALONE: Final = re.compile(rf"(?P<label>(?P<name>{_NAME})(?P<groups>{_GROUPS}))\s*$")
_BEFORE_COLON: Final = re.compile(rf"(?P<label>(?P<name>{_NAME})(?P<groups>{_GROUPS})):\s+(?=\S)")
_BARE: Final = re.compile(rf"(?P<label>{_NAME})(?::\s+(?=\S)|\s*$)")
#: `Ms. MOOR. Mr. Chair, I rise …`, `Mr. TULL of Ohio.`
_RECORD: Final = re.compile(
    r"\s*(?P<label>(?:Mr|Mrs|Ms|Miss|Dr)\. (?P<name>(?:Mc|Mac|O')?[A-Z][A-Z'’-]+)"
    r"(?: of [A-Z][\w .]{2,20}?)?)\.\s+(?=[A-Z])"
)
_CHAIR: Final = re.compile(
    r"(?P<label>(?:Mr|Madam|Madame|The)\.?\s(?:Acting |Deputy |Assistant )*"
    r"(?:Speaker|SPEAKER|CHAIR|Chair|Clerk|CLERK)(?: pro tempore)?)(?:[.:]\s+(?=\S)|\s*$)"
)
#: Seat and party on the line below the name.
_SEATS: Final = re.compile(rf"{_GROUPS}\s*$")
_GROUP: Final = re.compile(r"\(([^()]+)\)")
#: Brackets with more than a seat: `(Gower) (Lab)`, `(Nanaimo, NDP)`, `(Grayndler—Prime Minister)`, `(15:10)`.
_OF_A_HOUSE: Final = re.compile(r"\)\s*\(|\([^()]*(?:, |—|\d[:.]\d\d)")
_TITLES: Final = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "sir", "dame", "hon", "rt", "senator", "right", "the", "honourable")
)
_LEAST: Final = 2
_LONGEST: Final = 6  # words of a name with its title


@dataclass(frozen=True, slots=True)
class Floor:
    """Who has the floor from a paragraph on; ``content`` is None where the label stands alone on its line,
    ``key`` is the same for all labels of one person, ``chair`` for whoever presides."""

    label: Span
    content: Span | None
    key: str
    chair: bool = False


def debate_of(text: str, paragraphs: Sequence[Span]) -> dict[int, Floor]:
    """The labels of a debate by the number of their paragraph; empty for any other text."""
    sure: dict[int, Floor] = {}
    for number, paragraph in enumerate(paragraphs):
        for pattern in (_ALONE, _BEFORE_COLON, _RECORD):
            match = pattern.match(text, paragraph.start, paragraph.end)
            if match is not None and (pattern is _RECORD or _seated(match["name"], match["groups"])):
                sure[number] = _floor(match, paragraph, named_by(match["label"])[0])
                break
        seats = _SEATS.match(text, paragraph.start, paragraph.end) if number else None
        if seats is not None and _seated(paragraphs[number - 1].of(text).strip(), seats.group()):
            label = Span(paragraphs[number - 1].start, paragraph.end)
            sure[number] = Floor(label, None, named_by(label.of(text))[0])
    keys = {floor.key for floor in sure.values()}
    if len(sure) < _LEAST or len(keys) < _LEAST or not _in_a_house(text, paragraphs, sure):
        return {}
    for number, paragraph in enumerate(paragraphs):
        if number in sure:
            continue
        chair = _CHAIR.match(text, paragraph.start, paragraph.end)
        bare = chair or _BARE.match(text, paragraph.start, paragraph.end)
        if bare is not None and (chair or named_by(bare["label"])[0] in keys):
            key = "" if chair else named_by(bare["label"])[0]
            sure[number] = _floor(bare, paragraph, key, chair=chair is not None)
    return sure


def _in_a_house(text: str, paragraphs: Sequence[Span], sure: dict[int, Floor]) -> bool:
    """Whether one label at least is a parliament's: of the chair, by an office, with seat and party."""
    labels = [floor.label.of(text) for floor in sure.values()]
    if any("(" not in one or one.startswith("The ") or _OF_A_HOUSE.search(one) for one in labels):
        return True
    return any(_CHAIR.match(text, paragraph.start, paragraph.end) for paragraph in paragraphs)


def _floor(match: re.Match[str], paragraph: Span, key: str, *, chair: bool = False) -> Floor:
    content = Span(match.end(), paragraph.end) if match.end() < paragraph.end else None
    return Floor(Span(match.start("label"), match.end("label")), content, key, chair)


def named_by(label: str) -> tuple[str, str, tuple[str, ...]]:
    """Key, name and the words in brackets of a label; of `The Minister for Trade (Ivo Tull)` the name stands
    in the brackets, and the office is among the words."""
    groups = tuple(group.strip() for group in _GROUP.findall(label))
    name = label.split("(", 1)[0].strip(" .:")
    if name.startswith("The ") and groups:
        name, groups = groups[0], (name.removeprefix("The "), *groups[1:])
    words = [word for word in name.split() if word.rstrip(".").casefold() not in _TITLES]
    if len(words) > _LEAST and words[-2] == "of":
        words = words[:-2]  # `Mr. TULL of Ohio`
    name = " ".join(word.capitalize() if word.isupper() and len(word) > 1 else word for word in words)
    return name.casefold(), name, groups


def _seated(name: str, groups: str) -> bool:
    """Whether name and brackets look like a member's: capitals, few words, a party or an office told."""
    told = _GROUP.findall(groups)
    words = name.split()
    if name.startswith("The "):
        return all(part[0].isupper() for part in told[0].split()) and 1 < len(told[0].split()) <= _LONGEST
    capitals = len(words) <= _LONGEST and all(word[0].isupper() for word in words)
    return capitals and len(words) > 1 and all(part[0].isupper() or part[0].isdigit() for part in told)


__all__ = ["Floor", "debate_of", "named_by"]
