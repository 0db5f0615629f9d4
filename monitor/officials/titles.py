"""The state of an office that is named without one: whose "foreign minister" a document means.

Every rule here answers only where the text leaves no doubt, else None.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from extractors.languages import words
from monitor.officials.domestic import (
    at_scene,
    in_capital,
    lone_state,
    of_parliament,
    of_presidency,
    of_subject,
    of_this_country,
    of_town,
    where_of,
)
from monitor.officials.focus import is_willing, parliament_of, reacting_state, sole_state
from monitor.officials.layout import Layout
from monitor.officials.mentions import Mention, Reading
from monitor.officials.nearby import at_home_of, led_forces
from monitor.officials.roles import Role, body_kind, facts, office_fact, with_kind
from monitor.officials.states import ORGANISATIONS
from monitor.officials.through import another_speaks, short_owner
from monitor.officials.tongues import speaking, spoken_state

#: Offices of a town or a part of a state.
LOCAL = frozenset({"governor", "regional_head", "mayor", "prosecutor"})
_MEMBERS = frozenset({"member_of_parliament", "senator", "speaker_of_parliament"})
_COMMANDING = frozenset({"commander", "chief_of_defence", "commander_in_chief"})
_OPENING = 3  # the dateline, and what may follow it
_LEADERS = frozenset({"head", "party_leader", "chair"})
_SPEAKING = frozenset({"spokesperson", "deputy_spokesperson"})
_NATIONAL = frozenset({"president", "vice_president", "spokesperson", "monarch"})


class Titles(Layout):
    """Whose the bare titles of a document are."""

    def state_of(self, role: Role, mention: Mention) -> str | None:
        """The state whose office a bare title is ("Foreign Minister X said").

        A body's own site means its own state's. Else the dateline's capital must agree with the state that
        is the sentence's subject, or with which the title begins: one alone is not enough, for an official
        often speaks of another state, and often abroad. Where there is no dateline, a government that is the
        subject decides, the subject's and the title's state where the official gives notice of what it will
        do, or a title that begins with a state and what that says, or in whose capital it was said. What
        the sentence before or the whole article tells instead, see ``focus``.
        """
        if role.rank or role.office == "commander":
            led = led_forces(self.reading, mention, self.presiding)
            national = self.at_home(mention) if self.tongue else None
            led = led or national or lone_state(self.reading, self.heading)
            return led or self.of_heading(role, mention)
        if told := self._outright(role, mention):
            return told
        placed = role.office in _NATIONAL | LOCAL or (role.body_id and role.kind == "state")
        unplaced = office_fact(role.office, "scope") == "open" and not placed
        if unplaced or self._of_unknown(role, mention):
            return None
        if role.own and not self.home and role.office not in LOCAL:
            return None  # "its foreign minister" of nobody who was named
        if role.office in _MEMBERS and (seat := parliament_of(self.reading, mention)):
            return seat
        if role.office in LOCAL:
            return self._of_place(role, mention)
        subject, civil = self.subject(mention)
        if self.home:
            return self.home
        if told := at_home_of(self.reading, mention):
            return told
        title, verb = self.title
        if self.dateline:
            return self._by_dateline(self.dateline, {subject, title} - {None}, mention)
        if civil and subject:
            return subject
        if subject and subject == title and self._announces(mention):
            return subject
        if subject and is_willing(self.reading, mention, subject):
            return subject
        alone = title and self._lone(mention, subject, title) and not self._abroad(title, mention)
        if alone and (verb or self._place(mention) == title):
            return title
        return (
            reacting_state(self.reading, mention)
            or self.at_home(mention)
            or sole_state(self.reading, self.heading, mention, self.tongue)
            or self.of_parliament(mention)
            or lone_state(self.reading, self.heading)
            or self.of_heading(role, mention)
        )

    def _outright(self, role: Role, mention: Mention) -> str | None:
        """The state that words around the title tell, whoever else the article is about."""
        return (
            in_capital(self.reading, mention)
            or of_presidency(self.reading, mention, role)
            or where_of(self.reading, mention)
            or at_scene(self.reading, self.heading, mention, self.tongue)
            or of_this_country(self.reading, mention, self.country)
        )

    def _lone(self, mention: Mention, subject: str | None, title: str) -> bool:
        """Whether nobody before is of another state than the title's, and no other bare office is named."""
        earlier = [m for m in self.reading.mentions if m.first < mention.first]
        named = {m.role.state for m in earlier if m.role.head == "office" and m.role.state}
        bare = {
            m.name.split()[-1]
            for m in (*earlier, mention)
            if m.name and m.role.head == "office" and m.role.state is None and not m.role.own
            if m.role.kind == "state" or (m.role.kind is None and m.role.office in _NATIONAL)
        }
        alone = len(bare) == 1 or (self.titled and self.states() <= {title})
        return subject in {None, title} and named <= {title} and (self.labelled or alone)

    def of_heading(self, role: Role, mention: Mention) -> str | None:
        """The state of the one office, or body, of the same kind that the title tells (`Ukraine's top general
        thanks allies` / `General X said`), where nobody there is of another state and no such office was
        told before."""
        if self.heading is None:
            return None
        listed = [known for other in self.heading.mentions for known in (other.role, *other.roles)]
        told = [known for known in listed if known.head in {"office", "body"} and not known.former]
        before = [known for other in self.earlier(mention) for known in (other.role, *other.roles)]
        alike = [known for known in told if _alike(known, role)]
        states = {known.state for known in (*alike, *(one for one in before if _alike(one, role)))}
        if alike and states == {None} and self._titled_alone():
            states = {self.title[0]}  # `Moldova finds debris, president demands answers`
        others = {known.state for known in told if known.state} - states
        found = states.pop() if alike and len(states) == 1 and not others else None
        return None if found in ORGANISATIONS or self._elsewhere(found, mention) else found

    def _elsewhere(self, state: str | None, mention: Mention) -> bool:
        """Whether a mention's sentence names another state before it (`In Minsk, the president said`)."""
        sentence = self.reading.tokens.sentence
        told = [tag for tag in self.reading.tags if tag.first < mention.first]
        here = (tag.get("state") for tag in told if sentence[tag.first] == sentence[mention.first])
        return any(entry.value != state for entry in here if entry)

    def _abroad(self, state: str, mention: Mention) -> bool:
        """Whether a mention's sentence tells of another state and its capital, and not of this one (`told
        parliament in Ottawa that Canada will not`): whose minister that is, the title does not tell."""
        sentence = self.reading.tokens.sentence
        here = [tag for tag in self.reading.tags if sentence[tag.first] == sentence[mention.first]]
        told = [entry for tag in here if (entry := tag.get("state"))]
        seats = {entry.value for entry in told if entry.form == "capital"}
        named = {entry.value for entry in told if entry.form != "capital"}
        return state not in seats | named and bool(seats & named)

    def _titled_alone(self) -> bool:
        """Whether the title begins with a state and names no other."""
        tags = self.heading.tags if self.heading else ()
        return {entry.value for tag in tags if (entry := tag.get("state"))} == {self.title[0]}

    def _of_place(self, role: Role, mention: Mention) -> str | None:
        """The state of the region, the paper or the towns that a text tells, for whoever governs a place."""
        known = self.region(mention) if role.office != "mayor" else None
        native = self.at_home(mention) if self.tongue or self.dateline else None
        known = known or (native if self.tongue or native == self.dateline else None)
        return known or of_town(self.reading, self.heading, mention)

    def _of_unknown(self, role: Role, mention: Mention) -> bool:
        """Whether an office is that of a short name (`the XYZ spokesman`) which nothing explains, in a text
        about several states."""
        if role.office in _SPEAKING and role.generic == "organisation" and not role.body_id:
            return True  # `the organisation's spokesman`, of none that was named
        if _of_unknown_named(self.reading, mention):
            return True
        several = len(self.states() - {"", *ORGANISATIONS}) > 1
        office = role.office in _NATIONAL | {"director", "head", "chair"}
        return several and office and not role.body_id and bool(short_owner(self.reading, mention))

    def _by_dateline(self, dateline: str, told: set[str | None], mention: Mention) -> str | None:
        """The state of the dateline's capital, where the subject and the title tell no other."""
        local = dateline in {self.tongue, self.native} or dateline in speaking(self.reading.lex.language)
        opens = mention.role.head == "body" and self.begins(mention) and not self.paragraph(mention)
        home = bool(told) or local or opens or self._led_by(dateline, mention)
        foreign = another_speaks(self.reading, self.earlier(mention), mention, dateline)
        return dateline if told <= {dateline} and home and not foreign else None

    def seat_of(self, role: Role, mention: Mention) -> Role:
        """A group's leader as the member of parliament that the same paragraph goes on to call him."""
        if role.kind is not None or role.state or role.body_id or role.office not in _LEADERS:
            return role
        here = self.paragraph(mention)
        later = (m for m in self.reading.mentions if m.first >= mention.last and self.paragraph(m) == here)
        if not any(m.role.office in _MEMBERS and m.role.definite and not m.name for m in later):
            return role
        state = self.of_parliament(mention)
        return with_kind(replace(role, state=state, office="party_leader")) if state else role

    def of_parliament(self, mention: Mention) -> str | None:
        """The state of whose parliament the text speaks, unless sentence or title begin with another."""
        start = self.reading.tokens.starts[mention.first]
        end = self.reading.tokens.text.find("\n", start)
        state = of_parliament(self.reading, mention, end if end > 0 else len(self.reading.tokens.text))
        titles = words(self.reading.lex.language, "roles").get("congress", {})
        if self.tongue and state in titles and not mention.role.implied:
            return None  # `posłanka X` sits in no congress, whose members have a title of their own
        return state if {self.subject(mention)[0], self.title[0]} <= {None, state} else None

    def of_subject(self, mention: Mention) -> Role | None:
        """The body or state that is its sentence's subject, of which a bare spokesperson speaks."""
        number = self.reading.tokens.sentence[mention.first]
        first = bisect_left(self.reading.tokens.sentence, number)
        return of_subject(self.reading, mention, self.past_dateline(first, mention.first))

    def _led_by(self, state: str, mention: Mention) -> bool:
        """Whether the report opens with the dateline's own state or a body of it, and nobody from elsewhere
        has spoken in the mention's paragraph before."""
        opening = [m for m in self.reading.mentions if not m.name and m.role.head in {"state", "body"}]
        if not any(m.first and self.begins(m) and m.role.state == state for m in opening[:_OPENING]):
            return False
        here = self.paragraph(mention)
        return not any(
            other.first < mention.first
            and self.paragraph(other) == here
            and other.role.head in {"office", "body", "state"}
            and other.role.state not in {None, state, *ORGANISATIONS}
            for other in self.reading.mentions
        )

    def _place(self, mention: Mention) -> str | None:
        """The state in whose capital it was said ("told reporters in Helsinki")."""
        number = self.reading.tokens.sentence[mention.first]
        places = [
            entry.value
            for tag in self.reading.tags
            if tag.first >= mention.last and self.reading.tokens.sentence[tag.first] == number
            if (entry := tag.get("state")) and entry.form == "capital"
        ]
        return places[0] if len(places) == 1 else None

    def at_home(self, mention: Mention) -> str | None:
        """The outlet's own state, unless officials of another one were named before the mention.

        Where the outlet is not known, that of the language, if one state's press writes in it: there a bare
        "minister of defence" is its own.
        """
        state = self.tongue or self.native or spoken_state(self.reading, self.heading, mention)
        if (
            state is None
            or not self._named_before(state, mention)
            or self.subject(mention)[0] not in {None, state}
            or self.title[0] not in {None, state}
        ):
            return None
        forces = mention.role.rank or body_kind(mention.role) == "armed_forces"
        for other in self.reading.mentions:
            role = other.role
            foreign = role.head in {"office", "body"} and role.state not in {None, state, *ORGANISATIONS}
            # troops that did something are nobody's ministry
            foreign = foreign and (body_kind(role) != "armed_forces" or other.name is not None or forces)
            if foreign and other.first < mention.first:
                return None
        return state

    def _named_before(self, state: str, mention: Mention) -> bool:
        """Whether the state is named in the text up to the end of a mention's sentence.

        Where the language alone tells the state, anywhere in the text. A paper that names no other state
        from its title to there need not name its own (`Disarmament Minister X today welcomed …`), nor need
        one in a language that one state's press writes in, but for heads of towns and regions.
        """
        if state == self.country and self._all_states(mention) <= {state}:
            return True
        tongue = self.tongue if self.reading.lex.cased and mention.role.office not in LOCAL else None
        if state == tongue and self._all_states() <= {state}:
            return True
        number = self.reading.tokens.sentence[mention.first if self.country else -1]
        for tag in self.reading.tags:
            if self.reading.tokens.sentence[tag.first] > number:
                return False
            entry = tag.get("state", "named")
            if entry and (entry.value == state or facts(entry.value).get("state") == state):
                return True
        return False

    def _all_states(self, mention: Mention | None = None) -> set[str]:
        """All states that title and text (up to the end of a mention's sentence) name, by themselves or by a
        body or a region of theirs."""
        sentence = self.reading.tokens.sentence
        last = sentence[mention.first if mention is not None else -1] if len(sentence) else 0
        told = [tag for tag in self.reading.tags if sentence[tag.first] <= last]
        tags = (*(self.heading.tags if self.heading else ()), *told)
        found = (tag.get("state", "named") for tag in tags)
        return {entry.value if entry.kind == "state" else _owner(entry.value) for entry in found if entry} - {
            "",
            *ORGANISATIONS,
        }

    def _announces(self, mention: Mention) -> bool:
        """Whether the words after a role and name say that it gives notice of what its own side does."""
        tokens = self.reading.tokens
        around = (*range(max(0, mention.first - 4), mention.first), *range(mention.last, mention.last + 3))
        return any(at < len(tokens) and tokens.folded[at] in self.announcing for at in around)


