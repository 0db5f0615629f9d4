"""The facts of a statement as a message shows them, gathered from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from monitor.corroboration import is_official_source
from monitor.identity.decide import NO_EARLIER
from monitor.identity.texts import words_of
from monitor.model import OutletKind, PassageKind, Said, Speaker, Told, ToldOther, ToldOutlet, ToldPassage
from monitor.officials.states import state_name
from monitor.pipeline.gathered import carried, is_withdrawn, published, witness
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.relations import nearest_before, related_to
from monitor.store.reports import speaker_of
from monitor.store.schema import ReportRow, StatementRow
from monitor.store.statements import merged_and_told, reports_by_statement

#: A message shows at most this many quotations; the ledger has all.
MOST_PASSAGES: Final = 12
#: … and at most this many statements that it stands in a relation to.
MOST_RELATED: Final = 6
_WEIGHT: Final = ("corrects", "reverses", "answers", "repeats")
_BEST: Final = {"verbatim": 0, "partial": 1, "translated": 2, "back_translated": 3, "paraphrase": 4}


def told_of(
    session: Session,
    services: Services,
    statement: StatementRow,
    *,
    why_new: str = "",
    change: str | None = None,
    others: bool = True,
) -> Told:
    """What is to be told of a statement as it is now.

    ``others`` false leaves out what only a message shows: the other statements that it names.
    """
    reports = reports_by_statement(session, [statement.id]).get(statement.id, [])
    day = statement.said_on or statement.said_to or statement.first_seen.date()
    standing = services.register.standing(statement.state, day) if statement.state else None
    name = state_name(statement.state, services.settings.alerts.language) if statement.state else None
    nearest = _nearest(session, services, statement, day) if others else None
    return Told(
        statement_id=statement.id,
        speaker=statement_speaker(statement),
        said=Said(statement.said_on, statement.said_from, statement.said_to),
        standing=standing,
        venue=statement.venue,
        positions=tuple(statement.positions),
        passages=_passages(statement, carried(reports)),
        outlets=_outlets(statement, reports),
        corroboration=statement.corroboration,
        independent=statement.independent,
        first_seen=statement.first_seen,
        first_published=statement.first_published,
        why_new=_why(why_new, nearest, day),
        change=change,
        ledger_url=_page(services, statement.id),
        merged=tuple(merged_and_told(session, statement.id)),
        state_name=name,
        nearest=nearest,
        related=_related(session, services, statement) if others else (),
    )


def _why(why_new: str, nearest: ToldOther | None, day: date) -> str:
    """Identity compares what was said around the same days only: an older one is no reason to say "none"."""
    if nearest is None or why_new.partition(";")[0] != NO_EARLIER:
        return why_new
    reason = "another day" if nearest.said_on != day else "another occasion"
    return f"s{nearest.statement_id}: {reason}{why_new.removeprefix(NO_EARLIER)}"


def _page(services: Services, number: int) -> str | None:
    base = services.settings.alerts.ledger_url.rstrip("/")
    return f"{base}/statements/s{number}" if base else None


def _nearest(session: Session, services: Services, statement: StatementRow, day: date) -> ToldOther | None:
    found = nearest_before(session, statement, day)
    return _other(services, found) if found is not None else None


def _related(session: Session, services: Services, statement: StatementRow) -> tuple[ToldOther, ...]:
    """The statements that it stands to, the weightiest relation first, then the latest."""
    found = related_to(session, statement.id)
    found.sort(key=lambda f: (_WEIGHT.index(f[0]) if f[0] in _WEIGHT else len(_WEIGHT), f[2], -f[1].id))
    return tuple(_other(services, row, kind, later) for kind, row, later in found[:MOST_RELATED])


def _other(
    services: Services, row: StatementRow, relation: str | None = None, later: bool = False
) -> ToldOther:
    return ToldOther(
        statement_id=row.id,
        speaker=row.speaker_en or row.speaker,
        said_on=row.said_on or row.said_to,
        positions=tuple(row.positions),
        url=_page(services, row.id),
        relation=relation,
        later=later,
    )


def statement_speaker(statement: StatementRow) -> Speaker:
    """The speaker as the statement has it."""
    return Speaker(
        name=statement.speaker,
        name_en=statement.speaker_en,
        kind=statement.kind,
        state=statement.state,
        role=statement.role,
        office=statement.office,
        body=statement.body,
        official=statement.official,
    )


def _passages(statement: StatementRow, reports: Sequence[ReportRow]) -> tuple[ToldPassage, ...]:
    """The quotations, the best first: the speaker's own words before reports of them, the official source
    before others, a fuller one before its parts, which are left out; then in the order in which reports came.
    """
    found: list[tuple[tuple[int, bool, int, int], ToldPassage]] = []
    for number, report in enumerate(reports):
        own = speaker_of(report).name == statement.speaker
        official = is_official_source(witness(report.article), statement.state)
        for passage in report.passages:
            kind: PassageKind = passage.kind
            shown = ToldPassage(passage.text, kind, report.language, passage.fidelity)
            rank = _BEST.get(passage.fidelity, 5) + (0 if own else 5)
            found.append(((rank, not official, -len(words_of(passage.text)), number), shown))
    found.sort(key=lambda f: f[0])
    best: list[ToldPassage] = []
    for _, one in found:
        if not any(_is_part(one, other) for other in best):
            best.append(one)
    return tuple(best[:MOST_PASSAGES])


def quoted_by(session: Session, statement_id: int) -> list[str]:
    """All quotations of a statement that outlets stand by, however many a message shows."""
    reports = reports_by_statement(session, [statement_id]).get(statement_id, [])
    return [p.text for r in carried(reports) for p in r.passages if p.kind == "direct"]


def _is_part(passage: ToldPassage, other: ToldPassage) -> bool:
    """Whether the words of a passage stand in another of its kind and language."""
    if (passage.kind, passage.language) != (other.kind, other.language):
        return False
    part, whole = " ".join(words_of(passage.text)), " ".join(words_of(other.text))
    return f" {part} " in f" {whole} "


def _outlets(statement: StatementRow, reports: Sequence[ReportRow]) -> tuple[ToldOutlet, ...]:
    """The outlets, one line an article: the official source first, then in the order of publication."""
    rows: dict[int, ToldOutlet] = {}
    for report in reports:
        article = report.article
        seen = witness(article)
        kind: OutletKind = seen.kind
        name = article.outlet.name if article.outlet else (article.address or article.url)
        official = is_official_source(seen, statement.state)
        gone = is_withdrawn(report)
        if article.id in rows and (gone or not rows[article.id].withdrawn):
            continue
        rows[article.id] = ToldOutlet(
            name, article.address, article.language, published(report), kind, seen.tier, official, gone
        )
    far = statement.first_seen
    return tuple(
        sorted(
            rows.values(),
            key=lambda o: (o.withdrawn, not o.official_source, o.tier == 3, o.published or far, o.name),
        )
    )
