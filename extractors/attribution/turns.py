"""Words that stand without marks: turns of a transcript, answers of an interview, headlines with a colon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from extractors.attribution.after import phrase_after
from extractors.attribution.debates import Floor, debate_of
from extractors.attribution.grammar import Grammar, precision
from extractors.attribution.nouns import Phrase
from extractors.attribution.tokens import Token, tokens_of
from extractors.attribution.worded import Worded, worded_of
from extractors.attribution.worded_lines import asks, headline_rows, tells
from extractors.languages import words
from extractors.quotes import Quotation
from monitor.model import Attribution, Span

_LABEL: Final = re.compile(
    r"(?:\*\*|__)?(?P<label>《?[^\W\d_][^\n:：«»“”\"!?]{0,70}?)(?:\*\*|__)?\s?(?::(?:\*\*|__)?\s+|：\s*)(?=\S)"
)
#: Spanish style: `P. ¿Por qué? R. Porque sí.`
_DOTTED: Final = re.compile(
    r"(?:\*\*|__)?(?P<label>[PRD]|Pregunta|Respuesta|Pergunta|Resposta|Domanda|Risposta)\.(?:\*\*|__)?\s+(?=\S)"
)
#: White House style: a question's paragraph begins with a bare Q.
_BARE_QUESTION: Final = re.compile(r"Q\s+(?=[^\W\d_])")
_ANSWER: Final = frozenset(
    (
        "a",
        "answer",
        "r",
        "о",
        "ответ",
        "в",
        "відповідь",
        "antwort",
        "respuesta",
        "resposta",
        "risposta",
        "réponse",
        "odpowiedź",
        "c",
        "cevap",
        "ج",
        "答",
    )
)
_QUESTION: Final = frozenset(
    (
        "q",
        "question",
        "п",
        "в",
        "вопрос",
        "питання",
        "frage",
        "f",
        "pregunta",
        "pergunta",
        "p",
        "pytanie",
        "s",
        "soru",
        "س",
        "问",
        "問",
        "domanda",
        "d",
    )
)
_LABEL_WORDS: Final = 8
_TURNS: Final = 3
#: Lines in which a transcript tells whose briefing it is.
_HEAD_LINES: Final = 5
#: Tokens of a headline before the one whose words it is, and the marks between them.
_OUTCRY_WITHIN: Final = 3  # words before whom an outcry comes from, and before its noun
_TAIL_AFTER: Final = 4
_QUOTED: Final = '«»“”„"'
_TAIL_MARKS: Final = frozenset("-–—:")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn: the paragraphs spoken by one label, and the label's place; ``role`` is Q, A or a name."""

    paragraph: int
    label: Span
    content: Span
    role: str


def turns_of(text: str, paragraphs: Sequence[Span], grammar: Grammar) -> dict[int, Turn]:
    """The paragraphs that belong to labelled turns, by their number; empty unless the text is a transcript.

    A transcript has at least three labelled paragraphs with one label used twice, or questions and answers.
    """
    debate = debate_of(text, paragraphs) if grammar.sets["who"] else {}
    if debate:
        return _floors(paragraphs, debate)
    labelled: dict[int, tuple[Span, Span]] = {}
    for number, paragraph in enumerate(paragraphs):
        match = _LABEL.match(text, paragraph.start, paragraph.end)
        match = match or _DOTTED.match(text, paragraph.start, paragraph.end)
        if match is None:
            continue
        label = Span(match.start("label"), match.end("label"))
        if _can_label(label.of(text), grammar):
            labelled[number] = (label, Span(match.end(), paragraph.end))
    names = Counter(_key(label.of(text)) for label, _ in labelled.values())
    asked = sum(names[q] for q in _QUESTION)
    answered = sum(names[a] for a in _ANSWER)
    interview = asked >= 2 and answered >= 2
    worded = worded_of(grammar.language)
    if interview:
        kept = {name for name in names if name in _QUESTION or name in _ANSWER}
    elif _asked(text, labelled, worded) or _dialogue(text, names, [c for _, c in labelled.values()]):
        kept = set(names)
    else:
        return {}
    turns = _spread(text, paragraphs, labelled, kept, interview, grammar)
    if worded is not None:
        asking = {number for number, turn in turns.items() if asks(turn.label.of(text), worded)}
        turns.update((number, replace(turns[number], role="Q")) for number in asking)
    return {**_opening(text, paragraphs, turns, grammar), **turns}


