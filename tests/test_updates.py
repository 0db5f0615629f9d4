"""Updates: what changed is told once, in a thread or a digest; other words are told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from typing import Any

import pytest
from httpsite import ok, serving
from journey import Item, article
from mailserver import DESK
from servers import Reply
from told import NOW
from world import BACKGROUND, DAY, ISO, LEAD, QUOTE, World, story

from alerts.changes import changes_in_words
from alerts.wording import wording
from monitor.model import Changed, Said, Speaker, Told, ToldOutlet, ToldPassage
from monitor.pipeline.services import Tally
from monitor.pipeline.withdrawn import page_gone
from monitor.store.schema import AlertRow, DeliveryRow
from monitor.updates import Change, snapshot, what_changed

QUOTED = ToldPassage("We shall never again buy one of these shells abroad", "direct", "en", "verbatim")
OTHER = ToldPassage("The factory in Halvik closed its last line in spring", "direct", "en", "verbatim")
PART = ToldPassage("never again buy one of these", "direct", "en", "partial")
FULLER = replace(QUOTED, text=f"{QUOTED.text}, whatever our neighbours on the other bank may think of it")
REPORT = ToldPassage("The minister rejected the weapons.", "indirect", "en", "paraphrase")
MINISTER = Speaker("Ingrid Solberg", "Ingrid Solberg", "state", "NO", "foreign minister", "foreign_minister")
COURIER = ToldOutlet("Courier", "http://courier.example/a", "en", NOW, "newspaper", 2)
HERALD = ToldOutlet("Herald", "http://herald.example/a", "en", NOW, "newspaper", 2)


def told(*passages: ToldPassage, acts: tuple[str, ...] = ("condemns",), **more: Any) -> Told:
    facts: dict[str, Any] = {
        "statement_id": 1, "speaker": MINISTER, "said": Said(), "standing": None, "venue": None,
        "positions": acts, "passages": passages, "outlets": (COURIER,), "corroboration": "single",
        "independent": 1, "first_seen": NOW, "first_published": NOW, "why_new": "",
    }  # fmt: skip
    return Told(**(facts | more))


def change(before: Told, now: Told) -> Change | None:
    return what_changed(snapshot(before), snapshot(now))


def quiet(before: Told, now: Told) -> str:
    found = change(before, now)
    assert found is not None
    assert not found.loud
    return changes_in_words(found.what, "en")


def loud(before: Told, now: Told) -> str:
    found = change(before, now)
    assert found is not None
    assert found.loud
    return changes_in_words(found.what, "en")


def test_nothing_new_is_no_update() -> None:
    assert change(told(REPORT), told(REPORT)) is None
    assert change(told(corroboration="independent", independent=2), told(
        corroboration="independent", independent=9)) is None  # fmt: skip
    assert change(told(QUOTED), told(QUOTED, OTHER)) is None
    assert change(told(QUOTED), told(QUOTED, PART)) is None


def test_many_names_are_counted() -> None:
    assert wording("en").listed("abcde") == "a, b, c and 2 others"
    assert wording("en").listed("abcd") == "a, b, c and d"
    assert wording("fr").listed("abc") == "a, b et c"


def test_the_words_of_a_change_are_the_language_s() -> None:
    both = (Changed("act", "threatens_use", "condemns"), Changed("said_on", "2024-03-01", "2024-03-05"))
    assert changes_in_words(both, "es") == (
        "qué hace: amenaza con emplear municiones en racimo (avisado antes: condena las municiones en racimo)"
        "; dicha el 1 de marzo de 2024 (avisado antes: 5 de marzo de 2024)"
    )
    assert "l’a retirée" in changes_in_words([Changed("withdrawn", names=("Courier",))], "fr")
    assert "Courier et Herald l’ont" in changes_in_words(
        [Changed("withdrawn", names=("Courier", "Herald"))], "fr"
    )
    assert "its outlet has taken it back" in changes_in_words([Changed("withdrawn")], "en")


def test_better_sources_and_words_are_quiet() -> None:
    many = told(REPORT, corroboration="independent", independent=3)
    assert quiet(told(REPORT), many) == "now in 3 independent outlets"
    official = told(REPORT, corroboration="official_source")
    assert quiet(many, official) == "the official source has published it"
    assert quiet(told(REPORT), told(REPORT, QUOTED)).startswith("the words themselves")
    assert quiet(told(PART), told(QUOTED, PART)) == "the words as they were spoken"
    assert quiet(told(QUOTED), told(FULLER)) == "a fuller quotation"
    assert change(told(FULLER), told(FULLER, QUOTED)) is None
    russian = replace(QUOTED, text="Мы больше никогда не купим ни одного такого снаряда", language="ru")
    assert quiet(told(QUOTED), told(QUOTED, russian)) == "the words in another language too: Russian"
    french = replace(QUOTED, text="Plus jamais nous n'achèterons un seul de ces obus", language="fr")
    assert change(told(QUOTED, russian), told(QUOTED, russian, french)) is None, "once, not a language each"
    assert quiet(told(acts=("condemns",)), told(acts=("threatens_use", "condemns"))) == (
        "it threatens use of cluster munitions too"
    )
    assert quiet(told(said=Said(NOW.date())), told(said=Said(DAY_BEFORE))).startswith("said on 4 March 2024")


def test_other_words_another_act_another_speaker_are_loud() -> None:
    assert "never again" in loud(told(QUOTED), told(OTHER))
    assert "threatens use" in loud(told(acts=("condemns",)), told(acts=("threatens_use",)))
    deputy = replace(MINISTER, name="Even Tveit", name_en="Even Tveit")
    words = loud(told(QUOTED), told(QUOTED, speaker=deputy))
    assert words == "the speaker is Even Tveit (NO) (told before: Ingrid Solberg (NO))"
    assert "(SE)" in loud(told(QUOTED), told(QUOTED, speaker=replace(MINISTER, state="SE")))
    # A fuller name, another script, a body whose voice is named now: the same speaker.
    for name, body in (("Solberg", None), ("Инга Сульберг", None), ("Foreign Ministry", "Foreign Ministry")):
        less = replace(MINISTER, name=name, name_en=name, body=body)
        assert change(told(QUOTED, speaker=less), told(QUOTED)) is None


def test_words_that_only_no_longer_fit_into_a_message_are_not_gone() -> None:
    many = [replace(QUOTED, text=f"Sentence {n} of a long speech on shells and harbours") for n in range(20)]
    before, now = snapshot(told(OTHER)), snapshot(told(*many))
    assert "Halvik" in str(what_changed(before, now))
    assert what_changed(before, now, [OTHER.text]) is None


def test_what_outlets_take_back() -> None:
    both = told(QUOTED, outlets=(COURIER, HERALD))
    one = told(QUOTED, outlets=(HERALD, replace(COURIER, withdrawn=True)))
    none = told(QUOTED, outlets=tuple(replace(o, withdrawn=True) for o in (COURIER, HERALD)))
    assert quiet(both, one) == "Courier has taken it back; others stand by it"
    assert "Courier and Herald have taken it back, and no other" in loud(one, none)
    assert change(none, none) is None
    assert loud(none, told(QUOTED, outlets=(*none.outlets, replace(HERALD, name="Gazette")))).startswith(
        "carried again"
    )


def test_statements_that_turn_out_to_be_one() -> None:
    assert (
        quiet(told(QUOTED), told(QUOTED, merged=(7, 9))) == "s7 and s9, told before, are this statement too"
    )


def test_a_snapshot_of_an_earlier_version_has_changed_in_nothing_that_it_lacks() -> None:
    now = snapshot(told(QUOTED, merged=(4,)))
    old = {k: now[k] for k in ("level", "independent", "positions", "quoted", "verbatim")}
    assert what_changed(old, now) is None


DAY_BEFORE = date(2024, 3, 4)
LATER = "2024-03-05T20:00:00+00:00"


def _second_outlet(world: World) -> None:
    """The same words told by another reporter, who was there too."""
    page = article(
        "Oslo shuts the door", f"Ingrid Solberg, Norway’s foreign minister, said on Tuesday: “{QUOTE}.”",
        "Her words on cluster munitions came after a long debate in parliament about old stocks abroad.",
        published=ISO,
    )  # fmt: skip
    title = "Oslo shuts the door on cluster munitions"
    world.serve("courier.example", [Item("/oslo", title, "", DAY, None, page)])
    world.add("courier.example")


def test_a_second_outlet_goes_to_the_thread_once_and_to_no_mail(world: World) -> None:
    with serving(lambda r, n: ok(ts=f"17.{n}", channel="C1")) as site:
        world.settings |= {
            "ALERTS__SLACK__API_URL": f"{site.url}/api",
            "ALERTS__SLACK__TOKEN": "xoxb-1",
            "SUBSCRIPTIONS": [
                {"name": "desk", "by": "email", "to": [DESK]},
                {"name": "room", "by": "slack", "to": ["C1"]},
            ],
        }
        world.serve("ledger.example", [story()])
        world.add("ledger.example")
        world.run()
        _second_outlet(world)
        world.run(LATER)
        world.run(LATER)
        posted = [r.json for r in site.seen if r.path.endswith("chat.postMessage")]
    assert len(world.inbox.taken) == 1
    assert len(posted) == 2
    assert posted[1]["thread_ts"] == "17.1"
    assert posted[1]["text"].startswith("Update: ")
    (update,) = [a for a in world.rows(AlertRow) if a.kind == "update"]
    assert update.change == "now in 2 independent outlets"
    assert world.ledger(LATER)[0]["deliveries"]["sent"] == 2


def test_a_digest_has_a_line_of_what_changed(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "morning", "by": "email", "to": [DESK], "mode": "daily"},
    ]
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    _second_outlet(world)
    world.run(LATER)
    assert len(world.inbox.taken) == 1
    world.run("2024-03-06T08:00:00+00:00")
    world.run("2024-03-07T08:00:00+00:00")
    assert len(world.inbox.taken) == 2
    digest = message_from_bytes(world.inbox.taken[1][1]).as_string()
    assert "1 update" in digest


def test_what_nobody_has_read_yet_needs_no_update(world: World) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "30"
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    _second_outlet(world)
    world.run("2024-03-05T18:10:00+00:00")
    world.run("2024-03-05T19:00:00+00:00")
    assert [a.kind for a in world.rows(AlertRow)] == ["new"]
    assert len(world.inbox.taken) == 1
    assert len(world.rows(DeliveryRow)) == 1


# --- what an outlet takes back, from the page to the reader --------------------------------------------

EVENING, NIGHT, MORNING = (
    "2024-03-05T22:00:00+00:00",
    "2024-03-06T02:00:00+00:00",
    "2024-03-06T12:00:00+00:00",
)


def _replies(world: World) -> list[Any]:
    return [message_from_bytes(m) for _, m in world.inbox.taken]


def _page(world: World, page: Reply, host: str = "ledger.example", path: str = "/norway") -> None:
    world.web.sites[host][path] = page


def _started(world: World) -> None:
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    assert len(world.inbox.taken) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_taken_down_withdraws_its_statement_once(world: World, status: int) -> None:
    _started(world)
    _page(world, Reply("gone", status=status))
    world.run(EVENING)
    if status == 404:
        assert world.ledger(EVENING)[0]["withdrawn"] is None, "one 404 may pass"
    world.run(NIGHT)
    world.run(MORNING)
    (statement,) = world.ledger(MORNING)
    assert statement["withdrawn"] is not None
    assert f"HTTP {status}" in statement["appearances"][0]["withdrawn"]["why"]
    first, second = _replies(world)
    assert second["References"] == first["Message-ID"]
    assert str(second["Subject"]).startswith("Update: ")
    assert "WITHDRAWN: ledger.example has taken it back" in " ".join(second.as_string().split())


def test_a_page_that_was_away_for_an_hour_withdraws_nothing(world: World) -> None:
    _started(world)
    there = world.web.sites["ledger.example"]["/norway"]
    _page(world, Reply("gone", status=404))
    world.run(EVENING)
    _page(world, there)
    world.run(NIGHT)
    _page(world, Reply("gone", status=404))
    world.run("2024-03-07T02:00:00+00:00")
    assert world.ledger(MORNING)[0]["withdrawn"] is None
    assert len(world.inbox.taken) == 1


def test_a_page_that_never_could_be_had_withdraws_nothing(world: World) -> None:
    """The feed's own words were read: the page behind them was not there from the start."""
    item = story(summary=f"“{QUOTE},” Norwegian Foreign Minister Ingrid Solberg said on Tuesday.")
    world.serve("ledger.example", [item])
    _page(world, Reply("gone", status=404))
    world.add("ledger.example")
    world.run()
    for time in (EVENING, NIGHT, MORNING):
        world.run(time)
    assert world.ledger(MORNING)[0]["withdrawn"] is None
    assert len(world.inbox.taken) == 1


