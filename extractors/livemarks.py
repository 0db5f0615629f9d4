"""Where the posts of a live page stand when no machine-readable list says it: in repeated containers that
carry a time each, or between lines that are nothing but a time.

Only pages that are flagged as live may be searched for containers and bare clock times (ordinary pages have
lists with times too); lines of clock and full date flag a text by themselves from the third on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Final

from lxml.etree import _Element as Element

from extractors.blocks import BLOCK_TAGS, HEADINGS, Around, Block, ancestors, blocks_of, inline_text, names_of
from extractors.dateforms import forms_of, make_date, numeric_dates
from extractors.languages import words
from extractors.languages.folding import fold
from extractors.moments import CLOCK, read_clock, read_moment
from monitor.model import When

_TIME_ATTRIBUTES: Final = (
    "data-timestamp", "data-time", "data-datetime", "data-date", "data-published", "data-publish-date",
    "data-publish-time", "data-post-time", "data-unixtime", "data-ts", "data-created", "data-utc", "datetime",
)  # fmt: skip
_TIME_SET: Final = frozenset(_TIME_ATTRIBUTES)
DIGIT: Final = re.compile(r"\d")
_BYLINE_NAME: Final = re.compile(r"\b(?:byline|author|meta|reporter|writer)\b")
_TIME_NAME: Final = re.compile(r"\b(?:time|timestamp|date|dateline|ago)\b")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？؟۔:][\"”»’)\]」]*\s*$")
_PHOTO_CREDIT: Final = re.compile(
    r"(?:/|\(|\b(?:photo|foto|image|picture|credit|photograph)\s*:?\s*(?:by\s+)?)\s*(?:AFP|AP|Reuters|EPA|DPA|dpa|ANSA|TASS|"
    r"Getty Images|Getty|Shutterstock|Anadolu(?: Agency)?|Bloomberg|Xinhua|CNN|BBC)\b[\w /.-]*\)?\s*$"
)
#: What may stand beside clock and date in a line that is only a time.
_TIME_FILLERS: Final = re.compile(
    r"\b(?:at|on|um|uhr|am|à|a|le|el|las|alle|ore|o|godz|в|о|saat|posted|published|local|time)\b"
)


@dataclass(slots=True)
class RawPost:
    """A post as one reader found it; ``ids`` are all names it goes by."""

    paragraphs: list[str] = field(default_factory=list)
    headline: str | None = None
    byline: str | None = None
    time: When | None = None
    clock_only: bool = False
    url: str | None = None
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setting:
    """What times on the page are read with: its language, day and zone, and the present moment."""

    language: str
    day: date | None
    zone: tzinfo | None
    now: datetime


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A line that is only a time: the moment, and whether the line itself carried the day."""

    when: When
    dated: bool


@cache
def live_words(section: str, name: str) -> re.Pattern[str]:
    """The patterns of one list of the live pages' data, joined; they match from the start of a folded
    line."""
    listed = words("common", "live").get(section, {}).get(name, [])
    return re.compile("|".join(f"(?:{pattern})" for pattern in listed), re.IGNORECASE)


def read_time_line(text: str, setting: Setting) -> TimeLine | None:
    """The moment of a line that holds a clock time, maybe a day, and nothing else."""
    return _time_line(text, setting) if 4 <= len(text) <= 60 and DIGIT.search(text) else None


@lru_cache(maxsize=4096)
def _time_line(text: str, setting: Setting) -> TimeLine | None:
    if when := read_moment(text, "text", zone=setting.zone, now=setting.now):
        return TimeLine(when, True) if when.precision == "minute" else None
    low = fold(text).low
    clock = next((m for m in CLOCK.finditer(low) if m["m"] or m["half"] or m["half2"]), None)
    if clock is None:
        return None
    rest = low[: clock.start()] + " " + low[clock.end() :]
    day, rest = _take_date(rest, setting)
    if re.search(r"[^\W\d_]{2,}|\d", _TIME_FILLERS.sub(" ", rest)):
        return None
    dated = day is not None
    day = day or setting.day
    if day is None:
        return None
    moment = read_clock(clock, day, setting.zone)
    return TimeLine(When(moment, "minute", "text"), dated) if moment else None


def _take_date(low: str, setting: Setting) -> tuple[date | None, str]:
    """The day written in a line and the line without it and without weekdays."""
    found: date | None = None
    for language in dict.fromkeys((setting.language, "en")):
        forms = forms_of(language)
        if forms is None:
            continue
        for start, end, day in numeric_dates(low, language):
            return day, low[:start] + " " + low[end:]
        for pattern in forms.dates:
            match = pattern.search(low)
            if match is None:
                continue
            groups = match.groupdict()
            name = groups.get("M")
            month = forms.month_number.get(name, (0, False))[0] if name else int(groups.get("m") or 0)
            year = int(groups.get("y") or (setting.day.year if setting.day else 0))
            found = make_date(year, month, int(groups.get("d") or 1)) if year else None
            if found:
                low = low[: match.start()] + " " + low[match.end() :]
                break
        if forms.weekday is not None:
            low = forms.weekday.sub(" ", low)
        if found:
            break
    return found, low


