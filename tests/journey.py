"""The program as its user runs it: a folder with settings and a ledger, sites to read, a mailbox."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from pathlib import Path
from typing import Any

import forking
from servers import Page, Reply, WebServer


@dataclass
class Item:
    """An entry of a made-up feed; ``page`` is the HTML of its page, ``published`` an RFC 822 date."""

    path: str
    title: str
    summary: str = ""
    published: str | None = None
    guid: str | None = None
    page: str | None = None


def rss(host: str, items: list[Item], title: str = "An invented outlet") -> Reply:
    """An RSS 2.0 document of these items."""
    rows = "".join(
        f"<item><title>{escape(i.title)}</title><link>http://{host}{i.path}</link>"
        f"<guid isPermaLink='false'>{escape(i.guid or i.path)}</guid>"
        + (f"<pubDate>{i.published}</pubDate>" if i.published else "")
        + f"<description>{escape(i.summary)}</description></item>"
        for i in items
    )
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>http://{host}/</link><description>-</description>{rows}</channel></rss>"
    )
    return Reply(body.encode(), "application/rss+xml", etag=True)


def article(title: str, *paragraphs: str, published: str | None = None) -> str:
    """The HTML of a plain news page."""
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    body = "".join(f"<p>{escape(p, quote=False)}</p>" for p in paragraphs)
    name = escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>{meta}</head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{name}</h1>{body}</article></body></html>"
    )


def site(host: str, items: list[Item]) -> dict[str, Page]:
    """A host's pages: its feed at /feed.xml and each item's page."""
    pages: dict[str, Page] = {"/feed.xml": rss(host, items)}
    pages.update({i.path: Reply(i.page) for i in items if i.page is not None})
    return pages


@dataclass
class Program:
    """The program in a folder of its own, reached by its console script in child processes."""

    folder: Path
    web: WebServer
    mail_port: int | None = None
    clock: str = "2024-03-05T18:00:00Z"
    database: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Settings by the environment, on top of the process's own."""
        values = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERWATCH")}
        values |= {
            "CLUSTERWATCH__DATABASE__URL": self.database or f"sqlite:///{self.folder / 'ledger.db'}",
            "CLUSTERWATCH__CLOCK__START": self.clock,
            "CLUSTERWATCH__FETCH__CONNECT_TO": json.dumps({"*.example": f"127.0.0.1:{self.web.port}"}),
            "CLUSTERWATCH__FETCH__PER_HOST_DELAY": "0",
            "CLUSTERWATCH__READ__WORKERS": "1",
        }
        if self.mail_port is not None:
            values |= {
                "CLUSTERWATCH__ALERTS__EMAIL__HOST": "127.0.0.1",
                "CLUSTERWATCH__ALERTS__EMAIL__PORT": str(self.mail_port),
                "CLUSTERWATCH__ALERTS__EMAIL__TLS": "off",
                "CLUSTERWATCH__ALERTS__EMAIL__FROM": "Clusterwatch <watch@example.org>",
                "CLUSTERWATCH__SUBSCRIPTIONS": json.dumps(
                    [{"name": "desk", "by": "email", "to": ["desk@example.org"]}]
                ),
            }
        for name, value in self.extra.items():
            values[name] = value if isinstance(value, str) else json.dumps(value)
        return values

    def run(self, *arguments: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """``clusterwatch`` with these arguments, as a process of its own."""
        return forking.run(arguments, self.folder, self.environment | dict(more or {}))

    def json(self, *arguments: str) -> Any:
        """The JSON that a command prints; its failure fails the test with its words."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def add(self, *hosts: str, options: tuple[str, ...] = ("--tier", "2", "--from-start")) -> None:
        """Watches the feeds of these hosts."""
        for host in hosts:
            done = self.run("feeds", "add", f"http://{host}/feed.xml", "--outlet", host, *options)
            assert done.returncode == 0, done.stderr


def rfc822(iso: str) -> str:
    """An ISO time as feeds write it."""
    from datetime import datetime

    text = format_datetime(datetime.fromisoformat(iso))
    assert parsedate_to_datetime(text)
    return text
