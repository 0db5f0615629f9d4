"""What a role phrase says: office, body, state, kind. Nothing here knows any official by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.languages import words
from monitor.model import Kind
from monitor.officials.lexicon import Lexicon, Tag, data, lexicon
from monitor.officials.tokens import Tokens, tokenize

_RANKS = frozenset({"general", "officer"})
_ROLE_KINDS = ("office", "congress", "body", "named", "people", "party", "private", "generic")


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
    head: str = ""  # office | body | people | group | state | relay | generic | party | ""
    rank: bool = False
    former: bool = False
    acting: bool = False
    definite: bool = False
    indefinite: bool = False
    de_facto: bool = False
    private: bool = False
    implied: bool = False  # the state follows from the title (a senator's), the text may say otherwise
    female: bool | None = None
    hosts: tuple[str, ...] = ()
    form: str = ""  # of a state alone: name | adj | capital


@dataclass(slots=True)
class _Found:
    """What is gathered from left to right over a phrase."""

    offices: list[tuple[str, int, int]]
    bodies: list[tuple[str, str, Tag]]
    states: list[tuple[str, str, bool, bool]]  # code, form, host, after "for"
    mods: set[str]
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
    found = _gather(tags, tokens)
    office, office_tag = _head_office(found, lex)
    role = Role(phrase=_phrase(tokens, tags), female=_gender(tokens, tags, lex))
    role = replace(
        role,
        former="former" in found.mods,
        acting="acting" in found.mods,
        de_facto="de_facto" in found.mods,
        private=found.private,
        definite=_article(tokens, tags, lex) == "definite",
        indefinite=_article(tokens, tags, lex) == "indefinite",
    )
    role = _with_body(role, found, tokens)
    role = _with_state(role, found)
    role = _with_head(role, found, office, office_tag)
    return _with_kind(role, found)


def _gather(tags: Sequence[Tag], tokens: Tokens) -> _Found:
    found = _Found([], [], [], set())
    link = ""
    for index, tag in enumerate(tags):
        if (entry := tag.get("link")) and not tag.get("state", "named"):
            if entry.value not in _ARTICLES:
                link = entry.value
                if found.offices and link in {"of", "for", "to", "in"}:
                    found.first_link = min(found.first_link, index)
            continue
        _gather_one(found, tag, index, link, tokens)
        link = ""
    return found


_ARTICLES = frozenset({"article", "definite", "indefinite"})


def _gather_one(found: _Found, tag: Tag, index: int, link: str, tokens: Tokens) -> None:
    if entry := tag.get("mod"):
        found.mods.add(entry.value)
    if entry := tag.get("named"):
        found.bodies.append((entry.value, "named", tag))
    elif entry := tag.get("state"):
        found.states.append((entry.value, entry.form, link in {"to", "in"}, link == "for"))
    elif entry := tag.get("body"):
        found.bodies.append((entry.value, "generic", tag))
    if (entry := tag.get("people")) and found.people is None:
        found.people, found.people_at = entry.value, index
    if entry := tag.get("congress"):
        found.congress = found.congress or entry.value
    if entry := tag.get("office"):
        found.offices.append((entry.value, index, tag.last))
    elif tag.get("congress"):
        found.offices.append(("member_of_parliament", index, tag.last))
    if tag.get("generic"):
        found.generic = tokens.slice(tag.first, tag.last)
    found.party = found.party or tag.get("party") is not None
    found.private = found.private or tag.get("private") is not None
    found.relay = found.relay or tag.get("relay") is not None


def _head_office(found: _Found, lex: Lexicon) -> tuple[str | None, int]:
    before = [item for item in found.offices if item[1] < found.first_link] or found.offices
    real = [item for item in before if item[0] not in _RANKS] or before
    if not real:
        return None, -1
    chosen = real[0] if lex.head_first else real[-1]
    return chosen[0], chosen[1]


def _with_body(role: Role, found: _Found, tokens: Tokens) -> Role:
    named = [item for item in found.bodies if item[1] == "named"]
    generic = [item for item in found.bodies if item[1] == "generic"]
    if not named and not generic:
        return role
    code, sort, tag = named[0] if named else generic[0]
    if sort == "named" and generic and facts(code).get("generic") in _WIDE:
        code, sort, tag = generic[
            0
        ]  # "EU foreign ministry"? the organisation is the state, the noun the body
    return replace(role, body=tokens.slice(tag.first, tag.last), body_id=code)


_WIDE = frozenset({"organisation", "alliance", "union"})


def facts(code: str) -> dict[str, str]:
    """The facts of a named body; empty for any other code."""
    found: dict[str, str] = data("bodies.toml")["body"].get(code, {})
    return found


def _with_state(role: Role, found: _Found) -> Role:
    own: list[tuple[str, str]] = []
    hosts: list[str] = []
    for code, form, host, _ in found.states:
        (hosts.append(code) if host else own.append((code, form)))
    named = [facts(code) for code, sort, _ in found.bodies if sort == "named"]
    bodies = [fact["state"] for fact in named if "state" in fact]
    state: str | None = own[0][0] if own else None
    form = own[0][1] if own else ""
    if state is None and hosts and not any(item[0] in _SENT for item in found.offices):
        sent = any(code in _SENT_BODIES for code, _, _ in found.bodies)
        if not sent:
            state, form = hosts[0], "host"
    if bodies and (state is None or not any(item[0] in _SENT for item in found.offices)):
        state, form = (
            (bodies[0], "body") if state is None or bodies[0] in _ORGS or form == "host" else (state, form)
        )
    if found.congress and state is None:
        return replace(role, state=found.congress, implied=True, hosts=tuple(hosts))
    return replace(role, state=state, form=form, hosts=tuple(hosts))


_SENT = frozenset(
    {"ambassador", "un_representative", "deputy_un_representative", "diplomat", "special_envoy", "observer"}
)
_SENT_BODIES = frozenset({"embassy", "un_mission", "delegation"})
_ORGS = frozenset({"UN", "EU", "NATO", "OSCE", "ICRC", "AFU", "CCM"})


def _with_head(role: Role, found: _Found, office: str | None, at: int) -> Role:
    if "deputy" in found.mods and office:
        office = data("offices.toml")["deputies"].get(office, office)
    if found.people and (office is None or office == "official" or found.people_at >= at):
        return replace(role, head="group" if found.people == "group" else "people", office=None)
    if office:
        fact = data("offices.toml")["offices"].get(office, {})
        if role.state:
            office = data("offices.toml")["of_organisation"].get(role.state, {}).get(office, office)
        body_state = role.body_id and facts(role.body_id).get("state")
        if "state" in fact and (role.state is None or not body_state):
            role = replace(role, state=fact["state"])
        return replace(role, head="office", office=office, rank=office in _RANKS)
    if role.body_id:
        return replace(role, head="body")
    if found.generic:
        return replace(role, head="generic", body=found.generic)
    if found.party:
        return replace(role, head="party")
    if role.state:
        return replace(role, head="state")
    return replace(role, head="relay" if found.relay else "")


def _with_kind(role: Role, found: _Found) -> Role:
    if role.body_id and role.state and not facts(role.body_id):
        role = replace(role, body_id=f"{role.state.lower()}-{role.body_id}")
    return replace(role, kind=_kind(role, found))


def _kind(role: Role, found: _Found) -> Kind | None:
    named = facts(role.body_id).get("kind", "state") if role.body_id and facts(role.body_id) else None
    scope = data("offices.toml")["offices"].get(role.office, {}).get("scope") if role.office else None
    if role.former and role.head in {"office", "people"}:
        return "former"
    if role.head == "group":
        return "other"
    if scope == "other":
        return "other"
    if role.de_facto or named == "de_facto":
        return "de_facto"
    if role.head == "people":
        return "state" if found.people == "speaking_for" and (role.state or role.body) else "anonymous"
    if named == "other" and not (role.head == "office" and scope == "public"):
        return "other"
    if role.private and scope != "public":
        return "other"
    if role.state in _ORGS or (named == "intergovernmental" and role.head == "body"):
        return "intergovernmental"
    if named == "intergovernmental" and scope != "public":
        return "intergovernmental"
    if role.head == "office":
        if scope == "public" or role.state or role.body_id:
            return "state"
        return None
    if role.head in {"body", "state"}:
        return "state" if role.state or role.head == "body" else None
    return None


def _phrase(tokens: Tokens, tags: Sequence[Tag]) -> str:
    first = 0
    while first < len(tags) - 1 and tags[first].get("link"):
        first += 1
    last = len(tags)
    while last > first + 1 and tags[last - 1].get("link"):
        last -= 1
    return tokens.slice(tags[first].first, tags[last - 1].last)


def _article(tokens: Tokens, tags: Iterable[Tag], lex: Lexicon) -> str:
    links = words(lex.language, "roles").get("links", {})
    for tag in tags:
        if tag.get("link") is None:
            return ""
        word = " ".join(tokens.folded[tag.first : tag.last])
        if word in links.get("definite", ()):
            return "definite"
        if word in links.get("indefinite", ()):
            return "indefinite"
    return ""


def _gender(tokens: Tokens, tags: Iterable[Tag], lex: Lexicon) -> bool | None:
    sexes = words(lex.language, "roles").get("feminine", {})
    for tag in tags:
        honor = tag.value("honor")
        if honor in {"male", "female"}:
            return honor == "female"
        for word in tokens.folded[tag.first : tag.last]:
            if word in sexes.get("words", ()) or any(
                word.startswith(stem[:-1]) for stem in sexes.get("words", ()) if stem.endswith("*")
            ):
                return True
            if word in sexes.get("masculine", ()):
                return False
    return None
