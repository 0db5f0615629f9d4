"""The facts of a statement as a message shows them, gathered from the ledger."""

from __future__ import annotations

from typing import Final

from monitor.model import OutletKind, PassageKind, Said, Speaker, Told, ToldOutlet, ToldPassage
from monitor.officials.states import state_name
from monitor.pipeline.gathered import published, witness
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.reports import speaker_of
from monitor.store.schema import ReportRow, StatementRow
from monitor.store.statements import reports_by_statement

#: A message shows at most this many quotations; the ledger has all.
MOST_PASSAGES: Final = 12
_BEST: Final = {"verbatim": 0, "partial": 1, "translated": 2, "back_translated": 3, "paraphrase": 4}


def told_of(
    session: Session,
    services: Services,
    statement: StatementRow,
    *,
    why_new: str = "",
    change: str | None = None,
) -> Told:
    """What is to be told of a statement as it is now."""
    reports = reports_by_statement(session, [statement.id]).get(statement.id, [])
    day = statement.said_on or statement.said_to or statement.first_seen.date()
    standing = services.register.standing(statement.state, day) if statement.state else None
    name = state_name(statement.state, services.settings.alerts.language) if statement.state else None
    base = services.settings.alerts.ledger_url.rstrip("/")
    return Told(
        statement_id=statement.id,
        speaker=statement_speaker(statement),
        said=Said(statement.said_on, statement.said_from, statement.said_to),
        standing=standing,
        venue=statement.venue,
        positions=tuple(statement.positions),
        passages=_passages(statement, reports),
        outlets=_outlets(statement, reports),
        corroboration=statement.corroboration,
        independent=statement.independent,
        first_seen=statement.first_seen,
        first_published=statement.first_published,
        why_new=why_new,
        change=change,
        ledger_url=f"{base}/statements/s{statement.id}" if base else None,
        state_name=name,
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


def _passages(statement: StatementRow, reports: list[ReportRow]) -> tuple[ToldPassage, ...]:
    """The quotations: the speaker's own words first, each once, in the order in which reports came."""
    seen: set[str] = set()
    found: list[tuple[int, int, ToldPassage]] = []
    for number, report in enumerate(reports):
        own = speaker_of(report).name == statement.speaker
        for passage in report.passages:
            key = " ".join(passage.text.split()).casefold().strip(" ,.;:")
            if key in seen:
                continue
            seen.add(key)
            kind: PassageKind = passage.kind
            shown = ToldPassage(passage.text, kind, report.language, passage.fidelity)
            found.append((_BEST.get(passage.fidelity, 5) + (0 if own else 5), number, shown))
    found.sort(key=lambda f: f[:2])
    return tuple(shown for _, _, shown in found[:MOST_PASSAGES])


def _outlets(statement: StatementRow, reports: list[ReportRow]) -> tuple[ToldOutlet, ...]:
    """The outlets, one line an article: the official source first, then in the order of publication."""
    rows: dict[int, ToldOutlet] = {}
    for report in reports:
        article = report.article
        seen = witness(article)
        kind: OutletKind = seen.kind
        name = article.outlet.name if article.outlet else (article.address or article.url)
        official = seen.tier == 1 and seen.state is not None and seen.state == statement.state
        rows.setdefault(
            article.id,
            ToldOutlet(name, article.address, article.language, published(report), kind, seen.tier, official),
        )
    far = statement.first_seen
    return tuple(
        sorted(rows.values(), key=lambda o: (not o.official_source, o.tier == 3, o.published or far, o.name))
    )
