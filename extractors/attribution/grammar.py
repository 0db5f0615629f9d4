"""The words of one language that attribution needs, loaded once from its ``cues.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from extractors.languages import words
from extractors.languages.trie import trie_pattern

CueClass = Literal["speech", "act", "weak", "stance", "adopt"]
Form = Literal["base", "past", "present", "participle", "passive"]
_DOCUMENT_WORDS: Final = 3
_STEM: Final = 4
_FORMS: Final[tuple[Form, ...]] = ("base", "past", "present", "participle", "passive")


@dataclass(frozen=True, slots=True)
class CueForm:
    """One form of a word of saying: which forms of the verb it can be, and what it asks to follow."""

    lemma: str
    cls: CueClass
    forms: frozenset[Form]
    follow: frozenset[str]
    unless: frozenset[str]
    noun: bool
    inverts: bool
    reflexive: bool = False  # an act of saying with `se` and the like
    only_negated: bool = False  # an act of saying only where it is negated (`did not rule out`)
    undergone: frozenset[str] = frozenset()  # with one of these right behind it, it befalls its subject


@dataclass(frozen=True, slots=True)
class Cases:
    """Endings of a language whose cases tell who speaks: see ``cases`` in its ``cues.toml``."""

    adjectives: tuple[str, ...]  # in the nominative
    bent_adjectives: tuple[str, ...]  # in any other case
    bent_names: tuple[str, ...]  # of names that cannot be nominatives
    bent_nouns: tuple[str, ...]
    complements: tuple[str, ...]  # of nouns and adjectives in the genitive
    plural_verbs: tuple[str, ...]
    abstract: tuple[str, ...]  # of nouns that never speak
    opening_adjectives: tuple[str, ...]  # that no name has
    plural_names: tuple[str, ...]  # of single names that a verb in the plural may have for its subject
    instrumental: tuple[str, ...]  # of who did what a passive tells; empty where a preposition does
    shortest: int  # names of so few letters are never judged by their ending


@dataclass(frozen=True)
class Grammar:
    """A language's words for attribution; the names are those of the sections of ``cues.toml``."""

    language: str
    nouns: str
    order: tuple[str, ...]
    forms: Mapping[str, CueForm]
    cue: re.Pattern[str]
    sets: Mapping[str, frozenset[str]]
    adverb_endings: tuple[str, ...]
    participle_endings: tuple[str, ...]
    gerund_endings: tuple[str, ...]
    reciprocal: re.Pattern[str] | None
    according: tuple[tuple[str, ...], ...]
    citing: tuple[tuple[str, ...], ...]
    quoted_by: tuple[tuple[str, ...], ...]
    tags: tuple[tuple[str, ...], ...]
    hearsay: tuple[tuple[str, ...], ...]
    postposed: frozenset[str]
    endings: Mapping[str, tuple[str, ...]]
    openers: frozenset[str]
    relay: re.Pattern[str]
    relay_heads: frozenset[str]
    parting: re.Pattern[str] | None
    postnominal: bool
    drops_subject: bool
    dialogue: bool
    asks: Mapping[str, frozenset[str]]
    plural_endings: tuple[str, ...]
    periphrases: tuple[tuple[str, ...], ...]
    insertions: tuple[tuple[str, ...], ...]
    opinion: tuple[tuple[str, ...], ...]
    resumptives: tuple[tuple[str, ...], ...]
    voiced: tuple[tuple[str, ...], ...]  # `objection came from`: whose voice it is stands behind
    taken_up: tuple[tuple[str, ...], ...]  # `with these words X …` behind a quotation that stands alone
    whose_account: tuple[tuple[str, ...], ...]  # `X, according to whom …`
    voices: tuple[tuple[str, ...], ...]  # `Y, by the voice of X, said`
    read: tuple[tuple[str, ...], ...]  # turns that say without a subject where words stand
    comma_tags: bool
    not_relay: tuple[str, ...]
    cases: Cases | None
    foreign_script: bool  # names in Latin letters are outlets and no speakers

    def has(self, name: str, word: str) -> bool:
        """Whether a word is in one of the language's lists."""
        return word in self.sets[name]

    def ends(self, word: str, name: str) -> bool:
        """Whether a word has one of the language's endings of that name, and some letters before it."""
        endings = self.endings.get(name)
        return bool(endings) and len(word) > _STEM and word.endswith(endings or ())

    def is_document(self, words: str) -> bool:
        """Whether a source is a thing that was written (`the statement`), whose words are somebody's."""
        parts = words.lower().split()
        return bool(parts) and len(parts) <= _DOCUMENT_WORDS and parts[-1] in self.sets["documents"]

    def is_adverb(self, word: str) -> bool:
        """Whether a word is an adverb by the list or by its ending."""
        if word in self.sets["adverbs"]:
            return True
        return len(word) > 4 and word.endswith(self.adverb_endings)

    def is_participle(self, word: str) -> bool:
        """Whether a word looks like a participle (`calling`, `asked`) by its ending."""
        return len(word) > 4 and word.endswith(self.participle_endings)

    def is_gerund(self, word: str) -> bool:
        """Whether a word looks like a participle of the present (`calling`)."""
        return len(word) > 4 and word.endswith(self.gerund_endings)


