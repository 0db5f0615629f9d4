"""Which item of a feed is which: identity across changed GUIDs, moved URLs and edits.

A GUID is believed only while the content agrees (some feeds give one GUID to every item), else the
canonical URL decides, else the content. Edited items are the same entry; new GUIDs over old content too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import urlsplit

#: The names of a folder's own page, whatever stands behind the point.
_DIRECTORY: Final = re.compile(r"(index|default|home)\b")
_DAY: Final = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])(\d{4}|\d{6})?)?")


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


class KnownEntries:
    """A feed's known entries by what they may be recognised by, so that a long list is not gone through."""

    def __init__(self, known: Iterable[EntryIdentity] = ()) -> None:
        self._all: list[EntryIdentity] = []
        self._places: dict[tuple[str, str], list[int]] = {}
        for entry in known:
            self.add(entry)

    def add(self, entry: EntryIdentity) -> None:
        """One more, behind the others."""
        for key in _keys(entry):
            self._places.setdefault(key, []).append(len(self._all))
        self._all.append(entry)

    def like(self, entry: EntryIdentity) -> list[EntryIdentity]:
        """Those that share a GUID, a URL or a content hash with this one, in their order."""
        places = {place for key in _keys(entry) for place in self._places.get(key, ())}
        return [self._all[place] for place in sorted(places)]


def _keys(entry: EntryIdentity) -> Iterator[tuple[str, str]]:
    if entry.guid:
        yield "guid", entry.guid
    if entry.url:
        yield "url", entry.url
    yield "content", entry.content_hash


def same_entry(
    entry: EntryIdentity,
    known: Sequence[EntryIdentity],
    *,
    repeated_guids: frozenset[str] = frozenset(),
    repeated_urls: frozenset[str] = frozenset(),
    present_urls: frozenset[str] = frozenset(),
) -> tuple[EntryIdentity, str] | None:
    """The known entry that this one is, and by what (``guid``, ``url``, ``content``); None for a new one.

    ``known`` are the feed's entries that share a GUID, a URL or a content hash with it; ``present_urls``
    are all addresses of the document: an entry that still stands in it has not moved elsewhere.
    """
    by_url = None
    if entry.url and entry.url not in repeated_urls:
        there = [other for other in known if other.url == entry.url]
        if len(there) == 1:  # an address that several items had (the site's, say) identifies none of them
            by_url = there[0]
    if entry.guid and entry.guid not in repeated_guids:
        for other in known:
            if other.guid == entry.guid and _content_agrees(entry, other):
                # GUIDs that count places in the list move on to other items; addresses do not.
                moved = by_url is not None and other.url is not None and other.url != entry.url
                return (by_url, "url") if moved and by_url is not None else (other, "guid")
    if by_url is not None:
        return by_url, "url"
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
            and other.url not in present_urls
            and _same_page(entry.url, other.url)
        ):
            return other, "content"
    return None


def _content_agrees(a: EntryIdentity, b: EntryIdentity) -> bool:
    if a.url is not None and a.url == b.url:
        return True
    if not a.title or not b.title:
        return a.url is None or b.url is None
    if SequenceMatcher(None, a.title.casefold(), b.title.casefold()).ratio() >= 0.5:
        return True
    return a.url is not None and b.url is not None and _same_page(a.url, b.url)


def _same_page(a: str | None, b: str | None) -> bool:
    """Two addresses of one page: the same telling last part, or one long number (its id) in both.

    ``index.html`` and a day in figures tell nothing.
    """
    if not a or not b:
        return True
    last, other = _last_part(a), _last_part(b)
    if last == other and len(last) >= 12 and not _DIRECTORY.match(last):
        return True
    return bool(_page_numbers(a) & _page_numbers(b))


def _last_part(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]


def _page_numbers(url: str) -> set[str]:
    return {n for n in re.findall(r"\d{6,}", url) if not _DAY.fullmatch(n)}
