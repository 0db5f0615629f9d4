"""Feed documents that lead to one another: archived, paged, complete, WordPress's, JSON Feed's."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

from archiving import at
from servers import Reply, Request


@dataclass(frozen=True)
class Story:
    """An entry: ``day`` is its own, and the last part of its address unless ``path`` is."""

    host: str
    day: str
    path: str = ""
    text: str = ""

    @property
    def url(self) -> str:
        return f"http://{self.host}/{self.path or self.day}"


def entries(host: str, newest: str, count: int) -> list[Story]:
    """One story a day, the newest first."""
    first = date.fromisoformat(newest)
    return [Story(host, (first - timedelta(days=n)).isoformat()) for n in range(count)]


def atom(
    stories: Sequence[Story],
    *,
    earlier: str = "",
    rel: str = "prev-archive",
    current: str = "",
    archive: bool = False,
    complete: bool = False,
) -> Reply:
    """An Atom document with the links and marks of RFC 5005."""
    links = f'<link rel="{rel}" href="{earlier}"/>' if earlier else ""
    links += f'<link rel="current" href="{current}"/>' if current else ""
    marks = ("<fh:archive/>" if archive else "") + ("<fh:complete/>" if complete else "")
    rows = "".join(
        f'<entry><id>{s.url}</id><title>Story of {s.day}</title><link href="{s.url}"/>'
        f"<updated>{s.day}T09:00:00Z</updated><published>{s.day}T09:00:00Z</published><summary>-</summary></entry>"
        for s in stories
    )
    return Reply(
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:fh="http://purl.org/syndication/history/1.0"><title>D</title><id>d</id>{marks}{links}{rows}</feed>',
        "application/atom+xml",
    )


def rss(stories: Sequence[Story], *, generator: str = "", links: str = "") -> Reply:
    """An RSS document as WordPress writes it, with the full text where a story has one."""
    rows = "".join(
        f"<item><title>Story of {s.day}</title><link>{s.url}</link><guid>{s.url}</guid>"
        f"<pubDate>{format_datetime(at(f'{s.day}T09:00:00'))}</pubDate><description>-</description>"
        + (f"<content:encoded><![CDATA[{s.text}]]></content:encoded>" if s.text else "")
        + "</item>"
        for s in stories
    )
    return Reply(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0">'
        f"<channel><title>D</title><generator>{generator}</generator>{links}{rows}</channel></rss>",
        "application/rss+xml",
    )


def json_feed(stories: Sequence[Story], next_url: str | None = None) -> Reply:
    """A JSON Feed 1.1 document."""
    items = [
        {"id": s.url, "url": s.url, "title": f"Story of {s.day}", "date_published": f"{s.day}T09:00:00Z"}
        for s in stories
    ]
    more = {"next_url": next_url} if next_url else {}
    return Reply(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "D", "items": items, **more}),
        "application/feed+json",
    )


def wordpress(
    stories: Sequence[Story], size: int, *, beyond: Reply | None = None
) -> Callable[[Request], Reply]:
    """A site that answers ``?paged=N``; past its end with 404, or ``beyond``."""

    def page(request: Request) -> Reply:
        number = int(parse_qs(request.path.partition("?")[2]).get("paged", ["1"])[0])
        part = stories[(number - 1) * size : number * size]
        if not part:
            return beyond or Reply("<html>Not found</html>", status=404)
        return rss(part, generator="https://wordpress.org/?v=6.4.2")

    return page