_SETS: Final = (
    "determiners", "pronouns", "be", "have", "auxiliaries", "negations", "infinitive", "infinitive_after",
    "adverbs", "prepositions", "noun_links", "late_links", "adjuncts", "subordinators", "separators",
    "conjunctions", "relatives", "relative_openers", "that", "by", "passive_saying", "temporal", "titles",
    "particles", "people", "bodies", "documents", "saying_nouns", "boilerplate_labels",
    "negative_subjects", "absolute", "participle_after", "day_links", "vague_days", "through",
    "object_pronouns", "day_prepositions", "female_pronouns", "male_pronouns", "thing_pronouns", "clitics",
    "tag_stops", "reflexives", "inverting", "parliaments", "conditionals", "singular", "things", "who",
    "venues", "as", "datives", "genitive", "recipients", "negatable", "declined",
    "channels", "oblique", "moods", "complements", "numerals", "places", "denials", "resuming", "inside",
    "media", "thus", "sides", "articles",
    "owners", "genitives", "epithets", "demonyms", "back_references", "nominative", "impersonal", "quoting",
    "denying", "means", "back_acts", "nobody_heads", "asked", "told_back", "interviews", "to_outlets",
    "own_accounts", "contrasting", "day_owners", "publishing", "recordings", "replies",
    "heralds", "epithet_heads", "taking_to", "about", "vague_heads", "addresses", "asides", "obliging",
    "reacting", "latter", "declining",
    "outcries", "supposing",
)  # fmt: skip


@cache
def precision() -> dict[str, float]:
    """The measured precision of each rule, by name."""
    return dict(_table("precision")["rules"])


@cache
def guess_below() -> float:
    """Below this confidence a rule only proposes."""
    return float(_table("precision")["guess"])


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


@cache
def grammar_of(language: str) -> Grammar | None:
    """The grammar of a language, or None where it has no words of saying yet."""
    table = words(language, "cues")
    if not table:
        return None
    grammar = table.get("grammar", {})
    forms = _cue_forms(table)
    according = table.get("according", {})
    relays = words("common", "relays")
    reciprocal = grammar.get("reciprocal", ())
    return Grammar(
        language=language,
        nouns=grammar.get("nouns", "capitals"),
        order=tuple(grammar.get("order", ("SV",))),
        forms=forms,
        cue=_any_of(
            [
                *forms,
                *_first_words(according),
                *grammar.get("impersonal", ()),
                *map(" ".join, grammar.get("read", ())),
            ],
            bounded=grammar.get("bounded", True),
        ),
        sets=_sets(table),
        adverb_endings=tuple(grammar.get("adverb_endings", ())),
        participle_endings=tuple(grammar.get("participle_endings", ())),
        gerund_endings=tuple(grammar.get("gerund_endings", ())),
        reciprocal=_any_of(reciprocal) if reciprocal else None,
        according=_phrases(according, "before"),
        citing=_phrases(according, "citing"),
        quoted_by=_phrases(according, "quoted_by"),
        tags=_phrases(according, "tags"),
        hearsay=_phrases(according, "hearsay"),
        postposed=frozenset(_first_words({"after": according.get("after", ())})),
        endings={name: tuple(listed) for name, listed in table.get("endings", {}).items()},
        openers=_openers(according, grammar),
        relay=_any_of(relays.get("names", ())),
        parting=_parting(grammar.get("elisions", ()), grammar.get("enclitics", ())),
        postnominal=bool(grammar.get("postnominal", False)),
        drops_subject=bool(grammar.get("drops_subject", False)),
        dialogue=bool(grammar.get("dialogue", False)),
        asks={lemma: frozenset(listed) for lemma, listed in table.get("asks", {}).items()},
        plural_endings=tuple(grammar.get("plural_endings", ())),
        periphrases=tuple(tuple(phrase) for phrase in grammar.get("periphrases", ())),
        insertions=tuple(tuple(phrase) for phrase in grammar.get("insertions", ())),
        opinion=tuple(tuple(phrase) for phrase in grammar.get("opinion", ())),
        resumptives=tuple(tuple(phrase) for phrase in grammar.get("resumptives", ())),
        voiced=tuple(tuple(phrase) for phrase in grammar.get("voiced", ())),
        taken_up=tuple(tuple(phrase) for phrase in grammar.get("taken_up", ())),
        whose_account=tuple(tuple(phrase) for phrase in grammar.get("whose_account", ())),
        voices=tuple(tuple(phrase) for phrase in grammar.get("voices", ())),
        read=_phrases(grammar, "read"),
        comma_tags=bool(grammar.get("comma_tags", False)),
        relay_heads=frozenset(relays.get("heads", {}).get(language, ())),
        not_relay=tuple(relays.get("not_heads", {}).get(language, ())),
        cases=_cases(table),
        foreign_script=bool(grammar.get("foreign_script", False)),
    )


