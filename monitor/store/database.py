"""Opening the ledger: SQLite (WAL, synchronous FULL, busy timeout) or PostgreSQL through psycopg 3.

``Database.writing()`` and ``.reading()`` give sessions. On SQLite a writing session begins with
BEGIN IMMEDIATE, so that two writers queue instead of failing half-way; ``writing("statements")`` makes the
writers of one block take turns on PostgreSQL, where SQLite's single writer already does.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from monitor.errors import SchemaMismatch, SettingsError, StoreError, StoreUnreachable

__all__ = ["Database", "Session"]

MIGRATIONS = Path(__file__).parent / "migrations"
#: How often, and how many seconds apart, a fresh SQLite file is asked to go into WAL mode: ten seconds.
WAL_TRIES = 400
WAL_WAIT = 0.025
#: How long, in seconds, a transaction may try to begin on a SQLite file that others keep locked.
BEGIN_WAIT = 60.0


#: A writer's turn; and, for its transaction, plans for any values: what matching asks is planned once, where
#: to plan it for each report costs six times its answer.
_TURN = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(:b, 0)),"
    " set_config('plan_cache_mode', 'force_generic_plan', true)"
)

#: Indexes that a build left unfinished; queries pass them over, and unique ones guard nothing.
_BROKEN_INDEXES = text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")


class Database:
    """The ledger's database. Raises SettingsError for a URL that cannot be one."""

    def __init__(self, url: str, *, busy_timeout: float = 30.0) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise SettingsError("database.url is not a database URL") from None
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError("database.url: sqlite and postgresql+psycopg are known")
        self.shown = parsed.render_as_string(hide_password=True)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self._file = Path(parsed.database) if self.sqlite and parsed.database else None
        if self._file and not self._file.parent.is_dir():
            raise SettingsError(f"database.url: there is no folder {self._file.parent}")
        options: dict[str, Any] = {"timeout": busy_timeout} if self.sqlite else {"connect_timeout": 10}
        try:
            self.engine: Engine = create_engine(parsed, connect_args=options, pool_pre_ping=not self.sqlite)
        except (NoSuchModuleError, ImportError, ModuleNotFoundError) as error:
            raise SettingsError("PostgreSQL needs the extra: pip install 'clusterwatch[postgres]'") from error
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def dispose(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def writing(self, block: str | None = None) -> Iterator[Session]:
        """A session that commits at the end, or rolls back as a whole; one writer of ``block`` at a time."""
        with self._session(immediate=True) as session:
            if block is not None:
                self.serialise(session, block)
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads: what it changes is rolled back."""
        with self._session(immediate=False) as session:
            yield session
            session.expunge_all()  # what was read stays readable
            session.rollback()

    @contextmanager
    def _session(self, *, immediate: bool) -> Iterator[Session]:
        engine = self.engine.execution_options(cw_immediate=immediate)
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except (OperationalError, InterfaceError) as error:
            raise _translated(error, self.shown) from error

    def serialise(self, session: Session, block: str) -> None:
        """Until this transaction ends, no other writer of ``block`` goes on: for a block known midway."""
        if not self.sqlite:
            session.execute(_TURN, {"b": block})

    # --- the schema -----------------------------------------------------------------------------

    def _alembic(self, connection: Connection) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        return config

    def revision(self) -> str | None:
        """The schema's revision in the database, None where there is none. Raises StoreUnreachable."""
        try:
            with self.engine.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision()
        except DBAPIError as error:
            raise _translated(error, self.shown) from error

    def newest(self) -> str:
        """The newest revision that this version of the program knows."""
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        if head is None:  # pragma: no cover - a package without its migrations
            raise StoreError("the program came without its migrations")
        return head

    def upgrade(self, to: str = "head") -> str | None:
        """Migrates up to ``to``; gives the revision before. One migrator at a time."""
        before = self.check(migrating=True)
        with self._migrating() as connection:
            command.upgrade(self._alembic(connection), to)
        return before

    def downgrade(self, to: str) -> None:
        """Migrates down to a revision or ``base``: for tests and for going back a version."""
        with self._migrating() as connection:
            command.downgrade(self._alembic(connection), to)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        engine = self.engine.execution_options(cw_immediate=True)
        try:
            with engine.connect() as connection, _keys_at_rest(connection, self.sqlite), connection.begin():
                if not self.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(72191001)"))
                yield connection
                if self.sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                    raise StoreError(f"the migration would leave rows that point to nothing in {self.shown}")
        except (OperationalError, InterfaceError) as error:
            raise _translated(error, self.shown) from error

    def check(self, *, migrating: bool = False) -> str | None:
        """The revision, after making sure that the program can work with it. Raises SchemaMismatch."""
        current = self.revision()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if current is not None and current not in known:
            raise SchemaMismatch(
                f"the database has schema {current}, newer than this program (it knows {self.newest()}): "
                "install the newer version, or use another database"
            )
        if not migrating and current != self.newest():
            raise SchemaMismatch(
                f"the database has {'no schema' if current is None else f'schema {current}'}; "
                f"run: clusterwatch db upgrade (to {self.newest()})"
            )
        return current

    def integrity(self, *, quick: bool = False) -> list[str]:
        """Faults that the database itself finds, in words; none is an empty list.

        ``quick`` leaves out what takes longest on a large SQLite file: whether each index holds each row.
        """
        with self.engine.connect() as connection:
            if not self.sqlite:
                rows = connection.execute(_BROKEN_INDEXES)
                return [f"the index {row[0]} is not valid: it must be made anew (REINDEX)" for row in rows]
            pragma = "quick_check" if quick else "integrity_check"
            found = [str(r[0]) for r in connection.execute(text(f"PRAGMA {pragma}"))]
            orphans = [tuple(r) for r in connection.execute(text("PRAGMA foreign_key_check"))]
        return [r for r in found if r != "ok"] + [f"row {r[1]} of {r[0]} points to nothing" for r in orphans]

    def backup(self, target: Path) -> None:
        """Copies a SQLite ledger while it is in use, checks the copy, then puts it in its place."""
        if not self.sqlite or self._file is None:
            raise StoreError("db backup is for SQLite; use pg_dump for PostgreSQL")
        if target.exists():
            raise SettingsError(f"{target} is there already")
        part = target.with_name(target.name + ".part")
        if not target.parent.is_dir():
            raise SettingsError(f"there is no folder {target.parent}")
        part.unlink(missing_ok=True)
        source = sqlite3.connect(self._file)
        try:
            copy = sqlite3.connect(part)
            try:
                source.backup(copy)
                faults = [r[0] for r in copy.execute("PRAGMA integrity_check") if r[0] != "ok"]
            finally:
                copy.close()
        finally:
            source.close()
        if faults:
            part.unlink()
            raise StoreError(f"the copy is damaged: {faults[0]}")
        part.replace(target)


@contextmanager
def _keys_at_rest(connection: Connection, sqlite: bool) -> Iterator[None]:
    """SQLite changes a table by making it anew: while it is away, nothing may mind that it is."""
    if not sqlite:
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # before the transaction: inside one it does nothing
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _write_ahead(cursor: Any) -> None:
    """Puts a file into WAL mode, once. Two openers of a fresh file meet here, and the switch knows no wait:

    SQLite answers "locked" at once, whatever the busy timeout (sqlite.org/wal.html, "Sometimes queries
    return SQLITE_BUSY in WAL mode"), so the wait is ours.
    """
    for patience in range(WAL_TRIES, -1, -1):
        try:
            if cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not patience:
                raise
        time.sleep(WAL_WAIT)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: BEGIN IMMEDIATE is ours to say.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begins, and takes the lock at once: a reader too would else meet "locked" in the middle.

    While the last one of others closes the file or clears up after a crash, SQLite answers "locked" without
    the busy timeout (sqlite.org/wal.html, as above), so the wait is ours here too.
    """
    immediate = connection.get_execution_options().get("cw_immediate", False)
    raw: Any = connection.connection.dbapi_connection
    until = time.monotonic() + BEGIN_WAIT
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
            if not immediate:
                raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
            return
        except sqlite3.OperationalError as error:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            if "locked" not in str(error) or time.monotonic() >= until:
                raise StoreUnreachable(f"the database is in use by others: {error}") from error
        time.sleep(WAL_WAIT)


def _translated(error: DBAPIError, shown: str) -> StoreError:
    words = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
    return StoreUnreachable(f"the database {shown} cannot be used: {words}")
