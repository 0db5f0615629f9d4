"""A verb of saying with the small words that belong to it: auxiliaries, pronouns, negation, periphrasis.

For languages that write the verb in several words and its pronouns before it (`ne l'a pas caché`, `se lo ha
detto`, `a-t-il dit`). Which words those are is the language's data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.nouns import Phrase, is_auxiliary, is_latter
from extractors.attribution.tokens import Token

_INTERPOSED: Final = 16


@dataclass(slots=True)
class VerbGroup:
    """``first`` is the group's first token; ``inner`` the pronoun that stands inside it or hangs on it."""

    first: int
    have: bool = False
    be: bool = False
    negated: bool = False
    reflexive: bool = False
    periphrasis: bool = False
    inner: Phrase | None = None


def verb_group(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> VerbGroup:
    """The group whose last word is the form at ``index``."""
    group = VerbGroup(index)
    at = index - 1
    while at >= 0 and tokens[at].kind == "word":
        length = _ending(tokens, at, grammar.periphrases)
        inserted = 0 if length else _ending(tokens, at, grammar.insertions)
        if length:
            group.periphrasis = True
            group.first = at - length + 1
        elif inserted:
            length = inserted
        elif not _belongs(tokens, at, form, group, grammar):
            break
        at -= length or 1
    after = index + 1
    if after < len(tokens) and _hangs(tokens, after, grammar):
        group.inner = Phrase(after, after)
    group.reflexive |= after < len(tokens) and _enclitic(tokens[after], grammar, "reflexives")
    return group


def _enclitic(token: Token, grammar: Grammar, name: str) -> bool:
    """Whether a token is a pronoun written to the verb before it (`congratulou-se`)."""
    return token.text.startswith("-") and grammar.has(name, token.low)


def _belongs(tokens: Sequence[Token], at: int, form: CueForm, group: VerbGroup, grammar: Grammar) -> bool:
    """Whether the token is a part of the group; adverbs and negations count once more follows on the left."""
    low = tokens[at].low
    if is_auxiliary(tokens, at, grammar):
        group.have |= grammar.has("have", low)
        group.be |= grammar.has("be", low)
        group.first = at
        return True
    if grammar.has("negations", low):
        group.negated = True
        group.first = at
        return True
    if grammar.has("clitics", low) and at + 1 == group.first:
        if form.noun and group.first == at + 1 and not group.have and grammar.has("determiners", low):
            return False
        group.reflexive |= grammar.has("reflexives", low)
        group.first = at
        return True
    if _hangs(tokens, at, grammar) and at:
        group.inner = Phrase(at, at)
        return True
    return grammar.is_adverb(low) and not tokens[at].capital and not grammar.has("separators", low)


def _hangs(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a token is a pronoun that hangs on the word before it (`a-t-il`, `dit-il`)."""
    return (
        tokens[at].kind == "word"
        and tokens[at].text.startswith("-")
        and grammar.has("pronouns", tokens[at].low)
    )


def _ending(tokens: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many words of one of the phrases end at ``at``: of a verb that only carries another (`tenu à`,
    `vient de`), of what may stand between auxiliary and participle (`de son côté`); 0 for none."""
    for phrase in phrases:
        first = at - len(phrase) + 1
        if first >= 0 and all(tokens[first + i].low == word for i, word in enumerate(phrase)):
            return len(phrase)
    return 0


def past_interposed(tokens: Sequence[Token], start: int, grammar: Grammar) -> int:
    """Where a subject may begin that other words part from its verb: days, adverbs, `devant les députés`."""
    at = start
    limit = min(len(tokens), start + _INTERPOSED)
    while at < limit:
        token = tokens[at]
        if is_latter(tokens, at, grammar):
            return at
        if (
            token.kind == "number"
            or _enclitic(token, grammar, "clitics")
            or grammar.has("temporal", token.low)
            or _adverb(token, grammar)
            or (grammar.has("determiners", token.low) and _temporal(tokens, at + 1, grammar))
        ):
            at += 1
        elif token.kind == "word" and grammar.has("prepositions", token.low):
            at = _past_phrase(tokens, at + 1, limit, grammar)
        else:
            return at
    return at


def _adverb(token: Token, grammar: Grammar) -> bool:
    return token.kind == "word" and not token.capital and grammar.is_adverb(token.low)


def _temporal(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a day stands here, a word for which of them before it (`el pasado martes`, `le 4 juillet`)."""
    near = tokens[at : at + 2]
    return bool(near) and (
        grammar.has("temporal", near[0].low)
        or (
            len(near) > 1
            and grammar.has("temporal", near[1].low)
            and (
                near[0].kind == "number"
                or grammar.has("vague_days", near[0].low)
                or grammar.is_adverb(near[0].low)
            )
        )
    )


def _past_phrase(tokens: Sequence[Token], at: int, limit: int, grammar: Grammar) -> int:
    """Past the phrase of a preposition: up to the next article or name that no preposition ties to it."""
    tied = True
    named = person = False
    while at < limit:
        token = tokens[at]
        if token.kind not in ("word", "number"):
            return at
        low = token.low
        if grammar.has("prepositions", low):
            tied, person = True, False
        elif grammar.has("that", low) or grammar.has("relatives", low) or grammar.has("temporal", low):
            return at
        elif grammar.has("determiners", low):
            if not tied:
                return at
        else:
            if token.capital and not tied and not named and not person:
                return at  # but `con l'omologo romeno Ivo Tull`
            person |= grammar.has("people", low)
            named = token.capital
            tied = False
        at += 1
    return at
