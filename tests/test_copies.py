"""Copies of one text: how they are looked for, what makes one sure, the ledger's groups, agencies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from extractors.page import read_page
from monitor.corroboration import Witness, agency_key, corroborate
from monitor.identity.copies import CANDIDATE, copied, sketch
from monitor.model import Document
from monitor.pipeline.copies import group_of, link_copy
from monitor.store.articles import add_version
from monitor.store.copies import copy_candidates, keep_sketch, sketch_of, unlinked_ids
from monitor.store.database import Database, Session
from monitor.store.schema import Article

NEWSROOM = Path(__file__).parent / "newsroom"
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
TEXT = """
The harbour board of Lowmere closed the eastern mole on Monday after a mason had found that a third of
its upper stones could be lifted by hand, and sent the two morning ferries to the coal quay instead.

An inspector from the capital is expected by the end of the week; until then nobody may fish from the
wall, and the yachts that winter behind it have been asked to look for another berth up the river.

Repairs were promised four years ago, when a storm broke the lamp at its head, but the money went into a
new roof for the fish market, which has since been let to a company that sells garden furniture.

Shopkeepers along the front fear for the summer, since most day visitors come by the ten o'clock boat
and few of them care to walk the mile from the coal quay past the gasworks and the closed swimming bath.

Minutes of the board's last three meetings, which this newspaper has read, do not mention the mole at
all, though its caretaker wrote twice in autumn about water rising through the paving at spring tide.

Two members have asked for a public hearing, and a petition in the library had gathered six hundred
names by noon, among them that of the retired pilot who once brought the royal yacht alongside in a
gale.

Insurance is another matter: the policy excludes damage by neglect, and the underwriters' agent declined
to say whether a wall that has not been pointed since the war would count as having been looked after.

