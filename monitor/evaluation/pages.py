"""How well pages are read, against pages whose text, date and posts are known. Pure functions over values.

The body's measure is that of the scrapinghub article-extraction benchmark: the multisets of four-word
shingles of the predicted and the true body (a word is a run of word characters), precision and recall a page,
averaged over the pages; F1 is that of the two averages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Page

_WORD = re.compile(r"\w+")
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0 to 1, averaged over ``pages`` pages."""

    precision: float
    recall: float
    pages: int

    @property
    def f1(self) -> float:
        """The harmonic mean of the two averages; 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1)))


def body_score(predicted: str, true: str) -> tuple[float, float]:
    """(precision, recall) of one body. An empty prediction has precision 0, unless the true body is empty."""
    found, wanted = _shingles(predicted), _shingles(true)
    if not found and not wanted:
        return 1.0, 1.0
    common = (found & wanted).total()
    precision = common / found.total() if found else 0.0
    recall = common / wanted.total() if wanted else 1.0
    return precision, recall


def body_scores(pairs: Iterable[tuple[str, str]]) -> Score:
    """The averages over pairs of (predicted, true) bodies."""
    scores = [body_score(predicted, true) for predicted, true in pairs]
    if not scores:
        return Score(0.0, 0.0, 0)
    count = len(scores)
    return Score(sum(p for p, _ in scores) / count, sum(r for _, r in scores) / count, count)


@dataclass(frozen=True, slots=True)
class PostsScore:
    """Posts of live pages: how many there are, were found in the page's order, have the right time."""

    wanted: int
    found: int
    timed: int
    extra: int


def posts_score(page: Page, wanted: Sequence[Mapping[str, Any]]) -> PostsScore:
    """Compares a page's posts with gold posts (``headline`` and ISO ``time``), by headline in order."""
    place = found = timed = 0
    for post in wanted:
        index = next(
            (i for i in range(place, len(page.posts)) if _same(page.posts[i].headline, post.get("headline"))),
            None,
        )
        if index is None:
            continue
        found += 1
        place = index + 1
        time = page.posts[index].time
        if time is not None and post.get("time") and time.value == datetime.fromisoformat(post["time"]):
            timed += 1
    return PostsScore(len(wanted), found, timed, len(page.posts) - found)


def _same(a: str | None, b: object) -> bool:
    return a is not None and isinstance(b, str) and a.split() == b.split()


def passages_missing(page: Page, passages: Iterable[str]) -> list[str]:
    """The passages that stand neither in the page's text nor in its title; white space is taken alike."""
    text = " ".join(page.text.split())
    title = " ".join((page.title or "").split())
    return [p for p in passages if (plain := " ".join(p.split())) not in text and plain not in title]


def date_right(page: Page, wanted: datetime | None) -> bool | None:
    """Whether the page's date is right as far as it claims to be exact: the minute, or the day in the wanted
    date's own zone. None where the page has no date although one is wanted."""
    if page.published is None:
        return True if wanted is None else None
    if wanted is None:
        return False
    if page.published.precision == "minute":
        return page.published.value == wanted
    return page.published.value.date() == wanted.date()
