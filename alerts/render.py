"""A statement's message: subject, plain text, HTML, Block Kit and JSON from one set of facts.

``render`` is a function of its values: no clock, no network. The words stand in
``alerts/templates/xx/``: ``words.toml`` and the Jinja2 files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from html import escape
from typing import Any

from alerts.blocks import alert_blocks, escaped
from alerts.facts import facts, subject
from alerts.headers import SUBJECT_LIMIT, header_value
from alerts.plain import clean, one_line, web_link
from alerts.wording import in_order, templates, wording
from monitor.model import Message, Told, ToldOther


def render(told: Told, *, installation: str, language: str = "en") -> Message:
    """The message that tells of a statement, or of a change to one already told (``told.change``).

    ``installation`` is the name that signs; headers and thread are the sender's to add. Raises
    SettingsError for a language without templates, and nothing for what a ``Told`` may hold.
    """
    words, signed = wording(language), one_line(installation)
    main = facts(told, language)
    title = header_value(subject(main, words), SUBJECT_LIMIT)
    values = {"main": main, "installation": signed, "subject": title}
    return Message(
        subject=title,
        text=templates(language).get_template("alert.txt").render(values),
        html=templates(language).get_template("alert.html").render(values),
        blocks=alert_blocks(main, title, signed, words),
        facts=machine_facts(told),
    )


def with_link(message: Message, marker: str, link: str) -> Message:
    """The message with ``link`` where it was rendered with ``marker``: what its readers share is made once.

    The marker must be one that nothing from an article can name; each form escapes the link in its own way.
    """

    def placed(value: object, shown: str) -> Any:
        if isinstance(value, str):
            return value.replace(marker, shown)
        if isinstance(value, Mapping):
            return {key: placed(one, shown) for key, one in value.items()}
        return [placed(one, shown) for one in value] if isinstance(value, list | tuple) else value

    return replace(
        message,
        text=message.text.replace(marker, link),
        html=message.html.replace(marker, escape(link)),
        blocks=tuple(placed(message.blocks, escaped(link))),
        facts=placed(message.facts, link),
    )


def machine_facts(told: Told) -> dict[str, object]:
    """The facts as JSON values, named as in ``clusterwatch statements --format json``."""
    speaker, said = told.speaker, told.said
    return {
        "id": f"s{told.statement_id}",
        "speaker": one_line(speaker.name),
        "speaker_en": one_line(speaker.name_en),
        "official": speaker.official,
        "role": speaker.role and one_line(speaker.role),
        "office": speaker.office,
        "body": speaker.body and one_line(speaker.body),
        "state": speaker.state,
        "standing": told.standing,
        "kind": speaker.kind,
        "said_on": _day(said.on),
        "said_from": _day(said.earliest),
        "said_to": _day(said.latest),
        "venue": told.venue and one_line(told.venue),
        "positions": list(in_order(told.positions)),
        "first_seen": _day(told.first_seen),
        "first_published": _day(told.first_published),
        "corroboration": {
            "level": told.corroboration,
            "outlets": len(told.outlets),
            "independent": told.independent,
        },
        "passages": [
            {"text": clean(p.text), "kind": p.kind, "language": p.language, "fidelity": p.fidelity}
            for p in told.passages
        ],
        "outlets": [
            {
                "name": one_line(o.name),
                "url": web_link(o.url),
                "language": o.language,
                "published": _day(o.published),
                "kind": o.kind,
                "tier": o.tier,
                "official_source": o.official_source,
                "withdrawn": o.withdrawn,
            }
            for o in told.outlets
        ],
        "why_new": one_line(told.why_new),
        "change": told.change and one_line(told.change),
        "ledger_url": web_link(told.ledger_url),
        "nearest": _other(told.nearest) if told.nearest else None,
        "related": [_other(other) for other in told.related],
        "feedback_url": web_link(told.feedback_url),
    }


def _other(other: ToldOther) -> dict[str, object]:
    return {
        "id": f"s{other.statement_id}",
        "speaker_en": one_line(other.speaker),
        "said_on": _day(other.said_on),
        "positions": list(in_order(other.positions)),
        "relation": other.relation,
        "later": other.later,
        "url": web_link(other.url),
    }


def _day(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None
