"""What to ask of the Wikidata query service, and what its answer says: questions and rows, no network.

An answer is JSON as the SPARQL standard has it (``results.bindings``, each value with a ``type``). A broken
answer is refused whole, by name; a row that cannot be used is counted under the name of what it lacks, and
the others go on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from monitor.officials.lexicon import data, territories
from monitor.officials.loading import day_of
from monitor.officials.names import latin
from monitor.officials.roles import parse_role
from monitor.officials.states import ORGANISATIONS

#: States of a whole answer besides those of the fetch, and what they mean for a person.
ANSWERS: Final[dict[str, str]] = {
    "ok": "asked and read",
    "not_json": "the answer is something else than JSON, for instance a page that tells of an error",
    "truncated": "the answer breaks off: the service ran out of time",
    "wrong_shape": "the answer is JSON, but not a table of results",
    "empty": "the answer has no row that can be used",
    "shrunk": "the answer lacks more than a tenth of what was known, so the old rows stay",
    "no_answer": "there is no saved answer for this kind",
}
#: Why a row is not taken, or not as it stands.
PROBLEMS: Final[dict[str, str]] = {
    "no_person": "no item of a person",
    "no_name": "a person without a label in any of the languages",
    "no_state": "no state's code",
    "no_start": "no day, month or year since when",
    "vague_date": "a date less exact than a year",
    "absurd_date": "a date that cannot be meant, or an end before the start",
    "end_unknown": "ended, but nobody tells when",
    "duplicate": "the same term twice",
    "open_though_succeeded": "no end, though somebody else came later: known for its first day only",
}
_ITEM: Final = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9]\d*)")
_TIME: Final = re.compile(r"([+-]?\d{4,})-(\d\d)-(\d\d)T")
_EARLIEST: Final = 1900
_WESTERN: Final = ("en", "fr", "de", "es", "it", "pt", "pl", "tr")


class BadAnswer(Exception):
    """An answer that is refused whole; ``state`` is its name."""

    def __init__(self, state: str, detail: str = "") -> None:
        super().__init__(detail or ANSWERS[state])
        self.state = state
        self.detail = detail


class _BadRow(Exception):
    """A row that is not taken; its text is the name of the problem."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of office: what it is called, what is asked, and which codes its posts may have here."""

    name: str
    office: str
    offices: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Found:
    """One term as Wikidata has it. ``since`` and ``until`` are days, months or years (``2024-03``);
    ``until`` is None for who is in office, ``known_on`` the last day on which that is known."""

    item: str
    name: str
    aliases: tuple[str, ...]
    state: str
    office: str
    title: str
    since: str
    until: str | None
    known_on: date | None
    kind: str


@dataclass(slots=True)
class Answer:
    """The rows of an answer, and how many others there were, by what they lack."""

    rows: list[Found] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds of office that are asked for."""
    return tuple(
        Kind(k["name"], k["office"], (k["office"], *k.get("offices", ())), k["where"].strip())
        for k in data("wikidata.toml")["kind"]
    )


def question(kind: Kind) -> str:
    """The SPARQL question of a kind: terms since 2008 with their dates, how exact these are, and names."""
    table = data("wikidata.toml")
    languages = ", ".join(f'"{code}"' for code in table["languages"])
    return f"""SELECT ?statement ?person ?position ?iso ?office (SAMPLE(?post) AS ?title)
 ?start ?startPrecision ?end ?endPrecision (SAMPLE(?death) AS ?died)
 (GROUP_CONCAT(DISTINCT ?named; SEPARATOR="|") AS ?names)
WHERE {{
{kind.where}
?person p:P39 ?statement . ?statement ps:P39 ?position ; wikibase:rank ?rank .
FILTER(?rank != wikibase:DeprecatedRank)
OPTIONAL {{ ?statement pq:P580 ?start .
 OPTIONAL {{ ?statement pqv:P580/wikibase:timePrecision ?startPrecision . }} }}
OPTIONAL {{ ?statement pq:P582 ?end .
 OPTIONAL {{ ?statement pqv:P582/wikibase:timePrecision ?endPrecision . }} }}
FILTER(!BOUND(?end) || !isLiteral(?end) || ?end >= "{table["since"]}T00:00:00Z"^^xsd:dateTime)
OPTIONAL {{ ?person wdt:P570 ?death . }}
OPTIONAL {{ ?position rdfs:label ?post . FILTER(LANG(?post) = "en") }}
OPTIONAL {{ ?person rdfs:label ?label . FILTER(LANG(?label) IN ({languages}))
 BIND(CONCAT(LANG(?label), "=", ?label) AS ?named) }}
}} GROUP BY ?statement ?person ?position ?iso ?office ?start ?startPrecision ?end ?endPrecision"""


def address(kind: Kind) -> str:
    """The URL that asks it."""
    query = urlencode({"query": question(kind), "format": "json"})
    return f"{data('wikidata.toml')['url']}?{query}"


def read_answer(body: bytes, kind: Kind, today: date) -> Answer:
    """An answer's rows. Raises BadAnswer (``not_json``, ``truncated``, ``wrong_shape``, ``empty``)."""
    answer = Answer()
    seen: set[tuple[str, str, str, str]] = set()
    for binding in _bindings(body):
        row = _row(binding, kind, today, answer.problems)
        if row is None:
            continue
        key = (row.item, row.state, row.office, row.since)
        if key in seen:
            answer.problems["duplicate"] += 1
            continue
        seen.add(key)
        answer.rows.append(row)
    if not answer.rows:
        raise BadAnswer("empty", ", ".join(f"{n} {name}" for name, n in answer.problems.items()))
    answer.rows = list(_not_open_for_ever(answer))
    return answer


