"""Slack, by a bot token (``chat.postMessage``) or by an incoming webhook.

With a token the recipient is a channel's id or name; updates go to the thread that ``Message.thread``
names, and the first message is brought up to what is known (``chat.update``). ``already_sent`` looks for a
message whose try ended without an answer; it and ``amend`` need a channel's id, which a channel given by its
name gets from Slack's own answers or its list of channels. A webhook has one channel, no threads and no way
to look back, so that after an ambiguous try a repeat is possible. Slack takes about one message a second a
channel ("Rate limits"); more is held back here, and a 429 is honoured.
"""

from __future__ import annotations

import json
import re
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from alerts.blocks import fitted
from alerts.plain import cut, one_line
from monitor.errors import SettingsError
from monitor.fetch.post import Answer, NotSent, Unanswered, is_web_address, request
from monitor.model import Accepted, Delayed, Message, Outcome, Refused

#: Under this name a message carries its Message-ID as metadata (Slack, "Message metadata").
_EVENT: Final = "clusterwatch_message"
_PAGE: Final = 200
_PAGES: Final = 10
#: A page of the history in bytes: 200 messages as long as Slack takes them (12,000 characters and more).
_LONGEST: Final = 16_777_216
#: An id as Slack gives it to a channel, a group, a conversation or a person; names are in lower case.
_ID: Final = re.compile(r"[CGDU][A-Z0-9]+")
#: Slack's clock may be behind ours by this much; what was tried is looked for from a little earlier on.
_SKEW: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class SlackSettings:
    """A token and the API's address, or a webhook; ``pace`` is the least time between two messages (s)."""

    webhook_url: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api"
    timeout: float = 30.0
    pace: float = 1.0


Settings = SlackSettings