def _owner(body: str) -> str:
    """The state of a body that the data know by name; empty for none."""
    state: str = facts(body).get("state", "")
    return state


def _alike(known: Role, role: Role) -> bool:
    """Whether two roles are the same office, rank or kind of body."""
    if role.head == "office" and role.body_id and known.head == "body":
        return body_kind(known) == body_kind(role)  # `the junta's spokesman`
    if known.head != role.head:
        return False
    if role.head == "body":
        return bool(body_kind(role)) and body_kind(known) == body_kind(role)
    if role.rank:
        return known.rank or known.office in _COMMANDING
    return role.office is not None and known.office == role.office


def _of_unknown_named(reading: Reading, mention: Mention) -> bool:
    """Whether a spokesman without a state is that of something with a name which is no known body
    (`porte-parole militaire du M23`)."""
    role, tokens = mention.role, reading.tokens
    if role.office not in _SPEAKING or role.body_id or role.state or not reading.lex.cased:
        return False
    link = next((tag for tag in reading.tags if tag.first == mention.last), None)
    if link is None or not link.links("of") or link.last >= len(tokens):
        return False
    named = tokens.capital(link.last) and tokens.sentence[link.last] == tokens.sentence[mention.first]
    return named and all(tag.first != link.last for tag in reading.tags)
