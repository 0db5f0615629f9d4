"""What is told: the facts of a message, who wants it, how its sending ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from monitor.model.found import Said, Speaker
from monitor.model.words import Corroboration, Fidelity, HeldReason, OutletKind, PassageKind, Standing


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
    withdrawn: bool = False  # it has taken its article back


@dataclass(frozen=True, slots=True)
class ToldOther:
    """Another statement of the ledger as a message names it: whose, of which day, what it does, and where.

    ``relation`` says how the statement told stands to it (``repeats reverses corrects answers``), or where
    the other is the ``later`` one, how that stands to the statement told; None where it is only near.
    """

    statement_id: int
    speaker: str
    said_on: date | None
    positions: tuple[str, ...]
    url: str | None = None
    relation: str | None = None
    later: bool = False


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
    merged: tuple[int, ...] = ()  # statements told before that turned out to be this one
    state_name: str | None = None  # the state's short name in the language of the messages
    nearest: ToldOther | None = None  # the latest earlier statement of the same speaker
    related: tuple[ToldOther, ...] = ()
    feedback_url: str | None = None  # where this message's reader says what is wrong with it


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing in which a statement is other than what was told of it; ``what`` names the sentence for it.

    ``now`` and ``before`` are as the ledger has them: a position, a day (ISO 8601), a speaker, a number,
    words; ``names`` are those of outlets, statements, or codes of languages.
    """

    what: str
    now: str = ""
    before: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldHeld:
    """A report that waits for a person, as a digest names it."""

    report_id: int
    reason: HeldReason
    speaker: str
    outlet: str
    url: str | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ToldFeed:
    """A feed that is not heard: ``silent`` since it had something new, or ``failing`` since it answered."""

    feed_id: int
    outlet: str
    url: str
    trouble: Literal["silent", "failing"]
    since: datetime
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """How the watch itself stands: what it did ``since`` then, what waits for a person, who is not heard.

    ``held`` counts all reports that wait, by reason; ``newest_held`` names a few of them. Languages are ISO
    639-1 codes, regions the names of ``monitor/data/regions.toml``.
    """

    since: datetime
    feeds: int = 0
    asked: int = 0
    answered: int = 0
    articles: int = 0
    statements: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    newest_held: tuple[ToldHeld, ...] = ()
    unheard: tuple[ToldFeed, ...] = ()
    blind_languages: tuple[str, ...] = ()
    blind_regions: tuple[str, ...] = ()
    held_url: str | None = None  # where the held reports are shown


Mode = Literal["instant", "daily", "weekly"]
MinimumCorroboration = Literal["official_source", "independent", "single", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """Which statements are meant; an empty tuple means all. ``states`` may name a group by its standing."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionRule(StatementFilter):
    """Who is told what, how and when; without ``kinds`` the official ones.

    ``quiet_hours`` is ``"22:00-06:00"`` or empty, on the clock of ``timezone``; a digest is due at
    ``digest_hour`` there, a weekly one on ``digest_weekday`` (Monday is 0).
    """

    name: str
    by: str = "console"
    to: tuple[str, ...] = ()
    mode: Mode = "instant"
    corroboration: MinimumCorroboration = "single"
    quiet_hours: str = ""
    timezone: str = "UTC"
    digest_hour: int = 7
    digest_weekday: int = 0
    paused_until: datetime | None = None  # what it would have told till then comes in one message

    @property
    def readers(self) -> tuple[str, ...]:
        """Whom it tells; a channel that needs no name for its one reader (the console) stands for it."""
        return self.to or (self.by,)


@dataclass(frozen=True, slots=True)
class SilenceRule(StatementFilter):
    """Statements of which nothing is sent ``until`` then, and why.

    With ``embargo`` they are sent when it is over; without, they are not sent, and stand in the list of
    deliveries with the reason. ``subscriptions`` are names of rules.
    """

    name: str
    reason: str
    until: datetime
    embargo: bool = False
    subscriptions: tuple[str, ...] = ()


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
    """The other side took the message; ``reference`` is its own name for it (Slack's ``ts``).

    ``words`` is what it said, for the log.
    """

    reference: str | None = None
    words: str | None = field(default=None, compare=False)


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
