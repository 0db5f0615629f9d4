"""Who the people are whom a document names: their roles, their state, what the register adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from monitor.model import Held, Kind, Speaker
from monitor.officials.delegates import is_delegate
from monitor.officials.mentions import Mention, Reading
from monitor.officials.names import latin, name_key
from monitor.officials.occupied import of_civil_military, of_either_side, of_occupied
from monitor.officials.partisans import told_by_party
from monitor.officials.persons import People, Person, compatible, complete, introduced
from monitor.officials.register import Holding, Register, akin
from monitor.officials.roles import Role, facts, kind_of_state, office_fact, with_kind
from monitor.officials.seats import beside_partisans, in_parliament, of_party, seated
from monitor.officials.setting import Setting
from monitor.officials.word_lists import word_lists

#: Offices whose holders a title calls by a bare surname, where it or the text names their state.
_HEARD = frozenset({"spokesperson", "foreign_minister", "defence_minister", "security_adviser"})
_JOINED = 2  # tokens between two people whom "and" joins
_SAID_BEFORE = 4  # tokens between a word of saying and the role behind it
_DEPTH = 3  # "the spokesman of his minister's adviser": how many explain one another


class Named:
    """The people of one document, with all that it tells of them."""

    def __init__(
        self, language: str, register: Register, on: date, reading: Reading, setting: Setting
    ) -> None:
        self.language, self.register, self.on = language, register, on
        self.reading, self.setting = reading, setting
        self.text, self.home = reading.tokens.text, setting.home
        for mention in reading.mentions:
            mention.role = setting.completed(mention.role, mention)
            mention.roles = [setting.completed(role, mention) for role in mention.roles]
        self.people = People(reading, setting.heading, language)
        self.told: frozenset[str] = frozenset()  # states that are named around what is read here
        self._asked: list[Person] = []  # those being told for the sake of somebody else
        self.said = frozenset(word_lists(language, "lists").get("said", ()))
        self.accounts = frozenset(word_lists(language, "lists").get("accounts", ()))
        introduced(self.people, self.reading, self._follows, self._speaks, self.said)
        told_by_party(self.people, self.reading, self.setting, self._nearest)

    def _follows(self, role: Mention, name: Mention) -> bool:
        """Whether a name comes right after a role: in its paragraph or the next one, within some lines."""
        gap = self.setting.paragraph(name) - self.setting.paragraph(role)
        same = self.setting.segment(role) == self.setting.segment(name)
        return same and gap in {0, 1} and name.first - role.last <= 80

    def _speaks(self, mention: Mention) -> bool:
        """Whether a role speaks in its sentence, or the sentence begins with it.

        Words of saying stand right behind it, or before it with no mark between (`a déclaré mercredi la
        porte-parole`); so do those that give an account (`nach Angaben des Bürgermeisters`).
        """
        tokens = self.reading.tokens
        if any(
            tokens.folded[at] in self.said for at in range(mention.last, min(len(tokens), mention.last + 3))
        ):
            return True
        for at in range(mention.first - 1, max(-1, mention.first - 1 - _SAID_BEFORE), -1):
            if not tokens.words[at][0].isalnum():
                break
            if tokens.folded[at] in self.said or tokens.folded[at] in self.accounts:
                return True
        return self.setting.begins(mention) or self._after_lead(mention)

    def _after_lead(self, mention: Mention) -> bool:
        """Whether a comma parts a role from what opens its sentence and names nobody (`Asked about it, the
        spokeswoman dodged`)."""
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        if not mention.first or tokens.words[mention.first - 1] != "," or not mention.role.definite:
            return False
        before = [m for m in self.reading.mentions if m.last < mention.first]
        return not any(tokens.sentence[m.first] == number and (m.name or m.role.head) for m in before)

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
        unsure = holding is None or not person.full
        if not role.head and unsure and (told := self._told_beside(person)) is not None:
            person.extra.append(told)
            role = told
            holding = self._holding(person, role)
        if not role.head and holding is None:
            return self._roleless(person)
        return self._speaker(person, mention, role, holding)

    def _told_beside(self, person: Person) -> Role | None:
        """The office without a name that somebody known by a name alone has.

        One of title or text that the register gives to somebody of this name, or a title's. Nearness tells
        nothing: who speaks by an office in the next sentence may be another (`…, warned X. “…,” the Kremlin's
        spokesman said`), and speaks without a name.
        """
        heading: Reading | None = self.setting.heading
        for mention in (*self.reading.mentions, *(heading.mentions if heading else ())):
            role: Role = mention.role
            if mention.name or role.head != "office" or role.state is None or role.former or role.indefinite:
                continue
            known = self.register.holder(person.name, self.on, state=role.state, language=self.language)
            if known is not None and akin(known.term.office, role.office or ""):
                return role
        return self._headed(person, heading) if heading is not None else None

    def _headed(self, person: Person, heading: Reading) -> Role | None:
        """The one office that says something in a title, without a name, for the only person whom the text
        names in full (`NATO chief: … / “…,” said X`), unless the register gives it to somebody else."""
        named = [one for one in self.people.all if one.full and not one.organised]
        told = [m for m in heading.mentions if m.name or m.role.head == "office"]
        if named != [person] or len(told) != 1 or told[0].name or told[0].first > 1:
            return None
        role, after = told[0].role, told[0].last
        tokens = heading.tokens
        says = after < len(tokens) and (tokens.words[after] == ":" or tokens.folded[after] in self.said)
        if not says or role.state is None or role.kind not in {"state", "intergovernmental"} or role.former:
            return None
        if role.indefinite or any(own.roles for own in self.people.all):
            return None
        holders = self.register.holders_of(role.state, role.office or "", self.on)
        known = [one for one in holders if one.certain]
        return None if known and role.office and office_fact(role.office, "single") else role

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
            known = found.term.office in _HEARD and found.certain and not role.head
            known = known and self._heading_names(person)
            return found if known and found.term.state in self.told | self._told_states() else None
        return found if found.certain or role.office == found.term.office else None

    def _heading_names(self, person: Person) -> bool:
        """Whether the title names somebody: a surname in a text alone may be anybody's."""
        named = self.setting.heading.mentions if self.setting.heading else ()
        keys = [(name_key(one.name, self.language), one) for one in named if one.name]
        return any(self.people.find(key, one) is person for key, one in keys)

    def _told_states(self) -> frozenset[str]:
        """All states that text and title name, by themselves or by a body of theirs."""
        readings = [one for one in (self.reading, self.setting.heading) if one is not None]
        entries = [entry for one in readings for tag in one.tags for entry in tag.entries]
        named = {facts(e.value).get("state", "") for e in entries if e.kind == "named"}
        return frozenset({e.value for e in entries if e.kind == "state"} | named) - {""}

    def _speaker(
        self, person: Person, mention: Mention, role: Role, holding: Holding | None
    ) -> Speaker | Held:
        if holding is not None:
            placed = self._registered(role, holding)
            if placed is None:
                held = f"{person.name}: whether still {holding.term.office} on {self.on} is not known"
                return Held("kind_unknown", held)
            role = placed
        role = beside_partisans(of_party(role), self.reading, self.setting.tongue or self.setting.native)
        if role.state is None and role.kind in {"state", "former", None} and role.head == "office":
            told = (m for m in (mention, *person.mentions) if m.role.head == "office")
            placed_at = next(told, person.mentions[0])
            state = self._owner_state(role, placed_at) or self._state_elsewhere(person, role)
            state = state or self.setting.state_of(role, placed_at) or self._joined_state(placed_at)
            role = with_kind(replace(role, state=state)) if state else role
        role = in_parliament(seated(role, self.setting.country), self.reading)
        role = self.setting.seat_of(role, mention)
        role = of_occupied(role, person.name, self.language)
        name_en = holding.official.name if holding else latin(person.name, self.language, role.state)
        official = holding.official.id if holding else None
        if is_delegate(role, mention, self.reading):
            return Speaker(person.name, name_en, kind_of_state(role.state), role.state, role.phrase)
        if role.kind is None or (role.head in {"state", "party"} and role.kind != "other"):
            return Held("kind_unknown", f"{person.name}: {role.phrase or 'no role'}")
        if role.kind == "state" and role.state is None:
            return Held("state_unresolved", f"{person.name}: {role.phrase}")
        either = self.setting.country is None and of_either_side(role, self.reading)
        if holding is None and (either or self._civil_military(role, mention, *person.mentions)):
            return Held("state_unresolved", f"{person.name}: of which side the {role.phrase} is, is not told")
        state = None if role.kind == "other" else role.state
        kind: Kind = "state" if role.kind == "anonymous" else role.kind
        return Speaker(
            person.name, name_en, kind, state, role.phrase or None, role.office, role.body, official
        )

    def _civil_military(self, role: Role, *told: Mention) -> bool:
        """Whether a role is that of either side's administration, told by no paper of Ukraine."""
        if self.setting.country == "UA" or self.home == "UA":
            return False
        return any(of_civil_military(role, one, self.reading, self.on) for one in told)

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
        """Whose "its spokeswoman" is."""
        return self._last_official(mention, thing=True) if role.own else None

    def _last_official(self, mention: Mention, *, thing: bool = False) -> str | None:
        """The state of the last official named before, in this paragraph or the one before; of a ``thing``
        (`its chair`) only where no body stands nearer."""
        here = self.setting.paragraph(mention)
        for other in reversed(self.setting.earlier(mention)):
            if self.setting.paragraph(other) < here - 1:
                return None
            person = self.people.of(other) if other.name else None
            if (
                thing
                and person is None
                and other.role.head == "body"
                and self.setting.paragraph(other) == here
            ):
                return None
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
        heading = self.setting.heading
        titled = heading.mentions if heading and not role.rank else []  # "Cambodia's PM urges …"
        found = {
            other.role.state
            for other in (*self.reading.mentions, *titled)
            if not other.name
            and other.role.head == "office"
            and other.role.state
            and not other.role.implied
            and (role.rank or not other.role.indefinite)
            and compatible(replace(role, state=None), other.role)
            and (not role.rank or other.last <= person.mentions[0].first)
            and (not role.rank or self.setting.paragraph(other) < 2)
        }
        others = [p for p in self.people.all if p is not person]
        found -= {r.state for p in others for r in p.roles if compatible(replace(role, state=None), r)}
        subject = self.setting.subject(person.mentions[0])[0]  # `Downing Street said Prime Minister X …`
        return found.pop() if len(found) == 1 and subject in {None, *found} else None
