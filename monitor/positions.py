"""What a statement does: its positions, read from the words said and from the sentences that report them.

A position is found where one of its patterns stands and none that forbids it stands in the same sentence.
Use is read apart, because the doer decides: one's own deed is admitted, another's alleged, a denied one
denied. The patterns are the ``positions`` tables of ``extractors/languages``, and the ``stances`` tables,
whose patterns are built of classes of words (to give, to blame, the treaty …), so that they hold for
wordings that nobody has seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, Literal

from extractors.languages import words
from extractors.languages.folding import fold
from extractors.languages.literals import Sieved
from monitor.model import OFFICIAL_KINDS, POSITIONS, Speaker

Doer = Literal["own", "other", "unknown"]

#: How far before a deed its doer is looked for, in characters.
_REACH: Final = 140
_LINKS = re.compile(r"\[([^\[\]]{0,200})\]\([^()]{0,300}\)")
#: Those whose office is to keep the Convention or the law of war: what they urge, they urge in its name.
_KEEPERS: Final = frozenset({"CCM", "ICRC"})
_IN_SO_MANY_WORDS: Final = "admits_use, in so many words"
_REASONS: Final = "reasons"
#: Deeds for which reasons are given: who tells why he did one justifies it.
_REASONED: Final = frozenset(
    ("announces_transfer", "admits_use", "announces_use", "admits_other", "withdraws_from_convention")
)
#: Marks around a word or a few that the reporter's own sentence takes up (`will be “forced” to use them`).
_SCARE = re.compile(r"[\"“„«]([^\"“”„«»]{1,30})[\"”“»](?=\s\w)")
_NEVER = re.compile(r"(?!)")
_HAN = re.compile("[\u3400-\u9fff]")
_NOTHING: Final = Sieved(_NEVER)
#: Marks behind which somebody's words stand.
_QUOTED = re.compile(r"[:：“«„「『]")
#: How far behind a deed its doer may be named ("the use of … by Russia"), and before it a condition.
_BEHIND: Final = 40
#: How far before blame or praise a negation takes it back, in characters.
_DENIED_WITHIN: Final = 24
#: An agency's dateline, whose town does nothing (`KYIV, Feb 13 (Agency) —`, `(AGENCY) - KIEV, 10 SET -`).
_DATELINE = re.compile(
    r"\A(?:[^\W\d_][^\n.;:!?«“\"]{1,60}\([^()\n]{2,30}\)\s?\.?[–—-]{1,2}\s+"
    r"|\([^()\n]{2,30}\) [–—-] [^\n\da-z]{2,40}\d{1,2} \w{3,9}\.? [–—-]\s+)"
)
_CLAUSES = re.compile(r"[.;!?…؟]\s+|[。！？]|\n")


@dataclass(frozen=True, slots=True)
class _Rule:
    position: str
    said: Sieved
    unless: Sieved
    own: bool
    others: Sieved
    negatable: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    rules: tuple[_Rule, ...]
    we: Sieved
    states: Mapping[str, re.Pattern[str]]
    any_state: re.Pattern[str]
    did: Sieved
    negated: Sieved
    question: Sieved
    accuses: Sieved
    told: Sieved
    blames: Sieved
    denies: Sieved
    towards: re.Pattern[str]
    receiving: re.Pattern[str]
    by: re.Pattern[str]
    telling: re.Pattern[str]
    reasons: Sieved


def _joined(rows: Sequence[str] | str, lists: Mapping[str, str]) -> Sieved:
    """One pattern of several, with the language's lists (``{arms}``, ``{send}``) put in for their names."""
    listed = [rows] if isinstance(rows, str) else list(rows)
    if not listed:
        return _NOTHING
    whole = "|".join(f"(?:{row})" for row in listed)
    for name, words_of_list in lists.items():
        whole = whole.replace(f"{{{name}}}", words_of_list)
    return _sieved(whole)


@cache
def _sieved(pattern: str) -> Sieved:
    return Sieved(re.compile(pattern))


