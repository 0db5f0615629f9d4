"""Whether a report is of a statement that the ledger has: the decision, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from monitor.identity.bodies import is_telling
from monitor.identity.speakers import Sameness, is_bare_state, is_person, same_speaker
from monitor.identity.texts import alike, same_quotations, stands_in, words_of
from monitor.model import OPPOSITES, Passage, Reporting, Said, Speaker

#: A report as new may be of words said up to three days before its publication.
NEW_DAYS: Final = 3
#: What a bare state is recalled to have said on an unknown day joins its official's act of this long before.
STATE_DAYS: Final = 60
#: A recalled report without a day may be of words up to this old.
RECALLED_DAYS: Final = 400
#: What a speaker does once, or says in the same long words, is told again without its day up to this long.
AGAIN_DAYS: Final = 14
ONCE: Final = frozenset({"announces_transfer", "joins_convention", "withdraws_from_convention"})
#: Words of a quotation at least that nobody says twice letter for letter.
LONG: Final = 8
#: Why a report is new where nothing of its block is its speaker's.
NO_EARLIER: Final = "no earlier statement of this speaker is known"


@dataclass(frozen=True, slots=True)
class Heard:
    """One report as identity sees it."""

    speaker: Speaker
    said: Said
    reporting: Reporting
    positions: tuple[str, ...]
    passages: tuple[Passage, ...]
    published: datetime | None
    language: str | None
    venue: str | None = None
    article: int = 0
    copies: frozenset[int] = frozenset()  # articles that are copies of this one's article


@dataclass(frozen=True, slots=True)
class Known:
    """A statement of the ledger with the reports that it has."""

    id: int
    reports: tuple[Heard, ...]
    said: Said
    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Same:
    """The report is of this statement, by this evidence."""

    id: int
    by: str


@dataclass(frozen=True, slots=True)
class Possible:
    """The report may be of this statement: attach, list for a person, do not alert twice."""

    id: int
    by: str


@dataclass(frozen=True, slots=True)
class New:
    """No statement of the ledger; the nearest one looked at, and why it is another."""

    nearest: int | None
    why: str


def decide(report: Heard, candidates: Sequence[Known]) -> Same | Possible | New:
    """Compares a report with the statements of its block; the strongest evidence wins, ties the older id."""
    best: tuple[float, int, str] | None = None
    nearest: tuple[int, str] | None = None
    for known in sorted(candidates, key=lambda k: k.id):
        value, by = score(report, known)
        if value > 0 and (best is None or value > best[0]):
            best = (value, known.id, by)
        elif value <= 0 and by and nearest is None:
            nearest = (known.id, by)
    if best is not None:
        return Same(best[1], best[2]) if best[0] >= 1 else Possible(best[1], best[2])
    return New(*nearest) if nearest else New(None, NO_EARLIER)


def score(report: Heard, known: Known) -> tuple[float, str]:
    """At least 1: the same; between: possibly; 0: another, with the reason (empty for another speaker).

    Gives (score, evidence or reason in words).
    """
    results = [
        same_speaker(report.speaker, other.speaker, (report.language, other.language))
        for other in known.reports
    ]
    ranks: dict[Sameness, int] = {"yes": 2, "related": 1, "no": 0}
    sameness, how = max(results, key=lambda r: ranks[r[0]], default=("no", ""))
    if sameness == "no":
        return 0, ""
    if is_bare_state(report.speaker) != all(is_bare_state(r.speaker) for r in known.reports):
        sameness = "related"  # though another report of it names the bare state too
    if any(_told_apart(report, other) for other in known.reports):
        return 0, "told apart by one article"
    if opposed(report.positions, known.positions):
        return 0, "opposite position"
    gap = days_apart(interval(report), _interval_of(known))
    if gap > 1:
        return (0.7, "told again without a day") if _again(report, known, sameness) else (0, "another day")
    return _evidence(report, known, sameness, how, gap)


def _told_apart(a: Heard, b: Heard) -> bool:
    """Whether one article names two people: it calls each by one name, so that two names are two of them.

    Where several have one surname, it may stand alone for the one who holds the office named with it.
    """
    if not a.article or a.article != b.article or not (is_person(a.speaker) and is_person(b.speaker)):
        return False
    if a.speaker.official and a.speaker.official == b.speaker.official:
        return False
    one, other = a.speaker.name.casefold(), b.speaker.name.casefold()
    holder = a.speaker.office == b.speaker.office and is_telling(a.speaker.office)
    within = set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split())
    return one != other and not (holder and within)


def _evidence(report: Heard, known: Known, sameness: Sameness, how: str, gap: int) -> tuple[float, str]:
    words = _words(report, known)
    copied = any(other.article in report.copies or report.article in other.copies for other in known.reports)
    both_known = report.said.on is not None and known.said.on is not None
    reckoned = is_reckoned(report.said) or is_reckoned(known.said)
    shared = bool(_weighty(report.positions) & _weighty(known.positions))
    if gap == 1:  # the same words under the next day's date: one report took its day from elsewhere
        strong = words is not None and (copied or reckoned or not both_known)
        return (1.2, f"{words}, next day") if strong else (0, "another day")
    late = _age(report, known) / 4000  # at most a tenth: it orders, it does not decide
    if words:
        return (4.0 if both_known and report.said.on == known.said.on else 3.0 - late), words
    if report.article and any(
        r.article == report.article and r.reporting != report.reporting for r in known.reports
    ):
        return 0, "told apart by one article"
    if copied:
        return 2.8, "copy of the same text"
    if sameness == "related":
        bare = is_bare_state(report.speaker) or all(is_bare_state(r.speaker) for r in known.reports)
        if bare and not both_known and _age(report, known) > STATE_DAYS:
            return 0, "the state's words of an unknown day"
        if shared and bare and not both_known and _quoted_alone(report, known):
            return 0, "quoted words of the state alone"
        if shared:
            return 1.5 - late, f"{how}, day and position"
        told = _weighty(report.positions) and _weighty(known.positions)
        unsaid = both_known and not bare and not told
        return (0.6, f"{how} and day, no act told") if unsaid else (0, "another act")
    foreign = all(r.language != report.language for r in known.reports)
    if both_known and report.said.on != known.said.on:
        if shared and (foreign or _venue(report, known)):
            return 1.25, f"{how}, days and position"
        return 0.8, f"{how}, a day apart, of which one was not told"
    if both_known:
        return (
            (2.0, f"{how} and day")
            if shared or foreign or _venue(report, known)
            else (0.9, f"{how} and day, another act")
        )
    if report.reporting == "recalled" or all(r.reporting == "recalled" for r in known.reports):
        return (1.2 - late, f"{how}, recalled with the same position") if shared else (0, "another act")
    return (1.3, f"{how}, days and position") if shared or _venue(report, known) else (0.5, f"{how} and days")


def _again(report: Heard, known: Known, sameness: Sameness) -> bool:
    """Whether the later of the two may be an earlier occasion recalled without a word of when: its day was
    not told, and it has what a speaker does once, or long quoted words letter for letter."""
    mine, theirs = interval(report), _interval_of(known)
    if sameness != "yes" or mine is None or theirs is None:
        return False
    later = [report] if mine > theirs else known.reports
    if days_apart(mine, theirs) > AGAIN_DAYS or not all(_may_recall(r) for r in later):
        return False
    if ONCE & set(report.positions) & set(known.positions):
        return True
    if _long(report) & {words for r in known.reports for words in _long(r)}:
        return True
    earlier = known.reports if mine > theirs else [report]
    act = _weighty(report.positions) & _weighty(known.positions)
    return bool(act) and any(_fragments_of(r, e) for r in later for e in earlier)


def _fragments_of(later: Heard, earlier: Heard) -> bool:
    """Whether all that a report quotes stands in what another of its language quoted."""
    if later.language != earlier.language:
        return False
    parts = [p.text for p in later.passages if p.kind == "direct"]
    wholes = [p.text for p in earlier.passages if p.kind == "direct"]
    return bool(parts) and all(any(stands_in(part, whole) for whole in wholes) for part in parts)


def _may_recall(report: Heard) -> bool:
    """Whether a report as new tells no day."""
    return report.reporting == "new" and (report.said.on is None or is_reckoned(report.said))


def _long(report: Heard) -> frozenset[tuple[str, ...]]:
    """The long quotations of a report, as words."""
    quoted = (words_of(p.text) for p in report.passages if p.kind == "direct")
    return frozenset(words for words in quoted if len(words) >= LONG)


def reach(report: Heard) -> tuple[date, date] | None:
    """The days of the statements that a report may be of: its own, and those that it may recall."""
    days = interval(report)
    if days is None or not _may_recall(report):
        return days
    if not ONCE & set(report.positions) and all(p.kind != "direct" for p in report.passages):
        return days
    return days[0] - timedelta(days=AGAIN_DAYS), days[1]


def _age(report: Heard, known: Known) -> int:
    """Days from the known statement to the report's publication: an undated report recalls the latest."""
    span = _interval_of(known)
    if report.said.on is not None or report.published is None or span is None:
        return 0
    return min(max((report.published.date() - span[1]).days, 0), RECALLED_DAYS)


