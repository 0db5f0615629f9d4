"""Statements that may be one, though they were told in different languages: pairs for a person to look at.

Off unless asked for (``review suggest``), since it needs the extra ``semantic``. It changes nothing: who
agrees says so by ``review merge``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, product
from typing import Final

from extractors.sentences import sentences_of
from monitor.identity.decide import opposed
from monitor.identity.meaning import CLOSE, Closest, Vector, centred, closest, mean_of
from monitor.ports import Embedder
from monitor.store.database import Session
from monitor.store.questions import statements_between
from monitor.store.schema import ReportRow, StatementRow
from monitor.store.statements import reports_by_statement

#: Days that may lie between the two: one reporter's "Tuesday" is another's Wednesday.
DAYS: Final = 3
#: Sentences of one statement in one language that are compared at most, and the letters that make one.
MOST: Final = 12
_LETTERS: Final = 15


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two statements of one state, with the two sentences that say the same, and how close they lie."""

    first: str
    second: str
    cosine: float
    words: tuple[str, str]
    languages: tuple[str, str]


#: A sentence's number with its vector, and those of a statement by language.
_Placed = tuple[int, Vector]
_ByLanguage = Mapping[str, Sequence[_Placed]]


@dataclass(frozen=True, slots=True)
class _Sentence:
    statement: int
    language: str
    text: str


def suggest(session: Session, embedder: Embedder, since: datetime) -> list[Suggestion]:
    """Pairs of statements first seen since then, the closest first.

    Of one state and one kind, at most three days apart, not of opposite positions, each with words in a
    language that the other lacks; rejected ones are left out.
    """
    rows = [r for r in statements_between(session, None, None, since) if r.review != "rejected"]
    reports = reports_by_statement(session, [row.id for row in rows])
    sentences = [
        one
        for row in rows
        for language, texts in _texts(reports.get(row.id, ())).items()
        if language in embedder.languages
        for one in _sentences(row.id, language, texts)
    ]
    texts = [one.text for one in sentences]
    vectors = centred(embedder.vectors(texts), mean_of(embedder.name))
    of: dict[int, dict[str, list[_Placed]]] = defaultdict(lambda: defaultdict(list))
    for number, (one, vector) in enumerate(zip(sentences, vectors, strict=True)):
        of[one.statement][one.language].append((number, vector))
    found = []
    for first, second in combinations(rows, 2):
        best = _closest(of[first.id], of[second.id]) if _may_be_one(first, second) else None
        if best is not None and best.cosine >= CLOSE:
            a, b = sentences[best.first], sentences[best.second]
            found.append(
                Suggestion(
                    f"s{first.id}", f"s{second.id}", round(best.cosine, 3), (a.text, b.text),
                    (a.language, b.language),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.cosine, one.first, one.second))


def _closest(first: _ByLanguage, second: _ByLanguage) -> Closest | None:
    """The two sentences in different languages that lie closest."""
    pairs = [
        closest(mine, theirs)
        for (language, mine), (other, theirs) in product(first.items(), second.items())
        if language != other
    ]
    return max(filter(None, pairs), key=lambda pair: pair.cosine, default=None)


def _may_be_one(first: StatementRow, second: StatementRow) -> bool:
    if (first.state, first.kind) != (second.state, second.kind) or opposed(first.positions, second.positions):
        return False
    one, other = _day(first), _day(second)
    return abs((one - other).days) <= DAYS


def _day(row: StatementRow) -> date:
    return row.said_on or row.said_to or row.first_seen.date()


def _texts(reports: Sequence[ReportRow]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        if report.language:
            texts[report.language] += [p.text for p in report.passages]
    return texts


def _sentences(statement: int, language: str, texts: Sequence[str]) -> list[_Sentence]:
    spoken = [span.of(text).strip() for text in texts for span in sentences_of(text, language)]
    kept = [words for words in dict.fromkeys(spoken) if len(words) >= _LETTERS]
    return [_Sentence(statement, language, words) for words in kept[:MOST]]
