"""Where the subject of a word of saying stands, in languages of free word order.

`Министр заявил`, `Об этом заявил в среду министр`, `…, заявил министр`, `Министр, отвечая на вопрос, заявил`:
the clause before the word of saying, the words behind it, and the clause that an insertion interrupts are
read for a phrase that can be its subject (see ``inflected``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.attribution.grammar import Grammar
from extractors.attribution.inflected import past_preposition, phrase_at, subjects
from extractors.attribution.nouns import DASHES, STOPS, Phrase, is_named
from extractors.attribution.tokens import Token

_PIECES: Final = 4
_LATE: Final = 16
_ADJUNCT_START: Final = 2
_ORIGIN_WITHIN: Final = 6
_PLURALS: Final = ("ы", "и", "і", "ї")  # of nouns in the languages in which somebody speaks "in" a body


def is_plural(low: str, grammar: Grammar) -> bool:
    """Whether a form of a word of saying has a subject in the plural, or none (`в Кремле заявили`)."""
    return grammar.cases is not None and low.endswith(grammar.cases.plural_verbs)


def subject_of(tokens: Sequence[Token], cue: int, grammar: Grammar) -> tuple[Phrase, bool] | None:
    """The subject of the word of saying at ``cue`` and whether it follows it; None where there is none."""
    start = clause_start(tokens, cue, grammar)
    plural = is_plural(tokens[cue].low, grammar)
    before = subjects(tokens, start, cue, grammar, plural=False)
    late = late_subject(tokens, cue, grammar, plural=False)
    if before and not (
        late and _doubtful(tokens, before[0], grammar) and (plural or not _of_several(tokens, late, grammar))
    ):
        chosen = before[0]
        return Phrase(chosen.first, chosen.last, leading(tokens, start, grammar)), False
    if before and late:
        return late, True
    if start < cue and grammar.has("relatives", tokens[start].low):
        return _antecedent(tokens, start, grammar)
    if plural and start and late is None and grammar.has("relatives", tokens[start - 1].low):
        return _antecedent(tokens, start - 1, grammar)  # `в комитете, где призвали …`
    if plural and late is not None and not _of_several_beside(tokens, cue, late, grammar):
        inside = [
            place
            for place in subjects(tokens, start, cue, grammar, plural=True)
            if any(grammar.has("bodies", token.low) for token in tokens[place.first : place.last + 1])
        ]
        if inside:  # `в МИД назвали удар X`: who stands behind is spoken of
            return Phrase(inside[0].first, inside[0].last, start), False
    if late is not None:
        return late, True
    if plural:
        places = subjects(tokens, start, cue, grammar, plural=True)
        if places:
            return Phrase(places[0].first, places[0].last, start), False
        late = late_subject(tokens, cue, grammar, plural=True)
        if late is not None:
            return late, True
    if start == cue or adjuncts_only(tokens, start, cue, grammar):
        interrupted = _interrupted(tokens, start, grammar)
        if interrupted is None and plural:
            interrupted = _interrupted(tokens, start, grammar, plural=True)
        if interrupted is not None:
            return interrupted, False
    return None


def _of_several(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    """Whether the noun that can speak in a phrase is in the plural (`чиновники`, `страны НАТО`)."""
    heads = [
        token.low
        for token in tokens[phrase.first : phrase.last + 1]
        if grammar.has("people", token.low) or grammar.has("bodies", token.low)
    ]
    return bool(heads) and heads[0].endswith(_PLURALS)


def _of_several_beside(tokens: Sequence[Token], cue: int, phrase: Phrase, grammar: Grammar) -> bool:
    """Whether several people stand right behind a verb in the plural (`в МИД заявили чиновники`)."""
    return phrase.first == cue + 1 and _of_several(tokens, phrase, grammar)


def _doubtful(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    """One word with which the sentence begins, and which only its capital letter makes a name."""
    token = tokens[phrase.first]
    return (
        phrase.first == phrase.last == 0
        and not grammar.has("people", token.low)
        and not grammar.has("bodies", token.low)
        and not grammar.has("pronouns", token.low)
        and grammar.cases is not None
        and token.low.endswith(grammar.cases.abstract)
    )


def clause_start(tokens: Sequence[Token], cue: int, grammar: Grammar) -> int:
    """The first token of the clause in which the word of saying at ``cue`` stands."""
    at = cue - 1
    depth = 0
    while at >= 0:
        token = tokens[at]
        if token.text == ")":
            depth += 1
        elif token.text == "(":
            depth -= 1
        elif depth <= 0 and (
            (token.kind == "quote" and not is_named(tokens, at))
            or _parts(tokens, at)
            or (not (token.capital and at) and _links_clauses(token.low, grammar))
        ):
            return at + 1
        at -= 1
    return 0


def _links_clauses(low: str, grammar: Grammar) -> bool:
    return grammar.has("that", low) or grammar.has("subordinators", low) or grammar.has("separators", low)


def _parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a mark ends a clause; a dash inside a name (`Рада Україна — НАТО`) does not."""
    token = tokens[at]
    if token.text in DASHES:
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        return before is None or after is None or not (before.capital and after.capital)
    return token.kind == "mark" and (token.text == "," or token.text in STOPS)


