"""The made-up press of the soak, worked out from a number alone: feeds, their moods, who says what when.

``Plan(feeds, seed)`` is the same in every process that makes it, so that the server, the program's side and
the verdict need to tell each other nothing.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Final

WORDS: Final = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
LANGUAGES: Final = ("en", "fr", "de", "es", "ru")
#: A Tuesday, as the sentences say.
START: Final = datetime(2024, 3, 5, 9, tzinfo=UTC)
STEP: Final = timedelta(minutes=20)
#: The last cycle comes a day later: feeds are then asked without validators.
DAY: Final = timedelta(hours=25)
DOMAIN: Final = "soak.example"
CLOSED: Final = "closed.example"
#: How many items a feed lists, and how many it has when it is first asked.
LISTED: Final = 20
FLOOD: Final = 120
#: In so many of a thousand cycles a steady feed has something new; so many of a thousand items hint at the
#: subject.
NEWS: Final = 120
NEAR: Final = 30

#: Out of a thousand feeds; the rest is ``steady``. Each mood is there at least once.
MOODS: Final[dict[str, int]] = {
    "steady": 0,  # an ETag, mostly 304
    "dated": 120,  # Last-Modified instead
    "bare": 60,  # no validator: the same body again
    "fickle": 30,  # another ETag each time, over the same body
    "stale": 20,  # the ETag stays when the body changes
    "chatty": 40,  # something new each cycle
    "slow": 30,  # some seconds, then all is well
    "republishing": 20,  # the same items under new GUIDs each cycle
    "broken_xml": 12,  # not well formed, but with its items
    "flood": 5,  # its whole past at once in the second cycle
    "moving": 5,  # a permanent redirect
    "closed": 20,  # nobody listens
    "gone": 10,  # 404
    "failing": 10,  # 500
    "busy": 10,  # 503 with Retry-After
    "throttled": 5,  # 429
    "parked": 10,  # a web page where the feed was
    "silent": 6,  # takes the request and never answers
    "drip": 6,  # a byte now and then, for ever
    "bomb": 6,  # 200 MB in 200 KB
    "entities": 4,  # a document type that blows up
    "empty": 4,
}
#: Moods in which a feed's items reach the ledger, and those whose item may be a planned statement.
READABLE: Final = frozenset(
    (
        "steady",
        "dated",
        "bare",
        "fickle",
        "stale",
        "chatty",
        "slow",
        "republishing",
        "broken_xml",
        "flood",
        "moving",
    )
)
CARRIERS: Final = (
    "steady",
    "dated",
    "bare",
    "fickle",
    "stale",
    "chatty",
    "slow",
    "republishing",
    "broken_xml",
)
#: What the ledger must say of a feed in the other moods.
STATES: Final[dict[str, frozenset[str]]] = {
    "closed": frozenset({"connect"}),
    "gone": frozenset({"http_404"}),
    "failing": frozenset({"http_500"}),
    "busy": frozenset({"http_503"}),
    "throttled": frozenset({"http_429"}),
    "parked": frozenset({"html_page", "parked_page"}),
    "silent": frozenset({"timeout", "busy_host"}),
    "drip": frozenset({"timeout", "busy_host"}),
    "bomb": frozenset({"too_large"}),
    "entities": frozenset({"entity_declared"}),
    "empty": frozenset({"empty_body"}),
}


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed: its number, its mood, where it is."""

    number: int
    mood: str
    language: str
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed: ``key`` is its number there, ``statement`` the planned one that it carries."""

    key: int
    title: str
    summary: str
    at: datetime
    near: bool
    statement: int | None = None
    wording: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement: ``town`` occurs in no other; carried from ``cycle`` on by these feeds, or there before."""

    number: int
    language: str
    town: str
    who: str
    cycle: int
    carriers: tuple[int, ...]

    @property
    def told(self) -> bool:
        """Whether it is to be told; what a feed had on its first poll is not."""
        return self.cycle > 0


def _dice(*parts: object) -> random.Random:
    return random.Random("/".join(map(str, parts)))


def clock_of(cycle: int, cycles: int) -> datetime:
    """The moment at which a cycle begins."""
    return START + STEP * cycle + (DAY if cycle and cycle == cycles - 1 else timedelta(0))