NOTICE = "This article has been withdrawn because its source could not be confirmed. We regret the error."


def test_a_notice_on_the_page_withdraws_the_statement(world: World) -> None:
    _started(world)
    _page(world, Reply(article("Norway rejects cluster munitions", NOTICE, f"It had said: “{QUOTE}.”")))
    for time in (EVENING, NIGHT, MORNING):
        world.run(time)
    (statement,) = world.ledger(MORNING)
    why = statement["appearances"][0]["withdrawn"]["why"]
    assert why.startswith("the outlet says: This article has been withdrawn")
    assert len(world.inbox.taken) == 2


def test_words_edited_out_of_an_article_are_withdrawn_another_page_withdraws_nothing(world: World) -> None:
    rest = "The debate on old stocks of cluster munitions went on for five hours and ended without a vote."
    world.serve("ledger.example", [story("/norway", LEAD, "Norway rejects cluster munitions", rest)])
    world.add("ledger.example")
    world.run()
    wall = "To go on reading, accept that we and our 312 partners look over your shoulder while you read us."
    _page(world, Reply(article("Accept cookies", wall)))
    world.run(EVENING)
    assert world.ledger(EVENING)[0]["withdrawn"] is None
    _page(world, Reply(article("Norway debates cluster munitions", rest, BACKGROUND, published=ISO)))
    world.run(MORNING)
    (statement,) = world.ledger(MORNING)
    assert "edited the words out" in statement["appearances"][0]["withdrawn"]["why"]
    assert len(world.inbox.taken) == 2


