"""The values that travel through the program. Standard library only; every one is immutable.

Offsets count Unicode code points of the field that ``where`` names. The words are those of
GLOSSARY.md; what they mean in doubt is settled by the project's guidelines on what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

Kind = Literal["state", "intergovernmental", "de_facto", "anonymous", "former", "other"]
OFFICIAL_KINDS: Final[frozenset[str]] = frozenset({"state", "intergovernmental", "de_facto"})

#: What a statement does, weightiest first: the order decides which one heads a message.
POSITIONS: Final[tuple[str, ...]] = (
    "announces_use", "admits_use", "threatens_use", "announces_transfer", "withdraws_from_convention",
    "joins_convention", "alleges_use", "denies_use", "alleges_other", "admits_other", "denies_other",
    "requests_transfer", "supports_transfer", "opposes_transfer", "condemns", "justifies",
    "pledges_restraint", "calls_to_stop", "calls_to_join", "affirms_ban", "reports_harm", "neutral_comment",
)  # fmt: skip
#: Pairs that can never be one statement (identity refuses to join across them).
OPPOSITES: Final[frozenset[frozenset[str]]] = frozenset(
    frozenset(pair)
    for pair in (
        ("denies_use", "admits_use"), ("denies_use", "announces_use"), ("denies_use", "threatens_use"),
        ("denies_other", "admits_other"), ("denies_other", "announces_transfer"),
        ("opposes_transfer", "supports_transfer"), ("opposes_transfer", "announces_transfer"),
        ("opposes_transfer", "requests_transfer"), ("condemns", "justifies"),
        ("joins_convention", "withdraws_from_convention"), ("pledges_restraint", "threatens_use"),
    )
)  # fmt: skip

Centrality = Literal["main", "part", "passing", "no"]
Precision = Literal["minute", "day", "month"]
DateSource = Literal["jsonld", "meta", "time", "feed", "given", "text", "htmldate", "url"]
Form = Literal[
    "article", "liveblog", "transcript", "interview", "press_release", "wire", "brief", "pdf", "text"
]
Where = Literal["text", "title", "headline", "summary"]
PassageKind = Literal["direct", "indirect"]
Fidelity = Literal["verbatim", "partial", "paraphrase", "translated", "back_translated"]
Reporting = Literal["new", "recalled"]
HeldReason = Literal[
    "speaker_unresolved",
    "state_unresolved",
    "kind_unknown",
    "pattern_unsure",
    "topic_unsure",
    "possible_duplicate",
]
AlertReason = Literal[
    "baseline", "backfill", "found_late", "recalled", "undated", "kind", "unverified", "reviewed", "storm"
]
OutletKind = Literal[
    "agency",
    "newspaper",
    "broadcaster",
    "ministry",
    "parliament",
    "igo",
    "ngo",
    "aggregator",
    "blog",
    "other",
]
Corroboration = Literal["official_source", "independent", "single", "unverified"]
Standing = Literal["party", "signatory", "withdrawn", "non_signatory"]

LANGUAGES: Final[tuple[str, ...]] = (
    "en", "fr", "es", "ar", "ru", "zh", "uk", "de", "it", "pt", "pl", "tr", "fa",
)  # fmt: skip


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


# --- what arrives -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed as the feed gave it, cleaned of what no consumer may see.

    ``published`` is None where the feed gives none or one that cannot be true; ``raw_published`` keeps
    the feed's own words. ``summary`` is plain text; ``content_html`` the full text where the feed has it.
    """

    guid: str | None
    url: str | None
    title: str
    summary: str
    content_html: str | None = None
    published: When | None = None
    updated: When | None = None
    raw_published: str | None = None
    language: str | None = None
    outlet: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document: its format (``rss20``, ``atom10``, ``json1`` …) and entries in the feed's order."""

    version: str
    title: str
    entries: tuple[FeedEntry, ...]
    language: str | None = None
    home_url: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to read: a page's bytes or text with what is known of it from outside."""

    id: str
    url: str | None = None
    published: When | None = None
    language: str | None = None
    title: str | None = None
    summary: str | None = None
    outlet: str | None = None
    html: str | bytes | None = None
    text: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Titles:
    """The three titles of a page, which differ on live blogs."""

    h1: str | None = None
    og: str | None = None
    jsonld: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One dated entry of a live blog: ``key`` names it on its page, ``start:end`` its place in the text."""

    index: int
    key: str
    start: int
    end: int
    time: When | None = None
    headline: str | None = None
    byline: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Words that were taken off the page as furniture, kept with the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where, when and by whom a text was filed, as its first line says."""

    place: str
    day: date | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A document once read. ``text``: paragraphs joined by a newline; posts by a blank line."""

    text: str
    title: str | None = None
    titles: Titles = Titles()
    form: Form = "article"
    language: str | None = None
    published: When | None = None
    canonical_url: str | None = None
    byline: str | None = None
    site_name: str | None = None
    posts: tuple[Post, ...] = ()
    cut: tuple[Cut, ...] = ()
    credits: tuple[str, ...] = ()  # agencies whose copy this is, as the page names them
    problems: tuple[Problem, ...] = ()
    section: str | None = None
    lead: str | None = None  # the summary that the page gives of itself to machines
    amp_url: str | None = None
    dateline: Dateline | None = None


# --- what is found ----------------------------------------------------------------------------------


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


# --- what is told -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldPassage:
    """A quotation as a message shows it."""

    text: str
    kind: PassageKind
    language: str | None
    fidelity: Fidelity


@dataclass(frozen=True, slots=True)
class ToldOutlet:
    """An outlet that carries the statement, official source first in a message's list."""

    name: str
    url: str | None
    language: str | None
    published: datetime | None
    kind: OutletKind
    tier: int
    official_source: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The one set of facts from which every channel's message is rendered."""

    statement_id: int
    speaker: Speaker
    said: Said
    standing: Standing | None
    venue: str | None
    positions: tuple[str, ...]
    passages: tuple[ToldPassage, ...]
    outlets: tuple[ToldOutlet, ...]
    corroboration: Corroboration
    independent: int
    first_seen: datetime
    first_published: datetime | None
    why_new: str
    change: str | None = None  # what an update adds, in plain words; None for a first alert
    ledger_url: str | None = None
    state_name: str | None = None  # the state's short name in the language of the messages