def is_caption(text: str) -> bool:
    """Whether the line ends in a photographer's or picture agency's credit."""
    return len(text) < 400 and not _SENTENCE_END.search(text[-12:]) and _PHOTO_CREDIT.search(text) is not None


def is_furniture_line(text: str) -> bool:
    """Whether the whole line is a control of the page."""
    return len(text) < 60 and live_words("furniture", "lines").fullmatch(text.strip()) is not None


def looks_like_byline(text: str, element: Element | None = None) -> bool:
    """Whether a line under a headline only names who wrote: "From …", or a few capitalised words."""
    if len(text) > 120 or _SENTENCE_END.search(text[-12:]):
        return False
    if (
        element is not None
        and element.tag not in ("p", "div", "section", "article")
        and _BYLINE_NAME.search(names_of(element))
    ):
        return True
    tokens = text.split()
    if text[:1].isupper() and live_words("furniture", "byline").match(text):
        return len(tokens) <= 16
    if not 2 <= len(tokens) <= 7:
        return False
    capital = sum(token[:1].isupper() for token in tokens)
    return (
        capital >= 2
        and all(t[:1].isupper() or len(t) <= 3 for t in tokens)
        and not re.search(r"[\d\"“”«»:]", text)
    )


# --- lines that are times ---------------------------------------------------------------------------------


def split_by_lines(blocks: Sequence[Block], setting: Setting, *, flagged: bool) -> list[RawPost]:
    """Posts between lines of time; [] unless three such lines carry their day, or the page is flagged as live
    and there are two."""
    marks = [(i, line) for i, b in enumerate(blocks) if (line := read_time_line(b.text, setting))]
    dated = sum(line.dated for _, line in marks)
    if not (dated >= 3 or (flagged and len(marks) >= 2)):
        return []
    if dated >= 3 and not flagged:
        marks = [(i, line) for i, line in marks if line.dated]
    if marks[0][0] == 0 and len(marks) == 1:
        return []
    before = [blocks[i - 1].tag in HEADINGS for i, _ in marks if i]
    after = [i + 1 < len(blocks) and blocks[i + 1].tag in HEADINGS for i, _ in marks]
    headline_first = sum(before) * 2 > len(marks) and sum(after) * 2 < len(marks)
    with_tags = sum(after) * 2 > len(marks)
    blocks = _within(blocks, [i for i, _ in marks])
    posts: list[RawPost] = []
    for n, (index, line) in enumerate(marks):
        start = index - 1 if headline_first else index + 1
        end = marks[n + 1][0] - (1 if headline_first else 0) if n + 1 < len(marks) else len(blocks)
        own = [b for i, b in enumerate(blocks[start:end], start) if i != index]
        post = _post(own, first_is_headline=not with_tags and not headline_first)
        post.time, post.clock_only = line.when, not line.dated
        if anchor := blocks[index].element.get("id"):
            post.ids.append(anchor)
        posts.append(post)
    return [post for post in posts if post.headline or post.paragraphs]


def _within(blocks: Sequence[Block], marks: list[int]) -> Sequence[Block]:
    """The blocks up to the end of the element that holds all time lines, so that what follows the live page's
    text does not fall to the last post."""
    paths = [[blocks[i].element, *ancestors(blocks[i].element)] for i in marks]
    shared = next((e for e in paths[0] if all(e in path for path in paths)), None)
    if shared is None:
        return blocks
    last = next(
        i
        for i in range(len(blocks) - 1, -1, -1)
        if (element := blocks[i].element) is shared or any(e is shared for e in ancestors(element))
    )
    return blocks[: last + 1]


def _post(blocks: Sequence[Block], *, first_is_headline: bool) -> RawPost:
    """The parts of a post out of its paragraphs: headline, byline, text; controls dropped."""
    own = [b for b in blocks if not is_furniture_line(b.text)]
    post = RawPost()
    heading = next((i for i, b in enumerate(own[:4]) if b.tag in HEADINGS), None)
    if heading is None and first_is_headline and len(own) > 1 and len(own[0].text) <= 250:
        heading = 0
    if heading is not None:
        post.headline = own[heading].text
        own = own[:heading] + own[heading + 1 :]
    if own and len(own) > 1 and looks_like_byline(own[0].text, own[0].element):
        post.byline = own[0].text
        own = own[1:]
    post.paragraphs = [b.text for b in own]
    return post


# --- repeated containers ----------------------------------------------------------------------------------


def _attribute_time(element: Element, setting: Setting) -> When | None:
    names = element.keys()
    if not names or _TIME_SET.isdisjoint(names):
        return None
    for name in _TIME_ATTRIBUTES:
        raw = element.get(name)
        if (
            raw
            and (when := read_moment(raw, "time", zone=setting.zone, now=setting.now))
            and when.precision == "minute"
        ):
            return when
    return None


