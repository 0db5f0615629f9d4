"""A Wayback Machine on loopback: a CDX server as its README describes it, captures replayed by ``id_``.

The index answers ``url`` with ``matchType``, ``from``/``to``, ``filter``, ``collapse``, ``limit`` with
``showResumeKey``/``resumeKey``, ``fl``, ``showNumPages``; collapsing begins anew in each answer. A capture
that was a redirect, or a time at which nothing was kept, is answered by a redirect, as replay does.
``faults`` are answered first, one a request: statuses, broken bodies, whatever a test wants to see survived.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

from servers import Reply, Request, WebServer

HOST = "web.archive.org"
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True)
class Kept:
    """A capture; ``location`` where it was a redirect, ``lost`` where replay has not what the index names."""

    original: str
    stamp: str
    body: bytes | str = b""
    mimetype: str = "text/html"
    status: str = "200"
    location: str = ""
    lost: bool = False

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body

    @property
    def row(self) -> dict[str, str]:
        digest = base64.b32encode(hashlib.sha1(self.content).digest()).decode()  # noqa: S324 - CDX's own
        values = (urlkey(self.original), self.stamp, self.original, self.mimetype, self.status, digest)
        return dict(zip(FIELDS, (*values, str(len(self.content))), strict=True))


def urlkey(url: str) -> str:
    """The address as the index sorts it (SURT): host reversed, without scheme, ``www.``, port."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    path = (parts.path or "/").lower()
    query = f"?{parts.query.lower()}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}){path.rstrip('/') if len(path) > 1 else path}{query}"


class CdxServer(WebServer):
    """Answers for web.archive.org; other hosts as WebServer does."""

    def __init__(self, kept: Iterable[Kept], *, block: int = 3_000) -> None:
        super().__init__({})
        self.kept = sorted(kept, key=lambda one: (urlkey(one.original), one.stamp))
        self.block = block
        self.faults: list[Reply | None] = []
        self.replay_faults: list[Reply | None] = []
        self.odd_rows: list[list[str]] = []

    def find(self, request: Request) -> Reply:
        if request.host != HOST:
            return super().find(request)
        path, _, query = request.path.partition("?")
        faults = self.faults if path == "/cdx/search/cdx" else self.replay_faults
        if faults and (fault := faults.pop(0)) is not None:
            return fault
        if path == "/cdx/search/cdx":
            return self._index(parse_qs(query, keep_blank_values=True))
        if path == "/robots.txt":
            return Reply("User-agent: *\nDisallow: /\n", "text/plain")
        return self._replay(request.path)

    # --- the index ---------------------------------------------------------------------------------------

    def _index(self, given: dict[str, list[str]]) -> Reply:
        url, match = given["url"][0], given.get("matchType", ["exact"])[0]
        rows = [one.row for one in self.kept if _matches(urlkey(one.original), urlkey(url), match)]
        if given.get("showNumPages") == ["true"]:
            size = self.block * int(given.get("pageSize", ["50"])[0])
            count = str(-(-len(rows) // size))
            body = json.dumps([["numpages"], [count]]) if given.get("output") == ["json"] else count
            return _packed(body)
        since, until = given.get("from", ["0"])[0].ljust(14, "0"), given.get("to", ["9"])[0].ljust(14, "9")
        rows = [row for row in rows if since <= row["timestamp"] <= until]
        for condition in given.get("filter", []):
            field, _, pattern = condition.removeprefix("!").partition(":")
            wanted = not condition.startswith("!")
            rows = [row for row in rows if bool(re.fullmatch(pattern, row[field])) is wanted]
        if "resumeKey" in given:
            key, stamp = unquote_plus(given["resumeKey"][0]).removesuffix("!").rsplit(" ", 1)
            rows = [row for row in rows if (row["urlkey"], row["timestamp"]) > (key, stamp)]
        return self._answer(_collapsed(rows, given.get("collapse", [])), given)

    def _answer(self, rows: Sequence[dict[str, str]], given: dict[str, list[str]]) -> Reply:
        limit = int(given.get("limit", ["150000"])[0])
        fields = given["fl"][0].split(",") if "fl" in given else list(FIELDS)
        shown, more = (rows[:limit], len(rows) > limit) if limit >= 0 else (rows[limit:], False)
        lines = [[row[field] for field in fields] for row in shown] + self.odd_rows
        key = f"{shown[-1]['urlkey']} {shown[-1]['timestamp']}!" if shown else ""
        table = [fields, *lines] if lines else []
        if more and given.get("showResumeKey") == ["true"]:
            table += [[], [quote_plus(key)]]
        return _packed(json.dumps(table))

    # --- replay ------------------------------------------------------------------------------------------

    def _replay(self, path: str) -> Reply:
        found = re.fullmatch(r"/web/(\d{1,14})id_/(.+)", path, re.DOTALL)
        if found is None:
            return Reply("not found", "text/plain", 404)
        stamp, url = found[1], found[2]
        there = [one for one in self.kept if urlkey(one.original) == urlkey(url)]
        exact = [one for one in there if one.stamp == stamp]
        if not there or (exact and exact[0].lost):
            return Reply("This page has not been archived.", "text/html", 404)
        if not exact:
            nearest = min(there, key=lambda one: abs(int(one.stamp) - int(stamp.ljust(14, "0"))))
            return Reply(status=302, headers={"Location": f"/web/{nearest.stamp}id_/{nearest.original}"})
        if exact[0].location:
            return Reply(status=302, headers={"Location": f"/web/{stamp}id_/{exact[0].location}"})
        headers = {"x-archive-orig-date": "-", "memento-datetime": exact[0].stamp}
        return Reply(exact[0].content, exact[0].mimetype, headers=headers)


def _matches(key: str, wanted: str, match: str) -> bool:
    host = wanted.partition(")")[0]
    if match == "host":
        return key.startswith(f"{host})")
    if match == "domain":
        return key.startswith((f"{host})", f"{host},"))
    return key.startswith(wanted.rstrip("/")) if match == "prefix" else key == wanted


def _collapsed(rows: Sequence[dict[str, str]], by: Sequence[str]) -> list[dict[str, str]]:
    """Adjacent lines that share the field, or its first letters, are one: the first."""
    kept: list[dict[str, str]] = []
    for row in rows:
        same = bool(kept) and any(
            kept[-1][field][: int(length or 99)] == row[field][: int(length or 99)]
            for field, _, length in (one.partition(":") for one in by)
        )
        if not same:
            kept.append(row)
    return kept


def _packed(body: str) -> Reply:
    return Reply(gzip.compress(body.encode()), "application/json", headers={"Content-Encoding": "gzip"})
