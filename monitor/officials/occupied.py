"""Who speaks for land that another state holds: its administration's head is no official of the land's state.

Where the press of a language gives both sides' heads one title (`губернатор Херсонской области`), the region
alone tells nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Final

from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading
from monitor.officials.names import name_key, same_name
from monitor.officials.roles import Role, with_kind
from monitor.officials.seats import state_of_title
from monitor.officials.word_lists import word_lists

_LOCAL: Final = frozenset({"governor", "regional_head", "mayor", "head"})
_OWNER: Final = "UA"
_BESIDE: Final = 8  # tokens around a role in which the rest of its institution's name may stand
_HYPHENS: Final = str.maketrans("‐‑–—", "----")


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


def of_civil_military(role: Role, mention: Mention, reading: Reading, on: date) -> bool:
    """Whether only its region makes Ukraine's a "civil-military administration": from 2022 on that is mostly
    what Russia put in place (``occupation.toml``, ``civil_military``).

    The words stand in the role, or beside it in its sentence; the role is of an administration.
    """
    facts = data("occupation.toml")
    listed = facts["civil_military"].get(reading.lex.language, ())
    told = f"{role.phrase} {role.body or ''}".casefold()
    if role.state != _OWNER or role.former or not listed or on < facts["civil_military_since"]:
        return False
    if not any(word in told for word in facts["administration"]):
        return False
    tokens, numbers = reading.tokens, reading.tokens.sentence
    first, last = mention.first, mention.last
    while first > 0 and numbers[first - 1] == numbers[mention.first] and mention.first - first < _BESIDE:
        first -= 1
    while last < len(tokens) and numbers[last] == numbers[mention.first] and last - mention.last < _BESIDE:
        last += 1
    near = tokens.text[tokens.starts[first] : tokens.ends[last - 1]].casefold().translate(_HYPHENS)
    return any(re.search(rf"(?<!\w){re.escape(words)}", near) for words in listed)


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
