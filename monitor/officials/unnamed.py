"""Who speaks where a source has no name: an office, a body, a state, a pronoun."""

from __future__ import annotations

from dataclasses import replace

from extractors.languages import words
from monitor.model import Held, Span, Speaker
from monitor.officials.mentions import Mention, Reading
from monitor.officials.named import Named
from monitor.officials.names import latin
from monitor.officials.persons import Person, compatible
from monitor.officials.pronouns import referent
from monitor.officials.register import Holding
from monitor.officials.roles import Role, kind_of_state, office_fact, with_kind
from monitor.officials.seats import PARTY_POSTS, party_named
from monitor.officials.speaking import speaking_body
from monitor.officials.states import state_name
from monitor.officials.word_lists import word_lists

_SPOKEN = frozenset({"spokesperson", "deputy_spokesperson"})
_GOVERN = frozenset({"state", "intergovernmental"})


class Unnamed(Named):
    """The offices, bodies and states of one document, and whom its pronouns mean."""

    def _role(self, mention: Mention, span: Span) -> Speaker | Held:
        role = self._owned(mention.role, mention)
        exact = self.reading.lex.cased and span.end - span.start < 120
        inner = span if exact else self.reading.span(mention)
        unnamed = role.head == "people" or role.indefinite
        source = inner.of(self.text).strip(" ,;:") if exact or unnamed else role.phrase
        if role.head in {"office", "body"} and self._civil_military(role, mention):
            return Held("state_unresolved", f"of which side “{source}” is, is not told")
        if role.head == "office":
            return self._bare_office(mention, role, source)
        if role.head in {"people", "group"}:
            if role.kind == "state" and role.state is None:
                return Held("state_unresolved", source)
            if role.state and self._joint(mention):
                return Held("state_unresolved", f"“{source}” speak for several states")
            return Speaker(source, source, role.kind or "anonymous", role.state, body=role.body)
        if role.head == "body":
            return self._of_their_republic(mention, role) or speaking_body(role, self.language)
        if role.head == "generic":
            found = self.setting.antecedent(mention, role.generic or "")
            if found is not None:
                return speaking_body(
                    replace(found, head="body", phrase=found.body or found.phrase), self.language
                )
        if role.head == "state" and role.form == "adj" and self._a_people(role, mention):
            return Held("speaker_unresolved", f"“{source}” are a people, and not told to be its state")
        if role.head == "state" and role.state and role.form not in {"region", "host"}:
            return Speaker(role.phrase, state_name(role.state), kind_of_state(role.state), role.state)
        return Held("speaker_unresolved", f"“{source}” is not told who that is")

    def _of_their_republic(self, mention: Mention, role: Role) -> Speaker | None:
        """A body of "the republic" (`МЧС республики`) where the text spoke of an authority that calls itself
        one and is not recognised."""
        stems = word_lists(self.language, "lists").get("republics", ())
        if not stems or not role.phrase.casefold().rsplit(" ", 1)[-1].startswith(stems):
            return None
        told = (known for other in self.setting.earlier(mention) for known in (other.role, *other.roles))
        if not any(known.kind == "de_facto" for known in told):
            return None
        return Speaker(role.phrase, latin(role.phrase, self.language, None), "de_facto", body=role.phrase)

    def _a_people(self, role: Role, mention: Mention) -> bool:
        """Whether a state's people are the source without an article (`Ukrainians say`)."""
        tokens, first = self.reading.tokens, mention.first
        adjectives = words(self.language, "states").get("adjectives", {}).get(role.state, ())
        word = role.phrase.split()[-1] if role.phrase else ""
        plural = self.language == "en" and word.endswith("s") and word[:-1] in adjectives
        return plural and "the" not in tokens.folded[max(0, first - 1) : first + 1]

    def _bare_office(self, mention: Mention, role: Role, source: str) -> Speaker | Held:
        """A role without a name: the person of the document who has it, else the office itself."""
        if role.office in _SPOKEN and role.state is None and not role.body_id and self._his(mention):
            role = with_kind(replace(role, state=self._of_him(mention)))
        if not role.indefinite and (known := self._told(mention, role, source)) is not None:
            return known
        kind = role.kind
        if kind in {"other", "former"} or role.private:
            state = None if kind == "other" else role.state
            return Speaker(source, source, kind or "other", state, role.phrase, role.office, role.body)
        if (headlined := self._headlined(role)) is not None:
            return headlined
        if role.office in _SPOKEN:
            role = self._spoken_for(mention, role)
            if role.body_id:
                return speaking_body(role, self.language)
        if role.state is None and (state := self.setting.state_of(role, mention) or self._in_title(role)):
            role = with_kind(replace(role, state=state))
        if role.state is None and kind != "de_facto":
            return Held("state_unresolved" if kind == "state" else "speaker_unresolved", source)
        known = Speaker(
            role.phrase,
            role.phrase,
            role.kind or "anonymous",
            role.state,
            role.phrase,
            role.office,
            role.body,
        )
        points = self.reading.lex.nouns or self.reading.lex.points
        pointed = role.definite and points and role.office != "official"
        if pointed and kind != "de_facto" and not office_fact(role.office, "single"):
            person = self._just_named(mention, role)
            if person is not None:
                person.extra.append(role)
                return self._person(person.mentions[0])
            return Held("speaker_unresolved", f"“{source}” is not told who that is")
        if role.office in _SPOKEN and role.kind in {"state", "intergovernmental"}:
            return replace(known, name=source)  # whose words they are is said, if not by whom
        if not office_fact(role.office, "single") or role.indefinite:
            return known if kind == "de_facto" else replace(known, name=source, kind="anonymous")
        holders = self.register.holders_of(role.state or "", role.office or "", self.on)
        if len(holders) == 1 and holders[0].certain and role.office != "ambassador":
            return replace(known, name_en=holders[0].official.name, official=holders[0].official.id)
        return known

    def _joint(self, mention: Mention) -> bool:
        """Whether another state's name is joined to that of a role (`the ministers of Peru, Chile and Y`)."""
        tokens = self.reading.tokens
        links = {",", *word_lists(self.language, "links").get("and", ())}
        at = mention.last
        joined = at + 1 < len(tokens) and tokens.folded[at] in links
        behind = {tag.first: tag for tag in self.reading.tags if at < tag.first <= at + 2}
        return joined and any((entry := tag.get("state")) and entry.form == "name" for tag in behind.values())

    def _his(self, mention: Mention) -> bool:
        """Whether an office is somebody's told before (`his spokesman said`)."""
        folded = self.reading.tokens.folded
        owners = word_lists(self.language, "lists").get("owners", ())
        return any(folded[at] in owners for at in (mention.first - 1, mention.first) if at >= 0)

    def _of_him(self, mention: Mention) -> str | None:
        """The state of the officials named in this paragraph or the one before, where it is one."""
        here = self.setting.paragraph(mention)
        near = [m for m in self.setting.earlier(mention) if m.name and self.setting.paragraph(m) >= here - 1]
        known = [self._other(other) for other in near]
        states = {one.state for one in known if isinstance(one, Speaker) and one.kind in _GOVERN}
        return states.pop() if len(states) == 1 else None

    def _told(self, mention: Mention, role: Role, source: str) -> Speaker | Held | None:
        """Whom a definite office means of those whom the document told; None where it told none."""
        people = self._who(mention, role)
        if len(people) == 1:
            return self._holder(people[0], role)
        if people:
            return Held("speaker_unresolved", f"{len(people)} people may be “{source}”")
        before = self._told_before(mention, role) if role.definite and role.state is None else None
        return self._role(before, self.reading.span(before)) if before else None

    def _told_before(self, mention: Mention, role: Role) -> Mention | None:
        """The office with its state that the last sentence of the paragraph told in full ("Peru's defence
        minister told … “…,” the minister said"), where it told no other."""
        number = self.reading.tokens.sentence[mention.first]
        here = self.setting.paragraph(mention)
        told = [
            other
            for other in self.setting.earlier(mention)
            if self.reading.tokens.sentence[other.first] == number - 1
            and self.setting.paragraph(other) == here
            and other.role.head == "office"
        ]
        if len(told) != 1 or told[0].name or not told[0].role.state or told[0].role.indefinite:
            return None
        office, word = told[0].role.office or "", role.office or "-"
        return told[0] if office == word or office.endswith(f"_{word}") else None

    def _in_title(self, role: Role) -> str | None:
        """The state of the one whom the title names and the register has in a bare office
        ("Smith defends the shells" / "The president said")."""
        heading = self.setting.heading
        if heading is None or not role.definite or not office_fact(role.office, "top"):
            return None
        held = [
            self.register.holder(mention.name, self.on, office=role.office, language=self.language)
            for mention in heading.mentions
            if mention.name and not mention.organised
        ]
        states = {one.term.state for one in held if one is not None and one.certain}
        return states.pop() if len(states) == 1 else None

    def _headlined(self, role: Role) -> Speaker | None:
        """Whom the title names and an office in the text means (`Shoigu threatens …` / `The secretary of the
        Security Council said …`): the one of them who has it by the register, else the bare name before its
        colon, where the register knows nobody so called and the text names nobody and tells no other office.
        """
        heading = self.setting.heading
        if heading is None or role.indefinite or role.former:
            return None
        named = [one for one in heading.mentions if one.name and not one.organised]
        held = {
            found.official.id: (name, found)
            for name in [one.name or "" for one in named] + _capitals(heading)
            if (found := self._in_office(name, role)) is not None
        }
        if len(held) == 1:
            name, known = next(iter(held.values()))
            role = with_kind(replace(role, state=role.state or known.term.state))
            return self._titled_as(name, role, known)
        says = bool(named) and not held and not self.people.all and self._labels(heading, named[0])
        if not says or not role.state or role.kind not in {"state", "intergovernmental"}:
            return None
        offices = {one.role.office for one in self.reading.mentions if one.role.head == "office"}
        taken = any(one.certain for one in self.register.holders_of(role.state, role.office or "", self.on))
        single = bool(role.office and office_fact(role.office, "single"))
        return None if len(offices) > 1 or (taken and single) else self._titled_as(named[0].name or "", role)

    def _in_office(self, name: str, role: Role) -> Holding | None:
        """The register's answer for a title's name in an office; None where it ended before the day."""
        known = self.register.holder(
            name, self.on, state=role.state, office=role.office, language=self.language
        )
        return known if known is not None and known.certain is not False else None

    def _labels(self, heading: Reading, named: Mention) -> bool:
        """Whether a title begins with a bare name and a colon, and the register has nobody of that name."""
        after, tokens = named.last, heading.tokens
        if named.first > 1 or named.roles or after >= len(tokens) or tokens.words[after] != ":":
            return False
        return self.register.holder(named.name or "", self.on, language=self.language) is None

    def _titled_as(self, name: str, role: Role, known: Holding | None = None) -> Speaker:
        english = known.official.name if known else latin(name, self.language, role.state)
        official = known.official.id if known else None
        kind = role.kind or "state"
        return Speaker(name, english, kind, role.state, role.phrase, role.office, role.body, official)

    def _spoken_for(self, mention: Mention, role: Role) -> Role:
        """A bare spokesperson with the body or state that is the subject of the sentence."""
        if role.body_id or role.state or mention.owner is not None:
            return role
        subject = self.setting.of_subject(mention)
        if subject is None:
            return role
        told = self.setting.labelling()
        if told is not None and told.state != subject.state:
            return role if told.body_id is None else replace(told, head="office")
        return (
            replace(subject, head="office")
            if subject.body_id
            else with_kind(replace(role, state=subject.state))
        )

    def _holder(self, person: Person, role: Role) -> Speaker | Held:
        """The person who has a role told without a name ("X, leader of the party Y … the deputy said")."""
        posts = {other.office for other in person.roles}
        if role.office not in posts and posts & PARTY_POSTS:
            person.extra.append(role)
        return self._person(person.mentions[0])

    def _just_named(self, mention: Mention, role: Role) -> Person | None:
        """The one person of the sentence before, of that sex, whose own roles are no public office
        ("X, leader of the group Y. … the deputy said")."""
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        people = {
            id(person): person
            for other in self.setting.earlier(mention)
            if tokens.sentence[other.first] == number - 1
            and (person := self.people.of(other)) is not None
            and person.full
            and person.roles
        }
        if len(people) != 1:
            return None
        person = next(iter(people.values()))
        public = any(office_fact(other.office, "scope") == "public" for other in person.roles)
        told = person.female is not None or any(other.office in PARTY_POSTS for other in person.roles)
        return (
            None
            if public or role.female is None or not told or person.female is (not role.female)
            else person
        )

    def _who(self, mention: Mention, role: Role) -> list[Person]:
        """The people who have a role: those of the same post, the last one named where several fit.

        Of a title of two words the one whose own title it ends or begins ("UN High Commissioner for Refugees
        X … the High Commissioner"), before all who hold a like office.
        """
        segment = self.setting.segment(mention)
        told = [
            person
            for person in self.people.all
            if any(_shortened(role, other) for other in person.roles)
            and any(m.first < mention.first and self.setting.segment(m) == segment for m in person.mentions)
        ]
        if len(told) == 1:
            return told
        party = party_named(role, self.language)  # `the SPD member` is nobody whose party is not told
        fitting = [
            person
            for person in self.people.all
            if not person.organised
            and (role.female is None or person.female is None or role.female is person.female)
            and any(compatible(role, other) or _ranked(role, other) for other in person.roles)
            and (not party or any(party & party_named(other, self.language) for other in person.roles))
            and any(self.setting.segment(m) == segment for m in person.mentions)
        ]
        if len(fitting) > 1 and role.body_id:  # `the ministry's spokesman` is nobody's of a party
            own = [one for one in fitting if any(other.body_id == role.body_id for other in one.roles)]
            fitting = own or fitting
        if len(fitting) < 2 or role.state:
            return fitting
        chosen = self._nearest(fitting, mention, 1)
        return [chosen] if isinstance(chosen, Person) else fitting

    def _pronoun(self, mention: Mention, near: Span | None) -> Speaker | Held:
        quoted = None if near is None or near.covers(self.reading.span(mention)) else near
        found = referent(self.reading, self.setting, self.people, self.said, mention, quoted)
        if isinstance(found, Held):
            return found
        return self._person(found) if found.name else self._role(found, self.reading.span(found))


def _capitals(heading: Reading) -> list[str]:
    """The words of a title that may be surnames, in a language that gives every noun a capital."""
    tokens = heading.tokens
    if not heading.lex.nouns:
        return []
    tagged = {at for tag in heading.tags for at in range(tag.first, tag.last)}
    return [tokens.words[at] for at in range(len(tokens)) if tokens.capital(at) and at not in tagged]


def _shortened(role: Role, other: Role) -> bool:
    """Whether a title of two words or more, with nothing else told, is part of somebody's longer one."""
    words = role.phrase.casefold().split()
    bare = role.definite and role.state is None and role.body_id is None and len(words) > 1
    return bare and f" {' '.join(words)} " in f" {other.phrase.casefold()} " and not other.former


def _ranked(role: Role, other: Role) -> bool:
    """Whether a bare rank ("the rear admiral") is part of somebody's title ("spokesman Rear Admiral X")."""
    within = role.phrase.casefold() in other.phrase.casefold()
    return role.rank and role.state in {None, other.state} and within
