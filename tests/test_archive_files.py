"""Files as an archive: lines of JSON, folders, ZIP files, mailboxes of alerts, feeds' lists, WARC files."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from archiving import built, counted, given, goes_on, reaching, read, window
from ccserver import bucket
from past_files import DATE, alert, article, documents, google, heading, html, mbox, opml, rss, zipped
from warcs import page

from monitor.archives import Reach
from monitor.archives.files import kind_of
from monitor.errors import ArchiveFailed, Unreadable
from monitor.model import ArchivedPage, Batch, Target

JULY = window("2023-07-01", "2023-08-01")


def through(path: Path, connect_to: dict[str, str] | None = None, **settings: object) -> list[Batch]:
    """All batches of one path, each cursor tried."""
    with reaching(connect_to or {}, (Target(str(path)),), JULY) as reach:
        return goes_on(built("files", reach, **settings), JULY)


def problems(batches: list[Batch]) -> list[str]:
    return [f"{one.code}: {one.detail}" for batch in batches for one in batch.problems]


def names(pages: list[ArchivedPage]) -> list[str]:
    return [found.key.partition("#")[0] for found in pages]


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


# --- mailboxes ----------------------------------------------------------------------------------------

PLAIN = f"""=== News - 3 new results for [("cluster munitions" OR "cluster bombs" OR
submunitions)] ===

Cluster munitions: minister speaks
The Daily Bugle
The minister told reporters in the capital after the cabinet's meeting of
Monday that the country would not use them.
<{google("https://bugle.example/a?id=7")}>

Second title, which is so long that the program which wrote the mail broke
it in two
Other Outlet
Something else.
<{google("https://other.example/b+c")}>

Parliament of the island votes on cluster munitions after a night's debate
Island Observer and its partners
What the members said of the bill, and what the government made of it that
night.
<{google("https://island.example/c")}>


=== Web - 1 new result for [cluster munitions] ===

What a cluster munition is
Cluster munitions are weapons that open in the air and scatter bomblets by
the hundred ...
<{google("https://glossary.example/d")}>


