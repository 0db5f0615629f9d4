"""What a document leaves to its setting: whose "ministry" and which state's "foreign minister" it means.

Every rule here answers only where the text leaves no doubt, else None.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from extractors.languages import words
from monitor.model import Span
from monitor.officials.domestic import (
    in_capital,
    lone_state,
    of_parliament,
    of_presidency,
    of_subject,
    of_this_country,
)
from monitor.officials.focus import is_willing, parliament_of, reacting_state, sole_state
from monitor.officials.lexicon import Tag
from monitor.officials.mentions import Mention, Reading
from monitor.officials.nearby import amid, apposed_state, at_home_of, led_forces, said_through
from monitor.officials.roles import AIDES, Role, body_kind, facts, office_fact, with_kind
from monitor.officials.states import ORGANISATIONS
from monitor.officials.through import of_last_sentence
from monitor.officials.tongues import speaking, spoken_state
from monitor.officials.word_lists import word_lists

_QUOTE = re.compile('["“”«»„]')
_CIVIL = frozenset({"government", "parliament", "presidency", "prime_ministers_office"})
_BROAD = frozenset({"government", "armed_forces", "intelligence", "court", "committee", "police"})
_REGIONAL = frozenset({"prosecutors_office", "regional_administration", "police", "emergency_service"})
_LOCAL = frozenset({"governor", "regional_head", "mayor", "prosecutor"})


class Setting:
    """Where and in whose name a document speaks."""

    def __init__(
        self,
        reading: Reading,
        heading: Reading | None,
        segments: tuple[Span, ...],
        home: str | None,
        country: str | None,
    ) -> None:
        self.reading, self.heading = reading, heading
        self.home, self.country = home, country
        self.segments = tuple(sorted(segments, key=lambda segment: segment.start))
        self._posts = [segment.start for segment in self.segments]
        text = reading.tokens.text
        self._lines = [at + 1 for at, char in enumerate(text) if char == "\n"]
        self._groups: dict[int, list[Mention]] = {}
        for mention in reading.mentions:
            self._groups.setdefault(self.segment(mention), []).append(mention)
        self._states: set[str] | None = None
        table = word_lists(reading.lex.language, "lists")
        self.title_verbs = frozenset(table.get("title_verbs", ()))
        self.said = frozenset(table.get("said", ()))
        self.presiding = frozenset(table.get("presiding", ()))
        self.announcing = frozenset(table.get("announces", ()))
        self.tongue: str | None = country or words(reading.lex.language, "roles").get("tongue_of")
        self.dateline = self._dateline()
        self.labelled = False  # whether the title begins with a state and a colon
        self._title = self._titled()

    # --- places -------------------------------------------------------------------------------------

    def segment(self, mention: Mention) -> int:
        """The number of the post in which a mention stands; -1 outside all posts."""
        offset = self.reading.tokens.starts[mention.first]
        number = bisect_right(self._posts, offset) - 1
        return number if number >= 0 and offset < self.segments[number].end else -1

    def paragraph(self, mention: Mention) -> int:
        """The number of the paragraph in which a mention stands."""
        return bisect_right(self._lines, self.reading.tokens.starts[mention.first])

    def earlier(self, mention: Mention) -> list[Mention]:
        """What is mentioned before, in the same post."""
        group = self._groups.get(self.segment(mention), [])
        end = bisect_left(group, mention.first, key=lambda other: other.first)
        return [other for other in group[:end] if other is not mention]

    # --- bodies told elsewhere ----------------------------------------------------------------------

    def completed(self, role: Role, mention: Mention) -> Role:
        """The role with the state and body that it leaves to the text around it."""
        if role.head not in {"office", "body", "generic"} or role.private or role.kind == "other":
            return role
        if role.doubtful and (role.state not in self.states() or self._alike(role.state) & self.states()):
            role = replace(role, state=None, implied=False, doubtful=False)
        if role.office in _SPOKEN and role.state is None and not (role.body_id or role.own):
            role = self._from(said_through(self.reading, self.earlier(mention), mention, self.said), role)
        if role.state is None and not (role.body_id or role.own):
            role = self._from(of_last_sentence(self.reading, self.earlier(mention), mention), role)
        if role.serves and role.state is None and not role.body_id:
            role = self._from(self._served(role.serves, mention), role)
        if role.state is None or role.implied:
            if role.generic and not role.body_id:
                role = self._from(self.antecedent(mention, role.generic), role)
            elif role.own and role.state is None:
                role = self._from(self.owner(mention), role)
        if role.state is None and role.body_id and not facts(role.body_id):
            role = self._from(
                self.same_body(mention, role.body_id) or amid(role.body_id, self.states()), role, keep=True
            )
            if role.state is None and (
                state := apposed_state(self.reading, mention)
                or self.at_home(mention)
                or self._of_parliament(mention)
                or lone_state(self.reading, self.heading)
            ):
                role = self._from(Role(state=state), role, keep=True)
        return role

    def _alike(self, state: str | None) -> set[str]:
        """The other states in whose language's press a title of one state is also theirs."""
        groups = [
            set(row.upper().split())
            for row in word_lists(self.reading.lex.language, "lists").get("alike", ())
        ]
        return {other for group in groups if state in group for other in group} - {state or ""}

    def _from(self, found: Role | None, role: Role, *, keep: bool = False) -> Role:
        if found is None:
            return role
        body, body_id = (
            (role.body, role.body_id) if keep else (role.body or found.body, role.body_id or found.body_id)
        )
        state = None if role.de_facto else found.state
        return with_kind(replace(role, state=state, body=body, body_id=body_id, implied=False))

    def antecedent(self, mention: Mention, word: str) -> Role | None:
        """The last body before that a word ("ministry", "alliance") may mean."""
        for other in reversed(self.earlier(mention)):
            for known in (other.role, *other.roles):
                if known.body_id and _means(word, known):
                    body = Role(head="body", phrase=known.body or "", body=known.body, body_id=known.body_id)
                    return with_kind(replace(body, state=facts(known.body_id).get("state") or known.state))
                minister = (known.office or "").endswith("_minister") and not known.former
                if word in {"ministry", "body"} and minister and known.state and not known.body_id:
                    return Role(head="body", state=known.state)
        return amid(word, self.states())

    def owner(self, mention: Mention) -> Role | None:
        """Whose "its" is: the first body or state of the sentence, else that which began the last one.

        Somebody with an office of a state who stands before it is meant himself ("X urged …, his aide said").
        """
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        here = self.paragraph(mention)
        if mention.role.office in AIDES and (chief := self._chief(mention, number)):
            return chief
        before = [m for m in self.earlier(mention) if _collective(m.role) and not m.name]
        before = [m for m in before if not self._quoted(m, mention)]
        start = self._past_dateline(bisect_left(tokens.sentence, number), mention.first)
        same = [m for m in before if tokens.sentence[m.first] == number and m.first >= start]
        last = [m for m in before if tokens.sentence[m.first] == number - 1 and self.paragraph(m) >= here - 1]
        opened = last[0].role if last and self._opens(last[0]) else None
        if same and same[0].role.head == "state" and opened is not None and opened.head == "body":
            return opened  # "The Pentagon waved it off. Russia uses them, its spokesman said"
        return same[0].role if same else opened

    def _served(self, office: str, mention: Mention) -> Role | None:
        """The state of all who hold an office in what comes before, if it is one ("the president's aide")."""
        states = {
            role.state
            for other in self.earlier(mention)
            for role in (other.role, *other.roles)
            if role.state and not role.former and (role.office or "").endswith(office)
        }
        return Role(head="body", state=states.pop()) if len(states) == 1 else None

    def _chief(self, mention: Mention, number: int) -> Role | None:
        """Who opens the sentence with name and office, where that is before any body or state."""
        for other in self.earlier(mention):
            if self.reading.tokens.sentence[other.first] != number:
                continue
            role = other.role
            known = other.name and role.head == "office" and role.state and not role.former
            return Role(head="body", state=role.state, body_id=role.body_id) if known else None
        return None

    def _quoted(self, other: Mention, mention: Mention) -> bool:
        """Whether a mention stands inside a quotation that ends before another mention."""
        tokens = self.reading.tokens
        marks = _QUOTE.findall(tokens.text, tokens.ends[other.last - 1], tokens.starts[mention.first])
        return len(marks) % 2 == 1

    def same_body(self, mention: Mention, body_id: str) -> Role | None:
        """The same kind of body with its state: the last one before, or the only one of the paragraph."""
        generic = body_id.rsplit("-", 1)[-1]
        if generic == "administration":
            return None  # of a president, of a town: the word says too little
        for other in reversed(self.earlier(mention)) if generic not in _BROAD else ():
            for known in (other.role, *other.roles):
                if known.state and known.body_id and body_kind(known) == generic and known.kind == "state":
                    return known
        beside = {
            known.state: known
            for other in self.reading.mentions
            for known in (other.role, *other.roles)
            if known.state and known.body_id and body_kind(known) == generic and known.kind == "state"
            if self.paragraph(other) == self.paragraph(mention)
        }
        if len(beside) == 1:
            return next(iter(beside.values()))
        if generic in _REGIONAL and (state := self.region()):
            return Role(state=state, head="body")
        return None

    def region(self) -> str | None:
        """The state of all the regions that the document names, if it is one."""
        found = {
            entry.value for tag in self.reading.tags if (entry := tag.get("state")) and entry.form == "region"
        }
        return found.pop() if len(found) == 1 else None

    def states(self) -> set[str]:
        """All states that the document names, by themselves or by a body of theirs."""
        if self._states is None:
            entries = [entry for tag in self.reading.tags for entry in tag.entries]
            self._states = {e.value for e in entries if e.kind == "state"}
            self._states |= {facts(e.value).get("state", "") for e in entries if e.kind == "named"}
        return self._states

    # --- the state of an office without one ---------------------------------------------------------

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
            return led or (self.at_home(mention) if self.tongue else None)
        told = in_capital(self.reading, mention) or of_presidency(self.reading, mention, role)
        if told or (told := of_this_country(self.reading, mention, self.country)):
            return told
        placed = role.office in _NATIONAL | _LOCAL or (role.body_id and role.kind == "state")
        if office_fact(role.office, "scope") == "open" and not placed:
            return None
        if role.own and not self.home:
            return None  # "its foreign minister" of nobody who was named
        if role.office in _MEMBERS and (seat := parliament_of(self.reading, mention)):
            return seat
        if role.office in _LOCAL:
            known = self.region() if role.office != "mayor" else None
            return known or (self.at_home(mention) if self.tongue else None)
        subject, civil = self.subject(mention)
        if self.home:
            return self.home
        if told := at_home_of(self.reading, mention):
            return told
        title, verb = self._title
        if self.dateline:
            voices = {self.dateline, subject, title} - {None}
            local = self.dateline == self.tongue or self.dateline in speaking(self.reading.lex.language)
            return self.dateline if len(voices) == 1 and (subject or title or local) else None
        if civil and subject:
            return subject
        if subject and subject == title and self._announces(mention):
            return subject
        if subject and is_willing(self.reading, mention, subject):
            return subject
        earlier = [m for m in self.reading.mentions if m.first < mention.first]
        named = {m.role.state for m in earlier if m.role.head == "office" and m.role.state}
        bare = {
            m.name.split()[-1]
            for m in (*earlier, mention)
            if m.name and m.role.head == "office" and m.role.state is None and not m.role.own
            if m.role.kind == "state" or (m.role.kind is None and m.role.office in _NATIONAL)
        }
        lone = subject in {None, title} and named <= {title} and (self.labelled or len(bare) == 1)
        if title and lone and (verb or self._place(mention) == title):
            return title
        return (
            reacting_state(self.reading, mention)
            or self.at_home(mention)
            or sole_state(self.reading, self.heading, mention, self.tongue)
            or self._of_parliament(mention)
            or lone_state(self.reading, self.heading)
        )

    def seat_of(self, role: Role, mention: Mention) -> Role:
        """A group's leader as the member of parliament that the same paragraph goes on to call him."""
        if role.kind is not None or role.state or role.body_id or role.office not in _LEADERS:
            return role
        here = self.paragraph(mention)
        later = (m for m in self.reading.mentions if m.first >= mention.last and self.paragraph(m) == here)
        if not any(m.role.office in _MEMBERS and m.role.definite and not m.name for m in later):
            return role
        state = self._of_parliament(mention)
        return with_kind(replace(role, state=state, office="party_leader")) if state else role

    def _of_parliament(self, mention: Mention) -> str | None:
        """The state of whose parliament the text speaks, unless sentence or title begin with another."""
        start = self.reading.tokens.starts[mention.first]
        end = self.reading.tokens.text.find("\n", start)
        state = of_parliament(self.reading, mention, end if end > 0 else len(self.reading.tokens.text))
        titles = words(self.reading.lex.language, "roles").get("congress", {})
        if self.tongue and state in titles and not mention.role.implied:
            return None  # `posłanka X` sits in no congress, whose members have a title of their own
        return state if {self.subject(mention)[0], self._title[0]} <= {None, state} else None

    def begins(self, mention: Mention) -> bool:
        """Whether a sentence begins with a mention, a dateline aside."""
        number = self.reading.tokens.sentence[mention.first]
        first = bisect_left(self.reading.tokens.sentence, number)
        return mention.first - self._past_dateline(first, mention.first) <= 1

    def of_subject(self, mention: Mention) -> Role | None:
        """The body or state that is its sentence's subject, of which a bare spokesperson speaks."""
        number = self.reading.tokens.sentence[mention.first]
        first = bisect_left(self.reading.tokens.sentence, number)
        return of_subject(self.reading, mention, self._past_dateline(first, mention.first))

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
        state = self.tongue or spoken_state(self.reading, self.heading, mention)
        if (
            state is None
            or not self._named_before(state, mention)
            or self.subject(mention)[0] not in {None, state}
            or self._title[0] not in {None, state}
        ):
            return None
        for other in self.reading.mentions:
            role = other.role
            foreign = role.head in {"office", "body"} and role.state not in {None, state, *ORGANISATIONS}
            if foreign and other.first < mention.first:
                return None
        return state

    def _named_before(self, state: str, mention: Mention) -> bool:
        """Whether the state is named in the text up to the end of a mention's sentence.

        Where the language alone tells the state, anywhere in the text.
        """
        number = self.reading.tokens.sentence[mention.first if self.country else -1]
        for tag in self.reading.tags:
            if self.reading.tokens.sentence[tag.first] > number:
                return False
            entry = tag.get("state", "named")
            if entry and (entry.value == state or facts(entry.value).get("state") == state):
                return True
        return False

    def _announces(self, mention: Mention) -> bool:
        """Whether the words after a role and name say that it gives notice of what its own side does."""
        tokens = self.reading.tokens
        around = (*range(max(0, mention.first - 4), mention.first), *range(mention.last, mention.last + 3))
        return any(at < len(tokens) and tokens.folded[at] in self.announcing for at in around)

    def _titled(self) -> tuple[str | None, bool]:
        """The state with which the title begins, and whether the title tells what it says or will do."""
        if self.heading is None:
            return None, False
        state, end = _first_state(self.heading, 0)
        tokens = self.heading.tokens
        if state is None or end >= len(tokens):
            return state, False
        self.labelled = tokens.words[end] == ":" and self.reading.lex.articleless  # `Литва: коалиция …`
        return state, self.labelled or tokens.folded[end] in self.title_verbs

    def subject(self, mention: Mention) -> tuple[str | None, bool]:
        """The state with which a mention's sentence begins, and whether it is its government that does."""
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        first = mention.first
        while first > 0 and tokens.sentence[first - 1] == number:
            first -= 1
        first = self._past_dateline(first, mention.first)
        for other in self.reading.mentions:
            if other.first < first or other.first > first + 2:
                continue
            if other.first >= mention.first or other.name:
                break
            role = other.role
            if role.head in {"state", "body"} and role.state:
                return role.state, body_kind(role) in _CIVIL
        return None, False

    def _past_dateline(self, first: int, last: int) -> int:
        tokens = self.reading.tokens
        for at in range(first, min(last, first + 16)):
            word = tokens.words[at]
            if sum(one[:1].islower() for one in tokens.words[first:at]) > _SMALL:
                break
            if word in "—–" or (word == "-" and not tokens.joined(at)) or (word == ":" and at - first < 4):
                return at + 1
        return first

    def _opens(self, mention: Mention) -> bool:
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        first = mention.first
        while first > 0 and tokens.sentence[first - 1] == number:
            first -= 1
        while first < mention.first and (tokens.words[first].isupper() or tokens.words[first] in "/,"):
            first += 1  # a dateline
        return mention.first - first <= 2

    def _dateline(self) -> str | None:
        """The state of the capital in an early paragraph's dateline ("HELSINKI, March 26 (NordPress) —")."""
        tokens = self.reading.tokens
        starts = [0] + [
            at for at in range(1, len(tokens)) if "\n" in tokens.text[tokens.ends[at - 1] : tokens.starts[at]]
        ]
        tags = {tag.first: tag for tag in self.reading.tags}
        for start in starts[:4]:
            tag = tags.get(start)
            if tag is not None and (state := self._dated(tag)):
                return state
        return None

    def _dated(self, tag: Tag) -> str | None:
        entry = tag.get("state")
        tokens = self.reading.tokens
        if entry is None or entry.form not in {"capital", "name"}:
            return None
        loud = all(word.isupper() for word in tokens.words[tag.first : tag.last] if word.isalpha())
        for at in range(tag.last, min(len(tokens), tag.last + 14)):
            word = tokens.words[at]
            if word == "." and at == tag.last and not tag.first and at + 1 < len(tokens):
                return (
                    entry.value if tokens.sentence[at + 1] != tokens.sentence[tag.first] else None
                )  # "Berlin. …"
            dash = word in "—–" or (word == "-" and (not tokens.joined(at) or tokens.words[at - 1] == "."))
            small = sum(word[:1].islower() for word in tokens.words[tag.last : at])
            if dash and not loud and (tokens.words[at - 1] in ".!?" or small > _SMALL):
                break  # `… for Ukraine. – Our tracks are open – said X`: a dash that marks speech
            if dash and (loud or at - tag.last <= 8):
                return entry.value
            if loud and word == "." and at + 1 < len(tokens) and tokens.words[at + 1] == "/":
                return entry.value
            if loud and word == ":":
                return entry.value  # `NEW DELHI: …`
            if word in ":;!?" or "\n" in tokens.text[tokens.ends[at - 1] : tokens.starts[at]]:
                break
        return None


