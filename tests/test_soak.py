"""The soak in small: a press in all its moods asked three times; and that its verdict can say no."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

SOAK = Path(__file__).resolve().parent.parent / "benchmarks" / "soak"
sys.path.insert(0, str(SOAK))

from plan import MOODS, STATES, Plan  # noqa: E402
from verdict import Outcome, faults  # noqa: E402

#: Alerts arrive in thousands of installations, so a small press has all moods and a few statements.
SMALL = ("--feeds", "60", "--cycles", "3", "--timeout", "6", "--slow", "0.5", "--delay", "0.1", "--json")
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """A soak on each database, at once: most of it is waiting for the slow and the dead."""

    def soak(database: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SOAK), "--database", database, *SMALL]
        place = tmp_path_factory.mktemp(database)
        return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=500, check=False)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(DATABASES, pool.map(soak, DATABASES), strict=True))


@pytest.mark.slow
@pytest.mark.ledger
@pytest.mark.parametrize("database", DATABASES)
def test_a_press_in_all_moods_is_told_once(
    database: str, soaked: dict[str, subprocess.CompletedProcess[str]]
) -> None:
    """Slow, dead, bombing, flooding, republishing feeds: each statement once, no entry lost or doubled."""
    done = soaked[database]
    assert done.returncode == 0, done.stderr[-6000:]
    result = json.loads(done.stdout.splitlines()[-1])[0]
    assert result["faults"] == []
    assert result["alerts"] == result["told"] > 0
    assert {mood for mood in MOODS if mood != "closed"} <= set(result["asked"])
    first, _, last = result["cycles"]
    assert first["stages"]["deliver"]["done"].get("sent", 0) == 0, "what was there before is not told"
    assert last["rows"]["entries"] == sum(Plan(60, 3).entries(f, 3) for f in Plan(60, 3).feeds)


# --- the verdict ----------------------------------------------------------------------------------------

PLAN = Plan(60, 3)


OLD = next(s for s in PLAN.statements if not s.told)


def _good() -> Outcome:
    """What a run without fault leaves."""
    states = {mood: next(iter(STATES.get(mood, {"ok"}))) for mood in MOODS}
    feeds = {f.url: (states[f.mood], PLAN.entries(f, 3)) for f in PLAN.feeds}
    floods = [("feed_storm", f"f{f.number + 1}") for f in PLAN.feeds if f.mood == "flood"]
    return Outcome(
        hooks=[f"someone\n“… {s.town} …”" for s in PLAN.statements if s.told],
        statements=[f"“… {s.town} …”" for s in PLAN.statements],
        feeds=feeds,
        issues=floods,
        shortest_pause=2.0,
        most_at_once=1,
    )


def test_a_run_without_fault_has_none() -> None:
    assert faults(PLAN, _good(), delay=2.0) == []
    assert {s.told for s in PLAN.statements} == {True, False}


def _feed(mood: str, state: str | None, more: int = 0) -> Callable[[Outcome], Outcome]:
    feed = next(f for f in PLAN.feeds if f.mood == mood)

    def change(outcome: Outcome) -> Outcome:
        entries = outcome.feeds[feed.url][1] + more
        return replace(outcome, feeds={**outcome.feeds, feed.url: (state, entries)})

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda o: replace(o, hooks=o.hooks[1:]), "was not told"),
        (lambda o: replace(o, hooks=[*o.hooks, o.hooks[0]]), "was told 2 times"),
        (lambda o: replace(o, hooks=[*o.hooks, "somebody\nsomething else"]), "told and not planned"),
        (lambda o: replace(o, hooks=[*o.hooks, OLD.town]), "first poll"),
        (lambda o: replace(o, statements=o.statements[1:]), "is 0 statements in the ledger"),
        (lambda o: replace(o, statements=[*o.statements, o.statements[0]]), "is 2 statements in the ledger"),
        (_feed("republishing", "ok", 1), "entries, "),
        (_feed("steady", "ok", -1), "entries, "),
        (_feed("bomb", "timeout"), "(bomb) is timeout"),
        (_feed("steady", "malformed"), "(steady) is malformed"),
        (lambda o: replace(o, issues=()), "was not seen"),
        (lambda o: replace(o, issues=[*o.issues, ("feed_storm", "f1")]), "f1 is no flood"),
        (lambda o: replace(o, issues=[*o.issues, ("matching_failed", "h7")]), "matching_failed"),
        (lambda o: replace(o, refused=["f7: broken"]), "refused: f7"),
        (lambda o: replace(o, most_at_once=2), "2 things at once"),
        (lambda o: replace(o, shortest_pause=0.4), "left alone for 0.40 s"),
    ],
)  # fmt: skip
def test_every_fault_is_seen(change: Any, words: str) -> None:
    found = faults(PLAN, change(_good()), delay=2.0)
    assert found, "the verdict passed it"
    assert any(words in one for one in found), found
    assert len(found) <= 2


def test_the_same_number_makes_the_same_press() -> None:
    """The server and the verdict make it apart from each other."""
    again = Plan(60, 3)
    assert again.feeds == PLAN.feeds
    assert again.statements == PLAN.statements
    some = PLAN.feeds[5]
    assert again.items(some, 2) == PLAN.items(some, 2)
    assert Plan(60, 3, seed=2).feeds != PLAN.feeds
    assert all(len(PLAN.items(f, 2)) == PLAN.version(f, 2) for f in PLAN.feeds)
