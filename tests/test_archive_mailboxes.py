"""Mailboxes of alerts as an archive: what each mail links to, in HTML and in plain text."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from archiving import counted, given
from filesread import JULY, through
from past_files import DATE, alert, article, google, heading, mbox

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
