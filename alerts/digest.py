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
from alerts.plain import one_line
from alerts.render import machine_facts
from alerts.wording import Wording, templates, weightiest, wording
from monitor.model import POSITIONS, Message, Told

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


@dataclass(frozen=True)
class HeldLine:
    """How many reports are held for one reason."""

    reason: str
    count: int


def render_digest(
    new: Sequence[Told],
    *,
    since: datetime,
    until: datetime,
    installation: str,
    found_late: Sequence[Told] = (),
    updates: Sequence[Told] = (),
    held: Mapping[str, int] | None = None,
    mode: Literal["daily", "weekly"] = "daily",
    language: str = "en",
) -> Message | None:
    """One message for the time from ``since`` to ``until`` (aware); None where there is nothing to say.

    ``updates`` are statements already told, each with its ``change``; ``held`` counts the reports kept
    back for a person, by reason. Unverified statements stand among the others, marked. Raises
    SettingsError for a language without templates.
    """
    words, signed = wording(language), one_line(installation)
    kept = [HeldLine(words("held", r), n) for r, n in sorted((held or {}).items()) if n > 0]
    parts = [
        Section("", _groups(new, language, words)),
        Section(words("digest", "found_late_heading"), _groups(found_late, language, words)),
        Section(words("digest", "updates_heading"), _groups(updates, language, words)),
    ]
    sections = [part for part in parts if part.count]
    if not sections and not kept:
        return None
    counted = zip(
        ("statements", "found_late", "updates", "held"),
        (*(part.count for part in parts), sum(line.count for line in kept)),
        strict=True,
    )
    counts = ", ".join(words.counted("digest", name, n) for name, n in counted if n)
    title = header_value(
        words(
            "digest",
            "subject",
            title=words("digest", mode),
            counts=counts,
            until=words.day(until.astimezone(UTC)),
        ),
        SUBJECT_LIMIT,
    )
    period = words("digest", "period", since=words.moment(since), until=words.moment(until))
    values = {"subject": title, "period": period, "sections": sections, "held": kept, "installation": signed}
    return Message(
        subject=title,
        text=templates(language).get_template("digest.txt").render(values),
        html=templates(language).get_template("digest.html").render(values),
        blocks=_blocks(title, period, sections, kept, words),
        facts={
            "digest": mode,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "statements": [machine_facts(told) for told in new],
            "found_late": [machine_facts(told) for told in found_late],
            "updates": [machine_facts(told) for told in updates],
            "held": {reason: n for reason, n in (held or {}).items() if n > 0},
        },
    )


def _groups(statements: Sequence[Told], language: str, words: Wording) -> tuple[Group, ...]:
    """States by their shown name, those without one last; in a state, the weightiest position first."""
    groups: dict[tuple[bool, str, int, str], list[tuple[Told, Facts]]] = {}
    for told in statements:
        shown = facts(told, language)
        head = weightiest(told.positions) or "none"
        rank = POSITIONS.index(head) if head in POSITIONS else len(POSITIONS)
        key = (shown.code == "--", shown.state, rank, head)
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
    title: str, period: str, sections: Sequence[Section], held: Sequence[HeldLine], words: Wording
) -> tuple[Block, ...]:
    """As many statements as Slack's limits leave room for; the others are counted."""
    tail = []
    if held:
        kept = "\n".join(f"• {line.count} × {fitted(line.reason, 100)}" for line in held[:20])
        tail.append(section(f"*{escaped(words('digest', 'held_heading'))}*\n{kept}"))
    head = [header(title), context(escaped(period))]
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
    lines = [f"• {who}: {fitted('; '.join(shown.does), 300)} ({fitted(shown.said, 120)}, {shown.statement})"]
    if shown.change:
        lines.append(f"   {escaped(words('labels', 'update'))}: {fitted(shown.change, 300)}")
    for quotation in shown.quotations[:1]:
        text = fitted(quotation.words.replace("\n", " "), _QUOTATION)
        lines.append(f"   {quotation.open}{text}{quotation.close} _{fitted(quotation.label, 100)}_")
    outlets = [link(o.url, o.name) if o.url else fitted(o.name, 80) for o in shown.outlets[:3]]
    told = fitted(shown.corroboration, 200)
    lines.append("   " + " · ".join([f"*{told}*" if shown.unverified else told, *outlets]))
    return "\n".join(lines) + "\n"
