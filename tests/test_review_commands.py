"""`review` as people use it, on both databases: what the program decided can be undone, and what a person
decided stays, whatever comes later and in whatever order."""

from __future__ import annotations

import json

import pytest
from commands import Command, Done, caller
from gold_ledger import GoldReport, gold_reports, put_in
from test_pipeline_telling import possible
from world import FINLAND, World, story

from monitor.pipeline import announce
from monitor.pipeline.matching import merge as join
from monitor.store.schema import AlertRow, Appearance, ReportRow, Review, StatementRow

KEY = "holovatenko-2024-02-13-kyiv-briefing"
OTHER = "russian-mod-2024-02-13-telegram"
AT = "2024-03-05T18:30:00+00:00"
NEXT = "2024-03-05T19:00:00+00:00"
EVENING, NIGHT = "2024-03-05T21:00:00+00:00", "2024-03-06T02:00:00+00:00"
WHO = ("--by", "Ada", "--why", "I was there")


@pytest.fixture
def cli(world: World, capfd: pytest.CaptureFixture[str]) -> Command:
    """The program's commands on the world's ledger."""
    call = caller(capfd)

    def at(*arguments: str) -> Done:
        with world.at(AT):  # puts the settings into the environment
            pass
        return call(*arguments)

    return at


def done(command: Command, *arguments: str) -> str:
    result = command(*arguments)
    assert result.status == 0, result.err
    return result.out


def places(world: World) -> dict[int, int]:
    return {a.report_id: a.statement_id for a in world.rows(Appearance)}


def match(world: World, reports: list[GoldReport], time: str = AT) -> None:
    with world.at(time) as services:
        put_in(services, reports)
        announce(services)


def _gold(*keys: str) -> list[GoldReport]:
    return [r for r in gold_reports() if r.key in keys]


def test_a_merged_id_stays_valid_everywhere(world: World, cli: Command) -> None:
    match(world, _gold(KEY, OTHER))
    assert {s.id for s in world.rows(StatementRow)} == {1, 2}
    assert done(cli, "review", "merge", "s2", "s1", *WHO) == "s2 is now s1\n"
    trail = json.loads(done(cli, "explain", "s2", "--json"))
    assert (trail["asked"], trail["merged_into"], trail["statement"]["id"]) == ("s2", "s1", "s1")
    assert "by Ada (r1)" in trail["merged_why"]
    assert trail["merged"] == ["s2"]
    assert [(r["by"], r["action"], r["why"]) for r in trail["reviews"]] == [("Ada", "merge", "I was there")]
    assert len(trail["statement"]["appearances"]) == len(places(world))
    assert [s["id"] for s in json.loads(done(cli, "statements", "--format", "json"))] == ["s1"]
    assert done(cli, "review", "confirm", "s2", *WHO) == "s1 confirmed\n"
    # Taken back by its old id, as any merge is.
    assert done(cli, "review", "split", "s2", *WHO) == "s2 is a statement of its own again\n"
    assert [s["id"] for s in json.loads(done(cli, "statements", "--format", "json"))] == ["s2", "s1"]
    (row,) = [r for r in json.loads(done(cli, "review", "list", "--json")) if r["action"] == "split"]
    assert (row["by"], row["targets"], row["why"]) == ("Ada", ["s2"], "I was there")


def test_an_automatic_merge_is_undone_and_stays_undone(world: World, cli: Command) -> None:
    gold = _gold(KEY, OTHER)
    match(world, gold[:-1])
    with world.at(AT) as services, services.database.writing() as session:
        join(session, 2, 1, "h9 showed that they are one", services.now())
    assert set(places(world).values()) == {1}
    done(cli, "review", "split", "s2", *WHO)
    before = places(world)
    assert set(before.values()) == {1, 2}
    match(world, gold[-1:], NEXT)
    with world.at(NEXT) as services, services.database.writing() as session:
        for report in session.query(ReportRow):
            report.status = "waiting" if report.status == "matched" else report.status
    with world.at(NEXT) as services:
        announce(services)
    after = places(world)
    assert {n: after[n] for n in before} == before


def _again(world: World, time: str) -> None:
    """All matched reports are matched once more, the last first."""
    with world.at(time) as services:
        for number in sorted(places(world), reverse=True):
            with services.database.writing() as session:
                report = session.get_one(ReportRow, number)
                if report.status == "matched":
                    report.status = "waiting"
            announce(services)


def test_a_possible_duplicate_split_off_is_told_at_once(world: World, cli: Command) -> None:
    possible(world)
    assert len(world.inbox.taken) == 1
    held = world.rows(ReportRow)[1]
    assert done(cli, "review", "split", f"h{held.id}", *WHO) == "s2 made of 1 reports of s1\n"
    world.run(EVENING)
    assert len(world.inbox.taken) == 2, "nobody had been told of it"
    _again(world, EVENING)
    world.run(NIGHT)
    assert len(world.inbox.taken) == 2
    assert sorted(places(world).values()) == [1, 2]
    assert not any(a.possible for a in world.rows(Appearance))


def test_a_confirmed_duplicate_is_not_asked_about_again(world: World, cli: Command) -> None:
    possible(world)
    held = world.rows(ReportRow)[1]
    assert done(cli, "review", "confirm", f"h{held.id}", *WHO) == f"h{held.id} is of s1\n"
    _again(world, EVENING)
    assert not any(a.possible for a in world.rows(Appearance))
    # … until the answer is taken back.
    done(cli, "review", "undo", "r1", *WHO)
    assert [a.possible for a in world.rows(Appearance)] == [False, True]
    assert [h["id"] for h in json.loads(done(cli, "held", "--json"))] == [f"h{held.id}"]


