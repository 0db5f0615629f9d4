"""What backfills covered: by outlet and month what was asked, got, read, found; and where they were blind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from extractors.urls import host_of
from monitor.store.backfills import targets_of, windows_of
from monitor.store.database import Session
from monitor.store.late import backfills, pages_seen, statements_in
from monitor.store.schema import Backfill

#: What a row counts: pages that were named, known already, passed over by their title, not to be had (though
#: what their list says of them may have been read), read, on the topic; and the statements in them.
FIGURES: Final = ("named", "known", "skipped", "not_had", "read", "on_topic", "statements")


@dataclass
class Covered:
    """One outlet in one month (``2024-03``), from one archive."""

    source: str
    outlet: str
    month: str
    counts: Counter[str] = field(default_factory=Counter)
    articles: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Blind:
    """Months of an outlet of which a backfill knows nothing, or not all, and why."""

    source: str
    outlet: str
    first: str
    last: str
    why: str


def coverage(
    session: Session, source: str | None = None, start: datetime | None = None, end: datetime | None = None
) -> tuple[list[Covered], list[Blind]]:
    """The rows by archive, outlet and month, and the blind spots. A page whose day is not known counts for
    the month in which its window begins."""
    rows: dict[tuple[str, str, str], Covered] = {}
    blind: list[Blind] = []
    for asked in backfills(session, source):
        names = {t.address: t.outlet or host_of(t.address) or t.address for t in targets_of(asked)}
        own: set[tuple[str, str]] = set()
        for target, begun, url, known, status, reason, day, article, concerns, outlet in pages_seen(
            session, asked.id
        ):
            name = names.get(target) or outlet or known.get("outlet") or host_of(url or "") or "?"
            month = _month(day or begun)
            row = rows.setdefault((asked.source, name, month), Covered(asked.source, name, month))
            _count(row, "failed" if status == "read" and reason else status, bool(concerns), article)
            own.add((name, month))
        blind += _blind(session, asked, names, own)
    kept = [row for row in rows.values() if _within(row.month, start, end)]
    carried = statements_in(session, {number for row in kept for number in row.articles})
    for row in kept:
        row.counts["statements"] = len({s for number in row.articles for s in carried.get(number, ())})
    kept.sort(key=lambda row: (row.outlet.casefold(), row.month, row.source))
    return kept, [b for b in blind if _within(b.first, start, end) or _within(b.last, start, end)]


def _count(row: Covered, status: str, concerns: bool, article: int | None) -> None:
    row.counts["named"] += 1
    if status in ("failed", "refused"):
        row.counts["not_had"] += 1
    elif status in ("known", "skipped", "read"):
        row.counts[status] += 1
    if article is not None:
        row.articles.add(article)
        row.counts["on_topic"] += concerns


def _blind(
    session: Session, asked: Backfill, names: dict[str, str], seen: set[tuple[str, str]]
) -> Iterator[Blind]:
    """Windows that failed or wait, what they passed over unread, and months in which nothing was named."""
    for window in windows_of(session, asked.id):
        name = names.get(window.target, "all outlets")
        first, last = _month(window.start), _month(window.end - timedelta(microseconds=1))
        if window.status == "failed":
            yield Blind(asked.source, name, first, last, f"failed: {window.reason}")
        elif window.status != "done":
            yield Blind(asked.source, name, first, last, "not yet read")
        else:
            silent = [m for m in _months(window.start, window.end) if not _has(seen, name, m, names)]
            for begin, end in _runs(silent):
                yield Blind(asked.source, name, begin, end, "no page was named")
        for code in ("changed_later", "undated"):
            if count := window.counts.get(f"passed_{code}"):
                yield Blind(asked.source, name, first, last, f"{count} pages passed: {code}")


def _has(seen: set[tuple[str, str]], name: str, month: str, names: dict[str, str]) -> bool:
    return (name, month) in seen if names else any(m == month for _, m in seen)


def _runs(months: list[str]) -> Iterator[tuple[str, str]]:
    """Months that follow each other, as (first, last)."""
    begin = last = ""
    for month in months:
        if last and _next(last) != month:
            yield begin, last
            begin = ""
        begin, last = begin or month, month
    if begin:
        yield begin, last


def _months(start: datetime, end: datetime) -> list[str]:
    found, month, last = [], _month(start), _month(end - timedelta(microseconds=1))
    while month <= last:
        found.append(month)
        month = _next(month)
    return found


def _next(month: str) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04}-{number + 1:02}"


def _month(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m")


def _within(month: str, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or month >= _month(start)) and (end is None or month <= _month(end))
