"""Who has the floor in a parliament's own report: members by seat and party, ministers by their office."""

from __future__ import annotations

import re
from typing import Final

from extractors.attribution.debates import named_by
from monitor.model import Held, Speaker
from monitor.officials import Cast, parse_role
from monitor.officials.lexicon import data
from monitor.officials.names import latin
from monitor.officials.roles import Role, kind_of_state

#: Words that only the House in Washington has for its members.
_CONGRESS: Final = re.compile(r"\bgentle(?:man|woman|lady) from\b|\bMr\. (?:Chair|Speaker)\b|\bMadam Chair\b")
_OFFICE: Final = re.compile(
    r"\b(?:Minister|Secretary|Chancellor|Attorney|Treasurer|Solicitor|Leader of the (?:Opposition|House))\b"
)
_RECORD: Final = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr)\. [A-Z][A-Z'’-]+")
#: A member's label at the head of a line.
_LABEL: Final = re.compile(
    r"^[^\n:()“”\"]{3,70}?(?P<groups>(?:\s?\([^()\n]{2,80}\)){1,3})\s*(?::|$)", re.MULTILINE
)
_BRACKET: Final = re.compile(r"\(([^()\n]+)\)")
#: When somebody rose, as Canberra's report prints it.
_TIME: Final = re.compile(r"\d\d?[:.]\d\d")


class Debaters:
    """The members of one debate, known by the labels that give their seat or office.

    ``of`` answers for every label of a debate, and None for the labels of any other transcript.
    """

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._known: dict[str, Speaker | Held] = {}
        self._seats: set[str] | None = None

    def of(self, label: str) -> Speaker | Held | None:
        """Whose label it is; held where the parliament's state is not told, None for no member's label."""
        key, name, groups = named_by(label)
        if key in self._known:
            return self._known[key]
        record = _RECORD.fullmatch(label.split(" of ")[0]) is not None
        if not (groups or record):
            return None
        found = self._member(name, groups, record)
        if found is not None:
            self._known[key] = found
        return found

    def _member(self, name: str, groups: tuple[str, ...], record: bool) -> Speaker | Held | None:
        role = next((parse_role(words, self._cast.language) for words in groups if _office(words)), None)
        if role is not None and (role.state or role.private or not _of_a_house(role)):
            return None  # `Ann Moor (Foreign Minister of Norway)`, `(General Secretary, Unite)`: guests
        state = self._state(groups, record)
        if state is None:
            seated = role is not None or len(groups) > 1
            return (
                Held("state_unresolved", f"in whose parliament {name} sits is not told") if seated else None
            )
        seated = record or role is not None or _seated(groups, state)
        if not seated or kind_of_state(state) != "state":
            return None  # `Ann Moor (Reuters)` on a ministry's own site asks
        office = (role.office if role and role.office else None) or "member_of_parliament"
        holding = self._cast.register.holder(name, self._cast.on, state=state, language=self._cast.language)
        official = holding.official.id if holding is not None and holding.certain else None
        english = holding.official.name if official and holding else latin(name, self._cast.language, state)
        return Speaker(name, english, "state", state, ", ".join(groups) or None, office, official=official)

    def _state(self, groups: tuple[str, ...], record: bool) -> str | None:
        if self._cast.home:
            return self._cast.home
        if record:
            return "US" if _CONGRESS.search(self._cast.text) else None
        return _of_parties(groups) or self._house()

    def _house(self) -> str | None:
        """The state that the parties of all who have the floor tell: a minister's label names none."""
        if self._seats is None:
            labels = _LABEL.finditer(self._cast.text)
            told = (_of_parties(tuple(_BRACKET.findall(label["groups"]))) for label in labels)
            self._seats = {state for state in told if state}
        return next(iter(self._seats)) if len(self._seats) == 1 else None


def _of_parties(groups: tuple[str, ...]) -> str | None:
    """The one state whose parliament has a party that a label's brackets name."""
    marked = data("offices.toml")["party_marks"].items()
    states = {state for state, marks in marked if _last(groups) & {*marks}}
    return states.pop() if len(states) == 1 else None


def _last(groups: tuple[str, ...]) -> set[str]:
    """What stands last in each bracket: `NDP` of `(Nanaimo, NDP)`."""
    return {words.rpartition(", ")[2] for words in groups}


def _seated(groups: tuple[str, ...], state: str) -> bool:
    """Whether brackets tell a party of a state's parliament, or when somebody rose in it."""
    table = data("offices.toml")
    known = {*table["party_marks"].get(state, ()), *table["parties"].get(state, ())}
    last = _last(groups)
    return bool(known & (last | {one.casefold() for one in last})) or any(map(_TIME.fullmatch, last))


def _of_a_house(role: Role) -> bool:
    """Whether an office in brackets is a state's, or a party's in its parliament."""
    return role.kind == "state" or (role.kind is None and role.office == "party_leader")


def _office(words: str) -> bool:
    """Whether words in brackets are a minister's office, and not a seat or a party."""
    return _OFFICE.search(words) is not None


__all__ = ["Debaters"]
