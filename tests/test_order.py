"""Whatever the order in which reports come, and in whatever batches, they end in the same statements."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from gold_ledger import GoldReport, gold_reports, in_batches, partition, put_in
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples
from sqlalchemy import select
from test_identity import DAY, OTHER, STATE, WORDS, body, heard, minister
from world import World

from monitor.identity import Heard
from monitor.identity.arrange import arrange, is_weak
from monitor.identity.decide import opposed
from monitor.model import Passage, Report, Said, Speaker
from monitor.pipeline import announce
from monitor.store.schema import AlertRow, Appearance, Article, ReportRow, StatementRow


def groups(reports: list[Heard], order: list[int]) -> frozenset[frozenset[int]]:
    """The partition when the reports come with the ids that this order gives them."""
    placed = arrange({new: reports[old] for new, old in enumerate(order, start=1)})
    found: dict[int, set[int]] = {}
    for number, place in placed.items():
        found.setdefault(place.group, set()).add(order[number - 1])
    return frozenset(frozenset(g) for g in found.values())


_speakers = st.sampled_from([
    minister(), minister("Even Tveiterås"), minister("Эвен Твейтерос"),
    minister("Maria Haug", office="governor"),
    STATE, body("Norwegian Foreign Ministry", "NO", "no-foreign_ministry"),
])  # fmt: skip
_days = st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3))
_ACTS = ["condemns", "denies_use", "admits_use", "neutral_comment", "announces_transfer"]
#: How many days around a day that was not told it may be, 0 where it was told.
_slack = st.sampled_from([0, 0, 1])


def _said(day: date | None, slack: int) -> Said:
    return Said(day, day - timedelta(days=slack), day) if day else Said()


_reports = st.builds(
    lambda speaker, words, day, slack, reporting, positions, language, published, article: heard(
        speaker, words, day=day, said=_said(day, slack), reporting=reporting, positions=positions,
        language=language, published=published, article=article,
    ),
    _speakers, st.sampled_from([WORDS, OTHER, "They spoke of it", f"He added: {WORDS} again"]), _days, _slack,
    st.sampled_from(["new", "recalled"]),
    st.lists(st.sampled_from(_ACTS), max_size=2).map(tuple),
    st.sampled_from(["en", "fr"]),
    st.none() | st.integers(0, 150).map(lambda n: datetime(2024, 3, 3, tzinfo=UTC) + timedelta(hours=n)),
    st.integers(1, 6),
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(_reports, min_size=2, max_size=9, unique_by=repr), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_statements(reports: list[Heard], dice: random.Random) -> None:
    order = list(range(len(reports)))
    dice.shuffle(order)
    assert groups(reports, order) == groups(reports, list(range(len(reports))))


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(_reports, min_size=2, max_size=9))
def test_firm_reports_of_one_statement_are_never_of_opposite_positions(reports: list[Heard]) -> None:
    placed = arrange(dict(enumerate(reports, start=1)))
    for number, place in placed.items():
        mates = [i for i, p in placed.items() if p.group == place.group and not p.possible and i != number]
        if is_weak(reports[number - 1]) or place.possible or not mates:
            continue
        others = [p for i in mates if not is_weak(reports[i - 1]) for p in reports[i - 1].positions]
        assert not others or not opposed(reports[number - 1].positions, others)


def test_reports_that_agree_step_by_step_are_not_set_against_themselves() -> None:
    """Each agrees with a next one, and still one that condemns and denies stands beside one that admits."""
    acts: list[tuple[str, ...]] = [
        (), (), (), ("condemns", "condemns"), ("condemns", "denies_use"), ("admits_use",),
    ]  # fmt: skip
    reports = [heard(minister(), WORDS, positions=each) for each in acts]
    for order in ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [5, 0, 4, 1, 3, 2]):
        found = groups(reports, order)
        assert found == groups(reports, [0, 1, 2, 3, 4, 5])
        for group in found:
            assert not {4, 5} <= group
            for number in group:
                others = [p for i in group if i != number for p in acts[i]]
                assert not opposed(acts[number], others)


def test_a_report_between_two_statements_makes_them_one() -> None:
    first = heard(minister(), WORDS, positions=("condemns",))
    second = heard(minister(), OTHER, positions=("calls_to_stop",))
    both = heard(minister(), f"{WORDS}. {OTHER}", positions=("condemns", "calls_to_stop"))
    assert len(groups([first, second, both], [0, 1, 2])) == 1
    for order in ([0, 2, 1], [2, 1, 0], [1, 2, 0]):
        assert len(groups([first, second, both], order)) == 1


def test_a_recalled_report_joins_no_two_statements() -> None:
    first, second = heard(), heard(day=date(2024, 3, 12), published=datetime(2024, 3, 12, 9, tzinfo=UTC))
    recalled = heard(day=None, reporting="recalled", published=datetime(2024, 4, 9, tzinfo=UTC))
    for order in ([0, 1, 2], [2, 1, 0], [0, 2, 1]):
        found = groups([first, second, recalled], order)
        assert found == {frozenset({0}), frozenset({1, 2})}


def _in_order(world: World, order: list[GoldReport], sizes: tuple[int, ...]) -> frozenset[frozenset[int]]:
    with world.at("2024-04-30T00:00:00+00:00") as services:
        for piece in in_batches(order, sizes):
            put_in(services, piece)
            announce(services)
        return partition(services)


#: How the newsroom's reports are shuffled, and in what batches they are matched.
SHUFFLES = [(1, (1,)), (2, (7, 1, 30))]
#: CLUSTERWATCH_SHUFFLES=21 runs all twenty, some minutes on each database.
MOST = int(os.environ.get("CLUSTERWATCH_SHUFFLES", "4"))


@pytest.mark.parametrize(
    ("seed", "sizes"),
    [
        *SHUFFLES,
        *(pytest.param(n, ((1,), (20,), (5, 60))[n % 3], marks=pytest.mark.slow) for n in range(3, MOST)),
    ],
)
def test_the_newsroom_in_any_order(world: World, seed: int, sizes: tuple[int, ...]) -> None:
    reports = gold_reports()
    straight = arranged_at_once(reports)
    random.Random(seed).shuffle(reports)
    found = _in_order(world, reports, sizes)
    assert found == straight
    told = world.rows(AlertRow)
    assert len({a.statement_id for a in told if a.kind == "new"}) == sum(a.kind == "new" for a in told)
    assert all(s.merged_at and s.merged_why for s in world.rows(StatementRow) if s.merged_into)


def arranged_at_once(reports: list[GoldReport]) -> frozenset[frozenset[int]]:
    """What the rules make of all reports together, with no ledger."""
    documents = list(dict.fromkeys(r.document for r in reports))
    roots = {r.document: r.copy_of or r.document for r in reports}
    values: dict[int, Heard] = {}
    for gold in reports:
        report, article = gold.report, documents.index(gold.document) + 1
        copies = frozenset(
            n for n, d in enumerate(documents, start=1) if n != article and roots[d] == roots[gold.document]
        )
        values[gold.number] = Heard(
            report.speaker, report.said, report.reporting, report.positions, report.passages, gold.published,
            gold.language, report.venue, article, copies,
        )  # fmt: skip
    found: dict[int, set[int]] = {}
    for number, place in arrange(values).items():
        found.setdefault(place.group, set()).add(number)
    return frozenset(frozenset(g) for g in found.values())


def _bare(number: int, words: str, act: str, hours: int) -> GoldReport:
    """What a bare state is told to have said, without a day, so many hours into 5 March 2024."""
    gold = next(r for r in gold_reports() if r.report.said.on is not None)
    passages = (Passage("indirect", words, "text", 0, len(words), "paraphrase", "x"),)
    report = Report(Speaker("Oslo", "Norway", "state", "NO"), Said(), "new", (act,), passages, 1.0)
    at = datetime(2024, 3, 5, tzinfo=UTC) + timedelta(hours=hours)
    return replace(gold, number=number, document=f"d{number}", published=at, report=report, language="en")


STORED = _bare(1, "Oslo said that it had never stored them in the north", "denies_other", 8)
THANKED = _bare(2, "Oslo thanked its neighbours for a decade of clearing fields", "affirms_ban", 2)


@pytest.mark.parametrize("order", [(STORED, THANKED), (THANKED, STORED)])
def test_of_the_past_the_contents_decide_which_of_two_is_held(
    world: World, order: tuple[GoldReport, ...]
) -> None:
    """Nobody was told of either, so that the order in which an archive gives them is of no account."""
    with world.at("2024-06-06T00:00:00+00:00") as services:
        for one in order:
            put_in(services, [one])
            with services.database.writing() as session:
                article = session.scalars(select(Article).where(Article.document == one.document)).one()
                article.origin, article.silent = "backfill", "backfill"
            announce(services)
    told = {row.id: row.positions for row in world.rows(ReportRow)}
    assert [told[a.report_id] for a in world.rows(Appearance) if a.possible] == [["denies_other"]]
    assert len([s for s in world.rows(StatementRow) if s.merged_into is None]) == 1
    assert not world.rows(AlertRow)


def test_what_may_be_of_a_later_report_keeps_its_statement(world: World) -> None:
    """A bare state's words are told; more of them, which may be others, are held and take nothing away."""
    with world.at("2024-03-06T00:00:00+00:00") as services:
        for piece in ([STORED], [THANKED]):
            put_in(services, piece)
            announce(services)
    with_reports = {a.statement_id for a in world.rows(Appearance) if not a.possible}
    assert with_reports == {s.id for s in world.rows(StatementRow) if s.merged_into is None}
    assert len(with_reports) == 1
