"""The program in this process: made-up sites, a mailbox, a ledger, and a clock that a test moves on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from typing import Any

import pytest
from journey import Item, article, rss
from mailserver import DESK, Inbox, serving
from servers import Reply, WebServer
from sqlalchemy import select

from extractors.opml import OpmlFeed
from monitor import app
from monitor.cli.importing import add_one
from monitor.cli.running import cycle
from monitor.model import Counts
from monitor.pipeline.ledger import Wish, statements
from monitor.pipeline.services import Services
from monitor.store.schema import Feed

START = "2024-03-05T18:00:00+00:00"
DAY = "Tue, 05 Mar 2024 15:00:00 GMT"
ISO = "2024-03-05T15:00:00+00:00"
QUOTE = "Norway will never again accept a single cluster munition on its soil, whatever our neighbours do"
LEAD = f"“{QUOTE},” Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
FINLAND = (
    "Finnish Defence Minister Pekka Lauttamo said on Tuesday: “We condemn each use of cluster bombs against "
    "villages, and we shall say so in every council.”"
)
BACKGROUND = "Cluster munitions scatter bomblets over a wide area, and many of them fail to explode at once."


def story(
    path: str = "/norway", lead: str = LEAD, title: str = "Norway rejects cluster munitions", *more: str,
    dated: bool = True, guid: str | None = None, summary: str = "The minister spoke in Oslo.",
) -> Item:  # fmt: skip
    page = article(title, lead, *more, BACKGROUND, published=ISO if dated else None)
    return Item(path, title, summary, DAY if dated else None, guid, page)


@dataclass
class World:
    """The sites, the mailbox and the settings of one test; ``at`` opens the program at a time."""

    web: WebServer
    inbox: Inbox
    monkeypatch: pytest.MonkeyPatch
    settings: dict[str, Any] = field(default_factory=dict)

    def serve(self, host: str, items: list[Item]) -> None:
        pages: dict[str, Any] = {"/feed.xml": rss(host, items)}
        pages.update({i.path: Reply(i.page) for i in items if i.page is not None})
        self.web.sites[host] = pages

    @contextmanager
    def at(self, time: str = START) -> Iterator[Services]:
        for name, value in (self.settings | {"CLOCK__START": time}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            self.monkeypatch.setenv(f"CLUSTERWATCH__{name}", text)
        with app.open_services(workers=0) as services:
            yield services

    def add(self, host: str, *, from_start: bool = True, time: str = START, **facts: Any) -> None:
        entry = OpmlFeed(
            url=f"http://{host}/feed.xml", title=facts.pop("title", host), home_url=None,
            language="en", country=None, kind=None, tier=2, pages=None,
        )  # fmt: skip
        with self.at(time) as services, services.database.writing() as session:
            add_one(services, session, replace(entry, **facts), from_start=from_start)

    def run(self, time: str = START) -> dict[str, Counts]:
        """All five stages with every active feed asked."""
        with self.at(time) as services:
            with services.database.reading() as session:
                ids = list(session.scalars(select(Feed.id).where(Feed.status == "active")))
            counts = cycle(services, ids)
        return {c.stage: c for c in counts}

    def rows(self, table: Any, time: str = START) -> list[Any]:
        with self.at(time) as services, services.database.reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def ledger(self, time: str = START) -> list[dict[str, Any]]:
        with self.at(time) as services, services.database.reading() as session:
            return list(statements(session, services, Wish()))[::-1]

    def subjects(self) -> list[str]:
        return [" ".join(str(message_from_bytes(m)["Subject"]).split()) for _, m in self.inbox.taken]


@contextmanager
def opened(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with its servers running; its one subscription is a desk's, by e-mail."""
    inbox = Inbox()
    with WebServer() as web, serving(inbox) as port:
        yield World(
            web,
            inbox,
            monkeypatch,
            {
                "DATABASE__URL": ledger_url,
                "FETCH__CONNECT_TO": {"*.example": web.place},
                "FETCH__PER_HOST_DELAY": "0",
                "ALERTS__EMAIL__PORT": str(port),
                "ALERTS__EMAIL__HOST": "127.0.0.1",
                "ALERTS__EMAIL__TLS": "off",
                "ALERTS__EMAIL__TIMEOUT": "5",
                "SUBSCRIPTIONS": [{"name": "desk", "by": "email", "to": [DESK]}],
            },
        )
