"""What people said of told statements, as precision; and a reader's word by the command line."""

from __future__ import annotations

from typing import Any

from commands import Command

from monitor.evaluation.reviews import evaluate_reviews


def _review(action: str, *targets: str, says: tuple[str, ...] = (), undone: bool = False) -> dict[str, Any]:
    return {"action": action, "targets": list(targets), "says": list(says), "why": None, "undone": undone}


def test_precision_by_what_people_said() -> None:
    told = ["s1", "s2", "s3", "s4", "s5"]
    given = [
        _review("confirm", "s1"),
        _review("feedback", "s2", says=("right",)),
        _review("feedback", "s3", says=("wrong_speaker", "wrong_day")),
        _review("feedback", "s3", says=("wrong_speaker",)),
        _review("reject", "s4"),
        _review("reject", "s5", undone=True),
        _review("feedback", "s9", says=("off_topic",)),
        _review("merge", "s1", "s2"),
    ]
    measured = evaluate_reviews(given, told)
    assert (measured["told"], measured["reviewed"], measured["precision"]) == (5, 4, 0.5)
    assert measured["fields"]["speaker"] == 0.75
    assert measured["fields"]["day"] == 0.75
    assert measured["fields"]["topic"] == 1.0
    assert {f["statement"] for f in measured["faults"]} == {"s3", "s4"}


def test_nothing_said_is_no_figure() -> None:
    measured = evaluate_reviews([], ["s1"])
    assert measured["precision"] is None
    assert set(measured["fields"].values()) == {None}


def test_a_readers_word_by_the_command_line(filled: Command) -> None:
    assert filled("deliver").status == 0
    said = filled("review", "feedback", "s1", "--says", "wrong_position", "--by", "Ann", "--why", "she jests")
    assert said.status == 0
    assert "wrong_position" in said.out
    assert filled("review", "feedback", "s8", "--says", "right", "--by", "Ann").status == 2
    measured = filled("evaluate", "--reviews", "--json").json
    assert (measured["told"], measured["reviewed"], measured["precision"]) == (2, 1, 0.0)
    assert measured["fields"]["position"] == 0.0
    assert "she jests" in filled("evaluate", "--reviews").out
    assert "feedback" in filled("issues").out
