"""Whether the program did to the soak's press what it must: each planned statement told once, nothing else.

``faults`` gives every breach as a line; none is an empty list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plan import READABLE, START, STATES, Plan


@dataclass
class Outcome:
    """What is to be judged: alerts as they arrived, the ledger's statements, feeds and open issues.

    ``statements``: the passages of each living statement in one string. ``feeds``: by address, the feed's
    last state and how many entries it has. ``refused``: the lines of refused items.
    """

    hooks: Sequence[str] = ()
    statements: Sequence[str] = ()
    feeds: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    issues: Sequence[tuple[str, str]] = ()
    refused: Sequence[str] = ()
    shortest_pause: float = 1e9
    most_at_once: int = 0


def faults(plan: Plan, outcome: Outcome, *, delay: float) -> list[str]:
    """Every breach: lost, told twice, told though it should not be, entries doubled, a host pressed."""
    return [
        *_telling(plan, outcome), *_entries(plan, outcome), *_states(plan, outcome),
        *_manners(outcome, delay),
        *(f"refused: {line}" for line in outcome.refused),
        *(f"issue {code}: {subject}" for code, subject in outcome.issues if code.endswith("_failed")),
    ]  # fmt: skip


def _telling(plan: Plan, outcome: Outcome) -> Iterator[str]:
    told = Counter(s.town for words in outcome.hooks for s in plan.statements if s.town in words)
    kept = Counter(s.town for words in outcome.statements for s in plan.statements if s.town in words)
    for planned in plan.statements:
        name, times = f"statement {planned.number} ({planned.town}, {planned.language})", told[planned.town]
        if planned.told and times == 0:
            yield f"{name} was not told"
        elif planned.told and times > 1:
            yield f"{name} was told {times} times"
        elif not planned.told and times:
            yield f"{name} was there on the first poll and was told {times} times"
        if kept[planned.town] != 1:
            yield f"{name} is {kept[planned.town]} statements in the ledger"
    unplanned = [words for words in outcome.hooks if not any(s.town in words for s in plan.statements)]
    yield from (f"told and not planned: {words.splitlines()[0]}" for words in unplanned)
    if len(outcome.statements) > len(plan.statements):
        yield f"{len(outcome.statements)} statements in the ledger, {len(plan.statements)} planned"


def _entries(plan: Plan, outcome: Outcome) -> Iterator[str]:
    for feed in plan.feeds:
        _, entries = outcome.feeds.get(feed.url, (None, 0))
        wanted = plan.entries(feed, plan.cycles)
        if entries != wanted:
            yield f"feed {feed.number} ({feed.mood}) has {entries} entries, {wanted} were given"


def _states(plan: Plan, outcome: Outcome) -> Iterator[str]:
    for feed in plan.feeds:
        state, _ = outcome.feeds.get(feed.url, ("not there", 0))
        right = state in ("ok", "unchanged") if feed.mood in READABLE else state in STATES[feed.mood]
        if not right:
            yield f"feed {feed.number} ({feed.mood}) is {state}"
    flooded = {f"f{f.number + 1}" for f in plan.feeds if f.mood == "flood"}
    seen = {subject for code, subject in outcome.issues if code == "feed_storm"}
    yield from (f"the flood of {name} was not seen" for name in sorted(flooded - seen) if plan.cycles > 1)
    yield from (f"{name} is no flood" for name in sorted(seen - flooded))


def _manners(outcome: Outcome, delay: float) -> Iterator[str]:
    if outcome.most_at_once > 1:
        yield f"a host was asked {outcome.most_at_once} things at once"
    if outcome.shortest_pause < 0.95 * delay:
        yield f"a host was left alone for {outcome.shortest_pause:.2f} s only, {delay:g} were due"


def outcome_of(services: Any, stats: Mapping[str, Any], refused: Sequence[str]) -> Outcome:
    """What a run left in its ledger, with what the press saw of it."""
    from sqlalchemy import func, select

    from monitor.pipeline.ledger import Wish, statements
    from monitor.store.schema import Entry, Feed, IssueRow

    with services.database.reading() as session:
        query = select(Entry.feed_id, func.count()).where(Entry.first_seen >= START).group_by(Entry.feed_id)
        counts = dict(session.execute(query).all())
        feeds = {
            u: (s, counts.get(i, 0))
            for i, u, s in session.execute(select(Feed.id, Feed.url, Feed.last_state))
        }
        issues = [
            (r.code, r.subject) for r in session.scalars(select(IssueRow).where(IssueRow.closed_at.is_(None)))
        ]
        kept = [" ".join(p["text"] for p in row["passages"]) for row in statements(session, services, Wish())]
    moved = {url.replace("/moved/", "/"): found for url, found in feeds.items()}
    return Outcome(
        stats["hooks"], kept, moved, issues, refused, stats["shortest_pause"], stats["most_at_once"]
    )
