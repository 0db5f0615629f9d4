"""The same statement or another: made-up officials in many spellings, on one occasion and on several."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from monitor.identity import Heard, Known, New, Possible, Same, decide, speaker_key
from monitor.identity.arrange import day_of
from monitor.identity.decide import days_apart, interval, opposed
from monitor.identity.speakers import is_bare_state, is_person, same_speaker
from monitor.identity.texts import alike, same_quotations
from monitor.model import POSITIONS, Kind, Passage, Reporting, Said, Speaker
from monitor.officials.names import latin

DATA = Path(__file__).resolve().parent.parent / "monitor" / "data"
DAY = date(2024, 3, 5)
WORDS = "Our forces will not fire a single one of these shells, whatever the neighbours do on our border"
OTHER = "The factory in Halvik closed its last line in the spring and nobody there will open it again"


def minister(name: str = "Even Tveiteras", name_en: str | None = None, **more: str | None) -> Speaker:
    facts: dict[str, str | None] = {
        "state": "NO", "role": "Norwegian Foreign Minister", "office": "foreign_minister", **more
    }  # fmt: skip
    return Speaker(name, name_en or name, "state", **facts)  # type: ignore[arg-type]


def body(name: str, state: str = "NO", code: str | None = None, kind: Kind = "state") -> Speaker:
    return Speaker(name, name, kind, state, body=name, official=f"body:{code}" if code else None)


STATE = Speaker("Oslo", "Norway", "state", "NO")
_articles = count(1)


def heard(
    speaker: Speaker | None = None,
    *words: str,
    day: date | None = DAY,
    said: Said | None = None,
    published: datetime | None = datetime(2024, 3, 5, 15, tzinfo=UTC),
    reporting: Reporting = "new",
    positions: tuple[str, ...] = ("condemns",),
    language: str = "en",
    venue: str | None = None,
    copies: frozenset[int] = frozenset(),
    article: int | None = None,
) -> Heard:
    return Heard(
        speaker or minister(),
        said or Said(day, day, day),
        reporting,
        positions,
        tuple(Passage("direct", w, "text", 0, len(w), "verbatim", "test") for w in words or (WORDS,)),
        published,
        language,
        venue,
        next(_articles) if article is None else article,
        copies,
    )


def known(*reports: Heard, id: int = 1) -> Known:
    return Known(
        id,
        reports,
        day_of([r.said for r in reports]),
        tuple(dict.fromkeys(p for r in reports for p in r.positions)),
    )


def ledger(reports: list[Heard]) -> list[list[Heard]]:
    """The statements that reports make when they come in this order; possible duplicates are left out."""
    statements: dict[int, list[Heard]] = {}
    for report in reports:
        decision = decide(report, [known(*rows, id=number) for number, rows in statements.items()])
        if isinstance(decision, New):
            statements[len(statements) + 1] = [report]
        elif isinstance(decision, Same):
            statements[decision.id].append(report)
    return list(statements.values())


# --- speakers -----------------------------------------------------------------------------------------


def spokespersons(a: tuple[str, str], b: tuple[str, str]) -> set[str]:
    """Whether two names, each in its language, are one speaker's, asked both ways round.

    Spokespersons: the office alone does not make the two one.
    """
    left, right = (
        minister(n, latin(n, code), office="spokesperson", role="spokesperson") for n, code in (a, b)
    )
    return {same_speaker(left, right, (a[1], b[1]))[0], same_speaker(right, left, (b[1], a[1]))[0]}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("Zelensky", "en"), ("Зеленский", "ru")),
        (("Volodymyr Zelenskyy", "en"), ("Зеленський", "uk")),
        (("Wolodymyr Selenskyj", "de"), ("Volodymyr Zelensky", "en")),
        (("Володимир Зеленський", "uk"), ("Владимир Зеленский", "ru")),
        (("Zełenski", "pl"), ("Zelensky", "fr")),
        (("Siergiej Szojgu", "pl"), ("Сергей Шойгу", "ru")),
        (("Sergueï Choïgou", "fr"), ("Sergei Shoigu", "en")),
        (("Even Tveiterås", "en"), ("Tveiteras", "es")),
        (("E. Tveiteras", "en"), ("Even Tveiteras", "en")),
        (("عبد الخالق المحفدي", "ar"), ("Abdulkhaliq al-Mahfadi", "en")),
        (("فارس الدغيثر", "ar"), ("Faris al-Dughaythir", "fr")),
    ],
)
def test_one_person_in_two_spellings(a: tuple[str, str], b: tuple[str, str]) -> None:
    assert spokespersons(a, b) == {"yes"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Maria Haug", "Magnus Haug"),
        ("Mikhail Petrov", "Maria Petrov"),
        ("Even Tveiteras", "Even Tvedt"),
        ("James Gordon", "Gordon Brown"),
        ("Taras Kolodii", "Danylo Kolomiiets"),
    ],
)
def test_two_people(a: str, b: str) -> None:
    for office in ("spokesperson", "foreign_minister"):
        left, right = minister(a, office=office), minister(b, office=office)
        assert same_speaker(left, right)[0] == "no"
        assert same_speaker(right, left)[0] == "no"


def test_two_people_of_one_surname_make_two_statements() -> None:
    first, second = minister("Maria Haug", office="governor"), minister("Magnus Haug", office="mayor")
    assert len(ledger([heard(first, WORDS), heard(second, OTHER)])) == 2


def test_a_name_in_han_signs_is_known_by_the_office_alone() -> None:
    chinese = minister("埃文·特维特罗斯", "埃文·特维特罗斯")
    assert same_speaker(chinese, minister(), ("zh", "en")) == ("yes", "office")
    other = minister("埃文·特维特罗斯", "埃文·特维特罗斯", office="spokesperson")
    assert same_speaker(other, minister(office="spokesperson"), ("zh", "en"))[0] == "related"
    assert same_speaker(other, minister(), ("zh", "en"))[0] == "no"
    assert same_speaker(chinese, minister("埃文·特维特罗斯", "Even Tveiteras", office="envoy"))[0] == "yes"


def test_an_unnamed_holder_of_an_office() -> None:
    role = "Norwegian Foreign Minister"
    assert same_speaker(minister(role), minister())[0] == "yes"
    spokes = minister("ministry spokesperson", role="ministry spokesperson", office="spokesperson")
    assert same_speaker(spokes, minister(office="spokesperson"))[0] == "related"


def test_the_register_decides_where_it_knows_both() -> None:
    assert same_speaker(minister(official="Q1"), minister("E. T.", official="Q1"))[0] == "yes"
    assert same_speaker(minister(official="Q1"), minister(official="Q2"))[0] == "no"
    assert same_speaker(minister(official="Q1"), minister())[0] == "yes"


def test_another_state_is_another_speaker() -> None:
    assert same_speaker(minister(), minister(state="FI"))[0] == "no"


MOD = body("Russia's Defence Ministry", "RU", "ru-defence_ministry")


def test_a_body_is_no_person_whatever_its_register_id() -> None:
    assert not is_person(MOD)
    assert not is_person(
        Speaker("Russia's Defence Ministry", "Russian Ministry of Defence", "state", "RU", body="x")
    )
    assert is_person(minister())
    assert is_bare_state(STATE)
    assert not is_bare_state(MOD)
    assert not is_bare_state(minister())


@pytest.mark.parametrize(
    ("person", "other", "sameness"),
    [
        (
            {"role": "Defence Ministry spokesman", "office": "spokesperson", "body": "Defence Ministry"},
            MOD,
            "related",
        ),
        ({"role": "Russian Defence Minister", "office": "defence_minister"}, MOD, "related"),
        ({"role": "spokesman", "office": "spokesperson", "body": "Foreign Ministry"}, MOD, "no"),
        ({"role": "spokesman", "office": "spokesperson", "body": "Ministry of Foreign Affairs"}, MOD, "no"),
        ({"role": "Foreign Minister", "office": "foreign_minister"}, MOD, "no"),
        (
            {"role": "spokesman", "office": "spokesperson", "body": "Ministry of Foreign Affairs"},
            body("Foreign Ministry", "RU", "ru-foreign_ministry"),
            "related",
        ),
    ],
)
def test_a_body_and_its_voice(person: dict[str, str], other: Speaker, sameness: str) -> None:
    speaker = minister("Oleg Drozhin", state="RU", **person)
    assert same_speaker(speaker, other)[0] == sameness
    assert same_speaker(other, speaker)[0] == sameness
    registered = minister("Oleg Drozhin", state="RU", official="Q9", **person)
    assert same_speaker(registered, other)[0] == sameness


def test_bodies() -> None:
    pentagon = body("Pentagon", "US", "us_defense_department")
    assert same_speaker(pentagon, body("US Department of Defense", "US", "us_defense_department"))[0] == "yes"
    assert same_speaker(pentagon, body("State Department", "US", "us_state_department"))[0] == "no"
    assert same_speaker(MOD, body("Russian Ministry of Foreign Affairs", "RU"))[0] == "no"
    assert same_speaker(MOD, body("Ministry of Defence", "RU"))[0] == "yes"
    assert same_speaker(body("Ministry", "RU"), body("Ministry of Defence", "RU"))[0] == "no"
    # A state has many embassies.
    washington = body("Russian embassy in the United States", "RU", "ru-embassy")
    assert same_speaker(washington, body("Russian embassy in Japan", "RU", "ru-embassy"))[0] == "no"
    assert same_speaker(washington, body("Russian Embassy in United States", "RU", "ru-embassy"))[0] == "yes"


def test_a_bare_state_may_stand_for_each_of_its_officials() -> None:
    assert same_speaker(STATE, Speaker("Norway", "Norway", "state", "NO")) == ("yes", "state")
    assert same_speaker(STATE, minister())[0] == "related"
    assert same_speaker(STATE, body("Foreign Ministry", "NO", "no-foreign_ministry"))[0] == "related"
    assert same_speaker(STATE, minister(state="SE"))[0] == "no"


def test_unnamed_officials_and_other_authorities_are_never_the_state() -> None:
    unnamed = Speaker("a Norwegian official", "a Norwegian official", "anonymous", "NO")
    for speaker in (STATE, minister(), body("Foreign Ministry", "NO", "no-foreign_ministry")):
        assert same_speaker(unnamed, speaker)[0] == same_speaker(speaker, unnamed)[0] == "no"
    rebels = Speaker("the authorities in Sanaa", "the authorities in Sanaa", "de_facto", "YE")
    assert same_speaker(rebels, Speaker("Yemen", "Yemen", "state", "YE"))[0] == "no"


def test_keys_for_rows() -> None:
    assert speaker_key(minister(official="Q1")) == "official:Q1"
    assert speaker_key(minister("Э. Твейтерас", "E. Tveyteras")).startswith("NO:")
    assert speaker_key(minister("Volodymyr Zelenskyy")) == speaker_key(minister("V. Zelensky"))
    assert speaker_key(STATE) != speaker_key(minister())
    assert speaker_key(Speaker("", "", "other"))  # never empty, never raises


def test_the_data_names_offices_and_bodies_that_there_are() -> None:
    data = {
        name: tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
        for name in ("identity", "offices", "bodies")
    }
    offices, mine = set(data["offices"]["offices"]), data["identity"]["offices"]
    kinds = {b["generic"] for b in data["bodies"]["body"].values() if "generic" in b} | set(
        data["bodies"]["generic"]
    )
    assert set(mine["singular"]) <= offices
    assert set(mine["many"]) <= offices
    assert set(mine["domain"]) <= offices
    assert set(mine["domain"].values()) <= kinds
    assert set(mine["several"]) <= kinds


# --- occasions ----------------------------------------------------------------------------------------


def test_the_first_report_is_new() -> None:
    assert decide(heard(), []) == New(None, "no earlier statement of this speaker is known")


def test_the_same_words_on_the_same_day() -> None:
    found = decide(heard(minister("E. Tveiteras"), WORDS), [known(heard())])
    assert found == Same(1, "equal quotation")


@pytest.mark.parametrize("language", ["fr", "zh", "ru"])
def test_the_same_speaker_and_day_in_another_language(language: str) -> None:
    other = heard(
        minister("Even Tveiterås"),
        "qui ne ressemblent à rien",
        language=language,
        positions=("opposes_transfer",),
    )
    assert isinstance(decide(other, [known(heard())]), Same)


def test_a_week_later_the_same_words_are_a_new_statement() -> None:
    later = heard(day=DAY + timedelta(days=7), published=datetime(2024, 3, 12, 15, tzinfo=UTC))
    assert decide(later, [known(heard())]) == New(1, "another day")


def test_the_next_day_is_another_occasion_unless_one_report_only_guesses_the_day() -> None:
    morrow = datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert isinstance(decide(heard(day=DAY + timedelta(days=1), published=morrow), [known(heard())]), New)
    undated = heard(day=None, published=morrow)
    assert isinstance(decide(undated, [known(heard())]), Same)
    copy = heard(day=DAY + timedelta(days=1), published=morrow, copies=frozenset({77}))
    assert isinstance(decide(copy, [known(heard(article=77))]), Same)


def test_two_acts_of_one_day_are_shown_to_a_person_and_not_told_twice() -> None:
    morning = heard(None, WORDS, positions=("condemns",), venue="press conference")
    evening = heard(None, OTHER, positions=("announces_transfer",), venue="interview")
    assert isinstance(decide(evening, [known(morning)]), Possible)


def test_opposite_positions_are_never_joined() -> None:
    pairs = [
        (("denies_use",), ("admits_use",)),
        (("opposes_transfer",), ("supports_transfer",)),
        (("denies_use", "neutral_comment"), ("admits_use", "neutral_comment")),
    ]
    for one, other in pairs:
        assert opposed(one, other)
        assert opposed(other, one)
        assert decide(heard(positions=one), [known(heard(positions=other))]) == New(1, "opposite position")
    assert not opposed(("denies_use", "alleges_use"), ("alleges_use", "admits_use"))


def test_a_bare_state_belongs_to_the_named_speaker_of_the_same_act_and_day() -> None:
    named = known(heard(positions=("denies_use",)))
    assert isinstance(decide(heard(STATE, OTHER, positions=("denies_use",)), [named]), Same)
    assert isinstance(decide(heard(STATE, OTHER, positions=("denies_use",), day=None), [named]), Same)
    assert isinstance(decide(heard(STATE, OTHER, positions=("alleges_use",)), [named]), New)
    assert isinstance(
        decide(
            heard(STATE, OTHER, positions=("neutral_comment",)),
            [known(heard(positions=("neutral_comment",)))],
        ),
        New,
    )


def test_a_bare_states_quoted_words_are_not_given_to_an_official_of_whom_none_are_told() -> None:
    """They may be another's of that state: who is only told to have thanked has said none, and is told."""
    paraphrase = replace(heard(), passages=(Passage("indirect", OTHER, "text", 0, 9, "paraphrase", "test"),))
    state = heard(STATE, WORDS, day=None)
    for report, other in ((state, paraphrase), (paraphrase, state)):  # whichever is met first
        assert isinstance(decide(report, [known(other)]), New)
    assert isinstance(decide(replace(state, passages=paraphrase.passages), [known(paraphrase)]), Same)


