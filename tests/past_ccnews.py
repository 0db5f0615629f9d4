"""Common Crawl's news archive with something in it, on loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from archiving import Example, at, built, reaching, window
from ccserver import Bucket, bucket
from warcs import packed, page, planted, record

HOST = "data.commoncrawl.org"
#: Small, so that a small file has several blocks.
BLOCK = 12_000
GENTLE = {"pause": 0.0, "first_wait": 0.01, "longest_wait": 1.0, "block": BLOCK}


def months() -> list[tuple[int, int]]:
    """All months that have a list."""
    return [(m // 12, m % 12 + 1) for m in range(2016 * 12 + 7, 2026 * 12 + 11)]


def name_of(begun: datetime, number: int = 1) -> str:
    return f"crawl-data/CC-NEWS/{begun:%Y/%m}/CC-NEWS-{begun:%Y%m%d%H%M%S}-{number:05}.warc.gz"


def archive_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the bucket holds: these files by their names, and a list for each month."""
    lists = dict.fromkeys(months(), "")
    for name in sorted(files):
        lists[int(name[19:23]), int(name[24:26])] += f"{name}\n"
    served = {f"/{name}": body for name, body in files.items()}
    for (year, month), lines in lists.items():
        path = f"/crawl-data/CC-NEWS/{year:04}/{month:02}/warc.paths.gz"
        served[path] = gzip.compress(lines.encode())
    return served


def pages_of(begun: datetime, number: int, first: int = 0) -> tuple[bytes, list[str]]:
    """A file of so many pages of the press among as many others, and the keys of the first."""
    made = [packed(record(b"software: made-up\r\n", "warcinfo", type_of="application/warc-fields"))]
    keys = []
    for count, each in enumerate(planted(first + number)[first:]):
        when = f"{begun:%Y-%m-%d}T{begun.hour:02}:{begun.minute + count % 10:02}:59Z"
        kind = f"text/html; charset={each.encoding}"
        key = f"{begun:%Y%m%d}-{count}"
        keys.append(f"urn:uuid:{key}")
        made.append(page(each.body, each.document["url"], at=when, content_type=kind, number=key))
        made.append(page(b"<p>Rain is expected on Sunday.</p>" * 40, at=when))
    return b"".join(made), keys


@contextmanager
def served(files: Mapping[str, bytes]) -> Iterator[tuple[Bucket, dict[str, str]]]:
    with bucket(archive_of(files)) as kept:
        yield kept, {HOST: kept.place}


FIRST = datetime(2024, 2, 29, 23, 40, tzinfo=UTC)
SECOND = datetime(2024, 3, 1, 6, 0, tzinfo=UTC)


@contextmanager
def example() -> Iterator[Example]:
    """Two files; what was captured before the stretch began is not wanted."""
    one, early = pages_of(FIRST, 6)
    two, late = pages_of(SECOND, 20, 6)
    with served({name_of(FIRST): one, name_of(SECOND): two}) as (_, where):
        stretch = window("2024-02-29T23:44", "2024-03-02")
        with reaching(where, stretch=stretch) as reach:
            archive = built("ccnews", reach, **GENTLE)
            wanted = frozenset(early[4:] + late)
            yield Example(archive, stretch.start, at("2024-03-02"), wanted)
