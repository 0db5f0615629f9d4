"""When a report is right: the same speaker, and a passage in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from monitor.officials import parse_role

#: A passage matches when it has at least this share of the words of a gold passage.
ENOUGH: Final = 0.6
_TELLING: Final = 5

_WORD: Final = re.compile(r"\w+")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_COMMON: Final = frozenset(
    ("the", "of", "and", "for", "in", "to", "de", "la", "le", "du", "des", "del", "и", "der", "die", "das")
)
_DE_FACTO_KINDS: Final = frozenset(("state", "intergovernmental", "de_facto"))


def words_of(text: str) -> list[str]:
    """The words of a passage for comparing; single characters for Chinese."""
    low = text.casefold()
    if _CJK.search(low):
        return _CJK.findall(low)
    return _WORD.findall(low)


def shares_words(found: str, gold: str) -> bool:
    """Whether a found passage has enough of the words of a gold one."""
    wanted = words_of(gold)
    if not wanted:
        return False
    have = set(words_of(found))
    return sum(word in have for word in wanted) / len(wanted) >= ENOUGH


def passages_meet(found: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    """Whether any passage of a report matches any of a gold row."""
    return any(
        shares_words(one["text"], two["text"]) for one in found["passages"] for two in gold["passages"]
    )


def same_words(found: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    """Whether a report tells a gold row's words: as ``passages_meet``, but a word or two prove nothing."""
    return any(
        (len(words_of(two["text"])) >= _TELLING and shares_words(one["text"], two["text"]))
        or words_of(one["text"]) == words_of(two["text"])
        for one in found["passages"]
        for two in gold["passages"]
    )


def same_speaker(found: Mapping[str, Any], gold: Mapping[str, Any], language: str) -> bool:
    """A name in common, or the same body or office of the same state, or the same bare state."""
    names = _names(found, ("speaker", "speaker_en")) & _names(gold, ("speaker", "speaker_en"))
    if names - _generic(found, gold):
        return True
    if found.get("state") != gold.get("state") or gold.get("state") is None:
        return False
    if _impersonal(gold) and _bare(found, language):
        return True
    if _bare(gold, language) and _impersonal(found):
        return True
    if gold.get("body") and found.get("body") and _overlap(gold["body"], found["body"]):
        return True
    office = _office(gold.get("role") or "", language)
    return bool(office) and office == found.get("office")


@cache
def _office(role: str, language: str) -> str | None:
    return parse_role(role, language).office if role else None


def _names(row: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    return {
        word for key in keys for word in words_of(row.get(key) or "") if len(word) > 1 and word not in _COMMON
    }


def _generic(found: Mapping[str, Any], gold: Mapping[str, Any]) -> set[str]:
    """Words that are a role's or a body's and name nobody."""
    told: set[str] = set()
    for row in (found, gold):
        for key in ("role", "body"):
            told.update(words_of(row.get(key) or ""))
    if not _impersonal(gold):
        return told - _surname(gold)
    return set()


def _surname(row: Mapping[str, Any]) -> set[str]:
    return set(words_of(row.get("speaker") or "")) - set(words_of(row.get("role") or ""))


def _impersonal(row: Mapping[str, Any]) -> bool:
    return not row.get("role")


def _bare(row: Mapping[str, Any], language: str) -> bool:
    """Whether a state (or its capital) speaks as itself."""
    if row.get("role") or row.get("body") or row.get("office"):
        return False
    return _state(row.get("speaker") or "", language) is not None


@cache
def _state(name: str, language: str) -> str | None:
    return parse_role(name, language).state if name else None


def _overlap(one: str, other: str) -> bool:
    first = {word for word in words_of(one) if word not in _COMMON}
    second = {word for word in words_of(other) if word not in _COMMON}
    return bool(first & second) and len(first & second) / max(1, min(len(first), len(second))) >= ENOUGH


def is_official(row: Mapping[str, Any]) -> bool:
    """Whether a row's kind is one of those that make a statement official."""
    return row.get("kind") in _DE_FACTO_KINDS


def pairs(
    found: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], language: str
) -> list[tuple[int, int]]:
    """Which report answers which gold row, each at most once; fuller agreement first."""
    scored = []
    for i, one in enumerate(found):
        for j, two in enumerate(gold):
            if same_speaker(one, two, language) and passages_meet(one, two):
                exact = sum(
                    shares_words(a["text"], b["text"]) for a in one["passages"] for b in two["passages"]
                )
                same_day = one.get("said_on") == two.get("said_on")
                same_post = two.get("post") is None or one.get("post") == two.get("post")
                scored.append((same_post, exact, same_day, i, j))
    scored.sort(key=lambda row: (not row[0], -row[1], not row[2], row[3], row[4]))
    taken_found: set[int] = set()
    taken_gold: set[int] = set()
    kept = []
    for *_, i, j in scored:
        if i not in taken_found and j not in taken_gold:
            taken_found.add(i)
            taken_gold.add(j)
            kept.append((i, j))
    return kept
