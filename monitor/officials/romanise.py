"""Names in Arabic letters and Chinese signs spelt in Latin ones.

Arabic and Persian write no short vowels: a name that the table of usual spellings lacks is spelt by its
letters, with the vowel that makes it speakable. Chinese names are read by Hanyu Pinyin where they are those
of somebody who is read so; foreign names in Chinese signs are left as they are, for no rule leads back.
"""

from __future__ import annotations

import re
from functools import cache

from monitor.officials.lexicon import data

_CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh",
    "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "gh",
    "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h",
}  # fmt: skip
_VOWELS = {"ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ع": "a", "ة": "a", "ى": "a", "ؤ": "u", "ئ": "i"}
_PERSIAN = {"ذ": "z", "ض": "z", "ث": "s", "ح": "h", "و": "v"}
_GLIDES = {"و": ("w", "u"), "ي": ("y", "i"), "ی": ("y", "i")}
#: Endings of Slavic names as the press writes them, the longest first.
_ENDINGS = {
    "ينكو": "enko", "فيتش": "vich", "ييف": "yev", "سكي": "sky", "سکی": "sky", "نكو": "nko", "نکو": "nko",
    "يتش": "ich", "وف": "ov", "يف": "ev", "یف": "ev",
}  # fmt: skip
_STEM = 3  # letters before such an ending
_SERVANT = ("عبد", "عبدال")
#: States whose people's names Chinese signs spell as they are read.
_READ_AS_CHINESE = frozenset({"CN", "TW", "HK", "MO", "SG", None})
_MARKS = re.compile("[\u0640\u064b-\u065f\u0670]")


@cache
def _known(language: str) -> dict[str, str]:
    table: dict[str, list[str]] = data("romanised.toml")[language]
    return {word: name for name, words in table.items() for word in words}


def arabic(name: str, language: str) -> str:
    """A name in Arabic letters as the press writes it in Latin ones."""
    words = _MARKS.sub("", name).replace("\u200c", " ").split()
    known = _known("fa" if language == "fa" else "ar")
    spelt: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == _SERVANT[0] and following.startswith("ال") and language != "fa":
            spelt.append(_servant(following[2:], known, language))
            at += 2
            continue
        if word.startswith(_SERVANT[1]) and len(word) > len(_SERVANT[1]) and word not in known:
            spelt.append(_servant(word[len(_SERVANT[1]) :], known, language))
        else:
            spelt.append(_word(word, known, language))
        at += 1
    return " ".join(spelt)


def _servant(rest: str, known: dict[str, str], language: str) -> str:
    """`عبد الخالق`: Abdulkhaliq; `عبد الله`: Abdullah."""
    if rest in ("له", "لله"):
        return "Abdullah" if language != "fa" else "Abdollah"
    return "Abdul" + _word(rest, known, language).lower()


def _word(word: str, known: dict[str, str], language: str) -> str:
    if word in known:
        return known[word]
    article = word.startswith("ال") and len(word) > (3 if language != "fa" else 5)
    body = word[2:] if article else word
    if body in known:
        spelt = known[body]
    else:
        ending = next((e for e in _ENDINGS if body.endswith(e) and len(body) - len(e) >= _STEM), "")
        stem = body.removesuffix(ending)
        spelt = _voiced(_letters(stem, language), language, open_end=bool(ending)) + _ENDINGS.get(ending, "")
        spelt = spelt[:1].upper() + spelt[1:]
    return ("al-" if article else "") + spelt


def _letters(word: str, language: str) -> list[tuple[str, bool]]:
    """The letters with whether each is a vowel: waw and ya are consonants where a vowel is beside them."""
    found: list[tuple[str, bool]] = []
    for index, char in enumerate(word):
        if char in _GLIDES:
            before = found[-1][1] if found else None
            after = word[index + 1] in _VOWELS if index + 1 < len(word) else False
            glide = index == 0 or after or (bool(before) and index + 1 < len(word))
            sound = _GLIDES[char][0 if glide else 1]
            if glide and language == "fa" and char == "و":
                sound = _PERSIAN["و"]
            found.append((sound, not glide))
        elif char in _VOWELS:
            found.append((_VOWELS[char], True))
        elif char in _CONSONANTS:
            sound = _PERSIAN.get(char, _CONSONANTS[char]) if language == "fa" else _CONSONANTS[char]
            found.append((sound, False))
        elif char not in "ءْ":
            found.append((char, char in "-’'"))
    return found


def _voiced(letters: list[tuple[str, bool]], language: str, *, open_end: bool = False) -> str:
    """The letters with the vowels that make them speakable: no two consonants at the beginning, no three."""
    out: list[str] = []
    run, long = 0, False  # consonants since the last vowel; whether that vowel was a long a
    for index, (sound, vowel) in enumerate(letters):
        if vowel:
            if out and out[-1] == sound == "a":
                continue
            out.append(sound)
            run, long = 0, sound == "a" and index > 0
            continue
        starts = not any(voiced for _, voiced in letters[:index])
        if run and ((starts and run == 1 and "a" not in out) or run >= 2):
            out.append("a")
            run = 0
        elif run == 1 and index == len(letters) - 1 and len(letters) > 3 and not open_end:
            out.append("i" if long and language != "fa" else "a" if language != "fa" else "e")
            run = 0
        out.append(sound)
        run += 1
    return "".join(out)


@cache
def _readings() -> tuple[dict[str, str], dict[str, str]]:
    table = data("pinyin.toml")
    signs = {sign: reading for reading, listed in table["signs"].items() for sign in listed}
    return signs, dict(table["surnames"])


def chinese(name: str, compound: frozenset[str], state: str | None) -> str:
    """A Chinese name by its reading, surname first (`方若岚` is Fang Ruolan); others as they are."""
    signs, surnames = _readings()
    if state not in _READ_AS_CHINESE or not 2 <= len(name) <= 4 or any(sign not in signs for sign in name):
        return name
    cut = 2 if name[:2] in compound and len(name) > 2 else 1
    if len(name) - cut > 2:
        return name
    family = (
        "".join(signs[sign] for sign in name[:cut]) if cut == 2 else surnames.get(name[0], signs[name[0]])
    )
    given = "".join(signs[sign] for sign in name[cut:])
    return f"{family.capitalize()} {given.capitalize()}"
