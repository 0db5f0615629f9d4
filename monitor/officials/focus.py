"""The state of a bare title in an article that is about one state alone, or about its reaction.

`Streit in Vilnius … In Litauen wird gestritten … Verteidigungsminister X hatte erklärt`: title and text agree
on one state before a bare title comes, nobody from elsewhere was named, and the words are no outsider's
(`X bedauerte`, `X rief … auf`). `Scharf fiel die Reaktion Norwegens aus. …, erklärte Außenminister X`: the
sentence before says whose words follow.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from monitor.officials.lexicon import Tag
from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import facts
from monitor.officials.states import ORGANISATIONS
from monitor.officials.word_lists import begins, word_lists


def sole_state(reading: Reading, heading: Reading | None, mention: Mention, home: str | None) -> str | None:
    """The one state of title and text up to the mention's sentence; None where there is any other."""
    if heading is None:
        return None
    end = heading.tokens.text.find("\n")
    title = [tag for tag in heading.tags if end < 0 or heading.tokens.starts[tag.first] < end]
    named = _states(title)
    if len(named) != 1 or home in named:
        return None
    state = next(iter(named))
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    before = [tag for tag in reading.tags if tokens.sentence[tag.first] < number]
    here = [tag for tag in reading.tags if tokens.sentence[tag.first] == number]
    if _states(before) != {state} or not _states(here) <= {state}:
        return None
    outside = frozenset(word_lists(reading.lex.language, "lists").get("outsiders", ()))
    first, last = bisect_left(tokens.sentence, number), bisect_right(tokens.sentence, number)
    return None if any(word in outside for word in tokens.folded[first:last]) else state


def reacting_state(reading: Reading, mention: Mention) -> str | None:
    """The one state of the sentence before, where that sentence says that it reacts, in one paragraph."""
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    reactions = word_lists(reading.lex.language, "lists").get("reactions", ())
    at = bisect_left(tokens.sentence, number)
    if not at or not reactions or "\n" in tokens.text[tokens.ends[at - 1] : tokens.starts[at]]:
        return None
    before = [tag for tag in reading.tags if tokens.sentence[tag.first] == number - 1]
    first = bisect_left(tokens.sentence, number - 1)
    said = any(word.startswith(reactions) for word in tokens.folded[first:at])
    named = _states(before)
    return next(iter(named)) if said and len(named) == 1 else None


def is_willing(reading: Reading, mention: Mention, state: str) -> bool:
    """Whether the state that begins a mention's sentence is said to do or to mean something of its own will.

    `Canada does not support …, said the prime minister, X`: what it wills its own official tells.
    """
    listed = word_lists(reading.lex.language, "lists").get("willing", ())
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    for tag in reading.tags if listed else ():
        entry = tag.get("state")
        if tokens.sentence[tag.first] != number or entry is None or entry.value != state:
            continue
        follows = " ".join(tokens.folded[tag.last : tag.last + 4])
        return tag.last <= mention.first and any(begins(follows, one) for one in listed)
    return False


def parliament_of(reading: Reading, mention: Mention) -> str | None:
    """The state of the one parliament of the mention's sentence (`die Abgeordnete X … im Bundestag`).

    Of a name that a language gives several states' parliaments it is the one of them that the paragraph names
    before, or nobody's where the text names another of them.
    """
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    houses = [
        facts(entry.value)
        for tag in reading.tags
        if tokens.sentence[tag.first] == number
        if (entry := tag.get("named")) and facts(entry.value).get("generic") == "parliament"
    ]
    seats = {house.get("state") for house in houses}
    if len(seats) != 1:
        return None
    others = set(houses[0].get("also", "").split()) & _states(reading.tags)
    if not others:
        return seats.pop()
    start = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    first = bisect_left(tokens.starts, start)
    here = _states(tag for tag in reading.tags if first <= tag.first < mention.first)
    return here.pop() if len(here) == 1 and here <= others else None


def _states(tags: Iterable[Tag]) -> set[str]:
    """The states that are named, by themselves or by a body of theirs; organisations are none."""
    found: set[str] = set()
    for tag in tags:
        if entry := tag.get("state"):
            found.add(entry.value)
        elif entry := tag.get("named"):
            found.add(facts(entry.value).get("state", ""))
    return found - set(ORGANISATIONS) - {""}
