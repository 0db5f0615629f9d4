"""What a role phrase says: office, body, state, kind. Nothing here knows any official by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from monitor.model import Kind
from monitor.officials.lexicon import Lexicon, Tag, data, lexicon
from monitor.officials.tokens import Tokens, tokenize
from monitor.officials.wording import bare_phrase, begins_with, owned_by_ending, phrase_of, sex_told

#: Offices of those who speak or work for the holder of another one.
AIDES = frozenset({"spokesperson", "deputy_spokesperson", "adviser"})
_RANKS = frozenset({"general", "officer"})


@dataclass(frozen=True, slots=True)
class Role:
    """What a phrase says of the one who has it; None where it says nothing.

    ``state`` is a code as in ``Speaker``; ``body`` the words that name the body and ``body_id`` its code
    (``us_defense_department``, ``ru-defence_ministry``, or the bare kind of body where the state is
    missing). ``kind`` is None while state or body are needed to tell. ``head`` says what the phrase names:
    a person's office, a body, several or unnamed people, a state; ``definite`` that it points at somebody
    known ("the minister").
    """

    phrase: str = ""
    office: str | None = None
    body: str | None = None
    body_id: str | None = None
    state: str | None = None
    kind: Kind | None = None
    people: str | None = None  # plural | single | speaking_for | group
    head: str = ""  # office | body | people | group | state | relay | generic | party | ""
    rank: bool = False
    former: bool = False
    acting: bool = False
    definite: bool = False
    indefinite: bool = False
    de_facto: bool = False
    private: bool = False
    implied: bool = False  # the state follows from the title (a senator's), the text may say otherwise
    doubtful: bool = False  # … and it counts only where the document names that state
    own: bool = False  # "its foreign minister": the state is told elsewhere
    serves: str | None = None  # the office for whose holder one speaks or works ("the president's aide")
    generic: str | None = None  # the word for a body told elsewhere ("the ministry's spokesman")
    female: bool | None = None
    hosts: tuple[str, ...] = ()
    form: str = ""  # of a state alone: name | adj | capital


@dataclass(slots=True)
class _Found:
    """What is gathered from left to right over a phrase."""

    offices: list[tuple[str, int, int]]
    bodies: list[tuple[str, str, Tag]]
    states: list[tuple[str, str, bool]]  # code, form, host
    mods: set[str]
    hosts: list[str] = field(default_factory=list)  # organisations to which, or in which, somebody is sent
    portfolio: str | None = None
    unit: bool = False
    named: bool = False
    people: str | None = None
    people_at: int = -1
    congress: str | None = None
    generic: str | None = None
    party: bool = False
    private: bool = False
    relay: bool = False
    first_link: int = 1 << 30


def parse_role(phrase: str, language: str) -> Role:
    """What a role phrase says, in one of the languages. Never raises; an empty role for no role."""
    tokens = tokenize(phrase)
    lex = lexicon(language)
    return read_role(tokens, lex, lex.tags(tokens))


def read_role(tokens: Tokens, lex: Lexicon, tags: Sequence[Tag]) -> Role:
    """The role that the tags of one phrase make together."""
    if not tags:
        return Role()
    opening = tags[0].links("article") and tokens.capital(tags[0].first)  # `A Rússia`: no `a Kiev`
    found = _gather(tags[1:] if opening and len(tags) > 1 else tags)
    office, office_tag = _head_office(found, lex)
    role = Role(phrase=phrase_of(tokens, tags), female=sex_told(tokens, tags, lex))
    role = replace(
        role,
        former="former" in found.mods,
        acting="acting" in found.mods,
        de_facto="de_facto" in found.mods,
        private=found.private,
        people=found.people,
        own=begins_with(tokens, tags, lex, "own") or owned_by_ending(tokens, tags, lex),
        definite=begins_with(tokens, tags, lex, "definite"),
        indefinite=begins_with(tokens, tags, lex, "indefinite"),
    )
    role = _with_body(role, found, tokens, tags, after_noun=lex.head_first and not lex.cased)
    role = _with_state(role, found)
    role = _with_head(role, found, office, office_tag)
    if lex.clitics:
        role = replace(
            role, phrase=bare_phrase(role.phrase, lex), body=role.body and bare_phrase(role.body, lex)
        )
    return with_kind(role)


def _gather(tags: Sequence[Tag]) -> _Found:
    found = _Found([], [], [], set())
    link = ""
    for index, tag in enumerate(tags):
        if (entry := tag.get("link")) and not tag.get("state", "named"):
            if entry.value not in _ARTICLES:
                link = entry.value
                if found.offices and link in {"of", "for", "to", "in"}:
                    found.first_link = min(found.first_link, index)
            continue
        _gather_one(found, tag, index, link)
        link = ""
    return found


_ARTICLES = frozenset({"article", "definite", "indefinite"})


def _gather_one(found: _Found, tag: Tag, index: int, link: str) -> None:
    if entry := tag.get("mod"):
        found.mods.add(entry.value)
    away = link in {"to", "in"} or (link == "for" and any(one[0] == "special_envoy" for one in found.offices))
    if entry := tag.get("named"):
        sent = any(office in _SENT for office, _, _ in found.offices)
        if away and (found.states or sent) and facts(entry.value).get("kind") == "intergovernmental":
            found.hosts.append(facts(entry.value).get("state", ""))
        else:
            found.bodies.append((entry.value, "named", tag))
    elif entry := tag.get("state"):
        found.states.append((entry.value, entry.form, away))
    elif entry := tag.get("body"):
        found.bodies.append((entry.value, "generic", tag))
    if (entry := tag.get("people")) and found.people is None:
        found.people, found.people_at = entry.value, index
    if entry := tag.get("congress"):
        found.congress = found.congress or entry.value
        found.named = entry.form == "named"
    if entry := tag.get("office"):
        found.offices.append((entry.value, index, tag.last))
    elif tag.get("congress"):
        found.offices.append(("member_of_parliament", index, tag.last))
    found.portfolio = found.portfolio or tag.value("portfolio")
    if tag.get("generic"):
        found.generic = tag.value("generic")
    found.unit = found.unit or tag.get("unit") is not None
    found.party = found.party or tag.get("party") is not None
    found.private = found.private or tag.get("private") is not None
    found.relay = found.relay or tag.get("relay") is not None


def _head_office(found: _Found, lex: Lexicon) -> tuple[str | None, int]:
    if found.portfolio == "security":
        found.offices = [
            ("security_adviser" if office == "adviser" else office, at, end)
            for office, at, end in found.offices
        ]
    elif found.portfolio:
        ministers = {
            "minister": f"{found.portfolio}_minister",
            "deputy_minister": f"deputy_{found.portfolio}_minister",
        }
        found.offices = [(ministers.get(office, office), at, last) for office, at, last in found.offices]
        found.bodies = [(_ministry(code, found.portfolio), sort, tag) for code, sort, tag in found.bodies]
    before = [item for item in found.offices if item[1] < found.first_link] or found.offices
    real = [item for item in before if item[0] not in _RANKS] or before
    if not real:
        return None, -1
    chosen = real[0] if lex.head_first else real[-1]
    return chosen[0], chosen[1]


def _ministry(code: str, portfolio: str) -> str:
    return f"{portfolio}_ministry" if code == "ministry" else code


def _with_body(role: Role, found: _Found, tokens: Tokens, tags: Sequence[Tag], *, after_noun: bool) -> Role:
    role = replace(role, generic=found.generic)
    named = [item for item in found.bodies if item[1] == "named"]
    generic = [item for item in found.bodies if item[1] == "generic"]
    if not named and not generic:
        return role
    code, sort, tag = named[0] if named else generic[0]
    if sort == "named" and generic and facts(code).get("generic") in _WIDE:
        code, sort, tag = generic[0]  # "NATO headquarters": the organisation is the state, the noun the body
    if sort == "named" and facts(code).get("common"):
        others = [state for state, _, away in found.states if not away and state != facts(code).get("state")]
        code = facts(code)["generic"] if others else code  # "South Korea's Joint Chiefs of Staff"
    first, last = _widened(tag, tags, after_noun)
    return replace(role, body=tokens.slice(first, last), body_id=code)


def _widened(tag: Tag, tags: Sequence[Tag], after_noun: bool) -> tuple[int, int]:
    """A body's tokens with the state beside it ("Russian foreign ministry", "ministry of Ukraine").

    ``after_noun``: the language's adjectives follow their noun.
    """
    at = next(index for index, other in enumerate(tags) if other is tag)
    first, last = tag.first, tag.last
    before = tags[at - 1] if at else None
    if before and before.last == first and before.get("state"):
        first = before.first
        if at > 2 and tags[at - 2].value("link") == "in" and tags[at - 2].last == first:
            sender = tags[at - 3]  # `中国驻菲律宾大使馆`: the state beside it is where it sits
            first = sender.first if sender.get("state") and sender.last == tags[at - 2].first else first
    after = tags[at + 1].get("state") if at + 1 < len(tags) and tags[at + 1].first == last else None
    if after is not None and (after.form != "adj" or after_noun):
        return first, tags[at + 1].last  # `министерство обороны Украины`
    if at + 2 < len(tags) and tags[at + 1].value("link") == "of" and tags[at + 2].get("state"):
        between = tags[at + 1].first == last and tags[at + 2].first == tags[at + 1].last
        last = tags[at + 2].last if between else last
    return first, last


_WIDE = frozenset({"organisation", "alliance", "union"})


def facts(code: str) -> dict[str, str]:
    """The facts of a named body; empty for any other code."""
    found: dict[str, str] = data("bodies.toml")["body"].get(code, {})
    return found


def body_kind(role: Role) -> str:
    """What kind of body a role's body is (``foreign_ministry``, ``ngo`` …); empty where it has none."""
    return facts(role.body_id or "").get("generic") or (role.body_id or "").rsplit("-", 1)[-1]


