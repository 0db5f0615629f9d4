"""The ledger's database: migrations, guards and what both databases must do alike."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text, update

from monitor.errors import SchemaMismatch, SettingsError, StoreUnreachable
from monitor.store.database import Database
from monitor.store.feeds import OutletFacts, add_feed, outlet_of
from monitor.store.hostturns import HostTurns
from monitor.store.issues import KEPT, close_issue, gather_issue, raise_issue
from monitor.store.schema import (
    Article,
    ArticleVersion,
    Base,
    Feed,
    HostTurn,
    IssueRow,
    Outlet,
    PassageRow,
    ReportRow,
)

NOW = datetime(2024, 3, 5, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def database(database_url: str):
    opened = Database(database_url)
    opened.upgrade()
    yield opened
    opened.dispose()


def test_migrations_go_up_down_and_up(database_url: str) -> None:
    database = Database(database_url)
    try:
        assert database.revision() is None
        database.upgrade()
        assert database.check() == database.newest()
        tables = set(inspect(database.engine).get_table_names())
        assert set(Base.metadata.tables) <= tables
        database.downgrade("base")
        assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
        database.upgrade()
        assert database.revision() == database.newest()
    finally:
        database.dispose()


def test_the_migrations_make_the_tables_of_the_model(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_newer_schema_is_refused_in_one_sentence(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for work in (database.check, database.upgrade):
        with pytest.raises(SchemaMismatch, match="schema 9999, newer than this program") as caught:
            work()
        assert "\n" not in str(caught.value)


def test_an_empty_database_asks_for_upgrade(database_url: str) -> None:
    database = Database(database_url)
    try:
        with pytest.raises(SchemaMismatch, match="db upgrade"):
            database.check()
    finally:
        database.dispose()


def test_two_migrators_at_once_make_one_schema(database_url: str) -> None:
    def migrate(_number: int) -> None:
        database = Database(database_url)
        try:
            database.upgrade()
        finally:
            database.dispose()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(migrate, range(3)))
    database = Database(database_url)
    assert database.check() == database.newest()
    database.dispose()


def test_moments_keep_their_instant_and_come_back_in_utc(database: Database) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with database.writing() as session:
        raise_issue(session, "code", "subject", "détail, подробность, 细节", east)
    with database.reading() as session:
        row = session.query(IssueRow).one()
        assert row.first_at == NOW
        assert row.first_at.utcoffset() == timedelta(0)
        assert row.detail == "détail, подробность, 细节"


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs a zone"), database.writing() as session:
        raise_issue(session, "code", "subject", "", datetime(2024, 1, 1))  # noqa: DTZ001


def test_issues_are_counted_and_closed(database: Database) -> None:
    with database.writing() as session:
        raise_issue(session, "feed_failing", "f1", "first", NOW)
        raise_issue(session, "feed_failing", "f1", "second", NOW + timedelta(hours=1))
    with database.reading() as session:
        row = session.query(IssueRow).one()
        assert (row.times, row.detail, row.closed_at) == (2, "second", None)
    with database.writing() as session:
        close_issue(session, "feed_failing", "f1", NOW + timedelta(hours=2))
        close_issue(session, "feed_failing", "f99", NOW)
    with database.writing() as session:
        raise_issue(session, "feed_failing", "f1", "again", NOW + timedelta(hours=3))
        assert session.query(IssueRow).one().times == 1
        for turn in range(2):  # read again after a kill, nothing is said twice
            lines = [f"line\n{n}: not JSON" for n in range(turn, 12)]
            gather_issue(session, "bad_line", "files x", lines, NOW + timedelta(hours=turn))
        found = session.query(IssueRow).filter_by(code="bad_line").one()
        assert found.detail.splitlines() == [f"line {n}: not JSON" for n in range(KEPT)]
        assert (found.times, found.first_at, found.last_at) == (23, NOW, NOW + timedelta(hours=1))
        close_issue(session, "bad_line", "files x", NOW)
        assert gather_issue(session, "bad_line", "files x", ["line 99"], NOW).detail == "line 99"


def test_an_outlet_is_known_by_its_name_and_keeps_what_it_has(database: Database) -> None:
    with database.writing() as session:
        first = outlet_of(
            session, OutletFacts("The  Baltic Courier", "courier.example", "newspaper", 2), tier=2
        )
        again = outlet_of(session, OutletFacts("the baltic courier", country="LT"), tier=3)
        assert (first.id, again.tier, again.country, again.kind) == (again.id, 2, "LT", "newspaper")


def test_a_removed_feed_is_taken_up_again(database: Database) -> None:
    with database.writing() as session:
        outlet = outlet_of(session, OutletFacts("X"), tier=2)
        feed, new = add_feed(session, "https://x.example/feed", outlet, now=NOW, baseline=True)
        feed.status = "removed"
        session.flush()
        same, again = add_feed(session, "https://x.example/feed", outlet, now=NOW, baseline=True)
        assert (new, again, same.status, same.id) == (True, False, "active", feed.id)


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def begun_and_broken_off() -> None:
        with database.writing() as session:
            outlet_of(session, OutletFacts("gone"), tier=2)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begun_and_broken_off()
    with database.reading() as session:
        assert session.query(Outlet).count() == 0


def test_reading_changes_nothing_and_what_was_read_stays_readable(database: Database) -> None:
    with database.writing() as session:
        outlet = outlet_of(session, OutletFacts("X"), tier=2)
        add_feed(session, "https://x.example/feed", outlet, now=NOW, baseline=True)
    with database.reading() as session:
        feed = session.query(Feed).one()
        feed.title = "changed"
        session.flush()
    assert feed.url == "https://x.example/feed"
    with database.reading() as session:
        assert session.query(Feed).one().title is None


def test_writers_take_turns(database: Database) -> None:
    """Two read-modify-write transactions on one block at once lose nothing."""
    with database.writing() as session:
        raise_issue(session, "count", "one", "", NOW)

    def add() -> None:
        for _ in range(10):
            with database.writing("block") as session:
                session.query(IssueRow).one().times += 1

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.query(IssueRow).one().times == 41


def test_turns_of_a_host_are_booked_by_all_processes_one_after_the_other(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    one, two = HostTurns(database), HostTurns(other)
    assert one.book("archive.example", 10, 60) == 0
    assert 9 < two.book("archive.example", 10, 60) <= 10
    assert 19 < one.book("archive.example", 5, 60) <= 20
    assert two.book("other.example", 10, 60) == 0
    assert 24 < two.book("archive.example", 10, 20) <= 25, "too long: it is said, and not booked"
    assert 24 < one.book("archive.example", 10, 60) <= 25
    two.put_off("other.example", 50)
    one.put_off("other.example", 20)  # asks for less, and takes nothing back
    assert 49 < one.book("other.example", 10, 60) <= 50
    with database.writing() as session:  # by a clock that was some hours ahead, and has been put back since
        ahead = datetime.now(UTC).timestamp() + 7_200
        session.execute(update(HostTurn).values(free_at=ahead + 10, booked_at=ahead))
    assert two.book("archive.example", 10, 60) == 0
    assert 9 < one.book("archive.example", 10, 60) <= 10
    two.put_off("other.example", 86_400)
    assert 86_000 < one.book("other.example", 10, 60) <= 86_400, "a day is what a host may ask for"
    with ThreadPoolExecutor(8) as pool:
        waits = sorted(pool.map(lambda n: (one, two)[n % 2].book("busy.example", 30, 999), range(8)))
    assert [round(wait / 30) for wait in waits] == list(range(8))
    other.dispose()


def test_sqlite_runs_in_wal_with_full_synchronisation(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.dispose()


@pytest.mark.ledger
def test_backup_is_a_whole_ledger_and_overwrites_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    database.upgrade()
    with database.writing() as session:
        raise_issue(session, "code", "subject", "", NOW)
    copy = tmp_path / "copy.db"
    database.backup(copy)
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM issues").fetchone() == (1,)
    connection.close()
    with pytest.raises(SettingsError, match="is there already"):
        database.backup(copy)
    assert database.integrity() == []
    database.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/x", "sqlite and postgresql"),
        ("sqlite:////no/such/folder/x.db", "no folder"),
    ],
)
def test_a_wrong_url_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Database(url)


def test_a_password_never_stands_in_an_error() -> None:
    database = Database("postgresql+psycopg://user:hushhush@127.0.0.1:1/ledger")
    with pytest.raises(StoreUnreachable) as caught:
        database.check()
    assert "hushhush" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    database.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is not a database, it is a letter to the editor " * 20)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(StoreUnreachable, match="not a database"):
        database.check()
    database.dispose()


def test_a_ledger_with_reports_goes_down_a_version_and_up_again(database: Database) -> None:
    """SQLite makes changed tables anew: the rows that point to them must stay where they are."""
    with database.writing() as session:
        article = Article(url="id:1", first_seen=NOW)
        session.add(article)
        session.flush()
        version = ArticleVersion(
            article_id=article.id,
            number=1,
            text_hash="x",
            fetched_at=NOW,
            text="words",
            source="given",
            page={},
        )
        session.add(version)
        session.flush()
        report = ReportRow(
            article_id=article.id,
            version_id=version.id,
            speaker_key="k",
            speaker="A",
            speaker_en="A",
            kind="state",
            reporting="new",
            positions=[],
            confidence=1.0,
            found_at=NOW,
        )
        session.add(report)
        session.flush()
        session.add(
            PassageRow(
                report_id=report.id,
                number=0,
                kind="direct",
                text="words",
                where="text",
                start=0,
                end=5,
                fidelity="verbatim",
                rule="r",
            )
        )
    database.downgrade("0002")
    database.upgrade()
    with database.reading() as session:
        assert session.query(PassageRow).one().report_id == session.query(ReportRow).one().id
    with database.engine.connect() as connection:
        if database.sqlite:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert database.integrity() == []


@pytest.mark.ledger
def test_many_openers_of_a_fresh_file_wait_for_each_other(tmp_path: Path) -> None:
    """SQLite's switch into WAL answers "locked" at once, whatever the busy timeout."""

    def opened(number: int) -> str | None:
        database = Database(f"sqlite:///{tmp_path / f'{number // 12}.db'}")
        try:
            return database.revision()
        finally:
            database.dispose()

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(opened, range(12 * 60))) == {None}


@pytest.mark.ledger
def test_a_reader_waits_for_a_file_that_is_locked_for_a_moment(tmp_path: Path) -> None:
    """While a file is closed by its last user, SQLite answers "locked" at once, busy timeout or not."""
    path = tmp_path / "ledger.db"
    database = Database(f"sqlite:///{path}", busy_timeout=0.0)
    database.upgrade()
    database.dispose()
    taken, free = threading.Event(), threading.Event()

    def keep() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        taken.set()
        free.wait(10)
        other.close()

    holder = threading.Thread(target=keep)
    holder.start()
    assert taken.wait(10)
    threading.Timer(0.5, free.set).start()
    for session in (database.reading, database.writing):
        with session() as opened:
            assert opened.scalar(select(func.count()).select_from(Feed)) == 0
    holder.join()
    database.dispose()