class _Untold(Exception):
    """Slack did not answer a question, or not so that it helps."""

    def __init__(self, outcome: Delayed | Refused) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class SlackChannel:
    """Posts to one workspace."""

    name: Final = "slack"

    def __init__(
        self,
        settings: SlackSettings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._free: dict[str, float] = {}
        self._ids: dict[str, str] = {}
        self.pace = settings.pace

    def lane(self, recipient: str) -> str:
        """A channel each has its pace; a webhook's messages all go to one."""
        return recipient if self._settings.token else "webhook"

    def send(self, message: Message, recipient: str) -> Outcome:
        """Posts the message; Accepted carries Slack's ``ts`` where there is a token."""
        settings = self._settings
        target = recipient if settings.token else "webhook"
        if wait := self._wait(target):
            return Delayed("held back, as Slack asked a moment ago", retry_after=wait)
        try:
            if settings.token:
                return self._post(message, recipient)
            answer = self._ask("POST", settings.webhook_url, _payload(message))
        except NotSent as error:
            return Delayed(self._safe(str(error)), scope="channel")
        except Unanswered as error:
            return Delayed(self._safe(str(error)), ambiguous=True)
        if answer.status == 200 and answer.text in ("ok", ""):
            return Accepted(words=f"{answer.status} {answer.text}".strip())
        return self._sorted(answer, answer.text, target)

    def already_sent(
        self, marker: str, recipient: str, *, thread: str | None = None, since: datetime | None = None
    ) -> Accepted | Delayed | None:
        """Whether the message with Message-ID ``marker`` is among the channel's (or thread's) since then.

        Of at most 2,000. Accepted with its ``ts``; None where it is not there, or where there is no way to
        look (a webhook, or a token without the history scope: then the caller sends again, at least once
        being the promise); Delayed where the answer did not come.
        """
        if not self._settings.token:
            return None
        query = {"include_all_metadata": "true"}
        if since is not None:
            query["oldest"] = f"{(since - _SKEW).timestamp():.6f}"
        method = "conversations.history"
        if thread:
            method, query["ts"] = "conversations.replies", thread
        try:
            query["channel"] = self._id_of(recipient)
            for posted in self._pages(method, query, "messages", recipient):
                if _marker(posted) == marker:
                    return Accepted(str(posted.get("ts")), words="found in the history")
        except _Untold as untold:
            # "invalid" or "missing_scope": it will never be told, so it cannot be waited for.
            return untold.outcome if isinstance(untold.outcome, Delayed) else None
        return None

    def amend(self, message: Message, recipient: str, reference: str) -> str | None:
        """``chat.update``: puts ``message`` in the place of the one with that ``ts``; or why it could not."""
        if not self._settings.token or not re.fullmatch(r"\d+\.\d+", reference):
            return "there is no way to change it"
        try:
            body = _payload(message) | {"channel": self._id_of(recipient), "ts": reference}
            answer = self._ask("POST", f"{self._settings.api_url.rstrip('/')}/chat.update", body)
        except (NotSent, Unanswered) as error:
            return self._safe(str(error))
        except _Untold as untold:
            return untold.outcome.reason
        reply = _object(answer)
        if answer.status == 200 and reply.get("ok") is True:
            return None
        return self._sorted(answer, f"chat.update: {reply.get('error', answer.text)}", recipient).reason

    def _id_of(self, recipient: str) -> str:
        """The id of a channel that was given by its name, as far as Slack tells it; else what was given."""
        if _ID.fullmatch(recipient):
            return recipient
        if recipient not in self._ids:
            query = {"exclude_archived": "true", "types": "public_channel,private_channel"}
            for one in self._pages("conversations.list", query, "channels", recipient):
                self._ids[f"#{one.get('name')}"] = str(one.get("id"))
        name = f"#{recipient.removeprefix('#')}"
        return self._ids.get(recipient) or self._ids.get(name) or recipient

    def _pages(
        self, method: str, query: Mapping[str, str], key: str, recipient: str
    ) -> Iterator[Mapping[str, Any]]:
        """The items of a method that answers in pages. Raises _Untold where an answer did not come."""
        asked = {"limit": str(_PAGE), **query}
        for _ in range(_PAGES):
            try:
                url = f"{self._settings.api_url.rstrip('/')}/{method}?{urlencode(asked)}"
                answer = self._ask("GET", url)
            except (NotSent, Unanswered) as error:
                raise _Untold(Delayed(self._safe(f"{method}: {error}"), scope="channel")) from None
            reply = _object(answer)
            if answer.status != 200 or reply.get("ok") is not True:
                raise _Untold(self._sorted(answer, f"{method}: {reply.get('error', answer.text)}", recipient))
            yield from _list(reply.get(key))
            cursor = _mapping(reply.get("response_metadata")).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = str(cursor)

    def close(self) -> None:
        """Nothing is held open."""

    def _post(self, message: Message, recipient: str) -> Outcome:
        body = _payload(message) | {"channel": recipient}
        if marker := message.headers.get("Message-ID"):
            body["metadata"] = {"event_type": _EVENT, "event_payload": {"marker": marker}}
        if message.thread and re.fullmatch(r"\d+\.\d+", message.thread):
            body["thread_ts"] = message.thread
        answer = self._ask("POST", f"{self._settings.api_url.rstrip('/')}/chat.postMessage", body)
        reply = _object(answer)
        if answer.status == 200 and reply.get("ok") is True:
            if isinstance(reply.get("channel"), str):
                self._ids[recipient] = reply["channel"]
            return Accepted(str(reply["ts"]) if "ts" in reply else None, words="200 ok")
        said = reply.get("ok") is False
        return self._sorted(answer, str(reply.get("error") or answer.text), recipient, said=said)

    def _ask(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Answer:
        headers = {"Accept": "application/json"}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        if body is None:
            return request(method, url, headers, None, self._settings.timeout, _LONGEST)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return request(method, url, headers, json.dumps(body).encode(), self._settings.timeout)

    def _sorted(self, answer: Answer, error: str, target: str, *, said: bool = False) -> Delayed | Refused:
        """The outcome for an answer that is not a success, by ``slack_errors.toml``.

        ``said``: Slack itself said that it failed.
        """
        table = _errors()
        word = error.rpartition(": ")[2]
        reason = self._safe(f"{answer.status} {error}")
        if answer.status == 429 or word in ("ratelimited", "rate_limited"):
            wait = answer.retry_after or max(self._settings.pace, 1.0)
            self._free[target] = self._clock() + wait
            return Delayed(reason, retry_after=wait)
        if word in table["settings"]:
            return Refused(reason, scope="channel")
        if word in table["recipient"]:
            return Refused(reason)
        if answer.status >= 500 or word in table["later"]:
            ambiguous = answer.status >= 500 or word in table["ambiguous"]
            return Delayed(reason, answer.retry_after, scope="channel", ambiguous=ambiguous)
        # A webhook that is gone answers with a page; an unknown word of a working one may pass.
        if answer.status in (401, 403, 404, 410):
            return Refused(reason, scope="channel")
        # A success without Slack's own word for it (a proxy's page, say) may have been one.
        return Delayed(reason, ambiguous=answer.status == 200 and not said)

    def _wait(self, target: str) -> float:
        """Sleeps out the pace between two messages; what Slack itself asked to wait is given back (s)."""
        wait = self._free.get(target, 0.0) - self._clock()
        if wait > self._settings.pace:
            return wait
        if wait > 0:
            self._sleep(wait)
        self._free[target] = self._clock() + self._settings.pace
        return 0.0

    def _safe(self, text: str) -> str:
        """The text on one short line, without token and webhook."""
        webhook = self._settings.webhook_url
        for secret in (self._settings.token, webhook, webhook.rpartition("/services/")[2]):
            if secret:
                text = text.replace(secret, "***")
        return cut(one_line(text), 300)


@cache
def _errors() -> dict[str, frozenset[str]]:
    path = Path(__file__).with_name("slack_errors.toml")
    return {name: frozenset(words) for name, words in tomllib.loads(path.read_text("utf-8")).items()}


def _payload(message: Message) -> dict[str, Any]:
    """What both ways send: the subject for notifications, the blocks; nothing is linked or unfurled."""
    return {
        "text": fitted(message.subject, 3000),
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
    }


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(answer.body))
    except ValueError:
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [_mapping(item) for item in value] if isinstance(value, list) else []


def _marker(posted: Mapping[str, Any]) -> object:
    metadata = _mapping(posted.get("metadata"))
    return (
        _mapping(metadata.get("event_payload")).get("marker")
        if metadata.get("event_type") == _EVENT
        else None
    )


def build(settings: SlackSettings) -> SlackChannel:
    """The channel. Raises SettingsError without token or webhook, or for an address that is not https."""
    if not settings.token and not settings.webhook_url:
        raise SettingsError("alerts.slack needs a token or a webhook_url")
    if settings.token and not is_web_address(settings.api_url, tls_or_loopback=True):
        raise SettingsError("alerts.slack.api_url must be an https address")
    if settings.token and (
        not settings.token.isascii() or not settings.token.isprintable() or " " in settings.token
    ):
        raise SettingsError("alerts.slack.token is not a token")
    if not settings.token and not is_web_address(settings.webhook_url, tls_or_loopback=True):
        raise SettingsError("alerts.slack.webhook_url must be an https address")
    return SlackChannel(settings)
