"""The register refreshed from Wikidata: one question a kind of office, and the refreshed list written anew.

    questions -> answers (fetched, or saved ones) -> rows -> what they would lose? -> the list

A kind whose answer fails keeps the rows of the last refresh: nothing is lost, and its state tells why.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from monitor.errors import FetchRefused, UsageError
from monitor.model import Counts
from monitor.officials import Register, load_register
from monitor.officials.lexicon import data
from monitor.officials.loading import Listed
from monitor.officials.refreshing import (
    LOSS,
    Conflict,
    Previous,
    conflicts,
    listed,
    lost,
    previous_of,
    written,
)
from monitor.officials.wikidata import ANSWERS, BadAnswer, Kind, address, kinds, read_answer
from monitor.pipeline.services import Services, Tally, log
from monitor.ports import Fetcher, Wanted
from monitor.store.issues import close_issue, raise_issue

#: How often a kind is asked again when the service asked to wait for a moment, or the answer broke off.
TRIES: Final = 3
#: Seconds that a service may ask to wait and still be asked again in the same run.
PATIENCE: Final = 10.0
#: How old the refreshed list may be before upkeep asks again: offices change hands by the week.
FRESH: Final = timedelta(days=7)
_PASSING: Final = frozenset(("http_429", "http_502", "http_503", "http_504", "broken", "postponed"))


@dataclass(slots=True)
class Outcome:
    """What came of one kind: ``ok``, or the state of the fetch or of the answer; rows in the new list."""

    kind: str
    state: str = "ok"
    detail: str = ""
    rows: int = 0
    kept: bool = False
    problems: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Refresh:
    """What a refresh did: each kind, where Wikidata disagrees, and the days for which the list is right."""

    outcomes: list[Outcome]
    conflicts: list[Conflict]
    valid_as_of: dict[str, date]
    new: int = 0


def refresh(
    register: Register,
    target: Path,
    now: datetime,
    fetcher: Fetcher | None = None,
    saved: Path | None = None,
    *,
    save: Path | None = None,
    allow_loss: bool = False,
) -> Refresh:
    """Asks (or reads the ``saved`` answers, ``<kind>.json`` in a folder) and writes the list at ``target``.

    ``register`` is what comes with the program; ``save`` keeps the answers as they came. An answer without
    more than a tenth of the known terms is refused unless ``allow_loss``. Raises UsageError for a folder
    that is none, SettingsError for a list at ``target`` that cannot be read.
    """
    before = previous_of(target)
    bodies = _saved(saved) if saved is not None else _fetched(fetcher)
    rows: dict[str, Sequence[Listed]] = {}
    done = Refresh([], [], dict(before.valid_as_of))
    for kind, answer in bodies:
        if save is not None and isinstance(answer, bytes):
            save.mkdir(parents=True, exist_ok=True)
            (save / f"{kind.name}.json").write_bytes(answer)
        outcome, new = _judged(kind, answer, register, before, now.date(), allow_loss)
        if new is None:
            rows[kind.name] = before.rows.get(kind.name, ())
            outcome.kept = bool(rows[kind.name])
        else:
            rows[kind.name] = new
            done.valid_as_of[kind.name] = now.date()
            done.conflicts += conflicts(new, register)
            done.new += sum(register.official(row.official.id) is None for row in new)
        outcome.rows = len(rows[kind.name])
        done.outcomes.append(outcome)
    ordered = {kind.name: rows[kind.name] for kind in kinds() if rows.get(kind.name)}
    if any(outcome.state == "ok" for outcome in done.outcomes):
        _replace(target, written(ordered, done.valid_as_of))
    return done


def keep_fresh(services: Services, fetcher: Fetcher) -> Counts:
    """Refreshes the list that ``register.refreshed`` names where a kind of office in it is a week old.

    Counts ``refreshed`` and ``kept`` kinds and ``new_officials``, or why nothing was asked: ``fresh``,
    ``no_list`` and ``no_contact`` (Wikidata wants to know whom to ask about its visitors). A kind that gave
    no good answer is an issue until it does.
    """
    tally, settings, now = Tally("keep_fresh"), services.settings, services.now()
    if not settings.register_.refreshed or not settings.fetch.contact:
        tally.count("no_contact" if settings.register_.refreshed else "no_list")
        return tally.counts()
    target = Path(settings.register_.refreshed)
    known = previous_of(target).valid_as_of
    if all(kind.name in known and now.date() - known[kind.name] < FRESH for kind in kinds()):
        tally.count("fresh")
        return tally.counts()
    done = refresh(load_register(), target, now, fetcher)
    tally.count("new_officials", done.new)
    with services.database.writing() as session:
        for outcome in done.outcomes:
            tally.count("refreshed" if outcome.state == "ok" else "kept")
            if outcome.state == "ok":
                close_issue(session, "register_old", outcome.kind, now)
            else:
                log.warning("keep_fresh %s: %s (%s)", outcome.kind, outcome.state, outcome.detail)
                detail = f"{outcome.state}: {outcome.detail}; the rows of the last refresh stay"
                raise_issue(session, "register_old", outcome.kind, detail, now)
    return tally.counts()


def _judged(
    kind: Kind,
    answer: bytes | Exception,
    register: Register,
    before: Previous,
    today: date,
    allow_loss: bool,
) -> tuple[Outcome, list[Listed] | None]:
    outcome = Outcome(kind.name)
    if isinstance(answer, Exception):
        outcome.state = answer.state if isinstance(answer, FetchRefused) else "no_answer"
        outcome.detail = answer.detail if isinstance(answer, FetchRefused) else ANSWERS["no_answer"]
        wait = answer.retry_after if isinstance(answer, FetchRefused) else None
        if wait:
            outcome.detail = f"{outcome.detail}, ask again in {wait:.0f} s"
        return outcome, None
    try:
        read = read_answer(answer, kind, today)
    except BadAnswer as error:
        outcome.state, outcome.detail = error.state, str(error)
        return outcome, None
    outcome.problems = read.problems
    new = listed(read.rows, register)
    gone, known = lost(kind, new, before, register, data("wikidata.toml")["since"])
    if gone > known * LOSS and not allow_loss:
        outcome.state = "shrunk"
        outcome.detail = f"{gone} of {known} known terms are not in the answer"
        return outcome, None
    return outcome, new


def _fetched(fetcher: Fetcher | None) -> Iterator[tuple[Kind, bytes | Exception]]:
    """Each kind's answer, or why there is none, in the order of the kinds."""
    if fetcher is None:
        raise UsageError("either a fetcher or saved answers are wanted")
    answers: dict[str, bytes | Exception] = {}
    open_kinds = list(kinds())
    for _ in range(TRIES):
        again = []
        for index, got in fetcher.fetch_all([Wanted(address(kind), kind="query") for kind in open_kinds]):
            kind = open_kinds[index]
            answers[kind.name] = got if isinstance(got, Exception) else got.body
            if isinstance(got, FetchRefused) and got.state in _PASSING and (got.retry_after or 0) <= PATIENCE:
                again.append(kind)
        open_kinds = [kind for kind in kinds() if kind in again]
        if not open_kinds:
            break
    return ((kind, answers[kind.name]) for kind in kinds())


def _saved(folder: Path) -> Iterator[tuple[Kind, bytes | Exception]]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder with answers ({', '.join(k.name for k in kinds())}.json)")
    answers: Mapping[str, Path] = {kind.name: folder / f"{kind.name}.json" for kind in kinds()}
    if not any(path.is_file() for path in answers.values()):
        raise UsageError(f"{folder} has none of the answers {', '.join(sorted(answers))} (.json)")
    for kind in kinds():
        path = answers[kind.name]
        try:
            yield kind, path.read_bytes()
        except OSError as error:
            yield kind, error


def _replace(target: Path, text: str) -> None:
    """Writes the list whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    part.write_text(text, "utf-8")
    part.replace(target)
