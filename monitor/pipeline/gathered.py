"""What follows for a statement from the reports that it has: its best words, days, outlets, standing.

Asked again whenever a report is added or changed; the result depends on the set of reports, not on their
order, but for ``first_seen``, which never changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from monitor.corroboration import Confirmed, Witness, corroborate, owner_of_host
from monitor.identity import speaker_key
from monitor.identity.speakers import is_bare_state
from monitor.model import POSITIONS, OutletKind, Speaker
from monitor.store.reports import speaker_of
from monitor.store.schema import Article, Outlet, ReportRow, StatementRow

T = TypeVar("T", date, str)


def is_withdrawn(report: ReportRow) -> bool:
    """Whether the outlet has taken back what this report stands in."""
    return report.status in ("gone", "withdrawn")


def carried(reports: Sequence[ReportRow]) -> Sequence[ReportRow]:
    """The reports that outlets stand by; where none does, all, as what was once reported."""
    return [r for r in reports if not is_withdrawn(r)] or reports


def gather(statement: StatementRow, reports: Sequence[ReportRow]) -> None:
    """Brings the statement's row up to its reports."""
    first = min(reports, key=_earliness)
    statement.first_published = published(first)
    statement.first_outlet = first.article.outlet.name if first.article.outlet else None
    reports = carried(reports)
    # Of equals the first to be published, whichever was met first.
    speaker = best_speaker([speaker_of(r) for r in sorted(reports, key=_earliness)])
    statement.speaker_key = speaker_key(speaker)
    statement.speaker, statement.speaker_en, statement.official = (
        speaker.name,
        speaker.name_en,
        speaker.official,
    )
    statement.role, statement.office, statement.body = speaker.role, speaker.office, speaker.body
    statement.state, statement.kind = speaker.state, speaker.kind
    statement.said_on = _most_common([r.said_on for r in reports if r.said_on])
    lows = [d for r in reports if (d := r.said_on or r.said_from)]
    highs = [d for r in reports if (d := r.said_on or r.said_to)]
    statement.said_from = statement.said_on or (max(lows) if lows else None)
    statement.said_to = statement.said_on or (min(highs) if highs else None)
    if statement.said_from and statement.said_to and statement.said_from > statement.said_to:
        statement.said_from, statement.said_to = min(lows), max(highs)
    # What a bare state is said to do belongs to its official's statement, but adds nothing to what he did.
    own = [r for r in reports if not is_bare_state(speaker_of(r))] or reports
    found = {position for r in own for position in r.positions}
    if len(found) > 1:
        found.discard("neutral_comment")
    statement.positions = sorted(found, key=POSITIONS.index)
    statement.venue = _most_common([r.venue for r in reports if r.venue])
    statement.reporting = "new" if any(r.reporting == "new" for r in reports) else "recalled"
    confirmed = confirm(reports, statement.state)
    statement.corroboration, statement.outlets = confirmed.level, confirmed.outlets
    statement.independent = confirmed.independent


def _earliness(report: ReportRow) -> tuple[bool, datetime, str, str, int]:
    """By publication, the undated last; whatever the order in which reports came."""
    when = published(report)
    return when is None, when or report.found_at, report.article.url, report.post_key, report.id


def published(report: ReportRow) -> datetime | None:
    """When the report was published: its post's time, else its article's date."""
    return report.published or report.article.published


def best_speaker(speakers: Sequence[Speaker]) -> Speaker:
    """A named person before a body before a bare state; then the register's; then the fullest name."""
    ranked = sorted(
        speakers,
        key=lambda s: (
            s.official is None,
            s.office is None,
            s.role is None,
            s.body is None,
            not s.name_en.isascii(),
            -len(s.name_en),
            s.name_en,
            s.role or "",
        ),
    )
    best = ranked[0]
    bodies = (s.body for s in ranked if s.body and s.state == best.state and s.office == best.office)
    body = best.body or next(bodies, None)
    return replace(best, body=body)


def _most_common(values: Sequence[T]) -> T | None:
    counted = Counter(values)
    return min(counted, key=lambda v: (-counted[v], v)) if counted else None


def witness(article: Article) -> Witness:
    """An article as evidence; one without a known outlet is of tier 3."""
    outlet: Outlet | None = article.outlet
    group = f"a{article.copy_of or article.id}"
    if outlet is None:
        return Witness(article.url, "other", 3, copy_group=group, agency=article.agency)
    kind: OutletKind = outlet.kind
    state = outlet.state or (outlet.country if kind in ("ministry", "parliament") else None)
    owner, holding = outlet.owner or outlet.host, owner_of_host(outlet.host)
    return Witness(outlet.key, kind, outlet.tier, state, owner, holding, group, article.agency)


def confirm(reports: Sequence[ReportRow], state: str | None) -> Confirmed:
    """The corroboration that these reports give together."""
    return corroborate([witness(r.article) for r in reports], state)
