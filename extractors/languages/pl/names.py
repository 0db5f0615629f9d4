"""The cases of the names of states, and people's names in the nominative, in Polish.

Endings after general grammars of the language. A name that no rule fits stays as it is.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from extractors.languages import words

#: Endings of a state's name by its last letters: what is taken off, and what comes in its place.
_STATES: Final = (
    ("ka", 2, ("ka", "ki", "ce", "kę", "ką", "ko")), ("ga", 2, ("ga", "gi", "dze", "gę", "gą", "go")),
    ("ra", 2, ("ra", "ry", "rze", "rę", "rą", "ro")), ("ta", 2, ("ta", "ty", "cie", "tę", "tą", "to")),
    ("da", 2, ("da", "dy", "dzie", "dę", "dą", "do")), ("ia", 1, ("a", "i", "ę", "ą", "o", "")),
    ("ja", 1, ("a", "i", "ę", "ą", "o")), ("a", 1, ("a", "y", "ie", "ę", "ą", "o", "i", "e")),
    ("y", 1, ("y", "", "om", "ami", "ach")), ("o", 1, ("o", "a", "u", "em", "ie")),
    ("ie", 1, ("e", "i", "om", "ami", "ach")), ("ś", 1, ("ś", "si", "sią")),
    ("ń", 1, ("ń", "nia", "niu", "niem", "ni")),
    ("j", 1, ("j", "ja", "ju", "jem")), ("l", 1, ("l", "la", "lu", "lem", "lowi")),
    ("k", 1, ("k", "ku", "kiem", "kowi")), ("g", 1, ("g", "gu", "giem")),
    ("t", 1, ("t", "tu", "cie", "tem", "towi")), ("d", 1, ("d", "du", "dzie", "dem", "dowi")),
    ("r", 1, ("r", "ru", "rze", "rem", "rowi")),
)  # fmt: skip
_HARD: Final = ("", "u", "a", "ie", "em", "owi")
_VOWELS: Final = "aeiouyąęó"

#: Endings of names of men and women in the genitive and instrumental, the longest first.
_MAN: Final = (
    ("skiego", "ski"), ("ckiego", "cki"), ("dzkiego", "dzki"), ("skim", "ski"), ("ckim", "cki"),
    ("owego", "owy"), ("ego", "e"), ("iem", ""), ("em", ""), ("a", ""), ("y", "a"), ("ki", "ka"),
)  # fmt: skip
_WOMAN: Final = (
    ("skiej", "ska"), ("ckiej", "cka"), ("dzkiej", "dzka"), ("owej", "owa"), ("nej", "na"), ("iny", "ina"),
    ("ą", "a"),
)  # fmt: skip
_GIVEN: Final = (("ii", "ia"), ("ji", "ja"), ("ą", "a"), ("y", "a"), ("i", "a"))


def cases_of(name: str) -> tuple[str, ...]:
    """A state's name of one word in the cases in which a text may have it."""
    if len(name) < 4 or name.isupper() or not name.isalpha():
        return (name,)
    for ending, length, forms in _STATES:
        if name.endswith(ending):
            return tuple(name[: len(name) - length] + form for form in forms)
    if name[-1] in _VOWELS:
        return (name,)
    return tuple(name + form for form in _HARD)


def nominative(name: str) -> str:
    """The full name of a person that stands in the genitive or instrumental, in the nominative.

    The given name tells the sex, on which the surname's ending hangs; a single word stays as it is.
    """
    given, *rest = name.split()
    if not rest:
        return name
    if given.endswith(("a", "em", "ego")):
        return " ".join(_changed(part, _MAN) for part in (given, *rest))
    if given.endswith(("y", "i", "ą")):
        return " ".join((_changed(given, _GIVEN), *(_changed(part, _WOMAN) for part in rest)))
    if given.endswith("o"):
        return " ".join((given, *(_changed(part, _MAN) for part in rest)))
    return name


def _changed(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for bent, straight in endings:
        if word.endswith(bent) and len(word) > len(bent) + 1:
            return word[: -len(bent)] + straight
    return word


Endings = tuple[tuple[str, str], ...]


@cache
def _bodies(part: str) -> dict[str, Endings]:
    """The endings of one part of ``bodies.toml`` by gender."""
    return {
        gender: tuple((bent, straight) for bent, straight in listed)
        for gender, listed in words("pl", "bodies")[part].items()
    }


@cache
def _body_nouns() -> dict[str, frozenset[str]]:
    """The nouns of bodies in the nominative, by gender."""
    return {gender: frozenset(listed) for gender, listed in words("pl", "bodies")["nouns"].items()}


def nominative_body(name: str) -> str:
    """The name of a body in the nominative (`czeskiego MSZ`, `Pentagonu`); else as it stands."""
    parts = name.split()
    for at, part in enumerate(parts):
        acronym = len(part) > 1 and part.isupper()
        found = (part, "n") if acronym else _body_noun(part.lower())
        if found is None:
            continue
        noun, gender = found
        bent = noun != part.lower() and not acronym
        following = [
            _changed(one, _bodies("agreeing")[gender]) for one in parts[at + 1 : at + 2 if bent else at + 1]
        ]
        parts[at] = part if acronym else noun.capitalize() if part[0].isupper() else noun
        parts[:at] = [_changed(one, _bodies("agreeing")[gender]) for one in parts[:at]]
        parts[at + 1 : at + 1 + len(following)] = following
        return " ".join(parts)
    return name


def _body_noun(word: str) -> tuple[str, str] | None:
    """The nominative and the gender of a body's noun; None for any other word."""
    for gender, nouns in _body_nouns().items():
        if word in nouns:
            return word, gender
    for gender, endings in _bodies("cases").items():
        for bent, straight in endings:
            noun = word.removesuffix(bent) + straight
            if word.endswith(bent) and noun in _body_nouns()[gender]:
                return noun, gender
    return None
