"""Text as evidence: word trigrams without stock phrases, and quotations held against each other.

Measured on 115 true pairs of reports: containment of at least 0.6 with at least 4 shared trigrams had
precision .955 and recall .93; MinHash at Jaccard .5 had recall .66, exact text .48.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

CONTAINED: Final = 0.6
SHARED: Final = 4
#: Words that tell something in a quoted fragment at least.
FRAGMENT: Final = 2
_WORD = re.compile(r"\w+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _stock() -> frozenset[str]:
    """Words of the subject that every report shares; a trigram of nothing else weighs nothing."""
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "identity.toml").read_text("utf-8"))
    return frozenset(word for words in data["stock"].values() for word in words.split())


def normalised(text: str) -> str:
    """Lower case, compatibility forms and marks of quotation and vowels gone: what two copies agree on."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Pi", "Pf") and c not in "'\"’`´")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text; Chinese characters count as words of their own."""
    out: list[str] = []
    for token in _WORD.findall(normalised(text)):
        if _HAN.search(token):
            out += list(token)
        else:
            out.append(token)
    return tuple(out)


@lru_cache(maxsize=4096)
def trigrams(text: str) -> frozenset[tuple[str, str, str]]:
    """The word trigrams of a text, without those made of stock words only."""
    words = words_of(text)
    found = {(words[i], words[i + 1], words[i + 2]) for i in range(len(words) - 2)}
    return frozenset(t for t in found if not _stock().issuperset(t))


#: A report is looked for by at most this many of its trigrams: those with the smallest hashes.
MOST_HASHES: Final = 32


def hashes(text: str) -> list[int]:
    """The hashes by which like words are looked for; signed, of 64 bits, the same in every process."""
    return sorted(_hash(trigram) for trigram in trigrams(text))[:MOST_HASHES]


@lru_cache(maxsize=65536)
def _hash(trigram: tuple[str, str, str]) -> int:
    raw = "\x1f".join(trigram).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big", signed=True)


def containment(a: str, b: str) -> tuple[float, int]:
    """(share of the smaller one's trigrams found in the other, number shared)."""
    left, right = trigrams(a), trigrams(b)
    shared = len(left & right)
    smaller = min(len(left), len(right))
    return (shared / smaller if smaller else 0.0), shared


def alike(a: str, b: str) -> str | None:
    """Evidence that two texts report the same words, in words; None where there is none."""
    share, shared = containment(a, b)
    if share >= CONTAINED and shared >= SHARED:
        return f"containment {share:.2f}".replace("0.", ".")
    return None


def same_quotations(a: Iterable[str], b: Iterable[str]) -> str | None:
    """Evidence from direct quotations: equal ones, or one that stands inside another (a shared core)."""
    left = [words_of(q) for q in a]
    right = [words_of(q) for q in b]
    for one in left:
        for other in right:
            short, long = sorted((one, other), key=len)
            weight = len([w for w in short if w not in _stock()])
            if weight >= 3 and one == other:
                return "equal quotation"
            if weight >= 4 and _inside(short, long):
                return "shared quotation"
    return None


def stands_in(part: str, whole: str) -> bool:
    """Whether the words of a quotation, two of them at least telling, stand in another in their order."""
    short, long = words_of(part), words_of(whole)
    return len([w for w in short if w not in _stock()]) >= FRAGMENT and _inside(short, long)


def _inside(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    n = len(short)
    return any(long[i : i + n] == short for i in range(len(long) - n + 1))
