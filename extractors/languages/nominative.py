"""The dictionary form of a body's or a person's name that a text has in another case (Russian, Ukrainian).

`в Харьковской областной прокуратуре` speaks, its name is `Харьковская областная прокуратура`. The nouns and
their endings are those of the language's ``cues.toml``; where a word is not known there, it stays as it is.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from extractors.languages import words
from extractors.languages.pl.names import nominative as polish_nominative
from extractors.languages.pl.names import nominative_body as polish_body
from extractors.languages.tr.names import nominative as turkish_nominative

Gender = Literal["m", "f", "n"]
_LOWER: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїє"


@cache
def _nouns(language: str) -> dict[str, tuple[str, Gender]]:
    """Every form of a noun that can speak, with its nominative in the singular and its gender."""
    found: dict[str, tuple[str, Gender]] = {}
    for row in words(language, "cues").get("declined", ()):
        first = row["nominative"][0]
        gender: Gender = "n" if first in ("о", "ие", "ня") else "f" if first[-1:] in ("а", "я") else "m"
        for stem in row["stems"]:
            if stem:
                for ending in (*row["nominative"], *row["oblique"]):
                    found.setdefault(stem + ending, (stem + first, gender))
    return found


@cache
def _whole(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The nouns that a language lists as whole words: those of a subject, and those in other cases."""
    straight: set[str] = set()
    bent: set[str] = set()
    for row in words(language, "cues").get("declined", ()):
        if "" in row["stems"]:
            straight.update(row["nominative"])
            bent.update(row["oblique"])
    return frozenset(straight), frozenset(bent - straight)


def is_noun(word: str, language: str) -> bool:
    """Whether a word is a form of a noun that can speak."""
    return word.lower() in _nouns(language) or any(word.lower() in listed for listed in _whole(language))


def is_bent(word: str, language: str) -> bool:
    """Whether a word is a noun that can speak in another form than its nominative in the singular."""
    known = _nouns(language).get(word.lower())
    if known is None:
        return word.lower() in _whole(language)[1]
    return known[0] != word.lower()


@cache
def _adjectives(language: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {
        name: tuple(value) for name, value in words(language, "cues").get("adjectives", {}).items()
    }
    return table


def nominative_body(name: str, language: str) -> str:
    """The name of a body in the nominative; as it stands where the language or the noun is not known."""
    if language == "tr":
        return turkish_nominative(name)
    if language == "pl":
        return polish_body(name)
    parts = name.split()
    nouns = _nouns(language)
    for at, part in enumerate(parts):
        letters = part.rstrip(_LOWER)
        if len(letters) > 1 and letters.isupper():
            parts[at] = letters  # `МИДе`
            return (
                " ".join(_agreeing(one, "m", language) for one in parts[:at])
                + " " * (at > 0)
                + " ".join(parts[at:])
            )
        known = nouns.get(part.lower())
        if known is None:
            continue
        form, gender = known
        parts[at] = _cased(form, part)
        for before in range(at):
            parts[before] = _agreeing(parts[before], gender, language)
        return " ".join(parts)
    return name


def _agreeing(adjective: str, gender: Gender, language: str) -> str:
    """An adjective in the nominative of a gender, by the table of endings of the language."""
    table = _adjectives(language)
    for ending in sorted(table.get("bent", ()), key=len, reverse=True):
        if adjective.lower().endswith(ending) and len(adjective) > len(ending) + 2:
            stem = adjective[: -len(ending)]
            soft = ending in table.get("soft", ()) or stem[-1].lower() in "гкхжшчщ"
            masculine, feminine, neuter = table["soft_forms" if soft else "hard_forms"]
            if soft and gender != "m" and stem[-1].lower() in "гкх":
                _, feminine, neuter = table["hard_forms"]
            return stem + {"m": masculine, "f": feminine, "n": neuter}[gender]
    return adjective


def _cased(form: str, like: str) -> str:
    return form.capitalize() if like[:1].isupper() else form


def nominative_person(name: str, language: str) -> str:
    """A full name that stands in the genitive or instrumental, in the nominative; else as it stands.

    Only for names of two words or more: the given name shows the sex, on which the surname's ending hangs.
    """
    if language == "pl":
        return polish_nominative(name)
    parts = name.split()
    if len(parts) < 2 or not _adjectives(language):
        return name
    first = parts[0]
    woman = first[-1] in "иыіїйю" and not first.endswith(("ой", "ей", "ий", "ій"))
    man = first[-1] in "аяо" or first.endswith(("ом", "ем", "єм"))
    if man and not woman:
        return " ".join(_man(part) for part in parts)
    if woman:
        return " ".join(_woman(part, at == 0) for at, part in enumerate(parts))
    return name


def _man(word: str) -> str:
    for ending, form in (("ского", "ский"), ("цкого", "цкий"), ("ського", "ський"), ("цького", "цький")):
        if word.endswith(ending):
            return word[: -len(ending)] + form
    for ending, form in (
        ("енка", "енко"), ("енком", "енко"), ("ея", "ей"), ("ия", "ий"), ("ія", "ій"), ("ая", "ай"),
        ("оя", "ой"), ("ого", "ый"), ("ря", "рь"), ("ля", "ль"), ("ієм", "ій"), ("ием", "ий"), ("еем", "ей"),
        ("ым", ""), ("им", ""), ("ом", ""), ("а", ""),
    ):  # fmt: skip
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + form
    return word


def _woman(word: str, given: bool) -> str:
    if given:
        for ending, form in (("ии", "ия"), ("ії", "ія"), ("ьи", "ья"), ("ы", "а"), ("и", "а")):
            if word.endswith(ending):
                return word[: -len(ending)] + form
        return word
    for ending, form in (
        ("ской", "ская"), ("цкой", "цкая"), ("ської", "ська"), ("цької", "цька"), ("овой", "ова"),
        ("евой", "ева"), ("иной", "ина"), ("ової", "ова"), ("євої", "єва"), ("іної", "іна"), ("ої", "а"),
    ):  # fmt: skip
        if word.endswith(ending):
            return word[: -len(ending)] + form
    return word