@cache
def _table(language: str) -> _Table | None:
    table: dict[str, Any] = words(language, "positions")
    if not table:
        return None
    stances = words(language, "stances")
    lists = {"arms": str(table.get("arms", "")), **table.get("lists", {}), **stances.get("lists", {})}
    use = table.get("use", {})
    rules = tuple(
        _Rule(
            name,
            _joined(row["said"], lists),
            _joined(row.get("unless", ()), lists),
            bool(row.get("own")),
            _joined(row.get("others", ()), lists),
            bool(row.get("negatable")),
        )
        for name, row in [*table.get("positions", {}).items(), *_stances(stances)]
    )
    named = "|".join(f"(?:{names})" for names in table.get("states", {}).values())
    edge = "" if _HAN.search(named) else r"\b"  # Chinese has no space between its words
    states = {code: re.compile(f"{edge}(?:{names})") for code, names in table.get("states", {}).items()}
    return _Table(
        rules,
        _joined(table.get("we", ()), lists),
        states,
        re.compile(f"{edge}(?:{named})") if named else _NEVER,
        did=_joined(use.get("did", ()), lists),
        negated=_joined(use.get("negated", ()), lists),
        question=_joined(use.get("question", ()), lists),
        accuses=_joined(use.get("accuses", ()), lists),
        told=_joined(use.get("told", ()), lists),
        blames=_joined(use.get("blames", ()), lists),
        denies=_joined(use.get("denies", ()), lists),
        towards=_joined(table.get("towards", ()), lists).pattern,
        receiving=_joined(table.get("receiving", ()), lists).pattern,
        by=_joined(table.get("by", ()), lists).pattern,
        telling=_joined(table.get("telling", ()), lists).pattern,
        reasons=_joined(stances.get("reasons", ()), lists),
    )


