"""Several statements in one message: by state and position, with what was found late and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from alerts.blocks import SECTION, TOTAL, Block, context, escaped, fitted, header, link, section, size
from alerts.facts import Facts, facts
from alerts.headers import SUBJECT_LIMIT, header_value
from alerts.plain import collated, one_line
from alerts.render import machine_facts
from alerts.watch import Part, alive, part_blocks, watch_facts, watch_parts
from alerts.wording import Wording, templates, weightiest, wording
from monitor.model import POSITIONS, Message, Told, Watch

_QUOTATION: Final = 400


@dataclass(frozen=True)
class Group:
    """The statements of one state that do the same, newest first."""

    state: str
    heading: str
    statements: tuple[Facts, ...]


@dataclass(frozen=True)
class Section:
    """A part of a digest; ``heading`` is empty for the statements that are new."""

    heading: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many statements it has."""
        return sum(len(group.statements) for group in self.groups)


def render_digest(
    new: Sequence[Told],
    *,
    since: datetime,
    until: datetime,
    installation: str,
    found_late: Sequence[Told] = (),
    updates: Sequence[Told] = (),
    watch: Watch | None = None,
    mode: Literal["daily", "weekly", "archive"] = "daily",
    language: str = "en",
) -> Message | None:
    """One message for the time from ``since`` to ``until`` (aware); None where there is nothing to say.

    ``mode`` names it: a day's, a week's, or what was found in archives. ``updates`` are statements already
    told, each with its ``change``; ``watch`` adds the held reports, the feeds that are not heard and the
    blind spots, of which held reports alone are worth a message. Unverified statements stand among the
    others, marked. Raises SettingsError for a language without templates.
    """
    words = wording(language)
    parts = [
        Section("", _groups(new, language, words)),
        Section(words("digest", "found_late_heading"), _groups(found_late, language, words)),
        Section(words("digest", "updates_heading"), _groups(updates, language, words)),
    ]
    held = sum(watch.held.values()) if watch else 0
    sections = [part for part in parts if part.count]
    if not sections and not held:
        return None
    counts = [
        *zip(("statements", "found_late", "updates"), (p.count for p in parts), strict=True),
        ("held", held),
    ]
    title = words(
        "digest", "subject", title=words("digest", mode), until=words.day(until.astimezone(UTC)),
        counts=", ".join(words.counted("digest", name, count) for name, count in counts if count),
    )  # fmt: skip
    return _message(
        title, sections, (), watch, since, until, installation, words,
        {
            "digest": mode,
            "statements": [machine_facts(told) for told in new],
            "found_late": [machine_facts(told) for told in found_late],
            "updates": [machine_facts(told) for told in updates],
        },
    )  # fmt: skip


def render_quiet(
    watch: Watch,
    *,
    until: datetime,
    installation: str,
    mode: Literal["daily", "weekly"] = "weekly",
    language: str = "en",
) -> Message:
    """The message of a week in which a reader had nothing: that the watch goes on, and how it stands."""
    words = wording(language)
    day = words.day(until.astimezone(UTC))
    lines = [words("watch", "nothing", until=day), alive(watch, words)]
    if watch.statements:
        lines.append(words("watch", "nothing_others", count=watch.statements))
    title = words("watch", "nothing_subject", title=words("digest", mode), until=day)
    facts: dict[str, object] = {
        "digest": mode,
        "nothing": True,
        "statements": [],
        "found_late": [],
        "updates": [],
    }
    return _message(title, (), lines, watch, watch.since, until, installation, words, facts)


def _message(
    title: str,
    sections: Sequence[Section],
    nothing: Sequence[str],
    watch: Watch | None,
    since: datetime,
    until: datetime,
    installation: str,
    words: Wording,
    facts: Mapping[str, object],
) -> Message:
    """Every form of a digest; ``nothing`` are the lines that stand where it has no statements."""
    title = header_value(title, SUBJECT_LIMIT)
    period = words("digest", "period", since=words.moment(since), until=words.moment(until))
    parts = watch_parts(watch, words) if watch else ()
    values = {
        "subject": title, "period": period, "sections": sections, "nothing": nothing, "watch": parts,
        "installation": one_line(installation),
    }  # fmt: skip
    more = {"since": since.isoformat(), "until": until.isoformat()} | (watch_facts(watch) if watch else {})
    return Message(
        subject=title,
        text=templates(words.language).get_template("digest.txt").render(values),
        html=templates(words.language).get_template("digest.html").render(values),
        blocks=_blocks(title, period, sections, nothing, parts, words),
        facts={**facts, **more},
    )


