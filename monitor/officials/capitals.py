"""Names of people as runs of words with capitals, with particles, initials, hyphens and apostrophes."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.languages import words
from monitor.officials.lexicon import Lexicon, Tag
from monitor.officials.name_signs import name_signs
from monitor.officials.tokens import Tokens
from monitor.officials.uncased import uncased_names
from monitor.officials.word_lists import word_lists

_PARTICLES = frozenset(words("common", "people")["particles"])
_ORGANISED = frozenset(words("common", "people")["organised"])
#: Offices that are always of a place, and those that are where a name follows.
_PLACED = frozenset({"mayor", "governor", "regional_head", "member_of_parliament", "senator"})
_SEATED = frozenset({"ambassador", "un_representative", "deputy_un_representative", "special_envoy"})
_LED = frozenset({"head", "chair", "director", "commander", "prosecutor", "police"})
_TWO = 2
_SYLLABLE = 6  # letters of a syllable of a name
_HYPHEN_ENDS = frozenset(words("common", "people")["hyphen_ends"])


class NameFinder:
    """Finds the names in the tokens of a text; what is tagged as a role or a state is no name."""

    def __init__(
        self, tokens: Tokens, lex: Lexicon, tags: list[Tag], language: str, known: Sequence[str] = ()
    ) -> None:
        self.tokens, self.lex, self.tags, self.known = tokens, lex, tags, known
        table = words(language, "roles")
        self.signs = name_signs(language)
        self.suffixed = bool(table.get("apostrophe_suffix", False))
        stops = word_lists(language, "stops")
        self.relatives = frozenset(word_lists(language, "lists").get("relatives", ()))
        self.presiding = frozenset(word_lists(language, "lists").get("presiding", ()))
        self.given_too = frozenset(word_lists(language, "lists").get("given_too", ()))
        self.named_things = frozenset(word_lists(language, "lists").get("named_things", ()))
        self.copulas = frozenset(word_lists(language, "lists").get("copulas", ()))
        self.owning = frozenset(word_lists(language, "links").get("own", ()))
        self.contracted = frozenset(word_lists(language, "lists").get("contracted", ()))
        self.addresses = frozenset(word_lists(language, "lists").get("addresses", ()))
        self.articles = frozenset(stops.get("articles", ()))
        self.said = frozenset(word_lists(language, "lists").get("said", ()))
        self.stops = frozenset(stops.get("words", ()))
        self.never = frozenset(stops.get("never", ()))
        self.parties = frozenset(table.get("parties", {}).get("words", ()))
        forms = table.get("forms", {})
        self.hyphened = frozenset(forms.get("hyphened", ()))
        self.patronymics = tuple(forms.get("patronymics", ("\0",)))
        self.genitives = tuple(forms.get("genitives", ("\0",)))
        self.locatives = tuple(forms.get("locatives", ("\0",)))
        self.adjectives = tuple(forms.get("adjectives", ("\0",)))
        self.never_names = frozenset(forms.get("no_particles", ()))
        self.companions = tuple(forms.get("companions", ("\0",)))
        self.callings = tuple(forms.get("callings", ("\0",)))
        self.towns: set[int] = set()  # places that an office governs
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
            return uncased_names(self)
        found: list[tuple[int, int]] = []
        index = 0
        while index < len(self.tokens):
            end = self.name_from(index)
            if end is not None and self.lex.inflects:
                index = self.past_place(index, end)
            elif end is not None:
                index = self.past_governed(index, end)
                end = end if index < end else None
            if end is not None and self.bracketed(index, end):
                index = end  # `the deputy X (PSB-PE)`
            elif end is None or self.in_marks(index, end) or self.adjective(index, end):
                index += 1
            else:
                found.append((index, end))
                index = end
        return self.of_people(found) if self.lex.nouns else found

    def bracketed(self, first: int, end: int) -> bool:
        """Whether nothing but one word in capitals stands in brackets: a party, a part of a state."""
        words = self.tokens.words
        around = first > 0 and end < len(words) and words[first - 1] == "(" and words[end] == ")"
        return around and all(word.isupper() or not word.isalpha() for word in words[first:end])

    def past_place(self, first: int, end: int) -> int:
        """Behind the town that an office before it governs (`мэр Энергодара Иван Сидоров`), or in which it
        stands (`постпред Румынии в Женеве Иван Сидоров`)."""
        number = self.tag_at.get(first - 1)
        words = [at for at in range(first, end) if self.tokens.words[at].isalpha()]
        if number is None or len(words) != 3:
            return first
        before, endings = self.tags[number], self.genitives
        if before.links("in") and first > 1 and (ahead := self.tag_at.get(before.first - 1)) is not None:
            before, endings = self.tags[ahead], self.locatives
            placed = before.get("office", "unit", "state", "body", "named") is not None
        else:
            placed = before.get("office", "unit") is not None
        if not placed or self.tokens.folded[words[1]].endswith(self.patronymics):
            return first
        if not self.tokens.folded[first].endswith(endings):
            return first
        self.towns.update(range(first, words[1]))
        return words[1]

    def past_governed(self, first: int, end: int) -> int:
        """Behind the place that an office before it is of (`the mayor of Horlivka, X`)."""
        link = self.tag_at.get(first - 1)
        if link is None or self.tags[link].value("link") not in {"of", "for", "in", "to"}:
            return first
        before = self.tag_at.get(self.tags[link].first - 1)
        if before is not None and self.tags[before].get("unit") and not self.tags[before].get("office"):
            of = self.tag_at.get(self.tags[before].first - 1)  # `o governador da província do Huambo, X`
            if of is not None and self.tags[of].links("of"):
                before = self.tag_at.get(self.tags[of].first - 1)
        if before is not None and self.tags[link].links("in", "to") and self.lex.head_first:
            before = self.sent_to(before)
        office = self.tags[before].value("office") if before is not None else None
        if self.tags[link].value("link") in {"in", "to"} and office not in _SEATED:
            return first
        placed = office in _PLACED or (before is not None and self.tags[before].get("congress") is not None)
        named = end + 1 < len(self.tokens) and self.tokens.words[end] == "," and self.name_word(end + 1)
        if not placed and not (named and office in _LED | _SEATED):
            return first
        parts = [at for at in range(first, end) if self.tokens.words[at].isalpha()]
        stop = parts[1] if len(parts) > _TWO and not named else end  # `mayor of Horlivka Ivan Petrenko`
        self.towns.update(range(first, stop))
        return stop

    def sent_to(self, number: int) -> int:
        """The office right before the state and the organisation behind which a town stands (`el embajador
        sirio ante la ONU en Ginebra, X`); else the tag itself."""
        at = number
        while at > 0 and self.tags[at].get("link", "named", "state") and not self.tags[at].get("office"):
            if self.tags[at - 1].last != self.tags[at].first:
                return number
            at -= 1
        return at if self.tags[at].get("office") else number

    def adjective(self, first: int, end: int) -> bool:
        """Whether one word with a capital is an adjective of a name of several (`Международной кампании`)."""
        if end - first != 1 or end >= len(self.tokens) or self.says(end):
            return False
        nxt = self.tokens.words[end]
        if self.lex.inflects and nxt == "-" and end + 1 < len(self.tokens) and self.tokens.joined(end):
            return self.tokens.words[end + 1][:1].islower()  # `Оперативно-стратегічного угруповання`
        return nxt[0].islower() and self.tokens.folded[first].endswith(self.adjectives)

    def in_marks(self, first: int, end: int) -> bool:
        """Whether the words stand in guillemets of their own: a unit's or outlet's name (`«Сіверське»`)."""
        words = self.tokens.words
        return first > 0 and end < len(words) and words[first - 1] in "«„" and words[end] in "»“”"

    # --- where every noun has a capital -------------------------------------------------------------

    def of_people(self, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Names where nouns have capitals too: beside a role or of two words; then their last words."""
        sure = [name for name in found if self.anchored(*name)]
        last = {self.tokens.folded[end - 1] for _, end in sure}
        kept = []
        for first, end in found:
            if (first, end) in sure:
                kept.append((first, end))
            elif self.called(first, end):
                kept.append((first + 1, end))
            elif self.tokens.folded[first] in last:
                kept.append((first, first + 1))
        return kept

    def called(self, first: int, end: int) -> bool:
        """Whether a name of two words or more stands behind an article and what its bearer does
        (`die Ärztin Ada Moor`)."""
        named = sum(1 for at in range(first + 1, end) if self.tokens.words[at].isalpha()) >= _TWO
        return (
            named
            and first > 0
            and self.tokens.folded[first].endswith(self.callings)
            and (self.tokens.folded[first - 1] in self.articles)
        )

    def anchored(self, first: int, end: int) -> bool:
        """Whether a run of capitals is a name: it stands after a role, or is of two words on its own."""
        before = self.tag_at.get(first - 1)
        if before is not None and self.tokens.folded[first - 1] in self.parties:
            return False  # `Chefin der Partei Städte und Freiheit`
        if before is not None and self.tags[before].get("office", "honor", "congress") is not None:
            return True
        if sum(1 for at in range(first, end) if self.tokens.words[at].isalpha()) < 2:
            return False
        return not first or self.tokens.folded[first - 1] not in self.articles

    # --- names with capitals ------------------------------------------------------------------------

    def name_from(self, index: int) -> int | None:
        """The end of a name that begins at a token, or None."""
        if not self.name_word(index) or self.opening(index) or self.label(index):
            return None
        if index and self.tokens.folded[index - 1] in self.addresses:
            return None  # `in piazza San Pietro`
        end = index + 1
        while end < len(self.tokens) and self.tokens.sentence[end] == self.tokens.sentence[index]:
            step = self.step(end)
            if step == 0:
                break
            end += step
        return end

    def label(self, index: int) -> bool:
        """Whether a letter with a full stop labels a turn of a transcript (`P. La ministra …`)."""
        words = self.tokens.words
        initial = len(words[index]) == 1 and index + 2 < len(words) and words[index + 1] == "."
        return initial and self.starts(index) and self.tokens.folded[index + 2] in self.stops

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
                if self.suffixed and word in "'’" and not tokens.capital(at + 1):
                    return 0  # the ending of a case: Holovatenko'nun
                joined = tokens.capital(at + 1) or word != "-" or tokens.folded[at - 1] in _PARTICLES
                return 2 if joined or self.given_pair(at) else 0
            return 0
        if self.name_word(at, inside=True):
            return 1
        if tokens.folded[at] in self.hyphened and at + 2 < len(tokens) and tokens.words[at + 1] == "-":
            return 3 if tokens.joined(at + 2) and self.name_word(at + 2, inside=True) else 0  # es-Sabri
        if tokens.folded[at] in _PARTICLES and not tokens.capital(at) and follows:
            if (
                self.lex.nouns
                and tokens.folded[at] in self.articles
                and tokens.folded[at - 1] not in _PARTICLES
            ):
                return 0  # `Ada Moor der Zeitung X`: an article
            if self.lex.nouns and self.phrase_ahead(at):
                return 0  # `Ada Moor von der Internationalen Kampagne`
            ahead = at + 1
            while ahead < len(tokens) and (tokens.folded[ahead] in _PARTICLES or tokens.words[ahead] == "-"):
                ahead += 1
            if ahead < len(tokens) and self.name_word(ahead, inside=True):
                return ahead + 1 - at
        return 0

    def phrase_ahead(self, at: int) -> bool:
        """Whether small words open a phrase of several words, or an office's, and no part of a name."""
        tokens = self.tokens
        first = at
        while first < len(tokens) and tokens.folded[first] in _PARTICLES and not tokens.capital(first):
            first += 1
        if first == at or first - at < _TWO or first + 1 >= len(tokens):
            return False
        if tokens.folded[at + 1] not in self.articles:
            return False
        return tokens.folded[at] in self.never_names or (
            self.tag_at.get(first) is not None or tokens.capital(first + 1)
        )

    def given_pair(self, hyphen: int) -> bool:
        """Whether a hyphen joins the parts of an East Asian given name (`Lee Tae-jun`, `Tsai Ing-wen`)."""
        tokens = self.tokens
        if self.lex.head_first or self.lex.inflects or self.lex.nouns or hyphen < _TWO:
            return False
        before, after = tokens.words[hyphen - 1], tokens.folded[hyphen + 1]
        family = tokens.words[hyphen - 2]
        short = len(before) <= _SYLLABLE and len(after) <= _SYLLABLE
        return short and family.istitle() and before.istitle() and after not in _HYPHEN_ENDS

    def name_word(self, index: int, *, inside: bool = False) -> bool:
        raw = self.tokens.words[index]
        if not raw[0].isupper() or not raw.isalpha() or self.acronym(index):
            return False
        number = self.tag_at.get(index)
        if number is None:
            word = self.tokens.folded[index]
            return word not in self.never and not (word in self.stops and not inside and self.starts(index))
        tag = self.tags[number]
        if self.tokens.folded[index] in self.given_too and self.behind_title(index):
            return True
        if tag.get("state", "named", "relay", "link", "pronoun") and tag.last - tag.first == 1 and not inside:
            return self.given_name(index, tag)
        if inside and self.lex.head_first and tag.last - tag.first == 1:
            entry = tag.get("state")
            if entry is not None and entry.form == "adj":
                return True  # "Anna Russo": an adjective would have no capital
        weak = tag.get("mod", "link", "generic", "unit", "private", "people") is not None
        if inside and weak and not tag.get("office", "body", "named", "state", "honor"):
            return tag.last - tag.first == 1
        return False

    def behind_title(self, index: int) -> bool:
        """Whether a word stands between another title and a surname (`Maj. Gen. Dean X`)."""
        words = self.tokens.words
        before = self.tag_at.get(index - 2 if index and words[index - 1] == "." else index - 1)
        titled = before is not None and self.tags[before].get("office", "honor") is not None
        ahead = index + 1
        return titled and ahead < len(words) and self.tag_at.get(ahead) is None and self.tokens.capital(ahead)

    def acronym(self, index: int) -> bool:
        """Whether a word in capitals is the short name of a body that its office's phrase holds, and no name
        (`начальник МВА X`, `szef Sztabu Generalnego WP gen. X`); two Latin letters before a surname are
        initials, and where all shout nobody is told apart."""
        words = self.tokens.words
        raw = words[index]
        if not self.lex.inflects or len(raw) < _TWO or not raw.isupper():
            return False
        ahead = words[index + 1] if index + 1 < len(words) else ""
        behind = words[index - 1] if index else ""
        if any(len(word) >= _TWO and word.isupper() and word.isalpha() for word in (ahead, behind)):
            return False
        return not raw.isascii() or len(raw) > _TWO or not ahead.istitle()

    def given_name(self, index: int, tag: Tag) -> bool:
        """Whether a state's or an agency's name is a given name here ("Foreign Minister Israel Katz")."""
        entry = tag.get("state")
        if tag.get("relay") and tag.get("state", "named", "link", "pronoun") is None:
            return self.given_beside(index)
        comma = index > 1 and self.tokens.words[index - 1] == ","  # `the coordinator, Sofia Brandt, said`
        before = self.tag_at.get(index - 2 if comma else index - 1)
        bent = self.lex.head_first and self.lex.inflects  # `министр обороны Латвии Андрис Круз`
        if bent or entry is None or entry.form not in {"name", "region", "capital"}:
            return False
        ahead = index + 1
        if ahead >= len(self.tokens) or self.tag_at.get(ahead) is not None or not self.tokens.capital(ahead):
            return False
        if comma and self.lex.head_first:
            return self.closed(ahead)  # `El presidente de Paraguay, Santiago Peña, dijo`
        return before is not None and self.tags[before].get("office", "honor") is not None

    def closed(self, at: int) -> bool:
        """Whether a comma or a word of saying stands behind the capitals from a token on."""
        while at < len(self.tokens) and self.tokens.words[at].isalpha() and self.tokens.capital(at):
            at += 1
        return at < len(self.tokens) and (self.tokens.words[at] == "," or self.says(at))

    def given_beside(self, index: int) -> bool:
        """Whether a word that an agency is called by stands before a surname ("the envoy, Petra Horn")."""
        ahead = index + 1
        if self.lex.head_first or ahead >= len(self.tokens) or self.tag_at.get(ahead) is not None:
            return False
        folded = self.tokens.folded[ahead]
        return (
            self.tokens.words[index].istitle()
            and self.tokens.words[ahead].istitle()
            and (folded not in _ORGANISED and folded not in self.stops)
        )

    def opening(self, index: int) -> bool:
        """Whether the word only has a capital because a sentence begins with it."""
        return self.starts(index) and self.tokens.folded[index] in self.lower

    def starts(self, index: int) -> bool:
        """Whether a sentence, a quotation or a line begins with the token."""
        tokens = self.tokens
        if index == 0 or tokens.sentence[index] != tokens.sentence[index - 1]:
            return True
        return tokens.words[index - 1] in '"“”«»„‘’:–—-•'
