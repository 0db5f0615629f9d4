"""The same speaker, across spellings, scripts and the ways an office is worded.

Latin forms are compared by a skeleton in which the usual transliterations of one name fall together
(Zelensky, Zelenskyy, Selenskyj); where no skeleton can help, the canonical office of the same state must.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from monitor.model import Speaker

Sameness = Literal["yes", "related", "no"]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent.parent / "data" / "identity.toml").read_text("utf-8"))


def _singular(office: str | None) -> bool:
    """Whether one person of a state holds the office at a time."""
    return office in _data()["offices"]["singular"]


def _domain(office: str) -> str:
    """The body that the holder of an office speaks for; a body is its own."""
    return str(_data()["offices"]["domain"].get(office, office))


@lru_cache(maxsize=8192)
def name_key(name: str) -> tuple[str, ...]:
    """A name's skeletons, given names first; empty for a name in a script that has no skeleton."""
    text = unicodedata.normalize(
        "NFKD", name.casefold().replace("ł", "l").replace("ı", "i").replace("ß", "ss")
    )
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("’", "'").replace("-", " ")
    words = re.findall(r"[a-z']+", text)
    return tuple(w for w in (_skeleton(word) for word in words) if w)


def _skeleton(word: str) -> str:
    for old, new in _data()["names"]["folds"]:
        word = word.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", word)


def speaker_key(speaker: Speaker) -> str:
    """A stable key for rows: register id, else state with the surname's skeleton, office or body."""
    if speaker.official:
        return f"official:{speaker.official}"
    state = speaker.state or "--"
    key = name_key(speaker.name_en)
    if is_person(speaker):
        return f"{state}:{key[-1]}" if key else f"{state}:{speaker.office or speaker.name.casefold()}"
    return f"{state}:body:{' '.join(sorted(key)) or (speaker.body or speaker.name).casefold()}"


def is_person(speaker: Speaker) -> bool:
    """Whether a named person speaks, not a body or a state as itself."""
    if speaker.official or (speaker.role and speaker.name != speaker.role):
        return speaker.name != speaker.body
    return bool(speaker.office) and speaker.name != speaker.body


def is_bare_state(speaker: Speaker) -> bool:
    """Whether only the state (or its capital) is named: no person, no office, no body."""
    return not (speaker.body or speaker.office or speaker.role or speaker.official)


def same_speaker(a: Speaker, b: Speaker) -> tuple[Sameness, str]:
    """``yes``, ``related`` (a body and its voice, a bare state and its official) or ``no``; and by what."""
    if a.state and b.state and a.state != b.state:
        return "no", "other state"
    if a.official and b.official:
        return ("yes", "register") if a.official == b.official else ("no", "other person")
    person_a, person_b = is_person(a), is_person(b)
    if person_a and person_b:
        return _same_person(a, b)
    if not a.state or not b.state:
        both = name_key(a.name_en), name_key(b.name_en)
        return ("yes", "name") if both[0] and both[0] == both[1] else ("no", "state unknown")
    if is_bare_state(a) and is_bare_state(b):
        return "yes", "state"
    if is_bare_state(a) or is_bare_state(b):
        return "related", "state"
    if not person_a and not person_b:
        return _same_body(a, b)
    return _voice_of(a, b) if person_a else _voice_of(b, a)


def _same_person(a: Speaker, b: Speaker) -> tuple[Sameness, str]:
    key_a, key_b = name_key(a.name_en), name_key(b.name_en)
    office = a.office is not None and a.office == b.office and a.state is not None and a.state == b.state
    if key_a and key_b:
        close = names_agree(key_a, key_b)
        if close >= 0.86:
            return "yes", "name"
        if office and _singular(a.office) and close >= 0.6:
            return "yes", "office and name"
        return "no", "other name"
    if office and _singular(a.office):
        return "yes", "office"
    return ("yes", "name") if a.name.casefold() == b.name.casefold() else ("no", "other name")


def names_agree(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """How near two names are, 0 to 1: their surnames, where no given name speaks against it."""
    best = max(_near(a[-1], b[-1]), 0.98 * _near(a[0], b[-1]), 0.98 * _near(a[-1], b[0]))
    if len(a) > 1 and len(b) > 1:
        # Given names: equal, alike, or an initial; another given name is another person.
        first = max(_near(x, y) for x in a[:-1] for y in b[:-1])
        initial = any(x[0] == y[0] for x in a[:-1] for y in b[:-1])
        if first < 0.5 and not initial and set(a) != set(b):
            return best * 0.5
    return best


def _near(a: str, b: str) -> float:
    return 1.0 if a == b else SequenceMatcher(None, a, b).ratio()


def _same_body(a: Speaker, b: Speaker) -> tuple[Sameness, str]:
    names_a = {name_key(n) for n in (a.name_en, a.body or "") if n} - {()}
    names_b = {name_key(n) for n in (b.name_en, b.body or "") if n} - {()}
    if names_a & names_b or (a.body and a.body == b.body):
        return "yes", "body"
    if a.office and a.office == b.office:
        return "yes", "body's kind"
    if any(set(x) == set(y) for x in names_a for y in names_b):
        return "yes", "body"
    return "no", "other body"


def _voice_of(person: Speaker, body: Speaker) -> tuple[Sameness, str]:
    """Whether a named person speaks for a body: by the body named with the person, or by the office."""
    if person.body and (person.body == body.body or set(name_key(person.body)) & set(name_key(body.name_en))):
        return "related", "spokesperson"
    if person.office and body.office and _domain(person.office) == _domain(body.office):
        return "related", "office"
    return "no", "other body"
