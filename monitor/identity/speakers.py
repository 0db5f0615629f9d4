"""The same speaker, across spellings, scripts and the ways an office or a body is worded.

People are compared by their names (``spelling``); where those cannot be read side by side, the canonical
office of the same state must do. Bodies are compared by their kind and name (``bodies``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from monitor.identity.bodies import (
    is_person,
    is_several,
    is_whole,
    kind_behind,
    kind_of,
    names_meet,
    offices,
)
from monitor.identity.spelling import closeness, in_full
from monitor.model import Speaker
from monitor.officials.names import name_key

__all__ = ["Sameness", "is_bare_state", "is_person", "same_speaker", "speaker_key"]

Sameness = Literal["yes", "related", "no"]
#: How near two names must be. Measured with office and state taken as equal: of 86 pairs of spellings of one
#: name in twelve languages 83 are one, of 9,441 pairs of other people only two of one surname.
SAME_NAME: Final = 0.86
#: … and how near when both hold an office that has one holder.
SAME_HOLDER: Final = 0.6
Languages = tuple[str | None, str | None]


def _singular(office: str | None) -> bool:
    """Whether one person of a state holds the office at a time."""
    return office in offices()["singular"]


def speaker_key(speaker: Speaker) -> str:
    """A stable key for rows: register id, else state with the surname's key, office or body."""
    if speaker.official:
        return f"official:{speaker.official}"
    state = speaker.state or "--"
    key = name_key(speaker.name_en).split()
    if is_person(speaker):
        return f"{state}:{key[-1]}" if key else f"{state}:{speaker.office or speaker.name.casefold()}"
    return f"{state}:body:{' '.join(sorted(key)) or (speaker.body or speaker.name).casefold()}"


def is_bare_state(speaker: Speaker) -> bool:
    """Whether only the state (or organisation) is named, by its name, its capital or as a whole."""
    return is_whole(speaker) or not (speaker.body or speaker.office or speaker.role or speaker.official)


@lru_cache(maxsize=1 << 16)
def same_speaker(a: Speaker, b: Speaker, languages: Languages = (None, None)) -> tuple[Sameness, str]:
    """``yes``, ``related`` (a body and its voice, a bare state and its official) or ``no``; and by what.

    ``languages`` are those of the texts in which the two are named: spelling depends on them.
    """
    if a.state and b.state and a.state != b.state:
        return "no", "other state"
    if "anonymous" in (a.kind, b.kind):
        return ("related", "both unnamed") if a.kind == b.kind and a.state == b.state else ("no", "unnamed")
    person_a, person_b = is_person(a), is_person(b)
    if person_a and person_b:
        return _same_person(a, b, languages)
    if a.kind != b.kind and "de_facto" in (a.kind, b.kind):
        return "no", "another authority"
    if not a.state or not b.state:
        both = name_key(a.name_en), name_key(b.name_en)
        return ("yes", "name") if both[0] and both[0] == both[1] else ("no", "state unknown")
    if is_bare_state(a) and is_bare_state(b):
        return "yes", "state"
    if is_bare_state(a) or is_bare_state(b):
        return "related", "state"
    if not person_a and not person_b:
        return _same_body(a, b)
    return _voice_of(a, b, languages[0]) if person_a else _voice_of(b, a, languages[1])


# --- people -------------------------------------------------------------------------------------------


def _same_person(a: Speaker, b: Speaker, languages: Languages) -> tuple[Sameness, str]:
    if a.official and b.official:
        return ("yes", "register") if a.official == b.official else ("no", "other person")
    office = a.office is not None and a.office == b.office and a.state is not None and a.state == b.state
    close = None if _unnamed(a) or _unnamed(b) else closeness(a, b, languages)
    if close is None:
        if office:
            return ("yes", "office") if _singular(a.office) else ("related", "office")
        return ("yes", "name") if a.name.casefold() == b.name.casefold() else ("no", "other name")
    if close >= SAME_NAME:
        return "yes", "name"
    if office and _singular(a.office) and close >= SAME_HOLDER:
        return "yes", "office and name"
    if office and languages[0] != languages[1] and in_full(a, b, languages):
        return "yes", "office and name"
    if office and close >= SAME_HOLDER and languages[0] != languages[1] and _one_body(a, b, languages):
        return "yes", "office, body and name"
    return "no", "other name"


def _one_body(a: Speaker, b: Speaker, languages: Languages) -> bool:
    """Whether two people speak for one body."""
    kind = kind_behind(a, languages[0])
    if kind is not None and kind == kind_behind(b, languages[1]) and not is_several(kind):
        return True
    return names_meet(a, b)


def _unnamed(speaker: Speaker) -> bool:
    """Whether a person is there by the office alone ("the Norwegian foreign minister said")."""
    return speaker.official is None and speaker.role is not None and speaker.name == speaker.role


# --- bodies -------------------------------------------------------------------------------------------


def _same_body(a: Speaker, b: Speaker) -> tuple[Sameness, str]:
    named = names_meet(a, b)
    if a.official and b.official:
        if a.official != b.official:
            return "no", "other body"
        if is_several(kind_of(a)) and not named:
            return "no", "other body of that kind"
        return "yes", "body"
    return ("yes", "body") if named else ("no", "other body")


def _voice_of(person: Speaker, body: Speaker, language: str | None) -> tuple[Sameness, str]:
    """Whether a named person speaks for a body: by the body named with the person, or by the office."""
    if person.body and names_meet(person, body):
        return "related", "spokesperson"
    kind = kind_behind(person, language)
    if kind is not None and kind == kind_of(body) and not is_several(kind):
        return "related", "office"
    return "no", "other body"
