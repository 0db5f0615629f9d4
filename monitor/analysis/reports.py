"""From what was heard to reports: one for each speaker and occasion in a document or a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from extractors.attribution import guess_below
from monitor.analysis.groups import Group
from monitor.analysis.heard import Heard
from monitor.model import OPPOSITES, Held, Passage, Report, Said, Speaker, When
from monitor.occasion import fidelity_of, reporting_of, venue_of
from monitor.officials import body_kind, parse_role
from monitor.officials.word_lists import word_lists
from monitor.positions import positions_of

_STEM = 5
_RANK = 4
_NEW_DAYS = 3  # guidelines, section 2: said within 3 days before publication is new
_GAP = 3  # characters between two sentences that follow each other
_GENERIC = frozenset(("minis", "autho", "gover", "forei", "depar", "offic", "natio", "russi", "ukrai"))
_HEADS = frozenset(("president", "prime_minister", "head_of_state", "monarch", "chancellor", "king"))


def speaker_key(speaker: Speaker) -> str:
    """What makes two speakers of one document the same."""
    if speaker.official:
        return f"official:{speaker.official}"
    return f"{speaker.name_en or speaker.name}|{speaker.state}|{speaker.kind}".casefold()


def grouped(heard: Sequence[Heard], language: str, published: When | None = None) -> list[Group]:
    """Rows by speaker and post, a later or earlier day apart; guesses apart from what is sure.

    What was said days before ``published`` does not date the words before it that have no day.
    """
    groups: list[Group] = []
    for row in heard:
        speaker, held = _speaker(row)
        sure = row.row.confidence >= guess_below()
        fitting = [
            one
            for one in reversed(groups)
            if one.post == row.post
            and speaker_key(one.speaker) == speaker_key(speaker)
            and (one.held is None) == (held is None)
            and one.sure == sure
            and _days_agree(one.said, row.said)
            and not (one.said == Said() and _recalled(row.said, published))
        ]
        group = _occasion_of(row, fitting, language)
        if group is None:
            group = Group(speaker, row.post, held)
            groups.append(group)
        group.rows.append(row)
    return groups


def _recalled(said: Said, published: When | None) -> bool:
    """Whether a day, or a stretch of days, lies before those in which words are still new."""
    last = said.on or said.latest
    return last is not None and published is not None and (published.value.date() - last).days > _NEW_DAYS


def _occasion_of(row: Heard, fitting: Sequence[Group], language: str) -> Group | None:
    """Of a speaker's groups, the last first, the one to which a row belongs.

    Words without a day in which nothing recalls an older occasion go on with the latest day told, though
    a recalled one may stand between.
    """
    if not fitting or row.said.on is not None or row.said.latest is not None:
        return fitting[0] if fitting else None
    if reporting_of(row.said, None, [row.telling], language) == "recalled":
        return fitting[0]
    if len(fitting) == 1:
        return None if _past(row, fitting[0], language) else fitting[0]
    dated = [one for one in fitting if one.said.on is not None]
    return max(dated, key=lambda one: one.said.on or date.min) if len(dated) == len(fitting) else fitting[0]


def _past(row: Heard, group: Group, language: str) -> bool:
    """Whether a speaker's only other words are recalled ones, which these do not go on with."""
    apart = row.row.sentence.start - group.rows[-1].row.sentence.end > _GAP
    return apart and reporting_of(Said(), None, group.telling, language) == "recalled"


def _speaker(row: Heard) -> tuple[Speaker, Held | None]:
    if isinstance(row.speaker, Held):
        return Speaker(row.name, row.name, "other"), row.speaker
    return row.speaker, None


def _days_agree(one: Said, other: Said) -> bool:
    if one.on and other.on:
        return one.on == other.on
    if one.earliest and one.latest and other.earliest and other.latest:
        return one.earliest <= other.latest and other.earliest <= one.latest
    return True


def joined(groups: list[Group], language: str) -> list[Group]:
    """A body's words and its named spokesperson's, a bare state's and its official's, become one.

    What a bare state said in a subordinate clause (`a day after Washington said`) is background.
    """
    groups = [group for group in groups if not _background(group)]
    kept = list(groups)
    for group in groups:
        if group.held is not None or group not in kept:
            continue
        host = _host(group, kept, language)
        if host is None:
            continue
        host.rows.extend(group.rows)
        if group.speaker.body and not host.speaker.body:
            host.speaker = replace(host.speaker, body=group.speaker.body)
        kept.remove(group)
    return kept


def _background(group: Group) -> bool:
    alone = group.held is None and group.speaker.state is not None and bare(group.speaker)
    return alone and all(row.row.rule == "subordinate_clause" for row in group.rows)


