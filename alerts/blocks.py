"""Slack's Block Kit from the same facts, within Slack's limits.

Limits (Slack, "Block Kit" reference and "Formatting text for app surfaces"): 50 blocks, 3,000 characters a
section, 150 a header, and 12,000 for a whole message, which is counted here over the JSON. Only ``&``,
``<`` and ``>`` are escaped. What is too long is cut before it is escaped, so that no escape is halved, and
quotations are shortened first, where it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerts.facts import Facts, Other, Outlet, Quotation
from alerts.plain import ELLIPSIS, cut
from alerts.wording import Wording

BLOCKS: Final = 50
SECTION: Final = 3000
HEADER: Final = 150
TOTAL: Final = 12_000
#: From roomy to tight: characters a quotation, how many quotations, how many outlets.
_STEPS: Final = (
    (2400, 30, 40), (1600, 30, 40), (1000, 30, 40), (700, 30, 25), (450, 30, 15), (300, 20, 12),
    (200, 15, 8), (150, 8, 5), (80, 3, 3),
)  # fmt: skip
Block = Mapping[str, Any]


def escaped(text: str) -> str:
    """The text with Slack's three characters escaped: nothing in it can be a mention, link or command."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str, limit: int) -> str:
    """The text escaped, cut with ``…`` so that the escaped form has at most ``limit`` characters."""
    whole = escaped(text)
    if len(whole) <= limit:
        return whole
    room, end = limit - len(ELLIPSIS), 0
    for character in text:
        room -= len(escaped(character))
        if room < 0:
            break
        end += 1
    return escaped(cut(text, end + 1))


def size(blocks: Iterable[Block]) -> int:
    """The length of the blocks as JSON, in characters."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def alert_blocks(facts: Facts, title: str, installation: str, words: Wording) -> tuple[Block, ...]:
    """The blocks of one statement's message; at most 50 of them and ``TOTAL`` characters with the title."""
    room = TOTAL - len(escaped(title)) - 200  # the envelope's own keys
    blocks: list[Block] = []
    # The quotations give way first, then the list of outlets; both say so.
    for quote, quotes, outlets in _STEPS:
        blocks = _arranged(facts, installation, words, quote, quotes, outlets)
        if size(blocks) <= room:
            break
    return tuple(blocks)


def _arranged(
    facts: Facts, installation: str, words: Wording, quote: int, quotes: int, outlets: int
) -> list[Block]:
    # Facts of ordinary length are never cut here; the caps meet hostile ones.
    cap = min(300, quote)
    blocks = [header(f"{facts.flag} {words.before(facts.name)} {facts.headline}".strip())]
    if facts.change:
        blocks.insert(0, section(f"*{_labelled(words, 'update')}* {fitted(facts.change, cap * 2)}"))
    blocks.append(section("\n".join(_rows(facts, words, cap))))
    blocks += [quotation_block(q, quote) for q in facts.quotations[:quotes]]
    if (more := len(facts.quotations) - quotes) > 0:
        blocks.append(context(escaped(words("quotation", "more", count=more))))
    blocks.append(section(outlet_lines(facts.outlets, words, outlets)))
    told = [_row(words, "corroboration", facts.corroboration, cap, strong=facts.unverified)]
    if facts.why_new:
        told.append(_row(words, "why_new", facts.why_new, cap * 2))
    if facts.nearest:
        told.append(f"*{_labelled(words, 'nearest')}* {other_line(facts.nearest)}")
    told.append(_row(words, "first_seen", facts.first_seen, cap))
    blocks.append(section("\n".join(told)))
    if facts.related:
        blocks.append(section(other_lines(facts.related, words)))
    blocks.append(context(_foot(facts, installation, words)))
    return blocks


def _rows(facts: Facts, words: Wording, cap: int) -> list[str]:
    rows = [_row(words, "who", _joined(facts.speaker, facts.original_name), cap)]
    if facts.office:
        rows.append(_row(words, "office", facts.office, cap))
    rows.append(
        _row(words, "state", _joined(f"{facts.flag} {facts.state}".strip(), facts.standing, facts.kind), cap)
    )
    rows.append(_row(words, "said", _joined(facts.said, facts.venue), cap))
    rows.append(_row(words, "does", "; ".join(facts.does), cap * 3))
    return rows


