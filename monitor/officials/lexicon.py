"""The words of one language that say who somebody is, as one table of patterns, and what it finds in a text.

A pattern is a run of folded words; a word that ends in ``*`` is a stem that may go on for some letters.
The longest pattern at a place wins; what stands in a pattern with a capital must have one in the text.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from extractors.languages import words
from extractors.languages.pl.names import cases_of
from monitor.officials.tokens import Tokens, fold_word, split_words, tokenize

DATA = Path(__file__).parent.parent / "data"
_TAIL = 5  # letters that may follow a stem


@dataclass(frozen=True, slots=True)
class Entry:
    """What a pattern means: its kind (``office``, ``state`` …), the value, and how it was worded."""

    kind: str
    value: str
    form: str = ""
    proper: bool = False
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """Tokens ``first`` up to and without ``last`` with all that they may mean."""

    first: int
    last: int
    entries: tuple[Entry, ...]

    def get(self, *kinds: str) -> Entry | None:
        """The first meaning of one of these kinds."""
        entries = self.entries
        if len(entries) == 1:
            return entries[0] if entries[0].kind in kinds else None
        for kind in kinds:
            for entry in entries:
                if entry.kind == kind:
                    return entry
        return None

    def links(self, *values: str) -> bool:
        """Whether this may be a small word of one of these sorts."""
        return any(entry.kind == "link" and entry.value in values for entry in self.entries)

    def value(self, kind: str) -> str | None:
        """The value of the meaning of this kind."""
        entry = self.get(kind)
        return entry.value if entry else None


@dataclass(slots=True)
class _Node:
    exact: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    entries: list[Entry] = field(default_factory=list)


class Lexicon:
    """The patterns of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._root = _Node()
        self.clitics: tuple[str, ...] = ()
        self.head_first = False
        self.inflects = False
        self.cased = True
        self.articleless = False
        self.known = False  # whether the language has titles at all
        self.nouns = False  # all nouns have capitals
        self.points = False  # "the deputy said" can only be one who was named

    def add(self, pattern: str, entry: Entry) -> None:
        """Enters one pattern."""
        node = self._root
        parts = _parts(pattern)
        if not parts:
            return
        for word, stem in parts:
            table = node.stems if stem else node.exact
            node = table.setdefault(word, _Node())
        if entry not in node.entries:
            node.entries.append(entry)

    def close(self) -> None:
        """Prepares the table for reading; called once, after the last ``add``."""
        stack = [self._root]
        while stack:
            node = stack.pop()
            node.lengths = tuple(sorted({len(stem) for stem in node.stems}, reverse=True))
            stack.extend(node.exact.values())
            stack.extend(node.stems.values())

    def bare(self, word: str) -> str:
        """A word without what is written in one with it and is no part of the pattern (`للوزارة`)."""
        folded = fold_word(word)
        if not self.clitics or any(True for _ in _next(self._root, folded)):
            return word
        for clitic in self.clitics:
            rest = folded[len(clitic) :]
            if clitic == "ال" or not folded.startswith(clitic) or len(rest) < 2:
                continue
            article = "ال" if clitic == "لل" or clitic.endswith(("ال", "ولل")) else ""
            if any(True for _ in _next(self._root, rest)) or (
                article and any(True for _ in _next(self._root, article + rest))
            ):
                return article + word[len(clitic) :]
        return word

    def tags(self, tokens: Tokens, first: int = 0, last: int | None = None) -> list[Tag]:
        """The longest meanings in order, none over another."""
        found: list[Tag] = []
        index, stop = first, len(tokens) if last is None else last
        while index < stop:
            tag = self._longest(tokens, index, stop)
            if tag is None:
                index += 1
            else:
                found.append(tag)
                index = tag.last
        return found

    def _longest(self, tokens: Tokens, index: int, stop: int) -> Tag | None:
        """The meanings of the longest run from a token on; of two as long, those spelt out further."""
        last, spelt = index, -1
        entries: tuple[Entry, ...] = ()
        stack = [(self._root, index, 0)]
        while stack:
            node, at, letters = stack.pop()
            if at > index and node.entries and (at, letters) >= (last, spelt):
                fitting = tuple(entry for entry in node.entries if _fits(entry, tokens, index, at))
                if fitting:
                    entries = (*entries, *fitting) if (at, letters) == (last, spelt) else fitting
                    last, spelt = at, letters
            if at < stop:
                word = tokens.folded[at]
                stack.extend((child, at + 1, letters + size) for child, size in self._children(node, word))
        return Tag(index, last, entries) if entries else None

    def _children(self, node: _Node, word: str) -> Iterator[tuple[_Node, int]]:
        yield from _next(node, word)
        for clitic in self.clitics:
            if word.startswith(clitic) and len(word) > len(clitic) + 1:
                if clitic == "لل":
                    yield from _next(node, "ال" + word[2:])
                yield from _next(node, word[len(clitic) :])


