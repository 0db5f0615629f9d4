"""Files of every kind with something in them, for the contract over all archives and the tests of theirs."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from archiving import Example, at, built, reaching, window
from ccserver import bucket
from warcs import page

from monitor.model import Target

DATE = "Mon, 03 Jul 2023 07:15:00 +0000"


def html(title: str, day: str | None = "2023-07-03", more: str = "") -> str:
    """A page with a date that it tells itself."""
    meta = f'<meta property="article:published_time" content="{day}T10:00:00+00:00">' if day else ""
    return (
        f"<!doctype html><html><head><title>{title}</title>{meta}{more}</head><body><article><h1>{title}</h1>"
        f"<p>The defence minister said cluster munitions would never be used by the army again.</p>"
        f"<p>He spoke to reporters in the capital after a meeting of the cabinet.</p></article></body></html>"
    )


def documents(*rows: Mapping[str, object] | str) -> bytes:
    """Lines of JSON."""
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in members.items():
            file.writestr(name, body)
    return made.getvalue()


def google(url: str) -> str:
    """An address as Google Alerts writes it: itself, but for what would end it there."""
    there = url.replace("%", "%25").replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
    return f"https://www.google.com/url?rct=j&sa=t&url={there}&ct=ga&cd=CAEYACoT&usg=AOvVaw1"


def article(
    url: str, title: str, outlet: str, snippet: str, *, news: bool = True, flag: str = "Flag as irrelevant"
) -> str:
    """One result in the HTML part of an alert: of News with schema.org's microdata and a picture, of Web in
    the same box without them; both with links to share it, and to say that it is beside the point."""

    def prop(name: str) -> str:
        return f' itemprop="{name}"' if news else ""

    def scope(kind: str) -> str:
        return f' itemscope="" itemtype="http://schema.org/{kind}"' if news else ""

    goal, there = google(url).replace("&", "&amp;"), url.replace("&", "%26")
    picture = (
        f'<a href="{goal}" style="text-decoration:none"> <table align="right"><tr><td></td><td height="100">'
        '<link href="https://images.example/t.jpg" itemprop="image"> <div style="color:#fff"> </div> '
        "</td></tr></table> </a>"
    )
    return (
        f'<tr{scope("Article")}> <td style="padding-left:18px"></td> <td style="font-family:Arial"> '
        f'{picture if news else ""} <div> <span> <a href="{goal}"{prop("url")}> <span{prop("name")}>{title}'
        f'</span> </a> </span> <div> <div style="padding:2px"> '
        f"<div{prop('publisher')}{scope('Organization')}> "
        f"<a style='color:#737373'> <span{prop('name')}>{outlet}</span> </a> </div> "
        f'<div{prop("description")}>{snippet}&nbsp;...</div> </div> <table> <tr> <td width="16"> '
        f'<a href="https://www.google.com/alerts/share?hl=en&amp;ru={there}&amp;ss=fb"> <img alt="Facebook" '
        'src="https://www.gstatic.com/alerts/images/fb-24.png"></a> </td> <td> <a href="https://www.google.com/'
        f'alerts/feedback?ffu={there}&amp;source=alertsmail&amp;hl=en"> {flag} </a> </td> </tr> </table> '
        "</div> </div> </td> <td></td> </tr>"
    )


def heading(text: str) -> str:
    """The row over a section of an alert."""
    return f'<tr> <td></td> <td style="padding:16px"> <span> {text} </span> </td> <td></td> </tr>'


def alert(*rows: str, plain: str = "", date: str | None = DATE) -> EmailMessage:
    """A mail of Google Alerts: these rows in its HTML part, and a plain part."""
    mail = EmailMessage()
    mail["From"] = "Google Alerts <googlealerts-noreply@google.com>"
    mail["To"] = "desk@example.org"
    mail["Subject"] = "Google Alert - cluster munitions"
    if date is not None:
        mail["Date"] = date
    mail.set_content(plain or "See the HTML part.", cte="base64", params={"format": "flowed", "delsp": "yes"})
    if rows:
        cards = json.dumps({"api_version": "1.0", "publisher": {"name": "Google Alerts"}, "cards": []})
        top = (
            "<tr> <td></td> <td> <span>cluster munitions</span> <div> <span>Daily update</span> <a>July 3</a>"
        )
        more = '<a href="https://www.google.com/alerts?s=AB2X&amp;start=1#history"> See more results </a>'
        mail.add_alternative(
            f'<html lang="en-US"> <head> </head> <body> <div> <script data-scope="inboxmarkup" '
            f'type="application/json">{cards}</script> <!--[if mso]> <table><tr><td width=650> <![endif]--> '
            f"<div> <table> {top} </div> </td> <td></td> </tr> {''.join(rows)} <tr> <td> {more} </td> "
            "</tr> </table> <table> <tr> <td> You have received this email because you have subscribed to "
            '<b>Google Alerts</b>. <a href="https://www.google.com/alerts/remove?s=AB2X">Unsubscribe</a> '
            "</td> </tr> </table> </div> </div> </body> </html>",
            subtype="html", cte="quoted-printable",
        )  # fmt: skip
    return mail


def mbox(*mails: EmailMessage | bytes) -> bytes:
    made = b""
    for mail in mails:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        made += (
            b"From MAILER-DAEMON Mon Jul  3 07:15:00 2023\n" + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n"
        )
    return made


def opml(*urls: str) -> bytes:
    rows = "".join(f'<outline type="rss" text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(urls))
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{rows}</body></opml>'.encode()


def rss(*entries: tuple[str, str, str | None]) -> bytes:
    """A feed of (address, title, day)."""
    rows = "".join(
        f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid>"
        + (f"<pubDate>{day}</pubDate>" if day else "")
        + "</item>"
        for url, title, day in entries
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Daily</title><link>https://d.example/</link>'
        f"<description>x</description>{rows}</channel></rss>"
    ).encode()


@contextmanager
def example() -> Iterator[Example]:
    """One path of each kind."""
    old = ("https://d.example/2", "Two", "Mon, 01 Jan 2001 00:00:00 GMT")
    served = {
        "/a.xml": rss(("https://d.example/1", "One", DATE), old),
        "/b.xml": rss(("https://d.example/3", "Three", None)),
    }
    with tempfile.TemporaryDirectory() as name, bucket(served) as kept:
        folder = Path(name)
        rows = [
            {"id": f"doc{n}", "text": "Cluster munitions.", "published": "2023-07-01"} for n in range(450)
        ]
        (folder / "docs.jsonl").write_bytes(documents(*rows))
        (folder / "pages").mkdir()
        for number in range(5):
            (folder / "pages" / f"{number}.html").write_text(html(f"Page {number}"))
        (folder / "pages.zip").write_bytes(zipped({f"z{n}.html": html(f"Zipped {n}") for n in range(5)}))
        results = [article(f"https://m.example/{n}", f"Title {n}", "Outlet", "Snippet") for n in range(60)]
        (folder / "alerts.mbox").write_bytes(mbox(*map(alert, results)))
        (folder / "feeds.opml").write_bytes(opml("https://f.example/a.xml", "https://f.example/b.xml"))
        records = b"".join(page(html("W").encode(), f"https://w.example/{n}", number=f"w{n}",
                                at="2023-07-03T00:00:00Z") for n in range(6))  # fmt: skip
        (folder / "few.warc.gz").write_bytes(records)
        names = ("docs.jsonl", "pages", "pages.zip", "alerts.mbox", "feeds.opml", "few.warc.gz")
        targets = tuple(Target(str(folder / each)) for each in names)
        stretch = window("2023-07-01", "2023-07-10")
        with reaching({"*.example": kept.place}, targets, stretch) as reach:
            archive = built("files", reach, batch=2, block=700)
            found = {found.key for batch in archive.pages(stretch, None) for found in batch.pages}
            assert len(found) == 450 + 5 + 5 + 60 + 2 + 6
            yield Example(archive, at("2023-07-01"), at("2023-07-10"), frozenset(found))