def _opening(
    text: str, paragraphs: Sequence[Span], turns: dict[int, Turn], grammar: Grammar
) -> dict[int, Turn]:
    """What a briefing begins with, without a label, up to the first question: it is theirs whose briefing the
    head says that it is (`a transcript of today's noon briefing by X, …`)."""
    first = min(turns, default=0)
    heads = words(grammar.language, "cues").get("speech", {}).get("briefings", ())
    if not heads or not first or turns[first].role != "Q":
        return {}
    spoken = "|".join(map(re.escape, heads))
    head = re.compile(
        rf"(?:^(?:the )?|transcript of [^.\n]{{0,30}}\b)(?:{spoken})\s+(?P<who>[^.\n]+?)[.:]?\s*$",
        re.IGNORECASE,
    )
    for number, paragraph in enumerate(paragraphs[: min(first, _HEAD_LINES)]):
        match = head.search(paragraph.of(text))
        if match is not None:
            who = Span(paragraph.start + match.start("who"), paragraph.start + match.end("who"))
            return {at: Turn(at, who, paragraphs[at], "name") for at in range(number + 1, first)}
    return {}


def _floors(paragraphs: Sequence[Span], debate: dict[int, Floor]) -> dict[int, Turn]:
    """The turns of a debate: each label's paragraphs up to the next one's; the chair's are nobody's."""
    found: dict[int, Turn] = {}
    floor: Floor | None = None
    for number, paragraph in enumerate(paragraphs):
        new = debate.get(number)
        floor = new or floor
        if floor is None:
            continue
        content = paragraph if new is None else new.content
        if content is None or floor.chair:
            found[number] = Turn(number, paragraph, paragraph, "Q")
        else:
            found[number] = Turn(number, floor.label, content, "name")
    return found


def _asked(text: str, labelled: dict[int, tuple[Span, Span]], worded: Worded | None) -> bool:
    """Whether the label of a paragraph is of somebody who asks, and the next paragraph's of who answers."""
    if worded is None:
        return False
    asking = {number for number, (label, _) in labelled.items() if asks(label.of(text), worded)}
    return any(number + 1 in labelled and number + 1 not in asking for number in asking)


def _dialogue(text: str, names: Counter[str], contents: Sequence[Span]) -> bool:
    """Labels that return, with sentences behind them: people talking, not a table's headings."""
    if len(contents) < _TURNS or not any(count > 1 for count in names.values()):
        return False
    ends = (".", "!", "?", "…", "。", "؟", "？", "！", "۔")
    sentences = sum(content.of(text).rstrip('"”»’)').endswith(ends) for content in contents)
    return sentences * 2 > len(contents)


def _spread(
    text: str,
    paragraphs: Sequence[Span],
    labelled: dict[int, tuple[Span, Span]],
    kept: set[str],
    interview: bool,
    grammar: Grammar,
) -> dict[int, Turn]:
    found: dict[int, Turn] = {}
    current: Turn | None = None
    last = max(labelled)
    for number, paragraph in enumerate(paragraphs):
        if number in labelled:
            label, content = labelled[number]
            name = _key(label.of(text))
            asked = name in _QUESTION and (interview or len(name) > 1 or name == "q")  # of a briefing
            role = "Q" if asked else "A" if interview and name in _ANSWER else "name"
            current = Turn(number, label, content, role) if name in kept or not interview else None
        elif current is not None and _BARE_QUESTION.match(text, paragraph.start, paragraph.end):
            current = Turn(number, paragraph, paragraph, "Q")
        elif current is not None:
            # The last labelled turn ends where the article may take over again.
            over = number > last + 1 or (number > last and interview and _tells(text, paragraph, grammar))
            current = None if over else Turn(number, current.label, paragraph, current.role)
        if current is not None:
            found[number] = current
    return found


def _tells(text: str, paragraph: Span, grammar: Grammar) -> bool:
    """Whether a paragraph quotes an official and says so: the article goes on behind its interview."""
    words = paragraph.of(text)
    heads = {word.strip(",.;:").lower() for word in words.split()}
    return bool(
        any(mark in words for mark in _QUOTED)
        and grammar.cue.search(words)
        and any(grammar.has("people", word) for word in heads)
    )


def _key(label: str) -> str:
    return label.strip().strip("*_ ").casefold()


def _can_label(label: str, grammar: Grammar) -> bool:
    key = _key(label)
    if key in _QUESTION or key in _ANSWER:
        return True
    if grammar.has("boilerplate_labels", key):
        return False
    parts = label.split()
    if not parts or len(parts) > _LABEL_WORDS:
        return False
    worded = worded_of(grammar.language)
    if worded is not None and tells(label, worded):
        return False
    if grammar.nouns == "none":
        return True
    lead = parts[0]
    return lead[0].isupper() and all(
        part[0].isupper() or not part[0].isalpha() or part.lower() in ("of", "the", "de", "von", "for")
        for part in parts
    )


def turn_attribution(turn: Turn) -> Attribution | None:
    """The words of a turn as direct speech of its label; None for a question."""
    if turn.role == "Q":
        return None
    rule = "interview_answer" if turn.role == "A" else "transcript_label"
    return Attribution(
        kind="direct",
        content=turn.content,
        sentence=turn.content,
        rule=rule,
        confidence=precision()[rule],
        source=None if turn.role == "A" else turn.label,
    )