def _groups(statements: Sequence[Told], language: str, words: Wording) -> tuple[Group, ...]:
    """States by their shown name, those without one last; in a state, the weightiest position first."""
    groups: dict[tuple[bool, str, int, str], list[tuple[Told, Facts]]] = {}
    for told in statements:
        shown = facts(told, language)
        head = weightiest(told.positions) or "none"
        rank = POSITIONS.index(head) if head in POSITIONS else len(POSITIONS)
        key = (shown.code == "--", collated(shown.state), rank, head)
        groups.setdefault(key, []).append((told, shown))
    return tuple(
        Group(
            state=f"{members[0][1].flag} {members[0][1].state}".strip(),
            heading=words("headings", head),
            statements=tuple(shown for _, shown in sorted(members, key=_newest_first)),
        )
        for (_, _, _, head), members in sorted(groups.items(), key=lambda item: item[0])
    )


def _newest_first(member: tuple[Told, Facts]) -> tuple[float, int]:
    seen = member[0].first_seen
    return -(seen if seen.tzinfo else seen.replace(tzinfo=UTC)).timestamp(), member[0].statement_id


def _blocks(
    title: str,
    period: str,
    sections: Sequence[Section],
    nothing: Sequence[str],
    parts: Sequence[Part],
    words: Wording,
) -> tuple[Block, ...]:
    """As many statements as Slack's limits leave room for; the others are counted."""
    tail = part_blocks(parts)
    head = [header(title), context(escaped(period))]
    if nothing:
        head.append(section("\n".join(fitted(line, 800) for line in nothing)))
    room = TOTAL - size(head) - size(tail) - len(escaped(title)) - 500
    texts = [""]
    left = sum(part.count for part in sections)
    for lead, line in _lines(sections, words):
        # A quote or line break is two characters in JSON; every section costs its own keys.
        room -= len(json.dumps(lead + line, ensure_ascii=False)) + 10
        if room < 0:
            break
        if len(texts[-1]) + len(lead) + len(line) > SECTION:
            room -= 90
            texts.append("")
        texts[-1] += lead + line
        left -= 1
    if left:
        tail.insert(0, context(escaped(words("digest", "more", count=left))))
    return (*head, *(section(text.strip("\n")) for text in texts if text), *tail)


def _lines(sections: Sequence[Section], words: Wording) -> Iterator[tuple[str, str]]:
    """For every statement what must stand before it (headings, on its first) and its own lines."""
    for part in sections:
        lead = f"\n*{fitted(part.heading.upper(), 100)}*\n" if part.heading else ""
        for group in part.groups:
            lead += f"\n*{fitted(group.state, 100)} · {escaped(group.heading)}*\n"
            for shown in group.statements:
                yield lead, _line(shown, words)
                lead = ""


def _line(shown: Facts, words: Wording) -> str:
    who = link(shown.ledger_url, shown.speaker) if shown.ledger_url else fitted(shown.speaker, 200)
    does = f"{fitted('; '.join(shown.does), 300)} ({fitted(shown.said, 120)}, {shown.statement})"
    lines = [f"• {words.before(who)} {does}"]
    if shown.change:
        lines.append(f"   {escaped(words.labelled('update'))} {fitted(shown.change, 300)}")
    for quotation in shown.quotations[:1]:
        text = fitted(quotation.words.replace("\n", " "), _QUOTATION)
        lines.append(f"   {quotation.open}{text}{quotation.close} _{fitted(quotation.label, 100)}_")
    outlets = [link(o.url, o.name) if o.url else fitted(o.name, 80) for o in shown.outlets[:3]]
    told = fitted(shown.corroboration, 200)
    lines.append("   " + " · ".join([f"*{told}*" if shown.unverified else told, *outlets]))
    return "\n".join(lines) + "\n"
