"""Digests: grouped, whole, within limits, and silent where there is nothing to say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from test_render import all_text, check
from told import MINISTER, NOW, TOLD, tolds

from alerts.digest import render_digest
from monitor.model import Message, Told

SINCE = NOW - timedelta(days=1)


def digest(new: list[Told], **more: object) -> Message | None:
    return render_digest(new, since=SINCE, until=NOW, installation="desk", **more)


def of(number: int, state: str | None, position: str, **more: object) -> Told:
    speaker = replace(MINISTER, state=state, name=f"Speaker {number}", name_en=f"Speaker {number}")
    return replace(TOLD, statement_id=number, speaker=speaker, positions=(position,), state_name=None, **more)


def test_nothing_to_say() -> None:
    assert digest([]) is None
    assert digest([], held={"topic_unsure": 0}) is None


def test_groups_by_state_and_position_weightiest_first() -> None:
    message = digest(
        [of(1, "UA", "condemns"), of(2, None, "condemns"), of(3, "RU", "condemns"),
         of(4, "RU", "threatens_use"), of(5, "UA", "condemns", first_seen=NOW + timedelta(hours=1))]
    )  # fmt: skip
    assert message is not None
    headings = [h.text_content() for h in html.document_fromstring(message.html).xpath("//h3")]
    assert headings == [
        "🇷🇺 RU · Threats of use", "🇷🇺 RU · Condemnations", "🇺🇦 UA · Condemnations",
        "no state · Condemnations",
    ]  # fmt: skip
    for text in (message.text, all_text(message.blocks)):
        places = [text.index(f"Speaker {n}") for n in (4, 3, 5, 1, 2)]
        assert places == sorted(places)
    assert message.subject == "Daily digest: 5 statements (5 March 2024)"


def test_late_updates_and_held_have_parts_of_their_own() -> None:
    message = digest(
        [of(1, "UA", "condemns")],
        found_late=[of(2, "RU", "denies_use")],
        updates=[of(3, "RU", "denies_use", change="a better source carries it")],
        held={"topic_unsure": 2, "speaker_unresolved": 1, "a_later_reason": 1},
        mode="weekly",
    )
    assert message is not None
    assert message.subject == "Weekly digest: 1 statement, 1 found late, 1 update, 4 held (5 March 2024)"
    page = html.document_fromstring(message.html).text_content()
    for text in (message.text, page, all_text(message.blocks)):
        low = text.lower()
        places = [low.index(x) for x in ("speaker 1", "speaker 2", "a better source", "held for a person")]
        assert places == sorted(places)
        assert places[0] < low.rindex("found late") < places[1]
        assert "2 × the subject is unsure" in text
        assert "1 × a later reason" in text
    assert message.facts["held"] == {"topic_unsure": 2, "speaker_unresolved": 1, "a_later_reason": 1}


def test_held_reports_alone_are_worth_a_digest() -> None:
    message = digest([], held={"possible_duplicate": 1})
    assert message is not None
    assert message.subject == "Daily digest: 1 held (5 March 2024)"


def test_what_is_unverified_is_marked() -> None:
    message = digest([of(1, "UA", "condemns", corroboration="unverified", outlets=TOLD.outlets[:1])])
    assert message is not None
    for text in (message.text, message.html, all_text(message.blocks)):
        assert "UNVERIFIED" in text


def test_slack_counts_what_it_has_no_room_for() -> None:
    message = digest([of(n, "UA", "condemns") for n in range(200)])
    assert message is not None
    check(message)
    text = all_text(message.blocks)
    shown = text.count("condemns cluster munitions")
    assert 10 < shown < 200
    assert f"and {200 - shown} more in the ledger" in text
    assert "Speaker 199" in message.text


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(new=st.lists(tolds, max_size=4), late=st.lists(tolds, max_size=2), updates=st.lists(tolds, max_size=2))
def test_anything_renders_and_nothing_acts(new: list[Told], late: list[Told], updates: list[Told]) -> None:
    message = digest(new, found_late=late, updates=updates)
    assert (message is None) == (not (new or late or updates))
    if message:
        check(message)
        json.dumps(message.facts)


def test_period_is_told_in_utc() -> None:
    until = datetime(2024, 3, 5, 23, 30, tzinfo=UTC)
    message = render_digest([TOLD], since=SINCE, until=until, installation="desk")
    assert message is not None
    assert "4 March 2024, 18:00 UTC to 5 March 2024, 23:30 UTC" in " ".join(message.text.split())
