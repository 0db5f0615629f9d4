"""The commands as a script uses them: what they print, where, and with which exit status."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from commands import FINLAND, LEAD, NEWS, QUOTE, SECRET, Command, flat, row
from journey import Item, article, rss
from lxml import etree
from servers import Reply, WebServer

from monitor.cli.main import COMMANDS, cli

# --- the whole ----------------------------------------------------------------------------------------


def test_each_command_is_there_and_says_what_it_is_for(command: Command) -> None:
    shown = command("--help").out
    with click.Context(cli) as context:
        for name, (_, words) in COMMANDS.items():
            found = cli.get_command(context, name)
            assert isinstance(found, click.Command)
            assert found.name == name
            assert name in shown
            assert words.split()[0] in shown
            assert command(name, "--help").status == 0


def test_the_version(command: Command) -> None:
    assert command("--version").out.startswith("clusterwatch")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["frob"], 2),
        (["statements", "--frob"], 2),
        (["--config", "none.toml", "statements"], 2),
        (["statements", "--config", "none.toml"], 2),
        (["feeds", "list", "--config", "none.toml"], 2),
        (["feeds", "add", "not an address"], 2),
        (["feeds", "add", "ftp://a.example/feed"], 2),
        (["feeds", "add", "http:///feed"], 2),
        (["feeds", "add", "http://desk:open-sesame@a.example/feed"], 2),
        (["feeds", "add", "http://a.example/feed", "--tier", "9"], 2),
        (["feeds", "add", "http://a.example/feed", "--outlet-kind", "king"], 2),
        (["feeds", "import", "none.opml"], 2),
        (["feeds", "pause", "f9"], 2),
        (["feeds", "pause", "s1"], 2),
        (["feeds", "resume", "http://a.example/never"], 2),
        (["analyze"], 2),
        (["analyze", "none.html"], 2),
        (["analyze", "--jsonl", "none.jsonl"], 2),
        (["analyze", "x", "--jsonl", "y"], 2),
        (["analyze", "none.html", "--published", "someday"], 2),
        (["ingest", "none.jsonl"], 2),
        (["ingest", "."], 2),
        (["evaluate", "none.jsonl"], 2),
        (["statements", "--since", "yesterday"], 2),
        (["statements", "--kind", "king"], 2),
        (["statements", "--position", "up"], 2),
        (["statements", "--format", "xml"], 2),
        (["statements", "--limit", "0"], 2),
        (["explain", "s1"], 2),
        (["explain", "q1"], 2),
        (["explain", "s²"], 2),
        (["explain", "http://never.example/"], 2),
        (["explain", "http://[bad/"], 2),
        (["review", "confirm", "s1"], 2),
        (["review", "confirm", "s1", "--by", "Ada"], 2),
        (["review", "reject", "s²", "--by", "Ada"], 2),
        (["review", "reject", "h" + "9" * 30, "--by", "Ada"], 2),
        (["alerts", "retry", "d5"], 2),
        (["alerts", "retry", "x"], 2),
        (["alerts", "test", "--send", "--subscription", "nobody"], 2),
        (["alerts", "test", "--statement", "s9"], 2),
        (["export", "/proc/nothing"], 2),
    ],
)
def test_wrong_use_is_status_2_and_a_sentence(ready: Command, arguments: list[str], status: int) -> None:
    done = ready(*arguments)
    assert done.status == status
    assert done.out == ""
    assert done.err.strip()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[fetch]\nagent = 'x'", "unknown setting fetch.agent"),
        ("[fetch", "cannot be read as TOML"),
        ("[[subscriptions]]\nname = 'a'\nby = 'pigeon'", "pigeon"),
        ("[[subscriptions]]\nname = 'a'\nby = 'email'", "needs recipients"),
        ("[database]\nurl = 'mysql://x'", "database.url"),
        ("[database]\nurl = 'nonsense'", "database.url"),
        ("[database]\nurl = 'sqlite:////no/such/folder/x.db'", "no folder"),
        ("[alerts.email]\npassword_file = 'none'", "cannot be read"),
        ("[register]\nextra = 'none.csv'", "none.csv"),
    ],
)
def test_a_bad_setting_is_status_2_for_every_command(
    command: Command, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "clusterwatch.toml").write_text(text, "utf-8")
    for arguments in (["statements"], ["run", "--once"], ["feeds", "list"]):
        done = command(*arguments)
        assert (done.status, done.out) == (2, "")
        assert says in done.err
        assert len(done.err.strip().splitlines()) == 1


def test_a_database_that_does_not_answer_is_status_3(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "CLUSTERWATCH__DATABASE__URL", f"postgresql+psycopg://me:{SECRET.split()[0]}@127.0.0.1:1/x"
    )
    for arguments in (["statements"], ["run", "--once"], ["db", "check"], ["db", "upgrade"]):
        done = command(*arguments)
        assert (done.status, done.out) == (3, "")
        assert "hush" not in done.err


def test_a_database_of_a_newer_version_or_none_at_all_is_status_3(command: Command, tmp_path: Path) -> None:
    assert command("statements").status == 0
    with sqlite3.connect(tmp_path / "clusterwatch.db") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    for arguments in (["statements"], ["db", "check"], ["db", "upgrade"]):
        done = command(*arguments)
        assert done.status == 3
        assert "newer" in done.err
    (tmp_path / "clusterwatch.db").write_bytes(b"this is no database, though it is a file" * 200)
    for name in ("clusterwatch.db-wal", "clusterwatch.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    assert command("statements").status == 3


def test_settings_are_shown_without_secrets(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = [f"127.0.0.1:{8000 + n}" for n in range(12)]
    (tmp_path / "clusterwatch.toml").write_text(
        f'[fetch]\nallow_private = {json.dumps(hosts)}\n[alerts.email]\npassword = "{SECRET}"\n', "utf-8"
    )
    monkeypatch.setenv("CLUSTERWATCH__ALERTS__SLACK__TOKEN", SECRET)
    done = command("config")
    assert done.status == 0
    assert SECRET not in done.out + done.err
    lines = {line.split()[0]: line for line in done.out.splitlines()}
    assert "***" in lines["alerts.email.password"]
    assert "clusterwatch.toml" in lines["alerts.email.password"]
    assert "environment CLUSTERWATCH__ALERTS__SLACK__TOKEN" in lines["alerts.slack.token"]
    assert json.dumps(hosts) in lines["fetch.allow_private"]  # whole, however long
    other = tmp_path / "other.toml"
    other.write_text("[alerts]\nwindow_hours = 7", "utf-8")
    for arguments in (["--config", str(other), "config"], ["config", "--config", str(other)]):
        assert "7.0" in next(x for x in command(*arguments).out.splitlines() if "window_hours" in x)


# --- feeds --------------------------------------------------------------------------------------------


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with WebServer() as server:
        monkeypatch.setenv("CLUSTERWATCH__FETCH__CONNECT_TO", json.dumps({"*.example": server.place}))
        monkeypatch.setenv("CLUSTERWATCH__FETCH__PER_HOST_DELAY", "0")
        items = [Item("/a", "Norway rejects cluster munitions", "", None, None, None)]
        page = "<html><head><link rel='alternate' type='application/rss+xml' href='/feed.xml'></head></html>"
        server.sites["courier.example"] = {
            "/feed.xml": rss("courier.example", items),
            "/": Reply(page),
            "/a": Reply(article("Norway rejects cluster munitions", LEAD, published=NEWS)),
        }
        yield server


def test_feeds_from_adding_to_removing(ready: Command, web: WebServer, tmp_path: Path) -> None:
    url = "http://courier.example/feed.xml"
    facts = ["--outlet", "The Courier", "--language", "en", "--country", "no", "--outlet-kind", "newspaper"]
    assert ready("feeds", "add", url, *facts, "--tier", "1", "--from-start").out == "f1\n"
    assert ready("feeds", "add", url).out == "f1\n"
    assert ready("feeds", "add", "http://other.example/feed").out == "f2\n"
    first, second = ready("feeds", "list", "--json").json
    assert first["id"] == "f1"
    assert first["url"] == url
    assert (first["outlet"], first["country"], first["outlet_kind"], first["tier"]) == (
        "The Courier", "NO", "newspaper", 1,
    )  # fmt: skip
    assert (first["baseline"], first["status"]) == (False, "active")
    assert (second["outlet"], second["tier"], second["baseline"]) == ("other.example", 2, True)
    assert "The Courier" in ready("feeds", "list").out
    assert ready("feeds", "pause", "f1", "http://other.example/feed").out == "f1 paused\nf2 paused\n"
    assert ready("run", "--once").status == 0
    assert web.requests == []
    assert ready("feeds", "resume", "f1").out == "f1 active\n"
    assert ready("feeds", "remove", "f2").out == "f2 removed\n"
    assert [f["id"] for f in ready("feeds", "list", "--json").json] == ["f1"]
    exported = ready("feeds", "export").out
    (tmp_path / "feeds.opml").write_text(exported, "utf-8")
    assert etree.fromstring(exported.encode()).findall(".//outline[@xmlUrl]")
    done = ready("feeds", "import", "feeds.opml")
    assert (done.status, done.out) == (0, "added 0, known 1\n")
    refused = '<outline type="rss" text="Closed" xmlUrl="http://desk:open-sesame@a.example/feed"/></body>'
    (tmp_path / "feeds.opml").write_text(exported.replace("</body>", refused), "utf-8")
    done = ready("feeds", "import", "feeds.opml")
    assert (done.status, done.out) == (1, "added 0, known 1\n")
    assert "has_password: Closed" in done.err
    assert "sesame" not in done.err


def test_feeds_are_checked_and_discovered_without_being_stored(ready: Command, web: WebServer) -> None:
    (row,) = ready("feeds", "check", "http://courier.example/feed.xml", "--json").json
    assert (row["state"], row["format"], row["entries"]) == ("ok", "rss20", 1)
    (row,) = ready("feeds", "check", "http://courier.example/none", "--json").json
    assert row["state"] == "http_404"
    assert ready("feeds", "check", "http://courier.example/").status == 0  # a state, no error
    assert ready("feeds", "discover", "http://courier.example/").out == "http://courier.example/feed.xml\n"
    assert ready("feeds", "discover", "http://courier.example/none").status == 2
    assert ready("feeds", "list", "--json").json == []
    assert ready("issues", "--json").json == []


def test_a_feed_of_an_organisation_and_one_of_a_ministry(ready: Command) -> None:
    ready("feeds", "add", "https://press.un.org/feed", "--outlet-kind", "igo", "--tier", "1")
    ready("feeds", "add", "https://mod.example/feed", "--outlet-kind", "ministry", "--country", "FI")
    assert [f["outlet_kind"] for f in ready("feeds", "list", "--json").json] == ["igo", "ministry"]


def test_run_once_prints_alerts_only(ready: Command, web: WebServer) -> None:
    ready("feeds", "add", "http://courier.example/feed.xml", "--from-start")
    ready("feeds", "add", "http://silent.example/feed.xml", "--from-start")
    done = ready("run", "--once")
    assert done.status == 0  # a feed that cannot be reached is a state
    assert QUOTE in flat(done.out)
    assert "poll:" in done.err
    assert "poll:" not in done.out
    again = ready("run", "--once")
    assert (again.status, again.out) == (0, "")


def test_stages_one_by_one(ready: Command, web: WebServer) -> None:
    ready("feeds", "add", "http://courier.example/feed.xml", "--from-start")
    counts = {s: ready(s, "--json").out for s in ("poll", "read", "find", "announce")}
    assert json.loads(counts["poll"])["done"]["new_entries"] == 1
    assert json.loads(counts["read"])["done"]["read"] == 1
    assert json.loads(counts["find"])["done"]["reports"] == 1
    assert json.loads(counts["announce"])["done"]["new_statements"] == 1
    assert QUOTE in flat(ready("deliver").out)


# --- documents ----------------------------------------------------------------------------------------


def test_analyze_a_file_and_an_address(command: Command, web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(article("Norway", LEAD, published=NEWS), "utf-8")
    value = command("analyze", "page.html", "--json").json
    assert {"id", "url", "language", "title", "titles", "form", "published", "concerns", "centrality",
            "evidence", "posts", "statements", "problems"} == set(value)  # fmt: skip
    (statement,) = value["statements"]
    assert (statement["speaker"], statement["state"], statement["kind"]) == ("Ingrid Solberg", "NO", "state")
    assert statement["held"] is None
    text = command("analyze", "page.html", "--json", "--with-text").json["text"]
    (passage,) = statement["passages"]
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert "Ingrid Solberg" in command("analyze", "page.html").out
    served = command("analyze", "http://courier.example/a", "--json").json
    assert served["url"] == "http://courier.example/a"
    assert served["statements"][0]["speaker"] == "Ingrid Solberg"
    assert command("analyze", "http://courier.example/none").status == 1
    assert not (tmp_path / "clusterwatch.db").exists()  # nothing is stored, no ledger made


def test_bad_lines_keep_their_place_and_give_status_1(command: Command, tmp_path: Path) -> None:
    lines = [
        row(1), "not json", "[1]", '{"id": "b"}', '{"text": "no id"}', row(2, FINLAND),
        '{"id": 7, "html": 5}', '{"id": "s", "text": "\\ud800"}', "[" * 100_000,
    ]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    done = command("analyze", "--jsonl", "in.jsonl")
    values = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 1
    assert len(values) == len(lines)
    assert [v["id"] for v in values] == ["doc-1", None, None, "b", None, "doc-2", 7, "s", None]
    assert ["error" in v for v in values] == [False, True, True, True, True, False, True, False, True]
    assert "document 4 (b): a document needs html or text" in done.err, "and is listed by name"
    (tmp_path / "good.jsonl").write_text(f"{row(1)}\n\n", "utf-8")
    assert command("analyze", "--jsonl", "good.jsonl", "--with-text").status == 0


@pytest.mark.slow
def test_standard_input_and_a_process_of_its_own(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "monitor.cli.main"]
    environment = {
        **os.environ,
        "LC_ALL": "en_US.ISO-8859-1",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "latin-1",
    }
    environment |= {"PYTHONPATH": str(Path(__file__).parent.parent), "CLUSTERWATCH__READ__WORKERS": "0"}
    body = f"{row(1, id='ключ')}\n".encode() + b'\xff\xfe\n{"id": "z", "text": "\xe2\x80\x9c\xff"}\n'
    done = subprocess.run(
        [*program, "analyze", "--jsonl", "-"],
        input=body,
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    values = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert [v["id"] for v in values] == ["ключ", None, "z"]
    page = article("Norway", LEAD, published=NEWS).encode()
    done = subprocess.run(
        [*program, "analyze", "-", "--json"],
        input=page,
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert json.loads(done.stdout)["statements"][0]["speaker"] == "Ingrid Solberg"
    # Somebody who reads only the beginning breaks nothing.
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m monitor.cli.main config | head -1"],
        capture_output=True, check=False, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr


def test_ingest_goes_on_after_bad_lines(ready: Command, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(f"nonsense\n{row(1)}\n[]\n", "utf-8")
    done = ready("ingest", "in.jsonl")
    assert (done.status, done.out) == (1, "")
    assert "line 1" in done.err
    assert "line 3" in done.err
    (statement,) = ready("statements", "--format", "json").json
    assert statement["alert"] == {"state": "not_told", "reason": "backfill"}
    assert ready("alerts", "list", "--json").json == []


def test_ingest_announced_is_told_once(filled: Command) -> None:
    assert len(filled("alerts", "log", "--json").json) == 2
    done = filled("ingest", "in.jsonl", "--announce")
    assert (done.status, done.out) == (0, "")
    assert len(filled("statements", "--format", "json").json) == 2
