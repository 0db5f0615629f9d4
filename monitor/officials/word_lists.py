"""The small word lists of a language's titles in the folded form in which texts are compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from extractors.languages import words
from monitor.officials.tokens import split_words


@cache
def word_lists(language: str, section: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of one section (``lists``, ``stops``, ``links``, ``feminine``) of ``roles.toml`` by name.

    Words of several tokens are joined by spaces; a closing ``*`` stays. Words of saying also hold what
    ``cues.toml`` lists for languages that say there which of its forms are theirs alone.
    """
    table = words(language, "roles").get(section, {})
    found = {name: tuple(_folded(word) for word in listed) for name, listed in table.items()}
    if section == "lists":
        found["said"] = (*found.get("said", ()), *_cue_forms(language))
    return found


def begins(words: str, listed: str) -> bool:
    """Whether some words begin with those of a list, of which a ``*`` closes a stem."""
    return words.startswith(listed[:-1]) if listed.endswith("*") else f"{words} ".startswith(f"{listed} ")


def _folded(word: str) -> str:
    return " ".join(split_words(word.removesuffix("*"))) + ("*" if word.endswith("*") else "")


def _cue_forms(language: str) -> tuple[str, ...]:
    """The forms of the words of saying that are no nouns and no infinitives, where a language asks for it."""
    if not words(language, "roles").get("said_from_cues"):
        return ()
    cues = words(language, "cues")
    nouns = frozenset(cues.get("noun_forms", {}).get("words", ()))
    forms = (
        form
        for group in cues.get("cue", ())
        if group["class"] in ("speech", "act")
        for line in group["lemmas"]
        for column in line.split(" ")[1:]
        for form in column.split("/")
    )
    return tuple(_folded(form) for form in forms if form != "-" and form not in nouns)
