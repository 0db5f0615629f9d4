"""A workspace shaped like Slack: it keeps what is posted, tells its history, and has faults by a plan."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from httpsite import Reply, Request, ok, wrong

#: What a plan may say to a post: nothing, or one of these.
FAULTS = (
    "429",
    "500",
    "500 after storing",
    "internal_error after storing",
    "hang up after storing",
    "hang up",
)


@dataclass
class Workspace:
    """``plan`` is asked at each post: (channel, how many posts so far) -> a fault or None."""

    names: dict[str, str] = field(default_factory=dict)  # name -> id
    plan: Callable[[str, int], str | None] = lambda channel, nth: None
    posts: list[dict[str, Any]] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    tries: int = 0

    def __call__(self, request: Request, nth: int) -> Reply:
        method = request.path.rsplit("/", 1)[1]
        if method == "chat.postMessage":
            return self._post(request.json)
        if method == "chat.update":
            return self._update(request.json)
        query = {k: v[0] for k, v in request.query.items()}
        if method == "conversations.list":
            return ok(channels=[{"id": i, "name": n} for n, i in self.names.items()])
        found = [p for p in self.posts if p["channel"] == query["channel"]]
        if method == "conversations.replies":
            found = [p for p in found if p.get("thread_ts") == query["ts"] or p["ts"] == query["ts"]]
        else:
            found = [p for p in found if "thread_ts" not in p]
        if query["channel"] not in {*self.names.values(), *(p["channel"] for p in self.posts)}:
            return wrong("channel_not_found")
        recent = [p for p in found if float(p["ts"]) >= float(query.get("oldest", 0))][::-1]
        start, limit = int(query.get("cursor", 0)), int(query.get("limit", 100))
        more = {"next_cursor": str(start + limit)} if start + limit < len(recent) else {}
        return ok(messages=recent[start : start + limit], response_metadata=more)

    def _post(self, body: dict[str, Any]) -> Reply:
        self.tries += 1
        channel = self.names.get(body["channel"].removeprefix("#"), body["channel"])
        self.times.setdefault(channel, []).append(time.monotonic())
        fault = self.plan(channel, self.tries)
        if fault == "429":
            return wrong("ratelimited", 429, Retry_After="30")
        if fault in ("500", "hang up"):
            return (500, {}, b"oops") if fault == "500" else None
        stamp = f"{time.time():.6f}"
        self.posts.append({**body, "channel": channel, "ts": stamp})
        if fault == "500 after storing":
            return 500, {}, b"oops"
        if fault == "internal_error after storing":
            return wrong("internal_error")
        if fault == "hang up after storing":
            return None
        return ok(ts=stamp, channel=channel)

    def _update(self, body: dict[str, Any]) -> Reply:
        for post in self.posts:
            if post["channel"] == body["channel"] and post["ts"] == body["ts"]:
                post.update({"text": body["text"], "blocks": body["blocks"], "edited": True})
                return ok(ts=body["ts"], channel=body["channel"])
        return wrong("message_not_found")

    def told(self) -> Counter[tuple[str, str]]:
        """How often each (channel, Message-ID) was posted."""
        return Counter((p["channel"], _marker(p)) for p in self.posts)


def _marker(post: dict[str, Any]) -> str:
    return str(json.loads(json.dumps(post["metadata"]))["event_payload"]["marker"])
