"""Files as an archive: lines of JSON, folders, ZIP files, feeds' lists, WARC files."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from archiving import built, counted, given, reaching, read
from ccserver import bucket
from filesread import JULY, names, problems, through
from past_files import DATE, alert, article, documents, html, mbox, opml, rss, zipped
from warcs import page

from monitor.archives import Reach
from monitor.archives.files import kind_of
from monitor.errors import ArchiveFailed, Unreadable
from monitor.model import Target

# --- lines of JSON ------------------------------------------------------------------------------------

ROWS = documents(
    {"id": "a", "text": "one", "published": "2023-07-03"},
    {"id": "b", "html": "<p>two", "url": "https://o.example/b", "published": "2023-07-31T23:59:59Z"},
    "",
    {"id": "early", "text": "x", "published": "2023-06-30"},
    {"id": "late", "text": "x", "published": "2023-08-01"},
    "{ not json",
    "[1]",
    {"text": "no id"},
    {"id": "odd", "text": 7},
    {"id": "when", "text": "x", "published": "last week"},
    "[" * 100_000,
    {"id": 12, "title": "Only a title", "published": None},
)


@pytest.mark.parametrize("name", ["docs.jsonl", "docs.ndjson", "docs.jsonl.gz"])
def test_lines_of_json(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ROWS) if name.endswith(".gz") else ROWS)
    batches = through(path)
    assert names(given(batches)) == ["a", "b", "12"]
    assert given(batches)[1].document.url == "https://o.example/b"
    assert counted(batches) == {"bad_line": 6, "outside_window": 2}
    assert any("line 8" in one and "needs an id" in one for one in problems(batches))


def test_many_lines_go_on_at_a_line_and_a_changed_line_is_another_page(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(documents(*({"id": str(n), "text": "x" * 100} for n in range(1000))).rstrip())
    first = through(path)
    assert len(first) == 5
    assert len(given(first)) == 1000
    path.write_bytes(documents({"id": "7", "text": "other words"}))
    assert given(through(path))[0].key not in {found.key for found in given(first)}


def test_a_file_that_cannot_be_unpacked_is_said(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl.gz"
    path.write_bytes(gzip.compress(ROWS)[:-30])
    with pytest.raises(ArchiveFailed, match=r"unreadable.*docs\.jsonl\.gz"):
        through(path)


# --- folders ------------------------------------------------------------------------------------------


def test_a_folder_of_pages(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "2023-07-09").mkdir(parents=True)
    (folder / "a.html").write_text(html("Dated by itself"))
    (folder / "2021-01-01 b.htm").write_text(html("Its own day is worth more than its name's"))
    (folder / "c.html").write_text(html("Of another month", "2023-05-03"))
    (folder / "d.html").write_text(
        html("Saved", more="<!-- saved from url=(0026)https://outlet.example/d -->").replace(
            "<!doctype html>", "<!doctype html><!-- saved from url=(0026)https://outlet.example/d -->"
        )
    )
    (folder / "20230705_report.txt").write_bytes("Касетні боєприпаси, сказав міністр.".encode("cp1251"))
    (folder / "20200705_report.txt").write_text("Cluster munitions, the minister said.")
    (folder / "2023-07-09" / "e.txt").write_text("Cluster munitions, the minister said.")
    (folder / "undated.txt").write_text("Cluster munitions, the minister said.")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "binary").write_bytes(bytes(range(256)) * 20)
    (folder / "inner.zip").write_bytes(zipped({"x.html": html("x")}))
    (folder / "hidden.txt").write_bytes(zipped({"x.html": html("x")}))
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "empty.txt").write_bytes(b" ")
    (folder / "large.html").write_bytes(b"<p>" * 2_000_000)
    (tmp_path / "secret.html").write_text(html("Elsewhere"))
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "way").symlink_to(tmp_path)
    batches = through(folder, batch=3)
    pages = {found.key.partition("#")[0]: found.document for found in given(batches)}
    assert sorted(pages) == [
        "2021-01-01 b.htm", "2023-07-09/e.txt", "20230705_report.txt", "a.html", "d.html", "undated.txt",
    ]  # fmt: skip
    assert pages["d.html"].url == "https://outlet.example/d"
    assert pages["a.html"].url is None
    assert pages["20230705_report.txt"].text == "Касетні боєприпаси, сказав міністр."
    when = pages["2023-07-09/e.txt"].published
    assert when is not None
    assert (f"{when.value:%Y-%m-%d}", when.precision, when.source) == ("2023-07-09", "day", "given")
    assert counted(batches) == {
        "outside_window": 2, "not_a_page": 3, "packed_within": 2, "empty": 1, "too_large": 1,
    }  # fmt: skip


def test_one_page_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(html("Alone"))
    assert names(given(through(path))) == ["a.html"]


# --- ZIP files ----------------------------------------------------------------------------------------


def test_a_zip_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.zip"
    path.write_bytes(zipped({
        "in/a.html": html("A"), "in/b.html": html("B", "2020-01-01"), "__MACOSX/in/._a.html": b"x",
        "c.css": "p {}", "Nachrichten/тест.html": html("C"),
    }))  # fmt: skip
    batches = through(path, batch=1)
    assert names(given(batches)) == ["in/a.html", "Nachrichten/тест.html"]
    assert counted(batches) == {"outside_window": 1, "not_a_page": 2}


def with_flags(body: bytes, flag: int) -> bytes:
    """The same with a flag set in every head of it."""
    made = bytearray(body)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = made.find(mark)
        while place >= 0:
            made[place + at] |= flag
            place = made.find(mark, place + 4)
    return bytes(made)


def lying(body: bytes, size: int) -> bytes:
    """The same with a small size said of its member in the directory."""
    made = bytearray(body)
    struct.pack_into("<I", made, made.find(b"PK\x01\x02") + 24, size)
    return bytes(made)


def overlapping() -> bytes:
    """Two members of the directory that mean one stretch of the file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("a.html", html("A"))
        again = zipfile.ZipInfo("b.html")
        first = file.getinfo("a.html")
        for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
            setattr(again, name, getattr(first, name))
        file.filelist.append(again)
        file._didModify = True
    return made.getvalue()


