"""The people of a document: the mentions that are one person's, and the roles that it gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from extractors.languages import words
from extractors.languages.nominative import is_bent, is_noun, nominative_person
from monitor.officials.mentions import Mention, Reading, best_role
from monitor.officials.names import FAMILY_FIRST, name_key, same_inflected, same_name
from monitor.officials.register import akin
from monitor.officials.roles import Role, with_kind
from monitor.officials.word_lists import word_lists

_QUOTES = frozenset('"“”„«»「」『』')


@dataclass(slots=True)
class Person:
    """Somebody named in the document; ``name`` is the fullest form, ``key`` that name's key."""

    name: str
    key: str
    organised: bool = False
    mentions: list[Mention] = field(default_factory=list)
    extra: list[Role] = field(default_factory=list)  # roles from the title, or from a sentence before
    called_her: bool | None = None  # as a pronoun that can only be this person's tells

    @property
    def roles(self) -> list[Role]:
        """All roles that the document gives the person, in order of place."""
        return [role for mention in self.mentions for role in mention.roles if role.head] + self.extra

    @property
    def full(self) -> bool:
        """Whether more than a surname is known (or a name in Han signs, which has no spaces)."""
        return len(self.key.split()) > 1

    @property
    def female(self) -> bool | None:
        """Whether the document's words say that the person is a woman; None where they do not say."""
        said = {role.female for mention in self.mentions for role in mention.roles} - {None}
        return said.pop() if len(said) == 1 else self.called_her


class People:
    """Everybody whom a document names."""

    def __init__(self, reading: Reading, heading: Reading | None, language: str) -> None:
        self.language = language
        self.same = same_inflected if reading.lex.inflects else same_name
        self.states = {e.value for tag in reading.tags for e in tag.entries if e.kind == "state"}
        self.all: list[Person] = []
        self._of: dict[int, Person] = {}
        named = [mention for mention in reading.mentions if mention.name]
        for mention in sorted(named, key=lambda m: (-len(self.key(m).split()), not m.subject)):
            key = self.key(mention)
            person = self.find(key, mention) if key else None
            if person is None:
                person = Person(mention.name or "", key, mention.organised)
                self.all.append(person)
            person.mentions.append(mention)
            self._of[id(mention)] = person
        for person in self.all:
            person.mentions.sort(key=lambda mention: mention.first)
            if reading.lex.inflects:
                person.name = straight_name(person, reading, language)
        if heading:
            self._from_title(heading)

    def key(self, mention: Mention) -> str:
        """The key of a mention's name."""
        return name_key(mention.name or "", self.language)

    def of(self, mention: Mention) -> Person | None:
        """The person of a mention."""
        return self._of.get(id(mention))

    def find(self, key: str, mention: Mention | None = None) -> Person | None:
        """The one person whom a name's key fits, by the mention's role where several are called so."""
        exact = [person for person in self.all if person.key == key]
        if exact:
            return exact[0]
        alike = [person for person in self.all if not person.organised and self.same(key, person.key)]
        if len(alike) > 1 and mention is not None and mention.role.head:
            alike = [p for p in alike if any(compatible(mention.role, role) for role in p.roles)]
        return alike[0] if len(alike) == 1 else None

    def called(self, key: str) -> list[Person]:
        """All people whom a name's key fits, but for those known by that bare name only."""
        words = len(key.split())
        return [
            p
            for p in self.all
            if not p.organised
            and len(p.key.split()) > words
            and (
                self.same(key, p.key)
                or (words == 1 and p.key.split()[0] == key and _family_first(p, self.states))
            )
        ]

    def _from_title(self, heading: Reading) -> None:
        for mention in heading.mentions:
            if mention.name and (person := self.find(self.key(mention), mention)):
                person.extra.extend(role for role in mention.roles if role.head)


def straight_name(person: Person, reading: Reading, language: str) -> str:
    """The fullest name in the nominative: as a mention in that case has it, else by the endings."""
    full = [m for m in person.mentions if m.name and len(m.name.split()) >= len(person.name.split())]
    straight = [mention for mention in full if not _is_bent(mention, reading, language)]
    if not full:
        return person.name
    if straight:
        return (
            next((mention.name for mention in straight if mention.subject), straight[0].name) or person.name
        )
    return nominative_person(full[0].name or person.name, language)


