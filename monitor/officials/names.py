"""People's names across spellings and scripts: a Latin form to show, and a key under which spellings meet.

Transliteration follows the usual newspaper practice (Russian and Ukrainian after BGN/PCGN without
apostrophes); Arabic, Persian and Chinese names see ``romanise``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.officials.lexicon import data
from monitor.officials.name_signs import name_signs
from monitor.officials.romanise import arabic, chinese

_RU = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
}  # fmt: skip
_UK = {**_RU, "г": "h", "и": "y", "й": "i", "е": "e"}
_UK_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_UK_LATER = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
_ARABIC = re.compile("[\u0600-\u06ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=1 << 14)
def latin(name: str, language: str = "en", state: str | None = "") -> str:
    """The name in Latin letters; Latin names come back as they are.

    Names in Chinese signs are spelt where ``state`` says that they are read so (None: nobody's in
    particular), else they stay as they are.
    """
    if _CYRILLIC.search(name):
        ukrainian = language == "uk" or bool(_UKRAINIAN.search(name))
        return " ".join(_cyrillic(word, ukrainian) for word in name.split())
    if _ARABIC.search(name):
        return arabic(name, language)
    if _HAN.search(name) and language == "zh":
        return chinese(fold(name).low, name_signs(language).compound, state)
    return name


def _cyrillic(word: str, ukrainian: bool) -> str:
    out = []
    for index, char in enumerate(word):
        low = char.lower()
        before = word[index - 1].lower() if index else ""
        if ukrainian:
            starts = not before.isalpha()
            table = _UK_FIRST if starts else _UK_LATER
            put = table.get(low, _UK.get(low, low))
            put = "zgh" if low == "г" and before == "з" else put
        elif low == "е" and (not before.isalpha() or before in "аеёиоуыэюяьъ"):
            put = "ye"
        else:
            put = _RU.get(low, low)
        out.append(put.capitalize() if char.isupper() else put)
    text = "".join(out)
    return text if ukrainian else re.sub(r"(?<=[a-z])(?:iy|yy)\b", "y", text)


#: Spellings of one sound, by language of the text, before the common folding.
_SOUNDS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (("ou", "u"), ("gue", "ge"), ("gui", "gi"), ("dj", "j")),
    "es": (("gue", "ge"), ("gui", "gi")),
    "pt": (("gue", "ge"), ("gui", "gi")),
}
#: The same for letters that lose their accents.
_ACCENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "pl": (("ó", "u"),),
    "tr": (("ş", "sh"), ("ç", "ch")),
}
#: One letter for sounds that languages write differently: all of ch kh sh zh … become h or s.
_COMMON = (
    ("shch", "h"), ("tsch", "h"), ("sch", "h"), ("tch", "h"), ("zh", "s"), ("kh", "h"),
    ("ch", "h"), ("sh", "h"),
    ("cz", "h"), ("sz", "h"), ("rz", "s"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("ck", "k"),
    ("ts", "s"), ("tz", "s"), ("x", "ks"), ("w", "v"), ("j", "y"), ("yu", "u"), ("iu", "u"), ("ya", "a"),
    ("ia", "a"), ("ye", "e"), ("ie", "e"), ("yo", "o"), ("io", "o"), ("yi", "i"), ("y", "i"), ("z", "s"),
    ("c", "k"), ("q", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip
FAMILY_FIRST = frozenset(words("common", "people")["family_first"])
_TITLES = frozenset(words("common", "people")["titles"])


@lru_cache(maxsize=1 << 15)
def name_key(name: str, language: str = "en") -> str:
    """Words under which spellings of one name meet ("Siergiej Szojgu", "Сергей Шойгу" and "Sergei Shoigu").

    Coarse on purpose: equal keys are a reason to compare office, state and day, never enough alone.
    Han names keep their signs; an unreadable name gives an empty key.
    """
    if _HAN.search(name):
        return " ".join(_HAN.findall(name))
    text = latin(name, language).lower()
    for old, new in _ACCENTS.get(language, ()):
        text = text.replace(old, new)
    text = fold(text).low.replace("'", "")
    for old, new in _SOUNDS.get(language, ()):
        text = text.replace(old, new)
    parts = [word for word in _WORD.findall(text) if word not in _TITLES]
    return " ".join(_given().get(key, key) for key in (_word_key(word) for word in parts))


@cache
def _given() -> dict[str, str]:
    """The keys of given names that are one in two languages, each with the one under which they meet."""
    found: dict[str, str] = {}
    for group in data("given_names.toml")["same"]:
        first, *others = (_word_key(fold(name).low) for name in group)
        found |= dict.fromkeys(others, first)
    return found


def _word_key(word: str) -> str:
    for old, new in _COMMON:
        word = word.replace(old, new)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word[:-1] if len(word) > 4 and word.endswith("i") else word


def same_name(key: str, other: str) -> bool:
    """Whether two keys may name one person: the shorter's words stand in the longer, the last one last.

    Initials stand for names that begin with them; a name of one word is the other's last word.
    """
    short, long = sorted((key.split(), other.split()), key=len)
    if not short:
        return False
    if short == long:
        return True
    if short[-1] != long[-1] and not (len(short) > 1 and short[-1] in long):
        return False
    rest = iter(long)
    return all(any(_alike(word, known) for known in rest) for word in short)


def same_inflected(key: str, other: str) -> bool:
    """The same for languages whose names have case endings: words may differ in their last letters."""
    short, long = sorted((key.split(), other.split()), key=len)
    if not short or not _cases(short[-1], long[-1]):
        return False
    rest = iter(long)
    return all(any(_alike(word, known) or _cases(word, known) for known in rest) for word in short)


def _cases(word: str, other: str) -> bool:
    common = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        common += 1
    return word == other or (common >= 3 and len(word) - common <= 3 and len(other) - common <= 3)


def _alike(word: str, known: str) -> bool:
    return (
        word == known
        or (len(word) == 1 and known.startswith(word))
        or (len(known) == 1 and word.startswith(known))
    )
