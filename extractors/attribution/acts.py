"""Whether a form of a word of saying is an act of saying where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token

_QUOTED_BEFORE: Final = 4
_FOLLOW_WITHIN: Final = 2
_UNLESS_WITHIN: Final = 8
_RESTRICTED: Final = 3
_RAISED_WITHIN: Final = 8
_GROUP: Final = 3  # tokens of a verb with its auxiliaries


def followed(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar | None = None) -> bool:
    if form.unless and any(
        token.low in form.unless for token in tokens[index + 1 : index + 1 + _UNLESS_WITHIN]
    ):
        return False
    if not form.follow:
        return True
    first = index + 1
    while grammar is not None and first < len(tokens) and _day(tokens, first, grammar):
        first += 1
    if any(token.low in form.follow for token in tokens[first : first + _FOLLOW_WITHIN]):
        return True
    if grammar is not None and _that_later(tokens, first, form, grammar):
        return True
    if grammar is not None and _raised(tokens, index, form, grammar):
        return True
    return "Q" in form.follow and (_quotation_near(tokens, index) or _closes(tokens, index))


def _raised(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> bool:
    """Whether what somebody came out with stands before the verb (`с критикой решения выступил X`)."""
    return any(
        token.low in form.follow and grammar.has("outcries", tokens[index - back + 1].low)
        for back in range(2, min(index, _RAISED_WITHIN) + 1)
        for token in tokens[index - back : index - back + 1]
    )


def _closes(tokens: Sequence[Token], index: int) -> bool:
    """Whether a verb and its subject end a sentence behind a quotation (`“Q,” she posted.`)."""
    if index + 1 < len(tokens) and tokens[index + 1].kind != "mark":
        return False
    return any(token.kind == "quote" for token in tokens[max(0, index - _QUOTED_BEFORE) : index])


def _that_later(tokens: Sequence[Token], first: int, form: CueForm, grammar: Grammar) -> bool:
    """Whether the word that opens what was said stands behind a place (`ha escluso in Aula che …`)."""
    if first >= len(tokens) or not grammar.has("prepositions", tokens[first].low):
        return False
    for token in tokens[first + 1 : first + _UNLESS_WITHIN]:
        if token.kind in ("mark", "quote") or token.low in grammar.forms:
            return False
        if token.low in form.follow and grammar.has("that", token.low):
            return True
    return False


def _day(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a day stands here, or the article before it (`se comprometió este miércoles a …`)."""
    token = tokens[index]
    return (
        grammar.has("temporal", token.low)
        or token.kind == "number"
        or (
            grammar.has("determiners", token.low)
            and index + 1 < len(tokens)
            and grammar.has("temporal", tokens[index + 1].low)
        )
    )


def _quotation_near(tokens: Sequence[Token], index: int) -> bool:
    """A quotation in the same breath: `called whoever sends them “…”`."""
    for token in tokens[index + 1 : index + 1 + _UNLESS_WITHIN]:
        if token.kind == "quote":
            return True
        if token.kind == "mark":
            return False
    return False


def asserts(tokens: Sequence[Token], index: int, form: CueForm, subject: Phrase, grammar: Grammar) -> bool:
    """Whether something was said: no `did not say`, no `if X denies`, no `a rebel claim`."""
    # A verb group knows its own negation; what stands between may be a relative clause's.
    if not grammar.sets["clitics"] and _negated(tokens, subject.last, index, grammar):
        return False
    if not _fits(tokens, index, form, grammar) or _undergone(tokens, index, form):
        return False
    if _unreal(tokens, subject.last, index, grammar):
        return False
    before = tokens[subject.first - 1].low if subject.first else ""
    asks = subject.first == 1 and tokens[0].capital and grammar.has("auxiliaries", before)
    if asks and grammar.sets["who"]:
        return False  # `Will the minister tell them …?`
    supposed = subject.first > 1 and grammar.has("that", before)
    if supposed and grammar.has("supposing", tokens[subject.first - 2].low):
        return False  # `Suppose that he said …`
    if grammar.has("conditionals", before) or _object(tokens, index, form, subject, grammar):
        return False
    taken_up = any(grammar.has("relatives", one.low) for one in tokens[subject.last + 1 : subject.last + 3])
    if grammar.has("prepositions", before) and not (
        taken_up or grammar.has("subordinators", before) or grammar.has("separators", before)
    ):
        return False  # `the talks between the leaders signalled …`
    plain = form.forms == {"base"}
    if form.cls == "adopt" and (plain or not _parliament(tokens, subject, grammar)):
        return False
    if grammar.has("things", _head_end(tokens, subject).low):
        return False
    return not (plain and grammar.has("singular", tokens[subject.first].low))


