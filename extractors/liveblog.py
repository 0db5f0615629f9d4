"""Live pages: every post with its own time, anchor, headline and byline, from all that the page offers.

JSON-LD lists posts that the page shows only on scrolling; the markup has paragraphs where JSON-LD has one run
of text. Both are read and merged by id, else by time and headline: the page's order first, then the posts
that only JSON-LD knows. A theme that calls a plain list of articles LiveBlogPosting gives no updates and is
no live page. What a page announces ("21 Posts") is compared with what was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lxml.etree import _Element as Element

from extractors.article import outside_furniture
from extractors.blocks import Block, clean
from extractors.liveids import address_of, ids_of, keys_of, mend_zone, stamp_of, without_shared_ids
from extractors.livemarks import (
    DIGIT,
    RawPost,
    Setting,
    is_caption,
    live_words,
    read_time_line,
    split_by_containers,
    split_by_lines,
)
from extractors.liveupdates import from_jsonld, from_microdata, key_of
from extractors.structured import Structured, types_of
from monitor.model import Cut, Post, Problem, When

#: Some lists put the time before the headline ("19:02(IST) …").
_CLOCK_HEAD = re.compile(r"^\s*\d{1,2}[:.]\d{2}\s*(?:\([A-Z]{2,4}\)|[A-Z]{2,4}\b)?\s*[-–:|]?\s*")
_MAX_POSTS: Final = 5000
#: So many characters at one time under one headline, twice, are a copy whatever the ids.
_COPIED: Final = 20
#: Longer paragraphs are running text, however their source is broken into lines.
_MAX_FOLDED: Final = 600


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """The text of all posts and their places in it, what was cut, and what a person should know."""

    text: str
    posts: tuple[Post, ...]
    cut: tuple[Cut, ...] = ()
    problems: tuple[Problem, ...] = ()


def is_flagged(structured: Structured | None, url: str | None, titles: Sequence[str | None]) -> bool:
    """Whether a page says that it is live: by its type, its address or its title."""
    if structured is not None:
        if any("LiveBlogPosting" in types_of(item) for item in structured.items):
            return True
        if "live" in structured.meta.get("og:type", "").lower():
            return True
    if url:
        path = urlsplit(url).path.lower()
        parts = live_words("flags", "url")
        if any(parts.fullmatch(part) for part in path.split("/") if part):
            return True
    title_words = live_words("flags", "title")
    return any(title_words.search(title.lower()) for title in titles if title)


def announced_posts(blocks: Sequence[Block]) -> int | None:
    """The number of posts that the page announces on a line of its own."""
    pattern = live_words("count", "announced")
    for block in blocks:
        if len(block.text) <= 40 and (match := pattern.fullmatch(block.text.lower())):
            return int(next(g for g in match.groups() if g))
    return None


def _unfolded(blocks: Sequence[Block], setting: Setting) -> list[Block]:
    """The blocks, those cut into the lines of their source of which one is nothing but a dated time: pages
    made of plain text have several of its lines in one paragraph."""
    found: list[Block] = []
    for block in blocks:
        if not block.wrapped or len(block.text) > _MAX_FOLDED or not DIGIT.search(block.text):
            found.append(block)
            continue
        source = "".join(str(piece) for piece in block.element.itertext(with_tail=False))
        lines = [line for raw in source.split("\n") if (line := clean(raw))]
        times = (read_time_line(line, setting) for line in lines)
        # A block that is not all of its element's text was cut by markup already.
        if " ".join(lines) == block.text and any(time is not None and time.dated for time in times):
            found.extend(Block(line, block.element) for line in lines)
        else:
            found.append(block)
    return found


def read_live(
    tree: Element | None,
    blocks: Sequence[Block],
    structured: Structured | None,
    *,
    url: str | None,
    titles: Sequence[str | None],
    published: When | None,
    language: str | None,
    now: datetime,
) -> LiveBlog | None:
    """The posts of a live page, or None where the page is not one (a page flagged as live without posts is an
    article). ``tree`` is None for plain text. ``published`` gives the day and zone of bare clock times."""
    listed = from_jsonld(structured, now) if structured else []
    moment = published or next((post.time for post in listed if post.time), None)
    value = moment.value if moment else None
    setting = Setting(language or "en", value.date() if value else None, value.tzinfo if value else None, now)
    if tree is not None:
        blocks = _unfolded(blocks, setting)
    flagged = bool(listed) or is_flagged(structured, url, titles) or announced_posts(blocks) is not None
    shown: list[RawPost] = []
    if tree is not None:
        shown = from_microdata(tree, now)
        if not shown and flagged:
            shown = split_by_containers(tree, setting, blocks)
    if not shown and (shown := split_by_lines(blocks, setting, flagged=flagged)) and tree is not None:
        own = outside_furniture(blocks)
        if len(own) < len(blocks):
            blocks, shown = own, split_by_lines(own, setting, flagged=flagged)
    shown, listed = without_shared_ids(shown, url), without_shared_ids(listed, url)
    if listed and shown and not _related(shown, listed):
        shown = []  # containers with times that are something else than the posts
    if tree is not None and shown and not listed and not _is_main(shown, blocks):
        return None
    posts = merge(shown, listed)
    if not posts or (not listed and len(posts) < 2):
        return None
    doubts = mend_zone(posts, published)
    live = _compose(posts[:_MAX_POSTS], url, blocks)
    return replace(live, problems=(*live.problems, *doubts))


def _is_main(posts: Sequence[RawPost], blocks: Sequence[Block]) -> bool:
    """Whether the posts are what the page is about, not a list of other articles with their times."""
    shown = sum(len(p) for post in posts for p in post.paragraphs)
    running = sum(len(b.text) for b in blocks if b.link_share < 0.5 and len(b.text) >= 60)
    told = [post for post in posts if sum(len(p) for p in post.paragraphs) >= 60]
    return len(told) * 2 >= len(posts) and shown * 20 >= running * 11


# --- merging ----------------------------------------------------------------------------------------------


def _words(post: RawPost) -> set[str]:
    """What a post may be recognised by without an id: its headline, its first words."""
    names: set[str] = set()
    if post.headline and len(key := key_of(post.headline)) >= 3:
        names.add(f"headline:{key}")
    # The first words too: a site's list may call headline what its page shows as first paragraph.
    for text in (_CLOCK_HEAD.sub("", post.headline or ""), *post.paragraphs[:2]):
        if len(key := key_of(text[:120])) >= 15:
            names.add(f"words:{key[:40]}")
    return names


def _related(shown: list[RawPost], listed: list[RawPost]) -> bool:
    """Whether any post that the page shows is one of those that it lists."""
    known = set().union(*(ids_of(post) for post in listed))
    if any(not known.isdisjoint(ids_of(post)) for post in shown):
        return True
    known = set().union(*(_words(post) for post in listed))
    return any(not known.isdisjoint(_words(post)) for post in shown)


def _seconds_apart(a: RawPost, b: RawPost) -> float:
    """Seconds between the exact times of two posts; 0 where one has none."""
    if a.time is None or b.time is None or a.clock_only or b.clock_only:
        return 0.0
    return abs((a.time.value - b.time.value).total_seconds())


def _zone_apart(seconds: float) -> bool:
    """Whether a difference of times is one of zones, in whole quarters of an hour: pages print local time
    and label it UTC."""
    return seconds <= 60 or (seconds <= 14 * 3600 and min(seconds % 900, 900 - seconds % 900) <= 60)


def merge(shown: list[RawPost], listed: list[RawPost]) -> list[RawPost]:
    """The posts in page order, each once, then those that only the list knows.

    A post of the page is one of the list by id, else by its headline or first words at the same time; each
    is so once at most, because posts may begin alike.
    """
    posts = _once(shown)
    if not listed:
        return posts
    wanted = _once(listed)
    by_id = {name: post for post in reversed(posts) for name in ids_of(post)}
    twins: dict[int, RawPost] = {}
    for number, post in enumerate(wanted):
        twin = next((t for name in sorted(ids_of(post)) if (t := by_id.get(name))), None)
        if twin is not None:
            twins[number] = twin
    named = bool(twins)
    taken = {id(twin) for twin in twins.values()}
    free: dict[str, list[RawPost]] = {}
    for post in posts:
        if id(post) not in taken:
            for name in _words(post):
                free.setdefault(name, []).append(post)
    for number, post in enumerate(wanted) if free else ():
        if number in twins:
            continue
        near = [
            (apart, order, twin)
            for name in _words(post)
            for order, twin in enumerate(free.get(name, ()))
            if id(twin) not in taken
            and ((apart := _seconds_apart(twin, post)) <= 60 or (not named and _zone_apart(apart)))
        ]
        if near:
            twins[number] = min(near, key=lambda one: one[:2])[2]
            taken.add(id(twins[number]))
    for number, post in enumerate(wanted):
        if number in twins:
            _join(twins[number], post)
        else:
            posts.append(post)
    return posts


def _join(shown: RawPost, listed: RawPost) -> None:
    """What the list knows of a post that the page shows. Its time wins: pages print the time for the eye, and
    label local time as UTC."""
    if listed.time:
        shown.time, shown.clock_only = listed.time, False
    shown.url = shown.url or listed.url
    shown.ids = [*listed.ids, *shown.ids]
    if not shown.paragraphs:
        shown.paragraphs = listed.paragraphs
    if shown.headline is None and listed.headline is not None:
        key = key_of(_CLOCK_HEAD.sub("", listed.headline))
        first = key_of(shown.paragraphs[0][: 2 * len(listed.headline)]) if shown.paragraphs else ""
        if shown.byline and key_of(shown.byline) == key:
            shown.headline, shown.byline = shown.byline, None
        elif first == key and shown.paragraphs:
            shown.headline, shown.paragraphs = shown.paragraphs[0], shown.paragraphs[1:]
        elif not first.startswith(key):
            shown.headline = listed.headline
    shown.byline = shown.byline or listed.byline


def _once(posts: list[RawPost]) -> list[RawPost]:
    """The posts without pinned copies: the same id, or the same words at the same time. The later place
    stays, because the copy is pinned on top, with the longer of the two texts."""
    kept: dict[str, RawPost] = {}
    told: dict[tuple[str, str | None, str], str] = {}
    for number, post in enumerate(posts):
        words = (stamp_of(post), post.headline, "\n".join(post.paragraphs))
        if post.ids:
            name = f"id:{min(post.ids, key=len)}"
            twin = kept.get(name)
            if twin is not None and not _is_copy(twin, post):
                name = f"{name}|{number}"
        elif post.paragraphs or post.headline:
            size = sum(map(len, post.paragraphs))
            name = f"{stamp_of(post)}|{key_of(post.headline)}|{key_of(''.join(post.paragraphs)[:400])}{size}"
        else:
            name = f"empty:{number}"
        if words[0] and len(words[2]) >= _COPIED:
            if (before := told.get(words, name)) != name:
                kept.pop(before, None)
            told[words] = name
        earlier = kept.pop(name, None)
        if earlier is not None and sum(map(len, earlier.paragraphs)) > sum(map(len, post.paragraphs)):
            post.paragraphs = earlier.paragraphs
        kept[name] = post
    return list(kept.values())


def _is_copy(one: RawPost, other: RawPost) -> bool:
    """Whether two posts with one id are one post: a list may give two the address of their page."""
    if one.time and other.time and one.time.value == other.time.value:
        return True
    if one.headline and other.headline:
        return key_of(one.headline) == key_of(other.headline)
    start, begin = ("".join(post.paragraphs)[:100] for post in (one, other))
    return key_of(start)[:60] == key_of(begin)[:60]


def _compose(raw: list[RawPost], url: str | None, blocks: Sequence[Block]) -> LiveBlog:
    pieces: list[str] = []
    posts: list[Post] = []
    cut: list[Cut] = []
    keys = keys_of(raw)
    offset = 0
    for index, post in enumerate(raw):
        paragraphs, captions = _drop_captions(post.paragraphs)
        cut.extend(Cut(text, "caption") for text in captions)
        text = "\n".join(([post.headline] if post.headline else []) + paragraphs)
        posts.append(
            Post(
                index=index,
                key=keys[index],
                start=offset,
                end=offset + len(text),
                time=post.time,
                headline=post.headline,
                byline=post.byline,
                url=address_of(post, url),
            )
        )
        pieces.append(text)
        offset += len(text) + 2
    problems = []
    announced = announced_posts(blocks)
    if announced is not None and announced > len(posts):
        problems.append(Problem("posts_missing", f"{announced} announced, {len(posts)} found"))
    return LiveBlog("\n\n".join(pieces), tuple(posts), tuple(cut), tuple(problems))


def _drop_captions(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """Captions and their doubles: the line with the picture's credit, and the same line without it before."""
    captions = [p for p in paragraphs if is_caption(p)]
    if not captions:
        return paragraphs, []
    starts = tuple(key_of(c) for c in captions)
    kept = []
    dropped = []
    for paragraph in paragraphs:
        key = key_of(paragraph)
        if paragraph in captions or (len(key) > 15 and any(s.startswith(key) for s in starts)):
            dropped.append(paragraph)
        else:
            kept.append(paragraph)
    return kept, dropped
