"""How near two people's names are, across spellings and scripts.

Names are compared by ``officials.names.name_key``, under which the usual spellings of one name fall nearly
together; as a French, Portuguese or Turkish reader sounds them too; and by their consonants where one of
them stands in Arabic script. Han signs are compared with Han signs, a name's spelling in Latin letters with
the rest.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from monitor.model import Speaker
from monitor.officials.names import name_key

#: Given names less alike than this are two people's.
OTHER_GIVEN: Final = 0.5
#: Two words of two names, at least so near each, are one name where the office is one too.
IN_FULL: Final = 0.6
#: … and so near a surname where one of the two names is nothing else.
SURNAME_ALONE: Final = 0.8
#: Consonants that two names must have at least to be compared by them alone.
_BONES: Final = 4
_HAN: Final = re.compile("[\u3400-\u9fff]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_OTHER_SCRIPT: Final = re.compile("[\u0400-\u06ff\u3400-\u9fff]")
#: Letters as a reader of French, Portuguese or Turkish sounds them in a name: what a name in another script
#: was written down from.
_SOUNDED: Final = (
    (re.compile(r"eaux?(?![a-z])|eau|aul?[tdx](?![a-z])|aux(?![a-z])|au"), "o"),
    (re.compile(r"oi(?:[xts](?![a-z]))?"), "ua"),
    (re.compile(r"qu(?=[eiaé])"), "k"),
    (re.compile(r"c(?=[eiyé])|ç"), "s"),
    (re.compile(r"j"), "zh"),
    (re.compile(r"(?<=[a-zé]{3})[tdxsz](?![a-z])"), ""),
    (re.compile(r"(?<=e)s(?=[mntlr])"), ""),
)
#: Pinyin as other scripts hear it.
_CHINESE: Final = frozenset({"CN", "TW"})
_PINYIN: Final = ((re.compile(r"\bq"), "ch"), (re.compile(r"\bx"), "sh"))


def closeness(a: Speaker, b: Speaker, languages: tuple[str | None, str | None]) -> float | None:
    """How near the names are, 0 to 1; None where their scripts cannot be compared."""
    pairs = _comparable(a, b, languages)
    if not pairs:
        return None
    return max(*(names_agree(x, y) for x, y in pairs), _by_bones(a, b, pairs))


def in_full(a: Speaker, b: Speaker, languages: tuple[str | None, str | None]) -> bool:
    """Whether surname and given name are both near enough to be one holder's of an office."""
    return any(_both_near(x, y) for x, y in _comparable(a, b, languages))


def _both_near(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if len(a) < 2 or len(b) < 2:
        return near(a[-1], b[-1]) >= SURNAME_ALONE
    given = max(near(x, y) for x in a[:-1] for y in b[:-1])
    surname = near(a[-1], b[-1])
    return min(given, surname) >= IN_FULL and given + surname >= 1.5


def _comparable(
    a: Speaker, b: Speaker, languages: tuple[str | None, str | None]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    sounded = bool(_OTHER_SCRIPT.search(a.name)) != bool(_OTHER_SCRIPT.search(b.name))
    left = _spellings(a.name, a.name_en, languages[0], sounded)
    right = _spellings(b.name, b.name_en, languages[1], sounded)
    return [(x, y) for x in left for y in right if bool(_HAN.search(x[0])) == bool(_HAN.search(y[0]))]


@lru_cache(maxsize=8192)
def _spellings(name: str, name_en: str, language: str | None, sounded: bool) -> tuple[tuple[str, ...], ...]:
    """The name's keys: as the text has it, in the text's language, its Latin form, and as it sounds."""
    keys = {_name_words(name, language or "en"), _name_words(name_en, "en")}
    if _HAN.search(name):
        keys.add(_name_words(_respelt(name_en, _PINYIN), "en"))
    elif not _OTHER_SCRIPT.search(name) and (sounded or language in ("fr", "pt", "tr")):
        keys.add(_name_words(_respelt(name, _SOUNDED), "en"))
    return tuple(sorted(key for key in keys if key))


def _respelt(name: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    low = name.casefold()
    for pattern, put in table:
        low = pattern.sub(put, low)
    return low


@lru_cache(maxsize=8192)
def _name_words(name: str, language: str) -> tuple[str, ...]:
    key = name_key(name, language)
    return (key.replace(" ", ""),) if _HAN.search(key) else tuple(key.split())


def _by_bones(a: Speaker, b: Speaker, pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> float:
    """How near the names are by their consonants, where one of them stands in Arabic script."""
    if not (_ARABIC.search(a.name) or _ARABIC.search(b.name)):
        return 0.0
    best = _heard_in_pinyin(a, b)
    for left, right in pairs:
        x, y = _consonants(left), _consonants(right)
        if x and y and min(len(x[-1]), len(y[-1])) > 2:
            best = max(best, names_agree(x, y))
        whole = "".join(x).replace("p", "b"), "".join(y).replace("p", "b")
        if min(map(len, whole)) >= _BONES:
            best = max(best, near(*whole))
    return best


def _heard_in_pinyin(a: Speaker, b: Speaker) -> float:
    """The same for a Chinese name: Arabic script writes its syllables apart, and one as "son of"."""
    if bool(_ARABIC.search(a.name)) == bool(_ARABIC.search(b.name)):
        return 0.0
    if not (_HAN.search(a.name + b.name) or {a.state, b.state} & _CHINESE):
        return 0.0
    whole = ["".join(_respelt(s.name_en, () if _ARABIC.search(s.name) else _PINYIN).split()) for s in (a, b)]
    bones = ["".join(_consonants((name_key(one),))) for one in whole]
    return near(*bones) if min(map(len, bones)) >= _BONES else 0.0


def _consonants(key: tuple[str, ...]) -> tuple[str, ...]:
    """A key without vowels, articles and what is written for v: Arabic script writes few of them."""
    bare = (re.sub("[aeiouvwyf]", "", word) for word in key if word not in ("al", "el"))
    return tuple(word for word in bare if word)


def names_agree(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """How near two names are, 0 to 1: their surnames, where no given name speaks against it."""
    best = max(near(a[-1], b[-1]), 0.98 * near(a[0], b[-1]), 0.98 * near(a[-1], b[0]))
    if len(a) > 1 and len(b) > 1:
        # Given names: equal, alike, or an initial; another given name is another person.
        alike = max(near(x, y) for x in a[:-1] for y in b[:-1])
        initial = any(x[0] == y[0] for x in a[:-1] for y in b[:-1] if 1 in (len(x), len(y)))
        if alike < OTHER_GIVEN and not initial and set(a) != set(b):
            return best * 0.5
    return best


@lru_cache(maxsize=1 << 16)
def near(a: str, b: str) -> float:
    """How near two words are, 0 to 1, whichever is asked first."""
    if a == b:
        return 1.0
    if 2 * min(len(a), len(b)) / (len(a) + len(b)) < OTHER_GIVEN or not set(a) & set(b):
        return 0.0
    # The order matters to SequenceMatcher: both ways, so that the answer does not depend on who is asked.
    return max(SequenceMatcher(None, x, y).ratio() for x, y in ((a, b), (b, a)))
