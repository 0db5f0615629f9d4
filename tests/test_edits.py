"""An edit of an article: what it changed, and how the trail of the article shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractors.page import read_page
from monitor.cli.explain import explain
from monitor.identity.edits import MAX_EDITS, Edit, edits
from monitor.model import Document
from monitor.store.articles import add_version
from monitor.store.database import Database
from monitor.store.schema import Article

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
FIRST = "The mole is shut.\nThe mayor said the wall was safe.\nFerries go from the coal quay."
SECOND = (
    "The mole is shut.\nThe mayor said the wall was unsafe.\nFerries go from the coal quay.\nMore follows."
)


def test_paragraphs_that_are_new_gone_or_worded_otherwise() -> None:
    assert edits(FIRST, SECOND) == [
        Edit("The mayor said the wall was safe.", "The mayor said the wall was unsafe."),
        Edit(None, "More follows."),
    ]
    assert edits(SECOND, "The mole is shut.") == [
        Edit("The mayor said the wall was unsafe.", None),
        Edit("Ferries go from the coal quay.", None),
        Edit("More follows.", None),
    ]
    assert edits(FIRST, FIRST) == []


def test_a_page_that_grows_by_the_hundred_is_cut_short() -> None:
    grown = "\n".join(f"Update number {n}" for n in range(500))
    assert len(edits("Update number 3", grown)) == MAX_EDITS


@pytest.mark.ledger
def test_the_trail_of_an_article_shows_its_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'clusterwatch.db'}")
    database.upgrade()
    with database.writing() as session:
        article = Article(url="http://post.example/a", first_seen=NOW)
        session.add(article)
        session.flush()
        for hour, (title, text) in enumerate([("Mole shut", FIRST), ("Mole shut: unsafe", SECOND)]):
            page = read_page(Document(id="a", title=title, text=text), NOW)
            add_version(
                session, article, page, text_hash=str(hour), now=NOW + timedelta(hours=hour), source="page",
                summary=None,
            )  # fmt: skip
    database.dispose()
    shown = CliRunner().invoke(explain, ["a1"], catch_exceptions=False)
    assert shown.exit_code == 0
    assert "was: The mayor said the wall was safe." in shown.stdout
    assert "now: The mayor said the wall was unsafe." in shown.stdout
    assert "now: Mole shut: unsafe" in shown.stdout
