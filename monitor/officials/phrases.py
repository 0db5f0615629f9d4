"""Where one phrase about somebody ends and the next begins, where no capital letter and no article tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from monitor.officials.lexicon import Tag

if TYPE_CHECKING:
    from monitor.officials.capitals import NameFinder

_UNIT: Final = 4
_HEADS: Final = ("office", "body", "people", "congress", "named")
_NEXT: Final = ("office", "body", "people", "named", "generic")
_DEFINITE: Final = ("office", "people", "body", "generic", "named")

#: Small words behind which somebody stands for whom another works.
SERVING: Final = frozenset(("to", "for", "of"))
_OWN: Final = ("office", "honor", "mod", "state", "portfolio")


def own_part(chain: list[Tag]) -> list[Tag]:
    """The part of a phrase that is the name's behind it ("a senior aide to | President X")."""
    for at in range(len(chain) - 2, 0, -1):
        link = chain[at]
        if link.value("link") not in SERVING or link.get(*_OWN) is not None:
            continue
        left, right = chain[:at], [tag for tag in chain[at + 1 :] if tag.get("link") is None]
        served = any(tag.get("office", "people", "congress") for tag in left)
        # `an aide to Mr X`, but `Ambassador of Norway Mr X`: behind a state the form of address is no title
        stateless = not any(tag.get("state") for tag in right)
        titled = any(tag.get("office") or (stateless and tag.get("honor")) for tag in right)
        own = titled and all(tag.get(*_OWN) for tag in right)
        if served and own:
            return chain[at + 1 :]
    return chain


def past_unit(finder: NameFinder, end: int) -> int | None:
    """Before words without a meaning of their own between whose office it is and the office.

    A unit's name behind a possessor (`Ukrayna'nın Siverskiy grubu komutanı X`), a sort of speaker between
    body and title in signs (`胡塞武装军事发言人X`).
    """
    signs = not finder.lex.cased and not finder.lex.head_first
    if not finder.suffixed and not signs:
        return None
    for at in range(end - 1, max(0, end - _UNIT), -1):
        word = finder.tokens.words[at]
        if not word.isalpha() or (finder.suffixed and not finder.tokens.capital(at)):
            return None
        number = finder.tag_at.get(at - 1)
        if number is None:
            continue
        before = finder.tags[number]
        if signs:
            return at if before.get("state", "body", "named", "generic") else None
        return at if before.links("of", "possessive") else None
    return None


def leaves(finder: NameFinder, chain: Sequence[Tag], tag: Tag) -> bool:
    """Whether a preposition behind a state leads away from it (`بیروت از شورای امنیت خواست`)."""
    if finder.lex.cased or not finder.lex.head_first or not tag.links("in", "to"):
        return False
    return tag.get("state", "named") is None and not any(one.get(*_HEADS) for one in chain)


def new_head(finder: NameFinder, one: Tag, two: Tag) -> bool:
    """Whether a title behind a state, or a definite one behind another, begins a phrase of its own.

    `طالبت طهران الأمين العام`, `وصف المتحدث التقارير`; a rank goes on with the phrase.
    """
    if finder.lex.cased or not finder.lex.head_first:
        return False
    if two.get("honor") is not None or two.value("office") in {"general", "officer"}:
        return False
    article = finder.signs.article
    if article and one.get("office") and two.get(*_DEFINITE):
        places = (one.first, one.last - 1, two.first)
        definite = all(finder.tokens.folded[at].startswith(article) for at in places)
        return definite and two.get("mod", "state") is None
    if one.get("office", "honor", "mod") is not None:
        return False
    place = one.get("state", "named")
    following = two.get("state")
    if place is None or two.get("mod") is not None:
        return False
    if following is not None:  # `روسيا أوكرانيا`, `الوزارة السورية إسرائيل`: subject and object
        return one.get("state") is not None and following.form != "adj"
    return two.get(*_NEXT) is not None
