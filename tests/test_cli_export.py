"""The ledger exported to be cited: notes in the form of reports, files by state and year."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from citedstatement import appearance, statement
from commands import FINLAND, FORMULA, QUOTE, Command, row
from lxml import etree
from test_cli_jsonld import check

from monitor.cli.atom import atom_feed
from monitor.cli.citation import cited, footnote
from monitor.cli.ledger import csv_text

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (
            statement(),
            "Ingrid Solberg, Norwegian Foreign Minister, “A minister speaks,” Gazeta, 12 July 2023, "
            "https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(
                appearance(
                    language="ru", title="«Никогда», — Шойгу", role="министр обороны", outlet="Известия"
                ),
                speaker="Сергей Шойгу", speaker_en="Sergei Shoigu", role="министр обороны",
                office="defence_minister", state="RU",
            ),
            "Sergei Shoigu (Сергей Шойгу), defence minister, Russia, “‘Никогда’, — Шойгу” (in Russian), "
            "Известия, 12 July 2023, https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(appearance(title="Who \"spoke\" here?", published=None, outlet=None)),
            "Ingrid Solberg, Norwegian Foreign Minister, “Who 'spoke' here?” gazeta.example, undated, "
            "https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(appearance(url="id:doc-7", title=None, read_at=None)),
            "Ingrid Solberg, Norwegian Foreign Minister, Gazeta, 12 July 2023.",
        ),
        (
            statement(
                speaker="Norwegian Ministry of Foreign Affairs",
                speaker_en="Norwegian Ministry of Foreign Affairs",
                body="Norwegian Ministry of Foreign Affairs", role=None, office=None,
            ),
            "Norwegian Ministry of Foreign Affairs, “A minister speaks,” Gazeta, 12 July 2023, "
            "https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(appearance(withdrawn={"at": "2023-07-13T00:00:00+00:00", "why": "retracted"})),
            "Ingrid Solberg, Norwegian Foreign Minister, “A minister speaks,” Gazeta, 12 July 2023, "
            "https://gazeta.example/1, accessed 26 November 2026, since withdrawn.",
        ),
        (statement(appearances=[]), "Ingrid Solberg, foreign minister, Norway."),
        # A role that does not tell its state, and one that an English article words where others do not.
        (
            statement(appearance(role="Defence Minister", url="id:1", title=None), role="Defence Minister"),
            "Ingrid Solberg, Defence Minister, Norway, Gazeta, 12 July 2023.",
        ),
        (
            statement(appearance(role="Norway", url="id:1", title=None), role="представниця Норвегії"),
            "Ingrid Solberg, foreign minister, Norway, Gazeta, 12 July 2023.",
        ),
        (
            statement(appearances=[], role="exministra", kind="former"),
            "Ingrid Solberg, former foreign minister, Norway.",
        ),
        (
            statement(
                appearance(language="pl", role="szefowa norweskiej dyplomacji"),
                appearance(published="2023-07-14T08:00:00+00:00", role="Minister of Foreign Affairs"),
                role="szefowa norweskiej dyplomacji", body="norweskiej dyplomacji",
            ),
            "Ingrid Solberg, Minister of Foreign Affairs, Norway, “A minister speaks” (in Polish), Gazeta, "
            "12 July 2023, https://gazeta.example/1, accessed 26 November 2026.",
        ),
        # A body is worded in the language, and the case, of a foreign role: the state tells whose it is.
        (
            statement(
                appearances=[], speaker="Андрій Г.", speaker_en="Andrii H.", role="речник Міноборони",
                office="spokesperson", body="Міноборони", state="UA",
            ),
            "Andrii H. (Андрій Г.), spokesperson, Ukraine (Міноборони).",
        ),
        (
            statement(
                appearances=[], role="rzeczniczka ONZ", office="deputy_spokesperson", body="ONZ", state="UN",
                kind="intergovernmental",
            ),
            "Ingrid Solberg, deputy spokesperson, United Nations.",
        ),
        (  # who holds power is not the state
            statement(
                appearances=[], role="الناطق العسكري", office="spokesperson", body="Houthis", state="YE",
                kind="de_facto",
            ),
            "Ingrid Solberg, spokesperson, Houthis.",
        ),
        # A body that speaks itself has its English name; no role of somebody, no other case of its name.
        (
            statement(
                appearance(title="Laos : deux morts par une « bombie »", language="fr"), speaker="Кремль",
                speaker_en="Kremlin", official="body:kremlin", role=None, office=None, body="Кремлі",
                state="RU",
            ),
            "Kremlin (Кремль), Russia, “Laos : deux morts par une ‘bombie’” (in French), Gazeta, "
            "12 July 2023, https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(
                appearance(title="Er sagt „nie“ und “never”"), speaker="MSB", official="body:tr",
                speaker_en="Turkish Ministry of National Defence", role=None, office=None, body="MSB",
                state="TR",
            ),
            "Turkish Ministry of National Defence (MSB), “Er sagt ‘nie’ und ‘never’,” Gazeta, 12 July 2023, "
            "https://gazeta.example/1, accessed 26 November 2026.",
        ),
        (
            statement(appearances=[], speaker="двоє посадовців", speaker_en="двоє посадовців", role=None,
                      office=None, kind="anonymous", state="US"),
            "двоє посадовців.",
        ),
    ],
)  # fmt: skip
def test_a_note_has_speaker_office_title_outlet_date_address_and_day(
    value: dict[str, Any], note: str
) -> None:
    assert footnote(value) == note
    assert "\n" not in note


def test_the_day_of_the_note_may_be_given() -> None:
    assert footnote(statement(), date(2027, 1, 1)).endswith("accessed 1 January 2027.")


def test_the_official_source_is_cited_then_the_first_that_stands() -> None:
    first = appearance(article="a1", published="2023-07-11T08:00:00+00:00")
    later = appearance(article="a2", published="2023-07-12T08:00:00+00:00")
    own = appearance(article="a3", published="2023-07-13T08:00:00+00:00", official_source=True)
    gone = {"withdrawn": {"at": "x", "why": "y"}}

    def chosen(*rows: dict[str, Any]) -> str:
        found = cited(statement(*rows))
        assert found is not None
        return str(found["article"])

    assert chosen(later, first) == "a1"
    assert chosen(first, later, own) == "a3"
    assert chosen(first | gone, later) == "a2"
    assert chosen(own | gone, later) == "a2"
    assert chosen(first | {"published": None}, later) == "a2"


@pytest.mark.parametrize(
    "start", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "＝1", "x;=1", "\r=1"]
)
def test_no_cell_is_a_formula(start: str) -> None:
    value = statement(
        appearance(title=start, outlet=start, url=f"https://x.example/{start}"),
        speaker=start,
        speaker_en=start,
    )
    value["passages"][0]["text"] = start
    (read,) = csv.DictReader(io.StringIO(csv_text(iter([value]))))
    for cell in read.values():
        assert not cell.lstrip("\t\r\n ").startswith(("=", "+", "-", "@", "＝")), cell
        assert ";=" not in cell


def test_a_row_tells_what_its_quotation_is_and_has_the_address_of_its_note() -> None:
    first = appearance(withdrawn={"at": "x", "why": "y"})
    indirect = {**statement()["passages"][0], "kind": "indirect", "fidelity": "paraphrase", "language": "fr"}
    value = statement(first, appearance(url="https://gazeta.example/2"), passages=[indirect])
    (read,) = csv.DictReader(io.StringIO(csv_text(iter([value]))))
    assert (read["fidelity"], read["language"]) == ("paraphrase", "fr"), "nobody is quoted here"
    assert read["url"] == "https://gazeta.example/2"
    assert read["url"] in read["footnote"]


def test_a_part_of_the_ledger_is_a_feed_of_its_own() -> None:
    from archiving import NOW

    whole, part = (
        etree.fromstring(atom_feed([statement()], "abc", NOW, "", p).encode()) for p in ("", "NO 2023")
    )
    ids = [feed.findtext(f"{ATOM}id") for feed in (whole, part)]
    assert ids == ["urn:clusterwatch:abc", "urn:clusterwatch:abc:NO:2023"]
    assert "(NO 2023)" in str(part.findtext(f"{ATOM}title"))
    indirect = {
        **statement()["passages"][0],
        "text": "she said no",
        "kind": "indirect",
        "fidelity": "paraphrase",
    }
    told = statement(positions=[], passages=[*statement()["passages"], indirect])
    entry = etree.fromstring(atom_feed([told], "abc", NOW, "").encode()).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "[NO] Ingrid Solberg, Norwegian Foreign Minister"
    assert part.findtext(f"{ATOM}entry/{ATOM}title") == (
        "[NO] Ingrid Solberg, Norwegian Foreign Minister: condemns cluster munitions"
    )
    content = str(entry.findtext(f"{ATOM}content")).split("\n\n")
    assert content == ["“Never again” [verbatim, en]", "she said no [paraphrase, en]", footnote(told)]
    for feed in (whole, part):  # RFC 4287, section 4.1
        for element in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{name}")) == 1


# --- the command ------------------------------------------------------------------------------------------


def test_the_export_by_state_and_year(ready: Command, tmp_path: Path) -> None:
    words = "“We reject cluster munitions,” Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
    earlier = row(3, words, published="2019-03-05T15:00:00+00:00")
    (tmp_path / "in.jsonl").write_text("\n".join((row(1), row(2, FINLAND), earlier)), "utf-8")
    assert ready("ingest", "in.jsonl", "--as-of", "published").status == 0
    values = {v["state"] + v["said_on"][:4]: v for v in ready("statements", "--format", "json").json}
    assert ready("review", "reject", values["FI2024"]["id"], "--by", "Ada").status == 0
    done = ready("export", "out", "--accessed", "2026-11-26")
    assert done.status == 0, done.err
    out = tmp_path / "out"
    found = sorted(str(path.relative_to(out)) for path in (out / "states").rglob("*") if path.is_file())
    assert found == [
        f"states/NO/{year}.{form}" for year in (2019, 2024) for form in ("atom", "csv", "json", "txt")
    ]
    (note,) = (out / "states" / "NO" / "2024.txt").read_text("utf-8").splitlines()
    assert note == (
        f"{values['NO2024']['id']}\tIngrid Solberg, Norwegian Foreign Minister, “Document 1 on cluster "
        "munitions,” Wire, 5 March 2024, http://wire.example/1, accessed 26 November 2026."
    )
    (one,) = json.loads((out / "states" / "NO" / "2024.json").read_text("utf-8"))
    assert one["passages"][0]["text"].startswith(QUOTE)
    rows = list(csv.DictReader(io.StringIO((out / "states" / "NO" / "2024.csv").read_text("utf-8"))))
    assert [r["footnote"] for r in rows] == [note.partition("\t")[2]]
    notes = (out / "footnotes.txt").read_text("utf-8").splitlines()
    assert [line.partition("\t")[0] for line in notes] == [values["NO2019"]["id"], values["NO2024"]["id"]]
    whole = json.loads((out / "statements.json").read_text("utf-8"))
    assert len(whole) == 3  # a rejected one stays in the whole, with the answer beside it
    assert FORMULA in (out / "statements.csv").read_text("utf-8")
    document = json.loads((out / "statements.jsonld").read_text("utf-8"))
    check(document)
    etree.fromstring((out / "states" / "NO" / "2019.atom").read_bytes())


def test_an_export_may_be_of_a_state_and_a_time(filled: Command, tmp_path: Path) -> None:
    assert filled("export", "no", "--state", "no").status == 0
    assert {p.name for p in (tmp_path / "no" / "states").iterdir()} == {"NO"}
    assert filled("export", "later", "--since", "2024-03-06").status == 0
    assert (tmp_path / "later" / "footnotes.txt").read_text() == ""
    assert filled("export", "x", "--accessed", "yesterday").status == 2
    assert filled("export", "x", "--since", "soon").status == 2
    assert not (tmp_path / "x").exists()