def leading(tokens: Sequence[Token], start: int, grammar: Grammar) -> int:
    """Where the days and places begin that commas part from the clause (`Неделей раньше, 6 марта, X …`)."""
    while start > 1 and tokens[start - 1].text == ",":
        first = clause_start(tokens, start - 1, grammar)
        if first == start - 1 or not adjuncts_only(tokens, first, start - 1, grammar):
            break
        start = first
    return start


def clause_end(tokens: Sequence[Token], cue: int, grammar: Grammar) -> int:
    """The token after the last one of the words that follow a word of saying in its clause.

    A date set in commas (`в понедельник, 4 марта, в телеграме`) does not end it.
    """
    at = cue + 1
    stop = min(len(tokens), cue + 1 + _LATE * 2)
    while at < stop:
        token = tokens[at]
        if token.kind == "quote" and not is_named(tokens, at):
            return at
        if token.text == "," and not _date_next(tokens, at, grammar):
            return at
        if token.kind == "mark" and (token.text in STOPS or (token.text in DASHES)):
            return at
        if grammar.has("that", token.low) or grammar.has("separators", token.low):
            return at
        at += 1
    return stop


def _date_next(tokens: Sequence[Token], comma: int, grammar: Grammar) -> bool:
    """Whether a comma opens or closes a date: a number or a day on its other side, and a day before it."""
    if comma == 0 or comma + 1 >= len(tokens):
        return False
    before, after = tokens[comma - 1], tokens[comma + 1]
    if not (grammar.has("temporal", before.low) or before.kind == "number"):
        return False
    if after.kind == "number" or grammar.has("temporal", after.low):
        return True
    opened = any(tokens[at].text == "," for at in range(max(0, comma - 4), comma))
    return opened and after.kind == "word" and not grammar.has("that", after.low)


def late_subject(
    tokens: Sequence[Token], cue: int, grammar: Grammar, *, plural: bool = False
) -> Phrase | None:
    """The subject behind its word of saying, over days, places and recipients."""
    stop = clause_end(tokens, cue, grammar)
    found = subjects(tokens, cue + 1, stop, grammar, plural=plural)
    if is_plural(tokens[cue].low, grammar):
        found = [phrase for phrase in found if not _called_upon(tokens, phrase, grammar)]
    if not found or found[0].first - cue > _LATE:
        return None
    first = found[0]
    after = first.last + 1
    if after < len(tokens) and tokens[after].low in grammar.forms:
        return None  # the subject of the verb that follows
    return Phrase(first.first, with_appositions(tokens, first.last, grammar), cue)


