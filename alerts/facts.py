"""One set of facts in words: what every form of a message (text, HTML, Block Kit, digest) shows.

``facts(told, …)`` takes a ``Told`` apart once, cleans what came from articles and puts the rest into the
words of the language; the templates only arrange it. So no form can say more or less than another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from alerts.plain import clean, cut, one_line, web_link
from alerts.wording import RIGHT_TO_LEFT, Wording, in_order, weightiest, wording
from monitor.model import Said, Told, ToldOther, ToldOutlet, ToldPassage

#: Organisations that have a flag emoji of their own (Unicode's region flags UN and EU).
_FLAGS: Final = frozenset({"UN", "EU"})
NAME_LIMIT: Final = 80
#: Why a statement was thought new, as the ledger has it: the nearest one, the reason, its relations.
_WHY_NEW: Final = re.compile(r"(?:(s\d+): )?([^;]+?)(?:; it .*)?")


@dataclass(frozen=True)
class Quotation:
    """A passage as shown: its words with the marks round them, what they are, and their direction."""

    words: str
    label: str
    direct: bool
    translated: bool
    language: str | None
    direction: str
    open: str
    close: str

    @property
    def marked(self) -> str:
        """The words in quotation marks, or without where they are the outlet's."""
        return f"{self.open}{self.words}{self.close}"


@dataclass(frozen=True)
class Outlet:
    """An outlet as shown; ``url`` is a link that may be followed, ``address`` one that is text only."""

    name: str
    url: str | None
    address: str | None
    note: str


@dataclass(frozen=True)
class Other:
    """Another statement as shown: its number, what is said of it here, and where it can be read."""

    statement: str
    how: str
    what: str
    url: str | None

    @property
    def line(self) -> str:
        """All of it in one line: "reverses s4 (2 March 2024: denies use of cluster munitions)"."""
        return f"{self.how} {self.statement} ({self.what})".strip()


@dataclass(frozen=True)
class Facts:
    """What a message says, in words. Every text is clean; only quotations may have line breaks."""

    statement: str
    code: str
    flag: str
    name: str
    original_name: str | None
    role: str | None
    headline: str
    who: str
    office: str | None
    kind: str
    state: str
    standing: str | None
    said: str
    venue: str | None
    does: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    outlets: tuple[Outlet, ...]
    corroboration: str
    unverified: bool
    why_new: str
    first_seen: str
    change: str | None
    ledger_url: str | None
    nearest: Other | None
    related: tuple[Other, ...]
    feedback_url: str | None

    @property
    def speaker(self) -> str:
        """Name and role, as the subject has them."""
        return f"{self.name}, {self.role}" if self.role else self.name


def facts(told: Told, language: str = "en") -> Facts:
    """The facts of a statement in the words of ``language``; never raises for what a ``Told`` may hold."""
    words = wording(language)
    speaker = told.speaker
    name, original = _names(told, words)
    role = one_line(speaker.role or "") or None
    if role and role.casefold() in (name.casefold(), (original or "").casefold()):
        role = None
    code = one_line(speaker.state or "").upper()[:8]
    head = weightiest(told.positions)
    level = told.corroboration
    does = tuple(cut(one_line(words("positions", p)), 200) for p in in_order(told.positions))
    return Facts(
        statement=f"s{told.statement_id}",
        code=code or "--",
        flag=flag(code),
        name=name,
        original_name=original,
        role=role,
        headline=one_line(words("positions", head or "none")),
        who=words("labels", "in_original", name=name, original=original) if original else name,
        office=_office(told, name, words),
        kind=words("kinds", speaker.kind),
        state=_state(told, code, words),
        standing=_standing(told, code, words),
        said=_said(told.said, told.first_published, words),
        venue=one_line(told.venue or "") or None,
        does=does or (words("positions", "none"),),
        quotations=tuple(_quotation(p, words) for p in told.passages),
        outlets=_outlets(told.outlets, words),
        corroboration=_corroboration(told, words),
        unverified=level == "unverified",
        why_new=_why_new(told.why_new, words),
        first_seen=words.moment(told.first_seen),
        change=one_line(told.change) or None if told.change else None,
        ledger_url=web_link(told.ledger_url),
        nearest=_other(told.nearest, name, words) if told.nearest else None,
        related=tuple(_other(one, name, words) for one in told.related),
        feedback_url=web_link(told.feedback_url),
    )


def flag(code: str) -> str:
    """The flag emoji of an ISO 3166-1 alpha-2 code (two regional indicator letters), else nothing."""
    letters = len(code) == 2 and code.isascii() and code.isalpha()
    if not letters:
        return ""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code.upper())


def subject(facts: Facts, words: Wording) -> str:
    """``[RU] Name, role as the article words it: what it does``; an update says so first."""
    who = cut(facts.name, NAME_LIMIT)
    if facts.role:
        who = f"{who}, {cut(facts.role, NAME_LIMIT)}"
    line = f"[{facts.code}] {words.before(who)} {facts.headline}"
    return f"{words.labelled('update')} {line}" if facts.change else line


def _names(told: Told, words: Wording) -> tuple[str, str | None]:
    """The name a reader of Latin script can read, and the document's own where that is another script.

    A name that the document has in Latin letters stays as the document spells it.
    """
    own, latin = one_line(told.speaker.name), one_line(told.speaker.name_en)
    if not own or not latin or _is_latin(own):
        return own or latin or words("labels", "no_name"), None
    return latin, own