def _is_bent(mention: Mention, reading: Reading, language: str) -> bool:
    """Whether a name stands in another case, as the office before it does, or a preposition shows."""
    tokens = reading.tokens
    offices = tokens.words[mention.first : mention.name_first]
    if offices:
        return _bent_office(offices, language)
    before = tokens.folded[mention.first - 1] if mention.first else ""
    return before in words(language, "cues").get("bending", {}).get("words", ())


def _bent_office(offices: Sequence[str], language: str) -> bool:
    """Whether the noun of an office stands in another case; adjectives before it are passed over."""
    cases = words(language, "cues").get("cases", {})
    endings = (*cases.get("adjectives", ()), *cases.get("bent_adjectives", ()))
    agrees = "adjectives" in words(language, "cues")
    for word in offices:
        if is_noun(word, language):
            return is_bent(word, language)
        if agrees and not word.lower().endswith(endings):
            return False  # an office that the language's words do not list: its complements say nothing
    return False


#: Offices that are a state's wherever a state is told, a company's or a club's else.
_REIGNING = frozenset({"president", "vice_president", "monarch"})


def complete(roles: Sequence[Role], own: Iterable[Role]) -> Role:
    """One role out of all that are given to a person: the best of one's own, filled up from the others."""
    mine = [role for role in own if role.head]
    role = best_role(mine) if mine else best_role(roles)
    if role.kind is None or (role.head != "office" and any(other.head == "office" for other in roles)):
        role = best_role(roles)
    if role.head == "state":  # "President X of Colombia": the office is that state's
        role = next((other for other in roles if other.office in _REIGNING and not other.private), role)
    if role.rank:
        better = [other for other in roles if other.head == "office" and not other.rank]
        role = best_role(better) if better else role
    if role.private or role.kind == "other":
        return role
    for other in roles:
        if other.former != role.former:
            continue
        sworn = role.de_facto or role.kind == "intergovernmental"  # "ASEAN's envoy, Lao diplomat X"
        if role.state is None and other.state and other.kind != "other" and not sworn:
            role = replace(role, state=other.state, implied=other.implied)
        if role.implied and other.state and not other.implied:
            role = replace(role, state=other.state, implied=False)
        if role.body is None and other.body and other.state in {None, role.state}:
            role = replace(role, body=other.body, body_id=other.body_id)
    return with_kind(role) if role.head == "office" else role


def compatible(role: Role, other: Role) -> bool:
    """Whether two role phrases may be of one person."""
    if role.state and other.state and role.state != other.state:
        return False
    if role.former != other.former and role.head == "office" and other.head == "office":
        return False
    if role.de_facto != other.de_facto and (role.state or other.state):
        return False
    if role.office and other.office:
        if _head_of_all(role, other) or _head_of_all(other, role):
            return False
        if _in_parliament(role, other) or _in_parliament(other, role):
            return False
        if {role.office, other.office} in _TOGETHER:
            return True
        loose = role.office in _LOOSE or other.office in _LOOSE
        return role.office == other.office or (loose and akin(role.office, other.office))
    return bool(role.body_id and role.body_id == other.body_id)


def _family_first(person: Person, states: set[str]) -> bool:
    """Whether a person's state, or one of the document's where no role tells it, puts the family's first."""
    own = {role.state for role in person.roles if role.state}
    return bool((own or states) & FAMILY_FIRST)


def _head_of_all(role: Role, local: Role) -> bool:
    """`the Russian leader` is nobody's `regional governor`."""
    return local.office in _LOCAL and role.office == "head" and "region" not in (role.body_id or "")


def _in_parliament(role: Role, officer: Role) -> bool:
    """`the chair of the parliament's committee` is nobody told by a rank alone."""
    assembly = role.implied or (role.body_id or "").rsplit("-", 1)[-1] in _ASSEMBLIES
    return role.office == "chair" and assembly and officer.office in _UNIFORMED


_ASSEMBLIES = frozenset(("parliament", "committee"))
_UNIFORMED = frozenset(("general", "officer", "commander", "chief_of_defence"))
_LOCAL = frozenset(("governor", "regional_head", "mayor"))
#: Offices that are also the loose word for a closer one ("the minister", "the general").
_LOOSE = frozenset(
    (
        "minister", "deputy_minister", "head", "official", "general", "diplomat", "adviser", "secretary",
        "secretary_general", "officer", "commander", "ambassador", "head_of_state",
    )
)  # fmt: skip