def _called_upon(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    """Whether a single name behind a verb in the plural is not its subject (`призвали Киев`)."""
    token = tokens[phrase.first]
    if phrase.first != phrase.last or not token.capital or token.text.isupper() or grammar.cases is None:
        return False
    listed = grammar.has("people", token.low) or grammar.has("bodies", token.low)
    return not listed and not token.low.endswith(grammar.cases.plural_names)


def with_appositions(tokens: Sequence[Token], last: int, grammar: Grammar) -> int:
    """Over `, глава МИД Бельгии,` after a name, or a name after a role."""
    for _ in range(2):
        comma = last + 1
        if comma >= len(tokens) or tokens[comma].text != ",":
            return last
        end = _piece_end(tokens, comma + 1)
        phrase = phrase_at(tokens, comma + 1, end, grammar)
        if phrase is None or not _is_title(tokens, phrase, grammar):
            return last
        if phrase.last + 1 < end and not (
            grammar.has("prepositions", tokens[phrase.last + 1].low)
            or grammar.has("temporal", tokens[phrase.last + 1].low)
        ):
            return last
        last = phrase.last
    return last


def _is_title(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    return any(grammar.has("people", token.low) for token in tokens[phrase.first : phrase.last + 1])


def _piece_end(tokens: Sequence[Token], first: int) -> int:
    for at in range(first, len(tokens)):
        token = tokens[at]
        if token.kind == "quote" and not is_named(tokens, at):
            return at
        if token.kind == "mark" and (token.text in ",." or token.text in DASHES or token.text in STOPS):
            return at
    return len(tokens)


def _antecedent(tokens: Sequence[Token], relative: int, grammar: Grammar) -> tuple[Phrase, bool] | None:
    """`Иванов, который заявил`: the last phrase, in whatever case, before the comma."""
    comma = relative - 1
    if comma < 1 or tokens[comma].text != ",":
        return None
    start = clause_start(tokens, comma, grammar)
    best: Phrase | None = None
    at = start
    while at < comma:
        phrase = phrase_at(tokens, at, comma, grammar, any_case=True)
        if phrase is None:
            at += 1
            continue
        best = phrase
        at = phrase.last + 1
    if best is None or best.last != comma - 1:
        return None
    return Phrase(best.first, best.last, start), False


def adjuncts_only(tokens: Sequence[Token], first: int, stop: int, grammar: Grammar) -> bool:
    """Whether a piece is only days, places and adverbs (`в среду на брифинге`)."""
    cases = grammar.cases
    at = first
    while cases is not None and at < stop:
        token = tokens[at]
        if grammar.has("prepositions", token.low):
            at = past_preposition(tokens, at, stop, grammar, cases)
        elif (
            token.kind == "number"
            or grammar.has("temporal", token.low)
            or grammar.is_adverb(token.low)
            or (at == first and grammar.has("asked", token.low))
        ):
            at += 1
        else:
            return False
    return True


def _interrupted(
    tokens: Sequence[Token], start: int, grammar: Grammar, *, plural: bool = False
) -> Phrase | None:
    """`Министр обороны, генерал X, отвечая на вопрос, заявил`: back over insertions to the subject; with
    ``plural`` a body in which somebody speaks (`В Кремле, в свою очередь, заявили`)."""
    end = start - 1
    found: Phrase | None = None
    for _ in range(_PIECES):
        if end < 1 or not (tokens[end].text == "," or tokens[end].text in DASHES):
            break
        first = clause_start(tokens, end, grammar)
        inserted = _inserted(tokens, first, grammar) and not (plural and first == 0)
        phrases = subjects(tokens, first, end, grammar, plural=plural) if not inserted else []
        if phrases and (found is None or phrases[-1].last == end - 1):
            chosen = phrases[-1] if found is not None else phrases[0]
            if found is None and not adjuncts_only(tokens, chosen.last + 1, end, grammar):
                break  # a clause of its own
            found = Phrase(chosen.first, found.last if found else chosen.last, first)
        elif found is not None or not _inserted(tokens, first, grammar):
            break
        end = first - 1
    return found


def _inserted(tokens: Sequence[Token], first: int, grammar: Grammar) -> bool:
    """Whether a piece between commas is an insertion: a gerund, a preposition, a relative, a participle, or
    one of the language's own (`своєю чергою`)."""
    if any(
        tuple(token.low for token in tokens[first : first + len(phrase)]) == phrase
        for phrase in grammar.insertions
    ):
        return True
    for token in tokens[first : first + _ADJUNCT_START]:
        low = token.low
        if (
            grammar.has("prepositions", low)
            or grammar.has("relatives", low)
            or grammar.has("asked", low)
            or grammar.is_gerund(low)
            or grammar.is_participle(low)
            or grammar.has("temporal", low)
            or token.kind == "number"
        ):
            return True
        if not grammar.is_adverb(low):
            return False
    return False


def phrase_from(tokens: Sequence[Token], start: int, grammar: Grammar) -> Phrase | None:
    """The phrase in any case that begins at ``start`` (`по словам X`), with its appositions."""
    at = start
    while at < len(tokens) and tokens[at].kind == "word" and grammar.is_adverb(tokens[at].low):
        at += 1
    stop = _piece_end(tokens, at)
    phrase = phrase_at(tokens, at, stop, grammar, any_case=True)
    if phrase is None:
        return None
    return Phrase(phrase.first, with_appositions(tokens, phrase.last, grammar), phrase.first)


def origin(tokens: Sequence[Token], cue: int, grammar: Grammar) -> Phrase | None:
    """Whose document it is in `говорится в заявлении X` or `в заявлении X говорится`; the document itself
    where it is not said."""
    stop = clause_end(tokens, cue, grammar)
    found = _of_document(tokens, cue + 1, stop, grammar)
    return found or _of_document(tokens, clause_start(tokens, cue, grammar), cue, grammar)


def _of_document(tokens: Sequence[Token], first: int, stop: int, grammar: Grammar) -> Phrase | None:
    for at in range(first, stop):
        if not grammar.has("documents", tokens[at].low):
            continue
        if at > first and grammar.has("owners", tokens[at - 1].low):
            return Phrase(at - 1, at - 1)  # `в его телеграм-канале`
        for near in range(at + 1, min(at + 1 + _ORIGIN_WITHIN, stop)):
            if grammar.has("documents", tokens[near].low):
                continue
            phrase = phrase_at(tokens, near, stop, grammar, any_case=True)
            if phrase is not None:
                return phrase
            if tokens[near].kind == "mark":
                break
        return Phrase(at, at)
    return None


def spoken_of(tokens: Sequence[Token], cue: int, grammar: Grammar) -> Phrase | None:
    """Whom an outlet quotes (`цитирует его агентство`, `агентство цитирует министра`): the object."""
    stop = clause_end(tokens, cue, grammar)
    for at in range(cue + 1, stop):
        low = tokens[at].low
        if grammar.has("object_pronouns", low):
            return Phrase(at, at)
        if grammar.has("media", low):
            continue
        phrase = phrase_at(tokens, at, stop, grammar, any_case=True)
        if phrase is not None and not _nominative(tokens, phrase, grammar):
            return phrase
    return None


def _nominative(tokens: Sequence[Token], phrase: Phrase, grammar: Grammar) -> bool:
    low = tokens[phrase.first].low
    listed = grammar.has("people", low) or grammar.has("bodies", low) or grammar.has("documents", low)
    return listed and not grammar.has("oblique", low)