def _head_end(tokens: Sequence[Token], subject: Phrase) -> Token:
    """The last word of a subject without what is apposed (`X, who sponsored the bill, said`)."""
    for at in range(subject.first + 1, subject.last):
        if tokens[at].text == ",":
            return tokens[at - 1]
    return tokens[subject.last]


def _object(tokens: Sequence[Token], index: int, form: CueForm, subject: Phrase, grammar: Grammar) -> bool:
    """`X dismissed rebel claims that …`: a noun behind another word of saying, and not its verb."""
    if not form.noun or grammar.sets["clitics"] or not subject.first or subject.last + 1 != index:
        return False
    before = tokens[subject.first - 1]
    return before.kind == "quote" or (before.low in grammar.forms and not before.capital)


def _unreal(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    """`should have said`, `may have told`, `should condemn the use`: no act of saying is reported."""
    first = _past_relative(tokens, first, last, grammar)
    if any(grammar.has("obliging", token.low) for token in tokens[max(first + 1, last - _GROUP) : last]):
        return True
    return any(
        grammar.has("have", tokens[at].low)
        and grammar.has("auxiliaries", tokens[at - 1].low)
        and not (grammar.has("have", tokens[at - 1].low) or grammar.has("be", tokens[at - 1].low))
        for at in range(first + 2, last)
    )


def _undergone(tokens: Sequence[Token], index: int, form: CueForm) -> bool:
    """`X accused of using …`: a headline's passive, in which the subject says nothing."""
    if "passive" not in form.forms or index + 1 >= len(tokens) or tokens[index + 1].low not in form.undergone:
        return False
    # `dismissed as “false” claims that …`: what is dismissed follows, so that somebody does it
    quoted = index + 3 < len(tokens) and tokens[index + 2].kind == "quote"
    return not (quoted and tokens[index + 3].kind == "word" and tokens[index + 3].low != "by")


def _parliament(tokens: Sequence[Token], subject: Phrase, grammar: Grammar) -> bool:
    return any(grammar.has("parliaments", one.low) for one in tokens[subject.first : subject.last + 1])


def _negated(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> bool:
    first = _past_relative(tokens, first, last, grammar)
    return any(grammar.has("negations", token.low) for token in tokens[first + 1 : last])


def _past_relative(tokens: Sequence[Token], first: int, last: int, grammar: Grammar) -> int:
    """Where what belongs to the word of saying itself begins, behind `, who is not his brother,`."""
    if first + _RESTRICTED < last and grammar.has("relatives", tokens[first + 1].low):
        return last - _RESTRICTED  # `a diplomat who would not be named said`
    while first + 2 < last and tokens[first + 1].text in (".", "(") and tokens[first + 2].text != ",":
        closing = next((at for at in range(first + 1, last) if tokens[at].text == ")"), first)
        if closing == first:
            break
        first = closing  # `Sen. X (D-Ohio), who is not up, said`
    first += first + 2 < last and tokens[first + 1].text == "."  # `D-Ore., who`
    opens = first + 2 < last and tokens[first + 1].text == ","
    if not opens or not grammar.has("relative_openers", tokens[first + 2].low):
        return first
    return max(at for at in range(first + 1, last) if tokens[at].text == ",")


def _fits(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> bool:
    """A form that may be a noun is a verb only where a clause, a quotation or an object follows."""
    if not form.noun:
        return True
    if index + 1 >= len(tokens):
        return False
    nxt = tokens[index + 1]
    if nxt.kind == "mark":
        return nxt.text == ":"
    if grammar.has("relatives", nxt.low) and index + 2 < len(tokens) and grammar.sets["who"]:
        verb = tokens[index + 2].low
        if grammar.has("auxiliaries", verb) or grammar.has("negations", verb):
            return False  # `a handful of European Union states that never signed`
    if grammar.has("auxiliaries", nxt.low) or grammar.has("conjunctions", nxt.low):
        return False
    if (
        grammar.has("prepositions", nxt.low)
        and nxt.low not in form.follow
        and not grammar.has("that", nxt.low)
    ):
        return False
    if form.forms == {"base"} and nxt.kind == "word" and not nxt.capital and not _opens(nxt.low, grammar):
        return False  # `state media`, `press secretary`
    return not (nxt.low in grammar.forms and not nxt.capital)


def _opens(low: str, grammar: Grammar) -> bool:
    """Whether a word can begin what a verb takes."""
    return (
        grammar.has("determiners", low)
        or grammar.has("that", low)
        or grammar.has("pronouns", low)
        or grammar.has("prepositions", low)
        or grammar.is_adverb(low)
    )