def _row(words: Wording, label: str, value: str, limit: int, *, strong: bool = False) -> str:
    shown = fitted(value, limit)
    return f"*{_labelled(words, label)}* {f'*{shown}*' if strong else shown}"


def _label(words: Wording, name: str) -> str:
    return escaped(words("labels", name))


def _labelled(words: Wording, name: str) -> str:
    return escaped(words.labelled(name))


def _joined(*parts: str | None) -> str:
    return " · ".join(p for p in parts if p)


def _foot(facts: Facts, installation: str, words: Wording) -> str:
    parts = [f"{_label(words, 'statement')} {facts.statement}"]
    if facts.ledger_url:
        parts.append(link(facts.ledger_url, words("labels", "ledger")))
    if facts.feedback_url:
        parts.append(link(facts.feedback_url, words("labels", "feedback")))
    parts.append(fitted(words("labels", "sent_by", installation=installation), 300))
    return " · ".join(parts)


def quotation_block(quotation: Quotation, limit: int) -> Block:
    """A quotation as a quote of Slack's, its label under it."""
    room = min(limit, SECTION - 300)
    shown = fitted(quotation.words, room)
    marked = f"{quotation.open}{shown}{quotation.close}"
    lines = "\n".join(f"> {line}" for line in marked.split("\n"))
    # Each line takes two characters for its mark; a text of many short lines is put on one.
    if len(lines) > SECTION - 200:
        lines = f"> {marked}".replace("\n", " ")
    return section(f"{lines}\n_{fitted(quotation.label, 150)}_")


def outlet_lines(outlets: tuple[Outlet, ...], words: Wording, most: int) -> str:
    """The outlets as a list with links, within one section; those left out are counted."""
    if not outlets:
        return f"*{_labelled(words, 'outlets')}* {escaped(words('outlets', 'none'))}"
    lines = [f"*{_labelled(words, 'outlets')}*"]
    room = SECTION - 200
    shown = 0
    for outlet in outlets[:most]:
        name = link(outlet.url, outlet.name) if outlet.url else fitted(outlet.name, 100)
        line = f"• {name}"
        if outlet.address:
            line += f" {fitted(outlet.address, 200)}"
        if outlet.note:
            line += f" ({fitted(outlet.note, 150)})"
        if (room := room - len(line) - 1) < 0:
            break
        lines.append(line)
        shown += 1
    if left := len(outlets) - shown:
        lines.append(escaped(words.counted("outlets", "more", left)))
    return "\n".join(lines)


def other_line(other: Other) -> str:
    """Another statement in one line, its number a link where it can be followed."""
    short = other.url is not None and len(escaped(other.url)) < 300
    number = link(other.url, other.statement) if other.url and short else other.statement
    return f"{escaped(other.how)} {number} ({fitted(other.what, 200)})".strip()


def other_lines(others: tuple[Other, ...], words: Wording) -> str:
    """Statements that this one stands to, as a list with links, at most five; those left out are counted."""
    lines = [f"*{_labelled(words, 'related')}*", *(f"• {other_line(other)}" for other in others[:5])]
    if (more := len(others) - 5) > 0:
        lines.append(escaped(words("quotation", "more", count=more)))
    return "\n".join(lines)


def link(url: str, text: str) -> str:
    """A link of Slack's; an address too long for a list stands without it, as the name alone."""
    label = fitted(text.replace("|", "¦"), 100)
    if len(url) > 800:
        return label
    # web_link has refused < > and |, which would end the address.
    return f"<{escaped(url)}|{label}>"


def header(text: str) -> Block:
    """A header block; its text is plain, yet escaped like all, so that no mention can stand in it."""
    return {"type": "header", "text": {"type": "plain_text", "text": fitted(text, HEADER), "emoji": False}}


def section(text: str) -> Block:
    """A section; ``verbatim`` keeps Slack from making links, channels and mentions of plain words."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(text: str) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}