#: A dateline that is not in capitals has so many small words at most (its month, its day).
_SMALL = 2
_SPOKEN = frozenset({"spokesperson", "deputy_spokesperson"})
_MEMBERS = frozenset({"member_of_parliament", "senator", "speaker_of_parliament"})
_LEADERS = frozenset({"head", "party_leader", "chair"})
_NATIONAL = frozenset({"president", "vice_president", "spokesperson", "monarch"})


def _collective(role: Role) -> bool:
    """A body, a state, or people who speak for their body ("prosecutors in Kharkiv")."""
    return role.head in {"body", "state"} or (role.people == "speaking_for" and role.state is not None)


def _first_state(reading: Reading, first: int) -> tuple[str | None, int]:
    for tag in reading.tags:
        if tag.first != first:
            continue
        if (entry := tag.get("state")) and entry.form != "region":
            return entry.value, tag.last
        body = facts(tag.value("named") or "")
        if body.get("kind", "state") == "state" and "state" in body:
            return body["state"], tag.last
    return None, 0


def _means(word: str, role: Role) -> bool:
    """Whether a word for a body may mean this one."""
    generic = body_kind(role)
    if generic == word or generic.endswith(f"_{word}"):
        return True
    if word == "body":  # `ведомство`: whatever office of a state was spoken of
        return role.kind == "state" and generic not in {"armed_forces", "parliament", "government"}
    if word == "organisation":
        return generic in {"organisation", "office", "agency", "ngo", "alliance", "union", "committee"}
    if word in {"alliance", "union"}:
        return generic in {"alliance", "union"} or (
            role.state in {"NATO", "EU"} and (word == "alliance") == (role.state == "NATO")
        )
    return word == "movement" and role.kind == "de_facto"