def test_one_of_two_outlets_that_takes_it_back_is_quiet_and_counts_no_more(world: World) -> None:
    _started(world)
    _second_outlet(world)
    world.run(LATER)
    assert world.ledger(LATER)[0]["corroboration"]["independent"] == 2
    _page(world, Reply("gone", status=410))
    world.run(NIGHT)
    (statement,) = world.ledger(NIGHT)
    assert statement["withdrawn"] is None
    assert statement["corroboration"] == {"level": "single", "outlets": 1, "independent": 1}
    assert len(world.inbox.taken) == 1
    update = [a for a in world.rows(AlertRow) if a.kind == "update"][-1]
    assert update.change == "ledger.example has taken it back; others stand by it"


def test_the_next_outlet_after_a_withdrawal_is_no_new_statement(world: World) -> None:
    _started(world)
    _page(world, Reply("gone", status=410))
    world.run(EVENING)
    _second_outlet(world)
    world.run(NIGHT)
    world.run(MORNING)
    (statement,) = world.ledger(MORNING)
    assert statement["withdrawn"] is None
    assert len(statement["appearances"]) == 2
    words = [str(a.change)[:12] for a in world.rows(AlertRow) if a.kind == "update"]
    assert words == ["WITHDRAWN: l", "carried agai"]
    assert len(world.inbox.taken) == 3


