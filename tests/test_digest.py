"""Digests: grouped, whole, within limits, and silent where there is nothing to say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from properties import examples
from test_render import all_text, check, too_wide, unescaped
from told import MINISTER, NOW, TOLD, tolds

from alerts.digest import render_digest, render_quiet
from alerts.plain import columns
from alerts.wording import wording
from monitor.model import Message, Told, ToldFeed, ToldHeld, Watch

SINCE = NOW - timedelta(days=1)


def digest(new: list[Told], **more: object) -> Message | None:
    return render_digest(new, since=SINCE, until=NOW, installation="desk", **more)


def of(number: int, state: str | None, position: str, **more: object) -> Told:
    speaker = replace(MINISTER, state=state, name=f"Speaker {number}", name_en=f"Speaker {number}")
    return replace(TOLD, statement_id=number, speaker=speaker, positions=(position,), state_name=None, **more)


def test_nothing_to_say() -> None:
    assert digest([]) is None
    assert digest([], watch=Watch(SINCE, held={"topic_unsure": 0})) is None


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
        watch=Watch(SINCE, held={"topic_unsure": 2, "speaker_unresolved": 1, "a_later_reason": 1}),
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
    message = digest([], watch=Watch(SINCE, held={"possible_duplicate": 1}))
    assert message is not None
    assert message.subject == "Daily digest: 1 held (5 March 2024)"


def test_what_is_unverified_is_marked() -> None:
    message = digest([of(1, "UA", "condemns", corroboration="unverified", outlets=TOLD.outlets[:1])])
    assert message is not None
    for text in (message.text, message.html, all_text(message.blocks)):
        assert "UNVERIFIED" in text


WATCH = Watch(
    SINCE, feeds=30, asked=29, answered=27, articles=412, statements=2,
    held={"topic_unsure": 2, "speaker_unresolved": 5},
    newest_held=(
        ToldHeld(9, "topic_unsure", "Ada Quill", "Harbour Courier", "https://courier.example/9", NOW),
        ToldHeld(8, "speaker_unresolved", "", "Reed Post", None, NOW),
    ),
    unheard=(
        ToldFeed(4, "Reed Post", "https://reed.example/feed", "silent", NOW - timedelta(days=9)),
        ToldFeed(5, "Fen News", "https://fen.example/feed", "failing", NOW - timedelta(days=4), "http_503"),
    ),
    blind_languages=("ar", "fa"), blind_regions=("western_asia", "caribbean"),
    held_url="https://ledger.example/held",
)  # fmt: skip


def test_a_digest_tells_how_the_watch_stands() -> None:
    message = digest([of(1, "UA", "condemns")], watch=WATCH)
    assert message is not None
    page = html.document_fromstring(message.html)
    forms = (message.text, page.text_content(), unescaped(all_text(message.blocks)))
    for text in (" ".join(re.sub(r"<https?://[^|]+\|([^>]+)>", r"\1", form).split()) for form in forms):
        for fact in (
            "5 × the speaker could not be resolved", "2 × the subject is unsure",
            "h9: Ada Quill, in Harbour Courier, 5 March 2024 (the subject is unsure)",
            "h8: unnamed speaker, in Reed Post",
            "Reed Post: nothing new since 25 February 2024",
            "Fen News: no answer since 1 March 2024 (http 503)",
            "no feed heard for a week in: Arabic, Persian",
            "no feed heard for a week from: Western Asia, the Caribbean",
        ):  # fmt: skip
            assert fact in text
        assert text.index("5 × the speaker") < text.index("2 × the subject"), "the most first"
    assert "https://courier.example/9" in page.xpath("//a/@href")
    assert [line for line in message.text.splitlines() if columns(line) > 72] == []
    assert "<https://courier.example/9|h9>: Ada Quill" in all_text(message.blocks)
    assert message.facts["blind_languages"] == ["ar", "fa"]
    check(message)


def test_silent_feeds_alone_are_no_digest() -> None:
    assert digest([], watch=replace(WATCH, held={}, newest_held=())) is None


def test_a_week_of_nothing_says_that_the_watch_goes_on() -> None:
    message = render_quiet(WATCH, until=NOW, installation="desk")
    assert message.subject == "Weekly digest: nothing new (5 March 2024)"
    for text in (
        message.text,
        html.document_fromstring(message.html).text_content(),
        all_text(message.blocks),
    ):
        flat = " ".join(text.split())
        assert "30 feeds are watched, of which 29 were asked and 27 answered; articles met: 412" in flat
        assert "which were held or silenced: 2" in flat
        assert "no feed heard for a week in: Arabic, Persian" in flat
    assert message.facts["nothing"] is True
    check(message)


def test_hundreds_of_silent_feeds_leave_room_for_the_statements() -> None:
    feed = WATCH.unheard[0]
    many = tuple(replace(feed, feed_id=n, outlet=f"Paper {n} <&> {'x' * 70}") for n in range(300))
    regions = tuple(wording("en").tables["regions"])
    crowded = replace(WATCH, unheard=many, blind_regions=regions, newest_held=WATCH.newest_held * 40)
    message = digest([of(n, "UA", "condemns") for n in range(30)], watch=crowded)
    assert message is not None
    check(message)
    assert all_text(message.blocks).count("condemns cluster munitions") > 5
    assert "and 290 more" in message.text


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
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(new=st.lists(tolds, max_size=2), late=st.lists(tolds, max_size=1), updates=st.lists(tolds, max_size=1))
def test_anything_renders_and_nothing_acts(new: list[Told], late: list[Told], updates: list[Told]) -> None:
    message = digest(new, found_late=late, updates=updates)
    assert (message is None) == (not (new or late or updates))
    if message:
        check(message)
        json.dumps(message.facts)
        assert too_wide(message.text) == []


def test_period_is_told_in_utc() -> None:
    until = datetime(2024, 3, 5, 23, 30, tzinfo=UTC)
    message = render_digest([TOLD], since=SINCE, until=until, installation="desk")
    assert message is not None
    assert "4 March 2024, 18:00 UTC to 5 March 2024, 23:30 UTC" in " ".join(message.text.split())
