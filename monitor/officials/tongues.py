"""Whose a bare title is in a language that several states' press writes in.

`El canciller X dijo …` in a text that names one Spanish-speaking state is that state's: a foreign one would
have been named. English is left out: its press writes about everybody.
"""

from __future__ import annotations

from functools import cache

from extractors.languages import words
from monitor.officials.lexicon import data
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import facts


@cache
def speaking(language: str) -> frozenset[str]:
    """The states whose officials speak a language, where its bare titles may be told so; else none."""
    if not words(language, "roles").get("home_by_name"):
        return frozenset()
    states: dict[str, list[str]] = data("languages_of_states.toml")["states"]
    return frozenset(state for state, tongues in states.items() if language in tongues)


def spoken_state(reading: Reading, heading: Reading | None, mention: Mention) -> str | None:
    """The one state of the text's language that title and text name up to a mention's sentence, else None."""
    states = speaking(reading.lex.language)
    if not states:
        return None
    number = reading.tokens.sentence[mention.first]
    tags = [tag for tag in reading.tags if reading.tokens.sentence[tag.first] <= number]
    named = set()
    for tag in (*(heading.tags if heading else ()), *tags):
        if entry := tag.get("state"):
            named.add(entry.value)
        elif entry := tag.get("named"):
            named.add(facts(entry.value).get("state", ""))
    found = named & states
    return found.pop() if len(found) == 1 else None