def _host(group: Group, groups: Sequence[Group], language: str) -> Group | None:
    """The group of a person into which a body's or a state's words belong, if exactly one will do."""
    speaker = group.speaker
    if speaker.kind == "anonymous":
        return _named_later(group, groups, language) or _same_unnamed(group, groups)
    if speaker.kind not in ("state", "intergovernmental", "de_facto") or not _impersonal(speaker):
        return None
    hosts = [
        one
        for one in groups
        if one is not group
        and one.held is None
        and one.post == group.post
        and one.speaker.state == speaker.state
        and one.speaker.kind == speaker.kind
        and one.sure == group.sure
        and _days_agree(one.said, group.said)
        and (not _impersonal(one.speaker) or (bare(speaker) and not bare(one.speaker)))
    ]
    if bare(speaker):
        if all(row.heading for row in group.rows):
            hosts = hosts or _bare_too(group, groups)
            return hosts[0] if len({speaker_key(one.speaker) for one in hosts}) == 1 else None
        mine = set(_positions(group, language))
        hosts = [one for one in hosts if _reporting(one, language) == _reporting(group, language)]
        hosts = [one for one in hosts if _one_act(one, group, mine, language)]
    else:
        hosts = [one for one in hosts if _speaks_for(one.speaker) and _side_by_side(one, group, groups)]
        hosts = [one for one in hosts if _same_body(one.speaker, speaker, language)]
    return hosts[0] if len(hosts) == 1 else None


def _side_by_side(host: Group, group: Group, groups: Sequence[Group]) -> bool:
    """Whether nobody else speaks between a body's words in the text and those of a spokesperson of whom only
    the bare title is told (`Sprecher X`)."""
    if not (role := host.speaker.role or host.speaker.body):
        return False  # known by name alone: the register has him for whatever body
    told = host.speaker.body is not None or len(role.split()) > 1
    if told or all(row.heading or row.where != "text" for row in group.rows):
        return True
    places = sorted(
        (row.row.sentence.start, "host" if one is host else "body" if one is group else "")
        for one in groups
        for row in one.rows
        if row.where == "text" and one.post == group.post
    )
    return any({first, then} == {"host", "body"} for (_, first), (_, then) in pairwise(places))


def _bare_too(group: Group, groups: Sequence[Group]) -> list[Group]:
    """Where a headline's bare state says something in the text only under its capital's name."""
    return [
        one
        for one in groups
        if one is not group
        and one.held is None
        and one.post == group.post
        and one.speaker.kind == group.speaker.kind
        and one.speaker.state == group.speaker.state
        and bare(one.speaker)
        and _days_agree(one.said, group.said)
    ]


def _one_act(host: Group, bare: Group, mine: set[str], language: str) -> bool:
    """Whether a bare state's words are those of its official: the same act, or his undated words for it.

    Heads of state and government speak for themselves: only the same act joins them.
    """
    theirs = set(_positions(host, language))
    same_act = bool(mine - {"neutral_comment"}) and mine <= theirs
    if host.speaker.office in _HEADS:
        return host.said.on is not None and host.said == bare.said and same_act
    if same_act:
        return True
    return host.said.on is None and not opposed(tuple(mine), tuple(theirs))


def _impersonal(speaker: Speaker) -> bool:
    if speaker.official is not None:
        return speaker.official.startswith("body:")
    return speaker.role is None and speaker.office is None


def bare(speaker: Speaker) -> bool:
    """Whether only a state speaks (`Moscow denied it`), no body and no person of it."""
    return (
        speaker.body is None and speaker.role is None and speaker.office is None and speaker.official is None
    )


def _speaks_for(speaker: Speaker) -> bool:
    return speaker.body is not None or "spokesperson" in (speaker.office or "")


def _same_body(person: Speaker, body: Speaker, language: str) -> bool:
    kinds = {body_kind(parse_role(words, language)) for words in (person.body, body.body) if words}
    if len(kinds - {""}) > 1:
        return False  # an embassy and the ministry's spokesman, though both are Russian
    served = parse_role(person.role or "", language).serves if person.body is None else None
    if served and not kinds & _HOUSES:
        return False  # the president's spokesman and a ministry
    if person.body is None and (kinds & _SENT or _opposing(person.role or "", language)):
        return False  # a delegation abroad has a spokesperson of its own, and so has the opposition
    one, other = (person.body or "").casefold(), (body.body or "").casefold()
    return not one or one in other or other in one or bool(_stems(one) & _stems(other))


def _opposing(role: str, language: str) -> bool:
    """Whether a role is one of those who do not govern (`the opposition's defence spokesman`)."""
    opposing = word_lists(language, "lists").get("opposing", ())
    return any(word in opposing for word in role.casefold().replace("'", " ").replace("’", " ").split())


_SENT = frozenset({"delegation", "un_mission", "embassy"})
_HOUSES = frozenset({"presidency", "government", "administration", "prime_ministers_office", "organisation"})


