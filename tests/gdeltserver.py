"""GDELT's DOC 2.0 API on loopback: artlist and timelinevolraw, with its refusals as text under status 200.

Searched are the articles' ``text``s (which stand for its English translations): alternatives in brackets,
phrases in quotation marks. ``faults`` are answered first, one a request; ``pace``: seconds between two.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs

from servers import Reply, Request, WebServer

HOST = "api.gdeltproject.org"
BUSY = "Please limit requests to one every 5 seconds or write to us for larger queries."


@dataclass(frozen=True)
class Seen:
    """An article of the index; ``raw`` stands in its place in the answer."""

    url: str
    at: str
    text: str = "cluster munitions"
    language: str = "English"
    title: str = "A title"
    raw: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=UTC)

    @property
    def record(self) -> str:
        host = self.url.partition("//")[2].partition("/")[0]
        return self.raw or json.dumps(
            {
                "url": self.url, "url_mobile": "", "title": self.title,
                "seendate": f"{self.moment:%Y%m%dT%H%M%SZ}",
                "socialimage": "", "domain": host, "language": self.language, "sourcecountry": "",
            }
        )  # fmt: skip


class GdeltServer(WebServer):
    """Answers for api.gdeltproject.org."""

    def __init__(self, seen: Iterable[Seen], *, pace: float = 0.0, shortest: int = 0) -> None:
        super().__init__({})
        self.seen = list(seen)
        self.pace = pace
        self.shortest = shortest
        self.faults: list[Reply | None] = []
        self.steps: list[tuple[str, datetime, datetime]] = []

    def find(self, request: Request) -> Reply:
        path, _, query = request.path.partition("?")
        if request.host != HOST or path != "/api/v2/doc/doc":
            return Reply("not found", "text/plain", 404)
        if self.faults and (fault := self.faults.pop(0)) is not None:
            return fault
        before = [one.at for one in self.requests if one is not request]
        if before and request.at - before[-1] < self.pace:
            return _said(BUSY)
        return self._answer({name: values[0] for name, values in parse_qs(query).items()})

    def _answer(self, given: dict[str, str]) -> Reply:
        query = given["query"]
        if not 3 <= len(query) <= 250:
            return _said("Your query was too short or too long.")
        if " OR " in query and not re.fullmatch(r"\(.*\)", query):
            return _said("Queries containing OR'd terms must be surrounded by ().")
        words = [word.strip() for word in query.strip("()").split(" OR ")]
        for word in words:
            if word.startswith('"') and not re.search(r"[ -]", word):
                return _said("The specified phrase is too short.")
            if not word.startswith('"') and not word.isalnum():
                return _said("One or more of your keywords contained an illegal character.")
        start, end = (_moment(given[name]) for name in ("startdatetime", "enddatetime"))
        if start < datetime(2017, 1, 1, tzinfo=UTC):
            return _said("Invalid query start date.")
        if (end - start).total_seconds() < self.shortest - 1:
            return _said("Timespan is too short.")
        self.steps.append((query, start, end))
        plain = [word.strip('"') for word in words]
        found = [one for one in self.seen if start <= one.moment <= end and _says(one.text, plain)]
        found.sort(key=lambda one: one.at)
        if given["mode"] == "timelinevolraw":
            days = Counter(one.moment.replace(hour=0, minute=0, second=0) for one in found)
            data = [
                {"date": f"{day:%Y%m%dT%H%M%SZ}", "value": n, "norm": 1_000}
                for day, n in sorted(days.items())
            ]
            return Reply(
                json.dumps({"timeline": [{"series": "Article Count", "data": data}]}), "application/json"
            )
        records = ", ".join(one.record for one in found[: min(int(given.get("maxrecords", 75)), 250)])
        return Reply(f'{{"articles": [{records}]}}' if records else "{}", "application/json; charset=utf-8")


def _says(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _said(words: str) -> Reply:
    return Reply(words, "text/html; charset=utf-8")