Mode = Literal["instant", "daily", "weekly"]
MinimumCorroboration = Literal["official_source", "independent", "single", "any"]


@dataclass(frozen=True, slots=True)
class SubscriptionRule:
    """Who is told what, how and when; an empty tuple means all (of ``kinds``: the official ones).

    ``quiet_hours`` is ``"22:00-06:00"`` or empty, on the clock of ``timezone``; a digest is due at
    ``digest_hour`` there, a weekly one on ``digest_weekday`` (Monday is 0).
    """

    name: str
    by: str = "console"
    to: tuple[str, ...] = ()
    mode: Mode = "instant"
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    corroboration: MinimumCorroboration = "single"
    quiet_hours: str = ""
    timezone: str = "UTC"
    digest_hour: int = 7
    digest_weekday: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends: the same facts as subject, plain text, HTML and Block Kit."""

    subject: str
    text: str
    html: str
    blocks: tuple[Mapping[str, object], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    thread: str | None = None  # what the channel gave for the statement's first message
    facts: Mapping[str, object] = field(default_factory=dict)  # the same facts for machines, JSON values only


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side took the message; ``reference`` is its own name for it (Slack's ``ts``)."""

    reference: str | None = None


#: Whose trouble an outcome is: this recipient's alone, or the channel's (then all its messages share it).
Scope = Literal["recipient", "channel"]


@dataclass(frozen=True, slots=True)
class Delayed:
    """Will be tried again, not before ``retry_after`` seconds where the other side said so.

    ``ambiguous``: the message was handed over and no answer came, so it may have arrived.
    """

    reason: str
    retry_after: float | None = None
    scope: Scope = "recipient"
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Needs a person: trying again would not help. Of scope ``channel``: until its settings are changed."""

    reason: str
    scope: Scope = "recipient"


Outcome = Accepted | Delayed | Refused


@dataclass(frozen=True, slots=True)
class Counts:
    """What one stage did: counters by name and the items refused, in words."""

    stage: str
    done: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