#: Offices that one person often has together, or by the shorter word of which is called later: "the party's
#: leader X … the deputy said", "the deputy spokeswoman X … the spokeswoman said".
_TOGETHER = (
    {"party_leader", "member_of_parliament"}, {"party_leader", "senator"}, {"chair", "member_of_parliament"},
    {"chair", "senator"},
    {"spokesperson", "deputy_spokesperson"},
)  # fmt: skip


def introduced(
    people: People,
    reading: Reading,
    near: Callable[[Mention, Mention], bool],
    known: Callable[[Mention], bool],
    said: AbstractSet[str],
) -> None:
    """Gives a role told without a name to the name that follows it.

    "Its foreign minister said … “…,” Chhim Vannarith said": the role must be a definite office that nobody
    else in the document has, the name a full one without any role, first named right after it, with no
    other such name between. ``said`` are the words of saying: behind one of them stands who is told.
    """
    open_roles: list[Mention] = []
    last: Mention | None = None  # the last role without a name, whoever speaks
    for mention in reading.mentions:
        role = mention.role
        if mention.name:
            person = people.of(mention)
            if person is None or person.organised or not person.full:
                continue
            # "Colonel X" may be the spokesman told before, "Macedonia's X" its minister.
            if any(not (own.rank or own.head == "state") for own in person.roles):
                continue
            told = {own.state for own in person.roles if own.head == "state"}
            # `the Brussels minister said. The Irishman X …`: somebody else
            open_roles = [one for one in open_roles if not _of_another(reading, one, mention, told)]
            if last is not None and _of_another(reading, last, mention, told):
                last = None
            if person.mentions[0] is mention and not _spoken_to(reading, last, mention, said):
                if len(open_roles) == 1 and near(open_roles[0], mention):
                    person.extra.append(open_roles[0].role)
                elif last is not None and _next(reading, last, mention) and not _held(people, last.role):
                    person.extra.append(last.role)
            open_roles = []
        elif role.head == "office" and not role.indefinite and not role.private:
            last = mention
            if known(mention):
                open_roles = [] if _held(people, role) else [mention]


def _of_another(reading: Reading, role: Mention, name: Mention, told: AbstractSet[str | None]) -> bool:
    """Whether a role of an earlier sentence is of another state than the one that is told of a name."""
    sentence = reading.tokens.sentence
    apart = sentence[role.first] != sentence[name.first]
    return apart and bool(told) and role.role.state not in {None, *told}


_LEAD = 3  # tokens between a role that ends a sentence and the name with which the next begins


def _spoken_to(reading: Reading, role: Mention | None, name: Mention, said: AbstractSet[str]) -> bool:
    """Whether a name stands in the sentence of a role, behind a word of saying and no quoted words: it is
    somebody whom the official told something ("the minister told CNN's X that …")."""
    if role is None or reading.tokens.sentence[role.first] != reading.tokens.sentence[name.first]:
        return False
    accounts = word_lists(reading.lex.language, "lists").get("accounts", ())
    if reading.tokens.folded[name.first - 1] in accounts:
        return False  # `le ministre assume : selon X, …`
    between = reading.tokens.words[role.last : name.first]
    told = said & set(reading.tokens.folded[role.last : name.first])
    return bool(told) and not any(word in _QUOTES for word in between)


def _held(people: People, role: Role) -> bool:
    """Whether somebody in the document has a role that may be this one."""
    return any(
        compatible(role, other)
        for person in people.all
        if not (role.de_facto and any(own.state for own in person.roles))
        for other in person.roles
    )


def _next(reading: Reading, role: Mention, name: Mention) -> bool:
    """Whether a sentence ends with a role and the next begins with the name, at most a word or two of saying
    before it ("… the minister. X said", `… szef norweskiej dyplomacji. Zdaniem X …`)."""
    tokens = reading.tokens
    between = tokens.words[role.last : name.first]
    told = role.role.definite or (reading.lex.inflects and not role.role.indefinite)
    return (
        between[:1] == ["."]
        and len(between) <= _LEAD
        and all(word.isalpha() for word in between[1:])
        and told
        and tokens.sentence[name.first] == tokens.sentence[role.last + 1] != tokens.sentence[role.first]
    )


__all__ = ["People", "Person", "compatible", "complete", "introduced"]
