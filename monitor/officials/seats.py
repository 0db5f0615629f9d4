"""Members of parliament who are named by their party's post ("Labour leader X")."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from extractors.languages import words
from monitor.officials.lexicon import data
from monitor.officials.mentions import Reading
from monitor.officials.roles import Role, body_kind, with_kind

_LEADS = frozenset({"head", "party_leader"})
#: Posts of a party, whose holders mostly sit in a parliament.
PARTY_POSTS = frozenset({"party_leader", "chair"})


def seated(role: Role, country: str | None) -> Role:
    """The role with its state, where a party's leader or spokesperson sits in the parliament of ``country``.

    Only for the outlet's own state and its parliament's parties (``offices.toml``, ``parties``), whose
    leaders and spokespersons on a subject are members of it; else the role as it is.
    """
    if role.kind is not None or role.state or role.body_id or role.former or role.private:
        return role
    leads = role.office in _LEADS
    if not (leads or role.office == "spokesperson"):
        return role
    known = data("offices.toml")["parties"].get(country or "", ())
    low = role.phrase.casefold()
    if not any(re.search(rf"(?<!\w){re.escape(party)}(?!\w)", low) for party in known):
        return role
    office = "party_leader" if leads else "member_of_parliament"
    return with_kind(replace(role, state=country, office=office))


def of_party(role: Role) -> Role:
    """The role with the state that alone has its party or its office (``party_states``, ``title_states``);
    else as it is."""
    bare = role.head == "office" and not (role.state or role.former or role.private or role.de_facto)
    if bare and (state := state_of_title(role.phrase)):
        return with_kind(replace(role, state=state))
    member = role.office in {"member_of_parliament", "party_leader"}
    if role.state or role.former or role.private or not (member or role.head == "party"):
        return role
    state = party_state(role.phrase)
    return with_kind(replace(role, state=state)) if state else role


def state_of_title(phrase: str) -> str | None:
    """The state that alone has an office which a phrase names; None where it names none of these."""
    return _named_alone("title_states", phrase)


def party_state(phrase: str) -> str | None:
    """The state that alone has a party which a phrase names; None where it names none of these."""
    return _named_alone("party_states", phrase)


def _named_alone(table: str, phrase: str) -> str | None:
    for state, names in data("offices.toml")[table].items():
        if any(name in phrase and _whole(name, phrase) for name in names):
            return str(state)
    return None


def _whole(name: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", phrase) is not None


def bracketed_state(text: str, end: int, language: str) -> str | None:
    """The state whose members of parliament have such a bracket behind them (`a deputada X (PSOL-RJ)`)."""
    match = _BRACKET.match(text, end)
    if match is None:
        return None
    for state, pattern in words(language, "roles").get("bracketed", {}).items():
        if re.fullmatch(pattern, match["party"]):
            return str(state)
    return party_state(match["party"])


_BRACKET = re.compile(r"\s?\((?P<party>[^()\n]{2,40})\)")


def party_named(role: Role, language: str) -> frozenset[str]:
    """The parties of the language's list (``roles.toml``, ``parties``) that a role's phrase names."""
    return frozenset(_party_words(language).findall(role.phrase))


@cache
def _party_words(language: str) -> re.Pattern[str]:
    listed = words(language, "roles").get("parties", {}).get("words", ())
    proper = [re.escape(word) for word in listed if not word.islower()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(proper)})(?!\w)" if proper else r"(?!)")


def beside_partisans(role: Role, reading: Reading, native: str | None) -> Role:
    """The role of a party that several states have (Greens, Liberals), with the one of these states whose
    public life the text is about: the state of the other parties that it names, or ``native``."""
    member = role.office in {"member_of_parliament", "party_leader", "spokesperson"} or role.head == "party"
    if role.state or role.former or role.private or not member:
        return role
    told = {party_state(own.phrase) for mention in reading.mentions for own in (mention.role, *mention.roles)}
    told = (told | {native}) - {None}
    known = data("offices.toml")["parties"].get(next(iter(told)) if len(told) == 1 else None, ())
    low = role.phrase.casefold()
    if not any(re.search(rf"(?<!\w){re.escape(party)}(?!\w)", low) for party in known):
        return role
    office = "party_leader" if role.office == "party_leader" else "member_of_parliament"
    return with_kind(replace(role, head="office", office=office, state=told.pop()))


def in_parliament(role: Role, reading: Reading) -> Role:
    """The role with its state, where a party's leader speaks in a text about one parliament (`the Lithuanian
    parliament voted … the head of the party X said`), or somebody whose party stands in brackets; else as it
    is."""
    if role.former or role.private or (role.state and role.head != "party"):
        return role
    if role.office != "party_leader" and role.head != "party":
        return role
    states = {
        own.state
        for mention in reading.mentions
        for own in (mention.role, *mention.roles)
        if own.head == "body" and own.state and body_kind(own) == "parliament"
    }
    if len(states) != 1 or role.state not in {None, *states}:
        return role
    office = "member_of_parliament" if role.head == "party" else role.office
    return with_kind(replace(role, head="office", office=office, state=states.pop()))