def test_what_is_withdrawn_before_it_was_told_is_not_told(world: World) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "600"
    world.serve("ledger.example", [story()])
    world.add("ledger.example")
    world.run()
    _page(world, Reply("gone", status=410))
    world.run(EVENING)
    world.run("2024-03-06T12:00:00+00:00")
    assert world.inbox.taken == []
    assert world.ledger(MORNING)[0]["alert"] == {"state": "not_told", "reason": "withdrawn"}


# --- what an outlet corrects ----------------------------------------------------------------------------


def test_an_edit_that_changes_the_words_is_told_again_once_with_references(world: World) -> None:
    _started(world)
    other = "Our parliament will look again at each treaty by which a cluster bomb may cross the country"
    page = article("Norway rejects cluster munitions", LEAD.replace(QUOTE, other), BACKGROUND, published=ISO)
    _page(world, Reply(page))
    for time in (EVENING, NIGHT, MORNING):
        world.run(time)
    first, second = _replies(world)
    assert second["References"] == first["Message-ID"]
    text = " ".join(second.as_string().split())
    assert "an outlet has changed the words" in text
    (statement,) = world.ledger(MORNING)
    assert [p["text"].rstrip(",") for p in statement["passages"]] == [other]


def test_an_edit_that_names_another_speaker_is_told_again(world: World) -> None:
    _started(world)
    page = article("Norway rejects cluster munitions", LEAD.replace("Ingrid Solberg", "Sigrid Tveitan"),
                   BACKGROUND, published=ISO)  # fmt: skip
    _page(world, Reply(page))
    world.run(EVENING)
    world.run(NIGHT)
    assert [s["speaker"] for s in world.ledger(NIGHT)] == ["Sigrid Tveitan"]
    assert len(world.inbox.taken) == 2
    assert "the speaker is Sigrid Tveitan" in " ".join(_replies(world)[1].as_string().split())


def test_two_that_find_a_page_gone_at_one_moment_are_one_look(world: World) -> None:
    _started(world)
    _page(world, Reply("gone", status=404))
    world.run(EVENING)
    with world.at(EVENING) as services:
        page_gone(services, Tally("read"), 1, "http_404")
    assert world.ledger(EVENING)[0]["withdrawn"] is None
    world.run(NIGHT)
    assert world.ledger(NIGHT)[0]["withdrawn"] is not None
