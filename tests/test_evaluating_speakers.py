"""Speakers of quoted segments, measured on a small made-up corpus in brat's files and in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Command, caller

from monitor.errors import UsageError
from monitor.evaluation.corpora import Quoted, load_corpus
from monitor.evaluation.naming import Named, judge

TEXT = (
    "The bridge at Lumo will open in May, the council was told on Monday.\n"
    "“We have tested every bolt of it,” said Oona Karvinen, the engineer in charge.\n"
    "Mayor Pekka Vilander doubted it. “I shall walk across it last,” Vilander said, and he laughed.\n"
    "A rival firm saw it otherwise. “It is a toy.”\n"
)
FIRST = "We have tested every bolt of it,"
SECOND = "I shall walk across it last,"
THIRD = "It is a toy."


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    return caller(capfd)


def _span(words: str, text: str = TEXT) -> tuple[int, int]:
    assert text.count(words) == 1
    return text.index(words), text.index(words) + len(words)


def _brat(folder: Path, *lines: str, text: str = TEXT, name: str = "bridge") -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text, "utf-8")
    (folder / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _mark(number: int, kind: str, words: str) -> str:
    start, end = _span(words)
    return f"T{number}\t{kind} {start} {end}\t{words}"


def _segments(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    corpus = load_corpus(folder)
    assert corpus.problems == []
    return [(text.text[s.start : s.end], s.speakers) for text in corpus.texts for s in text.segments]


def test_brat_with_relations_and_coreference(tmp_path: Path) -> None:
    _brat(
        tmp_path,
        _mark(1, "Direct_Quotation", FIRST),
        _mark(2, "Speaker", "Oona Karvinen"),
        "R1\tSpokenBy Arg1:T1 Arg2:T2",
        _mark(3, "Quote", SECOND),
        _mark(4, "Speaker", "he laughed"),
        _mark(5, "Entity", "Pekka Vilander"),
        "R2\tSpeaker_of Arg1:T4 Arg2:T3",
        "*\tCoref T4 T5",
        "#1\tAnnotatorNotes T3\tchecked",
        _mark(6, "Cue", "said Oona"),
    )
    first, second = _segments(tmp_path)
    assert first == (FIRST, ("Oona Karvinen",))
    assert second[0] == SECOND
    assert set(second[1]) == {"he laughed", "Pekka Vilander"}


def test_brat_with_events_contents_and_names_as_attributes(tmp_path: Path) -> None:
    content = f"“{SECOND}”"
    _brat(
        tmp_path,
        _mark(1, "Content", content),
        _mark(2, "Source", "Mayor Pekka Vilander"),
        _mark(3, "Cue", "Vilander said"),
        "E1\tCue:T3 Source:T2 Content:T1",
        _mark(4, "Quotation", THIRD),
        "A1\tSpeaker T4 A_Rival_Firm",
        _mark(5, "Content", "the council was told on Monday"),
        "R1\tAttribution Arg1:T5 Arg2:T2",
    )
    assert _segments(tmp_path) == [(SECOND, ("Mayor Pekka Vilander",)), (THIRD, ("A Rival Firm",))]


def test_json_by_offsets_or_by_words(tmp_path: Path) -> None:
    start, end = _span(FIRST)
    rows = [
        {"start": start, "end": end, "speaker": "Oona Karvinen", "text": FIRST},
        {"text": SECOND, "speaker": ["Pekka Vilander", "the mayor"]},
    ]
    (tmp_path / "bridge.json").write_text(json.dumps({"text": TEXT, "quotations": rows}), "utf-8")
    assert _segments(tmp_path) == [(FIRST, ("Oona Karvinen",)), (SECOND, ("Pekka Vilander", "the mayor"))]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("T1\tQuote 5 9999\tx", "bridge.ann, line 1: not an annotation"),
        ("T1\tQuote five 9\tx", "bridge.ann, line 1: not an annotation"),
        ("R1\tSpokenBy", "bridge.ann, line 1: not an annotation"),
        ("R1\tSpokenBy Arg1:T8 Arg2:T9", "bridge.ann: a relation to T8, which is not there"),
    ],
)
def test_what_is_wrong_in_brats_files_is_named(tmp_path: Path, line: str, problem: str) -> None:
    _brat(
        tmp_path,
        line,
        _mark(11, "Quote", FIRST),
        _mark(12, "Speaker", "Oona Karvinen"),
        "R7\tBy Arg1:T11 Arg2:T12",
    )
    corpus = load_corpus(tmp_path)
    assert [text.segments[0].speakers for text in corpus.texts] == [("Oona Karvinen",)], "the rest goes on"
    assert any(problem in one for one in corpus.problems), corpus.problems


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "not JSON"),
        ('{"quotations": []}', 'an object with "text"'),
        ("[1]", 'an object with "text"'),
        (
            '{"text": "abc", "quotations": [{"start": 0, "end": 9, "speaker": "A"}]}',
            "no start and end inside",
        ),
        ('{"text": "abc", "quotations": [{"start": 0, "end": 1}]}', "no speaker"),
        (
            '{"text": "abc", "quotations": [{"start": 0, "end": 1, "text": "b", "speaker": "A"}]}',
            "other words",
        ),
        ('{"text": "abc", "quotations": [7]}', "no object"),
    ],
)
def test_what_is_wrong_in_json_is_named(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    corpus = load_corpus(tmp_path)
    assert len(corpus.problems) == 1
    assert problem in corpus.problems[0]


def test_folders_that_lack_something(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_corpus(tmp_path)
    (tmp_path / "alone.ann").write_text("", "utf-8")
    assert "alone.ann" in load_corpus(tmp_path).problems[0]


@pytest.mark.parametrize(
    ("names", "speakers", "verdict"),
    [
        (("Karvinen",), ("Oona Karvinen",), "right"),
        (("engineer Oona Karvinen",), ("Oona Karvinen",), "right"),
        (("Оона Карвинен",), ("Oona Karvinen",), "right"),
        (("Pekka Vilander",), ("Oona Karvinen",), "wrong"),
        (("Aino Karvinen",), ("Oona Karvinen",), "wrong"),
        (("the rival firm",), ("rival firm",), "right"),
        ((), ("Oona Karvinen",), "abstained"),
    ],
)
def test_right_wrong_abstained(names: tuple[str, ...], speakers: tuple[str, ...], verdict: str) -> None:
    language = "ru" if names and not names[0].isascii() else "en"
    assert judge(Named(0, 9, names, "rule"), Quoted(0, 9, speakers), language) == verdict


def test_the_command_counts_right_wrong_and_abstained_in_both_forms(command: Command, tmp_path: Path) -> None:
    _brat(
        tmp_path / "brat",
        _mark(1, "Quote", FIRST),
        _mark(2, "Speaker", "Oona Karvinen"),
        "R1\tSpokenBy Arg1:T1 Arg2:T2",
        _mark(3, "Quote", SECOND),
        _mark(4, "Speaker", "Mayor Pekka Vilander"),
        "R2\tSpokenBy Arg1:T3 Arg2:T4",
        _mark(5, "Quote", THIRD),
        _mark(6, "Speaker", "A rival firm"),
        "R3\tSpokenBy Arg1:T5 Arg2:T6",
    )
    rows: list[dict[str, Any]] = [
        {"text": FIRST, "speaker": "Somebody Else"},  # a wrong answer, so that wrong can be counted
        {"text": SECOND, "speaker": "Pekka Vilander"},
        {"text": THIRD, "speaker": "A rival firm"},
    ]
    (tmp_path / "json").mkdir()
    lines = [json.dumps({"id": "b1", "language": "en", "text": TEXT, "quotations": rows})]
    (tmp_path / "json" / "bridge.jsonl").write_text("\n".join(lines), "utf-8")

    brat = command("evaluate", "speakers", str(tmp_path / "brat"), "--json")
    assert brat.status == 0, brat.err
    assert (brat.json["segments"], brat.json["right"], brat.json["wrong"]) == (3, 2, 0)
    assert brat.json["abstained"] == 1, "nobody is said to say that it is a toy"
    assert (brat.json["precision"], brat.json["recall"]) == (1.0, 0.6667)
    both = command("evaluate", "speakers", str(tmp_path), "--json").json
    assert (both["segments"], both["right"], both["wrong"], both["abstained"]) == (6, 3, 1, 2)
    wrong = [f for f in both["failures"] if f["what"] == "wrong"]
    assert [(f["document"], f["text"], f["speaker"]) for f in wrong] == [("b1", FIRST, ["Somebody Else"])]
    shown = command("evaluate", "speakers", str(tmp_path)).out
    assert "abstained" in shown
    assert "Somebody Else" in shown


def test_the_command_goes_on_past_what_it_cannot_read(command: Command, tmp_path: Path) -> None:
    good = {"text": TEXT, "quotations": [{"text": FIRST, "speaker": "Oona Karvinen"}]}
    (tmp_path / "x.jsonl").write_text(json.dumps(good) + "\n{broken\n", "utf-8")
    done = command("evaluate", "speakers", str(tmp_path), "--json")
    assert done.status == 1
    assert done.json["right"] == 1
    assert "x.jsonl, line 2" in done.err
