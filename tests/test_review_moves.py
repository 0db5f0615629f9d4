"""A person merges, splits and assigns: it is kept, matching respects it, and it can be taken back."""

from __future__ import annotations

import random

import pytest
from gold_ledger import GoldReport, gold_reports, put_in
from world import World

from monitor.errors import UsageError
from monitor.pipeline import announce, rearrange
from monitor.store.schema import Appearance, ReportRow, Review, StatementRow
from monitor.store.statements import living

KEY = "holovatenko-2024-02-13-kyiv-briefing"
OTHER = "russian-mod-2024-02-13-telegram"
AT = "2024-04-30T00:00:00+00:00"


def _matched(world: World, reports: list[GoldReport]) -> dict[int, int]:
    """The statement of each report, by its number in the answers."""
    with world.at(AT) as services:
        put_in(services, reports)
        announce(services)
    return _places(world)


def _places(world: World) -> dict[int, int]:
    rows = {r.id: int(r.post_key[1:]) for r in world.rows(ReportRow)}
    return {rows[a.report_id]: a.statement_id for a in world.rows(Appearance)}


def _id(world: World, number: int) -> int:
    return next(r.id for r in world.rows(ReportRow) if r.post_key == f"g{number}")


def test_merge_split_assign_and_back(world: World) -> None:
    gold = [r for r in gold_reports() if r.key in (KEY, OTHER)]
    late, early = [r for r in gold if r.key == KEY][-1:], gold
    early = [r for r in gold if r.number != late[0].number]
    before = _matched(world, early)
    first, second = sorted(set(before.values()))
    with world.at(AT) as services:
        lines = rearrange.merge(services, [("s", second), ("s", first)], by="Ada", why="one briefing")
    assert lines == [f"s{second} is now s{first}"]
    assert set(_places(world).values()) == {first}
    # A report of either comes: nothing that the person joined falls apart.
    after = _matched(world, late)
    assert set(after.values()) == {first}
    with world.at(AT) as services, services.database.reading() as session:
        assert living(session, second).id == first  # type: ignore[union-attr]
    review = next(r for r in world.rows(Review) if r.action == "merge")
    assert (review.by, review.why) == ("Ada", "one briefing")
    with world.at(AT) as services:
        rearrange.undo(services, review.id, by="Ben", why=None)
    back = _places(world)
    assert {n: s for n, s in back.items() if n in before} == before
    assert not [s for s in world.rows(StatementRow) if s.merged_into]
    with world.at(AT) as services, pytest.raises(UsageError, match="taken back already"):
        rearrange.undo(services, review.id, by="Ben", why=None)


def test_what_was_split_stays_apart(world: World) -> None:
    gold = [r for r in gold_reports() if r.key == KEY]
    random.Random(4).shuffle(gold)
    before = _matched(world, gold[:-1])
    (home,) = set(before.values())
    alone = gold[0].number
    with world.at(AT) as services:
        rearrange.split(services, [("h", _id(world, alone))], by="Ada", why="another day")
    split = _places(world)
    assert split[alone] != home
    after = _matched(world, gold[-1:])
    assert {n: s for n, s in after.items() if n in split} == split
    with world.at(AT) as services:
        rearrange.assign(services, [("h", _id(world, alone)), ("s", home)], home, by="Ada", why=None)
    assert _places(world)[alone] == home
    gone = next(s for s in world.rows(StatementRow) if s.id == split[alone])
    assert gone.merged_into == home


@pytest.mark.parametrize(
    ("work", "targets"),
    [("merge", [("s", 1)]), ("merge", [("h", 1)]), ("split", [("h", 999)]), ("split", [("s", 1)])],
)
def test_what_cannot_be_done_is_said(world: World, work: str, targets: list[tuple[str, int]]) -> None:
    _matched(world, [r for r in gold_reports() if r.key == KEY][:1])
    with world.at(AT) as services, pytest.raises(UsageError):
        getattr(rearrange, work)(services, targets, by="Ada", why=None)
