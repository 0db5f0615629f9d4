"""Who is mentioned in a text: people with the roles beside their names, bodies, bare roles, pronouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.languages import words
from monitor.model import Span
from monitor.officials.lexicon import Lexicon, Tag, lexicon
from monitor.officials.roles import Role, read_role
from monitor.officials.tokens import Tokens, tokenize

_CHAIN = (
    "office",
    "congress",
    "body",
    "named",
    "state",
    "mod",
    "people",
    "party",
    "private",
    "generic",
    "unit",
)
_CONTENT = ("office", "congress", "body", "named", "people", "private", "generic", "honor", "party")
_PEOPLE = words("common", "people")
_PARTICLES = frozenset(_PEOPLE["particles"])
_ORGANISED = frozenset(_PEOPLE["organised"])


@dataclass(slots=True)
class Mention:
    """One place where a person, a body, a state or a bare role is spoken of.

    ``name`` is the name as it stands; ``first:last`` are tokens of name and roles together.
    """

    first: int
    last: int
    role: Role
    name: str | None = None
    name_first: int = 0
    name_last: int = 0
    pronoun: str | None = None
    organised: bool = False
    roles: list[Role] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its tokens, tags and mentions, in order of place."""

    tokens: Tokens
    lex: Lexicon
    tags: list[Tag]
    mentions: list[Mention]

    def span(self, mention: Mention) -> Span:
        """Where the mention stands in the text."""
        return Span(self.tokens.starts[mention.first], self.tokens.ends[mention.last - 1])


def read_mentions(text: str, language: str) -> Reading:
    """Everybody who is mentioned in a text."""
    tokens = tokenize(text, language)
    lex = lexicon(language)
    tags = lex.tags(tokens)
    reader = _Reader(tokens, lex, tags, language)
    return Reading(tokens, lex, tags, reader.read())


