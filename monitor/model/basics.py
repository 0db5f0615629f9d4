"""Spans, moments, problems, evidence: what all other values are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.words import Centrality, DateSource, Precision, Where


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: ``text[start:end]``, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class When:
    """A moment as far as it is known: an aware datetime, how exact it is, and where it was read."""

    value: datetime
    precision: Precision
    source: DateSource


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about an item that a person may want to know: a stable code and words for it."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that made a rule say what it said, and where they stand."""

    text: str
    where: Where
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text concerns the topic, how central it is, and by which words."""

    concerns: bool
    centrality: Centrality
    evidence: tuple[Evidence, ...] = ()
