"""The lines of a host's articles in the ledger: counted once an article."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from monitor.store.schema import HostLine

#: The hash under which a host's articles themselves are counted.
ALL: Final = 0


def count_lines(session: Session, host: str, hashes: Collection[int]) -> None:
    """Notes that one more article of the host has these lines."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows = [{"host": host, "hash": value, "articles": 1} for value in sorted({ALL, *hashes})]
    statement: Any = (sqlite_insert if sqlite else postgresql_insert)(HostLine)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["host", "hash"], set_={"articles": HostLine.articles + 1}
        ),
        rows,
    )


def lines_seen(session: Session, host: str, hashes: Collection[int]) -> tuple[dict[int, int], int]:
    """(hash to the number of the host's articles that have the line, number of the host's articles)."""
    query = select(HostLine.hash, HostLine.articles).where(
        HostLine.host == host, HostLine.hash.in_({ALL, *hashes})
    )
    seen = dict(session.execute(query).all())
    return seen, seen.pop(ALL, 0)
