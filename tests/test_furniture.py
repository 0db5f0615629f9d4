"""Furniture by its host: what is cut, what never is, and what the ledger counts."""

from __future__ import annotations

import pytest

from extractors.hostlines import edge_lines, line_hash, without_repeated
from extractors.languages.marks import inside_quotation, unquoted
from monitor.model import Page, Post
from monitor.pipeline.furniture import without_furniture
from monitor.store.database import Database
from monitor.store.hostlines import count_lines, lines_seen

APPEAL = "Write to the night desk of the Lowmere Post whenever you have seen something odd."
QUOTE = "“We have never kept such shells in this town,” the mayor has said in each of these weeks."


def page(number: int, *more: str) -> Page:
    body = [
        f"Story {number} begins with what happened on day {number} of the regatta at Lowmere."
        for _ in range(1)
    ]
    body += [f"Its paragraph {n} of story {number} tells how the boats came home." for n in range(4)]
    return Page(text="\n".join([*body, *more]))


@pytest.fixture
def database(database_url: str):
    opened = Database(database_url)
    opened.upgrade()
    yield opened
    opened.dispose()


def test_what_a_host_repeats_is_cut_and_kept_and_its_quotations_never(database: Database) -> None:
    with database.writing() as session:
        for number in range(8):
            read = without_furniture(
                session, page(number, QUOTE, APPEAL), f"http://post.example/{number}", new=True
            )
            assert QUOTE in read.text
            assert (APPEAL in read.text) is (number < 5)
            assert [c.text for c in read.cut if c.reason == "host"] == ([] if number < 5 else [APPEAL])
        elsewhere = without_furniture(session, page(1, APPEAL), "http://other.example/1", new=True)
        assert APPEAL in elsewhere.text


def test_what_stands_in_few_of_many_articles_stays(database: Database) -> None:
    background = "The Convention has been in force since the summer of the year in which the mole was built."
    with database.writing() as session:
        for number in range(40):
            more = (background,) if number % 5 == 0 else ()
            read = without_furniture(session, page(number, *more), f"http://post.example/{number}", new=True)
            assert (background in read.text) is bool(more)
        seen, articles = lines_seen(session, "post.example", {line_hash(background)})
        assert (seen, articles) == ({line_hash(background): 8}, 40)


def test_an_article_counts_once(database: Database) -> None:
    with database.writing() as session:
        for _ in range(9):
            read = without_furniture(session, page(1, APPEAL), "http://post.example/1", new=False)
            assert APPEAL in read.text
        count_lines(session, "post.example", [5, -(2**63), 5])
        assert lines_seen(session, "post.example", [5, 6]) == ({5: 1}, 1)
        assert without_furniture(session, page(1, APPEAL), None, new=True) == page(1, APPEAL)


def test_only_edges_outside_quotations_are_looked_at() -> None:
    lines = [f"Paragraph {n} of a long story about boats." for n in range(10)]
    assert list(edge_lines(Page(text="\n".join(lines)))) == [0, 1, 5, 6, 7, 8, 9]
    opened = [
        "She rose: “We keep nothing here.",
        "Nobody keeps anything in this town.",
        "Go and look.” They went.",
    ]
    assert edge_lines(Page(text="\n".join(opened))) == {}
    live = Page(text="\n".join(lines), posts=(Post(0, "a", 0, 5),))
    assert edge_lines(live) == {}
    assert line_hash("Write to us!") == line_hash("write  to us")
    assert inside_quotation(opened) == [False, True, True]
    assert unquoted("He said «no» twice") == "He said   twice"


def test_a_text_is_never_emptied() -> None:
    notice = Page(text="You have to be a subscriber of the Post to read this.")
    seen = {line_hash(notice.text): 90}
    assert without_repeated(notice, seen, 100) == notice
    assert without_repeated(page(1, notice.text), seen, 100).text == page(1).text
    assert without_repeated(page(1, notice.text), seen, 1000).text == page(1, notice.text).text
