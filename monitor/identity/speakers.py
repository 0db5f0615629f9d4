"""The same speaker, across spellings, scripts and the ways an office is worded.

Names are compared by ``officials.names.name_key``, under which the usual spellings of one name fall nearly
together, by their consonants where one of them stands in Arabic script, and not at all where one is in Han
signs: there the canonical office of the same state must do.
"""

from __future__ import annotations

import re
import tomllib
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from monitor.model import Speaker
from monitor.officials.names import name_key
from monitor.officials.roles import facts

Sameness = Literal["yes", "related", "no"]
#: How near two names must be, measured on 147 pairs of spellings in ten languages (none of 335 false ones).
SAME_NAME: Final = 0.86
#: … and how near when both hold an office that has one holder.
SAME_HOLDER: Final = 0.6
#: Given names less alike than this are two people's.
OTHER_GIVEN: Final = 0.5
_HAN: Final = re.compile("[\u3400-\u9fff]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_BODY: Final = "body:"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent.parent / "data" / "identity.toml").read_text("utf-8"))


def _singular(office: str | None) -> bool:
    """Whether one person of a state holds the office at a time."""
    return office in _data()["offices"]["singular"]


@cache
def _words(kind: str) -> frozenset[str]:
    """Words of the data as name keys."""
    return frozenset(name_key(word) for word in _data()["offices"][kind])


def speaker_key(speaker: Speaker) -> str:
    """A stable key for rows: register id, else state with the surname's key, office or body."""
    if speaker.official:
        return f"official:{speaker.official}"
    state = speaker.state or "--"
    key = name_key(speaker.name_en).split()
    if is_person(speaker):
        return f"{state}:{key[-1]}" if key else f"{state}:{speaker.office or speaker.name.casefold()}"
    return f"{state}:body:{' '.join(sorted(key)) or (speaker.body or speaker.name).casefold()}"


def is_person(speaker: Speaker) -> bool:
    """Whether a person speaks (named, or as the holder of an office), not a body or a state as itself."""
    if speaker.official:
        return not speaker.official.startswith(_BODY)
    if speaker.body is not None and speaker.name == speaker.body:
        return False
    return bool(speaker.office) or (speaker.role is not None and speaker.name != speaker.role)


def is_bare_state(speaker: Speaker) -> bool:
    """Whether only the state (or its capital) is named: no person, no office, no body."""
    return not (speaker.body or speaker.office or speaker.role or speaker.official)


@lru_cache(maxsize=1 << 16)
def same_speaker(
    a: Speaker, b: Speaker, languages: tuple[str | None, str | None] = (None, None)
) -> tuple[Sameness, str]:
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
    return _voice_of(a, b) if person_a else _voice_of(b, a)


# --- people -------------------------------------------------------------------------------------------


def _same_person(a: Speaker, b: Speaker, languages: tuple[str | None, str | None]) -> tuple[Sameness, str]:
    if a.official and b.official:
        return ("yes", "register") if a.official == b.official else ("no", "other person")
    office = a.office is not None and a.office == b.office and a.state is not None and a.state == b.state
    close = None if _unnamed(a) or _unnamed(b) else _closeness(a, b, languages)
    if close is None:
        if office:
            return ("yes", "office") if _singular(a.office) else ("related", "office")
        return ("yes", "name") if a.name.casefold() == b.name.casefold() else ("no", "other name")
    if close >= SAME_NAME:
        return "yes", "name"
    if office and _singular(a.office) and close >= SAME_HOLDER:
        return "yes", "office and name"
    if office and close >= SAME_HOLDER and languages[0] != languages[1] and _bodies_agree(a, b):
        return "yes", "office, body and name"
    return "no", "other name"


def _unnamed(speaker: Speaker) -> bool:
    """Whether a person is there by the office alone ("the Norwegian foreign minister said")."""
    return speaker.official is None and speaker.role is not None and speaker.name == speaker.role


def _closeness(a: Speaker, b: Speaker, languages: tuple[str | None, str | None]) -> float | None:
    """How near the names are, 0 to 1; None where their scripts cannot be compared."""
    left, right = _spellings(a, languages[0]), _spellings(b, languages[1])
    pairs = [(x, y) for x in left for y in right if bool(_HAN.search(x[0])) == bool(_HAN.search(y[0]))]
    if not pairs:
        return None
    best = max(names_agree(x, y) for x, y in pairs)
    if best < SAME_NAME and (_ARABIC.search(a.name) or _ARABIC.search(b.name)):
        bones = [(_consonants(x), _consonants(y)) for x, y in pairs]
        best = max(
            [best, *(names_agree(x, y) for x, y in bones if x and y and min(len(x[-1]), len(y[-1])) > 2)]
        )
    return best


def _spellings(speaker: Speaker, language: str | None) -> list[tuple[str, ...]]:
    """The name's keys: as the text has it, in the text's language, and its Latin form."""
    keys = {_name_words(speaker.name, language or "en"), _name_words(speaker.name_en, "en")}
    return sorted(key for key in keys if key)


@lru_cache(maxsize=8192)
def _name_words(name: str, language: str) -> tuple[str, ...]:
    key = name_key(name, language)
    return (key.replace(" ", ""),) if _HAN.search(key) else tuple(key.split())


def _consonants(key: tuple[str, ...]) -> tuple[str, ...]:
    """A key without vowels and articles: Arabic script writes few of them."""
    bare = (re.sub("[aeiouvwy]", "", word) for word in key if word not in ("al", "el"))
    return tuple(word for word in bare if word)


def names_agree(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """How near two names are, 0 to 1: their surnames, where no given name speaks against it."""
    best = max(_near(a[-1], b[-1]), 0.98 * _near(a[0], b[-1]), 0.98 * _near(a[-1], b[0]))
    if len(a) > 1 and len(b) > 1:
        # Given names: equal, alike, or an initial; another given name is another person.
        alike = max(_near(x, y) for x in a[:-1] for y in b[:-1])
        initial = any(x[0] == y[0] for x in a[:-1] for y in b[:-1] if 1 in (len(x), len(y)))
        if alike < OTHER_GIVEN and not initial and set(a) != set(b):
            return best * 0.5
    return best


@lru_cache(maxsize=1 << 16)
def _near(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if 2 * min(len(a), len(b)) / (len(a) + len(b)) < OTHER_GIVEN or not set(a) & set(b):
        return 0.0
    # The order matters to SequenceMatcher: both ways, so that the answer does not depend on who is asked.
    return max(SequenceMatcher(None, x, y).ratio() for x, y in ((a, b), (b, a)))


# --- bodies -------------------------------------------------------------------------------------------


def _generic(body: Speaker) -> str | None:
    """What kind of body it is (``defence_ministry``), where its code tells."""
    code = (body.official or "").removeprefix(_BODY)
    return facts(code).get("generic") or (code.split("-", 1)[1] if "-" in code else None)


def _same_body(a: Speaker, b: Speaker) -> tuple[Sameness, str]:
    named = _bodies_agree(a, b)
    if a.official and b.official:
        if a.official != b.official:
            return "no", "other body"
        if _generic(a) in _data()["offices"]["several"] and not named:
            return "no", "other body of that kind"
        return "yes", "body"
    return ("yes", "body") if named else ("no", "other body")


def _bodies_agree(a: Speaker, b: Speaker) -> bool:
    names_a, names_b = _body_names(a), _body_names(b)
    return any(_within(x, y) for x in names_a for y in names_b)


def _body_names(speaker: Speaker) -> list[frozenset[str]]:
    names = (speaker.body,) if is_person(speaker) else (speaker.body, speaker.name_en, speaker.name)
    return [words for name in names if name and (words := _telling(name))]


@lru_cache(maxsize=4096)
def _telling(name: str) -> frozenset[str]:
    """The words of a body's name that tell which it is; for other scripts the name as it is."""
    key = [word for word in name_key(name).split() if word not in _words("empty")]
    return frozenset(key) or frozenset((" ".join(name.casefold().split()),))


def _within(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether the words of the shorter name all stand in the longer ("Ministry of Defence" of a state)."""
    short, long = sorted((a, b), key=len)
    if len(short) == 1 and next(iter(short)) in _words("vague") and short != long:
        return False
    return all(any(_near(x, y) >= 0.8 for y in long) for x in short)


def _voice_of(person: Speaker, body: Speaker) -> tuple[Sameness, str]:
    """Whether a named person speaks for a body: by the body named with the person, or by the office."""
    if person.body and _bodies_agree(person, body):
        return "related", "spokesperson"
    domain = _data()["offices"]["domain"].get(person.office)
    if domain is not None and domain == _generic(body):
        return "related", "office"
    return "no", "other body"