def test_a_comment_that_takes_no_side_joins_no_recalled_words() -> None:
    recalled = heard(None, OTHER, day=None, reporting="recalled", positions=("neutral_comment",))
    comment = heard(positions=("neutral_comment",))
    for report, held in ((recalled, comment), (comment, recalled)):  # whichever is met first
        assert isinstance(decide(report, [known(held)]), New)
    act = heard(None, OTHER, day=None, reporting="recalled", positions=("condemns",))
    assert isinstance(decide(act, [known(heard())]), Same)


def test_partial_quotations_meet_the_full_one() -> None:
    part = heard(None, "not fire a single one of these shells", day=None)
    assert decide(part, [known(heard())]) == Same(1, "shared quotation")
    assert same_quotations(["these weapons"], ["these weapons"]) is None  # too little to go by
    assert same_quotations(["cluster munitions in Ukraine"], ["cluster munitions in Ukraine"]) is None


def test_stock_phrases_of_the_subject_are_no_evidence() -> None:
    a = "the use of cluster munitions by Russia in Ukraine and the cluster bombs that Russia has used"
    assert alike(a, a) is None
    assert alike(WORDS, f"He said: {WORDS}, and sat down") is not None
    assert alike("", "") is None


def test_recalled_words_attach_to_what_they_recall() -> None:
    april = datetime(2024, 4, 9, 9, tzinfo=UTC)
    recalled = heard(None, OTHER, day=None, reporting="recalled", published=april)
    assert isinstance(decide(recalled, [known(heard())]), Same)
    # A day that was given decides.
    assert isinstance(
        decide(heard(None, OTHER, reporting="recalled", published=april), [known(heard())]), Same
    )
    march = heard(None, OTHER, day=date(2024, 3, 1), reporting="recalled", published=april)
    assert isinstance(decide(march, [known(heard())]), New)
    # Of two, the later one is recalled; but not the one of the same article.
    second = known(heard(day=date(2024, 4, 2)), id=2)
    assert decide(recalled, [known(heard()), second]).id == 2  # type: ignore[union-attr]
    today = known(heard(None, "Quite other words of this very day", day=date(2024, 4, 9), article=500), id=3)
    beside = heard(None, OTHER, day=None, reporting="recalled", published=april, article=500)
    assert decide(beside, [known(heard()), today]).id == 1  # type: ignore[union-attr]


