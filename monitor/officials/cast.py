"""The speakers of one document: who each name, role, pronoun and body in it is.

The document is read once (``cast_of``). ``Cast.resolve`` answers for the source of an attribution with a
``Speaker``, or with a ``Held`` that says what is missing; it never takes the nearest name for want of a
better.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from monitor.model import Held, Kind, Span, Speaker
from monitor.officials.delegates import is_delegate
from monitor.officials.mentions import Mention, Reading, read_mentions
from monitor.officials.names import latin, name_key
from monitor.officials.partisans import told_by_party
from monitor.officials.persons import People, Person, compatible, complete, introduced
from monitor.officials.placed import speaking
from monitor.officials.pronouns import referent
from monitor.officials.register import Holding, Register, akin
from monitor.officials.roles import Role, kind_of_state, office_fact, read_role, with_kind
from monitor.officials.seats import PARTY_POSTS, in_parliament, of_party, seated
from monitor.officials.setting import Setting
from monitor.officials.speaking import speaking_body
from monitor.officials.states import state_name
from monitor.officials.word_lists import word_lists

#: Tokens that a mention with all its roles takes at most.
_LONGEST = 120
_SPOKEN = frozenset({"spokesperson", "deputy_spokesperson"})
_JOINED = 2  # tokens between two people whom "and" joins
_DEPTH = 3  # "the spokesman of his minister's adviser": how many explain one another


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
        country: str | None = None,
    ) -> None:
        self.text, self.language, self.register, self.on, self.home = text, language, register, on, home
        heading = read_mentions(title, language) if title else None
        titled = [mention.name for mention in heading.mentions if mention.name] if heading else []
        self.reading: Reading = read_mentions(text, language, titled)
        self.setting = Setting(self.reading, heading, tuple(segments), home, country)
        for mention in self.reading.mentions:
            mention.role = self.setting.completed(mention.role, mention)
            mention.roles = [self.setting.completed(role, mention) for role in mention.roles]
        self.people = People(self.reading, heading, language)
        self._asked: list[Person] = []  # those being told for the sake of somebody else
        self.said = frozenset(word_lists(language, "lists").get("said", ()))
        introduced(self.people, self.reading, self._follows, self._speaks)
        told_by_party(self.people, self.reading, self.setting, self._nearest)

    def _follows(self, role: Mention, name: Mention) -> bool:
        """Whether a name comes right after a role: in its paragraph or the next one, within some lines."""
        gap = self.setting.paragraph(name) - self.setting.paragraph(role)
        same = self.setting.segment(role) == self.setting.segment(name)
        return same and gap in {0, 1} and name.first - role.last <= 80

    def _speaks(self, mention: Mention) -> bool:
        """Whether a role speaks in its sentence, or the sentence begins with it."""
        tokens = self.reading.tokens
        if any(
            tokens.folded[at] in self.said for at in range(mention.last, min(len(tokens), mention.last + 3))
        ):
            return True
        return self.setting.begins(mention)

    # --- the answer ---------------------------------------------------------------------------------

    def resolve(self, source: Span | str, near: Span) -> Speaker | Held:
        """Who the source of an attribution is.

        ``source`` is the noun phrase as it stands in the text, or its words; ``near`` the attributed
        words, which decide between two occurrences of such words. Never raises.
        """
        span = source if isinstance(source, Span) else self._locate(source, near)
        if span is None:
            return self._alone(str(source))
        inside = speaking(self.reading, self._inside(span), span)
        names = [m for m in inside if m.name and not m.organised and self._names(m, span)]
        people = [m for m in names if not m.possessed] or ([] if len(inside) > len(names) else names)
        if people:
            return self._person(people[0])
        for mention in inside:
            if mention.name and mention.organised and self._names(mention, span):
                return Speaker(mention.name, latin(mention.name, self.language), "other", body=mention.name)
            if mention.pronoun:
                return self._pronoun(mention, near)
            if mention.role.head and mention.role.head != "relay" and not mention.name:
                return self._role(self._part(mention, span), span)
        for mention in inside:
            if mention.name:
                return self._person(mention)
        return Held("speaker_unresolved", f"nobody is named in “{span.of(self.text)[:80]}”")

    def _part(self, mention: Mention, span: Span) -> Mention:
        """The part of a role phrase that the source is, where it leaves out words before it."""
        first = self.reading.tokens.within(span.start, span.end).start
        if first <= mention.first:
            return mention
        tags = [tag for tag in self.reading.tags if first <= tag.first and tag.last <= mention.last]
        role = read_role(self.reading.tokens, self.reading.lex, tags)
        if not role.head:
            return mention
        return replace(mention, first=first, role=self.setting.completed(role, mention), roles=[])

    def unsaid(self, offset: int) -> Speaker | Held:
        """Whom a verb without a subject speaks of: as a pronoun at this place that tells no sex."""
        if not len(self.reading.tokens):
            return Held("speaker_unresolved", "an empty text")
        at = min(self.reading.tokens.at(offset), len(self.reading.tokens) - 1)
        return self._pronoun(Mention(at, at + 1, Role(), pronoun="open"), None)

    def _locate(self, source: str, near: Span) -> Span | None:
        source = source.strip()
        spans = (
            [Span(m.start(), m.end()) for m in re.finditer(re.escape(source), self.text)] if source else []
        )
        whole = [span for span in spans if self._is_whole(span)]
        return min(whole or spans, key=lambda span: abs(span.start - near.start), default=None)

    def _is_whole(self, span: Span) -> bool:
        """Whether the words stand by themselves (`Ukraine`, not `Russia-Ukraine`)."""
        around = self.text[max(0, span.start - 1) : span.start] + self.text[span.end : span.end + 1]
        return not any(char.isalnum() or char == "-" for char in around)

    def _alone(self, source: str) -> Speaker | Held:
        """A source whose words do not stand in the text."""
        source = source.strip()
        if not source:
            return Held("speaker_unresolved", "no source")
        cast = Cast(source, self.language, self.register, self.on, (), None, self.home)
        for mention in cast.reading.mentions:
            known = self.people.find(name_key(mention.name, self.language), mention) if mention.name else None
            if known is not None:
                return self._person(known.mentions[0])
        titled = self._titled(cast.reading.mentions)
        if titled is not None:
            return titled
        found = cast.resolve(Span(0, len(source)), Span(0, 0))
        if isinstance(found, Speaker) and found.kind == "other" and found.role is None and found.body is None:
            return Held("speaker_unresolved", f"{found.name} is not named in the text")
        return found

    def _titled(self, mentions: Sequence[Mention]) -> Speaker | Held | None:
        """The one person of the text who has the office that opens a headline's source."""
        role = mentions[0].role if mentions and not mentions[0].name else Role()
        if role.head != "office" or not (role.state or role.body_id) or role.indefinite:
            return None
        holders = [
            person
            for person in self.people.all
            if any(own.office == role.office and compatible(role, own) for own in person.roles)
        ]
        return self._person(holders[0].mentions[0]) if len(holders) == 1 else None

    def _inside(self, span: Span) -> list[Mention]:
        wanted = self.reading.tokens.within(span.start, span.end)
        mentions = self.reading.mentions
        start = bisect_left(mentions, wanted.start - _LONGEST, key=lambda mention: mention.first)
        end = bisect_left(mentions, wanted.stop, key=lambda mention: mention.first)
        return [mention for mention in mentions[start:end] if mention.last > wanted.start]

    def _names(self, mention: Mention, span: Span) -> bool:
        """Whether the name itself, and not only its role, stands in the span."""
        tokens = self.reading.tokens
        start, end = tokens.starts[mention.name_first], tokens.ends[mention.name_last - 1]
        return start < span.end and span.start < end

    # --- people -------------------------------------------------------------------------------------

    def _person(self, mention: Mention) -> Speaker | Held:
        person = self.people.of(mention)
        if person is None:
            return Held("speaker_unresolved", mention.name or "")
        if not person.full and not person.roles:
            chosen = self._nearest(self.people.called(person.key), mention)
            if isinstance(chosen, Held):
                return chosen
            person = chosen or person
        own = [role for role in mention.roles if role.head] if person is self.people.of(mention) else []
        owned = mention if mention.owner else next((m for m in person.mentions if m.owner), mention)
        role = self._owned(complete(person.roles, own), owned)
        holding = self._holding(person, role)
        if not role.head and holding is None:
            return self._roleless(person)
        return self._speaker(person, mention, role, holding)

    def _nearest(
        self, people: Sequence[Person], mention: Mention, paragraphs: int = 0
    ) -> Person | Held | None:
        """Who of several people: the only one named so far, or in this post, or in this paragraph or more.

        An article names nobody by surname whom it has not introduced.
        """
        sexed = [p for p in people if mention.role.female is not None and p.female is mention.role.female]
        people = sexed or people  # "M. Beridze" of two of the name
        if len(people) < 2:
            return people[0] if people else None
        segment = self.setting.segment(mention)
        here = [p for p in people if any(self.setting.segment(m) == segment for m in p.mentions)]
        if segment >= 0 and len(here) == 1:
            return here[0]
        so_far = [p for p in people if p.mentions[0].first < mention.first]
        if segment < 0 and len(so_far) == 1:
            return so_far[0]
        for back in range(paragraphs + 1):
            near = [person for person in people if any(self._near(m, mention, back) for m in person.mentions)]
            if len(near) == 1:
                return near[0]
            if near:
                break
        return Held("speaker_unresolved", f"{len(people)} people are called {mention.name}")

    def _near(self, one: Mention, mention: Mention, back: int) -> bool:
        """Whether one mention stands before another, in its post, at most so many paragraphs back."""
        if one.first >= mention.first or self.setting.segment(one) != self.setting.segment(mention):
            return False
        return self.setting.paragraph(mention) - self.setting.paragraph(one) <= back

    def _roleless(self, person: Person) -> Speaker | Held:
        """Somebody without a role: not an official, unless an office in the text has no name."""
        if not person.full:
            return Held("speaker_unresolved", f"{person.name} is named without a role")
        if not self.reading.lex.known:
            return Held("kind_unknown", f"{person.name}: no titles are known in “{self.language}”")
        if any(self._unfilled(mention) for mention in self.reading.mentions):
            return Held(
                "kind_unknown", f"{person.name} is named without a role, and an office without a name"
            )
        return Speaker(person.name, latin(person.name, self.language, None), "other")

    def _unfilled(self, mention: Mention) -> bool:
        role = mention.role
        if role.head == "people" and role.definite and role.people == "plural":
            return True
        if (
            mention.name
            or role.head != "office"
            or role.indefinite
            or role.rank
            or role.kind in {"other", "former"}
        ):
            return False
        holders = [p for p in self.people.all if any(compatible(role, other) for other in p.roles)]
        if any(role.office == other.office for person in holders for other in person.roles):
            return False
        return len(holders) != 1

    def _other(self, mention: Mention) -> Speaker | Held | None:
        """Who explains somebody else's role; None while that one is still being told by this one."""
        person = self.people.of(mention)
        if person is None or len(self._asked) == _DEPTH or any(person is other for other in self._asked):
            return None
        self._asked.append(person)
        try:
            return self._person(mention)
        finally:
            self._asked.pop()

    def _owned(self, role: Role, mention: Mention) -> Role:
        """ "Biden's adviser": the owner's state, where the role has none."""
        owner = mention.owner
        if owner is None or role.state or role.head not in {"office", "body", "people"}:
            return role
        person = self.people.of(owner)
        known = self._other(owner) if person is not None and owner.owner is None else None
        if isinstance(known, Speaker) and known.state and known.kind in {"state", "intergovernmental"}:
            return with_kind(replace(role, state=known.state))
        return role

    def _holding(self, person: Person, role: Role) -> Holding | None:
        """The register's answer, if name, state and office agree with what the text says."""
        state = role.state
        if role.kind == "other" or role.private:
            return None
        office = role.office if role.head == "office" and not (role.former and person.full) else None
        found = self.register.holder(person.name, self.on, state=state, office=office, language=self.language)
        if found is None and state and (role.rank or role.former or role.office in {"official", "head"}):
            found = self.register.holder(person.name, self.on, state=state, language=self.language)
        if found is None:
            return None
        if person.full or (role.head == "office" and state):
            return found
        if not office_fact(found.term.office, "top"):
            return None
        return found if found.certain or role.office == found.term.office else None

    def _speaker(
        self, person: Person, mention: Mention, role: Role, holding: Holding | None
    ) -> Speaker | Held:
        if holding is not None:
            placed = self._registered(role, holding)
            if placed is None:
                held = f"{person.name}: whether still {holding.term.office} on {self.on} is not known"
                return Held("kind_unknown", held)
            role = placed
        role = of_party(role)
        if role.state is None and role.kind in {"state", "former", None} and role.head == "office":
            told = (m for m in (mention, *person.mentions) if m.role.head == "office")
            placed_at = next(told, person.mentions[0])
            state = self._owner_state(role, placed_at) or self._state_elsewhere(person, role)
            state = state or self.setting.state_of(role, placed_at) or self._joined_state(placed_at)
            role = with_kind(replace(role, state=state)) if state else role
        role = in_parliament(seated(role, self.setting.country), self.reading)
        role = self.setting.seat_of(role, mention)
        name_en = holding.official.name if holding else latin(person.name, self.language, role.state)
        official = holding.official.id if holding else None
        if is_delegate(role, mention, self.reading):
            return Speaker(person.name, name_en, kind_of_state(role.state), role.state, role.phrase)
        if role.kind is None or (role.head in {"state", "party"} and role.kind != "other"):
            return Held("kind_unknown", f"{person.name}: {role.phrase or 'no role'}")
        if role.kind == "state" and role.state is None:
            return Held("state_unresolved", f"{person.name}: {role.phrase}")
        state = None if role.kind == "other" else role.state
        kind: Kind = "state" if role.kind == "anonymous" else role.kind
        return Speaker(
            person.name, name_en, kind, state, role.phrase or None, role.office, role.body, official
        )

    def _registered(self, role: Role, holding: Holding) -> Role | None:
        """The role with what the register adds; None where all depends on a term whose end is not known."""
        term = holding.term
        state = role.state or term.state
        if role.head != "office" and not role.former:
            if holding.certain is None and role.head not in {"body", "people"}:
                return None
            known = with_kind(replace(role, head="office", office=term.office, state=state))
            return replace(known, kind="former") if holding.certain is False else known
        if role.former:
            return replace(role, state=state)
        same = akin(term.office, role.office or "")
        vague = office_fact(role.office, "scope") == "open" or role.rank
        office = term.office if same and vague else role.office
        return with_kind(replace(role, office=office, state=state))

    def _owner_state(self, role: Role, mention: Mention) -> str | None:
        """Whose "his spokeswoman" is: the last official named before, in this paragraph or the one before."""
        if not role.own:
            return None
        here = self.setting.paragraph(mention)
        for other in reversed(self.setting.earlier(mention)):
            if self.setting.paragraph(other) < here - 1:
                return None
            person = self.people.of(other) if other.name else None
            if person is None or person.organised or not any(role.head == "office" for role in person.roles):
                continue
            if any(role.own for role in person.roles):
                continue  # one "his" does not explain another
            known = self._other(other)
            official = isinstance(known, Speaker) and known.kind in {"state", "intergovernmental"}
            return known.state if isinstance(known, Speaker) and official else None
        return None

    def _joined_state(self, mention: Mention) -> str | None:
        """ "Both X and the Minister of Commerce Y": the state of the official named right before "and"."""
        for other in reversed(self.setting.earlier(mention)):
            if not other.name or mention.first - other.last > _JOINED:
                return None
            between = self.reading.tokens.folded[other.last : mention.first]
            if not set(between) & set(word_lists(self.language, "links").get("and", ())):
                return None
            known = self._other(other)
            return known.state if isinstance(known, Speaker) and known.kind == "state" else None
        return None

    def _state_elsewhere(self, person: Person, role: Role) -> str | None:
        """The state of the same office where the document names it without a name, if only one does."""
        found = {
            other.role.state
            for other in self.reading.mentions
            if not other.name
            and other.role.head == "office"
            and other.role.state
            and not other.role.implied
            and compatible(replace(role, state=None), other.role)
            and (not role.rank or other.last <= person.mentions[0].first)
            and (not role.rank or self.setting.paragraph(other) < 2)
        }
        others = [p for p in self.people.all if p is not person]
        found -= {r.state for p in others for r in p.roles if compatible(replace(role, state=None), r)}
        return found.pop() if len(found) == 1 else None

    # --- roles, bodies, states without a name -------------------------------------------------------

    def _role(self, mention: Mention, span: Span) -> Speaker | Held:
        role = self._owned(mention.role, mention)
        exact = self.reading.lex.cased and span.end - span.start < 120
        inner = span if exact else self.reading.span(mention)
        unnamed = role.head == "people" or role.indefinite
        source = inner.of(self.text).strip(" ,;:") if exact or unnamed else role.phrase
        if role.head == "office":
            return self._bare_office(mention, role, source)
        if role.head in {"people", "group"}:
            if role.kind == "state" and role.state is None:
                return Held("state_unresolved", source)
            return Speaker(source, source, role.kind or "anonymous", role.state, body=role.body)
        if role.head == "body":
            return speaking_body(role, self.language)
        if role.head == "generic":
            found = self.setting.antecedent(mention, role.generic or "")
            if found is not None:
                return speaking_body(
                    replace(found, head="body", phrase=found.body or found.phrase), self.language
                )
        if role.head == "state" and role.state and role.form not in {"region", "host"}:
            return Speaker(role.phrase, state_name(role.state), kind_of_state(role.state), role.state)
        return Held("speaker_unresolved", f"“{source}” is not told who that is")

    def _bare_office(self, mention: Mention, role: Role, source: str) -> Speaker | Held:
        """A role without a name: the person of the document who has it, else the office itself."""
        if not role.indefinite:
            people = self._who(mention, role)
            if len(people) == 1:
                return self._holder(people[0], role)
            if len(people) > 1:
                return Held("speaker_unresolved", f"{len(people)} people may be “{source}”")
        kind = role.kind
        if kind in {"other", "former"} or role.private:
            state = None if kind == "other" else role.state
            return Speaker(source, source, kind or "other", state, role.phrase, role.office, role.body)
        if role.office in _SPOKEN:
            role = self._spoken_for(mention, role)
            if role.body_id:
                return speaking_body(role, self.language)
        if role.state is None and (state := self.setting.state_of(role, mention)):
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
        if role.office in _SPOKEN and role.kind == "state":
            return replace(known, name=source)  # whose words they are is said, if not by whom
        if not office_fact(role.office, "single") or role.indefinite:
            return known if kind == "de_facto" else replace(known, name=source, kind="anonymous")
        holders = self.register.holders_of(role.state or "", role.office or "", self.on)
        if len(holders) == 1 and holders[0].certain and role.office != "ambassador":
            return replace(known, name_en=holders[0].official.name, official=holders[0].official.id)
        return known

    def _spoken_for(self, mention: Mention, role: Role) -> Role:
        """A bare spokesperson with the body or state that is the subject of the sentence."""
        if role.body_id or role.state or mention.owner is not None:
            return role
        subject = self.setting.of_subject(mention)
        if subject is None:
            return role
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
        """The people who have a role: those of the same post, the last one named where several fit."""
        segment = self.setting.segment(mention)
        fitting = [
            person
            for person in self.people.all
            if not person.organised
            and (role.female is None or person.female is None or role.female is person.female)
            and any(compatible(role, other) or _ranked(role, other) for other in person.roles)
            and any(self.setting.segment(m) == segment for m in person.mentions)
        ]
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


def _ranked(role: Role, other: Role) -> bool:
    """Whether a bare rank ("the rear admiral") is part of somebody's title ("spokesman Rear Admiral X")."""
    within = role.phrase.casefold() in other.phrase.casefold()
    return role.rank and role.state in {None, other.state} and within


def cast_of(
    text: str,
    language: str,
    register: Register,
    on: date,
    segments: Sequence[Span] = (),
    title: str | None = None,
    home: str | None = None,
    country: str | None = None,
) -> Cast:
    """Reads a document's speakers.

    ``on`` is the day the words were said or published; ``segments`` the posts of a live page, out of which
    no pronoun or bare role looks; ``home`` the state of the ministry or
    parliament whose own site this is; ``country`` that of a newspaper or broadcaster (none for an agency,
    whose reports are about everywhere).
    """
    return Cast(text, language, register, on, segments, title, home, country)
