"""Which body speaks, or for which a person does: by its code where its words tell one, else by its name."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from monitor.identity.spelling import near
from monitor.model import Speaker
from monitor.officials.names import name_key
from monitor.officials.roles import body_kind, facts, parse_role

BODY: Final = "body:"
#: Words of a role at most in which the office for whose holder a person speaks is looked for.
_MOST: Final = 8
_SPEAKING: Final = frozenset({"spokesperson", "deputy_spokesperson", "press_secretary"})


@cache
def offices() -> dict[str, Any]:
    """The offices and bodies of ``identity.toml``."""
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "identity.toml").read_text("utf-8"))
    found: dict[str, Any] = data["offices"]
    return found


@cache
def _words(kind: str) -> frozenset[str]:
    """Words of the data as name keys."""
    return frozenset(name_key(word) for word in offices()[kind])


def is_person(speaker: Speaker) -> bool:
    """Whether a person speaks (named, or as the holder of an office), not a body or a state as itself."""
    if speaker.official:
        return not speaker.official.startswith(BODY)
    if speaker.body is not None and speaker.name == speaker.body:
        return False
    return bool(speaker.office) or (speaker.role is not None and speaker.name != speaker.role)


def kind_of(body: Speaker) -> str | None:
    """What kind of body speaks as itself (``defence_ministry``), where its code tells."""
    code = (body.official or "").removeprefix(BODY)
    return facts(code).get("generic") or (code.split("-", 1)[1] if "-" in code else None)


def is_whole(body: Speaker) -> bool:
    """Whether a government or an organisation speaks as a whole ("the Biden administration", "the UN")."""
    if not (body.official or "").startswith(BODY):
        return False
    code = (body.official or "").removeprefix(BODY)
    return code in offices()["whole_bodies"] or kind_of(body) in offices()["whole"]


@lru_cache(maxsize=8192)
def kind_behind(person: Speaker, language: str | None) -> str | None:
    """The kind of body for which a person speaks: by the office, the body named with it, or the role."""
    domain: str | None = offices()["domain"].get(person.office)
    if domain is not None:
        return domain
    for words in (person.body, person.role):
        if words and (kind := body_kind(parse_role(words, language or "en"))):
            return kind
    if person.office in _SPEAKING and person.role:
        return _kind_of_office(person.role, language or "en")
    return None


def _kind_of_office(role: str, language: str) -> str | None:
    """`Press secretary of the president`: the office that the words before or behind the first one name."""
    words = role.split()[:_MOST]
    for n in range(1, len(words)):
        for part in (words[n:], words[:-n]):
            office = parse_role(" ".join(part), language).office
            domain: str | None = offices()["domain"].get(office)
            if domain is not None:
                return domain
    return None


def is_telling(office: str | None) -> bool:
    """Whether an office tells its holder from most others of the state."""
    return office is not None and office not in offices()["many"]


def is_several(kind: str | None) -> bool:
    """Whether a state has several bodies of a kind, so that the name must agree too."""
    return kind in offices()["several"]


def names_meet(a: Speaker, b: Speaker) -> bool:
    """Whether the bodies' names, as the texts have them, are one's."""
    names_a, names_b = _names(a), _names(b)
    return any(_within(x, y) for x in names_a for y in names_b)


def _names(speaker: Speaker) -> list[frozenset[str]]:
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
    return all(any(near(x, y) >= 0.8 for y in long) for x in short)