def _next(node: _Node, word: str) -> Iterator[tuple[_Node, int]]:
    child = node.exact.get(word)
    if child is not None:
        yield child, len(word)
    for length in node.lengths:
        if length <= len(word) <= length + _TAIL:
            child = node.stems.get(word[:length])
            if child is not None:
                yield child, length


def _fits(entry: Entry, tokens: Tokens, first: int, last: int) -> bool:
    if entry.upper:
        return all(word.isupper() for word in tokens.words[first:last] if word.isalpha())
    return not entry.proper or not tokens.words[first][0].islower()


@cache
def _parts(pattern: str) -> tuple[tuple[str, bool], ...]:
    parts: list[tuple[str, bool]] = []
    for piece in pattern.replace("*", "* ").split():
        stem = piece.endswith("*")
        folded = split_words(piece.removesuffix("*"))
        parts.extend((word, stem and index == len(folded) - 1) for index, word in enumerate(folded))
    return tuple(parts)


def entry_for(kind: str, value: str, pattern: str, form: str = "") -> Entry:
    """The meaning of a pattern; its capitals say how the text must write it."""
    letters = [char for char in pattern if char.isalpha()]
    cased = bool(letters) and letters[0].isupper()
    acronym = cased and len(letters) <= 6 and all(char.isupper() for char in letters)
    return Entry(kind, value, form, proper=cased, upper=acronym)


def _expand(pattern: str, lists: dict[str, list[str]]) -> Iterator[str]:
    start = pattern.find("{")
    if start < 0:
        yield pattern
        return
    end = pattern.index("}", start)
    for word in lists[pattern[start + 1 : end]]:
        yield from _expand(pattern[:start] + word + pattern[end + 1 :], lists)


@cache
def data(name: str) -> dict[str, Any]:
    """A table of facts from ``monitor/data``. Do not change what comes back."""
    return tomllib.loads((DATA / name).read_text("utf-8"))