#: What a parliament is called, and who speaks for one.
_SEATS = "parliament"
_SEATED = frozenset({"member_of_parliament", "senator", "speaker_of_parliament", "party_leader", "chair"})


def of_one_house(body: Speaker, person: Speaker) -> bool:
    """Whether somebody of a body's state may be whom it means: a head of state is nobody of a ministry, a
    minister nobody of a parliament."""
    if body.official != person.official and body_kind(parse_role(body.name_en or body.name, "en")) == _SEATS:
        return person.office in _SEATED
    if person.office not in _HEADS or person.official == body.official:
        return True
    return body_kind(parse_role(body.body or body.name, "en")) in _HOUSES


def _stems(body: str) -> set[str]:
    """The first letters of a body's telling words (`Houthis`, `the Houthi authorities`)."""
    return {word[:_STEM] for word in body.split() if len(word) > _STEM and word[:_STEM] not in _GENERIC}


def _positions(group: Group, language: str) -> tuple[str, ...]:
    passages = [row.frame if row.row.kind == "indirect" else "" for row in group.rows]
    return positions_of([p for p in passages if p] or group.frames, group.frames, language, group.speaker)


def _named_later(group: Group, groups: Sequence[Group], language: str) -> Group | None:
    """`A Ukrainian general …`, whom the text then names: the one official of that state and rank."""
    words = {word for word in group.speaker.name.casefold().split() if len(word) > _RANK}
    words = {
        word for word in words if parse_role(word, language).head != "state"
    }  # an adjective joins nobody
    hosts = [
        one
        for one in groups
        if one.held is None
        and one.post == group.post
        and one.speaker.kind == "state"
        and one.speaker.role is not None
        and one.speaker.state == group.speaker.state
        and _days_agree(one.said, group.said)
        and words & {word for word in one.speaker.role.casefold().split() if len(word) > _RANK}
    ]
    return hosts[0] if group.speaker.state and len(hosts) == 1 else None


def _same_unnamed(group: Group, groups: Sequence[Group]) -> Group | None:
    """`the official`, `the second official`: those of whom the text spoke first, where no state is told."""
    words = {word[:_STEM] for word in group.speaker.name.casefold().split() if len(word) > _RANK}
    if group.speaker.state is not None:
        return None
    for one in groups:
        if (
            one is not group
            and one.held is None
            and one.post == group.post
            and one.speaker.kind == "anonymous"
            and one.speaker.state is not None
            and _days_agree(one.said, group.said)
            and words & {word[:_STEM] for word in one.speaker.name.casefold().split() if len(word) > _RANK}
        ):
            return one
    return None


def _reporting(group: Group, language: str) -> str:
    return reporting_of(group.said, None, group.telling, language)


def _opens(rows: Sequence[Heard], texts: dict[str, str]) -> bool:
    """Whether the words begin in the first of several paragraphs of a text that is no live page."""
    first = next((row for row in rows if row.where == "text"), None)
    end = texts["text"].find("\n")
    return first is not None and first.post is None and 0 <= first.row.sentence.start < end


def report_of(
    group: Group,
    texts: dict[str, str],
    language: str,
    published: When | None,
    said: Said,
    machine: bool,
) -> Report:
    """The report of a group; held where its speaker is not known or only guesses carry it."""
    rows = sorted(group.rows, key=lambda row: (row.where != "text", row.row.content.start))
    spoken = [row.row.content.of(texts[row.where]) if row.row.kind == "direct" else row.frame for row in rows]
    passages = tuple(_passage(row, group.speaker, texts, language, machine) for row in rows)
    held = group.held
    if held is None and not group.sure:
        held = Held("pattern_unsure", "only nearness says who speaks")
    return Report(
        speaker=group.speaker,
        said=said,
        reporting=reporting_of(said, published, group.telling, language, opening=_opens(rows, texts)),
        positions=positions_of(spoken, group.frames, language, group.speaker),
        passages=_once(passages),
        confidence=max(row.row.confidence for row in rows),
        post=group.post,
        venue=venue_of(group.frames, language),
        held=held,
    )


def _passage(row: Heard, speaker: Speaker, texts: dict[str, str], language: str, machine: bool) -> Passage:
    span = row.row.content
    words = span.of(texts[row.where])
    fidelity = fidelity_of(words, row.row.kind, language, speaker.state, machine_translated=machine)
    return Passage(row.row.kind, words, row.where, span.start, span.end, fidelity, row.row.rule)


def _once(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    seen: dict[tuple[str, int, int], Passage] = {}
    for passage in passages:
        seen.setdefault((passage.where, passage.start, passage.end), passage)
    return tuple(seen.values())


def opposed(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sets of positions can never be one statement's."""
    return any(frozenset((a, b)) in OPPOSITES for a in one for b in other)