def _stances(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules that are built of the language's classes of words, each with what forbids it alone.

    One a pattern, so that each is looked for by its own telling letters.
    """
    for row in table.get("stances", ()):
        for pattern in row["said"]:
            yield str(row["position"]), {**row, "said": [pattern]}


def positions_of(
    passages: Sequence[str], frames: Sequence[str], language: str, speaker: Speaker
) -> tuple[str, ...]:
    """The positions of a statement, weightiest first; ``("neutral_comment",)`` where nothing shows one.

    ``passages`` are the words said or the reporting sentences that paraphrase them, ``frames`` the
    sentences around direct words. The speaker's state tells one's own deeds from others'. The words of
    another language than ``language`` are read by the English table where there is none for it.
    """
    table = _table(language) or _table("en")
    if table is None:
        return ("neutral_comment",)
    found: set[str] = set()
    for text in dict.fromkeys((*passages, *frames)):
        for clause in _clauses(fold(_LINKS.sub(r"\1", _DATELINE.sub("", text))).low):
            found |= _of_clause(language, clause, speaker.state)
    found = _settled(found, speaker)
    return tuple(name for name in POSITIONS if name in found) or ("neutral_comment",)


def _clauses(low: str) -> Iterator[str]:
    yield from (part for part in _CLAUSES.split(low) if part and part.strip())


@lru_cache(maxsize=512)
def _of_clause(language: str, clause: str, state: str | None) -> frozenset[str]:
    """What one sentence shows; remembered, for a document's reports share their sentences."""
    table = _table(language) or _table("en")
    return frozenset(_read(table, clause, state)) if table is not None else frozenset()


def _read(table: _Table, clause: str, state: str | None) -> set[str]:
    found = _of_use(table, clause, state)
    if table.reasons.search(clause):
        found.add(_REASONS)
    clause = _SCARE.sub(r"\1", clause)
    for rule in table.rules:
        if rule.position in found and rule.position != "admits_use":
            continue
        if rule.others is _NOTHING and not rule.said.possible(clause):
            continue
        match = _done(table, rule, clause, state)
        if not match or rule.unless.search(clause):
            continue
        if rule.position == "denies_use":
            if _whose(table, clause[: match.start()], state) == "other":
                continue
            if not table.accuses.search(clause):  # the use that the sentence tells is the denied one
                found.discard("alleges_use")
        found.add(rule.position)
        if rule.position == "admits_use":
            found = (found - {"alleges_use", "denies_use"}) | {_IN_SO_MANY_WORDS}
    return found


def _done(table: _Table, rule: _Rule, clause: str, state: str | None) -> re.Match[str] | None:
    """Where a rule's words stand: of one's own doing, or (``others``) of another state's."""
    match = _unnegated(table, rule, clause) if rule.negatable else rule.said.pattern.search(clause)
    others = match and rule.own and _of_others(table, match.group(), state)
    if match and not others and not (rule.own and _doer(table, clause[: match.start()], state) == "other"):
        return match
    if rule.others is _NOTHING:
        return None
    match = rule.others.search(clause)
    return match if match and _doer(table, clause[: match.start()], state) == "other" else None


def _of_others(table: _Table, told: str, state: str | None) -> bool:
    """Whether what is assured is another state's deed (`assured that Kyiv will not use them`)."""
    begins = table.telling.search(told)
    named = table.any_state.match(told, begins.end() + 1) if begins else None
    return named is not None and not table.states.get(state or "", _NEVER).match(named.group())


def _unnegated(table: _Table, rule: _Rule, clause: str) -> re.Match[str] | None:
    """The first place of a rule's words before which nothing denies them (`it was no mistake`)."""
    for match in rule.said.pattern.finditer(clause):
        if not table.negated.search(clause[max(0, match.start() - _DENIED_WITHIN) : match.start()]):
            return match
    return None


def _of_use(table: _Table, clause: str, state: str | None) -> set[str]:
    found: set[str] = set()
    for position, pattern in (("denies_use", table.denies), ("alleges_use", table.accuses)):
        if (said := pattern.search(clause)) and _whose(table, clause[: said.start()], state) != "other":
            found.add(position)
    told = table.told.search(clause)
    if told and "denies_use" not in found:
        before = clause[max(0, told.start() - _BEHIND) : told.start()]
        if not table.question.search(before):  # `if they are fired at our land`
            found.add("alleges_use")
    for match in table.did.finditer(clause):
        before = clause[max(0, match.start() - _REACH) : match.start()]
        if (
            table.question.search(before)
            or table.negated.search(before[-60:])
            or table.negated.search(match.group())
        ):
            continue
        doer = _doer(table, before, state, clause[match.start() : match.end() + _BEHIND])
        if doer != "other" and table.blames.search(before):
            continue
        if doer == "own":
            found.add("admits_use")
        elif "denies_use" not in found:
            found.add("alleges_use")
    return found


def _doer(table: _Table, before: str, state: str | None, deed: str = "") -> Doer:
    """Whose deed it is: the state or the "we" that stands last before it, or behind "by".

    The speaker's own state that only tells of it (`Beirut said that shells had been fired`) is none.
    """
    own = table.states.get(state or "", _NEVER)
    if deed and (behind := table.by.search(deed)) and (named := table.any_state.match(deed, behind.end())):
        return "own" if own.match(named.group()) else "other"
    last = -1
    doer: Doer = "unknown"
    for match in table.any_state.finditer(before):
        if not table.towards.search(before[: match.start()]) and not table.receiving.match(
            before, match.end()
        ):
            last, doer = match.start(), "own" if own.match(match.group()) else "other"
    if doer == "own" and deed and (_QUOTED.search(before, last) or table.telling.search(before, last)):
        doer = "unknown"
    for match in table.we.finditer(before):
        if match.start() > last:
            last, doer = match.start(), "own"
    if doer == "unknown" and (named := table.any_state.match(deed)):
        return "own" if own.match(named.group()) else "other"
    return doer


def _whose(table: _Table, before: str, state: str | None) -> Doer:
    """Whether words before an act of saying name the speaker's own state, or only others."""
    own = table.states.get(state or "", _NEVER)
    named = [bool(own.match(match.group())) for match in table.any_state.finditer(before)]
    if not named or state is None or table.we.search(before):
        return "unknown"
    return "own" if any(named) else "other"


def _settled(found: set[str], speaker: Speaker) -> set[str]:
    """Takes out what cannot stand beside what else was found."""
    out = set(found)
    if _REASONS in out and out & _REASONED:
        out.add("justifies")
    if "admits_use" in out and "denies_use" in out:
        out.discard("denies_use" if _IN_SO_MANY_WORDS in out else "admits_use")
    if "opposes_transfer" in out:
        out -= {"supports_transfer", "announces_transfer", "justifies"}
    if (
        "condemns" in out
        and "justifies" in out
        and speaker.kind in OFFICIAL_KINDS
        and "alleges_use" not in out
    ):
        out.discard("condemns" if "announces_transfer" in out else "justifies")
    if "announces_transfer" in out:  # a plan that was denied once is recalled when it is announced
        out.discard("denies_other")
    if speaker.state in _KEEPERS and out - {"reports_harm", "neutral_comment", _REASONS, _IN_SO_MANY_WORDS}:
        out.add("affirms_ban")
    if "supports_transfer" in out and "announces_transfer" not in out:
        out.discard("justifies")
    if "withdraws_from_convention" in out:
        out.discard("joins_convention")
    if speaker.kind == "intergovernmental":  # states are parties; an organisation tells of theirs
        out -= {"withdraws_from_convention", "joins_convention"}
    return out
