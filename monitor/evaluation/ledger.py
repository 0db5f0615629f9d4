"""The ledger against answers: is each statement told once, and are its reports joined rightly?

A gold key is one statement; its rows in several documents are its reports. A ledger statement answers a
row when one of its appearances is that document and speaker and words agree. B-cubed precision and recall
(Bagga and Baldwin 1998) are taken over the reports that were found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from monitor.evaluation.match import is_official, pairs

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Report:
    """One gold report with the ledger's statement that answers it (None: not found)."""

    document: str
    key: str
    language: str
    official: bool
    fresh: bool
    text: str
    statement: str | None


def evaluate_ledger(gold: Sequence[Row], statements: Sequence[Row]) -> dict[str, Any]:
    """Compares gold rows (one a document) with statements as ``statements --format json`` prints them.

    Gives ``alerts_per_statement``, ``missed``, ``false_alerts``, ``b_cubed``, ``wrongly_merged``,
    ``wrongly_split``, ``across_languages`` and ``failures`` with the pairs that failed.
    """
    reports, answered = _answers(gold, statements)
    found = [r for r in reports if r.statement is not None]
    failures = list(_failed_pairs(found))
    told = {str(s["id"]): s["alert"]["state"] in ("told", "queued") for s in statements}
    wanted = {r.key for r in reports if r.official and r.fresh}
    alerts: dict[str, set[str]] = defaultdict(set)
    for report in found:
        if report.key in wanted and told.get(report.statement or ""):
            alerts[report.key].add(report.statement or "")
    seen = {r.key for r in found if r.key in wanted}
    for key in sorted(wanted - seen):
        texts = [r for r in reports if r.key == key]
        failures.append(_failure("missed", texts[0].document, key, texts[0].text))
    for key, ids in sorted(alerts.items()):
        if len(ids) > 1:
            failures.append(_failure("told twice", "", key, ", ".join(sorted(ids))))
    false = [s for s in statements if told[str(s["id"])] and str(s["id"]) not in answered]
    for statement in false:
        words = statement["passages"][0]["text"] if statement["passages"] else ""
        failures.append(_failure("false alert", _document(statement), str(statement["id"]), words))
    total = sum(len(ids) for ids in alerts.values())
    return {
        "statements": len(wanted),
        "told": len(alerts),
        "alerts": total,
        "alerts_per_statement": _share(total, len(alerts)),
        "missed": len(wanted - seen),
        "missed_share": _share(len(wanted - seen), len(wanted)),
        "not_told": len(seen - set(alerts)),
        "false_alerts": len(false),
        "reports": {"gold": len(reports), "found": len(found)},
        "wrongly_merged": sum(f["what"] == "wrongly merged" for f in failures),
        "wrongly_split": sum(f["what"] == "wrongly split" for f in failures),
        "b_cubed": _b_cubed(found),
        "across_languages": _across(found),
        "failures": failures,
    }


def _answers(gold: Sequence[Row], statements: Sequence[Row]) -> tuple[list[_Report], set[str]]:
    by_document: dict[str, list[Row]] = defaultdict(list)
    for statement in statements:
        for document in {a["document"] for a in statement["appearances"] if a["document"]}:
            by_document[document].append(_seen_in(statement, document))
    reports: list[_Report] = []
    answered: set[str] = set()
    for row in gold:
        document, language = str(row["id"]), str(row.get("language") or "en")
        wanted, found = list(row.get("statements", ())), by_document[document]
        plain = [{**w, "post": None} for w in wanted]
        matched = {j: str(found[i]["id"]) for i, j in _all_pairs(found, plain, language)}
        answered |= set(matched.values())
        for j, statement in enumerate(wanted):
            if statement.get("optional"):
                continue
            reports.append(
                _Report(
                    document,
                    statement["key"],
                    language,
                    is_official(statement),
                    statement["reporting"] == "new",
                    statement["passages"][0]["text"] if statement["passages"] else "",
                    matched.get(j),
                )
            )
    return reports, answered


def _all_pairs(found: Sequence[Row], gold: Sequence[Row], language: str) -> list[tuple[int, int]]:
    """As ``pairs``; rows that are left may be of a statement that another row has taken (two posts)."""
    first = pairs(found, gold, language)
    taken = {j for _, j in first}
    left = [j for j in range(len(gold)) if j not in taken]
    again = [(i, left[k]) for i, k in pairs(found, [gold[j] for j in left], language)]
    return first + again


def _seen_in(statement: Row, document: str) -> dict[str, Any]:
    """A statement as one document has it: only the passages of that document's article."""
    articles = {a["article"] for a in statement["appearances"] if a["document"] == document}
    passages = [p for p in statement["passages"] if p["article"] in articles]
    return {**statement, "passages": passages, "post": None}


def _document(statement: Row) -> str:
    return str(statement["appearances"][0]["document"] or "") if statement["appearances"] else ""


def _failed_pairs(found: Sequence[_Report]) -> Iterable[dict[str, str]]:
    for a, b in combinations(found, 2):
        if (a.key == b.key) == (a.statement == b.statement):
            continue
        what = "wrongly split" if a.key == b.key else "wrongly merged"
        yield _failure(
            what, f"{a.document} {b.document}", f"{a.key} | {b.key}", f"{a.text[:70]} | {b.text[:70]}"
        )


def _b_cubed(found: Sequence[_Report]) -> dict[str, float | None]:
    if not found:
        return {"precision": None, "recall": None, "f1": None}
    precision = recall = 0.0
    for a in found:
        cluster = [b for b in found if b.statement == a.statement]
        truth = [b for b in found if b.key == a.key]
        both = sum(b.key == a.key for b in cluster)
        precision += both / len(cluster)
        recall += both / len(truth)
    p, r = precision / len(found), recall / len(found)
    return {
        "precision": round(p, 4),
        "recall": round(r, 4),
        "f1": round(2 * p * r / (p + r), 4) if p + r else None,
    }


def _across(found: Sequence[_Report]) -> dict[str, Any]:
    """Pairs of reports of one statement in two languages, and how many of them were joined."""
    same = [(a, b) for a, b in combinations(found, 2) if a.key == b.key and a.language != b.language]
    joined = sum(a.statement == b.statement for a, b in same)
    return {"pairs": len(same), "joined": joined, "recall": _share(joined, len(same))}


def _failure(what: str, document: str, key: str, text: str) -> dict[str, str]:
    return {"stage": "ledger", "document": document, "what": what, "text": f"{key}: {text}"}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
