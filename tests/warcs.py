"""WARC files for tests and benchmarks, made here: single records with any fault, and large files of noise
in which some pages of the made-up press are hidden, in the old encodings of their languages too.

The form is ISO 28500's: a head, a blank line, a block as long as the head says, two line ends; compressed
record by record. Heads are those that Common Crawl's files carry.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import tomllib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

NEWSROOM = Path(__file__).parent / "newsroom"
#: Encodings in which a planted page may be written, by its language, besides UTF-8.
OLD = {
    "ru": ("windows-1251", "koi8-r", "iso-8859-5"),
    "uk": ("windows-1251", "koi8-u"),
    "pl": ("iso-8859-2", "windows-1250"),
    "tr": ("iso-8859-9", "windows-1254"),
    "ar": ("windows-1256",),
    "zh": ("gb18030",),
    "en": ("windows-1252",),
    "fr": ("iso-8859-1",),
    "de": ("iso-8859-1",),
    "es": ("windows-1252",),
    "pt": ("iso-8859-1",),
    "it": ("iso-8859-1",),
}
#: Scripts of the noise: letters from which words are made. No word of any language's topic comes of them
#: but those that are put in on purpose.
LETTERS = {
    "latin": "aeiounrstldgvfhp",
    "cyrillic": "аеиоунрлдгвжзйпх",
    "arabic": "اورنلدهشجتفحط",
    "han": "的一是不了人我在有他这中大来上国个到说们为你时那得",
}
#: Words of other subjects that look like the topic's, one in so many pages has one.
ALIKE = ("Cluster", "dokument", "verstreut", "cassette", "fragmentation", "grappe", "кассета", "касета")
ONE_IN = 40


def record(
    block: bytes,
    kind: str = "response",
    url: str = "https://outlet.example/a",
    at: str = "2024-03-01T06:00:00Z",
    *,
    length: object = None,
    type_of: str = "application/http; msgtype=response",
    number: str | None = None,
    more: str = "",
) -> bytes:
    """One record as it lies in a file that is not compressed; ``length`` may lie."""
    name = number or str(uuid.uuid4())
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{name}>\r\nWARC-Date: {at}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {type_of}\r\n{more}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(
    body: bytes,
    status: str = "HTTP/1.1 200 OK",
    content_type: str | None = "text/html; charset=utf-8",
    more: str = "",
) -> bytes:
    """The block of a response record: a head as it came over the wire, and the body."""
    kind = f"Content-Type: {content_type}\r\n" if content_type is not None else ""
    return f"{status}\r\n{kind}{more}\r\n".encode() + body


def packed(raw: bytes, level: int = 6) -> bytes:
    """A record as a gzip member of its own."""
    return gzip.compress(raw, level, mtime=0)


def page(body: bytes, url: str = "https://outlet.example/a", **given: Any) -> bytes:
    """A response record with a page, compressed."""
    http = {name: given.pop(name) for name in ("status", "content_type") if name in given}
    return packed(record(response(body, **http), url=url, **given))


@dataclass(frozen=True)
class Planted:
    """A page of the made-up press as it stands in a file: its document, and the encoding of its bytes."""

    document: dict[str, Any]
    encoding: str
    body: bytes


#: So many of the Italian articles are enough: each is read in several encodings.
_ITALIAN = 69


@cache
def press() -> tuple[dict[str, Any], ...]:
    """The documents of the made-up press that concern the topic; in Italian, which it has none of, the short
    articles by which that language is tested."""
    gold = map(json.loads, (NEWSROOM / "gold.jsonl").read_text("utf-8").splitlines())
    concern = {row["id"] for row in gold if row["concerns"] and row["statements"]}
    rows = map(json.loads, (NEWSROOM / "documents.jsonl").read_text("utf-8").splitlines())
    short = tomllib.loads((NEWSROOM.parent / "articles_it.toml").read_text("utf-8"))["article"]
    italian = [_short(number, each["text"]) for number, each in enumerate(short[:_ITALIAN]) if each["found"]]
    return (*(row for row in rows if row["id"] in concern), *italian)


def _short(number: int, text: str) -> dict[str, Any]:
    body = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines())
    title = html.escape(text.partition(".")[0], quote=False)
    made = (
        f'<!doctype html><html lang="it"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="2024-06-05T08:00:00+02:00"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    url = f"https://giornale.example/2024/06/05/{number}"
    return {"id": f"it-{number}", "url": url, "language": "it", "html": made,
            "published": "2024-06-05T08:00:00+02:00"}  # fmt: skip


def in_encoding(text: str, encoding: str) -> bytes:
    """A page in an encoding that it declares; what the encoding lacks is written as an entity."""
    declared = text.replace('<meta charset="utf-8">', f'<meta charset="{encoding}">')
    return declared.encode(encoding, "xmlcharrefreplace")


def planted(number: int) -> list[Planted]:
    """So many pages of the press: every language and every encoding in turn."""
    ways: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for document in press():
        language = str(document["language"])
        for encoding in ("utf-8", *OLD.get(language, ())):
            ways.setdefault((language, encoding), []).append(document)
    chosen: list[Planted] = []
    used: set[str] = set()
    turn = 0
    while len(chosen) < number:
        for (_, encoding), documents in ways.items():
            left = [each for each in documents if each["id"] not in used] or documents
            document = left[turn % len(left)]
            used.add(document["id"])
            chosen.append(Planted(document, encoding, in_encoding(document["html"], encoding)))
        turn += 1
    return chosen[:number]


class Noise:
    """Pages of news on anything else, 10 to 100 kB, in four scripts, with the markup that sites have."""

    def __init__(self, seed: int = 1) -> None:
        self.rnd = random.Random(seed)
        self.pieces = {script: [self._piece(script) for _ in range(160)] for script in LETTERS}

    def _word(self, script: str) -> str:
        longest = 3 if script == "han" else 9
        return "".join(self.rnd.choices(LETTERS[script], k=self.rnd.randint(1, longest)))

    def _words(self, script: str, number: int) -> str:
        joint = "" if script == "han" else " "
        return joint.join(self._word(script) for _ in range(number))

    def _piece(self, script: str) -> bytes:
        """Some kilobytes of a page: a menu, or paragraphs, or a script."""
        rnd, word = self.rnd, self._word
        kind = rnd.random()
        if kind < 0.3:
            rows = "".join(
                f'<li class="menu-item depth-{rnd.randint(0, 3)}">'
                f'<a href="/{word("latin")}/{rnd.randint(1, 9999)}?from=nav&amp;p={rnd.randint(1, 99)}" '
                f'data-id="{rnd.getrandbits(32):x}">{word(script)}</a></li>\n'
                for _ in range(20)
            )
            return f'<ul class="{word("latin")}">{rows}</ul>\n'.encode()
        if kind < 0.5:
            values = {word("latin"): [self._words(script, 3), rnd.getrandbits(40)] for _ in range(25)}
            return f"<script>window.{word('latin')}={json.dumps(values)};</script>\n".encode()
        rows = "".join(
            f"<p>{self._words(script, rnd.randint(15, 60))}&nbsp;&#8211; {self._words(script, 9)}.</p>\n"
            for _ in range(6)
        )
        return f'<div class="article__{word("latin")}">{rows}</div>\n'.encode()

    def page(self) -> bytes:
        """One page."""
        rnd = self.rnd
        script = rnd.choice(("latin", "latin", "latin", "cyrillic", "arabic", "han"))
        goal = int(10_000 * 10 ** rnd.random())
        parts = [f"<!doctype html><html><head><title>{self._words(script, 6)}</title></head><body>".encode()]
        size = len(parts[0])
        while size < goal:
            parts.append(rnd.choice(self.pieces[script]))
            size += len(parts[-1])
        if rnd.random() < 1 / ONE_IN:
            parts.append(
                f"<p>{self._words(script, 5)} {rnd.choice(ALIKE)} {self._words(script, 5)}</p>".encode()
            )
        return b"".join(parts)


def large(
    out: IO[bytes],
    records: int,
    hidden: list[Planted],
    start: datetime,
    *,
    seed: int = 1,
    level: int = 6,
) -> list[int]:
    """Writes a compressed file of so many responses, with the hidden pages spread over it, and the offset of
    each of these. A warcinfo record stands at its head."""
    noise = Noise(seed)
    rnd = random.Random(seed)
    places = dict(zip(sorted(rnd.sample(range(records), len(hidden))), hidden, strict=True))
    out.write(packed(record(b"software: made-up\r\n", "warcinfo", type_of="application/warc-fields")))
    offsets = []
    for number in range(records):
        at = f"{start + timedelta(seconds=number // 10):%Y-%m-%dT%H:%M:%SZ}"
        name = str(uuid.UUID(int=(seed << 64) + number))
        found = places.get(number)
        if found is None:
            url, body, content_type = f"https://n{number % 97}.example/{number}", noise.page(), "text/html"
        else:
            offsets.append(out.tell())
            url, body = str(found.document["url"]), found.body
            content_type = f"text/html; charset={found.encoding}"
        block = response(body, content_type=content_type)
        out.write(packed(record(block, url=url, at=at, number=name), level))
    return offsets
