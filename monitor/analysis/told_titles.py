"""A headline that the text's first sentence says who told: `X fires shells`: `The ministry said this.`"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from extractors.attribution import find_attributions
from extractors.attribution.told_back import tells_back
from extractors.sentences import sentences_of
from monitor.analysis.heard import Heard, heard_as
from monitor.model import Held, Span, When
from monitor.officials import Cast

_RULE: Final = "told_back"
_LONGEST: Final = 300  # letters of a first sentence that only says whose the headline is


def told_title(title: str, text: str, language: str, cast: Cast, when: When | None) -> Heard | None:
    """The headline's words as those of the one whom the first sentence of the text says to have told them.

    None where that sentence tells more, or names several people.
    """
    head = text[:_LONGEST]
    first = next(iter(sentences_of(head, language)), None)
    if first is None or first.end == len(head) < len(text) or not tells_back(first.of(text), language):
        return None
    rows = [
        row
        for row in find_attributions(head[: first.end], language)
        if row.sentence == first and row.kind == "indirect" and row.source is not None and not row.unsaid
    ]
    if len(rows) != 1 or rows[0].source is None:
        return None
    source = rows[0].source
    speaker = cast.resolve(source, first)
    name = source.of(text) if isinstance(speaker, Held) else speaker.name
    told = heard_as(text, replace(rows[0], rule=_RULE), speaker, name, None, language, when)
    whole = Span(0, len(title))
    row = replace(told.row, content=whole, sentence=whole, clause=None, source=None, cue=None)
    return replace(told, row=row, frame=title, where="title", heading=True)
