"""Whom a pronoun means: the one person of the last sentence that has any, or nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Held, Span
from monitor.officials.mentions import Mention, Reading
from monitor.officials.persons import People
from monitor.officials.setting import Setting

_MARK = re.compile("[«»“”„]")


def referent(
    reading: Reading,
    setting: Setting,
    people: People,
    said: frozenset[str],
    pronoun: Mention,
    quoted: Span | None = None,
) -> Mention | Held:
    """The mention that a pronoun means.

    It looks back within the post, over two paragraphs, sentence by sentence. A sentence with one person of
    the pronoun's sex (as far as the document tells it) answers; of several, the one who speaks in it or
    with whom it begins; else nobody.
    """
    word = reading.tokens.words[pronoun.first]
    here = setting.paragraph(pronoun)
    before = [
        m for m in setting.earlier(pronoun) if m.last <= pronoun.first and setting.paragraph(m) >= here - 2
    ]
    start = reading.tokens.starts[pronoun.first]
    before = [m for m in before if not _inside_marks(reading.tokens.text, reading.span(m).end, start)]
    if pronoun.pronoun == "latter":
        people_before = [m for m in before if _person_like(m, people) and setting.paragraph(m) >= here - 1]
        return people_before[-1] if people_before else Held("speaker_unresolved", f"nobody before “{word}”")
    if quoted is not None:  # whom the pronoun's own words name is somebody else
        before = [m for m in before if not quoted.covers(reading.span(m))]
    if pronoun.pronoun == "body":
        number = reading.tokens.sentence[pronoun.first]
        for mention in reversed(before):
            if mention.role.head not in {"body", "generic"} or setting.paragraph(mention) < here - 1:
                continue
            if mention.role.head == "generic" and reading.tokens.sentence[mention.first] == number:
                continue  # "carried by the news agency, it said": whose statement that was
            return mention
        return Held("speaker_unresolved", f"“{word}” is no body named before")
    sentences: dict[int, list[Mention]] = {}
    for mention in _without_appositions(before, reading):
        if _person_like(mention, people) and _agrees(mention, pronoun, people):
            sentences.setdefault(reading.tokens.sentence[mention.first], []).append(mention)
    for number in sorted(sentences, reverse=True):
        group = sentences[number]
        who = {id(people.of(mention) or mention) for mention in group}
        chosen = group[0] if len(who) == 1 else _subject(group, number, reading, said, people)
        if chosen is None:
            return Held("speaker_unresolved", f"{len(who)} people may be “{word}”")
        return chosen
    return Held("speaker_unresolved", f"nobody before “{word}”")


def _without_appositions(mentions: Sequence[Mention], reading: Reading) -> list[Mention]:
    """Without the roles that a name explains right behind a comma (`the envoy of one of them, China's X`)."""
    tokens = reading.tokens
    kept = []
    for number, mention in enumerate(mentions):
        named = next((m for m in mentions[number + 1 :] if m.name and m.first > mention.last), None)
        explained = (
            not mention.name
            and named is not None
            and named.first - mention.last <= _APPOSED
            and tokens.sentence[named.first] == tokens.sentence[mention.first]
            and "," in tokens.words[mention.last : named.name_first]
        )
        if not explained:
            kept.append(mention)
    return kept


_APPOSED = 8


def _inside_marks(text: str, end: int, start: int) -> bool:
    """Whether what ends at ``end`` stands in a quotation that closes before ``start``."""
    mark = _MARK.search(text, end, start)
    return mark is not None and mark.group() in "»”"


def _person_like(mention: Mention, people: People) -> bool:
    if mention.possessed or mention.organised:
        return False
    person = people.of(mention)
    if person is not None:
        return person.full or bool(person.roles)
    return mention.role.head == "office" and not mention.role.indefinite


def _agrees(mention: Mention, pronoun: Mention, people: People) -> bool:
    person = people.of(mention)
    female = person.female if person else mention.role.female
    return pronoun.pronoun == "open" or female is None or female == (pronoun.pronoun == "female")


def _subject(
    group: Sequence[Mention], sentence: int, reading: Reading, said: frozenset[str], people: People
) -> Mention | None:
    """The one who speaks in the sentence, or with whom it begins."""
    tokens = reading.tokens
    speaking = []
    for mention in group:
        around = [*range(max(0, mention.first - 2), mention.first)]
        around += range(mention.last, min(len(tokens), mention.last + 3))
        if any(tokens.folded[at] in said for at in around if tokens.sentence[at] == sentence):
            speaking.append(mention)
    if speaking and len({id(people.of(mention) or mention) for mention in speaking}) == 1:
        return speaking[0]
    start = tokens.breaks[sentence - 1] if sentence else 0
    opens = not tokens.within(start, tokens.starts[group[0].first])
    together = group[1].first - group[0].last <= 2  # "X and Y met"
    return group[0] if opens and not speaking and not together else None
