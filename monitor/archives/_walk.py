"""Target after target through one window, with a cursor that goes on after any batch.

An archive says how one target is read (``steps``); here stands where the reading is.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Batch, Problem, Target

#: Where the reading of one target is, as JSON values; None before its beginning and after its end.
Mark = dict[str, Any]
Steps = Callable[[Target, Mark | None], Iterator["Step"]]


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of one target; ``mark`` None says that the target is read to its end."""

    mark: Mark | None
    pages: tuple[ArchivedPage, ...] = ()
    passed: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    size: int = 0


@dataclass(slots=True)
class Found:
    """What a piece of a target gave, as it is gathered."""

    pages: list[ArchivedPage] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    size: int = 0

    def refuse(self, why: str, detail: str) -> None:
        """Counts what is passed and should not have been there, and tells it."""
        self.passed[why] += 1
        self.problems.append(Problem(why, detail[-300:]))


def short(text: str) -> str:
    """Twelve characters that stand for a longer text in a cursor."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def walk(targets: Sequence[Target], cursor: str | None, steps: Steps) -> Iterator[Batch]:
    """The batches of all targets from the cursor on; a target's last step has no mark.

    Raises ArchiveFailed, ``bad_cursor`` for a cursor that is not of this archive or these targets.
    """
    left, mark = list(targets), None
    if cursor is not None:
        name, mark = _read(cursor)
        while left and short(left[0].address) != name:
            left.pop(0)
        if not left:
            raise ArchiveFailed("bad_cursor", "the mark to go on from names a target that is not asked about")
    if not left:
        yield Batch((), None)
    while left:
        target = left.pop(0)
        for step in steps(target, mark):
            following = target if step.mark is not None else left[0] if left else None
            going_on = _written(following, step.mark) if following else None
            yield Batch(step.pages, going_on, step.passed, step.problems, step.size)
        mark = None


def _written(target: Target, mark: Mark | None) -> str:
    return json.dumps([short(target.address), mark], separators=(",", ":"))


def _read(cursor: str) -> tuple[str, Mark | None]:
    try:
        name, mark = json.loads(cursor)
        if isinstance(name, str) and (mark is None or isinstance(mark, dict)):
            return name, mark
    except (ValueError, TypeError):
        pass
    raise ArchiveFailed("bad_cursor", "the mark to go on from is not one of this archive's")
