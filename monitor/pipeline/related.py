"""How a statement stands to others: worked out when it is made, and again when what it is changes."""

from __future__ import annotations

from typing import Final

from monitor.identity import Known
from monitor.identity.arrange import known_of
from monitor.identity.references import refers
from monitor.identity.relations import RelationKind, day_of, relation
from monitor.store.blocks import members_of, with_like_words
from monitor.store.database import Session
from monitor.store.relations import by_speaker, hashes_of, set_relations, texts_of, told_together
from monitor.store.schema import StatementRow

#: Like words share at least this many of the trigrams by which they are looked for.
SHARED: Final = 4


def what_it_is(statement: StatementRow) -> tuple[object, ...]:
    """What a statement's relations hang on: when it changes, they are worked out again."""
    return (tuple(statement.positions), statement.said_on, statement.speaker_key, statement.state)


def relate(session: Session, statement: StatementRow) -> str:
    """Writes how a statement stands to others, whichever of two came first being the one related to.

    Gives what is to be said of it: "repeats s9, reverses s4", or nothing.
    """
    session.flush()
    like = with_like_words(session, hashes_of(session, statement.id), SHARED)
    together = told_together(session, statement.id)
    others = {*like, *together, *by_speaker(session, statement)} - {statement.id}
    found = members_of(session, [statement.id, *sorted(others)])
    known = {
        n: known_of(n, [m.heard for m in members if not m.possible])
        for n, members in found.items()
        if any(not m.possible for m in members)
    }
    own = known.pop(statement.id, None)
    if own is None:
        return ""
    words: list[str] = []
    for number, other in sorted(known.items()):
        articles = together.get(number, frozenset())
        kinds = _between(session, own, other, articles)
        set_relations(session, own.id, other.id, kinds)
        words += [f"{kind} s{number}" for later, earlier, kind in kinds if later == own.id]
    return ", ".join(words)


def _between(
    session: Session, own: Known, other: Known, articles: frozenset[int]
) -> list[tuple[int, int, RelationKind]]:
    """(later, earlier, kind) of two statements; of one day, an act may answer the other either way."""
    first, second = (other, own) if _before(other, own) else (own, other)
    kind = relation(second, first, refers=_refers(session, second, first, articles))
    if kind is not None:
        return [(second.id, first.id, kind)]
    if day_of(first) == day_of(second) is not None:
        kind = relation(first, second, refers=_refers(session, first, second, articles))
        if kind == "answers":
            return [(first.id, second.id, kind)]
    return []


def _refers(session: Session, later: Known, earlier: Known, articles: frozenset[int]) -> bool:
    """Whether an article that reports both refers, where it reports the later, to the earlier's speaker."""
    if not articles:
        return False
    speakers = {r.speaker for r in earlier.reports}
    return any(
        refers(text, language, speaker)
        for text, language in texts_of(session, later.id, articles)
        for speaker in speakers
    )


def _before(other: Known, own: Known) -> bool:
    theirs, mine = day_of(other), day_of(own)
    if theirs is not None and mine is not None and theirs != mine:
        return theirs < mine
    return other.id < own.id
