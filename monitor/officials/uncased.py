"""Names of people in scripts without capitals: what stands beside a role, and where it is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.officials.lexicon import Tag
from monitor.officials.name_signs import NameSigns, name_signs
from monitor.officials.tokens import split_words

if TYPE_CHECKING:
    from monitor.officials.capitals import NameFinder

_COMMAS: Final = ",،，"
_JOINS: Final = "-·・•‧．"
_LONGEST: Final = 5
_PAIR: Final = 2
_LONGEST_HAN: Final = 20
_UNLISTED: Final = 4  # signs that no list of foreign names has, in a name that a dot shows to be one
_CLAUSE: Final = '.:؛;،,«»"“”(–—-'


def uncased_names(finder: NameFinder) -> list[tuple[int, int]]:
    """The names that a role gives away, then their echoes, as tokens ``first`` up to and without ``last``."""
    found: set[tuple[int, int]] = set()
    for number, tag in enumerate(finder.tags):
        if tag.get("office", "honor", "congress") is None:
            continue
        for name in (_behind(finder, number), _before_comma(finder, tag.first), _before(finder, tag.first)):
            if name is not None:
                found.add(name)
    found.update(_openings(finder))
    found = {_without_oblique(finder, *name, found) for name in found}
    taken: set[int] = set()
    kept: list[tuple[int, int]] = []
    told = {tuple(split_words(name)) for name in finder.known}
    for first, last in sorted(found, key=lambda name: (name[0], -name[1])):
        if not taken & set(range(first, last)):
            kept.append((first, last))
            taken.update(range(first, last))
    return sorted(kept + _echoes(finder, kept, taken, told))


def _behind(finder: NameFinder, number: int) -> tuple[int, int] | None:
    """The name behind a role and what belongs to it, with or without a comma."""
    tokens = finder.tokens
    at = finder.tags[number].last
    last_tag: Tag = finder.tags[number]
    while (following := finder.tag_at.get(at)) is not None:
        tag = finder.tags[following]
        if tag.first != at or tag.get("verb", "pronoun", "relay", "break") is not None:
            return None
        if (given := _titled_given(finder, finder.tags[number], tag)) is not None:
            return given
        at, last_tag = tag.last, tag
    signs = name_signs(finder.lex.language)
    if at + 1 < len(tokens) and signs.own is not None and signs.own.search(tokens.folded[at]):
        at += 1  # `مستشار قائدها X`
    while at + 1 < len(tokens) and signs.skipped is not None and signs.skipped.fullmatch(tokens.folded[at]):
        at += 1
    if at >= len(tokens):
        return None
    if tokens.words[at] in "(（":  # `جماعة أنصار الله (الحوثيين)`
        closed = next((i for i in range(at, min(at + 6, len(tokens))) if tokens.words[i] in ")）"), None)
        if closed is None:
            return None
        at = _past_place(finder, closed + 1)
    if at < len(tokens) and tokens.words[at] in _COMMAS:
        return _enclosed(finder, at + 1)
    return _run(finder, at, last_tag)


def _past_place(finder: NameFinder, at: int) -> int:
    """Past where an office is (`ممثلة المنظمة (…) في اليمن X`)."""
    tag = finder.tag_at.get(at)
    if tag is None or finder.tags[tag].value("link") not in {"in", "to"}:
        return at
    place = finder.tag_at.get(finder.tags[tag].last)
    return finder.tags[place].last if place is not None and finder.tags[place].get("state") else at


def _titled_given(finder: NameFinder, head: Tag, tag: Tag) -> tuple[int, int] | None:
    """A given name that is a rank or a nation elsewhere (`العقيد تركي المالكي`, `مدير المركز رائد الصالح`).

    A nation's adjective has the article of its noun; a rank behind a title is followed by a name without one.
    """
    tokens = finder.tokens
    article = name_signs(finder.lex.language).article
    at = tag.last
    if not article or tag.last - tag.first != 1 or tokens.folded[tag.first].startswith(article):
        return None
    definite = any(tokens.folded[one].startswith(article) for one in range(head.first, tag.first))
    nation = tag.get("state")
    bare_nation = nation is not None and nation.form == "adj" and definite
    rank = tag.get("office") is not None and definite
    if not (bare_nation or rank) or at >= len(tokens) or finder.tag_at.get(at) is not None:
        return None
    family = _run(finder, at)
    if family is None or not (bare_nation or tokens.folded[at].startswith(article)):
        return None
    return tag.first, family[1]


def _enclosed(finder: NameFinder, first: int) -> tuple[int, int] | None:
    """The name between two commas, whatever its last words mean elsewhere (`، تشيو ون بين،`)."""
    tokens = finder.tokens
    signs = name_signs(finder.lex.language)
    last = first
    while last < len(tokens) and last - first <= _LONGEST and tokens.words[last] not in _COMMAS:
        opens = last == first
        if (
            finder.tag_at.get(last) is not None
            or not tokens.words[last].isalpha()
            or _says(finder, last, signs)
        ):
            return None
        if opens and not _name_word(finder, last, first, signs):
            return None
        last += 1
    closed = last < len(tokens) and tokens.words[last] in _COMMAS
    return (first, last) if closed and 2 <= last - first <= _LONGEST else None


def _run(finder: NameFinder, first: int, role: Tag | None = None) -> tuple[int, int] | None:
    """The words from a token on that can be a name."""
    tokens = finder.tokens
    if first >= len(tokens):
        return None
    if _is_han(tokens.words[first]):
        return _han_run(finder, first)
    signs = name_signs(finder.lex.language)
    last, tied = first, 0
    while last < len(tokens) and last - first < _LONGEST + tied:
        if not _name_word(finder, last, first, signs):
            break
        tied += tokens.folded[last] in signs.particles or tokens.words[last] in _JOINS
        last += 1
    last = _without_object(finder, first, last, signs)
    while last > first and (tokens.words[last - 1] in _JOINS or tokens.folded[last - 1] in signs.particles):
        last -= 1
    if last == first:
        return None
    if role is not None and _complement(finder, first, role, signs):
        return _behind_complement(finder, first, last, signs)
    return first, last


def _behind_complement(finder: NameFinder, first: int, last: int, signs: NameSigns) -> tuple[int, int] | None:
    """The name of two words or more behind the one that completes a title (`محافظ القنيطرة سامر الخطيب`)."""
    first += 1
    plain = first < last and not finder.tokens.folded[first].startswith(signs.article)
    return (first, last) if plain and last - first >= _PAIR else None


def _without_object(finder: NameFinder, first: int, last: int, signs: NameSigns) -> int:
    """Without a definite noun behind two words of a name, where the second stands elsewhere without it.

    `رفض المتحدث باتريك دوغلاس الكشف …`: the object of the verb, where the text says `قال دوغلاس`.
    """
    tokens = finder.tokens
    if not signs.article or last - first < 3 or not tokens.folded[last - 1].startswith(signs.article):
        return last
    family, object_ = tokens.folded[last - 2], tokens.folded[last - 1]
    alone = any(
        tokens.folded[at] == family and tokens.folded[at - 1] != tokens.folded[last - 3]
        for at in range(1, len(tokens))
        if at != last - 2
    )
    repeated = sum(word == object_ for word in tokens.folded) > 1
    return last - 1 if alone and not repeated else last


def _name_word(finder: NameFinder, at: int, first: int, signs: NameSigns) -> bool:
    tokens = finder.tokens
    word, folded = tokens.words[at], tokens.folded[at]
    if tokens.sentence[at] != tokens.sentence[first] or finder.tag_at.get(at) is not None:
        return False
    if word in _JOINS:
        return at > first
    if not word.isalpha() or (folded in signs.stops and word not in signs.names):
        return False
    return signs.never is None or signs.never.fullmatch(folded) is None


def _complement(finder: NameFinder, first: int, role: Tag, signs: NameSigns) -> bool:
    """Whether the word only completes a title (`مدير المستشفى`)."""
    article = signs.article
    if not article or not finder.tokens.folded[first].startswith(article):
        return False
    head = finder.tokens.folded[role.first]
    return role.get("office") is not None and not head.startswith((article, "و" + article, "ل" + article[1:]))


def _before_comma(finder: NameFinder, role: int) -> tuple[int, int] | None:
    """The name between a word of saying, or the beginning of a clause, and a role in commas."""
    tokens = finder.tokens
    if role < 3 or tokens.words[role - 1] not in _COMMAS:
        return None
    return _leftward(finder, role - 1, apposed=True)


def _before(finder: NameFinder, role: int) -> tuple[int, int] | None:
    """The name with which a clause begins, right before its role."""
    if not name_signs(finder.lex.language).before_role or role < 2:
        return None
    return _leftward(finder, role, opening=True)


def _openings(finder: NameFinder) -> list[tuple[int, int]]:
    """Names with which a sentence opens that says something, behind a role told without one.

    `سخنگوی وزارت … محکوم کرد. X روز چهارشنبه … گفت`: a lead names the office, the next sentence who holds it.
    """
    signs = name_signs(finder.lex.language)
    if not signs.opens or not any(tag.get("office") is not None for tag in finder.tags):
        return []
    tokens, found = finder.tokens, []
    office = min(tag.first for tag in finder.tags if tag.get("office") is not None)
    for at in range(office + 1, len(tokens)):
        if tokens.sentence[at] == tokens.sentence[at - 1]:
            continue
        first = at
        if (
            tokens.folded[at] == signs.preposition
            and tokens.folded[at + 1 : at + 2]
            and (tokens.folded[at + 1] in signs.papers)
        ):
            first = at + 2
        name = _run(finder, first) if first < len(tokens) else None
        if name is None or name[1] - name[0] not in (2, 3) or name[1] >= len(tokens):
            continue
        follows = tokens.folded[name[1]]
        if (follows in signs.opens or _says(finder, name[1], signs)) and _tells(finder, name[1], signs):
            found.append(name)
    return found


def _tells(finder: NameFinder, start: int, signs: NameSigns) -> bool:
    """Whether a word of saying stands in the sentence from a token on."""
    tokens = finder.tokens
    number = tokens.sentence[start]
    end = start
    while end < len(tokens) and tokens.sentence[end] == number:
        if _says(finder, end, signs):
            return True
        end += 1
    return False


def _without_oblique(
    finder: NameFinder, first: int, last: int, names: set[tuple[int, int]]
) -> tuple[int, int]:
    """A surname without the word behind it that begins with a preposition written in one with it.

    `أشادت السيدة دوفال بجهود …`, where another place has a whole name with that surname.
    """
    signs = name_signs(finder.lex.language)
    folded = finder.tokens.folded
    if last - first != _PAIR or not signs.tied or not folded[last - 1].startswith(signs.tied):
        return first, last
    whole = any(
        folded[other[1] - 1] == folded[first] and other[1] - other[0] >= _PAIR
        for other in names
        if other != (first, last)
    )
    return (first, first + 1) if whole else (first, last)


def _leftward(
    finder: NameFinder, end: int, *, opening: bool = False, apposed: bool = False
) -> tuple[int, int] | None:
    tokens = finder.tokens
    signs = name_signs(finder.lex.language)
    first = end
    while first > 0 and end - first < _LONGEST and _name_word(finder, first - 1, end - 1, signs):
        first -= 1
    if end - first < 2 or tokens.words[first] in _JOINS or _is_han(tokens.words[first]):
        return None
    begins = first == 0 or tokens.sentence[first - 1] != tokens.sentence[first]
    begins = begins or tokens.words[first - 1] in _CLAUSE
    if apposed and signs.before_role:  # `ماه گذشته X، وزیر دفاع روسیه، …`: behind a word that is no name's
        begins = begins or not _name_word(finder, first - 1, first - 1, signs)
    if opening or signs.before_role:
        return (first, end) if begins or _says(finder, first - 1, signs) else None
    return (first, end) if not begins and _says(finder, first - 1, signs) else None


def _says(finder: NameFinder, at: int, signs: NameSigns) -> bool:
    return finder.tokens.folded[at] in signs.said or finder.says(at)


def _echoes(
    finder: NameFinder, names: list[tuple[int, int]], taken: set[int], told: set[tuple[str, ...]]
) -> list[tuple[int, int]]:
    """Where the names found, and those ``told`` by the title, are repeated, whole or by their last word."""
    tokens = finder.tokens
    wholes = told | {tuple(tokens.folded[first:last]) for first, last in names}
    for whole in tuple(wholes):
        wholes |= set(_shortened(whole))
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for whole in wholes:
        by_first.setdefault(whole[0], []).append(whole)
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        fitting = [
            len(whole)
            for whole in by_first.get(tokens.folded[at], ())
            if tuple(tokens.folded[at : at + len(whole)]) == whole
        ]
        length = max(fitting, default=0)
        single = length == 1 and finder.tag_at.get(at) is not None
        if length and not single and not taken & set(range(at, at + length)):
            found.append((at, at + length))
        at += max(1, length)
    return found


def _shortened(name: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The shorter forms of a name: its last word, or what stands after the last dot between Han signs."""
    if _is_han(name[0]):
        dots = [index for index, sign in enumerate(name) if sign in _JOINS]
        last = name[dots[-1] + 1 :] if dots else ()
        return [last] if len(last) >= 2 else []
    shorter: list[tuple[str, ...]] = []
    if len(name) > 1 and len(name[-1]) > 2:
        shorter.append((name[-1],))
    if len(name) > 2 and len(name[-2]) <= 3:  # `ولد الشيخ`, `بن سلمان`, `آل نهيان`
        shorter.append(name[-2:])
    return shorter


