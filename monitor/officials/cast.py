"""The speakers of one document: who each name, role, pronoun and body in it is.

The document is read once (``cast_of``). ``Cast.resolve`` answers for the source of an attribution with a
``Speaker``, or with a ``Held`` that says what is missing; it never takes the nearest name for want of
a better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.model import Held, Kind, Span, Speaker
from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading, best_role, read_mentions
from monitor.officials.names import latin, name_key, same_name
from monitor.officials.register import Holding, Register, akin
from monitor.officials.roles import Role, facts
from monitor.officials.states import state_adjective, state_name


@dataclass(slots=True)
class Person:
    """Somebody named in the document, with all that it says of the person."""

    name: str
    key: str
    mentions: list[Mention] = field(default_factory=list)
    organised: bool = False

    @property
    def roles(self) -> list[Role]:
        """All roles that the document gives the person, in order of place."""
        return [role for mention in self.mentions for role in mention.roles if role.head]

    @property
    def female(self) -> bool | None:
        """Whether the document's words say that the person is a woman; None where they do not say."""
        said = {role.female for mention in self.mentions for role in mention.roles} - {None}
        return said.pop() if len(said) == 1 else None


class Cast:
    """The people, bodies and states of one document."""

    def __init__(
        self,
        text: str,
        language: str,
        register: Register,
        on: date,
        segments: Sequence[Span] = (),
        title: str | None = None,
        home: str | None = None,
    ) -> None:
        self.text, self.language, self.register, self.on, self.home = text, language, register, on, home
        self.segments = tuple(segments)
        self.reading: Reading = read_mentions(text, language)
        self.persons: list[Person] = []
        self._person_of: dict[int, Person] = {}
        heading = read_mentions(title, language) if title else None
        self._gather(self.reading, heading)

    # --- who is there -------------------------------------------------------------------------------

    def _gather(self, reading: Reading, heading: Reading | None) -> None:
        named = [mention for mention in reading.mentions if mention.name]
        extra = [mention for mention in heading.mentions if mention.name] if heading else []
        everybody = sorted([*named, *extra], key=lambda mention: -len(_key_words(mention, self.language)))
        for mention in everybody:
            key = name_key(mention.name or "", self.language)
            if not key:
                continue
            person = self._same(key, mention)
            if person is None:
                person = Person(mention.name or "", key, [], mention.organised)
                self.persons.append(person)
            person.mentions.append(mention)
            self._person_of[id(mention)] = person
        for person in self.persons:
            person.mentions.sort(key=lambda mention: mention.first)

    def _same(self, key: str, mention: Mention) -> Person | None:
        exact = [person for person in self.persons if person.key == key]
        if exact:
            return exact[0]
        alike = [person for person in self.persons if same_name(key, person.key) and not person.organised]
        if len(alike) > 1 and mention.role.head:
            fitting = [
                person for person in alike if any(_compatible(mention.role, role) for role in person.roles)
            ]
            alike = fitting or alike
        if len(alike) == 1:
            return alike[0]
        return None

    # --- the answer ---------------------------------------------------------------------------------

    def resolve(self, source: Span | str, near: Span) -> Speaker | Held:
        """Who the source of an attribution is.

        ``source`` is the noun phrase as it stands in the text, or its words; ``near`` the attributed
        words, which decide between two occurrences and where a pronoun looks back from. Never raises.
        """
        span = source if isinstance(source, Span) else self._locate(source, near)
        if span is None:
            return self._alone(str(source), near)
        inside = self._inside(span)
        persons = [m for m in inside if m.name and self._within_name(m, span)]
        free = [m for m in persons if not self._owner(m)] or persons
        real = [m for m in free if not m.organised]
        if real:
            return self._person(self._person_of[id(real[0])], real[0])
        for mention in inside:
            if mention.name and mention.organised:
                return self._organised(mention)
            if mention.pronoun:
                return self._pronoun(mention)
            if mention.role.head and mention.role.head != "relay":
                return self._role(mention, span)
        seen = span.of(self.text)
        return Held("speaker_unresolved", f"nobody is named in “{seen[:80]}”")

    def _locate(self, words: str, near: Span) -> Span | None:
        words = words.strip()
        best: Span | None = None
        at = self.text.find(words) if words else -1
        while at >= 0:
            span = Span(at, at + len(words))
            if best is None or abs(span.start - near.start) < abs(best.start - near.start):
                best = span
            at = self.text.find(words, at + 1)
        return best

    def _alone(self, source: str, near: Span) -> Speaker | Held:
        words = source.strip()
        if not words:
            return Held("speaker_unresolved", "no source")
        cast = Cast(words, self.language, self.register, self.on, (), None, self.home)
        for mention in cast.reading.mentions:
            if mention.name and (known := self._same(name_key(mention.name, self.language), mention)):
                return self._person(known, mention)
        del near
        return cast.resolve(Span(0, len(words)), Span(0, 0))

    def _inside(self, span: Span) -> list[Mention]:
        tokens = self.reading.tokens
        wanted = tokens.within(span.start, span.end)
        return [m for m in self.reading.mentions if m.first < wanted.stop and m.last > wanted.start]

    def _within_name(self, mention: Mention, span: Span) -> bool:
        tokens = self.reading.tokens
        start, end = tokens.starts[mention.name_first], tokens.ends[mention.name_last - 1]
        return start < span.end and span.start < end

    def _owner(self, mention: Mention) -> bool:
        """Whether the name only says whose office it is ("Zelensky's chief of staff")."""
        tokens = self.reading.tokens
        at = mention.name_last
        return at + 1 < len(tokens) and tokens.words[at] in "'’" and tokens.folded[at + 1] == "s"

    # --- people -------------------------------------------------------------------------------------

    def _person(self, person: Person, mention: Mention) -> Speaker | Held:
        roles = person.roles
        role = self._fitting(person, mention)
        holding = self._holding(person, role)
        if not roles and holding is None:
            same = [
                other for other in self.persons if same_name(person.key, other.key) and not other.organised
            ]
            if len(person.key.split()) == 1 and len(same) > 1:
                return Held("speaker_unresolved", f"{len(same)} people are called {person.name}")
            if len(person.key.split()) == 1:
                return Held("speaker_unresolved", f"{person.name} is named without a role")
            return Speaker(person.name, latin(person.name, self.language), "other")
        return self._speaker(person, role, holding)

    def _fitting(self, person: Person, mention: Mention) -> Role:
        """The role that the document gives the person, filled up from its other wordings."""
        roles = person.roles
        own = [role for role in mention.roles if role.head]
        role = best_role(own) if own else best_role(roles)
        if role.kind is None or (role.head != "office" and any(other.head == "office" for other in roles)):
            role = best_role(roles)
        if role.rank:
            better = [other for other in roles if other.head == "office" and not other.rank]
            role = best_role(better) if better else role
        for other in roles:
            if role.state is None and other.state and not role.private and other.kind != "other":
                role = replace(role, state=other.state, kind=role.kind or other.kind)
            if role.body is None and other.body and (other.state in {None, role.state}):
                role = replace(role, body=other.body, body_id=other.body_id, kind=role.kind or other.kind)
        return role

    def _holding(self, person: Person, role: Role) -> Holding | None:
        many = len(person.key.split()) > 1 or any("㐀" <= char <= "鿿" for char in person.key)
        names = [person.name]
        for name in names:
            state = role.state if role.state else None
            office = role.office if role.head == "office" and not role.former else None
            found = self.register.holder(name, self.on, state=state, office=office, language=self.language)
            if found is None and role.rank and state:
                found = self.register.holder(name, self.on, state=state, language=self.language)
            if found is None and role.former:
                found = self.register.holder(name, self.on, state=state, language=self.language)
            if found is None:
                continue
            if many or (role.head == "office" and state) or _office_fact(found.term.office, "top"):
                if not many and not role.head and found.certain is not True:
                    continue
                return found
        return None

    def _speaker(self, person: Person, role: Role, holding: Holding | None) -> Speaker | Held:
        state, kind, office = role.state, role.kind, role.office
        if holding is not None:
            term = holding.term
            state = state or term.state
            if role.head != "office" and kind not in {"former", "other"}:
                if holding.certain is None and not role.head:
                    return Held(
                        "kind_unknown",
                        f"{person.name}: whether still {term.office} on {self.on} is not known",
                    )
                kind = "former" if holding.certain is False else _kind_of(state)
                office = term.office
            elif kind is None or (
                office and data("offices.toml")["offices"].get(office, {}).get("scope") == "open"
            ):
                office = term.office if akin(term.office, office or "") else office
                kind = kind if kind in {"former", "de_facto"} else _kind_of(state)
            elif role.rank and akin(term.office, office or ""):
                office = term.office
        name_en = holding.official.name if holding else latin(person.name, self.language)
        official = holding.official.id if holding else None
        if kind == "other":
            return Speaker(
                person.name, name_en, "other", None, role.phrase or None, office, role.body, official
            )
        if state is None and kind in {"state", None}:
            state = self._context_state(person)
            kind = kind or ("state" if state and self._public(role) else None)
        speaker = Speaker(
            person.name,
            name_en,
            kind or "other",
            state,
            role.phrase or None,
            office,
            self._body(role),
            official,
        )
        if kind is None:
            return Held("kind_unknown", f"{person.name}: {role.phrase or 'no role'}")
        if state is None and kind == "state":
            return Held("state_unresolved", f"{person.name}: {role.phrase}")
        return speaker

    def _public(self, role: Role) -> bool:
        scope = data("offices.toml")["offices"].get(role.office or "", {}).get("scope")
        return scope == "public" or role.office in {
            "president",
            "spokesperson",
            "governor",
            "adviser",
            "chief_of_staff",
        }

    def _context_state(self, person: Person) -> str | None:
        """A state that the text leaves no doubt of: of the same office before, or the outlet's own."""
        offices = {role.office for role in person.roles if role.office}
        places = {m.first for m in person.mentions}
        for mention in self.reading.mentions:
            role = mention.role
            if (
                role.state
                and role.office in offices
                and role.head == "office"
                and mention.first not in places
            ):
                known = self._person_of.get(id(mention))
                if known is None:
                    return role.state
        return self.home

    def _body(self, role: Role) -> str | None:
        return role.body

    # --- roles, bodies, states without a name -------------------------------------------------------

    def _role(self, mention: Mention, span: Span) -> Speaker | Held:
        role = mention.role
        words = span.of(self.text).strip(" ,;:") if span.end - span.start < 120 else role.phrase
        if role.head == "office":
            return self._bare_office(mention, role, words)
        if role.head in {"people", "group"}:
            return self._unnamed(role, words)
        if role.head == "body":
            return self._speaking_body(mention, role)
        if role.head == "generic":
            return self._generic(mention, role)
        if role.head == "state":
            if role.form == "region" or role.state is None or role.kind is None:
                return Held("speaker_unresolved", f"“{words}” is a place")
            return Speaker(role.phrase, state_name(role.state), _kind_of(role.state), role.state)
        return Held("speaker_unresolved", f"“{words}” names nobody")

    def _unnamed(self, role: Role, words: str) -> Speaker | Held:
        kind: Kind = role.kind or "anonymous"
        if kind == "state" and role.state is None:
            return Held("state_unresolved", words)
        return Speaker(words, words, kind, role.state, None, None, role.body)

    def _bare_office(self, mention: Mention, role: Role, words: str) -> Speaker | Held:
        """A role without a name: the person of the document who has it, else the office itself."""
        persons = [
            p for p in self._persons_near(mention) if any(_compatible(role, other) for other in p.roles)
        ]
        if role.state is None and not role.body and len(persons) > 1:
            before = [p for p in persons if any(m.first < mention.first for m in p.mentions)]
            latest = max(
                before,
                key=lambda p: max(m.first for m in p.mentions if m.first < mention.first),
                default=None,
            )
            persons = [latest] if latest and not self._rivals(latest, before, mention) else persons
        if len(persons) == 1 and not role.indefinite:
            return self._person(persons[0], persons[0].mentions[0])
        if role.kind == "other" or role.private:
            return Speaker(words, words, "other", None, role.phrase, role.office, role.body)
        if role.former:
            return Speaker(words, words, "former", role.state, role.phrase, role.office, role.body)
        state = role.state or self._body_state(mention, role)
        if role.office in {"spokesperson", "deputy_spokesperson"} and role.body_id:
            known = replace(role, state=state)
            return self._speaking_body(mention, known)
        if len(persons) > 1:
            return Held("speaker_unresolved", f"{len(persons)} people may be “{words}”")
        if state is None:
            return Held("state_unresolved" if role.kind == "state" else "speaker_unresolved", words)
        if _office_fact(role.office, "single") and not role.indefinite:
            return self._office_itself(role, state, words)
        if role.office == "spokesperson" and not role.indefinite:
            return Speaker(
                role.phrase, role.phrase, _kind_of(state), state, role.phrase, role.office, role.body
            )
        kind: Kind = role.kind if role.kind == "de_facto" else "anonymous"
        return Speaker(words, words, kind, state, role.phrase, role.office, role.body)

    def _office_itself(self, role: Role, state: str, words: str) -> Speaker:
        holders = self.register.holders_of(state, role.office or "", self.on)
        kind: Kind = role.kind if role.kind in {"de_facto", "intergovernmental"} else _kind_of(state)
        if len(holders) == 1 and holders[0].certain and role.office != "ambassador":
            known = holders[0].official
            return Speaker(
                role.phrase, known.name, kind, state, role.phrase, role.office, role.body, known.id
            )
        return Speaker(
            role.phrase or words, role.phrase or words, kind, state, role.phrase, role.office, role.body
        )

    def _rivals(self, latest: Person, persons: Sequence[Person], mention: Mention) -> bool:
        """Whether another fitting person is mentioned as lately, in the same paragraph."""
        here = self._paragraph(mention.first)
        lately = [
            p
            for p in persons
            if any(m.first < mention.first and self._paragraph(m.first) == here for m in p.mentions)
        ]
        return latest in lately and len(lately) > 1

    def _speaking_body(self, mention: Mention, role: Role) -> Speaker | Held:
        fact = facts(role.body_id or "")
        words = role.phrase
        if role.body and words.lower().startswith("the "):
            words = words[4:]
        if fact:
            kind: Kind = "de_facto" if role.de_facto else fact.get("kind", "state")  # type: ignore[assignment]
            title = fact["title"] or role.body or words
            state = None if kind == "other" else fact.get("state") or role.state
            return Speaker(words, title, kind, state, None, None, role.body, f"body:{role.body_id}")
        state = role.state or self._body_state(mention, role)
        if role.de_facto:
            return Speaker(words, words, "de_facto", None, None, None, role.body)
        if state is None:
            return Held("state_unresolved", f"whose “{words}” is not said")
        generic = (role.body_id or "").rsplit("-", 1)[-1]
        title = f"{state_adjective(state)} {data('bodies.toml')['generic'].get(generic, role.body)}"
        return Speaker(
            words, title, _kind_of(state), state, None, None, role.body, f"body:{state.lower()}-{generic}"
        )

    def _body_state(self, mention: Mention, role: Role) -> str | None:
        """The state of a body or office named without one: that of the last full wording before it."""
        wanted = (role.body_id or "").rsplit("-", 1)[-1]
        for other in reversed(self._earlier(mention)):
            for known in (other.role, *other.roles):
                same_body = wanted and (known.body_id or "").rsplit("-", 1)[-1] == wanted
                same_office = not wanted and role.office and known.office == role.office
                if known.state and (same_body or same_office):
                    return known.state
        return None

    def _generic(self, mention: Mention, role: Role) -> Speaker | Held:
        """ "The ministry": the last body of that kind before."""
        word = (role.body or "").lower()
        for other in reversed(self._earlier(mention)):
            for known in (other.role, *other.roles):
                if known.body and known.body_id and word.split()[-1] in _stem_words(known, word):
                    return self._speaking_body(other, replace(known, head="body", phrase=known.body))
        return Held("speaker_unresolved", f"“{word}” is not named before")

    def _organised(self, mention: Mention) -> Speaker | Held:
        name = mention.name or ""
        return Speaker(name, latin(name, self.language), "other", None, None, None, name)

    def _earlier(self, mention: Mention) -> list[Mention]:
        segment = self._segment(mention.first)
        return [
            other
            for other in self.reading.mentions
            if other.first < mention.first and other is not mention and self._segment(other.first) == segment
        ]

    # --- pronouns -----------------------------------------------------------------------------------

    def _pronoun(self, mention: Mention) -> Speaker | Held:
        """The person of the last sentence that has one, who is of the pronoun's sex as far as is known."""
        tokens = self.reading.tokens
        segment = self._segment(mention.first)
        here = self._paragraph(mention.first)
        if mention.pronoun == "body":
            for other in reversed(self._earlier(mention)):
                if other.role.head in {"body", "generic"} and self._paragraph(other.first) >= here - 1:
                    return self._role(other, self.reading.span(other))
            return Held("speaker_unresolved", "“it” is no body named before")
        earlier = [
            other
            for other in self.reading.mentions
            if other.last <= mention.first
            and self._person_like(other)
            and self._segment(other.first) == segment
            and self._paragraph(other.first) >= here - 2
        ]
        by_sentence: dict[int, list[Mention]] = {}
        for other in earlier:
            by_sentence.setdefault(tokens.sentence[other.first], []).append(other)
        for number in sorted(by_sentence, reverse=True):
            group = [other for other in by_sentence[number] if self._agrees(other, mention)]
            group = [other for other in group if not (other.name and self._owner(other))] or group
            if not group:
                continue
            people = {id(self._person_of.get(id(other), other)) for other in group}
            chosen = group[0] if len(people) == 1 else self._subject(group, number)
            if chosen is None:
                return Held(
                    "speaker_unresolved", f"{len(people)} people may be “{tokens.words[mention.first]}”"
                )
            if chosen.name:
                return self._person(self._person_of[id(chosen)], chosen)
            return self._role(chosen, self.reading.span(chosen))
        return Held("speaker_unresolved", f"nobody before “{tokens.words[mention.first]}”")

    def _person_like(self, mention: Mention) -> bool:
        if mention.name:
            return not mention.organised and (bool(mention.role.head) or self._known(mention))
        return mention.role.head == "office" and not mention.role.indefinite and mention.role.definite

    def _known(self, mention: Mention) -> bool:
        person = self._person_of.get(id(mention))
        if person is None:
            return False
        return bool(person.roles) or len(person.key.split()) > 1

    def _agrees(self, other: Mention, pronoun: Mention) -> bool:
        if pronoun.pronoun == "open":
            return True
        person = self._person_of.get(id(other))
        female = person.female if person else other.role.female
        return female is None or female == (pronoun.pronoun == "female")

    def _subject(self, group: Sequence[Mention], sentence: int) -> Mention | None:
        """The one who speaks in the sentence, or with whom it begins."""
        tokens = self.reading.tokens
        said = self._said()
        speaking = []
        for mention in group:
            around = [*range(max(0, mention.first - 2), mention.first)]
            around += range(mention.last, min(len(tokens), mention.last + 3))
            if any(tokens.folded[at] in said for at in around):
                speaking.append(mention)
        people = {id(self._person_of.get(id(m), m)) for m in speaking}
        if len(people) == 1:
            return speaking[0]
        opening = group[0]
        before = tokens.within(tokens.breaks[sentence - 1] if sentence else 0, tokens.starts[opening.first])
        return opening if len(before) <= 2 and not speaking else None

    def _said(self) -> frozenset[str]:
        from extractors.languages import words as table

        return frozenset(table(self.language, "roles").get("lists", {}).get("said", ()))

    # --- places -------------------------------------------------------------------------------------

    def _segment(self, token: int) -> int:
        offset = self.reading.tokens.starts[token]
        for number, segment in enumerate(self.segments):
            if segment.start <= offset < segment.end:
                return number
        return -1

    def _paragraph(self, token: int) -> int:
        return self.text.count("\n", 0, self.reading.tokens.starts[token])

    def _persons_near(self, mention: Mention) -> list[Person]:
        segment = self._segment(mention.first)
        return [
            p
            for p in self.persons
            if not p.organised
            and any(
                m.name_last <= len(self.reading.tokens)
                and self._segment(min(m.first, len(self.reading.tokens) - 1)) == segment
                for m in p.mentions
            )
        ]


