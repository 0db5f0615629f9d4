"""The newsroom's answers as reports in a ledger: identity without the faults of extraction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from monitor.identity import speaker_key
from monitor.model import Passage, Report, Said, Speaker
from monitor.pipeline.services import Services
from monitor.store.reports import write_report
from monitor.store.schema import Appearance, Article, ArticleVersion, ReportRow

NEWSROOM = Path(__file__).parent / "newsroom"


@dataclass(frozen=True)
class GoldReport:
    """One row of the answers, with the report as extraction would give it."""

    number: int
    key: str
    document: str
    copy_of: str | None
    language: str
    published: datetime | None
    report: Report


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (NEWSROOM / name).read_text("utf-8").splitlines()]


def gold_reports() -> list[GoldReport]:
    """All reports of the newsroom, in the order of its documents."""
    published = {d["id"]: d["published"] for d in _rows("documents.jsonl")}
    found: list[GoldReport] = []
    for row in _rows("gold.jsonl"):
        for s in row["statements"]:
            day = date.fromisoformat(s["said_on"]) if s["said_on"] else None
            speaker = Speaker(
                s["speaker"], s.get("speaker_en") or s["speaker"], s["kind"], s["state"], s.get("role"),
                s.get("office"), s.get("body"),
            )  # fmt: skip
            passages = tuple(
                Passage(
                    p["kind"], p["text"], "text", 0, len(p["text"]), p.get("fidelity", "verbatim"), "gold"
                )
                for p in s["passages"]
            )
            report = Report(
                speaker, Said(day, day, day), s["reporting"], tuple(s["positions"]), passages, 1.0,
                venue=s.get("venue"),
            )  # fmt: skip
            at = published[row["id"]]
            moment = datetime.fromisoformat(at) if at else None
            if moment is not None and moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            found.append(
                GoldReport(
                    len(found), s["key"], row["id"], row.get("copy_of"), row["language"], moment, report
                )
            )
    return found


def put_in(services: Services, reports: Iterable[GoldReport]) -> None:
    """Writes reports that wait to be matched, with their articles, in the order given."""
    with services.database.writing() as session:
        for gold in reports:
            url = f"http://gold.example/{gold.document}"
            article = session.scalar(select(Article).where(Article.url == url))
            if article is None:
                article = Article(url=url, document=gold.document, first_seen=services.now(), origin="feed")
                article.published, article.language = gold.published, gold.language
                article.form, article.concerns, article.copy_by = "article", True, "none"
                session.add(article)
                session.flush()
                session.add(
                    ArticleVersion(
                        article_id=article.id, number=1, text_hash=gold.document, fetched_at=services.now(),
                        text="", page={}, source="given", judged_at=services.now(),
                    )
                )  # fmt: skip
                session.flush()
                _join_copies(services, session, article, gold)
            version = session.scalars(
                select(ArticleVersion).where(ArticleVersion.article_id == article.id)
            ).one()
            row = ReportRow(article_id=article.id, post_key=f"g{gold.number}", found_at=services.now())
            row.status = "waiting"
            session.add(row)
            key = speaker_key(gold.report.speaker)
            write_report(
                row, gold.report, version=version, key=key, language=gold.language, published=gold.published
            )
            session.flush()


def _join_copies(services: Services, session: Any, article: Article, gold: GoldReport) -> None:
    """The root of a group of copies is the one that came first, as with articles that are polled."""
    group = gold.copy_of or gold.document
    by = f"gold {group}"
    root = session.scalar(select(Article).where(Article.copy_by == by, Article.copy_of.is_(None)))
    article.copy_by = by
    if root is not None and root.id != article.id:
        article.copy_of = root.id


def partition(services: Services) -> frozenset[frozenset[int]]:
    """The reports that stand together in the ledger, possible duplicates with what they may be of."""
    groups: dict[int, set[int]] = defaultdict(set)
    with services.database.reading() as session:
        rows = session.execute(
            select(Appearance.statement_id, ReportRow.post_key).join(
                ReportRow, ReportRow.id == Appearance.report_id
            )
        )
        for statement, key in rows:
            groups[statement].add(int(key[1:]))
    return frozenset(frozenset(g) for g in groups.values())


def in_batches(reports: Sequence[GoldReport], sizes: Iterable[int]) -> Iterable[Sequence[GoldReport]]:
    """The reports cut into pieces of these sizes, over and over."""
    start = 0
    while start < len(reports):
        for size in sizes:
            if start < len(reports):
                yield reports[start : start + size]
            start += size