# --- Han signs ----------------------------------------------------------------------------------------


def _is_han(word: str) -> bool:
    return "\u3400" <= word <= "\u9fff"


def _han_run(finder: NameFinder, first: int) -> tuple[int, int] | None:
    """A Chinese name (surname and one or two signs), a foreign one (its usual signs), or what is bounded."""
    tokens = finder.tokens
    signs = name_signs(finder.lex.language)
    two = "".join(tokens.folded[first : first + 2])
    last = first + 2 if two in signs.compound else first
    while last < len(tokens) and last - first < _LONGEST_HAN:
        word = tokens.words[last]
        joins = word in _JOINS and last > first
        if tokens.sentence[last] != tokens.sentence[first] or not (_is_han(word) or joins):
            break
        if finder.tag_at.get(last) is not None and not _inside_name(finder, first, last, signs):
            break
        if tokens.folded[last] in signs.stops:
            break
        last += 1
    foreign = first
    while foreign < last and (tokens.folded[foreign] in signs.foreign or tokens.words[foreign] in _JOINS):
        foreign += 1
    dotted = any(tokens.words[at] in _JOINS for at in range(first, last))
    unlisted = [word for word in tokens.folded[first:last] if word not in signs.foreign | set(_JOINS)]
    if dotted and len(unlisted) <= _UNLISTED and not signs.small.intersection(unlisted):
        return first, last
    if foreign - first >= 2 and (dotted or foreign == last or foreign - first > 3):
        return first, foreign
    length = last - first
    if two in signs.compound and length >= 3:
        return first, first + min(length, 4)
    if tokens.folded[first] in signs.surnames and length >= 2:
        return first, first + min(length, 3)
    if foreign - first >= 2:
        return first, foreign
    plain = not any(tokens.folded[at] in signs.small for at in range(first, last))
    return (first, last) if 3 <= length <= 4 and plain else None


def _inside_name(finder: NameFinder, first: int, at: int, signs: NameSigns) -> bool:
    """A single sign that is a word elsewhere, inside a run of signs of foreign names (`卡·巴`)."""
    tokens = finder.tokens
    tag = finder.tags[finder.tag_at[at]]
    if tag.last - tag.first != 1 or at == first or tag.get("verb") is not None:
        return False
    near = tokens.folded[at + 1] if at + 1 < len(tokens) else ""
    return tokens.folded[at] in signs.foreign and (near in signs.foreign or near in _JOINS)