def _with_state(role: Role, found: _Found) -> Role:
    own = [(code, form) for code, form, away in found.states if not away]
    away = [code for code, _, away in found.states if away]
    sent = any(item[0] in _SENT for item in found.offices)
    sent = sent or any(code in _SENT_BODIES for code, _, _ in found.bodies)
    state, form = own[0] if own else (None, "")
    elsewhere = found.generic in _ABROAD  # "the agency's representative in Sudan"
    if state is None and away and not (sent or elsewhere):
        state, form = away[0], "host"
    for code, sort, _ in found.bodies:
        known = facts(code).get("state") if sort == "named" else None
        if known is None or (role.body_id in _GENERIC and facts(code).get("common")):
            continue
        if state is None or form == "host" or (known in _ORGS and not sent):
            state, form = known, "body"
        break
    if state is None:
        named = [data("offices.toml")["offices"].get(item[0], {}).get("state") for item in found.offices]
        state = next((code for code in named if code), None)
    hosts = (*found.hosts, *away)
    if found.congress and state is None:
        return replace(role, state=found.congress, implied=True, doubtful=found.named, hosts=hosts)
    if "de_facto" in found.mods and form in {"name", "adj", "capital", "region", "host"}:
        state, form = None, ""  # the state whose land is held is not the state spoken for
    return replace(role, state=state, form=form, hosts=hosts)


