"""Who speaks for land that another state holds: its administration's head is no official of the land's state.

Where the press of a language gives both sides' heads one title (`губернатор Херсонской области`), the region
alone tells nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from monitor.officials.lexicon import data
from monitor.officials.mentions import Reading
from monitor.officials.names import name_key, same_name
from monitor.officials.roles import Role, with_kind
from monitor.officials.seats import state_of_title
from monitor.officials.word_lists import word_lists

_LOCAL: Final = frozenset({"governor", "regional_head", "mayor", "head"})
_OWNER: Final = "UA"


@cache
def _heads() -> tuple[str, ...]:
    return tuple({name_key(name) for name in data("occupation.toml")["heads"]})


def of_occupied(role: Role, name: str, language: str) -> Role:
    """The role as an occupation administration's, where its holder is known as the head of one."""
    key = name_key(name, language)
    if role.former or role.de_facto or role.state not in {_OWNER, None} or len(key.split()) < 2:
        return role
    if role.office not in _LOCAL or not any(same_name(key, known) for known in _heads()):
        return role
    return with_kind(replace(role, state=None, implied=False, de_facto=True))


def of_either_side(role: Role, reading: Reading) -> bool:
    """Whether a local title may be either side's: its region, or one of the text's where it names none, is
    held by another state (``roles.toml``, ``disputed``), and no words of the land's own institutions stand
    in it."""
    held = word_lists(reading.lex.language, "lists").get("disputed", ())
    if role.office not in _LOCAL or role.state != _OWNER or not held or state_of_title(role.phrase):
        return False
    words = role.phrase.casefold().split()
    if any(word.startswith(held) for word in words):
        return True
    if role.form == "region":
        return False
    tokens = reading.tokens
    return any(
        tokens.folded[at].startswith(held)
        for tag in reading.tags
        if (entry := tag.get("state")) and entry.form == "region"
        for at in range(tag.first, tag.last)
    )
