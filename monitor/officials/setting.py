"""What a document leaves to its setting: whose "ministry" and whose spokesperson it means.

Every rule here answers only where the text leaves no doubt, else None. Bare titles: see ``titles``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from monitor.officials.domestic import lone_state
from monitor.officials.lexicon import data
from monitor.officials.mentions import ORGANISED, ORGANISED_FIRST, Mention
from monitor.officials.nearby import amid, apposed_state, represented, said_through
from monitor.officials.roles import AIDES, Role, body_kind, facts, with_kind
from monitor.officials.seats import bracketed_state
from monitor.officials.states import ORGANISATIONS
from monitor.officials.through import (
    another_speaks,
    of_his_chief,
    of_last_sentence,
    of_last_state,
    of_mission,
    of_organisation,
    of_own_state,
    of_same_word,
    of_short_name,
    of_telling_ministry,
)
from monitor.officials.titles import LOCAL, Titles
from monitor.officials.word_lists import word_lists

_QUOTE = re.compile('["“”«»„]')
_WHEN = 5  # words that only tell when
_GROUP = 6  # words of a group's name
_BROAD = frozenset({"government", "armed_forces", "intelligence", "court", "committee", "police"})
_REGIONAL = frozenset({"prosecutors_office", "regional_administration", "police", "emergency_service"})
#: Offices behind whose holders a bracket may name party and state.
_MEMBERS = frozenset({"member_of_parliament", "senator"})
_PLACED = 5  # tokens of a place and its comma at a sentence's head
#: How a town or a part of a state is told.
_PLACES = frozenset({"region", "capital"})
_SPOKEN = frozenset({"spokesperson", "deputy_spokesperson"})


class Setting(Titles):
    """Where and in whose name a document speaks."""

    def completed(self, role: Role, mention: Mention) -> Role:
        """The role with the state and body that it leaves to the text around it."""
        if role.head not in {"office", "body", "generic"} or role.private or role.kind == "other":
            return role
        if self._unsure(role):
            role = replace(role, state=None, implied=False, doubtful=False)
        role = self._told_beside(self._of_shared_name(role), mention)
        bare = role.office in _SPOKEN and role.state is None and not role.body_id
        if bare and (group := self._group_before(mention)):
            return replace(role, private=True, kind="other", body=group)
        if bare and not role.own:
            role = self._from(said_through(self.reading, self.earlier(mention), mention, self.said), role)
        if role.state is None and not (role.body_id or role.own):
            earlier = self.earlier(mention)
            found = of_last_sentence(self.reading, earlier, mention)
            found = found or of_his_chief(self.reading, earlier, mention)
            role = self._from(found or self._of_own_minister(role, mention), role)
        if role.state is None and not role.body_id:
            earlier = self.earlier(mention)
            found = of_same_word(earlier, role) or of_organisation(self.reading, earlier, mention, role)
            found = found or of_mission(self.reading, earlier, mention, role)
            found = found or of_telling_ministry(self.reading, earlier, mention, role, self.said)
            role = self._from(found, role)
        if role.serves and role.state is None and not role.body_id:
            role = self._from(self._served(role.serves, mention), role)
        if role.state is None or role.implied:
            if role.generic and not role.body_id:
                role = self._from(self.antecedent(mention, role.generic), role)
            elif role.own and role.state is None:
                role = self._from(self.owner(mention), role)
        if role.state is None and role.body_id and not facts(role.body_id):
            earlier = self.earlier(mention)
            found = self.same_body(mention, role.body_id)
            if found and another_speaks(self.reading, earlier, mention, found.state or ""):
                found = None
            found = found or amid(role.body_id, self.states())
            found = found or of_last_state(self.reading, earlier, mention, self.said)
            role = self._from(None if self._of_subject(role, found, mention) else found, role, keep=True)
            if role.state is None and (
                state := apposed_state(self.reading, mention)
                or self.at_home(mention)
                or self.of_parliament(mention)
                or lone_state(self.reading, self.heading)
                or self.of_heading(role, mention)
                or (
                    self.state_of(role, mention)
                    if (self.dateline or self.titled) and role.head == "body"
                    else None
                )
            ):
                role = self._from(Role(state=state), role, keep=True)
        return role

    def _of_subject(self, role: Role, found: Role | None, mention: Mention) -> bool:
        """Whether a government is of another state than what was told before: of its sentence's subject
        (`ФРГ не закупит …, дал понять представитель правительства`)."""
        subject = self.subject(mention)[0]
        return found is not None and role.body_id == "government" and subject not in {None, found.state}

    def _unsure(self, role: Role) -> bool:
        """Whether the state that a title implies may be another's that has the title too: which the text
        names, or from whose capital it is written (`MANILA – … Sen. X`)."""
        alike = self._alike(role.state) if role.implied or role.doubtful else set()
        if role.doubtful and (role.state not in self.states() or alike & self.states()):
            return True
        return role.implied and self.dateline in alike

    def _of_own_minister(self, role: Role, mention: Mention) -> Role | None:
        """The state of a bare minister that the sentence before opens with."""
        earlier = self.earlier(mention)
        found = of_own_state(self.reading, earlier, mention)
        told = (role.office or "").endswith("minister") and not (role.former or role.indefinite)
        return found or (of_last_state(self.reading, earlier, mention, self.said) if told else None)

    def _told_beside(self, role: Role, mention: Mention) -> Role:
        """The role with the body whose short name stands before it, the state of the bracket behind a
        member's name, or in whose name he speaks."""
        if role.state is not None or role.head != "office" or role.own:
            return role
        if not role.body_id and role.office:
            role = self._from(of_short_name(self.reading, self.earlier(mention), mention), role)
        alone = role.office in _SPOKEN and not role.body_id and mention.name
        apart = any(one.head == "body" for one in mention.roles)  # `of Human Rights Watch`
        if alone and not apart and not self._group_before(mention):
            role = self._from(self._title_body(mention), role)
        state = None
        if role.office in _MEMBERS and mention.name:
            end = self.reading.tokens.ends[mention.name_last - 1]
            state = bracketed_state(self.reading.tokens.text, end, self.reading.lex.language)
        state = state or represented(self.reading, mention, self.representing)
        return self._from(Role(state=state), role) if state else role

    def _group_before(self, mention: Mention) -> str:
        """The group of no state that a bare spokesperson's sentence names before (`the Peace Network: “…”,
        the spokesman X asked`); empty where there is none, or a body behind it."""
        tokens = self.reading.tokens
        first = bisect_left(tokens.sentence, tokens.sentence[mention.first])
        told = [m for m in self.earlier(mention) if m.first >= first and (m.role.head == "body" or m.roles)]
        floor = max((m.last for m in told if not self._in_marks(m.first, mention)), default=first)
        for at in range(mention.first - 1, floor - 1, -1):
            word = tokens.folded[at]
            listed = word in ORGANISED_FIRST or (word in ORGANISED and at > first + 1)
            if listed and tokens.capital(at) and not self._in_marks(at, mention):
                end = at + 1
                while end < mention.first and end - at < _GROUP and tokens.words[end].isalpha():
                    end += 1
                return tokens.slice(at, end)
        return ""

    def _in_marks(self, at: int, mention: Mention) -> bool:
        """Whether a token before a mention stands in quotation marks that close before it."""
        tokens = self.reading.tokens
        between = tokens.text[tokens.starts[at] : tokens.starts[mention.first]]
        return len(_QUOTE.findall(between)) % 2 == 1

    def _of_shared_name(self, role: Role) -> Role:
        """A body whose bare name several states' bodies have, of that state of which the report is."""
        known = facts(role.body_id or "")
        near = set(known.get("shared", "").split()) & self.states() if role.form == "body" else set()
        told = next((state for state in (self.dateline, self.title[0]) if state in near), None)
        if told is None and len(near) == 1 and not self._called(known["state"]):
            told = next(iter(near))
        return with_kind(replace(role, state=told, body_id=known["generic"])) if told else role

    def _called(self, state: str) -> bool:
        """Whether the document names a state itself, and not only a body of it."""
        return any((entry := tag.get("state")) and entry.value == state for tag in self.reading.tags)

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
        office = role.office
        if state in ORGANISATIONS:  # "the alliance's secretary-general"
            office = data("offices.toml")["of_organisation"].get(state, {}).get(office, office)
        return with_kind(replace(role, state=state, body=body, body_id=body_id, office=office, implied=False))

    def antecedent(self, mention: Mention, word: str) -> Role | None:
        """The last body before that a word ("ministry", "alliance") may mean."""
        for other in reversed(self.earlier(mention)):
            for known in (other.role, *other.roles):
                if known.body_id and _means(word, known):
                    body = Role(head="body", phrase=known.body or "", body=known.body, body_id=known.body_id)
                    return with_kind(replace(body, state=facts(known.body_id).get("state") or known.state))
                minister = (known.office or "").endswith("_minister") and not known.former
                if word in {"ministry", "body"} and minister and known.state and not known.body_id:
                    return _ministry(known, mention.role.phrase)
        titled = self._title_body(mention)
        if titled is not None and _means(word, titled):
            return titled
        return self._named_later(word) or amid(word, self.states())

    def _title_body(self, mention: Mention) -> Role | None:
        """The one body that the title tells, where neither it nor the text before tells anybody of elsewhere
        (`Pentagon won't comment` / `The spokeswoman X noted …`)."""
        if self.heading is None:
            return None
        listed = [known for other in self.heading.mentions for known in (other.role, *other.roles)]
        before = [known for other in self.earlier(mention) for known in (other.role, *other.roles)]
        bodies = {known.body_id: known for known in listed if known.head == "body" and known.state}
        if len(bodies) != 1:
            return None
        body = next(iter(bodies.values()))
        states = {known.state for known in (*listed, *before) if known.head in {"body", "office"}}
        first = self.heading.mentions[0]
        opens = first.role.body_id == body.body_id and first.first < _WHEN
        return body if opens and states <= {None, body.state} else None

    def _named_later(self, word: str) -> Role | None:
        """The one organisation that a word ("the alliance") means, where title or text name it elsewhere."""
        if word not in {"alliance", "union"}:
            return None
        readings = (self.reading, *([self.heading] if self.heading else ()))
        known = [m.role for reading in readings for m in reading.mentions if m.role.state in ORGANISATIONS]
        meant = [role for role in known if role.body_id and _means(word, role)]
        return meant[0] if len({role.state for role in meant}) == 1 else None

    def owner(self, mention: Mention) -> Role | None:
        """Whose "its" is: the first body or state of the sentence, else that which began the last one.

        Somebody with an office of a state who stands before it is meant himself ("X urged …, his aide said").
        """
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        here = self.paragraph(mention)
        if mention.role.office in LOCAL:  # `forces shelled Odesa, its mayor said`: a place's, no body's
            places = [m for m in self.earlier(mention) if tokens.sentence[m.first] == number and not m.name]
            return next((m.role for m in reversed(places) if m.role.form in _PLACES), None)
        if mention.role.office in AIDES and (chief := self._chief(mention, number)):
            return chief
        before = [m for m in self.earlier(mention) if _collective(m.role) and not m.name]
        before = [m for m in before if not self._quoted(m, mention) and m.role.form != "host"]
        start = self.past_dateline(bisect_left(tokens.sentence, number), mention.first)
        if mention.role.office == "diplomat" and (sender := self._sender(mention, start)):
            return sender
        same = [m for m in before if tokens.sentence[m.first] == number and m.first >= start]
        begin = bisect_left(tokens.sentence, number)
        earlier = tokens.sentence[begin - 1]
        opening = self.past_dateline(bisect_left(tokens.sentence, earlier), begin)
        last = [m for m in before if tokens.sentence[m.first] == earlier and self.paragraph(m) >= here - 1]
        last = [m for m in last if m.first >= opening]
        opened = last[0].role if last and self._opens(last[0]) else None
        if same and same[0].role.head == "state" and opened is not None and opened.head == "body":
            return opened  # "The Pentagon waved it off. Russia uses them, its spokesman said"
        return same[0].role if same else opened

    def _sender(self, mention: Mention, start: int) -> Role | None:
        """The organisation an office of which the sentence names before its representative
        (`desde la Oficina de la Alta Comisionada de la ONU, su representante, X, señaló`)."""
        for other in self.earlier(mention):
            if other.first >= start and other.role.state in ORGANISATIONS:
                return Role(head="body", state=other.role.state)
        return None

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
        """Who opens the sentence with an office, where that is before any body or state."""
        for other in self.earlier(mention):
            if self.reading.tokens.sentence[other.first] != number:
                continue
            role = other.role
            told = other.name or role.definite  # `The Secretary-General, through his spokesman X, said`
            known = told and role.head == "office" and role.state and not role.former
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

    def _opens(self, mention: Mention) -> bool:
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        first = self.past_dateline(bisect_left(tokens.sentence, number), mention.first)
        while first < mention.first and (tokens.words[first].isupper() or tokens.words[first] in "/,"):
            first += 1  # a dateline
        if tokens.folded[first] in word_lists(self.reading.lex.language, "links").get("in", ()):
            comma = next(
                (at for at in range(first, min(first + _PLACED, mention.first)) if tokens.words[at] == ","), 0
            )
            first = comma + 1 if comma else first  # `In Geneva, the commission …`
        small = word_lists(self.reading.lex.language, "stops").get("words", ())
        when = tokens.folded[first : mention.first]
        if len(when) <= _WHEN and any(word.isdigit() for word in when):
            return all(word.isdigit() or word in small for word in when)  # "In December 2016 the coalition"
        return mention.first - first <= 2


