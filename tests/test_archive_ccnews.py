"""Common Crawl's news archive against a server that behaves as documented, and its files with any fault."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archiving import built, counted, given, goes_on, reaching, read, window
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st
from past_ccnews import BLOCK, FIRST, GENTLE, SECOND, archive_of, name_of, pages_of, served
from properties import examples
from warcio.archiveiterator import ArchiveIterator as Warcio
from warcs import large, packed, page, planted, record, response

from extractors.workers import WorkerPool
from monitor.archives import Reach
from monitor.archives._records import Block, Wish, decode, sift_block
from monitor.archives._warc import LocalFile, read_files
from monitor.errors import ArchiveFailed, SettingsError, Unreadable
from monitor.model import Window

ALL = window("2016-01-01", "2030-01-01")
DAY = window("2024-03-01T06:00", "2024-03-02")
TEXT = b"<p>The minister said cluster munitions would be banned.</p>"
PATH = f"/{name_of(SECOND)}"


def sift(data: bytes, block: int = 1 << 22, name: str = "a.warc.gz", tmp: Path | None = None):  # type: ignore[no-untyped-def]
    """What a file gives, read in blocks."""
    assert tmp is not None
    path = tmp / name
    path.write_bytes(data)
    with reaching({}, stretch=ALL) as reach:
        return list(read_files([name], lambda *_: LocalFile(path), reach, ALL, (), None, block))


def good(number: int) -> bytes:
    return page(TEXT + b"%d" % number, f"https://a.example/{number}", number=f"good-{number}")


def bad_member() -> bytes:
    whole = good(99)
    return whole[:60] + bytes(byte ^ 0xFF for byte in whole[60:90]) + whole[90:]


FAULTS = {
    "member cut": (good(99)[:-60], {"broken_member": 1}),
    "member damaged": (bad_member(), {"broken_member": 1}),
    "length too long": (packed(record(response(TEXT), length=9999)), {"wrong_length": 1}),
    "length too short": (packed(record(response(TEXT), length=40)), {"wrong_length": 1}),
    "length no number": (packed(record(response(TEXT), length="many")), {"wrong_length": 1}),
    "length below nothing": (packed(record(response(TEXT), length=-5)), {"wrong_length": 1}),
    "no head of HTTP": (packed(record(b"no head at all " * 9)), {"bad_http": 1}),
    "nothing in it": (packed(record(b"")), {"bad_http": 1}),
    "no status": (packed(record(b"HTTP/1.1 abc\r\nContent-Type: text/html\r\n\r\n" + TEXT)), {"bad_http": 1}),
    "no WARC": (packed(b"hello world" * 50), {"broken_member": 1}),
    "junk between": (b"junk" * 200, {"no_record": 1}),
    "revisit": (packed(record(response(b""), "revisit")), {"revisit": 1}),
    "request": (packed(record(b"GET / HTTP/1.1\r\n\r\n", "request")), {"other_record": 1}),
    "a page that is gone": (page(TEXT, status="HTTP/1.1 404 Not Found"), {"not_ok": 1}),
    "a redirect": (page(TEXT, status="HTTP/1.1 301 Moved"), {"not_ok": 1}),
    "a picture": (page(b"GIF89a" + TEXT, content_type="image/gif"), {"not_html": 1}),
    "no type and no page": (page(b"binary" + TEXT, content_type=None), {"not_html": 1}),
    "an empty page": (page(b" \n"), {"empty": 1}),
    "no address": (page(TEXT, url="urn:x"), {"bad_url": 1}),
    "an address that is none": (page(TEXT, url="http://[a.example/"), {"bad_url": 1}),
    "no moment": (page(TEXT, at="yesterday"), {"bad_date": 1}),
    "long before": (page(TEXT, at="2012-01-01T00:00:00Z"), {"outside_window": 1}),
    "another subject": (page(b"<p>Rain on Sunday</p>"), {"off_topic": 1}),
    "a bomb": (packed(record(response(b"0" * 20_000_000)), 9), {"too_large": 1}),
    "a large page": (page(b"<p>x" * 1_500_000), {"too_large": 1}),
    "compressed in a strange way": (
        packed(record(response(b"\x28\xb5\x2f\xfd" + TEXT, more="Content-Encoding: zstd\r\n"))),
        {"bad_encoding": 1},
    ),
    "compressed and damaged": (
        packed(record(response(gzip.compress(TEXT)[:-20], more="Content-Encoding: gzip\r\n"))),
        {"bad_encoding": 1},
    ),
    "compressed to a bomb": (
        packed(record(response(gzip.compress(b"0" * 20_000_000), more="Content-Encoding: gzip\r\n"))),
        {"too_large": 1},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_record_costs_itself_and_has_a_name(fault: str, tmp_path: Path) -> None:
    bad, named = FAULTS[fault]
    batches = sift(good(1) + bad + good(2) + good(3), tmp=tmp_path)
    assert [found.document.url for found in given(batches)] == [f"https://a.example/{n}" for n in (1, 2, 3)]
    assert counted(batches) == named


@pytest.mark.parametrize("block", [700, 1500, 1 << 20])
def test_all_faults_in_one_file_at_any_size_of_block(block: int, tmp_path: Path) -> None:
    parts, names = [good(0)], dict[str, int]()
    for number, (bad, named) in enumerate(FAULTS.values(), 1):
        parts += [bad, good(number)]
        for name, count in named.items():
            names[name] = names.get(name, 0) + count
    batches = sift(b"".join(parts), block, tmp=tmp_path)
    assert [found.key for found in given(batches)] == [f"urn:uuid:good-{n}" for n in range(len(FAULTS) + 1)]
    assert counted(batches) == names
    assert sum(batch.size for batch in batches) == sum(map(len, parts))


@settings(max_examples=examples(80), deadline=None)
@given_by(
    which=st.integers(0, 5),
    changes=st.lists(
        st.tuples(st.integers(0, 399), st.binary(min_size=1, max_size=9)), min_size=1, max_size=6
    ),
    cut=st.integers(0, 60),
    packed_=st.booleans(),
)
def test_damage_to_one_record_harms_no_other(
    which: int, changes: list[tuple[int, bytes]], cut: int, packed_: bool
) -> None:
    parts = [bytearray(good(n) if packed_ else gzip.decompress(good(n))) for n in range(6)]
    bad = parts[which]
    for place, what in changes:
        at = place % len(bad)
        bad[at : at + len(what)] = what[: len(bad) - at]
    del bad[len(bad) - cut :]
    data = b"".join(parts)
    if b"WARC/1." in bytes(bad[1:]):
        return  # made two records of one
    for block in (len(data), 300):
        found = set()
        for base in range(0, len(data), block):
            got = sift_block(Block(data[base:], base, base, base + block, True, packed_), Wish(ALL))
            found |= {each.key for each in got.pages}
        assert found >= {f"urn:uuid:good-{n}" for n in range(6)} - {f"urn:uuid:good-{which}"}


def test_a_file_that_ends_early_says_so(tmp_path: Path) -> None:
    batches = sift(good(1) + good(2)[:-30], tmp=tmp_path)
    assert len(given(batches)) == 1
    assert counted(batches) == {"cut_off": 1}
    assert counted(sift(b"", tmp=tmp_path)) == {}
    assert counted(sift(b"nothing of the kind" * 100, tmp=tmp_path)) == {"no_record": 1}


def test_a_file_that_is_not_compressed(tmp_path: Path) -> None:
    def plain(number: int, **given: object) -> bytes:
        return record(response(TEXT), url=f"https://a.example/{number}", number=f"n{number}", **given)  # type: ignore[arg-type]

    made = [
        plain(1),
        plain(2, length=9999),
        plain(3),
        plain(4, length=20),
        plain(5),
        b"junk" * 30 + b"\r\n",
        plain(6),
    ]
    for block in (300, 1 << 20):
        batches = sift(b"".join(made), block, "a.warc", tmp_path)
        assert [found.key[-1] for found in given(batches)] == ["1", "3", "5", "6"]
        assert counted(batches) == {"wrong_length": 2, "no_record": 1}
    cut = sift(plain(1) + plain(2)[:-60], 300, "a.warc", tmp_path)
    assert counted(cut) == {"cut_off": 1}


def test_a_file_compressed_as_one_stream_is_refused_with_the_way_out(tmp_path: Path) -> None:
    text = [record(response(TEXT + bytes(40_000)), number=f"n{n}") for n in range(600)]
    with pytest.raises(ArchiveFailed, match=r"one_stream.*recompress"):
        sift(gzip.compress(b"".join(text)), tmp=tmp_path)


def test_bodies_as_they_were_sent_and_as_tools_store_them() -> None:
    chunked = (
        b"5\r\n<p>He\r\n6;x=y\r\nllo</p>\r\n".replace(b"6;x=y\r\nllo</p>", b"7;x=y\r\nllo</p>") + b"0\r\n\r\n"
    )
    assert decode(chunked, ",chunked") == b"<p>Hello</p>"
    assert decode(gzip.compress(b"<p>x"), "gzip,") == b"<p>x"
    assert decode(zlib.compress(b"<p>x"), "deflate,") == b"<p>x"
    assert decode(b"4\r\n" + gzip.compress(b"<p>x")[:4] + b"\r\n", "gzip,chunked") == "bad_encoding"
    assert decode(b"<p>stored decoded", "gzip,chunked") == b"<p>stored decoded"
    assert decode(b"<p>x", ",identity") == b"<p>x"


def test_every_language_and_encoding_comes_through(tmp_path: Path) -> None:
    hidden = planted(30)
    assert len({each.document["language"] for each in hidden}) == 13
    made = []
    for number, each in enumerate(hidden):
        made.append(page(each.body, each.document["url"], number=f"n{number}",
                         content_type=f"text/html; charset={each.encoding}"))  # fmt: skip
    batches = sift(b"".join(made), 4000, tmp=tmp_path)
    assert [found.document.html for found in given(batches)] == [each.body for each in hidden]
    assert {found.document.content_type for found in given(batches)} >= {"text/html; charset=koi8-r"}


# --- the archive --------------------------------------------------------------------------------------


def test_one_window_a_file_and_what_it_costs() -> None:
    one, _ = pages_of(FIRST, 2)
    with served({name_of(FIRST): one, name_of(SECOND): one}) as (kept, where), reaching(where) as reach:
        archive = built("ccnews", reach, **GENTLE)
        whole = window("2024-02-01", "2024-03-05")
        windows = archive.windows(whole.start, whole.end)
        assert [(w.start, w.end) for w in windows] == [
            (whole.start, FIRST), (FIRST, SECOND), (SECOND, whole.end),
        ]  # fmt: skip
        told = [archive.expected(w) for w in windows]
        assert [t.requests for t in told] == [0, (1 << 30) // BLOCK, (1 << 30) // BLOCK]
        assert "about 1 GB" in told[1].note
        assert not any(path.endswith(".warc.gz") for path, _ in kept.asked)
        # A stretch in the middle of a file is that file's, though its name is of the day before.
        middle = archive.windows(SECOND.replace(hour=1), SECOND.replace(hour=2))
        assert len(middle) == 1
        assert archive.expected(middle[0]).size == 1 << 30


def test_nothing_before_it_began_and_what_is_not_there_yet() -> None:
    with served({}) as (kept, where), reaching(where) as reach:
        archive = built("ccnews", reach, **GENTLE)
        early = window("2010-01-01", "2016-09-15")
        before, after = archive.windows(early.start, early.end)
        assert read(archive, before)[0].problems[0].code == "before_archive"
        assert archive.expected(before).pages == 0
        assert read(archive, after)[0].problems[0].code == "no_file"
        del kept.files["/crawl-data/CC-NEWS/2026/11/warc.paths.gz"]
        assert len(archive.windows(*_both(window("2026-11-01", "2026-11-20")))) == 1
        kept.moods["/crawl-data/CC-NEWS/2026/11/warc.paths.gz"] = ["forbidden"]
        with pytest.raises(ArchiveFailed, match="http_403"):  # who is limited does not know what is there
            built("ccnews", reach, **GENTLE).windows(*_both(window("2026-11-01", "2026-11-20")))
        del kept.files["/crawl-data/CC-NEWS/2020/05/warc.paths.gz"]
        with pytest.raises(ArchiveFailed, match="http_404"):
            archive.windows(*_both(window("2020-05-01", "2020-05-20")))
        kept.files["/crawl-data/CC-NEWS/2021/05/warc.paths.gz"] = b"<html>busy</html>"
        with pytest.raises(ArchiveFailed, match="not_a_list"):
            archive.windows(*_both(window("2021-05-01", "2021-05-20")))


def _both(asked: Window) -> tuple[object, object]:
    return asked.start, asked.end


@pytest.mark.slow
def test_busy_cut_and_short_answers_are_asked_again_and_change_nothing() -> None:
    body, keys = pages_of(SECOND, 12)
    with served({name_of(SECOND): body}) as (kept, where), reaching(where, stretch=DAY) as reach:
        archive = built("ccnews", reach, **GENTLE)
        quiet = read(archive, DAY)
        assert [found.key for found in given(quiet)] == keys
        assert sum(batch.size for batch in quiet) == len(body)
        kept.moods[PATH] = ["slow_down", "cut", "short", "slow_down", "slow_down", "short", "cut"]
        assert read(archive, DAY) == quiet
        kept.moods[PATH] = ["slow_down"] * 20
        with pytest.raises(ArchiveFailed, match="http_503"):
            read(archive, DAY)


def test_a_server_without_ranges_is_refused_and_not_read_through() -> None:
    body, _ = pages_of(SECOND, 2)
    with served({name_of(SECOND): body}) as (kept, where), reaching(where) as reach:
        kept.moods[PATH] = ["whole"]
        with pytest.raises(ArchiveFailed, match="no_part"):
            read(built("ccnews", reach, **GENTLE), DAY)


def test_it_goes_on_at_a_record_and_asks_for_nothing_before_it() -> None:
    body, _ = pages_of(SECOND, 20)
    with served({name_of(SECOND): body}) as (kept, where), reaching(where, stretch=DAY) as reach:
        archive = built("ccnews", reach, **GENTLE)
        batches = goes_on(archive, DAY)
        assert len(batches) > 3
        kept.asked.clear()
        middle = batches[2].cursor
        assert read(archive, DAY, middle) == batches[3:]
        asked = [int(part.removeprefix("bytes=").split("-")[0]) for path, part in kept.asked if part]
        assert min(asked) == sum(batch.size for batch in batches[:3])
        assert body[min(asked) :].startswith(b"\x1f\x8b")


def test_a_file_that_was_replaced_is_read_from_its_beginning() -> None:
    body, keys = pages_of(SECOND, 20)
    with served({name_of(SECOND): body}) as (kept, where), reaching(where, stretch=DAY) as reach:
        archive = built("ccnews", reach, **GENTLE)
        cursor = read(archive, DAY)[1].cursor
        kept.files[PATH] = good(7) + body
        again = read(archive, DAY, cursor)
        assert again[0].problems[0].code == "archive_changed"
        assert [found.key for found in given(again)] == ["urn:uuid:good-7", *keys]


def test_only_these_sites(tmp_path: Path) -> None:
    body = (
        page(TEXT, "https://www.a.example/1")
        + page(TEXT, "https://b.example/2")
        + page(TEXT, "https://ba.example/")
    )
    with served({name_of(SECOND): body}) as (_, where), reaching(where, stretch=DAY) as reach:
        batches = read(built("ccnews", reach, hosts=("a.example",), **GENTLE), DAY)
    assert [found.document.url for found in given(batches)] == ["https://www.a.example/1"]
    assert counted(batches) == {"other_host": 2}


def test_a_copy_on_this_machine_needs_no_network(tmp_path: Path) -> None:
    body, keys = pages_of(SECOND, 12)
    path = tmp_path / name_of(SECOND)
    path.parent.mkdir(parents=True)
    path.write_bytes(body)
    with reaching({}, stretch=DAY) as reach:
        archive = built("ccnews", reach, folder=str(tmp_path), **GENTLE)
        assert [w.start for w in archive.windows(*_both(window("2024-02-01", "2024-04-01")))][1] == SECOND  # type: ignore[arg-type]
        assert archive.expected(DAY).size == len(body)
        assert [found.key for found in given(goes_on(archive, DAY))] == keys
        path.unlink()
        with pytest.raises(SettingsError, match="no folder"):
            built("ccnews", reach, folder=str(tmp_path / "elsewhere"))


class Dying:
    """Workers of which one dies of whatever holds the byte at ``place``."""

    def __init__(self, place: int) -> None:
        self.place, self.asked = place, 0

    def map(self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        for block, wish in arguments:
            self.asked += 1
            dies = block.begin <= self.place < block.stop
            yield Unreadable("memory_limit", "dead") if dies else function(block, wish)


def test_a_record_that_kills_its_worker_costs_little_beside_itself(tmp_path: Path) -> None:
    parts = [page(TEXT + random.Random(n).randbytes(20_000), number=f"n{n}") for n in range(60)]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(parts))
    place = sum(map(len, parts[:30])) + 100
    with reaching({}) as reach:
        mine = Reach(reach.fetcher, Dying(place), reach.clock)
        batches = list(read_files(["a"], lambda *_: LocalFile(path), mine, ALL, (), None, 1 << 20))
    assert 56 <= len(given(batches)) < 60
    assert counted(batches) == {"unreadable_block": 1}
    (problem,) = [one for batch in batches for one in batch.problems]
    assert "memory_limit" in problem.detail
    assert str(place // 65536 * 65536) in problem.detail


@pytest.mark.slow
def test_a_large_file_in_worker_processes_gives_all_that_was_planted(tmp_path: Path) -> None:
    hidden, path = planted(30), tmp_path / "a.warc.gz"
    with path.open("wb") as out:
        offsets = large(out, 250, hidden, datetime(2024, 3, 1, tzinfo=UTC))
    assert path.read_bytes()[offsets[7] :].startswith(b"\x1f\x8b")
    with WorkerPool(2) as pool, reaching({}) as reach:
        mine = Reach(reach.fetcher, pool, reach.clock)
        batches = list(read_files(["a"], lambda *_: LocalFile(path), mine, ALL, (), None, 400_000))
    assert len(batches) > 5
    assert [found.document.html for found in given(batches)] == [each.body for each in hidden]
    assert counted(batches) == {"other_record": 1, "off_topic": 220}
    with path.open("rb") as file:
        kinds = [one.rec_type for one in Warcio(file)]
    assert kinds == ["warcinfo"] + ["response"] * 250


def test_a_block_is_told_apart_wherever_it_is_cut() -> None:
    body, keys = pages_of(SECOND, 8)
    wish = Wish(ALL)
    for cut in range(1, len(body), 997):
        first = sift_block(Block(body, 0, 0, cut, True, True), wish)
        rest = sift_block(Block(body[cut:], cut, cut, len(body), True, True), wish)
        assert [found.key for found in first.pages + rest.pages] == keys
        assert rest.first is None or rest.first == first.following


def test_the_lists_of_months_are_made_as_documented() -> None:
    served_files = archive_of({name_of(SECOND): b""})
    assert (
        gzip.decompress(served_files["/crawl-data/CC-NEWS/2024/03/warc.paths.gz"]).decode()
        == f"{name_of(SECOND)}\n"
    )


def test_without_the_extra_its_absence_is_told() -> None:
    words = (
        "import sys; sys.modules['re2'] = None\n"
        "from monitor.archives import find\n"
        "file = find('ccnews')\n"
        "try: file.build(file.Settings(), None)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert told == "UsageError ccnews needs the extra `archives` (pip install 'clusterwatch[archives]')\n"
