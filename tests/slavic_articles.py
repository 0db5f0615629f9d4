"""Short made-up articles with what stands in them, read from ``articles_XX.toml``, and their check."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.analysis import analyse
from monitor.analysis.documents import document_from_dict
from monitor.model import Passage, Report
from monitor.officials import Register

NOW = datetime(2024, 6, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Expected:
    """One line of an article's ``found``."""

    who: str
    kind: str
    state: str | None
    words: str
    day: str | None

    @classmethod
    def of(cls, line: str) -> Expected:
        who, kind, state, words, *day = (part.strip() for part in line.split("|"))
        return cls(who, kind, None if state == "-" else state, words, day[0] if day else None)


def articles(language: str) -> list[dict[str, Any]]:
    path = Path(__file__).parent / f"articles_{language}.toml"
    found: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["article"]
    return found


def check(article: dict[str, Any], language: str, register: Register) -> None:
    """Every expected statement is there, by that speaker; nobody speaks who must not."""
    published = article.get("published", "2024-06-05")
    row = {
        "id": "x", "text": article.get("text"), "summary": article.get("summary"),
        "language": language, "published": published,
        "title": article.get("title"), "outlet": article.get("outlet"), "url": article.get("url"),
    }  # fmt: skip
    reports = analyse(document_from_dict(row), register=register, now=NOW).reports
    passages = [(report, passage) for report in reports for passage in report.passages]
    expected = [Expected.of(line) for line in article["found"]]
    for one in expected:
        report = _report(one, passages)
        assert (report.speaker.kind, report.speaker.state) == (one.kind, one.state), one
        if one.day is not None:
            assert str(report.said.on) == one.day, one
    if article.get("only"):
        names = {one.who.lower() for one in expected}
        assert {r.speaker.name.lower() for r in reports if r.held is None} <= names
    for name in article.get("never", ()):
        assert name not in {report.speaker.name for report in reports}
    for words in article.get("without", ()):
        assert not any(words in passage.text for _, passage in passages), words


def _report(one: Expected, passages: list[tuple[Report, Passage]]) -> Report:
    near = [(r.speaker.name, r.held) for r, p in passages if one.words in p.text]
    for report, passage in passages:
        named = report.held is None and report.speaker.name.lower() == one.who.lower()
        if named and one.words in passage.text:
            return report
    raise AssertionError(f"{one} is not found, but {near}")
