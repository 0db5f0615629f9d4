"""Phrases of a language whose nouns all have capitals (German): heads, runs of words, clauses.

Used by the finder of ``second``. A source need not be cut exactly: what resolves it reads the roles around
the name from the text itself. It must hold the name or the head, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import CueForm, Grammar
from extractors.attribution.nouns import DASHES, Phrase
from extractors.attribution.tokens import Token

_BRACKET: Final = 8
_LONGEST: Final = 24
_RECIPIENT: Final = 4


def is_head(token: Token, grammar: Grammar) -> bool:
    """Whether a word names somebody or a body that can speak, in a form that can be a subject."""
    low = token.low
    return token.kind == "word" and (
        grammar.has("people", low)
        or grammar.has("bodies", low)
        or grammar.ends(low, "people")
        or grammar.ends(low, "bodies")
    )


def is_proper(token: Token, grammar: Grammar) -> bool:
    """Whether a word can be (part of) a name."""
    if token.kind != "word" or not token.capital or grammar.has("temporal", token.low):
        return False
    return not (is_small(token.low, grammar) or grammar.ends(token.low, "things"))


def is_small(low: str, grammar: Grammar) -> bool:
    """Whether a word belongs to the frame of the sentence and to no phrase."""
    return any(
        grammar.has(name, low)
        for name in (
            "prepositions", "adverbs", "subordinators", "determiners", "pronouns", "auxiliaries",
            "conjunctions", "negations", "object_pronouns", "relatives",
        )
    )  # fmt: skip


def bracket_end(tokens: Sequence[Token], index: int) -> int:
    """The token after a short bracket that opens at ``index``; ``index`` itself where none closes."""
    for at in range(index + 1, min(index + _BRACKET, len(tokens))):
        if tokens[at].text in ")]":
            return at + 1
    return index


def is_title(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a quotation is the name of a paper or programme behind its noun (`der Zeitung „X“`)."""
    return tokens[index].named and index > 0 and tokens[index - 1].low in grammar.relay_heads


def abbreviated(tokens: Sequence[Token], index: int) -> bool:
    """Whether the full stop at ``index`` ends no sentence (`Gen. Ryder`, `26. März`)."""
    return tokens[index].text == "." and 0 < index < len(tokens) - 1 and tokens[index - 1].kind != "mark"


def run_end(tokens: Sequence[Token], first: int, grammar: Grammar, *, through: bool = False) -> int:
    """The last token of the run of words that begins at ``first``; ``through`` crosses every link."""
    last, index = first, first + 1
    while index < len(tokens) and index - first < _LONGEST:
        token = tokens[index]
        step = _over(tokens, index, grammar, through)
        if step:
            index += step
            continue
        linking = grammar.has("conjunctions", token.low) or _is_link(token, grammar, through)
        if token.kind != "word" or linking or _breaks(tokens, index, grammar):
            break
        noun = tokens[last].capital and not is_small(tokens[last].low, grammar)
        if noun and not token.capital and last == index - 1 and not is_small(token.low, grammar):
            break  # nothing but an article or a link goes on after a noun
        last = index
        index += 1
    return last


def _over(tokens: Sequence[Token], index: int, grammar: Grammar, through: bool) -> int:
    """How many tokens that only hold a run together stand here: brackets, names in marks, `and`, links."""
    token = tokens[index]
    if token.text in "([":
        return bracket_end(tokens, index) - index
    if abbreviated(tokens, index) or (token.text in "-/" and token.start == tokens[index - 1].end):
        return 1
    if token.kind == "quote":
        return int(is_title(tokens, index, grammar))
    if token.kind != "word":
        return 0
    if grammar.has("conjunctions", token.low):
        return int(_joins(tokens, index, grammar))
    if not _is_link(token, grammar, through):
        return 0
    nxt = tokens[index + 1] if index + 1 < len(tokens) else None
    if nxt is None or nxt.kind != "word" or grammar.has("temporal", nxt.low):
        return 0
    return int(not grammar.has("places", token.low) or _placed(tokens, index, grammar))


