"""Names of people as runs of words with capitals, with particles, initials, hyphens and apostrophes."""

from __future__ import annotations

from extractors.languages import words
from monitor.officials.lexicon import Lexicon, Tag
from monitor.officials.tokens import Tokens

_PARTICLES = frozenset(words("common", "people")["particles"])


def _han(word: str) -> bool:
    return "\u3400" <= word <= "\u9fff"


class NameFinder:
    """Finds the names in the tokens of a text; what is tagged as a role or a state is no name."""

    def __init__(self, tokens: Tokens, lex: Lexicon, tags: list[Tag], language: str) -> None:
        self.tokens, self.lex, self.tags = tokens, lex, tags
        table = words(language, "roles")
        self.articles = frozenset(table.get("stops", {}).get("articles", ()))
        self.said = frozenset(table.get("lists", {}).get("said", ()))
        self.stops = frozenset(table.get("stops", {}).get("words", ()))
        self.never = frozenset(table.get("stops", {}).get("never", ()))
        self.tag_at: dict[int, int] = {}
        for number, tag in enumerate(tags):
            for index in range(tag.first, tag.last):
                self.tag_at[index] = number
        self.lower = {word for word, raw in zip(tokens.folded, tokens.words, strict=True) if raw[0].islower()}

    def says(self, index: int) -> bool:
        """Whether a token is a word of saying."""
        if self.tokens.folded[index] in self.said:
            return True
        number = self.tag_at.get(index)
        return number is not None and self.tags[number].get("verb") is not None

    def names(self) -> list[tuple[int, int]]:
        """The names in order, as tokens ``first`` up to and without ``last``."""
        if not self.lex.cased:
            return self.uncased()
        found: list[tuple[int, int]] = []
        index = 0
        while index < len(self.tokens):
            end = self.name_from(index)
            if end is None:
                index += 1
            else:
                found.append((index, end))
                index = end
        return self.of_people(found) if self.lex.nouns else found

    # --- where every noun has a capital -------------------------------------------------------------

    def of_people(self, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Names where nouns have capitals too: beside a role or of two words; then their last words."""
        sure = [name for name in found if self.anchored(*name)]
        last = {self.tokens.folded[end - 1] for _, end in sure}
        kept = []
        for first, end in found:
            if (first, end) in sure:
                kept.append((first, end))
            elif self.tokens.folded[first] in last:
                kept.append((first, first + 1))
        return kept

    def anchored(self, first: int, end: int) -> bool:
        """Whether a run of capitals is a name: it stands after a role, or is of two words on its own."""
        before = self.tag_at.get(first - 1)
        if before is not None and self.tags[before].get("office", "honor", "congress") is not None:
            return True
        if sum(1 for at in range(first, end) if self.tokens.words[at].isalpha()) < 2:
            return False
        return not first or self.tokens.folded[first - 1] not in self.articles

    # --- scripts without capitals -------------------------------------------------------------------

    def uncased(self) -> list[tuple[int, int]]:
        """Names that stand right behind a role, or between a word of saying and a role; then their echoes."""
        found: set[tuple[int, int]] = set()
        for number, tag in enumerate(self.tags):
            if tag.get("office", "honor", "congress") is None:
                continue
            if (name := self.behind(number)) is not None:
                found.add(name)
            if (name := self.before_comma(tag.first)) is not None:
                found.add(name)
        taken: set[int] = set()
        kept: list[tuple[int, int]] = []
        for first, last in sorted(found, key=lambda name: (name[0], -name[1])):
            if not taken & set(range(first, last)):
                kept.append((first, last))
                taken.update(range(first, last))
        return sorted(kept + self.echoes(kept, taken))

    def behind(self, number: int) -> tuple[int, int] | None:
        """The name behind a role and what belongs to it, or between two commas behind it."""
        at = self.tags[number].last
        while (following := self.tag_at.get(at)) is not None:
            tag = self.tags[following]
            if tag.first != at or tag.get("verb", "pronoun", "relay") is not None:
                return None
            at = tag.last
        if at < len(self.tokens) and self.tokens.words[at] in ",،":
            name = self.run(at + 1)
            closed = name is not None and name[1] < len(self.tokens) and self.tokens.words[name[1]] in ",،"
            return name if closed and name is not None and name[1] - name[0] > 1 else None
        return self.run(at)

    def run(self, first: int) -> tuple[int, int] | None:
        """The words from a token on that can be a name."""
        tokens = self.tokens
        han = first < len(tokens) and _han(tokens.words[first])
        last = first
        while last < len(tokens) and last - first < (8 if han else 4):
            word = tokens.words[last]
            joins = word in "-·・" and last > first
            if tokens.sentence[last] != tokens.sentence[first] or self.tag_at.get(last) is not None:
                break
            if not (word.isalpha() or joins) or (han and not (_han(word) or joins)):
                break
            if tokens.folded[last] in self.stops or tokens.folded[last] in self.said:
                break
            last += 1
        return (first, last) if last - first >= (2 if han else 1) else None

    def before_comma(self, role: int) -> tuple[int, int] | None:
        """The name between a word of saying and a role in commas ("قال X، المتحدث باسم …")."""
        tokens = self.tokens
        if role < 3 or tokens.words[role - 1] not in ",،":
            return None
        first = role - 1
        while first > 0 and role - first < 7 and self.tag_at.get(first - 1) is None:
            word = tokens.folded[first - 1]
            if word in self.said or word in self.stops or not word.isalpha():
                break
            first -= 1
        return (first, role - 1) if role - 1 - first >= 2 and first and self.says(first - 1) else None

    def echoes(self, names: list[tuple[int, int]], taken: set[int]) -> list[tuple[int, int]]:
        """Where the names found are repeated, whole or by their last word."""
        tokens = self.tokens
        wholes = {tuple(tokens.folded[first:last]) for first, last in names}
        lasts = {whole[-1] for whole in wholes if len(whole) > 1 and len(whole[-1]) > 2}
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(tokens):
            length = next((len(w) for w in wholes if tuple(tokens.folded[at : at + len(w)]) == w), 0)
            if not length and tokens.folded[at] in lasts and self.tag_at.get(at) is None:
                length = 1
            if length and not taken & set(range(at, at + length)):
                found.append((at, at + length))
            at += max(1, length)
        return found

    # --- names with capitals ------------------------------------------------------------------------

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
            word = self.tokens.folded[index]
            return word not in self.never and not (word in self.stops and not inside and self.starts(index))
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
        if (
            self.lex.head_first
            or entry is None
            or entry.form not in {"name", "region", "capital"}
            or before is None
        ):
            return False
        ahead = index + 1
        if ahead >= len(self.tokens) or self.tag_at.get(ahead) is not None or not self.tokens.capital(ahead):
            return False
        return self.tags[before].get("office", "honor") is not None

    def opening(self, index: int) -> bool:
        """Whether the word only has a capital because a sentence begins with it."""
        return self.starts(index) and self.tokens.folded[index] in self.lower

    def starts(self, index: int) -> bool:
        """Whether a sentence, a quotation or a line begins with the token."""
        tokens = self.tokens
        if index == 0 or tokens.sentence[index] != tokens.sentence[index - 1]:
            return True
        return tokens.words[index - 1] in '"“”«»„‘’:–—-•'
