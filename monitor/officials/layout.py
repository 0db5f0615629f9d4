"""How a document lies around a mention: post, paragraph, the sentence's subject, title, dateline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from extractors.languages import words
from monitor.model import Span
from monitor.officials.domestic import native_state
from monitor.officials.lexicon import Tag
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, body_kind, facts
from monitor.officials.word_lists import begins, word_lists

_CIVIL = frozenset({"government", "parliament", "presidency", "prime_ministers_office"})
#: A dateline that is not in capitals has so many small words at most (its month, its day).
_SMALL = 3


class Layout:
    """Where in a document something stands, and what its title and dateline tell."""

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
        self.willing = table.get("willing", ())
        self.said = frozenset(table.get("said", ()))
        self.representing = table.get("representing", ())
        self.asked = frozenset(table.get("asked", ()))
        self.presiding = frozenset(table.get("presiding", ()))
        self.announcing = frozenset(table.get("announces", ()))
        self.tongue: str | None = country or words(reading.lex.language, "roles").get("tongue_of")
        self.native = None if self.tongue else native_state(reading, heading)
        self.dateline = self._dateline()
        self.labelled = False  # whether the title begins with a state and a colon
        self.titled = False  # the same, in whatever language
        self.title = self._titled()

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

    def begins(self, mention: Mention) -> bool:
        """Whether a sentence begins with a mention, a dateline aside."""
        number = self.reading.tokens.sentence[mention.first]
        first = bisect_left(self.reading.tokens.sentence, number)
        return mention.first - self.past_dateline(first, mention.first) <= 1

    def subject(self, mention: Mention) -> tuple[str | None, bool]:
        """The state with which a mention's sentence begins, and whether it is its government that does."""
        tokens = self.reading.tokens
        number = tokens.sentence[mention.first]
        first = mention.first
        while first > 0 and tokens.sentence[first - 1] == number:
            first -= 1
        first = self.past_dateline(first, mention.first)
        for other in self.reading.mentions:
            if other.first < first or other.first > first + 2:
                continue
            if other.first >= mention.first or other.name:
                break
            role = other.role
            if other.first > first and tokens.folded[first] in self.asked:
                continue  # "Asked about Lithuania's exit, Prime Minister X said": of what he was asked
            if role.head in {"state", "body"} and role.state:
                return role.state, body_kind(role) in _CIVIL
        return None, False

    def past_dateline(self, first: int, last: int) -> int:
        tokens = self.reading.tokens
        for at in range(first, min(last, first + 16)):
            word = tokens.words[at]
            small = sum(one[:1].islower() for one in tokens.words[first:at])
            if small > _SMALL:
                break
            colon = word == ":" and at - first < 4 and not (small and self.reading.lex.cased)
            if word in "—–" or (word == "-" and not tokens.joined(at)) or colon:
                more = () if self.reading.lex.cased else range(at + 1, min(last, first + 16))
                return max((one for one in more if tokens.words[one] in "-—–"), default=at) + 1
        return first

    def _titled(self) -> tuple[str | None, bool]:
        """The state with which the title begins, and whether the title tells what it says or will do."""
        if self.heading is None:
            return None, False
        state, end = _first_state(self.heading, 0)
        tokens = self.heading.tokens
        if state is None or end >= len(tokens):
            return state, False
        self.labelled = tokens.words[end] == ":" and self.reading.lex.articleless  # `Литва: коалиция …`
        self.titled = tokens.words[end] == ":"
        follows = " ".join(tokens.folded[end : end + 4])
        wills = any(begins(follows, one) for one in self.willing)
        return state, self.titled or wills or tokens.folded[end] in self.title_verbs

    def labelling(self) -> Role | None:
        """The body or state that a title has before its colon (`State Department: Ukraine promised …`)."""
        if self.heading is None:
            return None
        tokens = self.heading.tokens
        for mention in self.heading.mentions:
            closed = mention.last < len(tokens) and tokens.words[mention.last] == ":"
            if mention.first == 0 and closed and not mention.name and mention.role.head in {"body", "state"}:
                return mention.role if mention.role.state else None
        return None

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

    def states(self) -> set[str]:
        """All states that the document names, by themselves or by a body of theirs."""
        if self._states is None:
            entries = [entry for tag in self.reading.tags for entry in tag.entries]
            self._states = {e.value for e in entries if e.kind == "state"}
            self._states |= {facts(e.value).get("state", "") for e in entries if e.kind == "named"}
        return self._states

    def region(self, mention: Mention | None = None) -> str | None:
        """The state of all the regions that title and text name, if it is one, else of those of a mention's
        sentence; a name in marks is a paper's (`told the daily «Dnipro»`). Without a mention, for a body of
        whose side nothing is told, none where another state holds one of them."""
        named = [
            (reading, tag, entry.value)
            for reading in (self.reading, *([self.heading] if self.heading else ()))
            for tag in reading.tags
            if (entry := tag.get("state")) and entry.form == "region" and not _in_marks(reading, tag)
        ]
        found = {state for _, _, state in named}
        held = word_lists(self.reading.lex.language, "lists").get("disputed", ())
        if mention is None and held and any(_begins(reading, tag, held) for reading, tag, _ in named):
            return None
        if len(found) > 1 and mention is not None:
            sentence = self.reading.tokens.sentence
            here = sentence[mention.first]
            found = {
                state for one, tag, state in named if one is self.reading and sentence[tag.first] == here
            }
        return found.pop() if len(found) == 1 else None


def _begins(reading: Reading, tag: Tag, stems: tuple[str, ...]) -> bool:
    """Whether a name has one of the beginnings."""
    return any(reading.tokens.folded[at].startswith(stems) for at in range(tag.first, tag.last))


def _in_marks(reading: Reading, tag: Tag) -> bool:
    """Whether nothing but the name stands between two quotation marks."""
    tokens = reading.tokens
    around = (tag.first - 1, tag.last)
    return all(0 <= at < len(tokens) and tokens.words[at] in '«»„“”"' for at in around)


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