_SEATED = frozenset({"member_of_parliament", "senator"})  # of a movement, in its state's parliament
_GENERIC = frozenset(data("bodies.toml")["generic"])
_SENT = frozenset(
    {"ambassador", "un_representative", "deputy_un_representative", "diplomat", "special_envoy", "observer"}
)
_ABROAD = frozenset({"agency", "organisation", "group", "alliance", "union"})
_SENT_BODIES = frozenset({"embassy", "un_mission", "delegation"})
_ORGS = frozenset({"UN", "EU", "NATO", "OSCE", "ICRC", "AFU", "CCM"})


def _with_head(role: Role, found: _Found, office: str | None, at: int) -> Role:
    if "deputy" in found.mods and office:
        office = data("offices.toml")["deputies"].get(office, office)
    if found.people and (office is None or office == "official" or found.people_at >= at):
        return replace(role, head="group" if found.people == "group" else "people", office=None)
    if office == "head" and body_kind(role) in {"foreign_ministry", "defence_ministry", "interior_ministry"}:
        office = body_kind(role).replace("_ministry", "_minister")
    if office in {"head", "chair"} and body_kind(role) == "armed_forces":
        office = "chief_of_defence"
    if office in {"head", "governor"} and found.unit:
        office = "regional_head" if office == "head" else office
    if office:
        fact = data("offices.toml")["offices"].get(office, {})
        if role.state:
            office = data("offices.toml")["of_organisation"].get(role.state, {}).get(office, office)
        if "deputy" in found.mods:
            office = data("offices.toml")["deputies"].get(office, office)
        body_state = role.body_id and facts(role.body_id).get("state")
        if "state" in fact and (role.state is None or not body_state):
            role = replace(role, state=fact["state"])
        served = (
            next((item[0] for item in found.offices if item[0] != office), None) if office in AIDES else None
        )
        return replace(role, head="office", office=office, rank=office in _RANKS, serves=served)
    if role.body_id:
        return replace(role, head="body")
    if found.generic:
        return replace(role, head="generic")
    if found.party:
        return replace(role, head="party")
    if role.state and not role.private:  # `مركز بيروت` is no state
        return replace(role, head="state")
    return replace(role, head="relay" if found.relay else "")