class _Reader:
    def __init__(self, tokens: Tokens, lex: Lexicon, tags: list[Tag], language: str) -> None:
        self.tokens, self.lex, self.tags = tokens, lex, tags
        table = words(language, "roles")
        self.cased = bool(table.get("cased", True))
        self.said = frozenset(table.get("lists", {}).get("said", ()))
        self.stops = frozenset(table.get("stops", {}).get("words", ()))
        self.tag_at: dict[int, int] = {}
        for number, tag in enumerate(tags):
            for index in range(tag.first, tag.last):
                self.tag_at[index] = number
        self.lower = {word for word, raw in zip(tokens.folded, tokens.words, strict=True) if raw[0].islower()}

    def read(self) -> list[Mention]:
        mentions: list[Mention] = []
        used: set[int] = set()
        for first, last in self.names():
            mention = self.person(first, last)
            mentions.append(mention)
            used.update(range(mention.first, mention.last))
        for chain in self.chains(used):
            role = read_role(self.tokens, self.lex, chain)
            if role.head:
                mentions.append(Mention(chain[0].first, chain[-1].last, role))
        for tag in self.tags:
            pronoun = tag.value("pronoun")
            if pronoun and tag.first not in used:
                mentions.append(Mention(tag.first, tag.last, Role(), pronoun=pronoun))
        return sorted(mentions, key=lambda mention: (mention.first, mention.last))

    # --- names --------------------------------------------------------------------------------------

    def names(self) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        index = 0
        while index < len(self.tokens):
            end = self.name_from(index)
            if end is None:
                index += 1
            else:
                found.append((index, end))
                index = end
        return found

    def name_from(self, index: int) -> int | None:
        """The end of a name that begins at a token, or None."""
        if not self.name_word(index) or self.opening(index):
            return None
        end = index + 1
        while end < len(self.tokens) and self.tokens.sentence[end] == self.tokens.sentence[index]:
            step = self.step(end)
            if step == 0:
                break
            end += step
        return end

    def step(self, at: int) -> int:
        """How many tokens at ``at`` go on with a name."""
        tokens = self.tokens
        word = tokens.words[at]
        follows = at + 1 < len(tokens)
        if word in "-'’." and tokens.joined(at) and follows:
            if word == "." and len(tokens.words[at - 1]) == 1 and tokens.capital(at - 1):
                return 1
            if word != "." and tokens.joined(at + 1) and tokens.words[at + 1].isalpha():
                if word != "-" and tokens.folded[at + 1] in {"s", "ll", "d", "re", "ve"}:
                    return 0
                return (
                    2 if tokens.capital(at + 1) or word != "-" or tokens.folded[at - 1] in _PARTICLES else 0
                )
            return 0
        if self.name_word(at, inside=True):
            return 1
        if tokens.folded[at] in _PARTICLES and not tokens.capital(at) and follows:
            ahead = at + 1
            while ahead < len(tokens) and (tokens.folded[ahead] in _PARTICLES or tokens.words[ahead] == "-"):
                ahead += 1
            if ahead < len(tokens) and self.name_word(ahead, inside=True):
                return ahead + 1 - at
        return 0

    def name_word(self, index: int, *, inside: bool = False) -> bool:
        raw = self.tokens.words[index]
        if not raw[0].isupper() or not raw.isalpha():
            return False
        number = self.tag_at.get(index)
        if number is None:
            return self.tokens.folded[index] not in self.stops
        tag = self.tags[number]
        if tag.get("state", "named", "relay", "link", "pronoun") and tag.last - tag.first == 1 and not inside:
            return self.given_name(index, tag)
        weak = tag.get("mod", "link", "generic", "unit", "private", "people") is not None
        if inside and weak and not tag.get("office", "body", "named", "state", "honor"):
            return tag.last - tag.first == 1
        return False

    def given_name(self, index: int, tag: Tag) -> bool:
        """Whether a state's name is a given name here ("Foreign Minister Israel Katz")."""
        entry = tag.get("state")
        before = self.tag_at.get(index - 1)
        if entry is None or entry.form not in {"name", "region", "capital"} or before is None:
            return False
        ahead = index + 1
        if ahead >= len(self.tokens) or self.tag_at.get(ahead) is not None or not self.tokens.capital(ahead):
            return False
        return self.tags[before].get("office", "honor") is not None

    def opening(self, index: int) -> bool:
        """Whether the word only has a capital because a sentence begins with it."""
        tokens = self.tokens
        starts = (
            index == 0
            or tokens.sentence[index] != tokens.sentence[index - 1]
            or (not tokens.words[index - 1].isalnum() and tokens.words[index - 1] in '"“”«»„‘’:–—-•')
        )
        return starts and tokens.folded[index] in self.lower

    # --- roles beside a name ------------------------------------------------------------------------

    def person(self, first: int, last: int) -> Mention:
        tokens = self.tokens
        mention = Mention(first, last, Role(), tokens.slice(first, last), first, last)
        mention.organised = tokens.folded[last - 1] in _ORGANISED
        before = self.before(first, last)
        after = self.after(last)
        for chain in (before, after):
            if chain:
                role = read_role(tokens, self.lex, chain)
                if role.head or role.female is not None:
                    mention.roles.append(role)
        if before:
            mention.first = before[0].first
        if after:
            mention.last = after[-1].last
        mention.role = best_role(mention.roles)
        return mention

    def before(self, first: int, last: int) -> list[Tag]:
        """The role in front of a name, joined to it."""
        at = first
        tokens = self.tokens
        comma = at > 1 and tokens.words[at - 1] == "," and last < len(tokens) and tokens.words[last] == ","
        chain = self.leftward(at - 1 if comma else at)
        if comma and chain and not _definite(chain):
            return []
        if not any(tag.get(*_CONTENT) for tag in chain):
            return []
        if chain and chain[-1].get("link") and chain[-1].value("link") != "possessive":
            return []
        return chain

    def leftward(self, end: int) -> list[Tag]:
        chain: list[Tag] = []
        at = end
        while at > 0:
            number = self.tag_at.get(at - 1)
            if number is None:
                if self.tokens.words[at - 1] in {"-", "."} and chain and self.tag_at.get(at - 2) is not None:
                    at -= 1
                    continue
                break
            tag = self.tags[number]
            if tag.last != at and tag.last < at:
                break
            if self.tokens.sentence[tag.first] != self.tokens.sentence[end - 1] or not self.chainable(tag):
                break
            chain.insert(0, tag)
            at = tag.first
            if tag.value("link") == "article":
                break
        return _trim(chain)

    def chainable(self, tag: Tag) -> bool:
        return tag.get(*_CHAIN, "honor") is not None or tag.get("link") is not None

    def after(self, last: int) -> list[Tag]:
        """The role behind a name: in commas, brackets or dashes, or after "of", "from", "with"."""
        tokens = self.tokens
        if last >= len(tokens) or tokens.sentence[last] != tokens.sentence[last - 1]:
            return []
        mark = tokens.words[last]
        if mark in {",", "(", "–", "—"}:
            chain, end = self.rightward(last + 1)
            closed = end >= len(tokens) or not (
                tokens.capital(end) and tokens.words[end].isalpha() and self.tag_at.get(end) is None
            )
            if chain and any(tag.get(*_CONTENT) for tag in chain) and closed:
                return chain
            return []
        number = self.tag_at.get(last)
        if number is not None and self.tags[number].value("link") in {"of", "in"}:
            chain, _ = self.rightward(last)
            if any(tag.get("named") for tag in chain) and not any(tag.get("office") for tag in chain):
                return chain
        return []

    def rightward(self, start: int) -> tuple[list[Tag], int]:
        """The tags of a phrase up to the mark that closes it; words without a tag are passed over."""
        tokens = self.tokens
        chain: list[Tag] = []
        at = start
        while at < len(tokens) and at - start < 30 and tokens.sentence[at] == tokens.sentence[start]:
            word = tokens.words[at]
            if word in {",", ")", ";", ":", "–", "—", "“", '"', "«"} or tokens.folded[at] in self.said:
                break
            if word == "." and self.tag_at.get(at) is None:
                break
            number = self.tag_at.get(at)
            if number is None:
                at += 1
                continue
            tag = self.tags[number]
            if tag.get("pronoun") and not chain:
                return [], at
            if not self.chainable(tag) and tag.get("relay") is None:
                break
            chain.append(tag)
            at = tag.last
        return _trim(chain), at

    # --- roles, bodies and states without a name ----------------------------------------------------

    def chains(self, used: set[int]) -> list[list[Tag]]:
        found: list[list[Tag]] = []
        current: list[Tag] = []
        for tag in self.tags:
            if tag.first in used or not (self.chainable(tag) or tag.get("relay")):
                self.close(current, found)
                current = []
                continue
            if current and not self.adjacent(current[-1], tag):
                self.close(current, found)
                current = []
            current.append(tag)
        self.close(current, found)
        return found

    def adjacent(self, one: Tag, two: Tag) -> bool:
        tokens = self.tokens
        if tokens.sentence[one.first] != tokens.sentence[two.first]:
            return False
        between = tokens.words[one.last : two.first]
        return all(word in {"-", "."} for word in between) and (two.first - one.last) <= 1

    def close(self, chain: list[Tag], found: list[list[Tag]]) -> None:
        trimmed = _trim(chain)
        if trimmed and any(tag.get(*_CHAIN, "relay") for tag in trimmed):
            found.append(trimmed)


def best_role(roles: Sequence[Role]) -> Role:
    """The role that says most: an office with its state before one without, a present one before a past."""
    if not roles:
        return Role()

    def weight(role: Role) -> tuple[bool, bool, bool, bool, bool]:
        return (
            role.kind is not None,
            role.head == "office",
            role.state is not None,
            not role.rank,
            not role.former,
        )

    return max(roles, key=weight)


def _definite(chain: Sequence[Tag]) -> bool:
    return chain[0].get("link") is not None or any(tag.value("link") == "possessive" for tag in chain)


def _trim(chain: list[Tag]) -> list[Tag]:
    """Without links at the end, and without links other than articles at the start."""
    first, last = 0, len(chain)
    while last > first and chain[last - 1].get("link") and not chain[last - 1].get(*_CHAIN):
        last -= 1
    while (
        first < last
        and chain[first].get("link")
        and chain[first].value("link") != "article"
        and not chain[first].get(*_CHAIN)
    ):
        first += 1
    return chain[first:last]
