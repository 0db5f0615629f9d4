"""Who is mentioned in a text: people with the roles beside their names, bodies, bare roles, pronouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.languages import words
from extractors.languages.nominative import nominative_person
from monitor.model import Span
from monitor.officials.behind import CHAIN, CONTENT, BehindName, trimmed
from monitor.officials.lexicon import Lexicon, Tag, lexicon
from monitor.officials.phrases import SERVING, leaves, new_head, own_part, past_unit
from monitor.officials.roles import Role, read_role
from monitor.officials.tokens import Tokens, tokenize

#: Words that a name has only if it is no person's, anywhere in it and as its first.
ORGANISED = frozenset(words("common", "people")["organised"])
ORGANISED_FIRST = frozenset(words("common", "people")["organised_first"])
_AFTER_NAME = frozenset(",.;:()»–—،")


#: Offices that stand beside another one of the same person.
_BESIDE = frozenset({"general", "officer", "party_leader", "ambassador", "cardinal"})


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
    owner: Mention | None = None  # the name whose office or body it is ("Biden's adviser")
    subject: bool = False  # a word of saying stands beside the name
    possessed: bool = False  # the name only says whose office or body it is
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


def read_mentions(text: str, language: str, known: Sequence[str] = ()) -> Reading:
    """Everybody who is mentioned in a text; ``known`` are names that its title tells."""
    tokens = tokenize(text, language)
    lex = lexicon(language)
    tags = lex.tags(tokens)
    reader = _Reader(tokens, lex, tags, language, known)
    return Reading(tokens, lex, tags, reader.read())


class _Reader(BehindName):
    def read(self) -> list[Mention]:
        mentions: list[Mention] = []
        used: set[int] = set()
        for first, last in self.names():
            mention = self.person(first, last)
            mentions.append(mention)
            used.update(range(mention.first, mention.last))
        names = {mention.name_last: mention for mention in mentions}
        for mention in mentions:
            mention.organised |= self.behind_of(mention, names)
        served = {mention.first: mention for mention in mentions}
        for chain in self.chains(used):
            role = read_role(self.tokens, self.lex, chain)
            if role.head:
                mention = Mention(chain[0].first, chain[-1].last, role)
                if role.head != "state" or not self.lex.nouns:  # `hat X Russland vorgeworfen`
                    mention.owner = self.owner(chain[0].first, names)
                mention.owner = mention.owner or self.served(chain[-1].last, role, served)
                behind = served.get(chain[-1].last)
                if mention.owner is None and behind is not None and behind.possessed and role.head == "body":
                    mention.owner = behind  # the body, and then whose it is
                mentions.append(mention)
        for tag in self.tags:
            pronoun = tag.value("pronoun")
            if pronoun and tag.first not in used and not self.owns(tag):
                mentions.append(Mention(tag.first, tag.last, Role(), pronoun=pronoun))
        for mention in mentions:
            if mention.name and mention.owner is None:
                mention.owner = self.owner(mention.first, names)
            if mention.owner is not None:
                mention.owner.possessed = True
        return sorted(mentions, key=lambda mention: (mention.first, mention.last))

    def behind_of(self, mention: Mention, names: dict[int, Mention]) -> bool:
        """Whether a name only says of what another one is (`Rep. X of Bayan Muna`): no person's."""
        link = self.tag_at.get(mention.first - 1)
        plain = not (self.lex.head_first or self.lex.inflects or mention.roles)
        of = plain and link is not None and self.tags[link].links("of")
        return of and mention.first - 1 in names

    def owns(self, tag: Tag) -> bool:
        """Whether a pronoun says whose office or body the next words are (`его пресс-секретарь`)."""
        ahead = self.tag_at.get(tag.last)
        return tag.get("link") is not None and ahead is not None and self.chainable(self.tags[ahead])

    def owner(self, first: int, names: dict[int, Mention]) -> Mention | None:
        """The name that stands right before a role, with or without the possessive."""
        tokens = self.tokens
        if first in names:
            return names[first]
        if first > 1 and tokens.folded[first - 1] == "s" and tokens.words[first - 2] in "'’":
            return names.get(first - 2)
        if self.suffixed and first > 1 and tokens.words[first - 2] in "'’" and tokens.joined(first - 1):
            return names.get(first - 2)  # Macron'un danışmanı
        return None

    def served(self, last: int, role: Role, named: dict[int, Mention]) -> Mention | None:
        """The name for whom somebody without one works ("a spokesman for Defence Minister X")."""
        number = self.tag_at.get(last)
        if number is None or role.head not in {"office", "people"} or self.lex.inflects:
            return None
        link = self.tags[number]
        if link.first != last or link.value("link") not in SERVING:
            return None
        return named.get(link.last)

    # --- roles beside a name ------------------------------------------------------------------------

    def person(self, first: int, last: int) -> Mention:
        tokens = self.tokens
        mention = Mention(first, last, Role(), tokens.slice(first, last), first, last)
        mention.organised = tokens.folded[last - 1] in ORGANISED or tokens.folded[first] in ORGANISED_FIRST
        mention.organised |= bool(self.named_things & {*tokens.folded[last : last + 1]})
        around = (*range(max(0, first - 2), first), *range(last, min(len(tokens), last + 2)))
        mention.subject = any(self.says(at) for at in around)
        before = self.of_organisation(self.before(first, last))
        if before and (own := self.headed(before, mention)) is not None:
            before, mention.possessed = own, True
        further = self.before_rank(before, last) or self.before_former(before)
        after = [] if mention.organised else self.behind(before, last)
        for chain in (before, further, after, self.relative(last)):
            if chain:
                role = read_role(tokens, self.lex, chain)
                if role.head or role.female is not None:
                    mention.roles.append(role)
        if before and self.lex.head_first and _names_unit(before, first):
            mention.organised = True  # "la agrupación Siverski", "la brigade Azov"
        if before:
            mention.first = (further or before)[0].first
        if after:
            mention.last = after[-1].last
        mention.role = best_role(mention.roles)
        return mention

    def headed(self, chain: Sequence[Tag], mention: Mention) -> list[Tag] | None:
        """The part of a role that is a name's own, behind the body of which it only says whose it is.

        `Администрация президента США Джона Смита`: the body speaks; the case of the name tells.
        """
        led = chain[0].get("body", "named", "generic") is not None and chain[0].get("office") is None
        bent = mention.name and nominative_person(mention.name, self.lex.language) != mention.name
        if not (self.lex.inflects and led and bent):
            return None
        return next((list(chain[at:]) for at, tag in enumerate(chain) if tag.get("office")), [])

    def of_organisation(self, chain: list[Tag]) -> list[Tag]:
        """A role in front of a name without the state that only ends an organisation's name
        ("Arms Watch Nigeria's director": nobody of the state)."""
        first = chain[0].first if chain else 0
        opened = not first or self.starts(first)  # a byline or a dateline before it is no organisation
        if opened or chain[0].get("state") is None or not self.tokens.capital(first - 1):
            return chain
        word = self.tokens.folded[first - 1]
        tagged = self.tag_at.get(first - 1)
        organised = tagged is not None and self.tags[tagged].get("private", "named") is not None
        owning = any(tag.value("link") == "possessive" for tag in chain[1:2])
        ends = owning and (word in ORGANISED or organised) and not self.starts(first - 1)
        return trimmed(chain[2:]) if ends else chain

    def before(self, first: int, last: int, *, ranked: bool = False) -> list[Tag]:
        """The role in front of a name, joined to it, or with one comma where the name ends in another.

        ``ranked``: a rank stands behind the comma, and the name may go on ("Ambassador X of Peru").
        """
        tokens = self.tokens
        comma = first > 1 and tokens.words[first - 1] in ",،" and last < len(tokens)
        comma = comma and (
            tokens.words[last] in _AFTER_NAME or (ranked and self.tag_at.get(last) is not None)
        )
        chain = self.leftward(first - 1 if comma else first)
        if comma and not (chain and self.pointed(chain)):
            return []
        if not any(tag.get(*CONTENT) for tag in chain):
            return self.of_state(first)
        raw = self.tag_at.get(first - 1)
        if not comma and raw is not None and self.tags[raw].value("link") not in {None, "possessive"}:
            return []
        return chain if self.lex.inflects else own_part(chain)

    def before_rank(self, chain: Sequence[Tag], last: int) -> list[Tag]:
        """The role before a comma and a rank or a state's adjective ("the ministry's spokesman, Colonel X,",
        "el presidente de la comisión, el brasileño X,")."""
        named = [tag for tag in chain if tag.get("link") is None]
        ranks = all(tag.get("honor") or tag.value("office") in _BESIDE for tag in named)
        ranks = ranks or (self.lex.inflects and not any(tag.get("state", "named", "body") for tag in named))
        whose = len(named) == 1 and (state := named[0].get("state")) is not None and state.form == "adj"
        if not named or not (ranks or whose) or chain[0].first == 0:
            return []
        opened = self.tag_at.get(chain[0].first - 1)
        article = whose and opened is not None and self.tags[opened].links("article")
        first = chain[0].first - (1 if article else 0)
        if not first or self.tokens.words[first - 1] not in ",،":
            return []
        return self.before(first, last, ranked=True)

    def before_former(self, chain: Sequence[Tag]) -> list[Tag]:
        """The present office before "and" and a former one ("Congress MP and former minister X")."""
        first = chain[0].first if chain else 0
        joined = self.tag_at.get(first - 1)
        if joined is None or chain[0].value("mod") != "former" or not self.tags[joined].links("and"):
            return []
        told = self.leftward(self.tags[joined].first)
        return told if any(tag.get("office", "congress") for tag in told) else []

    def of_state(self, first: int) -> list[Tag]:
        """The state whose possessive stands before a name ("China's Qiu Wenbin")."""
        tokens = self.tokens
        number = self.tag_at.get(first - 1)
        if number is not None and (entry := self.tags[number].get("state")) and entry.form == "adj":
            return [self.tags[number]]  # "the Pole X"
        if first < 3 or tokens.folded[first - 1] != "s" or tokens.words[first - 2] not in "'’":
            return []
        number = self.tag_at.get(first - 3)
        if number is None or self.tags[number].get("state", "named") is None:
            return []
        return [self.tags[number]]

    def pointed(self, chain: Sequence[Tag]) -> bool:
        """Whether a role before a comma names somebody: "the minister, X," or "Russia's minister, X,"."""
        if self.lex.articleless:
            return True
        first = chain[0].first
        before = self.tag_at.get(first - 1)
        article = before is not None and self.tags[before].links("article")
        apart = first > 1 and self.tokens.words[first - 1] in "'’"  # `dall'alta rappresentante`
        contracted = self.tokens.folded[first - 1 - apart] in self.contracted
        if article or chain[0].links("article") or contracted or self.tokens.folded[first] in self.owning:
            return True
        if any(tag.value("link") == "possessive" for tag in chain):
            return True
        return first > 1 and self.tokens.folded[first - 1] == "s" and self.tokens.words[first - 2] in "'’"

    def leftward(self, end: int) -> list[Tag]:
        """The tags that stand without a gap before a token, back to the phrase's article."""
        chain: list[Tag] = []
        at = self.over_complement(end)
        while at > 0:
            number = self.tag_at.get(at - 1)
            if number is None:
                if at - 1 in self.towns:
                    at -= 1
                    continue
                if self.tokens.words[at - 1] in ")）" and (opening := self.bracket(at - 1)) is not None:
                    at = opening
                    continue
                hung = self.tokens.words[at - 1] in "'’" and self.tokens.joined(at - 1)  # "Laos' minister"
                linked = self.tokens.words[at - 1] in "-." or hung
                if linked and chain and self.tag_at.get(at - 2) is not None:
                    at -= 1
                    continue
                if self.adjective_between(at - 1, chain):
                    at -= 1
                    continue
                opened = self.marks_opened(at - 1) or (past_unit(self, at) if chain else None)
                if opened is None:
                    break
                at = opened
                continue
            tag = self.tags[number]
            if self.tokens.sentence[tag.first] != self.tokens.sentence[end - 1] or not self.chainable(tag):
                break
            if tag.value("link") == "and" and not self.one_person(tag.first):
                break
            if self.place(tag) or (chain and new_head(self, tag, chain[0])):
                break
            chain.insert(0, tag)
            at = tag.first
            ahead = self.tag_at.get(at - 1) if at > 0 else None
            of = ahead is not None and self.tags[ahead].links("of", "for", "to") and not self.lex.inflects
            inner = ahead is not None and (of or not tag.links("definite"))
            if tag.links("article") and not inner:
                break
        return trimmed(chain)

    def adjective_between(self, index: int, chain: list[Tag]) -> bool:
        """Whether an adjective stands between an article and a body (`Chef der südlichen Gruppe`)."""
        word, number = self.tokens.words[index], self.tag_at.get(index - 1)
        return (
            self.lex.nouns
            and bool(chain)
            and chain[0].first == index + 1
            and chain[0].get("body", "generic", "unit") is not None
            and word.isalpha()
            and word.islower()
            and not self.says(index)
            and number is not None
            and self.tags[number].get("link") is not None
        )

    def place(self, tag: Tag) -> bool:
        """Whether a state's name only says where it was said ("in Berlin minister X")."""
        entry = tag.get("state")
        number = self.tag_at.get(tag.first - 1)
        if entry is None or entry.form == "adj" or number is None or self.tags[number].value("link") != "in":
            return False
        ahead = self.tag_at.get(self.tags[number].first - 1)
        kinds = ("office", "body", "named", "people", "state")
        held = ahead is not None and self.tags[ahead].get(*kinds) is not None
        return not held

    def one_person(self, conjunction: int) -> bool:
        """Whether "and" joins two offices of one person ("deputy prime minister and foreign minister X")."""
        before, after = self.tag_at.get(conjunction - 1), self.tag_at.get(conjunction + 1)
        if before is None or after is None:
            return False
        office = self.tags[before].value("office") or ""
        return office.startswith(("deputy_", "vice_")) and self.tags[after].get("office") is not None

    # --- roles, bodies and states without a name ----------------------------------------------------

    def chains(self, used: set[int]) -> list[list[Tag]]:
        found: list[list[Tag]] = []
        current: list[Tag] = []
        for tag in self.tags:
            joins = tag.value("link") == "and"
            if tag.first in used or joins or not (self.chainable(tag) or tag.get("relay")):
                self.close(current, found)
                current = []
                continue
            if current and (not self.adjacent(current[-1], tag) or leaves(self, current, tag)):
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
        return (
            not new_head(self, one, two)
            and all(word in {"-", "."} for word in between)
            and (two.first - one.last) <= 1
        )

    def close(self, chain: list[Tag], found: list[list[Tag]]) -> None:
        whole = trimmed(chain)
        if any(tag.get(*CHAIN, "relay") for tag in whole):
            found.append(whole)


def _names_unit(chain: Sequence[Tag], first: int) -> bool:
    """Whether the word right before a name is a body's, and nobody's office is told."""
    last = chain[-1]
    people = any(tag.get("office", "people", "honor", "congress") for tag in chain)
    return last.last == first and not people and last.get("body", "generic", "private") is not None


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