def _cases(table: Mapping[str, Any]) -> Cases | None:
    listed: Mapping[str, Any] = table.get("cases", {})
    if not listed:
        return None
    endings = {name: tuple(value) for name, value in listed.items() if isinstance(value, list)}
    return Cases(
        shortest=int(listed.get("shortest", 0)), **{"instrumental": (), "plural_names": (), **endings}
    )


def _sets(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The lists of ``grammar`` with the declined nouns, in every spelling that the press uses."""
    grammar: Mapping[str, Any] = table.get("grammar", {})
    found = {name: set(grammar.get(name, ())) for name in _SETS}
    nominative: set[str] = set()
    for row in table.get("declined", ()):
        for stem in row["stems"]:
            straight = {stem + ending for ending in row["nominative"]}
            bent = {stem + ending for ending in row["oblique"]}
            nominative |= straight
            found[row["set"]] |= straight | bent
            found["oblique"] |= bent
            found["genitives"] |= {stem + ending for ending in row.get("genitive", ())}
    found["oblique"] -= nominative | found["nominative"]
    found["epithets"] |= found["demonyms"]
    spellings: Sequence[Sequence[str]] = grammar.get("spellings", ())
    return {name: frozenset(_spelt(listed, spellings)) for name, listed in found.items()}


def _spelt(listed: Iterable[str], spellings: Sequence[Sequence[str]]) -> Iterable[str]:
    for word in listed:
        yield word
        for old, new in spellings:
            if old in word:
                yield word.replace(old, new)


def _cue_forms(table: Mapping[str, Any]) -> dict[str, CueForm]:
    follow: Mapping[str, list[str]] = table.get("follow", {})
    unless: Mapping[str, list[str]] = table.get("unless", {})
    nouns = frozenset(table.get("noun_forms", {}).get("words", ()))
    upright = frozenset(table.get("no_inversion", {}).get("lemmas", ()))
    reflexive = frozenset(table.get("reflexive", {}).get("lemmas", ()))
    negated = frozenset(table.get("negated", {}).get("lemmas", ()))
    undergone: Mapping[str, list[str]] = table.get("undergone", {})
    found: dict[str, CueForm] = {}
    for group in table.get("cue", ()):
        for line in group["lemmas"]:
            lemma, *rest = line.split(" ")
            written = (lemma, *rest)
            for form, name in zip(written, _positions(len(written)), strict=True):
                if form == "-":
                    continue
                every = form.split("/")
                if name == "past" and table.get("grammar", {}).get("pluperfect"):
                    # `denunciaram`, `denunciara`: the past of the past, as the plural without its ending
                    every = [*every, *(one[:-1] for one in every if one.endswith("ram"))]
                for one in _spelt(every, table.get("grammar", {}).get("spellings", ())):
                    known = found.get(one.lower())
                    if known is not None and known.lemma != lemma:
                        continue
                    found[one.lower()] = CueForm(
                        lemma,
                        group["class"],
                        (known.forms if known else frozenset()) | {name},
                        frozenset(follow.get(lemma, ())),
                        frozenset(unless.get(lemma, ())),
                        one.lower() in nouns,
                        lemma not in upright and group["class"] in ("speech", "act"),
                        lemma in reflexive,
                        lemma in negated,
                        frozenset(undergone.get(lemma, ())),
                    )
    return found


def _positions(length: int) -> tuple[Form, ...]:
    """Which form stands where in a line of lemmas: base, past, present, participle, passive."""
    return _FORMS[:length]


def _parting(elisions: Iterable[str], enclitics: Iterable[str]) -> re.Pattern[str] | None:
    """The small words that are written together with the next one, or hang on the one before."""
    before = "|".join(re.escape(word) for word in sorted(elisions, key=len, reverse=True))
    after = "|".join(re.escape(word) for word in sorted(enclitics, key=len, reverse=True))
    if not before and not after:
        return None
    apart = (before or "(?!)").replace("'", "['’]")
    return re.compile(rf"(?P<before>{apart})?(?P<rest>.+?)(?P<after>{after or '(?!)'})?\Z", re.IGNORECASE)


def _first_words(table: Mapping[str, Any]) -> Iterable[str]:
    for phrases in table.values():
        for phrase in phrases:
            yield phrase[0]


def _openers(according: Mapping[str, Any], grammar: Mapping[str, Any]) -> frozenset[str]:
    """The words with which a phrase that names a source begins; a star stands for whose it is."""
    listed = {key: according.get(key, ()) for key in ("before", "citing")}
    more = {name: grammar.get(name, ()) for name in ("opinion", "whose_account")}
    found = frozenset(_first_words({**listed, **more}))
    return found | frozenset(grammar.get("owners", ())) if "*" in found else found


def _phrases(table: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(phrase) for phrase in table.get(name, ())), key=len, reverse=True))


def _any_of(listed: Iterable[str], *, bounded: bool = True) -> re.Pattern[str]:
    body = trie_pattern(listed)
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)" if bounded else f"(?:{body})", re.IGNORECASE)
