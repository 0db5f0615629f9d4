"""An optional language model proposes: what it says must stand in the text, and is held, never told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from journey import Item, article
from modelserver import Answer, Model, completion, model_serving, stalls, statements, status
from world import DAY, ISO, LEAD, START, World, story

from monitor.advisers.chat import ChatProposer
from monitor.errors import AdviserFailed, SettingsError
from monitor.proposals import BadAnswer, Proposal, located, proposals_of, question
from monitor.store.schema import (
    Appearance,
    ArticleVersion,
    IssueRow,
    ModelAnswer,
    ReportRow,
    StatementRow,
)

WORDS = "the island keeps no cluster munitions and will lend its harbours to nobody who carries them"
PARAGRAPH = (
    "The Icelandic defence minister, Sigrun Aasen, rose, and it took her one breath: "
    f"{WORDS}. Then she sat down again."
)
SPEAKER, ROLE = "Sigrun Aasen", "Icelandic defence minister"
LATER = "2024-03-06T18:00:00+00:00"


@pytest.fixture
def model() -> Iterator[Model]:
    with model_serving() as served:
        yield served


def _proposer(model: Model, **given: Any) -> ChatProposer:
    return ChatProposer(**({"url": model.url, "model": "small", "timeout": 5.0} | given))


# --- the answer, and what of it stands in the text ---------------------------------------------------


def _content(**row: object) -> str:
    return json.dumps({"statements": [{"speaker": SPEAKER, "role": ROLE, "quotation": WORDS} | row]})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Here is the JSON: {}",
        "[]",
        "{}",
        '{"statements": {}}',
        '{"statements": [], "note": "done"}',
        '{"statements": ["Sigrun Aasen"]}',
        '{"statements": [{"speaker": "Sigrun Aasen", "quotation": "no"}]}',
        _content(speaker=None),
        _content(speaker="  "),
        _content(quotation=7),
        _content(quotation=""),
        _content(role=["minister"]),
        _content(state="IS"),
        _content(quotation="never " * 2_000),
        '{"statements": NaN}',
        json.dumps(
            {"statements": [{"speaker": SPEAKER, "role": None, "quotation": str(n)} for n in range(40)]}
        ),
        "[" * 100_000,
    ],
)
def test_an_answer_of_another_form_is_none(content: str) -> None:
    with pytest.raises(BadAnswer):
        proposals_of(content)


def test_an_answer_is_taken_once_each() -> None:
    row = {"speaker": f" {SPEAKER} ", "role": "", "quotation": WORDS}
    assert proposals_of(json.dumps({"statements": [row, row]})) == (Proposal(SPEAKER, None, WORDS),)


@pytest.mark.parametrize(
    ("proposal", "reason"),
    [
        (Proposal(SPEAKER, ROLE, "Iceland will ban cluster munitions at once"), "quotation_not_in_text"),
        (Proposal(SPEAKER, ROLE, WORDS.replace("no ", "")), "quotation_not_in_text"),
        (Proposal("Sigrun Aase", ROLE, WORDS), "speaker_not_in_text"),
        (Proposal("Jon Helgason", ROLE, WORDS), "speaker_not_in_text"),
        (Proposal(SPEAKER, "prime minister", WORDS), "role_not_in_text"),
        (Proposal(SPEAKER, ROLE, "the island keeps"), "quotation_short"),
    ],
)
def test_what_does_not_stand_in_the_text_is_dropped(proposal: Proposal, reason: str) -> None:
    kept, dropped = located([proposal], PARAGRAPH)
    assert kept == []
    assert [one.reason for one in dropped] == [reason]


def test_what_stands_in_the_text_is_located_with_the_nearest_name() -> None:
    text = f"Sigrun Aasen came late.\n{PARAGRAPH}"
    kept, dropped = located([Proposal(SPEAKER, ROLE, WORDS)], text)
    assert dropped == []
    assert kept[0].content.of(text) == WORDS
    assert kept[0].source.of(text) == SPEAKER
    assert kept[0].source.start > 30


def test_a_script_without_spaces_needs_no_spaces() -> None:
    text = "外交部发言人林晓说，中方从不出口集束弹药，也不会改变这一立场。"
    kept, _ = located([Proposal("林晓", "外交部发言人", "中方从不出口集束弹药")], text)
    assert kept[0].source.of(text) == "林晓"


def test_a_long_text_is_cut_at_a_paragraph() -> None:
    text = "\n".join(["A line of words without end."] * 2_000)
    sent = json.loads(question(text, "Title").user)
    assert len(sent["text"]) <= 12_000
    assert sent["text"].endswith("end.")
    assert sent["title"] == "Title"


# --- the endpoint ------------------------------------------------------------------------------------


def test_the_endpoint_is_asked_in_its_usual_form(model: Model) -> None:
    model.answer = completion({"statements": []}, tokens=321)
    advice = _proposer(model, token="key-1").propose(question(PARAGRAPH, None))
    assert (json.loads(advice.content), advice.tokens) == ({"statements": []}, 321)
    asked = model.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert asked["model"] == "small"
    assert asked["temperature"] == 0
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert PARAGRAPH in json.loads(asked["messages"][1]["content"])["text"]
    assert model.keys == ["Bearer key-1"]


@pytest.mark.parametrize("tokens", [None, -3, True, "many", 10**12])
def test_tokens_that_are_not_counted_are_estimated(model: Model, tokens: object) -> None:
    model.answer = completion({"statements": []}, tokens=tokens)
    assert 100 < _proposer(model).propose(question(PARAGRAPH)).tokens < 5_000


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (status(500), "adviser_busy"),
        (status(429, Retry_After="9"), "adviser_busy"),
        (status(401, b"bad key key-1"), "adviser_refuses"),
        (status(404), "adviser_refuses"),
        (status(302, Location="http://elsewhere.example/"), "adviser_refuses"),
        (status(200, b"<html>busy</html>"), "adviser_nonsense"),
        (status(200, b'{"choices": []}'), "adviser_nonsense"),
        (status(200, b'{"choices": [{"message": {"content": null}}]}'), "adviser_nonsense"),
        (status(200, b"[" * 90_000), "adviser_nonsense"),
        (completion('{"statements": [', reason="length"), "adviser_nonsense"),
        (stalls(3.0), "adviser_unreachable"),
    ],
)
def test_whatever_breaks_has_a_name(model: Model, answer: Answer, state: str) -> None:
    model.answer = answer
    with pytest.raises(AdviserFailed) as failed:
        _proposer(model, token="key-1", timeout=0.6).propose(question(PARAGRAPH))
    assert failed.value.state == state
    assert "key-1" not in str(failed.value)


@pytest.mark.parametrize(
    "given",
    [
        {"url": "ftp://models.example/v1"},
        {"url": "http://models.example/v1", "token": "key-1"},
        {"url": "https://user:word@models.example/v1"},
        {"model": ""},
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"proposals\."):
        ChatProposer(**({"url": "https://models.example/v1", "model": "small"} | given))


# --- in the program ----------------------------------------------------------------------------------


def _served(world: World, model: Model, *paragraphs: str, **settings: str) -> None:
    world.settings |= {"PROPOSALS__URL": model.url, "PROPOSALS__MODEL": "small", "PROPOSALS__TIMEOUT": "2"}
    world.settings |= {f"PROPOSALS__{name.upper()}": value for name, value in settings.items()}
    title = "Iceland keeps out of the quarrel over cluster munitions"
    page = article(
        title, "Few had waited for the debate on cluster munitions before the summer break in Reykjavik.",
        *paragraphs, published=ISO,
    )  # fmt: skip
    world.serve("harbour.example", [Item("/island", title, "", DAY, None, page)])
    world.add("harbour.example")


def _held(world: World) -> list[ReportRow]:
    return [row for row in world.rows(ReportRow) if row.status == "held"]


def test_what_a_model_proposes_is_held_with_its_name_and_never_told(world: World, model: Model) -> None:
    _served(world, model, PARAGRAPH)
    model.answer = statements((SPEAKER, ROLE, WORDS), ("Jon Helgason", "president", WORDS))
    counts = world.run()["propose"].done
    assert counts == {"asked": 1, "bad_answers": 0, "proposed": 2, "not_in_text": 1, "held": 1}
    (row,) = _held(world)
    assert (row.speaker, row.state, row.office) == (SPEAKER, "IS", "defence_minister")
    assert row.held_reason == "pattern_unsure"
    assert row.held_detail == "proposed by small; no rule found it"
    assert [p.text for p in row.passages] == [WORDS]
    assert row.passages[0].rule == "model_proposal"
    assert world.rows(StatementRow) == []
    assert world.inbox.taken == []


def test_a_text_is_asked_about_once(world: World, model: Model) -> None:
    _served(world, model, PARAGRAPH)
    model.answer = statements((SPEAKER, ROLE, WORDS))
    world.run()
    again = world.run(LATER)["propose"].done
    assert again == {}
    assert len(model.asked) == 1
    assert len(_held(world)) == 1


def test_what_the_rules_have_is_no_proposal_and_another_speaker_is_an_issue(
    world: World, model: Model
) -> None:
    _served(world, model, LEAD, PARAGRAPH)
    quoted = LEAD.partition("“")[2].partition(",”")[0]
    model.answer = statements(("Ingrid Solberg", None, quoted), (SPEAKER, ROLE, quoted))
    assert world.run()["propose"].done["held"] == 0
    (issue,) = [one for one in world.rows(IssueRow) if one.code == "speaker_disputed"]
    assert "small: Sigrun Aasen; rules: Ingrid Solberg" in issue.detail
    assert len(world.rows(StatementRow)) == 1


def test_words_off_the_topic_are_left_out(world: World, model: Model) -> None:
    other = "she would rather speak of the harbour dues, which nobody had raised in eleven years"
    _served(world, model, PARAGRAPH, f"The budget came next. Sigrun Aasen smiled: {other}.")
    model.answer = statements((SPEAKER, None, other))
    assert world.run()["propose"].done["held"] == 0


def test_a_person_confirms_a_proposal_and_it_is_a_statement(world: World, model: Model) -> None:
    from monitor.pipeline import announce
    from monitor.pipeline.review import confirm

    _served(world, model, PARAGRAPH)
    model.answer = statements((SPEAKER, ROLE, WORDS))
    world.run()
    (row,) = _held(world)
    with world.at(LATER) as services:
        confirm(services, [("h", row.id)], by="Ann", why=None)
        announce(services)
    assert [s.speaker for s in world.rows(StatementRow)] == [SPEAKER]
    assert len(world.rows(Appearance)) == 1


def test_an_edit_is_asked_about_anew_and_a_persons_no_stays(world: World, model: Model) -> None:
    from monitor.pipeline.review import reject

    _served(world, model, PARAGRAPH)
    model.answer = statements((SPEAKER, ROLE, WORDS))
    world.run()
    (row,) = _held(world)
    with world.at() as services:
        reject(services, [("h", row.id)], by="Ann", why="a reporter's words")
    with world.at(LATER) as services, services.database.writing() as session:
        version = session.get_one(ArticleVersion, row.version_id)
        version.advised_at = None
    assert world.run(LATER)["propose"].done["held"] == 0
    assert [r.status for r in world.rows(ReportRow)] == ["rejected"]


@pytest.mark.parametrize(
    "answer",
    [completion("I would rather not."), completion({"statements": 3}), status(200, b"<html>")],
)
def test_nonsense_is_kept_as_such_and_not_asked_for_again(world: World, model: Model, answer: Answer) -> None:
    _served(world, model, PARAGRAPH)
    model.answer = answer
    assert world.run()["propose"].done["bad_answers"] == 1
    (kept,) = world.rows(ModelAnswer)
    assert kept.content is None
    assert kept.problem
    world.run(LATER)
    assert len(model.asked) == 1


def test_an_endpoint_that_is_down_delays_is_told_and_comes_back(world: World, model: Model) -> None:
    _served(world, model, PARAGRAPH)
    model.answer = status(503)
    counts = world.run()
    assert counts["propose"].done == {"delayed": 1}
    assert counts["propose"].refused == ()
    (issue,) = world.rows(IssueRow)
    assert (issue.code, issue.subject, issue.closed_at) == ("adviser_failing", "small", None)
    model.answer = statements((SPEAKER, ROLE, WORDS))
    world.run(LATER)
    assert len(_held(world)) == 1
    assert world.rows(IssueRow)[0].closed_at is not None


def test_after_three_failures_in_a_row_the_endpoint_is_left_alone(world: World, model: Model) -> None:
    _served(world, model, PARAGRAPH)
    stories = [
        story(f"/{n}", LEAD.replace("never again", f"never in {n} years"), f"Cluster munitions, part {n}")
        for n in range(2, 8)
    ]
    world.serve("many.example", stories)
    world.add("many.example")
    model.answer = status(500)
    assert world.run()["propose"].done == {"delayed": 3}
    assert len(model.asked) == 3


def test_the_days_tokens_are_a_bound(world: World, model: Model) -> None:
    _served(world, model, PARAGRAPH, daily_tokens="900")
    world.serve("second.example", [story("/other")])
    world.add("second.example")
    model.answer = completion({"statements": []}, tokens=890)
    assert world.run()["propose"].done["waits_for_budget"] == 1
    assert len(model.asked) == 1
    world.run("2024-03-07T18:00:00+00:00")
    assert len(model.asked) == 2


def test_without_an_endpoint_nothing_is_asked(world: World, model: Model) -> None:
    world.serve("fjord.example", [story("/norway")])
    world.add("fjord.example")
    assert "propose" not in world.run(START)
    assert model.asked == []