UNKNOWN = "“We know about each cluster munition on this coast,” the ambassador said on Tuesday."


def _with_held(world: World) -> int:
    """A statement, and a held report whose speaker nobody knows: the report's id."""
    world.serve(
        "courier.example", [story(), story("/b", UNKNOWN, "Ambassador on cluster munitions", guid="b")]
    )
    world.add("courier.example")
    world.run()
    (held,) = [r for r in world.rows(ReportRow) if r.status == "held"]
    assert held.held_reason == "state_unresolved"
    return int(held.id)


def test_a_held_report_is_assigned_and_given_back(world: World, cli: Command) -> None:
    number = _with_held(world)
    assert done(cli, "review", "assign", f"h{number}", "s1", *WHO) == f"h{number} is of s1\n"
    (statement,) = json.loads(done(cli, "statements", "--format", "json"))
    assert len(statement["appearances"]) == 2
    assert statement["appearances"][1]["same_by"] == "assigned by Ada"
    assert json.loads(done(cli, "held", "--json")) == []
    _again(world, EVENING)
    # An edited page is judged anew; where its report is stays what the person said.
    world.serve("courier.example", [story(), story("/b", UNKNOWN, "Ambassador on cluster munitions, edited",
                                                   "More follows.", guid="b")])  # fmt: skip
    world.run(EVENING)
    assert places(world)[number] == 1
    assert len(json.loads(done(cli, "statements", "--format", "json"))[0]["appearances"]) == 2
    done(cli, "review", "undo", "r1", *WHO)
    assert number not in places(world)
    (held,) = json.loads(done(cli, "held", "--json"))
    assert (held["id"], held["held"]["reason"]) == (f"h{number}", "state_unresolved")


def test_a_rejected_report_counts_no_more_and_comes_back(world: World, cli: Command) -> None:
    gold = _gold(KEY)
    match(world, gold)
    number = max(places(world))
    before = json.loads(done(cli, "explain", "s1", "--json"))["statement"]
    done(cli, "review", "reject", f"h{number}", *WHO)
    less = json.loads(done(cli, "explain", "s1", "--json"))["statement"]
    assert len(less["appearances"]) == len(before["appearances"]) - 1
    _again(world, NEXT)
    assert json.loads(done(cli, "explain", "s1", "--json"))["statement"]["appearances"] == less["appearances"]
    done(cli, "review", "undo", "r1", *WHO)
    assert json.loads(done(cli, "explain", "s1", "--json"))["statement"] == before
    # The only report of a statement is rejected with it.
    for report in sorted(places(world))[1:]:
        done(cli, "review", "reject", f"h{report}", *WHO)
    refused = cli("review", "reject", f"h{min(places(world))}", *WHO)
    assert refused.status == 2
    assert "reject that" in refused.err


def test_a_rejected_statement_takes_later_reports_in_silence_until_that_is_undone(
    world: World, cli: Command
) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "60"
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    done(cli, "review", "reject", "s1", *WHO)
    world.serve("herald.example", [story("/too")])
    world.add("herald.example")
    counts = world.run("2024-03-05T20:00:00+00:00")
    assert counts["deliver"].refused == (), "what was called off is no fault"
    (statement,) = world.ledger()
    assert (len(statement["appearances"]), statement["alert"]) == (
        2,
        {"state": "not_told", "reason": "reviewed"},
    )
    assert world.inbox.taken == []
    done(cli, "review", "undo", "r1", *WHO)
    world.run(EVENING)
    world.run(NIGHT)
    assert len(world.inbox.taken) == 1


def test_an_undone_merge_tells_nobody_again(world: World, cli: Command) -> None:
    world.serve("courier.example", [story(), story("/f", FINLAND, "Helsinki on cluster bombs", guid="f")])
    world.add("courier.example")
    world.run()
    assert len(world.inbox.taken) == 2
    done(cli, "review", "merge", "s1", "s2", *WHO)
    world.run(EVENING)
    (update,) = [a for a in world.rows(AlertRow) if "s2, told before" in (a.change or "")]
    assert update.statement_id == 1
    done(cli, "review", "undo", "r1", *WHO)
    world.run(NIGHT)
    assert len([s for s in world.rows(StatementRow) if s.merged_into is None]) == 2
    assert not [s for s in world.subjects()[2:] if not s.startswith("Update: ")]


def test_every_answer_says_who_when_and_why(world: World, cli: Command) -> None:
    match(world, _gold(KEY, OTHER))
    for answer in (("confirm", "s1"), ("merge", "s1", "s2"), ("split", "s2"), ("reject", "s2")):
        done(cli, "review", *answer, *WHO)
    assert [(r.by, r.why, r.at.isoformat()[:16], r.action) for r in world.rows(Review)] == [
        ("Ada", "I was there", AT[:16], action) for action in ("confirm", "merge", "split", "reject")
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("merge", "s1"), "merge takes two statements"),
        (("merge", "h1", "s1"), "merge takes statements"),
        (("merge", "1", "2"), "no such id"),
        (("assign", "h1"), "one statement"),
        (("assign", "h99", "s1"), "there is no report h99"),
        (("confirm", "h1"), "neither held nor rejected"),
        (("confirm", "s99"), "there is no statement s99"),
        (("split", "s1"), "was not merged"),
        (("undo", "r9"), "no answer r9"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    world: World, cli: Command, arguments: tuple[str, ...], words: str
) -> None:
    match(world, _gold(KEY)[:2])
    result = cli("review", *arguments, *WHO)
    assert (result.status, words in result.err) == (2, True), result.err
    assert world.rows(Review) == []
