"""The measures: topic, statements, fields, rules, and the list of what went wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.evaluation.match import is_official, pairs, passages_meet, same_speaker, same_words, shares_words

Row = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Counts of one kind of finding."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def figures(self) -> dict[str, Any]:
        """Precision, recall and F1 with their counts; None where nothing is to divide."""
        precision = _share(self.right, self.right + self.wrong)
        recall = _share(self.right, self.right + self.missed)
        both = (precision or 0) + (recall or 0)
        f1 = round(2 * (precision or 0) * (recall or 0) / both, 4) if both else None
        return {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


@dataclass(slots=True)
class _Count:
    topic: Tally = field(default_factory=Tally)
    central: Tally = field(default_factory=Tally)
    official: Tally = field(default_factory=Tally)
    every: Tally = field(default_factory=Tally)
    by_language: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    wrong_speaker: int = 0
    wrong_state: int = 0
    held: int = 0
    held_right: int = 0
    fields: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    positions: Tally = field(default_factory=Tally)
    passages: Tally = field(default_factory=Tally)
    rules: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    failures: list[dict[str, Any]] = field(default_factory=list)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def evaluate_documents(gold: Sequence[Row], analyses: Mapping[str, Row]) -> dict[str, Any]:
    """Compares analyses (as printed by ``analyze --json``, by document id) with gold rows.

    Gives ``topic``, ``statements`` (official ones; ``all`` with every kind; ``by_language``;
    ``wrong_speaker``), ``fields`` over the matched pairs, ``rules`` and ``failures``. Optional gold rows
    count neither way. Held reports are not found; those that would have been right are counted.
    """
    count = _Count()
    for row in gold:
        analysis = analyses.get(str(row["id"]))
        if analysis is None:
            _fail(count, "document", row, "no analysis", "")
            continue
        _topic(count, row, analysis)
        _statements(count, row, analysis)
    return {
        "topic": {**count.topic.figures(), "main_and_part": count.central.figures()},
        "statements": {
            **count.official.figures(),
            "all": count.every.figures(),
            "by_language": {code: tally.figures() for code, tally in sorted(count.by_language.items())},
            "wrong_speaker": count.wrong_speaker,
            "wrong_state": count.wrong_state,
            "held": count.held,
            "held_right": count.held_right,
            "passages": count.passages.figures(),
        },
        "fields": {
            **{name: _accuracy(values) for name, values in sorted(count.fields.items())},
            "positions": count.positions.figures(),
        },
        "rules": [
            {"rule": rule, "used": len(values), "right": sum(values)}
            for rule, values in sorted(count.rules.items(), key=lambda item: -len(item[1]))
        ],
        "failures": count.failures,
    }


def _accuracy(values: Sequence[bool]) -> dict[str, Any]:
    return {"right": sum(values), "of": len(values), "share": _share(sum(values), len(values))}


def _fail(count: _Count, stage: str, row: Row, what: str, text: str) -> None:
    count.failures.append({"stage": stage, "document": str(row["id"]), "what": what, "text": text})


def _topic(count: _Count, row: Row, analysis: Row) -> None:
    wanted, got = bool(row.get("concerns")), bool(analysis["concerns"])
    for tally in (count.topic, *((count.central,) if row.get("centrality") in ("main", "part") else ())):
        if wanted and got:
            tally.right += 1
        elif got:
            tally.wrong += 1
        elif wanted:
            tally.missed += 1
    if wanted != got:
        _fail(count, "topic", row, "missed" if wanted else "false", str(analysis.get("title") or ""))


def _statements(count: _Count, row: Row, analysis: Row) -> None:
    language = str(row.get("language") or analysis.get("language") or "en")
    gold = list(row.get("statements", ()))
    every = list(analysis["statements"])
    found = [one for one in every if one.get("held") is None]
    held = [one for one in every if one.get("held") is not None]
    count.held += len(held)
    matched = pairs(found, gold, language)
    by_found, by_gold = dict(matched), {j: i for i, j in matched}
    rescued = {j for _, j in pairs(held, gold, language)} - set(by_gold)
    count.held_right += len(rescued)
    for j, wanted in enumerate(gold):
        if wanted.get("optional"):
            continue
        _recall(count, row, wanted, by_gold.get(j), language, j in rescued)
    for i, one in enumerate(found):
        _precision(count, row, one, gold, by_found.get(i), language)
    for i, j in matched:
        _fields(count, row, found[i], gold[j])


def _recall(count: _Count, row: Row, wanted: Row, matched: int | None, language: str, held: bool) -> None:
    tallies = [count.every]
    if is_official(wanted):
        tallies += [count.official, count.by_language[language]]
    for tally in tallies:
        if matched is not None:
            tally.right += 1
        else:
            tally.missed += 1
    if matched is None:
        name = "official" if is_official(wanted) else str(wanted.get("kind"))
        what = f"{'held' if held else 'missed'} ({name}): {wanted['speaker']}"
        _fail(count, "statements", row, what, wanted["passages"][0]["text"] if wanted["passages"] else "")


def _precision(
    count: _Count, row: Row, one: Row, gold: Sequence[Row], matched: int | None, language: str
) -> None:
    right = matched is not None or any(
        same_speaker(one, other, language) and passages_meet(one, other) for other in gold
    )
    for passage in one["passages"]:
        count.rules[passage["rule"]].append(right)
    if right:
        return
    count.every.wrong += 1
    if is_official(one):
        count.official.wrong += 1
        count.by_language[language].wrong += 1
    other = next((two for two in gold if same_words(one, two)), None)
    what = f"false ({one['kind']}): {one['speaker']}"
    if other is not None:
        count.wrong_speaker += 1
        what = f"wrong speaker ({one['kind']}): {one['speaker']} for {other['speaker']}"
    _fail(count, "statements", row, what, one["passages"][0]["text"])


def _fields(count: _Count, row: Row, one: Row, wanted: Row) -> None:
    for name in ("state", "kind", "reporting", "said_on"):
        if name == "said_on" and wanted.get(name) is None:
            if one.get(name) is not None:
                count.fields["said_on_invented"].append(True)
            continue
        right = one.get(name) == wanted.get(name)
        count.fields[name].append(right)
        if name == "state" and not right:
            count.wrong_state += 1
        if not right:
            _fail(
                count, "fields", row,
                f"{name} of {wanted['speaker']}: {one.get(name)} for {wanted.get(name)}",
                one["passages"][0]["text"],
            )  # fmt: skip
    mine: Counter[str] = Counter(one["positions"])
    theirs: Counter[str] = Counter(wanted.get("positions", ()))
    count.positions.right += (mine & theirs).total()
    count.positions.wrong += (mine - theirs).total()
    count.positions.missed += (theirs - mine).total()
    if mine != theirs:
        _fail(
            count, "positions", row,
            f"{wanted['speaker']}: {', '.join(sorted(mine))} for {', '.join(sorted(theirs))}",
            one["passages"][0]["text"],
        )  # fmt: skip
    _passages(count, row, one, wanted)


def _passages(count: _Count, row: Row, one: Row, wanted: Row) -> None:
    for passage in wanted["passages"]:
        same = next((p for p in one["passages"] if shares_words(p["text"], passage["text"])), None)
        if same is None:
            count.passages.missed += 1
            _fail(
                count, "passages", row, f"missed of {wanted['speaker']} ({passage['kind']})", passage["text"]
            )
        else:
            count.passages.right += 1
            count.fields["passage_kind"].append(same["kind"] == passage["kind"])
            if passage.get("fidelity"):
                count.fields["fidelity"].append(same["fidelity"] == passage["fidelity"])
    for passage in one["passages"]:
        if not any(
            shares_words(other["text"], passage["text"]) or shares_words(passage["text"], other["text"])
            for other in wanted["passages"]
        ):
            count.passages.wrong += 1
            _fail(
                count, "passages", row, f"false of {wanted['speaker']} ({passage['rule']})", passage["text"]
            )
