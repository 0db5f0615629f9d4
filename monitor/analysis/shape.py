"""An analysis as the object that the commands print (see the contract in the documentation)."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitor.model import (
    Analysis,
    Document,
    Evidence,
    Held,
    Passage,
    PostVerdict,
    Problem,
    Report,
    Titles,
    When,
)


def analysis_to_dict(analysis: Analysis, document: Document, with_text: bool = False) -> dict[str, Any]:
    """The analysis as plain values ready for JSON; ``with_text`` adds the article's body."""
    page = analysis.page
    shaped: dict[str, Any] = {
        "id": document.id,
        "url": document.url or page.canonical_url,
        "language": page.language,
        "title": page.title or document.title,
        "titles": _titles(page.titles),
        "form": page.form,
        "published": when_to_dict(page.published),
        "concerns": analysis.verdict.concerns,
        "centrality": analysis.verdict.centrality,
        "evidence": [_evidence(row) for row in analysis.verdict.evidence],
        "posts": [_post(row) for row in analysis.posts],
        "statements": [report_to_dict(row) for row in analysis.reports],
        "problems": [_problem(row) for row in analysis.problems],
    }
    if page.published is not None and page.published.precision == "month":
        shaped["published_month"] = f"{page.published.value:%Y-%m}"  # given so, and no day
    if with_text:
        shaped["text"] = page.text
    return shaped


def when_to_dict(when: When | None) -> dict[str, str] | None:
    """A moment with how exact it is and where it was read."""
    if when is None:
        return None
    if when.precision == "month":
        return None  # a month is no day
    return {"value": when.value.isoformat(), "precision": when.precision, "source": when.source}


def report_to_dict(report: Report) -> dict[str, Any]:
    """One report as the analysis lists it."""
    speaker, said = report.speaker, report.said
    return {
        "post": report.post,
        "speaker": speaker.name,
        "speaker_en": speaker.name_en,
        "official": speaker.official,
        "role": speaker.role,
        "office": speaker.office,
        "body": speaker.body,
        "state": speaker.state,
        "kind": speaker.kind,
        "said_on": _day(said.on),
        "said_from": _day(said.earliest or said.on),
        "said_to": _day(said.latest or said.on),
        "reporting": report.reporting,
        "venue": report.venue,
        "positions": list(report.positions),
        "passages": [_passage(row) for row in report.passages],
        "confidence": report.confidence,
        "held": _held(report.held),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _titles(titles: Titles) -> dict[str, str | None]:
    return {"h1": titles.h1, "og": titles.og, "jsonld": titles.jsonld}


def _evidence(row: Evidence) -> dict[str, Any]:
    return {"text": row.text, "in": row.where, "start": row.start, "end": row.end}


def _post(row: PostVerdict) -> dict[str, Any]:
    post = row.post
    return {
        "index": post.index,
        "time": post.time.value.isoformat() if post.time else None,
        "headline": post.headline,
        "byline": post.byline,
        "url": post.url,
        "start": post.start,
        "end": post.end,
        "concerns": row.verdict.concerns,
    }


def _passage(row: Passage) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "text": row.text,
        "in": row.where,
        "start": row.start,
        "end": row.end,
        "fidelity": row.fidelity,
        "rule": row.rule,
    }


def _held(held: Held | None) -> dict[str, str] | None:
    return None if held is None else {"reason": held.reason, "detail": held.detail}


def _problem(row: Problem) -> dict[str, str]:
    return {"code": row.code, "detail": row.detail}