HOSTILE = {
    "a name that leads out": (zipped({"../../etc/a.html": html("A")}), "unsafe_name"),
    "a name from the root": (zipped({"/etc/a.html": html("A")}), "unsafe_name"),
    "a name of another system": (zipped({"C:\\Windows\\a.html": html("A")}), "unsafe_name"),
    "a bomb": (zipped({"a.html": b"0" * 30_000_000}), "too_large"),
    "a small bomb": (zipped({"a.html": b"0" * 3_000_000}), "too_large"),
    "a bomb that lies": (lying(zipped({"a.html": b"0" * 30_000_000}), 100), "broken_member"),
    "a password": (with_flags(zipped({"a.html": html("A")}), 1), "encrypted"),
    "a zip in a zip": (zipped({"a.zip": zipped({"b.html": html("B")})}), "packed_within"),
    "a zip that calls itself a page": (zipped({"a.html": zipped({"b.html": html("B")})}), "packed_within"),
    "one stretch twice": (overlapping(), "overlapping"),
    "a damaged member": (zipped({"a.html": html("A")}).replace(b"\xb5", b"\xb6", 1), "broken_member"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_a_stranger_packs_is_refused_by_name(what: str, tmp_path: Path) -> None:
    body, state = HOSTILE[what]
    if state == "broken_member" and "damaged" in what:
        made = bytearray(zipped({"a.html": html("A")}))
        made[60] ^= 0xFF
        body = bytes(made)
    path = tmp_path / "odd.zip"
    path.write_bytes(body)
    batches = through(path)
    assert state in counted(batches), counted(batches)
    assert given(batches) == []
    assert problems(batches)[0].startswith(state)
    assert list(tmp_path.iterdir()) == [path]


def test_no_zip_at_all(tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    path.write_bytes(b"PK\x03\x04 but nothing more")
    with pytest.raises(ArchiveFailed, match="bad_zip"):
        through(path)


# --- feeds' lists, WARC files -------------------------------------------------------------------------


def test_what_the_feeds_of_a_list_hold(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    names = ("a", "gone", "page", "b", "a")
    path.write_bytes(opml(*(f"https://f.example/{name}.xml" for name in names), "ftp://f.example/c.xml"))
    served = {
        "/a.xml": rss(
            ("https://d.example/1", "In July", DATE),
            ("https://d.example/2", "Long ago", "Mon, 01 Jan 2001 00:00:00 GMT"),
            ("https://d.example/3", "Undated", None),
        ),
        "/page.xml": b"<html><body><p>This domain is for sale</p></body></html>",
        "/b.xml": rss(("https://e.example/4", "Also in July", DATE)),
    }
    with bucket(served) as kept:
        batches = through(path, {"*.example": kept.place}, first_wait=0.01)
    found = [page.document for page in given(batches)]
    assert [document.title for document in found] == ["In July", "Undated", "Also in July"]
    assert found[0].outlet == "Feed 0"
    assert counted(batches) == {"outside_window": 1, "feed_failed": 2, "repeated": 1}
    told = [one.partition(" ")[0] for one in problems(batches)]
    assert told == ["bad_outline:", "feed_failed:", "feed_failed:"]


@pytest.mark.parametrize("name", ["few.warc.gz", "few.warc"])
def test_warc_files_go_on_at_a_record(name: str, tmp_path: Path) -> None:
    raw = b"".join(
        page(html("W").encode(), f"https://w.example/{n}", number=f"w{n}", at="2023-07-03T00:00:00Z")
        for n in range(9)
    )
    path = tmp_path / name
    path.write_bytes(raw if name.endswith(".gz") else gzip.decompress(raw))
    batches = through(path, block=900)
    assert len(batches) > 2
    assert [found.document.url for found in given(batches)] == [f"https://w.example/{n}" for n in range(9)]


# --- paths --------------------------------------------------------------------------------------------


def test_paths_that_cannot_be_meant(tmp_path: Path) -> None:
    (tmp_path / "odd.bin").write_bytes(b"nothing")
    with (
        reaching({}, (Target(str(tmp_path / "odd.bin")),)) as reach,
        pytest.raises(ArchiveFailed, match=r"unknown_kind.*nothing that is read"),
    ):
        built("files", reach)
    with (
        reaching({}, (Target(str(tmp_path / "none")),)) as reach,
        pytest.raises(ArchiveFailed, match="no_file: there is no file"),
    ):
        built("files", reach)
    (tmp_path / "odd.opml").write_bytes(b"<html><body>For sale</body></html>")
    with pytest.raises(ArchiveFailed, match=r"not_opml: .*odd\.opml: .*root element is <html>"):
        through(tmp_path / "odd.opml")


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("mail", b"From a@b Mon\n\n", "mbox"),
        ("list.xml", b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "feeds"),
        ("pages", zipped({}) + b"", None),
        ("x.gz", b"", None),
        ("x.html.gz", b"", None),
        ("pages.bin", zipped({"a.html": "x"}), "zip"),
    ],
)
def test_kinds_are_told_by_name_and_beginning(
    name: str, body: bytes, kind: str | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    if kind is None:
        with pytest.raises(ArchiveFailed, match="unknown_kind"):
            kind_of(path)
    else:
        assert kind_of(path) == kind


def test_what_lies_there_is_told_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(html("A"))
    (tmp_path / "b.zip").write_bytes(zipped({"a.html": html("A"), "b.html": html("B")}))
    with reaching({}, (Target(str(tmp_path / "b.zip")), Target(str(tmp_path / "a.html")))) as reach:
        told = built("files", reach).expected(JULY)
        assert (told.pages, told.requests) == (3, 0)
        assert "b.zip: zip" in told.note
        assert read(built("files", reach), JULY)


class Dying:
    """Workers that die of whatever holds these words, as far as they look at it."""

    def __init__(self, words: bytes) -> None:
        self.words = words

    def map(self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        for each in arguments:
            made = function(*each)
            held = "".join(f"{page.document.title}{page.document.text}" for page in made.pages).encode()
            yield Unreadable("worker_died", "dead") if self.words in held else made


@pytest.mark.parametrize("name", ["docs.jsonl", "alerts.mbox", "pages"])
def test_what_kills_its_worker_costs_itself(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "docs.jsonl":
        path.write_bytes(documents(*({"id": str(n), "text": f"text {n}."} for n in range(9))))
    elif name == "pages":
        path.mkdir()
        for number in range(9):
            (path / f"{number}.txt").write_text(f"text {number}. And more words of a text.")
    else:
        rows = [article(f"https://m.example/{n}", f"text {n}.", "Outlet", "x") for n in range(9)]
        path.write_bytes(mbox(*map(alert, rows)))
    with reaching({}, (Target(str(path)),), JULY) as reach:
        mine = Reach(reach.fetcher, Dying(b"text 4."), reach.clock, reach.targets, reach.stretch)
        batches = read(built("files", mine), JULY)
    assert len(given(batches)) == 8
    assert sum(counted(batches).values()) == 1
    assert len(problems(batches)) == 1
