"""How the watch itself stands, in words: what is held, which feeds are silent, where nobody listens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from alerts.blocks import Block, escaped, fitted, link, section
from alerts.facts import NAME_LIMIT
from alerts.plain import cut, one_line, web_link
from alerts.wording import Wording
from monitor.model import ToldFeed, ToldHeld, Watch

#: So many unheard feeds are named; the others are counted.
MOST: Final = 10
#: Characters of one part in Slack, so that the statements keep their room.
ROOM: Final = 1600


@dataclass(frozen=True)
class Line:
    """One line of a part; ``url`` may be followed."""

    text: str
    url: str | None = None


@dataclass(frozen=True)
class Part:
    """A part of a digest that is not about statements."""

    heading: str
    lines: tuple[Line, ...]
    hint: str = ""


def watch_parts(watch: Watch, words: Wording) -> tuple[Part, ...]:
    """The parts that have something to say: held reports, feeds that are not heard, blind spots."""
    parts = (_held(watch, words), _feeds(watch, words), _blind(watch, words))
    return tuple(part for part in parts if part.lines)


def _held(watch: Watch, words: Wording) -> Part:
    counted = [
        Line(words("watch", "held_line", count=count, reason=words("held", reason)))
        for reason, count in sorted(watch.held.items(), key=lambda held: (-held[1], held[0]))
        if count > 0
    ]
    newest = [_held_line(held, words) for held in watch.newest_held] if counted else []
    named = [Line(words("watch", "newest")), *newest] if newest else []
    return Part(words("digest", "held_heading"), (*counted, *named), words("digest", "held_hint"))


def _held_line(held: ToldHeld, words: Wording) -> Line:
    name = cut(one_line(held.speaker), NAME_LIMIT) or words("labels", "no_name")
    text = words(
        "watch", "held_one",
        report=f"h{held.report_id}", name=name, outlet=cut(one_line(held.outlet), NAME_LIMIT),
        day=words.day(held.found_at.date()), reason=words("held", held.reason),
    )  # fmt: skip
    return Line(text, web_link(held.url))


def _feeds(watch: Watch, words: Wording) -> Part:
    lines = [_feed_line(feed, words) for feed in watch.unheard[:MOST]]
    if (more := len(watch.unheard) - MOST) > 0:
        lines.append(Line(words("watch", "more_feeds", count=more)))
    return Part(words("watch", "feeds_heading"), tuple(lines), words("watch", "feeds_hint"))


def _feed_line(feed: ToldFeed, words: Wording) -> Line:
    name = cut(one_line(feed.outlet), NAME_LIMIT) or f"f{feed.feed_id}"
    since = words.day(feed.since.date())
    detail = one_line(feed.detail or "").replace("_", " ")[:60] or words("watch", "no_detail")
    return Line(words("watch", feed.trouble, outlet=name, since=since, detail=detail), web_link(feed.url))


def _blind(watch: Watch, words: Wording) -> Part:
    lines = []
    if watch.blind_languages:
        names = ", ".join(words("languages", code) for code in watch.blind_languages)
        lines.append(Line(words("watch", "languages", names=names)))
    if watch.blind_regions:
        names = ", ".join(words("regions", name) for name in watch.blind_regions)
        lines.append(Line(words("watch", "regions", names=names)))
    return Part(words("watch", "blind_heading"), tuple(lines))


def alive(watch: Watch, words: Wording) -> str:
    """What the watch did in its time: that it is alive where nothing was found."""
    return words(
        "watch", "alive",
        feeds=watch.feeds, asked=watch.asked, answered=watch.answered, articles=watch.articles,
    )  # fmt: skip


def part_blocks(parts: Sequence[Part]) -> list[Block]:
    """A section of Slack's for each part; lines for which there is no room are left out."""
    found: list[Block] = []
    for part in parts:
        lines = [f"*{escaped(part.heading)}*"]
        room = ROOM - len(lines[0]) - 10
        for line in part.lines:
            text = f"• {_slack_line(line)}"
            if (room := room - len(text) - 1) < 0:
                break
            lines.append(text)
        found.append(section("\n".join(lines)))
    return found


def _slack_line(line: Line) -> str:
    """The line; where it leads somewhere, its first words (up to a comma, colon or bracket) are the link."""
    match = re.match(r"[^,:(]{1,90}", line.text)
    if line.url is None or match is None or len(escaped(line.url)) > 300:
        return fitted(line.text, 900)
    head = match[0].strip()
    return link(line.url, head) + fitted(line.text[len(match[0].rstrip()) :], 400)


def watch_facts(watch: Watch) -> dict[str, object]:
    """The same as JSON values."""
    return {
        "feeds": watch.feeds,
        "asked": watch.asked,
        "answered": watch.answered,
        "articles": watch.articles,
        "held": {reason: count for reason, count in watch.held.items() if count > 0},
        "newest_held": [
            {
                "id": f"h{held.report_id}",
                "reason": held.reason,
                "speaker_en": one_line(held.speaker),
                "outlet": one_line(held.outlet),
                "url": web_link(held.url),
            }
            for held in watch.newest_held
        ],
        "unheard_feeds": [
            {
                "id": f"f{feed.feed_id}",
                "outlet": one_line(feed.outlet),
                "url": web_link(feed.url),
                "trouble": feed.trouble,
                "since": feed.since.isoformat(),
                "detail": feed.detail and one_line(feed.detail),
            }
            for feed in watch.unheard
        ],
        "blind_languages": list(watch.blind_languages),
        "blind_regions": list(watch.blind_regions),
    }