def headline_attributions(
    text: str, sentence: Span, quotations: Sequence[Quotation], grammar: Grammar
) -> list[Attribution]:
    """`X: S`, `X: “Q”`, `“Q”: X`, `S - X`, `Criticism from X of S`, of a headline that no word of saying
    explains."""
    worded = worded_of(grammar.language)
    if worded is not None:
        return headline_rows(text, sentence, quotations, worded, grammar)
    tokens = tokens_of(text, sentence, quotations, grammar.parting)
    if (told := _tail(tokens, grammar)) is not None:
        start, end = tokens[told.first].start, tokens[told.last].end
        return [_row("indirect", sentence, sentence, "headline_tail", start, end)]
    if (raised := _outcry(tokens, grammar.language)) is not None:
        start, end = tokens[raised.first].start, tokens[raised.last].end
        return [_row("indirect", sentence, sentence, "headline_from", start, end)]
    colon = next((i for i, token in enumerate(tokens) if token.text in (":", "：")), None)
    if colon is None or colon == 0 or colon + 1 >= len(tokens):
        return []
    if tokens[0].kind == "quote" and colon == 1:
        phrase = phrase_after(tokens, colon + 1, grammar)
        quotation = tokens[0].quotation
        if phrase is None or quotation is None or phrase.last < len(tokens) - 2:
            return []
        return [
            _row(
                "direct",
                quotation.content,
                sentence,
                "headline_quote",
                tokens[phrase.first].start,
                tokens[phrase.last].end,
            )
        ]
    phrase = phrase_after(tokens, 0, grammar)
    if phrase is None or phrase.first:
        return []
    last = phrase.last
    about = last + 1 < colon and grammar.has("about", tokens[last + 1].low)  # `X on the shells: S`
    if last != colon - 1 and not about:
        return []
    label = text[tokens[0].start : tokens[last].end]
    if grammar.has("boilerplate_labels", label.lower()):
        return []
    start, end = tokens[0].start, tokens[last].end
    quotes = [token.quotation for token in tokens[colon + 1 :] if token.quotation is not None]
    if grammar.postnominal and colon == 1 and tokens[colon + 1].kind != "quote":
        return []  # `Laos : …` names the place, and what follows is nobody's
    if quotes:
        return [_row("direct", quote.content, sentence, "headline_colon", start, end) for quote in quotes]
    return [_row("indirect", sentence, sentence, "headline_colon", start, end)]


@cache
def _outcries(language: str) -> tuple[frozenset[str], frozenset[str]]:
    table = words(language, "cues").get("grammar", {})
    return frozenset(table.get("outcry_nouns", ())), frozenset(table.get("outcry_from", ()))


def _outcry(tokens: Sequence[Token], language: str) -> Phrase | None:
    """From where a headline says that blame, a threat or a plea comes (`Scharfe Kritik aus Moskau an …`)."""
    nouns, origin = _outcries(language)
    for at in range(min(_OUTCRY_WITHIN, len(tokens) - 2)):
        if tokens[at].low not in nouns or tokens[at + 1].low not in origin:
            continue
        first = at + 2
        while first < len(tokens) and tokens[first].kind == "word" and not tokens[first].capital:
            first += 1  # an article
        last = first
        while last + 1 < len(tokens) and tokens[last + 1].kind == "word" and tokens[last + 1].capital:
            last += 1
        return Phrase(first, last) if first < len(tokens) and first - at <= _OUTCRY_WITHIN else None
    return None


def _tail(tokens: Sequence[Token], grammar: Grammar) -> Phrase | None:
    """Who stands at a headline's end behind a dash or a colon (`Six killed by shells - governor`): a word for
    somebody or for a body, or one name; an outlet's name has several words and none of these."""
    last = len(tokens) - 1
    mark = next((at for at in range(last, max(last - _LABEL_WORDS, 0), -1) if tokens[at].kind == "mark"), 0)
    if mark < _TAIL_AFTER or tokens[mark].text not in _TAIL_MARKS or not grammar.sets["who"]:
        return None
    if tokens[mark].text != ":" and tokens[mark - 1].end == tokens[mark].start:
        return None  # a hyphen
    phrase = phrase_after(tokens, mark + 1, grammar)
    if phrase is None or phrase.first != mark + 1 or phrase.last != last:
        return None
    if any(grammar.has("relative_openers", one.low) or one.text == ":" for one in tokens[:mark]):
        return None  # `What we know: …`
    words = [one.low for one in tokens[mark + 1 :]]
    told = any(grammar.has("people", word) or grammar.has("bodies", word) for word in words)
    return phrase if told or len(words) == 1 else None


def _row(kind: str, content: Span, sentence: Span, rule: str, start: int, end: int) -> Attribution:
    return Attribution(
        kind="direct" if kind == "direct" else "indirect",
        content=content,
        sentence=sentence,
        rule=rule,
        confidence=precision()[rule],
        source=Span(start, end),
    )
