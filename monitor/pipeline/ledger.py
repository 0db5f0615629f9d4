"""The ledger as values: a statement with its passages, appearances, alert and deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.corroboration import is_official_source
from monitor.pipeline.gathered import is_withdrawn, published, witness
from monitor.pipeline.services import Services
from monitor.store.alerts import deliveries_of
from monitor.store.database import Session
from monitor.store.questions import relations_of, statements_between
from monitor.store.schema import Appearance, ReportRow, StatementRow
from monitor.store.statements import appearances_of, read_moments


@dataclass(frozen=True, slots=True)
class Wish:
    """Which statements are asked for; an empty field asks for all. Days: the day said, else first seen."""

    since: datetime | None = None
    until: datetime | None = None
    seen_since: datetime | None = None
    states: tuple[str, ...] = ()
    speaker: str | None = None
    kinds: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: str | None = None
    limit: int | None = None


def statements(session: Session, services: Services, wish: Wish) -> Iterator[dict[str, Any]]:
    """The statements as JSON values, the newest first (by the day said, else first seen)."""
    count = 0
    for row in statements_between(session, wish.since, wish.until, wish.seen_since):
        if wish.states and (row.state or "--") not in wish.states:
            continue
        if wish.kinds and row.kind not in wish.kinds:
            continue
        if wish.positions and not set(wish.positions) & set(row.positions):
            continue
        value = statement_value(session, services, row)
        if not _fits(value, wish):
            continue
        yield value
        count += 1
        if wish.limit is not None and count >= wish.limit:
            return


def _fits(value: dict[str, Any], wish: Wish) -> bool:
    if wish.languages and not {a["language"] for a in value["appearances"]} & set(wish.languages):
        return False
    names = " ".join(str(value[k] or "") for k in ("speaker", "speaker_en", "role", "body", "official"))
    if wish.speaker and wish.speaker.casefold() not in names.casefold():
        return False
    if wish.text:
        words = wish.text.casefold()
        texts = [names, value["venue"] or "", *(p["text"] for p in value["passages"])]
        return any(words in text.casefold() for text in texts)
    return True


def statement_value(session: Session, services: Services, row: StatementRow) -> dict[str, Any]:
    """One statement as JSON values."""
    appearances = [
        a for a in appearances_of(session, row.id) if not a.possible and a.report.status != "rejected"
    ]
    day = row.said_on or row.said_to or row.first_seen.date()
    read = read_moments(session, row.id)
    deliveries = [d.status for d in deliveries_of(session, row.id) if d.alert.kind == "new"]
    return {
        "id": f"s{row.id}",
        "speaker": row.speaker,
        "speaker_en": row.speaker_en,
        "official": row.official,
        "role": row.role,
        "office": row.office,
        "body": row.body,
        "state": row.state,
        "standing": services.register.standing(row.state, day) if row.state else None,
        "kind": row.kind,
        "said_on": _iso(row.said_on),
        "said_from": _iso(row.said_from),
        "said_to": _iso(row.said_to),
        "venue": row.venue,
        "reporting": row.reporting,
        "positions": list(row.positions),
        "first_seen": _iso(row.first_seen),
        "first_published": _iso(row.first_published),
        "first_outlet": row.first_outlet,
        "corroboration": {"level": row.corroboration, "outlets": row.outlets, "independent": row.independent},
        "passages": _passages(appearances),
        "appearances": [_appearance(a, row.state, read.get(a.report_id)) for a in appearances],
        "alert": {"state": row.alert_state, "reason": row.alert_reason},
        "deliveries": {
            "sent": deliveries.count("sent"),
            "delayed": deliveries.count("delayed"),
            "refused": deliveries.count("refused"),
        },
        "related": relations_of(session, row.id),
        "withdrawn": _iso(withdrawn_at([a.report for a in appearances])),
        "merged_into": f"s{row.merged_into}" if row.merged_into else None,
        "review": row.review,
    }


def withdrawn_at(reports: Sequence[ReportRow]) -> datetime | None:
    """Since when no outlet stands by a statement any more; None while one does."""
    times = [r.withdrawn_at for r in reports if is_withdrawn(r) and r.withdrawn_at]
    return max(times) if times and len(times) == len(reports) else None


def _passages(appearances: Sequence[Appearance]) -> list[dict[str, Any]]:
    return [
        {
            "text": p.text,
            "kind": p.kind,
            "language": a.report.language,
            "fidelity": p.fidelity,
            "article": f"a{a.article_id}",
            "post": post_of(a.report),
            "in": p.where,
            "start": p.start,
            "end": p.end,
            "rule": p.rule,
        }
        for a in appearances
        for p in a.report.passages
    ]


def _appearance(appearance: Appearance, state: str | None, read: datetime | None) -> dict[str, Any]:
    report, article = appearance.report, appearance.report.article
    return {
        "article": f"a{article.id}",
        "document": article.document,
        "url": article.address or article.url,
        "outlet": article.outlet.name if article.outlet else None,
        "official_source": is_official_source(witness(article), state),
        "title": article.title,
        "language": report.language,
        "published": _iso(published(report)),
        "read_at": _iso(read),
        "role": report.role,
        "post": post_of(report),
        "reporting": report.reporting,
        "same_by": appearance.same_by,
        "withdrawn": {"at": _iso(report.withdrawn_at), "why": report.withdrawn_why}
        if is_withdrawn(report)
        else None,
    }


def post_of(report: ReportRow) -> str | None:
    """The key of the post that a report stands in, None for an article without posts."""
    return report.post_key or None


def report_value(report: ReportRow) -> dict[str, Any]:
    """A report as JSON values: what one article says of one statement."""
    return {
        "id": f"h{report.id}",
        "status": report.status,
        "article": f"a{report.article_id}",
        "post": post_of(report),
        "url": report.article.address or report.article.url,
        "speaker": report.speaker,
        "speaker_en": report.speaker_en,
        "role": report.role,
        "office": report.office,
        "body": report.body,
        "state": report.state,
        "kind": report.kind,
        "said_on": _iso(report.said_on),
        "reporting": report.reporting,
        "positions": list(report.positions),
        "confidence": report.confidence,
        "held": {"reason": report.held_reason, "detail": report.held_detail} if report.held_reason else None,
        "passages": [
            {
                "text": p.text,
                "kind": p.kind,
                "in": p.where,
                "start": p.start,
                "end": p.end,
                "fidelity": p.fidelity,
                "rule": p.rule,
            }
            for p in report.passages
        ],
    }


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