def _is_latin(text: str) -> bool:
    # U+0250 begins IPA; all Latin letters of the languages we read lie below it or in U+1E00-1EFF.
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in text if c.isalpha())


def _office(told: Told, name: str, words: Wording) -> str | None:
    """The office in words: the canonical one, and the body spoken for where it is not the speaker."""
    speaker = told.speaker
    office = one_line(words("offices", speaker.office)) if speaker.office else ""
    body = one_line(speaker.body or "")
    parts = [p for p in (office, body) if p and p.casefold() != name.casefold()]
    return ", ".join(dict.fromkeys(parts)) or None


def _state(told: Told, code: str, words: Wording) -> str:
    if not code:
        return words("labels", "no_state")
    name = one_line(told.state_name or "")
    for table in ("organisations", "states"):
        if code in words.tables[table]:
            name = words(table, code)
    return words("labels", "state_code", name=name, code=code) if name else code


def _standing(told: Told, code: str, words: Wording) -> str | None:
    """The state's standing in words; organisations and stateless speakers have none."""
    if told.standing:
        return words("standing", told.standing)
    return words("standing", "unknown") if code and code not in words.tables["organisations"] else None


def _said(said: Said, published: datetime | None, words: Wording) -> str:
    if said.on:
        return words("day", "exact", day=words.day(said.on))
    if said.earliest and said.latest:
        first, last = words.day(said.earliest), words.day(said.latest)
        if first == last:
            return first
        return words("day", "between", earliest=first, latest=last)
    if said.earliest:
        return words("day", "since", earliest=words.day(said.earliest))
    if said.latest:
        return words("day", "until", latest=words.day(said.latest))
    if published:
        return words("day", "unknown_published", published=words.moment(published))
    return words("day", "unknown")


def _quotation(passage: ToldPassage, words: Wording) -> Quotation:
    language = one_line(passage.language or "").lower()[:12] or None
    tongue = words("languages", language) if language else words("quotation", "no_language")
    label = words("quotation", "in_language", fidelity=words("fidelity", passage.fidelity), language=tongue)
    base = language.split("-")[0] if language else None
    direct = passage.kind == "direct"
    direction = "rtl" if base in RIGHT_TO_LEFT else "ltr" if base else "auto"
    side = "_rtl" if direction == "rtl" else ""
    return Quotation(
        words=clean(passage.text),
        label=label,
        direct=direct,
        translated=passage.fidelity in ("translated", "back_translated"),
        language=language
        if language and language.replace("-", "").isalnum() and language.isascii()
        else None,
        direction=direction,
        open=words("quotation", f"open{side}") if direct else "",
        close=words("quotation", f"close{side}") if direct else "",
    )


def _outlets(outlets: Sequence[ToldOutlet], words: Wording) -> tuple[Outlet, ...]:
    """Official source first, then as they published; the earliest that is dated is marked as first."""
    far = datetime.max.replace(tzinfo=UTC)

    def when(outlet: ToldOutlet) -> datetime:
        day = outlet.published
        return far if day is None else day if day.tzinfo else day.replace(tzinfo=UTC)

    ordered = sorted(outlets, key=lambda o: (o.withdrawn, not o.official_source, when(o), o.tier))
    dated = [o for o in ordered if o.published]
    first = min(dated, key=when) if len(ordered) > 1 and dated else None
    shown = []
    for outlet in ordered:
        link = web_link(outlet.url)
        address = None if link else one_line(outlet.url or "") or None
        note = [
            words("outlets", "withdrawn") if outlet.withdrawn else "",
            words("outlets", "official_source") if outlet.official_source else "",
            words("outlets", "first") if outlet is first else "",
            words("languages", outlet.language) if outlet.language else "",
            words.moment(outlet.published) if outlet.published else "",
        ]
        name = cut(one_line(outlet.name), NAME_LIMIT) or cut(link or address or "?", NAME_LIMIT)
        shown.append(
            Outlet(name, link, address and cut(address, 300), ", ".join(one_line(n) for n in note if n))
        )
    return tuple(shown)


def _corroboration(told: Told, words: Wording) -> str:
    level, outlets = told.corroboration, len(told.outlets)
    if level == "single" and outlets > 1:
        return words("corroboration", "single_copies", outlets=outlets)
    if level == "unverified" and outlets > 1:
        return words("corroboration", "unverified_several", outlets=outlets)
    return words("corroboration", level, independent=told.independent)


def _why_new(reason: str, words: Wording) -> str:
    """The reason in the words' own sentence, where they have one for it; else as the ledger has it."""
    text = one_line(reason)
    match = _WHY_NEW.fullmatch(text)
    if match is None or match[2] not in words.tables["why_new"]:
        return text
    return words("why_new", match[2], statement=match[1] or "")


def _other(other: ToldOther, speaker: str, words: Wording) -> Other:
    head = weightiest(other.positions)
    day = words.day(other.said_on) if other.said_on else words("day", "unknown")
    does = one_line(words("positions", head or "none"))
    name = cut(one_line(other.speaker), NAME_LIMIT)
    # Whose it is is said where it is another's: a relation may lead to whoever is answered.
    whose = name if name and other.relation == "answers" and name != speaker else ""
    how = f"{other.relation}_later" if other.relation and other.later else other.relation
    return Other(
        statement=f"s{other.statement_id}",
        how=one_line(words("relations", how)) if how else "",
        what=words("labels", "other_of" if whose else "other", name=whose, day=day, does=does),
        url=web_link(other.url),
    )