Upstream the lock keepers report more traffic than in any February they remember, with eleven barges
waiting on Tuesday alone, because grain that used to leave by sea is now sent inland to the railway.
"""
TOLD = [" ".join(paragraph.split()) for paragraph in TEXT.split("\n\n")]
SAID = "“We have never kept such shells in this town, and whoever says so has not opened one shed,” she said."


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (NEWSROOM / name).read_text("utf-8").splitlines()]


def test_a_short_wire_inside_a_long_article_is_a_copy_and_is_found_by_its_sketch() -> None:
    wire = "\n".join(TOLD[:3])
    long = "\n".join([*(f"{word} {p[::-1]}" for word, p in zip("abcdefgh", TOLD, strict=True)), *TOLD[:3]])
    assert copied(wire, long) is not None
    shared = sketch(wire) & sketch(long)
    assert len(shared) >= CANDIDATE * len(sketch(wire)) > 0
    assert sketch(wire) == sketch(wire.replace("harbour", "Harbour").replace(" ", "  "))


def test_marks_of_quotation_do_not_tell_copies_apart() -> None:
    text = "\n".join([*TOLD[:4], SAID])
    assert copied(text, text.replace("“", "«").replace("”", "»")) == (1.0, "containment 1.00")


def test_a_shared_speech_makes_no_copy_but_a_cut_wire_is_one() -> None:
    speech = " ".join(f"“{p.rstrip('.')},” she said." for p in TOLD[:5])
    own = "\n".join(TOLD[5:7])
    other = (
        TOLD[7] + " Bread has become dearer in all the towns of the coast, and the mills blame the drought."
    )
    assert copied(f"{own}\n{speech}", f"{other}\n{speech}\n{other[::-1]}") is None
    lead = "Riverside: the wall is loose, and the town has known it since the day before the market was let. "
    tail = (
        " Our town has a mole of its own, built by the same firm, and its stones are sound, says the mayor."
    )
    share, evidence = copied("\n".join(TOLD), f"{lead * 2}\n" + "\n".join(TOLD[1:5]) + tail) or (0, "")
    assert 0.7 <= share < 0.8
    assert "outside quotation marks" in evidence


def test_in_the_newsroom_every_copy_is_found_and_nothing_else() -> None:
    texts = {
        r["id"]: (r["language"], page.text)
        for r in rows("documents.jsonl")
        if not (page := read_page(Document(id=r["id"], url=r["url"], html=r["html"]), NOW)).posts
    }
    parent = {row["id"]: row.get("copy_of") or row["id"] for row in rows("gold.jsonl")}
    found = {
        (a, b)
        for (a, one), (b, two) in combinations(texts.items(), 2)
        if one[0] == two[0] and copied(one[1], two[1])
    }
    assert {pair for pair in found if parent[pair[0]] != parent[pair[1]]} == set()
    for child, root in parent.items():
        if child != root:
            assert (child, root) in found or (root, child) in found, child
            shared = sketch(texts[child][1]) & sketch(texts[root][1])
            smaller = min(len(sketch(texts[child][1])), len(sketch(texts[root][1])))
            assert len(shared) >= CANDIDATE * smaller


@pytest.mark.shared
def test_of_the_five_documents_two_are_copies(shared: Path) -> None:
    texts = {p.name[:3]: read_page(Document(id=p.name, text=p.read_text("utf-8")), NOW).text
             for p in (shared / "seeds").glob("*.txt")}  # fmt: skip
    found = {frozenset((a, b)) for a, b in combinations(texts, 2) if copied(texts[a], texts[b])}
    assert found == {frozenset(("000", "001"))}


# --- the ledger -------------------------------------------------------------------------------------------


@pytest.fixture
def database(database_url: str):
    opened = Database(database_url)
    opened.upgrade()
    yield opened
    opened.dispose()


def put(session: Session, name: str, text: str, published: datetime | None, **more: object) -> Article:
    article = Article(
        url=f"http://{name}.example/a", first_seen=NOW, published=published, concerns=True, language="en",
        **more,
    )  # fmt: skip
    session.add(article)
    session.flush()
    page = read_page(Document(id=name, text=text), NOW)
    add_version(session, article, page, text_hash=name, now=NOW, source="page", summary=None)
    keep_sketch(session, article.id, sketch(page.text))
    return article


def test_the_earliest_published_is_the_root_whichever_was_met_first(database: Database) -> None:
    text = "\n".join(TOLD)
    with database.writing() as session:
        late = put(session, "late", f"{text}\nOur own words of the evening.", NOW)
        early = put(session, "early", text, NOW - timedelta(hours=3))
        undated = put(session, "undated", "\n".join(TOLD[:6]), None)
        other = put(session, "other", "\n".join(p[::-1] for p in TOLD), NOW - timedelta(days=1))
        assert unlinked_ids(session) == [other.id, early.id, late.id, undated.id]
        for article in (late, undated, other, early):
            link_copy(session, article)
        assert (early.copy_of, late.copy_of, undated.copy_of, other.copy_of) == (
            None,
            early.id,
            early.id,
            None,
        )
        assert group_of(session, undated) == {early.id, late.id}
        assert group_of(session, other) == frozenset()
        assert unlinked_ids(session) == []
        assert late.copy_by.startswith("containment")


@pytest.mark.parametrize("undated_first", [True, False])
def test_an_undated_copy_takes_the_date_whichever_was_met_first(
    database: Database, undated_first: bool
) -> None:
    text = "\n".join(TOLD)
    with database.writing() as session:
        dated = put(session, "dated", text, NOW)
        undated = put(session, "undated", "\n".join(TOLD[:6]), None)
        for article in (undated, dated) if undated_first else (dated, undated):
            link_copy(session, article)
        assert undated.copy_of == dated.id
        assert undated.published == dated.published == NOW


def test_an_article_met_later_but_published_first_becomes_the_root(database: Database) -> None:
    text = "\n".join(TOLD)
    with database.writing() as session:
        first = put(session, "first", text, NOW)
        second = put(session, "second", text, NOW + timedelta(hours=1))
        link_copy(session, first)
        link_copy(session, second)
        assert second.copy_of == first.id
        source = put(session, "source", text, NOW - timedelta(days=2))
        link_copy(session, source)
        assert (source.copy_of, first.copy_of, second.copy_of) == (None, source.id, source.id)


def test_what_lies_long_ago_and_live_pages_are_no_copies(database: Database) -> None:
    text = "\n".join(TOLD)
    with database.writing() as session:
        old = put(session, "old", text, NOW - timedelta(days=400))
        old.first_seen = NOW - timedelta(days=400)
        live = put(session, "live", text, NOW, form="liveblog")
        new = put(session, "new", text, NOW)
        for article in (old, live, new):
            link_copy(session, article)
        assert old.copy_of is None
        assert live.copy_of is None


def test_a_sketch_is_replaced_and_one_that_is_missing_is_made(database: Database) -> None:
    with database.writing() as session:
        article = put(session, "one", "\n".join(TOLD), NOW)
        keep_sketch(session, article.id, frozenset({1, -(2**63), 2**63 - 1}))
        assert sketch_of(session, article.id) == {1, -(2**63), 2**63 - 1}
        keep_sketch(session, article.id, frozenset())
        assert copy_candidates(session, article, NOW, NOW, 0.5) == []
        link_copy(session, article)
        assert sketch_of(session, article.id) == sketch("\n".join(TOLD))


def test_the_agency_that_a_page_credits_is_kept(database: Database) -> None:
    with database.writing() as session:
        article = put(session, "one", "KYIV, Feb 13 (Reuters) — " + "\n".join(TOLD), NOW)
        link_copy(session, article)
        assert article.agency == "Reuters"


def test_outlets_that_credit_one_agency_count_once() -> None:
    a = Witness("courier", "newspaper", 2, copy_group="a1", agency="AP")
    b = Witness("herald", "newspaper", 2, copy_group="a2", agency="The Associated Press")
    own = Witness("gazette", "newspaper", 2, copy_group="a3")
    source = Witness("associated press", "agency", 1, copy_group="a4")
    assert corroborate([a, b], None).level == "single"
    assert corroborate([a, source], None).independent == 1
    assert corroborate([a, b, own, source], None).independent == 2
    assert agency_key("ТАСС") == agency_key("tass")
    assert agency_key("Northwire") == "northwire"
