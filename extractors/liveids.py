"""Which post of a live page is which: its ids, a key that holds between visits, its address, its clock."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from extractors.livemarks import RawPost
from extractors.liveupdates import key_of
from monitor.model import Problem, When

_COUNTED = re.compile(r"(\D*)(\d{1,4})")

#: An id that so many posts carry names no post: some lists give every post the page's own address.
_SHARED_ID: Final = 3


def ids_of(post: RawPost) -> set[str]:
    """The ids of a post, whole and as fragments."""
    names = {raw.lower() for raw in post.ids}
    names.update(fragment.lower() for raw in post.ids if (fragment := raw.partition("#")[2]))
    return names


def without_shared_ids(posts: list[RawPost], url: str | None) -> list[RawPost]:
    """The posts without ids that name none of them: the page's own address, what several posts carry."""
    counted = Counter(raw for post in posts for raw in set(post.ids))
    own = url.partition("#")[0] if url else None
    shared = {raw for raw, count in counted.items() if count >= _SHARED_ID or raw == own}
    for post in posts if shared else ():
        post.ids = [raw for raw in post.ids if raw not in shared]
    return posts


def _are_places(names: Sequence[str]) -> bool:
    """Whether the ids of a page count its posts in its own order ("b0", "b1" …): when a post is set above
    others, the next visit finds another one under each."""
    counts = [match for name in names if (match := _COUNTED.fullmatch(name))]
    if len(counts) < 2 or len(counts) < len(names) or len({match[1] for match in counts}) > 1:
        return False
    numbers = [int(match[2]) for match in counts]
    rising = all(a < b for a, b in pairwise(numbers))
    return rising and numbers[0] <= 2 and numbers[-1] - numbers[0] <= len(numbers) + 1


def keys_of(posts: Sequence[RawPost]) -> list[str]:
    """A key for each post under which the next visit finds it again: its id, else its time and headline."""
    names = [_stable_key(post) for post in posts]
    if _are_places(names):
        names = [digest_of(post) for post in posts]
    counted = Counter(names)
    keys: list[str] = []
    taken: set[str] = set()
    for index, (name, post) in enumerate(zip(names, posts, strict=True)):
        key = f"{name}-{digest_of(post)[:8]}" if counted[name] > 1 else name
        if key in taken:
            key = f"{key}-{index}"
        taken.add(key)
        keys.append(key)
    return keys


def _stable_key(post: RawPost) -> str:
    for raw in post.ids:
        if fragment := raw.partition("#")[2]:
            return fragment
    for raw in post.ids:
        if not raw.startswith(("http", "/")):
            return raw
    if post.ids:
        return hashlib.sha256(post.ids[0].encode()).hexdigest()[:16]
    return digest_of(post)


def digest_of(post: RawPost) -> str:
    """What stands for a post without an id of its own: its time with its headline or first words."""
    clock = post.time.value.replace(tzinfo=None).isoformat() if post.time else ""  # the zone may be mended
    seed = f"{clock}|{key_of(post.headline) or key_of(''.join(post.paragraphs)[:300])}"
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def address_of(post: RawPost, base: str | None) -> str | None:
    if post.url:
        return post.url if post.url.startswith(("http://", "https://")) else urljoin(base or "", post.url)
    anchor = next((i for i in post.ids if re.fullmatch(r"[\w:.-]+", i)), None)
    return f"{base.partition('#')[0]}#{anchor}" if base and anchor else None


def stamp_of(post: RawPost) -> str:
    return post.time.value.isoformat() if post.time else ""


def mend_zone(posts: Sequence[RawPost], published: When | None) -> list[Problem]:
    """Puts posts on the page's clock where the zone that it prints beside them cannot be true; says so.

    A page is dated by its first post or by its last. By the printed zone it would be published in the midst
    of its posts, while on a clock of UTC or of its own date all lie before: that clock is taken, of the two
    the one by which the last post is the nearer to publication.
    """
    printed = [p.time.value for p in posts if p.time and p.time.source == "text" and not p.clock_only]
    if published is None or published.precision != "minute" or len(printed) < max(2, len(posts)):
        return []
    limit = published.value
    if not min(printed) < limit < max(printed):
        return []
    clocks = [zone for zone in (limit.tzinfo, UTC) if zone is not None]
    newest = max(moment.replace(tzinfo=None) for moment in printed)
    possible = [zone for zone in clocks if newest.replace(tzinfo=zone) <= limit]
    if not possible:
        return []
    zone = max(possible, key=lambda one: newest.replace(tzinfo=one))
    for post in posts:
        if post.time is not None:
            post.time = replace(post.time, value=post.time.value.replace(tzinfo=zone))
    return [Problem("zone_doubtful", f"posts by their zone after the page's own date, read as {zone}")]