def with_kind(role: Role) -> Role:
    """The role with its kind, and with its body's full code, as far as state and body are known."""
    if role.body_id in _GENERIC and role.state:
        own = _own_bodies().get((role.state, role.body_id or ""))
        role = replace(role, body_id=own or f"{role.state.lower()}-{role.body_id}")
    kind = _kind(role)
    return role if kind == role.kind else replace(role, kind=kind)


@cache
def _own_bodies() -> dict[tuple[str, str], str]:
    """The named body that is a state's ministry, parliament … of a kind ("American defence ministry")."""
    return {
        (body["state"], body["generic"]): code
        for code, body in data("bodies.toml")["body"].items()
        if body.get("kind", "state") == "state" and "state" in body and body.get("canonical", True)
    }


def office_fact(office: str | None, name: str) -> str | bool | None:
    """A fact of a canonical office (``scope``, ``state``, ``single``, ``top``); None where it has none."""
    fact: str | bool | None = data("offices.toml")["offices"].get(office or "", {}).get(name)
    return fact


def _kind(role: Role) -> Kind | None:
    fact = facts(role.body_id or "")
    body_kind = fact.get("kind", "state") if fact else None
    scope = office_fact(role.office, "scope")
    if role.former and role.head in {"office", "people"}:
        return "former"
    if role.head == "group" and role.state == "UN" and "expert" in role.phrase.lower():
        return "intergovernmental"  # the Human Rights Council's, who have a mandate
    if role.head == "group" or scope == "other":
        return "other"
    if role.de_facto or (body_kind == "de_facto" and role.office not in _SEATED):
        return "de_facto"
    if role.head == "people":
        return "state" if role.people == "speaking_for" and (role.state or role.body) else "anonymous"
    if body_kind == "other" and scope != "public":
        return "other"
    if role.private and scope != "public":
        return "other"
    if role.state in _ORGS or (body_kind == "intergovernmental" and scope != "public"):
        return "intergovernmental"
    if role.head == "office":
        return "state" if scope == "public" or role.state or role.body_id else None
    if role.head in {"body", "state"}:
        return "state"
    return None


def kind_of_state(state: str | None) -> Kind:
    """``intergovernmental`` for the code of an organisation, else ``state``."""
    return "intergovernmental" if state in _ORGS else "state"