@cache
def territories() -> dict[str, dict[str, str]]:
    """The names of all states by code, then language (Unicode CLDR)."""
    with (DATA / "territories.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row.pop("code"): row for row in rows}


@cache
def lexicon(language: str) -> Lexicon:
    """The table of one language; for a language without words of its own, names of states and bodies only."""
    lex = Lexicon(language)
    roles = words(language, "roles")
    lex.head_first = bool(roles.get("head_first", False))
    lex.inflects = bool(roles.get("inflects", False))
    lex.cased = bool(roles.get("cased", True))
    lex.articleless = bool(roles.get("articleless", False))
    lex.nouns = bool(roles.get("nouns", False))
    lex.points = bool(roles.get("definite_points", False))
    lex.clitics = tuple(roles.get("clitics", ()))
    _add_roles(lex, roles)
    _add_states(lex, language)
    _add_bodies(lex, language)
    lex.close()
    return lex


def _add_roles(lex: Lexicon, roles: dict[str, Any]) -> None:
    lists: dict[str, list[str]] = roles.get("lists", {})
    tables = (
        ("offices", "office"), ("bodies", "body"), ("modifiers", "mod"), ("unnamed", "people"),
        ("honorifics", "honor"), ("pronouns", "pronoun"), ("links", "link"), ("congress", "congress"),
        ("congress_named", "congress"), ("private", "private"), ("generic", "generic"), ("parties", "party"),
        ("units", "unit"), ("portfolio", "portfolio"), ("verbs", "verb"), ("breaks", "break"),
    )  # fmt: skip
    for table, kind in tables:
        for value, patterns in roles.get(table, {}).items():
            _add_all(lex, kind, value, patterns, lists, "named" if table == "congress_named" else "")
    for value, patterns in roles.get("former", {}).items():
        _add_all(lex, "office", value, patterns, lists)
        _add_all(lex, "mod", "former", patterns, lists)
    lex.known = bool(roles.get("offices"))


def _add_all(
    lex: Lexicon, kind: str, value: str, patterns: Iterable[str], lists: dict[str, list[str]], form: str = ""
) -> None:
    for pattern in patterns:
        for one in _expand(pattern, lists):
            lex.add(one, entry_for(kind, value, one, form))


def _add_states(lex: Lexicon, language: str) -> None:
    table = words(language, "states")
    inflect = _INFLECT.get(language)
    hidden = set(table.get("not_names", ()))
    for code, names in territories().items():
        name = names.get(language)
        if name and name not in hidden:
            for pattern in inflect(name) if inflect else (name,):
                lex.add(pattern, entry_for("state", code, pattern, "name"))
    for section, form in (
        ("names", "name"),
        ("adjectives", "adj"),
        ("capitals", "capital"),
        ("regions", "region"),
    ):
        for code, patterns in table.get(section, {}).items():
            _add_all(lex, "state", code, patterns, {}, form)


def _add_bodies(lex: Lexicon, language: str) -> None:
    for code, body in data("bodies.toml")["body"].items():
        _add_all(lex, "named", code, body.get(language, ()), {})
        if language not in ("en", "ar", "fa", "zh"):
            _add_all(lex, "named", code, body.get("latin", ()), {})
    for name in words("common", "relays").get("names", ()):
        lex.add(name, Entry("relay", name, proper=True))


def _slavic(name: str) -> tuple[str, ...]:
    """The name in its cases; each word of a name of several is open to endings instead."""
    if " " not in name and not name.isascii():
        return _declined(name)
    return (" ".join(_open(word) for word in name.split()),)


#: Endings of the cases by the letters in which a name of a state ends (Russian, then Ukrainian).
_CASES = (
    ("ия", ("ия", "ии", "ию", "ией")), ("ія", ("ія", "ії", "ію", "ією")),
    ("ея", ("ея", "еи", "ее", "ею", "еей")),
    ("я", ("я", "и", "е", "і", "ї", "ю", "ей", "ею")), ("а", ("а", "ы", "и", "е", "і", "у", "ой", "ою")),
    ("ы", ("ы", "ов", "", "ам", "ами", "ах")), ("и", ("и", "ів", "", "ам", "ами", "ах")),
    ("ь", ("ь", "и", "і", "я", "ю", "ем", "ем", "е", "ью")), ("й", ("й", "я", "ю", "ем", "єм", "е", "ї")),
)  # fmt: skip
_HARD = ("", "а", "у", "ом", "е", "і", "ові")


def _declined(name: str) -> tuple[str, ...]:
    if name.isupper() or name[-1] in "оуэею":
        return (name,)
    for ending, cases in _CASES:
        if name.endswith(ending):
            return tuple(dict.fromkeys(name[: -len(ending)] + case for case in cases))
    return tuple(name + case for case in _HARD)


def _open(word: str) -> str:
    if len(word) < 4 or word.isupper() or not word.isalpha():
        return word
    stem = word.rstrip("аеиоуыэюяіїйьaeiouy")
    return f"{stem}*" if len(stem) >= 3 else word


def _opened(name: str) -> tuple[str, ...]:
    """A name of one word in its cases, each word of a longer one open to endings (Polish)."""
    return (" ".join(_open(word) for word in name.split()),) if " " in name else cases_of(name)


def _genitive(name: str) -> tuple[str, ...]:
    """The name and its genitive (German `Norwegens`)."""
    return (name, f"{name}s") if name.isalpha() and not name.endswith(("s", "z", "x")) else (name,)


def _suffixing(name: str) -> tuple[str, ...]:
    return (name,)


_INFLECT = {"ru": _slavic, "uk": _slavic, "pl": _opened, "de": _genitive, "tr": _suffixing}

__all__ = ["Entry", "Lexicon", "Tag", "data", "entry_for", "fold_word", "lexicon", "territories", "tokenize"]