def _words(report: Heard, known: Known) -> str | None:
    """Textual evidence against any of the known reports of the same language."""
    mine = " ".join(p.text for p in report.passages)
    quotes = [p.text for p in report.passages if p.kind == "direct"]
    for other in known.reports:
        if report.language and other.language and report.language != other.language:
            continue
        if found := same_quotations(quotes, (p.text for p in other.passages if p.kind == "direct")):
            return found
        if found := alike(mine, " ".join(p.text for p in other.passages)):
            return found
    return None


def _quoted_alone(report: Heard, known: Known) -> bool:
    """Whether a bare state is quoted, and nobody else: the words may be another's of that state."""
    told = (report, *known.reports)
    return {is_bare_state(r.speaker) for r in told if any(p.kind == "direct" for p in r.passages)} == {True}


def _venue(report: Heard, known: Known) -> bool:
    return report.venue is not None and any(report.venue == r.venue for r in known.reports)


def _weighty(positions: Sequence[str]) -> set[str]:
    """What a statement does; a comment that takes no side is no evidence."""
    return set(positions) - {"neutral_comment"}


def opposed(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two sets of positions exclude each other: an opposite pair, and nothing in common."""
    if _weighty(a) & _weighty(b):
        return False
    return any(frozenset((x, y)) in OPPOSITES for x in a for y in b)


def is_background(report: Heard) -> bool:
    """Whether a state is only named, and no day told: nobody with an office speaks for sure, nor today."""
    return is_bare_state(report.speaker) and (report.said.on is None or is_reckoned(report.said))


def is_reckoned(said: Said) -> bool:
    """Whether a day follows from a date around the words and was not told: it may be another near it."""
    if said.on is None:
        return False
    low, high = _around(said, said.on)
    return low < high


def _around(said: Said, on: date) -> tuple[date, date]:
    return min(said.earliest or on, on), max(said.latest or on, on)


def interval(report: Heard) -> tuple[date, date] | None:
    """The days on which the words may have been said; None where nothing is known."""
    said = report.said
    if said.on is not None:
        return _around(said, said.on)
    earliest, latest = said.earliest, said.latest
    if report.published is not None:
        day = report.published.date()
        back = NEW_DAYS if report.reporting == "new" else RECALLED_DAYS
        earliest = earliest or day - timedelta(days=back)
        latest = min(latest, day) if latest else day
    if earliest is None or latest is None:
        return None
    return min(earliest, latest), latest


def _interval_of(known: Known) -> tuple[date, date] | None:
    if known.said.on is not None:
        return _around(known.said, known.said.on)
    spans = [span for span in (interval(r) for r in known.reports) if span]
    if not spans:
        return None
    low, high = max(s[0] for s in spans), min(s[1] for s in spans)
    return (low, high) if low <= high else (min(s[0] for s in spans), max(s[1] for s in spans))


def days_apart(a: tuple[date, date] | None, b: tuple[date, date] | None) -> int:
    """Days between two intervals, 0 where they meet or where one is unknown."""
    if a is None or b is None:
        return 0
    return max((b[0] - a[1]).days, (a[0] - b[1]).days, 0)
