"""The figures of reading: the made-up press whole, and floors on the measuring material where it is there."""

from __future__ import annotations

import gzip
import html
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.page import read_page
from monitor.evaluation.pages import body_score, body_scores, date_right, passages_missing, posts_score
from monitor.model import Document, Page, When

NEWSROOM = Path(__file__).parent / "newsroom"
NOW = datetime(2024, 5, 1, tzinfo=UTC)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (NEWSROOM / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def gold() -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows("gold.jsonl")}


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {
        row["id"]: read_page(Document(id=row["id"], url=row["url"], html=row["html"]), NOW)
        for row in rows("documents.jsonl")
    }


def test_every_gold_passage_is_in_the_text(pages: dict[str, Page], gold: dict[str, dict[str, Any]]) -> None:
    missing = {
        key: lost
        for key, row in gold.items()
        if (
            lost := passages_missing(
                pages[key], [p["text"] for s in row["statements"] for p in s["passages"]]
            )
        )
    }
    assert missing == {}


def test_dates_and_languages(pages: dict[str, Page], gold: dict[str, dict[str, Any]]) -> None:
    for row in rows("documents.jsonl"):
        assert date_right(pages[row["id"]], datetime.fromisoformat(row["published"])), row["id"]
        assert pages[row["id"]].language == row["language"], row["id"]


def test_no_furniture_in_the_text(pages: dict[str, Page]) -> None:
    furniture = (
        "use cookies", "reader1", "Photo: Agency", "rights reserved", "Remind me later",
        "independent journalism", "Markets close", "Most read", "Advertisement",
    )  # fmt: skip
    for key, page in pages.items():
        assert not [words for words in furniture if words in page.text], key


def test_live_pages_and_nothing_else(pages: dict[str, Page], gold: dict[str, dict[str, Any]]) -> None:
    for key, row in gold.items():
        score = posts_score(pages[key], row.get("posts", []))
        assert (score.found, score.extra) == (score.wanted, 0), key
        assert bool(pages[key].posts) is (row["form"] == "liveblog"), key
    assert posts_score(pages["a1-007"], gold["a1-007"]["posts"]).timed == 10
    assert posts_score(pages["a2-028"], gold["a2-028"]["posts"]).timed == 12


def test_earlier_versions_have_the_posts_of_their_hour(
    gold: dict[str, dict[str, Any]], pages: dict[str, Page]
) -> None:
    grown = [row for row in rows("documents.jsonl") if "earlier" in row]
    assert len(grown) == 3
    for row in grown:
        early = read_page(Document(id=row["id"], url=row["url"], html=row["earlier"]["html"]), NOW)
        late = pages[row["id"]]
        assert 2 < len(early.posts) < len(late.posts)
        assert {p.key for p in early.posts} <= {p.key for p in late.posts}


def test_scores() -> None:
    assert body_score("a b c d e", "a b c d e") == (1.0, 1.0)
    assert body_score("", "") == (1.0, 1.0)
    assert body_score("", "a b c d") == (0.0, 0.0)
    assert body_score("a b c d x", "a b c d") == (0.5, 1.0)
    assert body_scores([("a b c d x", "a b c d"), ("a b c d", "a b c d")]).f1 == pytest.approx(
        2 * 0.75 / 1.75
    )
    assert body_scores([]).f1 == 0
    dated = Page(text="x", published=When(NOW, "minute", "meta"))
    assert date_right(dated, NOW) is True
    assert date_right(dated, None) is False
    assert date_right(Page(text="x"), NOW) is None
    assert date_right(Page(text="x"), None) is True


# --- the measuring material -------------------------------------------------------------------------------


@pytest.mark.shared
def test_body_of_the_benchmark(shared: Path) -> None:
    folder = shared / "pages" / "article-extraction-benchmark"
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    read = {
        key: read_page(
            Document(
                id=key,
                url=row["url"],
                html=gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()),
            ),
            NOW,
        )
        for key, row in truth.items()
    }
    score = body_scores((read[key].text, row["articleBody"]) for key, row in truth.items())
    assert score.pages == 181
    assert score.f1 >= 0.965
    assert [truth[key]["url"] for key, page in read.items() if page.posts] == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"), [("repubblica-2023-11-02", 79), ("timesofindia-2020", 8), ("ndtv-2023", 40)]
)
def test_real_live_pages(shared: Path, name: str, count: int) -> None:
    body = gzip.decompress((shared / "pages" / "liveblogs" / f"{name}.html.gz").read_bytes())
    page = read_page(Document(id=name, html=body), NOW)
    assert len(page.posts) == count
    assert all(post.time is not None for post in page.posts)


@pytest.mark.shared
@pytest.mark.parametrize("style", ["p", "div", "br", "pre", "article", "text"])
def test_the_five_documents(shared: Path, style: str) -> None:
    articles = json.loads((shared / "gold" / "seeds.json").read_text("utf-8"))["articles"]
    now = datetime(2023, 8, 15, 18, tzinfo=UTC)
    for name, row in articles.items():
        text = (shared / "seeds" / name).read_text("utf-8")
        made = (
            Document(id=name, text=text)
            if style == "text"
            else Document(id=name, url="http://one.example/a", html=rendered(text, style))
        )
        page = read_page(made, now)
        wanted = [p["text"] for s in row["statements"] for p in s["passages"]]
        assert passages_missing(page, wanted) == [], name
        on_page = None if name[:3] in ("001", "004") else row["published"]
        assert (page.published.value.date().isoformat() if page.published else None) == on_page, name
        for furniture in ("Dear readers", "Related article", "Original url", "Sort by"):
            assert furniture not in page.text, name
        if "posts" in row:
            assert posts_score(page, row["posts"]).timed == 9
            assert [p.detail for p in page.problems] == ["21 announced, 9 found"]
        else:
            assert page.posts == ()


def rendered(text: str, style: str) -> str:
    lines = [html.escape(line) for line in text.split("\n")]
    body = {
        "p": "".join(f"<p>{line}</p>\n" for line in lines if line.strip()),
        "div": "".join(f"<div>{line}</div>" for line in lines if line.strip()),
        "br": "<div>" + "<br>".join(lines) + "</div>",
        "pre": f"<pre>{html.escape(text)}</pre>",
        "article": "<article><h1>Title</h1>"
        + "".join(f"<p>{line}</p>" for line in lines if line.strip())
        + "</article>",
    }[style]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>'
        f"Title</title></head><body>{body}</body></html>"
    )