def _office_fact(office: str | None, name: str) -> bool:
    return bool(data("offices.toml")["offices"].get(office or "", {}).get(name, False))


def _key_words(mention: Mention, language: str) -> list[str]:
    return name_key(mention.name or "", language).split()


def _compatible(role: Role, other: Role) -> bool:
    """Whether two role phrases may be of one person."""
    if role.state and other.state and role.state != other.state:
        return False
    if role.former != other.former and role.head == "office" and other.head == "office":
        return False
    if role.office and other.office:
        return role.office == other.office or (
            akin(role.office, other.office) and _general(role.office, other.office)
        )
    return bool(role.body_id and role.body_id == other.body_id)


_LOOSE = frozenset(
    [
        "minister",
        "head",
        "official",
        "general",
        "diplomat",
        "adviser",
        "secretary",
        "secretary_general",
        "officer",
    ]
)


def _general(one: str, other: str) -> bool:
    """Whether one of two akin offices is the loose word for the other ("the minister")."""
    loose = {
        "minister",
        "head",
        "official",
        "general",
        "diplomat",
        "adviser",
        "secretary",
        "secretary_general",
        "officer",
    }
    return one in loose or other in loose


def _stem_words(role: Role, word: str) -> set[str]:
    generic = (role.body_id or "").rsplit("-", 1)[-1]
    fact = facts(role.body_id or "")
    kinds = {*generic.split("_"), *fact.get("generic", "").split("_"), *(role.body or "").lower().split()}
    return kinds | ({word.split()[-1]} if word.split()[-1] in (role.phrase or "").lower().split() else set())


def _kind_of(state: str | None) -> Kind:
    return "intergovernmental" if state in {"UN", "EU", "NATO", "OSCE", "ICRC", "AFU", "CCM"} else "state"


def cast_of(
    text: str,
    language: str,
    register: Register,
    on: date,
    segments: Sequence[Span] = (),
    title: str | None = None,
    home: str | None = None,
) -> Cast:
    """Reads a document's speakers.

    ``on`` is the day the words were said or published, ``segments`` the posts of a live page, which no
    pronoun or bare role looks out of; ``home`` the state whose officials an outlet names without it.
    """
    return Cast(text, language, register, on, segments, title, home)
