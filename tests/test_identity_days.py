"""Days that were not told with the words: what they join, what they only may be, and what is background."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from gold_ledger import GoldReport, gold_reports, put_in
from sqlalchemy import select
from test_identity import DAY, OTHER, STATE, WORDS, body, heard, known, minister
from world import World

from monitor.identity import New, Possible, Same, decide
from monitor.identity.arrange import arrange, day_of
from monitor.identity.decide import interval, is_background, is_reckoned, reach
from monitor.model import Passage, Report, Said, Speaker
from monitor.pipeline import announce
from monitor.store.schema import AlertRow, Appearance, Article, Outlet

NEXT = DAY + timedelta(days=1)
MORROW = datetime(2024, 3, 6, 9, tzinfo=UTC)
#: A day that follows from the date of the page: it may be the one before.
GUESSED = Said(NEXT, DAY, NEXT)


def test_a_day_that_follows_from_a_date_is_known_from_one_that_was_told() -> None:
    assert is_reckoned(GUESSED)
    assert not is_reckoned(Said(DAY, DAY, DAY))
    assert not is_reckoned(Said(DAY))
    assert not is_reckoned(Said(None, DAY, NEXT))
    assert interval(heard(said=GUESSED)) == (DAY, NEXT)


def test_told_days_count_before_reckoned_ones() -> None:
    assert day_of([GUESSED, GUESSED, Said(DAY, DAY, DAY)]) == Said(DAY, DAY, DAY)
    assert day_of([GUESSED, Said()]) == GUESSED
    assert day_of([Said()]) == day_of([]) == Said()


def test_a_reckoned_day_does_not_keep_another_language_from_the_statement() -> None:
    late = heard(None, "aucun obus ne partira", said=GUESSED, published=MORROW, language="fr")
    assert isinstance(decide(late, [known(heard())]), Same)
    told = heard(None, "aucun obus ne partira", day=NEXT, published=MORROW, language="fr")
    assert isinstance(decide(told, [known(heard())]), New)  # the same, had the article told the day


def test_the_same_words_under_a_reckoned_day_are_the_same() -> None:
    late = heard(None, f"{WORDS}, he said", said=GUESSED, published=MORROW)
    assert isinstance(decide(late, [known(heard())]), Same)
    assert isinstance(decide(heard(day=NEXT, published=MORROW), [known(heard())]), New)


def test_other_words_a_day_apart_are_for_a_person_where_one_day_is_reckoned() -> None:
    late = heard(None, OTHER, said=GUESSED, published=MORROW, positions=("calls_to_join",))
    assert isinstance(decide(late, [known(heard())]), Possible)
    told = heard(None, OTHER, day=NEXT, published=MORROW, positions=("calls_to_join",))
    assert isinstance(decide(told, [known(heard())]), New)


def test_a_reckoned_day_joins_no_two_statements() -> None:
    """It goes to that of its own day, and leaves what was told to be of the day before apart."""
    first, second = heard(), heard(None, OTHER, day=NEXT, published=MORROW)
    between = heard(None, "aucun obus ne partira", said=GUESSED, published=MORROW, language="fr")
    placed = arrange(dict(enumerate([first, second, between], start=1)))
    assert placed[1].group != placed[2].group == placed[3].group


def test_what_is_done_once_and_told_again_without_a_day_is_not_told_twice() -> None:
    on = known(heard(positions=("announces_transfer",)))
    later = datetime(2024, 3, 10, 9, tzinfo=UTC)
    guessed = Said(date(2024, 3, 10), date(2024, 3, 9), date(2024, 3, 10))
    again = heard(None, OTHER, said=guessed, published=later, positions=("announces_transfer",))
    assert isinstance(decide(again, [on]), Possible)
    # What was told to be of that day, what may be done every day, and what is long ago, are others.
    dated = heard(None, OTHER, day=later.date(), published=later, positions=("announces_transfer",))
    assert isinstance(decide(dated, [on]), New)
    assert isinstance(decide(heard(None, OTHER, said=guessed, published=later), [known(heard())]), New)
    old = known(heard(day=date(2024, 2, 1), positions=("announces_transfer",)))
    assert isinstance(decide(again, [old]), New)
    someone = known(heard(minister("Maria Haug", office="governor"), positions=("announces_transfer",)))
    assert isinstance(decide(again, [someone]), New)


def test_a_long_quotation_letter_for_letter_in_an_undated_report_is_recalled() -> None:
    later = datetime(2024, 3, 12, 9, tzinfo=UTC)
    guessed = Said(date(2024, 3, 12), date(2024, 3, 11), date(2024, 3, 12))
    assert isinstance(decide(heard(said=guessed, published=later), [known(heard())]), Possible)
    nearly = heard(None, WORDS.replace("whatever", "no matter what"), said=guessed, published=later)
    assert isinstance(decide(nearly, [known(heard())]), New)
    # A week later again, and said so: a new statement.
    assert isinstance(decide(heard(day=date(2024, 3, 12), published=later), [known(heard())]), New)


def test_a_fragment_of_what_was_quoted_before_is_recalled() -> None:
    later = datetime(2024, 3, 12, 9, tzinfo=UTC)
    guessed = Said(date(2024, 3, 12), date(2024, 3, 11), date(2024, 3, 12))
    fragment = heard(None, "whatever the neighbours do", said=guessed, published=later)
    assert isinstance(decide(fragment, [known(heard())]), Possible)
    acting = heard(
        None, "whatever the neighbours do", said=guessed, published=later, positions=("justifies",)
    )
    assert isinstance(decide(acting, [known(heard())]), New)
    more = heard(None, "whatever the neighbours do", OTHER, said=guessed, published=later)
    assert isinstance(decide(more, [known(heard())]), New)
    stock = heard(None, "the use of cluster munitions", said=guessed, published=later)
    assert isinstance(decide(stock, [known(heard(None, "Stop the use of cluster munitions now"))]), New)


def test_what_may_be_recalled_is_looked_for_that_far_back() -> None:
    guessed = Said(NEXT, DAY, NEXT)
    assert reach(heard(said=guessed)) == (DAY - timedelta(days=14), NEXT)
    paraphrased = replace(heard(said=guessed), passages=())
    assert reach(paraphrased) == (DAY, NEXT)
    assert reach(heard()) == (DAY, DAY)
    assert reach(heard(day=None, published=None)) is None


def test_order_does_not_matter_for_what_is_told_again() -> None:
    first = heard(positions=("announces_transfer",))
    later = datetime(2024, 3, 10, 9, tzinfo=UTC)
    guessed = Said(date(2024, 3, 10), date(2024, 3, 9), date(2024, 3, 10))
    again = heard(None, OTHER, said=guessed, published=later, positions=("announces_transfer",))
    for order in ([first, again], [again, first]):
        placed = arrange(dict(enumerate(order, start=1)))
        assert sorted(p.possible for p in placed.values()) == [False, True]
        assert len({p.group for p in placed.values()}) == 1


@pytest.mark.parametrize(
    "speaker",
    [
        STATE,
        body("Norwegian government", "NO", "no-government"),
        body("the Brekke administration", "NO", "no-administration"),
        body("the UN", "UN", "un", "intergovernmental"),
    ],
)
def test_a_state_that_is_only_named_without_a_day_is_background(speaker: object) -> None:
    assert is_background(heard(speaker, day=None))  # type: ignore[arg-type]
    assert is_background(heard(speaker, said=GUESSED))  # type: ignore[arg-type]
    assert not is_background(heard(speaker))  # type: ignore[arg-type]
    assert not is_background(heard(minister(), day=None))


def test_a_government_as_a_whole_stands_for_each_of_its_officials() -> None:
    government = body("Norwegian government", "NO", "no-government")
    named = known(heard(positions=("denies_use",)))
    assert isinstance(decide(heard(government, OTHER, positions=("denies_use",)), [named]), Same)
    assert isinstance(decide(heard(government, OTHER, positions=("alleges_use",)), [named]), New)


def test_a_body_that_only_comments_may_be_heard_through_its_voice() -> None:
    voice = minister(
        "Oleg Drozhin", state="RU", role="spokesman", office="spokesperson", body="Ministry of Defence"
    )
    ministry = body("Russia's Defence Ministry", "RU", "ru-defence_ministry")
    told = known(heard(voice, positions=("condemns",)))
    comment = heard(ministry, OTHER, positions=("neutral_comment",))
    assert isinstance(decide(comment, [told]), Possible)
    assert isinstance(decide(heard(ministry, OTHER, positions=("alleges_use",)), [told]), New)


def _given(number: int, speaker: Speaker, words: str, said: Said, at: datetime) -> GoldReport:
    some = next(r for r in gold_reports() if r.report.said.on is not None)
    passages = (Passage("indirect", words, "text", 0, len(words), "paraphrase", "x"),)
    report = Report(speaker, said, "new", ("justifies",), passages, 1.0)
    return replace(some, number=number, document=f"d{number}", published=at, report=report, language="en")


def test_a_new_speaker_is_told_though_a_bare_states_words_come_over_from_a_told_statement(
    world: World,
) -> None:
    """The state's undated words went to the minister's statement, and fit the envoy's later one better."""
    at = datetime(2024, 3, 4, 12, tzinfo=UTC)
    morrow, later = at + timedelta(days=1), at + timedelta(days=1, hours=6)
    first = _given(1, minister(), "The minister defended the sale", Said(*[at.date()] * 3), at)
    bare = _given(2, STATE, "Oslo said that it had weighed the matter long", Said(), morrow)
    envoy = minister("Maria Haug", office="ambassador", role="Norwegian ambassador")
    second = _given(3, envoy, "The envoy called the sale a duty", Said(*[morrow.date()] * 3), later)
    with world.at("2024-03-05T20:00:00+00:00") as services:
        for piece in ([first], [bare], [second]):
            put_in(services, piece)
            with services.database.writing() as session:
                outlet = session.scalar(select(Outlet)) or Outlet(key="wire", name="Wire", tier=1)
                for article in session.scalars(select(Article)):
                    article.outlet = outlet
            announce(services)
    places = {a.report_id: a.statement_id for a in world.rows(Appearance)}
    assert places[2] == places[3] != places[1]  # the bare state's words have moved
    assert {a.statement_id for a in world.rows(AlertRow)} == {places[1], places[3]}
    assert [(a.kind, a.late) for a in world.rows(AlertRow)] == [("new", False), ("new", False)]
