"""Five real documents, served as pages of five feeds: the answers that a careful reader gives, told once.

The material lies outside the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from email import message_from_bytes
from html import escape
from pathlib import Path
from typing import Any

import pytest
from journey import Item, Program, rfc822, site
from mailserver import Inbox, serving
from servers import WebServer

from monitor.model import OFFICIAL_KINDS

pytestmark = [pytest.mark.shared, pytest.mark.slow]

_CLOCK = "2023-08-15T18:00:00Z"


def _paragraphs(text: str) -> str:
    """Each line a paragraph, as the text has it."""
    return "".join(
        f"<p>{escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip()
    )


def _marked_up(text: str) -> str:
    """Headings, links, emphasis and lists as elements, what a site would make of the text."""
    blocks = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        html = escape(line.lstrip("#•").strip(), quote=False)
        html = re.sub(r"\[([^\]]+)\]\(([^)]*)\)", r'<a href="\2">\1</a>', html)
        html = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html)
        html = re.sub(r"(?<!\*)\*([^*]+)\*(?!\*)", r"<em>\1</em>", html)
        tag = "h1" if line.startswith("# ") else "li" if line.startswith("•") else "p"
        blocks.append(f"<{tag}>{html}</{tag}>")
    return "".join(blocks)


def _folded(text: str) -> str:
    """Paragraphs between blank lines, each with the lines that its source has; a file without blank lines is
    one paragraph."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks)


def _headed(text: str) -> str:
    """The first line as the headline, though two of the files begin with a paragraph."""
    first, *rest = [line for line in text.splitlines() if line.strip()]
    heading = escape(first.strip().lstrip("# "), quote=False)
    return f"<h1>{heading}</h1>" + _paragraphs("\n".join(rest))


_FORMS = {"paragraphs": _paragraphs, "marked_up": _marked_up, "folded": _folded, "headed": _headed}


def _page(text: str, published: str | None, body: str, title: str) -> str:
    meta = f'<meta property="article:published_time" content="{published}T12:00:00Z">' if published else ""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>{meta}'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head>'
        f"<body><main><article>{body}</article></main></body></html>"
    )


def _sites(shared: Path, gold: dict[str, Any], form: str) -> dict[str, dict[str, Any]]:
    sites: dict[str, dict[str, Any]] = {}
    for number, (name, answer) in enumerate(gold["articles"].items()):
        text = (shared / "seeds" / name).read_text("utf-8")
        first = next(line for line in text.splitlines() if line.strip()).lstrip("# ").strip()
        # A feed may also say next to nothing of its entries.
        title, summary = (f"Document {number}", "News item") if form == "folded" else (first[:120], "")
        page = _page(text, answer["published"], _FORMS[form](text), first if form == "headed" else title)
        host = f"outlet{number}.example"
        published = rfc822(f"{answer['published']}T12:00:00+00:00") if answer["published"] else None
        sites[host] = site(host, [Item(f"/story{number}", title, summary, published, page=page)])
    return sites


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _covered(wanted: str, passages: list[str]) -> bool:
    words = Counter(_words(wanted))
    return any(sum((words & Counter(_words(p))).values()) >= 0.6 * sum(words.values()) for p in passages)


@pytest.mark.parametrize("form", _FORMS)
def test_the_seeds_give_their_answers_and_each_is_told_once(shared: Path, tmp_path: Path, form: str) -> None:
    gold = json.loads((shared / "gold" / "seeds.json").read_text("utf-8"))
    sites = _sites(shared, gold, form)
    inbox = Inbox()
    with WebServer(sites) as web, serving(inbox) as port:
        program = Program(
            tmp_path, web, port, clock=_CLOCK, extra={"CLUSTERWATCH__ALERTS__WINDOW_HOURS": "1000"}
        )
        program.add(*sites)
        first = program.run("run", "--once")
        assert first.returncode == 0, first.stderr
        ledger = program.json("statements", "--format", "json")
        sent = len(inbox.taken)
        again = program.run("run", "--once")
        assert again.returncode == 0, again.stderr
        assert len(inbox.taken) == sent, "the same command again sends nothing"
        assert program.json("statements", "--format", "json") == ledger, "and changes no statement"
    _check(gold, ledger)
    _check_mails(gold, ledger, inbox)


def _keys(gold: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for answer in gold["articles"].values():
        for statement in answer["statements"]:
            rows.setdefault(statement["key"], []).append(statement)
    return rows


def _found(ledger: list[dict[str, Any]], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    surname = wanted["speaker"].split()[-1].casefold()
    return [
        s
        for s in ledger
        if s["state"] == wanted["state"]
        and (not wanted["said_on"] or s["said_on"] in (None, wanted["said_on"]))
        and surname in f"{s['speaker']} {s['body'] or ''}".casefold()
        and any(_covered(p["text"], [q["text"] for q in s["passages"]]) for p in wanted["passages"])
    ]


def _check(gold: dict[str, Any], ledger: list[dict[str, Any]]) -> None:
    used: set[str] = set()
    for key, rows in _keys(gold).items():
        statements = {s["id"]: s for row in rows for s in _found(ledger, row)}
        used |= set(statements)
        if rows[0]["optional"]:
            continue
        assert len(statements) == 1, (key, [s["id"] for s in statements.values()])
        (statement,) = statements.values()
        assert statement["kind"] == rows[0]["kind"], key
        day = next((r["said_on"] for r in rows if r["said_on"]), None)
        assert day is None or statement["said_on"] == day, (key, statement["said_on"])
        assert set(statement["positions"]) == {p for r in rows for p in r["positions"]}, key
        texts = [p["text"] for p in statement["passages"]]
        for row in rows:
            for passage in row["passages"]:
                assert _covered(passage["text"], texts), (key, passage["text"])
    official = {s["id"] for s in ledger if s["kind"] in OFFICIAL_KINDS}
    assert official <= used, [s["passages"] for s in ledger if s["id"] in official - used]
    (shoigu,) = [s for s in ledger if s["speaker"] == "Sergei Shoigu" and s["said_on"] == "2023-08-15"]
    assert len(shoigu["appearances"]) == 2
    everything = " ".join(p["text"] for s in ledger for p in s["passages"])
    for words in (
        "undesirable",
        "foreign agent",
        "almost exhausted",
        "sent to the frontline",
        "existing agreements",
    ):
        assert words not in everything


def _check_mails(gold: dict[str, Any], ledger: list[dict[str, Any]], inbox: Inbox) -> None:
    mails = Counter(str(message_from_bytes(body)["X-Clusterwatch-Statement"]) for _, body in inbox.taken)
    assert set(mails.values()) == {1}
    by_id = {s["id"]: s for s in ledger}
    assert all(by_id[i]["kind"] in OFFICIAL_KINDS for i in mails)
    wanted = {
        key: rows
        for key, rows in _keys(gold).items()
        if not rows[0]["optional"]
        and rows[0]["kind"] in OFFICIAL_KINDS
        and any(r["reporting"] == "new" for r in rows)
    }
    assert len(wanted) == 8
    for key, rows in wanted.items():
        assert any(s["id"] in mails for row in rows for s in _found(ledger, row)), key