def test_an_undated_copy_is_the_same() -> None:
    undated = heard(None, WORDS, day=None, published=None)
    assert isinstance(decide(undated, [known(heard())]), Same)
    bare = heard(minister("Even Tveiterås"), OTHER, day=None, published=None, copies=frozenset({9}))
    assert isinstance(decide(bare, [known(heard(article=9))]), Same)


def test_the_interval_of_a_report() -> None:
    assert interval(heard()) == (DAY, DAY)
    assert interval(heard(day=None)) == (date(2024, 3, 2), DAY)
    assert interval(heard(day=None, published=None)) is None
    month = Said(None, date(2024, 2, 1), date(2024, 2, 29))
    assert interval(heard(said=month)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_apart((DAY, DAY), (DAY, DAY)) == days_apart(None, (DAY, DAY)) == 0
    assert days_apart((DAY, DAY), (date(2024, 3, 7), date(2024, 3, 9))) == 2


def test_fifty_outlets_in_ten_languages_are_one_statement() -> None:
    names = {
        "en": "Even Tveiteras",
        "ru": "Эвен Твейтерас",
        "de": "Even Tveiterås",
        "fr": "Even Tveiteraas",
        "zh": "埃文",
    }
    reports = []
    for number in range(50):
        language = list(names)[number % 5]
        words = WORDS if language == "en" else f"{language} {number} слова или слова которых в других нет"
        day = DAY if number % 3 else None
        reports.append(heard(minister(names[language], names[language]), words, day=day, language=language))
    assert len(ledger(reports)) == 1


def test_the_order_of_a_few_reports_does_not_matter() -> None:
    april = datetime(2024, 4, 9, 9, tzinfo=UTC)
    reports = [
        heard(),
        heard(minister("Even Tveiterås"), "no direct words", language="fr"),
        heard(None, OTHER, day=date(2024, 4, 9), published=april, positions=("announces_transfer",)),
        heard(minister("Maria Haug", office="governor"), OTHER),
    ]
    sizes = {tuple(sorted(len(s) for s in ledger(list(order)))) for order in permutations(reports)}
    assert sizes == {(1, 1, 2)}


_text = st.one_of(
    st.sampled_from((WORDS, OTHER, "", "集束弹药", "Иван Громов", "عبد الله", "\ud800", "x")),
    st.text(max_size=20),
)
_speakers = st.builds(
    Speaker,
    name=_text,
    name_en=_text,
    kind=st.sampled_from(("state", "de_facto", "anonymous", "other")),
    state=st.sampled_from((None, "NO", "UN")),
    role=st.none() | _text,
    office=st.sampled_from((None, "foreign_minister", "spokesperson", "")),
    body=st.none() | _text,
    official=st.sampled_from((None, "Q1", "Q2", "body:no-embassy", "body:us_defense_department", "")),
)
_days = st.none() | st.dates(DAY - timedelta(days=5), DAY + timedelta(days=5))
_heard = st.builds(
    Heard,
    speaker=_speakers,
    said=st.builds(Said, _days, _days, _days),
    reporting=st.sampled_from(("new", "recalled")),
    positions=st.lists(st.sampled_from(POSITIONS), max_size=3).map(tuple),
    passages=st.lists(
        st.builds(lambda t: Passage("direct", t, "text", 0, len(t), "verbatim", "x"), _text), max_size=3
    ).map(tuple),
    published=st.none() | st.just(datetime(2024, 3, 5, 15, tzinfo=UTC)),
    language=st.sampled_from((None, "en", "ru", "xx")),
    article=st.integers(0, 3),
)


@settings(max_examples=examples(300), deadline=None)
@given(_heard, _heard)
def test_decide_never_raises_and_speakers_are_compared_alike_both_ways(a: Heard, b: Heard) -> None:
    there, back = decide(a, [known(b)]), decide(b, [known(a)])
    assert isinstance(there, Same | Possible | New)
    assert same_speaker(a.speaker, b.speaker)[0] == same_speaker(b.speaker, a.speaker)[0]
    assert opposed(a.positions, b.positions) == opposed(b.positions, a.positions)
    if a.said.on is not None and b.said.on is not None:
        assert type(there) is type(back)


@settings(max_examples=examples(150), deadline=None)
@given(_heard)
def test_a_report_is_always_of_its_own_statement(report: Heard) -> None:
    found = decide(report, [known(report)])
    if report.speaker.kind == "anonymous" or report.speaker.state is None or not report.speaker.name.strip():
        return  # who speaks is not known well enough to say
    assert (
        isinstance(found, Same | Possible) or not report.positions or report.positions == ("neutral_comment",)
    )


@settings(max_examples=examples(100), deadline=None)
@given(_heard, st.lists(_heard, max_size=4))
def test_the_order_of_candidates_does_not_matter(report: Heard, others: list[Heard]) -> None:
    rows = [known(other, id=number) for number, other in enumerate(others, start=1)]
    assert decide(report, rows) == decide(report, rows[::-1])