class Plan:
    """The press: ``feeds`` of them, asked ``cycles`` times; ``still``: all are steady and nothing is new."""

    def __init__(self, feeds: int, cycles: int, seed: int = 1, *, still: bool = False) -> None:
        self.count, self.cycles, self.seed, self.still = feeds, cycles, seed, still
        self.feeds = [self._feed(number) for number in range(feeds)]
        self.by_place = {(f.host, f.path): f for f in self.feeds}

    def _feed(self, number: int) -> FeedPlan:
        dice = _dice(self.seed, "feed", number)
        names = list(MOODS)
        mood = "steady"
        if self.still:
            pass
        elif number < len(names):
            mood = names[number]
        else:
            at = dice.randrange(1000)
            for name, share in MOODS.items():
                if at < share:
                    mood = name
                    break
                at -= share
        language = dice.choice(LANGUAGES)
        host = f"f{number}.{DOMAIN}"
        if mood == "closed":
            host = f"f{number}.{CLOSED}"
        elif not self.still and number >= len(names) and mood in ("steady", "dated") and number % 25 < 2:
            host = f"g{number // 100}.{DOMAIN}"  # eight feeds of a hundred share a host
        return FeedPlan(number, mood, language, host, f"/feed{number}.xml")

    @cached_property
    def statements(self) -> list[Planned]:
        """Who says what: a twentieth as many as feeds, at least six, as long as there are ministers."""
        carriers = {c: [f for f in self.feeds if f.language == c and f.mood in CARRIERS] for c in LANGUAGES}
        found: list[Planned] = []
        offices = [
            (language, country, office)
            for office in range(2)
            for country in range(max(len(WORDS["countries"][c]) for c in LANGUAGES))
            for language in LANGUAGES
            if country < len(WORDS["countries"][language]) and carriers[language]
        ]
        many = 0 if self.still else max(6, self.count // 20)
        for number, (language, country, office) in enumerate(offices[:many]):
            dice = _dice(self.seed, "statement", number)
            cycle = number % self.cycles  # every so many are there from the first
            mine = [
                f.number
                for f in dice.sample(carriers[language], min(dice.randint(1, 3), len(carriers[language])))
            ]
            who = WORDS["who"][language][office].format(
                adjective=WORDS["countries"][language][country],
                of=WORDS["countries"][language][country],
                name=_name(language, number),
            )
            found.append(Planned(number, language, _town(language, number), who, cycle, tuple(mine)))
        return found

    @cached_property
    def _carried(self) -> dict[int, list[Planned]]:
        found: dict[int, list[Planned]] = {}
        for planned in self.statements:
            for feed in planned.carriers:
                found.setdefault(feed, []).append(planned)
        return found

    def items(self, feed: FeedPlan, cycle: int) -> list[Item]:
        """What the feed has had up to a cycle, the oldest first."""
        found = [self._plain(feed, key, START - timedelta(hours=2 * (LISTED - key))) for key in range(LISTED)]
        for now in range(cycle + 1):
            at = clock_of(now, self.cycles) - timedelta(minutes=5)
            for number in range(self._fresh(feed, now)):
                old = START - timedelta(days=20, hours=number)
                found.append(self._plain(feed, 10_000 * now + number, old if feed.mood == "flood" else at))
            for planned in self._carried.get(feed.number, ()):
                if planned.cycle == now:
                    found.append(self._statement(planned, feed, at if now else START - timedelta(hours=1)))
        return found

    def shown(self, feed: FeedPlan, cycle: int) -> list[Item]:
        """What its document lists, the newest first: all of a flood, else the latest."""
        items = self.items(feed, cycle)[::-1]
        return items if feed.mood == "flood" else items[: LISTED + 10]

    def version(self, feed: FeedPlan, cycle: int) -> int:
        """How many items the feed has had up to a cycle: what its validators stand for."""
        return LISTED + sum(self._fresh(feed, now) + self._said(feed, now) for now in range(cycle + 1))

    def _fresh(self, feed: FeedPlan, cycle: int) -> int:
        """How many items without a statement come in a cycle."""
        if cycle == 0 or self.still:
            return 0
        if feed.mood == "flood":
            return FLOOD if cycle == 1 else 0
        dice = _dice(self.seed, "news", feed.number, cycle)
        return dice.randint(1, 3) if feed.mood == "chatty" or dice.randrange(1000) < NEWS else 0

    def _said(self, feed: FeedPlan, cycle: int) -> int:
        return sum(planned.cycle == cycle for planned in self._carried.get(feed.number, ()))

    def _plain(self, feed: FeedPlan, key: int, at: datetime) -> Item:
        dice = _dice(self.seed, "item", feed.number, key)
        words = WORDS[feed.language]
        near = dice.randrange(1000) < NEAR
        title, summary = words["near"] if near else dice.choice(words["plain"])
        values = {
            "a": _town(feed.language, f"a{feed.number}.{key}"),
            "b": _town(feed.language, f"b{feed.number}.{key}"),
        }
        number = dice.randint(3, 900)
        return Item(key, title.format(n=number, **values), summary.format(n=number, **values), at, near)

    def _statement(self, planned: Planned, feed: FeedPlan, at: datetime) -> Item:
        title = WORDS[planned.language]["title"].format(town=planned.town)
        return Item(
            5_000_000 + planned.number,
            title,
            "",
            at,
            True,
            planned.number,
            planned.carriers.index(feed.number),
        )

    def paragraphs(self, feed: FeedPlan, item: Item) -> Sequence[str]:
        """The text of an item's page."""
        words = WORDS[feed.language]
        values = {
            "a": _town(feed.language, f"c{feed.number}.{item.key}"),
            "b": _town(feed.language, f"d{feed.number}.{item.key}"),
            "n": item.key % 90 + 3,
        }  # fmt: skip
        rest = [line.format(**values) for line in words["page"]]
        if item.statement is None:
            return [item.summary, *rest]
        planned = self.statements[item.statement]
        told = words["told"][item.wording % len(words["told"])].format(who=planned.who, town=planned.town)
        return [told[0].upper() + told[1:], *rest]

    def entries(self, feed: FeedPlan, cycles: int) -> int:
        """How many entries the ledger must have of a feed after so many cycles; 0 for what cannot be read."""
        return self.version(feed, cycles - 1) if feed.mood in READABLE else 0


@cache
def _sounds(language: str) -> list[str]:
    return str(WORDS["sounds"]["cyrillic" if language == "ru" else "latin"]).split()


def _town(language: str, key: object) -> str:
    return "".join(_dice("town", key).sample(_sounds(language), 4)).title()


def _name(language: str, key: object) -> str:
    dice = _dice("name", key)
    first, last = dice.sample(_sounds(language), 2), dice.sample(_sounds(language), 3)
    return f"{''.join(first).title()} {''.join(last).title()}"
