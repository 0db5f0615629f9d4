"""What is found: attributions, speakers, passages, reports, a document's analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.model.arriving import Page, Post
from monitor.model.basics import Problem, Span, Verdict
from monitor.model.words import Fidelity, HeldReason, Kind, PassageKind, Reporting, Where


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to speak, the word that says so, what is said (source, cue, content: PolNeAR's terms).

    ``source`` is the noun phrase as it stands (a name, a role, a pronoun, a body), None where the
    pattern has none. ``relay`` is the agency or outlet through which the words came.
    """

    kind: PassageKind
    content: Span
    sentence: Span
    rule: str
    confidence: float
    source: Span | None = None
    cue: Span | None = None
    relay: Span | None = None
    said: Span | None = None  # the words that give the day, inside the reporting sentence
    clause: Span | None = None  # the part of the sentence that is this source's, where others share it
    unsaid: bool = False  # the language leaves the subject out; ``source`` is the verb itself


@dataclass(frozen=True, slots=True)
class Speaker:
    """The source once resolved. ``state`` is ISO 3166-1 alpha-2 or UN EU NATO OSCE ICRC AFU CCM."""

    name: str
    name_en: str
    kind: Kind
    state: str | None = None
    role: str | None = None
    office: str | None = None
    body: str | None = None
    official: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Kept back for a person, with the reason and what was seen."""

    reason: HeldReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The day the words were said, where it is sure, and the interval that is sure at least."""

    on: date | None = None
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of the document: ``field[start:end] == text``, byte for byte."""

    kind: PassageKind
    text: str
    where: Where
    start: int
    end: int
    fidelity: Fidelity
    rule: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one article (or one post of it) says of one statement."""

    speaker: Speaker
    said: Said
    reporting: Reporting
    positions: tuple[str, ...]
    passages: tuple[Passage, ...]
    confidence: float
    post: int | None = None
    venue: str | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class PostVerdict:
    """A post with what the topic rule said of it."""

    post: Post
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that the program sees in one document."""

    page: Page
    verdict: Verdict
    posts: tuple[PostVerdict, ...]
    reports: tuple[Report, ...]
    problems: tuple[Problem, ...] = ()
