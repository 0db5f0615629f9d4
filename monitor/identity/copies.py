"""Copies of one text across outlets: how they are looked for, and what makes one sure.

Looked for by a sketch: of a text's word trigrams those whose hash is divisible by ``SCALE`` (MinHash with a
share of the hashes in place of a fixed number, so that it estimates containment, not likeness). A short wire
inside a long article is very unlike it and wholly contained: of 85 pairs of copies in 2,066 real and made-up
texts the sketch found all 85, MinHash in 32 bands of four 84, at about as many candidates.

Made sure by containment of the shorter text, marks of quotation not counted. One that was cut and given
another lead keeps less of the whole but its reporter's own sentences: two reporters of one speech share its
quotations, never their own words.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

from extractors.languages.marks import unquoted
from monitor.identity.texts import containment, trigrams, words_of

_FIGURE: Final = re.compile(r"\d")
#: One trigram in so many is kept: about 145 of a long article.
SCALE: Final = 4
#: A candidate shares this part of the smaller sketch.
CANDIDATE: Final = 0.5
#: Share of the smaller text's trigrams that a copy has in common with its source, and how many at least.
COPIED: Final = 0.8
COPIED_TRIGRAMS: Final = 25
#: A copy that was cut: the share of the whole, and of what stands outside quotation marks, with how many.
CUT: Final = 0.7
CUT_TRIGRAMS: Final = 100
CUT_TOLD: Final = 0.55
CUT_TOLD_TRIGRAMS: Final = 50


def sketch(text: str) -> frozenset[int]:
    """The hashes by which copies of a text are looked for; signed, of 64 bits, the same in every process."""
    return frozenset(h for t in trigrams(text) if (h := _hash(t)) % SCALE == 0)


def same_figures(a: str, b: str) -> bool:
    """Whether two texts have the same words with figures in them: days, years and numbers."""
    return {w for w in words_of(a) if _FIGURE.search(w)} == {w for w in words_of(b) if _FIGURE.search(w)}


@lru_cache(maxsize=65536)
def _hash(trigram: tuple[str, str, str]) -> int:
    raw = "\x1f".join(trigram).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big", signed=True)


def copied(a: str, b: str) -> tuple[float, str] | None:
    """(share, evidence in words) where one of two texts is a copy of the other; None where it is not."""
    share, shared = containment(a, b)
    if share >= COPIED and shared >= COPIED_TRIGRAMS:
        return share, f"containment {share:.2f}"
    if share < CUT or shared < CUT_TRIGRAMS:
        return None
    told, told_shared = containment(unquoted(a), unquoted(b))
    if told >= CUT_TOLD and told_shared >= CUT_TOLD_TRIGRAMS:
        return share, f"containment {share:.2f}, {told:.2f} outside quotation marks"
    return None
