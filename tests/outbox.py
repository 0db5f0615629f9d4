"""An outbox full of alerts, and a clock that a test moves on: delivery without the reading before it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from world import World

from monitor.identity import speaker_key
from monitor.model import Passage, Report, Said, Speaker
from monitor.pipeline import announce
from monitor.pipeline.services import Services
from monitor.ports import Channel
from monitor.store.reports import write_report
from monitor.store.schema import Article, ArticleVersion, DeliveryRow, Outlet, ReportRow

NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
_CODES = (
    "ATBEBGCZDKEEFIFRDEGRHUIEITLVLTNLNOPLPTROSKSIESSECHTRUARUUSCAMXBRCLPEJPKRCNINPKLKNPKEZAGHSNMATNEGJOLB"
)
STATES = [_CODES[n : n + 2] for n in range(0, len(_CODES), 2)]
OFFICES = ("foreign_minister", "defence_minister", "president", "prime_minister", "ambassador")
SYLLABLES = (
    "ba",
    "dre",
    "fi",
    "gol",
    "ha",
    "jur",
    "ke",
    "lom",
    "mi",
    "nar",
    "po",
    "ret",
    "su",
    "tol",
    "va",
    "zen",
)
ACTS = ("condemns", "denies_use", "affirms_ban", "calls_to_stop")


class Clock:
    """Runs on from where it is set, as the program's own does."""

    def __init__(self, start: datetime = NOON) -> None:
        self._start, self._set = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._set)

    def forward(self, **by: float) -> None:
        self._start = self.now() + timedelta(**by)
        self._set = time.monotonic()


@contextmanager
def at_noon(world: World, **channels: Channel) -> Iterator[tuple[Services, Clock]]:
    """The program with a clock to move, and with these channels in the place of its own."""
    clock = Clock()
    with world.at(NOON.isoformat()) as services, ExitStack() as opened:
        for channel in channels.values():
            opened.callback(channel.close)
        yield replace(services, clock=clock, channels={**services.channels, **channels}), clock


def fill(
    services: Services, alerts: int, first: int = 0, words: str = "We shall not use such shells"
) -> None:
    """So many statements, each with its alert and a delivery for each reader, as announcing writes them."""
    _reports(services, alerts, first, words)
    done = announce(services).done
    assert done["new_statements"] == alerts, done


def _reports(services: Services, number: int, first: int, words: str) -> None:
    now = services.now()
    with services.database.writing() as session:
        for n in range(first, first + number):
            outlet = Outlet(
                name=f"Paper {n}", key=f"paper{n}.example", kind="newspaper", tier=2, pages="hinted"
            )
            session.add(outlet)
            session.flush()
            article = Article(
                url=f"http://paper{n}.example/{n}", first_seen=now, origin="ingest", copy_by="none"
            )
            article.outlet_id, article.published, article.published_precision = outlet.id, now, "minute"
            article.language, article.form, article.concerns, article.address = (
                "en",
                "article",
                True,
                article.url,
            )
            session.add(article)
            session.flush()
            version = ArticleVersion(
                article_id=article.id, number=1, text_hash=f"h{n}", fetched_at=now, text="", page={},
                source="given", judged_at=now,
            )  # fmt: skip
            session.add(version)
            session.flush()
            row = ReportRow(article_id=article.id, post_key="", found_at=now, status="waiting")
            session.add(row)
            report = _report(n, now.date(), words)
            key = speaker_key(report.speaker)
            write_report(row, report, version=version, key=key, language="en", published=now)


def _report(n: int, today: date, words: str) -> Report:
    """Of fifty states, five offices and four days, each once; each speaker with a name of its own."""
    state, office = STATES[n % 50], OFFICES[n // 50 % 5]
    dice = random.Random(n)
    first, last = ("".join(dice.choices(SYLLABLES, k=k)).title() for k in (2, 4))
    speaker = Speaker(f"{first} {last}", f"{first} {last}", "state", state, office.replace("_", " "), office)
    day = today - timedelta(days=n // 250 % 4)
    text = f"{words}, and number {n} of our reasons is the fields of {' '.join(dice.choices(SYLLABLES, k=9))}"
    passage = Passage("direct", text, "text", 0, len(text), "verbatim", "gold")
    return Report(speaker, Said(day, day, day), "new", (ACTS[n % 4],), (passage,), 1.0)


def states_of(services: Services) -> Counter[str]:
    """How many deliveries are in which state."""
    with services.database.reading() as session:
        return Counter(session.scalars(select(DeliveryRow.status)))


def settings_for(readers: dict[str, list[str]]) -> list[dict[str, Any]]:
    """A subscription a channel."""
    return [{"name": by, "by": by, "to": to} for by, to in readers.items()]
