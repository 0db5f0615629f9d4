"""Measuring the reading of pages: the folders, the figures, and the command side by side."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.evaluating import evaluate
from monitor.errors import UsageError
from monitor.evaluation.readers import OURS, ReadBy, installed, read_by
from monitor.evaluation.reading import load_pages, measure_pages

NOW = datetime(2024, 5, 1, tzinfo=UTC)
SAID = "The harbour stays shut until the divers have finished, the mayor of Lowmere said on Tuesday."
MORE = "Two ferries wait outside the wall, and the fishing fleet has gone to sell its catch in the next town."


def page(title: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><meta property='article:published_time' "
        f"content='2024-03-01T10:00:00Z'></head><body><article><h1>{title}</h1>{body}</article>"
        "<div><p>Write to the Lowmere Post about anything at all.</p></div></body></html>"
    )


def benchmark(folder: Path) -> Path:
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "a.html.gz").write_bytes(gzip.compress(page("Divers", SAID, MORE).encode()))
    truth = {"a": {"articleBody": f"{SAID}\n{MORE}", "url": "http://post.example/a"}}
    (folder / "ground-truth.json").write_text(json.dumps(truth), "utf-8")
    return folder


def test_a_benchmark_and_loose_pages_are_loaded(tmp_path: Path) -> None:
    (one,) = load_pages(benchmark(tmp_path / "one"))
    assert (one.id, one.url, one.posts) == ("a", "http://post.example/a", None)
    loose = tmp_path / "loose"
    loose.mkdir()
    (loose / "live.html").write_text('<div itemprop="liveBlogUpdate"></div>' * 3, "utf-8")
    assert [(p.id, p.declared) for p in load_pages(loose)] == [("live", 3)]


def test_a_folder_without_pages_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no pages"):
        load_pages(tmp_path)
    (tmp_path / "ground-truth.json").write_text("{", "utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        load_pages(tmp_path)


def test_documents_with_answers(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"d{n}",
            "url": f"http://post.example/{n}",
            "title": f"Title {n}",
            "html": page(f"Title {n}", SAID),
            "published": "2024-03-01T10:00:00+00:00",
        }
        for n in range(3)
    ]
    answer = {"statements": [{"passages": [{"text": SAID}]}]}
    (tmp_path / "documents.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (tmp_path / "gold.jsonl").write_text(
        "\n".join(json.dumps({"id": r["id"], **answer}) for r in rows), "utf-8"
    )
    pages = load_pages(tmp_path)
    good = ReadBy(SAID, "Title 0", datetime(2024, 3, 1, 10, tzinfo=UTC), True)
    bad = ReadBy(
        "Write to the Lowmere Post about anything at all.", "Title 1", datetime(2024, 1, 3, tzinfo=UTC), True
    )
    figures = measure_pages(pages, {OURS: [good, bad, ValueError("failed")]})["readers"][OURS]
    assert figures["read"] == 2
    assert (figures["passages_kept"], figures["passages"]) == (1, 3)
    assert (figures["titles_right"], figures["titles"]) == (2, 3)
    assert (figures["days_right"], figures["dates_given"], figures["wrong_days"]) == (1, 2, ["d1"])
    assert (figures["exact_right"], figures["exact"]) == (1, 2)
    assert (figures["furniture_left"], figures["furniture_pages"]) == (1, 3)


def test_a_page_that_another_has_is_lost(tmp_path: Path) -> None:
    pages = load_pages(benchmark(tmp_path))
    whole = ReadBy(pages[0].body or "", posts=((None, NOW),))
    measured = measure_pages(pages, {OURS: [ReadBy("nothing of it")], "other": [whole]})["readers"]
    assert measured[OURS]["lost"] == ["a"]
    assert measured["other"]["lost"] == []
    assert measured["other"]["body"]["f1"] == 1


@pytest.mark.parametrize("name", installed()[0])
def test_every_reader_that_is_installed_reads(name: str) -> None:
    html = page("Divers", *(f"{n} {SAID}" for n in range(12)))
    read = read_by(name, html.encode(), "http://post.example/a", NOW)
    assert SAID in " ".join(read.text.split())
    assert read.title is not None
    assert read.title.startswith("Divers")
    assert read.seconds > 0


@pytest.mark.slow
def test_the_command_says_what_it_cannot_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = benchmark(tmp_path / "one")
    done = CliRunner().invoke(evaluate, ["pages", str(folder), "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    value = json.loads(done.stdout)
    there, missing = installed()
    assert value["not_installed"] == missing
    assert list(value["folders"]["one"]["readers"]) == there
    assert value["folders"]["one"]["readers"][OURS]["body"]["f1"] > 0.8
    shown = CliRunner().invoke(evaluate, ["pages", str(folder)], catch_exceptions=False).stdout
    assert "body F1" in shown
    assert all(name in shown for name in missing)
