"""What is asked all day long finds its rows by index, however long the ledger is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from monitor.store.articles import find_article, latest_version, unjudged
from monitor.store.copies import copies_of
from monitor.store.database import Database
from monitor.store.entries import known_entries, to_revisit, unread
from monitor.store.feeds import find_feed, to_ask
from monitor.store.reports import reports_of, waiting_ids
from monitor.store.statements import living
from monitor.store.watch import arrivals, latest_arrivals

NOW = datetime(2024, 3, 5, 18, tzinfo=UTC)
#: Tables that grow for ever.
LONG = ("entries", "articles", "article_versions", "reports", "passages", "statements", "appearances")
ASKED: dict[str, Callable[[Session], Any]] = {
    "known entries": lambda s: known_entries(s, 1, ["g"], ["http://a.example/"], ["c"]),
    "unread": lambda s: unread(s, NOW, 10),
    "arrivals": lambda s: arrivals(s, 1),
    "latest arrivals": latest_arrivals,
    "feeds asked": lambda s: to_ask(s, [1, 2]),
    "feed by address": lambda s: find_feed(s, "http://a.example/"),
    "article by address": lambda s: find_article(s, "http://a.example/"),
    "copies": lambda s: copies_of(s, 1),
    "latest version": lambda s: latest_version(s, 1),
    "unjudged": lambda s: unjudged(s, 10),
    "revisits": lambda s: to_revisit(s, NOW, 10),
    "reports of an article": lambda s: reports_of(s, 1),
    "waiting reports": waiting_ids,
    "a statement": lambda s: living(s, 1),
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('indexes') / 'ledger.db'}")
    database.upgrade()
    return database


@pytest.mark.ledger
@pytest.mark.parametrize("name", ASKED)
def test_no_long_table_is_gone_through(ledger: Database, name: str) -> None:
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, words: str, values: Any, *_: Any) -> None:
        if words.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {words}", values)
            plans.extend(str(row[-1]) for row in cursor.fetchall())

    event.listen(ledger.engine, "before_cursor_execute", explain)
    try:
        with ledger.reading() as session:
            ASKED[name](session)
    finally:
        event.remove(ledger.engine, "before_cursor_execute", explain)
    assert plans
    whole = [line for line in plans for table in LONG if line.startswith(f"SCAN {table}")]
    assert not whole, plans


def test_an_index_that_is_gone_is_noticed(tmp_path: Path) -> None:
    """The test above can fail: without its index the copies of an article are looked for everywhere."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    database.upgrade()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_articles_copy_of")
    with pytest.raises(AssertionError):
        test_no_long_table_is_gone_through(database, "copies")
