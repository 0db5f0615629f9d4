"""What the small words and endings of a role phrase say: its extent, its article, whose it is, a sex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractors.languages import words
from monitor.officials.lexicon import Lexicon, Tag
from monitor.officials.tokens import Tokens
from monitor.officials.word_lists import word_lists


def owned_by_ending(tokens: Tokens, tags: Sequence[Tag], lex: Lexicon) -> bool:
    """Whether an ending says whose office it is (`وزير خارجيتها`)."""
    ending: str | None = words(lex.language, "roles").get("own_suffix")
    return ending is not None and any(re.search(ending, tokens.folded[tag.last - 1]) for tag in tags)


def bare_phrase(phrase: str, lex: Lexicon) -> str:
    """A phrase whose first word has lost what is written in one with it."""
    first, space, rest = phrase.partition(" ")
    return lex.bare(first) + space + rest


def phrase_of(tokens: Tokens, tags: Sequence[Tag]) -> str:
    first = 0
    while first < len(tags) - 1 and tags[first].get("link"):
        first += 1
    last = len(tags)
    while last > first + 1 and (tags[last - 1].get("link") or _address(tags[last - 1])):
        last -= 1
    return tokens.slice(tags[first].first, tags[last - 1].last)


def _address(tag: Tag) -> bool:
    """Whether a tag is only a form of address, with no office in it (`Director General Mr X`)."""
    return tag.get("honor") is not None and tag.get("office", "mod", "state", "named", "body") is None


def begins_with(tokens: Tokens, tags: Iterable[Tag], lex: Lexicon, sort: str) -> bool:
    """Whether the phrase begins with a small word of this sort."""
    listed = word_lists(lex.language, "links").get(sort, ())
    for tag in tags:
        if tag.get("link") is None:
            return False
        if " ".join(tokens.folded[tag.first : tag.last]) in listed:
            return True
    return False


def sex_told(tokens: Tokens, tags: Iterable[Tag], lex: Lexicon) -> bool | None:
    sexes = word_lists(lex.language, "feminine")
    tags = list(tags)
    if tags and tags[0].get("link"):
        article = tokens.folded[tags[0].first]
        if article in sexes.get("articles", ()):
            return True
        if article in sexes.get("masculine_articles", ()):
            return False
    for tag in tags:
        honor = tag.value("honor")
        if honor in {"male", "female"}:
            return honor == "female"
        for word in tokens.folded[tag.first : tag.last]:
            if _listed(word, sexes.get("words", ())):
                return True
            if _listed(word, sexes.get("masculine", ())):
                return False
    return None


def _listed(word: str, listed: Sequence[str]) -> bool:
    """Whether a word stands in a list, or has the stem (`stem*`) or the ending (`*ending`) of an entry."""
    return word in listed or any(
        (entry.endswith("*") and word.startswith(entry[:-1]))
        or (entry.startswith("*") and word.endswith(entry[1:]))
        for entry in listed
    )
