"""What the words of a language without capitals say of names, loaded once from its ``roles.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extractors.languages import words
from monitor.officials.tokens import fold_word


@dataclass(frozen=True)
class NameSigns:
    """What the words of a language say of names: see ``names`` in its ``roles.toml``."""

    never: re.Pattern[str] | None  # words that are no part of a name
    surnames: frozenset[str]  # Han: signs with which a Chinese or Korean name begins
    foreign: frozenset[str]  # Han: signs in which foreign names are written
    compound: frozenset[str]  # Han: surnames of two signs
    small: frozenset[str]  # Han: signs of small words, which no name holds
    before_role: bool  # a name may stand right before its role (`X سخنگوی …`)
    opens: frozenset[str]  # words behind a name that opens a sentence, with its role in the one before
    papers: frozenset[str]  # documents whose maker stands behind them at the head of a sentence
    skipped: re.Pattern[str] | None  # words that go on with a title (`للشؤون القانونية`)
    own: re.Pattern[str] | None  # ending of a noun that says whose it is
    preposition: str  # before a document at the head of a sentence
    tied: tuple[str, ...]  # prepositions written in one with their noun
    article: str  # a construct's complement begins with it, no name does
    particles: frozenset[str]  # words that tie the words of a name
    stops: frozenset[str]  # small words and words of saying, folded
    said: frozenset[str]  # words of saying, folded
    names: frozenset[str]  # names that are small words once folded


@cache
def name_signs(language: str) -> NameSigns:
    """The signs of names of one language."""
    roles = words(language, "roles")
    table = roles.get("names", {})
    stops = roles.get("stops", {}).get("words", ())
    said = roles.get("lists", {}).get("said", ())
    never = table.get("never", ())
    return NameSigns(
        never=re.compile("|".join(f"(?:{one})" for one in never)) if never else None,
        surnames=frozenset(fold_word(table.get("surnames", ""))),
        foreign=frozenset(fold_word(table.get("foreign", ""))),
        compound=frozenset(map(fold_word, table.get("compound", ()))),
        small=frozenset(fold_word(table.get("small", ""))),
        before_role=bool(table.get("before_role", False)),
        opens=frozenset(map(fold_word, table.get("opens", ()))),
        papers=frozenset(map(fold_word, table.get("papers", ()))),
        skipped=re.compile(table["skipped"]) if "skipped" in table else None,
        own=re.compile(roles["own_suffix"]) if "own_suffix" in roles else None,
        preposition=fold_word(table.get("preposition", "\0")),
        tied=tuple(table.get("tied", ())),
        article=table.get("article", ""),
        particles=frozenset(map(fold_word, table.get("particles", ()))),
        stops=frozenset(map(fold_word, (*stops, *said))),
        said=frozenset(map(fold_word, said)),
        names=frozenset(table.get("names", ())),
    )
