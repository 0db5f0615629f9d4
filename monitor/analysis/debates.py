"""Who has the floor in a parliament's own report: members by seat and party, ministers by their office."""

from __future__ import annotations

import re
from typing import Final

from extractors.attribution.debates import named_by
from monitor.model import Held, Speaker
from monitor.officials import Cast, parse_role
from monitor.officials.lexicon import data
from monitor.officials.names import latin
from monitor.officials.roles import kind_of_state

#: Words that only the House in Washington has for its members.
_CONGRESS: Final = re.compile(r"\bgentle(?:man|woman|lady) from\b|\bMr\. (?:Chair|Speaker)\b|\bMadam Chair\b")
_OFFICE: Final = re.compile(r"\b(?:Minister|Secretary|Chancellor|Attorney|Treasurer|Leader|Solicitor)\b")
_RECORD: Final = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr)\. [A-Z][A-Z'’-]+")


class Debaters:
    """The members of one debate, known by the labels that give their seat or office.

    ``of`` answers for every label of a debate, and None for the labels of any other transcript.
    """

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._known: dict[str, Speaker | Held] = {}

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
        state = self._state(groups, record)
        role = next((parse_role(words, self._cast.language) for words in groups if _office(words)), None)
        office = (role.office if role and role.office else None) or "member_of_parliament"
        told = ", ".join(groups) or None
        if state is None:
            seated = role is not None or len(groups) > 1
            return (
                Held("state_unresolved", f"in whose parliament {name} sits is not told") if seated else None
            )
        if kind_of_state(state) != "state":
            return None
        holding = self._cast.register.holder(name, self._cast.on, state=state, language=self._cast.language)
        official = holding.official.id if holding is not None and holding.certain else None
        english = holding.official.name if official and holding else latin(name, self._cast.language, state)
        return Speaker(name, english, "state", state, told, office, official=official)

    def _state(self, groups: tuple[str, ...], record: bool) -> str | None:
        if self._cast.home:
            return self._cast.home
        if record:
            return "US" if _CONGRESS.search(self._cast.text) else None
        parties: dict[str, list[str]] = data("offices.toml")["party_marks"]
        last = {words.rpartition(", ")[2] for words in groups}  # `(Nanaimo, NDP)`
        states = {state for state, marks in parties.items() if last & set(marks)}
        return states.pop() if len(states) == 1 else None


def _office(words: str) -> bool:
    """Whether words in brackets are a minister's office, and not a seat or a party."""
    return _OFFICE.search(words) is not None


__all__ = ["Debaters"]
