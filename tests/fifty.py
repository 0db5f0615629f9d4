"""Fifty made-up outlets with one statement: eleven languages, many wordings, copies, a house, the source."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from journey import Item, article
from world import DAY, ISO

_WORDS = tomllib.loads((Path(__file__).parent / "fifty.toml").read_text("utf-8"))
_ENGLISH, _WIRE = _WORDS.pop("english"), _WORDS.pop("wire")
_OTHERS: dict[str, tuple[str, str, list[str]]] = {
    code: (words["title"], words["rest"], words["leads"]) for code, words in _WORDS.items()
}


_SCRIPTS = {"ru": "cyrillic", "uk": "cyrillic", "zh": "han"}
_SOUNDS = {
    "latin": "ha lo vik mer stad ben tor ul gar nes fir dal kem sund or pel ris mon ta gil",
    "cyrillic": "га ло вик мер стад бен тор ул гар нес фир дал кем сунд ор пел рис мон та гил",
    "han": "哈 罗 维 梅 斯 本 托 乌 加 内 菲 达 克 松 奥 佩 里 蒙 塔 吉",
}


@dataclass
class Outlet:
    """One outlet with its one item; ``facts`` as a list of feeds gives them."""

    host: str
    language: str
    item: Item
    facts: dict[str, Any] = field(default_factory=dict)


def _page(language: str, title: str, *paragraphs: str) -> str:
    return article(title, *paragraphs, published=ISO).replace('lang="en"', f'lang="{language}"')


def _own(number: int, language: str, lead: str, title: str, rest: str, **facts: Any) -> Outlet:
    """An outlet with its own words around the statement: places that no other names in that order."""
    dice = random.Random(number)
    sounds = _SOUNDS[_SCRIPTS.get(language, "latin")].split()
    places = ", ".join("".join(dice.sample(sounds, 3)).title() for _ in range(24))
    page = _page(language, title, lead, f"{rest.format(n=number)} {places}.")
    facts |= {"language": language}
    return Outlet(
        f"paper{number}.example", language, Item(f"/{number}", title, "", DAY, f"g{number}", page), facts
    )


_REST = "The harbour of town number {n} stays closed to large ships, and number {n} is not the only one."


def outlets() -> list[Outlet]:
    """Fifty: one paper first; ten copies of a wire; five of one house; three that nobody knows; the ministry;
    ten languages in seventeen papers; thirteen more in English."""
    title = "Cluster munitions: the debate"
    found = [_own(1, "en", _ENGLISH[0], title, _REST)]
    for n in range(2, 12):
        lead = f"OSLO (Fjordpress) — {_ENGLISH[1]}"
        found.append(
            Outlet(
                f"paper{n}.example", "en",
                Item(f"/{n}", title, "", DAY, f"g{n}", _page("en", title, lead, *_WIRE)),
            )
        )  # fmt: skip
    for n in range(12, 17):
        found.append(_own(n, "en", _ENGLISH[n % 6], title, _REST, owner="Harbour House"))
    for n in range(17, 20):
        found.append(_own(n, "en", _ENGLISH[n % 6], title, _REST, tier=3))
    number = 20
    languages = [*_OTHERS] + [c for c in _OTHERS if c not in ("tr", "zh", "uk")]
    for place, code in enumerate(languages):
        heading, rest, leads = _OTHERS[code]
        found.append(_own(number, code, leads[(place // len(_OTHERS)) % len(leads)], heading, rest))
        number += 1
    while number < 50:
        found.append(_own(number, "en", _ENGLISH[number % 6], title, _REST))
        number += 1
    ministry = _own(50, "en", _ENGLISH[2], title, _REST, kind="ministry", country="NO", tier=1)
    return [*found, ministry]