def _bindings(body: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadAnswer("not_json", "not in UTF-8") from None
    if not text.startswith("{"):
        raise BadAnswer("not_json")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadAnswer("truncated") from None
    results = value.get("results")
    rows = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(rows, list):
        raise BadAnswer("wrong_shape")
    for row in rows:
        if isinstance(row, dict):
            yield row
        else:
            raise BadAnswer("wrong_shape")


def _row(binding: Mapping[str, Any], kind: Kind, today: date, problems: Counter[str]) -> Found | None:
    item = _ITEM.fullmatch(_value(binding, "person") or "")
    names = _names(_value(binding, "names") or "")
    state = _value(binding, "iso") or ""
    if item is None:
        problems["no_person"] += 1
    elif not names:
        problems["no_name"] += 1
    elif state not in territories() and state not in ORGANISATIONS:
        problems["no_state"] += 1
    else:
        try:
            since, until = _dates(binding, today)
        except _BadRow as error:
            problems[str(error)] += 1
            return None
        title = _value(binding, "title") or ""
        office = _office(kind, title, _value(binding, "office"))
        known_on = None if until else today
        return Found(item[1], names[0], names[1:], state, office, title, since, until, known_on, kind.name)
    return None


def _dates(binding: Mapping[str, Any], today: date) -> tuple[str, str | None]:
    """Start and end. Raises _BadRow with the name of the problem."""
    since = _date(binding, "start", today)
    if since is None:
        raise _BadRow("no_start")
    end = binding.get("end")
    if end is not None and not _is_literal(end):
        raise _BadRow("end_unknown")
    until = _date(binding, "end", today)
    if until is None and (died := _date(binding, "died", today)) is not None:
        until = died  # whoever died is in no office, whatever the statement lacks
    if until is not None and until[: len(since)] < since[: len(until)]:
        raise _BadRow("absurd_date")
    return since, until


def _date(binding: Mapping[str, Any], name: str, today: date) -> str | None:
    value = binding.get(name)
    if not _is_literal(value):
        return None
    match = _TIME.match(str(value["value"]))  # type: ignore[index]
    if match is None:
        raise _BadRow("absurd_date")
    exact = _precision(binding, f"{name}Precision")
    if exact < 9:
        raise _BadRow("vague_date")
    year, month, day = (int(part) for part in match.groups())
    if not _EARLIEST <= year <= today.year + 1:
        raise _BadRow("absurd_date")
    if exact == 9:
        return f"{year}"
    if exact == 10 and 1 <= month <= 12:
        return f"{year}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _BadRow("absurd_date") from None


def _precision(binding: Mapping[str, Any], name: str) -> int:
    """11 a day, 10 a month, 9 a year (Wikidata's time values); a day where it is not told."""
    value = _value(binding, name)
    return int(value) if value is not None and value.isascii() and value.isdigit() else 11


def _office(kind: Kind, title: str, told: str | None) -> str:
    if told in data("offices.toml")["offices"]:
        return str(told)
    if len(kind.offices) > 1 and title:
        role = parse_role(title, "en")
        if role is not None and role.office in kind.offices:
            return str(role.office)
    return kind.office


def _names(joined: str) -> tuple[str, ...]:
    """``en=…|ru=…`` to names, a Latin one first."""
    by_language: dict[str, str] = {}
    for part in joined.split("|"):
        language, sign, name = part.partition("=")
        name = " ".join(name.split())
        if sign and name and len(name) < 120:
            by_language.setdefault(language, name)
    order = [*_WESTERN, *(code for code in by_language if code not in _WESTERN)]
    names = list(dict.fromkeys(by_language[code] for code in order if code in by_language))
    if names and not latin(names[0]).isascii() and not any(char.isascii() for char in names[0]):
        names.insert(0, latin(names[0]))
    return tuple(dict.fromkeys(names))


def _not_open_for_ever(answer: Answer) -> Iterator[Found]:
    """Of a post that has one holder: who has no end though another came later is known for the first day
    only (statements that nobody ended are Wikidata's most usual fault)."""
    latest: dict[tuple[str, str, str], str] = {}
    for row in answer.rows:
        key = (row.state, row.office, row.title)
        latest[key] = max(latest.get(key, ""), row.since)
    for row in answer.rows:
        if row.until is None and row.since < latest[row.state, row.office, row.title]:
            answer.problems["open_though_succeeded"] += 1
            yield replace(row, known_on=day_of(row.since))
        else:
            yield row


def _value(binding: Mapping[str, Any], name: str) -> str | None:
    value = binding.get(name)
    found = value.get("value") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else None


def _is_literal(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") in {"literal", "typed-literal"} and "value" in value