def _ministry(minister: Role, words: str) -> Role | None:
    """The ministry that a minister heads, as the text words it; None for one that the data do not name."""
    body_id = (minister.office or "").removesuffix("minister") + "ministry"
    if body_id not in data("bodies.toml")["generic"]:
        return None
    return with_kind(Role(head="body", phrase=words, body=words, body_id=body_id, state=minister.state))


def _collective(role: Role) -> bool:
    """A body, a state, or people who speak for their body ("prosecutors in Kharkiv")."""
    return role.head in {"body", "state"} or (role.people == "speaking_for" and role.state is not None)


def _means(word: str, role: Role) -> bool:
    """Whether a word for a body may mean this one."""
    generic = body_kind(role)
    if generic == word or generic.endswith(f"_{word}"):
        return True
    if word == "committee" and generic == "parliament":  # `the Saeima's Foreign Affairs Committee`
        return "committee" in role.phrase.casefold()
    if word == "body":  # `ведомство`: whatever office of a state was spoken of
        return role.kind == "state" and generic not in {"armed_forces", "parliament", "government"}
    if word == "organisation":
        return generic in {"organisation", "office", "agency", "ngo", "alliance", "union", "committee"}
    if word in {"alliance", "union"}:
        return generic in {"alliance", "union"} or (
            role.state in {"NATO", "EU"} and (word == "alliance") == (role.state == "NATO")
        )
    return word == "movement" and role.kind == "de_facto"