_TIME_TAGS: Final = frozenset(("span", "time", "p", "div", "small", "strong", "b", "h4", "h5", "a", "em"))


def _timed(tree: Element, setting: Setting) -> Iterator[tuple[Element, When, bool]]:
    """Elements that carry a time: by attribute, or by a short text that is only a time."""
    for element in tree.iter("*"):
        if when := _attribute_time(element, setting):
            yield element, when, False
        elif element.tag in _TIME_TAGS and not len(element):
            text = element.text
            if (
                text
                and 4 <= len(text) < 80
                and DIGIT.search(text)
                and (line := read_time_line(" ".join(text.split()), setting))
            ):
                yield element, line.when, not line.dated


def _signature(element: Element) -> tuple[Element | None, str, str]:
    first = (element.get("class") or "").split()
    return element.getparent(), str(element.tag), re.sub(r"\d+", "", first[0]) if first else ""


def find_containers(
    tree: Element, setting: Setting, blocks: Sequence[Block]
) -> list[tuple[Element, When, bool]]:
    """The repeated elements that hold a post and a time each, in page order; [] where there are none."""
    families: dict[tuple[Element | None, str, str], dict[Element, tuple[When, bool]]] = {}
    for element, when, clock_only in _timed(tree, setting):
        current: Element | None = element
        for _ in range(7):
            if current is None or current.tag in ("body", "html"):
                break
            families.setdefault(_signature(current), {}).setdefault(current, (when, clock_only))
            current = current.getparent()
    repeated = [members for members in families.values() if len(members) >= 2]
    texts = _own_texts(blocks, {m for members in repeated for m in members})
    best: list[tuple[Element, When, bool]] = []
    weight = 0
    for members in repeated:
        sizes = {m: texts[m] if m in texts else _own_text(m) for m in members}
        full = [m for m, size in sizes.items() if size >= 40]
        if len(full) < 2 or len(full) * 3 < len(members) * 2:
            continue
        # Of nested families with the same text the one with more members is the finer cut.
        total = sum(sizes[m] for m in full) + len(full)
        if total > weight * 1.02 or (total > weight * 0.9 and len(full) > len(best)):
            best, weight = [(m, *members[m]) for m in members if sizes[m] >= 10], total
    return best


def _own_texts(blocks: Sequence[Block], wanted: Set[Element]) -> dict[Element, int]:
    """Characters of running text in each wanted block element, links' words not counted; one walk for all,
    because the wanted ones stand inside each other."""
    sizes = {element: 0 for element in wanted if element.tag in BLOCK_TAGS}
    nearest = Around({element: element for element in sizes}.get)
    own: Counter[Element] = Counter()
    for block in blocks:
        if (holder := nearest.of(block.element)) is not None:
            own[holder] += len(block.text) - block.linked
    for element, size in own.items():
        holder = element
        while holder is not None:
            sizes[holder] += size
            holder = nearest.of(holder.getparent())
    return sizes


def _own_text(element: Element) -> int:
    """Characters of running text of an element inside a line, links' words not counted."""
    total = 0
    for child in element.iter("*"):
        if child.tag in ("script", "style", "noscript"):
            continue
        if child.text and child.tag != "a":
            total += len(child.text.strip())
        if child is not element and child.tail:
            total += len(child.tail.strip())
    return total


def _shared_out(blocks: Sequence[Block], containers: Sequence[Element]) -> dict[Element, list[Block]]:
    """The page's blocks by the container that they stand in, as ``blocks_of`` each would give them."""
    nearest = Around({element: element for element in containers}.get)
    found: dict[Element, list[Block]] = {element: [] for element in containers}
    for block in blocks:
        if (container := nearest.of(block.element)) is not None:
            found[container].append(block)
    return found


def split_by_containers(tree: Element, setting: Setting, blocks: Sequence[Block]) -> list[RawPost]:
    """Posts out of repeated containers; the caller makes sure that the page is live."""
    posts = []
    containers = find_containers(tree, setting, blocks)
    # An inline container begins and ends in the middle of a block.
    shared = _shared_out(blocks, [e for e, _, _ in containers if e.tag in BLOCK_TAGS])
    for element, when, clock_only in containers:
        stamps = {inline_text(t) for t in element.iter("time")}
        own = [
            b
            for b in shared.get(element) or blocks_of(element)
            if b.text not in stamps and not read_time_line(b.text, setting) and not _is_stamp(b)
        ]
        post = _post(own, first_is_headline=False)
        if not post.paragraphs and not post.headline:
            continue
        post.time, post.clock_only = when, clock_only
        post.ids = [
            v
            for name in ("id", "data-id", "data-post-id", "data-block-id", "data-update-id")
            if (v := element.get(name))
        ]
        posts.append(post)
    return posts


def _is_stamp(block: Block) -> bool:
    """Whether a short line is a time in words ("2 hours ago") by what its element is called."""
    return (
        len(block.text) < 40
        and (block.tag == "time" or bool(_TIME_NAME.search(names_of(block.element))))
        and any(c.isdigit() for c in block.text)
    )
