"""Which item of a feed is which: identity across changed GUIDs, moved URLs and edits.

A GUID is believed only while the content agrees (some feeds give one GUID to every item), else the
canonical URL decides, else the content. Edited items are the same entry; new GUIDs over old content too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class EntryIdentity:
    """What identifies an item; ``id`` is the row of a known one."""

    guid: str | None
    url: str | None  # canonical
    title: str
    content_hash: str
    id: int | None = None


def content_hash(title: str, summary: str) -> str:
    """A digest of what a reader of the feed sees; white space does not count."""
    squeezed = " ".join(f"{title}\n{summary}".split()).casefold()
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def repeated(values: Iterable[str | None]) -> frozenset[str]:
    """The values that occur more than once in one document: they identify nothing."""
    seen: set[str] = set()
    twice: set[str] = set()
    for value in values:
        if value is not None:
            (twice if value in seen else seen).add(value)
    return frozenset(twice)


def same_entry(
    entry: EntryIdentity,
    known: Sequence[EntryIdentity],
    *,
    repeated_guids: frozenset[str] = frozenset(),
    repeated_urls: frozenset[str] = frozenset(),
) -> tuple[EntryIdentity, str] | None:
    """The known entry that this one is, and by what (``guid``, ``url``, ``content``); None for a new one.

    ``known`` are the feed's entries that share a GUID, a URL or a content hash with it.
    """
    if entry.guid and entry.guid not in repeated_guids:
        for other in known:
            if other.guid == entry.guid and _content_agrees(entry, other):
                return other, "guid"
    if entry.url and entry.url not in repeated_urls:
        for other in known:
            if other.url == entry.url:
                return other, "url"
    for other in known:
        if other.content_hash == entry.content_hash and (
            not entry.url or not other.url or other.url == entry.url
        ):
            return other, "content"
    # New GUIDs and new URLs over the very same words: a feed that moved or republishes everything.
    for other in known:
        if (
            other.content_hash == entry.content_hash
            and len(entry.title) > 20
            and _same_page(entry.url, other.url)
        ):
            return other, "content"
    return None


def _content_agrees(a: EntryIdentity, b: EntryIdentity) -> bool:
    if a.url is not None and a.url == b.url:
        return True
    if not a.title or not b.title:
        return a.url is None or b.url is None
    ratio = SequenceMatcher(None, a.title.casefold(), b.title.casefold()).ratio()
    return ratio >= 0.5 or _same_page(a.url, b.url)


def _same_page(a: str | None, b: str | None) -> bool:
    """Two addresses of one page: the same last part, or one long number (its id) in both."""
    if not a or not b:
        return True
    if a.rstrip("/").rsplit("/", 1)[-1] == b.rstrip("/").rsplit("/", 1)[-1]:
        return True
    return bool(set(re.findall(r"\d{6,}", a)) & set(re.findall(r"\d{6,}", b)))