- - - - - - - - - - - - - - - - -
Unsubscribe from this Google Alert:
<https://www.google.com/alerts/remove?s=AB2Xq4>
"""


def told(mail: EmailMessage, tmp_path: Path) -> list[tuple[str | None, ...]]:
    """What a mailbox with this mail gives: address, title, outlet and summary of each page."""
    path = tmp_path / "one.mbox"
    path.write_bytes(mbox(mail))
    pages = [page.document for page in given(through(path))]
    assert all(document.published is None for document in pages)
    return [(document.url, document.title, document.outlet, document.summary) for document in pages]


def test_an_alert_with_news_and_web_in_its_html(tmp_path: Path) -> None:
    news = article(
        "https://bugle.example/a?id=7&x=1", "Minister on <b>cluster munitions</b>", "Daily Bugle (blog)",
        "He said <b>no</b> &amp; left",
    )  # fmt: skip
    web = [
        article(
            f"https://web.example/{n}+{n}", f"<b>Bomblets</b> {n}", f"Site {n}", "What they are", news=False
        )
        for n in (1, 2)
    ]
    german = [
        article("https://zeitung.example/ä", "Streumunition", "Zeitung", "Der Minister", flag="Irrelevant"),
        article(
            "https://netz.example/", "Im Netz", "Netz", "Mehr", news=False, flag="Als irrelevant markieren"
        ),
    ]
    assert told(alert(heading("NEWS"), news, heading("WEB"), *web), tmp_path) == [
        ("https://bugle.example/a?id=7&x=1", "Minister on cluster munitions", "Daily Bugle (blog)",
         "He said no & left ..."),
        ("https://web.example/1+1", "Bomblets 1", "Site 1", "What they are ..."),
        ("https://web.example/2+2", "Bomblets 2", "Site 2", "What they are ..."),
    ]  # fmt: skip
    assert [row[1:] for row in told(alert(heading("NACHRICHTEN"), *german), tmp_path)] == [
        ("Streumunition", "Zeitung", "Der Minister ..."), ("Im Netz", "Netz", "Mehr ..."),
    ]  # fmt: skip


def test_an_alert_that_is_plain_tells_its_lines_apart_where_it_can(tmp_path: Path) -> None:
    assert told(alert(plain=PLAIN), tmp_path) == [
        ("https://bugle.example/a?id=7", "Cluster munitions: minister speaks", "The Daily Bugle",
         "The minister told reporters in the capital after the cabinet's meeting of Monday that the country "
         "would not use them."),
        ("https://other.example/b+c",
         "Second title, which is so long that the program which wrote the mail broke it in two",
         "Other Outlet", "Something else."),
        # Whether the second line is the title's end or the outlet cannot be told.
        ("https://island.example/c",
         "Parliament of the island votes on cluster munitions after a night's debate",
         None, "Island Observer and its partners What the members said of the bill, and what the government "
         "made of it that night."),
        ("https://glossary.example/d", "What a cluster munition is", None,
         "Cluster munitions are weapons that open in the air and scatter bomblets by the hundred ..."),
    ]  # fmt: skip


def test_links_of_alerts_and_others(tmp_path: Path) -> None:
    filtered = (
        f"https://eur01.safelinks.example/?url={quote(google('https://far.example/a?b=c'), safe='')}&data=05"
    )
    bare = (
        f'<tr><td><a href="{google("https://bare.example/c")}">Third title</a> of the day</td></tr>'
        f'<tr><td><a href="{filtered.replace("&", "&amp;")}">Fourth</a></td></tr>'
        '<tr><td><a href="http://www.google.com/url?sa=X&amp;q=http://old.example/d&amp;ct=ga&amp;cad=C">2011</a>'
        f'</td></tr><tr><td><a href="{google("https://[broken/")}">Broken</a></td></tr>'
        '<tr><td><a href="https://www.google.com/url?q=https://docs.example/e&amp;sa=D">Unmarked</a></td></tr>'
    )
    mail = alert(bare)
    assert [row[:1] + row[1:2] + row[3:] for row in told(mail, tmp_path)] == [
        ("https://bare.example/c", "Third title", "of the day"),
        ("https://far.example/a?b=c", "Fourth", None),
        ("http://old.example/d", "2011", None),
        ("https://docs.example/e", "Unmarked", None),
    ]
    mail.replace_header("From", "A colleague <c@example.org>")
    assert [row[1] for row in told(mail, tmp_path)] == ["Third title", "Fourth", "2011"], "forwarded"


def test_a_mailbox_of_alerts_and_other_mails(tmp_path: Path) -> None:
    rich = alert(article("https://bugle.example/a", "A title", "Daily Bugle", "He said no"))
    letter = EmailMessage()
    letter["From"], letter["Date"] = "a@example.org", DATE
    letter.set_content(
        "Of our own papers:\n\nThe draft\n<https://www.google.com/url?q=https://docs.example/x>"
    )
    old = alert(article("https://old.example/", "Old", "O", "o"), date="Tue, 03 Jan 2017 07:15:00 +0000")
    odd = b"Content-Type: multipart/alternative; boundary=\nSubject: =?utf-8?q?=00?=\n\nbroken\xff"
    path = tmp_path / "alerts.mbox"
    path.write_bytes(mbox(rich, letter, alert(plain=PLAIN), old, odd, rich))
    batches = through(path)
    assert len(given(batches)) == 5
    assert all(page.captured == JULY.start.replace(day=3, hour=7, minute=15) for page in given(batches))
    assert counted(batches) == {"no_alert": 2, "outside_window": 1, "repeated": 1}


def test_a_maildir_a_folder_of_mails_and_one_mail(tmp_path: Path) -> None:
    maildir = tmp_path / "Alerts"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    for number, place in enumerate(("cur/1.host:2,S", "new/2.host", "new/3.host")):
        row = article(f"https://m.example/{number}", f"Title {number}", "Outlet", "x")
        (maildir / place).write_bytes(alert(row).as_bytes())
    batches = through(maildir, batch=1)
    assert [page.document.title for page in given(batches)] == ["Title 0", "Title 1", "Title 2"]
    folder = tmp_path / "eml"
    folder.mkdir()
    (folder / "a.eml").write_bytes(alert(article("https://m.example/9", "Nine", "Outlet", "x")).as_bytes())
    assert [page.document.title for page in given(through(folder))] == ["Nine"]
    assert [page.document.title for page in given(through(folder / "a.eml"))] == ["Nine"]


def test_a_mail_that_is_too_large_does_not_hide_the_next(tmp_path: Path) -> None:
    path = tmp_path / "alerts.mbox"
    row = article("https://m.example/1", "One", "Outlet", "x")
    path.write_bytes(mbox(b"Subject: x\n\n" + b"a" * 99 + b"\n" + (b"b" * 70 + b"\n") * 200_000, alert(row)))
    batches = through(path)
    assert counted(batches) == {"too_large": 1}
    assert len(given(batches)) == 1


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
