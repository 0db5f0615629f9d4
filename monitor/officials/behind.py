"""The role behind a name: in commas, brackets or dashes, after a preposition, in a relative clause."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.officials.capitals import NameFinder
from monitor.officials.lexicon import Tag
from monitor.officials.word_lists import word_lists

#: What a phrase about somebody is made of, and what of it tells who that is.
CHAIN = (
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
    "portfolio",
)
CONTENT = ("office", "congress", "body", "named", "people", "private", "generic", "honor", "party")
_CLOSING = frozenset(',);:–—“”"«»[]،؛，。；：（）「」')
#: Tokens in which a body must begin behind a name, and those of a verb that tells an office.
_BODY_AHEAD, _COPULA = 4, 2
#: Offices of a part of a state, or of one who sits for it.
_OF_A_PART = frozenset(
    {"governor", "regional_head", "mayor", "prosecutor", "judge", "police", "senator", "member_of_parliament"}
)


class BehindName(NameFinder):
    """Reads what stands behind a name and tells who it is."""

    def chainable(self, tag: Tag) -> bool:
        return tag.get(*CHAIN, "honor") is not None or tag.get("link") is not None

    def after(self, last: int) -> list[Tag]:
        """The role behind a name: in commas, brackets or dashes, or after "of", "from", "with"."""
        tokens = self.tokens
        if last >= len(tokens) or tokens.sentence[last] != tokens.sentence[last - 1]:
            return []
        mark = tokens.words[last]
        if mark in "–—" and self.starts_line(last - 1) and tokens.words[last - 1].isupper():
            return []  # "GENEVA — The office …": a dateline
        if mark in ",(–—،，（":
            chain, end = self.rightward(last + 1)
            his = word_lists(self.lex.language, "lists").get("owners", ())
            owned = _own(chain) or (bool(chain) and tokens.folded[last + 1] in his)
            if mark in ",،" and owned and end < len(tokens) and self.says(end):
                return []  # "in Xieng Khouang, its minister said": the role is the subject
            named = end < len(tokens) and self.name_word(end)
            # "X, dowódca ukraińskich wojsk Tauryda": the name is the unit's.
            unit = bool(chain) and chain[-1].get("body", "party") is not None
            named = named and not (unit and any(tag.get("office") for tag in chain[:-1]))
            # "En Ginebra, el embajador dijo": the role is the subject, no apposition.
            named = named or (self.lex.head_first and mark == "," and end < len(tokens) and self.says(end))
            people = any(tag.get("people") for tag in chain) and not any(tag.get("office") for tag in chain)
            number = self.tag_at.get(last + 1)
            behalf = number is not None and self.tags[number].links("for")  # "X, for the Council, said"
            kinds = CONTENT if mark in "(（" or behalf else ("office", "congress", "private")
            if chain and not named and not people and any(tag.get(*kinds) for tag in chain):
                return chain
            return []
        number = self.tag_at.get(last)
        if number is not None and self.tags[number].get("office") and self.signs.before_role:
            chain, _ = self.rightward(last)
            return chain
        if (told := self.told(last)) is not None:
            return told
        if number is not None and self.tags[number].links("from"):
            return self.from_body(last)
        if number is not None and self.tags[number].value("link") in {"of", "in", "for"}:
            chain, _ = self.rightward(last)
            held = any(tag.get("office", "people", "congress") for tag in chain)
            if chain and chain[0].first - last <= 2 and chain[0].get("named", "private") and not held:
                return chain[:1]
            if self.tags[number].value("link") == "of" and not held and not self.lex.inflects:
                return self.of_body(chain, last)
        return []

    def behind(self, before: Sequence[Tag], last: int) -> list[Tag]:
        """The role behind a name that has the role ``before`` in front of it."""
        return self.after(last) or self.of_land(before, last)

    def of_land(self, before: Sequence[Tag], last: int) -> list[Tag]:
        """The state behind a bare title and its name ("Foreign Minister X of Uruguay"): whose office it is.

        Titles that are held in a part of a state stay without: "Gov. X of Georgia" governs no Caucasus.
        """
        tokens = self.tokens
        offices = {tag.value("office") for tag in before if tag.get("office")}
        if not offices or offices & _OF_A_PART or any(tag.get("state", "named", "private") for tag in before):
            return []
        at, land = self.tag_at.get(last), self.tag_at.get(last + 1)
        if self.lex.inflects or at is None or land is None or self.tags[at].value("link") != "of":
            return []
        tag = self.tags[land]
        entry, end = tag.get("state"), tag.last
        closed = end >= len(tokens) or not (self.name_word(end) or tokens.words[end] in "'’-")
        return [tag] if entry is not None and entry.form == "name" and closed else []

    def of_body(self, chain: list[Tag], last: int) -> list[Tag]:
        """The body whose somebody is ("Jane Roe of the Kenyan foreign ministry"): no bare state."""
        told = [tag for tag in chain if tag.get("link") is None]
        bodies = [tag for tag in told if tag.get("body", "named", "private")]
        return chain if bodies and told[0].first - last <= _BODY_AHEAD else []

    def from_body(self, last: int) -> list[Tag]:
        """The body out of which somebody is (`Jan Nowak z czeskiego MSZ`), in no case that means "with"."""
        chain, _ = self.rightward(last + 1)
        held = any(tag.get("office", "people", "congress") for tag in chain)
        body = next((tag for tag in chain if tag.get("body", "named", "private")), None)
        if body is None or held or body.first - last > _BODY_AHEAD:
            return []
        led = self.tokens.words[last + 1 : body.last]
        return [] if any(word.lower().endswith(self.companions) for word in led) else chain

    def told(self, last: int) -> list[Tag] | None:
        """The office that a name is told to have ("Jan Roe has been Poland's minister since May")."""
        tokens = self.tokens
        at = last
        while at < len(tokens) and tokens.folded[at] in self.copulas and at - last < _COPULA:
            at += 1
        if at == last or tokens.folded[at - 1] not in self.copulas:
            return None
        chain, _ = self.rightward(at)
        if not chain or chain[0].first > at or not any(tag.get("office", "congress") for tag in chain):
            return None
        end = chain[-1].last
        return chain if end >= len(tokens) or tokens.words[end] not in "'’-" else None

    def starts_line(self, index: int) -> bool:
        """Whether a token stands at the beginning of a line of the text."""
        text, start = self.tokens.text, self.tokens.starts[index]
        return not text[text.rfind("\n", 0, start) + 1 : start].strip()

    def relative(self, last: int) -> list[Tag]:
        """What a relative clause behind a name says somebody heads ("X, qui préside l'assemblée de …,")."""
        tokens = self.tokens
        if not self.presiding or last + 2 >= len(tokens) or tokens.words[last] != ",":
            return []
        if tokens.folded[last + 1] not in self.relatives:
            return []
        near = range(last + 2, min(last + 6, len(tokens) - 1))
        verb = next((at for at in near if tokens.folded[at] in self.presiding), None)
        chain, _ = self.rightward(verb + 1) if verb is not None else ([], 0)
        return chain if any(tag.get("named", "body", "state") for tag in chain) else []

    def bracket(self, closing: int) -> int | None:
        """Where the short bracket that ends at a token begins ("Ministry of Defence (MoD) spokesman")."""
        for at in range(closing - 1, max(-1, closing - 5), -1):
            if self.tokens.words[at] in "(（":
                return at
        return None

    def marks_opened(self, close: int) -> int | None:
        """Where guillemets open that hold the name of a unit or a party (`лидер партии «Наш дом» X`)."""
        words = self.tokens.words
        if words[close] not in "»“”":
            return None
        for at in range(close - 1, max(-1, close - 8), -1):
            if words[at] in "«„":
                tagged = self.tag_at.get(at - 1)
                return at if tagged is not None and self.chainable(self.tags[tagged]) else None
        return None

    def over_complement(self, end: int) -> int:
        """Past what a title is for, where that stands before the name ("координатор ООН по … вопросам X")."""
        at = end
        while self.lex.head_first and at > 0 and end - at < 4 and self.tag_at.get(at - 1) is None:
            word = self.tokens.words[at - 1]
            if not word.isalpha() or word[0].isupper() or self.says(at - 1):
                return end
            at -= 1
        ahead = [self.tags[number] for number in map(self.tag_at.get, (at - 1, at - 2)) if number is not None]
        if ahead and ahead[0].value("link") == "article":
            ahead = ahead[1:]  # `per il disarmo`
        return at if at < end and ahead and ahead[0].value("link") in {"for", "in", "of"} else end

    def rightward(self, start: int) -> tuple[list[Tag], int]:
        """The tags of a phrase up to the mark that closes it, over few words without a tag."""
        tokens = self.tokens
        chain: list[Tag] = []
        at, gap = start, 0
        while at < len(tokens) and tokens.sentence[at] == tokens.sentence[start]:
            number = self.tag_at.get(at)
            if number is None:
                word = tokens.words[at]
                if word in _CLOSING or self.says(at) or word == ".":
                    break
                if not chain and self.name_word(at):
                    return [], at
                joined = bool(chain) and at == chain[-1].last and not chain[-1].get("link", "body")
                joined = joined and tokens.folded[at - 1] not in self.parties  # "leader of the party X"
                if self.lex.head_first and joined and self.name_word(at):
                    return [], at  # "en Ginebra, el embajador X": the role is the next name's
                gap += 1
                bare = all(tag.links("article") for tag in chain)
                if self.lex.head_first and bare and tokens.words[start - 1] == ",":
                    return [], at  # "X, se reunió con el ministro": a verb, and no apposition
                if gap > (5 if chain else 3):
                    break
                at += 1
                continue
            tag = self.tags[number]
            alone = tag.get("relay") and not self.chainable(tag)
            if not chain and tag.links("in", "to", "by") and not tag.links("article"):
                return [], at
            if tag.get("pronoun") or alone or (not chain and tag.value("link") == "and"):
                break
            if self.chainable(tag):
                chain.append(tag)
                gap = 0
            at = tag.last
        return trimmed(chain), at


def _own(chain: list[Tag]) -> bool:
    """Whether a phrase begins with a word that says whose it is (`its minister`)."""
    return bool(chain) and chain[0].links("own")


def trimmed(chain: list[Tag]) -> list[Tag]:
    """Without links at the end, and without links other than articles at the start."""
    first, last = 0, len(chain)
    while last > first and chain[last - 1].get("link") and not chain[last - 1].get(*CHAIN):
        last -= 1
    while (
        first < last
        and chain[first].get("link")
        and not chain[first].links("article")
        and not chain[first].get(*CHAIN)
    ):
        first += 1
    return chain[first:last]
