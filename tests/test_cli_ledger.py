"""The commands that ask the ledger and answer for it: shapes, formats, reviews, copies."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from commands import FORMULA, NEWS, QUOTE, Command, row
from lxml import etree
from mailserver import Inbox, serving

# --- the ledger ---------------------------------------------------------------------------------------


def test_a_statement_has_the_shape_that_scripts_rely_on(filled: Command) -> None:
    values = filled("statements", "--format", "json").json
    norway = next(v for v in values if v["state"] == "NO")
    wanted = {
        "id", "speaker", "speaker_en", "official", "role", "office", "body", "state", "standing", "kind",
        "said_on", "said_from", "said_to", "venue", "positions", "first_seen", "first_published",
        "first_outlet", "corroboration", "passages", "appearances", "alert", "deliveries", "related",
    }  # fmt: skip
    assert wanted <= set(norway)
    assert norway["id"].startswith("s")
    assert (norway["office"], norway["standing"], norway["said_on"]) == (
        "foreign_minister",
        "party",
        "2024-03-05",
    )
    assert norway["first_published"] == NEWS
    assert norway["corroboration"] == {"level": "single", "outlets": 1, "independent": 1}
    assert {"text", "kind", "language", "fidelity", "article", "post", "in", "start", "end"} <= set(
        norway["passages"][0]
    )
    (appearance,) = norway["appearances"]
    assert {
        "article",
        "document",
        "url",
        "outlet",
        "language",
        "published",
        "post",
        "reporting",
        "same_by",
        "title",
        "read_at",
        "official_source",
    } <= set(appearance)
    assert (appearance["document"], appearance["article"][0]) == ("doc-1", "a")
    assert norway["alert"] == {"state": "told", "reason": None}
    assert norway["deliveries"] == {"sent": 1, "delayed": 0, "refused": 0}
    assert norway["related"] == []


def test_the_ledger_in_all_its_formats(filled: Command) -> None:
    values = filled("statements", "--format", "json").json
    assert [json.loads(x) for x in filled("statements", "--format", "jsonl").out.splitlines()] == values
    assert "Ingrid Solberg" in filled("statements").out
    rows = list(csv.DictReader(io.StringIO(filled("statements", "--format", "csv").out)))
    assert [r["id"] for r in rows] == [v["id"] for v in values]
    # No cell that a spreadsheet would run.
    assert not any(cell[:1] in ("=", "+", "-", "@") for r in rows for cell in r.values() if cell)
    assert any(FORMULA in r["quotation"] for r in rows)
    notes = filled("statements", "--format", "notes").out.splitlines()
    assert [line.partition("  ")[0] for line in notes] == [v["id"] for v in values]
    assert all(line.endswith(".") and "“Document" in line for line in notes)
    linked = filled("statements", "--format", "jsonld").json["@graph"]
    assert [n["identifier"] for n in linked if n["@type"] == "CreativeWork"] == [v["id"] for v in values]
    feed = etree.fromstring(filled("statements", "--format", "atom").out.encode())
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{atom}feed"
    assert len(feed.findall(f"{atom}entry")) == 2
    assert len({e.text for e in feed.iter(f"{atom}id")}) == 3


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (["--state", "no"], 1),
        (["--state", "NO", "--state", "FI"], 2),
        (["--state", "SE"], 0),
        (["--speaker", "solberg"], 1),
        (["--speaker", "defence minister"], 1),
        (["--kind", "state"], 2),
        (["--kind", "former"], 0),
        (["--language", "en"], 2),
        (["--language", "fr"], 0),
        (["--text", "NEVER AGAIN"], 1),
        (["--since", "2024-03-05", "--until", "2024-03-05"], 2),
        (["--since", "2024-03-06"], 0),
        (["--until", "2024-03-04"], 0),
        (["--seen-since", "2024-03-05T17:00:00+00:00"], 2),
        (["--seen-since", "2024-03-06"], 0),
        (["--limit", "1"], 1),
    ],
)
def test_questions_to_the_ledger(filled: Command, wish: list[str], found: int) -> None:
    assert len(filled("statements", "--format", "json", *wish).json) == found


def test_what_was_read_and_held(filled: Command) -> None:
    articles = filled("articles", "--json").json
    assert [a["id"] for a in articles] == ["a3", "a2", "a1"]
    assert {a["document"] for a in articles} == {"doc-1", "doc-2", "doc-3"}
    assert len(filled("articles", "--off-topic", "--json").json) == 0
    assert "Document 1" in filled("articles").out
    (held,) = filled("held", "--json").json
    assert held["id"].startswith("h")
    assert held["held"]["reason"] in ("speaker_unresolved", "state_unresolved", "kind_unknown")
    assert held["id"] in filled("held").out
    assert filled("issues", "--json").json == []


def test_explain_leads_from_an_address_to_the_alert_and_back(filled: Command) -> None:
    by_url = filled("explain", "http://wire.example/1", "--json").json
    assert by_url["article"]["document"] == "doc-1"
    (report,) = by_url["reports"]
    statement = filled("explain", report["statement"], "--json").json
    assert statement["statement"]["id"] == report["statement"]
    assert statement["deliveries"][0]["status"] == "sent"
    assert filled("explain", report["id"], "--json").json["report"]["id"] == report["id"]
    assert filled("explain", by_url["article"]["id"], "--json").json["article"] == by_url["article"]
    assert "Ingrid Solberg" in filled("explain", report["statement"]).out


def test_alerts(filled: Command) -> None:
    rows = filled("alerts", "list", "--json").json
    assert {r["status"] for r in rows} == {"sent"}
    assert all(r["id"].startswith("d") and r["statement"].startswith("s") for r in rows)
    assert filled("alerts", "list", "--status", "refused", "--json").json == []
    assert filled("alerts", "retry", rows[0]["id"]).status == 2  # it was sent
    assert filled("alerts", "test").out.startswith("Subject: [NO]")
    assert QUOTE in filled("alerts", "test", "--statement", "s1").out.replace("\n> ", " ").replace(
        "\n  ", " "
    )
    assert "<html" in filled("alerts", "test", "--html").out
    assert set(filled("alerts", "test", "--json").json) == {"subject", "text", "html"}
    assert filled("alerts", "test", "--send").status == 0


def test_a_refused_delivery_is_status_1_once_and_may_be_tried_again(
    ready: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(on_rcpt=lambda address, nth: "550 no such user" if nth == 1 else None)
    with serving(inbox) as port:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(port)), ("TLS", "off")):
            monkeypatch.setenv(f"CLUSTERWATCH__ALERTS__EMAIL__{name}", value)
        monkeypatch.setenv(
            "CLUSTERWATCH__SUBSCRIPTIONS", json.dumps([{"name": "a", "by": "email", "to": ["x@example.org"]}])
        )
        (tmp_path / "in.jsonl").write_text(row(1), "utf-8")
        done = ready("ingest", "in.jsonl", "--announce")
        assert done.status == 1
        assert "d1" in done.err
        assert ready("deliver").status == 0
        assert [i["code"] for i in ready("issues", "--json").json] == ["delivery_refused"]
        assert ready("alerts", "retry", "d1", "--json").json[0]["status"] == "queued"
        assert ready("deliver").status == 0
        assert len(inbox.taken) == 1
        assert ready("issues", "--json").json == []


def test_reviews(filled: Command) -> None:
    assert filled("review", "confirm", "s1", "--by", "Ada", "--why", "heard it").out == "s1 confirmed\n"
    assert "told already" in filled("review", "reject", "s2", "--by", "Ada").out
    (held,) = filled("held", "--json").json
    assert filled("review", "reject", held["id"], "--by", "Ada").out == f"{held['id']} rejected\n"
    assert filled("held", "--json").json == []
    assert filled("review", "reject", held["id"], "--by", "Ada").status == 2
    values = {v["id"]: v for v in filled("statements", "--format", "json").json}
    assert (values["s1"]["review"], values["s2"]["review"]) == ("confirmed", "rejected")


def test_export_and_backup(filled: Command, tmp_path: Path) -> None:
    done = filled("export", "out")
    assert (done.status, done.out) == (0, "out\n")
    values = [json.loads(x) for x in (tmp_path / "out" / "statements.jsonl").read_text("utf-8").splitlines()]
    assert values == filled("statements", "--format", "json").json
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "statements.json", "statements.jsonl", "statements.csv", "statements.atom", "statements.jsonld",
        "footnotes.txt", "states", "articles.jsonl", "held.jsonl", "feeds.opml",
    }  # fmt: skip
    assert filled("export", "out").status == 2  # not empty
    assert filled("db", "backup", "copy.db").out == "copy.db\n"
    assert filled("db", "backup", "copy.db").status == 2  # there already
    assert filled("db", "backup", "no/such/folder/x.db").status == 2
    assert "no fault" in filled("db", "check").out
    (tmp_path / "clusterwatch.toml").write_text('[database]\nurl = "sqlite:///copy.db"\n', "utf-8")
    assert filled("statements", "--format", "json").json == values


def test_a_database_without_a_schema_is_told_how_to_get_one(command: Command) -> None:
    done = command("db", "check")
    assert done.status == 3
    assert "db upgrade" in done.err
    assert command("db", "upgrade").out.startswith("schema ")
    assert command("db", "check").status == 0
