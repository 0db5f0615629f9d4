"""Slack, by token and by webhook, against a server on loopback that answers as Slack does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpsite import Reply, Request, Site, mail, ok, serving, wrong
from slackserver import Workspace
from told import HOSTILE, MINISTER, NOW, TOLD

from alerts.channels.slack import SlackChannel, SlackSettings, build
from alerts.channels.webhook import WebhookSettings
from alerts.channels.webhook import build as build_webhook
from alerts.render import render
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Outcome, Refused
from monitor.ports import Amends, LooksBack, Paced

TOKEN = "xoxb-17-secret"
PATH = "/services/T1/B2/secretsecret"


def by_token(site: Site, **more: Any) -> SlackChannel:
    settings: dict[str, Any] = {"pace": 0.0, "timeout": 2.0, **more}
    return build(SlackSettings(token=TOKEN, api_url=f"{site.url}/api", **settings))


def by_webhook(site: Site, **more: Any) -> SlackChannel:
    return build(SlackSettings(webhook_url=site.url + PATH, pace=0.0, timeout=2.0, **more))


# --- Slack by token -----------------------------------------------------------------------------------


def test_a_message_is_posted_with_its_marker() -> None:
    with serving(lambda r, n: ok(ts="1709661600.000100", channel="C1")) as site:
        assert by_token(site).send(mail(), "C1") == Accepted("1709661600.000100")
    (request,) = site.seen
    assert request.path == "/api/chat.postMessage"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    sent = request.json
    assert sent["channel"] == "C1"
    assert sent["text"] == mail().subject
    assert sent["blocks"] == json.loads(json.dumps(mail().blocks))
    assert sent["metadata"]["event_payload"]["marker"] == mail().headers["Message-ID"]
    assert sent["unfurl_links"] is False
    assert "thread_ts" not in sent


def test_an_update_goes_to_the_thread() -> None:
    with serving(lambda r, n: ok(ts="2.2")) as site:
        by_token(site).send(mail(thread="1709661600.000100"), "C1")
        by_token(site).send(mail(thread="<40.x@n.example>"), "C1")
    assert site.seen[0].json["thread_ts"] == "1709661600.000100"
    assert "thread_ts" not in site.seen[1].json


@pytest.mark.parametrize("words", HOSTILE)
def test_no_mention_leaves_in_any_part(words: str) -> None:
    told = replace(TOLD, speaker=replace(MINISTER, name=words, role=words), venue=words)
    message = replace(render(told, installation=words), headers=mail().headers, subject=f"S {words}")
    with serving(lambda r, n: ok(ts="1.1")) as site:
        assert isinstance(by_token(site).send(message, "C1"), Accepted)
    sent = site.seen[0].body.decode()
    assert "<!" not in sent
    assert "<@" not in sent
    assert "<#" not in sent


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (wrong("invalid_auth"), Refused("200 invalid_auth", scope="channel")),
        (wrong("token_revoked"), Refused("200 token_revoked", scope="channel")),
        (wrong("missing_scope"), Refused("200 missing_scope", scope="channel")),
        (wrong("channel_not_found"), Refused("200 channel_not_found")),
        (wrong("not_in_channel"), Refused("200 not_in_channel")),
        (wrong("is_archived"), Refused("200 is_archived")),
        (wrong("invalid_blocks"), Refused("200 invalid_blocks")),
        (wrong("msg_too_long"), Refused("200 msg_too_long")),
        (wrong("internal_error"), Delayed("200 internal_error", scope="channel", ambiguous=True)),
        (wrong("team_added_to_org"), Delayed("200 team_added_to_org", scope="channel")),
        (wrong("a_word_of_next_year"), Delayed("200 a_word_of_next_year")),
        (wrong("ratelimited", 429, Retry_After="30"), Delayed("429 ratelimited", 30.0)),
        (wrong("ratelimited"), Delayed("200 ratelimited", 1.0)),
        ((503, {}, b"<p>not\nnow"), Delayed("503 <p>not now", scope="channel", ambiguous=True)),
        ((200, {}, b"not json"), Delayed("200 not json", ambiguous=True)),
        ((200, {}, b"[]"), Delayed("200 []", ambiguous=True)),
        ((302, {"Location": "https://elsewhere.example/"}, b""), Delayed("302")),
    ],
)  # fmt: skip
def test_answers_are_sorted(reply: Reply, outcome: Outcome) -> None:
    with serving(lambda r, n: reply) as site:
        assert by_token(site).send(mail(), "C1") == outcome
    assert len(site.seen) == 1


def test_what_slack_asks_to_wait_holds_for_that_channel_only() -> None:
    with serving(
        lambda r, n: wrong("ratelimited", 429, Retry_After="30") if n == 1 else ok(ts="1.1")
    ) as site:
        slack = by_token(site)
        assert slack.send(mail(), "C1") == Delayed("429 ratelimited", 30.0)
        again = slack.send(mail(2), "C1")
        assert isinstance(again, Delayed)
        assert again.retry_after is not None
        assert 29 < again.retry_after <= 30
        assert isinstance(slack.send(mail(), "C2"), Accepted)
    assert len(site.seen) == 2


def test_one_message_a_second_a_channel() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    with serving(lambda r, n: ok(ts="1.1")) as site:
        slack = SlackChannel(SlackSettings(token=TOKEN, api_url=site.url), lambda: now[0], sleep)
        for recipient in ("C1", "C2", "C1", "C1"):
            assert isinstance(slack.send(mail(), recipient), Accepted)
    assert slept == [1.0, 1.0]


def test_nobody_listens_and_nothing_is_ambiguous() -> None:
    with serving(lambda r, n: ok()) as site:
        pass
    outcome = by_token(site).send(mail(), "C1")
    assert isinstance(outcome, Delayed)
    assert (outcome.scope, outcome.ambiguous) == ("channel", False)


def test_no_answer_is_ambiguous_and_the_history_tells() -> None:
    posted: list[Any] = []

    def slack(request: Request, nth: int) -> Reply:
        if request.path.endswith("chat.postMessage"):
            posted.append(request.json | {"ts": "1709661600.000100"})
            return None
        assert request.query["channel"] == ["C1"]
        assert request.query["include_all_metadata"] == ["true"]
        others = [
            {"ts": "1.1"},
            {"ts": "1.2", "metadata": {"event_type": "other", "event_payload": {"marker": "x"}}},
        ]
        if "cursor" not in request.query:
            return ok(messages=others, response_metadata={"next_cursor": "page2"})
        return ok(messages=[*others, *posted])

    with serving(slack) as site:
        channel = by_token(site)
        outcome = channel.send(mail(), "C1")
        assert isinstance(outcome, Delayed)
        assert outcome.ambiguous
        assert channel.already_sent(mail().headers["Message-ID"], "C1") == Accepted("1709661600.000100")
        assert channel.already_sent("<another@n.example>", "C1") is None
    assert len(posted) == 1


def test_a_reply_is_looked_for_in_its_thread() -> None:
    with serving(lambda r, n: ok(messages=[])) as site:
        assert by_token(site).already_sent("<m@n>", "C1", thread="1.1") is None
    assert site.seen[0].path == "/api/conversations.replies"
    assert site.seen[0].query["ts"] == ["1.1"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (wrong("missing_scope"), type(None)),
        (wrong("ratelimited", 429, Retry_After="5"), Delayed),
        ((502, {}, b"bad gateway"), Delayed),
        (None, Delayed),
    ],
)
def test_when_the_history_does_not_tell(reply: Reply, kind: type[object]) -> None:
    with serving(lambda r, n: reply) as site:
        assert isinstance(by_token(site).already_sent("<m@n>", "C1"), kind)


def test_only_slack_looks_back() -> None:
    with serving(lambda r, n: ok()) as site:
        assert isinstance(by_token(site), LooksBack)
        assert by_webhook(site).already_sent("<m@n>", "C1") is None
    assert not isinstance(build_webhook(WebhookSettings()), LooksBack)
    assert not site.seen


def test_a_server_that_stalls_is_given_up() -> None:
    def slow(request: Request, nth: int) -> Reply:
        time.sleep(0.8)
        return ok()

    with serving(slow) as site:
        outcome = by_token(site, timeout=0.2).send(mail(), "C1")
    assert isinstance(outcome, Delayed)
    assert outcome.ambiguous


def test_the_token_is_in_no_words() -> None:
    with serving(lambda r, n: (200, {}, f"you sent {TOKEN}".encode())) as site:
        channel = by_token(site)
        assert TOKEN not in str(channel.send(mail(), "C1"))
    assert TOKEN not in repr(SlackSettings(token=TOKEN))
    assert TOKEN not in str(channel.send(mail(), "C1"))


# --- Slack by webhook ---------------------------------------------------------------------------------


def test_the_incoming_webhook() -> None:
    with serving(lambda r, n: (200, {}, b"ok")) as site:
        assert by_webhook(site).send(mail(), "#alerts") == Accepted()
    (request,) = site.seen
    assert request.path == PATH
    assert request.json["text"] == mail().subject
    assert "channel" not in request.json
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, b"invalid_payload", Refused("400 invalid_payload")),
        (404, b"no_service", Refused("404 no_service", scope="channel")),
        (403, b"action_prohibited", Refused("403 action_prohibited")),
        (410, b"channel_is_archived", Refused("410 channel_is_archived")),
        (404, b"<h1>Not found</h1>", Refused("404 <h1>Not found</h1>", scope="channel")),
        (500, b"rollup_error", Delayed("500 rollup_error", scope="channel", ambiguous=True)),
        (429, b"", Delayed("429", 1.0)),
        (200, b"something else", Delayed("200 something else", ambiguous=True)),
    ],
)
def test_answers_of_the_incoming_webhook(status: int, body: bytes, outcome: Outcome) -> None:
    with serving(lambda r, n: (status, {}, body)) as site:
        assert by_webhook(site).send(mail(), "#alerts") == outcome


def test_the_webhooks_address_is_in_no_words() -> None:
    def echo(request: Request, nth: int) -> Reply:
        return 500, {}, f"{site.url}{PATH} T1/B2/secretsecret".encode()

    with serving(echo) as site:
        channel = by_webhook(site)
        first = channel.send(mail(), "#alerts")
    assert "secretsecret" not in str(first)
    assert "secretsecret" not in str(channel.send(mail(), "#alerts"))
    assert "secretsecret" not in repr(SlackSettings(webhook_url=PATH))


@pytest.mark.parametrize(
    "settings",
    [
        SlackSettings(),
        SlackSettings(webhook_url="http://hooks.example.org/x"),
        SlackSettings(webhook_url="hooks.example.org/x"),
        SlackSettings(token=TOKEN, api_url="http://slack.example.org/api"),
        SlackSettings(token="x\r\nHost: y"),
    ],
)
def test_slack_settings_that_cannot_work(settings: SlackSettings) -> None:
    with pytest.raises(SettingsError, match=r"alerts\.slack") as raised:
        build(settings)
    assert "hooks.example.org" not in str(raised.value)


# --- names, ids, and the first message brought up to date -----------------------------------------------


def test_a_channel_given_by_name_is_looked_up_where_an_id_is_needed() -> None:
    rooms = Workspace({"press": "C0PRESS"}, lambda channel, nth: "hang up after storing")
    with serving(rooms) as site:
        channel = by_token(site)
        assert isinstance(channel.send(mail(), "#press"), Delayed)
        fresh = by_token(site)  # a process that never posted there
        found = fresh.already_sent(mail().headers["Message-ID"], "#press", since=NOW)
    assert found == Accepted(rooms.posts[0]["ts"])


def test_the_history_is_read_from_when_it_was_first_tried_and_as_far_as_it_goes() -> None:
    rooms = Workspace()
    with serving(rooms) as site:
        channel = by_token(site, pace=0.0)
        assert isinstance(channel.send(mail(1), "C1"), Accepted)
        rooms.posts += [
            {"channel": "C1", "ts": f"{time.time() + n:.6f}", "text": "chat" * 2500} for n in range(1, 501)
        ]
        marker = mail(1).headers["Message-ID"]
        assert channel.already_sent(marker, "C1", since=NOW) == Accepted(rooms.posts[0]["ts"])
        later = datetime.now(UTC) + timedelta(days=1)
        assert channel.already_sent(mail(1).headers["Message-ID"], "C1", since=later) is None
    oldest = [float(r.query["oldest"][0]) for r in site.seen if "oldest" in r.query]
    assert oldest[0] == NOW.timestamp() - 600


def test_the_first_message_is_brought_up_to_date() -> None:
    rooms = Workspace({"press": "C0PRESS"})
    with serving(rooms) as site:
        channel = by_token(site, pace=0.0)
        posted = channel.send(mail(1), "#press")
        assert isinstance(posted, Accepted)
        assert posted.reference
        assert channel.amend(mail(2, subject="what is known now"), "#press", posted.reference) is None
        assert channel.amend(mail(2), "C0PRESS", "1.1") == "200 chat.update: message_not_found"
        assert channel.amend(mail(2), "C0PRESS", "<m@n>") is not None
    assert [p["text"] for p in rooms.posts] == ["what is known now"]
    assert "refused" in str(channel.amend(mail(2), "C0PRESS", "1.1")).lower(), "nobody listens"


def test_the_lanes_of_the_pace() -> None:
    assert build(SlackSettings(token=TOKEN)).lane("C1") == "C1"
    assert build(SlackSettings(webhook_url="https://hooks.example.org/x")).lane("C1") == "webhook"
    assert isinstance(build(SlackSettings(token=TOKEN)), Paced)
    assert isinstance(build(SlackSettings(token=TOKEN)), Amends)
