"""Reports in the ledger: what an article's texts report, kept across its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.model import Passage, Report, Said, Speaker
from monitor.store.schema import ArticleVersion, LivePost, PassageRow, ReportRow


def reports_of(session: Session, article_id: int) -> Sequence[ReportRow]:
    """All reports of an article, by id."""
    return session.scalars(
        select(ReportRow).where(ReportRow.article_id == article_id).order_by(ReportRow.id)
    ).all()


def posts_of(session: Session, article_id: int) -> dict[str, LivePost]:
    """The posts of an article by key."""
    return {p.key: p for p in session.scalars(select(LivePost).where(LivePost.article_id == article_id))}


def waiting_ids(session: Session) -> list[int]:
    """Ids of the reports that announce must see: dated ones first, in the order of publication."""
    query = (
        select(ReportRow.id)
        .where(ReportRow.status.in_(("waiting", "changed", "gone")))
        .order_by(ReportRow.published.is_(None), ReportRow.published, ReportRow.id)
    )
    return list(session.scalars(query))


def write_report(
    row: ReportRow,
    report: Report,
    *,
    version: ArticleVersion,
    key: str,
    language: str | None,
    published: datetime | None,
) -> None:
    """Puts what a report says into its row, passages and all."""
    speaker, said = report.speaker, report.said
    row.version_id, row.speaker_key = version.id, key
    row.speaker, row.speaker_en, row.official = speaker.name, speaker.name_en, speaker.official
    row.role, row.office, row.body = speaker.role, speaker.office, speaker.body
    row.state, row.kind = speaker.state, speaker.kind
    row.said_on, row.said_from, row.said_to = said.on, said.earliest, said.latest
    row.reporting, row.venue, row.positions = report.reporting, report.venue, list(report.positions)
    row.confidence, row.language, row.published = report.confidence, language, published
    row.held_reason = report.held.reason if report.held else None
    row.held_detail = report.held.detail if report.held else None
    row.passages = [
        PassageRow(
            number=number,
            kind=p.kind,
            text=p.text,
            where=p.where,
            start=p.start,
            end=p.end,
            fidelity=p.fidelity,
            rule=p.rule,
        )
        for number, p in enumerate(report.passages)
    ]


def speaker_of(row: ReportRow) -> Speaker:
    """The speaker as the report has it."""
    return Speaker(
        name=row.speaker,
        name_en=row.speaker_en,
        kind=row.kind,
        state=row.state,
        role=row.role,
        office=row.office,
        body=row.body,
        official=row.official,
    )


def said_of(row: ReportRow) -> Said:
    """The day as the report has it."""
    return Said(row.said_on, row.said_from, row.said_to)


def passages_of(row: ReportRow) -> tuple[Passage, ...]:
    """The passages as values."""
    return tuple(Passage(p.kind, p.text, p.where, p.start, p.end, p.fidelity, p.rule) for p in row.passages)
