"""How statements stand to each other: repeats, reverses, corrects, answers; and what does none of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from journey import Item, article
from test_identity import DAY, OTHER, STATE, WORDS, body, heard, known, minister
from world import BACKGROUND, FINLAND, ISO, World
from world import DAY as DATED

from monitor.identity import Heard, Known
from monitor.identity.references import refers
from monitor.identity.relations import relation
from monitor.model import Speaker
from monitor.pipeline.matching import merge
from monitor.store.schema import Relation, ReportRow

LATER = DAY + timedelta(days=9)
ENVOY = Speaker("Ivan Gromov", "Ivan Gromov", "state", "RU", "Russian Defence Minister", "defence_minister")


def one(*reports: Heard, number: int = 1) -> Known:
    return known(*reports, id=number)


def on(day: date, *words: str, **more: Any) -> Heard:
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return heard(more.pop("speaker", None), *words, day=day, published=at, **more)


# --- one speaker ----------------------------------------------------------------------------------------


def test_like_words_on_a_later_day_repeat() -> None:
    assert relation(one(on(LATER)), one(on(DAY))) == "repeats"
    assert relation(one(on(LATER, OTHER)), one(on(DAY))) is None, "other words, the same act"
    french = on(LATER, "Nos forces ne tireront pas un seul de ces obus", language="fr")
    assert relation(one(french), one(on(DAY))) is None, "like words are of one language"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("denies_use", "admits_use"),
        ("opposes_transfer", "supports_transfer"),
        ("pledges_restraint", "threatens_use"),
        ("joins_convention", "withdraws_from_convention"),
    ],
)
def test_an_opposite_act_of_the_same_speaker_reverses(first: str, then: str) -> None:
    assert relation(one(on(LATER, OTHER, positions=(then,))), one(on(DAY, positions=(first,)))) == "reverses"
    assert relation(one(on(LATER, OTHER, positions=(first, then))), one(on(DAY, positions=(first,)))) is None


def test_nobody_reverses_another() -> None:
    denial = one(on(DAY, positions=("denies_use",)))
    for speaker in (
        minister("Ingrid Solberg"),  # the next holder of the office
        minister("Maria Haug", office="defence_minister", role="Defence Minister"),
        minister(state="SE", role="Swedish Foreign Minister"),  # a name alike, another state
        STATE,
        body("Norwegian Foreign Ministry", "NO", "no-foreign_ministry"),
    ):
        other = one(on(LATER, OTHER, speaker=speaker, positions=("admits_use",)))
        assert relation(other, denial, refers=True) not in ("reverses", "corrects", "repeats"), speaker
        same_words = one(on(LATER, speaker=speaker, positions=("denies_use",)))
        assert relation(same_words, denial, refers=True) is None, speaker


def test_a_correction_says_so_and_comes_soon() -> None:
    said = one(on(DAY, positions=("denies_use",)))
    sorry = "The minister misspoke on Tuesday, his office said: such shells were used twice in the north"
    soon = one(on(DAY + timedelta(days=1), sorry, positions=("admits_use",)))
    assert relation(soon, said) == "corrects"
    assert relation(one(on(LATER, sorry, positions=("admits_use",))), said) == "reverses", "not soon"
    silent = one(on(DAY + timedelta(days=1), OTHER, positions=("admits_use",)))
    assert relation(silent, said) == "reverses", "it does not say so"
    clearer = one(on(DAY + timedelta(days=1), f"{WORDS}, he clarified", positions=("denies_use",)))
    assert relation(clearer, said) == "corrects"
    assert relation(one(on(DAY + timedelta(days=1), positions=("denies_use",))), said) == "repeats"
    other = minister("Maria Haug", office="defence_minister", role="Defence Minister")
    assert relation(one(on(DAY, sorry, speaker=other, positions=("admits_use",))), said) is None


# --- answers --------------------------------------------------------------------------------------------


def test_an_answer_needs_a_reference_another_state_a_fitting_act_and_time() -> None:
    charge = one(on(DAY, positions=("alleges_use",)))

    def reply(day: date = DAY, act: str = "denies_use", speaker: Speaker = ENVOY) -> Known:
        return one(on(day, OTHER, speaker=speaker, positions=(act,)))

    assert relation(reply(), charge, refers=True) == "answers"
    assert relation(reply(), charge) is None, "nothing refers to it"
    assert relation(reply(act="affirms_ban"), charge, refers=True) is None
    assert relation(reply(speaker=minister("Maria Haug", office="governor")), charge, refers=True) is None
    assert relation(reply(DAY - timedelta(days=1)), charge, refers=True) is None, "before it was said"
    assert relation(reply(DAY + timedelta(days=30)), charge, refers=True) is None, "a month later"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Gromov said that Norway had invented it."),
        ("en", "Responding to the charge, the minister called it invented."),
        ("en", "“Oslo invents,” he said."),
        ("en", "He said that Tveiteras had been misled."),
        ("fr", "Il a parlé d'une invention norvégienne."),
        ("es", "En respuesta, el ministro habló de un invento."),
        ("de", "Er sprach von einer Erfindung der norwegischen Regierung."),
        ("it", "Ha parlato di un'invenzione della Norvegia."),
        ("pt", "O ministro falou de uma invenção da Noruega."),
        ("pl", "Minister mówił o wymyśle Norwegii."),
        ("tr", "Bakan, Norveç'in uydurduğunu söyledi."),
        ("ru", "Министр назвал это выдумкой Норвегии."),
        ("uk", "Міністр назвав це вигадкою Норвегії."),
        ("ar", "وقال الوزير ردا على ذلك إنها أكذوبة."),
        ("fa", "وزیر در پاسخ به این سخنان آن را دروغ خواند."),
        ("zh", "部长说这是挪威的捏造。"),
    ],
)
def test_references(language: str, text: str) -> None:
    assert refers(text, language, minister()), text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Gromov said that nobody had fired such shells in the north."),
        ("en", "He spoke of the Norwegianised spelling."),
        ("fr", "Il a dit que personne n'avait tiré de tels obus."),
        ("ru", "Министр сказал, что таких снарядов никто не применял."),
        ("zh", "部长说没有使用过这种武器。"),
    ],
)
def test_no_references(language: str, text: str) -> None:
    assert refers(text, language, minister()) is None


# --- in the ledger --------------------------------------------------------------------------------------

CHARGE = (
    "“Russia fired cluster munitions at our ship again,” Norwegian Foreign Minister Ingrid Solberg said on "
    "Tuesday."
)
DENIAL = (
    "“We have never used cluster munitions against any ship,” Russian Defence Minister Ivan Gromov said on "
    "Tuesday, in reply to the charge from Oslo."
)
ALONE = (
    "“We have never used cluster munitions against any ship,” Russian Defence Minister Ivan Gromov said on "
    "Tuesday."
)


def _serve(world: World, *leads: str, path: str = "/a", host: str = "ledger.example", day: str = ISO) -> None:
    page = article("Two ministers on cluster munitions", *leads, BACKGROUND, published=day)
    world.serve(host, [Item(path, "Two ministers on cluster munitions", "", DATED, path, page)])
    world.add(host)


def _related(world: World, time: str) -> dict[str, list[str]]:
    rows = world.ledger(time)
    names = {r["id"]: r["state"] for r in rows}
    return {r["state"]: [f"{x['kind']} {names[x['statement']]}" for x in r["related"]] for r in rows}


EVENING, NIGHT = "2024-03-05T20:00:00+00:00", "2024-03-05T23:30:00+00:00"


@pytest.mark.parametrize("turned", [False, True])
def test_a_denial_beside_the_charge_answers_it_whichever_stands_first(world: World, turned: bool) -> None:
    _serve(world, *((DENIAL, CHARGE) if turned else (CHARGE, DENIAL)))
    world.run(EVENING)
    assert _related(world, EVENING) == {"NO": [], "RU": ["answers NO"]}


def test_two_acts_in_one_article_without_a_reference_are_no_answer(world: World) -> None:
    _serve(world, CHARGE, ALONE)
    world.run(EVENING)
    assert _related(world, EVENING) == {"NO": [], "RU": []}


def test_two_acts_in_two_articles_are_no_answer_until_one_article_has_both(world: World) -> None:
    _serve(world, CHARGE)
    _serve(world, DENIAL, host="herald.example")
    world.run(EVENING)
    assert _related(world, EVENING) == {"NO": [], "RU": []}
    _serve(world, CHARGE, DENIAL, host="courier.example")
    world.run(NIGHT)
    assert _related(world, NIGHT) == {"NO": [], "RU": ["answers NO"]}


WHO = "Norwegian Foreign Minister Ingrid Solberg said on {}."
FIRST = f"“Norway opposes any transfer of cluster munitions,” {WHO}"
THEN = f"“Norway supports the transfer of cluster munitions,” {WHO}"


@pytest.mark.parametrize("late", [False, True])
def test_a_reversal_is_seen_whichever_report_came_first(world: World, late: bool) -> None:
    """Also where the earlier statement is met after the later one."""
    old = (FIRST.format("26 February"), "2024-02-26T15:00:00+00:00", "one.example")
    new = (THEN.format("5 March"), ISO, "two.example")
    for lead, day, host in (new, old) if late else (old, new):
        _serve(world, lead, host=host, day=day)
        world.run(EVENING)
    world.run(NIGHT)
    rows = {r["said_on"]: r for r in world.ledger(NIGHT)}
    assert [x["kind"] for x in rows["2024-03-05"]["related"]] == ["reverses"]
    assert rows["2024-02-26"]["related"] == []


def test_relations_lead_on_after_a_merge_and_go_when_they_no_longer_hold(world: World) -> None:
    old = (FIRST.format("26 February"), "2024-02-26T15:00:00+00:00", "one.example")
    new = (THEN.format("5 March"), ISO, "two.example")
    for lead, day, host in (old, new):
        _serve(world, lead, host=host, day=day)
        world.run(EVENING)
    _serve(world, FINLAND, path="/c", host="three.example")
    world.run(NIGHT)
    (row,) = world.rows(Relation)
    third = next(
        r["id"] for r in world.ledger() if r["id"] not in (f"s{row.statement_id}", f"s{row.other_id}")
    )
    with world.at(NIGHT) as services, services.database.writing() as session:
        merge(session, row.other_id, int(third[1:]), "test", services.now())
    later = next(r for r in world.ledger() if r["id"] == f"s{row.statement_id}")
    assert later["related"] == [{"kind": "reverses", "statement": third}]


def test_a_relation_goes_with_the_words_that_made_it(world: World) -> None:
    _serve(world, CHARGE, DENIAL)
    world.run(EVENING)
    assert len(world.rows(Relation)) == 1
    page = article("Two ministers on cluster munitions", CHARGE, ALONE.replace("have never", "shall never"),
                   BACKGROUND, published=ISO)  # fmt: skip
    item = Item("/a", "Two ministers on cluster munitions, edited", "", DATED, "/a", page)
    world.serve("ledger.example", [item])
    world.run(NIGHT)
    assert {tuple(r.positions) for r in world.rows(ReportRow)} != {("alleges_use",), ("denies_use",)}
    assert world.rows(Relation) == []