def _is_link(token: Token, grammar: Grammar, through: bool) -> bool:
    return grammar.has("noun_links", token.low) or (through and grammar.has("prepositions", token.low))


def _placed(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a place belongs to the phrase: a body's seat or a body in which somebody works."""
    before = tokens[index - 1]
    body = grammar.has("bodies", before.low) or grammar.ends(before.low, "bodies")
    for token in tokens[index + 1 : index + 4]:
        if token.kind != "word" or token.low in grammar.relay_heads or grammar.has("temporal", token.low):
            return False
        if token.capital:
            within = grammar.has("bodies", token.low) or grammar.ends(token.low, "bodies")
            return body or (within and not grammar.has("parliaments", token.low))
    return False


def _breaks(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    token, low = tokens[index], tokens[index].low
    if grammar.has("moods", low):
        return True
    if grammar.has("temporal", low) or low in grammar.forms:
        return not (token.capital and low in grammar.forms)
    if grammar.has("determiners", low):
        return not grammar.has("genitive", low) or _told_to(tokens, index, grammar)
    if token.capital and not grammar.has("prepositions", low):
        return False
    return is_small(low, grammar) or grammar.is_adverb(low)


def _told_to(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether an article behind a name leads to the paper to which it was said (`sagte X der Zeitung Y`)."""
    before = tokens[index - 1]
    if is_head(before, grammar) and not grammar.has("epithets", before.low):
        return False  # `der Chefredakteur der Zeitung`
    for token in tokens[index + 1 : index + _RECIPIENT]:
        if token.low in grammar.relay_heads:
            return True
        if token.kind != "word" or token.capital:
            return False
    return False


def _joins(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether `and` goes on with another head or name."""
    for token in tokens[index + 1 : index + 4]:
        if token.kind != "word" or token.low in grammar.forms or grammar.has("prepositions", token.low):
            return False
        if is_head(token, grammar) or is_proper(token, grammar):
            return True
    return False


def clause_start(tokens: Sequence[Token], index: int, grammar: Grammar) -> int:
    """The first token after the mark or quotation that stands nearest before ``index``."""
    at = index - 1
    depth = 0
    while at >= 0:
        token = tokens[at]
        if token.text in ")]":
            depth += 1
        elif token.text in "([" and depth:
            depth -= 1
        elif not depth and is_border(tokens, at, grammar):
            return at + 1
        at -= 1
    return 0


def is_border(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether a token parts clauses: a comma, dash, colon or a quotation that is no title."""
    token = tokens[index]
    if token.kind == "quote":
        return not is_title(tokens, index, grammar)
    if token.kind != "mark" or abbreviated(tokens, index):
        return False
    if token.text in DASHES:
        return index == 0 or token.start > tokens[index - 1].end
    return token.text in ",:;!?…•|."


def clause_end(tokens: Sequence[Token], index: int, grammar: Grammar) -> int:
    """The first token after ``index`` that parts clauses; the length where none does."""
    at = index + 1
    while at < len(tokens):
        if tokens[at].text in "([":
            closed = bracket_end(tokens, at)
            if closed != at:
                at = closed
                continue
        if is_border(tokens, at, grammar):
            return at
        at += 1
    return at


def in_clause(tokens: Sequence[Token], first: int, last: int, words: frozenset[str]) -> bool:
    """Whether one of the words stands among the tokens ``first`` up to and without ``last``."""
    return any(token.low in words for token in tokens[first:last])


def fits(tokens: Sequence[Token], index: int, form: CueForm, grammar: Grammar) -> bool:
    """Whether what the word of saying asks for stands in its clause, and nothing that it must not have."""
    first, last = clause_start(tokens, index, grammar), clause_end(tokens, index, grammar)
    if first and first == index and tokens[first - 1].kind == "quote":
        first = clause_start(tokens, first - 1, grammar)  # `hat X als „Q“ bezeichnet`
    if form.unless and in_clause(tokens, index + 1, last, form.unless):
        return False
    still = grammar.has("negatable", form.lemma) or grammar.has("declined", form.lemma)
    if index and grammar.has("negations", tokens[index - 1].low) and not still:
        return False
    if not still and in_clause(tokens, index + 1, last, grammar.sets["denials"]):
        return False
    if not form.follow or in_clause(tokens, first, last, form.follow):
        return True
    if form.lemma.endswith("_") and _particle_behind(tokens, last, form, grammar):
        return True
    if "," in form.follow and last < len(tokens) and tokens[last].text == ",":
        following = tokens[last + 1].low if last + 1 < len(tokens) else ""
        if grammar.has("that", following):
            return True
    small = form.follow & grammar.sets["infinitive"]
    if small and any(_infinitive(one.low, small) for one in tokens[last : last + _LONGEST]):
        return True
    if "," in form.follow and first == index and index and tokens[index - 1].text == ",":
        return last >= len(tokens) - 1  # `…, findet X.`
    if ":" in form.follow and last < len(tokens) and tokens[last].text == ":":
        return True
    return "Q" in form.follow and _quotation_beside(tokens, first, last)


def _particle_behind(tokens: Sequence[Token], comma: int, form: CueForm, grammar: Grammar) -> bool:
    """Whether the second part of a verb ends its sentence behind an inserted clause (`wies den Vorwurf, … zu
    haben, am Dienstag zurück`)."""
    if comma >= len(tokens) or tokens[comma].text != ",":
        return False
    closing = next((at for at in range(comma + 1, len(tokens)) if tokens[at].text == ","), None)
    if closing is None or closing - comma > _LONGEST:
        return False
    end = clause_end(tokens, closing + 1, grammar) if closing + 1 < len(tokens) else closing
    behind = tokens[closing + 1 : end]
    return (
        bool(behind)
        and behind[-1].low in form.follow
        and not any(one.low in grammar.forms or grammar.has("auxiliaries", one.low) for one in behind)
    )


def _infinitive(low: str, small: frozenset[str]) -> bool:
    """Whether a word is the small word of an infinitive, or holds it (`zu`, `zuzulassen`)."""
    return low in small or any(word in low[2:-2] for word in small)


def _quotation_beside(tokens: Sequence[Token], first: int, last: int) -> bool:
    if any(token.kind == "quote" for token in tokens[first:last]):
        return True
    if last < len(tokens) and tokens[last].kind == "quote":
        return True
    if last + 1 < len(tokens) and tokens[last].text == ":" and tokens[last + 1].kind == "quote":
        return True
    return first > 0 and (
        tokens[first - 1].kind == "quote" or (first > 1 and tokens[first - 2].kind == "quote")
    )


def _finite(low: str, grammar: Grammar) -> bool:
    return grammar.has("auxiliaries", low) or grammar.has("moods", low)


def whole(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> Phrase:
    """The phrase with an apposition in commas after it (`X, dowódca sił Y,`)."""
    at = phrase.last + 1
    if at + 1 >= len(tokens) or tokens[at].text != ",":
        return phrase
    first = at + 1
    names = first
    while names < len(tokens) and is_proper(tokens[names], grammar) and not is_head(tokens[names], grammar):
        names += 1
    if (
        names - first > 1
        and names < len(tokens)
        and tokens[names].text == ","
        and is_head(tokens[phrase.last], grammar)
    ):
        return Phrase(phrase.first, names - 1, phrase.clause)  # `der Sprecher der Armee, Ada Moor,`
    if grammar.has("determiners", tokens[first].low):
        first += 1
    end = min(first + 3, len(tokens))
    head = next((i for i in range(first, end) if is_head(tokens[i], grammar)), None)
    if head is None or any(is_small(token.low, grammar) for token in tokens[first:head]):
        return phrase
    last = run_end(tokens, head, grammar)
    border = clause_end(tokens, at, grammar)
    if any(token.low in grammar.forms or _finite(token.low, grammar) for token in tokens[head:border]):
        return phrase
    return Phrase(phrase.first, last, phrase.clause)
